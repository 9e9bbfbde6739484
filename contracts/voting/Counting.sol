// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IMeetings} from "../interfaces/IMeetings.sol";
import {IMeetingsOffice} from "../interfaces/IMeetingsOffice.sol";
import {IRights} from "../interfaces/IRights.sol";
import {IRegister} from "../interfaces/ISecurityToken.sol";
import {Rights} from "../rights/Rights.sol";
import {Checking} from "./Checking.sol";

/// @title Counting
/// @notice Ballots of any form: whose units they are for, counted and taken back.
abstract contract Counting is Checking {
    using Rights for Rights.Exclusions;
    using SafeCast for uint256;

    /* Whose units */

    function _voiceOf(uint256 meetingId, address holder, uint8 classIndex, address voter)
        internal
        pure
        returns (Voice memory voice)
    {
        (voice.meetingId, voice.holder, voice.classIndex, voice.voter) = (meetingId, holder, classIndex, voter);
    }

    function _requireOpen(Terms storage meeting) internal view {
        if (block.timestamp < meeting.call.opens) revert IMeetings.VotingNotOpen(meeting.call.opens);
        _requireNotClosed(meeting);
    }

    function _requireNotClosed(Terms storage meeting) internal view {
        if (block.timestamp >= meeting.count.closes) revert IMeetings.VotingClosed(meeting.count.closes);
    }

    /// @dev The class a ballot is of, and the record date's place in its register.
    function _classOf(uint256 meetingId, Terms storage meeting, uint8 classIndex)
        internal
        returns (address token, uint16 place, uint256 multiplier)
    {
        multiplier = 1;
        if (meeting.count.flags & IN_FULL != 0) {
            More storage more = meeting.more;
            if (classIndex >= more.classes) revert IMeetings.UnknownClass(meetingId, classIndex);
            if (classIndex != 0) {
                Class storage one = meeting.classes[classIndex];
                (token, place, multiplier) = (one.token, one.place, one.multiplier);
                if (place != 0) return (token, place, multiplier);
                place = one.place = IRegister(token).recordDateIndex(meeting.call.recordDate) + 1;
                return (token, place, multiplier);
            }
            multiplier = more.multiplier;
        } else if (classIndex != 0) {
            revert IMeetings.UnknownClass(meetingId, classIndex);
        }
        (token, place) = (meeting.call.token, meeting.count.place);
        if (place == 0) place = meeting.count.place = IRegister(token).recordDateIndex(meeting.call.recordDate) + 1;
    }

    /// @dev The units of a holder at the record date, and who exercises its rights.
    function _unitsOf(uint256 meetingId, Terms storage meeting, uint8 classIndex, address holder)
        internal
        returns (uint96 units, address rightful, uint256 multiplier)
    {
        (address token, uint16 place, uint256 votes) = _classOf(meetingId, meeting, classIndex);
        uint256 held;
        (held, rightful,) = IRegister(token).entitlement(holder, place - 1);
        if (meeting.excluded.excludes(meeting.call.excludedCount, holder)) held = 0;
        return (held.toUint96(), rightful, votes);
    }

    /// @notice Finds the ballot that is to be cast, empties it, and says for how many units it is.
    /// @dev A holder's own ballot takes its units back from proxies, unless it is for the rest.
    function _enter(Terms storage meeting, Voice memory voice, bool rest, uint48 castAt, bool signed)
        internal
        returns (Ballot storage ballot)
    {
        uint256 account = _accountOf(voice.classIndex, voice.holder);
        (uint96 held, address rightful, uint256 multiplier) =
            _unitsOf(voice.meetingId, meeting, voice.classIndex, voice.holder);
        voice.multiplier = multiplier;
        if (voice.voter == rightful) {
            if (held == 0) revert IMeetings.NoVotes(voice.meetingId, voice.holder);
            ballot = meeting.ballots[account];
            voice.units = held;
        } else {
            ballot = meeting.entrusted[account][voice.voter];
            voice.proxy = voice.voter;
            voice.units = meeting.grants[account][voice.voter].units;
            if (voice.units == 0) revert IRights.NotHolder(voice.voter, rightful);
        }
        if (signed && castAt <= ballot.castAt) revert IMeetingsOffice.BallotSuperseded(castAt, ballot.castAt);

        // Where there are proxies, the holder's own ballot is not empty.
        bool entrusts = voice.proxy == address(0) && _isTouched(ballot) && meeting.trusts[account].last != address(0);
        _withdraw(meeting, voice, ballot);
        if (entrusts) {
            if (rest) voice.units -= meeting.trusts[account].granted;
            else _takeAllBack(meeting, voice, account);
            if (voice.units == 0) revert IMeetings.NoVotes(voice.meetingId, voice.holder);
        }
    }

    function _isTouched(Ballot storage ballot) private view returns (bool) {
        return ballot.units | ballot.choices != 0;
    }

    function _takeAllBack(Terms storage meeting, Voice memory voice, uint256 account) private {
        address proxy = meeting.trusts[account].last;
        delete meeting.trusts[account];
        while (proxy != address(0)) {
            address previous = meeting.grants[account][proxy].previous;
            _endGrant(meeting, voice, account, proxy);
            proxy = previous;
        }
    }

    /// @dev Leaves the second, so that what the proxy signed under this grant never counts under another.
    function _endGrant(Terms storage meeting, Voice memory voice, uint256 account, address proxy) internal {
        Ballot storage ballot = meeting.entrusted[account][proxy];
        _withdraw(meeting, voice, ballot);
        _write(ballot, 0, 0, block.timestamp);
        delete meeting.grants[account][proxy];
        emit IMeetingsOffice.ProxyRevoked(voice.meetingId, voice.holder, proxy, voice.classIndex);
    }

    /* Counting */

    /// @notice Takes a ballot out of the count, with the presence of its units.
    /// @dev The ballot itself is left to be written.
    function _withdraw(Terms storage meeting, Voice memory voice, Ballot storage ballot) internal {
        Ballot memory old = ballot;
        if (old.units == 0) return;

        uint256 slot = _slotOf(ballot);
        uint256[] memory marks = _marked(old.choices) == 0 ? new uint256[](0) : _loadMarks(meeting, slot);
        _tally(meeting, uint256(old.units) * voice.multiplier, voice.multiplier, old.choices, marks, false);
        _setPresent(meeting, voice, old.units, false);
        if (meeting.count.flags & SECRET != 0) delete meeting.commitments[slot];
    }

    /// @notice Counts a ballot that {_enter} emptied, and keeps it.
    function _record(
        Terms storage meeting,
        Voice memory voice,
        Ballot storage ballot,
        uint128 choices,
        uint256[] memory marks,
        uint48 castAt
    ) internal {
        _requireSound(meeting, voice, choices, marks);
        if (voice.proxy != address(0)) _requireInstructed(meeting, voice, choices);

        _write(ballot, voice.units, choices, castAt);
        if (marks.length != 0) _storeMarks(meeting, _slotOf(ballot), marks);
        _tally(meeting, uint256(voice.units) * voice.multiplier, voice.multiplier, choices, marks, true);
        _setPresent(meeting, voice, voice.units, true);
        _tell(voice, choices, marks);
    }

    function _tell(Voice memory voice, uint128 choices, uint256[] memory marks) internal {
        if (voice.classIndex == 0 && voice.proxy == address(0) && marks.length == 0) {
            emit IMeetings.BallotCast(voice.meetingId, voice.holder, voice.voter, voice.units, choices);
        } else {
            emit IMeetingsOffice.BallotMarked(
                voice.meetingId,
                voice.holder,
                voice.proxy,
                voice.classIndex,
                voice.voter,
                voice.units,
                choices,
                marks
            );
        }
    }

    function _setPresent(Terms storage meeting, Voice memory voice, uint96 units, bool enters) internal {
        if (voice.classIndex == 0) {
            meeting.count.present = enters ? meeting.count.present + units : meeting.count.present - units;
        } else {
            Class storage one = meeting.classes[voice.classIndex];
            one.present = enters ? one.present + units : one.present - units;
        }
        if (!meeting.more.hasInterested) return;

        // A holder interested in a resolution is not present on it.
        uint256 left = meeting.interests[voice.holder] & _scopeOf(meeting, voice.classIndex);
        uint96 votes = (units * voice.multiplier).toUint96();
        for (uint256 i; left != 0; (++i, left >>= 2)) {
            if (left & MARKED == 0) continue;
            Rule storage rule = meeting.rules[i];
            rule.interestedPresent = enters ? rule.interestedPresent + votes : rule.interestedPresent - votes;
        }
    }

    /// @notice Adds a ballot's votes to the tallies, or takes them back.
    function _tally(
        Terms storage meeting,
        uint256 votes,
        uint256 multiplier,
        uint256 choices,
        uint256[] memory marks,
        bool adds
    ) internal {
        uint256 left = choices & ~_both(_marked(choices));
        for (uint256 i; left != 0; (++i, left >>= 2)) {
            if (left & MARKED != 0) _add(meeting.tallies[i], left & MARKED == FOR, votes.toUint96(), adds);
        }
        if (marks.length == 0) return;

        uint256 elections = meeting.more.elections;
        for (uint256 i; i < marks.length; ++i) {
            (uint256 resolution, uint256 option) = (marks[i] >> 104, marks[i] >> 96 & 0xff);
            uint256 part = uint256(uint96(marks[i])) * multiplier;
            if (elections >> 2 * resolution & 1 == 0) {
                _add(meeting.tallies[resolution], option == FOR, part.toUint96(), adds);
            } else {
                // Cannot overflow into the other half: units × multiplier × seats is below 2^116, and so is their sum over units entitled.
                part <<= (option & 1) * 128;
                if (adds) meeting.votes[resolution][option >> 1] += part;
                else meeting.votes[resolution][option >> 1] -= part;
            }
        }
    }

    function _add(Tally storage tally, bool inFavour, uint96 votes, bool adds) private {
        if (inFavour) tally.inFavour = adds ? tally.inFavour + votes : tally.inFavour - votes;
        else tally.against = adds ? tally.against + votes : tally.against - votes;
    }
}
