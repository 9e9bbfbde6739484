// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IPayments} from "../interfaces/IPayments.sol";

/// @title One payment among many
/// @notice In a coin, or native where the asset is zero: taken in full, paid in full, and without taking others down with it.
library Payment {
    using SafeERC20 for IERC20;

    /// @dev Four times what the dearest common coins need; an asset that needs more can be claimed, not pushed.
    uint256 internal constant GAS = 200_000;

    /// @dev What a push leaves a payee that receives native coins: seven times what a common contract wallet needs.
    uint256 internal constant NATIVE_GAS = 50_000;

    /// @dev Must be left before a payment: GAS × 64/63 (EIP-150), the call, and noting that it failed.
    uint256 internal constant GAS_LEFT = 240_000;

    /// @dev Bytes of a refusal that are kept; the rest is cut off.
    uint256 internal constant REASON_LIMIT = 256;

    /// @notice A push needs more gas left for each payment, so that none fails for lack of gas.
    error InsufficientGas(uint256 needed, uint256 left);

    /// @notice Takes an amount from the caller. Compares balances, so an asset that takes a fee or rebases on the way is refused.
    function take(address asset, uint256 amount) internal {
        uint256 value = asset == address(0) ? amount : 0;
        if (msg.value != value) revert IPayments.WrongValue(value, msg.value);
        if (asset == address(0)) return;

        uint256 before = IERC20(asset).balanceOf(address(this));
        IERC20(asset).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(asset).balanceOf(address(this)) - before;
        if (received != amount) revert IPayments.AssetNotConserving(asset, amount, received);
    }

    /// @notice Pays, or refuses; a payee that receives native coins gets all the gas there is.
    function pay(address asset, address payee, uint256 amount) internal {
        bool paid = asset == address(0) ? _send(payee, amount, gasleft()) : IERC20(asset).trySafeTransfer(payee, amount);
        if (!paid) revert IPayments.PaymentFailed(asset, payee, amount);
    }

    /// @notice Pays, and says whether it worked: the asset returned true, or nothing at all. Bounded gas, bounded answer, no revert.
    function tryPay(address asset, address payee, uint256 amount) internal returns (bool paid) {
        if (gasleft() < GAS_LEFT) revert InsufficientGas(GAS_LEFT, gasleft());
        if (asset == address(0)) return _send(payee, amount, NATIVE_GAS);

        bytes4 selector = IERC20.transfer.selector;
        uint256 limit = GAS;
        // Cannot harm memory: writes the scratch space and, unallocated, what is free.
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, selector)
            mstore(add(free, 0x04), shr(96, shl(96, payee)))
            mstore(add(free, 0x24), amount)
            paid := call(limit, asset, 0, free, 0x44, 0x00, 0x20)
            if iszero(and(gt(returndatasize(), 0x1f), eq(mload(0x00), 1))) {
                paid := and(paid, and(iszero(returndatasize()), gt(extcodesize(asset), 0)))
            }
        }
    }

    /// @notice What the asset, or the payee, answered to the last call, cut to a bounded length.
    function reason() internal pure returns (bytes memory answer) {
        uint256 limit = REASON_LIMIT;
        // Cannot harm memory: allocates the word of the length and `limit` bytes, and writes no more.
        assembly ("memory-safe") {
            answer := mload(0x40)
            let size := returndatasize()
            if gt(size, limit) { size := limit }
            mstore(answer, size)
            returndatacopy(add(answer, 0x20), 0x00, size)
            mstore(0x40, add(answer, add(0x20, limit)))
        }
    }

    function _send(address payee, uint256 amount, uint256 limit) private returns (bool paid) {
        // Cannot harm memory: reads and writes none; what the payee answers is not copied.
        assembly ("memory-safe") {
            paid := call(limit, payee, amount, 0x00, 0x00, 0x00, 0x00)
        }
    }
}
