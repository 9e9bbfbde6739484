// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAdmissionHooks} from "../interfaces/IIdentityRegistry.sol";
import {IRulebookFace} from "../interfaces/IRulebook.sol";
import {Kind, Move, Party} from "../types/Move.sol";
import {Config, Issued} from "./Config.sol";
import {Judge} from "./Judge.sol";
import {Row} from "./Row.sol";

/// @title Facts follower
/// @notice Keeps stamps and counters right when the registry's facts change.
/// @dev Calls of others than the registry in force change nothing and do not revert: a former registry must not be held up.
abstract contract FactsFollower is Judge, IAdmissionHooks {
    /// @inheritdoc IAdmissionHooks
    function admissionsChanged() external {
        if (_isFollowed(msg.sender)) _voidAdmissions();
    }

    /// @inheritdoc IAdmissionHooks
    function beforeFactsChange(address[] calldata wallets) external {
        if (!_isFollowed(msg.sender)) return;

        Party memory leaving;
        for (uint256 i = 0; i < wallets.length; ++i) {
            Row row = _rows[wallets[i]];
            // A wallet that was never asked about has nothing to clear.
            if (Row.unwrap(row) == 0) continue;
            if (leaving.units == 0) {
                // Not what another registry once said: counters know the investor by what this one says.
                Row known = _config.hasRulebook() ? _refresh(_config, wallets[i], row) : row;
                leaving.wallet = wallets[i];
                leaving.country = known.country();
                leaving.claims = known.claims();
            }
            leaving.units += row.units();
            // From here to the end of the change whoever moves units asks the registry, whichever class is told first.
            _rows[wallets[i]] = row.withoutAdmission();
        }
        leaving.held = leaving.units;
        Party memory nobody;
        _reclassify(leaving, nobody, leaving.held);
    }

    /// @inheritdoc IAdmissionHooks
    function afterFactsChange(address[] calldata wallets, uint16 country, uint32 claims) external {
        if (!_isFollowed(msg.sender)) return;

        for (uint256 i = 0; i < wallets.length; ++i) {
            Row row = _rows[wallets[i]];
            if (Row.unwrap(row) == 0) continue;
            _rows[wallets[i]] = row.withFacts(country, claims, wallets.length > 1).withoutAdmission();
        }
        Party memory entering;
        entering.wallet = wallets[0];
        entering.country = country;
        entering.claims = claims;
        Party memory nobody;
        _reclassify(nobody, entering, _sum(wallets));
    }

    /// @dev A plain ERC-3643 registry has no facts that rules depend on.
    function _isFollowed(address caller) private view returns (bool) {
        Config config = _config;
        return caller == config.registry() && !config.isPlainRegistry();
    }

    /// @dev An investor leaves a set of facts, or enters one: rules that count follow.
    function _reclassify(Party memory from, Party memory to, uint256 units) private {
        // A plain ERC-3643 compliance asks the registry about facts when it needs them.
        if (units == 0 || !_config.hasRulebook()) return;

        Issued issued = _issued;

        Move memory move = Move({
            kind: Kind.Reclassify,
            operator: msg.sender,
            sameInvestor: false,
            from: from,
            to: to,
            units: units,
            supply: issued.issuedUnits()
        });
        IRulebookFace(issued.rulebook()).moved(move);
    }

    function _voidAdmissions() internal {
        _config = _config.withNextVersion();
    }
}
