// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IMeetings} from "../interfaces/IMeetings.sol";
import {IRegister} from "../interfaces/ISecurityToken.sol";
import {Rights} from "../rights/Rights.sol";

/// @title Meetings
/// @notice Counts the votes of a token's holders, as they were at a record date, on an agenda that cannot change.
/// @dev Whom it trusts. The token, for units at a record date and for who succeeded a lost wallet; once the results are on record, which anyone
/// may see to after the close, they do not depend on it any more. The issuer calls a meeting and from then on has no power over it: nobody can change the agenda, close early,
/// extend, or exclude. The authority can close {call} only. A frozen wallet still votes: a freeze holds units, not voices.
/// @custom:invariant VOTE-1 The units of a ballot are those of its holder at the record date, so votes cast never exceed the units entitled.
/// @custom:invariant VOTE-2 For each resolution, present = for + against + abstained.
/// @custom:invariant VOTE-3 A holder has one ballot, the last one it cast before the close.
/// @custom:invariant VOTE-4 A result after the close never changes, and is what the majority and the quorum of the notice give.
contract Meetings is IMeetings, AccessManaged {
    using Rights for Rights.Exclusions;
    using SafeCast for uint256;

    /// @dev A ballot reads slot 0 and writes slot 1, both non-zero from the start.
    struct Terms {
        Call call; // slot 0
        Count count; // slot 1
        // slot 2
        bytes32 documentHash;
        // slots 3 to 34
        Rights.Exclusions excluded;
        mapping(uint256 resolution => Tally) tallies;
        mapping(uint256 resolution => bytes32) documentHashes;
        mapping(address holder => Ballot) ballots;
    }

    /// @dev What never changes. One slot.
    struct Call {
        address token;
        uint40 recordDate;
        uint40 opens;
        uint8 resolutions;
        uint8 excludedCount;
    }

    /// @dev What ballots change. One slot.
    struct Count {
        uint96 entitled; // 0: not settled
        uint96 present;
        uint40 closes;
        uint16 place; // the record date's index, and one; 0: not known
        bool decided;
    }

    /// @dev One slot, non-zero from the start, so that no ballot pays for a new one.
    struct Tally {
        uint96 inFavour;
        uint96 against;
        Majority majority;
        bool listed;
        uint16 quorumBps; // 32 bits spare
    }

    /// @dev One slot.
    struct Ballot {
        uint96 units; // 0: none
        uint128 choices; // 32 bits spare
    }

    uint256 private constant AGENDA_LIMIT = 64;
    uint256 private constant MIN_OPEN = 1 hours;
    uint16 private constant BPS = 10_000;

    uint256 private constant FOR = 1;
    uint256 private constant AGAINST = 2;

    uint64 private _count; // in the slot of the authority
    mapping(uint256 meetingId => Terms) private _meetings;

    constructor(address authority) AccessManaged(authority) {}

    /* Calling */

    /// @inheritdoc IMeetings
    function call(Notice calldata notice) external restricted returns (uint256 meetingId) {
        _requireSound(notice);

        meetingId = ++_count;
        Terms storage meeting = _meetings[meetingId];
        // Cannot truncate: no instant is after `closes`, which fits, and the agenda is bounded.
        meeting.call = Call({
            token: notice.token,
            recordDate: uint40(notice.recordDate),
            opens: uint40(notice.opens),
            resolutions: uint8(notice.agenda.length),
            excludedCount: meeting.excluded.exclude(notice.excluded)
        });
        meeting.count.closes = uint40(notice.closes);
        meeting.documentHash = notice.documentHash;
        _list(meeting, notice.agenda, notice.quorumBps);
        if (block.timestamp >= notice.recordDate) _settle(meeting);

        emit MeetingCalled(
            meetingId,
            notice.token,
            notice.recordDate,
            notice.opens,
            notice.closes,
            notice.quorumBps,
            notice.documentHash,
            notice.agenda,
            notice.excluded
        );
    }

    function _requireSound(Notice calldata notice) private view {
        if (notice.agenda.length == 0 || notice.agenda.length > AGENDA_LIMIT) revert InvalidAgenda(AGENDA_LIMIT);
        if (notice.quorumBps > BPS) revert InvalidShare(notice.quorumBps);
        Rights.requireRecordDate(notice.token, notice.recordDate);
        if (
            notice.opens < block.timestamp || notice.opens < notice.recordDate
                || notice.closes < uint256(notice.opens) + MIN_OPEN || notice.closes > type(uint40).max
        ) revert InvalidWindow(notice.opens, notice.closes);
    }

    function _list(Terms storage meeting, ResolutionNotice[] calldata agenda, uint16 quorumBps) private {
        for (uint256 i; i < agenda.length; ++i) {
            meeting.documentHashes[i] = agenda[i].documentHash;
            meeting.tallies[i] =
                Tally({inFavour: 0, against: 0, majority: agenda[i].majority, listed: true, quorumBps: quorumBps});
        }
    }

    /* Voting */

    /// @inheritdoc IMeetings
    function vote(uint256 meetingId, uint128 choices) external {
        _vote(meetingId, msg.sender, choices);
    }

    /// @inheritdoc IMeetings
    function voteFor(uint256 meetingId, address holder, uint128 choices) external {
        _vote(meetingId, holder, choices);
    }

    function _vote(uint256 meetingId, address holder, uint128 choices) private {
        Terms storage meeting = _known(meetingId);
        Call storage called = meeting.call;
        Count storage count = meeting.count;
        if (block.timestamp < called.opens) revert VotingNotOpen(called.opens);
        if (block.timestamp >= count.closes) revert VotingClosed(count.closes);
        _requireMarked(choices, called.resolutions);
        if (count.place == 0) count.place = IRegister(called.token).recordDateIndex(called.recordDate) + 1;
        uint96 units = _unitsOf(meetingId, meeting, holder);

        Ballot storage ballot = meeting.ballots[holder];
        uint128 before = ballot.choices;
        if (ballot.units == 0) (ballot.units, count.present) = (units, count.present + units);
        ballot.choices = choices;
        _recount(meeting, before, choices, units);
        emit BallotCast(meetingId, holder, msg.sender, units, choices);
    }

    /// @dev Refuses 3 as a choice, and marks above the agenda.
    function _requireMarked(uint256 choices, uint256 resolutions) private pure {
        uint256 both = choices & (choices >> 1) & 0x55555555555555555555555555555555;
        if (both != 0 || choices >> (2 * resolutions) != 0) revert InvalidBallot(uint128(choices));
    }

    /// @dev The units of a holder whose rights the caller exercises. They cannot change from one ballot to the next.
    function _unitsOf(uint256 meetingId, Terms storage meeting, address holder) private view returns (uint96) {
        (uint256 units, address voter,) = IRegister(meeting.call.token).entitlement(holder, meeting.count.place - 1);
        if (voter != msg.sender) revert NotHolder(msg.sender, voter);
        if (units == 0 || meeting.excluded.excludes(meeting.call.excludedCount, holder)) {
            revert NoVotes(meetingId, holder);
        }
        return units.toUint96();
    }

    /// @dev Takes back the old choices and counts the new ones; resolutions on which they agree are left alone.
    function _recount(Terms storage meeting, uint256 before, uint256 choices, uint96 units) private {
        for (uint256 i; before != choices; ++i) {
            (uint256 old, uint256 chosen) = (before & 3, choices & 3);
            (before, choices) = (before >> 2, choices >> 2);
            if (old == chosen) continue;

            Tally storage tally = meeting.tallies[i];
            if (old == FOR) tally.inFavour -= units;
            else if (old == AGAINST) tally.against -= units;
            if (chosen == FOR) tally.inFavour += units;
            else if (chosen == AGAINST) tally.against += units;
        }
    }

    /* Deciding */

    /// @inheritdoc IMeetings
    function decide(uint256 meetingId) external {
        Terms storage meeting = _known(meetingId);
        if (block.timestamp < meeting.count.closes) revert VotingStillOpen(meeting.count.closes);
        if (meeting.count.decided) revert AlreadyDecided(meetingId);

        _settle(meeting);
        meeting.count.decided = true;
        for (uint256 i; i < meeting.call.resolutions; ++i) {
            Resolution memory found = _resolutionOf(meeting, i);
            emit ResolutionDecided(
                meetingId, i, found.passed, found.quorate, found.inFavour, found.against, found.abstained
            );
        }
    }

    /// @dev Fixes the base of the quorum, so that results do not depend on the token any more.
    function _settle(Terms storage meeting) private {
        (uint16 index, uint96 entitled) = _base(meeting);
        (meeting.count.place, meeting.count.entitled) = (index + 1, entitled);
    }

    /* Reading */

    /// @inheritdoc IMeetings
    function meetingOf(uint256 meetingId) external view returns (Meeting memory) {
        Terms storage meeting = _known(meetingId);
        return Meeting({
            token: meeting.call.token,
            recordDate: meeting.call.recordDate,
            opens: meeting.call.opens,
            closes: meeting.count.closes,
            quorumBps: meeting.tallies[0].quorumBps,
            resolutions: meeting.call.resolutions,
            documentHash: meeting.documentHash,
            entitled: _entitledOf(meeting),
            present: meeting.count.present
        });
    }

    /// @inheritdoc IMeetings
    function resolutionOf(uint256 meetingId, uint256 resolution) external view returns (Resolution memory) {
        Terms storage meeting = _known(meetingId);
        if (resolution >= meeting.call.resolutions) revert UnknownResolution(meetingId, resolution);
        return _resolutionOf(meeting, resolution);
    }

    /// @inheritdoc IMeetings
    function ballotOf(uint256 meetingId, address holder) external view returns (uint96 units, uint128 choices) {
        Ballot storage ballot = _known(meetingId).ballots[holder];
        return (ballot.units, ballot.choices);
    }

    /// @inheritdoc IMeetings
    function meetingCount() external view returns (uint256) {
        return _count;
    }

    /* Shared */

    function _known(uint256 meetingId) private view returns (Terms storage meeting) {
        meeting = _meetings[meetingId];
        if (meeting.call.token == address(0)) revert UnknownMeeting(meetingId);
    }

    /// @dev The record date's index and the units entitled, which must have passed.
    function _base(Terms storage meeting) private view returns (uint16 index, uint96 entitled) {
        Call memory called = meeting.call;
        return Rights.unitsOf(called.token, called.recordDate, meeting.excluded, called.excludedCount);
    }

    function _entitledOf(Terms storage meeting) private view returns (uint96 entitled) {
        entitled = meeting.count.entitled;
        if (entitled == 0 && block.timestamp >= meeting.call.recordDate) (, entitled) = _base(meeting);
    }

    function _resolutionOf(Terms storage meeting, uint256 resolution) private view returns (Resolution memory found) {
        Tally memory tally = meeting.tallies[resolution];
        Count memory count = meeting.count;

        found.documentHash = meeting.documentHashes[resolution];
        found.majority = tally.majority;
        (found.inFavour, found.against) = (tally.inFavour, tally.against);
        found.abstained = count.present - tally.inFavour - tally.against;
        if (block.timestamp < meeting.call.recordDate) return found;

        found.quorate = uint256(count.present) * BPS >= uint256(tally.quorumBps) * _entitledOf(meeting);
        found.passed = block.timestamp >= count.closes && found.quorate
            && _reaches(tally.majority, tally.inFavour, tally.against);
    }

    /// @dev A tie, also of nothing against nothing, passes nothing.
    function _reaches(Majority majority, uint256 inFavour, uint256 against) private pure returns (bool) {
        if (inFavour == 0) return false;
        if (majority == Majority.TwoThirds) return 3 * inFavour >= 2 * (inFavour + against);
        if (majority == Majority.ThreeQuarters) return 4 * inFavour >= 3 * (inFavour + against);
        return inFavour > against;
    }
}
