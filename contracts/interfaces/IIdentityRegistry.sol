// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Admission, AdmissionWord} from "../types/Admission.sol";
import {IERC3643IdentityRegistry} from "./standards/IERC3643.sol";

/// @title Functions a token offers its registry
/// @notice Called by the registry, around every change of facts, so that a stamped answer always equals a fresh one.
interface IAdmissionHooks {
    /// @notice Terms, providers or bindings changed: every stamp is void.
    function admissionsChanged() external;

    /// @notice The facts of one investor (all its wallets) are about to change.
    function beforeFactsChange(address[] calldata wallets) external;

    /// @notice The facts of one investor (all its wallets) have changed: their stamps are void.
    function afterFactsChange(address[] calldata wallets, uint16 country, uint32 claims) external;
}

/// @title IdentityRegistry
/// @notice Who may hold: wallets, the facts attested about their investors, and each token's terms.
/// @dev One registry serves all tokens of an issuer. No personal data: an identity is an address, facts are bits.
interface IIdentityRegistry is IERC3643IdentityRegistry {
    /// @notice What is attested about an investor.
    struct Facts {
        address identity; // an ONCHAINID, or zero: the wallet itself is the identity
        uint16 country; // ISO 3166-1 numeric, 1 … 999
        uint32 claims; // one bit a claim
        uint8 provider; // index of who attests; 0: the issuer
        uint32 validUntil; // unix seconds; type(uint32).max: no expiry
    }

    /// @notice Countries that share the claims required of their residents.
    struct CountryGroup {
        uint32 claims; // all of these are required
        uint16[] countries; // ISO 3166-1 numeric; empty in the last group only: every country not named
    }

    /// @notice A wallet was registered or its facts changed.
    event FactsAttested(
        address indexed wallet,
        address indexed identity,
        uint16 country,
        uint32 claims,
        uint8 provider,
        uint32 validUntil
    );

    /// @notice A wallet was retired in favour of another of the same investor.
    event WalletRecovered(address indexed lost, address indexed replacement, address indexed identity);

    /// @notice A provider was added; its attestations count where terms accept its index.
    event ProviderAdded(uint8 indexed provider, address indexed account, string name);

    /// @notice A provider was revoked: all it attested stopped counting at once.
    event ProviderRevoked(uint8 indexed provider, string reason);

    /// @notice A provider counts again.
    event ProviderReinstated(uint8 indexed provider, string reason);

    /// @notice A token's terms were replaced.
    event TermsSet(address indexed token, uint32 providers, bool lapsedMaySell, CountryGroup[] groups);

    /// @notice A token now asks this registry.
    event TokenBound(address indexed token);

    /// @notice A token no longer asks this registry.
    event TokenUnbound(address indexed token);

    /// @notice The wallet is already registered.
    error AlreadyRegistered(address wallet);

    /// @notice The wallet is not registered.
    error NotRegistered(address wallet);

    /// @notice The wallet was lost and replaced; it can never be used again.
    error WalletRetired(address wallet);

    /// @notice The two wallets do not belong to the same investor.
    error NotSameInvestor(address wallet, address identity);

    /// @notice The investor is registered with other facts; update them first, or give the same.
    error FactsDiffer(address wallet, address identity);

    /// @notice An investor may have at most `limit` wallets.
    error TooManyWallets(address identity, uint256 limit);

    /// @notice The country is not an ISO 3166-1 numeric code.
    error InvalidCountry(uint16 country);

    /// @notice The registration would already be expired.
    error AlreadyExpired(uint32 validUntil);

    /// @notice There is no such provider, or it was revoked.
    error InvalidProvider(uint8 provider);

    /// @notice At most `limit` providers.
    error TooManyProviders(uint256 limit);

    /// @notice The terms contradict themselves: `group` is the index of the offending country group.
    error InvalidTerms(uint256 group);

    /// @notice Terms that accept no provider would admit nobody.
    error NoProviderAccepted();

    /// @notice The token is not served by this contract.
    error TokenNotBound(address token);

    /// @notice The token is already served by this contract.
    error TokenAlreadyBound(address token);

    /// @notice The token still asks this contract; point it elsewhere first.
    error TokenInUse(address token);

    /// @notice The token was expelled and can never be bound again.
    error TokenExpelled(address token);

    /// @notice The transaction needs at least `gas` more gas.
    error MoreGasNeeded(uint256 gas);

    /// @notice At most `limit` tokens are served by one contract.
    error TooManyTokens(uint256 limit);

    /// @notice The address is not a token contract.
    error NotAToken(address token);

    /// @notice The arrays differ in length.
    error LengthMismatch(uint256 expected, uint256 actual);

    /// @notice The zero address cannot be used here.
    error ZeroAddress();

    /// @notice Registers a wallet. With an identity that is known already, the wallet joins that investor and the facts must be equal.
    /// @dev Power: registrar. Emits {FactsAttested} only; `registerIdentity` emits ERC-3643's event too, for 1,500 gas more.
    function register(address wallet, Facts calldata facts) external;

    /// @notice Registers many wallets.
    /// @dev Power: registrar. Emits as `register` does.
    function registerBatch(address[] calldata wallets, Facts[] calldata facts) external;

    /// @notice Adds a wallet to a registered investor; it gets the investor's facts.
    /// @dev Power: registrar.
    function link(address wallet, address investorWallet) external;

    /// @notice Replaces the facts of the investor (all its wallets).
    /// @dev Power: registrar. `facts.identity` must be the investor's own, or zero.
    function update(address wallet, Facts calldata facts) external;

    /// @notice Ends what is attested about the investor (all its wallets) with the second before this block; what ended earlier stays so.
    /// @dev Power: registrar. Country and claims stay, so that counts do.
    function lapse(address wallet) external;

    /// @notice Moves the facts of a lost wallet to another of the same investor and retires the lost one for good.
    /// @dev Only a bound token. Repeating it with the same wallets changes nothing, so that every token of the issuer can recover.
    function recover(address lost, address replacement, address identity) external;

    /// @notice Adds a provider and returns its index.
    /// @dev Power: compliance officer.
    function addProvider(address account, string calldata name) external returns (uint8 provider);

    /// @notice Stops counting everything a provider attested, in one transaction.
    /// @dev Power: compliance officer.
    function revokeProvider(uint8 provider, string calldata reason) external;

    /// @notice Counts a revoked provider's attestations again.
    /// @dev Power: compliance officer.
    function reinstateProvider(uint8 provider, string calldata reason) external;

    /// @notice Replaces a token's terms.
    /// @param providers One bit a provider whose attestations are accepted (bit 0: the issuer).
    /// @param lapsedMaySell Whether a holder whose admission lapsed may still sell.
    /// @param groups At most 6. A country stands in one group only.
    /// @dev Power: compliance officer.
    function setTerms(address token, uint32 providers, bool lapsedMaySell, CountryGroup[] calldata groups) external;

    /// @notice Lets a token ask this registry and be told of changes.
    /// @dev Power: compliance officer. At most 16 tokens.
    function bindToken(address token) external;

    /// @notice Ends that, and its terms.
    /// @dev Power: compliance officer. The token must ask elsewhere first; one that is broken and does not answer can be unbound too.
    function unbindToken(address token) external;

    /// @notice Ends it whatever the token says, for good: what was bound by mistake, or turned hostile. It admits nobody from now on.
    /// @dev Power: compliance officer.
    function expelToken(address token) external;

    /// @notice The facts of a wallet; zeros if it is not registered.
    function factsOf(address wallet) external view returns (Facts memory facts, bool retired);

    /// @notice All wallets of the investor this wallet belongs to, retired ones included; empty if it is not registered.
    function walletsOf(address wallet) external view returns (address[] memory wallets);

    /// @notice All wallets of the investor of this name, retired ones included; empty if nobody has it.
    function walletsOfInvestor(address identity) external view returns (address[] memory wallets);

    /// @notice Whether a wallet was taken off the registry and is not back.
    function wasRemoved(address wallet) external view returns (bool);

    /// @notice The investor a wallet belongs to, or belonged to when it was retired; zero if none.
    function investorOf(address wallet) external view returns (address identity);

    /// @notice Whether a wallet may hold a token under its terms, until when, and on what facts. Never reverts.
    function admission(address token, address wallet) external view returns (Admission memory);

    /// @notice The same in one word, for tokens.
    function admissionWord(address token, address wallet) external view returns (AdmissionWord);

    /// @notice A token's terms; `groups` as they were set, the countries of each in ascending order.
    function termsOf(address token)
        external
        view
        returns (uint32 providers, bool lapsedMaySell, CountryGroup[] memory groups);

    /// @notice The provider at an index.
    function providerAt(uint8 provider) external view returns (address account, bool active);

    /// @notice How many providers there are; index 0 is the issuer.
    function providerCount() external view returns (uint256);

    /// @notice The tokens that ask this registry.
    function boundTokens() external view returns (address[] memory);

    /// @notice Whether a token asks this registry.
    function isTokenBound(address token) external view returns (bool);
}
