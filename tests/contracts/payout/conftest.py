"""Fixtures of the payouts' tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.rights_stage import Handle, Stage, build, deploy, nothing_changes

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tests.contracts.payout.in_full import FullStage
    from tests.contracts.payout.merkle_stage import MerkleStage

    from tokenkit.chain import DevelopmentChain, Receipt, Signer
    from tokenkit.types import Address

AMOUNT = 1_000_003
"""What most tests pay out: leaves dust on every register here."""

DAY = 86_400
DOCUMENT = b"\x11" * 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutStage:
    """The stage, and a coin to pay in."""

    stage: Stage
    coin: Handle

    def fund(self, payer: Signer, amount: int = 2**128 - 1) -> None:
        self.coin.send(payer, "mint", payer.address, amount)
        self.coin.send(payer, "approve", self.payouts.address, amount)

    def declaration(self, **changes: object) -> dict[str, Any]:
        record_date = self.stage.record_date
        return {
            "token": self.stage.register.address,
            "asset": self.coin.address,
            "amount": AMOUNT,
            "recordDate": record_date,
            "deadline": max(record_date, self.chain.now()) + 30 * DAY,
            "refundTo": self.stage.issuer.address,
            "excluded": [self.stage.treasury.address],
            "documentHash": DOCUMENT,
            **changes,
        }

    def declare(self, **changes: object) -> int:
        receipt = self.payouts.send(self.stage.agent, "declare", self.declaration(**changes))
        return int(self.payouts.only_event(receipt, "PayoutDeclared")["payoutId"])

    def claim(self, holder: Signer, payout: int = 1) -> Receipt:
        return self.payouts.send(holder, "claim", payout)

    def push(self, holders: list[Address], payout: int = 1, *, gas: int | None = None) -> Receipt:
        return self.payouts.send(self.stage.agent, "push", payout, holders, gas=gas)

    def with_coin(self, name: str, *args: object) -> PayoutStage:
        """Return the same stage paying in another coin, which the agent holds and has approved."""
        other = replace(self, coin=deploy(self.chain, self.stage.admin, name, *args))
        other.fund(self.stage.agent)
        return other

    def balance(self, account: Address) -> int:
        return int(self.coin.read("balanceOf", account))

    def balances(self) -> dict[Address, int]:
        """Return the coin of everybody whom a payout may touch."""
        people = (*self.stage.holders, self.stage.treasury, self.stage.agent, self.stage.issuer, self.stage.stranger)
        accounts = [one.address for one in people] + [self.payouts.address]
        return {account: self.balance(account) for account in accounts}

    def gains(self, before: dict[Address, int]) -> dict[Address, int]:
        """Return who has more or less than *before*, by how much."""
        after = self.balances()
        return {account: after[account] - before[account] for account in before if after[account] != before[account]}

    def state(self) -> object:
        count = self.payouts.read("payoutCount")
        payouts = [self.payouts.read("payoutOf", number) for number in range(1, count + 1)]
        paid = [
            self.payouts.read("isPaid", number, holder.address)
            for number in range(1, count + 1)
            for holder in self.stage.holders
        ]
        return (payouts, paid, self.balances())

    def same_state(self) -> AbstractContextManager[None]:
        """Check that what was mined changed nothing that can be read."""
        return nothing_changes(self.state)

    def nothing_changes(self) -> AbstractContextManager[None]:
        """Check that nothing at all was mined: a refusal leaves not even a block."""
        return nothing_changes(lambda: self.chain.block().hash)

    @property
    def chain(self) -> DevelopmentChain:
        return self.stage.chain

    @property
    def payouts(self) -> Handle:
        return self.stage.payouts


@pytest.fixture(scope="session")
def session_world(session_chain: DevelopmentChain) -> PayoutStage:
    stage = build(session_chain)
    world = PayoutStage(stage=stage, coin=deploy(session_chain, stage.admin, "Stablecoin"))
    world.fund(stage.agent)
    return world


@pytest.fixture
def world(session_world: PayoutStage, chain: DevelopmentChain) -> PayoutStage:
    """Give the stage before the record date; whatever the test does is undone."""
    return session_world


@pytest.fixture
def declared(world: PayoutStage) -> PayoutStage:
    """Give the stage after the record date, with payout 1 declared before it."""
    world.declare()
    world.stage.pass_record_date()
    return world


@pytest.fixture(scope="session")
def session_full(session_world: PayoutStage) -> FullStage:
    from tests.contracts.payout.in_full import build_full  # noqa: PLC0415 - it needs what stands above

    return build_full(session_world)


@pytest.fixture
def full(session_full: FullStage, chain: DevelopmentChain) -> FullStage:
    """Give the stage with a token that knows facts, before the record date; whatever the test does is undone."""
    return session_full


@pytest.fixture(scope="session")
def session_merkle(session_full: FullStage) -> MerkleStage:
    from tests.contracts.payout.merkle_stage import build_merkle  # noqa: PLC0415 - it needs what stands above

    return build_merkle(session_full)


@pytest.fixture
def merkle(session_merkle: MerkleStage, chain: DevelopmentChain) -> MerkleStage:
    """Give the stage with payouts by tree, before the record date; whatever the test does is undone."""
    return session_merkle
