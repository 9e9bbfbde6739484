// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {ISecurityToken} from "../interfaces/ISecurityToken.sol";
import {IRulebookFace} from "../interfaces/IRulebook.sol";
import {IERC3643IdentityRegistry, IERC3643Movements, IERC3643Office} from "../interfaces/standards/IERC3643.sol";
import {IERC3643Compliance} from "../interfaces/standards/IERC3643Compliance.sol";
import {Kind, Move, Party} from "../types/Move.sol";
import {Config, Issued} from "./Config.sol";
import {Ledger} from "./Ledger.sol";
import {FROZEN, RETIRED, Row} from "./Row.sol";

/// @title Recovery
/// @notice A lost wallet's place is taken by another wallet of the same investor.
abstract contract Recovery is Ledger {
    /// @dev Everything the lost wallet has goes to the replacement, and its rights at past record dates with it. No admission is asked
    /// for: the registry vouches that both wallets are the same investor's, and nobody's holding changes.
    function _recover(address lost, address replacement, address identity) internal {
        require(
            lost != replacement && replacement != address(0) && _successors[lost] == address(0) && _successors[replacement] == address(0)
                && _config.registry() != address(0),
            ISecurityToken.InvalidRecovery(lost, replacement)
        );
        bool forgets = _replaceInRegistry(lost, replacement, identity);

        _successors[lost] = replacement;
        bool wasFrozen = _rows[lost].has(FROZEN);
        uint256 frozenUnits = _frozenUnits[lost];
        if (frozenUnits != 0) _rows[lost] = _setFrozenUnits(lost, _rows[lost], 0);
        _rows[lost] = _rows[lost].withFlag(RETIRED, true);
        Row row = _rows[lost];
        uint256 held = _rows[replacement].units();
        _settle(_config, Kind.Forced, lost, replacement, row.units(), row, _rows[replacement]);
        if (wasFrozen) {
            _rows[replacement] = _rows[replacement].withFlag(FROZEN, true);
            emit IERC3643Office.AddressFrozen(replacement, true, msg.sender);
        }
        if (frozenUnits != 0) {
            uint256 frozenTotal = Math.saturatingAdd(_frozenUnits[replacement], frozenUnits);
            _rows[replacement] = _setFrozenUnits(replacement, _rows[replacement], frozenTotal);
        }
        emit ISecurityToken.WalletSucceeded(lost, replacement);
        emit IERC3643Movements.RecoverySuccess(lost, replacement, identity);

        _tellRulebook(lost, replacement, row.units(), held, forgets);
        // Last: a plain compliance asks its registry whose the lost wallet is.
        if (forgets) IERC3643IdentityRegistry(_config.registry()).deleteIdentity(lost);
    }

    /// @dev Under a plain registry every wallet counts as an investor, so counts follow the units; otherwise nobody's holding changes.
    function _tellRulebook(address lost, address replacement, uint256 units, uint256 held, bool knowsLost) private {
        Issued issued = _issued;
        Config config = _config;
        if (config.hasPlainCompliance() && units != 0) {
            IERC3643Compliance(issued.rulebook()).transferred(lost, replacement, units);
        }
        if (!config.hasRulebook()) return;

        if (config.isPlainRegistry() && units != 0) {
            Move memory move;
            move.kind = Kind.Forced;
            move.operator = msg.sender;
            move.from = _plainParty(config, lost, knowsLost ? lost : replacement, units);
            move.to = _plainParty(config, replacement, replacement, held);
            move.units = units;
            move.supply = issued.issuedUnits();
            IRulebookFace(issued.rulebook()).moved(move);
        }
        IRulebookFace(issued.rulebook()).recovered(lost, replacement);
    }

    /// @dev With the facts that the registry gives for `known` now, as in any movement: the row's may be another registry's, or none at all.
    function _plainParty(Config config, address wallet, address known, uint256 units)
        private
        view
        returns (Party memory)
    {
        Row row = _withPlainFacts(config, known, _rows[wallet]);
        return Party({wallet: wallet, country: row.country(), claims: row.claims(), units: units, held: units});
    }

    /// @return forgets Whether a plain registry is still to forget the lost wallet.
    /// @dev A plain ERC-3643 registry has this token as agent; its wallets must carry the same identity. Where another class of the
    /// issuer recovered first, the registry has forgotten the lost wallet already, and only the replacement shows the identity.
    function _replaceInRegistry(address lost, address replacement, address identity) private returns (bool forgets) {
        if (!_config.isPlainRegistry()) {
            IIdentityRegistry(_config.registry()).recover(lost, replacement, identity);
            return false;
        }
        IERC3643IdentityRegistry registry = IERC3643IdentityRegistry(_config.registry());
        bool known = registry.contains(lost);
        bool joins = !registry.contains(replacement);
        address shown = registry.identity(known ? lost : replacement);
        bool same = known && !joins ? registry.identity(replacement) == shown : known || !joins;
        require(identity != address(0) && shown == identity && same, ISecurityToken.InvalidRecovery(lost, replacement));

        if (joins) registry.registerIdentity(replacement, identity, registry.investorCountry(lost));
        return known;
    }
}
