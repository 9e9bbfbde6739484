// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMeetings} from "./IMeetings.sol";

/// @title Meetings, beyond plain ballots
/// @notice Ballots that are split, entrusted, signed or secret, and what resolutions that passed execute.
/// @dev What {Meetings} does beyond {IMeetings}; call it at the same address. Proxies, split ballots and signed ballots serve every
/// meeting, also a plain one.
///
/// **A ballot** is `choices` (two bits a resolution: 0 abstain, 1 for, 2 against, 3 see the marks) and `marks`, ascending, each
/// `resolution << 104 | option << 96 | units`: part of the units each way on a resolution (option 1 for, 2 against), or votes for an
/// option, counted from 0; at most 128. On a one-of-many the marks may add up to the units, in an election to units × seats; what is left abstains.
///
/// **Who speaks for which units.** The last act of the holder counts. Its own ballot takes all units back from its proxies, with what
/// they cast, unless the ballot says `rest`: then it is for the units no proxy has. Who has voted names no proxy any more, so that nobody
/// who was present can leave.
/// A proxy casts one ballot for each holder and class that named it, apart from its own, for the units granted; it cannot pass them on.
/// A grant can be revoked until its proxy has voted; afterwards only the holder's own ballot takes the units back.
///
/// **Which ballot counts.** The one cast last: a signed ballot is as old as the second it carries, at most now, and a ballot cast directly
/// as its block. An older one never replaces a newer one, whichever arrives first; in the same second what was cast directly stays.
///
/// **A secret ballot** shows hashes until the close, and is opened after it. A ballot that is not opened is present and abstains: whoever
/// has seen the others' cannot leave the meeting without a quorum.
///
/// **An independent count** needs {IMeetings-MeetingCalled} or {IMeetings-MeetingConvened}, {IMeetings-CloseExtended}, {IMeetings-BallotCast} and
/// {BallotMarked} (each replaces the ballot of the same class, holder and proxy; a BallotCast is of the first class, without a proxy),
/// {BallotSigned} (the second of the ballot that follows), {ProxyGranted}, {ProxyRevoked} (with its ballot), {BallotCommitted}, and the registers.
interface IMeetingsOffice {
    /// @notice How far the prepared calls of a resolution are.
    enum Stage {
        Waiting,
        Executed,
        Cancelled
    }

    /// @notice A ballot as its voter gives it.
    struct Given {
        address holder; // whose units: the voter's own, those of who named it proxy, or of a wallet it replaced
        uint8 classIndex;
        bool rest; // own ballot: leave proxies what they have
        uint128 choices;
        uint256[] marks;
    }

    /// @notice A ballot that was signed, for anyone to hand in. A holder's own is for all its units: which proxies it would leave alone must not
    /// depend on when it arrives.
    struct SignedBallot {
        uint256 meetingId;
        address voter; // who signed
        address holder;
        uint8 classIndex;
        uint128 choices;
        uint256[] marks;
        uint48 signedAt; // unix seconds: a later ballot replaces an earlier one
    }

    /// @notice A call that a resolution executes.
    struct PreparedCall {
        address target;
        bytes data;
    }

    /// @notice A ballot was cast; it replaces the one of the same class, holder and proxy.
    /// @param proxy Zero: the holder's own.
    /// @param voter Who cast, signed or opened it.
    event BallotMarked(
        uint256 indexed meetingId,
        address indexed holder,
        address indexed proxy,
        uint8 classIndex,
        address voter,
        uint96 units,
        uint128 choices,
        uint256[] marks
    );

    /// @notice The ballot that follows in this transaction was signed, and when.
    event BallotSigned(
        uint256 indexed meetingId, address indexed holder, address indexed voter, uint8 classIndex, uint48 signedAt
    );

    /// @notice A secret ballot was handed in; until it is opened it is present and abstains.
    event BallotCommitted(
        uint256 indexed meetingId,
        address indexed holder,
        address indexed proxy,
        uint8 classIndex,
        uint96 units,
        bytes32 commitment
    );

    /// @notice A signed ballot of a batch does not count.
    event BallotRefused(uint256 indexed meetingId, address indexed holder, uint256 index, bytes reason);

    /// @notice A proxy was named, or has other units or instructions now.
    event ProxyGranted(
        uint256 indexed meetingId,
        address indexed holder,
        address indexed proxy,
        uint8 classIndex,
        uint96 units,
        uint128 instructions
    );

    /// @notice A proxy has no units any more, and its ballot does not count.
    event ProxyRevoked(uint256 indexed meetingId, address indexed holder, address indexed proxy, uint8 classIndex);

    /// @notice The calls of a resolution that passed wait for their delay.
    event CallsScheduled(uint256 indexed meetingId, uint256 indexed resolution, uint48 readyAt);

    /// @notice The calls of a resolution were executed.
    event CallsExecuted(uint256 indexed meetingId, uint256 indexed resolution);

    /// @notice The calls of a resolution will never be executed.
    event CallsCancelled(uint256 indexed meetingId, uint256 indexed resolution, string reason);

    /// @notice A part of the ballot names no resolution, no option or no units, or stands out of order.
    error InvalidMark(uint256 mark);

    /// @notice A ballot has at most `limit` parts, so that it can always be taken back.
    error TooManyMarks(uint256 limit);

    /// @notice The parts of the ballot on a resolution exceed its votes.
    error TooManyVotes(uint256 resolution, uint256 votes, uint256 limit);

    /// @notice The holder is interested in a resolution it votes on.
    error HolderInterested(uint256 meetingId, address holder);

    /// @notice A later ballot, or a proxy named later, counts.
    error BallotSuperseded(uint48 signedAt, uint48 countsSince);

    /// @notice The ballot carries a second that has not come yet.
    error BallotFromTheFuture(uint48 signedAt);

    /// @notice The voter did not sign this ballot.
    error BallotNotSigned(uint256 meetingId, address voter);

    /// @notice More gas is needed to check the ballot.
    error BallotOutOfGas(uint256 index);

    /// @notice As many signatures are needed as ballots.
    error SignatureCountDiffers(uint256 ballots, uint256 signatures);

    /// @notice The meeting votes in secret: hand in a hash, and open it after the close.
    error SecretBallot(uint256 meetingId);

    /// @notice The meeting does not vote in secret.
    error OpenBallot(uint256 meetingId);

    /// @notice Secret ballots are opened after the close, until the end.
    error NotTheTimeToOpen(uint48 closes, uint48 ends);

    /// @notice No secret ballot was handed in that this opens.
    error CommitmentDiffers(uint256 meetingId, address holder);

    /// @notice Only what the holder has not given to others can be granted.
    error NotEnoughUnits(uint256 available, uint256 asked);

    /// @notice A holder names at most `limit` proxies.
    error TooManyProxies(uint256 limit);

    /// @notice This wallet cannot be the holder's proxy.
    error InvalidProxy(address proxy);

    /// @notice The holder has voted. It changes its ballot; proxies are named before.
    error HolderHasVoted(address holder);

    /// @notice The wallet is no proxy of the holder.
    error NoProxy(address holder, address proxy);

    /// @notice The proxy has voted; only the holder's own ballot takes the units back.
    error ProxyHasVoted(address proxy);

    /// @notice The ballot does not follow the instructions.
    error AgainstInstructions(uint128 instructions);

    /// @notice The resolution has not passed, or is not on record yet.
    error NotPassed(uint256 meetingId, uint256 resolution);

    /// @notice The resolution passed too long ago for its calls to be scheduled.
    error ResolutionLapsed(uint48 lapsedAt);

    /// @notice These are not the calls of the notice.
    error CallsDiffer(bytes32 expected, bytes32 given);

    /// @notice The calls were executed or cancelled already.
    error CallsDone(uint256 meetingId, uint256 resolution);

    /// @notice The calls are scheduled already.
    error CallsWaiting(uint48 readyAt);

    /// @notice The calls are not scheduled, or waited for too long.
    error CallsNotScheduled(uint256 meetingId, uint256 resolution);

    /// @notice The delay of the calls has not passed yet.
    error CallsNotReady(uint48 readyAt);

    /// @notice Casts ballots, of the caller's own and of entrusted units; all or none.
    /// @dev A proxy of many that fears for the whole when one holder takes its units back signs, and uses {castBatch}.
    function cast(uint256 meetingId, Given[] calldata ballots) external;

    /// @notice Casts a signed ballot. Anyone may.
    function castSigned(SignedBallot calldata ballot, bytes calldata signature) external;

    /// @notice Casts signed ballots; those that do not count are told, and hold up no other. Anyone may.
    function castBatch(SignedBallot[] calldata ballots, bytes[] calldata signatures)
        external
        returns (uint256 accepted);

    /// @notice Names a proxy, or changes what it has, until it or the holder has voted.
    /// @param units 0: all that no other proxy has.
    /// @param instructions Two bits a resolution: 0 abstain, 1 for, 2 against, 3 as the proxy sees fit. All ones: none. One who wants
    /// certain options or a split signs a ballot instead.
    function grantProxy(
        uint256 meetingId,
        address holder,
        uint8 classIndex,
        address proxy,
        uint96 units,
        uint128 instructions
    ) external;

    /// @notice Takes back what a proxy has that has not voted.
    function revokeProxy(uint256 meetingId, address holder, uint8 classIndex, address proxy) external;

    /// @notice Hands in a secret ballot: the hash of {commitmentOf}. Handing in again replaces it.
    function commit(uint256 meetingId, address holder, uint8 classIndex, bool rest, bytes32 commitment) external;

    /// @notice Opens a secret ballot after the close. Whoever knows the salt may.
    /// @param proxy Zero: the holder's own.
    /// @param salt Random, and never used before: a guess at the choices must not be checkable.
    function open(
        uint256 meetingId,
        address holder,
        uint8 classIndex,
        address proxy,
        uint128 choices,
        uint256[] calldata marks,
        bytes32 salt
    ) external;

    /// @notice Schedules the calls of a resolution that passed, within a year after the end; again if they were not executed within a week after
    /// the delay. Anyone may.
    /// @dev The meetings need the roles the calls ask for; where such a role has a delay, it counts too, and its guardian can cancel.
    function schedule(uint256 meetingId, uint256 resolution, PreparedCall[] calldata calls) external;

    /// @notice Executes the calls of a resolution after the delay, once, through the authority. Anyone may.
    function execute(uint256 meetingId, uint256 resolution, PreparedCall[] calldata calls) external;

    /// @notice Cancels the calls of a resolution for good. The resolution stays passed.
    /// @dev Power: guardian.
    function cancel(uint256 meetingId, uint256 resolution, string calldata reason) external;

    /// @notice The hash to hand in for a secret ballot.
    function commitmentOf(
        uint256 meetingId,
        address holder,
        uint8 classIndex,
        address proxy,
        uint128 choices,
        uint256[] calldata marks,
        bytes32 salt
    ) external view returns (bytes32);

    /// @notice The hash to sign (EIP-712).
    function digestOf(SignedBallot calldata ballot) external view returns (bytes32);

    /// @notice A ballot in full. `proxy` zero: the holder's own.
    function markedBallotOf(uint256 meetingId, address holder, uint8 classIndex, address proxy)
        external
        view
        returns (uint96 units, uint128 choices, uint48 castAt, uint256[] memory marks, bytes32 commitment);

    /// @notice What a proxy has of a holder's units; 0: it is none.
    function grantOf(uint256 meetingId, address holder, uint8 classIndex, address proxy)
        external
        view
        returns (uint96 units, uint128 instructions);

    /// @notice The proxies of a holder, the latest first.
    function proxiesOf(uint256 meetingId, address holder, uint8 classIndex) external view returns (address[] memory);

    /// @notice What a notice in full adds to {IMeetings-meetingOf}; zeros for a plain meeting. `ends` 0: no secret ballot.
    function timesOf(uint256 meetingId)
        external
        view
        returns (uint48 latestClose, uint48 ends, uint32 executionDelay, uint8 classes);

    /// @notice How far the calls of a resolution are.
    function callsOf(uint256 meetingId, uint256 resolution)
        external
        view
        returns (bytes32 callsHash, uint48 readyAt, Stage stage);

    /// @notice The parameters of the signing domain (ERC-5267).
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        );
}
