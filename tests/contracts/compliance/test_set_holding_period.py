"""setHoldingPeriod and setLots: units locked for a time after they were issued, lot by lot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.compliance_stage import USA, Code, Kind
from tests.contracts.rights_stage import deploy

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage

    from tokenkit.chain import Signer

YEAR = 365 * 86_400
ACCREDITED = 1
LOTS = 16


@pytest.fixture
def held(stage: Stage) -> Stage:
    """Give the stage with a year's holding period, which accredited investors need not mind; ana was issued 100 and 40 a month later."""
    stage.register(stage.ana)
    stage.register(stage.ben)
    stage.register(stage.cleo, USA, claims=ACCREDITED)
    stage.link(stage.dora, stage.ana)
    stage.rule("setHoldingPeriod", YEAR, ACCREDITED)
    stage.issue(stage.ana, 100)
    stage.chain.travel(by=30 * 86_400)
    stage.issue(stage.ana, 40)
    return stage


def lots(stage: Stage, wallet: Signer) -> list[tuple[int, int]]:
    """Return units and end of each lot."""
    found = stage.rulebook.read("lotsOf", stage.common.address, wallet.address)
    return [(lot["units"], lot["until"]) for lot in found]


def lot(units: int, acquired: int, until: int) -> dict[str, int]:
    return {"units": units, "acquired": acquired, "until": until}


def test_setHoldingPeriod_setLots__token_not_bound__refused(stage: Stage) -> None:
    stranger = deploy(stage.chain, stage.admin, "RecordingToken").address
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=stranger):
        stage.rule("setHoldingPeriod", 1, 0, scope=stranger)
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=stranger):
        stage.rule("setLots", stage.ana.address, [], scope=stranger)


def test_setLots__rule_is_off__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.NoHoldingPeriod, token=stage.common.address):
        stage.rule("setLots", stage.ana.address, [])


def test_setLots__lot_empty_over_early_or_out_of_order__refused(held: Stage) -> None:
    now = held.chain.now()
    good = lot(1, now - 10, now + 1_000)
    for bad in (
        lot(0, now - 10, now + 9),
        lot(1, now - 10, now),
        lot(1, now + 500, now + 900),
        lot(1, now - 11, now + 9),
    ):
        with held.nothing_changes(), reverts(errors.InvalidLot, position=1):
            held.rule("setLots", held.ana.address, [good, bad])
    with held.nothing_changes(), reverts(errors.InvalidLot, position=LOTS):
        held.rule("setLots", held.ana.address, [good] * (LOTS + 1))


def test_LOT_1__until_the_last_second__what_is_free_and_no_more(held: Stage) -> None:
    (first, second) = [until for _, until in lots(held, held.ana)]
    (verdict,) = held.explain(Kind.TRANSFER, held.ana, held.ben, 30)
    assert verdict == {
        "code": Code.HOLDING_PERIOD,
        "account": held.ana.address,
        "limit": 0,
        "actual": 30,
        "largest": 0,
        "earliest": first,
    }
    next_transaction_at(held.chain, first - 1)
    with held.nothing_changes(), reverts(errors.TransferRestricted, code=Code.HOLDING_PERIOD, limit=0, actual=1):
        held.transfer(held.ana, held.ben, 1)
    next_transaction_at(held.chain, first)
    held.transfer(held.ana, held.ben, 30)
    (verdict,) = held.explain(Kind.TRANSFER, held.ana, held.ben, 71)
    assert (verdict["largest"], verdict["earliest"]) == (70, second)
    held.transfer(held.ana, held.ben, 70)
    assert lots(held, held.ana) == [(40, second)]


def test_LOT_1__bought_units__are_free(held: Stage) -> None:
    held.hold({held.ben: 10})
    held.transfer(held.ben, held.ana, 10)
    held.transfer(held.ana, held.ben, 10)
    assert [units for units, _ in lots(held, held.ana)] == [100, 40]


def test_LOT_2__exempt_receiver__oldest_lots_go_along_with_their_time(held: Stage) -> None:
    (first, second) = [until for _, until in lots(held, held.ana)]
    held.transfer(held.ana, held.cleo, 110)
    assert lots(held, held.cleo) == [(100, first), (10, second)]
    assert lots(held, held.ana) == [(30, second)]
    with held.nothing_changes(), reverts(errors.TransferRestricted, code=Code.HOLDING_PERIOD):
        held.transfer(held.cleo, held.ben, 1)


def test_LOT_2__own_wallet_order_redemption__lots_follow(held: Stage) -> None:
    (first, second) = [until for _, until in lots(held, held.ana)]
    held.transfer(held.ana, held.dora, 60)
    assert (lots(held, held.ana), lots(held, held.dora)) == ([(40, first), (40, second)], [(60, first)])
    held.force(held.dora, held.ben, 60)  # an inheritance: the heir holds with the deceased's time
    assert (lots(held, held.dora), lots(held, held.ben)) == ([], [(60, first)])
    held.redeem(held.ana, 50)
    assert lots(held, held.ana) == [(30, second)]


def test_LOT_2__parts_of_one_lot__are_one_again(held: Stage) -> None:
    (first, _) = [until for _, until in lots(held, held.ana)]
    for units in (10, 20, 30):
        held.transfer(held.ana, held.cleo, units)
    assert lots(held, held.cleo) == [(60, first)]


def test_LOT_2__period_changes__lots_keep_their_time(held: Stage) -> None:
    before = lots(held, held.ana)
    held.rule("setHoldingPeriod", 10, 0)
    assert lots(held, held.ana) == before
    with held.nothing_changes(), reverts(errors.TransferRestricted, code=Code.HOLDING_PERIOD):
        held.transfer(held.ana, held.cleo, 1)  # no longer exempt


def test_setHoldingPeriod__off_and_on_again__old_lots_are_over(held: Stage) -> None:
    held.rule("setHoldingPeriod", 0, 0)
    held.rule("setHoldingPeriod", YEAR, 0)
    assert lots(held, held.ana) == []
    held.transfer(held.ana, held.ben, 140)


def test_LOT_2__recovered__lots_go_along_and_join_those_that_are_there(held: Stage) -> None:
    (first, second) = [until for _, until in lots(held, held.ana)]
    held.transfer(held.ana, held.dora, 10)
    held.common.send(held.admin, "carryOver", held.ana.address, held.dora.address)
    assert (lots(held, held.ana), lots(held, held.dora)) == ([], [(100, first), (40, second)])


def test_LOT_2__more_lots_than_there_is_room_for__an_order_unites_the_newest_until_the_later_time(held: Stage) -> None:
    now = held.chain.now()
    full = [lot(1, now - 100 + at, now + 1_000 + at) for at in range(LOTS)]
    held.rule("setLots", held.ben.address, full)
    (first, second) = [until for _, until in lots(held, held.ana)]
    held.force(held.ana, held.ben, 140)
    found = lots(held, held.ben)
    assert (len(found), sum(units for units, _ in found)) == (LOTS, 140 + LOTS)
    assert max(until for _, until in found) == max(first, second)


def test_LOTS_FULL__issue_or_exempt_transfer__refused_and_says_what_there_is_room_for(held: Stage) -> None:
    now = held.chain.now()
    full = [lot(1, now - 100 + at, now + 1_000) for at in range(LOTS - 1)]
    held.rule("setLots", held.cleo.address, full)
    (verdict,) = held.explain(Kind.TRANSFER, held.ana, held.cleo, 101)
    assert (verdict["code"], verdict["limit"], verdict["actual"], verdict["largest"]) == (Code.LOTS_FULL, LOTS, 17, 100)
    held.transfer(held.ana, held.cleo, 100)
    with held.nothing_changes(), reverts(errors.TransferRestricted, code=Code.LOTS_FULL, account=held.cleo.address):
        held.issue(held.cleo, 1)
    held.chain.travel(by=1_001)
    held.issue(held.cleo, 1)  # those that are over make room
