"""What the registry tells the token when facts or terms change: stamps are void, counters follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import (
    ACCREDITED,
    ANA,
    BEN,
    FRANCE,
    GERMANY,
    JAPAN,
    KYC,
    LINKED,
    RECLASSIFY,
    SWITZERLAND,
    TRANSFER,
    UNITED_STATES,
)

from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage


def hook_calls(stage: Stage) -> dict[str, tuple[object, ...]]:
    ana = stage.people.ana.address
    return {
        "admissionsChanged": (),
        "beforeFactsChange": ([ana],),
        "afterFactsChange": ([ana], JAPAN, ACCREDITED),
    }


@pytest.mark.parametrize("hook", ["admissionsChanged", "beforeFactsChange", "afterFactsChange"])
@pytest.mark.parametrize("who", ["mallory", "registrar", "compliance", "admin"])
def test_hooks__called_by_anybody_but_the_registry__change_nothing(stage: Stage, hook: str, who: str) -> None:
    before = stage.state()
    version = stage.token.read("admissionVersion")
    receipt = stage.token.send(getattr(stage.people, who), hook, *hook_calls(stage)[hook])
    assert receipt.logs == ()
    assert stage.state() == before
    assert stage.token.read("admissionVersion") == version


def test_update__holder__clears_its_stamp_and_brings_the_new_facts(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    assert stage.row(ana)["stamp"] == stage.token.read("admissionVersion")
    stage.update(ana, country=FRANCE, claims=KYC | ACCREDITED)
    row = stage.row(ana)
    assert (row["stamp"], row["valid_until"], row["country"], row["claims"]) == (0, 0, FRANCE, KYC | ACCREDITED)
    assert row["units"] == ANA
    assert stage.row(ana, token=stage.second)["stamp"] == 0
    assert stage.row(ben)["stamp"] == stage.token.read("admissionVersion")


def test_update__wallet_the_token_never_saw__leaves_no_row(stage: Stage) -> None:
    dora = stage.people.dora
    stage.update(dora, country=FRANCE)
    assert set(stage.row(dora).values()) == {0}


def test_link__second_wallet__marks_both_rows_as_linked(stage: Stage) -> None:
    ana, spare = stage.people.ana, stage.spare
    stage.link(spare, ana)
    assert stage.row(ana)["flags"] == LINKED
    assert set(stage.row(spare).values()) == {0}
    stage.registry.send(stage.people.registrar, "deleteIdentity", spare.address)
    assert stage.row(ana)["flags"] == 0


@pytest.mark.parametrize("change", ["terms", "provider revoked", "provider reinstated"])
def test_admissionsChanged__terms_or_providers__void_every_stamp(stage: Stage, change: str) -> None:
    compliance, version = stage.people.compliance, stage.token.read("admissionVersion")
    if change == "terms":
        groups = [{"claims": KYC, "countries": []}]
        stage.registry.send(compliance, "setTerms", stage.token.address, 1, False, groups)
    else:
        stage.registry.send(compliance, "revokeProvider", 1, "licence withdrawn")
    if change == "provider reinstated":
        version += 1
        stage.registry.send(compliance, "reinstateProvider", 1, "licence back")
    assert stage.token.read("admissionVersion") == version + 1
    assert stage.row(stage.people.ana)["stamp"] != version + 1


def test_setTerms__of_one_class__leaves_the_stamps_of_the_other(stage: Stage) -> None:
    version = stage.second.read("admissionVersion")
    groups = [{"claims": KYC, "countries": [JAPAN]}]
    stage.registry.send(stage.people.compliance, "setTerms", stage.token.address, 1, False, groups)
    assert stage.second.read("admissionVersion") == version
    assert stage.codes(TRANSFER, stage.people.ana, stage.people.ana.address, stage.people.ben.address, 1) == [14, 24]


def test_update__holder_under_rules__is_told_as_leaving_and_entering(stage: Stage) -> None:
    ana, spare = stage.people.ana, stage.spare
    stage.link(spare, ana)
    stage.token.send(ana, "transfer", spare.address, 400)
    rule = create(stage.chain, stage.people.deployer, "RuleStub", True)
    stage.rulebook.send(stage.people.compliance, "addRule", stage.token.address, rule.address)
    receipt = stage.update(ana, country=GERMANY)
    moves = [dict(args["move"]) for _, args in stage.said(receipt, by=rule)]
    assert [(move["kind"], move["units"]) for move in moves] == [(RECLASSIFY, ANA), (RECLASSIFY, ANA)]
    leaving, entering = moves
    assert (leaving["from"]["country"], leaving["from"]["held"]) == (SWITZERLAND, ANA)
    assert leaving["to"]["wallet"] == entering["from"]["wallet"] == ZERO_ADDRESS
    assert (entering["to"]["country"], entering["to"]["held"]) == (GERMANY, 0)


def test_update__investor_whose_first_wallet_never_held__leaves_with_the_facts_it_was_counted_under(
    stage: Stage,
) -> None:
    dora, spare = stage.people.dora, stage.spare
    stage.link(spare, dora)
    stage.issue(spare, 70)
    rule = create(stage.chain, stage.people.deployer, "RuleStub", True)
    stage.rulebook.send(stage.people.compliance, "addRule", stage.token.address, rule.address)
    receipt = stage.update(dora, country=GERMANY)
    leaving, entering = (dict(args["move"]) for _, args in stage.said(receipt, by=rule))
    assert (leaving["from"]["country"], leaving["from"]["claims"]) == (UNITED_STATES, KYC | ACCREDITED)
    assert (entering["to"]["country"], entering["to"]["claims"]) == (GERMANY, KYC)
    assert (leaving["units"], entering["units"]) == (70, 70)


def test_register__former_registry__changes_nothing_in_the_token(stage: Stage) -> None:
    """A registry the token left may go on, and must not be held up."""
    ana = stage.people.ana
    plain = create(stage.chain, stage.people.deployer, "PlainRegistry")
    stage.token.send(stage.people.compliance, "setIdentityRegistry", plain.address)
    before, version = stage.row(ana), stage.token.read("admissionVersion")
    stage.update(ana, country=JAPAN)
    stage.registry.send(stage.people.compliance, "revokeProvider", 1, "licence withdrawn")
    assert stage.row(ana) == before
    assert stage.token.read("admissionVersion") == version


def test_heldByInvestor__wallets_linked_and_parted__is_the_sum_of_those_linked(stage: Stage) -> None:
    ana, ben, spare, registrar = stage.people.ana, stage.people.ben, stage.spare, stage.people.registrar
    held = lambda wallet: stage.token.read("heldByInvestor", wallet.address)  # noqa: E731
    stage.link(spare, ana)
    stage.token.send(ana, "transfer", spare.address, 400)
    assert (held(ana), held(spare)) == (ANA, ANA)
    stage.registry.send(registrar, "updateIdentity", spare.address, ben.address)
    assert (held(ana), held(spare), held(ben)) == (ANA - 400, BEN + 400, BEN + 400)
    stage.registry.send(registrar, "deleteIdentity", spare.address)
    assert (held(ana), held(spare), held(ben)) == (ANA - 400, 400, BEN)
