"""Which ballots stand in the end: replacement, proxies, split and secret ballots, event by event, as ``MeetingsOffice.sol`` keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from tokenkit.ledger.meeting import (
    MAX_PROXIES,
    Answer,
    Cast,
    Commit,
    Grant,
    Kind,
    MeetingEvent,
    MeetingTerms,
    Open,
    Refusal,
    Revoke,
    StandingBallot,
)
from tokenkit.ledger.tally import Choice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tokenkit.types import Address

_OWN = None
_NEVER = -1


class _Refused(Exception):
    """The event changes nothing."""


@dataclass(slots=True)
class _Granted:
    units: int
    instructions: tuple[Choice | None, ...]


@dataclass(slots=True)
class _Account:
    """What one holder has in one class. Keyed by proxy; None is the holder itself."""

    grants: dict[Address, _Granted] = field(default_factory=dict)
    ballots: dict[Address | None, StandingBallot] = field(default_factory=dict)
    commitments: dict[Address | None, bytes] = field(default_factory=dict)
    since: dict[Address | None, int] = field(default_factory=dict)
    """From when on what counts, or that nothing does: a ballot signed then or before changes nothing."""

    @property
    def granted(self) -> int:
        return sum(grant.units for grant in self.grants.values())

    def end(self, proxy: Address, at: int) -> None:
        """Take a grant back, with its ballot; what the proxy signed before never counts under another grant."""
        del self.grants[proxy]
        self.drop(proxy, at)

    def drop(self, whose: Address | None, at: int) -> None:
        self.ballots.pop(whose, None)
        self.commitments.pop(whose, None)
        self.since[whose] = at


class _Box:
    """A meeting under way."""

    def __init__(self, terms: MeetingTerms) -> None:
        self.terms = terms
        self.accounts: dict[tuple[int, Address], _Account] = {}

    def take(self, event: MeetingEvent) -> None:
        """Apply *event*, wholly or not at all.

        Raises:
            _Refused: it has no effect.
        """
        _require(0 <= event.class_index < len(self.terms.classes), "The meeting has no such class.")
        match event:
            case Cast():
                self._cast(event)
            case Grant():
                self._grant(event)
            case Revoke():
                self._revoke(event)
            case Commit():
                self._commit(event)
            case Open():
                self._open(event)
            case _:
                assert_never(event)

    def _cast(self, event: Cast) -> None:
        _require(
            self.terms.opened_until is None, "The ballot is secret: a hash is handed in, and opened after the close."
        )
        self._require_window(event.at)
        account = self._account(event)
        stamp = event.at if event.signed_at is None else event.signed_at
        _require(event.signed_at is None or not event.rest, "A signed ballot is for all units.")
        _require(stamp <= event.at, "The ballot carries a second that had not come yet.")
        if event.signed_at is not None:
            superseded = "A later ballot, or a proxy named later, counts."
            _require(stamp > account.since.get(event.proxy, _NEVER), superseded)
        units = self._units_for(event, account)
        self._require_sound(event, units, account)
        self._replace(event, account, _standing(event, units, event.answers), stamp)

    def _commit(self, event: Commit) -> None:
        _require(self.terms.opened_until is not None, "The ballot is not secret.")
        self._require_window(event.at)
        account = self._account(event)
        units = self._units_for(event, account)
        silent = (Choice.ABSTAIN,) * len(self.terms.agenda)
        self._replace(event, account, _standing(event, units, silent), event.at)

    def _open(self, event: Open) -> None:
        until = self.terms.opened_until
        in_time = until is not None and self.terms.closes <= event.at < until
        _require(in_time, "Secret ballots are opened after the close, until the end.")
        account = self._account(event)
        kept = account.commitments.get(event.proxy)
        _require(kept is not None and kept == event.commitment, "No secret ballot was handed in that this opens.")
        units = account.ballots[event.proxy].units
        self._require_sound(event, units, account)
        account.ballots[event.proxy] = _standing(event, units, event.answers)
        del account.commitments[event.proxy]

    def _grant(self, event: Grant) -> None:
        _require(event.at < self.terms.closes, "Voting has closed.")
        _require(event.by in {None, event.holder}, "A proxy cannot pass on what it has.")
        _require(event.proxy != event.holder, "A holder is not its own proxy.")
        account, held = self._account(event), self.terms.units_of(event.holder, event.class_index)
        _require(held > 0, "The wallet had no votes at the record date.")
        instructions = self._instructions(event)
        _require(_OWN not in account.ballots, "The holder has voted: it changes its ballot, and names proxies before.")
        _require(
            event.proxy not in account.ballots,
            "The proxy has voted; only the holder's own ballot takes the units back.",
        )
        before = account.grants.get(event.proxy)
        available = held - account.granted + (before.units if before else 0)
        units = event.units or available
        _require(0 < units <= available, "Only what the holder has not given to others can be granted.")
        _require(
            before is not None or len(account.grants) < MAX_PROXIES, f"A holder names at most {MAX_PROXIES} proxies."
        )
        account.grants[event.proxy] = _Granted(units, instructions)
        account.drop(event.proxy, event.at)
        account.drop(_OWN, event.at)

    def _revoke(self, event: Revoke) -> None:
        _require(event.at < self.terms.closes, "Voting has closed.")
        account = self._account(event)
        _require(event.proxy in account.grants, "The wallet is no proxy of the holder.")
        _require(
            event.proxy not in account.ballots,
            "The proxy has voted; only the holder's own ballot takes the units back.",
        )
        account.end(event.proxy, event.at)

    def _units_for(self, event: Cast | Commit, account: _Account) -> int:
        """Return what the ballot is for: the units granted; or the holder's own, all of them or those no proxy has."""
        if event.proxy is not None:
            _require(event.proxy in account.grants, "The wallet is no proxy of the holder.")
            return account.grants[event.proxy].units
        held = self.terms.units_of(event.holder, event.class_index)
        units = held - account.granted if event.rest else held
        _require(units > 0, "The wallet had no votes at the record date, or gave them all to proxies.")
        return units

    def _replace(self, event: Cast | Commit, account: _Account, ballot: StandingBallot, stamp: int) -> None:
        if event.proxy is None and not event.rest:
            for proxy in tuple(account.grants):
                account.end(proxy, event.at)
        account.drop(event.proxy, stamp)
        account.ballots[event.proxy] = ballot
        if isinstance(event, Commit):
            account.commitments[event.proxy] = event.commitment

    def _account(self, event: MeetingEvent) -> _Account:
        return self.accounts.setdefault((event.class_index, event.holder), _Account())

    def _instructions(self, event: Grant) -> tuple[Choice | None, ...]:
        agenda, given = self.terms.agenda, event.instructions
        if given is None:
            return (None,) * len(agenda)
        _require(len(given) == len(agenda), "The instructions do not fit the agenda.")
        for item, choice in zip(agenda, given, strict=True):
            sayable = item.kind is Kind.MOTION and self.terms.votes_on(item, event.class_index)
            silent = choice in {None, Choice.ABSTAIN}
            _require(silent or sayable, "The instructions say what no ballot can say.")
            _require(
                silent or event.holder not in item.interested,
                "The holder is interested in a resolution it instructs on.",
            )
        return given

    def _require_window(self, at: int) -> None:
        _require(at >= self.terms.opens, "Voting had not opened yet.")
        _require(at < self.terms.closes, "Voting has closed.")

    def _require_sound(self, event: Cast | Open, units: int, account: _Account) -> None:
        agenda = self.terms.agenda
        _require(len(event.answers) == len(agenda), "The ballot does not answer every resolution.")
        for item, answer in zip(agenda, event.answers, strict=True):
            if answer is Choice.ABSTAIN:
                continue
            _require(self.terms.votes_on(item, event.class_index), "Another class votes on the resolution.")
            _require(event.holder not in item.interested, "The holder is interested in a resolution it votes on.")
            if isinstance(answer, Choice):
                _require(item.kind is Kind.MOTION, "The resolution has options: the ballot has to name one.")
                continue
            known = range(len(item.options)) if item.kind is not Kind.MOTION else (Choice.FOR, Choice.AGAINST)
            sound = answer and all(option in known and votes > 0 for option, votes in answer.items())
            _require(bool(sound), "A part of the ballot names no option or no units.")
            _require(sum(answer.values()) <= units * item.seats, "The parts of the ballot exceed its votes.")
        if event.proxy is not None:
            bound = account.grants[event.proxy].instructions
            followed = all(told is None or told is said for told, said in zip(bound, event.answers, strict=True))
            _require(followed, "The ballot does not follow the instructions.")


def standing_ballots(
    terms: MeetingTerms, events: Iterable[MeetingEvent]
) -> tuple[tuple[StandingBallot, ...], tuple[Refusal, ...]]:
    """Replay *events* in the order in which they arrived: the ballots that stand, and the events that had no effect.

    The holder's own ballot takes all units back from its proxies, unless it is for the rest, and who has voted names no proxy any more.
    A ballot that is wrong in any part is refused whole, and what stood before it still stands.
    """
    box, refused = _Box(terms), []
    for event in events:
        try:
            box.take(event)
        except _Refused as refusal:
            refused.append(Refusal(event=event, reason=str(refusal)))
    ballots = (ballot for account in box.accounts.values() for ballot in account.ballots.values())
    return tuple(ballots), tuple(refused)


def _standing(event: Cast | Commit | Open, units: int, answers: tuple[Answer, ...]) -> StandingBallot:
    return StandingBallot(
        holder=event.holder,
        proxy=event.proxy,
        class_index=event.class_index,
        units=units,
        answers=answers,
        secret=isinstance(event, Commit),
    )


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise _Refused(reason)
