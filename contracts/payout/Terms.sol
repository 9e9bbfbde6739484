// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayoutsOffice} from "../interfaces/IPayoutsOffice.sol";
import {IRegister} from "../interfaces/ISecurityToken.sol";
import {Rights} from "../rights/Rights.sol";

/// @notice What is kept of a payout.
/// @dev A claim reads slots 0 to 2 and, once something was pushed, slot 5; it writes slot 2 only. What a flag stands for is read where it is set.
struct Terms {
    // slot 0
    address token;
    uint96 denominator; // 0: not settled
    // slot 1
    address asset; // zero: the native coin
    uint16 index; // of the record date
    uint8 excludedCount;
    uint8 flags;
    uint48 paymentDate; // 0: as soon as the payout can be settled; 16 bits spare
    // slot 2
    uint112 amount; // the largest is 5 × 10^33, refused above
    uint112 spent; // paid and withheld
    uint32 claimants; // a bit for each 32nd of the addresses above the cursor: whether a push has to look for claims
    // slot 3
    address refundTo;
    uint48 recordDate;
    uint48 deadline;
    // slot 4
    bytes32 documentHash;
    // slot 5
    address cursor;
    uint32 pages; // 64 bits spare
    // slot 6
    uint112 perUnit;
    uint96 scale; // 48 bits spare
    // slot 7
    address table; // see {Withholding}
    // slot 8
    uint112 withheld; // 144 bits spare
    // slots 9 and 10, the second one of an address and 96 bits spare
    IPayoutsOffice.Reinvestment reinvestment;
    // slots 11 to 42
    Rights.Exclusions excluded;
    mapping(uint256 page => Page) pageOf;
}

uint8 constant CLOSED = 1;
uint8 constant PUSHED = 2;
uint8 constant PER_UNIT = 4;
uint8 constant TAXED = 8;
uint8 constant ADMITTED_ONLY = 16;
uint8 constant REINVESTED = 32;

/// @notice A page's holders, so that one who was left out can prove it.
struct Page {
    bytes32 holdersHash; // keccak256 of the addresses as words: fixed width and ascending, so no two pages share it
    address previous; // the cursor before the page; 96 bits spare
}

using {has, switchOn, numerator, basis, shareOf, reached, turnPage} for Terms global;
using {omits} for Page global;

function has(Terms storage terms, uint8 flag) view returns (bool) {
    return terms.flags & flag != 0;
}

function switchOn(Terms storage terms, uint8 flag) {
    terms.flags |= flag;
}

/// @dev What units are multiplied with; the amount of a payout per unit says only how much money there is.
function numerator(Terms storage terms) view returns (uint256) {
    return terms.has(PER_UNIT) ? terms.perUnit : terms.amount;
}

/// @dev The record date's index and what shares are divided by, settled or not yet; the record date must have passed.
function basis(Terms storage terms) view returns (uint16 index, uint96 denominator) {
    (index, denominator) = (terms.index, terms.denominator);
    if (denominator != 0) return (index, denominator);
    (index, denominator) = Rights.unitsOf(terms.token, terms.recordDate, terms.excluded, terms.excludedCount);
    if (terms.has(PER_UNIT)) denominator = terms.scale;
}

/// @dev What a wallet shares, who exercises its rights now, and whether that one is frozen.
function shareOf(Terms storage terms, address holder) view returns (uint256 share, address owner, bool frozen) {
    (uint16 index, uint96 denominator) = terms.basis();
    (share, owner, frozen) = proRata(terms.token, index, terms.numerator(), denominator, holder);
    if (Rights.excludes(terms.excluded, terms.excludedCount, holder)) share = 0;
}

/// @dev The same for a wallet that is not excluded. Rounds down: the rest is dust. Denominator 0: nobody shares.
function proRata(address token, uint16 index, uint256 multiplier, uint256 denominator, address holder)
    view
    returns (uint256 share, address owner, bool frozen)
{
    uint256 units;
    (units, owner, frozen) = IRegister(token).entitlement(holder, index);
    // 112 and 96 bits: exact. More units than a token can have, the multiplication refuses.
    if (denominator != 0) share = multiplier * units / denominator;
}

/// @dev The bit of {Terms-claimants} that stands for a wallet, among others.
function bitOf(address holder) pure returns (uint32) {
    return uint32(1) << (uint8(uint160(holder)) & 31);
}

/// @dev Whether pushes came as far as a wallet; the flag spares a slot where there were none.
function reached(Terms storage terms, address holder) view returns (bool) {
    return terms.has(PUSHED) && holder <= terms.cursor;
}

/// @dev Notes a page and moves the cursor behind it; the page has a holder and goes on from `previous`.
function turnPage(Terms storage terms, address[] calldata holders)
    returns (uint32 page, bytes32 holdersHash, address previous)
{
    (page, holdersHash, previous) = (terms.pages + 1, hashOf(holders), terms.cursor);
    terms.pageOf[page] = Page({holdersHash: holdersHash, previous: previous});
    (terms.cursor, terms.pages) = (holders[holders.length - 1], page);
    if (page == 1) terms.switchOn(PUSHED);
}

/// @dev Whether `holders` are this page, its range covers a wallet, and the wallet is not among them.
function omits(Page storage page, address[] calldata holders, address holder) view returns (bool) {
    if (page.holdersHash != hashOf(holders)) return false;
    if (holder <= page.previous || holder >= holders[holders.length - 1]) return false;

    uint256 i;
    while (holders[i] < holder) ++i; // Cannot run out: the last is above.
    return holders[i] != holder;
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
