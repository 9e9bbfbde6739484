"""Payouts of an amount per unit: floor(perUnit × units / scale), once there is enough for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.in_full import NATIVE

from tokenkit import reverts as errors
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.contracts.payout.in_full import FullStage

PER_UNIT, SCALE = 12_345, 10
NEEDED = PER_UNIT * 999 // SCALE


def test_declare_with__amount_per_unit_without_its_scale__refused(full: FullStage) -> None:
    for chosen in ({"perUnit": 1}, {"scale": 1}):
        expected = {"perUnit": 0, "scale": 0, **chosen}
        refused = reverts(errors.InvalidScale, per_unit=expected["perUnit"], scale=expected["scale"])
        with full.world.nothing_changes(), refused:
            full.declare(**chosen)


def test_declare_with__record_date_passed_and_too_little__refused(full: FullStage) -> None:
    full.pass_record_date()
    with full.world.nothing_changes(), reverts(errors.Underfunded, payout_id=1, needed=NEEDED, funded=NEEDED - 1):
        full.declare({"amount": NEEDED - 1}, perUnit=PER_UNIT, scale=SCALE)


def test_top_up__in_total__refused(full: FullStage) -> None:
    full.declare()
    full.pass_record_date()
    with full.world.nothing_changes(), reverts(errors.NothingMissing, payout_id=1):
        full.send(full.world.stage.agent, "topUp", 1)


def test_top_up__before_the_record_date__refused(full: FullStage) -> None:
    full.declare({"amount": 1}, perUnit=PER_UNIT, scale=SCALE)
    with full.world.nothing_changes(), reverts(errors.NothingMissing, payout_id=1):
        full.send(full.world.stage.agent, "topUp", 1)


def test_top_up__enough_already__refused(full: FullStage) -> None:
    full.declare({"amount": NEEDED}, perUnit=PER_UNIT, scale=SCALE)
    full.pass_record_date()
    with full.world.nothing_changes(), reverts(errors.NothingMissing, payout_id=1):
        full.send(full.world.stage.agent, "topUp", 1)


def test_top_up__other_native_value_than_missing__refused(full: FullStage) -> None:
    full.declare({"asset": NATIVE, "amount": NEEDED - 10}, perUnit=PER_UNIT, scale=SCALE, value=NEEDED - 10)
    full.pass_record_date()
    for value in (9, 11):
        with reverts(errors.WrongValue, expected=10, sent=value):
            full.send(full.world.stage.stranger, "topUp", 1, value=value)
    full.send(full.world.stage.stranger, "topUp", 1, value=10)
    assert full.chain.balance(full.payouts.address) == NEEDED


def test_PAY_6__too_little_for_everybody__nobody_is_paid_until_topped_up(full: FullStage) -> None:
    stage = full.world.stage
    full.declare({"amount": NEEDED - 7}, perUnit=PER_UNIT, scale=SCALE)
    full.pass_record_date()
    short = {"payout_id": 1, "needed": NEEDED, "funded": NEEDED - 7}
    with full.world.nothing_changes(), reverts(errors.Underfunded, **short):
        full.send(stage.cleo, "claim", 1)
    with full.world.nothing_changes(), reverts(errors.Underfunded, **short):
        full.push([stage.ana.address])
    assert full.payouts.read("dueTo", 1, stage.ana.address) == 0
    assert full.payouts.read("missingFrom", 1) == 7

    full.world.fund(stage.stranger, 100)
    before = full.world.balances()
    receipt = full.send(stage.stranger, "topUp", 1)

    assert full.payouts.only_event(receipt, "PayoutToppedUp") == {
        "payoutId": 1,
        "from": stage.stranger.address,
        "amount": 7,
    }
    assert full.world.gains(before) == {stage.stranger.address: -7, full.payouts.address: 7}
    full.send(stage.cleo, "claim", 1)
    assert full.world.balance(stage.cleo.address) == PER_UNIT * 149 // SCALE
    with reverts(errors.NothingMissing, payout_id=1):
        full.send(stage.stranger, "topUp", 1)


@pytest.mark.parametrize(("per_unit", "scale"), [(12_345, 10), (1, 3), (7 * 10**18, 10**18), (5, 999)])
def test_PAY_3__per_unit__floor_of_the_product_whatever_was_paid_in(full: FullStage, per_unit: int, scale: int) -> None:
    stage = full.world.stage
    full.declare({"amount": 10**9}, perUnit=per_unit, scale=scale)
    full.pass_record_date()
    full.send(stage.ben, "claim", 1)
    full.push([one.address for one in (stage.ana, stage.cleo)])

    held = {stage.ana: 600, stage.ben: 250, stage.cleo: 149}
    assert {one: full.world.balance(one.address) for one in held} == {
        one: per_unit * units // scale for one, units in held.items()
    }
    assert full.payouts.read("payoutOf", 1)["denominator"] == scale
    assert full.payouts.read("payoutOf", 1)["paid"] == sum(per_unit * units // scale for units in held.values())


def test_PAY_4__never_topped_up__all_returns_after_the_deadline(full: FullStage) -> None:
    stage = full.world.stage
    full.declare({"amount": NEEDED - 1}, perUnit=PER_UNIT, scale=SCALE)
    full.chain.travel(to=full.payouts.read("payoutOf", 1)["deadline"])
    full.send(stage.agent, "reclaim", 1)
    assert full.world.balance(stage.issuer.address) == NEEDED - 1
    with reverts(errors.PayoutIsClosed, payout_id=1):
        full.send(stage.stranger, "topUp", 1)
