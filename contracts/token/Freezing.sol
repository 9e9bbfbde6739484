// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC3643Office} from "../interfaces/standards/IERC3643.sol";
import {IERC7943Fungible} from "../interfaces/standards/IERC7943.sol";
import {Judge} from "./Judge.sol";
import {FROZEN, HAS_FROZEN_UNITS, Row} from "./Row.sol";

/// @title Freezing
/// @notice Frozen wallets and frozen units, with the events of ERC-7943 and ERC-3643.
abstract contract Freezing is Judge {
    /// @dev The row of the zero address stays empty.
    function _freezeWallet(address account, bool frozen) internal {
        require(account != address(0), IERC20Errors.ERC20InvalidSender(account));

        _rows[account] = _rows[account].withFlag(FROZEN, frozen);
        emit IERC3643Office.AddressFrozen(account, frozen, msg.sender);
    }

    function _freezeUnits(address account, uint256 units) internal {
        require(account != address(0), IERC20Errors.ERC20InvalidSender(account));

        _rows[account] = _setFrozenUnits(account, _rows[account], units);
    }

    /// @dev Sets the amount and the row's flag; the caller stores the row.
    function _setFrozenUnits(address account, Row row, uint256 units) internal returns (Row) {
        uint256 before = _frozenUnits[account];
        _frozenUnits[account] = units;
        emit IERC7943Fungible.Frozen(account, units);
        if (units > before) emit IERC3643Office.TokensFrozen(account, units - before);
        if (units < before) emit IERC3643Office.TokensUnfrozen(account, before - units);
        return row.withFlag(HAS_FROZEN_UNITS, units != 0);
    }
}
