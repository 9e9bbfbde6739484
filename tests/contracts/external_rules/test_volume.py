"""Volume: a list of transfers in plain Python, and nobody who transfers twice the limit around a boundary."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contracts.external_rules.conftest import examples

from tokenkit import reverts as errors
from tokenkit.external import RuleKind, VolumeLimit
from tokenkit.restrictions import Restriction
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.transfers import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contracts.external_rules.conftest import Stage

HOUR = 3_600
WINDOW = 23 * HOUR
"""So that a bucket is an hour."""


@pytest.fixture
def volume(stage: Stage) -> Stage:
    """Obey the rule: 100 units in 23 hours, from the start of an hour on."""
    stage.obey(RuleKind.VOLUME)
    stage.officer(stage.volume.limit(stage.token, window=WINDOW, units=100))
    stage.chain.travel(to=(stage.chain.now() // HOUR + 2) * HOUR)
    return stage


def test_setLimit__contradictory__refused(stage: Stage) -> None:
    rule, officer = stage.handle(RuleKind.VOLUME), stage.people.compliance
    for units, bps, window in ((0, 0, HOUR), (5, 0, 0), (0, 5, 0)):
        with reverts(errors.IncompleteVolumeLimit, units=units, bps=bps, window=window):
            rule.send(officer, "setLimit", stage.token, units, bps, window)
    with reverts(errors.InvalidShare, bps=10_001):
        rule.send(officer, "setLimit", stage.token, 0, 10_001, HOUR)
    with reverts(errors.TokenNotBound, token=stage.spare.address):
        rule.send(officer, "setLimit", stage.spare.address, 5, 0, HOUR)


def test_setInvestorVolume__no_window_not_a_share_or_nobody__refused(stage: Stage) -> None:
    rule, officer, ana = stage.handle(RuleKind.VOLUME), stage.people.compliance, stage.people.ana.address
    with reverts(errors.NoVolumeWindow, token=stage.token):
        stage.officer(stage.volume.limit_investor(stage.token, ana, units=5))
    stage.officer(stage.volume.limit(stage.token, window=WINDOW, units=100))
    with reverts(errors.InvalidShare, bps=10_001):
        rule.send(officer, "setInvestorVolume", stage.token, ana, 0, 10_001)
    with reverts(errors.UnknownInvestor, wallet=stage.spare.address):
        stage.officer(stage.volume.exempt(stage.token, stage.spare.address))


def test_VOL_1__around_a_boundary__no_double_burst(volume: Stage) -> None:
    ana, ben, start = volume.people.ana, volume.people.ben, volume.chain.now()
    next_transaction_at(volume.chain, start + HOUR - 1)
    volume.transfer(ana, ben, 60)
    volume.transfer(ana, ben, 40)  # a second later, in the next bucket
    found = volume.refusal(ana, ben, 50)
    assert found is not None
    assert (found.code, found.account, found.limit, found.actual) == (Restriction.VOLUME, ana.address, 0, 50)
    assert found.earliest == start + HOUR + WINDOW
    with reverts(errors.TransferRestricted, code=Restriction.VOLUME, limit=0, actual=50):
        volume.transfer(ana, ben, 50)
    assert volume.refusal(ana, ben, 70).earliest == start + 2 * HOUR + WINDOW  # type: ignore[union-attr]
    assert volume.refusal(ana, ben, 101).earliest is None  # type: ignore[union-attr]
    volume.chain.travel(to=start + HOUR + WINDOW)
    assert volume.volume.transferred(volume.token, ana.address) == 40
    assert volume.refusal(ana, ben, 61).largest == 60  # type: ignore[union-attr]


def test_VOL_1__second_wallet_and_replacement__count_with_the_first(volume: Stage) -> None:
    ana, ben, second = volume.people.ana, volume.people.ben, volume.second
    volume.transfer(ana, second, 500)
    volume.transfer(ana, ben, 30)
    volume.transfer(second, ben, 30)
    assert volume.refusal(second, ben, 41).largest == 40  # type: ignore[union-attr]
    volume.recover(ana, second, ana.address)
    assert volume.refusal(second, ben, 41).largest == 40  # type: ignore[union-attr]


def test_moved__each_kind__transfers_only_are_refused_and_counted(volume: Stage) -> None:
    ana, ben = volume.people.ana, volume.people.ben
    assert volume.refused_kinds(ana, ben, 101) == {Kind.TRANSFER}
    volume.force(ana, ben, 101)
    volume.redeem(ana, 101)
    volume.issue(ana, 101)
    assert volume.volume.transferred(volume.token, ana.address) == 0


def test_check__share_of_the_supply__the_stricter_of_both(volume: Stage) -> None:
    ana, ben = volume.people.ana, volume.people.ben
    volume.officer(volume.volume.limit(volume.token, window=WINDOW, units=100, bps=133))
    assert volume.refusal(ana, ben, 20).limit == 19  # type: ignore[union-attr]
    volume.officer(volume.volume.limit(volume.token, window=WINDOW, units=10, bps=133))
    assert volume.refusal(ana, ben, 20).limit == 10  # type: ignore[union-attr]


def test_setInvestorVolume__own_exempt_and_as_everybody__in_turn(volume: Stage) -> None:
    ana, ben, rule, token = volume.people.ana, volume.people.ben, volume.volume, volume.token
    volume.officer(rule.limit_investor(token, ana.address, units=30))
    assert rule.show_investor(token, ana.address) == VolumeLimit(window=WINDOW, units=30, bps=None)
    assert volume.refusal(ana, ben, 31).limit == 30  # type: ignore[union-attr]
    volume.officer(rule.exempt(token, ana.address))
    volume.transfer(ana, ben, 500)
    assert rule.transferred(token, ana.address) == 0
    volume.officer(rule.treat_as_everybody(token, ana.address))
    assert rule.show_investor(token, ana.address) is None
    assert volume.refusal(ana, ben, 101).limit == 100  # type: ignore[union-attr]


def test_setLimit__named_investors_only__nobody_else_is_limited(volume: Stage) -> None:
    ana, ben, rule, token = volume.people.ana, volume.people.ben, volume.volume, volume.token
    volume.officer(rule.limit_named(token, window=WINDOW))
    volume.officer(rule.limit_investor(token, ana.address, bps=100))
    assert rule.show(token) == VolumeLimit(window=WINDOW, units=None, bps=None)
    assert volume.refusal(ana, ben, 16).limit == 15  # type: ignore[union-attr]
    assert volume.passes(ben, ana, 500)
    volume.officer(rule.lift(token))
    assert rule.show(token) is None
    assert volume.passes(ana, ben, 500)


def test_VOL_1__another_window__forgets_nothing(volume: Stage) -> None:
    ana, ben, start = volume.people.ana, volume.people.ben, volume.chain.now()
    volume.transfer(ana, ben, 30)
    volume.chain.travel(to=start + 4 * HOUR)
    volume.transfer(ana, ben, 60)
    volume.chain.travel(to=start + 6 * HOUR)
    volume.officer(volume.volume.limit(volume.token, window=46 * HOUR, units=100))
    assert volume.volume.transferred(volume.token, ana.address) == 90
    latest = start + 5 * HOUR - 1  # of the bucket of the second transfer
    size = 2 * HOUR
    assert volume.refusal(ana, ben, 11).earliest == (latest // size + 24) * size  # type: ignore[union-attr]
    volume.transfer(ana, ben, 10)
    volume.chain.travel(to=(latest // size + 24) * size)
    assert volume.volume.transferred(volume.token, ana.address) == 10


def test_check__every_bucket_filled__answers_within_its_gas(volume: Stage) -> None:
    ana, ben, start = volume.people.ana, volume.people.ben, volume.chain.now()
    for bucket in range(24):
        volume.chain.travel(to=start + bucket * HOUR)
        volume.transfer(ana, ben, 4)
    assert volume.volume.transferred(volume.token, ana.address) == 96
    assert volume.refusal(ana, ben, 100).earliest == start + 47 * HOUR  # type: ignore[union-attr]
    volume.chain.travel(to=start + 46 * HOUR)
    assert volume.volume.transferred(volume.token, ana.address) == 4


@pytest.fixture(scope="module")
def outcomes() -> Iterator[Counter[bool]]:
    """Count what passed and what did not over a whole run: one without either proves nothing."""
    counter: Counter[bool] = Counter()
    yield counter
    assert counter[True] >= 3, counter
    assert counter[False] >= 3, counter


@examples(2)
@given(seed=st.integers(0, 2**32), window=st.sampled_from((24, 1_000, 23 * 60)), limit=st.integers(20, 60))
def test_VOL_1__any_transfers_at_any_time__as_a_list_of_them_says(
    *, session_stage: Stage, outcomes: Counter[bool], seed: int, window: int, limit: int
) -> None:
    stage, (ana, ben), draw = session_stage, (session_stage.people.ana, session_stage.people.ben), Random(seed)
    before = stage.chain.snapshot()
    try:
        stage.issue(ana, 1_000)
        stage.obey(RuleKind.VOLUME)
        stage.officer(stage.volume.limit(stage.token, window=window, units=limit))
        size = -(-window // 23)
        done: list[tuple[int, int]] = []
        any_explained = False
        for _ in range(10):
            at = stage.chain.now() + draw.choice((1, 2, size, window // 4, window))
            units = draw.randrange(1, limit + 5)
            stage.chain.travel(to=at)
            counted = sum(each for when, each in done if at // size - when // size < 24)
            assert stage.volume.transferred(stage.token, ana.address) == counted
            passes = stage.passes(ana, ben, units)
            assert passes == (counted + units <= limit)
            if not passes and not any_explained:
                any_explained = True
                found = stage.refusal(ana, ben, units)
                assert found is not None
                assert found.largest == limit - counted
                assert (found.earliest is None) == (units > limit)
            outcomes[passes] += 1
            if not passes:
                continue
            if (at + 1) // size == at // size:
                stage.transfer(ana, ben, units)
                done.append((at + 1, units))
                assert sum(each for when, each in done if when > at + 1 - window) <= limit
    finally:
        stage.chain.revert(before)
