"""A small ERC-3643 compliance contract as one rule; T-REX's own stands in the tests of interoperation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.rights_stage import Handle, artifact, deploy

from tokenkit import reverts as errors
from tokenkit.errors import Reverted
from tokenkit.external import RuleKind, deploy_rule
from tokenkit.restrictions import Restriction
from tokenkit.testing import reverts
from tokenkit.transfers import Kind
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.external_rules.conftest import Stage

    from tokenkit.chain import Receipt
    from tokenkit.types import Address

SOUND, REVERTING, RUBBISH, DEAF, ACTING = range(5)
NO_CAP = 2**256 - 1


@pytest.fixture
def judge(stage: Stage) -> Handle:
    """Obey the rule with this compliance contract."""
    found = deploy(stage.chain, stage.people.deployer, "ComplianceStub")
    stage.officer(stage.adapter.set_compliance(found.address))
    stage.obey(RuleKind.COMPLIANCE)
    return found


def tune(stage: Stage, judge: Handle, *, mood: int = SOUND, cap: int = NO_CAP, country: int = 0) -> None:
    judge.send(stage.people.deployer, "set", mood, cap, country)


def told(judge: Handle, receipt: Receipt) -> list[tuple[Any, ...]]:
    return [tuple(event.args.values()) for event in judge.events(receipt)]


def test_constructor__token_not_served__refused(stage: Stage) -> None:
    with reverts(errors.TokenNotBound, token=stage.spare.address):
        deploy_rule(
            stage.chain,
            RuleKind.COMPLIANCE,
            stage.people.deployer,
            authority=stage.suite.authority.address,
            rulebook=stage.suite.rulebook.address,
            token=stage.spare.address,
        )


def test_setCompliance__no_contract_or_not_free__refused(stage: Stage, judge: Handle) -> None:
    with reverts(errors.NotACompliance, compliance=stage.spare.address):
        stage.officer(stage.adapter.set_compliance(stage.spare.address))
    taken = deploy(stage.chain, stage.people.deployer, "ComplianceStub")
    taken.send(stage.people.deployer, "bindToken", stage.people.deployer.address)
    with pytest.raises(Reverted, match="cannot bind"):
        stage.officer(stage.adapter.set_compliance(taken.address))
    assert stage.adapter.compliance() == judge.address


def test_setCompliance__another_and_none__binds_and_unbinds(stage: Stage, judge: Handle) -> None:
    assert judge.read("token") == stage.adapter.address
    other = deploy(stage.chain, stage.people.deployer, "ComplianceStub")
    stage.officer(stage.adapter.set_compliance(other.address))
    assert (judge.read("token"), other.read("token")) == (ZERO_ADDRESS, stage.adapter.address)
    tune(stage, other, mood=DEAF)
    sent = stage.officer(stage.adapter.set_compliance(None))
    assert [event.name for event in sent.events] == ["ComplianceContractSet", "ComplianceNotUnbound"]
    assert stage.adapter.compliance() is None
    assert stage.passes(stage.people.ana, stage.people.ben, 1)
    stage.transfer(stage.people.ana, stage.people.ben, 1)


def test_fallback__reads__are_the_tokens_and_writes_fail(stage: Stage, judge: Handle) -> None:
    def ask(target: Address, function: str, *args: object) -> bytes:
        return stage.chain.call(target, artifact("SecurityToken").encode_call(function, args))

    ana = stage.people.ana.address
    for function, args in (
        ("identityRegistry", ()),
        ("totalSupply", ()),
        ("balanceOf", (ana,)),
        ("isAgent", (ana,)),
        ("paused", ()),
        ("decimals", ()),
        ("heldByInvestor", (ana,)),
    ):
        assert ask(stage.adapter.address, function, *args) == ask(stage.token, function, *args)
    assert ask(stage.adapter.address, "compliance")[12:].hex() == judge.address[2:].lower()
    with pytest.raises(Reverted):
        ask(stage.adapter.address, "approve", ana, 1)


def test_check__compliance_says_no__refused_in_its_name(stage: Stage, judge: Handle) -> None:
    ana, ben, chloe = stage.people.ana, stage.people.ben, stage.people.chloe
    tune(stage, judge, cap=600, country=250)
    assert stage.passes(ana, ben, 100)
    with reverts(errors.TransferRestricted, code=Restriction.COMPLIANCE_RULE, account=judge.address, actual=101):
        stage.transfer(ana, ben, 101)
    assert not stage.passes(ana, chloe, 1)  # of the country it refuses
    assert stage.refused_kinds(ana, chloe, 1) == {Kind.ISSUE, Kind.TRANSFER}
    for mood in (REVERTING, RUBBISH):
        tune(stage, judge, mood=mood)
        assert stage.refused_kinds(ana, ben, 1) == {Kind.ISSUE, Kind.TRANSFER}


def test_CPL_1__each_kind__told_once_in_erc3643s_words(stage: Stage, judge: Handle) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    a, b = ana.address, ben.address
    assert told(judge, stage.transfer(ana, ben, 5).receipt) == [("transferred", a, b, 5)]
    assert told(judge, stage.force(ana, ben, 6).receipt) == [("transferred", a, b, 6)]
    assert told(judge, stage.issue(ben, 7).receipt) == [("created", ZERO_ADDRESS, b, 7)]
    assert told(judge, stage.redeem(ana, 8).receipt) == [("destroyed", a, ZERO_ADDRESS, 8)]
    assert told(judge, stage.transfer(ana, ben, 0).receipt) == []


def test_moved__deaf_or_acting__stops_transfers_and_no_order(stage: Stage, judge: Handle) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    for mood in (DEAF, ACTING):
        tune(stage, judge, mood=mood)
        with reverts(errors.RuleFailed, rule=stage.adapter.address):
            stage.transfer(ana, ben, 5)
        with reverts(errors.RuleFailed, rule=stage.adapter.address):
            if mood == DEAF:
                stage.issue(ben, 5)
            else:
                stage.transfer(ben, ana, 5)
        sent = stage.force(ana, ben, 5)
        assert "RuleNotTold" in [event.name for event in sent.events]


def test_check__another_token__refused(stage: Stage, judge: Handle) -> None:
    other, ana = stage.suite.token("PREF"), stage.people.ana
    stage.officer(stage.suite.rulebook.add(other.address, stage.adapter.address))
    explanation = other.transfers.explain(ZERO_ADDRESS, ana.address, 1, kind=Kind.ISSUE)
    assert [refusal.code for refusal in explanation.refusals] == [Restriction.COMPLIANCE_RULE]
