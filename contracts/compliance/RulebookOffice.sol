// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IRule, IRulebook} from "../interfaces/IRulebook.sol";
import {ExternalRules} from "./ExternalRules.sol";
import {InvestorLimits} from "./InvestorLimits.sol";
import {
    ALL_EXTERNAL,
    AUTHORISED,
    BOUND,
    DENY_LIST,
    EXTERNAL,
    FLOW_BACK,
    HOLDING_PERIOD,
    HOLDING_SHARE,
    HOLDING_UNITS,
    INVESTORS,
    ISSUER_HOLDING_UNITS,
    ISSUER_INVESTORS,
    LOCKUP,
    MINIMUM_UNITS,
    MORE_PAIRS,
    SettingsWord,
    TELLS_EXTERNAL,
    WHOLE_POSITION
} from "./SettingsWord.sol";
import {FlowBack} from "./rules/FlowBack.sol";
import {HoldingPeriod} from "./rules/HoldingPeriod.sol";
import {Lockup} from "./rules/Lockup.sol";

/// @title Rulebook office
/// @notice What the compliance officer sets, and what readers ask about it: see {IRulebook}.
/// @dev Code that a {Rulebook} runs on its own storage. Called at its own address it has no authority, hence no powers, and it judges nothing.
contract RulebookOffice is InvestorLimits {
    using ExternalRules for ExternalRules.State;
    using HoldingPeriod for HoldingPeriod.Lots;

    uint256 private constant MAX_TOKENS = 16;

    constructor() AccessManaged(address(0)) {}

    // ---- holdings ----

    /// @inheritdoc IRulebook
    function setHoldingCap(address token, uint96 maxUnits, uint16 maxBps) external restricted {
        _requireScope(token);
        if (maxBps > 10_000 || (token == address(0) && maxBps != 0)) revert InvalidShare(maxBps);

        _books[token].settings = _books[token].settings.withHoldingCap(maxUnits, maxBps);
        if (token == address(0)) {
            _switchAll(ISSUER_HOLDING_UNITS, maxUnits != 0);
        } else {
            _switch(token, HOLDING_UNITS, maxUnits != 0);
            _switch(token, HOLDING_SHARE, maxBps != 0);
        }
        emit HoldingCapSet(token, maxUnits, maxBps);
    }

    /// @inheritdoc IRulebook
    function setMinimumHolding(address token, uint96 minimumUnits, bool wholePosition) external restricted {
        _requireBound(token);
        _books[token].bounds.minimumUnits = minimumUnits;
        _switch(token, MINIMUM_UNITS, minimumUnits != 0);
        _switch(token, WHOLE_POSITION, wholePosition);
        emit MinimumHoldingSet(token, minimumUnits, wholePosition);
    }

    /// @inheritdoc IRulebook
    function setAuthorisedSupply(address token, uint96 units) external restricted {
        _requireBound(token);
        _books[token].bounds.authorisedUnits = units;
        _switch(token, AUTHORISED, units != 0);
        emit AuthorisedSupplySet(token, units);
    }

    // ---- locks ----

    /// @inheritdoc IRulebook
    function setLockup(address token, address wallet, uint96 units, uint48 until) external restricted {
        _requireBound(token);
        if (units == 0) until = 0;
        else if (until <= block.timestamp) revert InThePast(until);

        Lockup.write(_books[token].lots.holders[wallet], Lock({units: units, until: until}));
        emit LockupSet(token, wallet, units, until);
        if (units != 0 && !_books[token].settings.isOn(LOCKUP)) _switchLockups(token, true);
    }

    /// @inheritdoc IRulebook
    function switchLockups(address token, bool on) external restricted {
        _requireBound(token);
        _switchLockups(token, on);
    }

    /// @inheritdoc IRulebook
    function setHoldingPeriod(address token, uint32 period, uint32 exemptClaims) external restricted {
        _requireBound(token);
        bool on = period != 0;
        HoldingPeriod.Terms storage terms = _books[token].lots.terms;
        if (!on) ++terms.era;
        (terms.period, terms.exemptClaims) = (period, on ? exemptClaims : 0);
        _switch(token, HOLDING_PERIOD, on);
        emit HoldingPeriodSet(token, period, terms.exemptClaims);
    }

    /// @inheritdoc IRulebook
    function setLots(address token, address wallet, Lot[] calldata lots) external restricted {
        _requireBound(token);
        if (!_books[token].settings.isOn(HOLDING_PERIOD)) revert NoHoldingPeriod(token);
        uint40 previous;
        for (uint256 i; i < lots.length; ++i) {
            bool live = lots[i].units != 0 && lots[i].until > block.timestamp && lots[i].acquired <= block.timestamp;
            if (!live || lots[i].acquired < previous || i == HoldingPeriod.LIMIT) revert InvalidLot(i);
            previous = lots[i].acquired;
        }
        _books[token].lots.store(token, wallet, lots);
    }

    // ---- who and where ----

    /// @inheritdoc IRulebook
    function setFlowBack(address token, uint48 until, CountryPair[] calldata pairs) external restricted {
        _requireBound(token);
        bool on = until != 0 && pairs.length != 0;
        if (on && until <= block.timestamp) revert InThePast(until);

        uint256 packed = FlowBack.pack(pairs);
        uint256 more = packed >> FlowBack.PAIR_BITS;
        uint256 stored = until > FlowBack.FOR_EVER ? FlowBack.FOR_EVER : until;
        _books[token].settings = _books[token].settings.withFlowBack(stored, packed ^ more << FlowBack.PAIR_BITS);
        _books[token].morePairs = more;
        _switch(token, FLOW_BACK, on);
        _switch(token, MORE_PAIRS, more != 0);
        emit FlowBackSet(token, until, pairs);
    }

    /// @inheritdoc IRulebook
    function setDenied(address[] calldata wallets, bool denied, string calldata reason) external restricted {
        for (uint256 i; i < wallets.length; ++i) {
            if (wallets[i] == address(0)) revert ZeroAddress();
            _denied[wallets[i]] = denied;
            emit DeniedSet(wallets[i], denied, reason);
        }
        if (denied && !_books[address(0)].settings.isOn(DENY_LIST)) _switchDenyList(true);
    }

    /// @inheritdoc IRulebook
    function switchDenyList(bool on) external restricted {
        _switchDenyList(on);
    }

    // ---- external rules ----

    /// @inheritdoc IRulebook
    function addRule(address token, IRule rule) external restricted {
        _requireBound(token);
        _books[token].rules.add(rule);
        _switchExternal(token);
        emit RuleAdded(token, address(rule));
    }

    /// @inheritdoc IRulebook
    function removeRule(address token, IRule rule) external restricted {
        _requireBound(token);
        _books[token].rules.remove(rule);
        _switchExternal(token);
        emit RuleRemoved(token, address(rule));
    }

    // ---- tokens ----

    /// @inheritdoc IRulebook
    function bindToken(address token) external restricted {
        if (_isBound(token)) revert TokenAlreadyBound(token);
        if (_tokens.length == MAX_TOKENS) revert TooManyTokens(MAX_TOKENS);
        if (token.code.length == 0) revert NotAToken(token);
        if (_hasLimits(address(0))) revert IssuerLimitOn();

        _tokens.push(token);
        _switch(token, BOUND, true);
        SettingsWord overall = _books[address(0)].settings;
        _switch(token, ISSUER_HOLDING_UNITS, overall.isOn(ISSUER_HOLDING_UNITS));
        _switch(token, DENY_LIST, overall.isOn(DENY_LIST));
        emit TokenBound(token);
    }

    /// @inheritdoc IRulebook
    function unbindToken(address token) external restricted {
        _requireBound(token);
        if (_asksHere(token)) revert TokenInUse(token);

        _drop(token);
    }

    /// @inheritdoc IRulebook
    function expelToken(address token) external restricted {
        _requireBound(token);

        _drop(token);
    }

    function _drop(address token) private {
        if (_hasLimits(address(0))) revert IssuerLimitOn();

        Book storage book = _books[token];
        if (book.settings.isOn(HOLDING_PERIOD)) emit HoldingPeriodSet(token, 0, 0);
        book.settings = SettingsWord.wrap(0);
        ++book.lots.terms.era;
        delete book.morePairs;
        delete book.bounds;
        delete book.rules;
        _dropLimits(token);
        uint256 position;
        while (_tokens[position] != token) {
            ++position; // Cannot run past the end: a bound token is in the list.
        }
        _tokens[position] = _tokens[_tokens.length - 1];
        _tokens.pop();
        emit TokenUnbound(token);
    }

    // ---- views ----

    /// @inheritdoc IRulebook
    function settingsOf(address token) external view returns (Settings memory all) {
        Book storage book = _books[token];
        SettingsWord settings = book.settings;
        (all.holdingUnits, all.holdingBps) = (uint96(settings.maxUnits()), uint16(settings.maxBps()));
        (all.investorLimit, all.investorCount) = (uint24(settings.investorLimit()), uint24(settings.investorCount()));
        all.investorsCounted = settings.isOn(token == address(0) ? ISSUER_INVESTORS : INVESTORS);
        all.minimumInvestors = book.bounds.minimumInvestors;
        (all.countryLimits, all.groupLimits) = _limits(token);
        all.lockups = settings.isOn(LOCKUP);
        uint256 until = settings.flowBackUntil();
        all.flowBackUntil = until == FlowBack.FOR_EVER ? type(uint48).max : uint48(until);
        all.flowBack = FlowBack.unpack(_pairs(book, settings));
        all.denyList = settings.isOn(DENY_LIST);
        (all.minimumUnits, all.authorisedUnits) = (book.bounds.minimumUnits, book.bounds.authorisedUnits);
        all.wholePosition = settings.isOn(WHOLE_POSITION);
        if (settings.isOn(HOLDING_PERIOD)) {
            (all.holdingPeriod, all.exemptClaims) = (book.lots.terms.period, book.lots.terms.exemptClaims);
        }
        all.externalRules = book.rules.all();
    }

    /// @inheritdoc IRulebook
    function lockOf(address token, address wallet) external view returns (Lock memory) {
        return Lockup.read(_books[token].lots.holders[wallet]);
    }

    /// @inheritdoc IRulebook
    function lotsOf(address token, address wallet) external view returns (Lot[] memory) {
        return _books[token].lots.live(wallet);
    }

    /// @inheritdoc IRulebook
    function isDenied(address wallet) external view returns (bool) {
        return _denied[wallet];
    }

    /// @inheritdoc IRulebook
    function boundTokens() external view returns (address[] memory) {
        return _tokens;
    }

    // ---- switches ----

    function _switchLockups(address token, bool on) private {
        _switch(token, LOCKUP, on);
        emit LockupsSwitched(token, on);
    }

    function _switchDenyList(bool on) private {
        _switchAll(DENY_LIST, on);
        emit DenyListSwitched(on);
    }

    function _switchExternal(address token) private {
        ExternalRules.State storage rules = _books[token].rules;
        _switch(token, ALL_EXTERNAL, false);
        _switch(token, ((1 << rules.entries.length) - 1) * EXTERNAL, true);
        _switch(token, TELLS_EXTERNAL, rules.anyCounts());
    }
}
