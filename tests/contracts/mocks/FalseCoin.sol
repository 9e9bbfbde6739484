// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Coin that answers false
/// @notice Refuses without reverting, or claims to have paid without paying, once it is told to.
contract FalseCoin is ERC20 {
    enum Mood {
        Honest,
        Refusing, // moves nothing, returns false
        Lying // moves nothing, returns true
    }

    Mood public mood;

    constructor() ERC20("False Coin", "FALSE") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setMood(Mood newMood) external {
        mood = newMood;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        if (mood == Mood.Honest) return super.transfer(to, amount);
        return mood == Mood.Lying;
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        if (mood == Mood.Honest) return super.transferFrom(from, to, amount);
        return mood == Mood.Lying;
    }
}
