// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {IRegister, ISecurityToken} from "../interfaces/ISecurityToken.sol";
import {Allowances} from "./Allowances.sol";
import {Config} from "./Config.sol";
import {Ledger} from "./Ledger.sol";
import {RecordDates} from "./RecordDates.sol";
import {FROZEN, LINKED, RETIRED, Row} from "./Row.sol";

/// @title Register
/// @notice Who holds what, now and at record dates that have passed.
abstract contract Register is Ledger, Allowances, ISecurityToken {
    /// @inheritdoc IRegister
    function balanceOf(address account) public view override(IERC20, IRegister) returns (uint256) {
        return _rows[account].units();
    }

    /// @inheritdoc IRegister
    function totalSupply() public view override(IERC20, IRegister) returns (uint256) {
        return _issued.issuedUnits();
    }

    /// @inheritdoc IRegister
    function heldByInvestor(address account) external view returns (uint256) {
        Row row = _rows[account];
        Config config = _config;
        address registry = config.registry();
        if (config.isPlainRegistry() || registry == address(0)) return row.units();
        if (row.isAdmitted(config.version()) && !row.has(LINKED)) return row.units();
        address[] memory wallets = IIdentityRegistry(registry).walletsOf(account);
        return wallets.length == 0 ? row.units() : _sum(wallets);
    }

    /// @inheritdoc IRegister
    function recordDateIndex(uint48 recordDate) public view returns (uint16) {
        (uint256 index, bool found) = RecordDates.find(_recordDates, recordDate);
        require(found && recordDate <= block.timestamp, UnknownRecordDate(recordDate));
        return uint16(index); // Cannot truncate: at most 65,535 dates.
    }

    /// @inheritdoc IRegister
    function isRecordDate(uint48 recordDate) external view returns (bool found) {
        (, found) = RecordDates.find(_recordDates, recordDate);
    }

    /// @inheritdoc IRegister
    function entitlement(address account, uint16 index)
        external
        view
        returns (uint256 units, address holder, bool frozen)
    {
        Row row = _rows[account];
        units = _unitsAt(account, row, index);
        holder = account;
        // Cannot loop for long: a replaced wallet is never a replacement again, and each step took a recovery.
        while (row.has(RETIRED)) {
            holder = _successors[holder];
            row = _rows[holder];
        }
        frozen = row.has(FROZEN);
    }

    /// @inheritdoc IRegister
    function supplyAt(uint16 index) external view returns (uint256) {
        return _supplyAt(index);
    }

    /// @inheritdoc ISecurityToken
    function recordDates() external view returns (uint40[] memory) {
        return _recordDates;
    }

    /// @inheritdoc ISecurityToken
    function balanceOfAt(address account, uint48 recordDate) external view returns (uint256) {
        return _unitsAt(account, _rows[account], recordDateIndex(recordDate));
    }

    /// @inheritdoc ISecurityToken
    function totalSupplyAt(uint48 recordDate) external view returns (uint256) {
        return _supplyAt(recordDateIndex(recordDate));
    }

    function _supplyAt(uint256 index) private view returns (uint256) {
        return _unitsAt(address(0), _supplyCursor.withUnits(_issued.issuedUnits()), index);
    }

    function _unitsAt(address account, Row row, uint256 index) private view returns (uint256) {
        Config config = _config;
        if (index >= config.passed()) {
            require(
                index < _recordDates.length && _recordDates[index] <= block.timestamp,
                UnknownRecordDate(index < _recordDates.length ? _recordDates[index] : 0)
            );
        }
        return RecordDates.unitsAt(_history[account], row, index);
    }
}
