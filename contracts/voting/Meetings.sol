// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IMeetings} from "../interfaces/IMeetings.sol";
import {IRegister} from "../interfaces/ISecurityToken.sol";
import {Rights} from "../rights/Rights.sol";
import {Convening} from "./Convening.sol";
import {Results} from "./Results.sol";

/// @title Meetings
/// @notice Counts the votes of a token's holders, as they were at a record date, on an agenda that cannot change.
/// @dev Whom it trusts. The tokens, for units at a record date and for who succeeded a lost wallet; once the results are on record, which
/// anyone may see to after the end, they do not depend on them any more. Who calls a meeting decides in the notice who is left out, for how
/// long it is open and what quorum it asks, and from then on can only put off the close as far as the notice says: nobody can change the
/// agenda, close early, or exclude. So roles given to the meetings are in reach of whoever may convene, a day later at the earliest and
/// unless a guardian cancels. The authority can close what
/// it guards, and no ballot. A frozen wallet still votes: a freeze holds units, not voices. Ballots beyond the plain one,
/// proxies and prepared calls are {MeetingsOffice}'s, which the fallback runs on this storage.
/// @custom:invariant VOTE-1 The units of ballots are those of their holders at the record date, so votes cast never exceed the units entitled.
/// @custom:invariant VOTE-2 For each motion, present = for + against + abstained.
/// @custom:invariant VOTE-3 A holder has one ballot for the same units, the last one cast before the close.
/// @custom:invariant VOTE-4 A result after the end never changes, and is what the majority and the quorum of the notice give.
contract Meetings is Convening, Results {
    using Rights for Rights.Exclusions;
    using SafeCast for uint256;

    /// @notice The code that runs everything else on this contract's storage.
    address public immutable office;

    constructor(address authority, address office_) AccessManaged(authority) {
        if (office_.code.length == 0) revert InvalidOffice(office_);
        office = office_;
    }

    /// @dev Everything else is the office's.
    fallback(bytes calldata input) external returns (bytes memory) {
        return Address.functionDelegateCall(office, input);
    }

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
        _requireWindow(notice.recordDate, notice.opens, notice.closes);
    }

    function _list(Terms storage meeting, ResolutionNotice[] calldata agenda, uint16 quorumBps) private {
        for (uint256 i; i < agenda.length; ++i) {
            if (agenda[i].majority > Majority.ThreeQuarters) revert InvalidResolution(i);
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

    /// @dev A plain ballot of a plain meeting, without proxies or parts to be taken back. Any other is the office's.
    function _vote(uint256 meetingId, address holder, uint128 choices) private {
        Terms storage meeting = _known(meetingId);
        Call storage called = meeting.call;
        Count storage count = meeting.count;
        if (block.timestamp < called.opens) revert VotingNotOpen(called.opens);
        if (block.timestamp >= count.closes) revert VotingClosed(count.closes);
        if (count.flags != 0) return _leaveToTheOffice(); // not decided while it is open, hence called in full
        _requireMarked(choices, called.resolutions);
        if (count.place == 0) count.place = IRegister(called.token).recordDateIndex(called.recordDate) + 1;
        uint96 units = _unitsOf(meetingId, meeting, holder);

        Ballot storage ballot = meeting.ballots[uint160(holder)];
        uint128 before = ballot.choices;
        if (ballot.units == 0) {
            if (before != 0) return _leaveToTheOffice();
            count.present += units;
        } else if (ballot.units != units || _marked(before) != 0) {
            return _leaveToTheOffice();
        }
        // Cannot spill before 2106: the slot of {Ballot}, whole; 96 bits of units, 128 of choices, and the second.
        assembly ("memory-safe") {
            sstore(ballot.slot, or(or(units, shl(96, choices)), shl(224, timestamp())))
        }
        _recount(meeting, before, choices, units);
        emit BallotCast(meetingId, holder, msg.sender, units, choices);
    }

    function _leaveToTheOffice() private {
        Address.functionDelegateCall(office, msg.data);
    }

    /// @dev Refuses 3 as a choice, and marks above the agenda.
    function _requireMarked(uint256 choices, uint256 resolutions) private pure {
        if (_marked(choices) != 0 || choices >> (2 * resolutions) != 0) revert InvalidBallot(uint128(choices));
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

            // Cannot overflow: no count exceeds the units present, which do not; cannot underflow: what is taken back was counted.
            Tally storage tally = meeting.tallies[i];
            unchecked {
                if (old == FOR) tally.inFavour -= units;
                else if (old == AGAINST) tally.against -= units;
                if (chosen == FOR) tally.inFavour += units;
                else if (chosen == AGAINST) tally.against += units;
            }
        }
    }

    /* Deciding */

    /// @inheritdoc IMeetings
    function decide(uint256 meetingId) external {
        Terms storage meeting = _known(meetingId);
        uint40 end = _endOf(meeting);
        if (block.timestamp < end) revert VotingStillOpen(end);
        if (meeting.count.flags & DECIDED != 0) revert AlreadyDecided(meetingId);

        _settle(meeting);
        meeting.count.flags |= SETTLED;
        bool inFull = meeting.count.flags & IN_FULL != 0;
        for (uint256 i; i < meeting.call.resolutions; ++i) {
            Result memory found = _resultOf(meeting, i);
            if (inFull) _keep(meeting, i, found);
            emit ResolutionDecided(
                meetingId, i, found.passed, found.quorate, found.inFavour, found.against, found.abstained
            );
            if (found.kind != Kind.Motion) emit ElectionDecided(meetingId, i, found.elected, found.votes);
        }
        meeting.count.flags |= DECIDED;
    }

    /// @dev What the result depends on outside, and whether prepared calls may follow.
    function _keep(Terms storage meeting, uint256 resolution, Result memory found) private {
        Rule storage rule = meeting.rules[resolution];
        rule.interestedEntitled = (_entitledOf(meeting, rule.classIndex) - found.entitled).toUint96();
        rule.passed = found.passed;
    }

    /* Reading */

    /// @inheritdoc IMeetings
    function meetingOf(uint256 meetingId) external view returns (Meeting memory) {
        Terms storage meeting = _known(meetingId);
        bool dated = block.timestamp >= meeting.call.recordDate;
        return Meeting({
            token: meeting.call.token,
            recordDate: meeting.call.recordDate,
            opens: meeting.call.opens,
            closes: meeting.count.closes,
            quorumBps: meeting.tallies[0].quorumBps,
            resolutions: meeting.call.resolutions,
            documentHash: meeting.documentHash,
            entitled: dated ? _entitledOf(meeting, EVERY_CLASS).toUint96() : 0,
            present: _presentOf(meeting, EVERY_CLASS).toUint96()
        });
    }

    /// @inheritdoc IMeetings
    function resolutionOf(uint256 meetingId, uint256 resolution) external view returns (Resolution memory) {
        Result memory found = resultOf(meetingId, resolution);
        Terms storage meeting = _meetings[meetingId];
        return Resolution({
            documentHash: meeting.documentHashes[resolution],
            majority: meeting.tallies[resolution].majority,
            inFavour: found.inFavour,
            against: found.against,
            abstained: found.abstained,
            quorate: found.quorate,
            passed: found.passed
        });
    }

    /// @inheritdoc IMeetings
    function resultOf(uint256 meetingId, uint256 resolution) public view returns (Result memory) {
        Terms storage meeting = _known(meetingId);
        if (resolution >= meeting.call.resolutions) revert UnknownResolution(meetingId, resolution);
        return _resultOf(meeting, resolution);
    }

    /// @inheritdoc IMeetings
    function ballotOf(uint256 meetingId, address holder) external view returns (uint96 units, uint128 choices) {
        Ballot storage ballot = _known(meetingId).ballots[uint160(holder)];
        units = ballot.units;
        if (units != 0) choices = ballot.choices;
    }

    /// @inheritdoc IMeetings
    function classOf(uint256 meetingId, uint8 classIndex)
        external
        view
        returns (address token, uint16 multiplier, uint96 entitled, uint96 present)
    {
        Terms storage meeting = _known(meetingId);
        bool inFull = meeting.count.flags & IN_FULL != 0;
        if (classIndex >= (inFull ? meeting.more.classes : 1)) {
            revert UnknownClass(meetingId, classIndex);
        }
        if (classIndex == 0) {
            (token, present) = (meeting.call.token, meeting.count.present);
            (multiplier, entitled) = (inFull ? meeting.more.multiplier : 1, meeting.count.entitled);
        } else {
            Class storage one = meeting.classes[classIndex];
            (token, multiplier, entitled, present) = (one.token, one.multiplier, one.entitled, one.present);
        }
        bool unsettled = meeting.count.flags & SETTLED == 0 && block.timestamp >= meeting.call.recordDate;
        if (entitled == 0 && unsettled) (, entitled) = _base(meeting, token);
    }

    /// @inheritdoc IMeetings
    function meetingCount() external view returns (uint256) {
        return _count;
    }
}
