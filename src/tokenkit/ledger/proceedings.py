"""What minutes take besides the count: titles, what happened besides votes, and whose votes are not in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenkit.ledger.meeting import ItemResult, MeetingTerms, StandingBallot
    from tokenkit.types import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingTitle:
    """What a meeting is called, and the papers it rests on."""

    issuer: str
    name: str
    """Such as ``Annual general meeting 2027``."""
    record_date: int
    """Unix seconds, as all times here."""
    reference: str = ""
    """Contract, number of the meeting, block of the count."""
    documents: tuple[tuple[str, str], ...] = ()
    """Name and hash of the notice and of what was laid before the meeting."""
    decimals: tuple[int, ...] = ()
    """Of the units of each class; none: they are whole."""
    counted_at: int | None = None
    """When the count was made: before the end of the meeting, its minutes are provisional. None: afterwards."""

    def is_final(self, terms: MeetingTerms) -> bool:
        """Say whether the meeting was over when it was counted."""
        return self.counted_at is None or self.counted_at >= (terms.opened_until or terms.closes)

    def decimals_of(self, class_index: int) -> int:
        """Return the decimals of a class's units."""
        return self.decimals[class_index] if self.decimals else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """The close of a meeting put off."""

    at: int
    """When it was announced."""
    closes: int
    ends: int | None
    """Of the opening of secret ballots; None: the ballot is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsAct:
    """What became of the prepared calls of a resolution."""

    act: str
    """``scheduled``, ``executed`` or ``cancelled``."""
    at: int
    ready_at: int | None = None
    """When they can be executed, once scheduled."""
    reason: str = ""
    """Why they were cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsRecord:
    """What a resolution executes, and what became of it."""

    resolution: int
    """From 1."""
    calls_hash: bytes
    acts: tuple[CallsAct, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proceedings:
    """What happened in a meeting besides its votes."""

    put_off: tuple[PutOff, ...] = ()
    calls: tuple[CallsRecord, ...] = ()
    decided_at: int | None = None
    """When the results were put on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Somebody whose votes are not in yet."""

    holder: Address
    class_index: int
    units: int
    """Of them, those nobody has voted with; a part may be in."""
    votes: int


def reminders(terms: MeetingTerms, ballots: tuple[StandingBallot, ...]) -> tuple[Reminder, ...]:
    """List the holders with units that no ballot stands for yet, their own or a proxy's; the most votes first.

    A secret ballot handed in is a ballot, and so is one that only abstains.
    """
    voted: dict[tuple[int, Address], int] = {}
    for ballot in ballots:
        key = (ballot.class_index, ballot.holder)
        voted[key] = voted.get(key, 0) + ballot.units
    open_ = (
        (index, holder, terms.units_of(holder, index) - voted.get((index, holder), 0))
        for index, one in enumerate(terms.classes)
        for holder in one.units
    )
    found = (
        Reminder(holder=holder, class_index=index, units=units, votes=units * terms.classes[index].multiplier)
        for index, holder, units in open_
        if units
    )
    return tuple(sorted(found, key=lambda each: (-each.votes, each.class_index, each.holder)))


def provisional(result: ItemResult) -> ItemResult:
    """Return *result* with a reason that says that the meeting is not over."""
    return replace(result, reason=f"PROVISIONAL, as it stands: {result.reason}")
