// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Approvals} from "./Approvals.sol";

/// @title Allowances
/// @notice Who may spend for a holder (ERC-20).
abstract contract Allowances is Approvals, IERC20 {
    function allowance(address owner, address spender) public view returns (uint256) {
        return _allowances[owner][spender];
    }

    function approve(address spender, uint256 value) external returns (bool) {
        _approve(msg.sender, spender, value);
        return true;
    }

    /// @dev An allowance of type(uint256).max is not used up.
    function _spendAllowance(address owner, address spender, uint256 value) internal {
        uint256 granted = _allowances[owner][spender];
        if (granted == type(uint256).max) return;

        require(granted >= value, IERC20Errors.ERC20InsufficientAllowance(spender, granted, value));
        unchecked {
            // Cannot underflow: checked above.
            _allowances[owner][spender] = granted - value;
        }
    }
}
