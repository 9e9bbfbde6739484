// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRulebook} from "../../interfaces/IRulebook.sol";
import {Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";
import {HoldingPeriod} from "./HoldingPeriod.sol";

/// @title Lockup
/// @notice A wallet cannot transfer its locked units before a time.
/// @dev Looks at transfers, also between wallets of one investor: the lock is on the wallet. Locked units can be redeemed and moved by
/// order; the lock then holds what is left or comes in.
/// @custom:invariant LCK-1 Until the lock ends, no transfer leaves the wallet with less than the locked units.
library Lockup {
    uint96 internal constant ALL = type(uint96).max;

    /// @param move A transfer.
    function refuses(Verdict memory verdict, HoldingPeriod.Holder storage holder, Move calldata move)
        internal
        view
        returns (bool)
    {
        (uint256 locked, uint48 until) = (holder.lockedUnits, holder.lockedUntil);
        if (block.timestamp >= until) return false;

        uint256 unlocked = move.from.units > locked ? move.from.units - locked : 0;
        if (move.units <= unlocked) return false;
        return Verdicts.write(
            verdict, Restriction.LOCKUP, move.from.wallet, unlocked, move.units, unlocked, until
        );
    }

    /// @notice The lockup of a wallet; zeros if there is none.
    function read(HoldingPeriod.Holder storage holder) internal view returns (IRulebook.Lock memory) {
        return IRulebook.Lock({units: holder.lockedUnits, until: holder.lockedUntil});
    }

    /// @notice Replaces the lockup of a wallet. A time beyond the year 36,000 is that year.
    function write(HoldingPeriod.Holder storage holder, IRulebook.Lock memory lock) internal {
        holder.lockedUnits = lock.units;
        holder.lockedUntil = lock.until > type(uint40).max ? type(uint40).max : uint40(lock.until);
    }

    /// @notice One lock that is at least as strict as both: all units of both, until the later time. One that has ended counts for nothing.
    function merge(IRulebook.Lock memory one, IRulebook.Lock memory other)
        internal
        view
        returns (IRulebook.Lock memory)
    {
        if (block.timestamp >= one.until) return other;
        if (block.timestamp >= other.until) return one;

        uint256 units = uint256(one.units) + other.units;
        return IRulebook.Lock({
            units: units > ALL ? ALL : uint96(units),
            until: one.until > other.until ? one.until : other.until
        });
    }
}
