"""What an attack review found, each as it was tried: the contract paying itself, free options, unknown holders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.conftest import AMOUNT
from tests.contracts.payout.in_full import GERMANY, NATIVE, SHARES, rate

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS, parse_address

if TYPE_CHECKING:
    from typing import Any

    from tests.contracts.payout.conftest import PayoutStage
    from tests.contracts.payout.in_full import FullStage
    from tests.contracts.payout.merkle_stage import MerkleStage

NOT_REGISTERED = 1  # of an admission
TOP = parse_address("0x" + "ff" * 20)


@pytest.fixture
def own_units(world: PayoutStage) -> PayoutStage:
    """Give the stage with payout 1, and ana's units in the hands of the payouts contract, which nobody excluded."""
    stage = world.stage
    stage.register.send(stage.admin, "hold", 0, [stage.ana.address, world.payouts.address], [0, 600])
    world.declare()
    stage.pass_record_date()
    return world


def test_PAY_1__contract_holds_units__its_share_is_kept_and_returns(own_units: PayoutStage) -> None:
    world, me, stage = own_units, own_units.payouts.address, own_units.stage
    receipt = world.push(sorted([me, stage.ben.address, stage.cleo.address], key=lambda one: int(one, 16)))
    (failed,) = [event.args for event in world.payouts.events(receipt) if event.name == "PayoutFailed"]
    assert (failed["holder"], failed["reason"][:4]) == (me, errors.InvalidPayee.selector)
    found = world.payouts.read("payoutOf", 1)
    world.chain.travel(to=found["deadline"])
    world.payouts.send(stage.agent, "reclaim", 1)
    assert world.balance(me) == 0


def test_claim_omitted__contract_left_out_of_a_page__cannot_be_paid_by_a_stranger(own_units: PayoutStage) -> None:
    world, me, stage = own_units, own_units.payouts.address, own_units.stage
    page = sorted([stage.ben.address, stage.cleo.address, TOP], key=lambda one: int(one, 16))
    if int(me, 16) < int(page[0], 16):
        page = [parse_address("0x" + "00" * 19 + "01"), *page]
    world.push(page)
    with world.nothing_changes(), reverts(errors.InvalidPayee, payee=me):
        world.payouts.send(stage.stranger, "claimOmitted", 1, me, 1, page)


@pytest.mark.parametrize("asset", ["coin", "native"])
def test_declare__refund_to_the_payouts_themselves__refused(full: FullStage, asset: str) -> None:
    me, agent = full.payouts.address, full.world.stage.agent
    changes = {"asset": NATIVE} if asset == "native" else {}
    with full.world.nothing_changes(), reverts(errors.InvalidPayee, payee=me):
        full.send(agent, "declare", full.declaration(refundTo=me, **changes), value=AMOUNT if changes else 0)


def test_declare_with__authority_is_the_payouts_themselves__refused(full: FullStage) -> None:
    with full.world.nothing_changes(), reverts(errors.InvalidRate, index=0):
        full.declare(rates=[rate(100_000, full.payouts.address)])


def test_publish__refund_to_the_contract_itself__refused(merkle: MerkleStage) -> None:
    me = merkle.merkle.address
    before = merkle.state()
    with reverts(errors.InvalidPayee, payee=me):
        merkle.publish([(merkle.full.world.stage.ana.address, 1)], refundTo=me)
    assert merkle.state() == before


def test_claim__leaf_of_the_contract_itself__refused(merkle: MerkleStage) -> None:
    me = merkle.merkle.address
    merkle.full.pass_record_date()
    tree = merkle.publish([(me, 600), (merkle.full.world.stage.ana.address, 400)])
    merkle.open()
    before = merkle.state()
    with reverts(errors.InvalidPayee, payee=me):
        merkle.claim(tree, 0)
    assert merkle.state() == before


def test_PAY_7__owner_nobody_knows__kept_until_it_is_registered(full: FullStage) -> None:
    """An investor who is deleted before it is paid would have no country and pay no tax."""
    stage = full.world.stage
    full.attest(stage.ana.address, reason=NOT_REGISTERED)
    full.declare(rates=[rate(250_000, full.tax_office, country=GERMANY)])
    full.pass_record_date()
    with full.world.nothing_changes(), reverts(errors.FactsUnavailable, owner=stage.ana.address):
        full.send(stage.ana, "claim", 1)
    assert full.failures(full.push([stage.ana.address, stage.ben.address])).keys() == {stage.ana.address}
    full.attest(stage.ana.address, country=GERMANY)
    full.send(stage.ana, "claim", 1)
    assert full.world.balance(stage.ana.address) == SHARES["ana"] - SHARES["ana"] // 4


def test_PAY_7__owner_nobody_knows__taxed_where_the_table_ends_with_everybody(full: FullStage) -> None:
    stage = full.world.stage
    full.attest(stage.ana.address, reason=NOT_REGISTERED)
    full.declare(rates=[rate(250_000, full.tax_office, country=GERMANY), rate(300_000, full.other_office)])
    full.pass_record_date()
    full.send(stage.ana, "claim", 1)
    assert full.world.balance(stage.ana.address) == SHARES["ana"] - SHARES["ana"] * 3 // 10


def test_top_up__deadline_has_come__refused(full: FullStage) -> None:
    stage = full.world.stage
    full.declare({"amount": 1}, perUnit=7, scale=1)
    deadline = full.payouts.read("payoutOf", 1)["deadline"]
    full.chain.travel(to=deadline)
    with full.world.nothing_changes(), reverts(errors.DeadlineHasCome, deadline=deadline):
        full.send(stage.agent, "topUp", 1)


def offer(full: FullStage, **changes: object) -> dict[str, Any]:
    till = full.world.stage.issuer.address
    return {"price": 7_001, "units": 3, "until": full.chain.now() + 10_000, "proceedsTo": till, **changes}


def test_PAY_9__offer_has_ended__paid_as_money(full: FullStage) -> None:
    """Kept open by refusing payments, an offer would be a free option on the price."""
    stage = full.world.stage
    full.token.send(stage.admin, "setIssuer", stage.agent.address)
    for one in (stage.ana, stage.cleo):
        full.send(one, "setReinvestment", full.token.address, True)
    full.pass_record_date()
    until = full.chain.now() + 1_000
    full.declare(reinvestment=offer(full, until=until))
    full.chain.travel(to=until - 1)
    full.send(stage.ana, "claim", 1)  # in the second `until`
    full.send(stage.cleo, "claim", 1)
    assert full.world.balance(stage.ana.address) < 7_001
    assert full.world.balance(stage.cleo.address) == SHARES["cleo"]


def test_PAY_9__proceeds_to_the_payouts_themselves__refused(full: FullStage) -> None:
    full.token.send(full.world.stage.admin, "setIssuer", full.world.stage.agent.address)
    with full.world.nothing_changes(), reverts(errors.InvalidReinvestment):
        full.declare(reinvestment=offer(full, proceedsTo=full.payouts.address))
    with full.world.nothing_changes(), reverts(errors.InvalidReinvestment):
        full.declare(reinvestment=offer(full, proceedsTo=ZERO_ADDRESS))


def test_PAY_9__units_cannot_be_issued__money_and_told_why(full: FullStage) -> None:
    stage = full.world.stage
    full.token.send(stage.admin, "setIssuer", stage.agent.address)
    full.send(stage.ana, "setReinvestment", full.token.address, True)
    full.declare(reinvestment=offer(full, until=2**48 - 1))
    full.pass_record_date()
    full.token.send(stage.admin, "setRefusing", True)
    receipt = full.send(stage.ana, "claim", 1)
    told = full.payouts.only_event(receipt, "NotReinvested")
    assert told["owner"] == stage.ana.address
    assert full.world.balance(stage.ana.address) == SHARES["ana"]
