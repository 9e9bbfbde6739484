// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IExternalRule} from "../../interfaces/external/IExternalRule.sol";
import {IRulebook, IRulebookFace} from "../../interfaces/IRulebook.sol";
import {IERC3643IdentityRegistry, IERC3643Office} from "../../interfaces/standards/IERC3643.sol";
import {Move} from "../../types/Move.sol";

/// @title What external rules have in common
/// @notice Who may set a rule, who may tell it, and whom a wallet stands for.
/// @dev Trusts its authority, the rulebook (says what moved) and the tokens bound to it with their registries (say whose a wallet is).
abstract contract RuleBase is IExternalRule, AccessManaged {
    /// @dev What a token, or its registry, may take to answer: the answers of proxied ERC-3643 registries cost some 25,000.
    uint256 private constant LOOKUP_GAS = 60_000;

    /// @inheritdoc IExternalRule
    address public immutable rulebook;

    modifier onlyRulebook() {
        if (msg.sender != rulebook) revert NotTheRulebook(msg.sender);
        _;
    }

    modifier served(address token) {
        _requireServed(token);
        _;
    }

    constructor(address initialAuthority, address initialRulebook) AccessManaged(initialAuthority) {
        if (initialRulebook.code.length == 0) revert NotARulebook(initialRulebook);
        rulebook = initialRulebook;
    }

    /// @notice The investor behind a wallet: its identity in the token's registry, or else the wallet itself.
    /// @dev An investor is named by an address, so its several wallets share one state and a recovery carries it along. A registry that
    /// fails or answers zero makes every wallet an investor. State stays with the name: where the registrar gives an investor another
    /// identity, the officer sets anew what is to go on.
    function _investorOf(address token, address wallet) internal view returns (address investor) {
        investor = _identityOf(token, wallet);
        if (investor == address(0)) return wallet;
    }

    /// @notice The same for an act that is to last: refused for a wallet that could be registered under another name later.
    function _registeredInvestorOf(address token, address wallet) internal view returns (address investor) {
        investor = _identityOf(token, wallet);
        if (investor == address(0)) revert UnknownInvestor(wallet);
    }

    /// @notice Whether a movement is between the wallets of its giver, so nobody's sale.
    /// @dev Under a plain ERC-3643 registry the token cannot tell: each of its wallets counts as an investor there.
    /// @param giver The investor behind the giving wallet.
    function _isOwn(address token, address giver, Move calldata move) internal view returns (bool) {
        return move.sameInvestor || (move.to.wallet != address(0) && _investorOf(token, move.to.wallet) == giver);
    }

    function _requireServed(address token) internal view {
        if (!IRulebookFace(rulebook).isTokenBound(token)) revert IRulebook.TokenNotBound(token);
    }

    function _identityOf(address token, address wallet) private view returns (address) {
        address registry = _ask(token, abi.encodeCall(IERC3643Office.identityRegistry, ()));
        if (registry == address(0)) return address(0);
        return _ask(registry, abi.encodeCall(IERC3643IdentityRegistry.identity, (wallet)));
    }

    /// @dev An answer, or zero. Insists on the gas, so that nobody can make an answer fail by giving little.
    function _ask(address target, bytes memory question) private view returns (address) {
        if (gasleft() * 63 / 64 < LOOKUP_GAS) revert IRulebook.RuleNeedsGas(address(this), LOOKUP_GAS);
        (bool success, uint256 word) = _tryAsk(target, LOOKUP_GAS, question);
        return success && word <= type(uint160).max ? address(uint160(word)) : address(0);
    }

    /// @notice Asks for one word and copies no more than that; `success` only if there is one.
    function _tryAsk(address target, uint256 gasLimit, bytes memory question)
        internal
        view
        returns (bool success, uint256 word)
    {
        // Cannot touch other memory: the answer goes to scratch space.
        assembly ("memory-safe") {
            success := staticcall(gasLimit, target, add(question, 0x20), mload(question), 0, 0x20)
            success := and(success, iszero(lt(returndatasize(), 0x20)))
            word := mload(0)
        }
    }
}
