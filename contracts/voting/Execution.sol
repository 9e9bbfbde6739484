// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IMeetingsOffice} from "../interfaces/IMeetingsOffice.sol";
import {MeetingsStorage} from "./MeetingsStorage.sol";

/// @title Execution
/// @notice What a resolution that passed does: calls named in the notice, after a delay, through the authority.
/// @dev The meetings have no powers but those the authority gives them, and use them for prepared calls only.
abstract contract Execution is MeetingsStorage, IMeetingsOffice {
    uint256 private constant WINDOW = 1 weeks; // the authority's own
    uint256 private constant LAPSE = 365 days; // after the end of the meeting

    /// @inheritdoc IMeetingsOffice
    function schedule(uint256 meetingId, uint256 resolution, PreparedCall[] calldata calls) external {
        Terms storage meeting = _known(meetingId);
        Prepared storage execution = _prepared(meetingId, meeting, resolution, calls);
        uint256 lapsesAt = _endOf(meeting) + LAPSE;
        // Cannot truncate for 34,000 years.
        if (block.timestamp >= lapsesAt) revert ResolutionLapsed(uint48(lapsesAt));
        if (block.timestamp < execution.readyAt + WINDOW && execution.readyAt != 0) {
            revert CallsWaiting(execution.readyAt);
        }

        IAccessManager manager = IAccessManager(authority());
        uint256 wait = meeting.more.executionDelay;
        for (uint256 i; i < calls.length; ++i) {
            (, uint32 delay) = manager.canCall(address(this), calls[i].target, bytes4(calls[i].data));
            if (delay > wait) wait = delay;
        }
        // Cannot truncate for 34,000 years.
        uint40 readyAt = uint40(block.timestamp + wait);
        execution.readyAt = readyAt;
        emit CallsScheduled(meetingId, resolution, readyAt);

        for (uint256 i; i < calls.length; ++i) {
            (bool immediate,) = manager.canCall(address(this), calls[i].target, bytes4(calls[i].data));
            if (!immediate) manager.schedule(calls[i].target, calls[i].data, readyAt);
        }
    }

    /// @inheritdoc IMeetingsOffice
    function execute(uint256 meetingId, uint256 resolution, PreparedCall[] calldata calls) external {
        Prepared storage execution = _prepared(meetingId, _known(meetingId), resolution, calls);
        uint40 readyAt = execution.readyAt;
        if (readyAt == 0 || block.timestamp >= readyAt + WINDOW) revert CallsNotScheduled(meetingId, resolution);
        if (block.timestamp < readyAt) revert CallsNotReady(readyAt);

        execution.stage = Stage.Executed;
        emit CallsExecuted(meetingId, resolution);

        IAccessManager manager = IAccessManager(authority());
        for (uint256 i; i < calls.length; ++i) {
            manager.execute(calls[i].target, calls[i].data);
        }
    }

    /// @inheritdoc IMeetingsOffice
    function cancel(uint256 meetingId, uint256 resolution, string calldata reason) external restricted {
        Prepared storage execution = _open(meetingId, _known(meetingId), resolution);
        execution.stage = Stage.Cancelled;
        emit CallsCancelled(meetingId, resolution, reason);
    }

    /// @inheritdoc IMeetingsOffice
    function callsOf(uint256 meetingId, uint256 resolution)
        external
        view
        returns (bytes32 callsHash, uint48 readyAt, Stage stage)
    {
        Prepared storage execution = _known(meetingId).executions[resolution];
        return (execution.callsHash, execution.readyAt, execution.stage);
    }

    function _prepared(
        uint256 meetingId,
        Terms storage meeting,
        uint256 resolution,
        PreparedCall[] calldata calls
    ) private view returns (Prepared storage execution) {
        execution = _open(meetingId, meeting, resolution);
        bytes32 given = keccak256(abi.encode(calls));
        if (given != execution.callsHash) revert CallsDiffer(execution.callsHash, given);
    }

    function _open(uint256 meetingId, Terms storage meeting, uint256 resolution)
        private
        view
        returns (Prepared storage execution)
    {
        if (!meeting.rules[resolution].passed) revert NotPassed(meetingId, resolution);
        execution = meeting.executions[resolution];
        if (execution.stage != Stage.Waiting) revert CallsDone(meetingId, resolution);
    }
}
