// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ERC-1644: controller operations
/// @notice Forced movements under the names of ERC-1644; the same door as `forceTransfer` and `redeem`.
interface IERC1644 {
    /// @notice Units were moved by order.
    event ControllerTransfer(
        address _controller, address indexed _from, address indexed _to, uint256 _value, bytes _data, bytes _operatorData
    );

    /// @notice Units were retired by order.
    event ControllerRedemption(
        address _controller, address indexed _tokenHolder, uint256 _value, bytes _data, bytes _operatorData
    );

    /// @notice Whether forced movements are possible: always.
    function isControllable() external view returns (bool);

    /// @notice Moves units by order; `_operatorData` is the reason.
    function controllerTransfer(
        address _from,
        address _to,
        uint256 _value,
        bytes calldata _data,
        bytes calldata _operatorData
    ) external;

    /// @notice Retires units by order; `_operatorData` is the reason.
    function controllerRedeem(
        address _tokenHolder,
        uint256 _value,
        bytes calldata _data,
        bytes calldata _operatorData
    ) external;
}
