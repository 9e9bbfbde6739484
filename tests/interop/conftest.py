"""Fixtures of the interoperation tests: one issuer of ours and one T-REX suite on the same chain, with the same investors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import Handle
from tests.contracts.token.conftest import PLAN, facts
from tests.interop import trex
from tests.interop.trex import Foreign

from tokenkit.deploy import deploy
from tokenkit.plan import Plan

if TYPE_CHECKING:
    from tokenkit.chain import DevelopmentChain, Signer
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
