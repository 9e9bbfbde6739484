"""The rules service: set, show, and what then moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit.errors import InvalidCountry, InvalidInput
from tokenkit.restrictions import Restriction
from tokenkit.reverts import (
    AccessManagedUnauthorized,
    CountElsewhere,
    InvalidMinimum,
    RuleNotFound,
    TransferRestricted,
)
from tokenkit.rules import (
    ALL_CLASSES,
    ALL_UNITS,
    FOR_EVER,
    CountDifference,
    CountLimit,
    CountryPair,
    Counts,
    HoldingPeriod,
    Lot,
    order_holders,
)
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tokenkit.suite import ShareClass, Suite
    from tokenkit.testing import People


@pytest.fixture
def ordinary(suite: Suite, people: People) -> ShareClass:
    """Ana holds 100 shares, Ben 50."""
    ordinary = suite.classes["ORD"]
    ordinary.issuance.issue(people.ana.address, 100, reason="founding").send(people.issuer)
    ordinary.issuance.issue(people.ben.address, 50, reason="founding").send(people.issuer)
    return ordinary


def test_cap_holdings__a_share_over_all_classes__refused(suite: Suite) -> None:
    with pytest.raises(InvalidInput):
        suite.rulebook.cap_holdings(ALL_CLASSES, bps=500)


@pytest.mark.parametrize("bps", [-1, 10_001, True])
def test_cap_holdings__not_a_share__refused(suite: Suite, ordinary: ShareClass, bps: int) -> None:
    with pytest.raises(InvalidInput):
        suite.rulebook.cap_holdings(ordinary.address, bps=bps)


def test_country_pair__not_a_country__refused() -> None:
    with pytest.raises(InvalidCountry):
        CountryPair(source=756, target=1)


def test_block_flow_back__too_many_pairs__refused(suite: Suite, ordinary: ShareClass) -> None:
    pairs = [CountryPair(source=756, target=840)] * 9
    with pytest.raises(InvalidInput, match="at most 8"):
        suite.rulebook.block_flow_back(ordinary.address, pairs)


def test_set__wrong_caller__refused(suite: Suite, ordinary: ShareClass, people: People) -> None:
    with reverts(AccessManagedUnauthorized, caller=people.issuer.address):
        suite.rulebook.cap_holdings(ordinary.address, units=1).send(people.issuer)


def test_limit_investors__minimum_above_the_limit__refused(suite: Suite, ordinary: ShareClass, people: People) -> None:
    with reverts(InvalidMinimum, minimum=6, limit=5):
        suite.rulebook.limit_investors(ordinary.address, 5, minimum=6).send(people.compliance)


def test_limit_countries__no_country__refused(suite: Suite, ordinary: ShareClass) -> None:
    with pytest.raises(InvalidInput, match="names none"):
        suite.rulebook.limit_countries(ordinary.address, [CountLimit(country=None, limit=3)])


def test_limit_groups__too_many_or_impossible__refused(suite: Suite, ordinary: ShareClass) -> None:
    with pytest.raises(InvalidInput, match="at most 4"):
        suite.rulebook.limit_groups(ordinary.address, [CountLimit(country=None, limit=3)] * 5)
    with pytest.raises(InvalidInput, match="does not look at"):
        suite.rulebook.limit_groups(ordinary.address, [CountLimit(country=None, mask=1, claims=2, limit=3)])


def test_count__nobody_holds__refused(suite: Suite) -> None:
    with pytest.raises(InvalidInput, match="Set the limit again"):
        suite.rulebook.count(suite.classes["ORD"].address, [])


def test_count__all_classes_not_by_token__refused(suite: Suite, people: People) -> None:
    with pytest.raises(InvalidInput, match="by token"):
        suite.rulebook.count(ALL_CLASSES, [people.ana.address])
    with pytest.raises(InvalidInput, match="Holders of 1 classes"):
        suite.rulebook.count(ALL_CLASSES, {suite.classes["ORD"].address: [people.ana.address]})


def test_count__a_movement_in_between__refused_and_begun_again(
    suite: Suite, ordinary: ShareClass, people: People
) -> None:
    rules, token, holders = suite.rulebook, ordinary.address, [people.ana.address, people.ben.address]
    rules.limit_investors(token, 5).send(people.compliance)
    first, second = rules.count(token, holders, page=1)
    first.send(people.compliance)
    ordinary.transfers.transfer(people.ben.address, 1).send(people.ana)
    with reverts(CountElsewhere, position=0):
        second.send(people.compliance)
    assert len(rules.count(token, holders, page=1)) == 2


def test_count__stopped_half_way__goes_on_there(suite: Suite, ordinary: ShareClass, people: People) -> None:
    rules, token, holders = suite.rulebook, ordinary.address, [people.ana.address, people.ben.address]
    rules.limit_investors(token, 5, minimum=1).send(people.compliance)
    first, _ = rules.count(token, holders, page=1)
    first.send(people.compliance)
    assert rules.count_position(token) == 1
    assert len(rules.count(token, holders, page=1, afresh=True)) == 2
    assert rules.show(token).pending
    (rest,) = rules.count(token, holders, page=1)
    rest.send(people.compliance)
    settings = rules.show(token)
    assert (settings.pending, settings.investors_counted, settings.investor_count) == (False, True, 2)
    assert (settings.minimum_investors, rules.count_position(token)) == (1, 0)


def test_count__all_classes__by_token(suite: Suite, ordinary: ShareClass, people: People) -> None:
    rules, preferred = suite.rulebook, suite.classes["PREF"]
    preferred.issuance.issue(people.ben.address, 10, reason="founding").send(people.issuer)
    preferred.issuance.issue(people.emil.address, 10, reason="founding").send(people.issuer)
    holders = {
        ordinary.address: [people.ana.address, people.ben.address],
        preferred.address: [people.ben.address, people.emil.address],
    }
    rules.limit_investors(ALL_CLASSES, 9).send(people.compliance)
    rules.limit_groups(ALL_CLASSES, [CountLimit(country=840, mask=0b10, claims=0, limit=35)]).send(people.compliance)
    assert rules.show().pending
    (page,) = rules.count(ALL_CLASSES, holders)
    page.send(people.compliance)
    assert rules.recount(ALL_CLASSES, holders) == Counts(units=170, investors=3, countries=(), groups=(1,))
    assert (rules.show().investor_count, rules.show().group_limits[0].count) == (3, 1)
    assert rules.prove_counts(ALL_CLASSES, holders) == ()


def test_prove_counts__a_holder_left_out__named(suite: Suite, ordinary: ShareClass, people: People) -> None:
    rules, token, holders = suite.rulebook, ordinary.address, [people.ana.address, people.ben.address]
    rules.limit_investors(token, 9).send(people.compliance)
    limits = [CountLimit(country=276, limit=5), CountLimit(country=756, limit=5)]
    rules.limit_countries(token, limits).send(people.compliance)
    rules.limit_groups(token, [CountLimit(country=None, mask=1, claims=1, limit=7)]).send(people.compliance)
    assert rules.prove_counts(token, holders[:1]) == ()  # nothing in force has a count yet
    for page in rules.count(token, holders):
        page.send(people.compliance)
    assert rules.prove_counts(token, holders) == ()
    before = suite.chain.block().number
    ordinary.transfers.transfer(people.chloe.address, 50).send(people.ben)
    assert rules.prove_counts(token, holders, block=before) == ()
    assert rules.prove_counts(token, holders) == (
        CountDifference(about="investors", stored=2, counted=1),
        CountDifference(about="group 1", stored=2, counted=1),
    )


def test_remove__a_rule_not_in_force__refused(suite: Suite, ordinary: ShareClass, people: People) -> None:
    with reverts(RuleNotFound, rule=people.ana.address):
        suite.rulebook.remove(ordinary.address, people.ana.address).send(people.compliance)


def test_show__nothing_set__all_off(suite: Suite, ordinary: ShareClass) -> None:
    settings = suite.rulebook.show(ordinary.address)
    assert (settings.holding_units, settings.holding_bps, settings.investor_limit) == (None, None, None)
    assert (settings.flow_back_until, settings.flow_back, settings.external_rules) == (None, (), ())


def test_show__everything_set__read_back(suite: Suite, ordinary: ShareClass, people: People) -> None:
    rules, token = suite.rulebook, ordinary.address
    pair, limit = CountryPair(source=0, target=840), CountLimit(country=276, mask=2, claims=0, limit=35)
    period = HoldingPeriod(seconds=86_400, exempt_claims=0b10)
    for operation in (
        rules.cap_holdings(token, units=120, bps=9_000),
        rules.limit_investors(token, 2, minimum=1),
        rules.limit_countries(token, [limit]),
        rules.block_flow_back(token, [pair]),
        rules.set_minimum_holding(token, 10, whole_position=True),
        rules.authorise(token, 1_000),
        rules.set_holding_period(token, period),
        rules.lock(token, people.ana.address, until=suite.chain.now() + 1_000),
        rules.deny([people.mallory.address], reason="Sanctioned"),
    ):
        operation.send(people.compliance)
    settings = rules.show(token)
    assert (settings.holding_units, settings.holding_bps) == (120, 9_000)
    assert (settings.investor_limit, settings.minimum_investors, settings.investors_counted) == (2, 1, False)
    assert [(one.rule, one.counted) for one in settings.country_limits] == [(limit, False)]
    assert (settings.flow_back, settings.flow_back_until) == ((pair,), FOR_EVER)
    assert (settings.minimum_units, settings.whole_position, settings.authorised_units) == (10, True, 1_000)
    assert (settings.holding_period, settings.lockups, settings.deny_list) == (period, True, True)
    assert settings.wished().country_limits == (limit,)
    lock = rules.lock_of(token, people.ana.address)
    assert lock is not None
    assert lock.units == ALL_UNITS
    assert token in rules.tokens()


def test_show__a_minimum_only__no_limit(suite: Suite, ordinary: ShareClass, people: People) -> None:
    suite.rulebook.limit_investors(ordinary.address, None, minimum=2).send(people.compliance)
    settings = suite.rulebook.show(ordinary.address)
    assert (settings.investor_limit, settings.minimum_investors, settings.pending) == (None, 2, True)


def test_limit_investors__full__the_next_is_refused(suite: Suite, ordinary: ShareClass, people: People) -> None:
    rules, token = suite.rulebook, ordinary.address
    rules.limit_investors(token, 2).send(people.compliance)
    for page in rules.count(token, [people.ana.address, people.ben.address]):
        page.send(people.compliance)
    with reverts(TransferRestricted, code=Restriction.INVESTOR_COUNT):
        ordinary.transfers.transfer(people.chloe.address, 1).send(people.ana)
    ordinary.transfers.transfer(people.chloe.address, 50).send(people.ben)  # who leaves makes room
    rules.limit_investors(token, None).send(people.compliance)
    assert rules.show(token).investor_limit is None


def test_lots__set_and_issued__lock_until_their_time(suite: Suite, ordinary: ShareClass, people: People) -> None:
    rules, token, ana = suite.rulebook, ordinary.address, people.ana.address
    now = suite.chain.now()
    rules.set_holding_period(token, HoldingPeriod(seconds=86_400)).send(people.compliance)
    tacked = Lot(units=90, acquired=now - 86_400, until=now + 3_600)
    rules.set_lots(token, ana, [tacked]).send(people.compliance)
    ordinary.issuance.issue(ana, 5, reason="Seed round").send(people.issuer)
    first, second = rules.lots_of(token, ana)
    assert (first, second.units, second.until - second.acquired) == (tacked, 5, 86_400)
    with reverts(TransferRestricted, code=Restriction.HOLDING_PERIOD, account=ana):
        ordinary.transfers.transfer(people.ben.address, 11).send(people.ana)
    ordinary.transfers.transfer(people.ben.address, 10).send(people.ana)
    rules.set_holding_period(token, None).send(people.compliance)
    assert (rules.lots_of(token, ana), rules.show(token).holding_period) == ((), None)


def test_deny__then_allow__moves_again(suite: Suite, ordinary: ShareClass, people: People) -> None:
    rules, ben = suite.rulebook, people.ben.address
    with pytest.raises(InvalidInput, match="0 wallets"):
        rules.deny([], reason="Sanctioned")
    rules.deny([ben], reason="Sanctioned").send(people.compliance)
    with reverts(TransferRestricted, code=Restriction.DENIED, account=ben):
        ordinary.transfers.transfer(ben, 1).send(people.ana)
    rules.switch_deny_list(on=False).send(people.compliance)
    assert (rules.is_denied(ben), rules.show(ordinary.address).deny_list) == (True, False)
    rules.switch_deny_list(on=True).send(people.compliance)
    rules.allow([ben], reason="Taken off the list").send(people.compliance)
    ordinary.transfers.transfer(ben, 1).send(people.ana)


def test_unlock__a_locked_wallet__moves_again(suite: Suite, ordinary: ShareClass, people: People) -> None:
    token = ordinary.address
    suite.rulebook.lock(token, people.ana.address, until=suite.chain.now() + 1_000).send(people.compliance)
    with reverts(TransferRestricted, code=Restriction.LOCKUP, account=people.ana.address):
        ordinary.transfers.transfer(people.ben.address, 1).send(people.ana)
    suite.rulebook.unlock(token, people.ana.address).send(people.compliance)
    assert suite.rulebook.lock_of(token, people.ana.address) is None
    ordinary.transfers.transfer(people.ben.address, 1).send(people.ana)
    suite.rulebook.switch_lockups(token, on=False).send(people.compliance)
    assert not suite.rulebook.show(token).lockups


def test_cap_holdings__over_all_classes__read_back(suite: Suite, people: People) -> None:
    suite.rulebook.cap_holdings(ALL_CLASSES, units=500).send(people.compliance)
    assert suite.rulebook.show().holding_units == 500
    suite.rulebook.cap_holdings(ALL_CLASSES).send(people.compliance)
    assert suite.rulebook.show().holding_units is None


def test_order_holders__any_order__numeric_not_alphabetic(people: People) -> None:
    wallets = [people.ana.address, people.ben.address, people.chloe.address, people.ana.address]
    ordered = order_holders(wallets)
    assert [int(wallet, 16) for wallet in ordered] == sorted({int(wallet, 16) for wallet in wallets})
