// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRights} from "./IRights.sol";

/// @title What payouts of all kinds refuse alike
interface IPayments is IRights {
    /// @notice There is no such payout.
    error UnknownPayout(uint256 payoutId);

    /// @notice A payout needs an amount.
    error NothingToPay();

    /// @notice The deadline has not come yet.
    error BeforeDeadline(uint48 deadline);

    /// @notice The asset delivered less, or more, than was asked for.
    error AssetNotConserving(address asset, uint256 expected, uint256 received);

    /// @notice Native coins must be sent with the transaction exactly as asked for, and none for another asset.
    error WrongValue(uint256 expected, uint256 sent);

    /// @notice The payout is closed.
    error PayoutIsClosed(uint256 payoutId);

    /// @notice The wallet is frozen; its share is kept.
    error HolderFrozen(address holder);

    /// @notice The payment was refused: by the asset or, in native coins, by who was to receive them.
    error PaymentFailed(address asset, address payee, uint256 amount);

    /// @notice This account cannot be named as a payment address.
    error InvalidPayee(address payee);

    /// @notice The zero address cannot be used here.
    error ZeroAddress();
}
