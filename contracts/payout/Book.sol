// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What became of a holder's share of a payout. A holder up to the cursor counts as paid unless it is owed.
/// @dev Two bits; 3 is spare.
enum Status {
    Open,
    Paid,
    Owed // a push could not pay it
}

/// @notice What a share class's holders said about payments, and what became of their shares.
struct Book {
    bool said; // whether any of them said anything
    uint256[16] marks; // a bit for every 4,096th of the addresses, in their order: whether one of them said anything
    mapping(address holder => Account) accounts;
    mapping(address holder => mapping(uint256 word => uint256)) later; // statuses in payouts 48 and after
}

/// @notice One slot, so that a claim finds out where the money goes and writes that it was paid in the same place.
struct Account {
    address payee; // zero: the holder itself
    uint96 bits; // the lowest: reinvests; from the third on the statuses in payouts 1 to 47
}

uint256 constant REINVESTS = 1;
uint256 constant FIRST_LATER = 48;

using {statusOf, setStatus, pay, mark} for Book global;

function statusOf(Book storage book, address holder, uint256 number) view returns (Status) {
    uint256 bits = number < FIRST_LATER ? book.accounts[holder].bits : book.later[holder][number >> 7];
    return Status((bits >> _shift(number)) & 3);
}

function setStatus(Book storage book, address holder, uint256 number, Status status) {
    uint256 shift = _shift(number);
    if (number < FIRST_LATER) {
        Account storage account = book.accounts[holder];
        // Cannot truncate: the shift is at most 94.
        account.bits = uint96((account.bits & ~(uint256(3) << shift)) | (uint256(status) << shift));
    } else {
        uint256 bits = book.later[holder][number >> 7];
        book.later[holder][number >> 7] = (bits & ~(uint256(3) << shift)) | (uint256(status) << shift);
    }
}

/// @dev Notes that a share is paid; says what became of it before, and where the holder's own money goes. Reads and writes one slot.
function pay(Book storage book, address holder, uint256 number) returns (Status before, address payee) {
    Account storage account = book.accounts[holder];
    uint96 bits = account.bits;
    payee = account.payee;
    if (number < FIRST_LATER) {
        uint256 shift = _shift(number);
        before = Status((bits >> shift) & 3);
        // Cannot truncate: the shift is at most 94.
        account.bits = uint96((bits & ~(uint256(3) << shift)) | (uint256(Status.Paid) << shift));
    } else {
        before = book.statusOf(holder, number);
        book.setStatus(holder, number, Status.Paid);
    }
}

/// @dev Remembers that a wallet said something; a push looks into the accounts of those only who may have.
function mark(Book storage book, address holder) {
    if (!book.said) book.said = true;
    book.marks[uint160(holder) >> 156] |= 1 << uint8(uint160(holder));
}

function _shift(uint256 number) pure returns (uint256) {
    return (number & 127) << 1;
}
