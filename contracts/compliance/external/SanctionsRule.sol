// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRule} from "../../interfaces/IRulebook.sol";
import {ISanctionsOracle, ISanctionsRule} from "../../interfaces/external/ISanctionsRule.sol";
import {Kind, Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";
import {RuleBase} from "./RuleBase.sol";

/// @title Sanctions rule
/// @notice Nobody on a sanctions list gets, gives or moves units.
/// @dev Transfer and issue: giver, receiver and who sends it are looked up, also between wallets of one investor, and each as the wallet
/// it is: lists name wallets. Redemption and movement by order: not looked at, so that enforcement can act. Change of facts: nothing.
/// Fails closed: an oracle that reverts, takes more than its gas or answers anything but 0 or 1 refuses, and is then named as the account
/// that the refusal is about. The officer can point at another oracle, or take the rule off the token, without the oracle's help.
/// @custom:invariant SNC-1 No issue or transfer passes unless the oracle says of everybody in it that it is not sanctioned.
contract SanctionsRule is ISanctionsRule, RuleBase {
    /// @dev For one look-up. Three fit into what the rulebook gives a rule.
    uint256 private constant ORACLE_GAS = 100_000;

    mapping(address token => address) public oracleOf;

    constructor(address initialAuthority, address initialRulebook) RuleBase(initialAuthority, initialRulebook) {}

    /// @inheritdoc IRule
    function name() external pure returns (string memory) {
        return "Sanctions";
    }

    /// @inheritdoc IRule
    function counts() external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IRule
    function check(address token, Move calldata move) external view returns (Verdict memory verdict) {
        if (move.kind != Kind.Transfer && move.kind != Kind.Issue) return verdict;
        address oracle = oracleOf[token];
        if (oracle == address(0)) return verdict;

        (address from, address to, address operator) = (move.from.wallet, move.to.wallet, move.operator);
        address culprit = _culprit(oracle, to);
        if (culprit == address(0) && from != address(0)) culprit = _culprit(oracle, from);
        if (culprit == address(0) && operator != from && operator != to) culprit = _culprit(oracle, operator);
        if (culprit == address(0)) return verdict;
        return Verdicts.refuse(Restriction.SANCTIONED, culprit, 0, move.units);
    }

    /// @inheritdoc IRule
    function moved(address, Move calldata) external onlyRulebook {}

    /// @inheritdoc ISanctionsRule
    function setOracle(address token, address oracle) external restricted served(token) {
        if (oracle != address(0) && _culprit(oracle, address(this)) != address(0)) revert NotAnOracle(oracle);

        oracleOf[token] = oracle;
        emit OracleSet(token, oracle);
    }

    /// @dev Whom a refusal is about: the account, the oracle that fails, or nobody.
    function _culprit(address oracle, address account) private view returns (address) {
        bytes memory question = abi.encodeCall(ISanctionsOracle.isSanctioned, (account));
        (bool answered, uint256 answer) = _tryAsk(oracle, ORACLE_GAS, question);
        if (!answered || answer > 1) return oracle;
        return answer == 1 ? account : address(0);
    }
}
