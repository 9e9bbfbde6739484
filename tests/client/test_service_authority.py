"""The authority service: powers, and acts that have to wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit.authority import Authority
from tokenkit.errors import InvalidInput
from tokenkit.powers import Role
from tokenkit.reverts import (
    AccessManagedUnauthorized,
    AccessManagerNotReady,
    AccessManagerNotScheduled,
    AccessManagerUnauthorizedAccount,
)
from tokenkit.testing import next_transaction_at, reverts

if TYPE_CHECKING:
    from tokenkit.operation import Operation
    from tokenkit.suite import Suite
    from tokenkit.testing import People


@pytest.fixture
def authority(suite: Suite) -> Authority:
    return Authority(suite.chain, suite.record.address("manager"))


@pytest.fixture
def upgrade(suite: Suite) -> Operation[None]:
    return suite.classes["PREF"].issuance.upgrade(suite.record.address("token implementation"))


def test_grant__wrong_caller__refused(authority: Authority, people: People) -> None:
    with pytest.raises(AccessManagerUnauthorizedAccount):
        authority.grant(Role.ISSUER, people.ana.address).send(people.ana)


@pytest.mark.parametrize("delay", [-1, 2**32])
def test_grant__impossible_delay__refused(authority: Authority, people: People, delay: int) -> None:
    with pytest.raises(InvalidInput):
        authority.grant(Role.ISSUER, people.ana.address, delay=delay)


def test_grant__and_revoke__powers_follow(suite: Suite, authority: Authority, people: People) -> None:
    act = suite.classes["ORD"].issuance.issue(people.ben.address, 5, reason="r")
    assert not authority.permission(people.ana.address, act).allowed
    authority.grant(Role.ISSUER, people.ana.address).send(people.admin)
    assert authority.membership(Role.ISSUER, people.ana.address).member
    assert authority.permission(people.ana.address, act).immediately
    act.send(people.ana)
    authority.revoke(Role.ISSUER, people.ana.address).send(people.admin)
    with reverts(AccessManagedUnauthorized, caller=people.ana.address):
        act.send(people.ana)


def test_holders__granted_and_revoked__who_holds_the_role_of_an_act_now(
    suite: Suite, authority: Authority, people: People
) -> None:
    act = suite.classes["ORD"].issuance.issue(people.ben.address, 5, reason="r")
    assert authority.role_for(act) == Role.ISSUER
    assert authority.holders(Role.ISSUER) == (people.issuer.address,)
    authority.grant(Role.ISSUER, people.ana.address).send(people.admin)
    authority.revoke(Role.ISSUER, people.issuer.address).send(people.admin)
    first = suite.record.contract("manager").block
    assert authority.holders(Role.ISSUER, from_block=first) == (people.ana.address,)
    assert authority.holders(Role.NOBODY) == ()


def test_schedule__too_early_or_not_announced__refused(
    authority: Authority, people: People, upgrade: Operation[None]
) -> None:
    with pytest.raises(AccessManagerNotScheduled):
        upgrade.send(people.upgrader)
    authority.schedule(upgrade).send(people.upgrader)
    with pytest.raises(AccessManagerNotReady):
        upgrade.send(people.upgrader)


def test_schedule__waited__carried_out_once(
    suite: Suite, authority: Authority, people: People, upgrade: Operation[None]
) -> None:
    permission = authority.permission(people.upgrader.address, upgrade)
    assert (permission.immediately, permission.delay, permission.allowed) == (False, 3_600, True)
    authority.schedule(upgrade).send(people.upgrader)
    ready = authority.scheduled(upgrade, caller=people.upgrader.address)
    assert ready == suite.chain.now() + 3_600
    next_transaction_at(suite.chain, ready)  # type: ignore[arg-type]  # the fixture's chain can travel
    upgrade.send(people.upgrader)
    assert authority.scheduled(upgrade, caller=people.upgrader.address) is None


def test_cancel__by_a_guardian__never_carried_out(
    suite: Suite, authority: Authority, people: People, upgrade: Operation[None]
) -> None:
    authority.schedule(upgrade).send(people.upgrader)
    authority.cancel(upgrade, caller=people.upgrader.address).send(people.guardian)
    assert authority.scheduled(upgrade, caller=people.upgrader.address) is None
    next_transaction_at(suite.chain, suite.chain.now() + 10_000)  # type: ignore[arg-type]  # as above
    with pytest.raises(AccessManagerNotScheduled):
        upgrade.send(people.upgrader)


def test_add_agent__not_planned__refused(suite: Suite, people: People) -> None:
    issuance = suite.classes["ORD"].issuance
    assert not issuance.is_agent(people.ana.address)
    for operation in (issuance.add_agent(people.ana.address), issuance.remove_agent(people.ana.address)):
        with reverts(AccessManagedUnauthorized, caller=people.ana.address):
            operation.send(people.ana)


def test_set_onchain_id__wrong_caller__refused(suite: Suite, people: People) -> None:
    with reverts(AccessManagedUnauthorized, caller=people.ana.address):
        suite.classes["ORD"].issuance.set_onchain_id(people.ana.address).send(people.ana)
