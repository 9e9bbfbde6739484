// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {Restriction} from "../types/Verdict.sol";
import {Registration} from "./Registration.sol";

/// @title Terms
/// @notice Who may hold one token: providers accepted, countries admitted, and what is required of their residents.
/// @dev A country's group is a number of 4 bits: 0 not named, else 1 + the index of its group. Judging reads two slots.
library Terms {
    /// @notice At most this many country groups.
    uint256 internal constant GROUPS = 6;

    uint256 private constant SLOTS = 16;
    uint256 private constant COUNTRIES_PER_SLOT = 64;
    uint16 private constant LAST_COUNTRY = 999;

    uint8 private constant LAPSED_MAY_SELL = 1;
    uint8 private constant BOUND = 2;
    uint8 private constant HOOKED = 4;

    /// @dev One slot.
    struct Header {
        uint32 providers; // one bit a provider accepted
        uint192 claims; // 32 bits a group, the first group in the lowest bits
        uint8 defaultGroup; // number of the group of every country not named; 0: none
        uint8 flags;
    }

    struct State {
        Header header;
        uint256[SLOTS] groupNumbers; // 64 countries a slot
    }

    // ---- binding ----

    function bind(State storage self, bool hooked) internal {
        self.header.flags |= hooked ? BOUND | HOOKED : BOUND;
    }

    /// @dev Country numbers stay behind; without a header they mean nothing, and new terms overwrite them.
    function unbind(State storage self) internal {
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

        uint256[SLOTS] memory numbers;
        uint256 claims;
        uint8 defaultGroup;
        for (uint256 i; i < count; ++i) {
            claims |= uint256(groups[i].claims) << 32 * i;
            if (groups[i].countries.length != 0) _number(numbers, groups[i].countries, i);
            else if (i == count - 1) defaultGroup = uint8(count);
            else revert IIdentityRegistry.InvalidTerms(i);
        }

        uint8 binding = self.header.flags & (BOUND | HOOKED);
        self.header = Header({
            providers: providers,
            claims: uint192(claims),
            defaultGroup: defaultGroup,
            flags: lapsedMaySell ? binding | LAPSED_MAY_SELL : binding
        });
        self.groupNumbers = numbers;
    }

    /// @notice The first reason why a registered wallet is not admitted, looking at provider, country, claims in this order; 0: none.
    /// And whether one that is not admitted may sell what it has.
    function judge(State storage self, Registration wallet) internal view returns (uint8 reason, bool maySell) {
        Header memory header = self.header;
        maySell = header.flags & LAPSED_MAY_SELL != 0;

        if (header.providers >> wallet.provider() & 1 == 0) return (Restriction.PROVIDER, maySell);
        uint256 group = _groupOf(self, wallet.country());
        if (group == 0) group = header.defaultGroup;
        if (group == 0) return (Restriction.COUNTRY, maySell);
        uint32 required = _claimsOf(header, group - 1);
        return (wallet.claims() & required == required ? Restriction.NONE : Restriction.CLAIMS, maySell);
    }

    /// @notice Providers and groups as they were set, the countries of each group in ascending order.
    function read(State storage self)
        internal
        view
        returns (uint32 providers, bool lapsedMaySell, IIdentityRegistry.CountryGroup[] memory groups)
    {
        Header memory header = self.header;
        if (header.providers == 0) return (0, false, groups); // never set: terms accept a provider

        uint256[GROUPS + 1] memory sizes;
        uint256 count = header.defaultGroup;
        for (uint16 country = 1; country <= LAST_COUNTRY; ++country) {
            uint256 number = _groupOf(self, country);
            ++sizes[number];
            if (number > count) count = number;
        }
        groups = new IIdentityRegistry.CountryGroup[](count);
        for (uint256 i; i < count; ++i) {
            groups[i] = IIdentityRegistry.CountryGroup(_claimsOf(header, i), _countriesOf(self, i + 1, sizes[i + 1]));
        }
        return (header.providers, header.flags & LAPSED_MAY_SELL != 0, groups);
    }

    /// @notice Whether the number can be a country of ISO 3166-1.
    function isCountry(uint16 country) internal pure returns (bool) {
        return country != 0 && country <= LAST_COUNTRY;
    }

    function _number(uint256[SLOTS] memory numbers, uint16[] calldata countries, uint256 group) private pure {
        for (uint256 i; i < countries.length; ++i) {
            uint16 country = countries[i];
            if (!isCountry(country)) revert IIdentityRegistry.InvalidCountry(country);
            (uint256 slot, uint256 shift) = _place(country);
            if (numbers[slot] >> shift & 0xf != 0) revert IIdentityRegistry.InvalidTerms(group);
            numbers[slot] |= (group + 1) << shift;
        }
    }

    function _groupOf(State storage self, uint16 country) private view returns (uint256) {
        (uint256 slot, uint256 shift) = _place(country);
        return self.groupNumbers[slot] >> shift & 0xf;
    }

    function _countriesOf(State storage self, uint256 number, uint256 size)
        private
        view
        returns (uint16[] memory countries)
    {
        countries = new uint16[](size);
        uint256 found;
        for (uint16 country = 1; found < size; ++country) {
            if (_groupOf(self, country) == number) countries[found++] = country;
        }
    }

    function _claimsOf(Header memory header, uint256 group) private pure returns (uint32) {
        return uint32(header.claims >> 32 * group);
    }

    function _place(uint16 country) private pure returns (uint256 slot, uint256 shift) {
        return (country / COUNTRIES_PER_SLOT, country % COUNTRIES_PER_SLOT * 4);
    }
}
