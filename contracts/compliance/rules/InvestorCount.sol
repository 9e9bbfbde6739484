// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {IIdentityRegistry} from "../../interfaces/IIdentityRegistry.sol";
import {IRulebook} from "../../interfaces/IRulebook.sol";
import {IRegister} from "../../interfaces/ISecurityToken.sol";
import {IERC3643IdentityRegistry, IERC3643Office} from "../../interfaces/standards/IERC3643.sol";
import {Kind, Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";

/// @title Investor count
/// @notice No more than so many investors, of any kind or of one, may hold units; nor fewer than so many.
/// @dev Counts investors, not wallets. At the limit, an investor may still sell its whole position to a new one of the same kind.
/// Movements by order and changes of facts are never refused, but counted: the count may pass the limit, and then nobody new comes in
/// until it is below again.
/// @custom:invariant CNT-1 Each count equals the number of investors of its kind who hold units.
/// @custom:invariant CNT-2 No issue or transfer raises a count above its limit, nor lowers the total below the minimum.
library InvestorCount {
    /// @dev A limit on one kind of investors, in one slot.
    struct Counter {
        uint16 country; // 0: any
        uint32 mask;
        uint32 claims;
        uint24 limit; // 0: there is none
        uint24 count;
        uint24 tally; // of the count under way
        bool counted; // the limit is in force and the count right
    }

    /// @notice Whether the limit is about an investor with these facts.
    function covers(Counter memory self, uint16 country, uint32 claims) internal pure returns (bool) {
        return (self.country == 0 || self.country == country) && claims & self.mask == self.claims;
    }

    /// @notice Whether a transfer would leave fewer investors than there must be.
    function refusesToLose(Verdict memory verdict, uint256 minimum, uint256 count, Move calldata move)
        internal
        pure
        returns (bool)
    {
        if (count > minimum || !move.empties() || move.admitsInvestor()) return false;
        uint256 left = count == 0 ? 0 : count - 1;
        return Verdicts.write(
            verdict, Restriction.MINIMUM_INVESTORS, move.from.wallet, minimum, left, move.units - 1, 0
        );
    }

    /// @notice Whether an issue or a transfer would bring in one investor too many.
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

        // The whole position of the giver would pass.
        bool whole = mayEmpty && move.kind == Kind.Transfer && move.from.units == move.from.held
            && move.units > move.from.held;
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
    /// @dev Stays at zero, or at the most that can be counted, rather than stop a redemption: a count that is off is seen by {recount}.
    function next(uint256 count, bool entered, bool left) internal pure returns (uint256) {
        if (entered == left) return count;
        if (entered) return count == type(uint24).max ? count : count + 1;
        return count == 0 ? 0 : count - 1;
    }

    /// @notice The facts of a holder's investor, if the holder is the one wallet at which its investor counts.
    /// @param tokens The tokens the count is about; `index` of the one the holder holds.
    function factsIfCounted(address[] memory tokens, uint256 index, address holder, uint256 balance)
        internal
        view
        returns (bool counts, uint16 country, uint32 claims)
    {
        address registry = IERC3643Office(tokens[index]).identityRegistry();
        bool native = ERC165Checker.supportsInterface(registry, type(IIdentityRegistry).interfaceId);
        if (!_counts(tokens, index, holder, balance, native ? registry : address(0))) return (false, 0, 0);
        if (!native) return (true, IERC3643IdentityRegistry(registry).investorCountry(holder), 0);

        (IIdentityRegistry.Facts memory facts,) = IIdentityRegistry(registry).factsOf(holder);
        // Its registration would be told to nobody, and so never counted.
        if (facts.identity == address(0) && !IIdentityRegistry(registry).wasRemoved(holder)) {
            revert IRulebook.UnknownHolder(holder);
        }
        return (true, facts.country, facts.claims);
    }

    /// @dev An investor counts once: in the first token in which it holds units, at its lowest wallet that holds some.
    /// Without a registry that groups wallets, each is an investor.
    function _counts(address[] memory tokens, uint256 index, address holder, uint256 balance, address registry)
        private
        view
        returns (bool)
    {
        for (uint256 i; i < index; ++i) {
            if (IRegister(tokens[i]).heldByInvestor(holder) != 0) return false;
        }
        IRegister token = IRegister(tokens[index]);
        if (registry == address(0) || token.heldByInvestor(holder) == balance) return true;

        address[] memory wallets = IIdentityRegistry(registry).walletsOf(holder);
        for (uint256 i; i < wallets.length; ++i) {
            if (wallets[i] < holder && token.balanceOf(wallets[i]) != 0) return false;
        }
        return true;
    }
}
