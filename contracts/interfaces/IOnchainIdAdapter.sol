// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title OnchainIdAdapter
/// @notice Keeps the facts of investors in step with the claims on their ONCHAINIDs.
/// @dev Serves the investors whose facts carry its provider index; the registrar registers them so, with their ONCHAINID as identity and an
/// end that is near. Who is to stay out though the claims are valid must be given another index, or removed: ending its facts by hand lasts
/// until the next refresh. Only the bits that claims stand for are taken over: what a claim says, its signature and its address stay there.
/// An investor can hide a claim, and show it again: let claims stand for what speaks for an investor, never for what speaks against one.
interface IOnchainIdAdapter {
    /// @notice A claim that counts: whose, about what, and the bit it stands for. A bit with several sources needs one of them.
    struct Source {
        address issuer; // a trusted claim issuer
        uint8 claim; // position of the bit, 0 … 31
        uint256 topic; // ERC-735; never 0
    }

    /// @notice A source counts from now on, or for another bit.
    event SourceSet(address indexed issuer, uint256 indexed topic, uint8 claim);

    /// @notice A source counts no longer.
    event SourceRemoved(address indexed issuer, uint256 indexed topic);

    /// @notice Refreshed facts carry this provider index and hold for so many seconds.
    event ValiditySet(uint8 indexed provider, uint32 maxAge);

    /// @notice The facts of an investor were brought in step with its ONCHAINID.
    /// @param validUntil Unix seconds; 0: it shows no valid claim, and the facts ended.
    event Refreshed(address indexed wallet, address indexed identity, uint32 claims, uint32 validUntil);

    /// @notice A claim issuer must be a contract.
    error NotAClaimIssuer(address issuer);

    /// @notice Topic 0 stands for no claim.
    error InvalidTopic(uint256 topic);

    /// @notice A claim is one of 32 bits, 0 to 31.
    error InvalidClaim(uint8 claim);

    /// @notice At most `limit` sources.
    error TooManySources(uint256 limit);

    /// @notice There is no such source.
    error UnknownSource(address issuer, uint256 topic);

    /// @notice Provider `provider` is not this contract, or was revoked.
    error NotOurProvider(uint8 provider);

    /// @notice Facts hold for at least a second and at most ten years.
    error InvalidMaxAge(uint32 maxAge);

    /// @notice The facts of this wallet come from provider `provider`, not from its ONCHAINID.
    error KeptElsewhere(address wallet, uint8 provider);

    /// @notice The identity of this wallet is not a contract.
    error NotAnIdentityContract(address wallet, address identity);

    /// @notice Counts a claim of an issuer about a topic as a bit.
    /// @dev Power: compliance officer. The bit is this contract's from then on, for good: a refresh clears it where no source gives it.
    function setSource(address issuer, uint256 topic, uint8 claim) external;

    /// @notice Stops counting it. Investors lose the bit with their next refresh, which anyone can send, or when their facts expire.
    /// @dev Power: compliance officer.
    function removeSource(address issuer, uint256 topic) external;

    /// @notice Sets the provider index of the investors served, and for how many seconds refreshed facts hold.
    /// @dev Power: compliance officer. The index must be this contract's own on the registry (`addProvider` with its address).
    function setValidity(uint8 provider, uint32 maxAge) external;

    /// @notice Brings the facts of a wallet's investor in step with its ONCHAINID; without a single valid claim they end at once.
    /// @dev Anyone. Does nothing while the claims are the same and less than half of the time that facts hold has passed since the last one.
    function refresh(address wallet) external;

    /// @notice The bits that valid claims on an ONCHAINID stand for. Never reverts, whatever the identity and the issuers do.
    /// @dev Given enough gas: it refuses to call with less than 300,000 gas, or a caller could make a claim look absent.
    function claimsOf(address identity) external view returns (uint32 claims);

    /// @notice The bits that this contract sets and clears.
    function claimMask() external view returns (uint32);

    /// @notice All sources.
    function sources() external view returns (Source[] memory);

    /// @notice The provider index of the investors served, and for how many seconds refreshed facts hold; zeros: not set.
    function validity() external view returns (uint8 provider, uint32 maxAge);

    /// @notice The registry whose facts are refreshed.
    function registry() external view returns (address);
}
