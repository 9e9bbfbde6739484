"""Tax: by a table frozen at declaration and the facts at payment, kept apart for its authority."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.conftest import AMOUNT
from tests.contracts.payout.in_full import FRANCE, GERMANY, NATIVE, SHARES, options, rate, treaty
from tests.contracts.rights_stage import artifact

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS, parse_address

if TYPE_CHECKING:
    from tests.contracts.payout.in_full import FullStage

INSTITUTION, QUALIFIED = 1 << 4, 1 << 31


def tax(name: str, ppm: int) -> int:
    return SHARES[name] * ppm // 1_000_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"ppm": 1_000_001},
        {"country": 1 << 12},
        {"authority": ZERO_ADDRESS},
        {"mask": INSTITUTION, "claims": QUALIFIED},
    ],
)
def test_declare_with__rate_that_cannot_be__refused(full: FullStage, wrong: dict[str, object]) -> None:
    rates = [rate(10_000, full.tax_office), {**rate(10_000, full.tax_office), **wrong}]
    with full.world.nothing_changes(), reverts(errors.InvalidRate, index=1):
        full.declare(rates=rates)


def test_declare_with__treaties_that_cannot_be__refused(full: FullStage) -> None:
    low, high = full.ordered(full.world.stage.ana.address, full.world.stage.ben.address)
    rates = [rate(10_000, full.tax_office)]
    for wrong, index in (
        ([treaty(high, 100), treaty(low, 100)], 1),
        ([treaty(low, 100), treaty(low, 200)], 1),
        ([treaty(ZERO_ADDRESS, 100)], 0),
        ([treaty(low, 1_000_001)], 0),
    ):
        with full.world.nothing_changes(), reverts(errors.InvalidTreaty, index=index):
            full.declare(rates=rates, treaties=wrong)
    with full.world.nothing_changes(), reverts(errors.InvalidTreaty, index=0):
        full.declare(treaties=[treaty(low, 100)])


def test_declare_with__too_many_rates_or_treaties__refused(full: FullStage) -> None:
    one = rate(10_000, full.tax_office)
    with full.world.nothing_changes(), reverts(errors.TooManyRates, limit=16):
        full.declare(rates=[one] * 17)
    many = [treaty("0x" + (number + 1).to_bytes(20).hex(), 1) for number in range(65)]
    with full.world.nothing_changes(), reverts(errors.TooManyTreaties, limit=64):
        full.declare(rates=[one], treaties=many)
    full.declare(rates=[one] * 16, treaties=many[:64])


def test_declare_with__token_without_facts__refused(full: FullStage) -> None:
    plain, refund = full.world.stage.register.address, full.world.stage.issuer.address
    for chosen in ({"rates": [rate(10_000, full.tax_office)]}, {"admittedOnly": True}):
        with full.world.nothing_changes(), reverts(errors.FactsUnavailable, token=plain, owner=refund):
            full.send(full.world.stage.agent, "declareWith", full.declaration(token=plain), options(**chosen))


def test_PAY_7__claims_and_push__taxed_by_the_first_rate_that_applies(full: FullStage) -> None:
    stage = full.world.stage
    full.attest(stage.ana.address, country=GERMANY, claims=INSTITUTION | QUALIFIED)
    full.attest(stage.ben.address, country=GERMANY, claims=QUALIFIED)
    full.attest(stage.cleo.address, country=FRANCE)
    full.declare(
        rates=[
            rate(0, full.tax_office, country=GERMANY, mask=INSTITUTION | 1, claims=INSTITUTION),
            rate(263_750, full.tax_office, country=GERMANY),
            rate(300_000, full.other_office),
        ]
    )
    full.pass_record_date()

    full.send(stage.ana, "claim", 1)
    receipt = full.send(stage.ben, "claim", 1)
    pushed = full.push([stage.cleo.address])

    taxes = {"ana": 0, "ben": tax("ben", 263_750), "cleo": tax("cleo", 300_000)}
    for name, kept in taxes.items():
        assert full.world.balance(getattr(stage, name).address) == SHARES[name] - kept
    assert full.payouts.only_event(receipt, "TaxWithheld") == {
        "payoutId": 1,
        "holder": stage.ben.address,
        "authority": full.tax_office,
        "share": SHARES["ben"],
        "tax": taxes["ben"],
    }
    assert full.payouts.only_event(receipt, "PayoutClaimed")["amount"] == SHARES["ben"] - taxes["ben"]
    assert full.payouts.only_event(pushed, "PayoutPushed")["amount"] == SHARES["cleo"] - taxes["cleo"]
    found = full.payouts.read("payoutOf", 1)
    assert (found["paid"], found["withheld"]) == (sum(SHARES.values()) - sum(taxes.values()), sum(taxes.values()))
    assert full.is_conserved()


def test_PAY_7__facts_change_before_payment__taxed_as_at_payment(full: FullStage) -> None:
    stage = full.world.stage
    full.attest(stage.ana.address, country=GERMANY)
    full.declare(rates=[rate(250_000, full.tax_office, country=GERMANY), rate(100_000, full.other_office)])
    full.pass_record_date()
    full.attest(stage.ana.address, country=FRANCE)
    assert full.payouts.read("quote", 1, stage.ana.address)["tax"] == tax("ana", 100_000)
    full.send(stage.ana, "claim", 1)
    assert full.payouts.read("taxOf", 1, full.other_office) == (tax("ana", 100_000), 0)
    assert full.payouts.read("taxOf", 1, full.tax_office) == (0, 0)


def test_PAY_7__treaty__takes_the_place_of_the_rate_for_its_holder_only(full: FullStage) -> None:
    stage = full.world.stage
    treaties = [
        treaty(one, ppm)
        for one, ppm in zip(
            full.ordered(stage.ana.address, stage.cleo.address, stage.stranger.address),
            (150_000, 150_000, 150_000),
            strict=True,
        )
    ]
    full.declare(rates=[rate(250_000, full.tax_office)], treaties=treaties)
    full.pass_record_date()
    full.send(stage.ana, "claim", 1)
    full.push([stage.ben.address, stage.cleo.address])
    found = {name: full.world.balance(getattr(stage, name).address) for name in SHARES}
    assert found == {
        "ana": SHARES["ana"] - tax("ana", 150_000),
        "ben": SHARES["ben"] - tax("ben", 250_000),
        "cleo": SHARES["cleo"] - tax("cleo", 150_000),
    }


def test_PAY_7__recovered_holder__keeps_its_treaty_and_is_judged_by_the_new_wallet(full: FullStage) -> None:
    stage = full.world.stage
    full.declare(rates=[rate(250_000, full.tax_office, country=GERMANY)], treaties=[treaty(stage.ana.address, 50_000)])
    full.pass_record_date()
    full.attest(stage.dora.address, country=GERMANY)
    full.succeed(stage.ana.address, stage.dora.address)
    full.send(stage.dora, "claimFor", 1, stage.ana.address)
    assert full.world.balance(stage.dora.address) == SHARES["ana"] - tax("ana", 50_000)


@pytest.mark.parametrize("seed", range(10))
def test_PAY_7__any_table_and_facts__as_read_line_by_line(full: FullStage, seed: int) -> None:
    """The largest tables there may be, read here as a person would."""
    draw, stage = Random(seed), full.world.stage
    names = {"ana": stage.ana.address, "ben": stage.ben.address, "cleo": stage.cleo.address}
    facts = {who: (draw.choice((0, GERMANY, FRANCE)), draw.getrandbits(32)) for who in names.values()}
    for who, (country, claims) in facts.items():
        full.attest(who, country=country, claims=claims)
    rates = []
    for _ in range(draw.randint(1, 16)):
        mask = 1 << draw.randrange(32) | 1 << draw.randrange(32)
        chosen = {"country": draw.choice((0, GERMANY, FRANCE)), "mask": mask, "claims": mask & draw.getrandbits(32)}
        rates.append({**rate(draw.randint(0, 1_000_000), draw.choice((full.tax_office, full.other_office))), **chosen})
    others = {"0x" + draw.randbytes(20).hex() for _ in range(draw.randint(0, 61))}
    listed = full.ordered(*{parse_address(one) for one in others}, *draw.sample(sorted(names.values()), 2))
    treaties = [treaty(one, draw.randint(0, 1_000_000)) for one in listed]
    full.declare(rates=rates, treaties=treaties)
    full.pass_record_date()

    own = {one["holder"]: one["ppm"] for one in treaties}
    for name, who in names.items():
        country, claims = facts[who]
        fits = [one for one in rates if one["country"] in (0, country) and claims & one["mask"] == one["claims"]]
        ppm = own.get(who, fits[0]["ppm"]) if fits else 0
        found = full.payouts.read("quote", 1, who)
        assert (found["tax"], found["authority"]) == (
            tax(name, ppm),
            fits[0]["authority"] if fits else ZERO_ADDRESS,
        )
        assert full.payouts.read("dueTo", 1, who) == SHARES[name] - tax(name, ppm)


def test_withdraw_withheld__nothing_kept__refused(full: FullStage) -> None:
    full.declare(rates=[rate(250_000, full.tax_office)])
    full.pass_record_date()
    for authority in (full.tax_office, full.world.stage.stranger.address):
        refused = reverts(errors.NoTaxWithheld, payout_id=1, authority=authority)
        with full.world.nothing_changes(), refused:
            full.send(full.world.stage.stranger, "withdrawWithheld", 1, authority)


def test_PAY_7__withdrawn_by_anyone__to_its_authority_only_and_once(full: FullStage) -> None:
    stage = full.world.stage
    full.declare(rates=[rate(250_000, full.tax_office)])
    full.pass_record_date()
    full.send(stage.ana, "claim", 1)
    before = full.world.balances()
    receipt = full.send(stage.stranger, "withdrawWithheld", 1, full.tax_office)

    kept = tax("ana", 250_000)
    assert full.payouts.only_event(receipt, "TaxWithdrawn")["amount"] == kept
    assert full.world.gains(before) == {full.payouts.address: -kept}
    assert full.world.balance(full.tax_office) == kept
    with full.world.nothing_changes(), reverts(errors.NoTaxWithheld, payout_id=1, authority=full.tax_office):
        full.send(stage.stranger, "withdrawWithheld", 1, full.tax_office)
    full.send(stage.ben, "claim", 1)
    full.send(stage.stranger, "withdrawWithheld", 1, full.tax_office)
    assert full.payouts.read("taxOf", 1, full.tax_office) == (kept + tax("ben", 250_000),) * 2


def test_PAY_7__closed__tax_stays_for_its_authority(full: FullStage) -> None:
    stage = full.world.stage
    full.declare(rates=[rate(250_000, full.tax_office)])
    full.pass_record_date()
    full.push([stage.ana.address])
    full.chain.travel(to=full.payouts.read("payoutOf", 1)["deadline"])
    full.send(stage.agent, "reclaim", 1)
    assert full.world.balance(full.payouts.address) == tax("ana", 250_000)
    assert full.world.balance(stage.issuer.address) == AMOUNT - SHARES["ana"]
    full.send(stage.stranger, "withdrawWithheld", 1, full.tax_office)
    assert full.world.balance(full.payouts.address) == 0


def test_all_of_it_withheld__holder_is_paid_nothing_once(full: FullStage) -> None:
    stage = full.world.stage
    full.declare(rates=[rate(1_000_000, full.tax_office)])
    full.pass_record_date()
    full.send(stage.ana, "claim", 1)
    full.push([stage.ben.address])
    assert full.world.balance(stage.ana.address) == full.world.balance(stage.ben.address) == 0
    assert full.payouts.read("taxOf", 1, full.tax_office) == (SHARES["ana"] + SHARES["ben"], 0)
    with reverts(errors.AlreadyPaid, payout_id=1, holder=stage.ana.address):
        full.send(stage.ana, "claim", 1)


def test_PAY_5__payment_fails__no_tax_is_kept_of_it(full: FullStage) -> None:
    stage = full.world.stage
    full.declare(rates=[rate(250_000, full.tax_office)])
    full.pass_record_date()
    full.world.coin.send(stage.admin, "setBlocked", stage.ana.address, True)
    full.push([stage.ana.address, stage.ben.address])
    assert full.payouts.read("taxOf", 1, full.tax_office) == (tax("ben", 250_000), 0)
    assert full.is_conserved()
    full.world.coin.send(stage.admin, "setBlocked", stage.ana.address, False)
    full.send(stage.ana, "claim", 1)
    assert full.payouts.read("taxOf", 1, full.tax_office) == (tax("ana", 250_000) + tax("ben", 250_000), 0)


def test_PAY_5__owner_not_admitted__kept_with_the_reason_until_it_is(full: FullStage) -> None:
    stage = full.world.stage
    full.declare(admittedOnly=True)
    full.pass_record_date()
    full.attest(stage.ana.address, reason=3)
    with full.world.nothing_changes(), reverts(errors.OwnerNotAdmitted, owner=stage.ana.address, code=3):
        full.send(stage.ana, "claim", 1)
    assert full.payouts.read("dueTo", 1, stage.ana.address) == 0

    receipt = full.push([one.address for one in (stage.ana, stage.ben)])

    (reason,) = full.failures(receipt).values()
    assert reason == errors.OwnerNotAdmitted.selector + int(stage.ana.address, 16).to_bytes(32) + (3).to_bytes(32)
    assert full.world.balance(stage.ben.address) == SHARES["ben"]
    full.attest(stage.ana.address)
    full.send(stage.ana, "claim", 1)
    assert full.world.balance(stage.ana.address) == SHARES["ana"]


def test_PAY_5__registry_does_not_answer__kept_and_nobody_pays_too_little_tax(full: FullStage) -> None:
    stage = full.world.stage
    full.declare(rates=[rate(250_000, full.tax_office)])
    full.pass_record_date()
    full.token.send(stage.admin, "setSilent", True)
    with full.world.nothing_changes(), reverts(errors.FactsUnavailable, owner=stage.ana.address):
        full.send(stage.ana, "claim", 1)
    receipt = full.push([stage.ana.address])
    (reason,) = full.failures(receipt).values()
    assert reason[:4] == errors.FactsUnavailable.selector
    full.token.send(stage.admin, "setSilent", False)
    full.send(stage.ana, "claim", 1)
    assert full.world.balance(stage.ana.address) == SHARES["ana"] - tax("ana", 250_000)


def test_table__kept_as_code_that_does_nothing__read_back(full: FullStage) -> None:
    stage = full.world.stage
    rates = [rate(123_400, full.tax_office, country=GERMANY, mask=7, claims=5), rate(300_000, full.other_office)]
    treaties = [treaty(stage.ana.address, 7_700)]
    full.declare(rates=rates, treaties=treaties, admittedOnly=True)
    found = full.payouts.read("optionsOf", 1)
    assert [dict(one) for one in found["rates"]] == rates
    assert [dict(one) for one in found["treaties"]] == treaties
    assert found["admittedOnly"]


def test_native__tax_to_a_contract_authority__withdrawn(full: FullStage) -> None:
    stage, office = full.world.stage, full.wallet()
    full.declare_native(rates=[rate(250_000, office.address)])
    full.pass_record_date()
    full.push([stage.ana.address])
    full.send(stage.stranger, "withdrawWithheld", 1, office.address)
    assert full.chain.balance(office.address) == tax("ana", 250_000)


def test_PAY_2__authority_calls_back__refused_by_the_guard(full: FullStage) -> None:
    stage, office = full.world.stage, full.wallet()
    full.declare({"asset": NATIVE}, value=AMOUNT, rates=[rate(250_000, office.address)])
    full.pass_record_date()
    full.send(stage.ana, "claim", 1)
    again = artifact("Payouts").encode_call("withdrawWithheld", (1, office.address))
    office.send(stage.admin, "arm", full.payouts.address, again)
    full.send(stage.stranger, "withdrawWithheld", 1, office.address)
    assert office.read("answer") == errors.ReentrancyGuardReentrantCall.selector
    assert full.chain.balance(office.address) == tax("ana", 250_000)
