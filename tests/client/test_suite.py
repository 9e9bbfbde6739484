"""The suite opens what was deployed, and the plugin's suite is isolated per test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tokenkit.chain import LocalChain
from tokenkit.deploy import deploy
from tokenkit.errors import InvalidInput, InvalidRecord, WrongChain
from tokenkit.plan import Plan
from tokenkit.suite import RuleContracts, Suite
from tokenkit.verify import verify

if TYPE_CHECKING:
    from tokenkit.chain import DevelopmentChain
    from tokenkit.testing import People


NO_RULE_CONTRACTS = RuleContracts(
    vesting=None, volume=None, trading_hours=None, approval=None, spenders=None, sanctions=None
)


def test_open__incomplete_record__refused(suite: Suite, chain: DevelopmentChain) -> None:
    with pytest.raises(InvalidRecord, match="not complete"):
        Suite.open(replace(suite.record, complete=False), chain)


def test_open__another_chain__refused(suite: Suite) -> None:
    with pytest.raises(WrongChain):
        Suite.open(suite.record, LocalChain(accounts=1, chain_id=5))


def test_token__no_such_class__refused(suite: Suite) -> None:
    with pytest.raises(InvalidInput, match=r"There is no class 'XYZ'\. The classes are ORD, PREF"):
        suite.token("XYZ")


def test_open__record__gives_every_service(suite: Suite) -> None:
    assert list(suite.classes) == ["ORD", "PREF"]
    assert suite.registry.address == suite.record.address("registry")
    assert suite.rulebook.address == suite.record.address("rulebook")
    assert suite.payouts is not None
    assert suite.voting is not None
    ordinary, preferred = suite.token("ORD"), suite.token("PREF")
    assert (ordinary.name, ordinary.decimals) == ("Test Company Ordinary Shares", 0)
    assert (preferred.address, preferred.decimals) == (suite.record.token("PREF"), 2)
    assert preferred.created == suite.record.contract("token PREF").block
    assert ordinary.issuance.address == ordinary.documents.address == ordinary.address


def test_open__plan_without_payouts_and_meetings__has_neither_service() -> None:
    chain = LocalChain(accounts=2)
    text = """
        payouts = false
        meetings = false
        issuer = { name = "A", country = "CH" }
        admin = { address = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf" }
        [[classes]]
        name = "A"
        symbol = "A"
        terms = { groups = [{ countries = "*" }] }
    """
    record = deploy(Plan.parse(text), chain, chain.accounts[1])
    suite = Suite.open(record, chain)
    assert (suite.payouts, suite.voting, suite.attestations, suite.onchain_ids) == (None,) * 4
    assert suite.external == NO_RULE_CONTRACTS
    assert verify(record, chain).ok


@pytest.mark.parametrize("turn", [1, 2])
def test_suite__changed_by_a_test__unchanged_for_the_next(suite: Suite, people: People, turn: int) -> None:
    ordinary = suite.token("ORD")
    assert ordinary.transfers.balance(people.ana.address).units == 0
    ordinary.issuance.issue(people.ana.address, 100, reason="founding").send(people.issuer)
    assert ordinary.transfers.balance(people.ana.address).units == 100


def test_suite__people__are_admitted_as_they_say(suite: Suite, people: People) -> None:
    token = suite.token("ORD").address
    admitted = {
        name: suite.registry.admission(token, getattr(people, name).address).admitted
        for name in ("ana", "ben", "chloe", "dora", "emil", "mallory")
    }
    assert admitted == {"ana": True, "ben": True, "chloe": True, "dora": True, "emil": False, "mallory": False}


def test_suite__of_the_plugin__verifies(suite: Suite, chain: DevelopmentChain) -> None:
    assert verify(suite.record, chain).differences == ()
