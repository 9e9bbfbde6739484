// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRulebook} from "../interfaces/IRulebook.sol";
import {IRegister} from "../interfaces/ISecurityToken.sol";
import {IERC3643Office} from "../interfaces/standards/IERC3643.sol";
import {RulebookStorage} from "./RulebookStorage.sol";
import {
    COUNTING,
    COUNTRIES,
    FEWEST_INVESTORS,
    GROUP,
    INVESTORS,
    ISSUER_INVESTORS,
    TO_ISSUER_GROUPS
} from "./SettingsWord.sol";
import {InvestorCount} from "./rules/InvestorCount.sol";

/// @title Investor limits
/// @notice The limits on the number of investors of one token or, under token zero, of all classes: set, counted, proven.
/// @dev A limit that comes while units are in issue waits until all holders are counted. A count is of one moment: whatever moves while
/// it is under way ends it. What was in force stays in force meanwhile.
abstract contract InvestorLimits is RulebookStorage, IRulebook {
    using InvestorCount for InvestorCount.Counter;

    uint256 private constant GROUP_LIMIT = 4;
    uint256 private constant COUNTRY_LIMIT = 64;
    uint256 private constant LAST_COUNTRY = 999;
    uint256 private constant ANSWER_GAS = 100_000;

    /// @dev What a page of holders adds up to.
    struct Tally {
        uint256 investors;
        uint256[LAST_COUNTRY + 1] countries; // those the country's limit is about
        uint256[GROUP_LIMIT] groups;
    }

    // ---- setting ----

    /// @inheritdoc IRulebook
    function setInvestorLimit(address token, uint24 limit, uint24 minimum) external restricted {
        _requireScope(token);
        bool on = limit != 0 || minimum != 0;
        if (minimum != 0 && (token == address(0) || (limit != 0 && minimum > limit))) {
            revert InvalidMinimum(minimum, limit);
        }

        Book storage book = _books[token];
        uint256 bit = token == address(0) ? ISSUER_INVESTORS : INVESTORS;
        bool wasOn = book.settings.isOn(bit);
        bool counted = on && (wasOn || _startsAtZero(token));
        // Nothing is asked of tokens when a limit ends: one that turned bad must not hold it.
        bool kept = counted && wasOn && !_isEmpty(_scope(token));
        uint24 investors = kept ? uint24(book.settings.investorCount()) : 0;
        book.settings = book.settings.withInvestors(on && limit == 0 ? type(uint24).max : limit, investors);
        book.bounds.minimumInvestors = minimum;
        _endCount(token);
        _switchInvestors(token, counted);
        emit InvestorLimitSet(token, limit, minimum, counted);
    }

    /// @inheritdoc IRulebook
    function setCountryLimits(address token, CountLimit[] calldata limits) external restricted {
        _requireScope(token);
        Book storage book = _books[token];
        bool zero = _anyOf(limits) && _startsAtZero(token);
        for (uint256 i; i < limits.length; ++i) {
            CountLimit calldata limit = limits[i];
            if (limit.country == 0 || !_isSound(limit)) revert InvalidLimit(i);
            InvestorCount.Counter storage counter = book.countries[limit.country];
            if (counter.limit == 0 && limit.limit != 0) book.named.push(limit.country);
            if (counter.limit != 0 && limit.limit == 0) _unname(book.named, limit.country);
            _set(counter, limit, zero);
            emit CountryLimitSet(token, limit.country, limit.mask, limit.claims, limit.limit);
        }
        if (book.named.length > COUNTRY_LIMIT) revert TooManyLimits(COUNTRY_LIMIT);
        _endCount(token);
        _switchKinds(token);
    }

    /// @inheritdoc IRulebook
    function setGroupLimits(address token, CountLimit[] calldata limits) external restricted {
        _requireScope(token);
        if (limits.length > GROUP_LIMIT) revert TooManyLimits(GROUP_LIMIT);
        bool zero = _anyOf(limits) && _startsAtZero(token);
        CountLimit memory none;
        for (uint256 i; i < GROUP_LIMIT; ++i) {
            if (i < limits.length && (limits[i].limit == 0 || !_isSound(limits[i]))) revert InvalidLimit(i);
            _set(_books[token].groups[i], i < limits.length ? limits[i] : none, zero);
        }
        _endCount(token);
        _switchKinds(token);
        emit GroupLimitsSet(token, limits);
    }

    // ---- counting ----

    /// @inheritdoc IRulebook
    function count(address token, uint256 position, address[] calldata holders) external restricted {
        address[] memory tokens = _scope(token);
        if (!_hasLimits(token)) revert NothingToCount(token);
        if (holders.length == 0) revert NoHolders();
        _requireAsking(tokens);

        Count memory seen = _books[token].counting;
        if (position == 0) {
            delete seen;
            _clearTallies(token);
            for (uint256 i; i < tokens.length; ++i) {
                _switch(tokens[i], COUNTING, true);
            }
        } else if (position != seen.position) {
            revert CountElsewhere(seen.position);
        }

        Tally memory tally;
        bool complete = _see(token, tokens, seen, holders, tally);
        _addTallies(token, tally);
        seen.investors += uint24(tally.investors);
        _books[token].counting = seen;
        if (complete) _finish(token, tokens, seen);
    }

    /// @inheritdoc IRulebook
    function recount(address token, uint256 index, address[] calldata holders)
        external
        view
        returns (Page memory page)
    {
        address[] memory tokens = _scope(token);
        Book storage book = _books[token];
        Tally memory tally;
        for (uint256 i; i < holders.length; ++i) {
            page.units += _look(book, tokens, index, holders[i], tally);
        }
        page.investors = uint24(tally.investors);
        page.countries = new uint24[](book.named.length);
        for (uint256 i; i < page.countries.length; ++i) {
            page.countries[i] = uint24(tally.countries[book.named[i]]);
        }
        page.groups = new uint24[](_groupCount(book));
        for (uint256 i; i < page.groups.length; ++i) {
            page.groups[i] = uint24(tally.groups[i]);
        }
    }

    /// @inheritdoc IRulebook
    function countPosition(address token) external view returns (uint256) {
        return _books[token].counting.position;
    }

    /// @dev Goes through holders from where the count stands. Returns whether every unit of every token was seen.
    function _see(
        address token,
        address[] memory tokens,
        Count memory seen,
        address[] calldata holders,
        Tally memory tally
    ) private view returns (bool) {
        Book storage book = _books[token];
        uint256 supply = _nextSupply(tokens, seen);
        for (uint256 i; i < holders.length; ++i) {
            if (seen.index == tokens.length) revert TooManyHolders(seen.position);
            address holder = holders[i];
            if (holder <= seen.previous) revert HoldersUnordered(seen.position);

            seen.units += uint96(_look(book, tokens, seen.index, holder, tally));
            seen.previous = holder;
            ++seen.position;
            if (seen.units == supply) supply = _nextSupply(tokens, seen);
        }
        return seen.index == tokens.length;
    }

    /// @dev Passes by tokens of which every unit was seen.
    function _nextSupply(address[] memory tokens, Count memory seen) private view returns (uint256 supply) {
        for (; seen.index < tokens.length; ++seen.index) {
            supply = IRegister(tokens[seen.index]).totalSupply();
            if (seen.units != supply) return supply;
            (seen.units, seen.previous) = (0, address(0));
        }
    }

    function _look(Book storage book, address[] memory tokens, uint256 index, address holder, Tally memory tally)
        private
        view
        returns (uint256 balance)
    {
        balance = IRegister(tokens[index]).balanceOf(holder);
        if (balance == 0) return 0;
        (bool counts, uint16 country, uint32 claims) =
            InvestorCount.factsIfCounted(tokens, index, holder, balance);
        if (!counts) return balance;

        ++tally.investors;
        InvestorCount.Counter memory counter = book.countries[country];
        if (counter.limit != 0 && counter.covers(country, claims)) ++tally.countries[country];
        for (uint256 i; i < GROUP_LIMIT; ++i) {
            counter = book.groups[i];
            if (counter.limit != 0 && counter.covers(country, claims)) ++tally.groups[i];
        }
    }

    function _finish(address token, address[] memory tokens, Count memory seen) private {
        Book storage book = _books[token];
        if (book.settings.investorLimit() != 0) {
            book.settings = book.settings.withInvestors(uint24(book.settings.investorLimit()), seen.investors);
            _switchInvestors(token, true);
        }
        for (uint256 i; i < book.named.length; ++i) {
            _settle(token, book.named[i], book.countries[book.named[i]]);
        }
        for (uint16 i; i < GROUP_LIMIT; ++i) {
            if (book.groups[i].limit != 0) _settle(token, FIRST_GROUP + i, book.groups[i]);
        }
        delete book.counting;
        for (uint256 i; i < tokens.length; ++i) {
            // Another count, of the token or of all, may still have to see what moves.
            bool other = _books[tokens[i]].counting.position != 0 || _books[address(0)].counting.position != 0;
            if (!other) _switch(tokens[i], COUNTING, false);
        }
        _switchKinds(token);
        emit InvestorsCounted(token, seen.position, seen.investors);
    }

    function _settle(address token, uint16 kind, InvestorCount.Counter storage counter) private {
        uint24 investors = counter.tally;
        (counter.count, counter.counted) = (investors, true);
        emit KindCountChanged(token, kind, investors);
    }

    function _clearTallies(address token) private {
        Book storage book = _books[token];
        for (uint256 i; i < book.named.length; ++i) {
            book.countries[book.named[i]].tally = 0;
        }
        for (uint256 i; i < GROUP_LIMIT; ++i) {
            book.groups[i].tally = 0;
        }
    }

    function _addTallies(address token, Tally memory tally) private {
        Book storage book = _books[token];
        for (uint256 i; i < book.named.length; ++i) {
            uint256 more = tally.countries[book.named[i]];
            if (more != 0) book.countries[book.named[i]].tally += uint24(more);
        }
        for (uint256 i; i < GROUP_LIMIT; ++i) {
            if (tally.groups[i] != 0) book.groups[i].tally += uint24(tally.groups[i]);
        }
    }

    // ---- limits ----

    function _set(InvestorCount.Counter storage counter, CountLimit memory limit, bool zero) private {
        bool same = counter.country == limit.country && counter.mask == limit.mask && counter.claims == limit.claims;
        bool counted = limit.limit != 0 && (zero || (same && counter.counted));
        uint24 investors = counted && same && !zero ? counter.count : 0;
        (counter.country, counter.mask, counter.claims) = (limit.country, limit.mask, limit.claims);
        (counter.limit, counter.count, counter.counted) = (limit.limit, investors, counted);
    }

    /// @dev Somebody can meet it: it asks for no claim outside of those it looks at.
    function _isSound(CountLimit calldata limit) private pure returns (bool) {
        return limit.country <= LAST_COUNTRY && limit.claims & ~limit.mask == 0;
    }

    function _anyOf(CountLimit[] calldata limits) private pure returns (bool) {
        for (uint256 i; i < limits.length; ++i) {
            if (limits[i].limit != 0) return true;
        }
        return false;
    }

    function _unname(uint16[] storage named, uint16 country) private {
        uint256 position;
        while (named[position] != country) {
            ++position; // Cannot run past the end: a country with a limit is in the list.
        }
        named[position] = named[named.length - 1];
        named.pop();
    }

    function _dropLimits(address token) internal {
        Book storage book = _books[token];
        for (uint256 i; i < book.named.length; ++i) {
            delete book.countries[book.named[i]];
        }
        delete book.named;
        delete book.groups;
        delete book.counting;
    }

    function _hasLimits(address token) internal view returns (bool) {
        Book storage book = _books[token];
        return book.settings.investorLimit() != 0 || book.named.length != 0 || _groupCount(book) != 0;
    }

    function _limits(address token)
        internal
        view
        returns (CountState[] memory countries, CountState[] memory groups)
    {
        Book storage book = _books[token];
        countries = new CountState[](book.named.length);
        for (uint256 i; i < countries.length; ++i) {
            countries[i] = _state(book.countries[book.named[i]]);
        }
        groups = new CountState[](_groupCount(book));
        for (uint256 i; i < groups.length; ++i) {
            groups[i] = _state(book.groups[i]);
        }
    }

    function _state(InvestorCount.Counter memory counter) private pure returns (CountState memory) {
        return CountState({
            rule: CountLimit(counter.country, counter.mask, counter.claims, counter.limit),
            count: counter.count,
            counted: counter.counted
        });
    }

    function _groupCount(Book storage book) private view returns (uint256 found) {
        while (found < GROUP_LIMIT && book.groups[found].limit != 0) {
            ++found; // Cannot pass 4.
        }
    }

    // ---- scopes ----

    /// @dev Whether nothing is in issue: then nobody has to be counted. The tokens must ask here, or movements would go unnoticed.
    function _startsAtZero(address token) private view returns (bool) {
        address[] memory tokens = _scope(token);
        _requireAsking(tokens);
        return _isEmpty(tokens);
    }

    function _isEmpty(address[] memory tokens) private view returns (bool) {
        for (uint256 i; i < tokens.length; ++i) {
            if (IRegister(tokens[i]).totalSupply() != 0) return false;
        }
        return true;
    }

    /// @dev And the same registry: it says which wallets are one investor's.
    function _requireAsking(address[] memory tokens) private view {
        for (uint256 i; i < tokens.length; ++i) {
            if (!_asksHere(tokens[i])) revert TokenElsewhere(tokens[i]);
            address registry = IERC3643Office(tokens[i]).identityRegistry();
            if (registry != IERC3643Office(tokens[0]).identityRegistry()) revert RegistriesDiffer(tokens[i]);
        }
    }

    function _switchInvestors(address token, bool on) private {
        _switchScope(token, token == address(0) ? ISSUER_INVESTORS : INVESTORS, on);
        if (token != address(0)) _switch(token, FEWEST_INVESTORS, on && _books[token].bounds.minimumInvestors != 0);
    }

    /// @dev A kind is looked at once it is counted.
    function _switchKinds(address token) private {
        Book storage book = _books[token];
        uint256 up = token == address(0) ? TO_ISSUER_GROUPS : 0;
        bool any;
        for (uint256 i; i < book.named.length && !any; ++i) {
            any = book.countries[book.named[i]].counted;
        }
        _switchScope(token, COUNTRIES << up, any);
        for (uint256 i; i < GROUP_LIMIT; ++i) {
            _switchScope(token, GROUP << up + i, book.groups[i].counted);
        }
    }

    function _switchScope(address token, uint256 switches, bool on) private {
        if (token == address(0)) _switchAll(switches, on);
        else _switch(token, switches, on);
    }

    function _endCount(address token) private {
        if (_books[token].counting.position == 0) return;
        delete _books[token].counting;
        emit CountInterrupted(token);
    }

    /// @dev Token zero stands for all classes.
    function _requireScope(address token) internal view {
        if (token != address(0)) _requireBound(token);
    }

    /// @dev The tokens a limit is about.
    function _scope(address token) private view returns (address[] memory tokens) {
        if (token == address(0)) return _tokens;
        _requireBound(token);
        tokens = new address[](1);
        tokens[0] = token;
    }

    /// @dev A token that no longer answers asks nobody: it can be unbound. A call starved of gas must not look like that.
    function _asksHere(address token) internal view returns (bool) {
        if (gasleft() * 63 / 64 < ANSWER_GAS) revert MoreGasNeeded(ANSWER_GAS);
        (bool answered, bytes memory answer) =
            token.staticcall{gas: ANSWER_GAS}(abi.encodeCall(IERC3643Office.compliance, ()));
        return answered && answer.length == 32 && uint256(bytes32(answer)) == uint160(address(this));
    }
}
