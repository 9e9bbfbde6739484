// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind, Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";

/// @title Minimum holding
/// @notice An investor holds nothing or at least so many units; or sells its whole position or nothing.
/// @dev Looks at what issues and transfers between investors leave on both sides. A redemption or an order may leave less.
/// @custom:invariant MIN-1 No issue or transfer leaves one of its parties with less than the minimum, unless with nothing.
library MinimumHolding {
    function refusesUnits(Verdict memory verdict, uint256 minimum, Move calldata move) internal pure returns (bool) {
        if (move.sameInvestor) return false;

        uint256 held = move.to.held;
        if (held + move.units < minimum) {
            return Verdicts.write(
                verdict, Restriction.MINIMUM_HOLDING, move.to.wallet, minimum, held + move.units, 0, 0
            );
        }
        if (move.kind == Kind.Issue || move.units >= move.from.held || move.from.held - move.units >= minimum) {
            return false;
        }
        // As many as leave the minimum, if those are enough for the receiver.
        uint256 largest = move.from.held > minimum ? move.from.held - minimum : 0;
        if (held + largest < minimum) largest = 0;
        return Verdicts.write(
            verdict,
            Restriction.MINIMUM_HOLDING,
            move.from.wallet,
            minimum,
            move.from.held - move.units,
            largest,
            0
        );
    }

    /// @param move A transfer.
    function refusesPart(Verdict memory verdict, Move calldata move) internal pure returns (bool) {
        uint256 held = move.from.held;
        if (move.sameInvestor || move.units == held) return false;
        return Verdicts.write(
            verdict, Restriction.WHOLE_POSITION, move.from.wallet, held, move.units, move.units > held ? held : 0, 0
        );
    }
}
