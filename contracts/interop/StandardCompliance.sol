// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IAdmissionHooks, IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {IRulebookFace} from "../interfaces/IRulebook.sol";
import {IRegister} from "../interfaces/ISecurityToken.sol";
import {IStandardCompliance} from "../interfaces/IStandardCompliance.sol";
import {IERC3643Office} from "../interfaces/standards/IERC3643.sol";
import {IERC3643Compliance} from "../interfaces/standards/IERC3643Compliance.sol";
import {AdmissionWord} from "../types/Admission.sol";
import {Kind, Move, Party} from "../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../types/Verdict.sol";

/// @title StandardCompliance
/// @notice See {IStandardCompliance}.
/// @dev Towards the token it is a compliance, towards the rulebook it is the token: it makes a whole movement of the token's balances and
/// the registry's facts. Trusts the token, the rulebook and the registry; holds nothing and has no powers. What ERC-3643 does not say, it
/// cannot pass on: a forced transfer is told to rules as a transfer, a spender counts as the holder, and a lockup stays with a lost wallet.
/// @custom:invariant STD-1 The rulebook's counts of the token's investors are the true ones.
/// @custom:invariant STD-2 `canTransfer` never reverts, and says no to what cannot be judged.
contract StandardCompliance is IStandardCompliance, IERC165 {
    uint256 private constant MAX_UNITS = type(uint96).max;

    /// @inheritdoc IStandardCompliance
    address public immutable token;

    /// @inheritdoc IStandardCompliance
    address public immutable rulebook;

    address private _registry; // of the time of binding; zero: not bound

    modifier onlyToken() {
        require(msg.sender == token, NotTheToken(msg.sender));
        _;
    }

    constructor(address token_, address rulebook_) {
        require(token_.code.length != 0, NotAToken(token_));
        require(
            ERC165Checker.supportsInterface(rulebook_, type(IRulebookFace).interfaceId), NotARulebook(rulebook_)
        );

        token = token_;
        rulebook = rulebook_;
    }

    // ---- what the token calls ----

    /// @inheritdoc IERC3643Compliance
    /// @dev Only the token, in its `setCompliance`. Reverts where counts would be wrong: see `attach` of {IRulebookFace}.
    function bindToken(address token_) external onlyToken {
        require(token_ == token, NotTheToken(token_));
        require(IRulebookFace(rulebook).isTokenBound(address(this)), RulebookNotBound(rulebook));
        address registry = IERC3643Office(token).identityRegistry();
        require(
            ERC165Checker.supportsInterface(registry, type(IIdentityRegistry).interfaceId)
                && IIdentityRegistry(registry).isTokenBound(address(this)),
            RegistryNotBound(registry)
        );
        require(totalSupply() <= MAX_UNITS, TooManyUnits(totalSupply()));

        _registry = registry;
        emit TokenBound(token_);

        IRulebookFace(rulebook).attach();
    }

    /// @inheritdoc IERC3643Compliance
    /// @dev Only the token. Never holds it back.
    function unbindToken(address token_) external onlyToken {
        _registry = address(0);
        emit TokenUnbound(token_);
    }

    /// @inheritdoc IERC3643Compliance
    function transferred(address from, address to, uint256 units) external onlyToken {
        if (from != to) _tell(Kind.Transfer, from, to, units);
    }

    /// @inheritdoc IERC3643Compliance
    function created(address to, uint256 units) external onlyToken {
        _tell(Kind.Issue, address(0), to, units);
    }

    /// @inheritdoc IERC3643Compliance
    function destroyed(address from, uint256 units) external onlyToken {
        _tell(Kind.Redeem, from, address(0), units);
    }

    // ---- what the registry calls ----

    /// @inheritdoc IAdmissionHooks
    /// @dev Nothing to void: the token asks the registry each time.
    function admissionsChanged() external {}

    /// @inheritdoc IAdmissionHooks
    /// @dev Calls of others than the registry in force change nothing and do not revert.
    function beforeFactsChange(address[] calldata wallets) external {
        if (msg.sender != _registry) return;
        AdmissionWord known = IIdentityRegistry(msg.sender).admissionWord(address(this), wallets[0]);
        Party memory nobody;
        Party memory leaving;
        (leaving.country, leaving.claims) = (known.country(), known.claims());
        _reclassify(leaving, nobody, leaving, wallets);
    }

    /// @inheritdoc IAdmissionHooks
    function afterFactsChange(address[] calldata wallets, uint16 country, uint32 claims) external {
        if (msg.sender != _registry) return;
        Party memory nobody;
        Party memory entering;
        (entering.country, entering.claims) = (country, claims);
        _reclassify(nobody, entering, entering, wallets);
    }

    // ---- what anybody asks ----

    /// @inheritdoc IERC3643Compliance
    /// @dev Never reverts: what cannot be judged is refused. So is everything once the token asks another registry than when it was bound.
    function canTransfer(address from, address to, uint256 units) external view returns (bool) {
        try this.explain(from, to, units) returns (Verdict[] memory refusals) {
            return refusals.length == 0;
        } catch {
            return false;
        }
    }

    /// @inheritdoc IStandardCompliance
    function explain(address from, address to, uint256 units) external view returns (Verdict[] memory refusals) {
        bool issues = from == address(0);
        uint256 supply = totalSupply();
        bool counts = !issues || units <= MAX_UNITS - supply;
        if (_registry == address(0) || IERC3643Office(token).identityRegistry() != _registry || !counts) {
            refusals = new Verdict[](1);
            refusals[0] = Verdicts.refuse(Restriction.COMPLIANCE, address(this), counts ? 0 : MAX_UNITS - supply, units);
            return refusals;
        }
        if (from == to) return refusals;

        (Party memory giver, address[] memory wallets) = _party(from);
        (Party memory taker,) = _party(to);
        return IRulebookFace(rulebook).explain(
            Move({
                kind: issues ? Kind.Issue : Kind.Transfer,
                operator: from,
                sameInvestor: _contains(wallets, to),
                from: giver,
                to: taker,
                units: units > MAX_UNITS ? MAX_UNITS : units,
                supply: supply
            })
        );
    }

    /// @inheritdoc IERC3643Compliance
    function isTokenBound(address token_) external view returns (bool) {
        return token_ == token && _registry != address(0);
    }

    /// @inheritdoc IERC3643Compliance
    function getTokenBound() external view returns (address) {
        return _registry == address(0) ? address(0) : token;
    }

    /// @inheritdoc IStandardCompliance
    function compliance() external view returns (address) {
        return _registry != address(0) && IERC3643Office(token).compliance() == address(this) ? rulebook : address(0);
    }

    /// @inheritdoc IStandardCompliance
    function identityRegistry() external view returns (address) {
        return _registry;
    }

    /// @inheritdoc IStandardCompliance
    function balanceOf(address account) public view returns (uint256) {
        return IRegister(token).balanceOf(account);
    }

    /// @inheritdoc IStandardCompliance
    function totalSupply() public view returns (uint256) {
        return IRegister(token).totalSupply();
    }

    /// @inheritdoc IStandardCompliance
    function heldByInvestor(address account) external view returns (uint256) {
        if (_registry == address(0)) return balanceOf(account);
        address[] memory wallets = IIdentityRegistry(_registry).walletsOf(account);
        return wallets.length == 0 ? balanceOf(account) : _sum(wallets);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == type(IERC165).interfaceId || id == type(IAdmissionHooks).interfaceId
            || id == type(IERC3643Compliance).interfaceId || id == type(IStandardCompliance).interfaceId;
    }

    // ---- making movements ----

    /// @dev The token has changed its ledger: the movement as it was before that.
    function _tell(Kind kind, address from, address to, uint256 units) private {
        if (units == 0 || _registry == address(0)) return;

        (Party memory giver, address[] memory wallets) = _party(from);
        (Party memory taker,) = _party(to);
        bool sameInvestor = _contains(wallets, to);
        uint256 supply = totalSupply();
        if (kind == Kind.Issue) supply -= units;
        else giver.units += units;
        if (kind == Kind.Redeem) supply += units;
        else taker.units -= units;
        if (!sameInvestor && kind != Kind.Issue) giver.held += units;
        if (!sameInvestor && kind != Kind.Redeem) taker.held -= units;

        IRulebookFace(rulebook).moved(
            Move({
                kind: kind,
                operator: from,
                sameInvestor: sameInvestor,
                from: giver,
                to: taker,
                units: units,
                supply: supply
            })
        );
    }

    /// @dev An investor leaves a set of facts, or enters one.
    function _reclassify(Party memory from, Party memory to, Party memory investor, address[] calldata wallets) private {
        uint256 units = _sum(wallets);
        if (units == 0) return;

        investor.wallet = wallets[0];
        investor.units = investor.held = units;
        IRulebookFace(rulebook).moved(
            Move({
                kind: Kind.Reclassify,
                operator: msg.sender,
                sameInvestor: false,
                from: from,
                to: to,
                units: units,
                supply: totalSupply()
            })
        );
    }

    /// @dev One side as it is now, and all wallets of its investor if there are several. The zero address is the issuer.
    function _party(address wallet) private view returns (Party memory party, address[] memory wallets) {
        if (wallet == address(0)) return (party, wallets);
        AdmissionWord known = IIdentityRegistry(_registry).admissionWord(address(this), wallet);
        party.wallet = wallet;
        (party.country, party.claims) = (known.country(), known.claims());
        party.units = party.held = balanceOf(wallet);
        if (!known.linked()) return (party, wallets);

        wallets = IIdentityRegistry(_registry).walletsOf(wallet);
        party.held = _sum(wallets);
    }

    function _sum(address[] memory wallets) private view returns (uint256 units) {
        for (uint256 i = 0; i < wallets.length; ++i) {
            units += balanceOf(wallets[i]);
        }
    }

    function _contains(address[] memory wallets, address account) private pure returns (bool) {
        for (uint256 i = 0; i < wallets.length; ++i) {
            if (wallets[i] == account) return true;
        }
        return false;
    }
}
