// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayments} from "./IPayments.sol";

/// @title Payouts
/// @notice Dividends and other payments to the holders of a token at a record date, funded when declared.
/// @dev Terms never change after declaration. Trusts the token for what was held, and the asset not to lie about balances.
/// A holder is the wallet that held the units; its owner is the wallet that exercises its rights now: itself, or what replaced it.
interface IPayouts is IPayments {
    /// @notice How a payout is declared.
    struct Declaration {
        address token; // share class
        address asset; // ERC-20 it is paid in; zero: the native coin
        uint128 amount; // what is paid in with the declaration, in the asset's smallest unit; at most 2^112 − 1
        uint48 recordDate; // scheduled in the token; may lie ahead
        uint48 deadline; // unix seconds; afterwards the rest returns to the issuer
        address refundTo; // who gets the rest
        address[] excluded; // wallets that get nothing (treasury), ascending, at most 32
        bytes32 documentHash; // the resolution
    }

    /// @notice A claim that whoever has it may hand in.
    struct Order {
        address claimant; // who signs: the owner
        address holder; // at the record date
        uint256[] payoutIds;
        uint256 nonce; // see {nonceOf}
        uint48 deadline; // unix seconds; good up to and including it
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
        uint128 amount; // funded
        uint128 paid; // to payees, and for new units
        uint96 denominator; // units that share, or the scale of an amount per unit; 0 before it is settled
        address cursor; // holders up to here were pushed
        uint32 pages; // pushed so far
        bytes32 documentHash;
        uint128 withheld; // as tax, withdrawn or not
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

    /// @notice The units that share are now known.
    event PayoutSettled(uint256 indexed payoutId, uint96 denominator);

    /// @notice A holder's share, less tax, was paid; `payee` differs from `holder` after a recovery or if another was registered.
    event PayoutClaimed(uint256 indexed payoutId, address indexed holder, address payee, uint256 amount);

    /// @notice A page of holders was paid `amount` in all; those of {PayoutFailed} are not in it.
    /// @param page 1 … the number of pages. It covers the addresses above the last of the page before, up to `last`.
    /// @param holdersHash keccak256 of the ascending addresses, each as a word of 32 bytes.
    event PayoutPushed(
        uint256 indexed payoutId, uint32 indexed page, address first, address last, bytes32 holdersHash, uint256 amount
    );

    /// @notice Tax was kept of a holder's share, for an authority.
    event TaxWithheld(
        uint256 indexed payoutId, address indexed holder, address indexed authority, uint256 share, uint256 tax
    );

    /// @notice A holder's share could not be paid and is kept for it.
    event PayoutFailed(uint256 indexed payoutId, address indexed holder, uint256 amount, bytes reason);

    /// @notice The rest was returned to the issuer.
    event PayoutClosed(uint256 indexed payoutId, address refundTo, uint256 amount);

    /// @notice The record date has not come yet.
    error BeforeRecordDate(uint48 recordDate);

    /// @notice The deadline must lie at least a day after the record date, the payment date and now.
    error InvalidDeadline(uint48 deadline);

    /// @notice Nobody is paid before the payment date.
    error BeforePaymentDate(uint48 paymentDate);

    /// @notice A payout per unit holds too little money for the units that share; anyone may top it up.
    error Underfunded(uint256 payoutId, uint256 needed, uint256 funded);

    /// @notice The token's identity registry does not say who its holders are.
    error FactsUnavailable(address token, address owner);

    /// @notice The owner is not admitted to the token, for this reason; its share is kept.
    error OwnerNotAdmitted(address owner, uint8 code);

    /// @notice The signed claim is no longer good.
    error OrderExpired(uint48 deadline);

    /// @notice The nonce of the signed claim is not the next one of who signed it.
    error InvalidNonce(address claimant, uint256 expected, uint256 given);

    /// @notice The claim was not signed by its claimant.
    error InvalidSignature(address claimant);

    /// @notice Nobody holds units that share in this payout.
    error NoEntitledUnits(uint256 payoutId);

    /// @notice This wallet has nothing coming from this payout.
    error NothingDue(uint256 payoutId, address holder);

    /// @notice This wallet was paid already.
    error AlreadyPaid(uint256 payoutId, address holder);

    /// @notice The register shows more units than it counted, so the payout's money would not suffice.
    error RegisterOverstated(uint256 payoutId, uint256 share, uint256 left);

    /// @notice This is not the page that was pushed, or it does not show that the holder was left out.
    error NotOmitted(uint256 payoutId, address holder, uint32 page);

    /// @notice The office is not a contract.
    error InvalidOffice(address office);

    /// @notice Declares a payout and takes its amount from the caller.
    /// @dev Power: paying agent.
    function declare(Declaration calldata declaration) external payable returns (uint256 payoutId);

    /// @notice Pays the caller its share.
    function claim(uint256 payoutId) external returns (uint256 amount);

    /// @notice Pays the caller the share of a wallet it replaced.
    function claimFor(uint256 payoutId, address holder) external returns (uint256 amount);

    /// @notice Pays the caller its shares of several payouts, or those of a wallet it replaced; all or none.
    function claimMany(uint256[] calldata payoutIds, address holder) external returns (uint256[] memory amounts);

    /// @notice Pays what a holder's owner asked for in writing; all or none. Anyone may hand it in.
    function claimSigned(Order calldata order, bytes calldata signature) external returns (uint256[] memory amounts);

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

    /// @notice What a wallet would be paid now, tax kept; zero if it was paid or has nothing coming.
    function dueTo(uint256 payoutId, address holder) external view returns (uint256 amount);

    /// @notice What a wallet's share is, paid or not.
    function entitlementOf(uint256 payoutId, address holder) external view returns (uint256 amount);

    /// @notice Whether a wallet was paid (or had nothing coming in a page that was pushed).
    function isPaid(uint256 payoutId, address holder) external view returns (bool);

    /// @notice How many payouts were declared; ids are 1 … count.
    function payoutCount() external view returns (uint256);
}
