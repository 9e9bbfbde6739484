// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRights} from "./IRights.sol";

/// @title Meetings
/// @notice Meetings of a token's holders: a record date, an agenda, ballots until the close, results nobody can change.
/// @dev A plain meeting is of one class, with motions only. Ballots beyond plain ones, and what resolutions execute, are {IMeetingsOffice}'s, at the
/// same address.
interface IMeetings is IRights {
    /// @notice What a resolution needs to pass.
    enum Majority {
        Simple, // for > against
        TwoThirds, // 3 × for ≥ 2 × (for + against), and for > 0
        ThreeQuarters, // 4 × for ≥ 3 × (for + against), and for > 0
        Custom, // denominator × for ≥ numerator × base, and for > 0; meetings called in full
        Plurality // most votes; where there are options
    }

    /// @notice What a resolution asks.
    enum Kind {
        Motion, // for, against, abstain
        Choice, // one of many; a tie elects nobody
        Election // cumulative voting; a tie at the edge elects none of the tied
    }

    /// @notice Of what a majority is taken.
    enum Base {
        VotesCast, // for and against, or all options
        Present, // votes present
        Entitled // votes entitled
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

    /// @notice A class of shares that meets.
    struct ClassNotice {
        address token;
        uint16 multiplier; // votes a unit; all votes together must stay below 2^96, at the record date, too
    }

    /// @notice A resolution on the agenda.
    struct ItemNotice {
        bytes32 documentHash; // its text
        bytes32 callsHash; // motions: of the calls it executes: keccak256(abi.encode(PreparedCall[])); 0: none
        Kind kind;
        uint8 options; // choices and elections: at most 16, and 256 in all
        uint8 seats; // elections; a choice has 1
        uint8 classIndex; // the class that votes; 255: all
        Majority majority; // elections: plurality
        uint8 numerator; // of a custom majority
        uint8 denominator;
        Base base;
        uint16 quorumBps; // of the votes entitled on this resolution; 0: no quorum
        address[] interested; // who has no votes on it, ascending
    }

    /// @notice How a meeting is called in full.
    struct FullNotice {
        uint48 recordDate; // scheduled in every token
        uint48 opens; // unix seconds; not before the record date
        uint48 closes; // votes count before this second
        uint48 latestClose; // extensions end here; 0: none
        uint48 ends; // of the opening of secret ballots; 0: no secret ballot
        uint32 executionDelay; // seconds between scheduling prepared calls and executing them; at least a day
        bytes32 documentHash; // the notice of the meeting
        ClassNotice[] classes; // 1 … 4, ascending
        ItemNotice[] agenda; // 1 … 64
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
        uint96 entitled; // votes entitled, units unless classes have multipliers; 0 before the record date has passed
        uint96 present; // votes of ballots cast
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

    /// @notice A resolution's count and result in full.
    struct Result {
        Kind kind;
        uint96 inFavour;
        uint96 against;
        uint96 abstained; // elections: 0
        uint96 present; // votes on this resolution
        uint96 entitled;
        bool quorate;
        bool passed; // only ever true after the end; choices and elections: somebody is elected
        uint16 elected; // a bit an option
        uint128[] votes; // by option
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

    /// @notice A meeting was called in full.
    event MeetingConvened(uint256 indexed meetingId, FullNotice notice);

    /// @notice The close was put off; secret ballots are opened as much later.
    event CloseExtended(uint256 indexed meetingId, uint48 closes, uint48 ends);

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

    /// @notice The result of a choice or an election, beside {ResolutionDecided}.
    event ElectionDecided(uint256 indexed meetingId, uint256 indexed resolution, uint16 elected, uint128[] votes);

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

    /// @notice A meeting has 1 to `limit` classes, in ascending order of their tokens, each with at least one vote a unit.
    error InvalidClasses(uint256 limit);

    /// @notice The resolution is not put as its kind asks.
    error InvalidResolution(uint256 resolution);

    /// @notice The notices name at most `limit` interested holders.
    error TooManyInterested(uint256 limit);

    /// @notice Choices and elections have at most `limit` options together, so that their results fit one transaction.
    error TooManyOptions(uint256 limit);

    /// @notice All votes together must stay below 2^96. Choose smaller multipliers.
    error VotesOverflow(uint256 votes, uint256 limit);

    /// @notice Prepared calls follow votes of the issuer's own classes only: the authority gives nobody the power to issue this token.
    error ForeignClass(address token);

    /// @notice Prepared calls wait for at least `minimum` seconds.
    error InvalidDelay(uint32 delay, uint256 minimum);

    /// @notice Secret ballots are opened for at least an hour after the close, and extensions end after it.
    error InvalidEnd(uint48 ends);

    /// @notice The close can only be put off, an hour before it at the latest, and not beyond what the notice says.
    error InvalidExtension(uint48 closes, uint48 latestClose);

    /// @notice The meeting has no such class.
    error UnknownClass(uint256 meetingId, uint8 classIndex);

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

    /// @notice The office is not a contract.
    error InvalidOffice(address office);

    /// @notice Calls a meeting.
    /// @dev Power: issuer.
    function call(Notice calldata notice) external returns (uint256 meetingId);

    /// @notice Calls a meeting in full.
    /// @dev Power: issuer. Nothing of the notice can be changed, but the close put off as far as it says.
    function convene(FullNotice calldata notice) external returns (uint256 meetingId);

    /// @notice Puts off the close, at least an hour before it and as far as the notice allows.
    /// @dev Power: issuer.
    function extend(uint256 meetingId, uint48 closes) external;

    /// @notice Votes the whole agenda with all units the caller held at the record date, of each class. Casting again replaces the ballot,
    /// and takes back what proxies have.
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

    /// @notice A resolution's count and result, also of an election.
    function resultOf(uint256 meetingId, uint256 resolution) external view returns (Result memory);

    /// @notice What a class brings to a meeting: votes a unit, and units entitled (0 before the record date) and present.
    function classOf(uint256 meetingId, uint8 classIndex)
        external
        view
        returns (address token, uint16 multiplier, uint96 entitled, uint96 present);

    /// @notice A holder's own ballot, of the first class; units 0: none. Choice 3: in parts.
    function ballotOf(uint256 meetingId, address holder) external view returns (uint96 units, uint128 choices);

    /// @notice How many meetings were called; ids are 1 … count.
    function meetingCount() external view returns (uint256);
}
