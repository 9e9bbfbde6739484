"""transfer: a holder moves its own units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.token.conftest import (
    ACCREDITED,
    ANA,
    BEN,
    CHLOE,
    GERMANY,
    JAPAN,
    KYC,
    LINKED,
    MAX_UNITS,
    SWITZERLAND,
    TRANSFER,
    moved,
)

from tokenkit.reverts import (
    ERC20InsufficientBalance,
    ERC20InvalidReceiver,
    ERC7943InsufficientUnfrozenBalance,
    TransferRestricted,
)
from tokenkit.testing import next_transaction_at
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

SPOILS = ("not registered", "expired", "provider revoked", "wrong country", "missing claim")


@pytest.mark.parametrize("units", [0, 1])
@pytest.mark.parametrize("how", SPOILS)
def test_transfer__sender_no_longer_admitted__refused(stage: Stage, how: str, units: int) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    reason, limit, actual = stage.spoil(ana, how)
    with stage.refused(TransferRestricted, code=10 + reason, account=ana.address, limit=limit, actual=actual):
        stage.token.send(ana, "transfer", ben.address, units)


@pytest.mark.parametrize("units", [0, 1])
@pytest.mark.parametrize("how", SPOILS)
def test_transfer__receiver_no_longer_admitted__refused(stage: Stage, how: str, units: int) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    reason, limit, actual = stage.spoil(ben, how)
    with stage.refused(TransferRestricted, code=20 + reason, account=ben.address, limit=limit, actual=actual):
        stage.token.send(ana, "transfer", ben.address, units)


def test_transfer__receiver_never_registered__refused(stage: Stage) -> None:
    ana, mallory = stage.people.ana, stage.people.mallory
    with stage.refused(TransferRestricted, code=21, account=mallory.address, limit=0, actual=0):
        stage.token.send(ana, "transfer", mallory.address, 1)


def test_transfer__sender_never_registered__refused(stage: Stage) -> None:
    mallory, ben = stage.people.mallory, stage.people.ben
    with stage.refused(TransferRestricted, code=11, account=mallory.address, limit=0, actual=0):
        stage.token.send(mallory, "transfer", ben.address, 0)


@pytest.mark.parametrize("units", [0, 1])
def test_transfer__to_the_zero_address__refused(stage: Stage, units: int) -> None:
    with stage.refused(ERC20InvalidReceiver, receiver=ZERO_ADDRESS):
        stage.token.send(stage.people.ana, "transfer", ZERO_ADDRESS, units)


@pytest.mark.parametrize("units", [ANA + 1, MAX_UNITS, MAX_UNITS + 1, 2**256 - 1])
def test_transfer__above_balance__refused(stage: Stage, units: int) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    with stage.refused(ERC20InsufficientBalance, sender=ana.address, balance=ANA, needed=units):
        stage.token.send(ana, "transfer", ben.address, units)


def test_transfer__above_balance_to_oneself__refused(stage: Stage) -> None:
    ana = stage.people.ana
    with stage.refused(ERC20InsufficientBalance, sender=ana.address, balance=ANA, needed=ANA + 1):
        stage.token.send(ana, "transfer", ana.address, ANA + 1)


@pytest.mark.parametrize(("frozen", "unfrozen"), [(600, 400), (ANA, 0), (ANA + 5, 0)])
def test_transfer__above_unfrozen_units__refused(stage: Stage, frozen: int, unfrozen: int) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze_units(ana, frozen)
    fields = {"account": ana.address, "amount": unfrozen + 1, "unfrozen": unfrozen}
    with stage.refused(ERC7943InsufficientUnfrozenBalance, **fields):
        stage.token.send(ana, "transfer", ben.address, unfrozen + 1)


def test_transfer__above_balance_with_frozen_units__is_a_lack_of_balance(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze_units(ana, 600)
    with stage.refused(ERC20InsufficientBalance, sender=ana.address, balance=ANA, needed=ANA + 1):
        stage.token.send(ana, "transfer", ben.address, ANA + 1)


def test_transfer__frozen_units_to_oneself__refused(stage: Stage) -> None:
    """ERC-7943 makes no exception, and neither do lockups: what cannot be given is not moved in a circle."""
    ana = stage.people.ana
    stage.freeze_units(ana, 600)
    with stage.refused(ERC7943InsufficientUnfrozenBalance, account=ana.address, amount=401, unfrozen=400):
        stage.token.send(ana, "transfer", ana.address, 401)


def test_transfer__sender_frozen__refused(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze(ana)
    with stage.refused(TransferRestricted, code=2, account=ana.address, limit=0, actual=7):
        stage.token.send(ana, "transfer", ben.address, 7)


def test_transfer__receiver_frozen__refused(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze(ben)
    with stage.refused(TransferRestricted, code=3, account=ben.address, limit=0, actual=7):
        stage.token.send(ana, "transfer", ben.address, 7)


def test_transfer__paused__refused(stage: Stage) -> None:
    stage.pause()
    with stage.refused(TransferRestricted, code=1, account=stage.token.address, limit=0, actual=7):
        stage.token.send(stage.people.ana, "transfer", stage.people.ben.address, 7)


def test_transfer__several_restrictions__stops_at_the_one_explained_first(stage: Stage) -> None:
    ana, mallory = stage.people.ana, stage.people.mallory
    stage.freeze(ana)
    stage.pause()
    assert stage.codes(TRANSFER, ana, ana.address, mallory.address, ANA + 1) == [1, 2, 5, 21]
    with stage.refused(TransferRestricted, code=1, account=stage.token.address, limit=0, actual=ANA + 1):
        stage.token.send(ana, "transfer", mallory.address, ANA + 1)


def test_transfer__admitted_parties__moves_units(stage: Stage) -> None:
    ana, ben, chloe = stage.people.ana, stage.people.ben, stage.people.chloe
    receipt = stage.token.send(ana, "transfer", ben.address, 300)
    assert receipt.output == (1).to_bytes(32, "big")
    assert stage.said(receipt) == [moved(ana.address, ben.address, 300)]
    assert stage.units(ana, ben, chloe) == (ANA - 300, BEN + 300, CHLOE)
    assert stage.token.read("totalSupply") == ANA + BEN + CHLOE


def test_transfer__whole_balance_to_a_new_holder__leaves_an_empty_row_and_a_stamped_one(stage: Stage) -> None:
    ana, dora = stage.people.ana, stage.people.dora
    receipt = stage.token.send(ana, "transfer", dora.address, ANA)
    assert stage.said(receipt) == [moved(ana.address, dora.address, ANA)]
    assert stage.units(ana, dora) == (0, ANA)
    row = stage.row(dora)
    assert (row["country"], row["claims"], row["flags"]) == (840, KYC | ACCREDITED, 0)
    assert row["stamp"] == stage.token.read("admissionVersion")
    assert row["valid_until"] == 2**40 - 1


def test_transfer__exactly_the_unfrozen_units__moves_them_and_leaves_the_frozen(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze_units(ana, 600)
    stage.token.send(ana, "transfer", ben.address, 400)
    assert stage.units(ana, ben) == (600, BEN + 400)
    assert stage.frozen_units(ana) == 600


def test_transfer__zero_units__succeeds_and_moves_nothing(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    before = (stage.row(ana), stage.row(ben))
    receipt = stage.token.send(ana, "transfer", ben.address, 0)
    assert receipt.output == (1).to_bytes(32, "big")
    assert stage.said(receipt) == [moved(ana.address, ben.address, 0)]
    assert (stage.row(ana), stage.row(ben)) == before


def test_transfer__zero_units_by_one_who_holds_none__succeeds(stage: Stage) -> None:
    dora, ben = stage.people.dora, stage.people.ben
    receipt = stage.token.send(dora, "transfer", ben.address, 0)
    assert stage.said(receipt) == [moved(dora.address, ben.address, 0)]
    assert stage.units(dora, ben) == (0, BEN)


@pytest.mark.parametrize("units", [0, 1, ANA])
def test_transfer__to_oneself__succeeds_and_changes_nothing(stage: Stage, units: int) -> None:
    ana = stage.people.ana
    before = stage.row(ana)
    receipt = stage.token.send(ana, "transfer", ana.address, units)
    assert stage.said(receipt) == [moved(ana.address, ana.address, units)]
    assert stage.row(ana) == before


def test_transfer__to_oneself_across_a_record_date__leaves_no_history(stage: Stage) -> None:
    ana = stage.people.ana
    date = stage.record_date(100)
    stage.chain.travel(to=date)
    before = stage.row(ana)
    stage.token.send(ana, "transfer", ana.address, 5)
    assert stage.row(ana) == before
    assert stage.token.read("balanceOfAt", ana.address, date) == ANA


def test_transfer__between_wallets_of_one_investor__moves_units(stage: Stage) -> None:
    ana, spare = stage.people.ana, stage.spare
    stage.link(spare, ana)
    receipt = stage.token.send(ana, "transfer", spare.address, 400)
    assert stage.said(receipt) == [moved(ana.address, spare.address, 400)]
    assert stage.units(ana, spare) == (ANA - 400, 400)
    assert stage.token.read("heldByInvestor", ana.address) == ANA
    assert stage.token.read("heldByInvestor", spare.address) == ANA
    assert (stage.row(ana)["flags"], stage.row(spare)["flags"]) == (LINKED, LINKED)


@pytest.mark.parametrize("second", [0, 1])
def test_transfer__at_the_last_second_of_an_admission__passes_and_later_does_not(stage: Stage, second: int) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    until = stage.chain.now() + 100
    stage.update(ana, validUntil=until)
    next_transaction_at(stage.chain, until + second)
    if second == 0:
        stage.token.send(ana, "transfer", ben.address, 1)
        assert stage.units(ana, ben) == (ANA - 1, BEN + 1)
    else:
        with stage.refused(TransferRestricted, code=12, account=ana.address, limit=until, actual=until + 1):
            stage.token.send(ana, "transfer", ben.address, 1)


@pytest.mark.parametrize("how", ["expired", "provider revoked", "wrong country", "missing claim"])
def test_transfer__lapsed_seller_where_terms_let_it_sell__sells_but_cannot_buy(stage: Stage, how: str) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    groups = [{"claims": KYC, "countries": [SWITZERLAND, GERMANY]}]
    stage.registry.send(stage.people.compliance, "setTerms", stage.token.address, 0b11, True, groups)
    reason, limit, actual = stage.spoil(ana, how)
    stage.token.send(ana, "transfer", ben.address, 100)
    assert stage.units(ana, ben) == (ANA - 100, BEN + 100)
    if how == "expired":
        actual += 1  # the sale took a block
    with stage.refused(TransferRestricted, code=20 + reason, account=ana.address, limit=limit, actual=actual):
        stage.token.send(ben, "transfer", ana.address, 1)


def test_transfer__admission_regained__passes_again(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.update(ana, country=JAPAN)
    stage.update(ana)
    stage.token.send(ana, "transfer", ben.address, 1)
    assert stage.units(ana, ben) == (ANA - 1, BEN + 1)


def test_transfer__behind_a_proxy__moves_units(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    receipt = stage.second.send(ana, "transfer", ben.address, 120)
    assert stage.said(receipt, by=stage.second) == [moved(ana.address, ben.address, 120)]
    assert stage.units(ana, ben, token=stage.second) == (180, 120)
    assert stage.units(ana, ben) == (ANA, BEN)
