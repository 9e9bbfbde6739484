from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.compliance_stage import Code, Kind
from tests.contracts.rights_stage import deploy

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage


@pytest.fixture
def held(stage: Stage) -> Stage:
    """Give the stage with 1,000 units: ana 600 in two wallets, ben 300, cleo 100."""
    stage.register(stage.ana)
    stage.link(stage.dora, stage.ana)
    stage.register(stage.ben)
    stage.register(stage.cleo)
    stage.hold({stage.ana: 400, stage.dora: 200, stage.ben: 300, stage.cleo: 100})
    return stage


def test_setHoldingCap__token_not_bound__refused(stage: Stage) -> None:
    stranger = deploy(stage.chain, stage.admin, "RecordingToken")
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=stranger.address):
        stage.rule("setHoldingCap", 1, 1, scope=stranger.address)


def test_setHoldingCap__share_above_the_whole__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.InvalidShare, bps=10_001):
        stage.rule("setHoldingCap", 0, 10_001)


def test_setHoldingCap__share_over_all_classes__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.InvalidShare, bps=1):
        stage.rule("setHoldingCap", 0, 1, scope=ZERO_ADDRESS)


def test_setHoldingCap__set_and_off__settings_and_event(stage: Stage) -> None:
    for units, bps in ((2**96 - 1, 10_000), (0, 1), (1, 0), (0, 0)):
        receipt = stage.rule("setHoldingCap", units, bps)
        assert stage.rulebook.only_event(receipt, "HoldingCapSet") == {
            "token": stage.common.address,
            "maxUnits": units,
            "maxBps": bps,
        }
        settings = stage.settings()
        assert (settings["holdingUnits"], settings["holdingBps"]) == (units, bps)


def test_CAP_1__units__at_the_cap_passes_and_one_more_does_not(held: Stage) -> None:
    held.rule("setHoldingCap", 350, 0)
    refusal = {
        "code": Code.HOLDING_CAP,
        "account": held.ben.address,
        "limit": 350,
        "actual": 351,
        "largest": 50,
        "earliest": 0,
    }
    assert held.explain(Kind.TRANSFER, held.ana, held.ben, 51) == [refusal]
    assert held.explain(Kind.ISSUE, None, held.ben, 51) == [refusal]
    with (
        held.nothing_changes(),
        reverts(errors.TransferRestricted, code=Code.HOLDING_CAP, account=held.ben.address, limit=350, actual=351),
    ):
        held.transfer(held.ana, held.ben, 51)
    held.transfer(held.ana, held.ben, 50)
    assert held.explain(Kind.TRANSFER, held.ana, held.ben, 1)[0]["largest"] == 0


def test_CAP_1__second_wallet__counts_with_the_first(held: Stage) -> None:
    held.rule("setHoldingCap", 650, 0)
    (verdict,) = held.explain(Kind.TRANSFER, held.ben, held.dora, 51)
    assert (verdict["actual"], verdict["largest"]) == (651, 50)


def test_CAP_1__share__rounded_down(held: Stage) -> None:
    held.rule("setHoldingCap", 0, 3_339)  # 333.9 of 1,000
    (verdict,) = held.explain(Kind.TRANSFER, held.ana, held.ben, 34)
    assert verdict == {
        "code": Code.HOLDING_SHARE,
        "account": held.ben.address,
        "limit": 333,
        "actual": 334,
        "largest": 33,
        "earliest": 0,
    }
    held.transfer(held.ana, held.ben, 33)


@pytest.mark.parametrize("bps", [1, 1_234, 3_001, 5_000, 9_999])
def test_CAP_1__share_of_an_issue__the_largest_counts_the_new_supply(held: Stage, bps: int) -> None:
    held.rule("setHoldingCap", 0, bps)
    (verdict,) = held.explain(Kind.ISSUE, None, held.cleo, 10**9)
    largest = verdict["largest"]
    # In plain numbers: the most that can be issued to cleo's 100 of 1,000.
    assert (
        largest == next((u for u in range(100_000) if 100 + u + 1 > (1_000 + u + 1) * bps // 10_000), -1)
        or bps == 9_999
    )
    if largest:
        assert held.explain(Kind.ISSUE, None, held.cleo, largest) == []
    assert [one["code"] for one in held.explain(Kind.ISSUE, None, held.cleo, largest + 1)] == [Code.HOLDING_SHARE]


def test_CAP_1__the_whole__refuses_nothing(held: Stage) -> None:
    held.rule("setHoldingCap", 0, 10_000)
    assert held.explain(Kind.ISSUE, None, held.cleo, 10**9) == []
    held.transfer(held.ben, held.cleo, 300)


def test_setHoldingCap__holder_above_the_cap__can_sell_but_not_buy(held: Stage) -> None:
    held.rule("setHoldingCap", 350, 0)
    held.transfer(held.ana, held.cleo, 100)
    (verdict,) = held.explain(Kind.TRANSFER, held.ben, held.ana, 1)
    assert (verdict["limit"], verdict["actual"], verdict["largest"]) == (350, 501, 0)
    held.transfer(held.ana, held.dora, 100)


def test_CAP_1__over_all_classes__sums_what_the_investor_holds(held: Stage) -> None:
    held.hold({held.ben: 150}, token=held.preferred)
    held.rule("setHoldingCap", 500, 0, scope=ZERO_ADDRESS)
    assert held.issuer_settings()["holdingUnits"] == 500
    (verdict,) = held.explain(Kind.TRANSFER, held.ana, held.ben, 51)
    assert verdict == {
        "code": Code.ISSUER_HOLDING_CAP,
        "account": held.ben.address,
        "limit": 500,
        "actual": 501,
        "largest": 50,
        "earliest": 0,
    }
    held.transfer(held.ana, held.ben, 50)
    assert held.explain(Kind.ISSUE, None, held.ben, 1, token=held.preferred)[0]["code"] == Code.ISSUER_HOLDING_CAP
    held.rule("setHoldingCap", 0, 0, scope=ZERO_ADDRESS)
    held.transfer(held.ana, held.ben, 1)


def test_bindToken__cap_over_all_classes_is_on__binds_the_new_class_too(held: Stage) -> None:
    held.rule("setHoldingCap", 500, 0, scope=ZERO_ADDRESS)
    third = deploy(held.chain, held.admin, "RecordingToken")
    held.rulebook.send(held.officer, "bindToken", third.address)
    third.send(held.admin, "ask", held.registry.address, held.rulebook.address)
    assert [one["code"] for one in held.explain(Kind.ISSUE, None, held.ana, 1, token=third)] == [
        Code.ISSUER_HOLDING_CAP
    ]
