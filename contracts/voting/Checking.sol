// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMeetings} from "../interfaces/IMeetings.sol";
import {IMeetingsOffice} from "../interfaces/IMeetingsOffice.sol";
import {MeetingsStorage} from "./MeetingsStorage.sol";

/// @title Checking
/// @notice What a ballot may say, and how it is kept.
abstract contract Checking is MeetingsStorage {
    uint256 private constant MARK_LIMIT = 128; // each motion of a full agenda both ways

    /// @dev Whose ballot is at hand, in memory.
    struct Voice {
        uint256 meetingId;
        address holder;
        address proxy; // 0: the holder's own
        address voter;
        uint8 classIndex;
        uint96 units;
        uint256 multiplier;
    }

    /* Checking */

    /// @dev Both bits of each resolution that a class votes on.
    function _scopeOf(Terms storage meeting, uint256 classIndex) internal view returns (uint256) {
        if (meeting.count.flags & IN_FULL == 0) return type(uint128).max;
        return classIndex == 0 ? meeting.more.scope : meeting.classes[classIndex].scope;
    }

    function _requireSound(Terms storage meeting, Voice memory voice, uint128 choices, uint256[] memory marks)
        internal
        view
    {
        bool inFull = meeting.count.flags & IN_FULL != 0;
        _requireChoices(meeting, inFull, choices, _scopeOf(meeting, voice.classIndex));
        if (inFull && meeting.more.hasInterested && choices & meeting.interests[voice.holder] != 0) {
            revert IMeetingsOffice.HolderInterested(voice.meetingId, voice.holder);
        }
        if (marks.length > MARK_LIMIT) revert IMeetingsOffice.TooManyMarks(MARK_LIMIT);
        if (_requireMarks(meeting, inFull, voice.units, choices, marks) != _marked(choices)) {
            revert IMeetings.InvalidBallot(choices);
        }
    }

    /// @dev Nothing beyond the agenda or the class; options are not voted for or against.
    function _requireChoices(Terms storage meeting, bool inFull, uint256 choices, uint256 scope) internal view {
        if (choices >> 2 * meeting.call.resolutions != 0 || choices & ~scope != 0) {
            revert IMeetings.InvalidBallot(uint128(choices));
        }
        if (inFull && (choices ^ choices >> 1) & LOW_BITS & meeting.more.elections != 0) {
            revert IMeetings.InvalidBallot(uint128(choices));
        }
    }

    /// @dev Marks stand in order, on resolutions whose choice is 3, and no resolution has more than the ballot's votes.
    function _requireMarks(
        Terms storage meeting,
        bool inFull,
        uint256 units,
        uint256 choices,
        uint256[] memory marks
    ) private view returns (uint256 seen) {
        uint256 elections = inFull ? meeting.more.elections : 0;
        (uint256 next, uint256 options, uint256 limit, uint256 sum) = (0, 0, 0, 0);
        for (uint256 i; i < marks.length; ++i) {
            uint256 mark = marks[i];
            (uint256 resolution, uint256 option) = (mark >> 104, mark >> 96 & 0xff);
            // The place of the mark before, and one: marks ascend.
            if (mark >> 96 < next || resolution >= AGENDA_LIMIT || uint96(mark) == 0) {
                revert IMeetingsOffice.InvalidMark(mark);
            }
            uint256 bit = 1 << 2 * resolution;
            if (choices & bit == 0 || choices >> 1 & bit == 0) revert IMeetingsOffice.InvalidMark(mark);
            if (seen & bit == 0) {
                seen |= bit;
                bool elects = elections & bit != 0;
                // Options 1 and 2 of a motion; from 0 on where there are options.
                (options, sum) = (elects ? meeting.rules[resolution].options : 3, 0);
                limit = elects ? units * meeting.rules[resolution].seats : units;
            }
            if (option >= options || (options == 3 && option == 0 && elections & bit == 0)) {
                revert IMeetingsOffice.InvalidMark(mark);
            }
            sum += uint96(mark);
            if (sum > limit) revert IMeetingsOffice.TooManyVotes(resolution, sum, limit);
            next = (mark >> 96) + 1;
        }
    }

    function _requireInstructed(Terms storage meeting, Voice memory voice, uint128 choices) internal view {
        uint128 bound = meeting.grants[_accountOf(voice.classIndex, voice.holder)][voice.proxy].bound;
        if (bound == 0) return;

        uint128 instructions = ~bound;
        if ((choices ^ instructions) & ~_both(_marked(instructions)) != 0) {
            revert IMeetingsOffice.AgainstInstructions(instructions);
        }
    }

    /* Ballots and marks */

    function _ballotAt(Terms storage meeting, address holder, uint8 classIndex, address proxy)
        internal
        view
        returns (Ballot storage)
    {
        uint256 account = _accountOf(classIndex, holder);
        return proxy == address(0) ? meeting.ballots[account] : meeting.entrusted[account][proxy];
    }

    /// @dev The slot of {Ballot}, whole.
    function _write(Ballot storage ballot, uint96 units, uint128 choices, uint256 castAt) internal {
        // Cannot spill before 2106: 96 bits of units, 128 of choices, and the second.
        assembly ("memory-safe") {
            sstore(ballot.slot, or(or(units, shl(96, choices)), shl(224, castAt)))
        }
    }

    function _slotOf(Ballot storage ballot) internal pure returns (uint256 slot) {
        // Cannot fail: every storage pointer has a slot.
        assembly ("memory-safe") {
            slot := ballot.slot
        }
    }

    /// @dev Two in a word, and in the first word how many.
    function _storeMarks(Terms storage meeting, uint256 slot, uint256[] memory marks) internal {
        uint256 count = marks.length;
        for (uint256 i; i < count; i += 2) {
            uint256 word = marks[i];
            if (i + 1 < count) word |= marks[i + 1] << 112;
            if (i == 0) word |= count << 224;
            meeting.marks[slot][i] = word;
        }
    }

    function _loadMarks(Terms storage meeting, uint256 slot) internal view returns (uint256[] memory marks) {
        uint256 word = meeting.marks[slot][0];
        uint256 count = word >> 224;
        marks = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            if (i & 1 == 0) word = meeting.marks[slot][i];
            marks[i] = (i & 1 == 0 ? word : word >> 112) & type(uint112).max;
        }
    }
}
