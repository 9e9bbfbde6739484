"""What a meeting is made of: classes, resolutions, ballots, proxies, secret ballots; as plain values, however a chain encodes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

from tokenkit.errors import InvalidInput
from tokenkit.ledger.tally import BPS, Choice, Majority

if TYPE_CHECKING:
    from fractions import Fraction

    from tokenkit.types import Address

MAX_PROXIES = 8
"""How many proxies a holder names in one class."""

Answer: TypeAlias = Choice | Mapping[int, int]
"""What a ballot says to a resolution: one choice with all its units; or parts of them by choice (for, against) or, where there are options,
votes by option, counted from 0. What is left abstains."""


class Kind(IntEnum):
    """What a resolution asks."""

    MOTION = 0
    """For, against or abstain."""
    CHOICE = 1
    """One of many; a tie elects nobody."""
    ELECTION = 2
    """Cumulative voting: units × seats, spread freely; a tie at the edge elects none of the tied."""


class Base(IntEnum):
    """Of what a majority is taken."""

    VOTES_CAST = 0
    PRESENT = 1
    ENTITLED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class VotingClass:
    """A class of shares that meets, with its register at the record date."""

    units: Mapping[Address, int]
    name: str = ""
    multiplier: int = 1
    """Votes a unit."""

    def __post_init__(self) -> None:
        if self.multiplier < 1:
            raise InvalidInput(f"A unit of {self.name or 'a class'} has {self.multiplier} votes. Give one or more.")
        if any(units < 0 for units in self.units.values()):
            raise InvalidInput(f"A holder of {self.name or 'a class'} has fewer than no units.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A resolution on the agenda."""

    kind: Kind = Kind.MOTION
    title: str = ""
    majority: Majority = Majority.SIMPLE
    part: Fraction | None = None
    """Of the base, for a custom majority."""
    base: Base = Base.VOTES_CAST
    quorum_bps: int = 0
    """Of the votes entitled on this resolution; 0: no quorum."""
    options: tuple[str, ...] = ()
    """Who or what can be chosen; empty for a motion."""
    seats: int = 1
    class_index: int | None = None
    """The class that votes on it; None: all."""
    interested: frozenset[Address] = frozenset()
    """Who has no votes on it."""

    def __post_init__(self) -> None:
        if not 0 <= self.quorum_bps <= BPS:
            raise InvalidInput(f"A quorum of {self.quorum_bps} basis points cannot be. Give 0 to {BPS} (all entitled).")
        if (self.kind is Kind.MOTION) == bool(self.options):
            raise InvalidInput("A choice and an election have options, and a motion has none.")
        if not 1 <= self.seats <= max(len(self.options), 1) or (self.kind is not Kind.ELECTION and self.seats != 1):
            raise InvalidInput(f"{self.seats} seats cannot be filled. An election fills 1 to as many as stand.")
        if (self.majority is Majority.CUSTOM) != (self.part is not None) or not 0 < (self.part or 1) <= 1:
            raise InvalidInput("A custom majority, and no other, needs a part of its base above 0 and up to 1.")
        if self.kind is Kind.MOTION and self.majority is Majority.PLURALITY:
            raise InvalidInput("A plurality is for options. Give a motion another majority.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingTerms:
    """What a meeting was called to, with the close as it stands after extensions."""

    classes: tuple[VotingClass, ...]
    agenda: tuple[Item, ...]
    opens: int
    """Unix seconds, as all times here."""
    closes: int
    """Votes count before this second."""
    opened_until: int | None = None
    """Secret ballots are opened from the close until then; None: the ballot is not secret."""
    excluded: frozenset[Address] = frozenset()
    """Wallets without votes, such as the treasury."""

    def __post_init__(self) -> None:
        if not self.classes or not self.agenda:
            raise InvalidInput("A meeting needs a class that meets and a resolution.")
        if self.opens >= self.closes or (self.opened_until is not None and self.opened_until <= self.closes):
            raise InvalidInput("A meeting closes after it opens, and secret ballots are opened after that.")
        for item in self.agenda:
            if item.class_index is not None and not 0 <= item.class_index < len(self.classes):
                raise InvalidInput(f"The meeting has no class {item.class_index}: it has 0 to {len(self.classes) - 1}.")

    def units_of(self, holder: Address, class_index: int) -> int:
        """Return the units that *holder* votes with in a class."""
        return 0 if holder in self.excluded else self.classes[class_index].units.get(holder, 0)

    def votes_on(self, item: Item, class_index: int) -> bool:
        """Say whether a class votes on a resolution."""
        return item.class_index is None or item.class_index == class_index


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """A ballot handed in: the holder's own, or a proxy's for that holder."""

    holder: Address
    answers: tuple[Answer, ...]
    """One for each resolution."""
    at: int
    """When it arrived."""
    proxy: Address | None = None
    """None: the holder's own (or its successor's, after a recovery)."""
    class_index: int = 0
    rest: bool = False
    """Own ballot: only for the units that no proxy has. A signed one is for all."""
    signed_at: int | None = None
    """For a signed ballot, the second it carries: a later ballot replaces an earlier one, whichever arrives first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A proxy named, or what it has changed; not once the holder has voted."""

    holder: Address
    proxy: Address
    at: int
    units: int = 0
    """0: all that no other proxy has."""
    class_index: int = 0
    instructions: tuple[Choice | None, ...] | None = None
    """How to vote on each resolution; None: as the proxy sees fit."""
    by: Address | None = None
    """Who names it; None: the holder. A proxy cannot pass on what it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke:
    """A grant taken back before its proxy has voted."""

    holder: Address
    proxy: Address
    at: int
    class_index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A secret ballot handed in as a hash of the meeting, the holder, the proxy, the answers and a salt."""

    holder: Address
    commitment: bytes
    at: int
    proxy: Address | None = None
    class_index: int = 0
    rest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A secret ballot opened after the close."""

    holder: Address
    answers: tuple[Answer, ...]
    commitment: bytes
    """What meeting, holder, proxy, answers and salt hash to."""
    at: int
    proxy: Address | None = None
    class_index: int = 0


MeetingEvent: TypeAlias = Cast | Grant | Revoke | Commit | Open


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingBallot:
    """A ballot that counts in the end."""

    holder: Address
    proxy: Address | None
    class_index: int
    units: int
    answers: tuple[Answer, ...]
    secret: bool = False
    """Handed in and never opened: present, and abstains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An event that changed nothing, and why."""

    event: MeetingEvent
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """How one resolution ended, in votes: units times the multiplier of their class."""

    item: Item
    votes_for: int
    votes_against: int
    abstained: int
    """Votes present that say nothing; 0 for an election, where a vote is no unit."""
    present: int
    entitled: int
    votes: tuple[int, ...]
    """By option."""
    has_quorum: bool
    elected: tuple[int, ...]
    """Which options, in ascending order."""
    passed: bool
    """A motion: carried. Otherwise: somebody is elected."""
    reason: str
    """In one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCount:
    """A meeting counted: results, the ballots behind them, and what was handed in without effect."""

    results: tuple[ItemResult, ...]
    ballots: tuple[StandingBallot, ...]
    """In ascending order of class, holder and proxy; the holder's own first."""
    refused: tuple[Refusal, ...] = field(default=())
    entitled: int = 0
    """Votes of all classes."""
    present: int = 0
    """Votes of the ballots, of all classes."""
