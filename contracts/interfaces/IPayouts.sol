// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRights} from "./IRights.sol";

/// @title Payouts
/// @notice Dividends and other payments to the holders of a token at a record date, funded in full when declared.
/// @dev Terms never change after declaration. Trusts the token for what was held, and the asset not to lie about balances.
interface IPayouts is IRights {
    /// @notice How a payout is declared.
    struct Declaration {
        address token; // share class
        address asset; // ERC-20 it is paid in
        uint128 amount; // in the asset's smallest unit; at most 2^112 − 1
        uint48 recordDate; // scheduled in the token; may lie ahead
        uint48 deadline; // unix seconds; afterwards the rest returns to the issuer
        address refundTo; // who gets the rest
        address[] excluded; // wallets that get nothing (treasury), ascending, at most 32
        bytes32 documentHash; // the resolution
    }

    /// @notice A payout as it stands.
    struct Payout {
        address token;
        address asset;
        address refundTo;
        uint48 recordDate;
        uint48 deadline;
        bool settled; // the denominator is known (the record date has passed and somebody asked)
        bool closed;
        uint128 amount;
        uint128 paid;
        uint96 denominator; // units that share; 0 before it is settled
        address cursor; // holders up to here were pushed
        uint32 pages; // pushed so far
        bytes32 documentHash;
    }

    /// @notice A payout was declared and funded.
    event PayoutDeclared(
        uint256 indexed payoutId,
        address indexed token,
        address indexed asset,
        uint128 amount,
        uint48 recordDate,
        uint48 deadline,
        address refundTo,
        address[] excluded,
        bytes32 documentHash
    );

    /// @notice The denominator is now known.
    event PayoutSettled(uint256 indexed payoutId, uint96 denominator);

    /// @notice A holder's share was paid; `payee` differs from `holder` after a recovery.
    event PayoutClaimed(uint256 indexed payoutId, address indexed holder, address payee, uint256 amount);

    /// @notice A page of holders was paid `amount` in all; those of {PayoutFailed} are not in it.
    /// @param page 1 … the number of pages. It covers the addresses above the last of the page before, up to `last`.
    /// @param holdersHash keccak256 of the ascending addresses, each as a word of 32 bytes.
    event PayoutPushed(
        uint256 indexed payoutId, uint32 indexed page, address first, address last, bytes32 holdersHash, uint256 amount
    );

    /// @notice A holder's share could not be paid and is kept for it.
    event PayoutFailed(uint256 indexed payoutId, address indexed holder, uint256 amount, bytes reason);

    /// @notice The rest was returned to the issuer.
    event PayoutClosed(uint256 indexed payoutId, address refundTo, uint256 amount);

    /// @notice There is no such payout.
    error UnknownPayout(uint256 payoutId);

    /// @notice A payout needs an amount.
    error NothingToPay();

    /// @notice The record date has not come yet.
    error BeforeRecordDate(uint48 recordDate);

    /// @notice The deadline must lie at least a day after the record date and after now.
    error InvalidDeadline(uint48 deadline);

    /// @notice The deadline has not come yet.
    error BeforeDeadline(uint48 deadline);

    /// @notice The asset delivered less, or more, than was asked for.
    error AssetNotConserving(address asset, uint256 expected, uint256 received);

    /// @notice Nobody holds units that share in this payout.
    error NoEntitledUnits(uint256 payoutId);

    /// @notice The payout is closed.
    error PayoutIsClosed(uint256 payoutId);

    /// @notice This wallet has nothing coming from this payout.
    error NothingDue(uint256 payoutId, address holder);

    /// @notice This wallet was paid already.
    error AlreadyPaid(uint256 payoutId, address holder);

    /// @notice The wallet is frozen; its share is kept.
    error HolderFrozen(address holder);

    /// @notice The register shows more units than it counted, so the payout's money would not suffice.
    error RegisterOverstated(uint256 payoutId, uint256 share, uint256 left);

    /// @notice The asset refused the payment.
    error PaymentFailed(address asset, address payee, uint256 amount);

    /// @notice This is not the page that was pushed, or it does not show that the holder was left out.
    error NotOmitted(uint256 payoutId, address holder, uint32 page);

    /// @notice The zero address cannot be used here.
    error ZeroAddress();

    /// @notice Declares a payout and takes its amount from the caller.
    /// @dev Power: paying agent.
    function declare(Declaration calldata declaration) external returns (uint256 payoutId);

    /// @notice Pays the caller its share.
    function claim(uint256 payoutId) external returns (uint256 amount);

    /// @notice Pays the caller the share of a wallet it replaced.
    function claimFor(uint256 payoutId, address holder) external returns (uint256 amount);

    /// @notice Pays a holder that a pushed page left out; the page proves it. Anyone may.
    /// @param page The page whose range covers the holder, from 1 on.
    /// @param holders The page as it was pushed.
    function claimOmitted(uint256 payoutId, address holder, uint32 page, address[] calldata holders)
        external
        returns (uint256 amount);

    /// @notice Pays a page of holders in ascending order. A payment that fails is noted and kept.
    /// @dev Power: paying agent.
    function push(uint256 payoutId, address[] calldata holders) external returns (uint256 amount);

    /// @notice Returns what was not paid, and dust, to the issuer after the deadline.
    /// @dev Power: paying agent.
    function reclaim(uint256 payoutId) external returns (uint256 amount);

    /// @notice A payout as it stands.
    function payoutOf(uint256 payoutId) external view returns (Payout memory);

    /// @notice What a wallet would be paid now; zero if it was paid or has nothing coming.
    function dueTo(uint256 payoutId, address holder) external view returns (uint256 amount);

    /// @notice What a wallet's share is, paid or not.
    function entitlementOf(uint256 payoutId, address holder) external view returns (uint256 amount);

    /// @notice Whether a wallet was paid (or had nothing coming in a page that was pushed).
    function isPaid(uint256 payoutId, address holder) external view returns (bool);

    /// @notice How many payouts were declared; ids are 1 … count.
    function payoutCount() external view returns (uint256);
}
