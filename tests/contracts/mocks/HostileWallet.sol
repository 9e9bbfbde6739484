// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title Hostile wallet
/// @notice Is asked whether it signed (ERC-1271), and misbehaves as it was told.
contract HostileWallet is IERC1271 {
    enum Mood {
        BurnsGas,
        Reverts,
        Floods,
        AnswersShort,
        AnswersTrue,
        CallsBack
    }

    Mood public mood;
    address public target;
    bytes public order;

    /// @notice Says how to misbehave, and what to call back.
    function turn(Mood mood_, address target_, bytes calldata order_) external {
        (mood, target, order) = (mood_, target_, order_);
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        if (mood == Mood.Reverts) revert("no");
        if (mood == Mood.BurnsGas) while (true) {}
        if (mood == Mood.Floods) {
            assembly {
                revert(0, 200000)
            }
        }
        if (mood == Mood.AnswersShort) {
            assembly {
                mstore(0, shl(224, 0x1626ba7e))
                return(0, 4)
            }
        }
        if (mood == Mood.AnswersTrue) {
            assembly {
                mstore(0, 1)
                return(0, 32)
            }
        }
        // A static call: whatever it tries must fail, and it vouches nevertheless.
        (bool done,) = target.staticcall(order);
        return done ? bytes4(0) : IERC1271.isValidSignature.selector;
    }
}
