// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRule, IRulebook} from "../../interfaces/IRulebook.sol";
import {IRegister} from "../../interfaces/ISecurityToken.sol";
import {IApprovalRule} from "../../interfaces/external/IApprovalRule.sol";
import {Kind, Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";
import {RuleBase} from "./RuleBase.sol";

/// @title Approval rule
/// @notice Units pass to another investor only with the issuer's consent; until then the holder stays the owner.
/// @dev Transfer: needs a consent between the two investors, and uses it up; between wallets of one investor, and to receivers with an
/// exempt claim, free. Issue, redemption, movement by order (inheritance by court order among them), change of facts: not looked at.
/// @custom:invariant APR-1 No more units pass between two investors by transfer than the issuer consented to.
contract ApprovalRule is IApprovalRule, RuleBase {
    /// @dev One slot.
    struct Terms {
        uint32 deemedApprovedAfter;
        uint32 exemptClaims;
    }

    uint256 private _lastId;
    mapping(address token => Terms) private _terms;
    mapping(uint256 id => Request) private _requests;
    mapping(address token => mapping(address giver => mapping(address receiver => uint256 id))) private _latest;

    constructor(address initialAuthority, address initialRulebook) RuleBase(initialAuthority, initialRulebook) {}

    /// @inheritdoc IRule
    function name() external pure returns (string memory) {
        return "Approval";
    }

    /// @inheritdoc IRule
    function counts() external pure returns (bool) {
        return true;
    }

    /// @inheritdoc IRule
    function check(address token, Move calldata move) external view returns (Verdict memory verdict) {
        (bool needed, uint256 id) = _consentFor(token, move);
        if (!needed) return verdict;
        Request memory found = _requests[id];
        uint256 approved = _approved(found);
        if (move.units <= approved) return verdict;

        bool silence = found.status == Status.Pending && found.deemedAt < found.validUntil && move.units <= found.units;
        bool helps = silence && found.deemedAt > block.timestamp;
        uint48 earliest = helps ? found.deemedAt : 0;
        return Verdicts.refuseUntil(
            Restriction.NOT_APPROVED, move.to.wallet, approved, move.units, approved, earliest
        );
    }

    /// @inheritdoc IRule
    function moved(address token, Move calldata move) external onlyRulebook {
        (bool needed, uint256 id) = _consentFor(token, move);
        if (!needed) return;

        // Cannot pass what is left: the same movement was judged just before.
        _requests[id].units -= uint96(move.units);
        emit ApprovalUsed(id, move.units);
    }

    /// @inheritdoc IApprovalRule
    function setApprovalTerms(address token, uint32 deemedApprovedAfter, uint32 exemptClaims)
        external
        restricted
        served(token)
    {
        _terms[token] = Terms({deemedApprovedAfter: deemedApprovedAfter, exemptClaims: exemptClaims});
        emit ApprovalTermsSet(token, deemedApprovedAfter, exemptClaims);
    }

    /// @inheritdoc IApprovalRule
    function request(address token, address to, uint96 units, uint48 validUntil, bytes32 documentHash)
        external
        served(token)
        returns (uint256 id)
    {
        if (units == 0) revert NoUnits();
        if (validUntil <= block.timestamp || validUntil > type(uint40).max) revert IRulebook.InThePast(validUntil);
        if (IRegister(token).balanceOf(msg.sender) == 0) revert NotAHolder(msg.sender);
        if (to == address(0)) revert InvalidReceiver(to);
        (address giver, address receiver) = (_investorOf(token, msg.sender), _registeredInvestorOf(token, to));
        if (giver == receiver) revert InvalidReceiver(to);
        uint256 earlier = _latest[token][giver][receiver];
        if (_hasEffect(_requests[earlier])) revert RequestOpen(earlier);

        id = ++_lastId;
        uint256 silence = _terms[token].deemedApprovedAfter;
        uint40 deemedAt = silence == 0 ? 0 : uint40(block.timestamp + silence);
        _requests[id] = Request({
            giver: giver,
            deemedAt: deemedAt,
            validUntil: uint40(validUntil),
            status: Status.Pending,
            receiver: receiver,
            units: units,
            token: token
        });
        _latest[token][giver][receiver] = id;
        emit ApprovalRequested(id, token, msg.sender, to, units, deemedAt, validUntil, documentHash);
    }

    /// @inheritdoc IApprovalRule
    function cancel(uint256 id) external {
        Request memory found = _requests[id];
        if (!_hasEffect(found) || _investorOf(found.token, msg.sender) != found.giver) revert NotYourRequest(id);

        _requests[id].status = Status.Cancelled;
        emit RequestCancelled(id);
    }

    /// @inheritdoc IApprovalRule
    function approve(uint256 id, string calldata reason, bytes32 documentHash) external restricted {
        _answer(id, Status.Approved);
        emit RequestApproved(id, reason, documentHash);
    }

    /// @inheritdoc IApprovalRule
    function refuse(uint256 id, string calldata reason, bytes32 documentHash) external restricted {
        _answer(id, Status.Refused);
        emit RequestRefused(id, reason, documentHash);
    }

    /// @inheritdoc IApprovalRule
    function approvalTermsOf(address token) external view returns (uint32 deemedApprovedAfter, uint32 exemptClaims) {
        Terms memory terms = _terms[token];
        return (terms.deemedApprovedAfter, terms.exemptClaims);
    }

    /// @inheritdoc IApprovalRule
    function requestOf(uint256 id) external view returns (Request memory) {
        return _requests[id];
    }

    /// @inheritdoc IApprovalRule
    function requestBetween(address token, address from, address to) public view returns (uint256 id) {
        return _latest[token][_investorOf(token, from)][_investorOf(token, to)];
    }

    /// @inheritdoc IApprovalRule
    function approvedUnits(address token, address from, address to) external view returns (uint256 units) {
        return _approved(_requests[requestBetween(token, from, to)]);
    }

    /// @dev Whether a movement needs a consent, and the latest request for it.
    function _consentFor(address token, Move calldata move) private view returns (bool needed, uint256 id) {
        if (move.kind != Kind.Transfer || move.sameInvestor) return (false, 0);
        if (move.to.claims & _terms[token].exemptClaims != 0) return (false, 0);
        address giver = _investorOf(token, move.from.wallet);
        address receiver = _investorOf(token, move.to.wallet);
        return (giver != receiver, _latest[token][giver][receiver]);
    }

    function _answer(uint256 id, Status status) private {
        Request memory found = _requests[id];
        if (!_hasEffect(found) || found.status != Status.Pending || _approved(found) != 0) revert RequestNotPending(id);
        _requests[id].status = status;
    }

    /// @dev Open, or a consent that is not used up.
    function _hasEffect(Request memory found) private view returns (bool) {
        bool alive = found.status == Status.Pending || found.status == Status.Approved;
        return alive && found.units != 0 && block.timestamp < found.validUntil;
    }

    function _approved(Request memory found) private view returns (uint256) {
        if (!_hasEffect(found)) return 0;
        bool silence = found.deemedAt != 0 && block.timestamp >= found.deemedAt;
        return found.status == Status.Approved || silence ? found.units : 0;
    }
}
