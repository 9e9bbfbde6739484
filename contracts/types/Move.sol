// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a movement is, in law. Every rule says what it does with each kind.
enum Kind {
    Issue, // new units, to.wallet receives; from is empty
    Redeem, // units retired, from.wallet gives; to is empty
    Transfer, // by the holder or a spender it approved
    Forced, // ordered by enforcement; also the recovery of a lost wallet
    Reclassify // no units move: an investor leaves one set of facts (from) or enters another (to)
}

/// @notice One side of a movement, as it was before the movement.
struct Party {
    address wallet; // zero: this side is the issuer
    uint16 country; // ISO 3166-1 numeric; 0: unknown
    uint32 claims; // one bit a claim
    uint256 units; // of this wallet
    uint256 held; // of the investor: all wallets together
}

/// @notice A movement, whole, so that no rule has to call back.
struct Move {
    Kind kind;
    address operator; // who sent it: holder, spender or office holder
    bool sameInvestor; // both wallets belong to one investor: nobody's holding changes
    Party from;
    Party to;
    uint256 units;
    uint256 supply; // before
}

using {supplyAfter, empties, admitsInvestor} for Move global;

/// @notice Units in issue once the move is done.
function supplyAfter(Move calldata move) pure returns (uint256) {
    Kind kind = move.kind;
    if (kind == Kind.Issue) return move.supply + move.units;
    // Saturates: a preflight may ask about more than there is.
    if (kind == Kind.Redeem) return move.units > move.supply ? 0 : move.supply - move.units;
    return move.supply;
}

/// @notice Whether the giving investor holds nothing afterwards.
function empties(Move calldata move) pure returns (bool) {
    return move.from.held == move.units && move.units != 0 && move.from.wallet != address(0) && !move.sameInvestor;
}

/// @notice Whether the receiving investor held nothing before.
function admitsInvestor(Move calldata move) pure returns (bool) {
    return move.to.held == 0 && move.units != 0 && move.to.wallet != address(0) && !move.sameInvestor;
}
