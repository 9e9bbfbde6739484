"""Payouts in full: the preview pays what the contract pays, whatever the options; signed claims, payees, what becomes of each share."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from tests.client.test_service_payouts import Company

from tokenkit.errors import InvalidAmount, InvalidInput
from tokenkit.ledger import CouponTerms, DayCount, Rate, TaxRow, TaxTable, reinvest, schedule
from tokenkit.payouts import (
    CouponPlan,
    Declaration,
    NewUnits,
    Offer,
    Options,
    SignedClaim,
    Status,
    Underfunded,
    coupon_declarations,
    price_of,
)
from tokenkit.payouts.values import NATIVE
from tokenkit.powers import Role
from tokenkit.reverts import (
    BeforePaymentDate,
    HolderFrozen,
    InvalidNonce,
    InvalidSignature,
    RecordDateHasCome,
)
from tokenkit.testing import reverts
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from tokenkit.chain import Signer
    from tokenkit.ledger import PayoutTitle, Preview
    from tokenkit.payouts import Outcome
    from tokenkit.suite import Suite
    from tokenkit.testing import People
    from tokenkit.types import Address

DAY, FAR = 86_400, 4_000_000_000
BERNE = parse_address("0x00000000000000000000000000000000000007a1")
BERLIN = parse_address("0x00000000000000000000000000000000000007a2")
GERMANY, FRANCE = 276, 250


@pytest.fixture
def company(suite: Suite, people: People) -> Company:
    return Company(suite, people)


def taxes(company: Company) -> TaxTable:
    return TaxTable(
        rows=(
            TaxRow(rate=Rate(ppm=263_750, authority=BERLIN), country=GERMANY),
            TaxRow(rate=Rate(ppm=350_000, authority=BERNE)),
        ),
        treaties={company.wallet("chloe"): 150_000},
    )


def paid_to(company: Company, number: int) -> dict[Address, int]:
    """Push to everybody, and say what arrived at each."""
    holders = list(company.payouts.sharing(number))
    before = {holder: company.coins(holder) for holder in holders}
    for operation in company.payouts.push_pages(number, sender=company.people.paying_agent.address):
        operation.send(company.people.paying_agent)
    return {holder: company.coins(holder) - before[holder] for holder in holders}


def same(forecast: Preview, paid: dict[Address, int]) -> bool:
    return {share.holder: share.net for share in forecast.shares} == paid


def title_of(outcome: Outcome) -> PayoutTitle:
    return outcome.title(
        issuer="Test Company AG",
        share_class="ORD",
        name="Dividend",
        symbol="TUSD",
        decimals=6,
        unit_decimals=0,
        chain=1,
    )


@pytest.mark.parametrize("taxed", [False, True])
@pytest.mark.parametrize("per_unit", [(0, 0), (7, 2), (10**29, 10**28)])
def test_preview__any_options__is_what_the_contract_pays(
    company: Company, taxed: bool, per_unit: tuple[int, int]
) -> None:
    options = Options(per_unit=per_unit[0], per_units=per_unit[1], taxes=taxes(company) if taxed else TaxTable())
    declaration = company.declaration(amount=2_000, options=options)
    ahead = company.payouts.preview(declaration)
    number = company.declare(amount=2_000, options=options)
    company.at_record_date()
    forecast = company.payouts.preview(number)
    assert forecast == ahead
    quotes = company.payouts.quotes(number, [share.holder for share in forecast.shares])
    assert [(each.share, each.tax, each.net) for each in quotes] == [
        (share.gross, share.tax, share.net) for share in forecast.shares
    ]
    assert same(forecast, paid_to(company, number))
    state = company.payouts.payout(number)
    assert (state.paid, state.withheld) == (forecast.net, forecast.tax)
    assert company.payouts.reconcile(number).differences == ()
    assert forecast.tax > 0 or not taxed
    kept = {each.authority: each.tax for each in company.payouts.withheld(number)}
    assert kept == {total.name: total.tax for total in forecast.by_authority()}


def test_preview__native_coin__is_what_the_contract_pays(company: Company) -> None:
    number, agent = 1, company.people.paying_agent
    declaration = company.declaration(asset=NATIVE, amount=10**9 + 1)
    company.payouts.declare(declaration, payer=agent.address).send(agent)
    company.at_record_date()
    forecast, chain = company.payouts.preview(number), company.suite.chain
    before = {share.holder: chain.balance(share.holder) for share in forecast.shares}
    for operation in company.payouts.push_pages(number, sender=agent.address):
        operation.send(agent)
    assert same(forecast, {holder: chain.balance(holder) - had for holder, had in before.items()})


def test_declare__native_and_too_poor__refused_before_anything_is_sent(company: Company) -> None:
    with pytest.raises(Underfunded):
        company.payouts.declare(company.declaration(asset=NATIVE, amount=10**30), payer=company.wallet("ana"))


def test_preview__lost_wallet__taxed_as_its_new_owner(company: Company, people: People) -> None:
    number = company.declare(options=Options(taxes=taxes(company)))
    company.at_record_date()
    company.suite.registry.link(people.mallory.address, people.ben.address).send(people.registrar)
    identity = company.suite.registry.identities([people.ben.address])[people.ben.address]
    company.token.issuance.recover(people.ben.address, people.mallory.address, identity, reason="key lost").send(
        people.enforcement
    )
    share = next(each for each in company.payouts.preview(number).shares if each.holder == people.ben.address)
    assert (share.investor, share.country) == (identity, GERMANY)
    company.payouts.claim_for(number, people.ben.address).send(people.mallory)
    assert company.coins(people.mallory.address) == share.net


def test_options__read_back__as_declared(company: Company, people: People) -> None:
    suite = company.suite
    suite.authority.grant(Role.ISSUER, people.paying_agent.address).send(people.admin)
    options = Options(
        ex_date=company.record_date - 5,
        payment_date=company.record_date + 50,
        admitted_only=True,
        per_unit=5,
        per_units=1,
        taxes=taxes(company),
        offer=Offer(price=10, units=1, until=FAR, proceeds_to=people.issuer.address),
    )
    number = company.declare(options=options)
    assert company.payouts.options(number) == options
    assert company.payouts.options(company.declare()) == Options()


@pytest.mark.parametrize(
    "changes",
    [
        {"per_unit": 1},
        {"taxes": TaxTable(rows=(TaxRow(rate=Rate(ppm=1, authority="DE")),))},
        {"taxes": TaxTable(rows=(TaxRow(rate=Rate(ppm=1, authority=BERNE)),) * 17)},
        {"payment_date": 0},
    ],
)
def test_options__unsound__refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        Options(**changes)  # type: ignore[arg-type]  # any field


def test_declaration__payment_before_the_record_date__refused(company: Company) -> None:
    with pytest.raises(InvalidInput, match="record date or later"):
        company.declaration(options=Options(payment_date=company.record_date - 1))


def test_offer__units_and_cash__as_the_contract_issues_and_pays(company: Company, people: People) -> None:
    suite, agent = company.suite, people.paying_agent
    for account in (agent.address, company.payouts.address):
        suite.authority.grant(Role.ISSUER, account).send(people.admin)
    company.payouts.set_reinvestment(company.token.address, on=True).send(people.ana)
    offer = Offer(price=7, units=2, until=FAR, proceeds_to=people.issuer.address)
    number = company.declare(options=Options(offer=offer))
    company.at_record_date()
    held = {name: company.token.transfers.balance(company.wallet(name)).units for name in ("ana", "ben")}
    company.payouts.set_payee(company.token.address, BERNE).send(people.ana)
    forecast = company.payouts.preview(number)
    wanted = {each.holder: each for each in reinvest(forecast, {people.ana.address}, price=7, per_units=2)}
    assert company.payouts.reinvestments(number) == tuple(wanted.values())
    paid = paid_to(company, number) | {people.ana.address: company.coins(BERNE)}
    assert paid == {holder: each.cash for holder, each in wanted.items()}
    for name, units in held.items():
        wallet = company.wallet(name)
        assert company.token.transfers.balance(wallet).units == units + wanted[wallet].units
    assert company.payouts.account(company.token.address, people.ana.address).reinvests
    outcome, taken = company.payouts.outcome(number), wanted[people.ana.address]
    assert outcome.issued == {people.ana.address: (NewUnits(units=taken.units, cost=taken.spent),)}
    statement = outcome.statement(title_of(outcome), people.ana.address)
    assert f"| {taken.units} for 0.000{taken.spent} TUSD |" in statement
    assert f"| Paid to | {BERNE}, for {people.ana.address} |" in statement
    assert f"| Coin | TUSD, {company.coin} on chain 1 |" in statement


def test_payment_date__before__refused(company: Company, people: People) -> None:
    number = company.declare(options=Options(payment_date=company.record_date + 50))
    company.at_record_date()
    with reverts(BeforePaymentDate, payment_date=company.record_date + 50):
        company.payouts.claim(number).send(people.ana)


def test_top_up__per_unit_that_lacks__paid_in_then_everybody_is_paid(company: Company, people: People) -> None:
    options = Options(per_unit=7, per_units=1)
    declaration = company.declaration(amount=1_000, options=options)
    assert company.payouts.needed(declaration) == 7 * 183
    number = company.declare(amount=1_000, options=options)
    assert company.payouts.missing(number) == 0
    with pytest.raises(InvalidInput, match="lacks nothing"):
        company.payouts.top_up(number, payer=people.issuer.address)
    company.at_record_date()
    assert company.payouts.missing(number) == 281
    with pytest.raises(Underfunded):
        company.payouts.top_up(number, payer=people.ana.address)
    company.payouts.approve_funding(company.coin, 281).send(people.paying_agent)
    company.payouts.top_up(number, payer=people.paying_agent.address).send(people.paying_agent)
    forecast = company.payouts.preview(number)
    assert same(forecast, paid_to(company, number))
    assert (forecast.amount, forecast.dust) == (7 * 183, 0)


def test_cancel__before_the_record_date__all_of_it_returns(company: Company, people: People) -> None:
    number = company.declare()
    company.payouts.cancel(number).send(people.paying_agent)
    assert company.payouts.payout(number).closed
    assert company.coins(people.issuer.address) == 1_000
    other = company.declare()
    company.at_record_date()
    with reverts(RecordDateHasCome, record_date=company.record_date):
        company.payouts.cancel(other).send(people.paying_agent)


def test_claim_many__two_payouts__both_paid_at_once(company: Company, people: People) -> None:
    numbers = company.declare(), company.declare(amount=500)
    company.at_record_date()
    sent = company.payouts.claim_many(numbers, holder=people.ana.address).send(people.ana)
    assert sent.answer == (1_000 * 100 // 183, 500 * 100 // 183)
    assert company.coins(people.ana.address) == sum(sent.answer)


def signed(company: Company, who: Signer, number: int) -> SignedClaim:
    return company.payouts.sign_claim(who, [number], deadline=company.suite.chain.now() + DAY)


def test_claim_signed__handed_in_by_anybody__its_signer_is_paid_once(company: Company, people: People) -> None:
    number = company.declare()
    company.at_record_date()
    order = SignedClaim.from_dict(signed(company, people.ana, number).as_dict())
    assert order == signed(company, people.ana, number)
    company.payouts.claim_signed(order).send(people.mallory)
    assert company.coins(people.ana.address) == 546
    with reverts(InvalidNonce, claimant=people.ana.address):
        company.payouts.claim_signed(order).send(people.mallory)


def test_claim_signed__changed_or_voided__refused(company: Company, people: People) -> None:
    number = company.declare()
    company.at_record_date()
    order = signed(company, people.ana, number)
    with reverts(InvalidSignature, claimant=people.ana.address):
        company.payouts.claim_signed(replace(order, deadline=order.deadline + 1)).send(people.mallory)
    company.payouts.void_orders().send(people.ana)
    with reverts(InvalidNonce, claimant=people.ana.address):
        company.payouts.claim_signed(order).send(people.mallory)


def test_signed_claim__something_else__refused() -> None:
    with pytest.raises(InvalidInput, match="not a signed claim"):
        SignedClaim.from_dict({"claimant": BERNE})


def test_set_payee__named__gets_what_is_pushed_and_claimed(company: Company, people: People) -> None:
    company.payouts.set_payee(company.token.address, BERNE).send(people.ana)
    number = company.declare()
    company.at_record_date()
    assert company.payouts.account(company.token.address, people.ana.address).payee == BERNE
    assert company.payouts.quotes(number, [people.ana.address])[0].payee == BERNE
    assert paid_to(company, number)[people.ana.address] == 0
    assert company.coins(BERNE) == 546
    company.payouts.set_payee(company.token.address, None).send(people.ana)
    assert company.payouts.account(company.token.address, people.ana.address).payee == people.ana.address


def test_withdraw_withheld__by_anybody__its_authority_gets_it(company: Company, people: People) -> None:
    number = company.declare(options=Options(taxes=taxes(company)))
    company.at_record_date()
    paid_to(company, number)
    for kept in company.payouts.withheld(number):
        company.payouts.withdraw_withheld(number, kept.authority).send(people.mallory)
        assert company.coins(kept.authority) == kept.tax > 0
    assert all(kept.tax == kept.withdrawn for kept in company.payouts.withheld(number))


def test_outcome__claimed_pushed_kept__each_with_its_tax_and_reason(company: Company, people: People) -> None:
    number = company.declare(options=Options(taxes=taxes(company)))
    company.at_record_date()
    company.payouts.claim(number).send(people.ana)
    company.token.issuance.freeze_wallet(people.ben.address, reason="court order").send(people.enforcement)
    assert company.payouts.outcome(number).standings[people.ben.address].status is Status.OPEN
    (quote,) = company.payouts.quotes(number, [people.ben.address])
    assert isinstance(quote.refusal, HolderFrozen)
    paid_to(company, number)
    outcome = company.payouts.outcome(number)
    assert outcome.settlements[people.ben.address].withheld == 0 < outcome.settlements[people.ben.address].expected_tax
    assert sum(each.withheld for each in outcome.settlements.values()) == company.payouts.payout(number).withheld
    statuses = {name: outcome.standings[company.wallet(name)].status for name in ("ana", "ben", "chloe")}
    assert statuses == {"ana": Status.CLAIMED, "ben": Status.KEPT, "chloe": Status.PUSHED}
    assert "frozen" in outcome.standings[people.ben.address].words
    title = title_of(outcome)
    rows = list(csv.DictReader(io.StringIO(outcome.csv(title))))
    assert [row["holder"] for row in rows] == [share.holder for share in outcome.distribution.shares]
    report = outcome.report(title)
    assert report["statuses"] == {"paid": 1, "claimed": 1, "kept": 1, "open": 0, "returned": 0}
    statement = outcome.statement(title, people.chloe.address)
    assert f"15.00 % for {BERNE}, by treaty" in statement
    assert "| Status | paid |" in statement
    receipts = {name: outcome.standings[company.wallet(name)].receipt for name in statuses}
    assert receipts["ben"] is None
    assert receipts["ana"] is not None
    assert receipts["chloe"] is not None
    assert receipts["ana"].at < receipts["chloe"].at == company.suite.chain.now()
    assert receipts["chloe"].payee == people.chloe.address
    company.travel(company.deadline)
    company.payouts.reclaim(number).send(people.paying_agent)
    returned = company.payouts.outcome(number)
    ben = returned.settlements[people.ben.address]
    assert (ben.withheld, ben.expected_tax, ben.waiting, ben.returned) == (0, 0, 0, 273)
    assert {each["name"] for each in returned.report(title)["authorities"]} == {BERNE}  # type: ignore[attr-defined]  # JSON


def test_outcome__recovered_before_the_push_and_no_units_to_be_had__told(company: Company, people: People) -> None:
    company.suite.authority.grant(Role.ISSUER, people.paying_agent.address).send(people.admin)
    company.payouts.set_reinvestment(company.token.address, on=True).send(people.mallory)
    offer = Offer(price=7, units=2, until=FAR, proceeds_to=people.issuer.address)
    number = company.declare(options=Options(offer=offer, admitted_only=True))
    company.at_record_date()
    registry = company.suite.registry
    registry.link(people.mallory.address, people.ben.address).send(people.registrar)
    identity = registry.identities([people.ben.address])[people.ben.address]
    company.token.issuance.recover(people.ben.address, people.mallory.address, identity, reason="key lost").send(
        people.enforcement
    )
    registry.remove(people.chloe.address).send(people.registrar)
    paid_to(company, number)
    outcome = company.payouts.outcome(number)
    ben = outcome.settlements[people.ben.address]
    assert (ben.owner, ben.account, ben.units) == (people.mallory.address, people.mallory.address, 0)
    assert ben.note
    kept = outcome.standings[people.chloe.address].reason
    assert kept == f"{people.chloe.address} is not admitted: it is not registered as an investor."


def test_outcome__facts_changed_after_payment__shows_what_was_kept_then(company: Company, people: People) -> None:
    number = company.declare(options=Options(taxes=taxes(company)))
    company.at_record_date()
    company.payouts.claim(number).send(people.ben)
    before = company.payouts.outcome(number).standings[people.ben.address]
    known = company.suite.registry.facts(people.ben.address)
    assert known is not None
    company.suite.registry.update(people.ben.address, replace(known, country=FRANCE)).send(people.registrar)
    after = company.payouts.outcome(number).standings[people.ben.address]
    assert (after.share.tax, after.share.rate) == (before.share.tax, Rate(ppm=263_750, authority=BERLIN))


TERMS = CouponTerms(
    issued=date(2030, 1, 1),
    matures=date(2032, 1, 1),
    rate=Fraction(475, 10_000),
    per_year=2,
    day_count=DayCount.THIRTY_E_360,
)


def test_price_of__coupon__exact(company: Company) -> None:
    coupon = schedule(TERMS)[0]
    price = price_of(coupon, 1_000_000_000, unit_decimals=2)
    assert Fraction(price.amount, price.units) == Fraction(475, 10_000) / 2 * 1_000_000_000 / 100
    assert price.of(100) == coupon.amount(1_000_000_000)


def test_price_of__nothing__refused() -> None:
    with pytest.raises(InvalidAmount):
        price_of(schedule(replace(TERMS, rate=Fraction(0)))[0], 1_000)


def test_coupon_declarations__whole_schedule__declared_and_paid(company: Company, people: People) -> None:
    plan = CouponPlan(
        token=company.token.address,
        asset=company.coin,
        refund_to=people.issuer.address,
        terms=TERMS,
        nominal=100,
        units=183,
        zone=UTC,
    )
    declarations = coupon_declarations(plan)
    assert len(declarations) == 4
    assert coupon_declarations(plan, after=declarations[1].record_date) == declarations[2:]
    assert all(each.record_date <= (each.options.payment_date or 0) for each in declarations)
    company.payouts.approve_funding(company.coin, 5_000).send(people.paying_agent)
    for each in declarations:
        company.token.issuance.schedule_record_date(each.record_date).send(people.issuer)
        company.payouts.declare(each, payer=people.paying_agent.address).send(people.paying_agent)
    first: Declaration = declarations[0]
    company.travel(first.options.payment_date or 0)
    assert same(company.payouts.preview(1), paid_to(company, 1))
    assert company.coins(people.ana.address) == 100 * 100 * 475 // 20_000
