// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {IOnchainIdAdapter} from "../interfaces/IOnchainIdAdapter.sol";
import {OnchainIdClaims} from "./OnchainIdClaims.sol";

/// @title ONCHAINID adapter
/// @notice Keeps the facts of investors in step with the claims on their ONCHAINIDs.
/// @dev A member of the role REGISTRAR, without delay, and a provider of the registry, so that the compliance officer can end all it
/// attested at once. Trusts the registry, the compliance officer for the sources, and each source's issuer for its own topic; the registrar
/// for country, other bits, and for whose ONCHAINID it is. Not the identity: its investor controls it.
contract OnchainIdAdapter is IOnchainIdAdapter, AccessManaged {
    /// @notice At most this many sources, so that a refresh stays within a block.
    uint256 private constant LIMIT = 16;

    uint8 private constant CLAIMS = 32;
    uint32 private constant LONGEST = 3_653 days;

    IIdentityRegistry private immutable REGISTRY;

    uint32 private _mask; // ┐ one slot, beside the authority
    uint32 private _maxAge; // │
    uint8 private _provider; // ┘
    Source[] private _sources;

    constructor(address authority, address registry_) AccessManaged(authority) {
        REGISTRY = IIdentityRegistry(registry_);
    }

    // ---- compliance officer ----

    /// @inheritdoc IOnchainIdAdapter
    function setSource(address issuer, uint256 topic, uint8 claim) external restricted {
        if (issuer.code.length == 0) revert NotAClaimIssuer(issuer);
        if (topic == 0) revert InvalidTopic(topic);
        if (claim >= CLAIMS) revert InvalidClaim(claim);

        uint256 position = _positionOf(issuer, topic);
        if (position == _sources.length) {
            if (position == LIMIT) revert TooManySources(LIMIT);
            _sources.push(Source({issuer: issuer, claim: claim, topic: topic}));
        } else {
            _sources[position].claim = claim;
        }
        // Never shrinks: a bit that lost its last source must still be cleared.
        _mask |= uint32(1) << claim;
        emit SourceSet(issuer, topic, claim);
    }

    /// @inheritdoc IOnchainIdAdapter
    function removeSource(address issuer, uint256 topic) external restricted {
        uint256 position = _positionOf(issuer, topic);
        uint256 count = _sources.length;
        if (position == count) revert UnknownSource(issuer, topic);

        _sources[position] = _sources[count - 1];
        _sources.pop();
        emit SourceRemoved(issuer, topic);
    }

    /// @inheritdoc IOnchainIdAdapter
    function setValidity(uint8 provider, uint32 maxAge) external restricted {
        (address account, bool active) = REGISTRY.providerAt(provider);
        if (account != address(this) || !active) revert NotOurProvider(provider);
        if (maxAge == 0 || maxAge > LONGEST) revert InvalidMaxAge(maxAge);

        (_provider, _maxAge) = (provider, maxAge);
        emit ValiditySet(provider, maxAge);
    }

    // ---- anyone ----

    /// @inheritdoc IOnchainIdAdapter
    function refresh(address wallet) external {
        (IIdentityRegistry.Facts memory facts, bool retired) = REGISTRY.factsOf(wallet);
        if (facts.identity == address(0)) revert IIdentityRegistry.NotRegistered(wallet);
        if (retired) revert IIdentityRegistry.WalletRetired(wallet);
        if (facts.provider != _provider || _provider == 0) revert KeptElsewhere(wallet, facts.provider);
        if (facts.identity.code.length == 0) revert NotAnIdentityContract(wallet, facts.identity);

        uint32 found = claimsOf(facts.identity);
        uint32 claims = facts.claims & ~_mask | found;
        bool changed = claims != facts.claims;
        // Whoever asks again and again would otherwise interrupt a count of investors again and again.
        if (!changed && found != 0 && _isFresh(facts.validUntil)) return;

        facts.claims = claims;
        // Cannot truncate before 2096. Without a claim the facts end below; until then they need a time that has not passed.
        facts.validUntil = uint32(block.timestamp + (found == 0 ? 0 : _maxAge));
        emit Refreshed(wallet, facts.identity, claims, found == 0 ? 0 : facts.validUntil);

        if (changed || found != 0) REGISTRY.update(wallet, facts);
        if (found == 0) REGISTRY.lapse(wallet);
    }

    // ---- views ----

    /// @inheritdoc IOnchainIdAdapter
    function claimsOf(address identity) public view returns (uint32 claims) {
        for (uint256 i; i < _sources.length; ++i) {
            Source memory source = _sources[i];
            uint32 bit = uint32(1) << source.claim;
            if (claims & bit == 0 && OnchainIdClaims.holds(identity, source.issuer, source.topic)) claims |= bit;
        }
    }

    /// @inheritdoc IOnchainIdAdapter
    function claimMask() external view returns (uint32) {
        return _mask;
    }

    /// @inheritdoc IOnchainIdAdapter
    function sources() external view returns (Source[] memory) {
        return _sources;
    }

    /// @inheritdoc IOnchainIdAdapter
    function validity() external view returns (uint8 provider, uint32 maxAge) {
        return (_provider, _maxAge);
    }

    /// @inheritdoc IOnchainIdAdapter
    function registry() external view returns (address) {
        return address(REGISTRY);
    }

    /// @notice Whether less than half of the time that facts hold has passed since they were refreshed.
    function _isFresh(uint256 validUntil) private view returns (bool) {
        return validUntil > block.timestamp + _maxAge / 2 && validUntil <= block.timestamp + _maxAge;
    }

    /// @notice Where a source stands in the list, or the list's length if it does not.
    function _positionOf(address issuer, uint256 topic) private view returns (uint256 position) {
        uint256 count = _sources.length;
        while (position < count && (_sources[position].issuer != issuer || _sources[position].topic != topic)) {
            ++position;
        }
    }
}
