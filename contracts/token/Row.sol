// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AdmissionWord} from "../types/Admission.sol";

/// @notice A wallet's line in a token's ledger: one storage slot.
/// @dev units uint96 | validUntil uint40 | stamp uint24 | recordDate uint16 | historyLength uint16 | country uint16 | claims uint32 | flags uint8,
/// from the lowest bit.
type Row is uint256;

/// @notice A row's units over a span of record dates: [from, upto).
/// @dev from uint16 | upto uint16 | units uint96, from the lowest bit.
type Entry is uint256;

using {
    units,
    validUntil,
    stamp,
    recordDate,
    historyLength,
    country,
    claims,
    flags,
    has,
    withUnits,
    withFacts,
    withAdmission,
    withoutAdmission,
    withFlag,
    withRecordDate,
    withHistoryLength,
    isAdmitted
} for Row global;
using {from, upto, held} for Entry global;

uint256 constant MAX_UNITS = type(uint96).max;

uint256 constant VALID_UNTIL_AT = 96;
uint256 constant STAMP_AT = 136;
uint256 constant RECORD_DATE_AT = 160;
uint256 constant HISTORY_LENGTH_AT = 176;
uint256 constant COUNTRY_AT = 192;
uint256 constant CLAIMS_AT = 208;
uint256 constant FLAGS_AT = 240;

uint256 constant ADMISSION_MASK = uint256(type(uint64).max) << VALID_UNTIL_AT; // validUntil and stamp
uint256 constant FACTS_MASK = uint256(type(uint48).max) << COUNTRY_AT; // country and claims

/// @dev Flags of a row.
uint256 constant FROZEN = 1 << FLAGS_AT; // the wallet may neither send nor receive
uint256 constant HAS_FROZEN_UNITS = 2 << FLAGS_AT; // some units are frozen: look them up
uint256 constant LINKED = 4 << FLAGS_AT; // the investor has more wallets: ask the registry which
uint256 constant RETIRED = 8 << FLAGS_AT; // lost and replaced: never used again

function units(Row row) pure returns (uint256) {
    return Row.unwrap(row) & MAX_UNITS;
}

/// @dev Unix seconds; the admission holds up to and including this second.
function validUntil(Row row) pure returns (uint256) {
    return uint40(Row.unwrap(row) >> VALID_UNTIL_AT);
}

/// @dev The version of admissions under which the wallet was admitted; 0: ask.
function stamp(Row row) pure returns (uint256) {
    return uint24(Row.unwrap(row) >> STAMP_AT);
}

/// @dev How many record dates had passed when the units last changed.
function recordDate(Row row) pure returns (uint256) {
    return uint16(Row.unwrap(row) >> RECORD_DATE_AT);
}

function historyLength(Row row) pure returns (uint256) {
    return uint16(Row.unwrap(row) >> HISTORY_LENGTH_AT);
}

/// @dev ISO 3166-1 numeric, as of the last admission or change of facts.
function country(Row row) pure returns (uint16) {
    return uint16(Row.unwrap(row) >> COUNTRY_AT);
}

/// @dev One bit a claim, as of the last admission or change of facts.
function claims(Row row) pure returns (uint32) {
    return uint32(Row.unwrap(row) >> CLAIMS_AT);
}

function flags(Row row) pure returns (uint256) {
    return uint8(Row.unwrap(row) >> FLAGS_AT);
}

/// @dev Whether any of these flags is set.
function has(Row row, uint256 flag) pure returns (bool) {
    return Row.unwrap(row) & flag != 0;
}

/// @dev `newUnits` must fit 96 bits.
function withUnits(Row row, uint256 newUnits) pure returns (Row) {
    return Row.wrap((Row.unwrap(row) & ~MAX_UNITS) | newUnits);
}

function withFacts(Row row, uint16 newCountry, uint32 newClaims, bool linked) pure returns (Row) {
    uint256 word = Row.unwrap(row) & ~(FACTS_MASK | LINKED);
    word |= (uint256(newCountry) << COUNTRY_AT) | (uint256(newClaims) << CLAIMS_AT);
    return Row.wrap(linked ? word | LINKED : word);
}

/// @dev The facts of an answer of the registry, and if it admits, its stamp.
function withAdmission(Row row, AdmissionWord word, uint256 version) pure returns (Row) {
    uint256 facts = AdmissionWord.unwrap(word) & (FACTS_MASK | LINKED);
    uint256 stamped = word.reason() == 0 ? (uint256(word.validUntil()) << VALID_UNTIL_AT) | (version << STAMP_AT) : 0;
    return Row.wrap((Row.unwrap(row) & ~(ADMISSION_MASK | FACTS_MASK | LINKED)) | facts | stamped);
}

/// @dev The next movement asks the registry.
function withoutAdmission(Row row) pure returns (Row) {
    return Row.wrap(Row.unwrap(row) & ~ADMISSION_MASK);
}

function withFlag(Row row, uint256 flag, bool on) pure returns (Row) {
    return Row.wrap(on ? Row.unwrap(row) | flag : Row.unwrap(row) & ~flag);
}

function withRecordDate(Row row, uint256 passed) pure returns (Row) {
    return
        Row.wrap((Row.unwrap(row) & ~(uint256(type(uint16).max) << RECORD_DATE_AT)) | (passed << RECORD_DATE_AT));
}

function withHistoryLength(Row row, uint256 length) pure returns (Row) {
    return Row.wrap(
        (Row.unwrap(row) & ~(uint256(type(uint16).max) << HISTORY_LENGTH_AT)) | (length << HISTORY_LENGTH_AT)
    );
}

/// @dev Whether the stamp answers for the registry.
function isAdmitted(Row row, uint256 version) view returns (bool) {
    return row.stamp() == version && block.timestamp <= row.validUntil();
}

function newEntry(uint256 first, uint256 end, uint256 units_) pure returns (Entry) {
    return Entry.wrap(first | (end << 16) | (units_ << 32));
}

function from(Entry entry) pure returns (uint256) {
    return uint16(Entry.unwrap(entry));
}

function upto(Entry entry) pure returns (uint256) {
    return uint16(Entry.unwrap(entry) >> 16);
}

function held(Entry entry) pure returns (uint256) {
    return uint96(Entry.unwrap(entry) >> 32);
}
