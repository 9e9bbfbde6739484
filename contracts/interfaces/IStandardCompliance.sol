// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Verdict} from "../types/Verdict.sol";
import {IAdmissionHooks} from "./IIdentityRegistry.sol";
import {IERC3643Compliance} from "./standards/IERC3643Compliance.sol";

/// @title StandardCompliance
/// @notice The compliance of one ERC-3643 token of others, T-REX 4.1.6 for one, that obeys tokenkit's rulebook and registry.
/// @dev To set up: let the rulebook and the registry serve this contract (`bindToken` of both) and the registry serve the token too, with
/// its terms; then call `setIdentityRegistry` and `setCompliance` of the token. Limits are set in the rulebook under this contract's address.
interface IStandardCompliance is IERC3643Compliance, IAdmissionHooks {
    /// @notice Only the token may call this.
    error NotTheToken(address caller);

    /// @notice The address is not a rulebook.
    error NotARulebook(address rulebook);

    /// @notice The address is not a token contract.
    error NotAToken(address token);

    /// @notice The rulebook does not serve this contract yet.
    error RulebookNotBound(address rulebook);

    /// @notice The token must ask a registry of tokenkit's that serves this contract, too.
    error RegistryNotBound(address registry);

    /// @notice Rules count in 96 bits; the token has more units than that in issue.
    error TooManyUnits(uint256 supply);

    /// @notice The token that asks.
    function token() external view returns (address);

    /// @notice The rulebook that judges.
    function rulebook() external view returns (address);

    /// @notice The rulebook while the token asks here, else zero.
    function compliance() external view returns (address);

    /// @notice The registry by which investors are counted while the token asks here, else zero.
    function identityRegistry() external view returns (address);

    /// @notice Units of a wallet.
    function balanceOf(address account) external view returns (uint256);

    /// @notice Units in issue.
    function totalSupply() external view returns (uint256);

    /// @notice Units of an investor: all wallets of the registry's investor this wallet belongs to.
    function heldByInvestor(address account) external view returns (uint256);

    /// @notice Every rule that would refuse a transfer (`from` zero: an issue). Empty: `canTransfer` says yes.
    function explain(address from, address to, uint256 units) external view returns (Verdict[] memory);
}
