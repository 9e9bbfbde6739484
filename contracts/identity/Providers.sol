// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";

/// @title Providers
/// @notice Who attests facts. One bit each says whether they count, so revoking one is one write, however many investors it attested.
library Providers {
    /// @notice At most this many, the issuer included.
    uint256 internal constant LIMIT = 32;

    struct State {
        uint32 active; // ┐ one bit a provider; bit 0 (the issuer) is never cleared
        uint8 count; //   ┘
        mapping(uint256 index => address account) accounts;
    }

    /// @notice Starts with the issuer.
    function init(State storage self) internal {
        (self.active, self.count) = (1, 1);
    }

    function add(State storage self, address account) internal returns (uint8 provider) {
        provider = self.count;
        if (account == address(0)) revert IIdentityRegistry.ZeroAddress();
        if (provider == LIMIT) revert IIdentityRegistry.TooManyProviders(LIMIT);

        self.accounts[provider] = account;
        self.active |= uint32(1) << provider;
        self.count = provider + 1;
    }

    function revoke(State storage self, uint8 provider) internal {
        if (provider == 0 || !isActive(self, provider)) revert IIdentityRegistry.InvalidProvider(provider);

        self.active &= ~(uint32(1) << provider);
    }

    function reinstate(State storage self, uint8 provider) internal {
        if (provider >= self.count || isActive(self, provider)) revert IIdentityRegistry.InvalidProvider(provider);

        self.active |= uint32(1) << provider;
    }

    /// @notice Whether a provider exists and counts. The issuer always does, which costs no look-up.
    function isActive(State storage self, uint8 provider) internal view returns (bool) {
        return provider == 0 || self.active >> provider & 1 != 0;
    }
}
