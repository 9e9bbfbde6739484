// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {IClaimHolder, IClaimIssuer} from "../interfaces/standards/IOnchainId.sol";

/// @title Claims on ONCHAINIDs
/// @notice Whether an identity contract, which its investor controls, shows a claim that a trusted issuer stands by.
/// @dev Believes nothing the identity says but a signature and data, which the trusted issuer itself is asked about. Neither can make
/// a look fail or cost more than twice {CALL_GAS}.
/// @custom:invariant OID-1 A claim counts only if the trusted issuer, asked about its own topic, says it is valid.
/// @custom:invariant OID-2 No identity and no issuer makes a look at claims fail, given enough gas.
library OnchainIdClaims {
    /// @dev What the identity, and the issuer, get for an answer. ONCHAINID behind its proxy takes 40,000.
    uint256 internal constant CALL_GAS = 300_000;

    /// @dev More than making the call costs, which is taken before the rest is shared out.
    uint256 private constant CALL_COST = 5_000;

    /// @dev A longer answer is none. A claim carries a signature and, as a rule, a hash.
    uint256 private constant MAX_ANSWER = 4_096;

    uint256 private constant WORD = 32;
    uint256 private constant CLAIM_WORDS = 6;

    /// @dev Half the order of secp256k1.
    uint256 private constant HIGHEST_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @notice Whether `identity` has a claim of `issuer` about `topic`, and the issuer says that it is valid.
    function holds(address identity, address issuer, uint256 topic) internal view returns (bool) {
        bytes32 claimId = keccak256(abi.encode(issuer, topic));
        (bool answered, bytes memory claim) = _ask(identity, abi.encodeCall(IClaimHolder.getClaim, (claimId)));
        if (!answered || claim.length < CLAIM_WORDS * WORD) return false;
        if (_word(claim, 0) != topic || _word(claim, 2) != uint160(issuer)) return false;
        (bool hasSignature, bytes memory signature) = _part(claim, 3);
        (bool hasData, bytes memory data) = _part(claim, 4);
        if (!hasSignature || !hasData || _isSecondForm(signature)) return false;

        bytes memory verdict;
        (answered, verdict) =
            _ask(issuer, abi.encodeCall(IClaimIssuer.isClaimValid, (identity, topic, signature, data)));
        return answered && verdict.length == WORD && _word(verdict, 0) == 1;
    }

    /// @dev A call starved of gas must not look like a no: anybody could end an admission with it.
    function _ask(address target, bytes memory data) private view returns (bool answered, bytes memory answer) {
        if (gasleft() * 63 / 64 < CALL_GAS + CALL_COST) revert IIdentityRegistry.MoreGasNeeded(CALL_GAS);

        uint256 allowance = CALL_GAS;
        uint256 size;
        // Copies nothing of an answer before its size is known.
        assembly ("memory-safe") {
            answered := staticcall(allowance, target, add(data, 0x20), mload(data), 0, 0)
            size := returndatasize()
        }
        if (!answered || size > MAX_ANSWER) return (false, answer);

        answer = new bytes(size);
        assembly ("memory-safe") {
            returndatacopy(add(answer, 0x20), 0, size)
        }
    }

    /// @notice The bytes that word `position` of a tuple points to.
    function _part(bytes memory tuple, uint256 position) private pure returns (bool found, bytes memory part) {
        uint256 offset = _word(tuple, position);
        // Cannot underflow: a tuple has at least six words.
        if (offset > tuple.length - WORD) return (false, part);
        uint256 length = _wordAt(tuple, offset);
        if (length > tuple.length - WORD - offset) return (false, part);

        part = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(part, 0x20), add(add(tuple, 0x40), offset), length)
        }
        return (true, part);
    }

    /// @dev Another form of an ECDSA signature that says the same: published claim issuers accept it though they revoked the first.
    function _isSecondForm(bytes memory signature) private pure returns (bool) {
        if (signature.length != 65) return false;

        uint8 v = uint8(signature[64]);
        return _word(signature, 1) > HIGHEST_S || (v != 27 && v != 28);
    }

    function _word(bytes memory data, uint256 position) private pure returns (uint256) {
        return _wordAt(data, position * WORD);
    }

    /// @dev Callers see to it that the word lies within the data.
    function _wordAt(bytes memory data, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), offset))
        }
    }
}
