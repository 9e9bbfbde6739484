from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.compliance_stage import ALL_UNITS, Code, Kind
from tests.contracts.rights_stage import deploy

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage

    from tokenkit.chain import Receipt, Signer


@pytest.fixture
def held(stage: Stage) -> Stage:
    """Give the stage with 100 units in ana's wallet and 10 in her other, dora's."""
    for one in (stage.ana, stage.ben):
        stage.register(one)
    stage.link(stage.dora, stage.ana)
    stage.hold({stage.ana: 100, stage.dora: 10})
    return stage


def lock(stage: Stage, wallet: Signer, units: int, until: int) -> Receipt:
    return stage.rule("setLockup", wallet.address, units, until)


def lock_of(stage: Stage, wallet: Signer) -> tuple[int, int]:
    found = stage.rulebook.read("lockOf", stage.common.address, wallet.address)
    return int(found["units"]), int(found["until"])


def test_setLockup__token_not_bound__refused(stage: Stage) -> None:
    stranger = deploy(stage.chain, stage.admin, "RecordingToken")
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=stranger.address):
        stage.rule("setLockup", stage.ana.address, 1, stage.chain.now() + 100, scope=stranger.address)
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=stranger.address):
        stage.rule("switchLockups", True, scope=stranger.address)


def test_setLockup__time_has_passed__refused(held: Stage) -> None:
    moment = held.chain.now() + 100
    next_transaction_at(held.chain, moment)
    with held.nothing_changes(), reverts(errors.InThePast, time=moment):
        lock(held, held.ana, 1, moment)


def test_setLockup__first__switches_lockups_on(held: Stage) -> None:
    until = held.chain.now() + 1_000
    receipt = lock(held, held.ana, 60, until)
    assert [(event.name, dict(event.args)) for event in held.rulebook.events(receipt)] == [
        ("LockupSet", {"token": held.common.address, "wallet": held.ana.address, "units": 60, "until": until}),
        ("LockupsSwitched", {"token": held.common.address, "on": True}),
    ]
    assert held.settings()["lockups"]
    assert lock_of(held, held.ana) == (60, until)
    receipt = lock(held, held.ben, 1, until)
    assert [event.name for event in held.rulebook.events(receipt)] == ["LockupSet"]


def test_LCK_1__until_the_last_second__the_unlocked_units_and_no_more(held: Stage) -> None:
    until = held.chain.now() + 1_000
    lock(held, held.ana, 60, until)
    (verdict,) = held.explain(Kind.TRANSFER, held.ana, held.ben, 41)
    assert verdict == {
        "code": Code.LOCKUP,
        "account": held.ana.address,
        "limit": 40,
        "actual": 41,
        "largest": 40,
        "earliest": until,
    }
    next_transaction_at(held.chain, until - 1)
    with (
        held.nothing_changes(),
        reverts(errors.TransferRestricted, code=Code.LOCKUP, account=held.ana.address, limit=40, actual=41),
    ):
        held.transfer(held.ana, held.ben, 41)
    held.transfer(held.ana, held.ben, 40)
    assert held.chain.now() == until - 1
    held.transfer(held.ana, held.ben, 60)
    assert held.chain.now() == until


def test_LCK_1__whole_wallet__what_comes_in_is_locked_too(held: Stage) -> None:
    lock(held, held.ana, ALL_UNITS, held.chain.now() + 1_000)
    held.issue(held.ana, 5)
    (verdict,) = held.explain(Kind.TRANSFER, held.ana, held.ben, 1)
    assert (verdict["limit"], verdict["largest"]) == (0, 0)


def test_LCK_1__another_wallet_of_the_investor__is_not_a_way_out(held: Stage) -> None:
    lock(held, held.ana, 60, held.chain.now() + 1_000)
    with held.nothing_changes(), reverts(errors.TransferRestricted, code=Code.LOCKUP):
        held.transfer(held.ana, held.dora, 41)
    held.transfer(held.dora, held.ben, 10)


def test_setLockup__locked_units__redeemed_and_forced_all_the_same(held: Stage) -> None:
    lock(held, held.ana, 60, held.chain.now() + 1_000)
    held.redeem(held.ana, 50)
    held.force(held.ana, held.ben, 20)
    (verdict,) = held.explain(Kind.TRANSFER, held.ana, held.ben, 1)
    assert (verdict["limit"], verdict["actual"]) == (0, 1)


def test_setLockup__zero_units__no_lock(held: Stage) -> None:
    lock(held, held.ana, 60, held.chain.now() + 1_000)
    receipt = lock(held, held.ana, 0, 12)
    assert held.rulebook.only_event(receipt, "LockupSet")["until"] == 0
    assert lock_of(held, held.ana) == (0, 0)
    held.transfer(held.ana, held.ben, 100)


def test_RUL_2__lockups_off_and_on__locks_stay(held: Stage) -> None:
    lock(held, held.ana, ALL_UNITS, held.chain.now() + 1_000)
    receipt = held.rule("switchLockups", False)
    assert held.rulebook.only_event(receipt, "LockupsSwitched") == {"token": held.common.address, "on": False}
    assert held.explain(Kind.TRANSFER, held.ana, held.ben, 1) == []
    held.rule("switchLockups", True)
    assert [one["code"] for one in held.explain(Kind.TRANSFER, held.ana, held.ben, 1)] == [Code.LOCKUP]


def test_recovered__no_lock__nothing(held: Stage) -> None:
    receipt = held.common.send(held.admin, "carryOver", held.ana.address, held.dora.address)
    assert receipt.logs == ()


def test_recovered__lock__goes_along(held: Stage) -> None:
    until = held.chain.now() + 1_000
    lock(held, held.ana, 60, until)
    receipt = held.common.send(held.admin, "carryOver", held.ana.address, held.dora.address)
    assert [dict(event.args) for event in held.rulebook.events(receipt)] == [
        {"token": held.common.address, "wallet": held.ana.address, "units": 0, "until": 0},
        {"token": held.common.address, "wallet": held.dora.address, "units": 60, "until": until},
    ]
    assert (lock_of(held, held.ana), lock_of(held, held.dora)) == ((0, 0), (60, until))


@pytest.mark.parametrize(
    ("lost", "replacement", "merged"),
    [
        ((60, 1_000), (5, 500), (65, 1_000)),
        ((60, 500), (5, 1_000), (65, 1_000)),
        ((ALL_UNITS, 500), (5, 1_000), (ALL_UNITS, 1_000)),
        ((ALL_UNITS - 1, 500), (ALL_UNITS - 1, 400), (ALL_UNITS, 500)),
        ((60, 1_000), (5, 50), (60, 1_000)),
        ((60, 50), (5, 1_000), (5, 1_000)),
    ],
)
def test_LCK_1__recovered__two_locks_become_the_stricter(
    held: Stage, lost: tuple[int, int], replacement: tuple[int, int], merged: tuple[int, int]
) -> None:
    start = held.chain.now()
    lock(held, held.ana, lost[0], start + lost[1])
    lock(held, held.dora, replacement[0], start + replacement[1])
    held.chain.travel(to=start + 100)
    held.common.send(held.admin, "carryOver", held.ana.address, held.dora.address)
    assert lock_of(held, held.dora) == (merged[0], start + merged[1])
