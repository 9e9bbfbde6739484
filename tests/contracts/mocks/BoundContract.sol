// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentityRegistry} from "../../../contracts/interfaces/IIdentityRegistry.sol";

/// @title Bound contract
/// @notice Something that was bound to a registry by mistake: it says it asks there, abuses it, or breaks.
contract BoundContract {
    address private immutable REGISTRY;
    bool public broken;

    constructor(address registry) {
        REGISTRY = registry;
    }

    function breakDown() external {
        broken = true;
    }

    function identityRegistry() external view returns (address) {
        require(!broken, "broken");
        return REGISTRY;
    }

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id != 0xffffffff;
    }

    function admissionsChanged() external view {
        require(!broken, "broken");
    }

    function beforeFactsChange(address[] calldata) external view {
        require(!broken, "broken");
    }

    function afterFactsChange(address[] calldata, uint16, uint32) external view {
        require(!broken, "broken");
    }

    function steal(address lost, address replacement, address identity) external {
        IIdentityRegistry(REGISTRY).recover(lost, replacement, identity);
    }
}
