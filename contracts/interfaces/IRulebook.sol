// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Move} from "../types/Move.sol";
import {Verdict} from "../types/Verdict.sol";

/// @title A rule
/// @notice Judges movements; never acts. Others' rules implement this and are added to a {IRulebook}.
interface IRule {
    /// @notice A name for people.
    function name() external view returns (string memory);

    /// @notice The rule's answer. `code` 0 passes; codes of external rules are 200 … 255.
    /// @param token The token in which units would move.
    function check(address token, Move calldata move) external view returns (Verdict memory verdict);

    /// @notice Told after the ledger changed, if {counts} is true.
    function moved(address token, Move calldata move) external;

    /// @notice Whether the rule keeps counters and wants {moved}.
    function counts() external view returns (bool);
}

/// @title What a token asks of its rulebook
interface IRulebookFace {
    /// @notice The first refusal, and whether {moved} must be told.
    /// @dev The caller is the token. Never reverts for a bound token. Rules are asked in this order: holding cap, share, investor count,
    /// lockup, flow-back, deny list, minimum holding, whole position, holding period, investors per country, per group, fewest investors,
    /// authorised supply, then over all classes holding cap, investor count, per country, per group; external rules last.
    function check(Move calldata move) external view returns (Verdict memory verdict, bool notify);

    /// @notice Every refusal.
    function explain(Move calldata move) external view returns (Verdict[] memory verdicts);

    /// @notice Told after the ledger changed.
    function moved(Move calldata move) external;

    /// @notice Told that a lost wallet's place was taken by another of the same investor.
    function recovered(address lost, address replacement) external;

    /// @notice Told by a token that is about to ask this rulebook, or another registry. Ends counts under way.
    /// @dev Reverts with {InvestorsUncounted} where a limit over all classes is on, or one of the token whose count may not be right.
    function attach() external;

    /// @notice Whether a token is served.
    function isTokenBound(address token) external view returns (bool);
}

/// @title Rulebook
/// @notice Limits on movements, per token or across all classes of the issuer: their settings, and the proof of their counts.
/// @dev One per issuer. Terms (the registry) say who, rules say what. A rule that is off costs nothing. A limit on a number of investors
/// is in force once they are counted: at once while nothing is in issue, else when {count} has seen all holders.
interface IRulebook {
    /// @notice Two countries between which units may not flow back.
    struct CountryPair {
        uint16 from; // ISO 3166-1 numeric; 0: every country but `to`
        uint16 to;
    }

    /// @notice A lockup of one wallet's units.
    struct Lock {
        uint96 units;
        uint48 until; // unix seconds; units move again at this second
    }

    /// @notice Units acquired together, and the second at which they may move.
    struct Lot {
        uint96 units;
        uint40 acquired; // unix seconds
        uint40 until; // unix seconds; fixed at acquisition
    }

    /// @notice A limit on the number of investors of one kind: those with `facts.claims & mask == claims`.
    struct CountLimit {
        uint16 country; // ISO 3166-1 numeric; 0: of any country
        uint32 mask;
        uint32 claims;
        uint24 limit;
    }

    /// @notice A limit and what was counted.
    struct CountState {
        CountLimit rule;
        uint24 count; // right while `counted`
        bool counted; // false: the limit is not in force yet, {count} has to see all holders
    }

    /// @notice All settings of one token, or over all classes.
    struct Settings {
        uint96 holdingUnits; // 0: no absolute cap
        uint16 holdingBps; // of supply; 0: no relative cap
        uint24 investorLimit; // 0: no limit
        uint24 investorCount; // right while `investorsCounted`
        bool investorsCounted; // false: the limits below and above are not in force yet
        uint24 minimumInvestors; // 0: no minimum
        CountState[] countryLimits;
        CountState[] groupLimits;
        bool lockups;
        uint48 flowBackUntil; // 0: off; type(uint48).max: for ever
        CountryPair[] flowBack;
        bool denyList;
        uint96 minimumUnits; // 0: no minimum
        bool wholePosition;
        uint32 holdingPeriod; // seconds; 0: off
        uint32 exemptClaims; // of receivers who may take units within the period
        uint96 authorisedUnits; // 0: no limit
        address[] externalRules;
    }

    /// @notice What a page of holders adds to a count.
    struct Page {
        uint256 units;
        uint24 investors;
        uint24[] countries; // in the order of {Settings}.countryLimits
        uint24[] groups; // in the order of {Settings}.groupLimits
    }

    /// @notice The holding cap of a token changed (token zero: the cap over all classes).
    event HoldingCapSet(address indexed token, uint96 maxUnits, uint16 maxBps);

    /// @notice The limits on the number of investors changed (token zero: over all classes). Not counted: not in force yet.
    event InvestorLimitSet(address indexed token, uint24 limit, uint24 minimum, bool counted);

    /// @notice The limit for one country changed; 0: none.
    event CountryLimitSet(address indexed token, uint16 indexed country, uint32 mask, uint32 claims, uint24 limit);

    /// @notice The limits for groups were replaced.
    event GroupLimitsSet(address indexed token, CountLimit[] limits);

    /// @notice The number of investors changed (token zero: over all classes).
    event InvestorCountChanged(address indexed token, uint24 count);

    /// @notice The number of investors of one kind changed. `kind`: the country, or 1000 + the position of the group.
    event KindCountChanged(address indexed token, uint16 indexed kind, uint24 count);

    /// @notice All investors are counted: every limit on their number is in force.
    event InvestorsCounted(address indexed token, uint256 holders, uint24 investors);

    /// @notice Something moved while investors were counted: begin again.
    event CountInterrupted(address indexed token);

    /// @notice A wallet's lockup changed.
    event LockupSet(address indexed token, address indexed wallet, uint96 units, uint48 until);

    /// @notice Lockups are looked at, or not.
    event LockupsSwitched(address indexed token, bool on);

    /// @notice The flow-back block changed.
    event FlowBackSet(address indexed token, uint48 until, CountryPair[] pairs);

    /// @notice A wallet was put on the deny list, or taken off.
    event DeniedSet(address indexed wallet, bool denied, string reason);

    /// @notice The deny list is looked at, or not.
    event DenyListSwitched(bool on);

    /// @notice The smallest holding changed.
    event MinimumHoldingSet(address indexed token, uint96 minimumUnits, bool wholePosition);

    /// @notice The authorised supply changed.
    event AuthorisedSupplySet(address indexed token, uint96 units);

    /// @notice The holding period of units issued from now on changed; 0: off, and all lots end.
    event HoldingPeriodSet(address indexed token, uint32 period, uint32 exemptClaims);

    /// @notice A wallet's lots changed: these are all it has now.
    event LotsChanged(address indexed token, address indexed wallet, Lot[] lots);

    /// @notice An external rule was added.
    event RuleAdded(address indexed token, address indexed rule);

    /// @notice An external rule was removed.
    event RuleRemoved(address indexed token, address indexed rule);

    /// @notice An external rule failed to be told of a movement that nothing may stop: what it counts may be off.
    event RuleNotTold(address indexed token, address indexed rule);

    /// @notice A token is now served.
    event TokenBound(address indexed token);

    /// @notice A token is no longer served.
    event TokenUnbound(address indexed token);

    /// @notice The token is not served by this contract.
    error TokenNotBound(address token);

    /// @notice The token is already served by this contract.
    error TokenAlreadyBound(address token);

    /// @notice The address is not a token contract.
    error NotAToken(address token);

    /// @notice The token still asks this contract; point it elsewhere first.
    error TokenInUse(address token);

    /// @notice The token does not ask this contract, so its movements cannot be counted; point it here first.
    error TokenElsewhere(address token);

    /// @notice The limit on investors over all classes counts the classes served now; switch it off first.
    error IssuerLimitOn();

    /// @notice At most `limit` tokens are served by one contract.
    error TooManyTokens(uint256 limit);

    /// @notice A rule may not move units while it is told of a movement.
    error RuleActed();

    /// @notice Investors have to be counted anew: switch the limits on their number off, and set them and count them afterwards.
    error InvestorsUncounted(address token);

    /// @notice At most `limit` external rules a token.
    error TooManyRules(uint256 limit);

    /// @notice The rule is already in force.
    error RuleAlreadyAdded(address rule);

    /// @notice The rule is not in force.
    error RuleNotFound(address rule);

    /// @notice The address is not a rule contract.
    error NotARule(address rule);

    /// @notice The external rule failed when it was told of the movement.
    error RuleFailed(address rule);

    /// @notice Send more gas: an external rule must be given `gas`.
    error RuleNeedsGas(address rule, uint256 gas);

    /// @notice A share in basis points is at most 10,000.
    error InvalidShare(uint16 bps);

    /// @notice The time has passed already.
    error InThePast(uint48 time);

    /// @notice The country is not an ISO 3166-1 numeric code.
    error InvalidCountry(uint16 country);

    /// @notice At most `limit` country pairs.
    error TooManyPairs(uint256 limit);

    /// @notice The list of holders is not in ascending order at this position.
    error HoldersUnordered(uint256 position);

    /// @notice All units are counted before this position of the list of holders.
    error TooManyHolders(uint256 position);

    /// @notice The count under way has seen `position` holders: go on there, or begin again with 0.
    error CountElsewhere(uint256 position);

    /// @notice There is nothing to count: no limit waits for it.
    error NothingToCount(address token);

    /// @notice The least number of investors is more than the most, or a limit over all classes has a least number.
    error InvalidMinimum(uint24 minimum, uint24 limit);

    /// @notice At most `limit` of these limits.
    error TooManyLimits(uint256 limit);

    /// @notice The limit at this position cannot be met by anybody, is missing, or its country is named elsewhere.
    error InvalidLimit(uint256 position);

    /// @notice Holding periods are off for this token.
    error NoHoldingPeriod(address token);

    /// @notice The lot at this position is empty, over, out of order or one too many.
    error InvalidLot(uint256 position);

    /// @notice The rule needs a token of its own: it cannot span all classes.
    error OneClassOnly();

    /// @notice The zero address cannot be used here.
    error ZeroAddress();

    /// @notice Nobody would be counted: name holders.
    error NoHolders();

    /// @notice The registry never knew this holder, so nobody could say of what kind it is; register it first.
    error UnknownHolder(address holder);

    /// @notice The classes ask different registries, so nobody can say which investors are the same.
    error RegistriesDiffer(address token);

    /// @notice The office is not a contract.
    error InvalidOffice(address office);

    /// @notice The transaction needs at least `gas` more gas.
    error MoreGasNeeded(uint256 gas);

    /// @notice Caps what one investor may hold. Both 0: off. `token` zero: over all classes (units only).
    /// @dev Power: compliance officer.
    function setHoldingCap(address token, uint96 maxUnits, uint16 maxBps) external;

    /// @notice Limits the number of investors. Both 0: off; `limit` 0 with a minimum: no upper limit. `token` zero: investors in any class.
    /// @param minimum No transfer between investors leaves fewer. Of one token only.
    /// @dev Power: compliance officer. In force at once if investors are counted already or nothing is in issue; else after {count}.
    function setInvestorLimit(address token, uint24 limit, uint24 minimum) external;

    /// @notice Limits the number of investors of each of these countries, one limit a country; others stay. A limit of 0 ends it.
    /// @dev Power: compliance officer. At most 64 countries; ~25,000 gas each. In force as {setInvestorLimit} says.
    function setCountryLimits(address token, CountLimit[] calldata limits) external;

    /// @notice Replaces the limits on groups of investors, each of one country or of all.
    /// @dev Power: compliance officer. At most 4. One that stays as it was but for its figure keeps its count.
    function setGroupLimits(address token, CountLimit[] calldata limits) external;

    /// @notice Counts the investors among these holders, page by page; the last page puts all limits of the token (zero: over all classes)
    /// in force.
    /// @param position How many holders earlier pages named; 0 begins again.
    /// @param holders All wallets that hold units, ascending, per token in the order of {boundTokens} for token zero.
    /// @dev Power: compliance officer. The tokens must ask here. About 12,000 gas a holder. A movement in between ends the count.
    function count(address token, uint256 position, address[] calldata holders) external;

    /// @notice Locks units of a wallet until a time. `units` type(uint96).max: all it has and gets. 0: no lock.
    /// @dev Power: compliance officer. Switches lockups on. In a recovery the lock goes along; with a lock on the replacement it makes
    /// one of all units of both until the later time.
    function setLockup(address token, address wallet, uint96 units, uint48 until) external;

    /// @notice Looks at lockups, or not.
    /// @dev Power: compliance officer.
    function switchLockups(address token, bool on) external;

    /// @notice Blocks transfers between countries until a time. No pairs or 0: off.
    /// @dev Power: compliance officer. At most 8 pairs.
    function setFlowBack(address token, uint48 until, CountryPair[] calldata pairs) external;

    /// @notice Puts wallets on the deny list of all classes, or takes them off. Switches it on.
    /// @dev Power: compliance officer. By wallet: name all wallets of an investor.
    function setDenied(address[] calldata wallets, bool denied, string calldata reason) external;

    /// @notice Looks at the deny list, or not.
    /// @dev Power: compliance officer.
    function switchDenyList(bool on) external;

    /// @notice Sets the least an investor may hold (0: off), and whether only whole positions may be transferred.
    /// @dev Power: compliance officer.
    function setMinimumHolding(address token, uint96 minimumUnits, bool wholePosition) external;

    /// @notice Limits the units in issue. 0: off.
    /// @dev Power: compliance officer.
    function setAuthorisedSupply(address token, uint96 units) external;

    /// @notice Locks units issued from now on, each lot for so many seconds. 0: off, and all lots end.
    /// @param exemptClaims A receiver with any of these claims may take units within the period; they keep their lots.
    /// @dev Power: compliance officer. Lots that exist keep their terms. At most 16 lots a wallet.
    function setHoldingPeriod(address token, uint32 period, uint32 exemptClaims) external;

    /// @notice Replaces the lots of a wallet: what it acquired before the rule, or holds with somebody else's time (tacking).
    /// @param lots In the order of acquisition.
    /// @dev Power: compliance officer.
    function setLots(address token, address wallet, Lot[] calldata lots) external;

    /// @notice Adds an external rule.
    /// @dev Power: compliance officer. At most 8 a token.
    function addRule(address token, IRule rule) external;

    /// @notice Removes an external rule, even one that reverts: it is not called.
    /// @dev Power: compliance officer.
    function removeRule(address token, IRule rule) external;

    /// @notice Serves a token.
    /// @dev Power: compliance officer. At most 16 tokens. Not while a limit on investors over all classes is set.
    function bindToken(address token) external;

    /// @notice Stops serving a token.
    /// @dev Power: compliance officer. The token must point elsewhere first. Its settings and lots end; locks stay, for when it comes back.
    function unbindToken(address token) external;

    /// @notice Stops serving a token whatever it says: what was bound by mistake, or turned hostile. What it asks here fails from now on.
    /// @dev Power: compliance officer. Not while a limit on investors over all classes is set.
    function expelToken(address token) external;

    /// @notice The settings of a token (zero: over all classes).
    function settingsOf(address token) external view returns (Settings memory);

    /// @notice A wallet's lockup.
    function lockOf(address token, address wallet) external view returns (Lock memory);

    /// @notice A wallet's lots, in the order of acquisition. Those that are over may be missing.
    function lotsOf(address token, address wallet) external view returns (Lot[] memory);

    /// @notice Whether a wallet is on the deny list.
    function isDenied(address wallet) external view returns (bool);

    /// @notice How many holders the count under way has seen; 0: none is under way.
    function countPosition(address token) external view returns (uint256);

    /// @notice What these holders add to the true counts. Ascending and complete lists, added up, prove the counts.
    /// @param index Which of the tokens of {boundTokens} they hold; 0 for a single token.
    function recount(address token, uint256 index, address[] calldata holders) external view returns (Page memory);

    /// @notice The tokens served.
    function boundTokens() external view returns (address[] memory);
}
