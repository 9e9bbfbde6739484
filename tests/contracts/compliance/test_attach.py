"""attach: a token cannot come back to counters that did not follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit.reverts import InvestorsUncounted
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tokenkit.suite import ShareClass, Suite
    from tokenkit.testing import People


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
