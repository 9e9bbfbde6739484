"""Fixtures of the interoperation tests: one issuer of ours and one T-REX suite on the same chain, with the same investors."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.rights_stage import Handle
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import PLAN, facts
from tests.interop import trex

from tokenkit.deploy import deploy
from tokenkit.errors import RevertReason
from tokenkit.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.interop.trex import Foreign

    from tokenkit.chain import DevelopmentChain, Receipt, Signer
    from tokenkit.testing import People

SWITZERLAND, GERMANY, UNITED_STATES = 756, 276, 840
KYC, ACCREDITED = 0b01, 0b10


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = trex.absent()
    if reason is None:
        return
    for item in items:
        if item.path.parent.name == "interop":
            item.add_marker(pytest.mark.skip(reason=reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Both houses. Registered in both registries, with the same ONCHAINIDs: ana and her second wallet (Switzerland), ben (Germany), dora
    (United States), and an exchange and a fee collector (Switzerland). mallory is in none. Nobody holds anything; each token asks its own house.
    """

    chain: DevelopmentChain
    people: People
    theirs: trex.Suite
    token: Handle
    second: Handle
    registry: Handle
    rulebook: Handle
    manager: Handle
    spare: Signer
    exchange: Signer
    collector: Signer
    identities: dict[str, Foreign]

    @property
    def owner(self) -> Signer:
        """Who owns everything of T-REX's."""
        return self.theirs.owner

    @property
    def holders(self) -> tuple[Signer, ...]:
        return (self.people.ana, self.spare, self.people.ben, self.people.dora, self.exchange, self.collector)

    def identity(self, wallet: Signer) -> Foreign:
        return self.identities[wallet.address]

    def set_registry(self, registry: Handle | Foreign) -> None:
        """Point our token at a registry."""
        self.token.send(self.people.compliance, "setIdentityRegistry", registry.address)

    def set_compliance(self, compliance: Handle | Foreign) -> None:
        """Point our token at a rulebook or a compliance."""
        self.token.send(self.people.compliance, "setCompliance", compliance.address)

    def balances(self, token: Handle | Foreign) -> dict[str, int]:
        return {one.address: token.read("balanceOf", one.address) for one in self.holders}


@pytest.fixture(scope="session")
def session_world(session_chain: DevelopmentChain, people: People) -> World:
    theirs = trex.deploy_suite(session_chain, session_chain.accounts[30])
    addresses = {name: getattr(people, name).address for name in people.__dataclass_fields__}
    record = deploy(Plan.parse(PLAN.format(**addresses)), session_chain, people.deployer)
    spare, exchange, collector = session_chain.accounts[31:34]
    registry = Handle(session_chain, "IdentityRegistry", record.address("registry"))
    identities: dict[str, Foreign] = {}
    for wallet, country in (
        (people.ana, SWITZERLAND),
        (people.ben, GERMANY),
        (people.dora, UNITED_STATES),
        (exchange, SWITZERLAND),
        (collector, SWITZERLAND),
    ):
        identity = identities[wallet.address] = theirs.welcome(wallet, country)
        claims = KYC | ACCREDITED if wallet is people.dora else KYC
        known = facts(country=country, claims=claims, identity=identity.address)
        registry.send(people.registrar, "register", wallet.address, known)
    identities[spare.address] = identities[people.ana.address]
    theirs.register(spare, identities[spare.address], SWITZERLAND)
    registry.send(people.registrar, "link", spare.address, people.ana.address)
    return World(
        chain=session_chain,
        people=people,
        theirs=theirs,
        token=Handle(session_chain, "SecurityToken", record.token("ORD")),
        second=Handle(session_chain, "SecurityToken", record.token("PREF")),
        registry=registry,
        rulebook=Handle(session_chain, "Rulebook", record.address("rulebook")),
        manager=Handle(session_chain, "AccessManager", record.address("manager")),
        spare=spare,
        exchange=exchange,
        collector=collector,
        identities=identities,
    )


@pytest.fixture
def world(session_world: World, chain: DevelopmentChain) -> World:
    """Give both houses; whatever the test does to them is undone."""
    return session_world


_THEIR_NO = ("Transfer not possible", "Compliance not followed", "Identity is not verified.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """T-REX's token under our registry and our rulebook. Limits are set under the address of ``standard``."""

    world: World
    standard: Handle

    @property
    def token(self) -> Foreign:
        return self.world.theirs.token

    def act(self, function: str, *args: object) -> Receipt:
        """Call T-REX's token as its owner and agent."""
        return self.token.send(self.world.owner, function, *args)

    def rule(self, function: str, *args: object) -> Receipt:
        """Set a rule for it, as our compliance officer."""
        return self.world.rulebook.send(self.world.people.compliance, function, *args)

    def limit(self, function: str, *args: object) -> Receipt:
        return self.rule(function, self.standard.address, *args)

    def settings(self) -> dict[str, Any]:
        return dict(self.world.rulebook.read("settingsOf", self.standard.address))

    def units(self, *wallets: Signer) -> tuple[int, ...]:
        return tuple(self.token.read("balanceOf", one.address) for one in wallets)

    def codes(self, sender: str, receiver: Signer, units: int) -> list[int]:
        verdicts = self.standard.read("explain", sender, receiver.address, units)
        assert self.standard.read("canTransfer", sender, receiver.address, units) is (not verdicts)
        return [one["code"] for one in verdicts]

    @contextmanager
    def refused(self) -> Iterator[None]:
        """Expect T-REX's token to say no, in its only way."""
        before = self.world.balances(self.token)
        with pytest.raises(RevertReason) as refusal:
            yield
        assert refusal.value.reason in _THEIR_NO
        assert self.world.balances(self.token) == before


def settle(world: World) -> Guest:
    """Let T-REX's token ask our registry and rulebook: what a deployment of ours would do."""
    people, theirs = world.people, world.theirs
    standard = create(world.chain, people.deployer, "StandardCompliance", theirs.token.address, world.rulebook.address)
    groups = [{"claims": KYC, "countries": []}]
    for token in (theirs.token.address, standard.address):
        world.registry.send(people.compliance, "bindToken", token)
    world.registry.send(people.compliance, "setTerms", theirs.token.address, 1, False, groups)
    world.rulebook.send(people.compliance, "bindToken", standard.address)
    theirs.token.send(world.owner, "setIdentityRegistry", world.registry.address)
    theirs.token.send(world.owner, "setCompliance", standard.address)
    return Guest(world=world, standard=standard)


@pytest.fixture
def guest(world: World) -> Guest:
    return settle(world)
