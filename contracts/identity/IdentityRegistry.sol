// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {IERC3643IdentityRegistry} from "../interfaces/standards/IERC3643.sol";
import {Admission, AdmissionWord, admissionWord as newAdmissionWord} from "../types/Admission.sol";
import {Restriction} from "../types/Verdict.sol";
import {BoundTokens} from "./BoundTokens.sol";
import {Investors} from "./Investors.sol";
import {Providers} from "./Providers.sol";
import {NO_EXPIRY, Registration, registration} from "./Registration.sol";
import {Terms} from "./Terms.sol";

/// @title Identity registry
/// @notice Who may hold: wallets, the facts attested about their investors, and each token's terms.
/// @dev A wallet costs one slot. An investor is named by an address: its ONCHAINID, or its first wallet. The list of its wallets is
/// stored only once the name does not say it all. Trusts its authority (fixed for good, which spares each registration a slot), the
/// registrar for the facts, and the tokens bound to it: they may recover wallets and are called around each change of facts.
/// @custom:invariant REG-1 All wallets of an investor carry the same facts.
/// @custom:invariant REG-2 A retired wallet is never admitted, registered, linked or made a replacement again.
/// @custom:invariant REG-3 A token is told before and after every change that could alter an answer it has stamped.
/// @custom:invariant REG-4 What a revoked provider attested admits nobody, from the block of the revocation on.
contract IdentityRegistry is IIdentityRegistry, AccessManaged, ERC165 {
    using BoundTokens for BoundTokens.State;
    using Investors for Investors.State;
    using Providers for Providers.State;
    using Terms for Terms.State;

    uint64 private constant REGISTRAR = 2;

    address private immutable AUTHORITY;

    Investors.State private _investors;
    Providers.State private _providers;
    BoundTokens.State private _bound;

    constructor(address initialAuthority) AccessManaged(initialAuthority) {
        AUTHORITY = initialAuthority;
        _providers.init();
    }

    /// @dev What {restricted} does, at half the price, for the two functions that run for every investor: a member of the role
    /// REGISTRAR without a delay is let in by that role, everybody else as usual. So these two stay with that role whatever the
    /// authority maps them to, and closing this target does not stop a registrar: taking the role away does.
    modifier onlyRegistrar() {
        _checkRegistrar();
        _;
    }

    // ---- registrar ----

    /// @inheritdoc IIdentityRegistry
    function register(address wallet, Facts calldata facts) external onlyRegistrar {
        _register(wallet, _attestable(wallet, facts));
    }

    /// @inheritdoc IIdentityRegistry
    function registerBatch(address[] calldata wallets, Facts[] calldata facts) external onlyRegistrar {
        if (wallets.length != facts.length) revert LengthMismatch(wallets.length, facts.length);

        for (uint256 i; i < wallets.length; ++i) {
            address wallet = wallets[i];
            _register(wallet, _attestable(wallet, facts[i]));
        }
    }

    /// @inheritdoc IIdentityRegistry
    function link(address wallet, address investorWallet) external restricted {
        _investors.free(wallet);
        Registration facts = _investors.known(investorWallet);

        _assign(wallet, facts);
        emit IdentityRegistered(wallet, facts.identity());
    }

    /// @inheritdoc IIdentityRegistry
    function update(address wallet, Facts calldata facts) external restricted {
        address investor = _investors.live(wallet).identity();
        if (facts.identity != address(0) && facts.identity != investor) revert NotSameInvestor(wallet, facts.identity);

        _replaceFacts(_attestable(investor, facts));
    }

    /// @inheritdoc IIdentityRegistry
    function lapse(address wallet) external restricted {
        Registration facts = _investors.known(wallet);
        uint32 before = uint32(block.timestamp - 1); // Cannot truncate before 2106, when expiries end.
        if (facts.validUntil() <= before) return;

        _replaceFacts(facts.withValidUntil(before));
    }

    /// @inheritdoc IERC3643IdentityRegistry
    function registerIdentity(address userAddress, address identity_, uint16 country_) external restricted {
        _registerIdentity(userAddress, identity_, country_);
    }

    /// @inheritdoc IERC3643IdentityRegistry
    function batchRegisterIdentity(
        address[] calldata userAddresses,
        address[] calldata identities,
        uint16[] calldata countries
    ) external restricted {
        uint256 count = userAddresses.length;
        if (identities.length != count) revert LengthMismatch(count, identities.length);
        if (countries.length != count) revert LengthMismatch(count, countries.length);

        for (uint256 i; i < count; ++i) {
            _registerIdentity(userAddresses[i], identities[i], countries[i]);
        }
    }

    /// @inheritdoc IERC3643IdentityRegistry
    function updateIdentity(address userAddress, address identity_) external restricted {
        Registration current = _investors.live(userAddress);
        address investor = identity_ == address(0) ? userAddress : identity_;
        if (investor == current.identity()) return;

        address[] memory others = _investors.walletsOf(investor);
        _assign(
            userAddress,
            others.length == 0 ? current.withIdentity(investor) : _investors.registrations[others[0]]
        );
    }

    /// @inheritdoc IERC3643IdentityRegistry
    function updateCountry(address userAddress, uint16 country_) external restricted {
        Registration current = _investors.live(userAddress);
        if (!Terms.isCountry(country_)) revert InvalidCountry(country_);

        _replaceFacts(
            registration(
                current.identity(), country_, current.claims(), current.provider(), current.validUntil()
            )
        );
    }

    /// @inheritdoc IERC3643IdentityRegistry
    function deleteIdentity(address userAddress) external restricted {
        _investors.live(userAddress);
        _assign(userAddress, Registration.wrap(0));
    }

    // ---- tokens ----

    /// @inheritdoc IIdentityRegistry
    function recover(address lost, address replacement, address identity_) external {
        _bound.requireBound(msg.sender);
        Registration facts = _investors.known(lost);
        if (facts.identity() != identity_) revert NotSameInvestor(lost, identity_);
        if (replacement == address(0)) revert ZeroAddress();
        Registration current = _investors.registrations[replacement];
        if (replacement == lost || current.isRetired()) revert WalletRetired(replacement);
        bool joins = !current.isRegistered();
        if (!joins && current.identity() != identity_) revert NotSameInvestor(replacement, identity_);
        if (!joins && facts.isRetired()) return;

        _bound.announce(_investors.walletsOf(identity_));
        if (joins) _bound.announce(Investors.single(replacement));

        if (joins) _investors.join(replacement, facts);
        _investors.retire(lost);
        if (joins) emit IdentityRegistered(replacement, identity_);
        emit WalletRecovered(lost, replacement, identity_);

        _confirm(_investors.walletsOf(identity_));
    }

    // ---- compliance officer ----

    /// @inheritdoc IIdentityRegistry
    function addProvider(address account, string calldata name) external restricted returns (uint8 index) {
        index = _providers.add(account);
        emit ProviderAdded(index, account, name);
    }

    /// @inheritdoc IIdentityRegistry
    function revokeProvider(uint8 index, string calldata reason) external restricted {
        _providers.revoke(index);
        emit ProviderRevoked(index, reason);
        _bound.voidStamps();
    }

    /// @inheritdoc IIdentityRegistry
    function reinstateProvider(uint8 index, string calldata reason) external restricted {
        _providers.reinstate(index);
        emit ProviderReinstated(index, reason);
        _bound.voidStamps();
    }

    /// @inheritdoc IIdentityRegistry
    function setTerms(address token, uint32 providers, bool lapsedMaySell, CountryGroup[] calldata groups)
        external
        restricted
    {
        _bound.requireBound(token);
        if (providers == 0) revert NoProviderAccepted();
        uint256 highest = Math.log2(providers);
        if (highest >= _providers.count) revert InvalidProvider(uint8(highest));

        _bound.terms[token].set(providers, lapsedMaySell, groups);
        emit TermsSet(token, providers, lapsedMaySell, groups);
        _bound.voidStamps(token);
    }

    /// @inheritdoc IIdentityRegistry
    function bindToken(address token) external restricted {
        _bound.bind(token);
        emit TokenBound(token);
    }

    /// @inheritdoc IIdentityRegistry
    function unbindToken(address token) external restricted {
        _bound.unbind(token);
        emit TokenUnbound(token);
    }

    /// @inheritdoc IIdentityRegistry
    function expelToken(address token) external restricted {
        _bound.expel(token);
        emit TokenUnbound(token);
    }

    /// @notice Always refuses: the authority is part of the code. To change it, point the tokens at another registry.
    function setAuthority(address) public view override {
        revert AccessManagedUnauthorized(msg.sender);
    }

    // ---- views ----

    /// @inheritdoc IIdentityRegistry
    /// @dev The first of: not registered, retired, expired, provider revoked, country, provider not accepted, claims.
    function admissionWord(address token, address wallet) public view returns (AdmissionWord) {
        Registration facts = _investors.registrations[wallet];
        (uint8 reason, bool maySell) = _judge(token, facts);
        uint32 validUntil = facts.validUntil();
        uint40 until = validUntil == NO_EXPIRY ? type(uint40).max : validUntil;
        return newAdmissionWord(reason, maySell, until, facts.countryAndClaims(), facts.isLinked());
    }

    /// @inheritdoc IIdentityRegistry
    function admission(address token, address wallet) external view returns (Admission memory) {
        AdmissionWord word = admissionWord(token, wallet);
        return Admission({
            reason: word.reason(),
            maySell: word.maySell(),
            linked: word.linked(),
            country: word.country(),
            claims: word.claims(),
            validUntil: word.validUntil()
        });
    }

    /// @inheritdoc IERC3643IdentityRegistry
    function isVerified(address userAddress) external view returns (bool) {
        Registration facts = _investors.registrations[userAddress];
        if (!_bound.terms[msg.sender].isBound()) return _standing(facts) == Restriction.NONE;

        (uint8 reason,) = _judge(msg.sender, facts);
        return reason == Restriction.NONE;
    }

    /// @inheritdoc IIdentityRegistry
    function factsOf(address wallet) external view returns (Facts memory facts, bool retired) {
        Registration known = _investors.registrations[wallet];
        return (
            Facts(known.identity(), known.country(), known.claims(), known.provider(), known.validUntil()),
            known.isRetired()
        );
    }

    /// @inheritdoc IIdentityRegistry
    function walletsOf(address wallet) external view returns (address[] memory wallets) {
        return _investors.walletsOf(_investors.registrations[wallet].identity());
    }

    /// @inheritdoc IIdentityRegistry
    function walletsOfInvestor(address investor) external view returns (address[] memory wallets) {
        return _investors.walletsOf(investor);
    }

    /// @inheritdoc IIdentityRegistry
    function wasRemoved(address wallet) external view returns (bool) {
        return _investors.registrations[wallet].isRemoved();
    }

    /// @inheritdoc IIdentityRegistry
    function investorOf(address wallet) external view returns (address) {
        return _investors.registrations[wallet].identity();
    }

    /// @inheritdoc IERC3643IdentityRegistry
    function identity(address userAddress) external view returns (address) {
        return _investors.registrations[userAddress].identity();
    }

    /// @inheritdoc IERC3643IdentityRegistry
    function investorCountry(address userAddress) external view returns (uint16) {
        return _investors.registrations[userAddress].country();
    }

    /// @inheritdoc IERC3643IdentityRegistry
    function contains(address userAddress) external view returns (bool) {
        Registration known = _investors.registrations[userAddress];
        return known.isRegistered() && !known.isRetired();
    }

    /// @inheritdoc IIdentityRegistry
    function termsOf(address token)
        external
        view
        returns (uint32 providers, bool lapsedMaySell, CountryGroup[] memory groups)
    {
        return _bound.terms[token].read();
    }

    /// @inheritdoc IIdentityRegistry
    function providerAt(uint8 index) external view returns (address account, bool active) {
        return (_providers.accounts[index], _providers.isActive(index));
    }

    /// @inheritdoc IIdentityRegistry
    function providerCount() external view returns (uint256) {
        return _providers.count;
    }

    /// @inheritdoc IIdentityRegistry
    function boundTokens() external view returns (address[] memory) {
        return _bound.tokens;
    }

    /// @inheritdoc IIdentityRegistry
    function isTokenBound(address token) external view returns (bool) {
        return _bound.terms[token].isBound();
    }

    /// @inheritdoc AccessManaged
    function authority() public view override returns (address) {
        return AUTHORITY;
    }

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IIdentityRegistry).interfaceId
            || interfaceId == type(IERC3643IdentityRegistry).interfaceId || super.supportsInterface(interfaceId);
    }

    // ---- registering ----

    function _checkRegistrar() private {
        (bool member, uint32 delay) = IAccessManager(AUTHORITY).hasRole(REGISTRAR, msg.sender);
        if (!member || delay != 0) _checkCanCall(msg.sender, msg.data);
    }

    function _registerIdentity(address wallet, address identity_, uint16 country) private {
        address investor = identity_ == address(0) ? wallet : identity_;
        if (!Terms.isCountry(country)) revert InvalidCountry(country);
        address[] memory others = _investors.walletsOf(investor);

        Registration facts = others.length == 0
            ? registration(investor, country, 0, 0, NO_EXPIRY)
            : _investors.registrations[others[0]];
        if (facts.country() != country) revert FactsDiffer(wallet, investor);

        _register(wallet, facts);
        emit IdentityRegistered(wallet, investor);
    }

    function _register(address wallet, Registration facts) private {
        Registration known = _investors.free(wallet);
        address investor = facts.identity();

        // Nobody has heard of the wallet: no investor is named after it and no token keeps an answer about it. One slot says it all.
        if (known.isUnknown() && investor == wallet) {
            _investors.registrations[wallet] = facts;
            Investors.emitAttested(wallet, facts);
            return;
        }
        address[] memory others = _investors.walletsOf(investor);
        if (others.length != 0 && !_investors.registrations[others[0]].equals(facts)) {
            revert FactsDiffer(wallet, investor);
        }
        _assign(wallet, facts);
    }

    /// @notice The wallet leaves its investor, if it has one, and joins the one these facts are about, if any.
    function _assign(address wallet, Registration facts) private {
        Registration known = _investors.registrations[wallet];
        (address left, address joined) = (known.identity(), facts.identity());
        bool told = !known.isUnknown() || _investors.walletsOf(joined).length != 0;
        if (told) {
            _bound.announce(left == address(0) ? Investors.single(wallet) : _investors.walletsOf(left));
            _bound.announce(_investors.walletsOf(joined));
        }

        if (left != address(0)) _investors.detach(wallet);
        if (joined != address(0)) _investors.join(wallet, facts);
        if (left != address(0) && joined == address(0)) emit IdentityRemoved(wallet, left);
        if (left != address(0) && joined != address(0)) emit IdentityUpdated(left, joined);

        if (told) {
            _confirm(_investors.walletsOf(left));
            _confirm(joined == address(0) ? Investors.single(wallet) : _investors.walletsOf(joined));
        }
    }

    function _replaceFacts(Registration facts) private {
        address[] memory wallets = _investors.walletsOf(facts.identity());
        _bound.announce(wallets);
        _investors.replaceFacts(wallets, facts);
        _confirm(wallets);
    }

    function _confirm(address[] memory wallets) private {
        if (wallets.length == 0) return;
        Registration facts = _investors.registrations[wallets[0]];
        _bound.confirm(wallets, facts.country(), facts.claims());
    }

    /// @notice The facts as they are kept, if they may be attested now; without an identity they are about `investor`.
    function _attestable(address investor, Facts calldata facts) private view returns (Registration) {
        (uint16 country, uint8 provider, uint32 validUntil) = (facts.country, facts.provider, facts.validUntil);
        if (!Terms.isCountry(country)) revert InvalidCountry(country);
        if (validUntil < block.timestamp && validUntil != NO_EXPIRY) revert AlreadyExpired(validUntil);
        if (!_providers.isActive(provider)) revert InvalidProvider(provider);

        address named = facts.identity;
        return registration(named == address(0) ? investor : named, country, facts.claims, provider, validUntil);
    }

    // ---- judging ----

    function _judge(address token, Registration wallet) private view returns (uint8 reason, bool maySell) {
        reason = _standing(wallet);
        if (reason == Restriction.NOT_REGISTERED || reason == Restriction.RETIRED) return (reason, false);

        (uint8 termsReason, bool lapsedMaySell) = _bound.terms[token].judge(wallet);
        if (reason == Restriction.NONE) reason = termsReason;
        return (reason, lapsedMaySell && reason != Restriction.NONE);
    }

    /// @notice What stands against a wallet under any terms.
    function _standing(Registration wallet) private view returns (uint8 reason) {
        if (!wallet.isRegistered()) return Restriction.NOT_REGISTERED;
        if (wallet.isRetired()) return Restriction.RETIRED;
        if (wallet.validUntil() < block.timestamp && wallet.validUntil() != NO_EXPIRY) return Restriction.EXPIRED;
        return _providers.isActive(wallet.provider()) ? Restriction.NONE : Restriction.PROVIDER;
    }
}
