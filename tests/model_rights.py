"""Payouts and meetings, restated in plain Python on the model of the tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.model import Refused, Suite, ascending

from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.types import Address

DAY, HOUR = 86_400, 3_600
EXCLUDED_LIMIT, AGENDA_LIMIT = 32, 64
SIMPLE, TWO_THIRDS, THREE_QUARTERS = range(3)
ABSTAIN, FOR, AGAINST = range(3)


@dataclass(slots=True, kw_only=True)
class Rights:
    """Units at a record date, less those left out."""

    suite: Suite
    token: Address
    record_date: int
    excluded: tuple[Address, ...]

    def require(self) -> None:
        if self.record_date not in self.suite.tokens[self.token].dates:
            raise Refused("RecordDateNotScheduled", self.record_date)

    def require_ascending(self) -> None:
        previous = ZERO_ADDRESS
        for wallet in self.excluded:
            if ascending(wallet) <= ascending(previous):
                raise Refused("NotAscending", previous, wallet)
            previous = wallet

    def of(self, wallet: Address) -> tuple[int, Address, bool]:
        units, holder, frozen = self.suite.tokens[self.token].entitled(wallet, self.record_date)
        return 0 if wallet in self.excluded else units, holder, frozen

    @property
    def sharing(self) -> int:
        held = self.suite.tokens[self.token].history[self.record_date]
        return sum(units for wallet, units in held.items() if wallet not in self.excluded)


@dataclass(slots=True, kw_only=True)
class Payout:
    number: int
    rights: Rights
    asset: Address
    amount: int
    deadline: int
    refund_to: Address
    blocked: set[Address]  # by the coin
    settled: bool = False
    closed: bool = False
    claimed: set[Address] = field(default_factory=set)
    failed: set[Address] = field(default_factory=set)
    pushed: set[Address] = field(default_factory=set)
    pages: list[list[Address]] = field(default_factory=list)
    got: dict[Address, int] = field(default_factory=dict)  # by payee
    returned: int = 0

    def declare(self, now: int) -> None:
        if self.amount == 0:
            raise Refused("NothingToPay")
        if self.refund_to == ZERO_ADDRESS:
            raise Refused("ZeroAddress")
        self.rights.require()
        if self.deadline < max(now, self.rights.record_date) + DAY:
            raise Refused("InvalidDeadline", self.deadline)
        self.rights.require_ascending()
        if now >= self.rights.record_date:
            self._settle(now)

    def share(self, holder: Address) -> int:
        """Rounds down; the rest is dust."""
        sharing = self.rights.sharing
        return self.amount * self.rights.of(holder)[0] // sharing if sharing else 0

    @property
    def paid(self) -> int:
        return sum(self.got.values())

    @property
    def was_paid(self) -> set[Address]:
        """Whose shares have left."""
        return self.claimed | self.pushed

    @property
    def cursor(self) -> Address:
        return self.pages[-1][-1] if self.pages else ZERO_ADDRESS

    def counts_as_paid(self, holder: Address) -> bool:
        """A holder that a page passed over has to show the page."""
        reached = bool(self.pages) and ascending(holder) <= ascending(self.cursor)
        return holder in self.claimed or (reached and holder not in self.failed)

    def claim(self, caller: Address, holder: Address, now: int) -> None:
        self._open()
        self._settle(now)
        payee = self.rights.of(holder)[1]
        if payee != caller:
            raise Refused("NotHolder", caller, payee)
        if self.share(holder) and self.counts_as_paid(holder):
            raise Refused("AlreadyPaid", self.number, holder)
        self._pay(holder)

    def claim_omitted(self, holder: Address, page: int, holders: Sequence[Address]) -> None:
        self._open()
        if not 1 <= page <= len(self.pages) or list(holders) != self.pages[page - 1] or holder in holders:
            raise Refused("NotOmitted", self.number, holder, page)
        previous = self.pages[page - 2][-1] if page > 1 else ZERO_ADDRESS
        if not ascending(previous) < ascending(holder) < ascending(holders[-1]):
            raise Refused("NotOmitted", self.number, holder, page)
        if holder in self.claimed:
            raise Refused("AlreadyPaid", self.number, holder)
        self._pay(holder)

    def push(self, holders: Sequence[Address], now: int) -> None:
        self._open()
        self._settle(now)
        previous = self.cursor
        for holder in holders:
            if ascending(holder) <= ascending(previous):
                raise Refused("NotAscending", previous, holder)
            previous = holder
        for holder in holders:
            _, payee, frozen = self.rights.of(holder)
            if holder in self.claimed or not self.share(holder):
                continue
            if frozen or payee in self.blocked:
                self.failed.add(holder)
            else:
                self.pushed.add(holder)
                self._give(payee, self.share(holder))
        if holders:
            self.pages.append(list(holders))

    def reclaim(self, now: int) -> None:
        self._open()
        if now < self.deadline:
            raise Refused("BeforeDeadline", self.deadline)
        left = self.amount - self.paid
        if left and self.refund_to in self.blocked:
            raise Refused("PaymentFailed", self.asset, self.refund_to, left)
        self.closed, self.returned = True, left

    def _open(self) -> None:
        if self.closed:
            raise Refused("PayoutIsClosed", self.number)

    def _settle(self, now: int) -> None:
        if now < self.rights.record_date:
            raise Refused("BeforeRecordDate", self.rights.record_date)
        if self.rights.sharing == 0:
            raise Refused("NoEntitledUnits", self.number)

    def _pay(self, holder: Address) -> None:
        _, payee, frozen = self.rights.of(holder)
        share = self.share(holder)
        if not share:
            raise Refused("NothingDue", self.number, holder)
        if frozen:
            raise Refused("HolderFrozen", payee)
        if payee in self.blocked:
            raise Refused("PaymentFailed", self.asset, payee, share)
        self.claimed.add(holder)
        self._give(payee, share)

    def _give(self, payee: Address, amount: int) -> None:
        self.got[payee] = self.got.get(payee, 0) + amount


@dataclass(slots=True, kw_only=True)
class Meeting:
    number: int
    rights: Rights
    opens: int
    closes: int
    quorum_bps: int
    majorities: tuple[int, ...]
    ballots: dict[Address, tuple[int, ...]] = field(default_factory=dict)
    decided: bool = False

    def call(self, now: int) -> None:
        if not 1 <= len(self.majorities) <= AGENDA_LIMIT:
            raise Refused("InvalidAgenda", AGENDA_LIMIT)
        if self.quorum_bps > 10_000:
            raise Refused("InvalidShare", self.quorum_bps)
        self.rights.require()
        if self.opens < max(now, self.rights.record_date) or self.closes < self.opens + HOUR:
            raise Refused("InvalidWindow", self.opens, self.closes)
        self.rights.require_ascending()

    def vote(self, caller: Address, holder: Address, choices: tuple[int, ...], now: int) -> None:
        if now < self.opens:
            raise Refused("VotingNotOpen", self.opens)
        if now >= self.closes:
            raise Refused("VotingClosed", self.closes)
        if any(choice > AGAINST for choice in choices) or any(choices[len(self.majorities) :]):
            raise Refused("InvalidBallot", marks(choices))
        units, voter, _ = self.rights.of(holder)
        if voter != caller:
            raise Refused("NotHolder", caller, voter)
        if not units:
            raise Refused("NoVotes", self.number, holder)
        self.ballots[holder] = tuple([*choices, *[ABSTAIN] * len(self.majorities)][: len(self.majorities)])

    def decide(self, now: int) -> None:
        if now < self.closes:
            raise Refused("VotingStillOpen", self.closes)
        if self.decided:
            raise Refused("AlreadyDecided", self.number)
        self.decided = True

    @property
    def present(self) -> int:
        return sum(self.rights.of(holder)[0] for holder in self.ballots)

    def cast(self, resolution: int, choice: int) -> int:
        return sum(self.rights.of(one)[0] for one, ballot in self.ballots.items() if ballot[resolution] == choice)

    @property
    def quorate(self) -> bool:
        return self.present * 10_000 >= self.quorum_bps * self.rights.sharing

    def passed(self, resolution: int, now: int) -> bool:
        yes, no = self.cast(resolution, FOR), self.cast(resolution, AGAINST)
        majority = self.majorities[resolution]
        reached = (
            yes > no
            if majority == SIMPLE
            else 3 * yes >= 2 * (yes + no)
            if majority == TWO_THIRDS
            else 4 * yes >= 3 * (yes + no)
        )
        return now >= self.closes and self.quorate and yes > 0 and reached


def marks(choices: Sequence[int]) -> int:
    """Write a ballot as the contract takes it: two bits a resolution, the first lowest."""
    return sum(choice << 2 * position for position, choice in enumerate(choices))
