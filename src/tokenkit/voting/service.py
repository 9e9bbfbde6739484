"""The voting service: call, vote, decide, execute; and, by its bases, read and count again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit._arguments import instant, reasoned
from tokenkit.errors import InvalidInput
from tokenkit.types import parse_address
from tokenkit.voting.counting import VotingCounting
from tokenkit.voting.notice import FullNotice
from tokenkit.voting.values import Notice, encode_choices, numbered, parse_choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.ledger import Choice
    from tokenkit.operation import Operation
    from tokenkit.voting.notice import PreparedCall


class Voting(VotingCounting):
    """The meetings contract of one issuer."""

    __slots__ = ()

    # ---- calling ----

    def call(self, notice: Notice | FullNotice) -> Operation[int]:
        """Call a meeting; the simulation's answer is its id.

        Raises:
            InvalidInput: a resolution calls the AccessManager itself. Such a call often cannot be executed after the vote.

        Raises (when tried):
            RecordDateNotScheduled, InvalidWindow, InvalidAgenda, InvalidShare; in full also InvalidClasses, InvalidResolution, InvalidEnd,
            VotesOverflow, ForeignClass.
        """
        summary = f"Call a meeting with {len(notice.agenda)} resolutions"
        if isinstance(notice, FullNotice):
            self._require_callable(notice)
            return self._contract.write_returning("convene", notice.as_argument(), summary=summary, result=int)
        return self._contract.write_returning("call", notice.as_argument(), summary=summary, result=int)

    def extend(self, meeting: int, closes: int) -> Operation[None]:
        """Put off the close, at least an hour before it and as far as the notice allows.

        Raises (when tried):
            InvalidExtension.
        """
        summary = f"Put off the close of meeting {numbered(meeting)}"
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
            "decide", numbered(meeting), summary=f"Put the results of meeting {meeting} on record"
        )

    def schedule(self, meeting: int, resolution: int, calls: Sequence[PreparedCall]) -> Operation[None]:
        """Schedule the prepared calls of a resolution (from 0) that passed; anyone may.

        Raises (when tried):
            NotPassed, CallsDiffer, CallsDone, CallsWaiting.
        """
        summary = f"Schedule the calls of resolution {resolution + 1} of meeting {numbered(meeting)}"
        return self._contract.write("schedule", meeting, resolution, _rows(calls), summary=summary)

    def execute(self, meeting: int, resolution: int, calls: Sequence[PreparedCall]) -> Operation[None]:
        """Execute the prepared calls of a resolution (from 0) after their delay, once; anyone may.

        Raises (when tried):
            CallsNotScheduled, CallsNotReady, CallsDiffer, CallsDone; whatever the calls raise.
        """
        summary = f"Execute the calls of resolution {resolution + 1} of meeting {numbered(meeting)}"
        return self._contract.write("execute", meeting, resolution, _rows(calls), summary=summary)

    def cancel(self, meeting: int, resolution: int, *, reason: str) -> Operation[None]:
        """Cancel the prepared calls of a resolution (from 0) for good, as the issuer's guardian; the resolution stays passed.

        Raises (when tried):
            NotPassed, CallsDone.
        """
        summary = f"Cancel the calls of resolution {resolution + 1} of meeting {numbered(meeting)}"
        return self._contract.write("cancel", meeting, resolution, reasoned(reason), summary=summary)

    def _require_callable(self, notice: FullNotice) -> None:
        targets = [{one.target for one in item.calls} for item in notice.agenda]
        authority = self._contract.read("authority") if any(targets) else None
        for number, each in enumerate(targets, 1):
            if authority in each:
                raise InvalidInput(
                    f"Resolution {number} calls the AccessManager itself, which often cannot be executed after the vote. "
                    "Leave roles and delays to its admin."
                )

    def _ballot(self, meeting: int, choices: Sequence[Choice | str]) -> tuple[Choice, ...]:
        ballot = tuple(parse_choice(choice) for choice in choices)
        count = self.meeting(meeting).resolutions
        if len(ballot) != count:
            raise InvalidInput(
                f"The agenda has {count} resolutions, the ballot {len(ballot)} choices. Give one for each."
            )
        return ballot


def _rows(calls: Sequence[PreparedCall]) -> list[dict[str, object]]:
    return [{"target": one.target, "data": one.data} for one in calls]
