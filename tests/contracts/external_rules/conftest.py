"""A suite with every external rule deployed for it; a test says which the class obeys."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import Phase, settings
from tests.contracts.rights_stage import Handle

from tokenkit.errors import Reverted
from tokenkit.external import (
    Approvals,
    ComplianceAdapter,
    RuleKind,
    Sanctions,
    Spenders,
    TradingHours,
    Vesting,
    Volume,
    deploy_rule,
    empower,
)
from tokenkit.testing import deployed_suite
from tokenkit.transfers import Kind
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.chain import DevelopmentChain, Signer
    from tokenkit.operation import Operation, Sent
    from tokenkit.restrictions import Refusal
    from tokenkit.suite import ShareClass, Suite
    from tokenkit.testing import People
    from tokenkit.types import Address

REASON = "decided by the board"
KYC = 0b01

T = TypeVar("T")

_DEEP = os.environ.get("TOKENKIT_PROPERTIES") == "deep"


def examples(few: int) -> settings:
    """Run a property a *few* times, always the same; or many times, always others, with ``TOKENKIT_PROPERTIES=deep``."""
    return settings(
        deadline=None,
        max_examples=few * (40 if _DEEP else 1),
        derandomize=not _DEEP,
        phases=[Phase.explicit, Phase.generate],
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Stage:
    """One class: ana holds 1,000 units and ben 500. ``second`` is another wallet of ana; ``spare`` is nobody's."""

    chain: DevelopmentChain
    people: People
    suite: Suite
    rules: Mapping[RuleKind, Address]
    second: Signer
    spare: Signer

    @property
    def ord(self) -> ShareClass:
        return self.suite.token("ORD")

    @property
    def token(self) -> Address:
        return self.ord.address

    @property
    def vesting(self) -> Vesting:
        return Vesting(self.chain, self.rules[RuleKind.VESTING])

    @property
    def volume(self) -> Volume:
        return Volume(self.chain, self.rules[RuleKind.VOLUME])

    @property
    def hours(self) -> TradingHours:
        return TradingHours(self.chain, self.rules[RuleKind.HOURS])

    @property
    def approvals(self) -> Approvals:
        return Approvals(self.chain, self.rules[RuleKind.APPROVAL])

    @property
    def spenders(self) -> Spenders:
        return Spenders(self.chain, self.rules[RuleKind.SPENDERS])

    @property
    def sanctions(self) -> Sanctions:
        return Sanctions(self.chain, self.rules[RuleKind.SANCTIONS])

    @property
    def adapter(self) -> ComplianceAdapter:
        return ComplianceAdapter(self.chain, self.rules[RuleKind.COMPLIANCE])

    def handle(self, kind: RuleKind) -> Handle:
        return Handle(self.chain, kind.artifact, self.rules[kind])

    def obey(self, kind: RuleKind) -> None:
        """Add a rule to the class."""
        self.officer(self.suite.rulebook.add(self.token, self.rules[kind]))

    def officer(self, operation: Operation[T]) -> Sent[T]:
        return operation.send(self.people.compliance)

    # ---- movements ----

    def transfer(self, giver: Signer, receiver: Signer, units: int) -> Sent[None]:
        return self.ord.transfers.transfer(receiver.address, units).send(giver)

    def issue(self, receiver: Signer, units: int) -> Sent[None]:
        return self.ord.issuance.issue(receiver.address, units, reason=REASON).send(self.people.issuer)

    def redeem(self, holder: Signer, units: int) -> Sent[None]:
        return self.ord.issuance.redeem(holder.address, units, reason=REASON).send(self.people.issuer)

    def force(self, giver: Signer, receiver: Signer, units: int) -> Sent[None]:
        order = self.ord.issuance.force_transfer(giver.address, receiver.address, units, reason=REASON)
        return order.send(self.people.enforcement)

    def recover(self, lost: Signer, replacement: Signer, identity: Address) -> Sent[None]:
        order = self.ord.issuance.recover(lost.address, replacement.address, identity, reason=REASON)
        return order.send(self.people.enforcement)

    def units(self, wallet: Signer) -> int:
        return self.ord.transfers.balance(wallet.address).units

    # ---- what is refused ----

    def passes(self, giver: Signer, receiver: Signer, units: int) -> bool:
        """Try a transfer on the latest block, and check that the preflight says the same."""
        explanation = self.ord.transfers.explain(giver.address, receiver.address, units)
        try:
            self.ord.transfers.transfer(receiver.address, units).simulate(giver.address)
        except Reverted:
            assert not explanation.passes
            return False
        assert explanation.passes, explanation
        return True

    def refusal(self, giver: Signer, receiver: Signer, units: int) -> Refusal | None:
        """Give the only refusal of a transfer, after checking all that it says of amounts and times; ``None`` if it passes."""
        if self.passes(giver, receiver, units):
            return None
        (found,) = self.ord.transfers.explain(giver.address, receiver.address, units).refusals
        assert found.largest < units
        assert self.passes(giver, receiver, found.largest)
        assert not self.passes(giver, receiver, found.largest + 1)
        if found.earliest is not None:
            before = self.chain.snapshot()
            self.chain.travel(to=found.earliest)
            assert self.passes(giver, receiver, units)
            self.chain.revert(before)
            if found.earliest > self.chain.now() + 1:
                self.chain.travel(to=found.earliest - 1)
                assert not self.passes(giver, receiver, units)
                self.chain.revert(before)
        return found

    def refused_kinds(self, giver: Signer, receiver: Signer, units: int) -> set[Kind]:
        """Say which kinds of movement are refused now."""
        explain = self.ord.transfers.explain
        outcomes = {
            Kind.ISSUE: explain(ZERO_ADDRESS, receiver.address, units, kind=Kind.ISSUE),
            Kind.TRANSFER: explain(giver.address, receiver.address, units),
            Kind.FORCED: explain(giver.address, receiver.address, units, kind=Kind.FORCED),
            Kind.REDEEM: explain(giver.address, ZERO_ADDRESS, units, kind=Kind.REDEEM),
        }
        return {kind for kind, explanation in outcomes.items() if not explanation.passes}


@pytest.fixture(scope="session")
def session_stage(session_chain: DevelopmentChain, people: People) -> Stage:
    """Deploy a suite and each rule as an issuer would, and give the officer its settings; the shared suite stays as it was deployed."""
    suite, (second, spare) = deployed_suite(session_chain, people), session_chain.accounts[40:42]
    token, authority = suite.token("ORD").address, suite.authority.address
    rules = {}
    for kind in RuleKind:
        served = token if kind is RuleKind.COMPLIANCE else None
        rules[kind] = deploy_rule(
            session_chain,
            kind,
            people.deployer,
            authority=authority,
            rulebook=suite.rulebook.address,
            token=served,
        )
        empower(session_chain, kind, rules[kind], authority=authority).send(people.admin)
    return Stage(chain=session_chain, people=people, suite=suite, rules=rules, second=second, spare=spare)


@pytest.fixture
def stage(session_stage: Stage, chain: DevelopmentChain) -> Stage:
    """Issue the units; whatever the test does to it all is undone."""
    people = session_stage.people
    session_stage.issue(people.ana, 1_000)
    session_stage.issue(people.ben, 500)
    session_stage.suite.registry.link(session_stage.second.address, people.ana.address).send(people.registrar)
    return session_stage
