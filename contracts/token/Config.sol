// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What every movement must know about its token: one storage slot.
/// @dev registry address | passed uint16 | next uint40 | version uint24 | flags uint8 | decimals uint8, from the lowest bit.
type Config is uint256;

/// @notice Units in issue and the rulebook, or the plain ERC-3643 compliance in its place: one storage slot, read by every movement under rules.
/// @dev units uint96 | rulebook address, from the lowest bit.
type Issued is uint256;

using {issuedUnits, rulebook, withIssuedUnits, withRulebook} for Issued global;

using {
    registry,
    hasRulebook,
    hasPlainCompliance,
    hasCompliance,
    passed,
    next,
    version,
    decimals,
    isPaused,
    isPlainRegistry,
    withRegistry,
    withCompliance,
    withRecordDates,
    withNextVersion,
    withPaused
} for Config global;

uint256 constant PASSED_AT = 160;
uint256 constant NEXT_AT = 176;
uint256 constant VERSION_AT = 216;
uint256 constant PAUSED_BIT = 1 << 240;
uint256 constant PLAIN_REGISTRY_BIT = 2 << 240;
uint256 constant HAS_RULEBOOK_BIT = 4 << 240;
uint256 constant PLAIN_COMPLIANCE_BIT = 8 << 240; // never together with the one before
uint256 constant DECIMALS_AT = 248;
uint40 constant NEVER = type(uint40).max;

function newConfig(uint8 decimals_) pure returns (Config) {
    return Config.wrap((uint256(decimals_) << DECIMALS_AT) | (1 << VERSION_AT) | (uint256(NEVER) << NEXT_AT));
}

function registry(Config config) pure returns (address) {
    return address(uint160(Config.unwrap(config)));
}

/// @dev A rulebook of tokenkit's judges.
function hasRulebook(Config config) pure returns (bool) {
    return Config.unwrap(config) & HAS_RULEBOOK_BIT != 0;
}

/// @dev A plain ERC-3643 compliance judges.
function hasPlainCompliance(Config config) pure returns (bool) {
    return Config.unwrap(config) & PLAIN_COMPLIANCE_BIT != 0;
}

/// @dev Either of the two.
function hasCompliance(Config config) pure returns (bool) {
    return Config.unwrap(config) & (HAS_RULEBOOK_BIT | PLAIN_COMPLIANCE_BIT) != 0;
}

/// @dev Record dates known to have passed; more may have since {next}.
function passed(Config config) pure returns (uint256) {
    return uint16(Config.unwrap(config) >> PASSED_AT);
}

/// @dev Unix seconds of the first record date that is not counted in {passed}; NEVER if there is none.
function next(Config config) pure returns (uint256) {
    return uint40(Config.unwrap(config) >> NEXT_AT);
}

/// @dev Of admissions; never 0.
function version(Config config) pure returns (uint256) {
    return uint24(Config.unwrap(config) >> VERSION_AT);
}

function decimals(Config config) pure returns (uint8) {
    return uint8(Config.unwrap(config) >> DECIMALS_AT);
}

function isPaused(Config config) pure returns (bool) {
    return Config.unwrap(config) & PAUSED_BIT != 0;
}

/// @dev The registry is a plain ERC-3643 one: it is asked about the receiver each time.
function isPlainRegistry(Config config) pure returns (bool) {
    return Config.unwrap(config) & PLAIN_REGISTRY_BIT != 0;
}

function withRegistry(Config config, address newRegistry, bool plain) pure returns (Config) {
    uint256 word = (Config.unwrap(config) & ~(uint256(type(uint160).max) | PLAIN_REGISTRY_BIT)) | uint160(newRegistry);
    return Config.wrap(plain ? word | PLAIN_REGISTRY_BIT : word);
}

function withCompliance(Config config, bool on, bool plain) pure returns (Config) {
    uint256 word = Config.unwrap(config) & ~(HAS_RULEBOOK_BIT | PLAIN_COMPLIANCE_BIT);
    if (on) word |= plain ? PLAIN_COMPLIANCE_BIT : HAS_RULEBOOK_BIT;
    return Config.wrap(word);
}

function withRecordDates(Config config, uint256 newPassed, uint256 newNext) pure returns (Config) {
    uint256 mask = (uint256(type(uint56).max) << PASSED_AT);
    return Config.wrap((Config.unwrap(config) & ~mask) | (newPassed << PASSED_AT) | (newNext << NEXT_AT));
}

/// @dev Reverts (Panic 0x11) after 16,777,214 changes of terms.
function withNextVersion(Config config) pure returns (Config) {
    uint24 following = uint24(config.version()) + 1;
    uint256 mask = uint256(type(uint24).max) << VERSION_AT;
    return Config.wrap((Config.unwrap(config) & ~mask) | (uint256(following) << VERSION_AT));
}

function withPaused(Config config, bool on) pure returns (Config) {
    return Config.wrap(on ? Config.unwrap(config) | PAUSED_BIT : Config.unwrap(config) & ~PAUSED_BIT);
}

function issuedUnits(Issued issued) pure returns (uint256) {
    return uint96(Issued.unwrap(issued));
}

/// @dev Zero: no rules.
function rulebook(Issued issued) pure returns (address) {
    return address(uint160(Issued.unwrap(issued) >> 96));
}

/// @dev `units` must fit 96 bits.
function withIssuedUnits(Issued issued, uint256 units) pure returns (Issued) {
    return Issued.wrap((Issued.unwrap(issued) & ~uint256(type(uint96).max)) | units);
}

function withRulebook(Issued issued, address newRulebook) pure returns (Issued) {
    return Issued.wrap(uint96(Issued.unwrap(issued)) | (uint256(uint160(newRulebook)) << 96));
}
