// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRule, IRulebook} from "../../interfaces/IRulebook.sol";
import {IVestingRule} from "../../interfaces/external/IVestingRule.sol";
import {Kind, Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";
import {RuleBase} from "./RuleBase.sol";

/// @title Vesting rule
/// @notice Units granted to an investor become transferable over time.
/// @dev Transfer: refused if the investor, all wallets together, would keep less than its locked units; between its own wallets free.
/// Issue: free. Redemption and movement by order: never refused, and taken off forfeited units first. Change of facts: nothing.
/// Under a plain ERC-3643 registry what counts as held is one wallet's: stricter, never laxer.
/// @custom:invariant VST-1 No transfer to another investor leaves its giver with less than its locked units.
/// @custom:invariant VST-2 What has vested stays vested, whatever is revoked later.
contract VestingRule is IVestingRule, RuleBase {
    uint256 private constant LIMIT = 8;

    struct Account {
        uint96 forfeited;
        uint24 lastId;
        uint8 count;
        Grant[LIMIT] grants; // the first `count`
    }

    mapping(address token => mapping(address investor => Account)) private _accounts;

    constructor(address initialAuthority, address initialRulebook) RuleBase(initialAuthority, initialRulebook) {}

    /// @inheritdoc IRule
    function name() external pure returns (string memory) {
        return "Vesting";
    }

    /// @inheritdoc IRule
    function counts() external pure returns (bool) {
        return true;
    }

    /// @inheritdoc IRule
    function check(address token, Move calldata move) external view returns (Verdict memory verdict) {
        if (move.kind != Kind.Transfer || move.sameInvestor) return verdict;
        address investor = _investorOf(token, move.from.wallet);
        (uint256 forfeited, Grant[] memory grants) = _load(_accounts[token][investor]);
        uint256 locked = forfeited + _unvested(grants, block.timestamp);
        if (locked == 0) return verdict;

        uint256 free = move.from.held > locked ? move.from.held - locked : 0;
        if (move.units <= free || _isOwn(token, investor, move)) return verdict;
        return Verdicts.refuseUntil(
            Restriction.VESTING, move.from.wallet, free, move.units, free, _earliest(grants, forfeited, move)
        );
    }

    /// @inheritdoc IRule
    function moved(address token, Move calldata move) external onlyRulebook {
        if (move.kind != Kind.Redeem && move.kind != Kind.Forced) return;
        address investor = _investorOf(token, move.from.wallet);
        uint256 forfeited = _accounts[token][investor].forfeited;
        if (forfeited == 0 || _isOwn(token, investor, move)) return;

        _release(token, investor, move.units < forfeited ? uint96(move.units) : uint96(forfeited), "");
    }

    /// @inheritdoc IVestingRule
    function grantUnits(address token, address wallet, Grant calldata grant)
        external
        restricted
        served(token)
        returns (uint24 id)
    {
        if (grant.units == 0) revert NoUnits();
        if (grant.duration == 0) revert NoDuration();
        if (grant.cliff > grant.duration) revert CliffAfterEnd(grant.cliff, grant.duration);
        if (grant.period > grant.duration) revert PeriodTooLong(grant.period, grant.duration);
        uint48 end = uint48(grant.start) + grant.duration;
        if (end <= block.timestamp) revert IRulebook.InThePast(end);

        address investor = _registeredInvestorOf(token, wallet);
        Account storage account = _accounts[token][investor];
        _clear(account);
        uint256 count = account.count;
        if (count == LIMIT) revert TooManyGrants(investor, LIMIT);

        id = ++account.lastId;
        account.grants[count] = grant;
        account.grants[count].id = id;
        account.count = uint8(count + 1);
        emit Granted(token, investor, account.grants[count]);
    }

    /// @inheritdoc IVestingRule
    function revoke(address token, address wallet, uint24 id, string calldata reason) external restricted {
        address investor = _investorOf(token, wallet);
        Account storage account = _accounts[token][investor];
        for (uint256 i; i < account.count; ++i) {
            Grant memory grant = account.grants[i];
            if (grant.id != id) continue;

            uint256 vested = _vested(grant, block.timestamp);
            uint256 forfeited = grant.units - vested;
            account.forfeited += uint96(forfeited);
            _remove(account, i);
            emit GrantRevoked(token, investor, id, vested, forfeited, reason);
            return;
        }
        revert GrantNotFound(investor, id);
    }

    /// @inheritdoc IVestingRule
    function release(address token, address wallet, uint96 units, string calldata reason) external restricted {
        address investor = _investorOf(token, wallet);
        uint256 forfeited = _accounts[token][investor].forfeited;
        if (units == 0) revert NoUnits();
        if (units > forfeited) revert ReleaseExceedsForfeited(investor, forfeited, units);

        _release(token, investor, units, reason);
    }

    /// @inheritdoc IVestingRule
    function grantsOf(address token, address wallet) external view returns (Grant[] memory grants) {
        (, grants) = _load(_accounts[token][_investorOf(token, wallet)]);
    }

    /// @inheritdoc IVestingRule
    function forfeitedOf(address token, address wallet) external view returns (uint256 units) {
        return _accounts[token][_investorOf(token, wallet)].forfeited;
    }

    /// @inheritdoc IVestingRule
    function lockedAt(address token, address wallet, uint48 time) external view returns (uint256 units) {
        (uint256 forfeited, Grant[] memory grants) = _load(_accounts[token][_investorOf(token, wallet)]);
        return forfeited + _unvested(grants, time);
    }

    function _load(Account storage account) private view returns (uint256 forfeited, Grant[] memory grants) {
        forfeited = account.forfeited;
        grants = new Grant[](account.count);
        for (uint256 i; i < grants.length; ++i) {
            grants[i] = account.grants[i];
        }
    }

    /// @dev The first second at which enough has vested; 0: never. What is locked only falls as time goes by, so it is found by halving.
    function _earliest(Grant[] memory grants, uint256 forfeited, Move calldata move) private view returns (uint48) {
        if (move.units + forfeited > move.from.held) return 0;
        uint256 allowed = move.from.held - move.units - forfeited;
        uint256 low = block.timestamp; // too little has vested
        uint256 high = low; // enough has
        for (uint256 i; i < grants.length; ++i) {
            uint256 end = uint256(grants[i].start) + grants[i].duration;
            if (end > high) high = end;
        }
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (_unvested(grants, middle) <= allowed) high = middle;
            else low = middle;
        }
        return uint48(high);
    }

    function _unvested(Grant[] memory grants, uint256 time) private pure returns (uint256 units) {
        for (uint256 i; i < grants.length; ++i) {
            units += grants[i].units - _vested(grants[i], time);
        }
    }

    function _vested(Grant memory grant, uint256 time) private pure returns (uint256) {
        uint256 elapsed = time > grant.start ? time - grant.start : 0;
        if (elapsed < grant.cliff) return 0;
        if (elapsed >= grant.duration) return grant.units;
        if (grant.period != 0) elapsed -= elapsed % grant.period;
        return uint256(grant.units) * elapsed / grant.duration; // rounds down: stricter
    }

    /// @dev Removes what has vested whole.
    function _clear(Account storage account) private {
        for (uint256 i = account.count; i != 0; --i) {
            Grant storage grant = account.grants[i - 1];
            if (uint256(grant.start) + grant.duration <= block.timestamp) _remove(account, i - 1);
        }
    }

    function _remove(Account storage account, uint256 index) private {
        uint8 last = account.count - 1;
        account.grants[index] = account.grants[last];
        delete account.grants[last];
        account.count = last;
    }

    function _release(address token, address investor, uint96 units, string memory reason) private {
        _accounts[token][investor].forfeited -= units;
        emit ForfeitedReleased(token, investor, units, reason);
    }
}
