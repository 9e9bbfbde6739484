// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Coin that wastes gas
/// @notice Paying a marked account burns all gas it is given, or answers with more bytes than anyone wants to read.
contract GasBurnerCoin is ERC20 {
    enum Trap {
        None,
        Burn, // all gas
        Shout, // reverts with 20,000 bytes
        Work // pays, after using about 100,000 gas
    }

    mapping(address account => Trap) public trapOf;
    uint256 private _waste;

    constructor() ERC20("Gas Burner", "BURN") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setTrap(address account, Trap trap) external {
        trapOf[account] = trap;
    }

    function _update(address from, address to, uint256 value) internal override {
        Trap trap = trapOf[to];
        if (trap == Trap.Burn) while (true) ++_waste;
        if (trap == Trap.Work) for (uint256 start = gasleft(); start - gasleft() < 100_000;) ++_waste;
        if (trap == Trap.Shout) {
            assembly ("memory-safe") {
                revert(mload(0x40), 20000)
            }
        }
        super._update(from, to, value);
    }
}
