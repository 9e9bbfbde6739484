// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRule, IRulebook} from "../../interfaces/IRulebook.sol";
import {IVolumeRule} from "../../interfaces/external/IVolumeRule.sol";
import {Kind, Move} from "../../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../../types/Verdict.sol";
import {RollingVolume} from "./RollingVolume.sol";
import {RuleBase} from "./RuleBase.sol";

/// @title Volume rule
/// @notice No investor transfers more than so many units within a rolling window of time.
/// @dev Transfer: counted for its giver, the investor, and refused above the limit; between its own wallets free. Issue, redemption,
/// movement by order, change of facts: neither refused nor counted. Transfers before the rule was added to the token, and those of
/// investors without a limit, are not known.
/// @custom:invariant VOL-1 No transfer takes what an investor transferred within the window above its limit.
contract VolumeRule is IVolumeRule, RuleBase {
    using RollingVolume for RollingVolume.Ring;

    uint96 private constant UNLIMITED = type(uint96).max;

    mapping(address token => Limit) private _limits;
    mapping(address token => mapping(address investor => Limit)) private _own;
    mapping(address token => mapping(address investor => RollingVolume.Ring)) private _rings;

    constructor(address initialAuthority, address initialRulebook) RuleBase(initialAuthority, initialRulebook) {}

    /// @inheritdoc IRule
    function name() external pure returns (string memory) {
        return "Volume";
    }

    /// @inheritdoc IRule
    function counts() external pure returns (bool) {
        return true;
    }

    /// @inheritdoc IRule
    function check(address token, Move calldata move) external view returns (Verdict memory verdict) {
        (address investor, Limit memory limit) = _limitFor(token, move);
        if (limit.window == 0) return verdict;
        uint256 most = _most(limit, move.supply);
        RollingVolume.Ring storage ring = _rings[token][investor];
        RollingVolume.Reading memory reading = ring.read(limit.window);
        uint256 left = most > reading.total ? most - reading.total : 0;
        if (move.units <= left || _isOwn(token, investor, move)) return verdict;

        uint256 earliest = move.units > most ? 0 : ring.fallsTo(reading, most - move.units);
        return Verdicts.refuseUntil(
            Restriction.VOLUME, move.from.wallet, left, move.units, left, uint48(earliest)
        );
    }

    /// @inheritdoc IRule
    function moved(address token, Move calldata move) external onlyRulebook {
        (address investor, Limit memory limit) = _limitFor(token, move);
        if (limit.window == 0 || _isOwn(token, investor, move)) return;

        RollingVolume.Ring storage ring = _rings[token][investor];
        ring.add(ring.read(limit.window), move.units);
    }

    /// @inheritdoc IVolumeRule
    function setLimit(address token, uint96 units, uint16 bps, uint32 window) external restricted served(token) {
        if ((units == 0 && bps == 0) != (window == 0)) revert IncompleteVolumeLimit(units, bps, window);
        if (bps > 10_000) revert IRulebook.InvalidShare(bps);

        _limits[token] = Limit({units: units, bps: bps, window: window});
        emit VolumeLimitSet(token, units, bps, window);
    }

    /// @inheritdoc IVolumeRule
    function setInvestorVolume(address token, address wallet, uint96 units, uint16 bps) external restricted {
        uint32 window = _limits[token].window;
        if (window == 0) revert NoVolumeWindow(token);
        if (bps > 10_000) revert IRulebook.InvalidShare(bps);

        address investor = _registeredInvestorOf(token, wallet);
        _own[token][investor] = Limit({units: units, bps: bps, window: 0});
        emit InvestorVolumeSet(token, investor, units, bps);
    }

    /// @inheritdoc IVolumeRule
    function limitOf(address token) external view returns (Limit memory) {
        return _limits[token];
    }

    /// @inheritdoc IVolumeRule
    function ownLimitOf(address token, address wallet) external view returns (Limit memory limit) {
        limit = _own[token][_investorOf(token, wallet)];
        limit.window = _limits[token].window;
    }

    /// @inheritdoc IVolumeRule
    function transferredBy(address token, address wallet) external view returns (uint256 units) {
        uint256 window = _limits[token].window;
        if (window == 0) return 0;
        return _rings[token][_investorOf(token, wallet)].read(window).total;
    }

    /// @dev The limit that a movement meets, if any (its window is not zero then), and whose it is.
    function _limitFor(address token, Move calldata move)
        private
        view
        returns (address investor, Limit memory limit)
    {
        if (move.kind != Kind.Transfer || move.sameInvestor) return (investor, limit);
        Limit memory everybody = _limits[token];
        if (everybody.window == 0) return (investor, limit);

        investor = _investorOf(token, move.from.wallet);
        limit = _own[token][investor];
        if (limit.units == 0 && limit.bps == 0) limit = everybody;
        bool unlimited = limit.units == UNLIMITED && limit.bps == 0;
        limit.window = unlimited ? 0 : everybody.window;
    }

    /// @dev The stricter of both.
    function _most(Limit memory limit, uint256 supply) private pure returns (uint256 most) {
        most = limit.units == 0 ? UNLIMITED : limit.units;
        if (limit.bps == 0) return most;
        uint256 share = supply * limit.bps / 10_000; // rounds down: stricter
        if (share < most) most = share;
    }
}
