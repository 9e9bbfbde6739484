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
