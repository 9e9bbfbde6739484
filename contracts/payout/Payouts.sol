// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IPayouts} from "../interfaces/IPayouts.sol";
import {IPayoutsOffice} from "../interfaces/IPayoutsOffice.sol";
import {Rights} from "../rights/Rights.sol";
import {Book, Status} from "./Book.sol";
import {Payment} from "./Payment.sol";
import {Paying} from "./Paying.sol";
import {ADMITTED_ONLY, CLOSED, PUSHED, REINVESTED, TAXED, Terms, bitOf, proRata} from "./Terms.sol";

/// @title Payouts
/// @notice Pays the holders of a token, as they were at a record date, out of money that is here before anyone is paid.
/// @dev Whom it trusts. The token, for units at a record date and for who succeeded a lost wallet: one that overstates units drains its own
/// payouts only. The asset, to debit exactly what it is told to and to keep balances: one that does not harms the payouts in that asset only.
/// The token's identity registry, where tax is withheld or admission asked for: what it says decides the rate, and one that does not answer
/// holds the payouts that ask it. The paying agent declares (its own money), pushes, calls off what nobody could have been paid of, and
/// returns the rest after the deadline; it can neither stop a claim nor change terms or direct money elsewhere: a holder it leaves out of a
/// page claims with {claimOmitted}. Enforcement, by freezing a wallet, holds its share back, after the deadline for good. The authority can
/// close declare, push, cancel and reclaim, never a claim. A power with an execution delay is exercised by calling here once the delay is
/// over, not through the manager's `execute`: {declare} takes the money from its caller. Reinvestment needs this contract to be an issuer
/// of the token; it issues at a declared price only, which only an issuer can declare. Coins sent here outside {declare} and {topUp} belong
/// to no payout and stay.
/// @custom:invariant PAY-1 For each payout, amount = paid + withheld + unclaimed + dust at every step, and what is paid and returned never exceeds amount.
/// @custom:invariant PAY-2 A wallet's share of a payout is paid at most once, by whatever way.
/// @custom:invariant PAY-3 A share is floor(amount × units / denominator) of the units at the record date, whatever moved after it.
/// @custom:invariant PAY-4 Terms never change after declaration, and nothing returns to the issuer before the deadline, unless all of it before the record date.
/// @custom:invariant PAY-5 A payment that fails in a push changes nothing for the others, and can be claimed until the payout is closed.
/// @custom:invariant PAY-6 Nobody is paid before the payment date, nor of a payout per unit before there is enough for everybody.
/// @custom:invariant PAY-7 Tax is floor(share × rate) by the table declared and the facts at payment, and goes to its authority only.
/// @custom:invariant PAY-8 An order pays once, only what its signer is owner of, and only to where the signer's money goes.
/// @custom:invariant PAY-9 New units are issued only to an owner who asked for them, at the declared price, against what was due to it.
contract Payouts is Paying {
    using Rights for Rights.Exclusions;

    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME_HASH = keccak256(bytes(DOMAIN_NAME));
    bytes32 private constant VERSION_HASH = keccak256(bytes(DOMAIN_VERSION));
    bytes32 private constant ORDER_TYPEHASH =
        keccak256("Claim(address claimant,address holder,uint256[] payoutIds,uint256 nonce,uint48 deadline)");

    /// @notice The code that runs what is seldom done on this contract's storage.
    address public immutable office;

    constructor(address authority, address office_) AccessManaged(authority) {
        if (office_.code.length == 0) revert InvalidOffice(office_);
        office = office_;
    }

    /// @dev Money comes with a declaration only.
    receive() external payable {
        revert WrongValue(0, msg.value);
    }

    /// @dev Everything else is the office's.
    fallback(bytes calldata input) external payable returns (bytes memory) {
        return Address.functionDelegateCall(office, input);
    }

    /* Declaring */

    /// @inheritdoc IPayouts
    function declare(Declaration calldata declaration)
        external
        payable
        restricted
        nonReentrant
        returns (uint256 payoutId)
    {
        payoutId = _enter(declaration, 0);
        _start(payoutId, declaration);
    }

    /* Claiming */

    /// @inheritdoc IPayouts
    function claim(uint256 payoutId) external nonReentrant returns (uint256 amount) {
        return _claim(payoutId, msg.sender, msg.sender);
    }

    /// @inheritdoc IPayouts
    function claimFor(uint256 payoutId, address holder) external nonReentrant returns (uint256 amount) {
        return _claim(payoutId, holder, msg.sender);
    }

    /// @inheritdoc IPayouts
    function claimMany(uint256[] calldata payoutIds, address holder)
        external
        nonReentrant
        returns (uint256[] memory amounts)
    {
        return _claimAll(payoutIds, holder, msg.sender);
    }

    /// @inheritdoc IPayouts
    function claimSigned(Order calldata order, bytes calldata signature)
        external
        nonReentrant
        returns (uint256[] memory amounts)
    {
        if (block.timestamp > order.deadline) revert OrderExpired(order.deadline);
        uint256 nonce = _nonces[order.claimant]++; // Cannot overflow: one signature each.
        if (nonce != order.nonce) revert InvalidNonce(order.claimant, nonce, order.nonce);
        _requireSigned(order, signature);
        return _claimAll(order.payoutIds, order.holder, order.claimant);
    }

    /// @dev A key first, then a contract: an account with delegated code (EIP-7702) is both.
    function _requireSigned(Order calldata order, bytes calldata signature) private view {
        bytes32 digest = _digestOf(order);
        (address signer, ECDSA.RecoverError problem,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (problem == ECDSA.RecoverError.NoError && signer == order.claimant) return;
        if (!SignatureChecker.isValidERC1271SignatureNow(order.claimant, digest, signature)) {
            revert InvalidSignature(order.claimant);
        }
    }

    function _digestOf(Order calldata order) private view returns (bytes32) {
        bytes32 ids = keccak256(abi.encodePacked(order.payoutIds));
        bytes32 structHash =
            keccak256(abi.encode(ORDER_TYPEHASH, order.claimant, order.holder, ids, order.nonce, order.deadline));
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, address(this)));
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }

    /// @inheritdoc IPayouts
    /// @dev Anyone may send it: the money goes where the owner's money goes.
    function claimOmitted(uint256 payoutId, address holder, uint32 page, address[] calldata holders)
        external
        nonReentrant
        returns (uint256 amount)
    {
        Terms storage payout = _open(payoutId);
        if (!payout.pageOf[page].omits(holders, holder)) revert NotOmitted(payoutId, holder, page);
        if (_books[payout.token].statusOf(holder, payoutId) != Status.Open) revert AlreadyPaid(payoutId, holder);

        Round memory round = _round(payoutId, payout);
        (uint256 share, address owner, bool frozen) = payout.shareOf(holder);
        if (share == 0) revert NothingDue(payoutId, holder);
        (, address payee) = _books[round.token].pay(holder, round.payoutId);
        if (frozen) revert HolderFrozen(owner);
        // Its own share stays, for {reclaim}: nobody could ever get at it otherwise. It can neither claim nor be named as a payee.
        if (owner == address(this)) revert InvalidPayee(owner);

        return _pay(round, holder, owner, payee, share);
    }

    function _claimAll(uint256[] calldata payoutIds, address holder, address claimant)
        private
        returns (uint256[] memory amounts)
    {
        amounts = new uint256[](payoutIds.length);
        for (uint256 i; i < payoutIds.length; ++i) {
            amounts[i] = _claim(payoutIds[i], holder, claimant);
        }
    }

    function _claim(uint256 payoutId, address holder, address claimant) private returns (uint256 amount) {
        Terms storage payout = _open(payoutId);
        _requirePayable(payoutId, payout);
        Round memory round = _round(payoutId, payout);
        (uint256 share, address owner, bool frozen) =
            proRata(round.token, round.index, round.multiplier, round.denominator, holder);
        if (owner != claimant) revert NotHolder(claimant, owner);
        bool nothing = share == 0 || Rights.excludes(payout.excluded, round.excludedCount, holder);
        if (nothing) revert NothingDue(payoutId, holder);

        (Status before, address payee) = _books[round.token].pay(holder, round.payoutId);
        bool passed = round.flags & PUSHED != 0 && holder <= payout.cursor;
        if (before == Status.Paid || (before == Status.Open && passed)) revert AlreadyPaid(payoutId, holder);
        if (frozen) revert HolderFrozen(owner);
        return _pay(round, holder, owner, payee, share);
    }

    function _requirePayable(uint256 payoutId, Terms storage payout) private {
        if (block.timestamp < payout.paymentDate) revert BeforePaymentDate(payout.paymentDate);
        if (payout.denominator == 0) _settle(payoutId, payout);
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
        _requirePayable(payoutId, payout);
        if (holders.length == 0) return 0;

        (uint32 page, bytes32 holdersHash, address previous) = payout.turnPage(holders);
        uint112 spent = payout.spent;
        payout.spent = payout.amount; // Effects first, at their worst: until the page is done nothing is left to spend.

        uint256 gross;
        (amount, gross) = _payPage(_round(payoutId, payout), holders, previous, payout.amount - spent);
        payout.spent = spent + uint112(gross); // Cannot truncate: a part of what was left.
        emit PayoutPushed(payoutId, page, holders[0], holders[holders.length - 1], holdersHash, amount);
    }

    /// @dev Passes over those excluded, paid before or without units; keeps the shares of those who are frozen or cannot be paid.
    function _payPage(Round memory round, address[] calldata holders, address previous, uint256 left)
        private
        returns (uint256 amount, uint256 gross)
    {
        Terms storage payout = _payouts[round.payoutId];
        Book storage book = _books[round.token];
        address[] memory excluded = payout.excluded.load(payout.excludedCount);
        (uint32 claimants, uint256 passed) = (payout.claimants, 0);
        bool special = round.flags & (TAXED | ADMITTED_ONLY | REINVESTED) != 0;
        bool said = book.said;

        for (uint256 i; i < holders.length; ++i) {
            address holder = holders[i];
            if (holder <= previous) revert NotAscending(previous, holder);
            previous = holder;

            // Both lists ascend, so one pass over the excluded serves the page.
            while (passed < excluded.length && excluded[passed] < holder) ++passed;
            if (passed < excluded.length && excluded[passed] == holder) continue;
            bool mayHaveClaimed = claimants & bitOf(holder) != 0;
            if (mayHaveClaimed && book.statusOf(holder, round.payoutId) == Status.Paid) continue;

            (uint256 share, address owner, bool frozen) =
                proRata(round.token, round.index, round.multiplier, round.denominator, holder);
            if (share == 0) continue;
            if (share > left - gross) revert RegisterOverstated(round.payoutId, share, left - gross);
            bool plain = !frozen && !special && owner != address(this) && !(said && _isMarked(round, book, owner));
            (bool paid, uint256 net) = plain
                ? (Payment.tryPay(round.asset, owner, share), share)
                : _tryPay(round, holder, owner, share, frozen);
            if (paid) (amount, gross) = (amount + net, gross + share);
            else if (plain) _keep(round, holder, share, Payment.reason());
        }
    }

    /// @dev Whether an owner may have said where its money goes. Owners of a page ascend, but for recovered ones, so most are in the part
    /// that was read last.
    function _isMarked(Round memory round, Book storage book, address owner) private view returns (bool) {
        uint256 part = (uint160(owner) >> 156) + 1;
        if (part != round.part) (round.part, round.marks) = (part, book.marks[part - 1]);
        return (round.marks >> uint8(uint160(owner))) & 1 != 0;
    }

    /* Closing */

    /// @inheritdoc IPayouts
    function reclaim(uint256 payoutId) external restricted nonReentrant returns (uint256 amount) {
        Terms storage payout = _open(payoutId);
        if (block.timestamp < payout.deadline) revert BeforeDeadline(payout.deadline);

        payout.switchOn(CLOSED);
        amount = payout.amount - payout.spent;
        emit PayoutClosed(payoutId, payout.refundTo, amount);

        if (amount != 0) Payment.pay(payout.asset, payout.refundTo, amount);
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
            closed: payout.has(CLOSED),
            amount: payout.amount,
            paid: payout.spent - payout.withheld,
            denominator: payout.denominator,
            cursor: payout.cursor,
            pages: payout.pages,
            documentHash: payout.documentHash,
            withheld: payout.withheld
        });
    }

    /// @inheritdoc IPayouts
    /// @dev What {claim} would pay: zero also while the wallet is frozen or not admitted, before the dates, and once closed.
    function dueTo(uint256 payoutId, address holder) external view returns (uint256 amount) {
        Terms storage payout = _known(payoutId);
        bool early = block.timestamp < payout.recordDate || block.timestamp < payout.paymentDate;
        if (payout.has(CLOSED) || early || _isPaid(payoutId, holder) || _missing(payout) != 0) return 0;

        IPayoutsOffice.Quote memory found = _quote(payoutId, payout, holder);
        return found.refusal.length == 0 ? found.share - found.tax : 0;
    }

    /// @inheritdoc IPayouts
    function entitlementOf(uint256 payoutId, address holder) external view returns (uint256 amount) {
        Terms storage payout = _known(payoutId);
        if (block.timestamp < payout.recordDate) revert BeforeRecordDate(payout.recordDate);

        (amount,,) = payout.shareOf(holder);
    }

    /// @inheritdoc IPayouts
    /// @dev A holder whom a page left out counts as paid until it shows the page to {claimOmitted}: the page is not kept here.
    function isPaid(uint256 payoutId, address holder) external view returns (bool) {
        return _isPaid(payoutId, holder);
    }

    /// @inheritdoc IPayouts
    function payoutCount() external view returns (uint256) {
        return _count;
    }
}
