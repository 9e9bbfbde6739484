// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Plain coin
/// @notice OpenZeppelin's ERC-20 and nothing else: what the gas table pays in. Anyone may mint.
contract PlainCoin is ERC20 {
    constructor() ERC20("Plain Coin", "PLAIN") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
