"""The frame that all rules share: kinds, order, zero units, who may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.compliance_stage import ALL_UNITS, FOR_EVER, SWITZERLAND, USA, Code, Kind, ascending
from tests.contracts.rights_stage import artifact, deploy

from tokenkit import reverts as errors
from tokenkit.chain import Transaction
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage

NOTHING = {"code": 0, "account": ZERO_ADDRESS, "limit": 0, "actual": 0, "largest": 0, "earliest": 0}


@pytest.fixture
def strict(stage: Stage) -> Stage:
    """Give the stage with every rule on and set so that it refuses ana's transfer of 10 to ben, of another country and new."""
    stage.register(stage.ana, SWITZERLAND)
    stage.register(stage.ben, USA)
    stage.hold({stage.ana: 100})
    stage.limit(1, [stage.ana.address])
    stage.limit(1, [stage.ana.address], scope=ZERO_ADDRESS)
    stage.rule("setHoldingCap", 9, 500)
    stage.rule("setHoldingCap", 8, 0, scope=ZERO_ADDRESS)
    stage.rule("setLockup", stage.ana.address, ALL_UNITS, stage.chain.now() + 10_000)
    stage.rule("setFlowBack", FOR_EVER, [{"from": 0, "to": USA}])
    rule = deploy(stage.chain, stage.admin, "RuleStub", False)
    rule.send(stage.admin, "setMood", 2)
    stage.rule("addRule", rule.address)
    return stage


ALL_CODES = [
    Code.HOLDING_CAP,
    Code.HOLDING_SHARE,
    Code.INVESTOR_COUNT,
    Code.LOCKUP,
    Code.FLOW_BACK,
    Code.ISSUER_HOLDING_CAP,
    Code.ISSUER_INVESTOR_COUNT,
    Code.EXTERNAL_RULE,
]
LOOKS_AT_ISSUES = [code for code in ALL_CODES if code not in (Code.LOCKUP, Code.FLOW_BACK)]


def codes(stage: Stage, kind: Kind, *, units: int = 10, self_transfer: bool = False) -> list[Code]:
    giver = None if kind == Kind.ISSUE else stage.ana
    receiver = None if kind == Kind.REDEEM else stage.ana if self_transfer else stage.ben
    return [Code(verdict["code"]) for verdict in stage.explain(kind, giver, receiver, units)]


def test_check__caller_is_no_bound_token__refused(stage: Stage) -> None:
    stranger = deploy(stage.chain, stage.admin, "RecordingToken")
    stranger.send(stage.admin, "ask", stage.registry.address, stage.rulebook.address)
    move = stage.common.read("moveOf", int(Kind.ISSUE), ZERO_ADDRESS, stage.ana.address, 1)
    for function in ("check", "explain", "moved"):
        data = artifact("Rulebook").encode_call(function, (move,))
        with reverts(errors.TokenNotBound, token=stage.stranger.address):
            stage.chain.call(stage.rulebook.address, data, sender=stage.stranger.address)
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=stranger.address):
        stranger.send(stage.admin, "act", int(Kind.ISSUE), ZERO_ADDRESS, stage.ana.address, 1)
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=stage.officer.address):
        data = artifact("Rulebook").encode_call("recovered", (stage.ana.address, stage.ben.address))
        stage.chain.send(Transaction(to=stage.rulebook.address, data=data), stage.officer)


def test_RUL_3__every_rule_refuses__all_explained_and_the_first_stops(strict: Stage) -> None:
    verdicts = strict.explain(Kind.TRANSFER, strict.ana, strict.ben, 10)
    assert [verdict["code"] for verdict in verdicts] == ALL_CODES
    first = verdicts[0]
    with (
        strict.nothing_changes(),
        reverts(errors.TransferRestricted, code=Code.HOLDING_CAP, account=first["account"], limit=9, actual=10),
    ):
        strict.transfer(strict.ana, strict.ben, 10)


def test_RUL_3__rules_switched_off_one_by_one__the_next_stops(strict: Stage) -> None:
    """What stops a transfer is always the first that is explained."""
    off = (
        lambda: strict.rule("setHoldingCap", 0, 500),
        lambda: strict.rule("setHoldingCap", 0, 0),
        lambda: strict.limit(0),
        lambda: strict.rule("switchLockups", False),
        lambda: strict.rule("setFlowBack", 0, []),
        lambda: strict.rule("setHoldingCap", 0, 0, scope=ZERO_ADDRESS),
        lambda: strict.limit(0, scope=ZERO_ADDRESS),
        lambda: strict.rule("removeRule", strict.settings()["externalRules"][0]),
    )
    for position, switch_off in enumerate(off):
        remaining = ALL_CODES[position:]
        assert codes(strict, Kind.TRANSFER) == remaining
        with reverts(errors.TransferRestricted, code=remaining[0]):
            strict.transfer(strict.ana, strict.ben, 10)
        switch_off()
    assert codes(strict, Kind.TRANSFER) == []
    strict.transfer(strict.ana, strict.ben, 10)


def test_RUL_1__each_kind__what_it_is_refused_for(strict: Stage) -> None:
    assert codes(strict, Kind.TRANSFER) == ALL_CODES
    assert codes(strict, Kind.ISSUE) == LOOKS_AT_ISSUES
    for kind in (Kind.REDEEM, Kind.FORCED, Kind.RECLASSIFY):
        assert codes(strict, kind) == []


def test_RUL_1__redemption_and_forced_transfer__pass_and_are_counted(strict: Stage) -> None:
    strict.redeem(strict.ana, 1)
    strict.force(strict.ana, strict.ben, 50)
    assert (strict.settings()["investorCount"], strict.issuer_settings()["investorCount"]) == (2, 2)
    strict.force(strict.ana, strict.ben, 49)
    assert (strict.settings()["investorCount"], strict.issuer_settings()["investorCount"]) == (1, 1)
    strict.redeem(strict.ben, 99)
    assert (strict.settings()["investorCount"], strict.issuer_settings()["investorCount"]) == (0, 0)


def test_check__zero_units__pass_every_rule(strict: Stage) -> None:
    for kind in Kind:
        assert codes(strict, kind, units=0) == []
    strict.transfer(strict.ana, strict.ben, 0)
    strict.issue(strict.ben, 0)
    assert strict.settings()["investorCount"] == 1


def test_check__wallets_of_one_investor__only_the_lockup_and_outsiders_refuse(strict: Stage) -> None:
    strict.link(strict.cleo, strict.ana)
    verdicts = strict.explain(Kind.TRANSFER, strict.ana, strict.cleo, 10)
    assert [verdict["code"] for verdict in verdicts] == [Code.LOCKUP, Code.EXTERNAL_RULE]
    assert codes(strict, Kind.TRANSFER, self_transfer=True) == []


def test_RUL_2__all_rules_off__nothing_is_refused_nor_told(stage: Stage) -> None:
    stage.hold({stage.ana: 100})
    for kind in Kind:
        giver = None if kind == Kind.ISSUE else stage.ana
        receiver = None if kind == Kind.REDEEM else stage.ben
        addresses = [ZERO_ADDRESS if one is None else one.address for one in (giver, receiver)]
        verdict, notify = stage.common.read("check", stage.common.read("moveOf", int(kind), *addresses, 100))
        assert (dict(verdict), notify) == (NOTHING, False)
        assert stage.explain(kind, giver, receiver, 100) == []


def test_RUL_2__rules_of_one_class__leave_the_other_alone(strict: Stage) -> None:
    strict.rule("setHoldingCap", 0, 0, scope=ZERO_ADDRESS)
    strict.limit(0, scope=ZERO_ADDRESS)
    strict.hold({strict.ana: 100}, token=strict.preferred)
    assert strict.explain(Kind.TRANSFER, strict.ana, strict.ben, 10, token=strict.preferred) == []
    strict.transfer(strict.ana, strict.ben, 10, token=strict.preferred)


def test_check__counting_rule__told_of_crossings_only(stage: Stage) -> None:
    for one in (stage.ana, stage.ben, stage.cleo):
        stage.register(one)
    stage.hold({stage.ana: 100, stage.ben: 100})
    stage.limit(5, ascending(stage.ana, stage.ben))
    told = {
        (Kind.TRANSFER, stage.ana, stage.ben, 10): False,
        (Kind.TRANSFER, stage.ana, stage.ben, 100): True,
        (Kind.TRANSFER, stage.ana, stage.cleo, 10): True,
        (Kind.TRANSFER, stage.ana, stage.ana, 100): False,
        (Kind.FORCED, stage.ana, stage.cleo, 10): True,
        (Kind.ISSUE, None, stage.ana, 10): False,
        (Kind.ISSUE, None, stage.cleo, 10): True,
        (Kind.REDEEM, stage.ana, None, 10): False,
        (Kind.REDEEM, stage.ana, None, 100): True,
    }
    for (kind, giver, receiver, units), expected in told.items():
        addresses = [ZERO_ADDRESS if one is None else one.address for one in (giver, receiver)]
        _, notify = stage.common.read("check", stage.common.read("moveOf", int(kind), *addresses, units))
        assert notify is expected, (kind, units)
