"""What went wrong elsewhere with rules that are contracts, and must not here: docs/audit-lessons.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.external_rules.conftest import REASON
from tests.contracts.rights_stage import Handle, deploy

from tokenkit.external import Grant, RuleKind
from tokenkit.restrictions import Restriction
from tokenkit.reverts import TransferRestricted
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.external_rules.conftest import Stage

DAY = 86_400


def test_RE_H1_spender_rule__every_path_that_knows_the_spender__asks_about_it(stage: Stage) -> None:
    """Theirs passed whoever was asked about without a spender. The question without one is about the holder, who needs no leave."""
    ana, ben, chloe = stage.people.ana, stage.people.ben, stage.people.chloe
    token = Handle(stage.chain, "SecurityToken", stage.token)
    stage.obey(RuleKind.SPENDERS)
    permit = stage.ord.transfers.sign_permit(ana, chloe.address, 5, deadline=stage.chain.now() + DAY)
    stage.ord.transfers.permit(permit).send(chloe)
    assert token.read("detectTransferRestriction", ana.address, ben.address, 5) == 0
    asked = (chloe.address, ana.address, ben.address, 5)
    assert token.read("detectTransferRestrictionFrom", *asked) == Restriction.SPENDER
    with reverts(TransferRestricted, code=Restriction.SPENDER, account=chloe.address):
        stage.ord.transfers.transfer_from(ana.address, ben.address, 5).send(chloe)
    stage.transfer(ana, ben, 5)


def test_RE_one_stateful_rule_for_two_classes__keeps_them_apart(stage: Stage) -> None:
    ana, ben, pref = stage.people.ana, stage.people.ben, stage.suite.token("PREF")
    pref.issuance.issue(ana.address, 1_000, reason=REASON).send(stage.people.issuer)
    for kind in (RuleKind.VOLUME, RuleKind.VESTING):
        stage.obey(kind)
        stage.officer(stage.suite.rulebook.add(pref.address, stage.rules[kind]))
    for token in (stage.token, pref.address):
        stage.officer(stage.volume.limit(token, window=DAY, units=100))
    grant = Grant(units=900, start=stage.chain.now(), duration=DAY, cliff=DAY)
    stage.officer(stage.vesting.grant(stage.token, ana.address, grant))

    stage.transfer(ana, ben, 100)
    assert [stage.volume.transferred(token, ana.address) for token in (stage.token, pref.address)] == [100, 0]
    codes = [one.code for one in stage.ord.transfers.explain(ana.address, ben.address, 1).refusals]
    assert sorted(codes) == [Restriction.VESTING, Restriction.VOLUME]
    pref.transfers.transfer(ben.address, 100).send(ana)
    assert [stage.volume.transferred(token, ana.address) for token in (stage.token, pref.address)] == [100, 100]


@pytest.mark.parametrize("first", [0, 1])
def test_Polymath_force_valid__a_rule_that_passes__never_overrules_one_that_refuses(stage: Stage, first: int) -> None:
    deployer = stage.people.deployer
    refusing, passing = (deploy(stage.chain, deployer, "RuleStub", False) for _ in range(2))
    verdict = {"code": 210, "account": ZERO_ADDRESS, "limit": 0, "actual": 1, "largest": 0, "earliest": 0}
    refusing.send(deployer, "setVerdict", verdict)
    for rule in (refusing, passing) if first == 0 else (passing, refusing):
        stage.officer(stage.suite.rulebook.add(stage.token, rule.address))
    with reverts(TransferRestricted, code=210):
        stage.transfer(stage.people.ana, stage.people.ben, 1)
    stage.officer(stage.suite.rulebook.remove(stage.token, refusing.address))
    stage.transfer(stage.people.ana, stage.people.ben, 1)
