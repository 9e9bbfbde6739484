"""The issuance service: what office holders do to a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit.errors import InvalidAddress, InvalidAmount, InvalidInput, Reverted
from tokenkit.issuance import Allotment
from tokenkit.restrictions import Restriction
from tokenkit.reverts import (
    AccessManagedUnauthorized,
    ERC20InsufficientBalance,
    InvalidRecordDate,
    PauseUnchanged,
    TransferRestricted,
)
from tokenkit.testing import reverts
from tokenkit.types import UINT96_MAX

if TYPE_CHECKING:
    from collections.abc import Callable

    from tokenkit.issuance import Issuance
    from tokenkit.operation import Operation
    from tokenkit.suite import ShareClass, Suite
    from tokenkit.testing import People

HASH = bytes(range(32))


@pytest.fixture
def ordinary(suite: Suite) -> ShareClass:
    return suite.classes["ORD"]


def issue(ordinary: ShareClass, people: People, units: int = 100) -> None:
    ordinary.issuance.issue(people.ana.address, units, reason="founding").send(people.issuer)


@pytest.mark.parametrize("units", [-1, UINT96_MAX + 1, 1.0, "5", True])
def test_issue__not_a_number_of_units__refused_before_anything_is_sent(
    ordinary: ShareClass, people: People, units: object
) -> None:
    with pytest.raises(InvalidAmount):
        ordinary.issuance.issue(people.ana.address, units, reason="founding")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(InvalidAmount):
        Allotment(to=people.ana.address, units=units)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_issue__no_reason__refused(ordinary: ShareClass, people: People, reason: str) -> None:
    with pytest.raises(InvalidInput, match="reason"):
        ordinary.issuance.issue(people.ana.address, 1, reason=reason)


def test_issue__bad_document_hash__refused(ordinary: ShareClass, people: People) -> None:
    with pytest.raises(InvalidInput, match="32 bytes"):
        ordinary.issuance.issue(people.ana.address, 1, reason="founding", document_hash=b"short")


def test_issue__bad_checksum__refused(ordinary: ShareClass) -> None:
    with pytest.raises(InvalidAddress, match="checksum"):
        ordinary.issuance.issue("0x52908400098527886E0F7030069857D2E4169Ee7", 1, reason="founding")


ACTS: dict[str, Callable[[Issuance, People], Operation[None]]] = {
    "issue": lambda issuance, people: issuance.issue(people.ana.address, 1, reason="r"),
    "redeem": lambda issuance, people: issuance.redeem(people.ana.address, 0, reason="r"),
    "force": lambda issuance, people: issuance.force_transfer(people.ana.address, people.ben.address, 0, reason="r"),
    "freeze wallet": lambda issuance, people: issuance.freeze_wallet(people.ana.address, reason="r"),
    "freeze units": lambda issuance, people: issuance.freeze_units(people.ana.address, 1, reason="r"),
    "recover": lambda issuance, people: issuance.recover(
        people.ana.address, people.ben.address, people.ana.address, reason="r"
    ),
    "pause": lambda issuance, _: issuance.pause(),
    "record date": lambda issuance, _: issuance.schedule_record_date(2**33),
    "registry": lambda issuance, people: issuance.set_registry(people.ana.address),
    "rulebook": lambda issuance, people: issuance.set_rulebook(people.ana.address),
    "name": lambda issuance, _: issuance.rename("Other"),
    "symbol": lambda issuance, _: issuance.change_symbol("OTH"),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_acts__by_a_holder__refused(ordinary: ShareClass, people: People, act: Callable[..., Operation[None]]) -> None:
    with reverts(AccessManagedUnauthorized, caller=people.ana.address):
        act(ordinary.issuance, people).send(people.ana)


def test_issue__not_admitted__refused_with_the_reason(ordinary: ShareClass, people: People) -> None:
    with reverts(TransferRestricted, code=Restriction.RECEIVER_NOT_REGISTERED, account=people.mallory.address):
        ordinary.issuance.issue(people.mallory.address, 1, reason="founding").send(people.issuer)
    assert ordinary.transfers.supply() == 0


def test_issue__admitted__units_supply_event_and_reason(ordinary: ShareClass, people: People) -> None:
    operation = ordinary.issuance.issue(people.ana.address, 100, reason=" founding ", document_hash=HASH)
    sent = operation.send(people.issuer)
    transfer = next(event for event in sent.events if event.name == "Transfer")
    assert transfer.args["to"] == people.ana.address
    assert transfer.args["value"] == 100
    assert ordinary.transfers.balance(people.ana.address).units == ordinary.transfers.supply() == 100
    (act,) = ordinary.issuance.acts()
    assert (act.operator, act.account, act.reason, act.document_hash) == (
        people.issuer.address,
        people.ana.address,
        "founding",
        HASH,
    )
    assert act.transaction == sent.receipt.transaction_hash


def test_issue_many__several__in_one_transaction_for_one_reason(ordinary: ShareClass, people: People) -> None:
    wallets = [people.ana.address, people.ben.address, people.chloe.address, people.dora.address]
    allotments = [Allotment(to=wallet, units=units) for units, wallet in enumerate([*wallets, *wallets])]
    (operation,) = ordinary.issuance.issue_many(allotments, sender=people.issuer.address, reason="bonus")
    operation.send(people.issuer)
    assert [each.units for each in ordinary.transfers.balances(wallets)] == [4, 6, 8, 10]
    assert ordinary.transfers.reconcile() == ()
    assert [act.reason for act in ordinary.issuance.acts()] == ["bonus"]


def test_redeem__more_than_held__refused(ordinary: ShareClass, people: People) -> None:
    issue(ordinary, people)
    with reverts(ERC20InsufficientBalance, sender=people.ana.address, balance=100, needed=101):
        ordinary.issuance.redeem(people.ana.address, 101, reason="buy-back").send(people.issuer)


def test_redeem__part__supply_falls(ordinary: ShareClass, people: People) -> None:
    issue(ordinary, people)
    ordinary.issuance.redeem(people.ana.address, 40, reason="buy-back").send(people.issuer)
    assert ordinary.transfers.balance(people.ana.address).units == ordinary.transfers.supply() == 60


def test_force_transfer__ordered__moved_with_its_reason(ordinary: ShareClass, people: People) -> None:
    issue(ordinary, people)
    order = ordinary.issuance.force_transfer(
        people.ana.address, people.ben.address, 30, reason="court order", document_hash=HASH
    )
    sent = order.send(people.enforcement)
    assert {"Transfer", "Justified"} <= {event.name for event in sent.events}
    assert [each.units for each in ordinary.transfers.balances([people.ana.address, people.ben.address])] == [70, 30]


def test_freeze_wallet__and_release__transfers_stop_and_go_on(ordinary: ShareClass, people: People) -> None:
    issue(ordinary, people)
    ordinary.issuance.freeze_wallet(people.ana.address, reason="court order").send(people.enforcement)
    assert ordinary.issuance.is_frozen(people.ana.address)
    assert ordinary.transfers.balance(people.ana.address).free == 0
    with reverts(TransferRestricted, code=Restriction.SENDER_FROZEN, account=people.ana.address):
        ordinary.transfers.transfer(people.ben.address, 1).send(people.ana)
    ordinary.issuance.unfreeze_wallet(people.ana.address, reason="lifted").send(people.enforcement)
    ordinary.transfers.transfer(people.ben.address, 1).send(people.ana)


def test_freeze_units__part__the_rest_is_free(ordinary: ShareClass, people: People) -> None:
    issue(ordinary, people)
    ordinary.issuance.freeze_units(people.ana.address, 30, reason="pledge").send(people.enforcement)
    balance = ordinary.transfers.balance(people.ana.address)
    assert (balance.units, balance.frozen, balance.free) == (100, 30, 70)
    assert ordinary.issuance.frozen_units(people.ana.address) == 30


def test_recover__lost_wallet__everything_passes(suite: Suite, people: People) -> None:
    ordinary = suite.classes["ORD"]
    issue(ordinary, people)
    suite.registry.link(people.mallory.address, people.ana.address).send(people.registrar)
    identity = suite.registry.identities([people.ana.address])[people.ana.address]
    recovery = ordinary.issuance.recover(people.ana.address, people.mallory.address, identity, reason="key lost")
    recovery.send(people.enforcement)
    assert [each.units for each in ordinary.transfers.balances([people.ana.address, people.mallory.address])] == [
        0,
        100,
    ]
    assert ordinary.issuance.successor(people.ana.address) == people.mallory.address
    assert ordinary.issuance.successor(people.ben.address) is None
    assert ordinary.transfers.reconcile() == ()


def test_pause__twice__refused_and_transfers_stop(ordinary: ShareClass, people: People) -> None:
    issue(ordinary, people)
    ordinary.issuance.pause().send(people.compliance)
    assert ordinary.issuance.is_paused()
    with reverts(PauseUnchanged):
        ordinary.issuance.pause().send(people.compliance)
    with reverts(TransferRestricted, code=Restriction.PAUSED):
        ordinary.transfers.transfer(people.ben.address, 1).send(people.ana)
    ordinary.issuance.unpause().send(people.compliance)
    assert not ordinary.issuance.is_paused()


@pytest.mark.parametrize("second", [0, -5, 2**40, 1_893_456_000_000, True])
def test_schedule_record_date__not_a_second__refused(ordinary: ShareClass, second: int) -> None:
    with pytest.raises(InvalidInput):
        ordinary.issuance.schedule_record_date(second)


def test_schedule_record_date__in_the_past__refused(suite: Suite, ordinary: ShareClass, people: People) -> None:
    now = suite.chain.now()
    with reverts(InvalidRecordDate, record_date=now):
        ordinary.issuance.schedule_record_date(now).send(people.issuer)


def test_schedule_record_date__ahead__listed(suite: Suite, ordinary: ShareClass, people: People) -> None:
    second = suite.chain.now() + 1_000
    ordinary.issuance.schedule_record_date(second).send(people.issuer)
    assert second in ordinary.issuance.record_dates()


def test_rename__new_name_and_symbol__read_back(ordinary: ShareClass, people: People) -> None:
    ordinary.issuance.rename("Other Shares").send(people.issuer)
    ordinary.issuance.change_symbol("OTH").send(people.issuer)
    facts = ordinary.transfers.token()
    assert (facts.name, facts.symbol) == ("Other Shares", "OTH")


def test_set_rulebook__not_one__refused(ordinary: ShareClass, people: People) -> None:
    with pytest.raises(Reverted):
        ordinary.issuance.set_rulebook(people.ana.address).simulate(people.compliance.address)
