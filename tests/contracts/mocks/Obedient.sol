// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title Obedient
/// @notice Does what its authority lets through, and remembers it; tries to have the same executed again while it does.
contract Obedient is AccessManaged {
    uint256[] public done;
    address public target;
    bytes public order;
    bool public succeeded;

    error Stubborn();

    constructor(address authority) AccessManaged(authority) {}

    /// @notice Says what to try from within.
    function plot(address target_, bytes calldata order_) external {
        (target, order) = (target_, order_);
    }

    function act(uint256 what) external restricted {
        if (what == 13) revert Stubborn();
        done.push(what);
        if (target != address(0)) (succeeded,) = target.call(order);
    }

    function count() external view returns (uint256) {
        return done.length;
    }
}
