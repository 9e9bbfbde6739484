// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IRulebookFace} from "../interfaces/IRulebook.sol";
import {Kind} from "../types/Move.sol";
import {Config} from "./Config.sol";
import {Freezing} from "./Freezing.sol";
import {RecordDates} from "./RecordDates.sol";
import {HAS_FROZEN_UNITS, Row, newEntry} from "./Row.sol";

/// @title Ledger
/// @notice The rows of a token and the one door through which units move.
/// @dev Every movement is drafted, judged and settled. A recovery is settled without a judgement: nobody's holding changes.
abstract contract Ledger is Freezing {
    function _move(Kind kind, address from, address to, uint256 units) internal {
        Draft memory draft = _draft(kind, msg.sender, from, to, units);
        _judge(draft);
        _settle(draft);
        if (draft.notify) IRulebookFace(draft.config.rulebook()).moved(draft.move);
    }

    /// @dev Writes both rows, releases frozen units where needed, tells the world.
    function _settle(Draft memory draft) internal {
        address from = draft.from;
        address to = draft.to;
        uint256 units = draft.units;

        if (units != 0 && from != to) {
            uint256 passed = _catchUp(draft.config);
            if (draft.kind == Kind.Issue) {
                _store(from, draft.sender, draft.sender.units() + units, passed);
            } else {
                if (draft.sender.has(HAS_FROZEN_UNITS)) draft.sender = _release(from, draft.sender, units);
                _store(from, draft.sender, draft.sender.units() - units, passed);
            }
            uint256 held = draft.receiver.units();
            _store(to, draft.receiver, draft.kind == Kind.Redeem ? held - units : held + units, passed);
        }

        emit IERC20.Transfer(from, to, units);
    }

    /// @dev A row's first change after a record date leaves what it held as one entry of history.
    function _store(address account, Row row, uint256 units, uint256 passed) private {
        if (row.recordDate() != passed) {
            uint256 held = row.units();
            if (held != 0) {
                uint256 length = row.historyLength();
                _history[account][length] = newEntry(row.recordDate(), passed, held);
                row = row.withHistoryLength(length + 1);
            }
            row = row.withRecordDate(passed);
        }
        // Cannot overflow 96 bits: no row exceeds the supply, and the supply is checked when units are issued.
        _rows[account] = row.withUnits(units);
    }

    /// @dev Takes note of record dates that have passed since the last movement.
    function _catchUp(Config config) private returns (uint256 passed) {
        passed = config.passed();
        if (block.timestamp < config.next()) return passed;

        passed = RecordDates.countPassed(_recordDates, passed);
        _setRecordDates(config, passed);
    }

    function _setRecordDates(Config config, uint256 passed) internal {
        uint256 next = passed < _recordDates.length ? _recordDates[passed] : type(uint40).max;
        _config = config.withRecordDates(passed, next);
    }

    /// @dev Releases as many frozen units as an ordered movement takes, before it, as ERC-7943 asks.
    function _release(address account, Row row, uint256 units) private returns (Row) {
        uint256 unfrozen = _unfrozen(account, row.units());
        if (units <= unfrozen) return row;
        return _setFrozenUnits(account, row, _frozenUnits[account] - (units - unfrozen));
    }
}
