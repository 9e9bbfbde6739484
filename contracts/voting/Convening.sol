// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IMeetings} from "../interfaces/IMeetings.sol";
import {IRights} from "../interfaces/IRights.sol";
import {ISecurityToken} from "../interfaces/ISecurityToken.sol";
import {Rights} from "../rights/Rights.sol";
import {MeetingsStorage} from "./MeetingsStorage.sol";

/// @title Convening
/// @notice Calls meetings in full: several classes, elections, interested holders, prepared calls.
abstract contract Convening is MeetingsStorage, IMeetings {
    using Rights for Rights.Exclusions;

    uint256 private constant CLASS_LIMIT = 4;
    uint256 private constant OPTION_LIMIT = 16; // of one resolution
    uint256 private constant AGENDA_OPTION_LIMIT = 256; // of all: the results must fit one transaction
    uint256 private constant INTERESTED_LIMIT = 64;
    uint256 private constant MIN_DELAY = 1 days;
    uint256 private constant EXTENSION_NOTICE = 1 hours;

    /// @inheritdoc IMeetings
    function convene(FullNotice calldata notice) external restricted returns (uint256 meetingId) {
        _requireTimes(notice);

        meetingId = ++_count;
        Terms storage meeting = _meetings[meetingId];
        // Cannot truncate: no instant is after `closes`, which fits, and the agenda is bounded.
        meeting.call = Call({
            token: notice.classes[0].token,
            recordDate: uint40(notice.recordDate),
            opens: uint40(notice.opens),
            resolutions: uint8(notice.agenda.length),
            excludedCount: meeting.excluded.exclude(notice.excluded)
        });
        meeting.count.closes = uint40(notice.closes);
        meeting.count.flags = notice.ends == 0 ? IN_FULL : IN_FULL | SECRET;
        meeting.documentHash = notice.documentHash;
        More storage more = meeting.more;
        (more.ends, more.latestClose) = (uint40(notice.ends), uint40(notice.latestClose));
        more.executionDelay = notice.executionDelay;
        _listClasses(meeting, notice);
        _listAgenda(meeting, notice);
        if (block.timestamp >= notice.recordDate) _settle(meeting);

        emit MeetingConvened(meetingId, notice);
    }

    /// @inheritdoc IMeetings
    function extend(uint256 meetingId, uint48 closes) external restricted {
        Terms storage meeting = _known(meetingId);
        More storage more = meeting.more;
        uint40 before = meeting.count.closes;
        if (block.timestamp + EXTENSION_NOTICE > before || closes <= before || closes > more.latestClose) {
            revert InvalidExtension(closes, more.latestClose);
        }

        // Cannot truncate: the latest close fits, and what is opened after it was checked to fit.
        meeting.count.closes = uint40(closes);
        if (more.ends != 0) more.ends += uint40(closes) - before;
        emit CloseExtended(meetingId, closes, more.ends);
    }

    function _requireTimes(FullNotice calldata notice) private view {
        uint256 agenda = notice.agenda.length;
        if (agenda == 0 || agenda > AGENDA_LIMIT) revert InvalidAgenda(AGENDA_LIMIT);
        uint256 classes = notice.classes.length;
        if (classes == 0 || classes > CLASS_LIMIT) revert InvalidClasses(CLASS_LIMIT);
        uint256 votes;
        for (uint256 i; i < classes; ++i) {
            ClassNotice calldata one = notice.classes[i];
            if (one.multiplier == 0 || (i != 0 && one.token <= notice.classes[i - 1].token)) {
                revert InvalidClasses(CLASS_LIMIT);
            }
            Rights.requireRecordDate(one.token, notice.recordDate);
            votes += IERC20(one.token).totalSupply() * one.multiplier;
        }
        if (votes > type(uint96).max) revert VotesOverflow(votes, type(uint96).max);
        _requireWindow(notice.recordDate, notice.opens, notice.closes);
        uint256 latest = notice.latestClose == 0 ? notice.closes : notice.latestClose;
        if (latest < notice.closes) revert InvalidExtension(notice.closes, notice.latestClose);
        if (
            latest > type(uint40).max
                || (
                    notice.ends != 0
                        && (notice.ends < uint256(notice.closes) + MIN_OPEN
                            || notice.ends + latest - notice.closes > type(uint40).max)
                )
        ) revert InvalidEnd(notice.ends);
    }

    function _listClasses(Terms storage meeting, FullNotice calldata notice) private {
        uint256 classes = notice.classes.length;
        // Cannot truncate: at most four.
        meeting.more.classes = uint8(classes);
        meeting.more.multiplier = notice.classes[0].multiplier;
        for (uint256 i = 1; i < classes; ++i) {
            meeting.classes[i].token = notice.classes[i].token;
            meeting.classes[i].multiplier = notice.classes[i].multiplier;
        }
        for (uint256 i; i < classes; ++i) {
            uint256 scope;
            for (uint256 j; j < notice.agenda.length; ++j) {
                uint8 one = notice.agenda[j].classIndex;
                if (one == i || one == EVERY_CLASS) scope |= MARKED << 2 * j;
            }
            if (i == 0) meeting.more.scope = uint128(scope);
            else meeting.classes[i].scope = uint128(scope);
        }
    }

    function _listAgenda(Terms storage meeting, FullNotice calldata notice) private {
        (uint256 elections, uint256 options, uint256 interested) = (0, 0, 0);
        bool acts;
        for (uint256 i; i < notice.agenda.length; ++i) {
            ItemNotice calldata item = notice.agenda[i];
            _requireItem(item, i, notice.classes.length);

            meeting.documentHashes[i] = item.documentHash;
            meeting.tallies[i] = Tally(0, 0, item.majority, true, item.quorumBps);
            Rule storage rule = meeting.rules[i];
            (rule.kind, rule.options, rule.seats) = (item.kind, item.options, item.seats);
            (rule.classIndex, rule.base) = (item.classIndex, item.base);
            (rule.numerator, rule.denominator) = (item.numerator, item.denominator);
            if (item.kind != Kind.Motion) elections |= MARKED << 2 * i;
            options += item.options;
            if (item.callsHash != 0) (meeting.executions[i].callsHash, acts) = (item.callsHash, true);
            if (item.interested.length != 0) {
                interested += item.interested.length;
                if (interested > INTERESTED_LIMIT) revert TooManyInterested(INTERESTED_LIMIT);
                _listInterested(meeting, i, item.interested);
            }
        }
        if (options > AGENDA_OPTION_LIMIT) revert TooManyOptions(AGENDA_OPTION_LIMIT);
        meeting.more.elections = uint128(elections);
        meeting.more.hasInterested = interested != 0;
        if (!acts) return;
        if (notice.executionDelay < MIN_DELAY) revert InvalidDelay(notice.executionDelay, MIN_DELAY);
        _requireOwnClasses(notice);
    }

    /// @dev Whoever made up a register could make up votes, and with them use what powers the meetings have. The authority knows the issuer's
    /// classes: it says who may issue them.
    function _requireOwnClasses(FullNotice calldata notice) private view {
        IAccessManager manager = IAccessManager(authority());
        for (uint256 i; i < notice.classes.length; ++i) {
            address token = notice.classes[i].token;
            if (manager.getTargetFunctionRole(token, ISecurityToken.issue.selector) == 0) revert ForeignClass(token);
        }
    }

    function _listInterested(Terms storage meeting, uint256 resolution, address[] calldata holders) private {
        address previous;
        for (uint256 i; i < holders.length; ++i) {
            address holder = holders[i];
            if (holder <= previous) revert IRights.NotAscending(previous, holder);
            previous = holder;
            meeting.interests[holder] |= uint128(MARKED << 2 * resolution);
        }
        meeting.interested[resolution] = holders;
    }

    function _requireItem(ItemNotice calldata item, uint256 resolution, uint256 classes) private pure {
        bool plural = item.majority == Majority.Plurality;
        bool sound = item.classIndex < classes || item.classIndex == EVERY_CLASS;
        if (item.kind == Kind.Motion) {
            sound = sound && item.options == 0 && item.seats == 0 && !plural;
        } else {
            sound = sound && item.callsHash == 0 && item.options <= OPTION_LIMIT && item.seats != 0 && item.seats <= item.options;
            if (item.kind == Kind.Choice) sound = sound && item.seats == 1;
            else sound = sound && plural;
        }
        sound = sound
            && (item.majority == Majority.Custom
                    ? item.numerator != 0 && item.numerator <= item.denominator
                    : item.numerator == 0 && item.denominator == 0);
        if (!sound) revert InvalidResolution(resolution);
        if (item.quorumBps > BPS) revert InvalidShare(item.quorumBps);
    }
}
