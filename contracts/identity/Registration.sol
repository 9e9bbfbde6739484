// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What the registry keeps of one address, in one slot.
/// @dev identity 160 | country 16 | claims 32 | provider 8 | validUntil 32 | flags 8, from the lowest bit.
/// A wallet is registered if its identity is not zero. Without identity, flags may say why the slot is not empty.
type Registration is uint256;

using {
    identity,
    country,
    claims,
    countryAndClaims,
    provider,
    validUntil,
    isUnknown,
    isRegistered,
    isLinked,
    isRetired,
    isNamesake,
    isRemoved,
    equals,
    withFacts,
    withIdentity,
    withValidUntil,
    withLinked,
    withNamesake,
    retired,
    removed
} for Registration global;

/// @dev Flags, in the highest 8 bits.
uint256 constant LINKED = 1 << 248; // the investor has more than one wallet
uint256 constant RETIRED = 1 << 249; // lost and replaced; never to be used again
uint256 constant REMOVED = 1 << 250; // was registered once, so tokens may remember it
uint256 constant NAMESAKE = 1 << 251; // an investor is named after this address and its wallets are listed

uint256 constant FACTS = (1 << 248) - 1;
uint32 constant NO_EXPIRY = type(uint32).max;

/// @notice A single wallet's registration.
function registration(address identity_, uint16 country_, uint32 claims_, uint8 provider_, uint32 validUntil_)
    pure
    returns (Registration)
{
    return Registration.wrap(
        uint256(uint160(identity_)) | uint256(country_) << 160 | uint256(claims_) << 176 | uint256(provider_) << 208
            | uint256(validUntil_) << 216
    );
}

function identity(Registration self) pure returns (address) {
    return address(uint160(Registration.unwrap(self)));
}

function country(Registration self) pure returns (uint16) {
    return uint16(Registration.unwrap(self) >> 160);
}

function claims(Registration self) pure returns (uint32) {
    return uint32(Registration.unwrap(self) >> 176);
}

/// @notice Country in the lowest 16 bits, claims above.
function countryAndClaims(Registration self) pure returns (uint48) {
    return uint48(Registration.unwrap(self) >> 160);
}

function provider(Registration self) pure returns (uint8) {
    return uint8(Registration.unwrap(self) >> 208);
}

function validUntil(Registration self) pure returns (uint32) {
    return uint32(Registration.unwrap(self) >> 216);
}

/// @notice Whether the address was never heard of, neither as a wallet nor as the name of an investor.
function isUnknown(Registration self) pure returns (bool) {
    return Registration.unwrap(self) == 0;
}

/// @notice Whether the wallet belongs to an investor; retired ones do.
function isRegistered(Registration self) pure returns (bool) {
    return identity(self) != address(0);
}

function isLinked(Registration self) pure returns (bool) {
    return Registration.unwrap(self) & LINKED != 0;
}

function isRetired(Registration self) pure returns (bool) {
    return Registration.unwrap(self) & RETIRED != 0;
}

function isNamesake(Registration self) pure returns (bool) {
    return Registration.unwrap(self) & NAMESAKE != 0;
}

function isRemoved(Registration self) pure returns (bool) {
    return Registration.unwrap(self) & REMOVED != 0;
}

/// @notice Whether two registrations say the same about the same investor.
function equals(Registration self, Registration other) pure returns (bool) {
    return (Registration.unwrap(self) ^ Registration.unwrap(other)) & FACTS == 0;
}

/// @notice The same flags with the facts of `other`.
function withFacts(Registration self, Registration other) pure returns (Registration) {
    return Registration.wrap(Registration.unwrap(self) & ~FACTS & ~REMOVED | Registration.unwrap(other) & FACTS);
}

/// @notice The same facts about another investor.
function withIdentity(Registration self, address identity_) pure returns (Registration) {
    return Registration.wrap(Registration.unwrap(self) >> 160 << 160 | uint160(identity_));
}

/// @notice The same facts up to another second.
function withValidUntil(Registration self, uint32 validUntil_) pure returns (Registration) {
    return Registration.wrap(
        Registration.unwrap(self) & ~(uint256(type(uint32).max) << 216) | uint256(validUntil_) << 216
    );
}

function withLinked(Registration self, bool linked) pure returns (Registration) {
    return _withFlag(self, LINKED, linked);
}

function withNamesake(Registration self, bool namesake) pure returns (Registration) {
    return _withFlag(self, NAMESAKE, namesake);
}

/// @notice The wallet keeps its facts, so that its past stays explained, and is never admitted again.
function retired(Registration self) pure returns (Registration) {
    return _withFlag(self, RETIRED, true);
}

/// @notice Nothing is left but the memory that there was something.
function removed(Registration self) pure returns (Registration) {
    return Registration.wrap(Registration.unwrap(self) & NAMESAKE | REMOVED);
}

function _withFlag(Registration self, uint256 flag, bool on) pure returns (Registration) {
    return Registration.wrap(on ? Registration.unwrap(self) | flag : Registration.unwrap(self) & ~flag);
}
