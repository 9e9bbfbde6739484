// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentityRegistry} from "../../interfaces/IIdentityRegistry.sol";
import {IRulebook} from "../../interfaces/IRulebook.sol";
import {IRegister} from "../../interfaces/ISecurityToken.sol";
import {IERC3643Office} from "../../interfaces/standards/IERC3643.sol";
import {Kind, Move} from "../../types/Move.sol";
import {Verdict, Verdicts} from "../../types/Verdict.sol";

/// @title Investor count
/// @notice No more than so many investors may hold units.
/// @dev Counts investors, not wallets. At the limit, an investor may still sell its whole position to a new one. Movements by order and
/// changes of facts are never refused, but counted: the count may pass the limit, and then nobody new comes in until it is below again.
/// @custom:invariant CNT-1 The count equals the number of investors who hold units.
/// @custom:invariant CNT-2 No issue or transfer raises the count above the limit.
library InvestorCount {
    /// @param mayAdmit Whether the receiver would be new, as far as other classes count.
    /// @param mayEmpty Whether the giver would be gone, as far as other classes count.
    function refuses(
        Verdict memory verdict,
        uint8 code,
        uint256 limit,
        uint256 count,
        bool mayAdmit,
        bool mayEmpty,
        Move calldata move
    ) internal pure returns (bool) {
        if (count < limit) return false;
        if (!mayAdmit || !move.admitsInvestor()) return false;
        if (mayEmpty && move.empties()) return false;

        bool whole = mayEmpty && move.kind == Kind.Transfer && move.from.units == move.from.held;
        return Verdicts.write(verdict, code, move.to.wallet, limit, count + 1, whole ? move.from.held : 0, 0);
    }

    /// @notice Whether the movement brings in an investor, as far as one class counts.
    function enters(Move calldata move) internal pure returns (bool) {
        if (move.kind == Kind.Reclassify) return move.to.wallet != address(0) && move.units != 0;
        return move.admitsInvestor();
    }

    /// @notice Whether the movement leaves an investor without units, as far as one class counts.
    function leaves(Move calldata move) internal pure returns (bool) {
        if (move.kind == Kind.Reclassify) return move.from.wallet != address(0) && move.units != 0;
        return move.empties();
    }

    /// @notice The count after somebody entered, or left, or both.
    /// @dev Stays at zero rather than stop a redemption: a count that is off is seen by {recount}.
    function next(uint256 count, bool entered, bool left) internal pure returns (uint256) {
        if (entered == left) return count;
        if (entered) return count + 1;
        return count == 0 ? 0 : count - 1;
    }

    /// @notice Counts the investors in any of these tokens, from the complete list of their holders: for each token in turn all
    /// wallets that hold units, ascending.
    function recount(address[] memory tokens, address[] calldata holders) internal view returns (uint32 count) {
        uint256 position;
        for (uint256 index; index < tokens.length; ++index) {
            IRegister token = IRegister(tokens[index]);
            uint256 supply = token.totalSupply();
            uint256 units;
            address previous;

            for (; units < supply && position < holders.length; ++position) {
                address holder = holders[position];
                if (holder <= previous) revert IRulebook.HoldersUnordered(position);
                uint256 balance = token.balanceOf(holder);
                if (balance != 0 && _counts(tokens, index, holder, balance)) ++count;
                units += balance;
                previous = holder;
            }
            if (units != supply) revert IRulebook.HoldersIncomplete(units, supply);
        }
        if (position != holders.length) revert IRulebook.TooManyHolders(position);
    }

    /// @dev An investor counts once: in the first token in which it holds units, at its lowest wallet that holds some.
    function _counts(address[] memory tokens, uint256 index, address holder, uint256 balance)
        private
        view
        returns (bool)
    {
        for (uint256 i; i < index; ++i) {
            if (IRegister(tokens[i]).heldByInvestor(holder) != 0) return false;
        }
        IRegister token = IRegister(tokens[index]);
        if (token.heldByInvestor(holder) == balance) return true;

        address registry = IERC3643Office(tokens[index]).identityRegistry();
        address[] memory wallets = IIdentityRegistry(registry).walletsOf(holder);
        for (uint256 i; i < wallets.length; ++i) {
            if (wallets[i] < holder && token.balanceOf(wallets[i]) != 0) return false;
        }
        return true;
    }
}
