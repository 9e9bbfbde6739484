// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRule, IRulebook} from "../../interfaces/IRulebook.sol";
import {IComplianceRule} from "../../interfaces/external/IComplianceRule.sol";
import {IERC3643Compliance} from "../../interfaces/standards/IERC3643Compliance.sol";
import {Kind, Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";
import {RuleBase} from "./RuleBase.sol";

/// @title Compliance rule
/// @notice Lets an unmodified ERC-3643 compliance contract judge and count one token's movements.
/// @dev The compliance contract takes this rule for its token. Whatever it or its modules read of their token (`identityRegistry`,
/// `totalSupply`, `balanceOf`, `isAgent`, `owner`, …) is read from the real one. Nothing can be written through: a module that collects
/// a fee by a forced transfer (T-REX TransferFees) cannot work inside a rule, since no rule may act while it is told.
/// Transfer and issue: `canTransfer` is asked (from zero on an issue). Once done, transfer and movement by order are told as
/// `transferred`, issue as `created`, redemption as `destroyed`. Change of facts, zero units, and a recovery under tokenkit's registry
/// (nobody's holding changes): not told. One that reverts or answers nonsense refuses; one that fails to be told is contained by the rulebook.
/// @custom:invariant CPL-1 The compliance contract is told of every movement of units, once, after it.
contract ComplianceRule is IComplianceRule, RuleBase {
    uint256 private constant UNBIND_GAS = 200_000;

    /// @inheritdoc IComplianceRule
    address public immutable token;

    /// @inheritdoc IComplianceRule
    address public compliance;

    constructor(address initialAuthority, address initialRulebook, address servedToken)
        RuleBase(initialAuthority, initialRulebook)
    {
        _requireServed(servedToken);
        token = servedToken;
    }

    /// @dev Reads the real token, for the compliance contract and its modules. A write fails: the token is called for reading only.
    fallback(bytes calldata question) external returns (bytes memory answer) {
        bool success;
        (success, answer) = token.staticcall(question);
        // Cannot touch other memory: hands on the token's refusal as it is.
        assembly ("memory-safe") {
            if iszero(success) { revert(add(answer, 0x20), mload(answer)) }
        }
    }

    /// @inheritdoc IRule
    function name() external pure returns (string memory) {
        return "ERC-3643 compliance";
    }

    /// @inheritdoc IRule
    function counts() external pure returns (bool) {
        return true;
    }

    /// @inheritdoc IRule
    function check(address asked, Move calldata move) external view returns (Verdict memory verdict) {
        if (move.kind != Kind.Transfer && move.kind != Kind.Issue) return verdict;
        if (asked != token) return Verdicts.refuse(Restriction.COMPLIANCE_RULE, asked, 0, move.units);
        address judge = compliance;
        if (judge == address(0)) return verdict;

        bytes memory question =
            abi.encodeCall(IERC3643Compliance.canTransfer, (move.from.wallet, move.to.wallet, move.units));
        (bool answered, uint256 answer) = _tryAsk(judge, gasleft(), question);
        if (answered && answer == 1) return verdict;
        return Verdicts.refuse(Restriction.COMPLIANCE_RULE, judge, 0, move.units);
    }

    /// @inheritdoc IRule
    function moved(address asked, Move calldata move) external onlyRulebook {
        if (asked != token) revert IRulebook.TokenNotBound(asked);
        IERC3643Compliance judge = IERC3643Compliance(compliance);
        if (address(judge) == address(0)) return;

        (address from, address to) = (move.from.wallet, move.to.wallet);
        if (move.kind == Kind.Issue) judge.created(to, move.units);
        else if (move.kind == Kind.Redeem) judge.destroyed(from, move.units);
        else if (move.kind != Kind.Reclassify) judge.transferred(from, to, move.units);
    }

    /// @inheritdoc IComplianceRule
    function setCompliance(address newCompliance) external restricted {
        address former = compliance;
        if (newCompliance != address(0) && newCompliance.code.length == 0) revert NotACompliance(newCompliance);

        compliance = newCompliance;
        emit ComplianceContractSet(newCompliance);
        if (former != address(0)) {
            // Nothing it does or answers can hold this rule back.
            bool told = former.code.length != 0;
            if (told) {
                try IERC3643Compliance(former).unbindToken{gas: UNBIND_GAS}(address(this)) {}
                catch {
                    told = false;
                }
            }
            if (!told) emit ComplianceNotUnbound(former);
        }
        if (newCompliance != address(0)) IERC3643Compliance(newCompliance).bindToken(address(this));
    }
}
