// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimIssuer} from "../../../contracts/interfaces/standards/IOnchainId.sol";
import {Moody} from "./Moody.sol";

/// @title Claim issuer with one key
/// @notice Vouches for what its key signed, with the weakness of those in use: it accepts every form of a signature, and forgets that it
/// revoked one when shown another form.
contract ClaimIssuerStub is IClaimIssuer, Moody {
    address private immutable KEY;

    mapping(bytes32 signatureHash => bool) private _revoked;

    constructor(address key) {
        KEY = key;
    }

    function revokeClaimBySignature(bytes calldata signature) external {
        _revoked[keccak256(signature)] = true;
    }

    function isClaimValid(address identity, uint256 topic, bytes calldata signature, bytes calldata data)
        external
        view
        inItsManner
        returns (bool)
    {
        if (signature.length != 65 || _revoked[keccak256(signature)]) return false;

        bytes32 message = keccak256(abi.encode(identity, topic, data));
        bytes32 digest = keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", message));
        uint8 v = uint8(signature[64]);
        if (v < 27) v += 27;
        return ecrecover(digest, v, bytes32(signature[:32]), bytes32(signature[32:64])) == KEY;
    }
}
