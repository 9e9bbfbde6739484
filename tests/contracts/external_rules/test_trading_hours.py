"""Trading hours: a calendar in plain Python that tries every moment at which something could open."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contracts.external_rules.conftest import examples

from tokenkit import reverts as errors
from tokenkit.external import Blackout, RuleKind, TradingCalendar, TradingWindow
from tokenkit.restrictions import Restriction
from tokenkit.testing import reverts
from tokenkit.transfers import Kind

if TYPE_CHECKING:
    from tests.contracts.external_rules.conftest import Stage

HOUR, DAY, WEEK = 3_600, 86_400, 604_800
MONDAY = 4 * DAY
"""The first Monday after 1 January 1970, a Thursday."""
OFFICE = tuple(TradingWindow.on(day, time(9), time(17, 30)) for day in range(5))


@pytest.fixture
def hours(stage: Stage) -> Stage:
    """Obey the rule: on weekdays from 9:00 to 17:30, an hour ahead of UTC; it is Monday 00:00 there."""
    stage.obey(RuleKind.HOURS)
    stage.officer(stage.hours.set_hours(stage.token, OFFICE, utc_offset=HOUR))
    stage.chain.travel(to=next_monday(stage) - HOUR)
    return stage


def next_monday(stage: Stage) -> int:
    return (stage.chain.now() - MONDAY) // WEEK * WEEK + WEEK + MONDAY


# ── refusals of the officer ──────────────────────────────────────────────────────────────────────────────────────────────


def test_setTradingHours__contradictory__refused(stage: Stage) -> None:
    rule, officer = stage.handle(RuleKind.HOURS), stage.people.compliance

    def set_hours(offset: int, *windows: tuple[int, int]) -> None:
        rule.send(officer, "setTradingHours", stage.token, offset, [{"open": a, "close": b} for a, b in windows])

    for offset in (14 * HOUR + 1, -14 * HOUR - 1):
        with reverts(errors.InvalidUtcOffset, utc_offset=offset):
            set_hours(offset)
    for window in ((5, 5), (9, 5), (5, 10_081)):
        with reverts(errors.InvalidTradingWindow, index=0):
            set_hours(0, window)
    for first, second in (((0, 10), (9, 20)), ((10, 20), (0, 5))):
        with reverts(errors.InvalidTradingWindow, index=1):
            set_hours(0, first, second)
    with reverts(errors.TooManyWindows, limit=14):
        set_hours(0, *((day, day + 1) for day in range(15)))
    with reverts(errors.TokenNotBound, token=stage.spare.address):
        stage.officer(stage.hours.set_hours(stage.spare.address, OFFICE))


def test_setBlackouts__empty_past_endless_or_too_many__refused(stage: Stage) -> None:
    rule, officer, now = stage.handle(RuleKind.HOURS), stage.people.compliance, stage.chain.now()

    def set_blackouts(*blackouts: tuple[int, int, int]) -> None:
        listed = [{"start": start, "end": end, "every": every} for start, end, every in blackouts]
        rule.send(officer, "setBlackouts", stage.token, listed)

    good = (now, now + DAY, 0)
    for bad in ((now, now, 0), (now + 5, now, 0), (now - DAY, now, 0), (now, now + DAY, DAY), (now, now + DAY, 5)):
        with reverts(errors.InvalidBlackout, index=1):
            set_blackouts(good, bad)
    with reverts(errors.TooManyBlackouts, limit=16):
        set_blackouts(*[good] * 17)
    set_blackouts(good, (now - DAY, now, 2 * DAY))  # began in the past and comes again


# ── what holders may do ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_HRS_1__before_opening_and_after_closing__to_the_second(hours: Stage) -> None:
    ana, ben, midnight = hours.people.ana, hours.people.ben, hours.chain.now()
    found = hours.refusal(ana, ben, 1)
    assert found is not None
    assert (found.code, found.account, found.largest) == (Restriction.TRADING_HOURS, hours.token, 0)
    assert found.earliest == found.limit == midnight + 9 * HOUR
    assert found.actual == midnight
    with reverts(errors.TransferRestricted, code=Restriction.TRADING_HOURS, limit=midnight + 9 * HOUR):
        hours.transfer(ana, ben, 1)
    hours.chain.travel(to=midnight + 17 * HOUR + 1_799)
    assert hours.passes(ana, ben, 1)
    hours.chain.travel(to=midnight + 4 * DAY + 17 * HOUR + 1_800)  # Friday
    assert hours.refusal(ana, ben, 1).earliest == midnight + WEEK + 9 * HOUR  # type: ignore[union-attr]


def test_HRS_1__blackout_over_the_opening__opens_when_both_allow(hours: Stage) -> None:
    ana, ben, midnight = hours.people.ana, hours.people.ben, hours.chain.now()
    blackouts = (
        Blackout(start=midnight + 8 * HOUR, end=midnight + 18 * HOUR),
        Blackout(start=midnight + DAY, end=midnight + DAY + 10 * HOUR, every=WEEK),
    )
    hours.officer(hours.hours.set_blackouts(hours.token, blackouts))
    assert hours.hours.show(hours.token) == TradingCalendar(utc_offset=HOUR, windows=OFFICE, blackouts=blackouts)
    hours.chain.travel(to=midnight + 9 * HOUR)
    found = hours.refusal(ana, ben, 1)
    assert found is not None
    assert (found.code, found.earliest) == (Restriction.BLACKOUT, midnight + DAY + 10 * HOUR)
    hours.chain.travel(to=midnight + WEEK + DAY + 9 * HOUR)
    assert hours.refusal(ana, ben, 1).earliest == midnight + WEEK + DAY + 10 * HOUR  # type: ignore[union-attr]


def test_check__as_much_as_can_be_set_and_never_open__no_time_helps(hours: Stage) -> None:
    midnight = hours.chain.now()
    halves = [TradingWindow(open=half * 720 + 60, close=half * 720 + 70) for half in range(14)]
    always = [Blackout(start=midnight, end=midnight + 2 * HOUR, every=12 * HOUR)] * 16
    hours.officer(hours.hours.set_hours(hours.token, halves, utc_offset=HOUR))
    hours.officer(hours.hours.set_blackouts(hours.token, always))
    found = hours.refusal(hours.people.ana, hours.people.ben, 1)
    assert found is not None
    assert (found.code, found.earliest) == (Restriction.TRADING_HOURS, None)
    assert hours.hours.next_opening(hours.token) is None


def test_check__closed__each_kind__transfers_to_others_only(hours: Stage) -> None:
    assert hours.refused_kinds(hours.people.ana, hours.people.ben, 1) == {Kind.TRANSFER}
    assert hours.passes(hours.people.ana, hours.second, 1)


def test_setTradingHours__none__always_open_again(hours: Stage) -> None:
    hours.officer(hours.hours.set_hours(hours.token, []))
    assert hours.passes(hours.people.ana, hours.people.ben, 1)


# ── the calendar ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_open(calendar: TradingCalendar, at: int) -> bool:
    minute = (at + calendar.utc_offset - MONDAY) % WEEK // 60
    trading = not calendar.windows or any(one.open <= minute < one.close for one in calendar.windows)
    black = any(
        one.start <= at < one.end
        or (one.every and at >= one.start and (at - one.start) % one.every < one.end - one.start)
        for one in calendar.blackouts
    )
    return trading and not black


def opening(calendar: TradingCalendar, at: int) -> int:
    """Try every second at which a window opens or a blackout ends, for weeks."""
    until = at + 8 * WEEK
    week = at - (at + calendar.utc_offset - MONDAY) % WEEK
    moments = {at}
    moments |= {begin + one.open * 60 for begin in range(week, until, WEEK) for one in calendar.windows}
    for one in calendar.blackouts:
        moments.add(one.end)
        if one.every:
            first = max(0, (at - one.end) // one.every)
            moments |= set(range(one.end + first * one.every, until, one.every))
    return min(moment for moment in moments if moment >= at and is_open(calendar, moment))


@st.composite
def calendars(draw: st.DrawFn) -> tuple[list[TradingWindow], list[tuple[int, int, int]], int]:
    """Draw windows, blackouts (from now on, in seconds) and an offset that leave some time open."""
    edges = sorted(draw(st.sets(st.integers(0, 10_080), min_size=2, max_size=16)))
    windows = [TradingWindow(open=a, close=b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    blackouts = []
    for _ in range(draw(st.integers(0, 5))):
        start, repeats = draw(st.integers(-DAY, WEEK)), draw(st.booleans())
        length = draw(st.integers(1, 2 * DAY)) + (0 if repeats else DAY)  # one that comes once has not passed
        blackouts.append((start, length, 5 * WEEK + draw(st.integers(0, 99)) if repeats else 0))
    offset = draw(st.sampled_from((0, HOUR, -5 * HOUR, 20_700)))
    return windows, blackouts, offset


@examples(5)
@given(drawn=calendars(), moments=st.lists(st.integers(0, 3 * WEEK), min_size=8, max_size=8))
def test_HRS_1__any_calendar_at_any_time__opens_when_the_model_does(
    *, session_stage: Stage, drawn: tuple[list[TradingWindow], list[tuple[int, int, int]], int], moments: list[int]
) -> None:
    stage, (windows, relative, offset) = session_stage, drawn
    before, now = stage.chain.snapshot(), stage.chain.now() + 5
    try:
        blackouts = tuple(
            Blackout(start=now + start, end=now + start + length, every=every) for start, length, every in relative
        )
        stage.officer(stage.hours.set_hours(stage.token, windows, utc_offset=offset))
        stage.officer(stage.hours.set_blackouts(stage.token, blackouts))
        calendar = stage.hours.show(stage.token)
        assert calendar == TradingCalendar(utc_offset=offset, windows=tuple(windows), blackouts=blackouts)
        for moment in moments:
            expected = opening(calendar, now + moment)
            assert stage.hours.next_opening(stage.token, at=now + moment) == expected
            assert stage.hours.next_opening(stage.token, at=expected) == expected
    finally:
        stage.chain.revert(before)
