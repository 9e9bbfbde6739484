// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Claim holder (ERC-735)
/// @notice The part of an ONCHAINID that shows the claims made about its owner.
interface IClaimHolder {
    /// @notice A claim by its id, keccak256(abi.encode(issuer, topic)); zeros if there is none.
    function getClaim(bytes32 claimId)
        external
        view
        returns (
            uint256 topic,
            uint256 scheme,
            address issuer,
            bytes memory signature,
            bytes memory data,
            string memory uri
        );

    /// @notice The ids of all claims of a topic.
    function getClaimIdsByTopic(uint256 topic) external view returns (bytes32[] memory claimIds);
}

/// @title Claim issuer (ONCHAINID)
/// @notice Says whether a claim is its own and not revoked.
interface IClaimIssuer {
    /// @notice Whether this issuer made the claim about `identity` and stands by it.
    function isClaimValid(address identity, uint256 topic, bytes calldata signature, bytes calldata data)
        external
        view
        returns (bool);
}
