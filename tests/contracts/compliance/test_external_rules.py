from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.compliance_stage import Code, Kind
from tests.contracts.rights_stage import Handle, deploy

from tokenkit import reverts as errors
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage

CONTENT, REFUSING, REVERTING, BURNING, SHORT, BOMBING, DIRTY, ACTING = range(8)
BAD_MOODS = (REVERTING, BURNING, SHORT, BOMBING, DIRTY)


@pytest.fixture
def held(stage: Stage) -> Stage:
    for one in (stage.ana, stage.ben):
        stage.register(one)
    stage.hold({stage.ana: 100})
    return stage


def rule(stage: Stage, *, counts: bool = False) -> Handle:
    return deploy(stage.chain, stage.admin, "RuleStub", counts)


def add(stage: Stage, *, counts: bool = False, mood: int = CONTENT) -> Handle:
    added = rule(stage, counts=counts)
    stage.rule("addRule", added.address)
    added.send(stage.admin, "setMood", mood)
    return added


def test_addRule__token_not_bound__refused(stage: Stage) -> None:
    stranger, one = deploy(stage.chain, stage.admin, "RecordingToken"), rule(stage)
    for function in ("addRule", "removeRule"):
        with stage.nothing_changes(), reverts(errors.TokenNotBound, token=stranger.address):
            stage.rule(function, one.address, scope=stranger.address)


def test_addRule__no_rule__refused(stage: Stage) -> None:
    for address in (stage.ana.address, stage.common.address, stage.registry.address):
        with stage.nothing_changes(), reverts(errors.NotARule, rule=address):
            stage.rule("addRule", address)


def test_addRule__twice__refused(stage: Stage) -> None:
    one = add(stage)
    with stage.nothing_changes(), reverts(errors.RuleAlreadyAdded, rule=one.address):
        stage.rule("addRule", one.address)


def test_addRule__ninth__refused(stage: Stage) -> None:
    for _ in range(8):
        add(stage)
    ninth = rule(stage)
    with stage.nothing_changes(), reverts(errors.TooManyRules, limit=8):
        stage.rule("addRule", ninth.address)


def test_removeRule__not_in_force__refused(stage: Stage) -> None:
    add(stage)
    other = rule(stage)
    with stage.nothing_changes(), reverts(errors.RuleNotFound, rule=other.address):
        stage.rule("removeRule", other.address)


def test_addRule_removeRule__several__listed_with_events(stage: Stage) -> None:
    rules = [rule(stage) for _ in range(3)]
    for one in rules:
        receipt = stage.rule("addRule", one.address)
        assert stage.rulebook.only_event(receipt, "RuleAdded") == {"token": stage.common.address, "rule": one.address}
    receipt = stage.rule("removeRule", rules[0].address)
    assert stage.rulebook.only_event(receipt, "RuleRemoved") == {
        "token": stage.common.address,
        "rule": rules[0].address,
    }
    assert set(stage.settings()["externalRules"]) == {rules[1].address, rules[2].address}


def test_explain__external_verdict__handed_on(held: Stage) -> None:
    one = add(held)
    verdict = {"code": 217, "account": held.ben.address, "limit": 1, "actual": 2, "largest": 3, "earliest": 4}
    one.send(held.admin, "setVerdict", verdict)
    assert held.explain(Kind.TRANSFER, held.ana, held.ben, 5) == [verdict]
    with (
        held.nothing_changes(),
        reverts(errors.TransferRestricted, code=217, account=held.ben.address, limit=1, actual=2),
    ):
        held.transfer(held.ana, held.ben, 5)


def test_explain__external_code_that_is_ours__reads_as_200(held: Stage) -> None:
    one = add(held)
    one.send(
        held.admin,
        "setVerdict",
        {"code": 1, "account": held.ben.address, "limit": 0, "actual": 0, "largest": 9, "earliest": 0},
    )
    (verdict,) = held.explain(Kind.TRANSFER, held.ana, held.ben, 5)
    assert (verdict["code"], verdict["largest"]) == (Code.EXTERNAL_RULE, 9)


def test_check__every_external_rule__asked(held: Stage) -> None:
    rules = [add(held) for _ in range(8)]
    assert held.explain(Kind.TRANSFER, held.ana, held.ben, 5) == []
    for one in rules:
        one.send(held.admin, "setMood", REVERTING)
        assert [found["account"] for found in held.explain(Kind.TRANSFER, held.ana, held.ben, 5)] == [one.address]
        one.send(held.admin, "setMood", CONTENT)


@pytest.mark.parametrize("mood", BAD_MOODS)
def test_RUL_1__rule_that_fails__refuses_issues_and_transfers_only(held: Stage, mood: int) -> None:
    one = add(held, mood=mood)
    refusal = {"code": Code.EXTERNAL_RULE, "account": one.address, "limit": 0, "actual": 5, "largest": 0, "earliest": 0}
    assert held.explain(Kind.TRANSFER, held.ana, held.ben, 5) == [refusal]
    assert held.explain(Kind.ISSUE, None, held.ben, 5) == [refusal]
    with (
        held.nothing_changes(),
        reverts(errors.TransferRestricted, code=Code.EXTERNAL_RULE, account=one.address, limit=0, actual=5),
    ):
        held.transfer(held.ana, held.ben, 5)
    held.redeem(held.ana, 5)
    held.force(held.ana, held.ben, 5)

    held.rule("removeRule", one.address)
    held.transfer(held.ana, held.ben, 5)


def test_check__rule_without_code_any_more__refuses(held: Stage) -> None:
    """A rule whose contract answers nothing at all: an account without code looks the same."""
    one = add(held, mood=SHORT)
    assert [found["account"] for found in held.explain(Kind.TRANSFER, held.ana, held.ben, 5)] == [one.address]


def test_check__rules_that_burn_all_their_gas__bounded(held: Stage) -> None:
    for _ in range(8):
        add(held, mood=BURNING)
    move = held.common.read("moveOf", int(Kind.TRANSFER), held.ana.address, held.ben.address, 5)
    verdicts = held.common.read("explain", int(Kind.TRANSFER), held.ana.address, held.ben.address, 5)
    assert len(verdicts) == 8
    receipt = held.redeem(held.ana, 1)
    assert receipt.gas_used < 150_000
    verdict, _ = held.common.read("check", move)
    assert verdict["code"] == Code.EXTERNAL_RULE


def test_moved__rule_that_counts__told_of_every_movement(held: Stage) -> None:
    one, other = add(held, counts=True), add(held)
    for kind, giver, receiver in (
        (Kind.TRANSFER, held.ana, held.ben),
        (Kind.ISSUE, None, held.ben),
        (Kind.REDEEM, held.ana, None),
        (Kind.FORCED, held.ana, held.ben),
    ):
        receipt = held.act(kind, giver, receiver, 5)
        told = one.only_event(receipt, "Told")
        assert (told["token"], told["move"]["kind"], told["move"]["units"]) == (held.common.address, kind, 5)
        assert other.events(receipt) == ()
    assert one.events(held.transfer(held.ana, held.ben, 0)) == ()
    held.rule("removeRule", one.address)
    assert one.events(held.transfer(held.ana, held.ben, 5)) == ()


def test_moved__facts_change__the_counting_rule_is_told(held: Stage) -> None:
    one = add(held, counts=True)
    receipt = held.registry.send(held.registrar, "updateCountry", held.ana.address, 840)
    told = [event.args["move"] for event in one.events(receipt)]
    assert [(move["kind"], move["from"]["wallet"], move["to"]["wallet"], move["units"]) for move in told] == [
        (Kind.RECLASSIFY, held.ana.address, "0x" + "0" * 40, 100),
        (Kind.RECLASSIFY, "0x" + "0" * 40, held.ana.address, 100),
    ]


@pytest.mark.parametrize("mood", [REVERTING, BURNING])
def test_RUL_1__counting_rule_fails_to_be_told__stops_no_order_and_is_put_on_record(held: Stage, mood: int) -> None:
    one = add(held, counts=True, mood=mood)
    noted = {"token": held.common.address, "rule": one.address}
    assert held.rulebook.only_event(held.redeem(held.ana, 5), "RuleNotTold") == noted
    assert held.rulebook.only_event(held.force(held.ana, held.ben, 5), "RuleNotTold") == noted
    receipt = held.registry.send(held.registrar, "updateCountry", held.ben.address, 840)
    assert [event.name for event in held.rulebook.events(receipt)] == ["RuleNotTold"] * 2


def test_moved__counting_rule_fails_to_be_told_of_a_transfer__refused(held: Stage) -> None:
    """A token that settles without asking first, so that only the telling can fail."""
    one = add(held, counts=True, mood=REVERTING)
    for kind, giver in ((Kind.TRANSFER, held.ana.address), (Kind.ISSUE, "0x" + "0" * 40)):
        move = held.common.read("moveOf", int(kind), giver, held.ben.address, 5)
        with held.nothing_changes(), reverts(errors.RuleFailed, rule=one.address):
            held.common.send(held.admin, "tell", move)


def test_moved__too_little_gas_for_a_rule__refused_rather_than_starved(held: Stage) -> None:
    one = add(held, counts=True)
    move = held.common.read("moveOf", int(Kind.REDEEM), held.ana.address, "0x" + "0" * 40, 5)
    with reverts(errors.RuleNeedsGas, rule=one.address, gas=500_000):
        held.common.send(held.admin, "tell", move, gas=400_000)
    receipt = held.common.send(held.admin, "tell", move)
    assert one.only_event(receipt, "Told")["move"]["units"] == 5


def test_moved__rule_that_acts_while_it_is_told__moves_nothing(held: Stage) -> None:
    one = add(held, counts=True, mood=ACTING)
    with held.nothing_changes(), reverts(errors.RuleFailed, rule=one.address):
        held.transfer(held.ana, held.ben, 5)
    receipt = held.force(held.ana, held.ben, 5)
    assert held.rulebook.only_event(receipt, "RuleNotTold")["rule"] == one.address
    assert (held.balance(held.ana), held.balance(held.ben)) == (95, 5)
