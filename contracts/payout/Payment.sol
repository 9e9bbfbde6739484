// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title One payment among many
/// @notice A transfer that cannot take the others down with it: bounded gas, bounded answer, no revert.
library Payment {
    /// @dev Four times what the dearest common coins need; an asset that needs more can be claimed, not pushed.
    uint256 internal constant GAS = 200_000;

    /// @dev Must be left before a payment: GAS × 64/63 (EIP-150), the call, and noting that it failed.
    uint256 internal constant GAS_LEFT = 240_000;

    /// @dev Bytes of a refusal that are kept; the rest is cut off.
    uint256 internal constant REASON_LIMIT = 256;

    /// @notice A push needs more gas left for each payment, so that none fails for lack of gas.
    error InsufficientGas(uint256 needed, uint256 left);

    /// @notice Pays, and says whether the asset did: it returned true, or nothing at all.
    function tryTransfer(address asset, address payee, uint256 amount) internal returns (bool paid) {
        if (gasleft() < GAS_LEFT) revert InsufficientGas(GAS_LEFT, gasleft());

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

    /// @notice What the asset answered to the last call, cut to a bounded length.
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
}
