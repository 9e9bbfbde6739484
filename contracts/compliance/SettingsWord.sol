// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The settings of one token in one slot.
/// @dev maxUnits 96 | maxBps 16 | investorLimit 32 | investorCount 32 | flowBackUntil 40 | first flow-back pair 20 | switches 20, from
/// the lowest bit. Switches are one bit each, so one look says which rules to ask.
type SettingsWord is uint256;

using {
    maxUnits,
    maxBps,
    investorLimit,
    investorCount,
    flowBackUntil,
    firstPair,
    isOn,
    withHoldingCap,
    withInvestors,
    withFlowBack,
    withSwitch
} for SettingsWord global;

// Rules, in the order in which they are asked.
uint256 constant HOLDING_UNITS = 1 << 236;
uint256 constant HOLDING_SHARE = 1 << 237;
uint256 constant INVESTORS = 1 << 238;
uint256 constant LOCKUP = 1 << 239;
uint256 constant FLOW_BACK = 1 << 240;
uint256 constant ISSUER_HOLDING_UNITS = 1 << 241;
uint256 constant ISSUER_INVESTORS = 1 << 242;
uint256 constant ISSUER_WIDE = ISSUER_HOLDING_UNITS | ISSUER_INVESTORS;
uint256 constant EXTERNAL = 1 << 243; // the first of eight
uint256 constant ALL_EXTERNAL = 0xff << 243;
uint256 constant RULES = 0x7fff << 236;
uint256 constant TRANSFERS_ONLY = LOCKUP | FLOW_BACK; // nobody gives in an issue

// Further switches.
uint256 constant MORE_PAIRS = 1 << 251; // flow-back pairs beyond the first have a slot of their own
uint256 constant TELLS_EXTERNAL = 1 << 252; // an external rule counts
uint256 constant BOUND = 1 << 253;

function maxUnits(SettingsWord self) pure returns (uint256) {
    return uint96(SettingsWord.unwrap(self));
}

function maxBps(SettingsWord self) pure returns (uint256) {
    return uint16(SettingsWord.unwrap(self) >> 96);
}

function investorLimit(SettingsWord self) pure returns (uint256) {
    return uint32(SettingsWord.unwrap(self) >> 112);
}

function investorCount(SettingsWord self) pure returns (uint256) {
    return uint32(SettingsWord.unwrap(self) >> 144);
}

function flowBackUntil(SettingsWord self) pure returns (uint256) {
    return uint40(SettingsWord.unwrap(self) >> 176);
}

function firstPair(SettingsWord self) pure returns (uint256) {
    return SettingsWord.unwrap(self) >> 216 & 0xfffff;
}

/// @notice Whether any of these switches is on.
function isOn(SettingsWord self, uint256 switches) pure returns (bool) {
    return SettingsWord.unwrap(self) & switches != 0;
}

function withHoldingCap(SettingsWord self, uint96 units, uint16 bps) pure returns (SettingsWord) {
    return _with(self, 0, 112, uint256(units) | uint256(bps) << 96);
}

function withInvestors(SettingsWord self, uint32 limit, uint32 count) pure returns (SettingsWord) {
    return _with(self, 112, 64, uint256(limit) | uint256(count) << 32);
}

function withFlowBack(SettingsWord self, uint40 until, uint256 pair) pure returns (SettingsWord) {
    return _with(self, 176, 60, uint256(until) | pair << 40);
}

function withSwitch(SettingsWord self, uint256 switches, bool on) pure returns (SettingsWord) {
    uint256 word = SettingsWord.unwrap(self);
    return SettingsWord.wrap(on ? word | switches : word & ~switches);
}

function _with(SettingsWord self, uint256 position, uint256 size, uint256 value) pure returns (SettingsWord) {
    uint256 mask = ((1 << size) - 1) << position;
    return SettingsWord.wrap(SettingsWord.unwrap(self) & ~mask | value << position);
}
