// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind, Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";

/// @title Holding cap
/// @notice No investor may end up with more than so many units, or more than its share of the supply.
/// @dev Looks at what an investor acquires by issue or transfer, so one who is already above (after a redemption by others, by order,
/// or because the cap came later) can still sell. With a cap on the share, the first issue must precede the cap.
/// @custom:invariant CAP-1 No issue or transfer between investors leaves its receiver above the cap.
library HoldingCap {
    /// @notice Judges the number of units.
    /// @param code The restriction: of one token or of all classes.
    /// @param held What the investor holds before, in the classes that the cap counts.
    function refusesUnits(Verdict memory verdict, uint8 code, uint256 maxUnits, uint256 held, Move calldata move)
        internal
        pure
        returns (bool)
    {
        uint256 acquired;
        // Cannot overflow: tokens count in 96 bits.
        unchecked {
            acquired = held + move.units;
        }
        if (acquired <= maxUnits) return false;
        if (move.sameInvestor) return false;

        uint256 largest = held < maxUnits ? maxUnits - held : 0;
        return Verdicts.write(verdict, code, move.to.wallet, maxUnits, acquired, largest, 0);
    }

    /// @notice Judges the share of the supply after the movement.
    function refusesShare(Verdict memory verdict, uint256 maxBps, Move calldata move) internal pure returns (bool) {
        uint256 limit;
        uint256 acquired;
        // Cannot overflow: tokens count in 96 bits.
        unchecked {
            limit = move.supplyAfter() * maxBps / 10_000; // rounds down: stricter
            acquired = move.to.held + move.units;
        }
        if (acquired <= limit) return false;
        if (move.sameInvestor) return false;

        return Verdicts.write(
            verdict, Restriction.HOLDING_SHARE, move.to.wallet, limit, acquired, _largestShare(maxBps, move), 0
        );
    }

    /// @dev A transfer leaves the supply as it is. An issue of u units passes if 10,000 × (held + u) ≤ bps × (supply + u).
    function _largestShare(uint256 maxBps, Move calldata move) private pure returns (uint256) {
        uint256 allowed = move.supply * maxBps;
        uint256 used = move.to.held * 10_000;
        if (allowed <= used) return 0;

        // Cannot divide by zero: with 10,000 bps nothing is refused.
        return (allowed - used) / (move.kind == Kind.Issue ? 10_000 - maxBps : 10_000);
    }
}
