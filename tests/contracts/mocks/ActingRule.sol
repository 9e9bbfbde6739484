// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IRule} from "../../../contracts/interfaces/IRulebook.sol";
import {Kind, Move} from "../../../contracts/types/Move.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";

/// @title Acting rule
/// @notice Counts units by country, and where it is armed, moves units while it is told of a change of facts.
contract ActingRule is IRule {
    mapping(uint16 country => int256 units) public unitsIn;
    IERC20 public token;
    address public from;
    address public to;
    bool public onLeaving;

    function arm(IERC20 token_, address from_, address to_, bool onLeaving_) external {
        (token, from, to, onLeaving) = (token_, from_, to_, onLeaving_);
    }

    function name() external pure returns (string memory) {
        return "Acting rule";
    }

    function counts() external pure returns (bool) {
        return true;
    }

    function check(address, Move calldata) external pure returns (Verdict memory verdict) {}

    function moved(address, Move calldata move) external {
        if (move.from.wallet != address(0)) unitsIn[move.from.country] -= int256(move.units);
        if (move.to.wallet != address(0)) unitsIn[move.to.country] += int256(move.units);
        if (move.kind != Kind.Reclassify || address(token) == address(0)) return;
        if ((move.from.wallet != address(0)) == onLeaving) token.transferFrom(from, to, token.balanceOf(from));
    }
}
