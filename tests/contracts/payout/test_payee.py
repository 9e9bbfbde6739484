"""Payments to an account that the owner registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contracts.payout.in_full import REVERTING, SHARES
from tests.contracts.rights_stage import artifact

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.payout.in_full import FullStage


def test_set_payee__the_payouts_themselves__refused(full: FullStage) -> None:
    with reverts(errors.InvalidPayee, payee=full.payouts.address):
        full.send(full.world.stage.ana, "setPayee", full.token.address, full.payouts.address)


def test_set_payee__claim_push_and_order_follow_it(full: FullStage) -> None:
    stage = full.world.stage
    bank = full.tax_office
    for one in (stage.ana, stage.ben, stage.cleo):
        receipt = full.send(one, "setPayee", full.token.address, bank)
    assert full.payouts.only_event(receipt, "PayeeSet") == {
        "token": full.token.address,
        "owner": stage.cleo.address,
        "payee": bank,
    }
    full.declare()
    full.pass_record_date()

    claimed = full.send(stage.ana, "claim", 1)
    order = full.order(stage.ben.address, [1])
    full.relay(order, full.sign(order, stage.ben))
    full.push([stage.cleo.address])

    assert full.payouts.only_event(claimed, "PayoutClaimed")["payee"] == bank
    assert full.world.balance(bank) == sum(SHARES.values())
    assert [full.world.balance(one.address) for one in (stage.ana, stage.ben, stage.cleo)] == [0, 0, 0]
    assert full.is_conserved()


def test_set_payee__taken_back__paid_to_itself(full: FullStage) -> None:
    stage = full.world.stage
    full.send(stage.ana, "setPayee", full.token.address, full.tax_office)
    full.send(stage.ana, "setPayee", full.token.address, ZERO_ADDRESS)
    full.declare()
    full.pass_record_date()
    full.push([stage.ana.address])
    assert full.world.balance(stage.ana.address) == SHARES["ana"]


def test_set_payee__for_another_class__changes_nothing_here(full: FullStage) -> None:
    stage = full.world.stage
    full.send(stage.ana, "setPayee", stage.register.address, full.tax_office)
    full.declare()
    full.pass_record_date()
    full.send(stage.ana, "claim", 1)
    assert full.world.balance(stage.ana.address) == SHARES["ana"]


def test_set_payee__by_the_lost_wallet__never_counts_after_the_recovery(full: FullStage) -> None:
    stage = full.world.stage
    full.send(stage.ana, "setPayee", full.token.address, stage.stranger.address)
    full.send(stage.ben, "setPayee", full.token.address, stage.stranger.address)
    full.declare()
    full.pass_record_date()
    full.succeed(stage.ana.address, stage.dora.address)
    full.succeed(stage.ben.address, stage.dora.address)
    full.send(stage.ana, "setPayee", full.token.address, stage.stranger.address)
    full.send(stage.dora, "setPayee", full.token.address, full.tax_office)

    full.send(stage.dora, "claimFor", 1, stage.ana.address)
    full.push([stage.ben.address])

    assert full.world.balance(stage.stranger.address) == 0
    assert full.world.balance(full.tax_office) == SHARES["ana"] + SHARES["ben"]


def test_PAY_5__payee_cannot_be_paid__kept_until_another_is_named(full: FullStage) -> None:
    stage, bank = full.world.stage, full.wallet()
    bank.send(stage.admin, "setMood", REVERTING)
    full.send(stage.ana, "setPayee", full.token.address, bank.address)
    full.declare_native()
    full.pass_record_date()
    receipt = full.push([stage.ana.address, stage.ben.address])
    assert list(full.failures(receipt)) == [stage.ana.address]
    full.send(stage.ana, "setPayee", full.token.address, full.tax_office)
    full.send(stage.ana, "claim", 1)
    assert full.chain.balance(full.tax_office) == SHARES["ana"]


def test_payee_changes_in_the_middle_of_a_payment__nobody_is_paid_twice(full: FullStage) -> None:
    """A contract that is paid names another payee for itself at that moment."""
    stage, wallet = full.world.stage, full.wallet()
    full.hold_instead("ana", wallet.address)
    full.declare_native()
    full.pass_record_date()
    change = artifact("Payouts").encode_call("setPayee", (full.token.address, full.tax_office))
    wallet.send(stage.admin, "arm", full.payouts.address, change)
    wallet.send(stage.stranger, "run", full.payouts.address, artifact("Payouts").encode_call("claim", (1,)))
    full.push([wallet.address, stage.ben.address])
    assert wallet.read("succeeded")
    assert (full.chain.balance(wallet.address), full.chain.balance(full.tax_office)) == (SHARES["ana"], 0)
    assert full.is_conserved(wallets=[wallet.address])


def test_PAY_2__later_payouts_of_a_class__statuses_are_kept_apart(full: FullStage) -> None:
    """The 47th of a class shares a slot with the payee, the 48th does not."""
    stage = full.world.stage
    full.send(stage.ana, "setPayee", full.token.address, full.tax_office)
    for _ in range(50):
        full.declare({"amount": 999})
    full.pass_record_date()
    for number in (46, 47, 48, 49):
        full.send(stage.ana, "claim", number)
        with reverts(errors.AlreadyPaid, payout_id=number, holder=stage.ana.address):
            full.send(stage.ana, "claim", number)
        assert not full.payouts.read("isPaid", number, stage.ben.address)
    assert not full.payouts.read("isPaid", 45, stage.ana.address)
    assert not full.payouts.read("isPaid", 50, stage.ana.address)
    full.push([stage.ana.address, stage.ben.address], 48)
    assert full.world.balance(full.tax_office) == 4 * 600
    assert full.world.balance(stage.ben.address) == 250
    assert full.payouts.read("accountOf", full.token.address, stage.ana.address)[0] == full.tax_office
