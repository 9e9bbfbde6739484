// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMeetings} from "../interfaces/IMeetings.sol";
import {IMeetingsOffice} from "../interfaces/IMeetingsOffice.sol";
import {IRights} from "../interfaces/IRights.sol";
import {Counting} from "./Counting.sol";

/// @title Proxies
/// @notice Who votes for whom: units a holder gives to others for one meeting, and takes back.
/// @dev What takes them back by voting is {Counting}'s.
abstract contract Proxies is Counting, IMeetingsOffice {
    uint256 private constant PROXY_LIMIT = 8;
    uint128 private constant HAS_PROXIES = 1;

    /// @inheritdoc IMeetingsOffice
    function grantProxy(
        uint256 meetingId,
        address holder,
        uint8 classIndex,
        address proxy,
        uint96 units,
        uint128 instructions
    ) external {
        (Terms storage meeting, Voice memory voice, uint96 held) = _ownVoice(meetingId, holder, classIndex);
        if (proxy == address(0) || proxy == msg.sender || proxy == holder) revert InvalidProxy(proxy);
        _requireInstructions(meeting, voice, instructions);
        uint256 account = _accountOf(classIndex, holder);
        Trust storage trust = meeting.trusts[account];
        Grant storage grant = meeting.grants[account][proxy];
        Ballot storage own = meeting.ballots[account];
        if (own.units != 0) revert HolderHasVoted(holder);
        if (meeting.entrusted[account][proxy].units != 0) revert ProxyHasVoted(proxy);

        uint96 available = held - trust.granted + grant.units;
        if (units == 0) units = available;
        if (units > available || units == 0) revert NotEnoughUnits(available, units);
        if (grant.units == 0) {
            if (_proxies(meeting, account).length == PROXY_LIMIT) revert TooManyProxies(PROXY_LIMIT);
            (grant.previous, trust.last) = (trust.last, proxy);
        }
        trust.granted = held - available + units;
        grant.units = units;
        // Bits that say nothing are not kept, so that a proxy who is free costs no slot.
        grant.bound = ~instructions;
        meeting.entrusted[account][proxy].castAt = uint32(block.timestamp);
        _write(own, 0, HAS_PROXIES, block.timestamp);
        emit ProxyGranted(meetingId, holder, proxy, classIndex, units, instructions);
    }

    /// @inheritdoc IMeetingsOffice
    function revokeProxy(uint256 meetingId, address holder, uint8 classIndex, address proxy) external {
        (Terms storage meeting, Voice memory voice,) = _ownVoice(meetingId, holder, classIndex);
        uint256 account = _accountOf(classIndex, holder);
        uint96 units = meeting.grants[account][proxy].units;
        if (units == 0) revert NoProxy(holder, proxy);
        if (meeting.entrusted[account][proxy].units != 0) revert ProxyHasVoted(proxy);

        Trust storage trust = meeting.trusts[account];
        address previous = meeting.grants[account][proxy].previous;
        if (trust.last == proxy) {
            trust.last = previous;
        } else {
            address next = trust.last;
            while (meeting.grants[account][next].previous != proxy) next = meeting.grants[account][next].previous;
            meeting.grants[account][next].previous = previous;
        }
        trust.granted -= units;
        _endGrant(meeting, voice, account, proxy);
    }

    /// @dev The caller, who must exercise the holder's rights, before the close.
    function _ownVoice(uint256 meetingId, address holder, uint8 classIndex)
        private
        returns (Terms storage meeting, Voice memory voice, uint96 held)
    {
        meeting = _known(meetingId);
        _requireNotClosed(meeting);
        voice = _voiceOf(meetingId, holder, classIndex, msg.sender);
        address rightful;
        (held, rightful, voice.multiplier) = _unitsOf(meetingId, meeting, classIndex, holder);
        if (rightful != msg.sender) revert IRights.NotHolder(msg.sender, rightful);
        if (held == 0) revert IMeetings.NoVotes(meetingId, holder);
    }

    /// @dev What is said must be something a ballot can say.
    function _requireInstructions(Terms storage meeting, Voice memory voice, uint128 instructions) private view {
        uint256 said = instructions & ~_both(_marked(instructions));
        _requireChoices(meeting, meeting.count.flags & IN_FULL != 0, said, _scopeOf(meeting, voice.classIndex));
        if (said & meeting.interests[voice.holder] != 0) revert HolderInterested(voice.meetingId, voice.holder);
    }

    function _proxies(Terms storage meeting, uint256 account) private view returns (address[] memory found) {
        found = new address[](PROXY_LIMIT);
        uint256 count;
        address proxy = meeting.trusts[account].last;
        for (; proxy != address(0); ++count) {
            found[count] = proxy;
            proxy = meeting.grants[account][proxy].previous;
        }
        // Cannot lengthen: there are no more.
        assembly ("memory-safe") {
            mstore(found, count)
        }
    }

    /// @inheritdoc IMeetingsOffice
    function grantOf(uint256 meetingId, address holder, uint8 classIndex, address proxy)
        external
        view
        returns (uint96 units, uint128 instructions)
    {
        Grant storage grant = _known(meetingId).grants[_accountOf(classIndex, holder)][proxy];
        return (grant.units, ~grant.bound);
    }

    /// @inheritdoc IMeetingsOffice
    function proxiesOf(uint256 meetingId, address holder, uint8 classIndex) external view returns (address[] memory) {
        return _proxies(_known(meetingId), _accountOf(classIndex, holder));
    }
}
