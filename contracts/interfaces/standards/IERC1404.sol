// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ERC-1404, with the spender extension
/// @notice Why a transfer would be refused, before it is sent.
/// @dev A transfer is refused for a restriction if and only if the code is not 0.
interface IERC1404 {
    /// @notice The code of the first restriction that refuses the transfer; 0 if it would pass.
    function detectTransferRestriction(address from, address to, uint256 value) external view returns (uint8 code);

    /// @notice The same for a transfer sent by `spender`.
    function detectTransferRestrictionFrom(address spender, address from, address to, uint256 value)
        external
        view
        returns (uint8 code);

    /// @notice A sentence for a person.
    function messageForTransferRestriction(uint8 code) external view returns (string memory message);
}
