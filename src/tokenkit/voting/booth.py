"""What the meetings contract answers of ballots and proxies, and whether a ballot fits its meeting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tokenkit._contract import TOKEN, Contract, topic
from tokenkit.ledger import StandingBallot
from tokenkit.types import ZERO_ADDRESS, parse_address
from tokenkit.voting.figures import notice_of
from tokenkit.voting.fitting import require_count, require_fit
from tokenkit.voting.given import GivenBallot, ProxyGrant, decode_answers, decode_instructions
from tokenkit.voting.values import numbered

if TYPE_CHECKING:
    from tokenkit.chain import Chain
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

    def _require_fit(self, meeting: int, ballot: GivenBallot, voter: str | None) -> None:
        """Refuse a ballot that the meeting would, with its votes where they are known."""
        require_count(ballot, self._resolutions(meeting))
        notice = self._notice(meeting)
        require_fit(ballot, notice)
        if in_parts(ballot) and self._contract.chain.now() >= notice.record_date:
            require_fit(ballot, notice, units=self._units(meeting, ballot, notice, voter))

    def _units(self, meeting: int, ballot: GivenBallot, notice: FullNotice, voter: str | None) -> int:
        """Return the units that a ballot is for: those granted to a proxy, or the holder's own, if it says so less what proxies have."""
        holder, index = ballot.holder, ballot.class_index
        if voter is not None and parse_address(voter) != holder:
            units, _ = self._contract.read("grantOf", meeting, holder, index, parse_address(voter))
            if units:
                return int(units)
        token = Contract(self._contract.chain, notice.tokens[index], *TOKEN)
        held = int(token.read("balanceOfAt", holder, notice.record_date))
        granted = sum(one.units for one in self.proxies(meeting, holder, class_index=index)) if ballot.rest else 0
        return held - granted

    def _notice(self, meeting: int) -> FullNotice:
        where = topic(numbered(meeting))
        named = ("MeetingConvened", "MeetingCalled")
        called = (self._contract.events(name, where, from_block=self._from_block) for name in named)
        return notice_of((event for events in called for event in events), meeting=meeting)


def in_parts(ballot: GivenBallot) -> bool:
    """Say whether a ballot splits its units, or votes for options."""
    return any(isinstance(answer, Mapping) for answer in ballot.answers)
