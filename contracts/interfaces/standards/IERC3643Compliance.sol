// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ERC-3643: a compliance contract
/// @notice Asked before a movement, told after it. Names and events as in the EIP's text.
/// @dev T-REX 4.1.6 has no `isTokenBound`, T-REX 3 no `getTokenBound`: never call either without being ready for no answer.
interface IERC3643Compliance {
    event TokenBound(address token);
    event TokenUnbound(address token);

    function bindToken(address token) external;
    function unbindToken(address token) external;
    function isTokenBound(address token) external view returns (bool);
    function getTokenBound() external view returns (address);
    function canTransfer(address from, address to, uint256 amount) external view returns (bool);
    function transferred(address from, address to, uint256 amount) external;
    function created(address to, uint256 amount) external;
    function destroyed(address from, uint256 amount) external;
}
