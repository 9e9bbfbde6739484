// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";

/// @title Authorised supply
/// @notice No more units may be issued than the company is authorised to.
/// @custom:invariant SUP-1 No issue raises the supply above what is authorised.
library AuthorisedSupply {
    /// @param move An issue.
    function refuses(Verdict memory verdict, uint256 authorised, Move calldata move) internal pure returns (bool) {
        uint256 issued = move.supplyAfter();
        if (issued <= authorised) return false;

        uint256 largest = authorised > move.supply ? authorised - move.supply : 0;
        return Verdicts.write(
            verdict, Restriction.AUTHORISED_SUPPLY, move.to.wallet, authorised, issued, largest, 0
        );
    }
}
