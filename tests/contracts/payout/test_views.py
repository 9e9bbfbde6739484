from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.conftest import AMOUNT

from tokenkit import reverts as errors
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.contracts.payout.conftest import PayoutStage

ANA_SHARE = AMOUNT * 600 // 999


@pytest.mark.parametrize("number", [0, 2])
def test_views__unknown_payout__refused(declared: PayoutStage, number: int) -> None:
    ana = declared.stage.ana.address
    for view, args in (("payoutOf", ()), ("dueTo", (ana,)), ("entitlementOf", (ana,)), ("isPaid", (ana,))):
        with reverts(errors.UnknownPayout, payout_id=number):
            declared.payouts.read(view, number, *args)


def test_entitlement_of__before_the_record_date__refused(world: PayoutStage) -> None:
    world.declare()
    with reverts(errors.BeforeRecordDate, record_date=world.stage.record_date):
        world.payouts.read("entitlementOf", 1, world.stage.ana.address)


def test_entitlement_of__not_settled_yet__is_what_will_be_paid(declared: PayoutStage) -> None:
    assert declared.payouts.read("entitlementOf", 1, declared.stage.ana.address) == ANA_SHARE
    declared.claim(declared.stage.ana)
    assert declared.balance(declared.stage.ana.address) == ANA_SHARE
    assert declared.payouts.read("entitlementOf", 1, declared.stage.ana.address) == ANA_SHARE


def test_entitlement_of__excluded_or_without_units__nothing(declared: PayoutStage) -> None:
    for nobody in (declared.stage.treasury, declared.stage.stranger):
        assert declared.payouts.read("entitlementOf", 1, nobody.address) == 0


def test_entitlement_of__nobody_shares__nothing(world: PayoutStage) -> None:
    stage = world.stage
    world.declare(excluded=[])
    stage.hold(dict.fromkeys([one.address for one in (*stage.holders, stage.treasury)], 0))
    stage.pass_record_date()
    assert world.payouts.read("entitlementOf", 1, stage.ana.address) == 0


def test_due_to__before_the_record_date__nothing(world: PayoutStage) -> None:
    world.declare()
    assert world.payouts.read("dueTo", 1, world.stage.ana.address) == 0


def test_due_to__open__the_share_until_it_is_paid(declared: PayoutStage) -> None:
    ana = declared.stage.ana
    assert declared.payouts.read("dueTo", 1, ana.address) == ANA_SHARE
    declared.claim(ana)
    assert declared.payouts.read("dueTo", 1, ana.address) == 0


def test_due_to__pushed__nothing(declared: PayoutStage) -> None:
    declared.push([declared.stage.ana.address])
    assert declared.payouts.read("dueTo", 1, declared.stage.ana.address) == 0
    assert declared.payouts.read("dueTo", 1, declared.stage.ben.address) == AMOUNT * 250 // 999


def test_due_to__frozen__nothing_while_it_lasts(declared: PayoutStage) -> None:
    ana, register = declared.stage.ana, declared.stage.register
    register.send(declared.stage.admin, "freeze", ana.address, True)
    assert declared.payouts.read("dueTo", 1, ana.address) == 0
    register.send(declared.stage.admin, "freeze", ana.address, False)
    assert declared.payouts.read("dueTo", 1, ana.address) == ANA_SHARE


def test_is_paid__nothing_happened__nobody(declared: PayoutStage) -> None:
    people = (*declared.stage.holders, declared.stage.treasury, declared.stage.stranger)
    assert not any(declared.payouts.read("isPaid", 1, one.address) for one in people)
