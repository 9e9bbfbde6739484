// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayoutsOffice} from "../interfaces/IPayoutsOffice.sol";

/// @title Withholding table
/// @notice Rates of tax by country and claims, and treaty rates of single holders, frozen when a payout is declared.
/// @dev Kept as the code of an account that does nothing else: a third of the cost of storage, and a page reads it once. A word each:
/// how many rates there are, the rates (country uint16 | mask uint32 at 16 | claims uint32 at 48 | bps uint16 at 80 | authority at 96),
/// the treaties in ascending order of their holders (bps uint16 | holder at 96).
library Withholding {
    uint256 internal constant RATE_LIMIT = 16;
    uint256 internal constant TREATY_LIMIT = 64;
    uint256 private constant BASE = 10_000;

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
            if (treaty.holder <= previous || treaty.bps > BASE) revert IPayoutsOffice.InvalidTreaty(i);
            previous = treaty.holder;
            _put(code, 43 + 32 * (rates.length + i), uint256(uint160(previous)) << 96 | treaty.bps);
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
            if (uint16(word) != 0 && uint16(word) != country) continue;
            if (claims & uint32(word >> 16) != uint32(word >> 48)) continue;
            // 112 and 14 bits: exact. Rounds down.
            tax = share * _treaty(words, holder, uint16(word >> 80)) / BASE;
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
                country: uint16(word),
                mask: uint32(word >> 16),
                claims: uint32(word >> 48),
                bps: uint16(word >> 80),
                authority: address(uint160(word >> 96))
            });
        }
        treaties = new IPayoutsOffice.Treaty[](words.length - 1 - rates.length);
        for (uint256 i; i < treaties.length; ++i) {
            uint256 word = words[1 + rates.length + i];
            treaties[i] = IPayoutsOffice.Treaty({holder: address(uint160(word >> 96)), bps: uint16(word)});
        }
    }

    function _rateWord(uint256 i, IPayoutsOffice.Rate calldata rate) private pure returns (uint256) {
        bool matches = rate.claims & ~rate.mask == 0;
        if (!matches || rate.bps > BASE || rate.authority == address(0)) revert IPayoutsOffice.InvalidRate(i);
        return uint256(rate.country) | uint256(rate.mask) << 16 | uint256(rate.claims) << 48 | uint256(rate.bps) << 80
            | uint256(uint160(rate.authority)) << 96;
    }

    function _treaty(uint256[] memory words, address holder, uint256 otherwise) private pure returns (uint256) {
        (uint256 low, uint256 high) = (1 + words[0], words.length);
        while (low < high) {
            uint256 middle = (low + high) / 2;
            address found = address(uint160(words[middle] >> 96));
            if (found == holder) return uint16(words[middle]);
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
