// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {ISecurityToken} from "../interfaces/ISecurityToken.sol";
import {IRulebookFace} from "../interfaces/IRulebook.sol";
import {IERC3643IdentityRegistry} from "../interfaces/standards/IERC3643.sol";
import {IERC3643Compliance} from "../interfaces/standards/IERC3643Compliance.sol";
import {IERC7943Fungible} from "../interfaces/standards/IERC7943.sol";
import {AdmissionWord} from "../types/Admission.sol";
import {Kind} from "../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../types/Verdict.sol";
import {Config, Issued} from "./Config.sol";
import {FROZEN, HAS_FROZEN_UNITS, LINKED, MAX_UNITS, RETIRED, Row} from "./Row.sol";
import {TokenStorage} from "./TokenStorage.sol";

/// @title Judge
/// @notice Says what refuses a movement.
/// @dev The only place that does: a movement stops at the first refusal, the views collect all of them.
abstract contract Judge is TokenStorage {
    /// @dev What a plain registry gets to say a country with: several times what the ones in use need, behind their two proxies.
    uint256 private constant COUNTRY_GAS = 150_000;
    uint256 private constant CALL_COST = 5_000; // reaching it, and what happens until then

    /// @dev Where refusals go: a movement stops at the first, a view collects them all.
    struct Report {
        bool collecting;
        Verdict[] refusals;
    }

    /// @dev Says everything that refuses a movement, and admits both sides. Issue: `from` is zero. Redeem: `to` is zero.
    /// @param sender Row of `from`, empty for none.
    /// @param receiver Row of `to`, empty for none.
    /// @return The rows with fresh stamps and facts, and the message a rulebook or compliance wants once the rows are written (empty: none).
    function _judge(
        Report memory report,
        Config config,
        Kind kind,
        address operator,
        address from,
        address to,
        uint256 units,
        Row sender,
        Row receiver
    ) internal view returns (Row, Row, bytes memory) {
        if (kind == Kind.Transfer) {
            if (config.isPaused()) _refuse(report, Restriction.PAUSED, address(this), 0, units, 0);
            if (operator != from && _rows[operator].has(FROZEN | RETIRED)) {
                _refuse(report, Restriction.SPENDER_FROZEN, operator, 0, units, 0);
            }
        }
        if (kind == Kind.Issue) {
            uint256 room = MAX_UNITS - _issued.issuedUnits();
            if (units > room) _refuse(report, Restriction.SUPPLY_OVERFLOW, address(this), room, units, room);
        } else {
            sender = _judgeSender(report, config, kind, from, units, sender);
        }
        if (kind != Kind.Redeem) {
            receiver = _judgeReceiver(report, config, kind == Kind.Forced && to == from, to, units, receiver);
        }
        // A transfer to the same wallet moves nothing: no rule is asked.
        if (!config.hasCompliance() || from == to) return (sender, receiver, "");
        return (sender, receiver, _consult(report, config, kind, operator, from, to, units, sender, receiver));
    }

    function _judgeSender(Report memory report, Config config, Kind kind, address from, uint256 units, Row row)
        private
        view
        returns (Row)
    {
        if (from == address(0)) {
            _refuse(report, Restriction.INVALID_SENDER, from, 0, units, 0);
            return row;
        }
        if (kind == Kind.Transfer) {
            if (row.has(FROZEN)) _refuse(report, Restriction.SENDER_FROZEN, from, 0, units, 0);
            row = _admit(report, config, from, row, Restriction.SENDER);
        } else if (config.hasRulebook()) {
            // No admission is needed to give up units by order, but rules need the facts.
            row = _refresh(config, from, row);
        }

        uint256 balance = row.units();
        if (units > balance) _refuse(report, Restriction.BALANCE, from, balance, units, balance);
        if (kind == Kind.Transfer && row.has(HAS_FROZEN_UNITS)) {
            uint256 unfrozen = _unfrozen(from, balance);
            if (units > unfrozen) _refuse(report, Restriction.FROZEN_UNITS, from, unfrozen, units, unfrozen);
        }
        return row;
    }

    function _judgeReceiver(Report memory report, Config config, bool toSelf, address to, uint256 units, Row row)
        private
        view
        returns (Row)
    {
        if (to == address(0) || toSelf) {
            _refuse(report, Restriction.INVALID_RECEIVER, to, 0, units, 0);
            return row;
        }
        if (row.has(FROZEN | RETIRED)) {
            uint8 code = row.has(RETIRED) ? Restriction.WALLET_RETIRED : Restriction.RECEIVER_FROZEN;
            _refuse(report, code, to, 0, units, 0);
        }
        return _admit(report, config, to, row, Restriction.RECEIVER);
    }

    /// @dev Asks the rulebook, or what is in its place. Returns what it wants to be told once the rows are written.
    function _consult(
        Report memory report,
        Config config,
        Kind kind,
        address operator,
        address from,
        address to,
        uint256 units,
        Row sender,
        Row receiver
    ) private view returns (bytes memory message) {
        if (config.hasPlainCompliance()) return _askCompliance(report, kind, from, to, units);

        Issued issued = _issued;
        (uint256 senderHolds, address[] memory peers) = _held(config, from, sender);
        (uint256 receiverHolds,) = _held(config, to, receiver);
        // A {Move}, field by field: the same bytes as the struct's, at a third of the price.
        message = abi.encodeWithSelector(
            report.collecting ? IRulebookFace.explain.selector : IRulebookFace.check.selector,
            kind,
            operator,
            _contains(peers, to),
            from,
            sender.country(),
            sender.claims(),
            sender.units(),
            senderHolds,
            to,
            receiver.country(),
            receiver.claims(),
            receiver.units(),
            receiverHolds,
            // A preflight may ask about any number; rules count in 96 bits.
            units > MAX_UNITS ? MAX_UNITS : units,
            issued.issuedUnits()
        );
        bytes memory answer = Address.functionStaticCall(issued.rulebook(), message);
        if (report.collecting) {
            Verdict[] memory verdicts = abi.decode(answer, (Verdict[]));
            for (uint256 i = 0; i < verdicts.length; ++i) {
                _collect(report, verdicts[i]);
            }
            return message;
        }

        // A {Verdict}, field by field, and whether a rule counts the movement.
        (uint256 code, uint256 account, uint256 limit, uint256 actual,,, uint256 notify) =
            abi.decode(answer, (uint256, uint256, uint256, uint256, uint256, uint256, uint256));
        if (code != Restriction.NONE) _stop(uint8(code), address(uint160(account)), limit, actual);
        if (notify == 0) return "";
        bytes4 moved = IRulebookFace.moved.selector;
        for (uint256 i = 0; i < 4; ++i) {
            message[i] = moved[i];
        }
    }

    /// @dev Asks a plain ERC-3643 compliance as T-REX does: about issues and transfers, not about orders. One that fails says no.
    /// @return notice What it is told once the rows are written; nothing of zero units, at which T-REX's reverts.
    function _askCompliance(Report memory report, Kind kind, address from, address to, uint256 units)
        private
        view
        returns (bytes memory notice)
    {
        if (kind == Kind.Issue || kind == Kind.Transfer) {
            address compliance = _issued.rulebook();
            if (_askPlain(compliance, abi.encodeCall(IERC3643Compliance.canTransfer, (from, to, units)), gasleft()) != 1) {
                _refuse(report, Restriction.COMPLIANCE, compliance, 0, units, 0);
            }
        }
        if (units == 0) return "";
        if (kind == Kind.Issue) return abi.encodeCall(IERC3643Compliance.created, (to, units));
        if (kind == Kind.Redeem) return abi.encodeCall(IERC3643Compliance.destroyed, (from, units));
        return abi.encodeCall(IERC3643Compliance.transferred, (from, to, units));
    }

    /// @dev What an investor holds in all its wallets, and which they are if there are several and the registry groups them.
    function _held(Config config, address wallet, Row row)
        private
        view
        returns (uint256 units, address[] memory wallets)
    {
        if (!row.has(LINKED) || config.isPlainRegistry()) return (row.units(), wallets);

        wallets = IIdentityRegistry(config.registry()).walletsOf(wallet);
        units = _sum(wallets);
    }

    /* ADMISSION */

    /// @dev Whether the wallet is admitted, by its stamp or else by asking. Returns the row with the facts, stamped if admitted.
    function _admit(Report memory report, Config config, address account, Row row, uint8 side)
        private
        view
        returns (Row)
    {
        if (row.isAdmitted(config.version())) return row;
        if (config.isPlainRegistry()) {
            // As ERC-3643 says, only the receiver is asked.
            if (side == Restriction.RECEIVER && !_isVerified(config.registry(), account)) {
                _refuse(report, side + Restriction.NOT_VERIFIED, account, 0, 0, 0);
            }
            return _withPlainFacts(config, account, row);
        }
        address registry = config.registry();
        if (registry == address(0)) {
            _refuse(report, side + Restriction.NOT_REGISTERED, account, 0, 0, 0);
            return row;
        }

        AdmissionWord admission = IIdentityRegistry(registry).admissionWord(address(this), account);
        if (admission.reason() != 0 && !(side == Restriction.SENDER && admission.maySell())) {
            (uint256 limit, uint256 actual) = _particulars(admission);
            _refuse(report, side + admission.reason(), account, limit, actual, 0);
        }
        return row.withAdmission(admission, config.version());
    }

    /// @dev The row with the facts of the registry in force.
    function _refresh(Config config, address account, Row row) internal view returns (Row) {
        if (row.isAdmitted(config.version())) return row;
        if (config.isPlainRegistry()) return _withPlainFacts(config, account, row);
        address registry = config.registry();
        if (registry == address(0)) return row;
        return row.withAdmission(IIdentityRegistry(registry).admissionWord(address(this), account), config.version());
    }

    /// @dev Whether a wallet could be on this side of a transfer at all, whatever the amount.
    function _isEligible(address account, uint8 side) internal view returns (bool) {
        Row row = _rows[account];
        if (account == address(0) || row.has(FROZEN | RETIRED)) return false;

        Report memory report;
        report.collecting = true;
        _admit(report, _config, account, row, side);
        return report.refusals.length == 0;
    }

    /// @dev What the registry's reason is about, for people.
    function _particulars(AdmissionWord admission) private view returns (uint256 limit, uint256 actual) {
        if (admission.reason() == Restriction.EXPIRED) return (admission.validUntil(), block.timestamp);
        if (admission.reason() == Restriction.COUNTRY) return (0, admission.country());
        if (admission.reason() == Restriction.CLAIMS) return (0, admission.claims());
    }

    /// @dev What rules are told under a plain registry: its country, no claims, every wallet an investor. Not what another registry once said.
    /// Orders need them too, so the answer may cost only so much; it must get that much, or starving it would make the country unknown.
    function _withPlainFacts(Config config, address account, Row row) internal view returns (Row) {
        if (!config.hasRulebook()) return row;
        if (gasleft() * 63 / 64 < COUNTRY_GAS + CALL_COST) revert IIdentityRegistry.MoreGasNeeded(COUNTRY_GAS);

        bytes memory question = abi.encodeCall(IERC3643IdentityRegistry.investorCountry, (account));
        uint256 country = _askPlain(config.registry(), question, COUNTRY_GAS);
        return row.withFacts(country > type(uint16).max ? 0 : uint16(country), 0, false);
    }

    /// @dev As much gas as there is: many claims cost much to verify, and what starves only refuses a receiver.
    function _isVerified(address registry, address account) private view returns (bool) {
        return _askPlain(registry, abi.encodeCall(IERC3643IdentityRegistry.isVerified, (account)), gasleft()) == 1;
    }

    /// @dev A plain ERC-3643 contract may revert or answer nonsense: that is a zero, hence a no or an unknown country. Copies one word.
    function _askPlain(address plain, bytes memory question, uint256 allowance) internal view returns (uint256 answer) {
        // Cannot touch other memory: one word of the answer goes to scratch space.
        assembly ("memory-safe") {
            let answered := staticcall(allowance, plain, add(question, 0x20), mload(question), 0, 0x20)
            if and(answered, eq(returndatasize(), 0x20)) { answer := mload(0) }
        }
    }

    /* REFUSALS */

    function _refuse(Report memory report, uint8 code, address account, uint256 limit, uint256 actual, uint256 largest)
        private
        pure
    {
        if (!report.collecting) _stop(code, account, limit, actual);
        _collect(report, Verdicts.refuseAbove(code, account, limit, actual, largest));
    }

    function _collect(Report memory report, Verdict memory verdict) private pure {
        uint256 count = report.refusals.length;
        Verdict[] memory refusals = new Verdict[](count + 1);
        for (uint256 i = 0; i < count; ++i) {
            refusals[i] = report.refusals[i];
        }
        refusals[count] = verdict;
        report.refusals = refusals;
    }

    /// @dev The standards' own errors where they say as much, else the restriction.
    function _stop(uint8 code, address account, uint256 limit, uint256 actual) private pure {
        if (code == Restriction.BALANCE) revert IERC20Errors.ERC20InsufficientBalance(account, limit, actual);
        if (code == Restriction.FROZEN_UNITS) {
            revert IERC7943Fungible.ERC7943InsufficientUnfrozenBalance(account, actual, limit);
        }
        if (code == Restriction.INVALID_SENDER) revert IERC20Errors.ERC20InvalidSender(account);
        if (code == Restriction.INVALID_RECEIVER) {
            if (account != address(0)) revert ISecurityToken.ForcedToSelf(account);
            revert IERC20Errors.ERC20InvalidReceiver(account);
        }
        revert ISecurityToken.TransferRestricted(code, account, limit, actual);
    }

    /* FREEZING */

    function _unfrozen(address account, uint256 balance) internal view returns (uint256) {
        uint256 frozen = _frozenUnits[account];
        return frozen > balance ? 0 : balance - frozen;
    }

    function _sum(address[] memory wallets) internal view returns (uint256 units) {
        for (uint256 i = 0; i < wallets.length; ++i) {
            units += _rows[wallets[i]].units();
        }
    }

    function _contains(address[] memory wallets, address account) private pure returns (bool) {
        for (uint256 i = 0; i < wallets.length; ++i) {
            if (wallets[i] == account) return true;
        }
        return false;
    }
}
