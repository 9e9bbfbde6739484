// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IPayouts} from "../interfaces/IPayouts.sol";
import {Rights} from "../rights/Rights.sol";
import {Payment} from "./Payment.sol";
import {Status, StatusWord, wordOf} from "./Status.sol";
import {Terms, bitOf, proRata} from "./Terms.sol";

/// @title Payouts
/// @notice Pays the holders of a token, as they were at a record date, out of money that is here from the start.
/// @dev Whom it trusts. The token, for units at a record date and for who succeeded a lost wallet: one that overstates units drains its own
/// payouts only. The asset, to debit exactly what it is told to and to keep balances: one that does not harms the payouts in that asset only.
/// The paying agent declares (its own money), pushes, and returns the rest after the deadline; it can neither stop a claim nor change terms
/// or direct money elsewhere: a holder it leaves out of a page claims with {claimOmitted}. Enforcement, by freezing a wallet, holds its share
/// back, after the deadline for good. The authority can close declare, push and reclaim, never a claim. A power with an execution delay is
/// exercised by calling here once the delay is over, not through the manager's `execute`: {declare} takes the money from its caller.
/// Coins sent here outside {declare} belong to no payout and stay.
/// @custom:invariant PAY-1 For each payout, amount = paid + unclaimed + dust at every step, and what is paid and returned never exceeds amount.
/// @custom:invariant PAY-2 A wallet's share of a payout is paid at most once, by whatever way.
/// @custom:invariant PAY-3 A share is floor(amount × units / denominator) of the units at the record date, whatever moved after it.
/// @custom:invariant PAY-4 Terms never change after declaration, and nothing returns to the issuer before the deadline.
/// @custom:invariant PAY-5 A payment that fails in a push changes nothing for the others, and can be claimed until the payout is closed.
contract Payouts is IPayouts, AccessManaged, ReentrancyGuardTransient {
    using Rights for Rights.Exclusions;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    uint256 private constant MIN_OPEN = 1 days;

    uint64 private _count; // in the slot of the authority
    mapping(uint256 payoutId => Terms) private _payouts;
    mapping(address holder => mapping(uint256 word => StatusWord)) private _statuses;

    constructor(address authority) AccessManaged(authority) {}

    /* Declaring */

    /// @inheritdoc IPayouts
    function declare(Declaration calldata declaration) external restricted nonReentrant returns (uint256 payoutId) {
        _requireSound(declaration);

        payoutId = ++_count;
        Terms storage payout = _payouts[payoutId];
        payout.token = declaration.token;
        payout.asset = declaration.asset;
        payout.excludedCount = payout.excluded.exclude(declaration.excluded);
        payout.amount = uint256(declaration.amount).toUint112();
        payout.refundTo = declaration.refundTo;
        payout.recordDate = declaration.recordDate;
        payout.deadline = declaration.deadline;
        payout.documentHash = declaration.documentHash;

        _emitDeclared(payoutId, declaration);
        if (block.timestamp >= declaration.recordDate) _settle(payoutId, payout);

        _fund(declaration.asset, declaration.amount);
    }

    function _requireSound(Declaration calldata declaration) private view {
        if (declaration.amount == 0) revert NothingToPay();
        if (declaration.refundTo == address(0)) revert ZeroAddress();
        if (declaration.asset.code.length == 0) revert InvalidContract(declaration.asset);
        Rights.requireRecordDate(declaration.token, declaration.recordDate);
        if (declaration.deadline < Math.max(block.timestamp, declaration.recordDate) + MIN_OPEN) {
            revert InvalidDeadline(declaration.deadline);
        }
    }

    function _emitDeclared(uint256 payoutId, Declaration calldata declaration) private {
        emit PayoutDeclared(
            payoutId,
            declaration.token,
            declaration.asset,
            declaration.amount,
            declaration.recordDate,
            declaration.deadline,
            declaration.refundTo,
            declaration.excluded,
            declaration.documentHash
        );
    }

    /// @dev Compares balances, so an asset that takes a fee or rebases on the way is refused.
    function _fund(address asset, uint256 amount) private {
        uint256 before = IERC20(asset).balanceOf(address(this));
        IERC20(asset).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(asset).balanceOf(address(this)) - before;
        if (received != amount) revert AssetNotConserving(asset, amount, received);
    }

    /// @dev The first to ask after the record date settles the denominator, once.
    function _settle(uint256 payoutId, Terms storage payout) private {
        if (payout.denominator != 0) return;
        if (block.timestamp < payout.recordDate) revert BeforeRecordDate(payout.recordDate);

        (uint16 index, uint96 denominator) =
            Rights.unitsOf(payout.token, payout.recordDate, payout.excluded, payout.excludedCount);
        if (denominator == 0) revert NoEntitledUnits(payoutId);

        (payout.index, payout.denominator) = (index, denominator);
        emit PayoutSettled(payoutId, denominator);
    }

    /* Claiming */

    /// @inheritdoc IPayouts
    function claim(uint256 payoutId) external nonReentrant returns (uint256 amount) {
        return _claim(payoutId, msg.sender);
    }

    /// @inheritdoc IPayouts
    function claimFor(uint256 payoutId, address holder) external nonReentrant returns (uint256 amount) {
        return _claim(payoutId, holder);
    }

    /// @inheritdoc IPayouts
    /// @dev Anyone may send it: the money goes to the holder, or to the wallet that replaced it.
    function claimOmitted(uint256 payoutId, address holder, uint32 page, address[] calldata holders)
        external
        nonReentrant
        returns (uint256 amount)
    {
        Terms storage payout = _open(payoutId);
        if (!payout.pageOf[page].omits(holders, holder)) revert NotOmitted(payoutId, holder, page);
        if (_statuses[holder][wordOf(payoutId)].statusOf(payoutId) != Status.Open) revert AlreadyPaid(payoutId, holder);

        address payee;
        bool frozen;
        (amount, payee, frozen) = payout.shareOf(holder);
        _requireDue(payoutId, holder, amount, payee, frozen);
        _pay(payoutId, payout, holder, payee, amount);
    }

    function _claim(uint256 payoutId, address holder) private returns (uint256 share) {
        Terms storage payout = _open(payoutId);
        _settle(payoutId, payout);
        address payee;
        bool frozen;
        (share, payee, frozen) = payout.shareOf(holder);
        if (payee != msg.sender) revert NotHolder(msg.sender, payee);
        if (share != 0 && _isPaid(payoutId, payout, holder)) revert AlreadyPaid(payoutId, holder);

        _requireDue(payoutId, holder, share, payee, frozen);
        _pay(payoutId, payout, holder, payee, share);
    }

    function _requireDue(uint256 payoutId, address holder, uint256 share, address payee, bool frozen) private pure {
        if (share == 0) revert NothingDue(payoutId, holder);
        if (frozen) revert HolderFrozen(payee);
    }

    /// @dev No more than the amount ever leaves, whatever the token says.
    function _pay(uint256 payoutId, Terms storage payout, address holder, address payee, uint256 share) private {
        (uint112 amount, uint112 paid) = (payout.amount, payout.paid);
        if (share > amount - paid) revert RegisterOverstated(payoutId, share, amount - paid);

        _statuses[holder][wordOf(payoutId)].setStatus(payoutId, Status.Paid);
        payout.paid = paid + uint112(share); // Cannot truncate: at most what is left.
        payout.claimants |= bitOf(holder);
        emit PayoutClaimed(payoutId, holder, payee, share);

        _transfer(payout.asset, payee, share);
    }

    /* Pushing */

    /// @inheritdoc IPayouts
    /// @dev An empty page changes nothing. What was paid is known after the last payment only, so {PayoutPushed} comes last.
    function push(uint256 payoutId, address[] calldata holders)
        external
        restricted
        nonReentrant
        returns (uint256 amount)
    {
        Terms storage payout = _open(payoutId);
        _settle(payoutId, payout);
        if (holders.length == 0) return 0;

        (uint32 page, bytes32 holdersHash, address previous) = payout.turnPage(holders);
        uint112 paid = payout.paid;
        payout.paid = payout.amount; // Effects first, at their worst: until the page is done nothing is left to spend.

        amount = _payPage(payoutId, payout, holders, previous, payout.amount - paid);
        payout.paid = paid + uint112(amount); // Cannot truncate: a part of what was left.
        emit PayoutPushed(payoutId, page, holders[0], holders[holders.length - 1], holdersHash, amount);
    }

    /// @dev Passes over those excluded, paid before or without units; keeps the shares of those who are frozen or cannot be paid.
    function _payPage(
        uint256 payoutId,
        Terms storage payout,
        address[] calldata holders,
        address previous,
        uint256 left
    ) private returns (uint256 amount) {
        (uint256 total, uint256 denominator) = (payout.amount, payout.denominator);
        (address token, uint16 index) = (payout.token, payout.index);
        address[] memory excluded = payout.excluded.load(payout.excludedCount);
        (address asset, uint32 claimants, uint256 passed) = (payout.asset, payout.claimants, 0);

        for (uint256 i; i < holders.length; ++i) {
            address holder = holders[i];
            if (holder <= previous) revert NotAscending(previous, holder);
            previous = holder;

            // Both lists ascend, so one pass over the excluded serves the page.
            while (passed < excluded.length && excluded[passed] < holder) ++passed;
            if (passed < excluded.length && excluded[passed] == holder) continue;
            bool mayHaveClaimed = claimants & bitOf(holder) != 0;
            if (mayHaveClaimed && _statuses[holder][wordOf(payoutId)].statusOf(payoutId) == Status.Paid) continue;

            (uint256 share, address payee, bool frozen) = proRata(token, index, total, denominator, holder);
            if (share == 0) continue;
            if (share > left - amount) revert RegisterOverstated(payoutId, share, left - amount);
            if (frozen) _keep(payoutId, holder, share, abi.encodeWithSelector(HolderFrozen.selector, payee));
            else if (Payment.tryTransfer(asset, payee, share)) amount += share;
            else _keep(payoutId, holder, share, Payment.reason());
        }
    }

    function _keep(uint256 payoutId, address holder, uint256 share, bytes memory reason) private {
        _statuses[holder][wordOf(payoutId)].setStatus(payoutId, Status.Owed);
        emit PayoutFailed(payoutId, holder, share, reason);
    }

    /* Closing */

    /// @inheritdoc IPayouts
    function reclaim(uint256 payoutId) external restricted nonReentrant returns (uint256 amount) {
        Terms storage payout = _open(payoutId);
        if (block.timestamp < payout.deadline) revert BeforeDeadline(payout.deadline);

        amount = payout.amount - payout.paid;
        payout.closed = true;
        emit PayoutClosed(payoutId, payout.refundTo, amount);

        if (amount != 0) _transfer(payout.asset, payout.refundTo, amount);
    }

    /* Reading */

    /// @inheritdoc IPayouts
    function payoutOf(uint256 payoutId) external view returns (Payout memory) {
        Terms storage payout = _known(payoutId);
        return Payout({
            token: payout.token,
            asset: payout.asset,
            refundTo: payout.refundTo,
            recordDate: payout.recordDate,
            deadline: payout.deadline,
            settled: payout.denominator != 0,
            closed: payout.closed,
            amount: payout.amount,
            paid: payout.paid,
            denominator: payout.denominator,
            cursor: payout.cursor,
            pages: payout.pages,
            documentHash: payout.documentHash
        });
    }

    /// @inheritdoc IPayouts
    /// @dev What {claim} would pay: zero also while the wallet is frozen, before the record date, and once closed.
    function dueTo(uint256 payoutId, address holder) external view returns (uint256 amount) {
        Terms storage payout = _known(payoutId);
        if (payout.closed || block.timestamp < payout.recordDate || isPaid(payoutId, holder)) return 0;

        bool frozen;
        (amount,, frozen) = payout.shareOf(holder);
        if (frozen) return 0;
    }

    /// @inheritdoc IPayouts
    function entitlementOf(uint256 payoutId, address holder) external view returns (uint256 amount) {
        Terms storage payout = _known(payoutId);
        if (block.timestamp < payout.recordDate) revert BeforeRecordDate(payout.recordDate);

        (amount,,) = payout.shareOf(holder);
    }

    /// @inheritdoc IPayouts
    /// @dev A holder whom a page left out counts as paid until it shows the page to {claimOmitted}: the page is not kept here.
    function isPaid(uint256 payoutId, address holder) public view returns (bool) {
        return _isPaid(payoutId, _known(payoutId), holder);
    }

    /// @inheritdoc IPayouts
    function payoutCount() external view returns (uint256) {
        return _count;
    }

    /* Shared */

    function _known(uint256 payoutId) private view returns (Terms storage payout) {
        payout = _payouts[payoutId];
        if (payout.amount == 0) revert UnknownPayout(payoutId);
    }

    function _open(uint256 payoutId) private view returns (Terms storage payout) {
        payout = _known(payoutId);
        if (payout.closed) revert PayoutIsClosed(payoutId);
    }

    function _isPaid(uint256 payoutId, Terms storage payout, address holder) private view returns (bool) {
        Status status = _statuses[holder][wordOf(payoutId)].statusOf(payoutId);
        return status == Status.Paid || (status == Status.Open && payout.reached(holder));
    }

    function _transfer(address asset, address payee, uint256 amount) private {
        if (!IERC20(asset).trySafeTransfer(payee, amount)) revert PaymentFailed(asset, payee, amount);
    }
}
