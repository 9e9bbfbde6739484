"""The rules service: set, show, and what then moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit.errors import InvalidCountry, InvalidInput
from tokenkit.restrictions import Restriction
from tokenkit.reverts import AccessManagedUnauthorized, HoldersIncomplete, RuleNotFound, TransferRestricted
from tokenkit.rules import ALL_CLASSES, ALL_UNITS, FOR_EVER, CountryPair, order_holders
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


def test_limit_investors__holders_left_out__refused(suite: Suite, ordinary: ShareClass, people: People) -> None:
    with reverts(HoldersIncomplete, units=100, supply=150):
        suite.rulebook.limit_investors(ordinary.address, 5, holders=[people.ana.address]).send(people.compliance)


def test_remove__a_rule_not_in_force__refused(suite: Suite, ordinary: ShareClass, people: People) -> None:
    with reverts(RuleNotFound, rule=people.ana.address):
        suite.rulebook.remove(ordinary.address, people.ana.address).send(people.compliance)


def test_show__nothing_set__all_off(suite: Suite, ordinary: ShareClass) -> None:
    settings = suite.rulebook.show(ordinary.address)
    assert (settings.holding_units, settings.holding_bps, settings.investor_limit) == (None, None, None)
    assert (settings.flow_back_until, settings.flow_back, settings.external_rules) == (None, (), ())


def test_show__everything_set__read_back(suite: Suite, ordinary: ShareClass, people: People) -> None:
    rules, token = suite.rulebook, ordinary.address
    pair = CountryPair(source=0, target=840)
    holders = [people.ben.address, people.ana.address]  # in any order: the service sorts them
    for operation in (
        rules.cap_holdings(token, units=120, bps=9_000),
        rules.limit_investors(token, 2, holders=holders),
        rules.block_flow_back(token, [pair]),
        rules.lock(token, people.ana.address, until=suite.chain.now() + 1_000),
    ):
        operation.send(people.compliance)
    settings = rules.show(token)
    assert (settings.holding_units, settings.holding_bps) == (120, 9_000)
    assert (settings.investor_limit, settings.investor_count) == (2, 2)
    assert (settings.flow_back, settings.flow_back_until) == ((pair,), FOR_EVER)
    assert settings.lockups
    lock = rules.lock_of(token, people.ana.address)
    assert lock is not None
    assert lock.units == ALL_UNITS
    assert rules.recount(token, holders) == 2
    assert token in rules.tokens()


def test_limit_investors__full__the_next_is_refused(suite: Suite, ordinary: ShareClass, people: People) -> None:
    holders = [people.ana.address, people.ben.address]
    suite.rulebook.limit_investors(ordinary.address, 2, holders=holders).send(people.compliance)
    with reverts(TransferRestricted, code=Restriction.INVESTOR_COUNT):
        ordinary.transfers.transfer(people.chloe.address, 1).send(people.ana)
    ordinary.transfers.transfer(people.chloe.address, 50).send(people.ben)  # who leaves makes room
    suite.rulebook.limit_investors(ordinary.address, None).send(people.compliance)
    assert suite.rulebook.show(ordinary.address).investor_limit is None


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
