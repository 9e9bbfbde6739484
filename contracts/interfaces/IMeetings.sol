// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRights} from "./IRights.sol";

/// @title Meetings
/// @notice Meetings of a token's holders: a record date, an agenda, ballots until the close, results nobody can change.
interface IMeetings is IRights {
    /// @notice What a resolution needs to pass.
    enum Majority {
        Simple, // for > against
        TwoThirds, // 3 × for ≥ 2 × (for + against), and for > 0
        ThreeQuarters // 4 × for ≥ 3 × (for + against), and for > 0
    }

    /// @notice A resolution on the agenda.
    struct ResolutionNotice {
        bytes32 documentHash; // its text
        Majority majority;
    }

    /// @notice How a meeting is called.
    struct Notice {
        address token; // share class
        uint48 recordDate; // scheduled in the token
        uint48 opens; // unix seconds; not before the record date
        uint48 closes; // votes count before this second
        uint16 quorumBps; // of the units entitled to vote; 0: no quorum
        bytes32 documentHash; // the notice of the meeting
        ResolutionNotice[] agenda; // 1 … 64
        address[] excluded; // wallets without votes (treasury), ascending, at most 32
    }

    /// @notice A meeting as it stands.
    struct Meeting {
        address token;
        uint48 recordDate;
        uint48 opens;
        uint48 closes;
        uint16 quorumBps;
        uint8 resolutions;
        bytes32 documentHash;
        uint96 entitled; // units entitled to vote; 0 before the record date has passed
        uint96 present; // units that voted
    }

    /// @notice A resolution's count.
    struct Resolution {
        bytes32 documentHash;
        Majority majority;
        uint96 inFavour;
        uint96 against;
        uint96 abstained;
        bool quorate; // enough units were present
        bool passed; // only ever true after the close
    }

    /// @notice A meeting was called.
    event MeetingCalled(
        uint256 indexed meetingId,
        address indexed token,
        uint48 recordDate,
        uint48 opens,
        uint48 closes,
        uint16 quorumBps,
        bytes32 documentHash,
        ResolutionNotice[] agenda,
        address[] excluded
    );

    /// @notice A ballot was cast; it replaces the holder's earlier one.
    /// @param choices Two bits a resolution, the first in the lowest bits: 0 abstain, 1 for, 2 against.
    event BallotCast(
        uint256 indexed meetingId, address indexed holder, address voter, uint96 units, uint128 choices
    );

    /// @notice The result of a resolution, on record after the close.
    event ResolutionDecided(
        uint256 indexed meetingId,
        uint256 indexed resolution,
        bool passed,
        bool quorate,
        uint96 inFavour,
        uint96 against,
        uint96 abstained
    );

    /// @notice There is no such meeting.
    error UnknownMeeting(uint256 meetingId);

    /// @notice The meeting has no such resolution.
    error UnknownResolution(uint256 meetingId, uint256 resolution);

    /// @notice An agenda has 1 to `limit` resolutions.
    error InvalidAgenda(uint256 limit);

    /// @notice The voting window must lie ahead, after the record date, and be open for at least an hour.
    error InvalidWindow(uint48 opens, uint48 closes);

    /// @notice A share in basis points is at most 10,000.
    error InvalidShare(uint16 bps);

    /// @notice Voting has not opened yet.
    error VotingNotOpen(uint48 opens);

    /// @notice Voting has closed.
    error VotingClosed(uint48 closes);

    /// @notice Voting is still open.
    error VotingStillOpen(uint48 closes);

    /// @notice The results are on record already.
    error AlreadyDecided(uint256 meetingId);

    /// @notice The wallet had no votes at the record date.
    error NoVotes(uint256 meetingId, address holder);

    /// @notice The ballot marks a choice that does not exist, or a resolution that is not on the agenda.
    error InvalidBallot(uint128 choices);

    /// @notice Calls a meeting.
    /// @dev Power: issuer.
    function call(Notice calldata notice) external returns (uint256 meetingId);

    /// @notice Votes the whole agenda with all units the caller held at the record date. Casting again replaces the ballot.
    /// @param choices Two bits a resolution, the first in the lowest bits: 0 abstain, 1 for, 2 against.
    function vote(uint256 meetingId, uint128 choices) external;

    /// @notice The same with the units of a wallet the caller replaced.
    function voteFor(uint256 meetingId, address holder, uint128 choices) external;

    /// @notice Puts the results on record after the close. Anyone may.
    function decide(uint256 meetingId) external;

    /// @notice A meeting as it stands.
    function meetingOf(uint256 meetingId) external view returns (Meeting memory);

    /// @notice A resolution's count, and after the close its result.
    function resolutionOf(uint256 meetingId, uint256 resolution) external view returns (Resolution memory);

    /// @notice A holder's ballot; units 0: none.
    function ballotOf(uint256 meetingId, address holder) external view returns (uint96 units, uint128 choices);

    /// @notice How many meetings were called; ids are 1 … count.
    function meetingCount() external view returns (uint256);
}
