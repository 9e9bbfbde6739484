// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IExternalRule} from "./IExternalRule.sol";

/// @title What a sanctions oracle answers
/// @dev The face of the oracle that Chainalysis publishes on public chains.
interface ISanctionsOracle {
    /// @notice Whether an address is on a sanctions list.
    function isSanctioned(address account) external view returns (bool);
}

/// @title Sanctions
/// @notice Nobody on a sanctions list gets, gives or moves units.
interface ISanctionsRule is IExternalRule {
    /// @notice Another oracle is asked (zero: none, the rule is off for this token).
    event OracleSet(address indexed token, address indexed oracle);

    /// @notice The address does not answer as a sanctions oracle.
    error NotAnOracle(address oracle);

    /// @notice Sets the oracle of a token; zero: none.
    /// @dev Power: compliance officer.
    function setOracle(address token, address oracle) external;

    /// @notice The oracle of a token.
    function oracleOf(address token) external view returns (address);
}
