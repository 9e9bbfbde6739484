// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IMeetings} from "../interfaces/IMeetings.sol";
import {IMeetingsOffice} from "../interfaces/IMeetingsOffice.sol";
import {Rights} from "../rights/Rights.sol";

/// @title Meetings storage
/// @notice Everything meetings keep, in one place: {Meetings} and its office share this layout, and neither adds to it.
abstract contract MeetingsStorage is AccessManaged {
    using Rights for Rights.Exclusions;

    /// @dev A plain ballot reads slot 0 and writes slot 1, both non-zero from the start.
    struct Terms {
        Call call; // slot 0
        Count count; // slot 1
        // slot 2
        bytes32 documentHash;
        // slots 3 to 34
        Rights.Exclusions excluded;
        mapping(uint256 resolution => Tally) tallies;
        mapping(uint256 resolution => bytes32) documentHashes;
        mapping(uint256 account => Ballot) ballots; // a holder's own; accounts: see {_accountOf}
        // proxies
        mapping(uint256 account => Trust) trusts;
        mapping(uint256 account => mapping(address proxy => Grant)) grants;
        mapping(uint256 account => mapping(address proxy => Ballot)) entrusted;
        // parts of split ballots, and votes for options, two a word; by the slot of the ballot
        mapping(uint256 slot => mapping(uint256 place => uint256)) marks;
        mapping(uint256 slot => bytes32) commitments;
        // of meetings called in full
        More more;
        mapping(uint256 classIndex => Class) classes; // from 1 on: the first is in `call` and `count`
        mapping(uint256 resolution => Rule) rules;
        mapping(uint256 resolution => mapping(uint256 pair => uint256)) votes; // of two options a word
        mapping(address holder => uint128) interests; // both bits of each resolution it may not vote on
        mapping(uint256 resolution => address[]) interested;
        mapping(uint256 resolution => Prepared) executions;
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
        uint8 flags;
    }

    /// @dev One slot, non-zero from the start, so that no ballot pays for a new one.
    struct Tally {
        uint96 inFavour;
        uint96 against;
        IMeetings.Majority majority;
        bool listed;
        uint16 quorumBps; // 32 bits spare
    }

    /// @dev One slot. A holder without a ballot that has proxies: no units, and choices that are not empty.
    struct Ballot {
        uint96 units; // 0: none
        uint128 choices;
        uint32 castAt; // the second at which it was cast or signed; cannot truncate before 2106
    }

    /// @dev What a holder has given to proxies. One slot.
    struct Trust {
        address last; // the proxy named last; the others follow
        uint96 granted;
    }

    /// @dev The second slot is not written where the proxy is free.
    struct Grant {
        address previous; // the proxy named before this one
        uint96 units;
        uint128 bound; // the complement of the instructions: 0 free
    }

    /// @dev Two slots.
    struct More {
        uint40 ends; // of the reveal; 0: no secret ballot
        uint40 latestClose; // 0: no extension
        uint32 executionDelay;
        uint8 classes;
        uint16 multiplier; // of the first class
        bool hasInterested;
        uint128 elections; // both bits of each resolution that has options
        uint128 scope; // both bits of each resolution the first class votes on
    }

    /// @dev Three slots.
    struct Class {
        address token;
        uint16 multiplier;
        uint16 place; // as in {Count}
        uint96 entitled;
        uint96 present;
        uint128 scope;
    }

    /// @dev One slot.
    struct Rule {
        IMeetings.Kind kind;
        uint8 options;
        uint8 seats;
        uint8 classIndex;
        IMeetings.Base base;
        uint8 numerator;
        uint8 denominator;
        bool passed; // once decided
        uint96 interestedPresent; // votes
        uint96 interestedEntitled; // votes; once decided
    }

    struct Prepared {
        bytes32 callsHash; // 0: nothing to execute
        uint40 readyAt; // 0: not scheduled
        IMeetingsOffice.Stage stage;
    }

    uint256 internal constant AGENDA_LIMIT = 64;
    uint256 internal constant MIN_OPEN = 1 hours;
    uint16 internal constant BPS = 10_000;
    uint8 internal constant EVERY_CLASS = type(uint8).max;

    uint256 internal constant FOR = 1;
    uint256 internal constant AGAINST = 2;
    uint256 internal constant MARKED = 3;
    uint256 internal constant LOW_BITS = 0x55555555555555555555555555555555;

    uint8 internal constant DECIDED = 1;
    uint8 internal constant IN_FULL = 2;
    uint8 internal constant SECRET = 4;
    uint8 internal constant SETTLED = 8; // for good, by decide: a base of 0 is an answer

    uint64 internal _count; // in the slot of the authority
    mapping(uint256 meetingId => Terms) internal _meetings;

    function _known(uint256 meetingId) internal view returns (Terms storage meeting) {
        meeting = _meetings[meetingId];
        if (meeting.call.token == address(0)) revert IMeetings.UnknownMeeting(meetingId);
    }

    /// @dev From when on ballots change nothing: the close, or the end of the opening of secret ballots.
    function _endOf(Terms storage meeting) internal view returns (uint40) {
        return meeting.count.flags & SECRET == 0 ? meeting.count.closes : meeting.more.ends;
    }

    /// @dev Where a holder's units of a class are kept. Of the first class: the holder itself.
    function _accountOf(uint256 classIndex, address holder) internal pure returns (uint256) {
        return classIndex << 160 | uint160(holder);
    }

    /// @dev The low bit of each resolution whose choice is 3: see the marks.
    function _marked(uint256 choices) internal pure returns (uint256) {
        return choices & (choices >> 1) & LOW_BITS;
    }

    /// @dev Both bits of each low bit.
    function _both(uint256 lowBits) internal pure returns (uint256) {
        return lowBits * 3;
    }

    /// @dev The record date's index and the units entitled, which must have passed.
    function _base(Terms storage meeting, address token) internal view returns (uint16 index, uint96 entitled) {
        Call memory called = meeting.call;
        return Rights.unitsOf(token, called.recordDate, meeting.excluded, called.excludedCount);
    }

    /// @dev Checks what every notice has. Not before a record date that is scheduled.
    function _requireWindow(uint48 recordDate, uint48 opens, uint256 closes) internal view {
        if (
            opens < block.timestamp || opens < recordDate || closes < uint256(opens) + MIN_OPEN
                || closes > type(uint40).max
        ) revert IMeetings.InvalidWindow(opens, uint48(closes));
    }

    /// @dev Fixes the base of the quorum, so that results do not depend on the token any more.
    function _settle(Terms storage meeting) internal {
        (uint16 index, uint96 entitled) = _base(meeting, meeting.call.token);
        (meeting.count.place, meeting.count.entitled) = (index + 1, entitled);

        uint256 classes = meeting.more.classes;
        for (uint256 i = 1; i < classes; ++i) {
            Class storage one = meeting.classes[i];
            (index, entitled) = _base(meeting, one.token);
            (one.place, one.entitled) = (index + 1, entitled);
        }
    }
}
