// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {IPayments} from "../interfaces/IPayments.sol";
import {IPayouts} from "../interfaces/IPayouts.sol";
import {IPayoutsOffice} from "../interfaces/IPayoutsOffice.sol";
import {IRights} from "../interfaces/IRights.sol";
import {IERC3643Office} from "../interfaces/standards/IERC3643.sol";
import {Rights} from "../rights/Rights.sol";
import {AdmissionWord} from "../types/Admission.sol";
import {Restriction} from "../types/Verdict.sol";
import {Book, Status} from "./Book.sol";
import {Payment} from "./Payment.sol";
import {ADMITTED_ONLY, CLOSED, PER_UNIT, TAXED, Terms} from "./Terms.sol";
import {Withholding} from "./Withholding.sol";

/// @title Payout storage
/// @notice Everything payouts keep, in one place, and what the two contracts on it both do: {Payouts} and its office share this layout, and
/// neither adds to it.
abstract contract PayoutsStorage is AccessManaged, ReentrancyGuardTransient {
    using Rights for Rights.Exclusions;
    using SafeCast for uint256;
    using Withholding for uint256[];

    /// @dev Of signed claims.
    string internal constant DOMAIN_NAME = "tokenkit payouts";
    string internal constant DOMAIN_VERSION = "1";

    uint256 private constant MIN_OPEN = 1 days;

    /// @dev What is the same for every holder a transaction pays.
    struct Round {
        uint256 payoutId;
        address token;
        address asset;
        uint16 index;
        uint8 excludedCount;
        uint8 flags;
        uint256 multiplier;
        uint256 denominator;
        address registry; // of the token; zero: not needed
        uint256[] table;
        uint256 part; // of the book's marks that was read last, from 1 on
        uint256 marks;
    }

    struct Tax {
        uint112 withheld;
        uint112 withdrawn;
    }

    uint64 internal _count; // in the slot of the authority
    mapping(uint256 payoutId => Terms) internal _payouts;
    mapping(address token => Book) internal _books;
    mapping(uint256 payoutId => mapping(address authority => Tax)) internal _taxes;
    mapping(address claimant => uint256) internal _nonces;

    function _known(uint256 payoutId) internal view returns (Terms storage payout) {
        payout = _payouts[payoutId];
        if (payout.amount == 0) revert IPayments.UnknownPayout(payoutId);
    }

    function _open(uint256 payoutId) internal view returns (Terms storage payout) {
        payout = _known(payoutId);
        if (payout.has(CLOSED)) revert IPayments.PayoutIsClosed(payoutId);
    }

    function _enter(IPayouts.Declaration calldata declaration, uint48 paymentDate) internal returns (uint256 payoutId) {
        _requireSound(declaration, paymentDate);

        payoutId = ++_count;
        Terms storage payout = _payouts[payoutId];
        payout.token = declaration.token;
        payout.asset = declaration.asset;
        payout.excludedCount = payout.excluded.exclude(declaration.excluded);
        payout.paymentDate = paymentDate;
        payout.amount = uint256(declaration.amount).toUint112();
        payout.refundTo = declaration.refundTo;
        payout.recordDate = declaration.recordDate;
        payout.deadline = declaration.deadline;
        payout.documentHash = declaration.documentHash;
        _emitDeclared(payoutId, declaration);
    }

    /// @dev The money comes last: a coin that calls back finds the payout as it will be.
    function _start(uint256 payoutId, IPayouts.Declaration calldata declaration) internal {
        if (block.timestamp >= declaration.recordDate) _settle(payoutId, _payouts[payoutId]);
        Payment.take(declaration.asset, declaration.amount);
    }

    function _requireSound(IPayouts.Declaration calldata declaration, uint48 paymentDate) private view {
        if (declaration.amount == 0) revert IPayments.NothingToPay();
        if (declaration.refundTo == address(0)) revert IPayments.ZeroAddress();
        if (declaration.refundTo == address(this)) revert IPayments.InvalidPayee(declaration.refundTo);
        if (declaration.asset != address(0) && declaration.asset.code.length == 0) {
            revert IRights.InvalidContract(declaration.asset);
        }
        Rights.requireRecordDate(declaration.token, declaration.recordDate);
        uint256 opens = Math.max(block.timestamp, Math.max(declaration.recordDate, paymentDate));
        if (declaration.deadline < opens + MIN_OPEN) revert IPayouts.InvalidDeadline(declaration.deadline);
    }

    function _emitDeclared(uint256 payoutId, IPayouts.Declaration calldata declaration) private {
        emit IPayouts.PayoutDeclared(
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

    function _isPaid(uint256 payoutId, address holder) internal view returns (bool) {
        Terms storage payout = _known(payoutId);
        Status status = _books[payout.token].statusOf(holder, payoutId);
        return status == Status.Paid || (status == Status.Open && payout.reached(holder));
    }

    /// @dev The first to ask after the record date settles who shares, once. Money comes first where the amount is per unit:
    /// nobody is paid before there is enough for all, so it does not matter who asks first.
    function _settle(uint256 payoutId, Terms storage payout) internal {
        if (payout.denominator != 0) return;
        if (block.timestamp < payout.recordDate) revert IPayouts.BeforeRecordDate(payout.recordDate);

        (uint16 index, uint96 units) =
            Rights.unitsOf(payout.token, payout.recordDate, payout.excluded, payout.excludedCount);
        if (units == 0) revert IPayouts.NoEntitledUnits(payoutId);
        bool perUnit = payout.has(PER_UNIT);
        uint256 needed = perUnit ? _needed(payout, units) : 0;
        if (needed > payout.amount) revert IPayouts.Underfunded(payoutId, needed, payout.amount);

        (payout.index, payout.denominator) = (index, perUnit ? payout.scale : units);
        emit IPayouts.PayoutSettled(payoutId, units);
    }

    /// @dev No less than the sum of the shares, each of which rounds down by itself.
    function _needed(Terms storage payout, uint256 units) private view returns (uint256) {
        return payout.perUnit * units / payout.scale; // 112 and 96 bits: exact
    }

    /// @dev What a payout per unit lacks, from its record date until it is settled.
    function _missing(Terms storage payout) internal view returns (uint256) {
        bool asked = payout.denominator == 0 && payout.has(PER_UNIT) && block.timestamp >= payout.recordDate;
        if (!asked) return 0;

        (, uint96 units) = Rights.unitsOf(payout.token, payout.recordDate, payout.excluded, payout.excludedCount);
        return Math.saturatingSub(_needed(payout, units), payout.amount);
    }

    /// @dev The payout must be settled. Reads each slot once.
    function _round(uint256 payoutId, Terms storage payout) internal view returns (Round memory round) {
        (round.payoutId, round.token, round.denominator) = (payoutId, payout.token, payout.denominator);
        (round.asset, round.index, round.excludedCount, round.flags) =
            (payout.asset, payout.index, payout.excludedCount, payout.flags);
        round.multiplier = round.flags & PER_UNIT == 0 ? payout.amount : payout.perUnit;
        if (round.flags & (TAXED | ADMITTED_ONLY) != 0) {
            round.registry = _registryOf(round.token);
            round.table = Withholding.load(payout.table);
        }
    }

    /// @dev Zero if the token does not say.
    function _registryOf(address token) internal view returns (address) {
        (bool answered, bytes memory answer) = token.staticcall(abi.encodeCall(IERC3643Office.identityRegistry, ()));
        return answered && answer.length == 32 ? address(uint160(uint256(bytes32(answer)))) : address(0);
    }

    /// @dev What tax is kept of a share, and why it is not paid now: empty, or an error.
    function _assess(Round memory round, address holder, address owner, uint256 share)
        internal
        view
        returns (uint256 tax, address authority, bytes memory refusal)
    {
        // Not a plain call: a registry that fails must hold up nobody else.
        (bool answered, bytes memory answer) =
            round.registry.staticcall(abi.encodeCall(IIdentityRegistry.admissionWord, (round.token, owner)));
        if (!answered || answer.length != 32) {
            return (0, address(0), abi.encodeWithSelector(IPayouts.FactsUnavailable.selector, round.token, owner));
        }
        AdmissionWord facts = AdmissionWord.wrap(uint256(bytes32(answer)));
        if (round.flags & ADMITTED_ONLY != 0 && facts.reason() != 0) {
            return (0, address(0), abi.encodeWithSelector(IPayouts.OwnerNotAdmitted.selector, owner, facts.reason()));
        }
        (tax, authority) = round.table.taxOn(holder, facts.country(), facts.claims(), share);
        // Of somebody it does not know the registry says neither country nor claims; no rate fitting means nothing then.
        bool unknown = authority == address(0) && round.flags & TAXED != 0 && facts.reason() == Restriction.NOT_REGISTERED;
        if (unknown) refusal = abi.encodeWithSelector(IPayouts.FactsUnavailable.selector, round.token, owner);
    }

    /// @dev The record date must have passed.
    function _quote(uint256 payoutId, Terms storage payout, address holder)
        internal
        view
        returns (IPayoutsOffice.Quote memory found)
    {
        bool frozen;
        (found.share, found.owner, frozen) = payout.shareOf(holder);
        found.payee = _payeeOf(payout.token, found.owner);
        if (payout.flags & (TAXED | ADMITTED_ONLY) != 0) {
            (found.tax, found.authority, found.refusal) =
                _assess(_round(payoutId, payout), holder, found.owner, found.share);
        }
        if (frozen) found.refusal = abi.encodeWithSelector(IPayments.HolderFrozen.selector, found.owner);
    }

    /// @dev Where an owner's money goes.
    function _payeeOf(address token, address owner) internal view returns (address payee) {
        payee = _books[token].accounts[owner].payee;
        if (payee == address(0)) return owner;
    }

    /// @dev Hands on an error that was encoded here; none: nothing.
    function _refuse(bytes memory refusal) internal pure {
        if (refusal.length == 0) return;
        // Cannot harm memory: reads only.
        assembly ("memory-safe") {
            revert(add(refusal, 0x20), mload(refusal))
        }
    }
}
