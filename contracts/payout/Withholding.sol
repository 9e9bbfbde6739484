// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayoutsOffice} from "../interfaces/IPayoutsOffice.sol";

/// @title Withholding table
/// @notice Rates of tax by country and claims, and treaty rates of single holders, frozen when a payout is declared.
/// @dev Kept as the code of an account that does nothing else: a third of the cost of storage, and a page reads it once. A word each:
/// how many rates there are, the rates (country uint12 | mask uint32 at 12 | claims uint32 at 44 | ppm uint20 at 76 | authority at 96),
/// the treaties in ascending order of their holders (ppm uint20 | holder at 96).
library Withholding {
    uint256 internal constant RATE_LIMIT = 16;
    uint256 internal constant TREATY_LIMIT = 64;
    uint256 private constant WHOLE = 1_000_000;
    uint256 private constant PPM_BITS = (1 << 20) - 1;
    uint256 private constant COUNTRY_BITS = (1 << 12) - 1; // ISO 3166-1 numbers have three digits

    /// @notice Keeps a table; the account it is kept at can neither change nor vanish.
    function store(IPayoutsOffice.Rate[] calldata rates, IPayoutsOffice.Treaty[] calldata treaties) internal returns (address table) {
        if (rates.length > RATE_LIMIT) revert IPayoutsOffice.TooManyRates(RATE_LIMIT);
        if (treaties.length > TREATY_LIMIT) revert IPayoutsOffice.TooManyTreaties(TREATY_LIMIT);
        if (treaties.length != 0 && rates.length == 0) revert IPayoutsOffice.InvalidTreaty(0);

        bytes memory code = new bytes(11 + 32 * (1 + rates.length + treaties.length));
        // First what returns the rest: push1 11, codesize, sub, dup1, push1 11, push0, codecopy, push0, return; then the words.
        _put(code, 0, uint256(bytes32(hex"600b380380600b5f395ff3")));
        _put(code, 11, rates.length);
        for (uint256 i; i < rates.length; ++i) {
            _put(code, 43 + 32 * i, _rateWord(i, rates[i]));
        }
        address previous;
        for (uint256 i; i < treaties.length; ++i) {
            IPayoutsOffice.Treaty calldata treaty = treaties[i];
            if (treaty.holder <= previous || treaty.ppm > WHOLE) revert IPayoutsOffice.InvalidTreaty(i);
            previous = treaty.holder;
            _put(code, 43 + 32 * (rates.length + i), uint256(uint160(previous)) << 96 | treaty.ppm);
        }
        // Cannot harm memory: reads the code only.
        assembly ("memory-safe") {
            table := create(0, add(code, 0x20), mload(code))
        }
        if (table == address(0)) revert IPayoutsOffice.TableNotKept();
    }

    /// @notice A table's words; none if there is no table.
    function load(address table) internal view returns (uint256[] memory words) {
        if (table == address(0)) return words;
        uint256 size = table.code.length;
        words = new uint256[](size / 32);
        // Cannot harm memory: `words` has room for all of it.
        assembly ("memory-safe") {
            extcodecopy(table, add(words, 0x20), 0, size)
        }
    }

    /// @notice What is withheld of a share, and for which authority: by the first rate that applies, or by the holder's treaty instead.
    function taxOn(uint256[] memory words, address holder, uint256 country, uint256 claims, uint256 share)
        internal
        pure
        returns (uint256 tax, address authority)
    {
        if (words.length == 0) return (0, address(0));
        for (uint256 i = 1; i <= words[0]; ++i) {
            uint256 word = words[i];
            if (word & COUNTRY_BITS != 0 && word & COUNTRY_BITS != country) continue;
            if (claims & uint32(word >> 12) != uint32(word >> 44)) continue;
            // 112 and 20 bits: exact. Rounds down.
            tax = share * _treaty(words, holder, (word >> 76) & PPM_BITS) / WHOLE;
            return (tax, address(uint160(word >> 96)));
        }
    }

    /// @notice The table as it was declared.
    function unpack(address table) internal view returns (IPayoutsOffice.Rate[] memory rates, IPayoutsOffice.Treaty[] memory treaties) {
        uint256[] memory words = load(table);
        if (words.length == 0) return (rates, treaties);
        rates = new IPayoutsOffice.Rate[](words[0]);
        for (uint256 i; i < rates.length; ++i) {
            uint256 word = words[1 + i];
            rates[i] = IPayoutsOffice.Rate({
                country: uint16(word & COUNTRY_BITS),
                mask: uint32(word >> 12),
                claims: uint32(word >> 44),
                ppm: uint24((word >> 76) & PPM_BITS),
                authority: address(uint160(word >> 96))
            });
        }
        treaties = new IPayoutsOffice.Treaty[](words.length - 1 - rates.length);
        for (uint256 i; i < treaties.length; ++i) {
            uint256 word = words[1 + rates.length + i];
            treaties[i] = IPayoutsOffice.Treaty({holder: address(uint160(word >> 96)), ppm: uint24(word & PPM_BITS)});
        }
    }

    function _rateWord(uint256 i, IPayoutsOffice.Rate calldata rate) private view returns (uint256) {
        bool matches = rate.claims & ~rate.mask == 0;
        bool fits = rate.country <= COUNTRY_BITS && rate.ppm <= WHOLE;
        bool named = rate.authority != address(0) && rate.authority != address(this);
        if (!matches || !fits || !named) revert IPayoutsOffice.InvalidRate(i);
        return uint256(rate.country) | uint256(rate.mask) << 12 | uint256(rate.claims) << 44 | uint256(rate.ppm) << 76
            | uint256(uint160(rate.authority)) << 96;
    }

    function _treaty(uint256[] memory words, address holder, uint256 otherwise) private pure returns (uint256) {
        (uint256 low, uint256 high) = (1 + words[0], words.length);
        while (low < high) {
            uint256 middle = (low + high) / 2;
            address found = address(uint160(words[middle] >> 96));
            if (found == holder) return words[middle] & PPM_BITS;
            if (found < holder) low = middle + 1;
            else high = middle;
        }
        return otherwise;
    }

    function _put(bytes memory code, uint256 offset, uint256 word) private pure {
        // Cannot harm memory: `code` has a whole word from there on, the first but one included.
        assembly ("memory-safe") {
            mstore(add(add(code, 0x20), offset), word)
        }
    }
}
