// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A registry's answer to "may this wallet hold this token under its terms, and until when".
struct Admission {
    uint8 reason; // 0: admitted; else NOT_REGISTERED … RETIRED of {Restriction}
    bool maySell; // not admitted, but the terms let it sell what it has
    bool linked; // the investor has more than one wallet
    uint16 country; // ISO 3166-1 numeric
    uint32 claims; // one bit a claim
    uint40 validUntil; // unix seconds; the admission holds up to and including this second
}

/// @notice An {Admission} in one word, laid out like a token's row, so that stamping is a mask.
/// @dev reason uint8 at 0 | maySell at 8 | validUntil uint40 at 96 | country uint16 at 192 | claims uint32 at 208 | linked at 242.
type AdmissionWord is uint256;

using {reason, maySell, validUntil, country, claims, linked} for AdmissionWord global;

function reason(AdmissionWord word) pure returns (uint8) {
    return uint8(AdmissionWord.unwrap(word));
}

function maySell(AdmissionWord word) pure returns (bool) {
    return AdmissionWord.unwrap(word) & (1 << 8) != 0;
}

function validUntil(AdmissionWord word) pure returns (uint40) {
    return uint40(AdmissionWord.unwrap(word) >> 96);
}

function country(AdmissionWord word) pure returns (uint16) {
    return uint16(AdmissionWord.unwrap(word) >> 192);
}

function claims(AdmissionWord word) pure returns (uint32) {
    return uint32(AdmissionWord.unwrap(word) >> 208);
}

function linked(AdmissionWord word) pure returns (bool) {
    return AdmissionWord.unwrap(word) & (1 << 242) != 0;
}

/// @param facts Country (16 bits) and claims (32 bits), from the lowest bit.
function admissionWord(uint8 reason_, bool maySell_, uint40 validUntil_, uint48 facts, bool linked_)
    pure
    returns (AdmissionWord)
{
    uint256 word = uint256(reason_) | uint256(validUntil_) << 96 | uint256(facts) << 192;
    if (maySell_) word |= 1 << 8;
    return AdmissionWord.wrap(linked_ ? word | 1 << 242 : word);
}
