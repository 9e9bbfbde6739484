// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRule} from "../IRulebook.sol";

/// @title What tokenkit's own external rules have in common
/// @notice A rule contract of an issuer: it serves all its tokens, and its settings are the compliance officer's.
interface IExternalRule is IRule {
    /// @notice The caller is not the rulebook that this rule serves.
    error NotTheRulebook(address caller);

    /// @notice The address is not a rulebook.
    error NotARulebook(address rulebook);

    /// @notice The wallet is not registered, so it is not known whose it will be; register it first.
    error UnknownInvestor(address wallet);

    /// @notice Give a number of units.
    error NoUnits();

    /// @notice The only contract that may tell the rule of movements.
    function rulebook() external view returns (address);
}
