"""Meetings of the holders: call, vote, decide, and count again (``Meetings.sol``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tokenkit import events, ledger
from tokenkit._contract import Contract, topic
from tokenkit._voting_values import (
    BPS,
    MAX_EXCLUDED,
    MAX_RESOLUTIONS,
    CastBallot,
    Meeting,
    Notice,
    Reconciliation,
    Resolution,
    Result,
    decode_choices,
    encode_choices,
    parse_choice,
)
from tokenkit.errors import InvalidInput
from tokenkit.ledger import Choice, Difference, Majority, tally
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.chain import Chain
    from tokenkit.ledger import ResolutionResult
    from tokenkit.operation import Operation

__all__ = [
    "BPS",
    "MAX_EXCLUDED",
    "MAX_RESOLUTIONS",
    "CastBallot",
    "Meeting",
    "Notice",
    "Reconciliation",
    "Resolution",
    "Result",
    "Voting",
    "decode_choices",
    "encode_choices",
    "parse_choice",
]


class Voting:
    """The meetings contract of one issuer."""

    __slots__ = ("_chain", "_contract", "_from_block")

    def __init__(self, chain: Chain, address: str, *, from_block: int = 0) -> None:
        """Serve the contract at *address*; no event before *from_block* is looked for."""
        self._chain = chain
        self._contract = Contract(chain, address, "Meetings")
        self._from_block = from_block

    @property
    def address(self) -> Address:
        """The contract's address."""
        return self._contract.address

    def call(self, notice: Notice) -> Operation[int]:
        """Call a meeting; the simulation's answer is its id.

        Raises (when tried):
            RecordDateNotScheduled, InvalidWindow, InvalidAgenda, InvalidShare.
        """
        argument = {
            "token": notice.token,
            "recordDate": notice.record_date,
            "opens": notice.opens,
            "closes": notice.closes,
            "quorumBps": notice.quorum_bps,
            "documentHash": notice.document_hash,
            "agenda": [{"documentHash": each.document_hash, "majority": int(each.majority)} for each in notice.agenda],
            "excluded": list(notice.excluded),
        }
        summary = f"Call a meeting with {len(notice.agenda)} resolutions"
        return self._contract.write_returning("call", argument, summary=summary, result=int)

    def vote(self, meeting: int, choices: Sequence[Choice | str]) -> Operation[None]:
        """Vote the whole agenda with all units the sender held at the record date; replaces an earlier ballot.

        *choices* are ``for``, ``against`` or ``abstain``, one for each resolution in the order of the agenda.

        Raises:
            InvalidInput: another word, or more or fewer choices than resolutions.

        Raises (when tried):
            VotingNotOpen, VotingClosed, NoVotes.
        """
        ballot = self._ballot(meeting, choices)
        return self._contract.write("vote", meeting, encode_choices(ballot), summary=f"Vote in meeting {meeting}")

    def vote_for(self, meeting: int, holder: str, choices: Sequence[Choice | str]) -> Operation[None]:
        """Vote with the units of a lost wallet that the sender replaced."""
        account, ballot = parse_address(holder), self._ballot(meeting, choices)
        summary = f"Vote in meeting {meeting} for {account}"
        return self._contract.write("voteFor", meeting, account, encode_choices(ballot), summary=summary)

    def decide(self, meeting: int) -> Operation[None]:
        """Put the results on record after the close; anyone may."""
        return self._contract.write(
            "decide", _known(meeting), summary=f"Put the results of meeting {meeting} on record"
        )

    def meeting(self, meeting: int) -> Meeting:
        """Return a meeting as it stands.

        Raises:
            UnknownMeeting: there is none of this id.
        """
        raw = self._contract.read("meetingOf", _known(meeting))
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
        )

    def meetings(self) -> tuple[Meeting, ...]:
        """Return all meetings, the first called first."""
        return tuple(self.meeting(number) for number in range(1, self._contract.read("meetingCount") + 1))

    def results(self, meeting: int) -> tuple[Result, ...]:
        """Return the contract's count of every resolution; final after the close."""
        count = self.meeting(meeting).resolutions
        answers = self._contract.read_many([("resolutionOf", (meeting, index)) for index in range(count)])
        return tuple(_result(index, raw) for index, raw in enumerate(answers))

    def ballot(self, meeting: int, holder: str) -> tuple[Choice, ...] | None:
        """Return a holder's choices as they count now, or ``None`` if it has not voted."""
        units, choices = self._contract.read("ballotOf", _known(meeting), parse_address(holder))
        return decode_choices(choices, self.meeting(meeting).resolutions) if units else None

    def ballots(self, meeting: int) -> tuple[CastBallot, ...]:
        """Return every ballot cast, in order; a holder's last one counts."""
        count = self.meeting(meeting).resolutions
        found = self._contract.events("BallotCast", topic(meeting), from_block=self._from_block)
        return tuple(
            CastBallot(
                holder=event.args["holder"],
                voter=event.args["voter"],
                units=event.args["units"],
                choices=decode_choices(event.args["choices"], count),
                block=event.block_number,
            )
            for event in found
        )

    def weights(self, meeting: int) -> dict[Address, int]:
        """Return the votes by holder: units at the record date, from the register's events, less the excluded."""
        state = self.meeting(meeting)
        register = events.register(self._chain, state.token, record_date=state.record_date, from_block=self._from_block)
        excluded = set(self._excluded(meeting))
        return {holder: units for holder, units in register.units.items() if holder not in excluded}

    def reconcile(self, meeting: int) -> Reconciliation:
        """Count a meeting again from its ballots and the register, and compare every figure with the contract's.

        Raises:
            InvalidInput: the record date has not come yet, so nobody knows who has votes.
        """
        if self._chain.now() < self.meeting(meeting).record_date:
            raise InvalidInput(f"Meeting {meeting} can be counted once its record date has passed.")
        state, reported, weights = self.meeting(meeting), self.results(meeting), self.weights(meeting)
        ballots = [ledger.Ballot(holder=each.holder, choices=each.choices) for each in self.ballots(meeting)]
        counted = tally(
            [result.majority for result in reported],
            ballots,
            weights,
            supply=sum(weights.values()),
            quorum_bps=state.quorum_bps,
        )
        closed = self._chain.now() >= state.closes
        found: list[tuple[str, int, int]] = [("entitled", sum(weights.values()), state.entitled)]
        found += [("present", counted[0].present, state.present)]
        for ours, theirs in zip(counted, reported, strict=True):
            found += _figures(ours, theirs, closed=closed)
        differences = tuple(
            Difference(name=name, counted=ours, reported=theirs) for name, ours, theirs in found if ours != theirs
        )
        return Reconciliation(meeting=state, counted=counted, reported=reported, differences=differences)

    def _ballot(self, meeting: int, choices: Sequence[Choice | str]) -> tuple[Choice, ...]:
        ballot = tuple(parse_choice(choice) for choice in choices)
        count = self.meeting(meeting).resolutions
        if len(ballot) != count:
            raise InvalidInput(
                f"The agenda has {count} resolutions, the ballot {len(ballot)} choices. Give one for each."
            )
        return ballot

    def _excluded(self, meeting: int) -> tuple[Address, ...]:
        for event in self._contract.events("MeetingCalled", topic(meeting), from_block=self._from_block):
            return tuple(event.args["excluded"])
        return ()


def _figures(ours: ResolutionResult, theirs: Result, *, closed: bool) -> list[tuple[str, int, int]]:
    name = f"resolution {theirs.resolution + 1}"
    figures = [
        (f"{name} for", ours.votes_for, theirs.votes_for),
        (f"{name} against", ours.votes_against, theirs.votes_against),
        (f"{name} abstained", ours.abstained, theirs.abstained),
        (f"{name} quorate", int(ours.has_quorum), int(theirs.quorate)),
    ]
    return [*figures, (f"{name} passed", int(closed and ours.passed), int(theirs.passed))]


def _result(index: int, raw: Any) -> Result:  # noqa: ANN401 - a decoded struct
    return Result(
        resolution=index,
        majority=Majority(raw["majority"]),
        votes_for=raw["inFavour"],
        votes_against=raw["against"],
        abstained=raw["abstained"],
        quorate=raw["quorate"],
        passed=raw["passed"],
        document_hash=raw["documentHash"],
    )


def _known(meeting: int) -> int:
    if type(meeting) is not int or meeting < 1:
        raise InvalidInput(f"{meeting!r} is not a meeting. Give its number, from 1 on.")
    return meeting
