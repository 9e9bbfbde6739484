// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IMeetings} from "../interfaces/IMeetings.sol";
import {IMeetingsOffice} from "../interfaces/IMeetingsOffice.sol";
import {Execution} from "./Execution.sol";
import {Proxies} from "./Proxies.sol";
import {SecretBallots} from "./SecretBallots.sol";

/// @title Meetings office
/// @notice What meetings do beyond plain ballots: see {IMeetingsOffice}.
/// @dev Code that {Meetings} run on their own storage. Called at its own address it has no authority, hence no powers, and no meeting.
/// Trusts nobody who hands a ballot in. A contract wallet that is asked about a signature (ERC-1271) has bounded gas, and cannot change
/// anything while it answers.
/// @custom:invariant VOTE-5 A proxy never casts more units than it was granted, nor otherwise than instructed, and the holder's own ballot takes them back.
/// @custom:invariant VOTE-6 Of the ballots cast for the same units, the one of the latest second counts, in whatever order they arrive.
/// @custom:invariant VOTE-7 On no resolution does a ballot have more votes than its units, times the seats in an election.
/// @custom:invariant VOTE-8 A secret ballot counts as its hash was handed in before the close, and not at all before it is opened.
/// @custom:invariant VOTE-9 Prepared calls are executed at most once, as the notice has them, after the delay, and only if the resolution passed.
/// @custom:invariant VOTE-10 The votes present never fall.
contract MeetingsOffice is Proxies, SecretBallots, Execution {
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant BALLOT_TYPEHASH = keccak256(
        "Ballot(uint256 meetingId,address voter,address holder,uint8 classIndex,uint128 choices,uint256[] marks,uint48 signedAt)"
    );
    string private constant DOMAIN_NAME = "tokenkit meetings";
    string private constant DOMAIN_VERSION = "1";
    bytes32 private constant NAME_HASH = keccak256("tokenkit meetings");
    bytes32 private constant VERSION_HASH = keccak256("1");

    uint256 private constant WALLET_GAS = 500_000;

    constructor() AccessManaged(address(0)) {}

    /* Ballots cast directly */

    /// @notice See {IMeetings-vote}. In a meeting of several classes, the same choices with the units of each.
    function vote(uint256 meetingId, uint128 choices) external {
        _castInEachClass(meetingId, msg.sender, choices);
    }

    /// @notice See {IMeetings-voteFor}.
    function voteFor(uint256 meetingId, address holder, uint128 choices) external {
        _castInEachClass(meetingId, holder, choices);
    }

    /// @inheritdoc IMeetingsOffice
    function cast(uint256 meetingId, Given[] calldata ballots) external {
        uint48 now_ = uint48(block.timestamp);
        for (uint256 i; i < ballots.length; ++i) {
            _cast(meetingId, msg.sender, ballots[i], now_, false);
        }
    }

    /// @dev Choices a class has no vote on are left out; those that none of the holder's classes votes on are refused.
    function _castInEachClass(uint256 meetingId, address holder, uint128 choices) private {
        Terms storage meeting = _known(meetingId);
        Given memory ballot;
        (ballot.holder, ballot.choices) = (holder, choices);
        uint256 classes = meeting.count.flags & IN_FULL == 0 ? 1 : meeting.more.classes;
        uint48 now_ = uint48(block.timestamp);
        if (classes == 1) return _cast(meetingId, msg.sender, ballot, now_, false);

        _requireOpen(meeting);
        uint256 scopes;
        bool voted;
        for (uint8 i; i < classes; ++i) {
            (uint96 units,,) = _unitsOf(meetingId, meeting, i, holder);
            if (units == 0) continue;
            uint256 scope = _scopeOf(meeting, i);
            (ballot.classIndex, ballot.choices) = (i, uint128(choices & scope));
            _cast(meetingId, msg.sender, ballot, now_, false);
            (scopes, voted) = (scopes | scope, true);
        }
        if (!voted) revert IMeetings.NoVotes(meetingId, holder);
        if (choices & ~scopes != 0) revert IMeetings.InvalidBallot(choices);
    }

    function _cast(uint256 meetingId, address voter, Given memory given, uint48 castAt, bool signed) private {
        Terms storage meeting = _known(meetingId);
        if (meeting.count.flags & SECRET != 0) revert SecretBallot(meetingId);
        _requireOpen(meeting);

        Voice memory voice = _voiceOf(meetingId, given.holder, given.classIndex, voter);
        Ballot storage ballot = _enter(meeting, voice, given.rest, castAt, signed);
        _record(meeting, voice, ballot, given.choices, given.marks, castAt);
    }

    /* Signed ballots */

    /// @inheritdoc IMeetingsOffice
    function castSigned(SignedBallot calldata ballot, bytes calldata signature) external {
        if (ballot.signedAt > block.timestamp) revert BallotFromTheFuture(ballot.signedAt);
        _requireSigned(ballot, signature);

        Given memory given = Given({
            holder: ballot.holder,
            classIndex: ballot.classIndex,
            rest: false,
            choices: ballot.choices,
            marks: ballot.marks
        });
        emit BallotSigned(ballot.meetingId, ballot.holder, ballot.voter, ballot.classIndex, ballot.signedAt);
        _cast(ballot.meetingId, ballot.voter, given, ballot.signedAt, true);
    }

    /// @inheritdoc IMeetingsOffice
    function castBatch(SignedBallot[] calldata ballots, bytes[] calldata signatures)
        external
        returns (uint256 accepted)
    {
        uint256 count = ballots.length;
        if (signatures.length != count) revert SignatureCountDiffers(count, signatures.length);

        for (uint256 i; i < count; ++i) {
            try IMeetingsOffice(address(this)).castSigned(ballots[i], signatures[i]) {
                ++accepted;
            } catch (bytes memory reason) {
                // Taken for a refusal, it would let estimates of gas come out too low. What ran out of gas behind the fallback says no more
                // than that a call failed.
                bool starved = reason.length < 4 || bytes4(reason) == BallotOutOfGas.selector
                    || bytes4(reason) == Errors.FailedCall.selector;
                if (starved) revert BallotOutOfGas(i);
                emit BallotRefused(ballots[i].meetingId, ballots[i].holder, i, reason);
            }
        }
    }

    /// @inheritdoc IMeetingsOffice
    function digestOf(SignedBallot calldata ballot) public view returns (bytes32) {
        bytes32 structHash = keccak256(
            abi.encode(
                BALLOT_TYPEHASH,
                ballot.meetingId,
                ballot.voter,
                ballot.holder,
                ballot.classIndex,
                ballot.choices,
                keccak256(abi.encodePacked(ballot.marks)),
                ballot.signedAt
            )
        );
        bytes32 domain =
            keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, address(this)));
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }

    /// @dev A key first, then a contract: an account with delegated code (EIP-7702) is both. High s is no signature.
    function _requireSigned(SignedBallot calldata ballot, bytes calldata signature) private view {
        (address voter, bytes32 digest) = (ballot.voter, digestOf(ballot));
        (address signer, ECDSA.RecoverError problem,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (problem == ECDSA.RecoverError.NoError && signer == voter) return;
        if (voter.code.length == 0 || !_vouches(voter, digest, signature)) {
            revert BallotNotSigned(ballot.meetingId, voter);
        }
    }

    function _vouches(address wallet, bytes32 digest, bytes calldata signature) private view returns (bool vouches) {
        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        if (gasleft() * 63 / 64 < WALLET_GAS) revert BallotOutOfGas(0);

        bytes32 answer;
        // Cannot be flooded: one word of the answer is looked at, whatever its length.
        assembly ("memory-safe") {
            vouches := staticcall(WALLET_GAS, wallet, add(question, 0x20), mload(question), 0, 0x20)
            vouches := and(vouches, gt(returndatasize(), 0x1f))
            answer := mload(0)
        }
        return vouches && answer == bytes32(IERC1271.isValidSignature.selector);
    }

    /* Reading */

    /// @inheritdoc IMeetingsOffice
    function markedBallotOf(uint256 meetingId, address holder, uint8 classIndex, address proxy)
        external
        view
        returns (uint96 units, uint128 choices, uint48 castAt, uint256[] memory marks, bytes32 commitment)
    {
        Terms storage meeting = _known(meetingId);
        Ballot storage ballot = _ballotAt(meeting, holder, classIndex, proxy);
        (units, castAt) = (ballot.units, ballot.castAt);
        commitment = meeting.commitments[_slotOf(ballot)];
        if (units == 0) return (units, choices, castAt, marks, commitment);
        choices = ballot.choices;
        if (_marked(choices) != 0) marks = _loadMarks(meeting, _slotOf(ballot));
    }

    /// @inheritdoc IMeetingsOffice
    function timesOf(uint256 meetingId)
        external
        view
        returns (uint48 latestClose, uint48 ends, uint32 executionDelay, uint8 classes)
    {
        More storage more = _known(meetingId).more;
        return (more.latestClose, more.ends, more.executionDelay, more.classes);
    }

    /// @inheritdoc IMeetingsOffice
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
        )
    {
        // 0x0f: name, version, chainId, verifyingContract
        return (hex"0f", DOMAIN_NAME, DOMAIN_VERSION, block.chainid, address(this), bytes32(0), new uint256[](0));
    }
}
