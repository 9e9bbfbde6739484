// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Kind} from "../types/Move.sol";
import {Config, Issued} from "./Config.sol";
import {Freezing} from "./Freezing.sol";
import {RecordDates} from "./RecordDates.sol";
import {HAS_FROZEN_UNITS, Row, newEntry} from "./Row.sol";

/// @title Ledger
/// @notice The rows of a token and the one door through which units move.
/// @dev Every movement is drafted, judged and settled. A recovery is settled without a judgement: nobody's holding changes.
abstract contract Ledger is Freezing {
    function _move(Kind kind, address from, address to, uint256 units) internal {
        Config config = _config;
        Report memory report;

        // The zero address has no row: the issuer's side of an issue or a redemption is the supply.
        Row sender = kind == Kind.Issue ? Row.wrap(0) : _rows[from];
        Row receiver = kind == Kind.Redeem ? Row.wrap(0) : _rows[to];
        bytes memory notice;

        (sender, receiver, notice) = _judge(report, config, kind, msg.sender, from, to, units, sender, receiver);

        _settle(config, kind, from, to, units, sender, receiver);
        // The rows are written: whoever is told may call back, as T-REX's transfer fees do.
        if (notice.length != 0) Address.functionCall(_issued.rulebook(), notice);
    }

    /// @dev Writes the rows, releases frozen units where needed, tells the world.
    function _settle(Config config, Kind kind, address from, address to, uint256 units, Row sender, Row receiver)
        internal
    {
        if (units != 0 && from != to) {
            uint256 passed = _catchUp(config);
            unchecked {
                // Cannot wrap: the judge compared `units` with the sender's balance, or on issue with what the supply can still grow by,
                // and no wallet holds more than the supply.
                if (kind == Kind.Issue) {
                    _storeSupply(_issued.issuedUnits() + units, passed);
                } else {
                    if (sender.has(HAS_FROZEN_UNITS)) sender = _release(from, sender, units);
                    _store(from, sender, sender.units() - units, passed);
                }
                if (kind == Kind.Redeem) _storeSupply(_issued.issuedUnits() - units, passed);
                else _store(to, receiver, receiver.units() + units, passed);
            }
        }

        emit IERC20.Transfer(from, to, units);
    }

    function _store(address account, Row row, uint256 units, uint256 passed) private {
        if (row.recordDate() != passed) row = _remember(account, row, passed);
        _rows[account] = row.withUnits(units);
    }

    function _storeSupply(uint256 units, uint256 passed) private {
        Issued issued = _issued;
        Row cursor = _supplyCursor;
        if (cursor.recordDate() != passed) {
            _supplyCursor = _remember(address(0), cursor.withUnits(issued.issuedUnits()), passed).withUnits(0);
        }
        _issued = issued.withIssuedUnits(units);
    }

    /// @dev A row's first change after a record date leaves what it held as one entry of history. An empty row leaves none.
    function _remember(address account, Row row, uint256 passed) private returns (Row) {
        uint256 held = row.units();
        if (held != 0) {
            uint256 length = row.historyLength();
            _history[account][length] = newEntry(row.recordDate(), passed, held);
            row = row.withHistoryLength(length + 1);
        }
        return row.withRecordDate(passed);
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
