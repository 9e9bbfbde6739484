// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ERC-7943: the function that moves units
interface IERC7943Movements {
    /// @notice Units were taken from one account and given to another by order.
    event ForcedTransfer(address indexed from, address indexed to, uint256 amount);

    /// @notice Moves units by order. Frozen units are released first, with {Frozen}.
    function forcedTransfer(address from, address to, uint256 amount) external returns (bool result);
}

/// @title ERC-7943 (final text), fungible form, without {IERC7943Movements}
/// @notice Eligibility, freezing and forced transfers of real-world assets. Interface id of both together: 0x3edbb4c4.
interface IERC7943Fungible {
    /// @notice The frozen units of an account are now `amount`.
    event Frozen(address indexed account, uint256 amount);

    /// @notice This account may not send.
    error ERC7943CannotSend(address account);

    /// @notice This account may not receive.
    error ERC7943CannotReceive(address account);

    /// @notice This transfer is not allowed.
    error ERC7943CannotTransfer(address from, address to, uint256 amount);

    /// @notice The account holds enough, but part of it is frozen.
    error ERC7943InsufficientUnfrozenBalance(address account, uint256 amount, uint256 unfrozen);

    /// @notice Sets the frozen units of an account; may be more than it holds.
    function setFrozenTokens(address account, uint256 amount) external returns (bool result);

    /// @notice Whether the account may send at all, whatever the amount. Never reverts.
    function canSend(address account) external view returns (bool allowed);

    /// @notice Whether the account may receive at all, whatever the amount. Never reverts.
    function canReceive(address account) external view returns (bool allowed);

    /// @notice The frozen units of an account; may be more than it holds.
    function getFrozenTokens(address account) external view returns (uint256 amount);

    /// @notice Whether eligibility, rules, pause and frozen units allow the transfer. Ignores a plain lack of balance.
    function canTransfer(address from, address to, uint256 amount) external view returns (bool allowed);
}
