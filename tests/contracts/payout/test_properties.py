"""Payouts against plain Python: the model decides what happens, never the contract's own views."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tokenkit import reverts as errors
from tokenkit.ledger import split
from tokenkit.types import address_from_bytes, keccak

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.contracts.payout.conftest import PayoutStage

    from tokenkit.chain import Signer
    from tokenkit.errors import TokenkitError
    from tokenkit.types import Address

SETTINGS = settings(deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
"""No shrinking: each example is a chain's worth of blocks, and a story drawn from a seed gets no simpler."""

CROWD = 8
Refusal = type["TokenkitError"]

units = st.one_of(st.integers(1, 50), st.integers(1, 50), st.integers(0, 1), st.integers(1, 2**92))
amounts = st.one_of(st.integers(10**6, 10**12), st.integers(1, 100), st.just(2**112 - 1))
wallets = st.integers(0, CROWD - 1)


def story_of(seed: object, length: int = 22) -> list[tuple[str, *tuple[object, ...]]]:
    """Draw what happens. Drawn evenly: hypothesis would rather try short stories about the first wallet."""
    draw = Random(repr(seed))

    def wallet() -> int:
        return draw.randrange(CROWD)

    makers: dict[str, Callable[[], tuple[object, ...]]] = {
        "claim": lambda: (wallet(),),
        "claim_for": lambda: (wallet(), wallet()),
        "claim_for_recovered": lambda: (draw.randrange(8),),
        "claim_omitted": lambda: (wallet(), draw.randrange(4)),
        "claim_left_out": lambda: (draw.randrange(8),),
        "push": lambda: (draw.sample(range(CROWD), draw.randint(1, 4)),),
        "push_next": lambda: (draw.randint(1, 2), draw.randrange(8)),
        "freeze": lambda: (wallet(), draw.random() < 0.5),
        "block": lambda: (wallet(), draw.random() < 0.5),
        "recover": lambda: (wallet(), wallet()),
    }
    often = {"claim": 4, "recover": 3, "claim_for_recovered": 2}
    names = draw.choices(list(makers), [often.get(name, 1) for name in makers], k=length)
    return [(name, *makers[name]()) for name in names]


@dataclass(kw_only=True)
class Model:
    """One payout, restated. Holders are numbers in ascending order of their addresses."""

    amount: int
    units: list[int]
    excluded: set[int]
    got: Counter[int] = field(default_factory=Counter)
    settled: set[int] = field(default_factory=set)  # claimed, by whatever way
    pages: list[list[int]] = field(default_factory=list)
    failed: set[int] = field(default_factory=set)
    frozen: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    successor: dict[int, int] = field(default_factory=dict)

    @property
    def cursor(self) -> int:
        return self.pages[-1][-1] if self.pages else -1

    @property
    def paid(self) -> int:
        return sum(self.got.values())

    def share(self, holder: int) -> int:
        sharing = sum(held for who, held in enumerate(self.units) if who not in self.excluded)
        return 0 if holder in self.excluded else self.amount * self.units[holder] // sharing

    def payee(self, holder: int) -> int:
        return self.successor.get(holder, holder)

    def is_open(self, holder: int) -> bool:
        return holder not in self.settled and (holder > self.cursor or holder in self.failed)

    def claim(self, caller: int, holder: int) -> Refusal | None:
        if self.payee(holder) != caller:
            return errors.NotHolder
        if self.share(holder) == 0:
            return errors.NothingDue
        return self._pay(holder) if self.is_open(holder) else errors.AlreadyPaid

    def claim_omitted(self, holder: int, page: int) -> Refusal | None:
        if page >= len(self.pages):
            return errors.NotOmitted
        previous = self.pages[page - 1][-1] if page else -1
        if not previous < holder < self.pages[page][-1] or holder in self.pages[page]:
            return errors.NotOmitted
        if holder in self.settled:
            return errors.AlreadyPaid
        return errors.NothingDue if self.share(holder) == 0 else self._pay(holder)

    def push(self, page: list[int]) -> Refusal | None:
        if page[0] <= self.cursor or page != sorted(page):
            return errors.NotAscending
        for holder in page:
            if holder in self.settled or self.share(holder) == 0:
                continue
            if self.payee(holder) in self.frozen | self.blocked:
                self.failed.add(holder)
            else:
                self.got[self.payee(holder)] += self.share(holder)
        self.pages.append(page)
        return None

    def _pay(self, holder: int) -> Refusal | None:
        payee = self.payee(holder)
        if payee in self.frozen:
            return errors.HolderFrozen
        if payee in self.blocked:
            return errors.PaymentFailed
        self.settled.add(holder)
        self.got[payee] += self.share(holder)
        return None


class Run:
    """The model and the contracts, side by side."""

    def __init__(self, world: PayoutStage, model: Model) -> None:
        self.world, self.model = world, model
        self.crowd: list[Signer] = sorted(world.chain.accounts[9 : 9 + CROWD], key=lambda one: int(one.address, 16))
        self.accepted: Counter[str] = Counter()

        world.stage.hold({one.address: held for one, held in zip(self.crowd, model.units, strict=True)})
        stray = (*world.stage.holders, world.stage.treasury)
        world.stage.hold({one.address: 0 for one in stray if one not in self.crowd})
        world.declare(amount=model.amount, excluded=[self.crowd[each].address for each in sorted(model.excluded)])
        world.stage.pass_record_date()

    def step(self, name: str, *args: object) -> None:
        before = self.accepted.total()
        getattr(self, name)(*args)
        if self.accepted.total() > before:
            self.check()

    def claim(self, holder: int) -> None:
        self._expect(self.model.claim(holder, holder), self.crowd[holder], "claim", 1)

    def claim_for(self, caller: int, holder: int) -> None:
        expected = self.model.claim(caller, holder)
        self._expect(expected, self.crowd[caller], "claimFor", 1, self.crowd[holder].address)

    def claim_omitted(self, holder: int, page: int) -> None:
        expected = self.model.claim_omitted(holder, page)
        listed = self._addresses(self.model.pages[page]) if page < len(self.model.pages) else []
        arguments = (1, self.crowd[holder].address, page + 1, listed)
        self._expect(expected, self.world.stage.stranger, "claimOmitted", *arguments)

    def claim_left_out(self, choice: int) -> None:
        """Aim: draw among those whom a page left out, paid since or not."""
        if found := [each for each in range(CROWD) if self._left_out(each)]:
            holder = found[choice % len(found)]
            self.claim_omitted(holder, next(at for at, page in enumerate(self.model.pages) if page[-1] > holder))

    def claim_for_recovered(self, choice: int) -> None:
        """Aim: draw among the lost wallets."""
        if found := sorted(self.model.successor):
            lost = found[choice % len(found)]
            self.claim_for(self.model.successor[lost], lost)

    def push(self, page: list[int]) -> None:
        self._expect(self.model.push(page), self.world.stage.agent, "push", 1, self._addresses(page))

    def push_next(self, size: int, left_out: int) -> None:
        """Push those who come next, without some of them: the agent is careless."""
        ahead = [each for each in range(self.model.cursor + 1, CROWD) if not left_out >> (each % 3) & 1]
        if ahead:
            self.push(ahead[:size])

    def freeze(self, holder: int, frozen: bool) -> None:
        (self.model.frozen.add if frozen else self.model.frozen.discard)(holder)
        self.world.stage.register.send(self.world.stage.admin, "freeze", self.crowd[holder].address, frozen)

    def block(self, holder: int, blocked: bool) -> None:
        (self.model.blocked.add if blocked else self.model.blocked.discard)(holder)
        self.world.coin.send(self.world.stage.admin, "setBlocked", self.crowd[holder].address, blocked)

    def recover(self, lost: int, replacement: int) -> None:
        if lost == replacement or lost in self.model.successor or replacement in self.model.successor:
            return
        if lost in self.model.successor.values():
            return
        self.model.successor[lost] = replacement
        addresses = (self.crowd[lost].address, self.crowd[replacement].address)
        self.world.stage.register.send(self.world.stage.admin, "succeed", *addresses)

    def check(self) -> None:
        model, world = self.model, self.world
        left_out = {each for each in range(CROWD) if self._left_out(each)} - model.settled
        unclaimed = sum(model.share(each) for each in range(CROWD) if model.is_open(each) or each in left_out)
        shares = sum(model.share(each) for each in range(CROWD))
        payout = world.payouts.read("payoutOf", 1)
        assert payout["paid"] == model.paid
        assert model.amount == model.paid + unclaimed + (model.amount - shares)
        assert world.balance(world.payouts.address) == model.amount - model.paid
        assert [world.balance(one.address) for one in self.crowd] == [model.got[each] for each in range(CROWD)]

    def close(self) -> None:
        world = self.world
        world.chain.travel(to=world.payouts.read("payoutOf", 1)["deadline"])
        before = world.balance(world.stage.issuer.address)
        world.payouts.send(world.stage.agent, "reclaim", 1)
        assert world.balance(world.payouts.address) == 0
        assert world.balance(world.stage.issuer.address) - before == self.model.amount - self.model.paid

    def _left_out(self, holder: int) -> bool:
        pushed = any(holder in page for page in self.model.pages)
        return holder <= self.model.cursor and not pushed

    def _expect(self, expected: Refusal | None, sender: Signer, function: str, *args: object) -> None:
        refusal = None
        try:
            self.world.payouts.send(sender, function, *args)
        except errors.Reverted as error:
            refusal = error
        assert (type(refusal) if refusal else None) is expected, f"{function}{args}: {refusal}, not {expected}"
        self.accepted[function] += refusal is None

    def _addresses(self, holders: list[int]) -> list[Address]:
        return [self.crowd[each].address for each in holders]


@pytest.fixture(scope="module")
def accepted() -> Iterator[Counter[str]]:
    """Count what was accepted over a whole run: one that accepted nothing proves nothing."""
    counter: Counter[str] = Counter()
    yield counter
    assert all(counter[function] >= 5 for function in ("claim", "claimFor", "claimOmitted", "push")), counter


@settings(SETTINGS, max_examples=20)
@given(
    amount=amounts,
    held=st.lists(units, min_size=CROWD, max_size=CROWD),
    excluded=st.sets(wallets, max_size=2),
    seed=st.integers(0, 2**32),
)
def test_PAY_1_PAY_2__any_order_of_payments__conserves_and_pays_once(
    *,
    session_world: PayoutStage,
    accepted: Counter[str],
    amount: int,
    held: list[int],
    excluded: set[int],
    seed: int,
) -> None:
    if not any(each for who, each in enumerate(held) if who not in excluded):
        return
    chain = session_world.chain
    before = chain.snapshot()
    try:
        run = Run(session_world, Model(amount=amount, units=held, excluded=excluded))
        for name, *args in story_of((seed, held, amount)):
            run.step(name, *args)
        accepted.update(run.accepted)
        run.close()
    finally:
        chain.revert(before)


@settings(SETTINGS, max_examples=20)
@given(
    amount=amounts,
    held=st.lists(units, min_size=1, max_size=40),
    excluded=st.sets(st.integers(0, 39), max_size=5),
    size=st.integers(1, 20),
)
def test_PAY_3__push_of_a_random_register__is_the_split(
    *, session_world: PayoutStage, amount: int, held: list[int], excluded: set[int], size: int
) -> None:
    named = sorted((address_from_bytes(keccak(b"holder %d" % each)[:20]) for each in range(len(held))), key=_number)
    register = dict(zip(named, held, strict=True))
    left_out = [named[each] for each in sorted(excluded) if each < len(named)]
    if not any(register[each] for each in named if each not in left_out):
        return
    world = session_world
    before = world.chain.snapshot()
    try:
        stray = (*world.stage.holders, world.stage.treasury)
        world.stage.hold({**{one.address: 0 for one in stray}, **register})
        world.declare(amount=amount, excluded=left_out)
        world.stage.pass_record_date()
        for start in range(0, len(named), size):
            world.push(named[start : start + size])

        expected = split(amount, register, excluded=left_out)
        due = {each.holder: each.amount for each in expected.entitlements}
        payout = world.payouts.read("payoutOf", 1)
        assert payout["denominator"] == expected.denominator
        assert payout["paid"] == expected.paid
        for each in named:
            assert world.balance(each) == world.payouts.read("entitlementOf", 1, each) == due.get(each, 0)

        world.chain.travel(to=payout["deadline"])
        issuer = world.stage.issuer.address
        returned = world.payouts.ask(world.stage.agent, "reclaim", 1)
        world.payouts.send(world.stage.agent, "reclaim", 1)
        assert returned == world.balance(issuer) == expected.dust
    finally:
        world.chain.revert(before)


def _number(address: Address) -> int:
    return int(address, 16)
