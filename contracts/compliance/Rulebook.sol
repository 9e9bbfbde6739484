// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IRule, IRulebook, IRulebookFace} from "../interfaces/IRulebook.sol";
import {IRegister} from "../interfaces/ISecurityToken.sol";
import {IERC3643Office} from "../interfaces/standards/IERC3643.sol";
import {Kind, Move} from "../types/Move.sol";
import {Restriction, Verdict} from "../types/Verdict.sol";
import {ExternalRules} from "./ExternalRules.sol";
import {FlowBack} from "./rules/FlowBack.sol";
import {HoldingCap} from "./rules/HoldingCap.sol";
import {InvestorCount} from "./rules/InvestorCount.sol";
import {Lockup} from "./rules/Lockup.sol";

/// @title Rulebook
/// @notice What may move: limits on movements, per token or across all classes of the issuer.
/// @dev Judges issues and transfers; never refuses a redemption, a movement by order or a change of facts, and zero units pass every
/// rule. The settings of a token are one slot, with one bit a rule: a rule that is off costs nothing. Limits across classes stand under
/// token zero. Trusts its authority, and the tokens bound to it: they say what moves and what an investor holds. External rules are
/// not trusted: see {ExternalRules}.
/// @custom:invariant RUL-1 Nothing but an issue or a transfer is ever refused.
/// @custom:invariant RUL-2 A rule that is off has no effect.
/// @custom:invariant RUL-3 The first refusal that a movement meets is the first that is explained.
contract Rulebook is IRulebook, AccessManaged, ERC165 {
    using ExternalRules for ExternalRules.State;

    uint256 private constant MAX_TOKENS = 16;
    uint256 private constant MAX_REFUSALS = 16;

    // Positions of the rules, in the order in which they are asked. External rules stand in 8 … 15.
    uint256 private constant HOLDING_UNITS = 0;
    uint256 private constant HOLDING_SHARE = 1;
    uint256 private constant INVESTORS = 2;
    uint256 private constant LOCKUP = 3;
    uint256 private constant FLOW_BACK = 4;
    uint256 private constant ISSUER_HOLDING_UNITS = 5;
    uint256 private constant ISSUER_INVESTORS = 6;
    uint256 private constant EXTERNAL = 8;
    uint256 private constant RULES = (1 << 16) - 1;

    // Further positions of bits.
    uint256 private constant BOUND = 16;
    uint256 private constant TELLS_EXTERNAL = 17;

    /// @dev One slot.
    struct Config {
        uint96 maxUnits;
        uint16 maxBps;
        uint32 investorLimit;
        uint32 investorCount;
        uint48 flowBackUntil;
        uint24 on; // bits at the positions above
    }

    struct Book {
        Config config;
        uint256 flowBackPairs; // see {FlowBack}
        ExternalRules.State rules;
        mapping(address wallet => Lock) locks;
    }

    mapping(address token => Book) private _books;
    address[] private _tokens;

    constructor(address initialAuthority) AccessManaged(initialAuthority) {}

    // ---- what tokens ask ----

    /// @inheritdoc IRulebookFace
    function check(Move calldata move) external view returns (Verdict memory verdict, bool notify) {
        Config memory config = _boundConfig(msg.sender);
        Move memory copy = move;

        Verdict[] memory first = _refusals(config, copy, 1);
        if (first.length != 0) verdict = first[0];
        notify = _tells(config, copy);
    }

    /// @inheritdoc IRulebookFace
    function explain(Move calldata move) external view returns (Verdict[] memory verdicts) {
        return _refusals(_boundConfig(msg.sender), move, MAX_REFUSALS);
    }

    /// @inheritdoc IRulebookFace
    function moved(Move calldata move) external {
        Config memory config = _boundConfig(msg.sender);
        Move memory copy = move;
        if (copy.units == 0) return;

        bool entered = InvestorCount.enters(copy);
        bool left = InvestorCount.leaves(copy);
        if (_isOn(config, INVESTORS)) _count(msg.sender, entered, left);
        if (_isOn(config, ISSUER_INVESTORS)) {
            bool earlierOnly = copy.kind == Kind.Reclassify;
            entered = entered && _heldElsewhere(copy.to.wallet, earlierOnly) == 0;
            left = left && _heldElsewhere(copy.from.wallet, earlierOnly) == 0;
            _count(address(0), entered, left);
        }
        if (_isOn(config, TELLS_EXTERNAL)) _books[msg.sender].rules.tell(msg.sender, copy);
    }

    /// @inheritdoc IRulebookFace
    function recovered(address lost, address replacement) external {
        _boundConfig(msg.sender);
        mapping(address wallet => Lock) storage locks = _books[msg.sender].locks;
        Lock memory lock = locks[lost];
        if (lock.units == 0) return;

        Lock memory merged = Lockup.merge(lock, locks[replacement]);
        delete locks[lost];
        locks[replacement] = merged;
        emit LockupSet(msg.sender, lost, 0, 0);
        emit LockupSet(msg.sender, replacement, merged.units, merged.until);
    }

    // ---- compliance officer ----

    /// @inheritdoc IRulebook
    function setHoldingCap(address token, uint96 maxUnits, uint16 maxBps) external restricted {
        Config storage config = _configOf(token);
        if (maxBps > 10_000 || (token == address(0) && maxBps != 0)) revert InvalidShare(maxBps);

        (config.maxUnits, config.maxBps) = (maxUnits, maxBps);
        if (token == address(0)) {
            _switchAll(ISSUER_HOLDING_UNITS, maxUnits != 0);
        } else {
            _switch(token, HOLDING_UNITS, maxUnits != 0);
            _switch(token, HOLDING_SHARE, maxBps != 0);
        }
        emit HoldingCapSet(token, maxUnits, maxBps);
    }

    /// @inheritdoc IRulebook
    function setInvestorLimit(address token, uint32 limit, address[] calldata holders) external restricted {
        Config storage config = _configOf(token);
        uint32 count;
        if (limit != 0 && config.investorLimit != 0 && holders.length == 0) {
            count = config.investorCount;
        } else if (limit != 0) {
            address[] memory tokens = _scope(token);
            for (uint256 i; i < tokens.length; ++i) {
                if (!_asksHere(tokens[i])) revert TokenElsewhere(tokens[i]);
            }
            count = InvestorCount.recount(tokens, holders);
        }

        (config.investorLimit, config.investorCount) = (limit, count);
        if (token == address(0)) _switchAll(ISSUER_INVESTORS, limit != 0);
        else _switch(token, INVESTORS, limit != 0);
        emit InvestorLimitSet(token, limit, count);
    }

    /// @inheritdoc IRulebook
    function setLockup(address token, address wallet, uint96 units, uint48 until) external restricted {
        _requireBound(token);
        if (units == 0) until = 0;
        else if (until <= block.timestamp) revert InThePast(until);

        _books[token].locks[wallet] = Lock({units: units, until: until});
        emit LockupSet(token, wallet, units, until);
        if (units != 0 && !_isOn(_books[token].config, LOCKUP)) _switchLockups(token, true);
    }

    /// @inheritdoc IRulebook
    function switchLockups(address token, bool on) external restricted {
        _requireBound(token);
        _switchLockups(token, on);
    }

    /// @inheritdoc IRulebook
    function setFlowBack(address token, uint48 until, CountryPair[] calldata pairs) external restricted {
        _requireBound(token);
        bool on = until != 0 && pairs.length != 0;
        if (on && until <= block.timestamp) revert InThePast(until);

        _books[token].config.flowBackUntil = until;
        _books[token].flowBackPairs = FlowBack.pack(pairs);
        _switch(token, FLOW_BACK, on);
        emit FlowBackSet(token, until, pairs);
    }

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

    /// @inheritdoc IRulebook
    function bindToken(address token) external restricted {
        if (isTokenBound(token)) revert TokenAlreadyBound(token);
        if (_tokens.length == MAX_TOKENS) revert TooManyTokens(MAX_TOKENS);
        if (token.code.length == 0) revert NotAToken(token);
        if (_isOn(_books[address(0)].config, ISSUER_INVESTORS)) revert IssuerLimitOn();

        _tokens.push(token);
        _switch(token, BOUND, true);
        _switch(token, ISSUER_HOLDING_UNITS, _isOn(_books[address(0)].config, ISSUER_HOLDING_UNITS));
        emit TokenBound(token);
    }

    /// @inheritdoc IRulebook
    function unbindToken(address token) external restricted {
        _requireBound(token);
        if (_asksHere(token)) revert TokenInUse(token);
        if (_isOn(_books[address(0)].config, ISSUER_INVESTORS)) revert IssuerLimitOn();

        delete _books[token].config;
        delete _books[token].flowBackPairs;
        delete _books[token].rules;
        _tokens[_indexOf(token)] = _tokens[_tokens.length - 1];
        _tokens.pop();
        emit TokenUnbound(token);
    }

    // ---- views ----

    /// @inheritdoc IRulebook
    function settingsOf(address token) external view returns (Settings memory) {
        Book storage book = _books[token];
        Config memory config = book.config;
        return Settings({
            holdingUnits: config.maxUnits,
            holdingBps: config.maxBps,
            investorLimit: config.investorLimit,
            investorCount: config.investorCount,
            lockups: _isOn(config, LOCKUP),
            flowBackUntil: config.flowBackUntil,
            flowBack: FlowBack.unpack(book.flowBackPairs),
            externalRules: book.rules.all()
        });
    }

    /// @inheritdoc IRulebook
    function lockOf(address token, address wallet) external view returns (Lock memory) {
        return _books[token].locks[wallet];
    }

    /// @inheritdoc IRulebook
    function recount(address token, address[] calldata holders) external view returns (uint32 count) {
        return InvestorCount.recount(_scope(token), holders);
    }

    /// @inheritdoc IRulebook
    function boundTokens() external view returns (address[] memory) {
        return _tokens;
    }

    /// @inheritdoc IRulebookFace
    function isTokenBound(address token) public view returns (bool) {
        return _isOn(_books[token].config, BOUND);
    }

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IRulebookFace).interfaceId || interfaceId == type(IRulebook).interfaceId
            || super.supportsInterface(interfaceId);
    }

    // ---- judging ----

    /// @notice The first so many refusals of a movement in the calling token.
    function _refusals(Config memory config, Move memory move, uint256 most)
        private
        view
        returns (Verdict[] memory refusals)
    {
        if (move.units == 0 || (move.kind != Kind.Issue && move.kind != Kind.Transfer)) return refusals;

        uint256 found;
        uint256 rules = config.on & RULES;
        for (uint256 rule; rules >> rule != 0 && found < most; ++rule) {
            if (rules >> rule & 1 == 0) continue;
            Verdict memory verdict = _judge(rule, config, move);
            if (verdict.code == Restriction.NONE) continue;
            if (found == 0) refusals = new Verdict[](most);
            refusals[found++] = verdict;
        }
        // Cannot lengthen: no more were found than there is room for.
        assembly ("memory-safe") {
            if found { mstore(refusals, found) }
        }
    }

    /// @notice The answer of one rule, the only place where it is asked.
    function _judge(uint256 rule, Config memory config, Move memory move) private view returns (Verdict memory) {
        if (rule == HOLDING_UNITS) {
            return HoldingCap.checkUnits(Restriction.HOLDING_CAP, config.maxUnits, move.to.held, move);
        }
        if (rule == HOLDING_SHARE) return HoldingCap.checkShare(config.maxBps, move);
        if (rule == INVESTORS) {
            return InvestorCount.check(
                Restriction.INVESTOR_COUNT, config.investorLimit, config.investorCount, true, true, move
            );
        }
        Book storage book = _books[msg.sender];
        if (rule == LOCKUP) return Lockup.check(book.locks[move.from.wallet], move);
        if (rule == FLOW_BACK) return FlowBack.check(book.flowBackPairs, config.flowBackUntil, move);
        if (rule == ISSUER_HOLDING_UNITS) return _judgeIssuerHolding(move);
        if (rule == ISSUER_INVESTORS) return _judgeIssuerInvestors(move);
        return book.rules.check(rule - EXTERNAL, msg.sender, move);
    }

    function _judgeIssuerHolding(Move memory move) private view returns (Verdict memory) {
        uint256 held = move.to.held + _heldElsewhere(move.to.wallet, false);
        return HoldingCap.checkUnits(
            Restriction.ISSUER_HOLDING_CAP, _books[address(0)].config.maxUnits, held, move
        );
    }

    function _judgeIssuerInvestors(Move memory move) private view returns (Verdict memory) {
        Config memory issuer = _books[address(0)].config;
        bool crossing = move.admitsInvestor() && issuer.investorCount >= issuer.investorLimit;
        bool mayAdmit = crossing && _heldElsewhere(move.to.wallet, false) == 0;
        bool mayEmpty = mayAdmit && move.from.wallet != address(0) && _heldElsewhere(move.from.wallet, false) == 0;
        return InvestorCount.check(
            Restriction.ISSUER_INVESTOR_COUNT, issuer.investorLimit, issuer.investorCount, mayAdmit, mayEmpty, move
        );
    }

    /// @notice Whether {moved} must be told of a movement that is done.
    function _tells(Config memory config, Move memory move) private pure returns (bool) {
        if (move.units == 0) return false;
        if (_isOn(config, TELLS_EXTERNAL)) return true;
        if (!_isOn(config, INVESTORS) && !_isOn(config, ISSUER_INVESTORS)) return false;
        return InvestorCount.enters(move) || InvestorCount.leaves(move);
    }

    /// @notice What an investor holds in the issuer's other classes, or only in those bound before the calling token.
    /// @dev While facts change, each class is told in turn: an investor leaves, and enters, with the first class it holds.
    function _heldElsewhere(address wallet, bool earlierOnly) private view returns (uint256 units) {
        for (uint256 i; i < _tokens.length; ++i) {
            address token = _tokens[i];
            if (token != msg.sender) units += IRegister(token).heldByInvestor(wallet);
            else if (earlierOnly) return units;
        }
    }

    function _count(address scope, bool entered, bool left) private {
        Config storage config = _books[scope].config;
        uint32 count = InvestorCount.next(config.investorCount, entered, left);
        if (count == config.investorCount) return;

        config.investorCount = count;
        emit InvestorCountChanged(scope, count);
    }

    // ---- settings ----

    function _switchLockups(address token, bool on) private {
        _switch(token, LOCKUP, on);
        emit LockupsSwitched(token, on);
    }

    function _switchExternal(address token) private {
        ExternalRules.State storage rules = _books[token].rules;
        for (uint256 i; i < ExternalRules.LIMIT; ++i) {
            _switch(token, EXTERNAL + i, i < rules.entries.length);
        }
        _switch(token, TELLS_EXTERNAL, rules.anyCounts());
    }

    /// @dev Remembers it under token zero too, for tokens bound later.
    function _switchAll(uint256 position, bool on) private {
        _switch(address(0), position, on);
        for (uint256 i; i < _tokens.length; ++i) {
            _switch(_tokens[i], position, on);
        }
    }

    function _switch(address token, uint256 position, bool on) private {
        Config storage config = _books[token].config;
        uint24 bit = uint24(1 << position);
        config.on = on ? config.on | bit : config.on & ~bit;
    }

    function _isOn(Config memory config, uint256 position) private pure returns (bool) {
        return config.on >> position & 1 != 0;
    }

    function _boundConfig(address token) private view returns (Config memory config) {
        config = _books[token].config;
        if (!_isOn(config, BOUND)) revert TokenNotBound(token);
    }

    function _requireBound(address token) private view {
        _boundConfig(token);
    }

    /// @dev The settings of a bound token, or, for token zero, those across all classes.
    function _configOf(address token) private view returns (Config storage) {
        if (token != address(0)) _requireBound(token);
        return _books[token].config;
    }

    /// @dev The tokens a limit is about.
    function _scope(address token) private view returns (address[] memory tokens) {
        if (token == address(0)) return _tokens;
        _requireBound(token);
        tokens = new address[](1);
        tokens[0] = token;
    }

    function _indexOf(address token) private view returns (uint256 position) {
        while (_tokens[position] != token) {
            ++position; // Cannot run past the end: a bound token is in the list.
        }
    }

    function _asksHere(address token) private view returns (bool) {
        return IERC3643Office(token).compliance() == address(this);
    }
}
