// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRule} from "../../interfaces/IRulebook.sol";
import {ITradingHoursRule} from "../../interfaces/external/ITradingHoursRule.sol";
import {Kind, Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";
import {RuleBase} from "./RuleBase.sol";

/// @title Trading hours rule
/// @notice Units change hands only while the week's trading windows are open, and never in a blackout.
/// @dev Transfer: refused outside; between wallets of one investor free. Issue, redemption, movement by order, change of facts: not
/// looked at. In its verdicts `limit` is the second of the next opening and `actual` the present one; opening and blackout are looked
/// for together, up to {ROUNDS} times, so settings that contradict each other show as 0.
/// @custom:invariant HRS-1 Units change hands by transfer in a trading window and in no blackout, or not at all.
contract TradingHoursRule is ITradingHoursRule, RuleBase {
    uint256 private constant MAX_WINDOWS = 14;
    uint256 private constant MAX_BLACKOUTS = 16;
    uint256 private constant ROUNDS = 24;
    uint256 private constant WEEK = 7 days;
    uint256 private constant THURSDAY = 3 days; // 1 January 1970 was one
    uint256 private constant MINUTES = 10_080;
    int32 private constant LAST_OFFSET = 14 hours;

    struct Calendar {
        int32 utcOffset;
        uint8 windowCount;
        uint8 blackoutCount;
        uint32[MAX_WINDOWS] windows; // open << 16 | close
        uint128[MAX_BLACKOUTS] blackouts; // start << 72 | end << 32 | every
    }

    mapping(address token => Calendar) private _calendars;

    constructor(address initialAuthority, address initialRulebook) RuleBase(initialAuthority, initialRulebook) {}

    /// @inheritdoc IRule
    function name() external pure returns (string memory) {
        return "Trading hours";
    }

    /// @inheritdoc IRule
    function counts() external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IRule
    function check(address token, Move calldata move) external view returns (Verdict memory verdict) {
        if (move.kind != Kind.Transfer || move.sameInvestor) return verdict;
        Calendar storage calendar = _calendars[token];
        bool closed = _opening(calendar, block.timestamp) != block.timestamp;
        if (!closed && _blackoutEnd(calendar, block.timestamp) == block.timestamp) return verdict;
        if (_isOwn(token, _investorOf(token, move.from.wallet), move)) return verdict;

        uint8 code = closed ? Restriction.TRADING_HOURS : Restriction.BLACKOUT;
        uint48 next = _next(calendar, block.timestamp);
        return Verdicts.refuseUntil(code, token, next, block.timestamp, 0, next);
    }

    /// @inheritdoc IRule
    function moved(address, Move calldata) external onlyRulebook {}

    /// @inheritdoc ITradingHoursRule
    function setTradingHours(address token, int32 utcOffset, Window[] calldata windows)
        external
        restricted
        served(token)
    {
        if (utcOffset > LAST_OFFSET || utcOffset < -LAST_OFFSET) revert InvalidUtcOffset(utcOffset);
        if (windows.length > MAX_WINDOWS) revert TooManyWindows(MAX_WINDOWS);
        Calendar storage calendar = _calendars[token];
        uint256 free;
        for (uint256 i; i < windows.length; ++i) {
            (uint256 open, uint256 close) = (windows[i].open, windows[i].close);
            if (open < free || close <= open || close > MINUTES) revert InvalidTradingWindow(i);
            calendar.windows[i] = uint32(open << 16 | close);
            free = close;
        }
        (calendar.utcOffset, calendar.windowCount) = (utcOffset, uint8(windows.length));
        emit TradingHoursSet(token, utcOffset, windows);
    }

    /// @inheritdoc ITradingHoursRule
    function setBlackouts(address token, Blackout[] calldata blackouts) external restricted served(token) {
        if (blackouts.length > MAX_BLACKOUTS) revert TooManyBlackouts(MAX_BLACKOUTS);
        Calendar storage calendar = _calendars[token];
        for (uint256 i; i < blackouts.length; ++i) {
            (uint256 start, uint256 end, uint256 every) = (blackouts[i].start, blackouts[i].end, blackouts[i].every);
            bool passed = every == 0 && end <= block.timestamp;
            if (end <= start || passed || (every != 0 && every <= end - start)) revert InvalidBlackout(i);
            calendar.blackouts[i] = uint128(start << 72 | end << 32 | every);
        }
        calendar.blackoutCount = uint8(blackouts.length);
        emit BlackoutsSet(token, blackouts);
    }

    /// @inheritdoc ITradingHoursRule
    function tradingHoursOf(address token) external view returns (int32 utcOffset, Window[] memory windows) {
        Calendar storage calendar = _calendars[token];
        windows = new Window[](calendar.windowCount);
        for (uint256 i; i < windows.length; ++i) {
            uint32 packed = calendar.windows[i];
            windows[i] = Window({open: uint16(packed >> 16), close: uint16(packed)});
        }
        return (calendar.utcOffset, windows);
    }

    /// @inheritdoc ITradingHoursRule
    function blackoutsOf(address token) external view returns (Blackout[] memory blackouts) {
        Calendar storage calendar = _calendars[token];
        blackouts = new Blackout[](calendar.blackoutCount);
        for (uint256 i; i < blackouts.length; ++i) {
            uint128 packed = calendar.blackouts[i];
            blackouts[i] =
                Blackout({start: uint40(packed >> 72), end: uint40(packed >> 32), every: uint32(packed)});
        }
    }

    /// @inheritdoc ITradingHoursRule
    function nextOpening(address token, uint48 time) external view returns (uint48) {
        return _next(_calendars[token], time);
    }

    function _next(Calendar storage calendar, uint256 time) private view returns (uint48) {
        for (uint256 round; round < ROUNDS; ++round) {
            uint256 opening = _opening(calendar, time);
            time = _blackoutEnd(calendar, opening);
            if (time == opening) return uint48(time);
        }
        return 0;
    }

    /// @dev The first second from `time` on that lies in a window.
    function _opening(Calendar storage calendar, uint256 time) private view returns (uint256) {
        uint256 count = calendar.windowCount;
        if (count == 0) return time;

        // Cannot be negative: the week of 1970 is added.
        uint256 second = uint256(int256(time + THURSDAY + WEEK) + calendar.utcOffset) % WEEK;
        for (uint256 i; i < count; ++i) {
            uint256 packed = calendar.windows[i];
            if (second >= (packed & 0xffff) * 1 minutes) continue;
            uint256 open = (packed >> 16) * 1 minutes;
            return second >= open ? time : time + open - second;
        }
        return time + WEEK - second + uint256(calendar.windows[0] >> 16) * 1 minutes;
    }

    /// @dev The first second from `time` on that lies in no blackout that covers `time`; they are taken in order, one after another.
    function _blackoutEnd(Calendar storage calendar, uint256 time) private view returns (uint256) {
        uint256 count = calendar.blackoutCount;
        for (uint256 i; i < count; ++i) {
            uint256 packed = calendar.blackouts[i];
            (uint256 start, uint256 length, uint256 every) =
                (packed >> 72, uint40(packed >> 32) - (packed >> 72), uint32(packed));
            if (time < start) continue;
            uint256 since = every == 0 ? time - start : (time - start) % every;
            if (since < length) time += length - since;
        }
        return time;
    }
}
