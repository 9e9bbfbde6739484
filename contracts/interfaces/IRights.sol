// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What payouts and meetings refuse alike
interface IRights {
    /// @notice The address is not a contract that can be used here.
    error InvalidContract(address account);

    /// @notice The record date is not scheduled in the token.
    error RecordDateNotScheduled(uint48 recordDate);

    /// @notice Addresses must be in ascending order, without repetition.
    error NotAscending(address previous, address next);

    /// @notice At most `limit` wallets can be excluded.
    error TooManyExcluded(uint256 limit);

    /// @notice Only the holder, or the wallet that replaced it, may do this.
    error NotHolder(address caller, address holder);
}
