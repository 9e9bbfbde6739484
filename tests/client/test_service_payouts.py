"""The payouts service: declare, claim, push, reclaim, and count every unit again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tokenkit.artifacts import load
from tokenkit.chain import Transaction
from tokenkit.errors import InvalidAddress, InvalidAmount, InvalidInput
from tokenkit.payouts import MAX_EXCLUDED, Declaration, Payouts, Underfunded
from tokenkit.reverts import (
    AccessManagedUnauthorized,
    AlreadyPaid,
    BeforeDeadline,
    BeforeRecordDate,
    NothingDue,
    NotHolder,
    RecordDateNotScheduled,
    UnknownPayout,
)
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.types import Address

if TYPE_CHECKING:
    from tokenkit.suite import Suite
    from tokenkit.testing import People

WALLET = Address("0x52908400098527886E0F7030069857D2E4169EE7")
AMOUNT = 1_000
HOLDINGS = {"ana": 100, "ben": 50, "chloe": 33}


class Company:
    """A class with three holders, a record date ahead, and a paying agent with coins."""

    def __init__(self, suite: Suite, people: People) -> None:
        self.suite, self.people = suite, people
        self.token = suite.classes["ORD"]
        assert suite.payouts is not None
        self.payouts: Payouts = suite.payouts
        for name, units in HOLDINGS.items():
            self.token.issuance.issue(self.wallet(name), units, reason="founding").send(people.issuer)
        self.record_date = suite.chain.now() + 1_000
        self.deadline = self.record_date + 100_000
        self.token.issuance.schedule_record_date(self.record_date).send(people.issuer)
        data = load("TestCoin").encode_constructor(["Test Dollar", "TUSD", 6, 5_000])
        coin = suite.chain.send(Transaction(to=None, data=data), people.paying_agent).contract_address
        assert coin is not None
        self.coin = coin

    def wallet(self, name: str) -> Address:
        return getattr(self.people, name).address

    def declaration(self, **changes: Any) -> Declaration:  # noqa: ANN401 - any field
        usual = {
            "token": self.token.address,
            "asset": self.coin,
            "amount": AMOUNT,
            "record_date": self.record_date,
            "deadline": self.deadline,
            "refund_to": self.people.issuer.address,
        }
        return Declaration(**{**usual, **changes})

    def declare(self, **changes: Any) -> int:  # noqa: ANN401 - any field
        agent = self.people.paying_agent
        declaration = self.declaration(**changes)
        self.payouts.approve_funding(self.coin, declaration.amount).send(agent)
        operation = self.payouts.declare(declaration, payer=agent.address)
        number = operation.simulate(agent.address)
        operation.send(agent)
        return number

    def at_record_date(self) -> None:
        self.travel(self.record_date)

    def travel(self, second: int) -> None:
        next_transaction_at(self.suite.chain, second)  # type: ignore[arg-type]  # the fixture's chain can travel
        self.suite.chain.mine()  # type: ignore[attr-defined]  # as above

    def coins(self, account: Address) -> int:
        return self.payouts.funding(self.coin, 0, account).balance


@pytest.fixture
def company(suite: Suite, people: People) -> Company:
    return Company(suite, people)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amount": 0}, InvalidInput),
        ({"amount": 2**112}, InvalidAmount),
        ({"asset": "0x12"}, InvalidAddress),
        ({"deadline": 1}, InvalidInput),
        ({"document_hash": b"short"}, InvalidInput),
        ({"excluded": tuple(f"0x{number:040x}" for number in range(1, MAX_EXCLUDED + 2))}, InvalidInput),
    ],
)
def test_declaration__bad_value__refused_before_anything_is_sent(
    company: Company, changes: dict[str, Any], error: type[InvalidInput]
) -> None:
    with pytest.raises(error):
        company.declaration(**changes)


def test_declaration__excluded_in_any_order__ascending(company: Company) -> None:
    wallets = (company.wallet("chloe"), company.wallet("ana"), company.wallet("chloe"))
    excluded = company.declaration(excluded=wallets).excluded
    assert [int(each, 16) for each in excluded] == sorted({int(each, 16) for each in wallets})


def test_declare__not_approved__refused_before_anything_is_sent(company: Company, people: People) -> None:
    with pytest.raises(Underfunded, match="approve_funding") as refused:
        company.payouts.declare(company.declaration(), payer=people.paying_agent.address)
    assert (refused.value.funding.balance, refused.value.funding.allowance) == (5_000, 0)


def test_declare__not_enough_coins__refused_before_anything_is_sent(company: Company, people: People) -> None:
    company.payouts.approve_funding(company.coin, 6_000).send(people.paying_agent)
    with pytest.raises(Underfunded, match="holds 5000"):
        company.payouts.declare(company.declaration(amount=6_000), payer=people.paying_agent.address)


def test_declare__wrong_caller__refused(company: Company, people: People) -> None:
    company.payouts.approve_funding(company.coin, AMOUNT).send(people.paying_agent)
    operation = company.payouts.declare(company.declaration(), payer=people.paying_agent.address)
    with reverts(AccessManagedUnauthorized, caller=people.ana.address):
        operation.send(people.ana)


def test_declare__record_date_not_scheduled__refused(company: Company) -> None:
    with reverts(RecordDateNotScheduled, record_date=company.record_date + 1):
        company.declare(record_date=company.record_date + 1)


def test_declare__sound__funded_in_full(company: Company, people: People) -> None:
    number = company.declare(excluded=(company.wallet("chloe"),), document_hash=b"\x01" * 32)
    payout = company.payouts.payout(number)
    assert (payout.id, payout.token, payout.asset, payout.amount, payout.paid) == (
        number,
        company.token.address,
        company.coin,
        AMOUNT,
        0,
    )
    assert not payout.settled
    assert not payout.closed
    assert payout.remaining == AMOUNT
    assert company.coins(company.payouts.address) == AMOUNT
    assert company.coins(people.paying_agent.address) == 5_000 - AMOUNT
    assert company.payouts.payouts() == (payout,)
    assert company.payouts.excluded(number) == (company.wallet("chloe"),)


@pytest.mark.parametrize("number", [0, -1, True])
def test_payout__not_a_number__refused(company: Company, number: int) -> None:
    with pytest.raises(InvalidInput):
        company.payouts.payout(number)


def test_payout__unknown__refused(company: Company) -> None:
    with reverts(UnknownPayout, payout_id=7):
        company.payouts.payout(7)


def test_claim__before_the_record_date__refused(company: Company, people: People) -> None:
    number = company.declare()
    with reverts(BeforeRecordDate, record_date=company.record_date):
        company.payouts.claim(number).send(people.ana)


def test_claim__twice_or_for_another_or_nothing__refused(company: Company, people: People) -> None:
    number = company.declare()
    company.at_record_date()
    company.payouts.claim(number).send(people.ana)
    with reverts(AlreadyPaid, payout_id=number, holder=people.ana.address):
        company.payouts.claim(number).send(people.ana)
    with reverts(NotHolder, caller=people.ana.address, holder=people.ben.address):
        company.payouts.claim_for(number, people.ben.address).send(people.ana)
    with reverts(NothingDue, payout_id=number, holder=people.dora.address):
        company.payouts.claim(number).send(people.dora)


def test_claim__a_holder__gets_its_share(company: Company, people: People) -> None:
    number = company.declare()
    company.at_record_date()
    assert company.payouts.claimable(number, people.ana.address).due == AMOUNT * 100 // 183
    sent = company.payouts.claim(number).send(people.ana)
    assert "PayoutClaimed" in {event.name for event in sent.events}
    assert company.coins(people.ana.address) == AMOUNT * 100 // 183 == 546
    claim = company.payouts.claimable(number, people.ana.address)
    assert (claim.amount, claim.due, claim.paid) == (546, 0, True)
    assert [(each.holder, each.amount, each.failed) for each in company.payouts.payments(number)] == [
        (people.ana.address, 546, False)
    ]


def test_claim_for__a_lost_wallet__its_successor_is_paid(company: Company, people: People) -> None:
    number = company.declare()
    company.at_record_date()
    suite = company.suite
    suite.registry.link(people.mallory.address, people.ana.address).send(people.registrar)
    identity = suite.registry.identities([people.ana.address])[people.ana.address]
    company.token.issuance.recover(people.ana.address, people.mallory.address, identity, reason="key lost").send(
        people.enforcement
    )
    company.payouts.claim_for(number, people.ana.address).send(people.mallory)
    assert company.coins(people.mallory.address) == 546
    assert company.payouts.reconcile(number).differences == ()


def test_push_pages__in_pages__ascending_and_everybody_once(company: Company, people: People) -> None:
    number = company.declare()
    company.at_record_date()
    company.payouts.claim(number).send(people.ben)
    agent = people.paying_agent
    operations = company.payouts.push_pages(number, sender=agent.address, page_size=2)
    assert len(operations) == 2
    operations[0].send(agent)
    rest = company.payouts.push_pages(number, sender=agent.address, page_size=2)  # as after an interruption
    assert len(rest) == 1
    rest[0].send(agent)
    assert company.payouts.push_pages(number, sender=agent.address) == ()
    coins = {name: company.coins(company.wallet(name)) for name in HOLDINGS}
    assert coins == {name: AMOUNT * units // 183 for name, units in HOLDINGS.items()}
    counted = company.payouts.reconcile(number)
    assert counted.differences == ()
    assert (counted.unclaimed, counted.distribution.dust, counted.payout.paid) == (0, 1, 999)


def test_claim_omitted__left_out_of_a_page__paid_by_proof(company: Company, people: People) -> None:
    number = company.declare()
    company.at_record_date()
    ordered = sorted((company.wallet(name) for name in HOLDINGS), key=lambda wallet: int(wallet, 16))
    omitted = ordered[1]
    company.payouts.push(number, [ordered[0], ordered[2]]).send(people.paying_agent)
    with pytest.raises(InvalidInput, match="other holders"):
        company.payouts.claim_omitted(number, omitted, page=ordered)
    with pytest.raises(InvalidInput, match="No page"):
        company.payouts.claim_omitted(number, "0x" + "ff" * 20)
    company.payouts.claim_omitted(number, omitted).send(people.mallory)
    assert company.coins(omitted) > 0
    with reverts(AlreadyPaid, payout_id=number, holder=omitted):
        company.payouts.claim_omitted(number, omitted).send(people.mallory)


def test_claim_omitted__between_two_pages__in_the_later_one(company: Company, people: People) -> None:
    number = company.declare()
    company.at_record_date()
    first, omitted, last = sorted((company.wallet(name) for name in HOLDINGS), key=lambda wallet: int(wallet, 16))
    for page in ([first], [last]):
        company.payouts.push(number, page).send(people.paying_agent)
    with pytest.raises(InvalidInput, match="Page 2"):
        company.payouts.claim_omitted(number, omitted, page=[first])
    company.payouts.claim_omitted(number, omitted).send(people.mallory)
    assert company.coins(omitted) == company.payouts.claimable(number, omitted).amount > 0
    assert company.payouts.reconcile(number).differences == ()


def test_approve_funding__more_than_a_payout_holds__refused(company: Company) -> None:
    with pytest.raises(InvalidAmount, match="one payout can hold"):
        company.payouts.approve_funding(company.coin, 2**112)
    company.payouts.approve_funding(company.coin, 2**112 - 1)


def test_push__a_frozen_holder__kept_and_claimed_later(company: Company, people: People) -> None:
    number = company.declare()
    company.at_record_date()
    issuance = company.token.issuance
    issuance.freeze_wallet(people.ben.address, reason="court order").send(people.enforcement)
    for operation in company.payouts.push_pages(number, sender=people.paying_agent.address):
        operation.send(people.paying_agent)
    assert [each.holder for each in company.payouts.payments(number) if each.failed] == [people.ben.address]
    counted = company.payouts.reconcile(number)
    assert (counted.unclaimed, counted.differences) == (AMOUNT * 50 // 183, ())
    issuance.unfreeze_wallet(people.ben.address, reason="lifted").send(people.enforcement)
    company.payouts.claim(number).send(people.ben)
    assert company.payouts.reconcile(number).unclaimed == 0


def test_reclaim__before_the_deadline__refused(company: Company, people: People) -> None:
    number = company.declare()
    company.at_record_date()
    with reverts(BeforeDeadline, deadline=company.deadline):
        company.payouts.reclaim(number).send(people.paying_agent)


def test_reclaim__after_the_deadline__the_rest_returns(company: Company, people: People) -> None:
    number = company.declare()
    company.at_record_date()
    company.payouts.claim(number).send(people.ana)
    company.travel(company.deadline)
    company.payouts.reclaim(number).send(people.paying_agent)
    assert company.coins(people.issuer.address) == AMOUNT - 546
    payout = company.payouts.payout(number)
    assert payout.closed
    assert payout.remaining == 0
    assert company.payouts.reconcile(number).differences == ()


def test_sharing__a_later_trade__does_not_count(company: Company, people: People) -> None:
    number = company.declare(excluded=(company.wallet("chloe"),))
    company.at_record_date()
    company.token.transfers.transfer(people.dora.address, 100).send(people.ana)
    assert company.payouts.sharing(number) == {people.ana.address: 100, people.ben.address: 50}
    assert company.payouts.reconcile(number).distribution.denominator == 150


def test_reconcile__somebody_left_out_of_a_page__shows(company: Company, people: People) -> None:
    number = company.declare()
    company.at_record_date()
    ordered = sorted((company.wallet(name) for name in HOLDINGS), key=lambda wallet: int(wallet, 16))
    company.payouts.push(number, [ordered[0], ordered[2]]).send(people.paying_agent)
    (difference,) = company.payouts.reconcile(number).differences
    assert difference.name == "paid + withheld + unclaimed + dust"
    company.payouts.claim_omitted(number, ordered[1]).send(people.mallory)
    assert company.payouts.reconcile(number).differences == ()
