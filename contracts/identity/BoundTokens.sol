// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {IAdmissionHooks, IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {IERC3643Office} from "../interfaces/standards/IERC3643.sol";
import {Terms} from "./Terms.sol";

/// @title Bound tokens
/// @notice The tokens that ask a registry, each with its terms, and how they are told of changes.
/// @dev A token that asks elsewhere, not yet or no longer here, keeps no answer of this registry and is not told.
library BoundTokens {
    using Terms for Terms.State;

    /// @notice At most this many tokens.
    uint256 internal constant LIMIT = 16;

    /// @dev What a token gets to say whom it asks. A call starved of gas must not look like a no.
    uint256 private constant ANSWER_GAS = 100_000;

    struct State {
        address[] tokens;
        mapping(address token => Terms.State) terms;
        mapping(address token => bool) expelled; // never bound again: nobody counted what happened meanwhile
    }

    function bind(State storage self, address token) internal {
        if (self.terms[token].isBound()) revert IIdentityRegistry.TokenAlreadyBound(token);
        if (self.expelled[token]) revert IIdentityRegistry.TokenExpelled(token);
        if (self.tokens.length == LIMIT) revert IIdentityRegistry.TooManyTokens(LIMIT);
        if (token.code.length == 0) revert IIdentityRegistry.NotAToken(token);

        self.tokens.push(token);
        self.terms[token].bind(ERC165Checker.supportsInterface(token, type(IAdmissionHooks).interfaceId));
    }

    /// @dev Also a token that is broken and does not answer.
    function unbind(State storage self, address token) internal {
        requireBound(self, token);
        if (_asksHere(token)) revert IIdentityRegistry.TokenInUse(token);

        _drop(self, token);
    }

    /// @dev What the token answers does not matter, and it may refuse to be told.
    function expel(State storage self, address token) internal {
        requireBound(self, token);

        _drop(self, token);
        self.expelled[token] = true;
        _requireGas();
        if (token.code.length == 0) return;
        // One that was not told is answered with a no from now on all the same.
        try IAdmissionHooks(token).admissionsChanged{gas: ANSWER_GAS}() {} catch {}
    }

    /// @notice Tells the tokens that the facts of these wallets, all of one investor, are about to change.
    function announce(State storage self, address[] memory wallets) internal {
        if (wallets.length == 0) return;
        for (uint256 i; i < self.tokens.length; ++i) {
            address token = self.tokens[i];
            if (_listens(self, token)) IAdmissionHooks(token).beforeFactsChange(wallets);
        }
    }

    /// @notice Tells the tokens that the facts of these wallets, all of one investor, are these now.
    function confirm(State storage self, address[] memory wallets, uint16 country, uint32 claims) internal {
        for (uint256 i; i < self.tokens.length; ++i) {
            address token = self.tokens[i];
            if (_listens(self, token)) IAdmissionHooks(token).afterFactsChange(wallets, country, claims);
        }
    }

    /// @notice Tells one token that every answer it keeps is void.
    function voidStamps(State storage self, address token) internal {
        if (_listens(self, token)) IAdmissionHooks(token).admissionsChanged();
    }

    /// @notice Tells all tokens so.
    function voidStamps(State storage self) internal {
        for (uint256 i; i < self.tokens.length; ++i) {
            voidStamps(self, self.tokens[i]);
        }
    }

    function requireBound(State storage self, address token) internal view {
        if (!self.terms[token].isBound()) revert IIdentityRegistry.TokenNotBound(token);
    }

    function _drop(State storage self, address token) private {
        _remove(self.tokens, token);
        self.terms[token].unbind();
    }

    function _requireGas() private view {
        if (gasleft() * 63 / 64 < ANSWER_GAS) revert IIdentityRegistry.MoreGasNeeded(ANSWER_GAS);
    }

    function _remove(address[] storage tokens, address token) private {
        uint256 position;
        while (tokens[position] != token) {
            ++position; // Cannot run past the end: a bound token is in the list.
        }
        tokens[position] = tokens[tokens.length - 1];
        tokens.pop();
    }

    function _listens(State storage self, address token) private view returns (bool) {
        return self.terms[token].isHooked() && _asksHere(token);
    }

    /// @dev A token that no longer answers keeps nothing of this registry's.
    function _asksHere(address token) private view returns (bool) {
        _requireGas();
        (bool answered, bytes memory answer) =
            token.staticcall{gas: ANSWER_GAS}(abi.encodeCall(IERC3643Office.identityRegistry, ()));
        return answered && answer.length == 32 && uint256(bytes32(answer)) == uint160(address(this));
    }
}
