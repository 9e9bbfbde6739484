"""The services of the external rules: what they refuse before anything is sent, what they say, and what they read."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import pytest

from tokenkit.errors import InvalidAmount, InvalidInput
from tokenkit.external import (
    Approvals,
    ApprovalTerms,
    Blackout,
    ComplianceAdapter,
    Grant,
    Request,
    RequestStatus,
    RuleKind,
    Sanctions,
    Spenders,
    Standing,
    TradingCalendar,
    TradingHours,
    TradingWindow,
    Vesting,
    Volume,
    VolumeLimit,
    deploy_rule,
    empower,
    kind_of,
)
from tokenkit.testing import reverts
from tokenkit.types import UINT96_MAX, Address

if TYPE_CHECKING:
    from collections.abc import Callable

    from tokenkit.operation import Operation
    from tokenkit.suite import Suite
    from tokenkit.testing import People

RULE = Address("0x52908400098527886E0F7030069857D2E4169EE7")
HOUR, DAY, MONDAY = 3_600, 86_400, 2_000_000_000


@pytest.mark.parametrize(
    "terms",
    [
        {"units": 0},
        {"duration": 0},
        {"cliff": DAY + 1},
        {"period": DAY + 1},
        {"start": 0},
        {"duration": 2**32},
        {"units": UINT96_MAX + 1},
    ],
)
def test_Grant__contradictory__refused(terms: dict[str, int]) -> None:
    with pytest.raises(InvalidInput):
        Grant(**({"units": 5, "start": MONDAY, "duration": DAY} | terms))


def test_Grant__vested__whole_periods_after_the_cliff_rounded_down() -> None:
    one = Grant(units=100, start=MONDAY, duration=3 * DAY, cliff=DAY, period=DAY)
    moments = (-5, 0, DAY - 1, DAY, 2 * DAY - 1, 2 * DAY, 3 * DAY - 1, 3 * DAY, 9 * DAY)
    assert [one.vested(MONDAY + moment) for moment in moments] == [0, 0, 0, 33, 33, 66, 66, 100, 100]
    assert Grant(units=100, start=MONDAY, duration=3).vested(MONDAY + 2) == 66


@pytest.mark.parametrize(
    "make",
    [
        lambda: TradingWindow(open=5, close=5),
        lambda: TradingWindow(open=0, close=10_081),
        lambda: TradingWindow.on(7, time(9), time(17)),
        lambda: TradingWindow.on(0, time(9), time(8)),
        lambda: Blackout(start=MONDAY, end=MONDAY),
        lambda: Blackout(start=MONDAY, end=MONDAY + DAY, every=DAY),
        lambda: Blackout(start=0, end=DAY),
    ],
)
def test_calendar__contradictory__refused(make: Callable[[], object]) -> None:
    with pytest.raises(InvalidInput):
        make()


def test_TradingWindow__of_a_day__in_minutes_since_monday() -> None:
    assert TradingWindow.on(1, time(9, 30), time(17)) == TradingWindow(open=1_440 + 570, close=1_440 + 1_020)
    assert TradingWindow.on(6, time(22), time(0)) == TradingWindow(open=10_080 - 120, close=10_080)


def test_services__contradictory__refused_before_anything_is_sent(suite: Suite) -> None:
    token, chain = suite.token("ORD").address, suite.chain
    volume, hours, approvals = Volume(chain, RULE), TradingHours(chain, RULE), Approvals(chain, RULE)
    for make in (
        lambda: volume.limit(token, window=DAY),
        lambda: volume.limit(token, window=0, units=5),
        lambda: volume.limit(token, window=DAY, bps=10_001),
        lambda: volume.limit_investor(token, RULE, units=0),
        lambda: hours.set_hours(token, [], utc_offset=15 * HOUR),
        lambda: approvals.request(token, RULE, 0, valid_until=MONDAY),
        lambda: approvals.request(token, RULE, 5, valid_until=0),
        lambda: approvals.approve(-1, reason="x"),
        lambda: approvals.refuse(1, reason=" "),
        lambda: Spenders(chain, RULE).set(token, [], Standing.ALLOWED),
        lambda: Vesting(chain, RULE).revoke(token, RULE, 1, reason=""),
        lambda: Vesting(chain, RULE).release(token, RULE, 5, reason=""),
        lambda: empower(chain, "speed", RULE, authority=suite.authority.address),
    ):
        with pytest.raises(InvalidInput):
            make()
    with reverts(InvalidAmount):
        volume.limit(token, window=DAY, units=UINT96_MAX)  # would be no limit


def test_services__summaries__say_what_is_signed(suite: Suite) -> None:
    token, chain = suite.token("ORD").address, suite.chain
    volume, sanctions = Volume(chain, RULE), Sanctions(chain, RULE)
    spenders, adapter = Spenders(chain, RULE), ComplianceAdapter(chain, RULE)
    operations: dict[str, Operation[None]] = {
        "Limit transfers of each investor to 1,000 units and 1 % of the supply in 86,400 seconds": volume.limit(
            token, window=DAY, units=1_000, bps=100
        ),
        f"Limit transfers of {RULE} as everybody's": volume.treat_as_everybody(token, RULE),
        f"Exempt {RULE} from the volume limit": volume.exempt(token, RULE),
        "Ask no sanctions oracle": sanctions.set_oracle(token, None),
        f"Ask the sanctions oracle {RULE}": sanctions.set_oracle(token, RULE),
        "Ask no compliance contract": adapter.set_compliance(None),
        f"Spenders {RULE}: blocked": spenders.set(token, [RULE], Standing.BLOCKED),
        "Refuse spenders that are on no list": spenders.set_others(token, allowed=False),
    }
    assert {operation.summary: words for words, operation in operations.items()} == {
        words: words for words in operations
    }


def rule(suite: Suite, people: People, kind: RuleKind) -> Address:
    """Deploy a rule and give the officer its settings."""
    authority = suite.authority.address
    token = suite.token("ORD").address if kind is RuleKind.COMPLIANCE else None
    address = deploy_rule(
        suite.chain, kind, people.deployer, authority=authority, rulebook=suite.rulebook.address, token=token
    )
    operation = empower(suite.chain, kind, address, authority=authority)
    assert operation.summary == f"Give the settings of the {kind} rule {address} to the compliance officer"
    operation.send(people.admin)
    assert kind_of(suite.chain, address) is kind
    return address


def test_vesting_and_volume__set__read_back(suite: Suite, people: People) -> None:
    token, ana, officer = suite.token("ORD").address, people.ana.address, people.compliance
    vesting = Vesting(suite.chain, rule(suite, people, RuleKind.VESTING))
    one = Grant(units=90, start=suite.chain.now(), duration=90 * DAY, period=DAY)
    assert vesting.grant(token, ana, one).send(officer).answer == 1
    (granted,) = vesting.grants(token, ana)
    assert (granted.id, granted.units, granted.start, granted.duration) == (1, 90, one.start, one.duration)
    assert vesting.locked(token, ana) == 90
    assert vesting.locked(token, ana, at=one.start + 30 * DAY) == 60
    vesting.revoke(token, ana, 1, reason="left").send(officer)
    vesting.release(token, ana, 50, reason="waived").send(officer)
    assert (vesting.forfeited(token, ana), vesting.grants(token, ana)) == (40, ())

    volume = Volume(suite.chain, rule(suite, people, RuleKind.VOLUME))
    assert (volume.show(token), volume.transferred(token, ana)) == (None, 0)
    volume.limit(token, window=DAY, units=50).send(officer)
    volume.limit_investor(token, ana, bps=100).send(officer)
    assert volume.show(token) == VolumeLimit(window=DAY, units=50, bps=None)
    assert volume.show_investor(token, ana) == VolumeLimit(window=DAY, units=None, bps=100)
    volume.limit_named(token, window=DAY).send(officer)
    volume.treat_as_everybody(token, ana).send(officer)
    assert volume.show_investor(token, ana) is None
    volume.lift(token).send(officer)
    assert volume.show(token) is None


def test_hours_and_approval__set__read_back(suite: Suite, people: People) -> None:
    token, officer, now = suite.token("ORD"), people.compliance, suite.chain.now()
    hours = TradingHours(suite.chain, rule(suite, people, RuleKind.HOURS))
    late, early = TradingWindow(open=800, close=900), TradingWindow(open=0, close=60)
    blackout = Blackout(start=now, end=now + 5 * DAY)
    hours.set_hours(token.address, [late, early], utc_offset=-HOUR).send(officer)
    hours.set_blackouts(token.address, [blackout]).send(officer)
    assert hours.show(token.address) == TradingCalendar(utc_offset=-HOUR, windows=(early, late), blackouts=(blackout,))
    opening = hours.next_opening(token.address)
    assert opening is not None
    assert opening == hours.next_opening(token.address, at=now + 1)

    approvals = Approvals(suite.chain, rule(suite, people, RuleKind.APPROVAL))
    token.issuance.issue(people.ana.address, 50, reason="founding").send(people.issuer)
    approvals.set_terms(token.address, deemed_approved_after=DAY, exempt_claims=0b10).send(officer)
    assert approvals.terms(token.address) == ApprovalTerms(deemed_approved_after=DAY, exempt_claims=0b10)
    asking = approvals.request(token.address, people.ben.address, 5, valid_until=now + 9 * DAY)
    number = asking.send(people.ana).answer
    expected = Request(
        id=number,
        token=token.address,
        giver=people.ana.address,
        receiver=people.ben.address,
        units=5,
        status=RequestStatus.PENDING,
        deemed_at=suite.chain.now() + DAY,
        valid_until=now + 9 * DAY,
    )
    assert approvals.between(token.address, people.ana.address, people.ben.address) == expected
    assert approvals.approved(token.address, people.ana.address, people.ben.address) == 0
    approvals.approve(number, reason="board").send(officer)
    assert approvals.approved(token.address, people.ana.address, people.ben.address) == 5
    approvals.cancel(number).send(people.ana)
    assert approvals.show(99) is None


def test_spenders_sanctions_and_compliance__set__read_back(suite: Suite, people: People) -> None:
    token, officer = suite.token("ORD").address, people.compliance
    spenders = Spenders(suite.chain, rule(suite, people, RuleKind.SPENDERS))
    spenders.set(token, [people.ben.address], Standing.ALLOWED).send(officer)
    assert spenders.standing(token, people.ben.address) is Standing.ALLOWED
    assert (spenders.may_spend(token, people.ben.address), spenders.others_allowed(token)) == (True, False)
    assert Sanctions(suite.chain, rule(suite, people, RuleKind.SANCTIONS)).oracle(token) is None
    adapter = ComplianceAdapter(suite.chain, rule(suite, people, RuleKind.COMPLIANCE))
    assert (adapter.token(), adapter.compliance()) == (token, None)
    suite.rulebook.add(token, adapter.address).send(officer)
    assert suite.rulebook.show(token).external_rules == (adapter.address,)
