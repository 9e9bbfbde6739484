"""What the voting service takes and returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit._arguments import NO_DOCUMENT, ascending, hashed, instant, within
from tokenkit.errors import InvalidInput
from tokenkit.ledger import Choice, Majority
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.ledger import Difference, ResolutionResult

MAX_RESOLUTIONS = 64
MAX_EXCLUDED = 32
BPS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a meeting is asked."""

    majority: Majority = Majority.SIMPLE
    document_hash: bytes = NO_DOCUMENT
    """SHA-256 of its text."""

    def __post_init__(self) -> None:
        hashed(self.document_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """How a meeting is called; times in unix seconds."""

    token: Address
    record_date: int
    opens: int
    closes: int
    agenda: tuple[Resolution, ...]
    quorum_bps: int = 0
    """Of the units entitled to vote; 0: no quorum."""
    document_hash: bytes = NO_DOCUMENT
    excluded: tuple[Address, ...] = ()
    """Wallets without votes, such as the treasury."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "token", parse_address(self.token))
        object.__setattr__(self, "excluded", ascending(self.excluded, limit=MAX_EXCLUDED))
        if not 1 <= len(self.agenda) <= MAX_RESOLUTIONS:
            raise InvalidInput(f"The agenda has {len(self.agenda)} resolutions; give 1 to {MAX_RESOLUTIONS}.")
        if (
            not instant("record_date", self.record_date)
            <= instant("opens", self.opens)
            < instant("closes", self.closes)
        ):
            raise InvalidInput("A meeting opens on or after its record date, and closes after it opens.")
        within("quorum_bps", self.quorum_bps, BPS)
        hashed(self.document_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting as it stands."""

    id: int
    token: Address
    record_date: int
    opens: int
    closes: int
    quorum_bps: int
    resolutions: int
    document_hash: bytes
    entitled: int
    """Units entitled to vote; 0 before the record date has passed."""
    present: int
    """Units that voted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The contract's count of one resolution."""

    resolution: int
    majority: Majority
    votes_for: int
    votes_against: int
    abstained: int
    quorate: bool
    passed: bool
    """Only ever true after the close."""
    document_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CastBallot:
    """A ballot as it was cast."""

    holder: Address
    voter: Address
    """Differs from *holder* when a successor voted for a lost wallet."""
    units: int
    choices: tuple[Choice, ...]
    block: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A meeting counted from events beside what the contract says."""

    meeting: Meeting
    counted: tuple[ResolutionResult, ...]
    reported: tuple[Result, ...]
    differences: tuple[Difference, ...]


def parse_choice(value: Choice | str) -> Choice:
    """Read ``for``, ``against`` or ``abstain``.

    Raises:
        InvalidInput: another word.
    """
    if isinstance(value, Choice):
        return value
    try:
        return Choice[value.strip().upper()]
    except KeyError:
        raise InvalidInput(f"{value!r} is not a choice. Give for, against or abstain.") from None


def encode_choices(choices: Sequence[Choice]) -> int:
    """Write a ballot as the contract takes it: two bits a resolution, the first in the lowest bits."""
    return sum(choice << 2 * index for index, choice in enumerate(choices))


def decode_choices(word: int, count: int) -> tuple[Choice, ...]:
    """Read a ballot of *count* resolutions."""
    return tuple(Choice(word >> 2 * index & 3) for index in range(count))
