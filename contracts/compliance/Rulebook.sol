// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IRulebook, IRulebookFace} from "../interfaces/IRulebook.sol";
import {IRegister} from "../interfaces/ISecurityToken.sol";
import {Kind, Move} from "../types/Move.sol";
import {Restriction, Verdict} from "../types/Verdict.sol";
import {ExternalRules} from "./ExternalRules.sol";
import {RulebookStorage} from "./RulebookStorage.sol";
import {
    ALL_EXTERNAL,
    AUTHORISED,
    BOUND,
    COUNTING,
    COUNTRIES,
    COUNTS,
    DENY_LIST,
    EXTERNAL,
    FEWEST_INVESTORS,
    FLOW_BACK,
    FURTHER,
    GROUP,
    GROUPS,
    HOLDING_PERIOD,
    HOLDING_SHARE,
    HOLDING_UNITS,
    INVESTORS,
    ISSUER_COUNTRIES,
    ISSUER_COUNTS,
    ISSUER_GROUP,
    ISSUER_GROUPS,
    ISSUER_HOLDING_UNITS,
    ISSUER_INVESTORS,
    LOCKUP,
    MINIMUM_UNITS,
    RULES,
    RULE_COUNT,
    SettingsWord,
    TELLS_EXTERNAL,
    TELLS_FURTHER,
    TOKEN_COUNTS,
    TO_ISSUER_GROUPS,
    TRANSFERS_ONLY,
    WHOLE_POSITION
} from "./SettingsWord.sol";
import {AuthorisedSupply} from "./rules/AuthorisedSupply.sol";
import {DenyList} from "./rules/DenyList.sol";
import {FlowBack} from "./rules/FlowBack.sol";
import {HoldingCap} from "./rules/HoldingCap.sol";
import {HoldingPeriod} from "./rules/HoldingPeriod.sol";
import {InvestorCount} from "./rules/InvestorCount.sol";
import {Lockup} from "./rules/Lockup.sol";
import {MinimumHolding} from "./rules/MinimumHolding.sol";

/// @title Rulebook
/// @notice What may move: limits on movements, per token or across all classes of the issuer.
/// @dev Judges issues and transfers; never refuses a redemption, a movement by order or a change of facts, and zero units pass every
/// rule. The settings of a token are one slot, with one bit a rule: a rule that is off costs nothing. Limits across classes stand under
/// token zero. Trusts its authority, and the tokens bound to it: they say what moves and what an investor holds. External rules are
/// not trusted: see {ExternalRules}. Settings, views and counting are {RulebookOffice}'s, which the fallback runs on this storage.
/// @custom:invariant RUL-1 Nothing but an issue or a transfer is ever refused.
/// @custom:invariant RUL-2 A rule that is off has no effect.
/// @custom:invariant RUL-3 The first refusal that a movement meets is the first that is explained.
/// @custom:invariant RUL-4 The largest amount that a refusal gives passes its restriction; no larger one does, up to what was asked.
contract Rulebook is RulebookStorage, IRulebookFace, ERC165 {
    using ExternalRules for ExternalRules.State;
    using HoldingPeriod for HoldingPeriod.Lots;
    using InvestorCount for InvestorCount.Counter;

    /// @notice The code that runs settings and views on this contract's storage.
    address public immutable office;

    constructor(address initialAuthority, address office_) AccessManaged(initialAuthority) {
        if (office_.code.length == 0) revert IRulebook.InvalidOffice(office_);
        office = office_;
    }

    /// @dev Everything else is the office's.
    fallback(bytes calldata input) external returns (bytes memory) {
        return Address.functionDelegateCall(office, input);
    }

    // ---- what tokens ask ----

    /// @inheritdoc IRulebookFace
    function check(Move calldata move) external view returns (Verdict memory verdict, bool notify) {
        if (_telling) revert IRulebook.RuleActed();
        Book storage book = _books[msg.sender];
        SettingsWord settings = _boundSettings(book);
        _ask(verdict, book, settings, RULES, move);
        notify = _tells(book, settings, move);
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
        verdicts = new Verdict[](RULE_COUNT);
        uint256 found;
        for (uint256 rule = HOLDING_UNITS; rule & RULES != 0; rule <<= 1) {
            if (_ask(verdicts[found], book, settings, rule, move)) ++found;
        }
        // Cannot lengthen: there are no more rules.
        assembly ("memory-safe") {
            mstore(verdicts, found)
        }
    }

    /// @inheritdoc IRulebookFace
    function moved(Move calldata move) external {
        if (_telling) revert IRulebook.RuleActed();
        Book storage book = _books[msg.sender];
        SettingsWord settings = _boundSettings(book);
        if (move.units == 0) return;

        if (settings.isOn(COUNTS)) _countMove(book, settings, move);
        if (settings.isOn(COUNTING)) _interruptCounts();
        if (settings.isOn(HOLDING_PERIOD)) book.lots.follow(msg.sender, move);
        if (settings.isOn(TELLS_EXTERNAL)) {
            _telling = true;
            book.rules.tell(msg.sender, move);
            _telling = false;
        }
    }

    /// @inheritdoc IRulebookFace
    function recovered(address lost, address replacement) external {
        HoldingPeriod.Lots storage lots = _books[msg.sender].lots;
        // The registry may have grouped wallets anew for another class, before this one could be told.
        if (_boundSettings(_books[msg.sender]).isOn(COUNTING)) _interruptCounts();
        lots.inherit(msg.sender, lost, replacement);

        IRulebook.Lock memory lock = Lockup.read(lots.holders[lost]);
        if (lock.units == 0) return;
        IRulebook.Lock memory merged = Lockup.merge(lock, Lockup.read(lots.holders[replacement]));
        Lockup.write(lots.holders[lost], IRulebook.Lock({units: 0, until: 0}));
        Lockup.write(lots.holders[replacement], merged);
        emit IRulebook.LockupSet(msg.sender, lost, 0, 0);
        emit IRulebook.LockupSet(msg.sender, replacement, merged.units, merged.until);
    }

    /// @inheritdoc IRulebookFace
    /// @dev What moved while the token asked elsewhere was not counted, and another registry may group wallets in another way.
    function attach() external {
        Book storage book = _books[msg.sender];
        SettingsWord settings = _boundSettings(book);
        bool uncounted = settings.isOn(TOKEN_COUNTS)
            && (IRegister(msg.sender).totalSupply() != 0 || settings.investorCount() != 0 || _countsKinds(book));
        if (uncounted || settings.isOn(ISSUER_COUNTS)) revert IRulebook.InvestorsUncounted(msg.sender);
        if (settings.isOn(COUNTING)) _interruptCounts();
    }

    /// @inheritdoc IRulebookFace
    function isTokenBound(address token) external view returns (bool) {
        return _isBound(token);
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
            if (Lockup.refuses(verdict, book.lots.holders[move.from.wallet], move)) return true;
        }
        if (rules & FLOW_BACK != 0) {
            if (FlowBack.refuses(verdict, _pairs(book, settings), settings.flowBackUntil(), move)) return true;
        }
        return rules & FURTHER != 0 && _askFurther(verdict, book, rules, move);
    }

    /// @notice The rules with settings of their own.
    function _askFurther(Verdict memory verdict, Book storage book, uint256 rules, Move calldata move)
        private
        view
        returns (bool refused)
    {
        if (rules & DENY_LIST != 0 && DenyList.refuses(verdict, _denied, move)) return true;
        if (rules & (MINIMUM_UNITS | WHOLE_POSITION) != 0) {
            uint256 minimum = book.bounds.minimumUnits;
            if (rules & MINIMUM_UNITS != 0 && MinimumHolding.refusesUnits(verdict, minimum, move)) return true;
            if (rules & WHOLE_POSITION != 0 && MinimumHolding.refusesPart(verdict, move)) return true;
        }
        if (rules & HOLDING_PERIOD != 0 && book.lots.refuses(verdict, move)) return true;
        if (rules & (COUNTRIES | GROUPS | FEWEST_INVESTORS) != 0 && _refusesCounts(verdict, book, rules, move)) {
            return true;
        }
        if (rules & AUTHORISED != 0 && move.kind == Kind.Issue) {
            if (AuthorisedSupply.refuses(verdict, book.bounds.authorisedUnits, move)) return true;
        }
        if (rules & ISSUER_HOLDING_UNITS != 0 && _refusesIssuerHolding(verdict, move)) return true;
        if (rules & ISSUER_COUNTS != 0 && _refusesIssuerCounts(verdict, rules, move)) return true;
        if (rules & ALL_EXTERNAL == 0) return false;
        for (uint256 i; i < ExternalRules.LIMIT; ++i) {
            if (rules & EXTERNAL << i == 0) continue;
            if (book.rules.refuses(verdict, i, msg.sender, move)) return true;
        }
        return false;
    }

    /// @notice The limits of one token on investors of one kind, and the least number of investors.
    function _refusesCounts(Verdict memory verdict, Book storage book, uint256 rules, Move calldata move)
        private
        view
        returns (bool)
    {
        if (move.admitsInvestor()) {
            if (rules & COUNTRIES != 0) {
                InvestorCount.Counter memory counter = book.countries[move.to.country];
                if (_refusesKind(verdict, Restriction.COUNTRY_COUNT, counter, false, move)) return true;
            }
            for (uint256 i; i < 4; ++i) {
                if (rules & GROUP << i == 0) continue;
                if (_refusesKind(verdict, Restriction.GROUP_COUNT, book.groups[i], false, move)) return true;
            }
        } else if (rules & FEWEST_INVESTORS != 0) {
            uint256 count = book.settings.investorCount();
            return InvestorCount.refusesToLose(verdict, book.bounds.minimumInvestors, count, move);
        }
        return false;
    }

    function _refusesIssuerHolding(Verdict memory verdict, Move calldata move) private view returns (bool) {
        uint256 held = move.to.held + _heldElsewhere(move.to.wallet, false);
        uint256 limit = _books[address(0)].settings.maxUnits();
        return HoldingCap.refusesUnits(verdict, Restriction.ISSUER_HOLDING_CAP, limit, held, move);
    }

    /// @notice The limits over all classes.
    function _refusesIssuerCounts(Verdict memory verdict, uint256 rules, Move calldata move)
        private
        view
        returns (bool)
    {
        if (!move.admitsInvestor()) return false;

        Book storage book = _books[address(0)];
        if (rules & ISSUER_INVESTORS != 0) {
            InvestorCount.Counter memory all;
            (all.limit, all.count) = (uint24(book.settings.investorLimit()), uint24(book.settings.investorCount()));
            all.counted = true;
            if (_refusesKind(verdict, Restriction.ISSUER_INVESTOR_COUNT, all, true, move)) return true;
        }
        if (rules & ISSUER_COUNTRIES != 0) {
            InvestorCount.Counter memory counter = book.countries[move.to.country];
            if (_refusesKind(verdict, Restriction.ISSUER_COUNTRY_COUNT, counter, true, move)) return true;
        }
        for (uint256 i; i < 4; ++i) {
            if (rules & ISSUER_GROUP << i == 0) continue;
            if (_refusesKind(verdict, Restriction.ISSUER_GROUP_COUNT, book.groups[i], true, move)) return true;
        }
        return false;
    }

    /// @param move Brings an investor into the calling token.
    function _refusesKind(
        Verdict memory verdict,
        uint8 code,
        InvestorCount.Counter memory counter,
        bool overall,
        Move calldata move
    ) private view returns (bool) {
        // While there is room nobody else has to be asked.
        if (!counter.counted || counter.count < counter.limit) return false;
        if (!counter.covers(move.to.country, move.to.claims)) return false;
        if (overall && _heldElsewhere(move.to.wallet, false) != 0) return false;

        bool mayEmpty = move.from.wallet != address(0) && counter.covers(move.from.country, move.from.claims)
            && (!overall || _heldElsewhere(move.from.wallet, false) == 0);
        return InvestorCount.refuses(verdict, code, counter.limit, counter.count, true, mayEmpty, move);
    }

    // ---- following ----

    /// @notice Whether {moved} must be told of a movement that is done.
    function _tells(Book storage book, SettingsWord settings, Move calldata move) private view returns (bool) {
        if (settings.isOn(COUNTS)) {
            if (move.admitsInvestor()) return true;
            if (move.empties()) return true;
        }
        if (!settings.isOn(TELLS_FURTHER) || move.units == 0) return false;
        return settings.isOn(TELLS_EXTERNAL | COUNTING) || book.lots.isTouchedBy(move);
    }

    function _countMove(Book storage book, SettingsWord settings, Move calldata move) private {
        bool entered = InvestorCount.enters(move);
        bool left = InvestorCount.leaves(move);
        uint256 switches = SettingsWord.unwrap(settings);
        if (switches & TOKEN_COUNTS != 0) {
            if (switches & INVESTORS != 0) _count(msg.sender, entered, left);
            if (switches & (COUNTRIES | GROUPS) != 0) _countKinds(book, msg.sender, switches, entered, left, move);
        }
        if (switches & ISSUER_COUNTS == 0) return;

        bool earlierOnly = move.kind == Kind.Reclassify;
        entered = entered && _heldElsewhere(move.to.wallet, earlierOnly) == 0;
        left = left && _heldElsewhere(move.from.wallet, earlierOnly) == 0;
        if (switches & ISSUER_INVESTORS != 0) _count(address(0), entered, left);
        if (switches & (ISSUER_COUNTRIES | ISSUER_GROUPS) != 0) {
            _countKinds(_books[address(0)], address(0), switches >> TO_ISSUER_GROUPS, entered, left, move);
        }
    }

    function _count(address scope, bool entered, bool left) private {
        SettingsWord settings = _books[scope].settings;
        uint24 count = uint24(InvestorCount.next(settings.investorCount(), entered, left));
        if (count == settings.investorCount()) return;

        _books[scope].settings = settings.withInvestors(uint24(settings.investorLimit()), count);
        emit IRulebook.InvestorCountChanged(scope, count);
    }

    /// @dev Those of the kinds that are counted; `switches` has their bits at the places of a single token's.
    function _countKinds(
        Book storage book,
        address scope,
        uint256 switches,
        bool entered,
        bool left,
        Move calldata move
    ) private {
        if (switches & COUNTRIES != 0) {
            (uint16 from, uint16 to) = (move.from.country, move.to.country);
            if (left) _countKind(book.countries[from], scope, from, entered && from == to, true, move);
            if (entered && !(left && from == to)) _countKind(book.countries[to], scope, to, true, false, move);
        }
        for (uint16 i; i < 4; ++i) {
            if (switches & GROUP << i != 0) _countKind(book.groups[i], scope, FIRST_GROUP + i, entered, left, move);
        }
    }

    function _countKind(
        InvestorCount.Counter storage stored,
        address scope,
        uint16 kind,
        bool entered,
        bool left,
        Move calldata move
    ) private {
        InvestorCount.Counter memory counter = stored;
        if (!counter.counted) return;
        entered = entered && counter.covers(move.to.country, move.to.claims);
        left = left && counter.covers(move.from.country, move.from.claims);
        if (entered == left) return;

        uint24 count = uint24(InvestorCount.next(counter.count, entered, left));
        stored.count = count;
        emit IRulebook.KindCountChanged(scope, kind, count);
    }

    /// @dev Whether a count of one kind is not zero.
    function _countsKinds(Book storage book) private view returns (bool) {
        for (uint256 i; i < book.named.length; ++i) {
            if (book.countries[book.named[i]].count != 0) return true;
        }
        for (uint256 i; i < 4; ++i) {
            if (book.groups[i].count != 0) return true;
        }
        return false;
    }

    /// @dev A count of the token's investors, or of all, has to see what is there at one time.
    function _interruptCounts() private {
        _switch(msg.sender, COUNTING, false);
        _interruptCount(msg.sender);
        _interruptCount(address(0));
    }

    function _interruptCount(address scope) private {
        if (_books[scope].counting.position == 0) return;
        delete _books[scope].counting;
        emit IRulebook.CountInterrupted(scope);
    }

    /// @dev Of the calling token.
    function _boundSettings(Book storage book) private view returns (SettingsWord settings) {
        settings = book.settings;
        if (!settings.isOn(BOUND)) revert IRulebook.TokenNotBound(msg.sender);
    }
}
