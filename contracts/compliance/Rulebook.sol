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
import {
    ALL_EXTERNAL,
    BOUND,
    EXTERNAL,
    FLOW_BACK,
    HOLDING_SHARE,
    HOLDING_UNITS,
    INVESTORS,
    ISSUER_HOLDING_UNITS,
    ISSUER_INVESTORS,
    ISSUER_WIDE,
    LOCKUP,
    MORE_PAIRS,
    RULES,
    SettingsWord,
    TELLS_EXTERNAL,
    TRANSFERS_ONLY
} from "./SettingsWord.sol";
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

    struct Book {
        SettingsWord settings;
        uint256 morePairs; // flow-back pairs beyond the first
        ExternalRules.State rules;
        mapping(address wallet => Lock) locks;
    }

    mapping(address token => Book) private _books;
    address[] private _tokens;
    bool private transient _telling; // an external rule is being told: it judges and counts, it does not act

    constructor(address initialAuthority) AccessManaged(initialAuthority) {}

    // ---- what tokens ask ----

    /// @inheritdoc IRulebookFace
    function check(Move calldata move) external view returns (Verdict memory verdict, bool notify) {
        if (_telling) revert RuleActed();
        Book storage book = _books[msg.sender];
        SettingsWord settings = _boundSettings(book);
        _ask(verdict, book, settings, RULES, move);
        notify = _tells(settings, move);
        // Cannot differ from what the ABI asks for: six words of a verdict, all clean, and a bool.
        assembly ("memory-safe") {
            let answer := mload(0x40)
            mcopy(answer, verdict, 0xc0)
            mstore(add(answer, 0xc0), notify)
            return(answer, 0xe0)
        }
    }

    /// @inheritdoc IRulebookFace
    function explain(Move calldata move) external view returns (Verdict[] memory verdicts) {
        Book storage book = _books[msg.sender];
        SettingsWord settings = _boundSettings(book);
        verdicts = new Verdict[](15);
        uint256 found;
        for (uint256 rule = HOLDING_UNITS; rule & RULES != 0; rule <<= 1) {
            if (_ask(verdicts[found], book, settings, rule, move)) ++found;
        }
        // Cannot lengthen: there are 15 rules at most.
        assembly ("memory-safe") {
            mstore(verdicts, found)
        }
    }

    /// @inheritdoc IRulebookFace
    function moved(Move calldata move) external {
        if (_telling) revert RuleActed();
        Book storage book = _books[msg.sender];
        SettingsWord settings = _boundSettings(book);
        if (move.units == 0) return;

        bool entered = InvestorCount.enters(move);
        bool left = InvestorCount.leaves(move);
        if (settings.isOn(INVESTORS)) _count(msg.sender, entered, left);
        if (settings.isOn(ISSUER_INVESTORS)) {
            bool earlierOnly = move.kind == Kind.Reclassify;
            entered = entered && _heldElsewhere(move.to.wallet, earlierOnly) == 0;
            left = left && _heldElsewhere(move.from.wallet, earlierOnly) == 0;
            _count(address(0), entered, left);
        }
        if (settings.isOn(TELLS_EXTERNAL)) {
            _telling = true;
            book.rules.tell(msg.sender, move);
            _telling = false;
        }
    }

    /// @inheritdoc IRulebookFace
    function recovered(address lost, address replacement) external {
        _requireBound(msg.sender);
        mapping(address wallet => Lock) storage locks = _books[msg.sender].locks;
        Lock memory lock = locks[lost];
        if (lock.units == 0) return;

        Lock memory merged = Lockup.merge(lock, locks[replacement]);
        delete locks[lost];
        locks[replacement] = merged;
        emit LockupSet(msg.sender, lost, 0, 0);
        emit LockupSet(msg.sender, replacement, merged.units, merged.until);
    }

    /// @inheritdoc IRulebookFace
    /// @dev What moved while the token asked elsewhere was not counted, and another registry may group wallets in another way.
    function attach() external view {
        SettingsWord settings = _boundSettings(_books[msg.sender]);
        bool uncounted = IRegister(msg.sender).totalSupply() != 0 || settings.investorCount() != 0;
        if (settings.isOn(ISSUER_INVESTORS) || (settings.isOn(INVESTORS) && uncounted)) {
            revert InvestorsUncounted(msg.sender);
        }
    }

    // ---- compliance officer ----

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
    function setInvestorLimit(address token, uint32 limit, address[] calldata holders) external restricted {
        _requireScope(token);
        SettingsWord settings = _books[token].settings;
        uint32 count;
        if (limit != 0 && settings.investorLimit() != 0 && holders.length == 0) {
            count = uint32(settings.investorCount());
        } else if (limit != 0) {
            address[] memory tokens = _scope(token);
            for (uint256 i; i < tokens.length; ++i) {
                if (!_asksHere(tokens[i])) revert TokenElsewhere(tokens[i]);
            }
            count = InvestorCount.recount(tokens, holders);
        }

        _books[token].settings = settings.withInvestors(limit, count);
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
        if (units != 0 && !_books[token].settings.isOn(LOCKUP)) _switchLockups(token, true);
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

        uint256 packed = FlowBack.pack(pairs);
        uint256 more = packed >> FlowBack.PAIR_BITS;
        uint40 stored = until > FlowBack.FOR_EVER ? FlowBack.FOR_EVER : uint40(until);
        _books[token].settings = _books[token].settings.withFlowBack(stored, packed ^ more << FlowBack.PAIR_BITS);
        _books[token].morePairs = more;
        _switch(token, FLOW_BACK, on);
        _switch(token, MORE_PAIRS, more != 0);
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
        if (_books[address(0)].settings.isOn(ISSUER_INVESTORS)) revert IssuerLimitOn();

        _tokens.push(token);
        _switch(token, BOUND, true);
        _switch(token, ISSUER_HOLDING_UNITS, _books[address(0)].settings.isOn(ISSUER_HOLDING_UNITS));
        emit TokenBound(token);
    }

    /// @inheritdoc IRulebook
    function unbindToken(address token) external restricted {
        _requireBound(token);
        if (_asksHere(token)) revert TokenInUse(token);
        if (_books[address(0)].settings.isOn(ISSUER_INVESTORS)) revert IssuerLimitOn();

        _books[token].settings = SettingsWord.wrap(0);
        delete _books[token].morePairs;
        delete _books[token].rules;
        _tokens[_indexOf(token)] = _tokens[_tokens.length - 1];
        _tokens.pop();
        emit TokenUnbound(token);
    }

    // ---- views ----

    /// @inheritdoc IRulebook
    function settingsOf(address token) external view returns (Settings memory) {
        Book storage book = _books[token];
        SettingsWord settings = book.settings;
        uint256 until = settings.flowBackUntil();
        return Settings({
            holdingUnits: uint96(settings.maxUnits()),
            holdingBps: uint16(settings.maxBps()),
            investorLimit: uint32(settings.investorLimit()),
            investorCount: uint32(settings.investorCount()),
            lockups: settings.isOn(LOCKUP),
            flowBackUntil: until == FlowBack.FOR_EVER ? type(uint48).max : uint48(until),
            flowBack: FlowBack.unpack(_pairs(book, settings)),
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
        return _books[token].settings.isOn(BOUND);
    }

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IRulebookFace).interfaceId || interfaceId == type(IRulebook).interfaceId
            || super.supportsInterface(interfaceId);
    }

    // ---- judging ----

    /// @notice Asks those of these rules that are on, in order, until one refuses; its verdict is filled in.
    /// @dev The only place where rules are asked.
    function _ask(Verdict memory verdict, Book storage book, SettingsWord settings, uint256 rules, Move calldata move)
        private
        view
        returns (bool refused)
    {
        rules &= SettingsWord.unwrap(settings);
        Kind kind = move.kind;
        if (kind == Kind.Issue) rules &= ~TRANSFERS_ONLY;
        else if (kind != Kind.Transfer) return false;
        if (move.units == 0) return false;

        if (rules & HOLDING_UNITS != 0) {
            uint256 held = move.to.held;
            if (HoldingCap.refusesUnits(verdict, Restriction.HOLDING_CAP, settings.maxUnits(), held, move)) return true;
        }
        if (rules & HOLDING_SHARE != 0) {
            if (HoldingCap.refusesShare(verdict, settings.maxBps(), move)) return true;
        }
        if (rules & INVESTORS != 0) {
            (uint256 limit, uint256 count) = (settings.investorLimit(), settings.investorCount());
            if (InvestorCount.refuses(verdict, Restriction.INVESTOR_COUNT, limit, count, true, true, move)) return true;
        }
        if (rules & LOCKUP != 0) {
            if (Lockup.refuses(verdict, book.locks[move.from.wallet], move)) return true;
        }
        if (rules & FLOW_BACK != 0) {
            if (FlowBack.refuses(verdict, _pairs(book, settings), settings.flowBackUntil(), move)) return true;
        }
        return rules & (ISSUER_WIDE | ALL_EXTERNAL) != 0 && _askFurther(verdict, book, rules, move);
    }

    /// @notice The rules that need to ask other contracts.
    function _askFurther(Verdict memory verdict, Book storage book, uint256 rules, Move calldata move)
        private
        view
        returns (bool refused)
    {
        if (rules & ISSUER_HOLDING_UNITS != 0 && _refusesIssuerHolding(verdict, move)) return true;
        if (rules & ISSUER_INVESTORS != 0 && _refusesIssuerInvestors(verdict, move)) return true;
        for (uint256 i; i < ExternalRules.LIMIT; ++i) {
            if (rules & EXTERNAL << i == 0) continue;
            if (book.rules.refuses(verdict, i, msg.sender, move)) return true;
        }
        return false;
    }

    function _refusesIssuerHolding(Verdict memory verdict, Move calldata move) private view returns (bool) {
        uint256 held = move.to.held + _heldElsewhere(move.to.wallet, false);
        uint256 limit = _books[address(0)].settings.maxUnits();
        return HoldingCap.refusesUnits(verdict, Restriction.ISSUER_HOLDING_CAP, limit, held, move);
    }

    function _refusesIssuerInvestors(Verdict memory verdict, Move calldata move) private view returns (bool) {
        SettingsWord issuer = _books[address(0)].settings;
        (uint256 limit, uint256 count) = (issuer.investorLimit(), issuer.investorCount());
        if (count < limit || !move.admitsInvestor()) return false; // spares asking the other classes

        bool mayAdmit = _heldElsewhere(move.to.wallet, false) == 0;
        bool mayEmpty = mayAdmit && move.from.wallet != address(0) && _heldElsewhere(move.from.wallet, false) == 0;
        return InvestorCount.refuses(
            verdict, Restriction.ISSUER_INVESTOR_COUNT, limit, count, mayAdmit, mayEmpty, move
        );
    }

    /// @notice Whether {moved} must be told of a movement that is done.
    function _tells(SettingsWord settings, Move calldata move) private pure returns (bool) {
        if (settings.isOn(INVESTORS | ISSUER_INVESTORS)) {
            if (move.admitsInvestor()) return true;
            if (move.empties()) return true;
        }
        return settings.isOn(TELLS_EXTERNAL) && move.units != 0;
    }

    function _pairs(Book storage book, SettingsWord settings) private view returns (uint256 pairs) {
        pairs = settings.firstPair();
        if (settings.isOn(MORE_PAIRS)) pairs |= book.morePairs << FlowBack.PAIR_BITS;
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
        SettingsWord settings = _books[scope].settings;
        uint32 count = uint32(InvestorCount.next(settings.investorCount(), entered, left));
        if (count == settings.investorCount()) return;

        _books[scope].settings = settings.withInvestors(uint32(settings.investorLimit()), count);
        emit InvestorCountChanged(scope, count);
    }

    // ---- settings ----

    function _switchLockups(address token, bool on) private {
        _switch(token, LOCKUP, on);
        emit LockupsSwitched(token, on);
    }

    function _switchExternal(address token) private {
        ExternalRules.State storage rules = _books[token].rules;
        _switch(token, ALL_EXTERNAL, false);
        _switch(token, ((1 << rules.entries.length) - 1) * EXTERNAL, true);
        _switch(token, TELLS_EXTERNAL, rules.anyCounts());
    }

    /// @dev Remembers it under token zero too, for tokens bound later.
    function _switchAll(uint256 switches, bool on) private {
        _switch(address(0), switches, on);
        for (uint256 i; i < _tokens.length; ++i) {
            _switch(_tokens[i], switches, on);
        }
    }

    function _switch(address token, uint256 switches, bool on) private {
        _books[token].settings = _books[token].settings.withSwitch(switches, on);
    }

    /// @dev Of the calling token.
    function _boundSettings(Book storage book) private view returns (SettingsWord settings) {
        settings = book.settings;
        if (!settings.isOn(BOUND)) revert TokenNotBound(msg.sender);
    }

    function _requireBound(address token) private view {
        if (!isTokenBound(token)) revert TokenNotBound(token);
    }

    /// @dev Token zero stands for all classes.
    function _requireScope(address token) private view {
        if (token != address(0)) _requireBound(token);
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

    /// @dev A token that no longer answers asks nobody: it can be unbound.
    function _asksHere(address token) private view returns (bool) {
        (bool answered, bytes memory answer) = token.staticcall(abi.encodeCall(IERC3643Office.compliance, ()));
        return answered && answer.length == 32 && uint256(bytes32(answer)) == uint160(address(this));
    }
}
