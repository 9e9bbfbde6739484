// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISecurityToken} from "../interfaces/ISecurityToken.sol";
import {Entry, Row} from "./Row.sol";

/// @title Record dates
/// @notice A sorted list of instants, and what each row held at each of them.
/// @dev Indices of dates that have passed never change: a date is only ever inserted ahead.
library RecordDates {
    /// @dev Inserting moves later dates, so what lies ahead is bounded.
    uint256 internal constant MAX_AHEAD = 64;

    /// @notice Inserts a date that lies ahead. `passed` dates have passed.
    function schedule(uint40[] storage dates, uint48 recordDate, uint256 passed) internal {
        require(recordDate > block.timestamp && recordDate < type(uint40).max, ISecurityToken.InvalidRecordDate(recordDate));
        uint256 length = dates.length;
        require(length - passed < MAX_AHEAD && length < type(uint16).max, ISecurityToken.TooManyRecordDates(MAX_AHEAD));

        // Cannot truncate: checked above.
        uint40 date = uint40(recordDate);
        dates.push(date);
        uint256 place = length;
        for (; place > passed; --place) {
            uint40 before = dates[place - 1];
            if (before < date) break;
            require(before != date, ISecurityToken.InvalidRecordDate(recordDate));
            dates[place] = before;
        }
        dates[place] = date;
    }

    /// @notice How many dates have passed; at least `known` have. A date has passed from its own second on.
    function countPassed(uint40[] storage dates, uint256 known) internal view returns (uint256 low) {
        low = known;
        uint256 high = dates.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (dates[middle] <= block.timestamp) low = middle + 1;
            else high = middle;
        }
    }

    /// @notice The position of a date, and whether it is there.
    function find(uint40[] storage dates, uint48 recordDate) internal view returns (uint256 low, bool found) {
        uint256 length = dates.length;
        uint256 high = length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (dates[middle] < recordDate) low = middle + 1;
            else high = middle;
        }
        found = low < length && dates[low] == recordDate;
    }

    /// @notice What a row held at the record date of this index, which must have passed.
    function unitsAt(mapping(uint256 position => Entry entry) storage history, Row row, uint256 index)
        internal
        view
        returns (uint256)
    {
        if (index >= row.recordDate()) return row.units();

        uint256 low = 0;
        uint256 high = row.historyLength();
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (history[middle].upto() > index) high = middle;
            else low = middle + 1;
        }
        if (low == row.historyLength()) return 0;
        // A gap between entries is a time without units: an empty row leaves no entry.
        return history[low].from() <= index ? history[low].held() : 0;
    }
}
