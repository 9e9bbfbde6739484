// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IAttestations} from "../interfaces/IAttestations.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";

/// @title Attestations
/// @notice Takes what providers signed about investors to the registry, and back when they revoke it.
/// @dev A member of the role REGISTRAR, without delay. Trusts the registry, and each provider for the facts it signs, as far as terms
/// accept it; nobody who hands something in. What it keeps is one slot a provider and wallet. It asks the registry what is in force and
/// compares, so it also sees what the registrar changes by hand: that stands until the registrar hands it over.
/// @custom:invariant ATT-1 An attestation takes effect at most once, and never after its provider revoked it.
/// @custom:invariant ATT-2 Facts are replaced only by an attestation issued later than what they rest on, and those entered by hand, or in force by another provider's word, only after a handover.
/// @custom:invariant ATT-3 A revocation ends the facts that rest on revoked attestations only, and no others.
contract Attestations is IAttestations, AccessManaged, EIP712 {
    bytes32 private constant TYPEHASH = keccak256(
        "Attestation(address registry,address wallet,address identity,uint16 country,uint32 claims,uint8 provider,uint40 issuedAt,uint32 validUntil,uint48 nonce)"
    );

    /// @dev What was on the registry when the registrar handed it over; zeros: the wallet was removed. One slot.
    struct Handover {
        uint40 since; // 0: none
        uint16 country;
        uint32 claims;
        uint8 provider;
        uint32 validUntil;
    }

    IIdentityRegistry private immutable REGISTRY;

    mapping(uint8 provider => mapping(address wallet => Series)) private _series;
    mapping(uint8 provider => uint40) private _revokedBefore;
    mapping(address subject => Handover) private _handovers; // an investor's identity, or a wallet that was removed

    constructor(address authority, address registry_)
        AccessManaged(authority)
        EIP712("tokenkit attestations", "1")
    {
        REGISTRY = IIdentityRegistry(registry_);
    }

    modifier onlyProvider(uint8 provider) {
        (address account,) = REGISTRY.providerAt(provider);
        if (msg.sender != account) revert NotTheProvider(msg.sender, provider);
        _;
    }

    // ---- handing in ----

    /// @inheritdoc IAttestations
    function submit(Attestation calldata attestation, bytes calldata signature) external {
        _requireSigned(attestation, signature);
        _requireCurrent(attestation);

        address wallet = attestation.wallet;
        Series storage series = _series[attestation.provider][wallet];
        address investor = attestation.identity == address(0) ? wallet : attestation.identity;
        (IIdentityRegistry.Facts memory known, address[] memory wallets) = _known(wallet, investor, attestation.issuedAt);
        IIdentityRegistry.Facts memory facts = _factsOf(attestation, investor);
        bool news = wallets.length != 0 && !_equal(known, facts);
        if (news) _requireLater(attestation, known, wallets);

        (series.nonce, series.issuedAt) = (attestation.nonce, attestation.issuedAt);
        (series.country, series.claims, series.validUntil) = (facts.country, facts.claims, facts.validUntil);
        emit Attested(wallet, investor, attestation.provider, attestation.nonce, attestation.issuedAt);

        if (wallets.length == 0) REGISTRY.register(wallet, facts);
        else if (!_contains(wallets, wallet)) REGISTRY.link(wallet, wallets[0]);
        if (news) REGISTRY.update(wallet, facts);
    }

    /// @inheritdoc IAttestations
    function submitBatch(Attestation[] calldata attestations, bytes[] calldata signatures)
        external
        returns (uint256 accepted)
    {
        uint256 count = attestations.length;
        if (signatures.length != count) revert IIdentityRegistry.LengthMismatch(count, signatures.length);

        for (uint256 i; i < count; ++i) {
            Attestation calldata attestation = attestations[i];
            try this.submit(attestation, signatures[i]) {
                ++accepted;
            } catch (bytes memory reason) {
                // Taken for a refusal, it would let estimates of gas come out too low.
                if (_isStarved(reason)) revert AttestationOutOfGas(i);
                emit AttestationRefused(attestation.wallet, attestation.provider, i, reason);
            }
        }
    }

    // ---- providers ----

    /// @inheritdoc IAttestations
    function revoke(uint8 provider, address wallet, uint48 nonce) external onlyProvider(provider) {
        Series storage series = _series[provider][wallet];
        if (nonce <= series.revokedNonce) return;

        series.revokedNonce = nonce;
        emit NoncesRevoked(provider, wallet, nonce);
        _lapseIfRevoked(wallet, uint40(block.timestamp)); // Cannot truncate for 34,000 years.
    }

    /// @inheritdoc IAttestations
    function revokeWallet(uint8 provider, address wallet) external onlyProvider(provider) {
        uint40 next = uint40(block.timestamp + 1); // Cannot truncate for 34,000 years.

        _series[provider][wallet].revokedBefore = next;
        emit WalletRevoked(provider, wallet, next);
        _lapseIfRevoked(wallet, next - 1);
    }

    /// @inheritdoc IAttestations
    function revokeAllBefore(uint8 provider, uint40 time) external onlyProvider(provider) {
        if (time > block.timestamp + 1) revert RevocationAhead(time);
        if (time <= _revokedBefore[provider]) return;

        _revokedBefore[provider] = time;
        emit AllRevoked(provider, time);
    }

    /// @inheritdoc IAttestations
    function lapseRevoked(address[] calldata wallets) external {
        for (uint256 i; i < wallets.length; ++i) {
            // Anyone calls this, at any time: it makes nothing outdated that the provider's own act did not.
            _lapseIfRevoked(wallets[i], 0);
        }
    }

    // ---- registrar ----

    /// @inheritdoc IAttestations
    function handOver(address[] calldata wallets) external restricted {
        uint40 since = uint40(block.timestamp); // Cannot truncate for 34,000 years.
        for (uint256 i; i < wallets.length; ++i) {
            address wallet = wallets[i];
            (IIdentityRegistry.Facts memory facts,) = REGISTRY.factsOf(wallet);
            bool registered = facts.identity != address(0);
            if (!registered && !REGISTRY.wasRemoved(wallet)) revert IIdentityRegistry.NotRegistered(wallet);

            _handovers[registered ? facts.identity : wallet] =
                Handover(since, facts.country, facts.claims, facts.provider, facts.validUntil);
            emit HandedOver(wallet, since);
        }
    }

    // ---- views ----

    /// @inheritdoc IAttestations
    function seriesOf(uint8 provider, address wallet) external view returns (Series memory) {
        return _series[provider][wallet];
    }

    /// @inheritdoc IAttestations
    function revokedBefore(uint8 provider) external view returns (uint40) {
        return _revokedBefore[provider];
    }

    /// @inheritdoc IAttestations
    function sourceOf(address wallet) external view returns (bool attested, uint40 issuedAt, bool revoked) {
        (IIdentityRegistry.Facts memory facts,) = REGISTRY.factsOf(wallet);
        return _source(facts, REGISTRY.walletsOf(wallet));
    }

    /// @inheritdoc IAttestations
    function digestOf(Attestation calldata attestation) public view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    TYPEHASH,
                    REGISTRY,
                    attestation.wallet,
                    attestation.identity,
                    attestation.country,
                    attestation.claims,
                    attestation.provider,
                    attestation.issuedAt,
                    attestation.validUntil,
                    attestation.nonce
                )
            )
        );
    }

    /// @inheritdoc IAttestations
    function registry() external view returns (address) {
        return address(REGISTRY);
    }

    // ---- what an attestation must be ----

    /// @dev ECDSA with a high s, or a contract that does not vouch (ERC-1271), is no signature.
    function _requireSigned(Attestation calldata attestation, bytes calldata signature) private view {
        uint8 provider = attestation.provider;
        (address account, bool active) = REGISTRY.providerAt(provider);
        if (provider == 0 || !active) revert IIdentityRegistry.InvalidProvider(provider);
        if (!SignatureChecker.isValidSignatureNowCalldata(account, digestOf(attestation), signature)) {
            revert AttestationNotSigned(attestation.wallet, provider);
        }
    }

    function _requireCurrent(Attestation calldata attestation) private view {
        (address wallet, uint8 provider, uint48 nonce) = (attestation.wallet, attestation.provider, attestation.nonce);
        uint40 issuedAt = attestation.issuedAt;
        if (issuedAt > block.timestamp) revert AttestationNotYetIssued(wallet, issuedAt);
        if (attestation.validUntil < block.timestamp) revert AttestationExpired(wallet, attestation.validUntil);

        Series memory series = _series[provider][wallet];
        if (_isRevoked(provider, series, nonce, issuedAt)) revert AttestationRevoked(wallet, provider, nonce);
        if (nonce == series.nonce) revert AttestationReplayed(wallet, provider, nonce);
        if (nonce < series.nonce) revert AttestationOutOfOrder(wallet, provider, nonce, series.nonce);
    }

    /// @notice What the registry knows about the investor of a wallet, which must not be another's, retired, or removed by hand.
    function _known(address wallet, address investor, uint40 issuedAt)
        private
        returns (IIdentityRegistry.Facts memory facts, address[] memory wallets)
    {
        bool retired;
        (facts, retired) = REGISTRY.factsOf(wallet);
        if (retired) revert IIdentityRegistry.WalletRetired(wallet);
        bool registered = facts.identity != address(0);
        if (registered && facts.identity != investor) revert IIdentityRegistry.NotSameInvestor(wallet, investor);
        if (!registered && REGISTRY.wasRemoved(wallet) && !_useHandover(wallet, wallet, facts, issuedAt)) {
            revert EnteredByHand(wallet);
        }

        wallets = REGISTRY.walletsOfInvestor(investor);
        if (!registered && wallets.length != 0) (facts,) = REGISTRY.factsOf(wallets[0]);
    }

    /// @dev Another provider's word would end an admission under terms that accept only the first's, although nobody took that back.
    function _requireLater(
        Attestation calldata attestation,
        IIdentityRegistry.Facts memory facts,
        address[] memory wallets
    ) private {
        (address wallet, uint40 issuedAt) = (attestation.wallet, attestation.issuedAt);
        (bool attested, uint40 latest, bool revoked) = _source(facts, wallets);
        if (attested && issuedAt <= latest) revert AttestationOutdated(wallet, issuedAt, latest);

        bool another = attestation.provider != facts.provider && !revoked && _isInForce(facts);
        if (attested && !another) return;
        if (_useHandover(wallet, facts.identity, facts, issuedAt)) return;
        if (!attested) revert EnteredByHand(wallet);
        revert AttestedElsewhere(wallet, facts.provider);
    }

    function _isInForce(IIdentityRegistry.Facts memory facts) private view returns (bool) {
        (, bool active) = REGISTRY.providerAt(facts.provider);
        return active && facts.validUntil >= block.timestamp;
    }

    /// @notice Whether the registrar handed these very facts over, and not later than the attestation was issued.
    /// @dev Used up, so that it does not serve again should the same facts come back by hand.
    function _useHandover(
        address wallet,
        address subject,
        IIdentityRegistry.Facts memory facts,
        uint40 issuedAt
    ) private returns (bool) {
        Handover memory handover = _handovers[subject];
        bool same = handover.country == facts.country && handover.claims == facts.claims
            && handover.provider == facts.provider && handover.validUntil == facts.validUntil;
        if (handover.since == 0 || !same) return false;
        if (issuedAt < handover.since) revert AttestationOutdated(wallet, issuedAt, handover.since);

        delete _handovers[subject];
        return true;
    }

    // ---- what facts in force rest on ----

    /// @param since Nothing issued up to this second brings the facts back, whichever of the investor's wallets it is about.
    function _lapseIfRevoked(address wallet, uint40 since) private {
        (IIdentityRegistry.Facts memory facts,) = REGISTRY.factsOf(wallet);
        address[] memory wallets = REGISTRY.walletsOf(wallet);
        (,, bool revoked) = _source(facts, wallets);
        if (!revoked) return;

        bool running = facts.validUntil >= block.timestamp;
        // It stays known that these facts came from here: otherwise they would count as entered by hand.
        uint32 end = running ? uint32(block.timestamp - 1) : facts.validUntil; // Cannot truncate before 2106, when expiries end.
        for (uint256 i; i < wallets.length; ++i) {
            Series storage series = _series[facts.provider][wallets[i]];
            if (!_says(series, facts)) continue;

            series.validUntil = end;
            if (series.issuedAt < since) series.issuedAt = since;
            // Revoked it stays, though its time is another's now.
            if (series.revokedNonce < series.nonce) series.revokedNonce = series.nonce;
        }
        if (!running) return;

        emit FactsLapsed(wallet, facts.provider);
        REGISTRY.lapse(wallet);
    }

    /// @notice The last attestations about the investor's wallets that say these facts: whether there are any, when the latest was issued,
    /// and whether all are revoked.
    function _source(IIdentityRegistry.Facts memory facts, address[] memory wallets)
        private
        view
        returns (bool attested, uint40 issuedAt, bool revoked)
    {
        for (uint256 i; i < wallets.length; ++i) {
            Series memory series = _series[facts.provider][wallets[i]];
            if (!_says(series, facts)) continue;

            bool gone = _isRevoked(facts.provider, series, series.nonce, series.issuedAt);
            revoked = attested ? revoked && gone : gone;
            attested = true;
            if (series.issuedAt > issuedAt) issuedAt = series.issuedAt;
        }
    }

    function _isRevoked(uint8 provider, Series memory series, uint48 nonce, uint40 issuedAt)
        private
        view
        returns (bool)
    {
        return nonce <= series.revokedNonce || issuedAt < series.revokedBefore || issuedAt < _revokedBefore[provider];
    }

    function _says(Series memory series, IIdentityRegistry.Facts memory facts) private pure returns (bool) {
        return series.nonce != 0 && series.country == facts.country && series.claims == facts.claims
            && series.validUntil == facts.validUntil;
    }

    function _equal(IIdentityRegistry.Facts memory one, IIdentityRegistry.Facts memory other)
        private
        pure
        returns (bool)
    {
        return one.country == other.country && one.claims == other.claims && one.provider == other.provider
            && one.validUntil == other.validUntil;
    }

    function _factsOf(Attestation calldata attestation, address investor)
        private
        pure
        returns (IIdentityRegistry.Facts memory)
    {
        return IIdentityRegistry.Facts({
            identity: investor,
            country: attestation.country,
            claims: attestation.claims,
            provider: attestation.provider,
            validUntil: attestation.validUntil
        });
    }

    /// @dev A call that ran out of gas says nothing, or it stopped in time to say that it needs more.
    function _isStarved(bytes memory reason) private pure returns (bool) {
        if (reason.length < 4) return true;

        bytes4 selector = bytes4(reason);
        return selector == IIdentityRegistry.MoreGasNeeded.selector || selector == IRulebook.RuleNeedsGas.selector;
    }

    function _contains(address[] memory wallets, address wallet) private pure returns (bool) {
        for (uint256 i; i < wallets.length; ++i) {
            if (wallets[i] == wallet) return true;
        }
        return false;
    }
}
