// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IExternalRule} from "./IExternalRule.sol";

/// @title Spenders
/// @notice Who may move units of others by allowance.
interface ISpenderRule is IExternalRule {
    /// @notice What is said about a spender. Two words, so that turning the list around never turns a block into a permission.
    enum Standing {
        None,
        Allowed,
        Blocked
    }

    /// @notice A spender is allowed, blocked, or neither.
    event SpenderSet(address indexed token, address indexed spender, Standing standing);

    /// @notice Spenders about whom nothing is said may spend, or not.
    event OtherSpendersSet(address indexed token, bool allowed);

    /// @notice Says something about spenders.
    /// @dev Power: compliance officer.
    function setSpenders(address token, address[] calldata spenders, Standing standing) external;

    /// @notice Lets spenders about whom nothing is said spend (a list of the blocked), or not (a list of the allowed; the default).
    /// @dev Power: compliance officer.
    function setOtherSpenders(address token, bool allowed) external;

    /// @notice What is said about a spender.
    function standingOf(address token, address spender) external view returns (Standing);

    /// @notice Whether spenders about whom nothing is said may spend.
    function otherSpendersAllowed(address token) external view returns (bool);

    /// @notice Whether an account may move units of others.
    function maySpend(address token, address spender) external view returns (bool);
}
