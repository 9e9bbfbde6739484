"""Each function of each rule, by everybody; and where the rules come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import Handle, artifact

from tokenkit import reverts as errors
from tokenkit.errors import InvalidInput, Reverted
from tokenkit.external import RuleKind, deploy_rule, kind_of
from tokenkit.powers import powers_of
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.contracts.external_rules.conftest import Stage

NOTHING = bytes(32 * 16)


@pytest.mark.parametrize("kind", RuleKind)
def test_powers__every_function_by_everybody__the_compliance_officer_alone(stage: Stage, kind: RuleKind) -> None:
    people = stage.people
    others = (people.admin, people.issuer, people.registrar, people.enforcement, people.deployer, people.ana)
    for power in powers_of(kind.artifact):
        for who in others:
            with reverts(errors.AccessManagedUnauthorized, caller=who.address):
                stage.chain.call(stage.rules[kind], power.selector + NOTHING, sender=who.address)
        try:
            stage.chain.call(stage.rules[kind], power.selector + NOTHING, sender=people.compliance.address)
        except Reverted as refused:
            assert not isinstance(refused, errors.AccessManagedUnauthorized)  # noqa: PT017 - some of these calls succeed


@pytest.mark.parametrize("kind", RuleKind)
def test_moved__not_the_rulebook__refused(stage: Stage, kind: RuleKind) -> None:
    data = artifact(kind.artifact).selector("moved") + NOTHING
    for who in (stage.people.compliance, stage.people.admin):
        with reverts(errors.NotTheRulebook, caller=who.address):
            stage.chain.call(stage.rules[kind], data, sender=who.address)


@pytest.mark.parametrize("kind", RuleKind)
def test_rule__without_settings__has_no_effect(stage: Stage, kind: RuleKind) -> None:
    if kind in (RuleKind.APPROVAL, RuleKind.SPENDERS):
        return  # to obey these is the setting: nothing is approved, nobody may spend
    stage.obey(kind)
    stage.transfer(stage.people.ana, stage.people.ben, 5)
    stage.redeem(stage.people.ana, 5)
    assert stage.refused_kinds(stage.people.ana, stage.people.ben, 990) == set()


def test_kind_of__each_rule_and_others__by_name(stage: Stage) -> None:
    assert {kind_of(stage.chain, address): address for address in stage.rules.values()} == {
        kind: stage.rules[kind] for kind in RuleKind
    }
    assert kind_of(stage.chain, stage.token) is None
    assert kind_of(stage.chain, stage.spare.address) is None


def test_deploy_rule__wrong_arguments__refused(stage: Stage) -> None:
    authority, rulebook = stage.suite.authority.address, stage.suite.rulebook.address
    arguments = {"authority": authority, "rulebook": rulebook}
    for kind, token in ((RuleKind.COMPLIANCE, None), (RuleKind.VOLUME, stage.token), ("speed", None)):
        with reverts(InvalidInput):
            deploy_rule(stage.chain, kind, stage.people.deployer, token=token, **arguments)
    with reverts(errors.NotARulebook, rulebook=stage.spare.address):
        deploy_rule(stage.chain, "volume", stage.people.deployer, authority=authority, rulebook=stage.spare.address)


def test_rules__read__their_rulebook_and_authority(stage: Stage) -> None:
    for kind, address in stage.rules.items():
        handle = Handle(stage.chain, kind.artifact, address)
        assert handle.read("rulebook") == stage.suite.rulebook.address
        assert handle.read("authority") == stage.suite.authority.address
