"""Payouts before they are sent: tax by table and treaty, totals, reinvestment; conserved whatever is drawn."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenkit.errors import InvalidAmount, InvalidInput, NoHolders
from tokenkit.ledger import (
    Facts,
    Preview,
    Rate,
    Share,
    TaxRow,
    TaxTable,
    Total,
    preview,
    preview_per_unit,
    reinvest,
    split,
    withheld,
)
from tokenkit.types import UINT96_MAX, Address

ANA, BEN, CLO, DAN = PEOPLE = tuple(Address(f"0x{digit * 40}") for digit in "1234")
GERMANY, FRANCE, KENYA = 276, 250, 404
PENSION, CHARITY = 1 << 3, 1 << 5
KAPITALERTRAG = Rate(ppm=263_750, authority="DE")
TABLE = TaxTable(
    rows=(
        TaxRow(country=GERMANY, claims_mask=CHARITY, claims_match=CHARITY, rate=Rate(ppm=0, authority="DE")),
        TaxRow(country=GERMANY, rate=KAPITALERTRAG),
        TaxRow(
            country=FRANCE, claims_mask=PENSION | CHARITY, claims_match=PENSION, rate=Rate(ppm=150_000, authority="FR")
        ),
    ),
    treaties={DAN: 50_000},
)
RATES = st.builds(Rate, ppm=st.integers(0, 1_000_000), authority=st.sampled_from(["DE", "FR"]))
MASKS = st.tuples(st.integers(0, 7), st.integers(0, 7))
ROWS = st.builds(
    lambda rate, country, masks: TaxRow(
        rate=rate, country=country, claims_mask=masks[0], claims_match=masks[0] & masks[1]
    ),
    RATES,
    st.sampled_from([0, GERMANY, FRANCE]),
    MASKS,
)
TABLES = st.builds(
    lambda rows, treaties: TaxTable(rows=tuple(rows), treaties=treaties if rows else {}),
    st.lists(ROWS, max_size=4),
    st.dictionaries(st.sampled_from([ANA, DAN]), st.integers(0, 1_000_000)),
)
FACTS = st.builds(Facts, country=st.sampled_from([0, GERMANY, FRANCE, KENYA]), claims=st.integers(0, 7))


@pytest.mark.parametrize("ppm", [-1, 1_000_001])
def test_rate__more_than_all_or_less_than_nothing__refused(ppm: int) -> None:
    with pytest.raises(InvalidInput, match=f"{ppm} parts per million"):
        Rate(ppm=ppm, authority="DE")


def test_rate__for_nobody__refused() -> None:
    with pytest.raises(InvalidInput, match="Name one"):
        Rate(ppm=1, authority="")


def test_tax_row__claims_outside_its_mask__refused() -> None:
    with pytest.raises(InvalidInput, match="would never apply"):
        TaxRow(claims_mask=1, claims_match=3, rate=KAPITALERTRAG)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"treaties": {DAN: 500}}, "the table has none"),
        ({"rows": TABLE.rows, "treaties": {DAN: 1_000_001}}, "is 1000001 parts per million"),
    ],
)
def test_tax_table__treaty_that_cannot_be__refused(table: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        TaxTable(**table)


@pytest.mark.parametrize(
    ("holder", "facts", "ppm"),
    [
        (ANA, Facts(country=GERMANY), 263_750),
        (ANA, Facts(country=GERMANY, claims=CHARITY | PENSION), 0),
        (ANA, Facts(country=FRANCE, claims=PENSION), 150_000),
        (ANA, Facts(country=FRANCE, claims=PENSION | CHARITY), None),
        (ANA, Facts(country=FRANCE), None),
        (ANA, Facts(country=KENYA), None),
        (DAN, Facts(country=GERMANY), 50_000),
        (DAN, Facts(country=FRANCE, claims=PENSION), 50_000),
        (DAN, Facts(), None),
    ],
)
def test_rate_of__first_row_that_fits__at_the_treaty_rate_if_there_is_one(
    holder: Address, facts: Facts, ppm: int | None
) -> None:
    rate = TABLE.rate_of(holder, facts)
    assert (rate.ppm if rate else None) == ppm


def test_withheld__uneven__rounds_down() -> None:
    assert withheld(9_998, KAPITALERTRAG) == 2_636  # 2,636.97…
    assert withheld(9_998, None) == 0


def test_preview__a_small_dividend__every_figure() -> None:
    shown = preview(
        1_000_000,
        {ANA: 300, BEN: 400, CLO: 300, DAN: 999},
        excluded={CLO},
        taxes=TABLE,
        investors={ANA: "ana", BEN: "ben", DAN: "dan"},
        facts={"ana": Facts(country=GERMANY), "ben": Facts(country=KENYA), "dan": Facts(country=GERMANY)},
    )
    assert [(share.holder, share.gross, share.tax, share.net) for share in shown.shares] == [
        (ANA, 176_574, 46_571, 130_003),
        (BEN, 235_432, 0, 235_432),
        (DAN, 587_992, 29_399, 558_593),
    ]
    assert (shown.denominator, shown.gross, shown.tax, shown.net, shown.dust) == (1_699, 999_998, 75_970, 924_028, 2)
    assert shown.by_authority() == (Total(name="DE", holders=2, units=1_299, gross=764_566, tax=75_970),)
    assert shown.by_country() == (
        Total(name="276", holders=2, units=1_299, gross=764_566, tax=75_970),
        Total(name="404", holders=1, units=400, gross=235_432, tax=0),
    )
    assert [(each.name, each.net) for each in shown.by_investor()] == [
        ("ana", 130_003),
        ("ben", 235_432),
        ("dan", 558_593),
    ]


def test_preview__nobody_shares__refused() -> None:
    with pytest.raises(NoHolders):
        preview(1, {ANA: 1}, excluded={ANA})
    with pytest.raises(NoHolders):
        preview_per_unit(1, {ANA: 1}, excluded={ANA})


def test_preview__shares_above_the_amount__refused_by_the_value_itself() -> None:
    share = Share(holder=ANA, investor=ANA, country=0, units=1, gross=11, tax=0, rate=None)
    with pytest.raises(InvalidAmount, match="come to 11, more than the 10"):
        Preview(amount=10, denominator=1, shares=(share,))


@pytest.mark.parametrize("per_units", [0, -1])
def test_preview_per_unit__of_no_units__refused(per_units: int) -> None:
    with pytest.raises(InvalidAmount, match="cannot be paid"):
        preview_per_unit(5, {ANA: 1}, per_units=per_units)


def test_preview_per_unit__whole_shares_with_decimals__price_for_each() -> None:
    # 0.25 of a coin with 6 decimals, for each share of a token with 2 decimals
    shown = preview_per_unit(250_000, {ANA: 12_345, BEN: 100}, per_units=100)
    assert [share.gross for share in shown.shares] == [30_862_500, 250_000]
    assert shown.dust == 0


@given(
    st.integers(0, 10**9),
    st.integers(1, 10**6),
    st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 10**12), min_size=1),
)
def test_preview_per_unit__any_price__each_its_price_rounded_down(
    price: int, per_units: int, register: dict[Address, int]
) -> None:
    if not sum(register.values()):
        return
    shown = preview_per_unit(price, register, per_units=per_units)
    for share in shown.shares:
        exact = Fraction(price * share.units, per_units)
        assert share.gross <= exact < share.gross + 1
    assert shown.amount <= Fraction(price * sum(register.values()), per_units) < shown.amount + 1
    assert 0 <= shown.dust < len(shown.shares)


@given(
    st.integers(0, 2**112),
    st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, UINT96_MAX), min_size=1),
    st.tuples(st.sets(st.sampled_from(PEOPLE), max_size=2), st.integers(0, 10**6)),
    TABLES,
    st.dictionaries(st.sampled_from(["ana", BEN, DAN]), FACTS),
)
def test_preview__anything__conserves_and_is_what_exact_rationals_say(
    amount: int,
    register: dict[Address, int],
    terms: tuple[set[Address], int],
    taxes: TaxTable,
    facts: dict[str, Facts],
) -> None:
    excluded, above = terms
    sharing = sum(units for holder, units in register.items() if holder not in excluded)
    if not sharing:
        return
    denominator, investors = sharing + above, {ANA: "ana", CLO: "ana"}
    shown = preview(
        amount, register, excluded=excluded, denominator=denominator, taxes=taxes, investors=investors, facts=facts
    )
    assert shown.net + shown.tax + shown.dust == amount
    assert [(share.holder, share.gross) for share in shown.shares] == [
        (each.holder, each.amount)
        for each in split(amount, register, excluded=excluded, denominator=denominator).entitlements
    ]
    for share in shown.shares:
        known = facts.get(investors.get(share.holder, share.holder), Facts())
        # the table as a person reads it
        fitting = [
            row.rate
            for row in taxes.rows
            if (not row.country or row.country == known.country)
            and all(
                (known.claims >> bit & 1) == (row.claims_match >> bit & 1)
                for bit in range(3)
                if row.claims_mask >> bit & 1
            )
        ]
        ppm = taxes.treaties.get(share.holder, fitting[0].ppm) if fitting else 0
        treaty = share.holder in taxes.treaties
        assert share.rate == (Rate(ppm=ppm, authority=fitting[0].authority, treaty=treaty) if fitting else None)
        exact = share.gross * Fraction(ppm, 1_000_000)
        assert share.tax <= exact < share.tax + 1
        assert 0 <= share.net <= share.gross
    for totals in (shown.by_country(), shown.by_investor()):
        assert sum(each.gross for each in totals) == shown.gross
        assert sum(each.holders for each in totals) == len(shown.shares)
    assert sum(each.tax for each in shown.by_authority()) == sum(each.tax for each in shown.by_country()) == shown.tax


@pytest.mark.parametrize(("price", "per_units"), [(0, 1), (1, 0), (-5, 1)])
def test_reinvest__price_of_nothing__refused(price: int, per_units: int) -> None:
    with pytest.raises(InvalidAmount, match="buys nothing"):
        reinvest(preview(1, {ANA: 1}), (), price=price, per_units=per_units)


def test_reinvest__opted_in__units_at_the_price_and_the_rest_in_cash() -> None:
    shown = preview(1_000, {ANA: 1, BEN: 1})
    ana, ben = reinvest(shown, {ANA}, price=120)
    assert (ana.units, ana.spent, ana.cash) == (4, 480, 20)
    assert (ben.units, ben.spent, ben.cash) == (0, 0, 500)


@given(
    st.integers(0, 10**12),
    st.dictionaries(st.sampled_from(PEOPLE), st.integers(1, 10**6), min_size=1),
    st.sets(st.sampled_from(PEOPLE)),
    st.integers(1, 10**9),
    st.integers(1, 10**6),
)
def test_reinvest__any_price__nobody_pays_less_and_nothing_is_lost(
    amount: int, register: dict[Address, int], opted_in: set[Address], price: int, per_units: int
) -> None:
    shown = preview(amount, register, taxes=TABLE)
    for each, share in zip(reinvest(shown, opted_in, price=price, per_units=per_units), shown.shares, strict=True):
        assert each.holder == share.holder
        assert each.spent + each.cash == share.net
        assert each.cash >= 0
        exact = Fraction(each.units * price, per_units)
        assert exact <= each.spent < exact + 1
        if each.holder in opted_in:
            assert Fraction((each.units + 1) * price, per_units) > share.net  # one more cannot be had
        else:
            assert each.units == 0
