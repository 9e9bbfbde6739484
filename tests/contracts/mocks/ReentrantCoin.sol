// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Coin that calls back
/// @notice In the middle of every transfer it makes a call it was told to make, and notes how that ended.
contract ReentrantCoin is ERC20 {
    address public target;
    bytes public callback;
    uint256 public attempts;
    bool public succeeded;
    bytes public answer;

    constructor() ERC20("Reentrant Coin", "LOOP") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function arm(address newTarget, bytes calldata newCallback) external {
        (target, callback) = (newTarget, newCallback);
    }

    function _update(address from, address to, uint256 value) internal override {
        if (target != address(0) && from != address(0)) {
            ++attempts;
            (succeeded, answer) = target.call(callback);
        }
        super._update(from, to, value);
    }
}
