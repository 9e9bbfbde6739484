"""What the voting service takes and returns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from tokenkit._arguments import NO_DOCUMENT, ascending, hashed, instant, within
from tokenkit.errors import InvalidInput, VerifyError
from tokenkit.ledger import Choice, Kind, Majority
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.ledger import Answer, Difference, ItemResult, MeetingCount, MeetingTerms, Proceedings

MAX_RESOLUTIONS = 64
MAX_CLASSES = 4
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
        if self.majority > Majority.THREE_QUARTERS:
            raise InvalidInput("A plain meeting knows simple, two-thirds and three-quarters. Call this one in full.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """How a plain meeting is called: one class, motions only; times in unix seconds."""

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

    def as_argument(self) -> dict[str, object]:
        """Write it as ``call`` takes it."""
        return {
            "token": self.token,
            "recordDate": self.record_date,
            "opens": self.opens,
            "closes": self.closes,
            "quorumBps": self.quorum_bps,
            "documentHash": self.document_hash,
            "agenda": [{"documentHash": each.document_hash, "majority": int(each.majority)} for each in self.agenda],
            "excluded": list(self.excluded),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting as it stands."""

    id: int
    token: Address
    """Of its first class."""
    record_date: int
    opens: int
    closes: int
    quorum_bps: int
    """Of the first resolution; a plain meeting has one for all."""
    resolutions: int
    document_hash: bytes
    entitled: int
    """Votes entitled, which are units unless classes have multipliers; 0 before the record date has passed."""
    present: int
    """Votes of the ballots cast."""
    latest_close: int = 0
    """How far the close can be put off; 0: not at all."""
    ends: int = 0
    """Of the opening of secret ballots; 0: the ballot is open."""
    execution_delay: int = 0
    """Seconds between scheduling prepared calls and executing them."""

    @property
    def final(self) -> int:
        """From when on the results are final."""
        return self.ends or self.closes


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingClass:
    """What a class brings to a meeting."""

    token: Address
    multiplier: int
    """Votes a unit."""
    entitled: int
    """Units; 0 before the record date has passed."""
    present: int
    """Units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The contract's count of one resolution, in votes."""

    resolution: int
    majority: Majority
    votes_for: int
    votes_against: int
    abstained: int
    """0 for an election, where a vote is no unit."""
    quorate: bool
    passed: bool
    """Only ever true once the results are final; where there are options: somebody is elected."""
    document_hash: bytes
    kind: Kind = Kind.MOTION
    present: int = 0
    entitled: int = 0
    votes: tuple[int, ...] = ()
    """By option."""
    elected: tuple[int, ...] = ()
    """Which options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CastBallot:
    """A ballot as it was cast."""

    holder: Address
    voter: Address
    """Differs from *holder* when a proxy voted, or a successor for a lost wallet."""
    units: int
    choices: tuple[Answer, ...]
    block: int
    proxy: Address | None = None
    """None: the holder's own."""
    class_index: int = 0


class Stage(IntEnum):
    """How far the prepared calls of a resolution are."""

    WAITING = 0
    EXECUTED = 1
    CANCELLED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """The prepared calls of a resolution."""

    calls_hash: bytes
    """Zeros: there are none."""
    ready_at: int
    """When they can be executed, for a week; 0: they are not scheduled."""
    stage: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A meeting counted from events beside what the contract says."""

    meeting: Meeting
    counted: tuple[ItemResult, ...]
    reported: tuple[Result, ...]
    differences: tuple[Difference, ...]
    terms: MeetingTerms
    """What was counted: classes with their registers, agenda, times."""
    count: MeetingCount
    """The whole count, with the ballots that stand."""
    proceedings: Proceedings
    """What happened besides votes: the close put off, results on record, prepared calls."""

    def require(self) -> None:
        """Accept the count.

        Raises:
            CountDiffers: it is not the contract's.
        """
        if self.differences:
            raise CountDiffers(self.meeting.id, self.differences)


class CountDiffers(VerifyError):
    """A meeting counted from events is not what its contract says; ``differences`` has the figures."""

    def __init__(self, meeting: int, differences: Sequence[Difference]) -> None:
        self.meeting, self.differences = meeting, tuple(differences)
        listed = "; ".join(
            f"{each.name}: counted {each.counted}, the contract says {each.reported}" for each in differences
        )
        super().__init__(f"Meeting {meeting} does not add up. {listed}.")


def numbered(meeting: int) -> int:
    """Check the number of a meeting.

    Raises:
        InvalidInput: it is none.
    """
    if type(meeting) is not int or meeting < 1:
        raise InvalidInput(f"{meeting!r} is not a meeting. Give its number, from 1 on.")
    return meeting


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
    """Read a ballot of *count* resolutions, none of them answered in parts."""
    return tuple(Choice(word >> 2 * index & 3) for index in range(count))
