// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title TestCoin
/// @notice A stand-in for a stablecoin, for demos and tests: worthless, and all of it belongs to whoever deploys it.
/// @dev Nothing else of tokenkit uses it.
contract TestCoin is ERC20 {
    uint8 private immutable _decimals;

    /// @param supply In the smallest unit.
    constructor(string memory name_, string memory symbol_, uint8 decimals_, uint256 supply) ERC20(name_, symbol_) {
        _decimals = decimals_;
        _mint(msg.sender, supply);
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }
}
