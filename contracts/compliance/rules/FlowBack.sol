// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRulebook} from "../../interfaces/IRulebook.sol";
import {Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";

/// @title Flow-back
/// @notice Units cannot be transferred from investors of one country to those of another before a time.
/// @dev Looks at transfers between investors. A giver whose country is not known counts as of every country but the receiver's own,
/// where the pair says so. In its verdicts, `limit` is the giver's country and `actual` the receiver's.
/// @custom:invariant FLO-1 Until the block ends, no transfer goes between investors of a blocked pair of countries.
library FlowBack {
    /// @notice At most this many pairs.
    uint256 internal constant LIMIT = 8;

    /// @notice The time that never comes.
    uint256 internal constant FOR_EVER = 0x3ffffffff; // 34 bits: in the year 2514

    uint256 internal constant PAIR_BITS = 20;
    uint256 private constant COUNTRY_BITS = 10;
    uint256 private constant COUNTRY_MASK = 0x3ff;
    uint16 private constant LAST_COUNTRY = 999;

    /// @param pairs As {pack} made them.
    /// @param move A transfer.
    function refuses(Verdict memory verdict, uint256 pairs, uint256 until, Move calldata move)
        internal
        view
        returns (bool)
    {
        if (block.timestamp >= until) return false;

        uint256 to = move.to.country;
        for (; pairs != 0; pairs >>= PAIR_BITS) {
            (uint256 pairFrom, uint256 pairTo) = _pair(pairs);
            if (pairTo != to) continue;
            uint256 from = move.from.country;
            if (pairFrom == 0 ? from == to : from != pairFrom) continue;
            if (move.sameInvestor) return false;
            uint48 earliest = until == FOR_EVER ? 0 : uint48(until);
            return Verdicts.write(verdict, Restriction.FLOW_BACK, move.to.wallet, from, to, 0, earliest);
        }
        return false;
    }

    /// @notice Puts the pairs in one word, 20 bits each, the first in the lowest bits.
    function pack(IRulebook.CountryPair[] calldata pairs) internal pure returns (uint256 packed) {
        if (pairs.length > LIMIT) revert IRulebook.TooManyPairs(LIMIT);

        for (uint256 i; i < pairs.length; ++i) {
            (uint16 from, uint16 to) = (pairs[i].from, pairs[i].to);
            if (from > LAST_COUNTRY) revert IRulebook.InvalidCountry(from);
            if (to == 0 || to > LAST_COUNTRY || from == to) revert IRulebook.InvalidCountry(to);
            packed |= (uint256(from) | uint256(to) << COUNTRY_BITS) << PAIR_BITS * i;
        }
    }

    function unpack(uint256 packed) internal pure returns (IRulebook.CountryPair[] memory pairs) {
        uint256 count;
        while (packed >> PAIR_BITS * count != 0) {
            ++count; // Cannot pass 8: there is nothing above.
        }
        pairs = new IRulebook.CountryPair[](count);
        for (uint256 i; i < count; ++i) {
            (uint256 from, uint256 to) = _pair(packed >> PAIR_BITS * i);
            pairs[i] = IRulebook.CountryPair({from: uint16(from), to: uint16(to)});
        }
    }

    function _pair(uint256 packed) private pure returns (uint256 from, uint256 to) {
        return (packed & COUNTRY_MASK, packed >> COUNTRY_BITS & COUNTRY_MASK);
    }
}
