// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRule, IRulebook} from "../interfaces/IRulebook.sol";
import {Kind, Move} from "../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../types/Verdict.sol";

/// @title External rules
/// @notice Rules of others that one token obeys, held at arm's length: little gas, little to say, and no way to stop an order.
/// @dev A rule that reverts, burns its gas or answers nonsense refuses issues and transfers. Removing one does not call it.
library ExternalRules {
    /// @notice At most this many.
    uint256 internal constant LIMIT = 8;

    /// @notice The gas each rule may burn in one call: enough for the compliance contracts in use, and all eight fit in a transaction.
    uint256 internal constant CALL_GAS = 500_000;

    uint256 private constant PROBE_GAS = 30_000;
    uint256 private constant VERDICT_SIZE = 192; // six words

    /// @dev One slot.
    struct Entry {
        address rule;
        bool counts;
    }

    struct State {
        Entry[] entries;
    }

    /// @notice Adds a rule, if it says whether it counts.
    function add(State storage self, IRule rule) internal {
        if (self.entries.length == LIMIT) revert IRulebook.TooManyRules(LIMIT);
        for (uint256 i; i < self.entries.length; ++i) {
            if (self.entries[i].rule == address(rule)) revert IRulebook.RuleAlreadyAdded(address(rule));
        }
        (bool answered, uint256 answer) = _probe(rule);
        if (!answered || answer > 1) revert IRulebook.NotARule(address(rule));

        self.entries.push(Entry({rule: address(rule), counts: answer == 1}));
    }

    /// @notice Removes a rule; the last one takes its place.
    function remove(State storage self, IRule rule) internal {
        uint256 last = self.entries.length;
        for (uint256 i; i < last; ++i) {
            if (self.entries[i].rule == address(rule)) {
                self.entries[i] = self.entries[last - 1];
                self.entries.pop();
                return;
            }
        }
        revert IRulebook.RuleNotFound(address(rule));
    }

    /// @notice The answer of one rule. Codes below 200 are not its to give, so they read as 200.
    function refuses(State storage self, Verdict memory verdict, uint256 index, address token, Move calldata move)
        internal
        view
        returns (bool)
    {
        address rule = self.entries[index].rule;
        bytes memory message = abi.encodeCall(IRule.check, (token, move));
        uint256[6] memory words;
        bool answered;
        // Cannot write beyond the six words: no more is copied, however much comes back.
        assembly ("memory-safe") {
            answered := staticcall(CALL_GAS, rule, add(message, 0x20), mload(message), words, VERDICT_SIZE)
            answered := and(answered, iszero(lt(returndatasize(), VERDICT_SIZE)))
        }
        bool sound = words[0] <= type(uint8).max && words[1] <= type(uint160).max && words[5] <= type(uint48).max;
        if (!answered || !sound) return Verdicts.write(verdict, Restriction.EXTERNAL_RULE, rule, 0, move.units, 0, 0);
        if (words[0] == Restriction.NONE) return false;

        uint256 code = words[0] < Restriction.EXTERNAL_RULE ? Restriction.EXTERNAL_RULE : words[0];
        address account = address(uint160(words[1]));
        return Verdicts.write(verdict, uint8(code), account, words[2], words[3], words[4], uint48(words[5]));
    }

    /// @notice Tells the rules that count. One that fails stops an issue or a transfer; nothing else can be stopped, so it is put on record.
    function tell(State storage self, address token, Move calldata move) internal {
        bytes memory message = abi.encodeCall(IRule.moved, (token, move));
        bool stoppable = move.kind == Kind.Issue || move.kind == Kind.Transfer;
        for (uint256 i; i < self.entries.length; ++i) {
            Entry memory entry = self.entries[i];
            if (!entry.counts || _call(entry.rule, message)) continue;
            if (stoppable) revert IRulebook.RuleFailed(entry.rule);
            emit IRulebook.RuleNotTold(token, entry.rule);
        }
    }

    function anyCounts(State storage self) internal view returns (bool) {
        for (uint256 i; i < self.entries.length; ++i) {
            if (self.entries[i].counts) return true;
        }
        return false;
    }

    function all(State storage self) internal view returns (address[] memory rules) {
        rules = new address[](self.entries.length);
        for (uint256 i; i < rules.length; ++i) {
            rules[i] = self.entries[i].rule;
        }
    }

    /// @dev Insists on having the gas to give, so that no estimate settles on a rule that starves unnoticed. Copies nothing back.
    function _call(address rule, bytes memory message) private returns (bool success) {
        if (gasleft() * 63 / 64 < CALL_GAS + PROBE_GAS) revert IRulebook.RuleNeedsGas(address(rule), CALL_GAS);
        assembly ("memory-safe") {
            success := call(CALL_GAS, rule, 0, add(message, 0x20), mload(message), 0, 0)
        }
    }

    function _probe(IRule rule) private view returns (bool answered, uint256 answer) {
        bytes4 selector = IRule.counts.selector;
        // Cannot touch other memory: the question and the answer fit in scratch space.
        assembly ("memory-safe") {
            mstore(0, selector)
            answered := staticcall(PROBE_GAS, rule, 0, 4, 0, 0x20)
            answered := and(answered, iszero(lt(returndatasize(), 0x20)))
            answer := mload(0)
        }
    }
}
