// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimHolder} from "../../../contracts/interfaces/standards/IOnchainId.sol";
import {Moody} from "./Moody.sol";

/// @title Identity whose owner shows what it likes
contract OnchainIdStub is IClaimHolder, Moody {
    struct Claim {
        uint256 topic;
        address issuer;
        bytes signature;
        bytes data;
    }

    mapping(bytes32 claimId => Claim) private _claims;

    /// @notice Shows a claim under any id.
    function show(bytes32 claimId, uint256 topic, address issuer, bytes calldata signature, bytes calldata data)
        external
    {
        _claims[claimId] = Claim(topic, issuer, signature, data);
    }

    function getClaim(bytes32 claimId)
        external
        view
        inItsManner
        returns (uint256, uint256, address, bytes memory, bytes memory, string memory)
    {
        Claim memory claim = _claims[claimId];
        return (claim.topic, 1, claim.issuer, claim.signature, claim.data, "ipfs://kept-elsewhere");
    }

    function getClaimIdsByTopic(uint256) external pure returns (bytes32[] memory claimIds) {}
}
