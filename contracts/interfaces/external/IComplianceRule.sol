// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IExternalRule} from "./IExternalRule.sol";

/// @title Compliance as a rule
/// @notice Lets an unmodified ERC-3643 compliance contract, such as T-REX's ModularCompliance, judge and count one token's movements.
interface IComplianceRule is IExternalRule {
    /// @notice Another compliance contract is asked (zero: none, everything passes).
    event ComplianceContractSet(address indexed compliance);

    /// @notice The former compliance contract could not be told that it is no longer asked; it is left as it is.
    event ComplianceNotUnbound(address indexed compliance);

    /// @notice The address is not a compliance contract.
    error NotACompliance(address compliance);

    /// @notice The only token this rule serves.
    function token() external view returns (address);

    /// @notice The compliance contract in force. Also what its modules read where they ask their token for it.
    function compliance() external view returns (address);

    /// @notice Binds this rule to a compliance contract, in the token's place, and lets the former one go.
    /// @dev Power: compliance officer. What moved before is not told to it. Its owner sets its modules.
    function setCompliance(address compliance) external;
}
