"""How a meeting is called in full: classes, agenda, times; to the contract's values and back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from eth_abi.abi import encode

from tokenkit._arguments import NO_DOCUMENT, ascending, hashed, instant, within
from tokenkit._keccak import keccak
from tokenkit.errors import InvalidInput
from tokenkit.ledger import Base, Kind, Majority
from tokenkit.types import Address, parse_address
from tokenkit.voting.values import BPS, MAX_CLASSES, MAX_EXCLUDED, MAX_RESOLUTIONS, Notice, Resolution

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tokenkit.operation import Operation

MAX_OPTIONS = 16
"""Of one resolution."""
MAX_OPTIONS_IN_ALL = 256
"""Of a whole agenda, whose results must fit into one transaction."""
MAX_INTERESTED = 64
MIN_DELAY = 86_400
"""Seconds that prepared calls wait at least."""
NO_CALLS = bytes(32)
_MAX_PART = 255
_EVERY_CLASS = 255
_MAX_MULTIPLIER = 2**16 - 1
_MAX_SECONDS = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassNotice:
    """A class of shares that meets."""

    token: Address
    multiplier: int = 1
    """Votes a unit."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "token", parse_address(self.token))
        if within("multiplier", self.multiplier, _MAX_MULTIPLIER) == 0:
            raise InvalidInput("A class that meets has at least one vote a unit.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedCall:
    """A call that a resolution executes when it has passed."""

    target: Address
    data: bytes

    @classmethod
    def of(cls, operation: Operation[Any]) -> PreparedCall:
        """Prepare what *operation* would do; the meetings contract does it in place of the sender."""
        return cls(target=operation.to, data=operation.data)


def hash_calls(calls: Sequence[PreparedCall]) -> bytes:
    """Return the hash that a notice carries for *calls*; zeros for none.

    Raises:
        InvalidInput: one stands there twice: where its role has a delay, the two could not wait at the same time.
    """
    if not calls:
        return NO_CALLS
    if len(set(calls)) != len(calls):
        raise InvalidInput(
            "The same call stands twice under one resolution. Put the second under another, or into another meeting."
        )
    return keccak(encode(["(address,bytes)[]"], [[(one.target, one.data) for one in calls]]))


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemNotice:
    """A resolution on the agenda. Its title and the names of its options stay off the chain; the documents have them."""

    kind: Kind = Kind.MOTION
    title: str = ""
    document_hash: bytes = NO_DOCUMENT
    """SHA-256 of its text."""
    majority: Majority | None = None
    """None: simple for a motion, a plurality where there are options."""
    part: Fraction | None = None
    """Of the base, for a custom majority."""
    base: Base = Base.VOTES_CAST
    quorum_bps: int = 0
    """Of the votes entitled on this resolution; 0: no quorum."""
    options: tuple[str, ...] = ()
    seats: int = 1
    voters: Address | None = None
    """The class that votes on it, by its token; None: all."""
    interested: tuple[Address, ...] = ()
    """Who has no votes on it."""
    calls_hash: bytes = NO_CALLS
    """Of what it executes: see :func:`hash_calls`; made from *calls* where they are given."""
    calls: tuple[PreparedCall, ...] = ()
    """What it executes, where it is known: the chain has only the hash."""

    def __post_init__(self) -> None:
        if self.majority is None:
            usual = Majority.SIMPLE if self.kind is Kind.MOTION else Majority.PLURALITY
            object.__setattr__(self, "majority", usual)
        if self.voters is not None:
            object.__setattr__(self, "voters", parse_address(self.voters))
        object.__setattr__(self, "interested", ascending(self.interested, limit=MAX_INTERESTED))
        hashed(self.document_hash)
        if self.calls and self.calls_hash == NO_CALLS:
            object.__setattr__(self, "calls_hash", hash_calls(self.calls))
        hashed(self.calls_hash)
        if self.calls and self.calls_hash != hash_calls(self.calls):
            raise InvalidInput("The hash of the calls is not that of the calls given. Leave it out.")
        within("quorum_bps", self.quorum_bps, BPS)
        within("number of options", len(self.options), MAX_OPTIONS)
        self._require_kind()

    def _require_kind(self) -> None:
        if (self.kind is Kind.MOTION) == bool(self.options):
            raise InvalidInput("A choice and an election have options, and a motion has none.")
        if self.kind is not Kind.MOTION and self.calls_hash != NO_CALLS:
            raise InvalidInput("Only a motion executes calls; a choice and an election do not.")
        if not 1 <= self.seats <= max(len(self.options), 1) or (self.kind is not Kind.ELECTION and self.seats != 1):
            raise InvalidInput(f"{self.seats} seats cannot be filled. An election fills 1 to as many as stand.")
        if (self.majority is Majority.CUSTOM) != (self.part is not None):
            raise InvalidInput("A custom majority, and no other, needs the part of its base, such as 3/5.")
        if self.part is not None and not (0 < self.part <= 1 and self.part.denominator <= _MAX_PART):
            raise InvalidInput(f"{self.part} is no part. Give one above 0 and up to 1, in {_MAX_PART}ths at most.")
        plural = self.majority is Majority.PLURALITY
        if (self.kind is Kind.MOTION and plural) or (self.kind is Kind.ELECTION and not plural):
            raise InvalidInput("An election goes by plurality, and a motion never does.")

    def as_argument(self, tokens: Sequence[Address]) -> dict[str, object]:
        """Write it as the contract takes it, where *tokens* are the classes in their order."""
        has_options = self.kind is not Kind.MOTION
        assert self.majority is not None  # noqa: S101 - __post_init__ saw to it
        return {
            "documentHash": self.document_hash,
            "callsHash": self.calls_hash,
            "kind": int(self.kind),
            "options": len(self.options),
            "seats": self.seats if has_options else 0,
            "classIndex": _EVERY_CLASS if self.voters is None else tokens.index(self.voters),
            "majority": int(self.majority),
            "numerator": self.part.numerator if self.part else 0,
            "denominator": self.part.denominator if self.part else 0,
            "base": int(self.base),
            "quorumBps": self.quorum_bps,
            "interested": list(self.interested),
        }

    @classmethod
    def from_chain(cls, raw: Mapping[str, Any], tokens: Sequence[Address]) -> ItemNotice:
        """Read it from a notice on the chain; options are named by their numbers, from 1."""
        part = Fraction(raw["numerator"], raw["denominator"]) if raw["denominator"] else None
        return cls(
            kind=Kind(raw["kind"]),
            document_hash=raw["documentHash"],
            majority=Majority(raw["majority"]),
            part=part,
            base=Base(raw["base"]),
            quorum_bps=raw["quorumBps"],
            options=tuple(f"Option {number}" for number in range(1, raw["options"] + 1)),
            seats=raw["seats"] or 1,
            voters=None if raw["classIndex"] == _EVERY_CLASS else tokens[raw["classIndex"]],
            interested=tuple(raw["interested"]),
            calls_hash=raw["callsHash"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FullNotice:
    """How a meeting is called in full; times in unix seconds."""

    classes: tuple[ClassNotice, ...]
    """1 to 4, in any order; the contract has them by ascending address."""
    record_date: int
    """Scheduled in every class."""
    opens: int
    closes: int
    agenda: tuple[ItemNotice, ...]
    latest_close: int = 0
    """How far the close can be put off; 0: not at all."""
    ends: int = 0
    """Of the opening of secret ballots, which makes the meeting one; 0: the ballot is open."""
    execution_delay: int = 0
    """Seconds between scheduling prepared calls and executing them; at least a day where there are any."""
    document_hash: bytes = NO_DOCUMENT
    excluded: tuple[Address, ...] = ()
    """Wallets without votes, such as the treasury."""

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.classes, key=lambda one: int(one.token, 16)))
        object.__setattr__(self, "classes", ordered)
        object.__setattr__(self, "excluded", ascending(self.excluded, limit=MAX_EXCLUDED))
        if not 1 <= len(set(self.tokens)) == len(ordered) <= MAX_CLASSES:
            raise InvalidInput(f"A meeting is of 1 to {MAX_CLASSES} classes, each once.")
        if not 1 <= len(self.agenda) <= MAX_RESOLUTIONS:
            raise InvalidInput(f"The agenda has {len(self.agenda)} resolutions; give 1 to {MAX_RESOLUTIONS}.")
        if any(item.voters not in {None, *self.tokens} for item in self.agenda):
            raise InvalidInput("A resolution is for a class that does not meet. Add the class, or let all vote.")
        if sum(len(item.options) for item in self.agenda) > MAX_OPTIONS_IN_ALL:
            raise InvalidInput(f"The agenda has more than {MAX_OPTIONS_IN_ALL} options. Call two meetings.")
        if sum(len(item.interested) for item in self.agenda) > MAX_INTERESTED:
            raise InvalidInput(f"The agenda names more than {MAX_INTERESTED} interested holders.")
        hashed(self.document_hash)
        self._require_times()

    def _require_times(self) -> None:
        if (
            not instant("record_date", self.record_date)
            <= instant("opens", self.opens)
            < instant("closes", self.closes)
        ):
            raise InvalidInput("A meeting opens on or after its record date, and closes after it opens.")
        if self.latest_close and instant("latest_close", self.latest_close) < self.closes:
            raise InvalidInput("The latest close cannot lie before the close.")
        if self.ends and instant("ends", self.ends) <= self.closes:
            raise InvalidInput("Secret ballots are opened after the close: they end later.")
        within("execution_delay", self.execution_delay, _MAX_SECONDS)
        if self.execution_delay < MIN_DELAY and any(item.calls_hash != NO_CALLS for item in self.agenda):
            raise InvalidInput("Prepared calls wait for at least a day: give an execution delay of 86400 or more.")

    @property
    def tokens(self) -> tuple[Address, ...]:
        """The classes' tokens, in the contract's order: what a class index counts."""
        return tuple(one.token for one in self.classes)

    def as_plain(self) -> Notice | None:
        """Return the same as a plain notice, whose ballots are the cheapest; ``None`` if it takes more than that."""
        first = self.agenda[0]
        simple = ItemNotice(quorum_bps=first.quorum_bps)
        sound = all(
            replace(item, title="", document_hash=NO_DOCUMENT, majority=Majority.SIMPLE) == simple
            for item in self.agenda
            if item.kind is Kind.MOTION and item.majority is not Majority.CUSTOM
        )
        motions = all(item.kind is Kind.MOTION and item.majority is not Majority.CUSTOM for item in self.agenda)
        more = self.latest_close or self.ends or self.execution_delay
        if more or not motions or not sound or [one.multiplier for one in self.classes] != [1]:
            return None
        return Notice(
            token=self.classes[0].token,
            record_date=self.record_date,
            opens=self.opens,
            closes=self.closes,
            agenda=tuple(
                Resolution(majority=item.majority or Majority.SIMPLE, document_hash=item.document_hash)
                for item in self.agenda
            ),
            quorum_bps=first.quorum_bps,
            document_hash=self.document_hash,
            excluded=self.excluded,
        )

    def as_argument(self) -> dict[str, object]:
        """Write it as ``convene`` takes it."""
        return {
            "recordDate": self.record_date,
            "opens": self.opens,
            "closes": self.closes,
            "latestClose": self.latest_close,
            "ends": self.ends,
            "executionDelay": self.execution_delay,
            "documentHash": self.document_hash,
            "classes": [{"token": one.token, "multiplier": one.multiplier} for one in self.classes],
            "agenda": [item.as_argument(self.tokens) for item in self.agenda],
            "excluded": list(self.excluded),
        }

    @classmethod
    def from_chain(cls, raw: Mapping[str, Any]) -> FullNotice:
        """Read it as ``MeetingConvened`` tells it."""
        classes = tuple(ClassNotice(token=one["token"], multiplier=one["multiplier"]) for one in raw["classes"])
        tokens = tuple(one.token for one in classes)
        return cls(
            classes=classes,
            record_date=raw["recordDate"],
            opens=raw["opens"],
            closes=raw["closes"],
            agenda=tuple(ItemNotice.from_chain(item, tokens) for item in raw["agenda"]),
            latest_close=raw["latestClose"],
            ends=raw["ends"],
            execution_delay=raw["executionDelay"],
            document_hash=raw["documentHash"],
            excluded=tuple(raw["excluded"]),
        )
