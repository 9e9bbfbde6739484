"""What the meetings contract answers of ballots and proxies, and whether a ballot fits its meeting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tokenkit._contract import TOKEN, Contract, topic
from tokenkit.errors import InvalidInput
from tokenkit.ledger import StandingBallot
from tokenkit.types import ZERO_ADDRESS, parse_address
from tokenkit.voting.figures import notice_of
from tokenkit.voting.fitting import require_count, require_fit
from tokenkit.voting.given import GivenBallot, ProxyGrant, decode_answers, decode_instructions
from tokenkit.voting.values import numbered

if TYPE_CHECKING:
    from tokenkit.chain import Chain
    from tokenkit.types import Address
    from tokenkit.voting.notice import FullNotice


class BallotsReading:
    """The questions about ballots in the meetings of one issuer; :class:`~tokenkit.voting.Ballots` has the verbs, too."""

    __slots__ = ("_contract", "_from_block")

    def __init__(self, chain: Chain, address: str, *, from_block: int = 0) -> None:
        """Serve the meetings contract at *address*; no event before *from_block* is looked for."""
        self._contract = Contract(chain, address, "Meetings")
        self._from_block = from_block

    def ballot(
        self, meeting: int, holder: str, *, class_index: int = 0, proxy: str | None = None
    ) -> StandingBallot | None:
        """Return the holder's own ballot, or that of its *proxy*, as it counts now; ``None`` if there is none."""
        account, by = parse_address(holder), parse_address(proxy) if proxy else None
        found = self._contract.read("markedBallotOf", meeting, account, class_index, by or ZERO_ADDRESS)
        units, choices, _, marks, commitment = found
        if not units:
            return None
        return StandingBallot(
            holder=account,
            proxy=by,
            class_index=class_index,
            units=units,
            answers=decode_answers(choices, marks, self._resolutions(meeting)),
            secret=any(commitment),
        )

    def proxies(self, meeting: int, holder: str, *, class_index: int = 0) -> tuple[ProxyGrant, ...]:
        """Return the proxies of a holder, the latest first."""
        account, count = parse_address(holder), self._resolutions(meeting)
        named = self._contract.read("proxiesOf", meeting, account, class_index)
        where = [(meeting, account, class_index, one) for one in named]
        grants = self._contract.read_many([("grantOf", args) for args in where])
        ballots = self._contract.read_many([("markedBallotOf", args) for args in where])
        return tuple(
            ProxyGrant(proxy=one, units=units, instructions=decode_instructions(word, count), has_voted=bool(ballot[0]))
            for one, (units, word), ballot in zip(named, grants, ballots, strict=True)
        )

    def _resolutions(self, meeting: int) -> int:
        return int(self._contract.read("meetingOf", meeting)["resolutions"])

    def units(
        self, meeting: int, holder: str, *, class_index: int = 0, voter: str | None = None, rest: bool = False
    ) -> int:
        """Return the units a ballot would be for: those granted to a proxy, or the holder's own; of the *rest*, less what proxies have.

        Raises:
            InvalidInput: the record date has not come, so nobody knows.
        """
        account, notice = parse_address(holder), self._notice(meeting)
        if self._contract.chain.now() < notice.record_date:
            raise InvalidInput(f"Who has how many votes in meeting {meeting} is known once its record date has passed.")
        grant = self._grant(meeting, account, class_index, voter)
        if grant is not None:
            return grant[0]
        token = Contract(self._contract.chain, notice.tokens[class_index], *TOKEN)
        held = int(token.read("balanceOfAt", account, notice.record_date))
        granted = sum(one.units for one in self.proxies(meeting, account, class_index=class_index)) if rest else 0
        return held - granted

    def _require_fit(self, meeting: int, ballot: GivenBallot, voter: str | None) -> FullNotice:
        """Refuse a ballot that the meeting would, with its votes and a proxy's instructions where they are known; return the notice."""
        require_count(ballot, self._resolutions(meeting))
        notice = self._notice(meeting)
        require_fit(ballot, notice)
        if self._contract.chain.now() < notice.record_date:
            return notice
        holder, index = ballot.holder, ballot.class_index
        grant = self._grant(meeting, holder, index, voter)
        told = None if grant is None else decode_instructions(grant[1], len(notice.agenda))
        units = (
            self.units(meeting, holder, class_index=index, voter=voter, rest=ballot.rest) if in_parts(ballot) else None
        )
        require_fit(ballot, notice, units=units, instructions=told)
        return notice

    def _grant(self, meeting: int, holder: Address, class_index: int, voter: str | None) -> tuple[int, int] | None:
        """Return the units and instructions that *voter* has as a proxy of *holder*, if it is one."""
        if voter is None or parse_address(voter) == holder:
            return None
        units, told = self._contract.read("grantOf", meeting, holder, class_index, parse_address(voter))
        return (int(units), int(told)) if units else None

    def _notice(self, meeting: int) -> FullNotice:
        where = topic(numbered(meeting))
        named = ("MeetingConvened", "MeetingCalled")
        called = (self._contract.events(name, where, from_block=self._from_block) for name in named)
        return notice_of((event for events in called for event in events), meeting=meeting)


def in_parts(ballot: GivenBallot) -> bool:
    """Say whether a ballot splits its units, or votes for options."""
    return any(isinstance(answer, Mapping) for answer in ballot.answers)
