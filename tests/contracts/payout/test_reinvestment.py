"""New units in place of money, through the token's ordinary issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.conftest import AMOUNT
from tests.contracts.payout.in_full import NATIVE, REVERTING, SHARES, rate
from tests.contracts.rights_stage import artifact

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from typing import Any

    from tests.contracts.payout.in_full import FullStage

PRICE, UNITS = 7_001, 3


def offer(full: FullStage, **changes: object) -> dict[str, Any]:
    till = full.world.stage.issuer.address
    return {"price": PRICE, "units": UNITS, "until": 2**48 - 1, "proceedsTo": till, **changes}


def bought(amount: int) -> tuple[int, int]:
    """Return the units for an amount, and what they cost."""
    units = amount * UNITS // PRICE
    return units, -(-units * PRICE // UNITS)


@pytest.fixture
def offered(full: FullStage) -> FullStage:
    """Give the stage after the record date, with payout 1 offering units, which ana and cleo want."""
    stage = full.world.stage
    full.token.send(stage.admin, "setIssuer", stage.agent.address)
    for one in (stage.ana, stage.cleo):
        full.send(one, "setReinvestment", full.token.address, True)
    full.declare(reinvestment=offer(full))
    full.pass_record_date()
    return full


@pytest.mark.parametrize("missing", [{"price": 0}, {"units": 0}, {"until": 0}, {"proceedsTo": ZERO_ADDRESS}])
def test_declare_with__offer_incomplete__refused(full: FullStage, missing: dict[str, object]) -> None:
    full.token.send(full.world.stage.admin, "setIssuer", full.world.stage.agent.address)
    with full.world.nothing_changes(), reverts(errors.InvalidReinvestment):
        full.declare(reinvestment=offer(full, **missing))


def test_PAY_9__price_set_by_who_may_not_issue__refused(full: FullStage) -> None:
    agent = full.world.stage.agent
    with full.world.nothing_changes(), reverts(errors.NotAnIssuer, caller=agent.address):
        full.declare(reinvestment=offer(full))


def test_PAY_9__reinvest_called_from_outside__refused(offered: FullStage) -> None:
    stage = offered.world.stage
    for sender in (stage.stranger, stage.agent, stage.ana):
        with offered.world.nothing_changes(), reverts(errors.OnlyItself):
            offered.send(sender, "reinvest", 1, sender.address, sender.address, 10, 0, 0)


@pytest.mark.parametrize("way", ["claim", "push"])
def test_PAY_9__owner_asked__units_at_the_price_and_the_rest_in_cash(offered: FullStage, way: str) -> None:
    stage = offered.world.stage
    before = offered.world.balances()
    receipt = offered.send(stage.ana, "claim", 1) if way == "claim" else offered.push([stage.ana.address])

    units, cost = bought(SHARES["ana"])
    assert offered.token.read("issuedTo", stage.ana.address) == units
    assert offered.world.gains(before) == {
        stage.ana.address: SHARES["ana"] - cost,
        stage.issuer.address: cost,
        offered.payouts.address: -SHARES["ana"],
    }
    assert offered.payouts.only_event(receipt, "Reinvested") == {
        "payoutId": 1,
        "owner": stage.ana.address,
        "units": units,
        "cost": cost,
    }
    assert offered.is_conserved()


def test_PAY_9__owner_did_not_ask__paid_in_cash(offered: FullStage) -> None:
    stage = offered.world.stage
    offered.send(stage.cleo, "setReinvestment", offered.token.address, False)
    offered.push([stage.ben.address, stage.cleo.address])
    assert offered.world.balance(stage.ben.address) == SHARES["ben"]
    assert offered.world.balance(stage.cleo.address) == SHARES["cleo"]
    assert offered.token.read("issuedTo", stage.ben.address) == 0


def test_PAY_9__no_offer__paid_in_cash(full: FullStage) -> None:
    stage = full.world.stage
    full.send(stage.ana, "setReinvestment", full.token.address, True)
    full.declare()
    full.pass_record_date()
    full.push([stage.ana.address])
    assert full.world.balance(stage.ana.address) == SHARES["ana"]


@pytest.mark.parametrize("way", ["claim", "push"])
def test_issue_refused__paid_in_cash(offered: FullStage, way: str) -> None:
    stage = offered.world.stage
    offered.token.send(stage.admin, "setRefusing", True)
    receipt = offered.send(stage.ana, "claim", 1) if way == "claim" else offered.push([stage.ana.address])
    assert offered.world.balance(stage.ana.address) == SHARES["ana"]
    assert "Reinvested" not in [event.name for event in offered.payouts.events(receipt)]


@pytest.mark.parametrize("way", ["claim", "push"])
def test_proceeds_cannot_be_paid__units_are_undone_and_it_is_paid_in_cash(offered: FullStage, way: str) -> None:
    stage = offered.world.stage
    offered.world.coin.send(stage.admin, "setBlocked", stage.issuer.address, True)
    offered.send(stage.ana, "claim", 1) if way == "claim" else offered.push([stage.ana.address])
    assert offered.token.read("issuedTo", stage.ana.address) == 0
    assert offered.world.balance(stage.ana.address) == SHARES["ana"]


def test_PAY_5__rest_cannot_be_paid__units_are_undone_and_all_is_kept(offered: FullStage) -> None:
    stage = offered.world.stage
    offered.world.coin.send(stage.admin, "setBlocked", stage.ana.address, True)
    receipt = offered.push([stage.ana.address, stage.ben.address])
    assert list(offered.failures(receipt)) == [stage.ana.address]
    assert offered.token.read("issuedTo", stage.ana.address) == 0
    assert offered.world.balance(stage.issuer.address) == 0
    assert offered.is_conserved()


def test_tax_first__units_for_what_is_left(full: FullStage) -> None:
    stage = full.world.stage
    full.token.send(stage.admin, "setIssuer", stage.agent.address)
    full.send(stage.ana, "setReinvestment", full.token.address, True)
    full.declare(reinvestment=offer(full), rates=[rate(263_750, full.tax_office)])
    full.pass_record_date()
    full.push([stage.ana.address])
    tax = SHARES["ana"] * 263_750 // 1_000_000
    units, cost = bought(SHARES["ana"] - tax)
    assert full.token.read("issuedTo", stage.ana.address) == units
    assert full.world.balance(stage.ana.address) == SHARES["ana"] - tax - cost
    assert full.payouts.read("taxOf", 1, full.tax_office) == (tax, 0)


def test_payee_named__gets_the_rest_and_the_owner_the_units(offered: FullStage) -> None:
    stage = offered.world.stage
    offered.send(stage.ana, "setPayee", offered.token.address, offered.tax_office)
    offered.send(stage.ana, "claim", 1)
    units, cost = bought(SHARES["ana"])
    assert offered.token.read("issuedTo", stage.ana.address) == units
    assert offered.world.balance(offered.tax_office) == SHARES["ana"] - cost


def test_too_little_for_a_unit__paid_in_cash(full: FullStage) -> None:
    stage = full.world.stage
    full.token.send(stage.admin, "setIssuer", stage.agent.address)
    full.send(stage.ana, "setReinvestment", full.token.address, True)
    full.declare(reinvestment=offer(full, price=AMOUNT * 10, units=1))
    full.pass_record_date()
    full.send(stage.ana, "claim", 1)
    assert full.world.balance(stage.ana.address) == SHARES["ana"]


@pytest.mark.parametrize("gas", range(500_000, 1_100_000, 100_000))
def test_PAY_9__relayer_gives_little_gas__units_or_nothing(offered: FullStage, gas: int) -> None:
    """Whoever hands in a claim cannot turn units into money by starving the issue."""
    ana = offered.world.stage.ana
    order = offered.order(ana.address, [1])
    signature = offered.sign(order, ana)
    try:
        offered.send(offered.world.stage.stranger, "claimSigned", order, signature, gas=gas)
    except errors.InsufficientGas:
        assert not offered.payouts.read("isPaid", 1, ana.address)
    else:
        assert offered.token.read("issuedTo", ana.address) == bought(SHARES["ana"])[0]


def test_PAY_2__proceeds_call_back__refused_by_the_guard(full: FullStage) -> None:
    stage, till = full.world.stage, full.wallet()
    full.token.send(stage.admin, "setIssuer", stage.agent.address)
    full.send(stage.ana, "setReinvestment", full.token.address, True)
    full.declare_native(reinvestment=offer(full, proceedsTo=till.address))
    full.pass_record_date()
    again = artifact("Payouts").encode_call("claimFor", (1, stage.ana.address))
    till.send(stage.admin, "arm", full.payouts.address, again)
    full.send(stage.ana, "claim", 1)
    assert till.read("answer") == errors.ReentrancyGuardReentrantCall.selector
    assert full.chain.balance(till.address) == bought(SHARES["ana"])[1]


def test_native__burning_till__paid_in_cash_and_others_too(full: FullStage) -> None:
    stage, till = full.world.stage, full.wallet()
    full.token.send(stage.admin, "setIssuer", stage.agent.address)
    wallet = full.wallet()
    full.hold_instead("ana", wallet.address)
    wallet.send(
        stage.admin,
        "run",
        full.payouts.address,
        artifact("Payouts").encode_call("setReinvestment", (full.token.address, True)),
    )
    till.send(stage.admin, "setMood", REVERTING + 1)
    full.declare({"asset": NATIVE}, value=AMOUNT, reinvestment=offer(full, proceedsTo=till.address))
    full.pass_record_date()
    before = full.chain.balance(stage.ben.address)
    full.push([wallet.address, stage.ben.address], gas=3_000_000)
    assert full.chain.balance(wallet.address) == SHARES["ana"]
    assert full.chain.balance(stage.ben.address) - before == SHARES["ben"]
