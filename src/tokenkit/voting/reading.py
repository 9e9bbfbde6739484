"""What the meetings contract answers, and what its events say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tokenkit._contract import Contract, topic
from tokenkit.artifacts import load
from tokenkit.ledger import Choice, Kind, Majority
from tokenkit.types import ZERO_ADDRESS, Address
from tokenkit.voting import figures
from tokenkit.voting.ballots import Ballots
from tokenkit.voting.given import decode_answers
from tokenkit.voting.values import CastBallot, Execution, Meeting, MeetingClass, Result, Stage, numbered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.artifacts import Event
    from tokenkit.chain import Chain
    from tokenkit.voting.notice import FullNotice


class VotingReading:
    """The questions that the meetings contract of one issuer answers; :class:`~tokenkit.voting.Voting` has the verbs, too."""

    __slots__ = ("_chain", "_contract", "_from_block", "booth")

    def __init__(self, chain: Chain, address: str, *, from_block: int = 0) -> None:
        """Serve the contract at *address*; no event before *from_block* is looked for."""
        self._chain = chain
        self._contract = Contract(chain, address, "Meetings")
        self._from_block = from_block
        self.booth = Ballots(chain, address, from_block=from_block)
        """Split, entrusted, signed and secret ballots."""

    @property
    def address(self) -> Address:
        """The contract's address."""
        return self._contract.address

    def meeting(self, meeting: int) -> Meeting:
        """Return a meeting as it stands.

        Raises:
            UnknownMeeting: there is none of this id.
        """
        raw = self._contract.read("meetingOf", numbered(meeting))
        latest_close, ends, delay, _ = self._contract.read("timesOf", meeting)
        return Meeting(
            id=meeting,
            token=raw["token"],
            record_date=raw["recordDate"],
            opens=raw["opens"],
            closes=raw["closes"],
            quorum_bps=raw["quorumBps"],
            resolutions=raw["resolutions"],
            document_hash=raw["documentHash"],
            entitled=raw["entitled"],
            present=raw["present"],
            latest_close=latest_close,
            ends=ends,
            execution_delay=delay,
        )

    def meetings(self) -> tuple[Meeting, ...]:
        """Return all meetings, the first called first."""
        return tuple(self.meeting(number) for number in range(1, self._contract.read("meetingCount") + 1))

    def classes(self, meeting: int) -> tuple[MeetingClass, ...]:
        """Return the classes that meet; their order is what a class index counts."""
        count = max(self._contract.read("timesOf", numbered(meeting))[3], 1)
        found = self._contract.read_many([("classOf", (meeting, index)) for index in range(count)])
        return tuple(
            MeetingClass(token=token, multiplier=multiplier, entitled=entitled, present=present)
            for token, multiplier, entitled, present in found
        )

    def notice(self, meeting: int, *, agenda: FullNotice | None = None) -> FullNotice:
        """Return the notice of a meeting, a plain one as if it had been called in full; with the titles of *agenda*, its file.

        Raises:
            InvalidInput: *agenda* is another meeting's.
        """
        return figures.named(figures.notice_of(self._events(meeting), meeting=meeting), agenda, meeting=meeting)

    def results(self, meeting: int) -> tuple[Result, ...]:
        """Return the contract's count of every resolution; final after the close, or once secret ballots are opened."""
        count = self.meeting(meeting).resolutions
        places = [(meeting, index) for index in range(count)]
        counts = self._contract.read_many([("resolutionOf", place) for place in places])
        in_full = self._contract.read_many([("resultOf", place) for place in places])
        return tuple(_result(index, *raw) for index, raw in enumerate(zip(counts, in_full, strict=True)))

    def ballot(self, meeting: int, holder: str) -> tuple[Choice | Mapping[int, int], ...] | None:
        """Return a holder's own answers, in the first class, as they count now, or ``None`` if it has not voted."""
        found = self.booth.ballot(numbered(meeting), holder)
        return None if found is None else found.answers

    def ballots(self, meeting: int) -> tuple[CastBallot, ...]:
        """Return every ballot cast or opened, in order; of those of the same class, holder and proxy the last one counts."""
        count = self.meeting(meeting).resolutions
        return tuple(
            CastBallot(
                holder=event.args["holder"],
                voter=event.args["voter"],
                units=event.args["units"],
                choices=decode_answers(event.args["choices"], event.args.get("marks", ()), count),
                block=event.block_number,
                proxy=None if event.args.get("proxy", ZERO_ADDRESS) == ZERO_ADDRESS else event.args["proxy"],
                class_index=event.args.get("classIndex", 0),
            )
            for event in self._events(meeting)
            if event.name in {"BallotCast", "BallotMarked"}
        )

    def execution(self, meeting: int, resolution: int) -> Execution:
        """Return how far the prepared calls of a resolution (from 0) are."""
        calls_hash, ready_at, stage = self._contract.read("callsOf", numbered(meeting), resolution)
        return Execution(calls_hash=calls_hash, ready_at=ready_at, stage=Stage(stage))

    def _events(self, meeting: int) -> tuple[Event, ...]:
        artifact = load("Meetings")
        logs = self._chain.logs([self.address], (None, topic(numbered(meeting))), self._from_block, "latest")
        return tuple(event for event in map(artifact.decode_event, logs) if event is not None)


def _result(index: int, raw: Any, full: Any) -> Result:  # noqa: ANN401 - decoded structs
    return Result(
        resolution=index,
        majority=Majority(raw["majority"]),
        votes_for=raw["inFavour"],
        votes_against=raw["against"],
        abstained=raw["abstained"],
        quorate=raw["quorate"],
        passed=raw["passed"],
        document_hash=raw["documentHash"],
        kind=Kind(full["kind"]),
        present=full["present"],
        entitled=full["entitled"],
        votes=tuple(full["votes"]),
        elected=tuple(option for option in range(len(full["votes"])) if full["elected"] >> option & 1),
    )
