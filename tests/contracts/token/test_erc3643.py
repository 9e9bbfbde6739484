"""ERC-3643's own names for what office holders do, one at a time and in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.token.conftest import ANA, BEN, CHLOE, HAS_FROZEN_UNITS, moved

from tokenkit.errors import Panic
from tokenkit.reverts import (
    AccessManagedUnauthorized,
    ERC20InsufficientBalance,
    ForcedToSelf,
    LengthMismatch,
    TransferRestricted,
    UnfreezeExceedsFrozen,
)
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

SUPPLY = ANA + BEN + CHLOE
ISSUERS = ("mint", "burn", "batchMint", "batchBurn")
PAIRS = (
    "batchMint",
    "batchBurn",
    "batchSetAddressFrozen",
    "batchFreezePartialTokens",
    "batchUnfreezePartialTokens",
)


def office(stage: Stage, function: str) -> Any:  # noqa: ANN401 - a signer
    return stage.people.issuer if function in ISSUERS else stage.people.enforcement


def forced(sender: str, to: str, units: int) -> tuple[str, dict[str, Any]]:
    return ("ForcedTransfer", {"from": sender, "to": to, "amount": units})


# ── refused ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("counts", [(1, 0), (1, 2), (0, 1)])
@pytest.mark.parametrize("function", PAIRS)
def test_batches__arrays_of_different_lengths__refused(stage: Stage, function: str, counts: tuple[int, int]) -> None:
    ana = stage.people.ana.address
    value: object = True if function == "batchSetAddressFrozen" else 1
    with stage.refused(LengthMismatch, expected=counts[0], actual=counts[1]):
        stage.token.send(office(stage, function), function, [ana] * counts[0], [value] * counts[1])


@pytest.mark.parametrize(("counts", "wrong"), [((2, 1, 2), 1), ((2, 2, 3), 3), ((0, 0, 1), 1)])
def test_batchForcedTransfer__arrays_of_different_lengths__refused(
    stage: Stage, counts: tuple[int, int, int], wrong: int
) -> None:
    ana, ben = stage.people.ana.address, stage.people.ben.address
    with stage.refused(LengthMismatch, expected=counts[0], actual=wrong):
        args = ([ana] * counts[0], [ben] * counts[1], [1] * counts[2])
        stage.token.send(stage.people.enforcement, "batchForcedTransfer", *args)


@pytest.mark.parametrize("function", ["mint", "burn", "setAddressFrozen", "freezePartialTokens", "forcedTransfer"])
def test_faces__by_a_stranger__refused(stage: Stage, function: str) -> None:
    mallory, ana, ben = stage.people.mallory, stage.people.ana.address, stage.people.ben.address
    args = {"setAddressFrozen": (ana, True), "forcedTransfer": (ana, ben, 1)}.get(function, (ana, 1))
    with stage.refused(AccessManagedUnauthorized, caller=mallory.address):
        stage.token.send(mallory, function, *args)


def test_batchMint__one_receiver_not_admitted__refuses_all(stage: Stage) -> None:
    ana, mallory = stage.people.ana.address, stage.people.mallory.address
    with stage.refused(TransferRestricted, code=21, account=mallory, limit=0, actual=0):
        stage.token.send(stage.people.issuer, "batchMint", [ana, mallory], [1, 1])


def test_batchBurn__above_one_balance__refuses_all(stage: Stage) -> None:
    ana, ben = stage.people.ana.address, stage.people.ben.address
    with stage.refused(ERC20InsufficientBalance, sender=ben, balance=BEN, needed=BEN + 1):
        stage.token.send(stage.people.issuer, "batchBurn", [ana, ben], [1, BEN + 1])


def test_batchForcedTransfer__B13_one_to_itself__refuses_all(stage: Stage) -> None:
    ana, ben = stage.people.ana.address, stage.people.ben.address
    with stage.refused(ForcedToSelf, account=ben):
        stage.token.send(stage.people.enforcement, "batchForcedTransfer", [ana, ben], [ben, ben], [1, 1])


@pytest.mark.parametrize("function", ["unfreezePartialTokens", "batchUnfreezePartialTokens"])
def test_unfreezePartialTokens__more_than_frozen__refused(stage: Stage, function: str) -> None:
    ana = stage.people.ana
    stage.freeze_units(ana, 100)
    args = (ana.address, 101) if function == "unfreezePartialTokens" else ([ana.address], [101])
    with stage.refused(UnfreezeExceedsFrozen, account=ana.address, frozen=100, requested=101):
        stage.token.send(stage.people.enforcement, function, *args)


# ── supply ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_mint__issuer__issues(stage: Stage) -> None:
    dora = stage.people.dora
    receipt = stage.token.send(stage.people.issuer, "mint", dora.address, 30)
    assert stage.said(receipt) == [moved(ZERO_ADDRESS, dora.address, 30)]
    assert stage.units(dora) == (30,)
    assert stage.token.read("totalSupply") == SUPPLY + 30


def test_burn__issuer__redeems_frozen_units_too(stage: Stage) -> None:
    ana = stage.people.ana
    stage.freeze_units(ana, ANA)
    receipt = stage.token.send(stage.people.issuer, "burn", ana.address, 30)
    assert [name for name, _ in stage.said(receipt)] == ["Frozen", "TokensUnfrozen", "Transfer"]
    assert stage.said(receipt)[-1] == moved(ana.address, ZERO_ADDRESS, 30)
    assert (stage.units(ana), stage.frozen_units(ana)) == ((ANA - 30,), ANA - 30)
    assert stage.token.read("totalSupply") == SUPPLY - 30


def test_batchMint_and_batchBurn__issuer__change_each(stage: Stage) -> None:
    people = stage.people
    wallets = [people.ana.address, people.dora.address, people.ana.address]
    minted = stage.token.send(people.issuer, "batchMint", wallets, [10, 20, 0])
    assert stage.said(minted) == [
        moved(ZERO_ADDRESS, to, units) for to, units in zip(wallets, [10, 20, 0], strict=True)
    ]
    burned = stage.token.send(people.issuer, "batchBurn", wallets, [5, 20, 1])
    assert stage.said(burned) == [
        moved(holder, ZERO_ADDRESS, units) for holder, units in zip(wallets, [5, 20, 1], strict=True)
    ]
    assert stage.units(people.ana, people.dora) == (ANA + 4, 0)
    assert stage.token.read("totalSupply") == SUPPLY + 4


# ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_forcedTransfer__enforcement__moves_and_answers_yes(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    receipt = stage.token.send(stage.people.enforcement, "forcedTransfer", ana.address, ben.address, 30)
    assert receipt.output == (1).to_bytes(32, "big")
    assert stage.said(receipt) == [moved(ana.address, ben.address, 30), forced(ana.address, ben.address, 30)]
    assert stage.units(ana, ben) == (ANA - 30, BEN + 30)


def test_batchForcedTransfer__enforcement__moves_each(stage: Stage) -> None:
    ana, ben, chloe = stage.people.ana, stage.people.ben, stage.people.chloe
    pairs = [(ana, ben, 10), (ben, chloe, 20), (chloe, ana, 0)]
    args = ([a.address for a, _, _ in pairs], [b.address for _, b, _ in pairs], [units for *_, units in pairs])
    receipt = stage.token.send(stage.people.enforcement, "batchForcedTransfer", *args)
    expected = []
    for giver, taker, units in pairs:
        expected += [moved(giver.address, taker.address, units), forced(giver.address, taker.address, units)]
    assert stage.said(receipt) == expected
    assert stage.units(ana, ben, chloe) == (ANA - 10, BEN - 10, CHLOE + 20)


@pytest.mark.parametrize("frozen", [True, False])
def test_setAddressFrozen__enforcement__freezes_or_releases(stage: Stage, frozen: bool) -> None:
    ana, enforcement = stage.people.ana, stage.people.enforcement
    receipt = stage.token.send(enforcement, "setAddressFrozen", ana.address, frozen)
    said = {"userAddress": ana.address, "isFrozen": frozen, "owner": enforcement.address}
    assert stage.said(receipt) == [("AddressFrozen", said)]
    assert stage.token.read("isFrozen", ana.address) is frozen


def test_batchSetAddressFrozen__enforcement__sets_each(stage: Stage) -> None:
    ana, ben, enforcement = stage.people.ana, stage.people.ben, stage.people.enforcement
    stage.freeze(ben)
    receipt = stage.token.send(enforcement, "batchSetAddressFrozen", [ana.address, ben.address], [True, False])
    assert stage.said(receipt) == [
        ("AddressFrozen", {"userAddress": wallet.address, "isFrozen": frozen, "owner": enforcement.address})
        for wallet, frozen in ((ana, True), (ben, False))
    ]
    assert (stage.token.read("isFrozen", ana.address), stage.token.read("isFrozen", ben.address)) == (True, False)


def test_freezePartialTokens__enforcement__adds_to_what_is_frozen(stage: Stage) -> None:
    ana, enforcement = stage.people.ana, stage.people.enforcement
    stage.freeze_units(ana, 100)
    receipt = stage.token.send(enforcement, "freezePartialTokens", ana.address, 50)
    assert stage.said(receipt) == [
        ("Frozen", {"account": ana.address, "amount": 150}),
        ("TokensFrozen", {"userAddress": ana.address, "amount": 50}),
    ]
    assert stage.frozen_units(ana) == 150


def test_freezePartialTokens__more_than_held__is_allowed_as_ERC7943_asks(stage: Stage) -> None:
    """ERC-3643 wants at most the balance; where the two disagree, the house follows ERC-7943."""
    ana = stage.people.ana
    stage.token.send(stage.people.enforcement, "freezePartialTokens", ana.address, ANA + 1)
    assert stage.frozen_units(ana) == ANA + 1


def test_freezePartialTokens__sum_beyond_256_bits__refused(stage: Stage) -> None:
    ana = stage.people.ana
    stage.freeze_units(ana, 1)
    with stage.refused(Panic, code=0x11):
        stage.token.send(stage.people.enforcement, "freezePartialTokens", ana.address, 2**256 - 1)


def test_unfreezePartialTokens__all_that_is_frozen__clears_the_flag(stage: Stage) -> None:
    ana, enforcement = stage.people.ana, stage.people.enforcement
    stage.freeze_units(ana, 100)
    receipt = stage.token.send(enforcement, "unfreezePartialTokens", ana.address, 100)
    assert stage.said(receipt) == [
        ("Frozen", {"account": ana.address, "amount": 0}),
        ("TokensUnfrozen", {"userAddress": ana.address, "amount": 100}),
    ]
    assert stage.row(ana)["flags"] & HAS_FROZEN_UNITS == 0


def test_batchFreeze_and_batchUnfreeze__enforcement__change_each(stage: Stage) -> None:
    ana, ben, enforcement = stage.people.ana, stage.people.ben, stage.people.enforcement
    wallets = [ana.address, ben.address, ana.address]
    frozen = stage.token.send(enforcement, "batchFreezePartialTokens", wallets, [100, 40, 20])
    assert [args["amount"] for name, args in stage.said(frozen) if name == "Frozen"] == [100, 40, 120]
    assert [args["amount"] for name, args in stage.said(frozen) if name == "TokensFrozen"] == [100, 40, 20]
    released = stage.token.send(enforcement, "batchUnfreezePartialTokens", wallets, [70, 40, 20])
    assert [args["amount"] for name, args in stage.said(released) if name == "TokensUnfrozen"] == [70, 40, 20]
    assert (stage.frozen_units(ana), stage.frozen_units(ben)) == (30, 0)


def test_recoveryAddress__enforcement__recovers_and_answers_yes(stage: Stage) -> None:
    ana, spare = stage.people.ana, stage.spare
    args = (ana.address, spare.address, ana.address)
    receipt = stage.token.send(stage.people.enforcement, "recoveryAddress", *args)
    assert receipt.output == (1).to_bytes(32, "big")
    assert stage.said(receipt) == [
        moved(ana.address, spare.address, ANA),
        ("WalletSucceeded", {"lost": ana.address, "replacement": spare.address}),
        ("RecoverySuccess", dict(zip(("lostWallet", "newWallet", "investorOnchainID"), args, strict=True))),
    ]
    assert stage.units(ana, spare) == (0, ANA)


def test_recovery__events__have_the_layout_of_the_standard_s_text(stage: Stage) -> None:
    """T-REX indexes what the text does not; whoever reads by the text must be able to."""
    ana, spare = stage.people.ana, stage.spare
    args = (ana.address, spare.address, ana.address)
    receipt = stage.token.send(stage.people.enforcement, "recoveryAddress", *args)
    renamed = stage.token.send(stage.people.issuer, "setSymbol", "COM")
    recovered = next(log for log in receipt.logs if log.topics[0].startswith("0xf0c9129a"))
    updated = next(log for log in renamed.logs if log.topics[0].startswith("0x6a1105ac"))
    assert (len(recovered.topics), len(updated.topics)) == (1, 1)
