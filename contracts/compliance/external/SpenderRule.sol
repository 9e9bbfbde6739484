// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRule} from "../../interfaces/IRulebook.sol";
import {ISpenderRule} from "../../interfaces/external/ISpenderRule.sol";
import {Kind, Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";
import {RuleBase} from "./RuleBase.sol";

/// @title Spender rule
/// @notice Who may move units of others by allowance.
/// @dev Transfer: looked at only where a spender sends it, and free where the spender is the giver's own wallet. Issue, redemption,
/// movement by order, change of facts: not looked at; there the operator is an office holder.
/// @custom:invariant SPD-1 Nobody moves another investor's units by allowance unless the lists let it.
contract SpenderRule is ISpenderRule, RuleBase {
    mapping(address token => bool) public otherSpendersAllowed;
    mapping(address token => mapping(address spender => Standing)) public standingOf;

    constructor(address initialAuthority, address initialRulebook) RuleBase(initialAuthority, initialRulebook) {}

    /// @inheritdoc IRule
    function name() external pure returns (string memory) {
        return "Spenders";
    }

    /// @inheritdoc IRule
    function counts() external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IRule
    function check(address token, Move calldata move) external view returns (Verdict memory verdict) {
        (address spender, address holder) = (move.operator, move.from.wallet);
        if (move.kind != Kind.Transfer || spender == holder || maySpend(token, spender)) return verdict;
        if (_investorOf(token, spender) == _investorOf(token, holder)) return verdict;
        return Verdicts.refuse(Restriction.SPENDER, spender, 0, move.units);
    }

    /// @inheritdoc IRule
    function moved(address, Move calldata) external onlyRulebook {}

    /// @inheritdoc ISpenderRule
    function setSpenders(address token, address[] calldata spenders, Standing standing)
        external
        restricted
        served(token)
    {
        for (uint256 i; i < spenders.length; ++i) {
            standingOf[token][spenders[i]] = standing;
            emit SpenderSet(token, spenders[i], standing);
        }
    }

    /// @inheritdoc ISpenderRule
    function setOtherSpenders(address token, bool allowed) external restricted served(token) {
        otherSpendersAllowed[token] = allowed;
        emit OtherSpendersSet(token, allowed);
    }

    /// @inheritdoc ISpenderRule
    function maySpend(address token, address spender) public view returns (bool) {
        Standing standing = standingOf[token][spender];
        return standing == Standing.None ? otherSpendersAllowed[token] : standing == Standing.Allowed;
    }
}
