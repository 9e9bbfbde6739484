// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What became of a holder's share of a payout. A holder up to the cursor counts as paid unless it is owed.
/// @dev Two bits; 3 is spare.
enum Status {
    Open,
    Paid,
    Owed // a push could not pay it
}

/// @notice The statuses of all holders, 128 payouts a word: a holder's later claims find their word written already.
struct Statuses {
    mapping(address holder => mapping(uint256 word => uint256)) words;
}

using {statusOf, setStatus} for Statuses global;

function statusOf(Statuses storage statuses, uint256 payoutId, address holder) view returns (Status) {
    return Status((statuses.words[holder][payoutId >> 7] >> ((payoutId & 127) << 1)) & 3);
}

function setStatus(Statuses storage statuses, uint256 payoutId, address holder, Status status) {
    uint256 shift = (payoutId & 127) << 1;
    uint256 word = statuses.words[holder][payoutId >> 7];
    statuses.words[holder][payoutId >> 7] = (word & ~(uint256(3) << shift)) | (uint256(status) << shift);
}
