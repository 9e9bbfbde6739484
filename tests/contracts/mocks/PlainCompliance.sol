// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC3643Compliance} from "../../../contracts/interfaces/standards/IERC3643Compliance.sol";

/// @title Plain ERC-3643 compliance, that behaves as badly as a test asks
/// @notice Says what it is told. While told, it can call back.
contract PlainCompliance is IERC3643Compliance {
    enum Mood {
        Honest,
        Refusing,
        Reverting, // wherever it is asked or told
        Silent, // answers nothing
        Chatty, // answers two words
        Odd, // answers 2
        Burning, // uses up all gas
        Boastful, // says it serves everybody and does nothing when bound
        Deaf // says it serves nobody
    }

    event Told(bytes4 what, address from, address to, uint256 amount);
    event CalledBack(bool succeeded);

    Mood public mood;
    address public bound;
    address private _target;
    bytes private _callback;

    function setMood(Mood newMood) external {
        mood = newMood;
    }

    /// @notice Makes this call, once, when it is told something next.
    function callBack(address target, bytes calldata callback) external {
        (_target, _callback) = (target, callback);
    }

    /// @dev As T-REX's: an owner may have bound it before.
    function bindToken(address token) external {
        if (mood == Mood.Boastful) return;
        require(bound == address(0), "only owner or token can call");
        bound = token;
        emit TokenBound(token);
    }

    function unbindToken(address token) external {
        _behave();
        delete bound;
        emit TokenUnbound(token);
    }

    function isTokenBound(address token) external view returns (bool) {
        return mood == Mood.Boastful || (mood != Mood.Deaf && token == bound);
    }

    function getTokenBound() external view returns (address) {
        if (mood == Mood.Boastful || mood == Mood.Deaf) revert("no such function in T-REX 3");
        return bound;
    }

    function canTransfer(address, address, uint256) external view returns (bool) {
        _behave();
        Mood current = mood;
        assembly {
            mstore(0, 1)
            if eq(current, 1) { mstore(0, 0) }
            if eq(current, 5) { mstore(0, 2) }
            if eq(current, 3) { return(0, 0) }
            if eq(current, 4) { return(0, 0x40) }
            return(0, 0x20)
        }
    }

    function transferred(address from, address to, uint256 amount) external {
        _told(from, to, amount);
    }

    function created(address to, uint256 amount) external {
        _told(address(0), to, amount);
    }

    function destroyed(address from, uint256 amount) external {
        _told(from, address(0), amount);
    }

    function _told(address from, address to, uint256 amount) private {
        _behave();
        require(msg.sender == bound && amount > 0, "error : this address is not a token bound to the compliance contract");
        emit Told(msg.sig, from, to, amount);
        if (_target == address(0)) return;
        (address target, bytes memory callback) = (_target, _callback);
        delete _target;
        (bool succeeded,) = target.call(callback);
        emit CalledBack(succeeded);
    }

    function _behave() private view {
        if (mood == Mood.Reverting) revert("not today");
        if (mood != Mood.Burning) return;
        assembly {
            invalid()
        }
    }
}
