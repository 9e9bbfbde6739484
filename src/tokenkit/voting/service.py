"""The voting service: call, vote, decide, execute, and count again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tokenkit import events
from tokenkit._arguments import instant, reasoned
from tokenkit._contract import Contract, topic
from tokenkit.artifacts import load
from tokenkit.errors import InvalidInput
from tokenkit.ledger import Choice, Kind, Majority
from tokenkit.types import ZERO_ADDRESS, Address, parse_address
from tokenkit.voting import count as counting
from tokenkit.voting.ballots import Ballots
from tokenkit.voting.given import decode_answers
from tokenkit.voting.notice import FullNotice
from tokenkit.voting.values import (
    CastBallot,
    Execution,
    Meeting,
    MeetingClass,
    Notice,
    Reconciliation,
    Result,
    Stage,
    encode_choices,
    parse_choice,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tokenkit.artifacts import Event
    from tokenkit.chain import Chain
    from tokenkit.operation import Operation
    from tokenkit.voting.notice import PreparedCall


class Voting:
    """The meetings contract of one issuer."""

    __slots__ = ("_chain", "_contract", "_from_block", "booth")

    def __init__(self, chain: Chain, address: str, *, from_block: int = 0) -> None:
        """Serve the contract at *address*; no event before *from_block* is looked for."""
        self._chain = chain
        self._contract = Contract(chain, address, "Meetings")
        self._from_block = from_block
        self.booth = Ballots(chain, address)
        """Split, entrusted, signed and secret ballots."""

    @property
    def address(self) -> Address:
        """The contract's address."""
        return self._contract.address

    # ---- calling ----

    def call(self, notice: Notice | FullNotice) -> Operation[int]:
        """Call a meeting; the simulation's answer is its id.

        Raises (when tried):
            RecordDateNotScheduled, InvalidWindow, InvalidAgenda, InvalidShare; in full also InvalidClasses, InvalidResolution, InvalidEnd.
        """
        summary = f"Call a meeting with {len(notice.agenda)} resolutions"
        if isinstance(notice, FullNotice):
            return self._contract.write_returning("convene", notice.as_argument(), summary=summary, result=int)
        return self._contract.write_returning("call", notice.as_argument(), summary=summary, result=int)

    def extend(self, meeting: int, closes: int) -> Operation[None]:
        """Put off the close, at least an hour before it and as far as the notice allows.

        Raises (when tried):
            InvalidExtension.
        """
        summary = f"Put off the close of meeting {_known(meeting)}"
        return self._contract.write("extend", meeting, instant("closes", closes), summary=summary)

    # ---- voting ----

    def vote(self, meeting: int, choices: Sequence[Choice | str]) -> Operation[None]:
        """Vote the whole agenda with all units the sender held at the record date, of each class; replaces an earlier ballot.

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

    # ---- results and what they execute ----

    def decide(self, meeting: int) -> Operation[None]:
        """Put the results on record after the close; anyone may."""
        return self._contract.write(
            "decide", _known(meeting), summary=f"Put the results of meeting {meeting} on record"
        )

    def schedule(self, meeting: int, resolution: int, calls: Sequence[PreparedCall]) -> Operation[None]:
        """Schedule the prepared calls of a resolution (from 0) that passed; anyone may.

        Raises (when tried):
            NotPassed, CallsDiffer, CallsDone, CallsWaiting.
        """
        summary = f"Schedule {len(calls)} calls of resolution {resolution + 1} of meeting {_known(meeting)}"
        return self._contract.write("schedule", meeting, resolution, _rows(calls), summary=summary)

    def execute(self, meeting: int, resolution: int, calls: Sequence[PreparedCall]) -> Operation[None]:
        """Execute the prepared calls of a resolution (from 0) after their delay, once; anyone may.

        Raises (when tried):
            CallsNotScheduled, CallsNotReady, CallsDiffer, CallsDone; whatever the calls raise.
        """
        summary = f"Execute {len(calls)} calls of resolution {resolution + 1} of meeting {_known(meeting)}"
        return self._contract.write("execute", meeting, resolution, _rows(calls), summary=summary)

    def cancel(self, meeting: int, resolution: int, *, reason: str) -> Operation[None]:
        """Cancel the prepared calls of a resolution (from 0) for good, as the issuer's guardian; the resolution stays passed.

        Raises (when tried):
            NotPassed, CallsDone.
        """
        summary = f"Cancel the calls of resolution {resolution + 1} of meeting {_known(meeting)}"
        return self._contract.write("cancel", meeting, resolution, reasoned(reason), summary=summary)

    def execution(self, meeting: int, resolution: int) -> Execution:
        """Return how far the prepared calls of a resolution (from 0) are."""
        calls_hash, ready_at, stage = self._contract.read("callsOf", _known(meeting), resolution)
        return Execution(calls_hash=calls_hash, ready_at=ready_at, stage=Stage(stage))

    # ---- reading ----

    def meeting(self, meeting: int) -> Meeting:
        """Return a meeting as it stands.

        Raises:
            UnknownMeeting: there is none of this id.
        """
        raw = self._contract.read("meetingOf", _known(meeting))
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
        count = max(self._contract.read("timesOf", _known(meeting))[3], 1)
        found = self._contract.read_many([("classOf", (meeting, index)) for index in range(count)])
        return tuple(
            MeetingClass(token=token, multiplier=multiplier, entitled=entitled, present=present)
            for token, multiplier, entitled, present in found
        )

    def notice(self, meeting: int) -> FullNotice:
        """Return the notice of a meeting; that of a plain one as if it had been called in full."""
        return self._notice(meeting, self._events(meeting))

    def results(self, meeting: int) -> tuple[Result, ...]:
        """Return the contract's count of every resolution; final after the close, or once secret ballots are opened."""
        count = self.meeting(meeting).resolutions
        places = [(meeting, index) for index in range(count)]
        counts = self._contract.read_many([("resolutionOf", place) for place in places])
        in_full = self._contract.read_many([("resultOf", place) for place in places])
        return tuple(_result(index, *raw) for index, raw in enumerate(zip(counts, in_full, strict=True)))

    def ballot(self, meeting: int, holder: str) -> tuple[Choice | Mapping[int, int], ...] | None:
        """Return a holder's own answers, in the first class, as they count now, or ``None`` if it has not voted."""
        found = self.booth.ballot(_known(meeting), holder)
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

    def weights(self, meeting: int, *, class_index: int = 0) -> dict[Address, int]:
        """Return the units by holder of a class at the record date, from its events, less the excluded."""
        notice = self.notice(meeting)
        excluded = set(notice.excluded)
        units = self._units(notice.tokens[class_index], notice.record_date)
        return {holder: held for holder, held in units.items() if holder not in excluded}

    # ---- counting ----

    def reconcile(
        self, meeting: int, *, agenda: FullNotice | None = None, names: Sequence[str] | None = None
    ) -> Reconciliation:
        """Count a meeting again from its events and the registers, and compare every figure with the contract's.

        *agenda* is the notice with the titles and names of options, which the chain does not have; *names* are those of the classes.

        Raises:
            InvalidInput: the record date has not come yet, so nobody knows who has votes; or *agenda* is another meeting's.
        """
        state = self.meeting(meeting)
        if self._chain.now() < state.record_date:
            raise InvalidInput(f"Meeting {meeting} can be counted once its record date has passed.")
        happened = self._events(meeting)
        notice = self._notice(meeting, happened)
        registers = [self._units(token, notice.record_date) for token in notice.tokens]
        terms = counting.terms_of(notice, happened, registers, names or ["" for _ in notice.classes])
        if agenda is not None:
            if agenda.as_argument() != notice.as_argument():
                raise InvalidInput(f"This is not the notice that meeting {meeting} was called with.")
            terms = counting.with_titles(terms, agenda.agenda)
        counted, units = counting.count(terms, happened)
        reported = self.results(meeting)
        found = counting.differences(
            counted,
            terms,
            meeting=state,
            classes=self.classes(meeting),
            results=reported,
            final=self._chain.now() >= state.final,
            more=[*units, *counting.on_record(counted, happened)],
        )
        return Reconciliation(
            meeting=state, counted=counted.results, reported=reported, differences=found, terms=terms, count=counted
        )

    def prove(self, meeting: int) -> Reconciliation:
        """Count a meeting again, and accept nothing but the contract's figures.

        Raises:
            CountDiffers: a figure is another; the message names each.
        """
        counted = self.reconcile(meeting)
        counted.require()
        return counted

    def _ballot(self, meeting: int, choices: Sequence[Choice | str]) -> tuple[Choice, ...]:
        ballot = tuple(parse_choice(choice) for choice in choices)
        count = self.meeting(meeting).resolutions
        if len(ballot) != count:
            raise InvalidInput(
                f"The agenda has {count} resolutions, the ballot {len(ballot)} choices. Give one for each."
            )
        return ballot

    def _events(self, meeting: int) -> tuple[Event, ...]:
        artifact = load("Meetings")
        logs = self._chain.logs([self.address], (None, topic(_known(meeting))), self._from_block, "latest")
        return tuple(event for event in map(artifact.decode_event, logs) if event is not None)

    def _notice(self, meeting: int, happened: Sequence[Event]) -> FullNotice:
        try:
            return counting.notice_of(happened)
        except LookupError:
            raise InvalidInput(f"There are no events of meeting {meeting} from block {self._from_block} on.") from None

    def _units(self, token: Address, record_date: int) -> Mapping[Address, int]:
        return events.register(self._chain, token, record_date=record_date, from_block=self._from_block).units


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


def _rows(calls: Sequence[PreparedCall]) -> list[dict[str, object]]:
    return [{"target": one.target, "data": one.data} for one in calls]


def _known(meeting: int) -> int:
    if type(meeting) is not int or meeting < 1:
        raise InvalidInput(f"{meeting!r} is not a meeting. Give its number, from 1 on.")
    return meeting
