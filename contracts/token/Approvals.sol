// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {TokenStorage} from "./TokenStorage.sol";

/// @title Approvals
/// @notice Writes allowances, for {Allowances} and {Permits}.
abstract contract Approvals is TokenStorage {
    function _approve(address owner, address spender, uint256 value) internal {
        require(owner != address(0), IERC20Errors.ERC20InvalidApprover(owner));
        require(spender != address(0), IERC20Errors.ERC20InvalidSpender(spender));

        _allowances[owner][spender] = value;
        emit IERC20.Approval(owner, spender, value);
    }
}
