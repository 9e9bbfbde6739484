// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IExternalRule} from "./IExternalRule.sol";

/// @title Trading hours
/// @notice Units change hands only while the week's trading windows are open, and never in a blackout.
interface ITradingHoursRule is IExternalRule {
    /// @notice A trading window of each week, in minutes since Monday 00:00 local time.
    struct Window {
        uint16 open;
        uint16 close; // the first minute outside; at most 10,080
    }

    /// @notice A time without trading.
    struct Blackout {
        uint40 start; // unix seconds
        uint40 end; // the first second after it
        uint32 every; // seconds from one start to the next; 0: once
    }

    /// @notice The trading windows changed (none: always open).
    event TradingHoursSet(address indexed token, int32 utcOffset, Window[] windows);

    /// @notice The blackouts changed.
    event BlackoutsSet(address indexed token, Blackout[] blackouts);

    /// @notice Local time is at most 14 hours from UTC.
    error InvalidUtcOffset(int32 utcOffset);

    /// @notice Window number `index` is empty, does not end within the week, or starts before the one before it has ended.
    error InvalidTradingWindow(uint256 index);

    /// @notice At most `limit` windows a week.
    error TooManyWindows(uint256 limit);

    /// @notice Blackout number `index` is empty, has passed, or leaves no time before it comes again.
    error InvalidBlackout(uint256 index);

    /// @notice At most `limit` blackouts.
    error TooManyBlackouts(uint256 limit);

    /// @notice Sets the windows of each week. None: always open.
    /// @param utcOffset Seconds that local time is ahead of UTC, the whole year: there is no summer time.
    /// @param windows At most 14, ascending. One that goes over the end of the week is two: until 10,080, and from 0.
    /// @dev Power: compliance officer.
    function setTradingHours(address token, int32 utcOffset, Window[] calldata windows) external;

    /// @notice Sets the blackouts, in the place of those that were set. None: off.
    /// @param blackouts At most 16; they may overlap.
    /// @dev Power: compliance officer.
    function setBlackouts(address token, Blackout[] calldata blackouts) external;

    /// @notice The windows of each week.
    function tradingHoursOf(address token) external view returns (int32 utcOffset, Window[] memory windows);

    /// @notice The blackouts.
    function blackoutsOf(address token) external view returns (Blackout[] memory);

    /// @notice The first second from `time` on at which units may change hands; 0: none was found near.
    function nextOpening(address token, uint48 time) external view returns (uint48);
}
