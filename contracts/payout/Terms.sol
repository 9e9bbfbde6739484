// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayouts} from "../interfaces/IPayouts.sol";
import {IRegister} from "../interfaces/ISecurityToken.sol";
import {Rights} from "../rights/Rights.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice What is kept of a payout.
/// @dev Claims read slots 0 to 2, and slot 5 once something was pushed.
struct Terms {
    // slot 0
    address token;
    uint96 denominator; // 0: not settled
    // slot 1
    address asset;
    uint16 index; // of the record date
    uint8 excludedCount;
    bool closed;
    bool pushed;
    bool claimedAhead; // somebody above the cursor claimed, so a push has to look; 48 bits spare
    // slot 2
    uint128 amount;
    uint128 paid;
    // slot 3
    address refundTo;
    uint48 recordDate;
    uint48 deadline;
    // slot 4
    bytes32 documentHash;
    // slot 5
    address cursor;
    uint32 pages; // 64 bits spare
    // slots 6 to 37
    Rights.Exclusions excluded;
    mapping(uint256 page => Page) pageOf;
}

/// @notice A page's holders, so that one who was left out can prove it.
struct Page {
    bytes32 holdersHash; // keccak256 of the addresses as words: fixed width and ascending, so no two pages share it
    address previous; // the cursor before the page; 96 bits spare
}

/// @notice What shares are reckoned from.
struct Basis {
    IRegister token;
    uint16 index; // of the record date
    uint128 amount;
    uint96 denominator; // 0: no units share
}

using {basis, shareOf, reached, turnPage, spend} for Terms global;
using {omits} for Page global;
using {proRata} for Basis global;

/// @dev Settled or not yet; the record date must have passed.
function basis(Terms storage terms) view returns (Basis memory found) {
    (found.token, found.denominator) = (IRegister(terms.token), terms.denominator);
    (found.amount, found.index) = (terms.amount, terms.index);
    if (found.denominator == 0) {
        (found.index, found.denominator) =
            Rights.unitsOf(terms.token, terms.recordDate, terms.excluded, terms.excludedCount);
    }
}

/// @dev What a wallet shares, who gets it now, and whether that one is frozen.
function shareOf(Terms storage terms, address holder) view returns (uint256 share, address payee, bool frozen) {
    (share, payee, frozen) = terms.basis().proRata(holder);
    if (Rights.excludes(terms.excluded, terms.excludedCount, holder)) share = 0;
}

/// @dev The same for a wallet that is not excluded. Rounds down: the rest is dust.
function proRata(Basis memory self, address holder) view returns (uint256 share, address payee, bool frozen) {
    uint256 units;
    (units, payee, frozen) = self.token.entitlement(holder, self.index);
    if (self.denominator != 0) share = Math.mulDiv(self.amount, units, self.denominator);
}

/// @dev Whether pushes came as far as a wallet.
function reached(Terms storage terms, address holder) view returns (bool) {
    return terms.pushed && holder <= terms.cursor;
}

/// @dev Notes a page and moves the cursor behind it; the page has a holder and goes on from `previous`.
function turnPage(Terms storage terms, address[] calldata holders)
    returns (uint32 page, bytes32 holdersHash, address previous)
{
    (page, holdersHash, previous) = (terms.pages + 1, hashOf(holders), terms.cursor);
    terms.pageOf[page] = Page({holdersHash: holdersHash, previous: previous});
    (terms.cursor, terms.pages) = (holders[holders.length - 1], page);
    if (!terms.pushed) terms.pushed = true;
}

/// @dev Whether `holders` are this page, its range covers a wallet, and the wallet is not among them.
function omits(Page storage page, address[] calldata holders, address holder) view returns (bool) {
    if (page.holdersHash != hashOf(holders)) return false;
    if (holder <= page.previous || holder >= holders[holders.length - 1]) return false;

    uint256 i;
    while (holders[i] < holder) ++i; // Cannot run out: the last is above.
    return holders[i] != holder;
}

/// @dev Before any payment. No more than the amount ever leaves, whatever the token says.
function spend(Terms storage terms, uint256 payoutId, uint256 share) {
    uint256 left = terms.amount - terms.paid;
    if (share > left) revert IPayouts.RegisterOverstated(payoutId, share, left);
    terms.paid += uint128(share); // Cannot truncate: at most `left`.
}

/// @dev keccak256(abi.encodePacked(holders)), whose elements are words, without reading them one by one.
function hashOf(address[] calldata holders) pure returns (bytes32 holdersHash) {
    // Cannot harm memory: writes, unallocated, what is free.
    assembly ("memory-safe") {
        let free := mload(0x40)
        let size := shl(5, holders.length)
        calldatacopy(free, holders.offset, size)
        holdersHash := keccak256(free, size)
    }
}
