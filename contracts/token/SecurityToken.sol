// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IAdmissionHooks} from "../interfaces/IIdentityRegistry.sol";
import {IRegister, ISecurityToken} from "../interfaces/ISecurityToken.sol";
import {ITokenOffice} from "../interfaces/ITokenOffice.sol";
import {IERC1643} from "../interfaces/standards/IERC1643.sol";
import {IERC1644} from "../interfaces/standards/IERC1644.sol";
import {IERC3643Movements} from "../interfaces/standards/IERC3643.sol";
import {IERC7943Movements} from "../interfaces/standards/IERC7943.sol";
import {Kind} from "../types/Move.sol";
import {newConfig} from "./Config.sol";
import {RecordDates} from "./RecordDates.sol";
import {Recovery} from "./Recovery.sol";
import {Register} from "./Register.sol";

/// @title SecurityToken
/// @notice One share class: see {ISecurityToken}. What this contract does not answer, its office does: {ITokenOffice}.
/// @dev Trusts the authority (who may call what), the registry (who is admitted, which wallets are one investor), the rulebook
/// (what may move) and the office (code it runs as its own; fixed when deployed). Everything that moves units is here.
/// Deployed as it is, or behind an ERC-1967 proxy where the plan wants upgrades.
/// @custom:invariant TOK-1 The supply is the sum of all wallets' units.
/// @custom:invariant TOK-2 A stamped answer equals a fresh answer of the registry.
/// @custom:invariant TOK-3 A preflight says yes if and only if the movement succeeds.
/// @custom:invariant TOK-4 What a wallet held at a passed record date never changes and is what it held before that second.
/// @custom:invariant TOK-5 Frozen units leave a wallet only by order.
/// @custom:invariant TOK-6 A plain ERC-3643 compliance is told once of every movement of units, after it.
contract SecurityToken is
    Register,
    Recovery,
    Initializable,
    UUPSUpgradeable,
    IERC3643Movements,
    IERC7943Movements,
    IERC1644,
    IERC165
{
    bytes4 private constant ERC1404_ID = 0xab84a5c8;
    bytes4 private constant ERC1404_SPENDER_ID = 0x78a8de7d;
    bytes4 private constant ERC3643_ID = 0xb97d944c;
    bytes4 private constant ERC7943_ID = 0x3edbb4c4;

    /// @inheritdoc ISecurityToken
    address public immutable office;

    /// @param plain Whether this is the token itself; otherwise it is only code for proxies, which call {initialize}.
    constructor(Setup memory setup, bool plain, address office_) AccessManaged(setup.authority) {
        require(office_.code.length != 0, InvalidOffice(office_));

        office = office_;
        if (plain) _initialize(setup);
        _disableInitializers();
    }

    /// @inheritdoc ISecurityToken
    function initialize(Setup calldata setup) external initializer {
        _setAuthority(setup.authority);
        _initialize(setup);
    }

    function _initialize(Setup memory setup) private {
        require(setup.decimals <= 18, InvalidDecimals(setup.decimals));
        require(bytes(setup.name).length != 0, EmptyName());

        _config = newConfig(setup.decimals);
        _onchainID = setup.onchainID;
        _name = setup.name;
        _symbol = setup.symbol;
    }

    /// @dev Power: upgrader.
    function _authorizeUpgrade(address) internal override restricted {}

    /// @dev Everything else is the office's, on this token's storage. Takes no value.
    fallback(bytes calldata input) external returns (bytes memory) {
        return Address.functionDelegateCall(office, input);
    }

    /* ERC-20 */

    function transfer(address to, uint256 value) external returns (bool) {
        _move(Kind.Transfer, msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        _spendAllowance(from, msg.sender, value);
        _move(Kind.Transfer, from, to, value);
        return true;
    }

    /// @inheritdoc IERC3643Movements
    function batchTransfer(address[] calldata toList, uint256[] calldata amounts) external {
        _sameLength(toList.length, amounts.length);
        for (uint256 i = 0; i < toList.length; ++i) {
            _move(Kind.Transfer, msg.sender, toList[i], amounts[i]);
        }
    }

    /* ISSUE AND REDEEM */

    /// @inheritdoc ISecurityToken
    function issue(address to, uint256 units, string calldata reason, bytes32 documentHash) external restricted {
        _move(Kind.Issue, address(0), to, units);
        emit Justified(msg.sender, msg.sig, to, reason, documentHash);
    }

    /// @inheritdoc ISecurityToken
    function issueBatch(address[] calldata to, uint256[] calldata units, string calldata reason, bytes32 documentHash)
        external
        restricted
    {
        _issueAll(to, units);
        emit Justified(msg.sender, msg.sig, address(0), reason, documentHash);
    }

    /// @inheritdoc ISecurityToken
    function redeem(address from, uint256 units, string calldata reason, bytes32 documentHash) external restricted {
        _move(Kind.Redeem, from, address(0), units);
        emit Justified(msg.sender, msg.sig, from, reason, documentHash);
    }

    /// @inheritdoc IERC3643Movements
    function mint(address to, uint256 amount) external restricted {
        _move(Kind.Issue, address(0), to, amount);
    }

    /// @inheritdoc IERC3643Movements
    function batchMint(address[] calldata toList, uint256[] calldata amounts) external restricted {
        _issueAll(toList, amounts);
    }

    /// @inheritdoc IERC3643Movements
    function burn(address userAddress, uint256 amount) external restricted {
        _move(Kind.Redeem, userAddress, address(0), amount);
    }

    /// @inheritdoc IERC3643Movements
    function batchBurn(address[] calldata userAddresses, uint256[] calldata amounts) external restricted {
        _sameLength(userAddresses.length, amounts.length);
        for (uint256 i = 0; i < userAddresses.length; ++i) {
            _move(Kind.Redeem, userAddresses[i], address(0), amounts[i]);
        }
    }

    function _issueAll(address[] calldata to, uint256[] calldata units) private {
        _sameLength(to.length, units.length);
        for (uint256 i = 0; i < to.length; ++i) {
            _move(Kind.Issue, address(0), to[i], units[i]);
        }
    }

    /* BY ORDER */

    /// @inheritdoc ISecurityToken
    function forceTransfer(address from, address to, uint256 units, string calldata reason, bytes32 documentHash)
        external
        restricted
    {
        _force(from, to, units);
        emit Justified(msg.sender, msg.sig, from, reason, documentHash);
    }

    /// @inheritdoc IERC7943Movements
    function forcedTransfer(address from, address to, uint256 amount) external restricted returns (bool) {
        _force(from, to, amount);
        return true;
    }

    /// @inheritdoc IERC3643Movements
    function batchForcedTransfer(address[] calldata fromList, address[] calldata toList, uint256[] calldata amounts)
        external
        restricted
    {
        _sameLength(fromList.length, toList.length);
        _sameLength(fromList.length, amounts.length);
        for (uint256 i = 0; i < fromList.length; ++i) {
            _force(fromList[i], toList[i], amounts[i]);
        }
    }

    /// @inheritdoc IERC1644
    function controllerTransfer(
        address _from,
        address _to,
        uint256 _value,
        bytes calldata _data,
        bytes calldata _operatorData
    ) external restricted {
        _force(_from, _to, _value);
        emit ControllerTransfer(msg.sender, _from, _to, _value, _data, _operatorData);
    }

    /// @inheritdoc IERC1644
    function controllerRedeem(
        address _tokenHolder,
        uint256 _value,
        bytes calldata _data,
        bytes calldata _operatorData
    ) external restricted {
        _move(Kind.Redeem, _tokenHolder, address(0), _value);
        emit ControllerRedemption(msg.sender, _tokenHolder, _value, _data, _operatorData);
    }

    /// @inheritdoc IERC1644
    function isControllable() external pure returns (bool) {
        return true;
    }

    function _force(address from, address to, uint256 units) private {
        _move(Kind.Forced, from, to, units);
        emit ForcedTransfer(from, to, units);
    }

    /// @inheritdoc ISecurityToken
    function recover(
        address lost,
        address replacement,
        address identity,
        string calldata reason,
        bytes32 documentHash
    ) external restricted {
        _recover(lost, replacement, identity);
        emit Justified(msg.sender, msg.sig, lost, reason, documentHash);
    }

    /// @inheritdoc IERC3643Movements
    function recoveryAddress(address lostWallet, address newWallet, address investorOnchainID)
        external
        restricted
        returns (bool)
    {
        _recover(lostWallet, newWallet, investorOnchainID);
        return true;
    }

    /* RECORD DATES */

    /// @inheritdoc ISecurityToken
    function scheduleRecordDate(uint48 recordDate) external restricted {
        uint256 passed = RecordDates.countPassed(_recordDates, _config.passed());
        RecordDates.schedule(_recordDates, recordDate, passed);
        _setRecordDates(_config, passed);
        emit RecordDateScheduled(recordDate);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == type(IERC165).interfaceId || id == type(IERC20).interfaceId
            || id == type(IERC20Metadata).interfaceId || id == type(IERC20Permit).interfaceId
            || id == type(IERC5267).interfaceId || id == ERC7943_ID || id == ERC3643_ID
            || id == ERC1404_ID || id == ERC1404_SPENDER_ID || id == type(IERC1643).interfaceId
            || id == type(IERC1644).interfaceId || id == type(IRegister).interfaceId
            || id == type(IAdmissionHooks).interfaceId || id == type(ISecurityToken).interfaceId || id == type(ITokenOffice).interfaceId;
    }

    function _sameLength(uint256 expected, uint256 actual) private pure {
        require(expected == actual, LengthMismatch(expected, actual));
    }
}
