// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What became of a holder's share of a payout. A holder up to the cursor counts as paid unless it is owed.
/// @dev Two bits; 3 is spare.
enum Status {
    Open,
    Paid,
    Owed // a push could not pay it
}

/// @notice The statuses of one holder in 128 payouts: its later claims find the slot written already.
struct StatusWord {
    uint256 bits;
}

using {statusOf, setStatus} for StatusWord global;

/// @dev Which of a holder's words a payout is in.
function wordOf(uint256 payoutId) pure returns (uint256) {
    return payoutId >> 7;
}

function statusOf(StatusWord storage word, uint256 payoutId) view returns (Status) {
    return Status((word.bits >> ((payoutId & 127) << 1)) & 3);
}

function setStatus(StatusWord storage word, uint256 payoutId, Status status) {
    uint256 shift = (payoutId & 127) << 1;
    word.bits = (word.bits & ~(uint256(3) << shift)) | (uint256(status) << shift);
}
