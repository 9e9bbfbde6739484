"""What meetings cost: called, voted in, and what their resolutions execute."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from _gas.countries import GERMANY
from _gas.crowds import DAY, voters
from tokenkit._keccak import keccak
from tokenkit.issuance import Allotment
from tokenkit.ledger import Choice, Kind
from tokenkit.powers import Role
from tokenkit.registry import Facts
from tokenkit.voting import (
    ClassNotice,
    FullNotice,
    GivenBallot,
    ItemNotice,
    Notice,
    PreparedCall,
    Resolution,
    hash_calls,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from _gas.scene import Scene
    from tokenkit.chain import Signer
    from tokenkit.ledger import Answer
    from tokenkit.operation import Operation
    from tokenkit.voting import SignedBallot

RELAYED = 50
"""Signed ballots in a transaction."""
FULL_AGENDA = 64
UNITS = 1_000
"""Of each voter; each splits them into 400 and 600."""
SPLIT: Mapping[int, int] = {Choice.FOR: 400, Choice.AGAINST: 600}


class MeetingCosts:
    """Measures meetings of the class PLAIN; where not said otherwise, of 5 motions, called plainly after their record date."""

    def __init__(self, scene: Scene) -> None:
        if scene.suite.voting is None:
            raise RuntimeError("The plan leaves out meetings.")
        self.scene, self.gas, self.chain = scene, scene.gas, scene.chain
        self.voting, self.booth = scene.suite.voting, scene.suite.voting.booth
        self.token, self.record_date = scene.plain.address, scene.dates[3]
        self.ana, self.ben, *_ = scene.people
        self.first, self.second, self.third, self.fourth = scene.people[12:16]
        self.signers = voters(RELAYED + 1)
        self._last = 0

    def measure(self) -> None:
        """Measure everything."""
        self._plain()
        self._settling()
        self._gather()
        self._full_agenda()
        self._split()
        self._proxies()
        self._signed()
        self._in_full()
        self._secret()
        self._prepared_calls()

    def _plain(self) -> None:
        for count in (1, 5):
            self.gas[f"call_{count}"] = self._called(count)
            self.gas[f"vote_{count}"] = self._do(self.voting.vote(self._last, [Choice.FOR] * count), self.ana)
            self._do(self.voting.vote(self._last, [Choice.AGAINST] * count), self.ben)

    def _settling(self) -> None:
        """Call a meeting before its record date: its very first ballot settles who is entitled to vote."""
        self.record_date = self._scheduled()
        self._called(1)
        self.gas["vote_settling"] = self._do(self.voting.vote(self._last, [Choice.FOR]), self.ana)
        self.gas["vote_again"] = self._do(self.voting.vote(self._last - 1, [Choice.AGAINST] * 5), self.ana)

    def _gather(self) -> None:
        """Give the voters units before a record date."""
        facts = Facts(country=GERMANY, claims=1)
        holders = [one.address for one in (*self.signers, *self.scene.people[12:16])]
        (page,) = self.scene.suite.registry.register_many(
            ((one.address, facts) for one in self.signers), sender=self.scene.registrar.address
        )
        self._do(page, self.scene.registrar)
        for page in self.scene.plain.issuance.issue_many(
            [Allotment(to=one, units=UNITS) for one in holders], reason="Seed round", sender=self.scene.issuer.address
        ):
            self._do(page, self.scene.issuer)
        self.record_date = self._scheduled()
        self.chain.travel(to=self.record_date)

    def _full_agenda(self) -> None:
        self._called(FULL_AGENDA)
        self._do(self.voting.vote(self._last, [Choice.FOR] * FULL_AGENDA), self.ana)
        self.gas["vote_64"] = self._do(self.voting.vote(self._last, [Choice.FOR] * FULL_AGENDA), self.first)

    def _split(self) -> None:
        for count in (1, 5):
            self._called(count)
            self._do(self.voting.vote(self._last, [Choice.FOR] * count), self.ana)
            self.gas[f"split_{count}"] = self._do(self._cast(self.first, [SPLIT] * count), self.first)

    def _proxies(self) -> None:
        """Let the second vote for the first, and the fourth, told how, for the third."""
        self._called(5)
        self._do(self.voting.vote(self._last, [Choice.FOR] * 5), self.ana)
        free = self.booth.grant(self._last, self.first.address, self.second.address)
        self.gas["grant"] = self._do(free, self.first)
        told = self.booth.grant(
            self._last, self.third.address, self.fourth.address, instructions=[Choice.FOR, *[None] * 4]
        )
        self.gas["grant_told"] = self._do(told, self.third)
        self.gas["vote_by_proxy"] = self._do(self._cast(self.first, [Choice.FOR] * 5), self.second)
        self.gas["vote_by_proxy_told"] = self._do(self._cast(self.third, [Choice.FOR] * 5), self.fourth)

    def _signed(self) -> None:
        """Hand in one signed ballot alone, and fifty in one transaction."""
        for count in (1, 5):
            self._called(count)
            self._do(self.voting.vote(self._last, [Choice.FOR] * count), self.ana)
            single, *rest = (self._ballot_of(one, [Choice.FOR] * count) for one in self.signers)
            self.gas[f"signed_{count}"] = self._do(self.booth.cast_signed(single), self.scene.deployer)
            (page,) = self.booth.cast_batch(rest, sender=self.scene.deployer.address)
            self.gas[f"relayed_{count}"] = self._do(page, self.scene.deployer) // RELAYED

    def _in_full(self) -> None:
        self._convened(*[ItemNotice() for _ in range(5)])
        self._do(self.voting.vote(self._last, [Choice.FOR] * 5), self.ana)
        self.gas["vote_in_full"] = self._do(self.voting.vote(self._last, [Choice.FOR] * 5), self.first)
        board = ItemNotice(kind=Kind.ELECTION, options=tuple("ABCDE"), seats=3)
        self._convened(board)
        for voter in (self.ana, self.first):
            votes = {0: UNITS, 1: UNITS, 2: UNITS}
            self.gas["vote_board"] = self._do(self._cast(voter, [votes]), voter)

    def _secret(self) -> None:
        opens = self._convened(*[ItemNotice() for _ in range(5)], secret=True)
        # The salt is no random one: its zero bytes would change the figures.
        ballots = [
            replace(
                self.booth.secret(self._last, GivenBallot(holder=one.address, answers=(Choice.FOR,) * 5)),
                salt=keccak(b"salt"),
            )
            for one in (self.ana, self.first)
        ]
        for one, ballot in zip((self.ana, self.first), ballots, strict=True):
            self.gas["commit"] = self._do(self.booth.commit(ballot), one)
        self.chain.travel(to=opens + 7 * DAY)
        for ballot in ballots:
            self.gas["open"] = self._do(self.booth.open(ballot), self.scene.deployer)

    def _prepared_calls(self) -> None:
        """Resolve to issue units; the meetings have the issuer's role, without a delay."""
        self._do(self.scene.suite.authority.grant(Role.ISSUER, self.voting.address), self.scene.admin)
        issue = self.scene.plain.issuance.issue(self.ana.address, UNITS, reason="Resolution 1")
        calls = [PreparedCall.of(issue)]
        opens = self._convened(ItemNotice(calls_hash=hash_calls(calls)))
        self._do(self.voting.vote(self._last, [Choice.FOR]), self.ana)
        self.chain.travel(to=opens + 7 * DAY)
        self.gas["decide"] = self._do(self.voting.decide(self._last), self.scene.deployer)
        self.gas["schedule"] = self._do(self.voting.schedule(self._last, 0, calls), self.scene.deployer)
        self.chain.travel(by=DAY)
        self.gas["execute"] = self._do(self.voting.execute(self._last, 0, calls), self.scene.deployer)

    def _called(self, count: int) -> int:
        """Call a plain meeting and go to its opening; return what the call cost."""
        opens = max(self.chain.now(), self.record_date) + DAY
        notice = Notice(
            token=self.token,
            record_date=self.record_date,
            opens=opens,
            closes=opens + 7 * DAY,
            quorum_bps=1_000,
            agenda=tuple(Resolution() for _ in range(count)),
        )
        return self._opened(notice)

    def _convened(self, *agenda: ItemNotice, secret: bool = False) -> int:
        """Call a meeting in full and go to its opening; return when that is."""
        opens = self.chain.now() + DAY
        notice = FullNotice(
            classes=(ClassNotice(token=self.token),),
            record_date=self.record_date,
            opens=opens,
            closes=opens + 7 * DAY,
            ends=opens + 14 * DAY if secret else 0,
            execution_delay=DAY,
            agenda=agenda,
        )
        self.gas["call_in_full"] = self._opened(notice)
        return opens

    def _opened(self, notice: Notice | FullNotice) -> int:
        cost = self._do(self.voting.call(notice), self.scene.issuer)
        self._last += 1
        self.chain.travel(to=notice.opens)
        return cost

    def _scheduled(self) -> int:
        date = self.chain.now() + DAY
        self._do(self.scene.plain.issuance.schedule_record_date(date), self.scene.issuer)
        return date

    def _cast(self, holder: Signer, answers: Sequence[Answer]) -> Operation[None]:
        return self.booth.cast(self._last, [GivenBallot(holder=holder.address, answers=tuple(answers))])

    def _ballot_of(self, voter: Signer, answers: Sequence[Answer]) -> SignedBallot:
        return self.booth.sign(voter, self._last, GivenBallot(holder=voter.address, answers=tuple(answers)))

    def _do(self, operation: Operation[Any], signer: Signer) -> int:
        return self.scene.do(operation, signer)
