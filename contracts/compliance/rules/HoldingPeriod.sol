// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRulebook} from "../../interfaces/IRulebook.sol";
import {Kind, Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";

/// @title Holding period
/// @notice Units cannot be transferred for a time after they were issued, lot by lot.
/// @dev A lot's end is fixed when it is acquired. What is free goes first; an exempt receiver, another wallet of the investor, and a
/// movement by order take locked units too, oldest first, and these keep their lot (they tack). Redemption uses them in the same order.
/// Lots are the wallet's. As many as {LIMIT} a wallet: an issue or transfer that would need more is refused; an order or a recovery
/// puts the newest two together until the later end.
/// @custom:invariant LOT-1 No transfer to a receiver that is not exempt leaves a wallet with less than its locked units.
/// @custom:invariant LOT-2 Whatever moves, a lot's end never comes nearer.
library HoldingPeriod {
    /// @notice At most so many lots a wallet.
    uint256 internal constant LIMIT = 16;

    /// @dev One slot.
    struct Terms {
        uint32 period; // seconds
        uint32 exemptClaims;
        uint16 era; // lots of an earlier one are over: the rule was off in between
    }

    /// @dev What both kinds of lock know about a wallet, in one slot. The lockup is {Lockup}'s.
    struct Holder {
        uint96 lockedUnits;
        uint40 lockedUntil;
        uint96 lotUnits; // of all lots
        uint8 lots;
        uint16 era;
    }

    struct Lots {
        Terms terms;
        mapping(address wallet => Holder) holders;
        mapping(address wallet => mapping(uint256 position => IRulebook.Lot)) lots;
    }

    // ---- judging ----

    /// @param move An issue or a transfer.
    function refuses(Lots storage self, Verdict memory verdict, Move calldata move) internal view returns (bool) {
        if (move.kind == Kind.Issue) return _lacksRoom(self, verdict, move, 1, 0, new IRulebook.Lot[](0));

        uint256 inLots = self.holders[move.from.wallet].lotUnits;
        // Nearly always enough to know: units outside of all lots suffice.
        return move.units + inLots > move.from.units && inLots != 0 && _refusesLocked(self, verdict, move);
    }

    /// @notice Whether a movement changes lots.
    function isTouchedBy(Lots storage self, Move calldata move) internal view returns (bool) {
        if (move.kind == Kind.Issue) return true;
        if (move.kind == Kind.Reclassify) return false;
        uint256 inLots = self.holders[move.from.wallet].lotUnits;
        return inLots != 0 && move.units + inLots > move.from.units;
    }

    function _refusesLocked(Lots storage self, Verdict memory verdict, Move calldata move)
        private
        view
        returns (bool)
    {
        IRulebook.Lot[] memory lots = live(self, move.from.wallet);
        uint256 locked = _sum(lots);
        uint256 unlocked = move.from.units > locked ? move.from.units - locked : 0;
        if (move.units <= unlocked || locked == 0) return false;

        if (move.sameInvestor || move.to.claims & self.terms.exemptClaims != 0) {
            uint256 travelling = _countOldest(lots, move.units - unlocked);
            return _lacksRoom(self, verdict, move, travelling, unlocked, lots);
        }
        uint256 left = move.from.units > move.units ? move.from.units - move.units : 0;
        uint48 earliest = _earliest(lots, locked - left);
        address giver = move.from.wallet;
        return
            Verdicts.write(verdict, Restriction.HOLDING_PERIOD, giver, unlocked, move.units, unlocked, earliest);
    }

    /// @dev Whether the receiver has no room for so many more lots. With what is `unlocked` go as many of `lots` as there is room for.
    function _lacksRoom(
        Lots storage self,
        Verdict memory verdict,
        Move calldata move,
        uint256 more,
        uint256 unlocked,
        IRulebook.Lot[] memory lots
    ) private view returns (bool) {
        address receiver = move.to.wallet;
        if (self.holders[receiver].lots + more <= LIMIT) return false;
        uint256 count = live(self, receiver).length;
        uint256 largest = unlocked;
        for (uint256 i; i < lots.length && count + i < LIMIT; ++i) {
            largest += lots[i].units;
        }
        count += more;
        if (count <= LIMIT) return false;
        return Verdicts.write(verdict, Restriction.LOTS_FULL, receiver, LIMIT, count, largest, 0);
    }

    /// @dev How many of the oldest lots hold so many units.
    function _countOldest(IRulebook.Lot[] memory lots, uint256 units) private pure returns (uint256 count) {
        for (uint256 found; found < units && count < lots.length; ++count) {
            found += lots[count].units;
        }
    }

    /// @dev When lots of so many units will be over; there must be as many.
    function _earliest(IRulebook.Lot[] memory lots, uint256 units) private pure returns (uint48 earliest) {
        for (uint256 found; found < units;) {
            uint256 after_ = earliest;
            earliest = type(uint48).max;
            for (uint256 i; i < lots.length; ++i) {
                if (lots[i].until > after_ && lots[i].until < earliest) earliest = lots[i].until;
            }
            for (uint256 i; i < lots.length; ++i) {
                if (lots[i].until == earliest) found += lots[i].units;
            }
        }
    }

    // ---- following ----

    /// @notice Makes lots follow a movement that is done.
    function follow(Lots storage self, address token, Move calldata move) internal {
        if (!isTouchedBy(self, move)) return;

        address receiver = move.to.wallet;
        if (move.kind == Kind.Issue) {
            IRulebook.Lot[] memory acquired = new IRulebook.Lot[](1);
            uint40 time = uint40(block.timestamp);
            acquired[0] = IRulebook.Lot({units: uint96(move.units), acquired: time, until: time + self.terms.period});
            _add(self, token, receiver, acquired);
            return;
        }
        IRulebook.Lot[] memory given = _take(self, token, move);
        if (move.kind != Kind.Redeem && given.length != 0) _add(self, token, receiver, given);
    }

    /// @notice All lots of a lost wallet go to the one that takes its place.
    function inherit(Lots storage self, address token, address lost, address replacement) internal {
        IRulebook.Lot[] memory lots = live(self, lost);
        if (lots.length == 0) return;
        _add(self, token, replacement, lots);
        store(self, token, lost, new IRulebook.Lot[](0));
    }

    /// @dev Takes from a wallet the lots that go with a movement, and forgets those that are over.
    function _take(Lots storage self, address token, Move calldata move)
        private
        returns (IRulebook.Lot[] memory given)
    {
        IRulebook.Lot[] memory lots = live(self, move.from.wallet);
        uint256 locked = _sum(lots);
        uint256 unlocked = move.from.units > locked ? move.from.units - locked : 0;
        uint256 rest = move.units > unlocked ? move.units - unlocked : 0;

        uint256 count = _countOldest(lots, rest);
        given = new IRulebook.Lot[](count);
        for (uint256 i; i < count; ++i) {
            (given[i].acquired, given[i].until) = (lots[i].acquired, lots[i].until);
            given[i].units = rest < lots[i].units ? uint96(rest) : lots[i].units;
            lots[i].units -= given[i].units;
            rest -= given[i].units;
        }
        store(self, token, move.from.wallet, lots);
    }

    /// @dev Adds lots in the order of acquisition, and to the newest one where there is no more room.
    function _add(Lots storage self, address token, address wallet, IRulebook.Lot[] memory more) private {
        IRulebook.Lot[] memory lots = live(self, wallet);
        IRulebook.Lot[] memory merged = new IRulebook.Lot[](lots.length + more.length);
        (uint256 i, uint256 n) = (0, 0);
        for (uint256 position; position < merged.length; ++position) {
            bool ours = n == more.length || (i < lots.length && lots[i].acquired <= more[n].acquired);
            merged[position] = ours ? lots[i++] : more[n++];
            // Parts of one lot make one lot again.
            if (position != 0 && _isSame(merged[position - 1], merged[position])) {
                _unite(merged[position], merged[position - 1]);
            }
        }
        uint256 count = _compact(merged);
        for (; count > LIMIT; --count) {
            _unite(merged[count - 2], merged[count - 1]);
        }
        store(self, token, wallet, merged);
    }

    function _unite(IRulebook.Lot memory one, IRulebook.Lot memory other) private pure {
        uint256 units = uint256(one.units) + other.units;
        one.units = units > type(uint96).max ? type(uint96).max : uint96(units);
        one.acquired = other.acquired;
        if (other.until > one.until) one.until = other.until;
        other.units = 0;
    }

    // ---- keeping ----

    /// @notice The lots of a wallet that are not over, in the order of acquisition.
    function live(Lots storage self, address wallet) internal view returns (IRulebook.Lot[] memory lots) {
        Holder memory holder = self.holders[wallet];
        uint256 stored = holder.era == self.terms.era ? holder.lots : 0;
        lots = new IRulebook.Lot[](stored);
        uint256 count;
        for (uint256 i; i < stored; ++i) {
            IRulebook.Lot memory lot = self.lots[wallet][i];
            if (lot.until > block.timestamp) lots[count++] = lot;
        }
        // Cannot lengthen: there are no more than were stored.
        assembly ("memory-safe") {
            mstore(lots, count)
        }
    }

    /// @notice Replaces the lots of a wallet; empty ones are left out.
    function store(Lots storage self, address token, address wallet, IRulebook.Lot[] memory lots) internal {
        uint256 count = _compact(lots);
        uint256 units = _sum(lots);
        for (uint256 i; i < count; ++i) {
            self.lots[wallet][i] = lots[i];
        }
        Holder storage holder = self.holders[wallet];
        (holder.lots, holder.era) = (uint8(count), self.terms.era);
        holder.lotUnits = units > type(uint96).max ? type(uint96).max : uint96(units);
        emit IRulebook.LotsChanged(token, wallet, lots);
    }

    /// @dev Leaves out lots without units.
    function _compact(IRulebook.Lot[] memory lots) private pure returns (uint256 count) {
        for (uint256 i; i < lots.length; ++i) {
            if (lots[i].units != 0) lots[count++] = lots[i];
        }
        // Cannot lengthen: some were left out at most.
        assembly ("memory-safe") {
            mstore(lots, count)
        }
    }

    function _isSame(IRulebook.Lot memory one, IRulebook.Lot memory other) private pure returns (bool) {
        return one.acquired == other.acquired && one.until == other.until;
    }

    function _sum(IRulebook.Lot[] memory lots) private pure returns (uint256 units) {
        for (uint256 i; i < lots.length; ++i) {
            units += lots[i].units;
        }
    }
}
