// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMeetingsOffice} from "../interfaces/IMeetingsOffice.sol";
import {Counting} from "./Counting.sol";

/// @title Secret ballots
/// @notice Ballots handed in as hashes until the close, and opened after it.
abstract contract SecretBallots is Counting, IMeetingsOffice {
    /// @inheritdoc IMeetingsOffice
    function commit(uint256 meetingId, address holder, uint8 classIndex, bool rest, bytes32 commitment) external {
        Terms storage meeting = _known(meetingId);
        if (meeting.count.flags & SECRET == 0) revert OpenBallot(meetingId);
        _requireOpen(meeting);

        Voice memory voice = _voiceOf(meetingId, holder, classIndex, msg.sender);
        Ballot storage ballot = _enter(meeting, voice, rest, 0, false);
        _write(ballot, voice.units, 0, block.timestamp);
        meeting.commitments[_slotOf(ballot)] = commitment;
        _setPresent(meeting, voice, voice.units, true);
        emit BallotCommitted(meetingId, holder, voice.proxy, classIndex, voice.units, commitment);
    }

    /// @inheritdoc IMeetingsOffice
    function open(
        uint256 meetingId,
        address holder,
        uint8 classIndex,
        address proxy,
        uint128 choices,
        uint256[] calldata marks,
        bytes32 salt
    ) external {
        Terms storage meeting = _known(meetingId);
        if (meeting.count.flags & SECRET == 0) revert OpenBallot(meetingId);
        if (block.timestamp < meeting.count.closes || block.timestamp >= meeting.more.ends) {
            revert NotTheTimeToOpen(meeting.count.closes, meeting.more.ends);
        }
        Ballot storage ballot = _ballotAt(meeting, holder, classIndex, proxy);
        bytes32 commitment = commitmentOf(meetingId, holder, classIndex, proxy, choices, marks, salt);
        if (meeting.commitments[_slotOf(ballot)] != commitment) revert CommitmentDiffers(meetingId, holder);

        Voice memory voice = _voiceOf(meetingId, holder, classIndex, msg.sender);
        (voice.proxy, voice.units) = (proxy, ballot.units);
        (,, voice.multiplier) = _classOf(meetingId, meeting, classIndex);
        _withdraw(meeting, voice, ballot);
        _record(meeting, voice, ballot, choices, marks, ballot.castAt);
    }

    /// @inheritdoc IMeetingsOffice
    function commitmentOf(
        uint256 meetingId,
        address holder,
        uint8 classIndex,
        address proxy,
        uint128 choices,
        uint256[] calldata marks,
        bytes32 salt
    ) public view returns (bytes32) {
        return keccak256(
            abi.encode(
                block.chainid, address(this), meetingId, holder, classIndex, proxy, choices, keccak256(abi.encodePacked(marks)), salt
            )
        );
    }
}
