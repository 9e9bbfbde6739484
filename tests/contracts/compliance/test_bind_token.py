from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contracts.compliance_stage import FOR_EVER, USA
from tests.contracts.rights_stage import deploy

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage


def test_bindToken__bound_already__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.TokenAlreadyBound, token=stage.common.address):
        stage.rulebook.send(stage.officer, "bindToken", stage.common.address)


def test_bindToken__no_contract__refused(stage: Stage) -> None:
    for address in (stage.ana.address, ZERO_ADDRESS):
        with stage.nothing_changes(), reverts(errors.NotAToken, token=address):
            stage.rulebook.send(stage.officer, "bindToken", address)


def test_bindToken__seventeenth__refused(stage: Stage) -> None:
    for _ in range(14):
        token = deploy(stage.chain, stage.admin, "RecordingToken")
        stage.rulebook.send(stage.officer, "bindToken", token.address)
    one_more = deploy(stage.chain, stage.admin, "RecordingToken")
    with stage.nothing_changes(), reverts(errors.TooManyTokens, limit=16):
        stage.rulebook.send(stage.officer, "bindToken", one_more.address)


def test_unbindToken__not_bound__refused(stage: Stage) -> None:
    token = deploy(stage.chain, stage.admin, "RecordingToken")
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=token.address):
        stage.rulebook.send(stage.officer, "unbindToken", token.address)


def test_unbindToken__still_asks_here__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.TokenInUse, token=stage.common.address):
        stage.rulebook.send(stage.officer, "unbindToken", stage.common.address)


def test_expelToken__whatever_it_says__served_no_more(stage: Stage) -> None:
    stage.register(stage.ana)
    stage.rule("setHoldingPeriod", 1_000, 0)
    receipt = stage.rulebook.send(stage.officer, "expelToken", stage.common.address)
    assert [event.name for event in stage.rulebook.events(receipt)] == ["HoldingPeriodSet", "TokenUnbound"]
    assert stage.rulebook.read("boundTokens") == (stage.preferred.address,)
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=stage.common.address):
        stage.issue(stage.ana, 1)
    stage.issue(stage.ana, 1, token=stage.preferred)


def test_expelToken__not_bound_or_counted_over_all_classes__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=stage.manager.address):
        stage.rulebook.send(stage.officer, "expelToken", stage.manager.address)
    stage.limit(5, scope=ZERO_ADDRESS)
    with stage.nothing_changes(), reverts(errors.IssuerLimitOn):
        stage.rulebook.send(stage.officer, "expelToken", stage.common.address)


def test_expelToken__token_that_answers_nothing_any_more__limit_over_all_classes_can_be_ended_first(
    stage: Stage,
) -> None:
    stage.limit(5, scope=ZERO_ADDRESS)
    stage.common.send(stage.admin, "setBroken", True)
    stage.limit(0, scope=ZERO_ADDRESS)
    stage.rulebook.send(stage.officer, "expelToken", stage.common.address)
    stage.limit(5, scope=ZERO_ADDRESS)
    assert stage.issuer_settings()["investorsCounted"]


def test_bindToken_unbindToken__round_trip__settings_end(stage: Stage) -> None:
    stage.rule("setHoldingCap", 5, 500)
    stage.limit(5)
    stage.rule("setFlowBack", FOR_EVER, [{"from": 0, "to": USA}, {"from": 1, "to": USA}])
    stage.rule("switchLockups", True)
    stage.rule("addRule", deploy(stage.chain, stage.admin, "RuleStub", True).address)
    stage.common.send(stage.admin, "ask", stage.registry.address, ZERO_ADDRESS)
    receipt = stage.rulebook.send(stage.officer, "unbindToken", stage.common.address)
    assert stage.rulebook.only_event(receipt, "TokenUnbound") == {"token": stage.common.address}
    assert stage.rulebook.read("boundTokens") == (stage.preferred.address,)
    assert not stage.rulebook.read("isTokenBound", stage.common.address)

    receipt = stage.rulebook.send(stage.officer, "bindToken", stage.common.address)
    assert stage.rulebook.only_event(receipt, "TokenBound") == {"token": stage.common.address}
    assert stage.rulebook.read("isTokenBound", stage.common.address)
    assert stage.settings() == stage.settings(stage.preferred)
