// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind} from "../types/Move.sol";
import {Verdict} from "../types/Verdict.sol";

/// @title TokenOffice
/// @notice What office holders do with a token short of moving units, and what readers ask it before they act.
/// @dev Code only: a {ISecurityToken} runs it on its own storage for every call it does not answer itself, so these functions are
/// called at the token's address. One office serves all tokens of an issuer.
interface ITokenOffice {
    /// @notice The contract is not an identity registry, or does not serve this token.
    error InvalidRegistry(address registry);

    /// @notice The contract is neither a rulebook nor an ERC-3643 compliance, or does not serve this token.
    error InvalidRulebook(address rulebook);

    /// @notice The token is paused already, or not paused.
    error PauseUnchanged();

    /// @notice More than the frozen units cannot be released.
    error UnfreezeExceedsFrozen(address account, uint256 frozen, uint256 requested);

    /// @notice Freezes or releases a wallet.
    /// @dev Power: enforcement.
    function freezeWallet(address account, bool frozen, string calldata reason, bytes32 documentHash) external;

    /// @notice Sets the frozen units of a wallet; may be more than it holds.
    /// @dev Power: enforcement.
    function freezeUnits(address account, uint256 units, string calldata reason, bytes32 documentHash) external;

    /// @notice Every restriction that would refuse a movement, with limits, the largest amount that would pass and the earliest time.
    /// @dev The same check as the movement itself. Empty: it would pass. `operator` for transfers: holder or spender.
    function explain(Kind kind, address operator, address from, address to, uint256 units)
        external
        view
        returns (Verdict[] memory verdicts);

    /// @notice The wallet that replaced a lost one; zero if none did.
    function successorOf(address account) external view returns (address);

    /// @notice What a wallet may move: its balance less frozen units.
    function unfrozenBalanceOf(address account) external view returns (uint256);

    /// @notice A wallet's line in the ledger, decoded.
    function rowOf(address account)
        external
        view
        returns (
            uint256 units,
            uint256 validUntil,
            uint256 stamp,
            uint256 recordDate,
            uint256 historyLength,
            uint256 country,
            uint256 claims,
            uint256 flags
        );

    /// @notice The version of admissions; rows stamped with it are admitted without asking.
    function admissionVersion() external view returns (uint256);
}
