"""Whether what happened in a meeting was lawful, from events alone: a contract could count to the figure what nobody was allowed to cast.

Each broken law is a difference that names it: what the law allows, and what the events say. What they cannot show is who signed a ballot, named or
revoked a proxy, or handed in a hash, and what is in a ballot that was never opened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tokenkit.ledger import MAX_PROXIES, Choice, Difference, Kind
from tokenkit.types import UINT96_MAX, ZERO_ADDRESS
from tokenkit.voting.given import IN_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tokenkit.artifacts import Event
    from tokenkit.ledger import Item, MeetingTerms
    from tokenkit.types import Address
    from tokenkit.voting.notice import FullNotice

EXTENSION_NOTICE = 3_600
"""Seconds before the close at which it can be put off at the latest."""
_BALLOTS = {"BallotCast", "BallotMarked", "BallotCommitted"}

_Account = tuple[int, "Address"]
_Key = tuple[int, "Address", "Address | None"]


@dataclass(slots=True)
class _Grant:
    units: int
    instructions: int


def breaches(
    notice: FullNotice,
    terms: MeetingTerms,
    events: Iterable[Event],
    *,
    times: Mapping[int, int],
    successions: Sequence[Sequence[Event]],
) -> tuple[Difference, ...]:
    """Hold the *events* of a meeting, in order, against its laws; *times* are seconds by block, *successions* the recoveries by class."""
    watch = _Watch(
        notice=notice, terms=terms, times=times, successions=successions, closes=notice.closes, ends=notice.ends
    )
    for event in events:
        watch.take(event)
    for _, holder in watch.taken_back.values():
        watch.differ(f"ballots of proxies of {holder} that stood, taken back without a ballot of its own", 0, 1)
    watch.differ("signed ballots without a ballot", 0, len(watch.signed))
    return tuple(watch.found)


@dataclass(slots=True, kw_only=True)
class _Watch:
    """A meeting under way: who has granted what to whom, whose ballots stand, and since when."""

    notice: FullNotice
    terms: MeetingTerms
    times: Mapping[int, int]
    successions: Sequence[Sequence[Event]]
    closes: int
    ends: int
    grants: dict[_Account, dict[Address, _Grant]] = field(default_factory=dict)
    sealed: dict[_Key, bool] = field(default_factory=dict)
    """The ballots that stand, and whether they are hashes."""
    since: dict[_Key, int] = field(default_factory=dict)
    """The second of a ballot or grant: what is signed then or before counts no more."""
    signed: dict[tuple[str, int, Address, Address], int] = field(default_factory=dict)
    """The seconds of signed ballots that are to follow in the same transaction; by class, holder and voter."""
    taken_back: dict[tuple[str, int, Address], _Account] = field(default_factory=dict)
    """Whose own ballot is to follow in the same transaction, because a proxy's was taken back."""
    found: list[Difference] = field(default_factory=list)

    def differ(self, name: str, lawful: int, said: int) -> None:
        if lawful != said:
            self.found.append(Difference(name=name, counted=lawful, reported=said))

    def take(self, event: Event) -> None:
        at = self.times[event.block_number]
        if event.name in _BALLOTS:
            self._ballot(event, at)
        elif event.name == "BallotSigned":
            said = event.args
            key = (event.transaction_hash, said["classIndex"], said["holder"], said["voter"])
            self.signed[key] = said["signedAt"]
        elif event.name == "ProxyGranted":
            self._grant(event, at)
        elif event.name == "ProxyRevoked":
            self._revoke(event, at)
        elif event.name == "CloseExtended":
            self._extend(event, at)

    # ---- times ----

    def _extend(self, event: Event, at: int) -> None:
        closes = event.args["closes"]
        self._within("second at which the close was put off", at, last=self.closes - EXTENSION_NOTICE)
        self._within("close that was put off", closes, first=self.closes + 1, last=self.notice.latest_close)
        self.closes, self.ends = closes, self.ends and self.ends + closes - self.closes
        self.differ("end of the opening, put off with the close", self.ends, event.args["ends"])

    def _within(self, name: str, value: int, *, first: int = 0, last: int) -> None:
        self.differ(name, min(max(first, value), last), value)

    # ---- proxies ----

    def _grant(self, event: Event, at: int) -> None:
        said = event.args
        index, holder, proxy = said["classIndex"], said["holder"], said["proxy"]
        given = self.grants.setdefault((index, holder), {})
        given[proxy] = _Grant(said["units"], said["instructions"])

        self._within(f"second at which {holder} named {proxy}", at, first=self.notice.record_date, last=self.closes - 1)
        granted, held = sum(one.units for one in given.values()), self.terms.units_of(holder, index)
        self._within(f"units that {holder} granted", granted, last=held)
        self._within(f"proxies of {holder}", len(given), last=MAX_PROXIES)
        for whose in (None, proxy):
            name = f"ballots of {whose or holder} for {holder} that stood when {proxy} was named"
            self.differ(name, 0, int((index, holder, whose) in self.sealed))
            self.since[index, holder, whose] = at

    def _revoke(self, event: Event, at: int) -> None:
        said = event.args
        index, holder, proxy = said["classIndex"], said["holder"], said["proxy"]
        self._within(f"second at which {holder} took back what {proxy} had", at, last=self.closes - 1)
        self.grants.get((index, holder), {}).pop(proxy, None)
        self.since[index, holder, proxy] = at
        if (index, holder, proxy) in self.sealed:
            del self.sealed[index, holder, proxy]
            self.taken_back[event.transaction_hash, index, holder] = (index, holder)

    # ---- ballots ----

    def _ballot(self, event: Event, at: int) -> None:
        said, commits = event.args, event.name == "BallotCommitted"
        index, holder = said.get("classIndex", 0), said["holder"]
        proxy = None if said.get("proxy", ZERO_ADDRESS) == ZERO_ADDRESS else said["proxy"]
        key, name = (index, holder, proxy), f"ballot of {proxy or holder} for {holder}"
        opens = not commits and self.sealed.get(key, False)

        if opens:
            self._within(f"second at which the {name} was opened", at, first=self.closes, last=self.ends - 1)
        else:
            self._within(f"second of the {name}", at, first=self.notice.opens, last=self.closes - 1)
            self.differ(f"secrecy of the {name}", int(self.notice.ends != 0), int(commits))
        if not commits:
            self._answers(event, key, name)
            if not opens:
                self._voter(event, key, name)
        if not opens:
            self._order(event, key, name, at)
        self.sealed[key] = commits
        if proxy is None:
            self.taken_back.pop((event.transaction_hash, index, holder), None)

    def _voter(self, event: Event, key: _Key, name: str) -> None:
        index, holder, proxy = key
        voter = event.args["voter"]
        rightful = voter == proxy if proxy is not None else voter == self._successor(holder, index, event)
        self.differ(f"right of {voter} to cast the {name}", int(rightful), 1)

    def _successor(self, holder: Address, index: int, event: Event) -> Address:
        """Return who had a holder's rights in a class just before *event*."""
        place = (event.block_number, event.log_index)
        for one in self.successions[index]:
            if (one.block_number, one.log_index) < place and one.args["lost"] == holder:
                holder = one.args["replacement"]
        return holder

    def _order(self, event: Event, key: _Key, name: str, at: int) -> None:
        """A signed ballot is later than what counts, and not from the future; a direct one is as old as its block, and always counts."""
        index, holder, _ = key
        second = self.signed.pop((event.transaction_hash, index, holder, event.args.get("voter", "")), None)
        if second is not None:
            first = self.since.get(key, -1) + 1
            self.differ(f"second at which the {name} was signed, after what counted", max(first, second), second)
            self.differ(f"second at which the {name} was signed, when it came", min(second, at), second)
        self.since[key] = at if second is None else second

    # ---- what ballots say ----

    def _answers(self, event: Event, key: _Key, name: str) -> None:
        choices, marks, units = event.args["choices"], event.args.get("marks", ()), event.args["units"]
        index, holder, proxy = key
        grant = self.grants.get((index, holder), {}).get(proxy) if proxy is not None else None
        agenda = self.terms.agenda
        self.differ(f"choices beyond the agenda in the {name}", 0, choices >> 2 * len(agenda))
        self.differ(f"parts beyond the agenda in the {name}", 0, sum(mark >> 104 >= len(agenda) for mark in marks))
        for number, item in enumerate(agenda):
            where, said = f"resolution {number + 1} in the {name}", choices >> 2 * number & IN_PARTS
            parts = [(mark >> 96 & 0xFF, mark & UINT96_MAX) for mark in marks if mark >> 104 == number]
            self._parts(item, where, said, parts, units)
            votes = self.terms.votes_on(item, index) and holder not in item.interested
            self.differ(f"answer to {where}, which has no vote on it", said if votes else Choice.ABSTAIN, said)
            told = IN_PARTS if grant is None else grant.instructions >> 2 * number & IN_PARTS
            self.differ(f"answer to {where}, as instructed", said if told == IN_PARTS else told, said)

    def _parts(self, item: Item, where: str, said: int, parts: Sequence[tuple[int, int]], units: int) -> None:
        motion = item.kind is Kind.MOTION
        known = (Choice.FOR, Choice.AGAINST) if motion else range(len(item.options))
        if not motion and said != Choice.ABSTAIN:
            self.differ(f"answer to {where}, which has options", IN_PARTS, said)
        self.differ(f"parts for {where}, said to be there", int(said == IN_PARTS), int(bool(parts)))
        sound = {option for option, votes in parts if option in known and votes}
        self.differ(f"parts for {where}, each of another option that stands", len(sound), len(parts))
        self._within(f"votes on {where}", sum(votes for _, votes in parts), last=units * item.seats)
