// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Coin with a fee
/// @notice Delivers less than it is told to, or more when the fee is negative.
contract FeeCoin is ERC20 {
    int256 public fee;

    constructor(int256 initialFee) ERC20("Fee Coin", "FEE") {
        fee = initialFee;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from == address(0) || to == address(0)) return;
        if (fee > 0) super._update(to, address(0), uint256(fee));
        else super._update(address(0), to, uint256(-fee));
    }
}
