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
    /// lockup, flow-back, holding cap over all classes, investor count over all classes, external rules.
    function check(Move calldata move) external view returns (Verdict memory verdict, bool notify);

    /// @notice Every refusal.
    function explain(Move calldata move) external view returns (Verdict[] memory verdicts);

    /// @notice Told after the ledger changed.
    function moved(Move calldata move) external;

    /// @notice Told that a lost wallet's place was taken by another of the same investor.
    function recovered(address lost, address replacement) external;

    /// @notice Asked by a token that is about to ask this rulebook, or another registry: whether counts are right for it.
    /// @dev Reverts with {InvestorsUncounted} where a limit over all classes is on, or one of the token whose count may not be right.
    function attach() external view;

    /// @notice Whether a token is served.
    function isTokenBound(address token) external view returns (bool);
}

/// @title Rulebook
/// @notice What may move: limits on movements, per token or across all classes of the issuer.
/// @dev One per issuer. Terms (the registry) say who, rules say what. A rule that is off costs nothing.
interface IRulebook is IRulebookFace {
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

    /// @notice All settings of one token.
    struct Settings {
        uint96 holdingUnits; // 0: no absolute cap
        uint16 holdingBps; // of supply; 0: no relative cap
        uint32 investorLimit; // 0: no limit
        uint32 investorCount; // right while the limit is on
        bool lockups;
        uint48 flowBackUntil; // 0: off; type(uint48).max: for ever
        CountryPair[] flowBack;
        address[] externalRules;
    }

    /// @notice The holding cap of a token changed (token zero: the cap over all classes).
    event HoldingCapSet(address indexed token, uint96 maxUnits, uint16 maxBps);

    /// @notice The investor limit changed (token zero: over all classes).
    event InvestorLimitSet(address indexed token, uint32 limit, uint32 count);

    /// @notice The number of investors changed (token zero: over all classes).
    event InvestorCountChanged(address indexed token, uint32 count);

    /// @notice A wallet's lockup changed.
    event LockupSet(address indexed token, address indexed wallet, uint96 units, uint48 until);

    /// @notice Lockups are looked at, or not.
    event LockupsSwitched(address indexed token, bool on);

    /// @notice The flow-back block changed.
    event FlowBackSet(address indexed token, uint48 until, CountryPair[] pairs);

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

    /// @notice Investors have to be counted anew: switch the investor limits off, and set them again with the list of holders afterwards.
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

    /// @notice The list of holders is not complete: its units are not the supply.
    error HoldersIncomplete(uint256 units, uint256 supply);

    /// @notice The list of holders is not in ascending order at this position.
    error HoldersUnordered(uint256 position);

    /// @notice All units are counted before this position of the list of holders.
    error TooManyHolders(uint256 position);

    /// @notice Caps what one investor may hold. Both 0: off. `token` zero: over all classes (units only).
    /// @dev Power: compliance officer.
    function setHoldingCap(address token, uint96 maxUnits, uint16 maxBps) external;

    /// @notice Limits the number of investors. 0: off. `token` zero: investors in any class.
    /// @param holders All wallets that hold units, ascending, per token in the order of {boundTokens} for token zero: proves the starting
    /// count. Empty while nothing is in issue, or to keep the count of a limit that is on.
    /// @dev Power: compliance officer. The tokens must ask here. A list costs about 12,000 gas a holder: limit early.
    function setInvestorLimit(address token, uint32 limit, address[] calldata holders) external;

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

    /// @notice Adds an external rule.
    /// @dev Power: compliance officer. At most 8 a token.
    function addRule(address token, IRule rule) external;

    /// @notice Removes an external rule, even one that reverts: it is not called.
    /// @dev Power: compliance officer.
    function removeRule(address token, IRule rule) external;

    /// @notice Serves a token.
    /// @dev Power: compliance officer. At most 16 tokens. Not while the limit on investors over all classes is on.
    function bindToken(address token) external;

    /// @notice Stops serving a token.
    /// @dev Power: compliance officer. The token must point elsewhere first. Its settings end; locks stay, for when it comes back.
    function unbindToken(address token) external;

    /// @notice The settings of a token (zero: over all classes).
    function settingsOf(address token) external view returns (Settings memory);

    /// @notice A wallet's lockup.
    function lockOf(address token, address wallet) external view returns (Lock memory);

    /// @notice The true number of investors, from a complete ascending list of holders. Proves `investorCount`.
    function recount(address token, address[] calldata holders) external view returns (uint32 count);

    /// @notice The tokens served.
    function boundTokens() external view returns (address[] memory);
}
