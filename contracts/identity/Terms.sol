// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {Restriction} from "../types/Verdict.sol";
import {Registration} from "./Registration.sol";

/// @title Terms
/// @notice Who may hold one token: providers accepted, countries admitted, and what is required of their residents.
/// @dev Each admitted country has a word that says all that is asked of its residents, so that judging one of them reads one slot.
/// Country 0 stands for every country not named.
library Terms {
    /// @notice At most this many country groups.
    uint256 internal constant GROUPS = 6;

    uint16 private constant OTHERS = 0;
    uint16 private constant LAST_COUNTRY = 999;
    uint256 private constant NAMED_SLOTS = 4;

    uint8 private constant LAPSED_MAY_SELL = 1;
    uint8 private constant BOUND = 2;
    uint8 private constant HOOKED = 4;

    /// @dev One slot.
    struct Header {
        uint32 providers; // one bit a provider accepted; 0: never set
        uint8 groups;
        uint8 flags;
    }

    /// @dev One slot.
    struct CountryTerms {
        uint32 claims; // all of these are required
        uint32 providers; // as in the header
        uint8 group; // 1 + its index; 0: not admitted
        bool lapsedMaySell; // as in the header
    }

    struct State {
        Header header;
        uint256[NAMED_SLOTS] named; // one bit a country that has its own word
        mapping(uint256 country => CountryTerms terms) countries;
    }

    // ---- binding ----

    function bind(State storage self, bool hooked) internal {
        self.header.flags |= hooked ? BOUND | HOOKED : BOUND;
    }

    function unbind(State storage self) internal {
        _clear(self);
        delete self.header;
    }

    function isBound(State storage self) internal view returns (bool) {
        return self.header.flags & BOUND != 0;
    }

    function isHooked(State storage self) internal view returns (bool) {
        return self.header.flags & HOOKED != 0;
    }

    // ---- terms ----

    /// @notice Replaces the terms.
    function set(
        State storage self,
        uint32 providers,
        bool lapsedMaySell,
        IIdentityRegistry.CountryGroup[] calldata groups
    ) internal {
        uint256 count = groups.length;
        if (count == 0 || count > GROUPS) revert IIdentityRegistry.InvalidTerms(count == 0 ? 0 : GROUPS);

        _clear(self);
        uint8 binding = self.header.flags & (BOUND | HOOKED);
        self.header = Header({
            providers: providers, groups: uint8(count), flags: lapsedMaySell ? binding | LAPSED_MAY_SELL : binding
        });
        for (uint256 i; i < count; ++i) {
            CountryTerms memory terms = CountryTerms({
                claims: groups[i].claims, providers: providers, group: uint8(i + 1), lapsedMaySell: lapsedMaySell
            });
            uint16[] calldata countries = groups[i].countries;
            if (countries.length == 0 && i != count - 1) revert IIdentityRegistry.InvalidTerms(i);
            if (countries.length == 0) self.countries[OTHERS] = terms;
            for (uint256 n; n < countries.length; ++n) {
                _admit(self, countries[n], terms);
            }
        }
    }

    /// @notice The first reason why a registered wallet is not admitted, looking at country, provider, claims in this order; 0: none.
    /// And whether one that is not admitted may sell what it has.
    function judge(State storage self, Registration wallet) internal view returns (uint8 reason, bool maySell) {
        CountryTerms memory terms = self.countries[wallet.country()];
        if (terms.group == 0) terms = self.countries[OTHERS];
        if (terms.group == 0) return (Restriction.COUNTRY, self.header.flags & LAPSED_MAY_SELL != 0);

        if (terms.providers >> wallet.provider() & 1 == 0) return (Restriction.PROVIDER, terms.lapsedMaySell);
        if (wallet.claims() & terms.claims != terms.claims) return (Restriction.CLAIMS, terms.lapsedMaySell);
        return (Restriction.NONE, terms.lapsedMaySell);
    }

    /// @notice Providers and groups as they were set, the countries of each group in ascending order.
    function read(State storage self)
        internal
        view
        returns (uint32 providers, bool lapsedMaySell, IIdentityRegistry.CountryGroup[] memory groups)
    {
        Header memory header = self.header;
        uint256[GROUPS + 1] memory sizes;
        uint16[] memory named = _namedCountries(self);
        for (uint256 i; i < named.length; ++i) {
            ++sizes[self.countries[named[i]].group];
        }
        groups = new IIdentityRegistry.CountryGroup[](header.groups);
        for (uint256 i; i < groups.length; ++i) {
            groups[i].countries = new uint16[](sizes[i + 1]);
            if (sizes[i + 1] == 0) groups[i].claims = self.countries[OTHERS].claims;
        }
        for (uint256 i = named.length; i != 0; --i) {
            CountryTerms memory terms = self.countries[named[i - 1]];
            IIdentityRegistry.CountryGroup memory group = groups[terms.group - 1];
            group.claims = terms.claims;
            group.countries[--sizes[terms.group]] = named[i - 1];
        }
        return (header.providers, header.flags & LAPSED_MAY_SELL != 0, groups);
    }

    /// @notice Whether the number can be a country of ISO 3166-1.
    function isCountry(uint16 country) internal pure returns (bool) {
        return country != 0 && country <= LAST_COUNTRY;
    }

    function _admit(State storage self, uint16 country, CountryTerms memory terms) private {
        if (!isCountry(country)) revert IIdentityRegistry.InvalidCountry(country);
        if (_isNamed(self, country)) revert IIdentityRegistry.InvalidTerms(terms.group - 1);

        self.named[country / 256] |= 1 << (country % 256);
        self.countries[country] = terms;
    }

    function _clear(State storage self) private {
        uint16[] memory named = _namedCountries(self);
        for (uint256 i; i < named.length; ++i) {
            delete self.countries[named[i]];
        }
        delete self.named;
        delete self.countries[OTHERS];
    }

    /// @dev Ascending.
    function _namedCountries(State storage self) private view returns (uint16[] memory countries) {
        uint256 count;
        for (uint256 slot; slot < NAMED_SLOTS; ++slot) {
            for (uint256 bits = self.named[slot]; bits != 0; bits &= bits - 1) {
                ++count; // each turn clears the lowest bit that is set
            }
        }
        countries = new uint16[](count);
        uint256 found;
        for (uint256 slot; slot < NAMED_SLOTS; ++slot) {
            uint256 bits = self.named[slot];
            for (uint256 country = slot * 256; bits != 0; ++country) {
                if (bits & 1 != 0) countries[found++] = uint16(country); // Cannot truncate: at most 999.
                bits >>= 1;
            }
        }
    }

    function _isNamed(State storage self, uint16 country) private view returns (bool) {
        return self.named[country / 256] >> (country % 256) & 1 != 0;
    }
}
