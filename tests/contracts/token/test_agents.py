"""Agents (ERC-3643): the issuer and enforcement roles under one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import Handle
from tests.contracts.token.conftest import ANA, BEN, PAPER, REASON

from tokenkit.reverts import AccessManagedUnauthorized, AccessManagerUnauthorizedAccount
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

    from tokenkit.suite import Suite
    from tokenkit.testing import People

ISSUER_ROLE, ENFORCEMENT_ROLE = 1, 5


@pytest.mark.parametrize("function", ["addAgent", "removeAgent"])
@pytest.mark.parametrize("who", ["mallory", "issuer", "enforcement", "compliance"])
def test_addAgent__by_another_than_the_admin__refused(stage: Stage, function: str, who: str) -> None:
    caller = getattr(stage.people, who)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, function, stage.spare.address)


def test_isAgent__one_of_the_two_roles__is_not_enough(stage: Stage) -> None:
    people = stage.people
    answers = [stage.token.read("isAgent", one.address) for one in (people.issuer, people.enforcement, people.admin)]
    assert answers == [False, False, False]


def test_addAgent__admin__grants_both_roles_for_every_class(stage: Stage) -> None:
    ana, ben, admin, spare = stage.people.ana, stage.people.ben, stage.people.admin, stage.spare
    receipt = stage.token.send(admin, "addAgent", spare.address)
    assert stage.said(receipt) == [("AgentAdded", {"agent": spare.address})]
    assert stage.token.read("isAgent", spare.address) is True
    assert stage.second.read("isAgent", spare.address) is True
    for role in (ISSUER_ROLE, ENFORCEMENT_ROLE):
        assert stage.manager.read("hasRole", role, spare.address) == (True, 0)
    stage.token.send(spare, "mint", ana.address, 5)
    stage.token.send(spare, "forcedTransfer", ana.address, ben.address, 7)
    assert stage.units(ana, ben) == (ANA + 5 - 7, BEN + 7)


def test_addAgent__agent_already__says_so_again(stage: Stage) -> None:
    for _ in range(2):
        receipt = stage.token.send(stage.people.admin, "addAgent", stage.spare.address)
        assert stage.said(receipt) == [("AgentAdded", {"agent": stage.spare.address})]


def test_removeAgent__admin__takes_both_roles(stage: Stage) -> None:
    ana, admin, spare = stage.people.ana, stage.people.admin, stage.spare
    stage.token.send(admin, "addAgent", spare.address)
    receipt = stage.token.send(admin, "removeAgent", spare.address)
    assert stage.said(receipt) == [("AgentRemoved", {"agent": spare.address})]
    assert stage.token.read("isAgent", spare.address) is False
    with stage.refused(AccessManagedUnauthorized, caller=spare.address):
        stage.token.send(spare, "mint", ana.address, 5)


def test_removeAgent__nobody__changes_nothing(stage: Stage) -> None:
    mallory = stage.people.mallory
    stage.token.send(stage.people.admin, "removeAgent", mallory.address)
    assert stage.token.read("isAgent", mallory.address) is False
    stage.issue(stage.people.ana, 1)


def test_removeAgent__issuer__loses_its_office_in_every_class(stage: Stage) -> None:
    issuer = stage.people.issuer
    stage.token.send(stage.people.admin, "removeAgent", issuer.address)
    with stage.refused(AccessManagedUnauthorized, caller=issuer.address):
        stage.second.send(issuer, "issue", stage.people.ana.address, 1, REASON, PAPER)


def test_isAgent__role_with_a_delay__is_no_agent(stage: Stage) -> None:
    """An agent acts at once; who must announce its acts first would fail as one."""
    admin, spare = stage.people.admin, stage.spare
    stage.manager.send(admin, "grantRole", ISSUER_ROLE, spare.address, 0)
    stage.manager.send(admin, "grantRole", ENFORCEMENT_ROLE, spare.address, 3_600)
    assert stage.token.read("isAgent", spare.address) is False


# ── plans without erc3643_agents and standard_faces ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("function", ["addAgent", "removeAgent"])
@pytest.mark.parametrize("symbol", ["ORD", "PREF"])
def test_addAgent__plan_without_agents__refused_by_the_authority(
    suite: Suite, people: People, function: str, symbol: str
) -> None:
    token = Handle(suite.chain, "SecurityToken", suite.record.token(symbol))  # type: ignore[arg-type]
    with reverts(AccessManagerUnauthorizedAccount, msgsender=token.address, role_id=0):
        token.send(people.admin, function, people.mallory.address)
    assert token.read("isAgent", people.mallory.address) is False


@pytest.mark.parametrize("who", ["issuer", "enforcement", "admin", "compliance", "mallory"])
def test_faces__plan_without_them__let_nobody_in(suite: Suite, people: People, who: str) -> None:
    """They carry no reason, so only a plan that asks for them gives them to anybody."""
    token = Handle(suite.chain, "SecurityToken", suite.record.token("ORD"))  # type: ignore[arg-type]
    caller, ana, ben = getattr(people, who), people.ana.address, people.ben.address
    calls: dict[str, tuple[object, ...]] = {
        "mint": (ana, 1),
        "burn": (ana, 1),
        "batchMint": ([ana], [1]),
        "batchBurn": ([ana], [1]),
        "forcedTransfer": (ana, ben, 1),
        "batchForcedTransfer": ([ana], [ben], [1]),
        "setAddressFrozen": (ana, True),
        "batchSetAddressFrozen": ([ana], [True]),
        "freezePartialTokens": (ana, 1),
        "unfreezePartialTokens": (ana, 1),
        "batchFreezePartialTokens": ([ana], [1]),
        "batchUnfreezePartialTokens": ([ana], [1]),
        "setFrozenTokens": (ana, 1),
        "recoveryAddress": (ana, ben, ana),
        "controllerTransfer": (ana, ben, 1, b"", b""),
        "controllerRedeem": (ana, 1, b"", b""),
    }
    for function, args in calls.items():
        with reverts(AccessManagedUnauthorized, caller=caller.address):
            token.ask(caller, function, *args)
