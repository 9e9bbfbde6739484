"""Vesting: a curve in plain Python, and what an employee plan does to it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contracts.external_rules.conftest import REASON, examples

from tokenkit import reverts as errors
from tokenkit.external import Grant, RuleKind
from tokenkit.restrictions import Restriction
from tokenkit.testing import reverts
from tokenkit.transfers import Kind

if TYPE_CHECKING:
    from tests.contracts.external_rules.conftest import Stage

    from tokenkit.chain import Signer
    from tokenkit.errors import Reverted
    from tokenkit.operation import Sent

DAY = 86_400


@pytest.fixture
def vesting(stage: Stage) -> Stage:
    """Obey the rule; ana holds 1,000 units of which 600 vest over ten days, daily, after a cliff of three."""
    stage.obey(RuleKind.VESTING)
    grant(stage, stage.people.ana, units=600, duration=10 * DAY, cliff=3 * DAY, period=DAY)
    return stage


def grant(stage: Stage, to: Signer, *, start: int | None = None, **terms: int) -> Sent[int]:
    begins = stage.chain.now() if start is None else start
    return stage.officer(stage.vesting.grant(stage.token, to.address, Grant(start=begins, **terms)))


def vested(one: Grant, at: int) -> int:
    """Say how much has vested, by counting steps."""
    if at < one.start + one.cliff:
        return 0
    if at >= one.start + one.duration:
        return one.units
    step = one.period or 1
    steps = (at - one.start) // step
    return int(Fraction(one.units) * steps * step / one.duration)


# ── refusals of the officer ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("terms", "error", "values"),
    [
        ({"units": 0}, errors.NoUnits, {}),
        ({"duration": 0}, errors.NoDuration, {}),
        ({"cliff": 11}, errors.CliffAfterEnd, {"cliff": 11, "duration": 10}),
        ({"period": 11}, errors.PeriodTooLong, {"period": 11, "duration": 10}),
        ({"start": 1_000}, errors.InThePast, {"time": 1_010}),
    ],
)
def test_grantUnits__contradictory_terms__refused(
    stage: Stage, terms: dict[str, int], error: type[Reverted], values: dict[str, int]
) -> None:
    good = {"units": 5, "start": stage.chain.now(), "cliff": 0, "duration": 10, "period": 0, "id": 0}
    rule = stage.handle(RuleKind.VESTING)
    with reverts(error, **values):
        rule.send(stage.people.compliance, "grantUnits", stage.token, stage.people.ana.address, good | terms)


def test_grantUnits__token_not_served__refused(stage: Stage) -> None:
    one = Grant(units=5, start=stage.chain.now(), duration=10)
    with reverts(errors.TokenNotBound, token=stage.suite.registry.address):
        stage.officer(stage.vesting.grant(stage.suite.registry.address, stage.people.ana.address, one))


def test_grantUnits__wallet_not_registered__refused(stage: Stage) -> None:
    with reverts(errors.UnknownInvestor, wallet=stage.spare.address):
        grant(stage, stage.spare, units=5, duration=10)


def test_grantUnits__ninth_that_vests__refused_until_one_has_vested(stage: Stage) -> None:
    ana = stage.people.ana
    for number in range(8):
        grant(stage, ana, units=1, duration=DAY * (number + 1))
    with reverts(errors.TooManyGrants, investor=ana.address, limit=8):
        grant(stage, ana, units=1, duration=DAY)
    stage.chain.travel(by=DAY)
    grant(stage, ana, units=1, duration=DAY)
    assert sorted(one.id for one in stage.vesting.grants(stage.token, ana.address)) == list(range(2, 10))


def test_revoke__no_such_grant__refused(vesting: Stage) -> None:
    for wallet, identifier in ((vesting.people.ana, 2), (vesting.people.ben, 1)):
        with reverts(errors.GrantNotFound, investor=wallet.address, id=identifier):
            vesting.officer(vesting.vesting.revoke(vesting.token, wallet.address, identifier, reason=REASON))


def test_release__more_than_forfeited__refused(vesting: Stage) -> None:
    ana = vesting.people.ana.address
    with reverts(errors.ReleaseExceedsForfeited, investor=ana, forfeited=0, units=1):
        vesting.officer(vesting.vesting.release(vesting.token, ana, 1, reason=REASON))


# ── what holders may do ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_VST_1__before_and_after_the_cliff__what_is_not_locked_and_no_more(vesting: Stage) -> None:
    ana, ben = vesting.people.ana, vesting.people.ben
    (one,) = vesting.vesting.grants(vesting.token, ana.address)
    found = vesting.refusal(ana, ben, 401)
    assert found is not None
    assert (found.code, found.account, found.limit, found.actual) == (Restriction.VESTING, ana.address, 400, 401)
    assert (found.largest, found.earliest) == (400, one.start + 3 * DAY)
    with reverts(errors.TransferRestricted, code=Restriction.VESTING, account=ana.address, limit=400, actual=401):
        vesting.transfer(ana, ben, 401)
    vesting.transfer(ana, ben, 400)
    vesting.chain.travel(to=one.start + 3 * DAY)
    found = vesting.refusal(ana, ben, 181)
    assert found is not None
    assert (found.limit, found.earliest) == (180, one.start + 4 * DAY)


def test_VST_1__more_than_is_held__waiting_does_not_help(vesting: Stage) -> None:
    (found,) = [
        refusal
        for refusal in vesting.ord.transfers.explain(
            vesting.people.ana.address, vesting.people.ben.address, 1_001
        ).refusals
        if refusal.code == Restriction.VESTING
    ]
    assert found.earliest is None


def test_check__each_kind__transfers_only(vesting: Stage) -> None:
    assert vesting.refused_kinds(vesting.people.ana, vesting.people.ben, 1_000) == {Kind.TRANSFER}
    assert vesting.refused_kinds(vesting.people.ben, vesting.people.ana, 500) == set()


def test_VST_1__second_wallet__shares_the_lock_and_is_reached_freely(vesting: Stage) -> None:
    ana, ben, second = vesting.people.ana, vesting.people.ben, vesting.second
    vesting.transfer(ana, second, 900)
    assert vesting.refusal(second, ben, 500).limit == 400  # type: ignore[union-attr]
    vesting.transfer(second, ben, 400)
    assert not vesting.passes(ana, ben, 1)


def test_VST_1__recovered__the_grant_goes_along(vesting: Stage) -> None:
    ana, ben = vesting.people.ana, vesting.people.ben
    vesting.recover(ana, vesting.second, ana.address)
    assert vesting.units(vesting.second) == 1_000
    assert vesting.refusal(vesting.second, ben, 401).limit == 400  # type: ignore[union-attr]


def test_check__as_many_grants_as_can_be__answers_within_its_gas(stage: Stage) -> None:
    stage.obey(RuleKind.VESTING)
    now = stage.chain.now()
    for number in range(8):
        grant(stage, stage.people.ana, start=now, units=125, duration=2**32 - 1 - number, period=number)
    found = stage.refusal(stage.people.ana, stage.people.ben, 1_000)
    assert found is not None
    assert (found.code, found.earliest) == (Restriction.VESTING, now + 2**32 - 1)


# ── leaving ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_VST_2__revoked__vested_stays_free_and_the_rest_is_locked_until_redeemed(vesting: Stage) -> None:
    ana, ben, rule = vesting.people.ana, vesting.people.ben, vesting.vesting
    (one,) = rule.grants(vesting.token, ana.address)
    vesting.chain.travel(to=one.start + 5 * DAY)
    sent = vesting.officer(rule.revoke(vesting.token, ana.address, one.id, reason=REASON))
    (event,) = sent.events
    assert (event.name, event.args["vested"], event.args["forfeited"]) == ("GrantRevoked", 300, 300)
    assert rule.grants(vesting.token, ana.address) == ()
    vesting.chain.travel(to=one.start + 20 * DAY)
    found = vesting.refusal(ana, ben, 701)
    assert (found.limit, found.earliest) == (700, None)  # type: ignore[union-attr]

    (event,) = [one for one in vesting.redeem(ana, 200).events if one.name == "ForfeitedReleased"]
    assert (event.args["units"], event.args["reason"]) == (200, "")
    vesting.force(ana, ben, 250)
    assert rule.forfeited(vesting.token, ana.address) == 0
    assert vesting.passes(ana, ben, 550)


def test_release__after_a_revocation__is_accelerated_vesting(vesting: Stage) -> None:
    ana, ben, rule = vesting.people.ana, vesting.people.ben, vesting.vesting
    vesting.officer(rule.revoke(vesting.token, ana.address, 1, reason=REASON))
    vesting.officer(rule.release(vesting.token, ana.address, 500, reason=REASON))
    assert rule.locked(vesting.token, ana.address) == rule.forfeited(vesting.token, ana.address) == 100
    assert vesting.passes(ana, ben, 900)


def test_moved__redemption_without_anything_forfeited__takes_nothing_off_a_grant(vesting: Stage) -> None:
    vesting.redeem(vesting.people.ana, 500)
    assert vesting.vesting.locked(vesting.token, vesting.people.ana.address) == 600
    assert not vesting.passes(vesting.people.ana, vesting.people.ben, 1)


# ── the curve ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def grants(draw: st.DrawFn) -> list[tuple[int, int, int, int, int]]:
    """Draw units, start (before or after now), duration, cliff and period of some grants."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        duration = draw(st.integers(100, 4_000))
        found.append(
            (
                draw(st.integers(1, 400)),
                draw(st.integers(-50, 2_000)),
                duration,
                draw(st.integers(0, duration)),
                draw(st.sampled_from((0, 1, 7, 90))),
            )
        )
    return found


@examples(4)
@given(drawn=grants(), moments=st.lists(st.integers(10, 6_000), min_size=3, max_size=3), share=st.integers(1, 1_000))
def test_VST_1__any_grants_at_any_time__as_the_curve_says(
    *, session_stage: Stage, drawn: list[tuple[int, int, int, int, int]], moments: list[int], share: int
) -> None:
    stage, (ana, ben) = session_stage, (session_stage.people.ana, session_stage.people.ben)
    before = stage.chain.snapshot()
    try:
        stage.issue(ana, 1_000)
        stage.obey(RuleKind.VESTING)
        now = stage.chain.now()
        given_ = [
            Grant(units=units, start=now + start, duration=duration, cliff=cliff, period=period)
            for units, start, duration, cliff, period in drawn
        ]
        for one in given_:
            stage.officer(stage.vesting.grant(stage.token, ana.address, one))
        for moment in sorted(set(moments)):
            at = now + moment
            stage.chain.travel(to=at)
            locked = sum(one.units - vested(one, at) for one in given_)
            assert stage.vesting.locked(stage.token, ana.address) == locked
            assert sum(one.units - one.vested(at) for one in given_) == locked
            units = min(share, 1_000)
            found = stage.refusal(ana, ben, units)
            assert (found is None) == (units <= max(0, 1_000 - locked))
            if found is not None:
                assert found.largest == max(0, 1_000 - locked)
                assert found.earliest is not None
    finally:
        stage.chain.revert(before)
