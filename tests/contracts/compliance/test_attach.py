"""attach: a token cannot come back to counters that did not follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit.artifacts import load
from tokenkit.chain import Transaction
from tokenkit.powers import Role, powers_of
from tokenkit.registry import Facts, Registry
from tokenkit.reverts import CountElsewhere, InvestorsUncounted
from tokenkit.rules import CountLimit
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tokenkit.suite import ShareClass, Suite
    from tokenkit.testing import People


GERMANY, USA = 276, 840


def second_registry(suite: Suite, people: People, token: ShareClass, *, country: int) -> Registry:
    """Deploy a registry that serves the class and says that ana lives in *country*."""
    chain, artifact = suite.chain, load("IdentityRegistry")
    code = artifact.encode_constructor([suite.authority.address])
    address = chain.send(Transaction(to=None, data=code), people.deployer).contract_address
    assert address is not None
    for role in (Role.REGISTRAR, Role.COMPLIANCE):
        selectors = [power.selector for power in powers_of("IdentityRegistry") if power.role is role]
        data = load("AccessManager").encode_call("setTargetFunctionRole", [address, selectors, int(role)])
        chain.send(Transaction(to=suite.authority.address, data=data), people.admin)
    registry = Registry(chain, address)
    registry.bind(token.address).send(people.compliance)
    registry.set_terms(token.address, suite.registry.terms(token.address)).send(people.compliance)
    registry.register(people.ana.address, Facts(country=country, claims=1)).send(people.registrar)
    return registry


@pytest.fixture
def counted(suite: Suite, people: People) -> ShareClass:
    """Give a class with units in issue and an investor limit."""
    token = suite.token("ORD")
    suite.rulebook.limit_investors(token.address, 10).send(people.compliance)
    token.issuance.issue(people.ana.address, 100, reason="Seed round").send(people.issuer)
    return token


def test_attach__rulebook_left_and_found_again__refused(suite: Suite, people: People, counted: ShareClass) -> None:
    counted.issuance.set_rulebook(ZERO_ADDRESS).send(people.compliance)
    counted.transfers.transfer(people.ben.address, 40).send(people.ana)

    with reverts(InvestorsUncounted, token=counted.address):
        counted.issuance.set_rulebook(suite.rulebook.address).send(people.compliance)


def test_attach__another_registry_while_counting__refused(suite: Suite, people: People, counted: ShareClass) -> None:
    with reverts(InvestorsUncounted, token=counted.address):
        counted.issuance.set_registry(suite.rulebook.address).send(people.compliance)


def test_attach__limit_off_then_counted_anew__right_again(suite: Suite, people: People, counted: ShareClass) -> None:
    rules = suite.rulebook
    counted.issuance.set_rulebook(ZERO_ADDRESS).send(people.compliance)
    counted.transfers.transfer(people.ben.address, 40).send(people.ana)

    rules.limit_investors(counted.address, None).send(people.compliance)
    counted.issuance.set_rulebook(rules.address).send(people.compliance)
    holders = [people.ana.address, people.ben.address]
    rules.limit_investors(counted.address, 10).send(people.compliance)
    for page in rules.count(counted.address, holders):
        page.send(people.compliance)

    assert rules.show(counted.address).investor_count == 2


def test_attach__same_rulebook_set_again__nothing_to_count(suite: Suite, people: People, counted: ShareClass) -> None:
    counted.issuance.set_rulebook(suite.rulebook.address).send(people.compliance)

    assert suite.rulebook.show(counted.address).investor_count == 1


def test_CNT_1__registry_replaced_and_counted__fact_changes_counted_by_what_the_new_one_said(
    suite: Suite, people: People
) -> None:
    """The token remembers what the former registry said until the wallet moves; counters must not."""
    token, rules, compliance = suite.token("ORD"), suite.rulebook, people.compliance
    token.issuance.issue(people.ana.address, 100, reason="Seed round").send(people.issuer)
    former = suite.registry.facts(people.ana.address)
    other = second_registry(suite, people, token, country=GERMANY)
    token.issuance.set_registry(other.address).send(compliance)
    rules.limit_countries(token.address, [CountLimit(country=GERMANY, mask=0, claims=0, limit=5)]).send(compliance)
    for page in rules.count(token.address, [people.ana.address]):
        page.send(compliance)

    other.update(people.ana.address, Facts(country=USA)).send(people.registrar)

    assert former is not None
    assert former.country not in (GERMANY, USA)
    (limit,) = rules.show(token.address).country_limits
    assert (limit.count, rules.recount(token.address, [people.ana.address]).countries) == (0, (0,))


def test_CNT_1__emptied_class_comes_back_to_a_limit_of_one_country__refused_until_set_anew(
    suite: Suite, people: People
) -> None:
    """The total is not kept, only a country's count: that one would be wrong for ever."""
    token, rules, compliance = suite.token("ORD"), suite.rulebook, people.compliance
    limits = [CountLimit(country=756, mask=0, claims=0, limit=1)]
    rules.limit_countries(token.address, limits).send(compliance)
    token.issuance.issue(people.ana.address, 5, reason="Seed round").send(people.issuer)
    token.issuance.set_rulebook(ZERO_ADDRESS).send(compliance)
    token.issuance.redeem(people.ana.address, 5, reason="Buy-back").send(people.issuer)

    with reverts(InvestorsUncounted, token=token.address):
        token.issuance.set_rulebook(rules.address).send(compliance)
    rules.limit_countries(token.address, [CountLimit(country=756, mask=0, claims=0, limit=0)]).send(compliance)
    token.issuance.set_rulebook(rules.address).send(compliance)
    rules.limit_countries(token.address, limits).send(compliance)
    token.issuance.issue(people.ana.address, 5, reason="Seed round").send(people.issuer)


@pytest.mark.parametrize("elsewhere", ["registry", "rulebook"])
def test_CNT_1__class_asks_elsewhere_between_pages__count_begins_again(
    suite: Suite, people: People, elsewhere: str
) -> None:
    token, rules, compliance = suite.token("ORD"), suite.rulebook, people.compliance
    for holder in (people.ana, people.ben):
        token.issuance.issue(holder.address, 5, reason="Seed round").send(people.issuer)
    rules.limit_investors(token.address, 5).send(compliance)
    first, second = rules.count(token.address, [people.ana.address, people.ben.address], page=1)
    first.send(compliance)
    if elsewhere == "registry":
        other = second_registry(suite, people, token, country=GERMANY)
        token.issuance.set_registry(other.address).send(compliance)
    else:
        token.issuance.set_rulebook(ZERO_ADDRESS).send(compliance)
        token.issuance.set_rulebook(rules.address).send(compliance)

    with reverts(CountElsewhere, position=0):
        second.send(compliance)
