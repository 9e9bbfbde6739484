// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IRights} from "../interfaces/IRights.sol";
import {IRegister} from "../interfaces/ISecurityToken.sol";

/// @title Rights at a record date
/// @notice What payouts and meetings share: a scheduled record date, the wallets left out, the units that count.
library Rights {
    using SafeCast for uint256;

    uint256 internal constant EXCLUDED_LIMIT = 32;

    /// @notice Wallets left out, ascending.
    /// @dev Written once. How many there are is kept by the owner, packed with its other terms, so that none costs nothing.
    struct Exclusions {
        address[EXCLUDED_LIMIT] wallets;
    }

    /// @notice Refuses a token that is none, and a record date it does not know.
    function requireRecordDate(address token, uint48 recordDate) internal view {
        // Not a plain call: the answer of something that is not a token must be refused in words, too.
        (bool answered, bytes memory answer) = token.staticcall(abi.encodeCall(IRegister.isRecordDate, (recordDate)));
        if (!answered || answer.length != 32) revert IRights.InvalidContract(token);
        if (uint256(bytes32(answer)) != 1) revert IRights.RecordDateNotScheduled(recordDate);
    }

    /// @notice Keeps the wallets that are left out.
    function exclude(Exclusions storage list, address[] calldata wallets) internal returns (uint8 count) {
        if (wallets.length > EXCLUDED_LIMIT) revert IRights.TooManyExcluded(EXCLUDED_LIMIT);

        address previous;
        for (uint256 i; i < wallets.length; ++i) {
            if (wallets[i] <= previous) revert IRights.NotAscending(previous, wallets[i]);
            list.wallets[i] = previous = wallets[i];
        }
        return uint8(wallets.length);
    }

    /// @notice Whether a wallet is left out.
    function excludes(Exclusions storage list, uint256 count, address wallet) internal view returns (bool) {
        uint256 low;
        while (low < count) {
            uint256 middle = (low + count) / 2;
            address found = list.wallets[middle];
            if (found == wallet) return true;
            if (found < wallet) low = middle + 1;
            else count = middle;
        }
        return false;
    }

    /// @notice The wallets that are left out, ascending.
    function load(Exclusions storage list, uint256 count) internal view returns (address[] memory wallets) {
        wallets = new address[](count);
        for (uint256 i; i < count; ++i) {
            wallets[i] = list.wallets[i];
        }
    }

    /// @notice The units that count at a record date that has passed: all in issue, less those of wallets left out.
    function unitsOf(address token, uint48 recordDate, Exclusions storage list, uint256 count)
        internal
        view
        returns (uint16 index, uint96 units)
    {
        index = IRegister(token).recordDateIndex(recordDate);

        uint256 left = IRegister(token).supplyAt(index);
        for (uint256 i; i < count; ++i) {
            (uint256 held,,) = IRegister(token).entitlement(list.wallets[i], index);
            left -= held;
        }
        units = left.toUint96();
    }
}
