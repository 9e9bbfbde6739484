// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRegister} from "../../../contracts/interfaces/ISecurityToken.sol";

/// @title Register whose holdings a test writes down
/// @notice Answers what payouts and meetings ask of a token, from what it was told. Can be told lies.
contract RegisterStub is IRegister {
    struct Standing {
        address successor;
        bool frozen;
    }

    uint48[] public recordDates;
    mapping(uint256 index => mapping(address account => uint256)) public unitsAt;
    mapping(uint256 index => uint256) private _supplyAt;
    mapping(address account => Standing) public standingOf;

    /// @notice Schedules a record date, after those known already.
    function schedule(uint48 recordDate) external {
        recordDates.push(recordDate);
    }

    /// @notice Writes down what accounts held at a record date. The supply follows.
    function hold(uint16 index, address[] calldata accounts, uint256[] calldata units) external {
        for (uint256 i; i < accounts.length; ++i) {
            _supplyAt[index] = _supplyAt[index] + units[i] - unitsAt[index][accounts[i]];
            unitsAt[index][accounts[i]] = units[i];
        }
    }

    /// @notice Lies about the supply.
    function setSupply(uint16 index, uint256 units) external {
        _supplyAt[index] = units;
    }

    function succeed(address lost, address replacement) external {
        standingOf[lost].successor = replacement;
    }

    function freeze(address account, bool frozen) external {
        standingOf[account].frozen = frozen;
    }

    function recordDateIndex(uint48 recordDate) public view returns (uint16 index) {
        for (; index < recordDates.length; ++index) {
            if (recordDates[index] == recordDate && recordDate <= block.timestamp) return index;
        }
        revert UnknownRecordDate(recordDate);
    }

    function isRecordDate(uint48 recordDate) external view returns (bool) {
        for (uint256 i; i < recordDates.length; ++i) {
            if (recordDates[i] == recordDate) return true;
        }
        return false;
    }

    function entitlement(address account, uint16 index)
        external
        view
        returns (uint256 units, address holder, bool frozen)
    {
        Standing memory standing = standingOf[account];
        if (standing.successor == address(0)) return (unitsAt[index][account], account, standing.frozen);
        return (unitsAt[index][account], standing.successor, standingOf[standing.successor].frozen);
    }

    function supplyAt(uint16 index) external view returns (uint256 units) {
        return _supplyAt[index];
    }

    function balanceOf(address account) public view returns (uint256) {
        return recordDates.length == 0 ? 0 : unitsAt[recordDates.length - 1][account];
    }

    function totalSupply() external view returns (uint256) {
        return recordDates.length == 0 ? 0 : _supplyAt[recordDates.length - 1];
    }

    function heldByInvestor(address account) external view returns (uint256 units) {
        return balanceOf(account);
    }
}
