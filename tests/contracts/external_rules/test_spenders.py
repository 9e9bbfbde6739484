from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit import reverts as errors
from tokenkit.external import RuleKind, Standing
from tokenkit.restrictions import Restriction
from tokenkit.testing import reverts
from tokenkit.transfers import Kind

if TYPE_CHECKING:
    from tests.contracts.external_rules.conftest import Stage

    from tokenkit.chain import Signer


@pytest.fixture
def spenders(stage: Stage) -> Stage:
    """Obey the rule; ana approved everybody."""
    stage.obey(RuleKind.SPENDERS)
    for spender in (stage.people.chloe, stage.second, stage.people.ben):
        stage.ord.transfers.approve(spender.address, 1_000).send(stage.people.ana)
    return stage


def spends(stage: Stage, spender: Signer) -> bool:
    """Try to move a unit of ana, and check that the preflight says the same."""
    ana, ben = stage.people.ana.address, stage.people.ben.address
    explanation = stage.ord.transfers.explain(ana, ben, 1, operator=spender.address)
    if explanation.passes:
        stage.ord.transfers.transfer_from(ana, ben, 1).simulate(spender.address)
        return True
    (found,) = explanation.refusals
    assert (found.largest, found.earliest) == (0, None)
    with reverts(errors.TransferRestricted, code=Restriction.SPENDER, account=spender.address, limit=0, actual=1):
        stage.ord.transfers.transfer_from(ana, ben, 1).simulate(spender.address)
    return False


def test_setSpenders__token_not_served__refused(stage: Stage) -> None:
    with reverts(errors.TokenNotBound, token=stage.spare.address):
        stage.officer(stage.spenders.set(stage.spare.address, [stage.people.ben.address], Standing.ALLOWED))
    with reverts(errors.TokenNotBound, token=stage.spare.address):
        stage.officer(stage.spenders.set_others(stage.spare.address, allowed=True))


def test_SPD_1__list_of_the_allowed__nobody_else_spends_but_the_investor_itself(spenders: Stage) -> None:
    chloe, second = spenders.people.chloe, spenders.second
    assert not spends(spenders, chloe)
    assert spends(spenders, second)
    assert spenders.passes(spenders.people.ana, spenders.people.ben, 1)
    spenders.officer(spenders.spenders.set(spenders.token, [chloe.address], Standing.ALLOWED))
    assert spends(spenders, chloe)
    spenders.officer(spenders.spenders.set(spenders.token, [chloe.address], Standing.NONE))
    assert not spends(spenders, chloe)


def test_SPD_1__list_turned_around__no_block_becomes_a_permission(spenders: Stage) -> None:
    chloe, ben = spenders.people.chloe, spenders.people.ben
    spenders.officer(spenders.spenders.set(spenders.token, [chloe.address], Standing.BLOCKED))
    spenders.officer(spenders.spenders.set_others(spenders.token, allowed=True))
    assert (spends(spenders, chloe), spends(spenders, ben)) == (False, True)
    assert spenders.spenders.others_allowed(spenders.token)
    spenders.officer(spenders.spenders.set_others(spenders.token, allowed=False))
    assert (spends(spenders, chloe), spends(spenders, ben)) == (False, False)
    assert spenders.spenders.standing(spenders.token, chloe.address) is Standing.BLOCKED
    assert not spenders.spenders.may_spend(spenders.token, chloe.address)


def test_check__each_kind__office_holders_are_no_spenders(spenders: Stage) -> None:
    ana, ben, office = spenders.people.ana.address, spenders.people.ben.address, spenders.people.enforcement.address
    explain = spenders.ord.transfers.explain
    assert not explain(ana, ben, 1, operator=office).passes
    for kind in (Kind.FORCED, Kind.REDEEM, Kind.ISSUE):
        giver = "0x" + "00" * 20 if kind is Kind.ISSUE else ana
        receiver = "0x" + "00" * 20 if kind is Kind.REDEEM else ben
        assert explain(giver, receiver, 1, kind=kind, operator=office).passes
