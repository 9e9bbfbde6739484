// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The settings of one token in one slot.
/// @dev maxUnits 96 | maxBps 14 | investorLimit 24 | investorCount 24 | flowBackUntil 34 | first flow-back pair 20 | switches 44, from
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
uint256 constant HOLDING_UNITS = 1 << 212;
uint256 constant HOLDING_SHARE = 1 << 213;
uint256 constant INVESTORS = 1 << 214;
uint256 constant LOCKUP = 1 << 215;
uint256 constant FLOW_BACK = 1 << 216;
uint256 constant DENY_LIST = 1 << 217;
uint256 constant MINIMUM_UNITS = 1 << 218;
uint256 constant WHOLE_POSITION = 1 << 219;
uint256 constant HOLDING_PERIOD = 1 << 220;
uint256 constant COUNTRIES = 1 << 221;
uint256 constant GROUP = 1 << 222; // the first of four
uint256 constant GROUPS = 0xf << 222;
uint256 constant FEWEST_INVESTORS = 1 << 226;
uint256 constant AUTHORISED = 1 << 227;
uint256 constant ISSUER_HOLDING_UNITS = 1 << 228;
uint256 constant ISSUER_INVESTORS = 1 << 229;
uint256 constant ISSUER_COUNTRIES = 1 << 230;
uint256 constant ISSUER_GROUP = 1 << 231; // the first of four
uint256 constant ISSUER_GROUPS = 0xf << 231;
uint256 constant EXTERNAL = 1 << 235; // the first of eight
uint256 constant ALL_EXTERNAL = 0xff << 235;
uint256 constant RULES = 0x7fffffff << 212;
uint256 constant RULE_COUNT = 31;

// The same rules, sorted.
uint256 constant ISSUER_COUNTS = ISSUER_INVESTORS | ISSUER_COUNTRIES | ISSUER_GROUPS;
uint256 constant TOKEN_COUNTS = INVESTORS | COUNTRIES | GROUPS;
uint256 constant COUNTS = TOKEN_COUNTS | ISSUER_COUNTS;
uint256 constant TRANSFERS_ONLY = LOCKUP | FLOW_BACK | WHOLE_POSITION | FEWEST_INVESTORS; // nobody gives in an issue
uint256 constant FURTHER = RULES ^ (HOLDING_UNITS | HOLDING_SHARE | INVESTORS | LOCKUP | FLOW_BACK);
uint256 constant TO_ISSUER_GROUPS = 9; // from a bit of {GROUPS} to the one of {ISSUER_GROUPS}

// Further switches.
uint256 constant MORE_PAIRS = 1 << 243; // flow-back pairs beyond the first have a slot of their own
uint256 constant TELLS_EXTERNAL = 1 << 244; // an external rule counts
uint256 constant BOUND = 1 << 245;
uint256 constant COUNTING = 1 << 246; // a count is under way: a movement ends it
uint256 constant TELLS_FURTHER = HOLDING_PERIOD | TELLS_EXTERNAL | COUNTING;

function maxUnits(SettingsWord self) pure returns (uint256) {
    return uint96(SettingsWord.unwrap(self));
}

function maxBps(SettingsWord self) pure returns (uint256) {
    return SettingsWord.unwrap(self) >> 96 & 0x3fff;
}

function investorLimit(SettingsWord self) pure returns (uint256) {
    return uint24(SettingsWord.unwrap(self) >> 110);
}

function investorCount(SettingsWord self) pure returns (uint256) {
    return uint24(SettingsWord.unwrap(self) >> 134);
}

function flowBackUntil(SettingsWord self) pure returns (uint256) {
    return SettingsWord.unwrap(self) >> 158 & 0x3ffffffff;
}

function firstPair(SettingsWord self) pure returns (uint256) {
    return SettingsWord.unwrap(self) >> 192 & 0xfffff;
}

/// @notice Whether any of these switches is on.
function isOn(SettingsWord self, uint256 switches) pure returns (bool) {
    return SettingsWord.unwrap(self) & switches != 0;
}

/// @param bps At most 10,000.
function withHoldingCap(SettingsWord self, uint96 units, uint16 bps) pure returns (SettingsWord) {
    return _with(self, 0, 110, uint256(units) | uint256(bps) << 96);
}

function withInvestors(SettingsWord self, uint24 limit, uint24 count) pure returns (SettingsWord) {
    return _with(self, 110, 48, uint256(limit) | uint256(count) << 24);
}

/// @param until At most 34 bits.
function withFlowBack(SettingsWord self, uint256 until, uint256 pair) pure returns (SettingsWord) {
    return _with(self, 158, 54, until | pair << 34);
}

function withSwitch(SettingsWord self, uint256 switches, bool on) pure returns (SettingsWord) {
    uint256 word = SettingsWord.unwrap(self);
    return SettingsWord.wrap(on ? word | switches : word & ~switches);
}

function _with(SettingsWord self, uint256 position, uint256 size, uint256 value) pure returns (SettingsWord) {
    uint256 mask = ((1 << size) - 1) << position;
    return SettingsWord.wrap(SettingsWord.unwrap(self) & ~mask | value << position);
}
