"""Record dates: what is held before a scheduled second counts, for ever."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from tests.contracts.token.conftest import ANA, BEN, CHLOE, PAPER, REASON

from tokenkit.reverts import AccessManagedUnauthorized, InvalidRecordDate, TooManyRecordDates, UnknownRecordDate
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

    from tokenkit.chain import Receipt, Signer

SUPPLY = ANA + BEN + CHLOE
MOST_AHEAD = 64


def schedule(stage: Stage, date: int) -> Receipt:
    return stage.token.send(stage.people.issuer, "scheduleRecordDate", date)


def dates(stage: Stage) -> list[int]:
    return list(stage.token.read("recordDates"))


def held(stage: Stage, wallet: Signer, date: int) -> int:
    return int(stage.token.read("balanceOfAt", wallet.address, date))


# ── scheduling ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["mallory", "paying_agent", "compliance", "admin"])
def test_scheduleRecordDate__by_another_than_the_issuer__refused(stage: Stage, who: str) -> None:
    caller = getattr(stage.people, who)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, "scheduleRecordDate", stage.chain.now() + 100)


@pytest.mark.parametrize("ahead", [-100, 0, 1])
def test_scheduleRecordDate__not_after_its_own_block__refused(stage: Stage, ahead: int) -> None:
    date = stage.chain.now() + ahead  # the next block is a second on
    with stage.refused(InvalidRecordDate, record_date=date):
        schedule(stage, date)


@pytest.mark.parametrize("date", [0, 2**40 - 1, 2**40, 2**48 - 1])
def test_scheduleRecordDate__second_that_never_comes__refused(stage: Stage, date: int) -> None:
    with stage.refused(InvalidRecordDate, record_date=date):
        schedule(stage, date)


@pytest.mark.parametrize("position", [0, 1, 2])
def test_scheduleRecordDate__scheduled_already__refused(stage: Stage, position: int) -> None:
    ahead = [stage.record_date(seconds) for seconds in (100, 200, 300)]
    with stage.refused(InvalidRecordDate, record_date=ahead[position]):
        schedule(stage, ahead[position])


def test_scheduleRecordDate__passed_already__refused(stage: Stage) -> None:
    date = stage.record_date(100)
    stage.chain.travel(to=date + 10)
    with stage.refused(InvalidRecordDate, record_date=date):
        schedule(stage, date)


def test_scheduleRecordDate__64_ahead__refused_until_one_has_passed(stage: Stage) -> None:
    start = stage.chain.now() + 1_000
    for number in range(MOST_AHEAD):
        schedule(stage, start + 10 * number)
    with stage.refused(TooManyRecordDates, limit=MOST_AHEAD):
        schedule(stage, start + 5)
    stage.chain.travel(to=start)
    schedule(stage, start + 5)
    assert len(dates(stage)) == MOST_AHEAD + 1


def test_scheduleRecordDate__any_order__keeps_them_ascending(stage: Stage) -> None:
    start = stage.chain.now() + 1_000
    for offset in (300, 100, 200, 400, 50):
        receipt = schedule(stage, start + offset)
        assert stage.said(receipt) == [("RecordDateScheduled", {"recordDate": start + offset})]
    assert dates(stage) == [start + offset for offset in (50, 100, 200, 300, 400)]
    assert stage.second.read("recordDates") in ([], ())
    assert stage.token.read("isRecordDate", start + 100) is True
    assert stage.token.read("isRecordDate", start + 101) is False


def test_scheduleRecordDate__the_next_possible_second__counts(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    date = stage.chain.now() + 2
    schedule(stage, date)
    stage.token.send(ana, "transfer", ben.address, 1)  # in the block of that second
    assert (held(stage, ana, date), held(stage, ben, date)) == (ANA, BEN)


def test_scheduleRecordDate__inserted_ahead_after_others_passed__leaves_their_indices(stage: Stage) -> None:
    """Indices of passed record dates name them for payouts and meetings, so they never move."""
    first, third = stage.record_date(100), stage.record_date(300)
    stage.chain.travel(to=first)
    assert stage.token.read("recordDateIndex", first) == 0
    second = first + 50
    schedule(stage, second)  # before any movement took note of the first
    assert dates(stage) == [first, second, third]
    stage.chain.travel(to=third)
    assert [stage.token.read("recordDateIndex", date) for date in (first, second, third)] == [0, 1, 2]
    stage.token.send(stage.people.ana, "transfer", stage.people.ben.address, 10)
    assert [held(stage, stage.people.ana, date) for date in (first, second, third)] == [ANA] * 3


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_balanceOfAt__unknown_date__refused(stage: Stage) -> None:
    date, ana = stage.record_date(100), stage.people.ana.address
    stage.chain.travel(to=date + 10)
    for unknown in (0, date - 1, date + 1, 2**48 - 1):
        for view, args in (
            ("balanceOfAt", (ana, unknown)),
            ("totalSupplyAt", (unknown,)),
            ("recordDateIndex", (unknown,)),
        ):
            with reverts(UnknownRecordDate, record_date=unknown):
                stage.token.read(view, *args)


def test_balanceOfAt__date_ahead__refused(stage: Stage) -> None:
    date, ana = stage.record_date(100), stage.people.ana.address
    for view, args in (
        ("balanceOfAt", (ana, date)),
        ("totalSupplyAt", (date,)),
        ("recordDateIndex", (date,)),
        ("entitlement", (ana, 0)),
        ("supplyAt", (0,)),
    ):
        with reverts(UnknownRecordDate, record_date=date):
            stage.token.read(view, *args)


def test_entitlement__index_beyond_all_dates__refused(stage: Stage) -> None:
    date = stage.record_date(100)
    stage.chain.travel(to=date)
    for view, args in (("entitlement", (stage.people.ana.address, 1)), ("supplyAt", (65_535,))):
        with reverts(UnknownRecordDate, record_date=0):
            stage.token.read(view, *args)


def test_balanceOfAt__the_zero_address__is_nothing(stage: Stage) -> None:
    """The supply's history is kept under that address."""
    date = stage.record_date(100)
    stage.chain.travel(to=date)
    stage.issue(stage.people.ana, 1)
    assert stage.token.read("balanceOfAt", ZERO_ADDRESS, date) == 0
    assert stage.token.read("entitlement", ZERO_ADDRESS, 0) == (0, ZERO_ADDRESS, False)
    assert stage.token.read("totalSupplyAt", date) == SUPPLY


# ── boundaries ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("second", "counts"), [(-1, True), (0, False), (1, False)])
def test_balanceOfAt__movements_around_the_second__only_those_before_it_count(
    stage: Stage, second: int, counts: bool
) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    date = stage.record_date(100)
    next_transaction_at(stage.chain, date + second)
    receipt = stage.token.send(ana, "transfer", ben.address, 100)
    assert stage.chain.block(receipt.block_number).timestamp == date + second
    stage.chain.travel(to=date + 5)
    moved = 100 if counts else 0
    assert (held(stage, ana, date), held(stage, ben, date)) == (ANA - moved, BEN + moved)
    assert stage.units(ana, ben) == (ANA - 100, BEN + 100)


@pytest.mark.parametrize(("second", "counts"), [(-1, True), (0, False), (1, False)])
@pytest.mark.parametrize("function", ["issue", "redeem"])
def test_totalSupplyAt__issues_and_redemptions_around_the_second__only_those_before_it_count(
    stage: Stage, function: str, second: int, counts: bool
) -> None:
    ana = stage.people.ana
    date = stage.record_date(100)
    next_transaction_at(stage.chain, date + second)
    stage.token.send(stage.people.issuer, function, ana.address, 100, REASON, PAPER)
    stage.chain.travel(to=date + 5)
    change = {"issue": 100, "redeem": -100}[function]
    counted = change if counts else 0
    assert (held(stage, ana, date), stage.token.read("totalSupplyAt", date)) == (ANA + counted, SUPPLY + counted)
    assert stage.token.read("supplyAt", 0) == SUPPLY + counted
    assert stage.token.read("totalSupply") == SUPPLY + change


def test_balanceOfAt__frozen_and_locked_units__count(stage: Stage) -> None:
    ana = stage.people.ana
    stage.freeze_units(ana, 600)
    stage.freeze(ana)
    date = stage.record_date(100)
    stage.chain.travel(to=date)
    assert stage.token.read("entitlement", ana.address, 0) == (ANA, ana.address, True)


def test_transfer__first_after_a_record_date__leaves_one_entry_and_the_next_none(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    date = stage.record_date(100)
    stage.chain.travel(to=date)
    assert stage.row(ana)["history_length"] == 0
    for units in (10, 20):
        stage.token.send(ana, "transfer", ben.address, units)
        assert (stage.row(ana)["history_length"], stage.row(ben)["history_length"]) == (1, 1)
    assert (stage.row(ana)["record_date"], stage.row(ben)["record_date"]) == (1, 1)
    assert held(stage, ana, date) == ANA


def test_balanceOfAt__several_dates_passed_at_once__all_count_what_was_held(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    passed = [stage.record_date(seconds) for seconds in (100, 200, 300)]
    ahead = stage.record_date(400)
    stage.chain.travel(to=passed[-1])
    assert [held(stage, ana, date) for date in passed] == [ANA] * 3
    stage.token.send(ana, "transfer", ben.address, 10)
    assert [held(stage, ana, date) for date in passed] == [ANA] * 3
    assert stage.row(ana)["history_length"] == 1
    stage.chain.travel(to=ahead)
    assert held(stage, ana, ahead) == ANA - 10
    assert held(stage, ben, ahead) == BEN + 10


def test_balanceOfAt__times_without_units__are_zero_and_leave_no_entry(stage: Stage) -> None:
    ana, dora = stage.people.ana, stage.people.dora
    one, two, three, four = (stage.record_date(seconds) for seconds in (100, 200, 300, 400))
    stage.chain.travel(to=one)
    stage.token.send(ana, "transfer", dora.address, 70)  # none at one
    stage.chain.travel(to=two)
    stage.token.send(dora, "transfer", ana.address, 70)  # 70 at two
    stage.chain.travel(to=three)
    stage.token.send(ana, "transfer", dora.address, 30)  # none at three
    stage.chain.travel(to=four)
    stage.token.send(dora, "transfer", ana.address, 30)  # 30 at four
    assert [held(stage, dora, date) for date in (one, two, three, four)] == [0, 70, 0, 30]
    assert [held(stage, ana, date) for date in (one, two, three, four)] == [ANA, ANA - 70, ANA, ANA - 30]
    assert stage.row(dora)["history_length"] == 2
    assert stage.units(dora) == (0,)


def test_balanceOfAt__supply_of_nothing__is_zero(stage: Stage) -> None:
    issuer = stage.people.issuer
    date = stage.record_date(100)
    for wallet, units in ((stage.people.ana, ANA), (stage.people.ben, BEN), (stage.people.chloe, CHLOE)):
        stage.token.send(issuer, "redeem", wallet.address, units, REASON, PAPER)
    stage.chain.travel(to=date)
    stage.issue(stage.people.ana, 5)
    assert (stage.token.read("totalSupplyAt", date), stage.token.read("totalSupply")) == (0, 5)
    assert held(stage, stage.people.ana, date) == 0


# ── against a list ───────────────────────────────────────────────────────────────────────────────────────────────────────


def trade(stage: Stage, dice: random.Random, now: Counter[str]) -> None:
    """Let something move, and write it down."""
    people = stage.people
    giver, taker = dice.sample((people.ana, people.ben, people.chloe, people.dora), 2)
    has = now[giver.address]
    units = dice.choice([0, min(1, has), has // 2, has])
    kind = dice.choice(["transfer", "transfer", "issue", "redeem", "forceTransfer"])
    if kind == "transfer":
        stage.token.send(giver, "transfer", taker.address, units)
    elif kind == "forceTransfer":
        stage.order("forceTransfer", giver.address, taker.address, units)
    elif kind == "issue":
        stage.issue(taker, units)
    else:
        stage.token.send(people.issuer, "redeem", giver.address, units, REASON, PAPER)
    now[giver.address] -= units if kind != "issue" else 0
    now[taker.address] += units if kind != "redeem" else 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_TOK_4_history__many_dates_and_movements__is_what_a_list_says(stage: Stage, seed: int) -> None:
    """What was held before a date is what the list says when the first movement at or after it comes."""
    dice = random.Random(seed)
    people = stage.people
    holders = (people.ana, people.ben, people.chloe, people.dora)
    now: Counter[str] = Counter({people.ana.address: ANA, people.ben.address: BEN, people.chloe.address: CHLOE})
    start = stage.chain.now() + 30
    scheduled = sorted(dice.sample(range(start, start + 500), 16))
    for date in dice.sample(scheduled, len(scheduled)):
        schedule(stage, date)
    expected: dict[int, Counter[str]] = {}
    for _ in range(30):
        stage.chain.travel(by=dice.randrange(1, 35))
        expected |= {date: now.copy() for date in scheduled if date <= stage.chain.now() + 1 and date not in expected}
        trade(stage, dice, now)
    stage.chain.travel(to=max(scheduled[-1], stage.chain.now()) + 1)
    expected |= {date: now.copy() for date in scheduled if date not in expected}

    assert len({tuple(sorted(one.items())) for one in expected.values()}) > 5
    for date in scheduled:
        assert [held(stage, one, date) for one in holders] == [expected[date][one.address] for one in holders]
        assert stage.token.read("totalSupplyAt", date) == sum(expected[date].values())
    assert stage.units(*holders) == tuple(now[wallet.address] for wallet in holders)


def test_transfer__after_many_record_dates__costs_little_more_than_after_one(stage: Stage) -> None:
    """What a holder pays for dates that passed is bounded."""
    ana, ben = stage.people.ana, stage.people.ben
    start = stage.chain.now() + 1_000
    schedule(stage, start - 500)
    stage.chain.travel(to=start - 500)
    after_one = stage.token.send(ana, "transfer", ben.address, 1).gas_used
    for number in range(16):
        schedule(stage, start + number)
    stage.chain.travel(to=start + 16)
    after_many = stage.token.send(ana, "transfer", ben.address, 1).gas_used
    assert after_many < after_one + 20_000
    assert held(stage, ana, start + 15) == ANA - 1
