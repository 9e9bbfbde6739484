// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {ISecurityToken} from "../interfaces/ISecurityToken.sol";
import {IRulebookFace} from "../interfaces/IRulebook.sol";
import {IERC3643IdentityRegistry} from "../interfaces/standards/IERC3643.sol";
import {IERC7943Fungible} from "../interfaces/standards/IERC7943.sol";
import {Admission} from "../types/Admission.sol";
import {Kind, Move, Party} from "../types/Move.sol";
import {Restriction, Verdict, Verdicts} from "../types/Verdict.sol";
import {Config} from "./Config.sol";
import {FROZEN, HAS_FROZEN_UNITS, LINKED, MAX_UNITS, RETIRED, Row} from "./Row.sol";
import {TokenStorage} from "./TokenStorage.sol";

/// @title Judge
/// @notice Says what refuses a movement.
/// @dev The only place that does: a movement stops at the first refusal, the views collect all of them.
abstract contract Judge is TokenStorage {
    /// @dev A movement in preparation.
    struct Draft {
        Kind kind;
        address operator;
        address from;
        address to;
        uint256 units;
        Config config;
        Row sender;
        Row receiver;
        bool collecting; // a view: collect refusals instead of stopping at the first
        Verdict[] refusals;
        bool notify; // a rule counts this movement
        Move move; // filled where there is a rulebook
    }

    function _draft(Kind kind, address operator, address from, address to, uint256 units)
        internal
        view
        returns (Draft memory draft)
    {
        draft.kind = kind;
        draft.operator = operator;
        draft.from = from;
        draft.to = to;
        draft.units = units;
        draft.config = _config;
        draft.sender = _rows[from];
        draft.receiver = _rows[to];
    }

    /// @dev Says everything that refuses the movement, and admits both sides. Issue: `from` is zero. Redeem: `to` is zero.
    function _judge(Draft memory draft) internal view {
        Kind kind = draft.kind;

        if (kind == Kind.Transfer) {
            if (draft.config.isPaused()) _refuse(draft, Restriction.PAUSED, address(this), 0, draft.units, 0);
            if (draft.operator != draft.from && _rows[draft.operator].has(FROZEN | RETIRED)) {
                _refuse(draft, Restriction.SPENDER_FROZEN, draft.operator, 0, draft.units, 0);
            }
        }
        if (kind != Kind.Issue) _judgeSender(draft);
        if (kind != Kind.Redeem) _judgeReceiver(draft);
        if (kind == Kind.Issue) {
            uint256 room = MAX_UNITS - draft.sender.units();
            if (draft.units > room) _refuse(draft, Restriction.SUPPLY_OVERFLOW, address(this), room, draft.units, room);
        }
        if (draft.config.rulebook() != address(0)) _consult(draft);
    }

    function _judgeSender(Draft memory draft) private view {
        address from = draft.from;
        uint256 units = draft.units;
        Row row = draft.sender;

        if (from == address(0)) {
            _refuse(draft, Restriction.INVALID_SENDER, from, 0, units, 0);
            return;
        }
        if (draft.kind == Kind.Transfer) {
            if (row.has(FROZEN)) _refuse(draft, Restriction.SENDER_FROZEN, from, 0, units, 0);
            draft.sender = _admit(draft, from, row, Restriction.SENDER);
        } else if (draft.config.rulebook() != address(0) && !draft.config.isPlainRegistry()) {
            // No admission needed to give up units by order, but rules need the facts.
            draft.sender = _refresh(draft, from, row);
        }

        uint256 balance = row.units();
        if (units > balance) {
            _refuse(draft, Restriction.BALANCE, from, balance, units, balance);
        } else if (draft.kind == Kind.Transfer && row.has(HAS_FROZEN_UNITS)) {
            uint256 unfrozen = _unfrozen(from, balance);
            if (units > unfrozen) _refuse(draft, Restriction.FROZEN_UNITS, from, unfrozen, units, unfrozen);
        }
    }

    function _judgeReceiver(Draft memory draft) private view {
        address to = draft.to;
        Row row = draft.receiver;

        if (to == address(0) || (draft.kind == Kind.Forced && to == draft.from)) {
            _refuse(draft, Restriction.INVALID_RECEIVER, to, 0, draft.units, 0);
            return;
        }
        if (row.has(RETIRED)) _refuse(draft, Restriction.WALLET_RETIRED, to, 0, draft.units, 0);
        else if (row.has(FROZEN)) _refuse(draft, Restriction.RECEIVER_FROZEN, to, 0, draft.units, 0);
        draft.receiver = _admit(draft, to, row, Restriction.RECEIVER);
    }

    /// @dev Asks the rulebook, in one message that holds all a rule may want to know.
    function _consult(Draft memory draft) private view {
        IRulebookFace book = IRulebookFace(draft.config.rulebook());
        Move memory move = draft.move;
        move.kind = draft.kind;
        move.operator = draft.operator;
        // A preflight may ask about any number; rules count in 96 bits.
        move.units = draft.units > MAX_UNITS ? MAX_UNITS : draft.units;
        move.supply = _rows[address(0)].units();
        bool grouped = !draft.config.isPlainRegistry();
        address[] memory peers = _party(move.from, draft.from, draft.sender, grouped);
        move.sameInvestor = draft.from == draft.to || _contains(peers, draft.to);
        _party(move.to, draft.to, draft.receiver, grouped);

        if (!draft.collecting) {
            Verdict memory verdict;
            (verdict, draft.notify) = book.check(move);
            if (verdict.code != Restriction.NONE) _stop(draft, verdict);
            return;
        }
        Verdict[] memory verdicts = book.explain(move);
        for (uint256 i = 0; i < verdicts.length; ++i) {
            _collect(draft, verdicts[i]);
        }
    }

    /// @dev Fills one side of a move. Returns all wallets of the investor, if it has several and the registry groups them.
    function _party(Party memory party, address wallet, Row row, bool grouped)
        private
        view
        returns (address[] memory wallets)
    {
        if (wallet == address(0)) return wallets;

        party.wallet = wallet;
        party.country = row.country();
        party.claims = row.claims();
        party.units = row.units();
        party.held = party.units;
        if (grouped && row.has(LINKED)) {
            wallets = IIdentityRegistry(_registry).walletsOf(wallet);
            party.held = _sum(wallets);
        }
    }

    /* ADMISSION */

    /// @dev Whether the wallet is admitted, by its stamp or else by asking. Returns the row with the facts, stamped if admitted.
    function _admit(Draft memory draft, address account, Row row, uint8 side) private view returns (Row) {
        Config config = draft.config;
        if (config.isPlainRegistry()) {
            // As ERC-3643 says, only the receiver is asked.
            if (side == Restriction.RECEIVER && !_isVerified(account)) _refuse(draft, side + Restriction.NOT_VERIFIED, account, 0, 0, 0);
            return row;
        }
        if (row.isAdmitted(config.version())) return row;
        if (_registry == address(0)) {
            _refuse(draft, side + Restriction.NOT_REGISTERED, account, 0, 0, 0);
            return row;
        }

        Admission memory admission = IIdentityRegistry(_registry).admission(address(this), account);
        if (admission.reason != 0 && !(side == Restriction.SENDER && admission.maySell)) {
            (uint256 limit, uint256 actual) = _particulars(admission);
            _refuse(draft, side + admission.reason, account, limit, actual, 0);
        }
        return _stamped(row, admission, config);
    }

    function _refresh(Draft memory draft, address account, Row row) private view returns (Row) {
        if (row.isAdmitted(draft.config.version())) return row;
        if (_registry == address(0)) return row;
        return _stamped(row, IIdentityRegistry(_registry).admission(address(this), account), draft.config);
    }

    function _stamped(Row row, Admission memory admission, Config config) private pure returns (Row) {
        row = row.withFacts(admission.country, admission.claims, admission.linked);
        return
            admission.reason == 0
                ? row.withAdmission(admission.validUntil, config.version())
                : row.withAdmission(0, 0);
    }

    /// @dev Whether a wallet could be on this side of a transfer at all, whatever the amount.
    function _isEligible(address account, uint8 side) internal view returns (bool) {
        Row row = _rows[account];
        if (account == address(0) || row.has(FROZEN | RETIRED)) return false;

        Draft memory draft;
        draft.config = _config;
        draft.collecting = true;
        _admit(draft, account, row, side);
        return draft.refusals.length == 0;
    }

    /// @dev What the registry's reason is about, for people.
    function _particulars(Admission memory admission) private view returns (uint256 limit, uint256 actual) {
        if (admission.reason == Restriction.EXPIRED) return (admission.validUntil, block.timestamp);
        if (admission.reason == Restriction.COUNTRY) return (0, admission.country);
        if (admission.reason == Restriction.CLAIMS) return (0, admission.claims);
    }

    /// @dev A plain registry may revert or answer nonsense: that is a no.
    function _isVerified(address account) private view returns (bool) {
        (bool success, bytes memory answer) =
            _registry.staticcall(abi.encodeCall(IERC3643IdentityRegistry.isVerified, (account)));
        return success && answer.length == 32 && uint256(bytes32(answer)) == 1;
    }

    /* REFUSALS */

    function _refuse(
        Draft memory draft,
        uint8 code,
        address account,
        uint256 limit,
        uint256 actual,
        uint256 largest
    ) private pure {
        Verdict memory verdict = Verdicts.refuseAbove(code, account, limit, actual, largest);
        if (!draft.collecting) _stop(draft, verdict);
        _collect(draft, verdict);
    }

    function _collect(Draft memory draft, Verdict memory verdict) private pure {
        Verdict[] memory refusals = new Verdict[](draft.refusals.length + 1);
        for (uint256 i = 0; i < draft.refusals.length; ++i) {
            refusals[i] = draft.refusals[i];
        }
        refusals[draft.refusals.length] = verdict;
        draft.refusals = refusals;
    }

    /// @dev The standards' own errors where they say as much, else the restriction.
    function _stop(Draft memory draft, Verdict memory verdict) private pure {
        uint8 code = verdict.code;
        if (code == Restriction.BALANCE) {
            revert IERC20Errors.ERC20InsufficientBalance(draft.from, verdict.limit, draft.units);
        }
        if (code == Restriction.FROZEN_UNITS) {
            revert IERC7943Fungible.ERC7943InsufficientUnfrozenBalance(draft.from, draft.units, verdict.limit);
        }
        if (code == Restriction.INVALID_SENDER) revert IERC20Errors.ERC20InvalidSender(draft.from);
        if (code == Restriction.INVALID_RECEIVER) {
            if (draft.to != address(0)) revert ISecurityToken.ForcedToSelf(draft.to);
            revert IERC20Errors.ERC20InvalidReceiver(draft.to);
        }
        revert ISecurityToken.TransferRestricted(code, verdict.account, verdict.limit, verdict.actual);
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
