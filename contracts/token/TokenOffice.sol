// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {ISecurityToken} from "../interfaces/ISecurityToken.sol";
import {ITokenOffice} from "../interfaces/ITokenOffice.sol";
import {IRulebookFace} from "../interfaces/IRulebook.sol";
import {IERC1404} from "../interfaces/standards/IERC1404.sol";
import {IERC1643} from "../interfaces/standards/IERC1643.sol";
import {IERC3643Agents, IERC3643Movements, IERC3643Office} from "../interfaces/standards/IERC3643.sol";
import {IERC3643Compliance} from "../interfaces/standards/IERC3643Compliance.sol";
import {IERC7943Fungible, IERC7943Movements} from "../interfaces/standards/IERC7943.sol";
import {Kind} from "../types/Move.sol";
import {Restriction, Verdict} from "../types/Verdict.sol";
import {Documents} from "./Documents.sol";
import {FactsFollower} from "./FactsFollower.sol";
import {Freezing} from "./Freezing.sol";
import {Permits} from "./Permits.sol";
import {RestrictionMessages} from "./RestrictionMessages.sol";
import {FROZEN, Row} from "./Row.sol";

/// @title TokenOffice
/// @notice What office holders do with a token short of moving units, and what readers ask it: see {ITokenOffice}.
/// @dev Code that tokens run on their own storage. Called at its own address it has no authority, hence no powers, and it holds no rows. It cannot move
/// units: the door is the token's.
contract TokenOffice is
    FactsFollower,
    Freezing,
    Permits,
    ITokenOffice,
    IERC1404,
    IERC1643,
    IERC3643Office,
    IERC3643Agents,
    IERC7943Fungible
{
    using Documents for Documents.Store;

    bytes4 private constant MINT = IERC3643Movements.mint.selector;
    bytes4 private constant FORCED_TRANSFER = IERC7943Movements.forcedTransfer.selector;

    /// @dev Unbinding costs T-REX's compliance about 40,000, behind its proxy.
    uint256 private constant UNBIND_GAS = 200_000;

    constructor() AccessManaged(address(0)) {}

    /* FREEZING */

    /// @inheritdoc ITokenOffice
    function freezeWallet(address account, bool frozen, string calldata reason, bytes32 documentHash)
        external
        restricted
    {
        _freezeWallet(account, frozen);
        emit ISecurityToken.Justified(msg.sender, msg.sig, account, reason, documentHash);
    }

    /// @inheritdoc IERC3643Office
    function setAddressFrozen(address userAddress, bool freeze) external restricted {
        _freezeWallet(userAddress, freeze);
    }

    /// @inheritdoc IERC3643Office
    function batchSetAddressFrozen(address[] calldata userAddresses, bool[] calldata freeze) external restricted {
        _sameLength(userAddresses.length, freeze.length);
        for (uint256 i = 0; i < userAddresses.length; ++i) {
            _freezeWallet(userAddresses[i], freeze[i]);
        }
    }

    /// @inheritdoc ITokenOffice
    function freezeUnits(address account, uint256 units, string calldata reason, bytes32 documentHash)
        external
        restricted
    {
        _freezeUnits(account, units);
        emit ISecurityToken.Justified(msg.sender, msg.sig, account, reason, documentHash);
    }

    /// @inheritdoc IERC7943Fungible
    function setFrozenTokens(address account, uint256 amount) external restricted returns (bool) {
        _freezeUnits(account, amount);
        return true;
    }

    /// @inheritdoc IERC3643Office
    function freezePartialTokens(address userAddress, uint256 amount) external restricted {
        _freezeUnits(userAddress, _frozenUnits[userAddress] + amount);
    }

    /// @inheritdoc IERC3643Office
    function unfreezePartialTokens(address userAddress, uint256 amount) external restricted {
        _unfreezeUnits(userAddress, amount);
    }

    /// @inheritdoc IERC3643Office
    function batchFreezePartialTokens(address[] calldata userAddresses, uint256[] calldata amounts)
        external
        restricted
    {
        _sameLength(userAddresses.length, amounts.length);
        for (uint256 i = 0; i < userAddresses.length; ++i) {
            _freezeUnits(userAddresses[i], _frozenUnits[userAddresses[i]] + amounts[i]);
        }
    }

    /// @inheritdoc IERC3643Office
    function batchUnfreezePartialTokens(address[] calldata userAddresses, uint256[] calldata amounts)
        external
        restricted
    {
        _sameLength(userAddresses.length, amounts.length);
        for (uint256 i = 0; i < userAddresses.length; ++i) {
            _unfreezeUnits(userAddresses[i], amounts[i]);
        }
    }

    function _unfreezeUnits(address account, uint256 units) private {
        uint256 frozen = _frozenUnits[account];
        require(units <= frozen, UnfreezeExceedsFrozen(account, frozen, units));
        _freezeUnits(account, frozen - units);
    }

    /* PAUSE */

    /// @inheritdoc IERC3643Office
    function pause() external restricted {
        require(!_config.isPaused(), PauseUnchanged());
        _config = _config.withPaused(true);
        emit Paused(msg.sender);
    }

    /// @inheritdoc IERC3643Office
    function unpause() external restricted {
        require(_config.isPaused(), PauseUnchanged());
        _config = _config.withPaused(false);
        emit Unpaused(msg.sender);
    }

    /// @inheritdoc IERC3643Office
    function paused() external view returns (bool) {
        return _config.isPaused();
    }

    /* REGISTRY AND RULEBOOK */

    /// @inheritdoc IERC3643Office
    /// @dev Power: compliance officer. A registry that is not tokenkit's is asked `isVerified` about the receiver each time.
    function setIdentityRegistry(address registry) external restricted {
        bool native = ERC165Checker.supportsInterface(registry, type(IIdentityRegistry).interfaceId);
        require(
            native ? IIdentityRegistry(registry).isTokenBound(address(this)) : registry.code.length != 0,
            InvalidRegistry(registry)
        );

        if (_config.hasRulebook() && registry != _config.registry()) IRulebookFace(_issued.rulebook()).attach();
        _config = _config.withRegistry(registry, !native);
        _voidAdmissions();
        emit IdentityRegistryAdded(registry);
    }

    /// @inheritdoc IERC3643Office
    function identityRegistry() external view returns (address) {
        return _config.registry();
    }

    /// @inheritdoc IERC3643Office
    /// @dev Power: compliance officer. Zero: no rules. What is not tokenkit's rulebook is bound and obeyed as a plain ERC-3643 compliance.
    function setCompliance(address compliance_) external restricted {
        (address former, bool wasPlain) = (_issued.rulebook(), _config.hasPlainCompliance());
        bool native = ERC165Checker.supportsInterface(compliance_, type(IRulebookFace).interfaceId);
        if (native) {
            require(IRulebookFace(compliance_).isTokenBound(address(this)), InvalidRulebook(compliance_));
            if (compliance_ != former) IRulebookFace(compliance_).attach();
        }

        _issued = _issued.withRulebook(compliance_);
        _config = _config.withCompliance(compliance_ != address(0), !native);
        emit ComplianceAdded(compliance_);

        if (wasPlain) _leavePlain(former);
        if (compliance_ != address(0) && !native) _bindPlain(compliance_);
    }

    /// @dev Nothing a former compliance does can hold the token back.
    function _leavePlain(address former) private {
        if (former.code.length == 0) return;
        try IERC3643Compliance(former).unbindToken{gas: UNBIND_GAS}(address(this)) {} catch {}
    }

    /// @dev Bound already by its owner will do, whatever it says to the token. T-REX lacks the one view or the other.
    function _bindPlain(address plain) private {
        // A registry of tokenkit's says that it serves the token, too.
        require(
            plain.code.length != 0 && !ERC165Checker.supportsInterface(plain, type(IIdentityRegistry).interfaceId),
            InvalidRulebook(plain)
        );

        try IERC3643Compliance(plain).bindToken(address(this)) {} catch {}
        require(
            _askPlain(plain, abi.encodeCall(IERC3643Compliance.getTokenBound, ()), gasleft()) == uint160(address(this))
                || _askPlain(plain, abi.encodeCall(IERC3643Compliance.isTokenBound, (address(this))), gasleft()) == 1,
            InvalidRulebook(plain)
        );
    }

    /// @inheritdoc IERC3643Office
    function compliance() external view returns (address) {
        return _issued.rulebook();
    }

    /// @inheritdoc ITokenOffice
    function admissionVersion() external view returns (uint256) {
        return _config.version();
    }

    /* PREFLIGHT */

    /// @inheritdoc ITokenOffice
    function explain(Kind kind, address operator, address from, address to, uint256 units)
        public
        view
        returns (Verdict[] memory)
    {
        // The issuer's side of an issue or a redemption is nobody.
        if (kind == Kind.Issue) from = address(0);
        if (kind == Kind.Redeem) to = address(0);

        Report memory report;
        report.collecting = true;
        _judge(report, _config, kind, operator, from, to, units, _rows[from], _rows[to]);
        return report.refusals;
    }

    /// @inheritdoc IERC1404
    function detectTransferRestriction(address from, address to, uint256 value) external view returns (uint8) {
        return detectTransferRestrictionFrom(from, from, to, value);
    }

    /// @inheritdoc IERC1404
    function detectTransferRestrictionFrom(address spender, address from, address to, uint256 value)
        public
        view
        returns (uint8)
    {
        Verdict[] memory refusals = explain(Kind.Transfer, spender, from, to, value);
        return refusals.length == 0 ? Restriction.NONE : refusals[0].code;
    }

    /// @inheritdoc IERC1404
    function messageForTransferRestriction(uint8 code) external pure returns (string memory) {
        return RestrictionMessages.message(code);
    }

    /// @inheritdoc IERC7943Fungible
    function canTransfer(address from, address to, uint256 amount) external view returns (bool) {
        Verdict[] memory refusals = explain(Kind.Transfer, from, from, to, amount);
        for (uint256 i = 0; i < refusals.length; ++i) {
            if (refusals[i].code != Restriction.BALANCE) return false;
        }
        return true;
    }

    /// @inheritdoc IERC7943Fungible
    function canSend(address account) external view returns (bool) {
        return _isEligible(account, Restriction.SENDER);
    }

    /// @inheritdoc IERC7943Fungible
    function canReceive(address account) external view returns (bool) {
        return _isEligible(account, Restriction.RECEIVER);
    }

    /// @inheritdoc IERC7943Fungible
    function getFrozenTokens(address account) external view returns (uint256) {
        return _frozenUnits[account];
    }

    /// @inheritdoc IERC3643Office
    function isFrozen(address userAddress) external view returns (bool) {
        return _rows[userAddress].has(FROZEN);
    }

    /// @inheritdoc ITokenOffice
    function unfrozenBalanceOf(address account) external view returns (uint256) {
        return _unfrozen(account, _rows[account].units());
    }

    /// @inheritdoc ITokenOffice
    function successorOf(address account) external view returns (address) {
        return _successors[account];
    }

    /// @inheritdoc ITokenOffice
    function rowOf(address account)
        external
        view
        returns (
            uint256 units,
            uint256 validUntil,
            uint256 stamp,
            uint256 recordDate,
            uint256 historyLength,
            uint256 country,
            uint256 claims,
            uint256 flags
        )
    {
        Row row = _rows[account];
        return (
            row.units(),
            row.validUntil(),
            row.stamp(),
            row.recordDate(),
            row.historyLength(),
            row.country(),
            row.claims(),
            row.flags()
        );
    }

    /* DOCUMENTS */

    /// @inheritdoc IERC1643
    function setDocument(bytes32 _name, string calldata _uri, bytes32 _documentHash) external restricted {
        _documents.set(_name, _uri, _documentHash);
    }

    /// @inheritdoc IERC1643
    function removeDocument(bytes32 _name) external restricted {
        _documents.remove(_name);
    }

    /// @inheritdoc IERC1643
    function getDocument(bytes32 _name) external view returns (string memory, bytes32, uint256) {
        Documents.Document memory document = _documents.documents[_name];
        return (document.uri, document.hash, document.modified);
    }

    /// @inheritdoc IERC1643
    function getAllDocuments() external view returns (bytes32[] memory) {
        return _documents.names;
    }

    /* NAMES */

    function name() external view returns (string memory) {
        return _name;
    }

    function symbol() external view returns (string memory) {
        return _symbol;
    }

    function decimals() external view returns (uint8) {
        return _config.decimals();
    }

    /// @inheritdoc IERC3643Office
    function setName(string calldata newName) external restricted {
        _setName(newName);
        _informed();
    }

    /// @inheritdoc IERC3643Office
    function setSymbol(string calldata newSymbol) external restricted {
        _symbol = newSymbol;
        _informed();
    }

    /// @inheritdoc IERC3643Office
    function setOnchainID(address newOnchainID) external restricted {
        _onchainID = newOnchainID;
        _informed();
    }

    /// @inheritdoc IERC3643Office
    function onchainID() external view returns (address) {
        return _onchainID;
    }

    /// @inheritdoc IERC3643Office
    function version() public pure returns (string memory) {
        return VERSION;
    }

    function _setName(string memory newName) private {
        require(bytes(newName).length != 0, ISecurityToken.EmptyName());
        _name = newName;
        emit IERC5267.EIP712DomainChanged();
    }

    function _informed() private {
        emit UpdatedTokenInformation(_name, _symbol, _config.decimals(), version(), _onchainID);
    }

    /* FACES OF THE AUTHORITY */

    /// @inheritdoc IERC3643Agents
    /// @dev An agent is whom the authority lets issue and force transfers at once.
    function isAgent(address agent) external view returns (bool) {
        IAccessManager manager = IAccessManager(authority());
        (bool issues,) = manager.canCall(agent, address(this), MINT);
        (bool forces,) = manager.canCall(agent, address(this), FORCED_TRANSFER);
        return issues && forces;
    }

    /// @inheritdoc IERC3643Agents
    /// @dev Power: admin. Works where the plan made this token admin of the two roles; they hold for every token of the issuer.
    function addAgent(address agent) external restricted {
        IAccessManager manager = IAccessManager(authority());
        manager.grantRole(manager.getTargetFunctionRole(address(this), MINT), agent, 0);
        manager.grantRole(manager.getTargetFunctionRole(address(this), FORCED_TRANSFER), agent, 0);
        emit AgentAdded(agent);
    }

    /// @inheritdoc IERC3643Agents
    /// @dev Power: admin.
    function removeAgent(address agent) external restricted {
        IAccessManager manager = IAccessManager(authority());
        manager.revokeRole(manager.getTargetFunctionRole(address(this), MINT), agent);
        manager.revokeRole(manager.getTargetFunctionRole(address(this), FORCED_TRANSFER), agent);
        emit AgentRemoved(agent);
    }

    /// @notice The authority: who may call what is decided there (ERC-173's question).
    function owner() external view returns (address) {
        return authority();
    }

    function _sameLength(uint256 expected, uint256 actual) private pure {
        require(expected == actual, ISecurityToken.LengthMismatch(expected, actual));
    }
}
