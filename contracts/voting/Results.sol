// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IMeetings} from "../interfaces/IMeetings.sol";
import {IRegister} from "../interfaces/ISecurityToken.sol";
import {Rights} from "../rights/Rights.sol";
import {MeetingsStorage} from "./MeetingsStorage.sol";

/// @title Results
/// @notice What the ballots of a meeting come to.
abstract contract Results is MeetingsStorage {
    using Rights for Rights.Exclusions;
    using SafeCast for uint256;

    function _resultOf(Terms storage meeting, uint256 resolution)
        internal
        view
        returns (IMeetings.Result memory found)
    {
        Tally memory tally = meeting.tallies[resolution];
        Rule memory rule;
        rule.classIndex = EVERY_CLASS;
        if (meeting.count.flags & IN_FULL != 0) rule = meeting.rules[resolution];

        found.kind = rule.kind;
        (found.inFavour, found.against) = (tally.inFavour, tally.against);
        found.present = (_presentOf(meeting, rule.classIndex) - rule.interestedPresent).toUint96();
        uint256 cast = uint256(tally.inFavour) + tally.against;
        if (rule.options != 0) (found.votes, cast) = _votesOf(meeting, resolution, rule.options);
        if (rule.kind != IMeetings.Kind.Election) found.abstained = (found.present - cast).toUint96();
        if (block.timestamp < meeting.call.recordDate) return found;

        found.entitled = _entitledOn(meeting, resolution, rule);
        found.quorate = uint256(found.present) * BPS >= uint256(tally.quorumBps) * found.entitled;
        if (block.timestamp < _endOf(meeting) || !found.quorate) return found;

        uint256 base = rule.base == IMeetings.Base.VotesCast
            ? cast
            : rule.base == IMeetings.Base.Present ? found.present : found.entitled;
        if (rule.options == 0) {
            found.passed = _reaches(tally.majority, rule, tally.inFavour, base);
        } else {
            found.elected = _elected(found.votes, rule.seats);
            if (rule.kind == IMeetings.Kind.Choice && found.elected != 0) {
                if (!_reaches(tally.majority, rule, _most(found.votes), base)) found.elected = 0;
            }
            found.passed = found.elected != 0;
        }
    }

    /// @dev Those with votes whom, with all that have as many, the seats suffice for.
    function _elected(uint128[] memory votes, uint256 seats) private pure returns (uint16 elected) {
        for (uint256 i; i < votes.length; ++i) {
            uint256 place;
            for (uint256 other; other < votes.length; ++other) {
                if (votes[other] >= votes[i]) ++place;
            }
            if (votes[i] != 0 && place <= seats) elected |= uint16(1 << i);
        }
    }

    function _most(uint128[] memory votes) private pure returns (uint256 most) {
        for (uint256 i; i < votes.length; ++i) {
            if (votes[i] > most) most = votes[i];
        }
    }

    /// @dev A tie, also of nothing against nothing, passes nothing.
    function _reaches(IMeetings.Majority majority, Rule memory rule, uint256 inFavour, uint256 base)
        private
        pure
        returns (bool)
    {
        if (inFavour == 0) return false;
        if (majority == IMeetings.Majority.Simple) return 2 * inFavour > base;
        if (majority == IMeetings.Majority.TwoThirds) return 3 * inFavour >= 2 * base;
        if (majority == IMeetings.Majority.ThreeQuarters) return 4 * inFavour >= 3 * base;
        if (majority == IMeetings.Majority.Custom) return rule.denominator * inFavour >= rule.numerator * base;
        return true;
    }

    function _votesOf(Terms storage meeting, uint256 resolution, uint256 options)
        private
        view
        returns (uint128[] memory votes, uint256 cast)
    {
        votes = new uint128[](options);
        for (uint256 i; i < options; ++i) {
            // Cannot truncate what counts: the halves are 128 bits each.
            votes[i] = uint128(meeting.votes[resolution][i >> 1] >> (i & 1) * 128);
            cast += votes[i];
        }
    }

    /// @notice Votes present, of all classes or of one.
    function _presentOf(Terms storage meeting, uint256 classIndex) internal view returns (uint256 votes) {
        if (meeting.count.flags & IN_FULL == 0) return meeting.count.present;

        More storage more = meeting.more;
        if (classIndex == 0 || classIndex == EVERY_CLASS) votes = uint256(meeting.count.present) * more.multiplier;
        for (uint256 i = 1; i < more.classes; ++i) {
            Class storage one = meeting.classes[i];
            if (classIndex == i || classIndex == EVERY_CLASS) votes += uint256(one.present) * one.multiplier;
        }
    }

    /// @notice Votes entitled, of all classes or of one. The record date must have passed.
    function _entitledOf(Terms storage meeting, uint256 classIndex) internal view returns (uint256 votes) {
        uint256 multiplier = meeting.count.flags & IN_FULL == 0 ? 1 : meeting.more.multiplier;
        bool settled = meeting.count.flags & SETTLED != 0;
        if (classIndex == 0 || classIndex == EVERY_CLASS) {
            uint96 units = meeting.count.entitled;
            if (units == 0 && !settled) (, units) = _base(meeting, meeting.call.token);
            votes = units * multiplier;
        }
        uint256 classes = meeting.more.classes;
        for (uint256 i = 1; i < classes; ++i) {
            if (classIndex != i && classIndex != EVERY_CLASS) continue;
            Class storage one = meeting.classes[i];
            uint96 units = one.entitled;
            if (units == 0 && !settled) (, units) = _base(meeting, one.token);
            votes += uint256(units) * one.multiplier;
        }
    }

    function _entitledOn(Terms storage meeting, uint256 resolution, Rule memory rule) private view returns (uint96) {
        uint256 votes = _entitledOf(meeting, rule.classIndex);
        uint256 left = meeting.count.flags & DECIDED == 0
            ? _interestedOn(meeting, resolution, rule.classIndex)
            : rule.interestedEntitled;
        return (votes - left).toUint96();
    }

    /// @notice Votes of those who are interested in a resolution. Who has none in the whole meeting is not counted twice.
    function _interestedOn(Terms storage meeting, uint256 resolution, uint256 classIndex)
        private
        view
        returns (uint256 votes)
    {
        if (!meeting.more.hasInterested) return 0;

        address[] memory holders = meeting.interested[resolution];
        uint256 classes = holders.length == 0 ? 0 : meeting.more.classes;
        uint48 recordDate = meeting.call.recordDate;
        for (uint256 i; i < classes; ++i) {
            if (classIndex != i && classIndex != EVERY_CLASS) continue;
            (address token, uint256 multiplier) = i == 0
                ? (meeting.call.token, meeting.more.multiplier)
                : (meeting.classes[i].token, meeting.classes[i].multiplier);
            uint16 index = IRegister(token).recordDateIndex(recordDate);
            for (uint256 j; j < holders.length; ++j) {
                if (meeting.excluded.excludes(meeting.call.excludedCount, holders[j])) continue;
                (uint256 units,,) = IRegister(token).entitlement(holders[j], index);
                votes += units * multiplier;
            }
        }
    }
}
