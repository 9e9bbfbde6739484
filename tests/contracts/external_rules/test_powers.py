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
def test_powers__every_function_by_everybody__the_compliance_officer_alone(
    session_stage: Stage, kind: RuleKind
) -> None:
    people = session_stage.people
    others = (people.admin, people.issuer, people.registrar, people.enforcement, people.deployer, people.ana)
    for power in powers_of(kind.artifact):
        for who in others:
            with reverts(errors.AccessManagedUnauthorized, caller=who.address):
                session_stage.chain.call(session_stage.rules[kind], power.selector + NOTHING, sender=who.address)
        try:
            session_stage.chain.call(
                session_stage.rules[kind], power.selector + NOTHING, sender=people.compliance.address
            )
        except Reverted as refused:
            assert not isinstance(refused, errors.AccessManagedUnauthorized)  # noqa: PT017 - some of these calls succeed


@pytest.mark.parametrize("kind", RuleKind)
def test_moved__not_the_rulebook__refused(session_stage: Stage, kind: RuleKind) -> None:
    data = artifact(kind.artifact).selector("moved") + NOTHING
    for who in (session_stage.people.compliance, session_stage.people.admin):
        with reverts(errors.NotTheRulebook, caller=who.address):
            session_stage.chain.call(session_stage.rules[kind], data, sender=who.address)


@pytest.mark.parametrize("kind", RuleKind)
def test_rule__without_settings__has_no_effect(stage: Stage, kind: RuleKind) -> None:
    if kind in (RuleKind.APPROVAL, RuleKind.SPENDERS):
        return  # to obey these is the setting: nothing is approved, nobody may spend
    stage.obey(kind)
    stage.transfer(stage.people.ana, stage.people.ben, 5)
    stage.redeem(stage.people.ana, 5)
    assert stage.refused_kinds(stage.people.ana, stage.people.ben, 990) == set()


def test_kind_of__each_rule_and_others__by_name(session_stage: Stage) -> None:
    assert {kind_of(session_stage.chain, address): address for address in session_stage.rules.values()} == {
        kind: session_stage.rules[kind] for kind in RuleKind
    }
    assert kind_of(session_stage.chain, session_stage.token) is None
    assert kind_of(session_stage.chain, session_stage.spare.address) is None


def test_deploy_rule__wrong_arguments__refused(session_stage: Stage) -> None:
    authority, rulebook = session_stage.suite.authority.address, session_stage.suite.rulebook.address
    arguments = {"authority": authority, "rulebook": rulebook}
    for kind, token in ((RuleKind.COMPLIANCE, None), (RuleKind.VOLUME, session_stage.token), ("speed", None)):
        with reverts(InvalidInput):
            deploy_rule(session_stage.chain, kind, session_stage.people.deployer, token=token, **arguments)
    with reverts(errors.NotARulebook, rulebook=session_stage.spare.address):
        deploy_rule(
            session_stage.chain,
            "volume",
            session_stage.people.deployer,
            authority=authority,
            rulebook=session_stage.spare.address,
        )


def test_rules__read__their_rulebook_and_authority(session_stage: Stage) -> None:
    for kind, address in session_stage.rules.items():
        handle = Handle(session_stage.chain, kind.artifact, address)
        assert handle.read("rulebook") == session_stage.suite.rulebook.address
        assert handle.read("authority") == session_stage.suite.authority.address
