// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Attestations
/// @notice Facts about investors, signed by providers, that anyone may hand in to the registry.
/// @dev No personal data: an attestation says what the registry keeps anyway (addresses, a country, bits, times), and nothing else is kept.
interface IAttestations {
    /// @notice What a provider signs (EIP-712, with this contract's registry as a further first member, `address registry`).
    struct Attestation {
        address wallet;
        address identity; // the investor's ONCHAINID; zero: the wallet itself is the identity
        uint16 country; // ISO 3166-1 numeric, 1 … 999
        uint32 claims; // one bit a claim
        uint8 provider; // the registry's index of who signs; never 0, the issuer
        uint40 issuedAt; // unix seconds
        uint32 validUntil; // unix seconds; type(uint32).max: no expiry
        uint48 nonce; // from 1, rising with each attestation of this provider about this wallet; gaps are fine
    }

    /// @notice The last that a provider said about a wallet, and what it revoked.
    /// @dev One slot.
    struct Series {
        uint48 nonce; // of the last attestation handed in; 0: none
        uint48 revokedNonce; // this and all lower ones are revoked
        uint40 issuedAt; // of the last, or when the revocation came that ended the facts
        uint40 revokedBefore; // all issued before this second are revoked
        uint16 country; // as the last attested
        uint32 claims; // as the last attested
        uint32 validUntil; // as the last attested, or when it lapsed
    }

    /// @notice An attestation took effect.
    event Attested(
        address indexed wallet, address indexed identity, uint8 indexed provider, uint48 nonce, uint40 issuedAt
    );

    /// @notice An attestation of a batch was refused; `reason` is the error, encoded. It can be handed in again.
    event AttestationRefused(address indexed wallet, uint8 indexed provider, uint256 index, bytes reason);

    /// @notice A provider revoked all it attested about a wallet with a nonce up to this one.
    event NoncesRevoked(uint8 indexed provider, address indexed wallet, uint48 nonce);

    /// @notice A provider revoked all it attested about a wallet before this second.
    event WalletRevoked(uint8 indexed provider, address indexed wallet, uint40 revokedBefore);

    /// @notice A provider revoked all it attested about anybody before this second.
    event AllRevoked(uint8 indexed provider, uint40 revokedBefore);

    /// @notice The facts in force rested on revoked attestations only and ended.
    event FactsLapsed(address indexed wallet, uint8 indexed provider);

    /// @notice What is on the registry about this investor, or that it was taken off, may be replaced by attestations issued from now on.
    event HandedOver(address indexed wallet, uint40 since);

    /// @notice The attestation about `wallet` is not signed by provider `provider`, or not for this chain and registry.
    error AttestationNotSigned(address wallet, uint8 provider);

    /// @notice The attestation with nonce `nonce` about `wallet` was handed in already.
    error AttestationReplayed(address wallet, uint8 provider, uint48 nonce);

    /// @notice The attestation with nonce `nonce` about `wallet` comes too late: the provider's attestation `latest` was handed in already.
    error AttestationOutOfOrder(address wallet, uint8 provider, uint48 nonce, uint48 latest);

    /// @notice The provider revoked the attestation with nonce `nonce` about `wallet`.
    error AttestationRevoked(address wallet, uint8 provider, uint48 nonce);

    /// @notice The attestation about `wallet` carries a time of issue that lies ahead.
    error AttestationNotYetIssued(address wallet, uint40 issuedAt);

    /// @notice The attestation about `wallet` expired.
    error AttestationExpired(address wallet, uint32 validUntil);

    /// @notice The facts in force about the investor of `wallet` were attested later than this attestation was issued.
    error AttestationOutdated(address wallet, uint40 issuedAt, uint40 latest);

    /// @notice What is on record about the investor of `wallet` was entered or removed by hand; the registrar must hand it over first.
    error EnteredByHand(address wallet);

    /// @notice The facts in force about the investor of `wallet` are provider `provider`'s; the registrar must hand them over before another's replace them.
    error AttestedElsewhere(address wallet, uint8 provider);

    /// @notice Only the provider itself can revoke what it attested.
    error NotTheProvider(address caller, uint8 provider);

    /// @notice What is not issued yet cannot be revoked.
    error RevocationAhead(uint40 time);

    /// @notice The attestation at `index` needs more gas than was left.
    error AttestationOutOfGas(uint256 index);

    /// @notice Hands in one attestation: registers the wallet, links it to a known investor, or replaces the investor's facts.
    /// @dev Anyone. Refused with the error that says why; the registry's errors come through. `identity` decides whose the wallet is: an
    /// attestation that names another investor's makes one investor of the two. One that says just what is on record links its wallet
    /// even if it is older than that.
    function submit(Attestation calldata attestation, bytes calldata signature) external;

    /// @notice Hands in many. One that is refused does not stop the others: {AttestationRefused} says why.
    /// @dev Anyone. A refusal must not stop the batch, or anybody could stop it by handing in one of its attestations first.
    /// @return accepted How many took effect.
    function submitBatch(Attestation[] calldata attestations, bytes[] calldata signatures)
        external
        returns (uint256 accepted);

    /// @notice Revokes what the provider attested about a wallet with a nonce up to this one, handed in or not.
    /// @dev The provider's account, also after the provider itself was revoked. If the facts in force rest on nothing else, they end at once,
    /// and what was issued until then brings them back for none of the investor's wallets: to replace an attestation without a gap, hand in
    /// the new one first. If they rest on what another wallet's attestation says too, they stay, and the wallet stays the investor's: take that
    /// one back as well, or let the registrar remove the wallet.
    function revoke(uint8 provider, address wallet, uint48 nonce) external;

    /// @notice Revokes all the provider attested about a wallet up to now.
    /// @dev As {revoke}.
    function revokeWallet(uint8 provider, address wallet) external;

    /// @notice Revokes all the provider attested about anybody before a second, which must not lie ahead: for a key that leaked.
    /// @dev The provider's account. What was not handed in yet is refused at once; facts in force end with {lapseRevoked}, page by page.
    /// The registry's `revokeProvider` ends them for everybody at once.
    function revokeAllBefore(uint8 provider, uint40 time) external;

    /// @notice Ends the facts in force of those wallets whose facts rest on revoked attestations only; leaves the others alone.
    /// @dev Anyone.
    function lapseRevoked(address[] calldata wallets) external;

    /// @notice Lets attestations issued from now on replace what the registrar entered, or removed, by hand, or what another provider attested.
    /// @dev Power: registrar. Holds until an attestation replaced it or the facts change by hand again.
    function handOver(address[] calldata wallets) external;

    /// @notice What a provider said last about a wallet.
    function seriesOf(uint8 provider, address wallet) external view returns (Series memory);

    /// @notice All that a provider issued before this second is revoked.
    function revokedBefore(uint8 provider) external view returns (uint40);

    /// @notice Whether the facts in force about a wallet's investor came from an attestation, when the latest that says them was issued
    /// (or, if a revocation ended them, when that came), and whether every one that says them is revoked.
    function sourceOf(address wallet) external view returns (bool attested, uint40 issuedAt, bool revoked);

    /// @notice What the provider signs.
    function digestOf(Attestation calldata attestation) external view returns (bytes32);

    /// @notice The registry that attestations are handed in to.
    function registry() external view returns (address);
}
