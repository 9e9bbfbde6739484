// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayouts} from "../interfaces/IPayouts.sol";
import {IRegister} from "../interfaces/ISecurityToken.sol";
import {Rights} from "../rights/Rights.sol";
import {Payment} from "./Payment.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Payouts
/// @notice Pays the holders of a token, as they were at a record date, out of money that is here from the start.
/// @dev Whom it trusts. The token, for units at a record date and for who succeeded a lost wallet: one that overstates units drains its own
/// payouts only. The asset, to debit exactly what it is told to and to keep balances: one that does not harms the payouts in that asset only.
/// The paying agent declares (its own money), pushes, and returns the rest after the deadline; it can neither stop a claim nor change terms
/// or direct money elsewhere: a holder it leaves out of a page claims with {claimOmitted}. Enforcement, by freezing a wallet, holds its share
/// back, after the deadline for good. The authority can close declare, push and reclaim, never a claim. A power with an execution delay is
/// exercised by calling here once the delay is over, not through the manager's `execute`: {declare} takes the money from its caller.
/// @custom:invariant PAY-1 For each payout, amount = paid + unclaimed + dust at every step, and what is paid and returned never exceeds amount.
/// @custom:invariant PAY-2 A wallet's share of a payout is paid at most once, by whatever way.
/// @custom:invariant PAY-3 A share is floor(amount × units / denominator) of the units at the record date, whatever moved after it.
/// @custom:invariant PAY-4 Terms never change after declaration, and nothing returns to the issuer before the deadline.
/// @custom:invariant PAY-5 A payment that fails in a push changes nothing for the others, and can be claimed until the payout is closed.
contract Payouts is IPayouts, AccessManaged, ReentrancyGuardTransient {
    using Rights for Rights.Exclusions;
    using SafeERC20 for IERC20;

    /// @dev What became of a holder's share; two bits in a word of 128 payouts. A holder up to the cursor counts as paid unless it is owed.
    enum Status {
        Open,
        Paid,
        Owed
    }

    /// @dev A page's holders, so that one who was left out can prove it.
    struct Page {
        bytes32 holdersHash; // keccak256 of the addresses as words: fixed width and ascending, so no two pages share it
        address previous; // the cursor before the page; 96 bits spare
    }

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

    /// @dev What a share is reckoned from.
    struct Basis {
        IRegister token;
        uint16 index; // of the record date
        uint128 amount;
        uint96 denominator; // 0: no units share
    }

    uint256 private constant MIN_OPEN = 1 days;

    uint64 private _count; // in the slot of the authority
    mapping(uint256 payoutId => Terms) private _payouts;
    mapping(address holder => mapping(uint256 word => uint256 statuses)) private _statuses;

    constructor(address authority) AccessManaged(authority) {}

    // ── Declaring ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IPayouts
    function declare(Declaration calldata declaration) external restricted nonReentrant returns (uint256 payoutId) {
        _requireSound(declaration);

        payoutId = ++_count;
        Terms storage payout = _payouts[payoutId];
        payout.token = declaration.token;
        payout.asset = declaration.asset;
        payout.amount = declaration.amount;
        payout.refundTo = declaration.refundTo;
        payout.recordDate = declaration.recordDate;
        payout.deadline = declaration.deadline;
        payout.documentHash = declaration.documentHash;
        payout.excludedCount = payout.excluded.exclude(declaration.excluded);

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

        Basis memory basis = _basisOf(payout);
        if (basis.denominator == 0) revert NoEntitledUnits(payoutId);

        (payout.index, payout.denominator) = (basis.index, basis.denominator);
        emit PayoutSettled(payoutId, basis.denominator);
    }

    // ── Claiming ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

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
        if (!_isOmitted(payout.pageOf[page], holder, holders)) revert NotOmitted(payoutId, holder, page);
        if (_statusOf(payoutId, holder) != Status.Open) revert AlreadyPaid(payoutId, holder);

        address payee;
        bool frozen;
        (amount, payee, frozen) = _shareOf(payout, holder);
        _pay(payoutId, payout, holder, payee, amount, frozen);
    }

    function _claim(uint256 payoutId, address holder) private returns (uint256 share) {
        Terms storage payout = _open(payoutId);
        _settle(payoutId, payout);
        address payee;
        bool frozen;
        (share, payee, frozen) = _shareOf(payout, holder);
        if (payee != msg.sender) revert NotHolder(msg.sender, payee);
        if (share != 0 && _isPaid(payoutId, payout, holder)) revert AlreadyPaid(payoutId, holder);

        if (!payout.claimedAhead && holder > _cursorOf(payout)) payout.claimedAhead = true;
        _pay(payoutId, payout, holder, payee, share, frozen);
    }

    function _pay(uint256 payoutId, Terms storage payout, address holder, address payee, uint256 share, bool frozen)
        private
    {
        if (share == 0) revert NothingDue(payoutId, holder);
        if (frozen) revert HolderFrozen(payee);

        _setStatus(payoutId, holder, Status.Paid);
        _spend(payoutId, payout, share);
        emit PayoutClaimed(payoutId, holder, payee, share);

        _transfer(payout.asset, payee, share);
    }

    // ── Pushing ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

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

        (uint32 page, bytes32 holdersHash, address previous) = _turnPage(payout, holders);
        uint256 left = payout.amount - payout.paid;
        payout.paid = payout.amount; // Effects first, at their worst: until the page is done nothing is left to spend.

        amount = _payPage(payoutId, payout, holders, previous, left);
        payout.paid -= uint128(left - amount); // Cannot truncate: a part of `amount`, which fits.
        emit PayoutPushed(payoutId, page, holders[0], holders[holders.length - 1], holdersHash, amount);
    }

    function _turnPage(Terms storage payout, address[] calldata holders)
        private
        returns (uint32 page, bytes32 holdersHash, address previous)
    {
        (page, holdersHash, previous) = (payout.pages + 1, _hash(holders), payout.cursor);
        payout.pageOf[page] = Page({holdersHash: holdersHash, previous: previous});
        (payout.cursor, payout.pages) = (holders[holders.length - 1], page);
        if (!payout.pushed) payout.pushed = true;
    }

    /// @dev Passes over those excluded, paid before or without units; keeps the shares of those who are frozen or cannot be paid.
    function _payPage(
        uint256 payoutId,
        Terms storage payout,
        address[] calldata holders,
        address previous,
        uint256 left
    ) private returns (uint256 amount) {
        Basis memory basis = _basisOf(payout);
        address[] memory excluded = payout.excluded.load(payout.excludedCount);
        (address asset, bool claimedAhead, uint256 passed) = (payout.asset, payout.claimedAhead, 0);

        for (uint256 i; i < holders.length; ++i) {
            address holder = holders[i];
            if (holder <= previous) revert NotAscending(previous, holder);
            previous = holder;

            // Both lists ascend, so one pass over the excluded serves the page.
            while (passed < excluded.length && excluded[passed] < holder) ++passed;
            if (passed < excluded.length && excluded[passed] == holder) continue;
            if (claimedAhead && _statusOf(payoutId, holder) == Status.Paid) continue;

            (uint256 share, address payee, bool frozen) = _proRata(basis, holder);
            if (share == 0) continue;
            if (share > left - amount) revert RegisterOverstated(payoutId, share, left - amount);
            if (frozen) _keep(payoutId, holder, share, abi.encodeWithSelector(HolderFrozen.selector, payee));
            else if (Payment.tryTransfer(asset, payee, share)) amount += share;
            else _keep(payoutId, holder, share, Payment.reason());
        }
    }

    function _keep(uint256 payoutId, address holder, uint256 share, bytes memory reason) private {
        _setStatus(payoutId, holder, Status.Owed);
        emit PayoutFailed(payoutId, holder, share, reason);
    }

    // ── Closing ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IPayouts
    function reclaim(uint256 payoutId) external restricted nonReentrant returns (uint256 amount) {
        Terms storage payout = _open(payoutId);
        if (block.timestamp < payout.deadline) revert BeforeDeadline(payout.deadline);

        amount = payout.amount - payout.paid;
        payout.closed = true;
        emit PayoutClosed(payoutId, payout.refundTo, amount);

        if (amount != 0) _transfer(payout.asset, payout.refundTo, amount);
    }

    // ── Reading ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

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
        if (payout.closed || block.timestamp < payout.recordDate || _isPaid(payoutId, payout, holder)) return 0;

        bool frozen;
        (amount,, frozen) = _shareOf(payout, holder);
        if (frozen) return 0;
    }

    /// @inheritdoc IPayouts
    function entitlementOf(uint256 payoutId, address holder) external view returns (uint256 amount) {
        Terms storage payout = _known(payoutId);
        if (block.timestamp < payout.recordDate) revert BeforeRecordDate(payout.recordDate);

        (amount,,) = _shareOf(payout, holder);
    }

    /// @inheritdoc IPayouts
    /// @dev A holder whom a page left out counts as paid until it shows the page to {claimOmitted}: the page is not kept here.
    function isPaid(uint256 payoutId, address holder) external view returns (bool) {
        return _isPaid(payoutId, _known(payoutId), holder);
    }

    /// @inheritdoc IPayouts
    function payoutCount() external view returns (uint256) {
        return _count;
    }

    // ── Shared ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    function _known(uint256 payoutId) private view returns (Terms storage payout) {
        payout = _payouts[payoutId];
        if (payout.amount == 0) revert UnknownPayout(payoutId);
    }

    function _open(uint256 payoutId) private view returns (Terms storage payout) {
        payout = _known(payoutId);
        if (payout.closed) revert PayoutIsClosed(payoutId);
    }

    /// @dev Settled or not yet; the record date must have passed.
    function _basisOf(Terms storage payout) private view returns (Basis memory basis) {
        (basis.token, basis.denominator) = (IRegister(payout.token), payout.denominator);
        (basis.amount, basis.index) = (payout.amount, payout.index);
        if (basis.denominator == 0) {
            (basis.index, basis.denominator) =
                Rights.unitsOf(payout.token, payout.recordDate, payout.excluded, payout.excludedCount);
        }
    }

    /// @dev What a wallet shares, who gets it now, and whether that one is frozen.
    function _shareOf(Terms storage payout, address holder)
        private
        view
        returns (uint256 share, address payee, bool frozen)
    {
        (share, payee, frozen) = _proRata(_basisOf(payout), holder);
        if (payout.excluded.excludes(payout.excludedCount, holder)) share = 0;
    }

    /// @dev The same for a wallet that is not excluded.
    function _proRata(Basis memory basis, address holder)
        private
        view
        returns (uint256 share, address payee, bool frozen)
    {
        uint256 units;
        (units, payee, frozen) = basis.token.entitlement(holder, basis.index);
        if (basis.denominator != 0) share = Math.mulDiv(basis.amount, units, basis.denominator); // rounds down: the rest is dust
    }

    function _cursorOf(Terms storage payout) private view returns (address) {
        return payout.pushed ? payout.cursor : address(0);
    }

    function _isPaid(uint256 payoutId, Terms storage payout, address holder) private view returns (bool) {
        Status status = _statusOf(payoutId, holder);
        return status == Status.Paid || (status == Status.Open && holder <= _cursorOf(payout));
    }

    function _isOmitted(Page storage page, address holder, address[] calldata holders) private view returns (bool) {
        if (page.holdersHash != _hash(holders)) return false;
        if (holder <= page.previous || holder >= holders[holders.length - 1]) return false;

        uint256 i;
        while (holders[i] < holder) ++i; // Cannot run out: the last is above.
        return holders[i] != holder;
    }

    /// @dev keccak256(abi.encodePacked(holders)), whose elements are words, without reading them one by one.
    function _hash(address[] calldata holders) private pure returns (bytes32 holdersHash) {
        // Cannot harm memory: writes, unallocated, what is free.
        assembly ("memory-safe") {
            let free := mload(0x40)
            let size := shl(5, holders.length)
            calldatacopy(free, holders.offset, size)
            holdersHash := keccak256(free, size)
        }
    }

    function _statusOf(uint256 payoutId, address holder) private view returns (Status) {
        return Status((_statuses[holder][payoutId >> 7] >> ((payoutId & 127) << 1)) & 3);
    }

    function _setStatus(uint256 payoutId, address holder, Status status) private {
        uint256 shift = (payoutId & 127) << 1;
        uint256 word = _statuses[holder][payoutId >> 7];
        _statuses[holder][payoutId >> 7] = (word & ~(uint256(3) << shift)) | (uint256(status) << shift);
    }

    /// @dev Before any payment. No more than the amount ever leaves, whatever the token says.
    function _spend(uint256 payoutId, Terms storage payout, uint256 share) private {
        uint256 left = payout.amount - payout.paid;
        if (share > left) revert RegisterOverstated(payoutId, share, left);
        payout.paid += uint128(share); // Cannot truncate: at most `left`.
    }

    function _transfer(address asset, address payee, uint256 amount) private {
        if (!IERC20(asset).trySafeTransfer(payee, amount)) revert PaymentFailed(asset, payee, amount);
    }
}
