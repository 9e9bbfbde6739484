"""The service of the ONCHAINID adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit.errors import InvalidInput
from tokenkit.onchain_ids import LONGEST_AGE, OnchainIds, Source, Validity, deploy_onchain_ids, empower_onchain_ids
from tokenkit.registry import Facts
from tokenkit.reverts import AccessManagedUnauthorized, NotAnIdentityContract
from tokenkit.testing import reverts
from tokenkit.types import Address

if TYPE_CHECKING:
    from tokenkit.suite import Suite
    from tokenkit.testing import People

WALLET = Address("0x52908400098527886E0F7030069857D2E4169EE7")


@pytest.fixture
def service(suite: Suite, people: People) -> OnchainIds:
    """Give the service of an adapter added to a running suite; the registry itself stands in as claim issuer."""
    places = {"authority": suite.authority.address, "registry": suite.registry.address}
    address = deploy_onchain_ids(suite.chain, people.deployer, **places)
    for act in empower_onchain_ids(suite.chain, address, authority=suite.authority.address):
        act.send(people.admin)
    service = OnchainIds(suite.chain, address)
    index = suite.registry.add_provider(address, "ONCHAINID").send(people.compliance).answer
    service.set_validity(index, max_age=86_400).send(people.compliance)
    return service


def test_settings__bad_values__refused_before_anything_is_sent(service: OnchainIds) -> None:
    with pytest.raises(InvalidInput, match="Topic 0"):
        service.set_source(WALLET, 0, claim=1)
    with pytest.raises(InvalidInput, match="claim"):
        service.set_source(WALLET, 1, claim=32)
    for max_age in (0, LONGEST_AGE + 1):
        with pytest.raises(InvalidInput, match="max_age"):
            service.set_validity(1, max_age=max_age)


def test_settings__by_the_compliance_officer__read_back(suite: Suite, people: People, service: OnchainIds) -> None:
    issuer = suite.registry.address
    with reverts(AccessManagedUnauthorized, caller=people.registrar.address):
        service.set_source(issuer, 7, claim=1).send(people.registrar)
    service.set_source(issuer, 7, claim=1).send(people.compliance)
    service.set_source(issuer, 8, claim=2).send(people.compliance)
    service.remove_source(issuer, 7).send(people.compliance)
    assert service.sources() == (Source(issuer=issuer, topic=8, claim=2),)
    assert service.validity() == Validity(provider=1, max_age=86_400)


def test_refresh__identity_without_claims__facts_end(suite: Suite, people: People, service: OnchainIds) -> None:
    identity = suite.rulebook.address  # a contract that answers no such question
    service.set_source(suite.registry.address, 7, claim=1).send(people.compliance)
    suite.registry.register(WALLET, Facts(country=756, claims=0b11, provider=1, identity=identity)).send(
        people.registrar
    )
    assert service.claims(identity) == 0
    service.refresh(WALLET).send(people.mallory)
    facts = suite.registry.facts(WALLET)
    assert facts is not None
    assert (facts.claims, facts.valid_until) == (0b01, suite.chain.now() - 1)


def test_refresh__identity_is_a_wallet__refused(suite: Suite, people: People, service: OnchainIds) -> None:
    suite.registry.register(WALLET, Facts(country=756, provider=1)).send(people.registrar)
    with reverts(NotAnIdentityContract, wallet=WALLET, identity=WALLET):
        service.refresh(WALLET).send(people.mallory)
