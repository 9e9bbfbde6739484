"""The cap table: parts that are exact, an order that is stable, and CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenkit.errors import InvalidAmount
from tokenkit.ledger import ClassTotal, Holding, Ownership, cap_table, percent, to_csv

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8)
REGISTERS = st.dictionaries(
    st.sampled_from(["ordinary", "preferred", "growth"]), st.dictionaries(NAMES, st.integers(0, 2**96), max_size=6)
)


def test_cap_table__negative_holding__refused() -> None:
    with pytest.raises(InvalidAmount, match="ana holds -1 units of ordinary"):
        cap_table({"ordinary": {"ana": -1}})


def test_cap_table__two_classes__rows_totals_and_everybody_together() -> None:
    table = cap_table({"preferred": {"ben": 20, "ana": 20}, "ordinary": {"ana": 30, "clo": 30, "dan": 0}, "empty": {}})
    assert [(row.share_class, row.investor, row.units) for row in table.holdings] == [
        ("preferred", "ana", 20),
        ("preferred", "ben", 20),
        ("ordinary", "ana", 30),
        ("ordinary", "clo", 30),
    ]
    assert table.holdings[0] == Holding(
        share_class="preferred", investor="ana", units=20, of_class=Fraction(1, 2), of_company=Fraction(1, 5)
    )
    assert table.classes == (
        ClassTotal(share_class="preferred", units=40, investors=2, of_company=Fraction(2, 5)),
        ClassTotal(share_class="ordinary", units=60, investors=2, of_company=Fraction(3, 5)),
        ClassTotal(share_class="empty", units=0, investors=0, of_company=Fraction(0)),
    )
    assert table.investors[0] == Ownership(investor="ana", units=50, of_company=Fraction(1, 2))
    assert table.units == 100


@pytest.mark.parametrize(
    ("part", "places", "written"),
    [
        (Fraction(1), 4, "100.0000"),
        (Fraction(1, 3), 4, "33.3333"),
        (Fraction(2, 3), 0, "67"),
        (Fraction(1, 2**96), 2, "0.00"),
        (Fraction(5, 1000), 0, "0"),  # 0.5 %, half to even
        (Fraction(15, 1000), 0, "2"),
    ],
)
def test_percent__part__written_exactly(part: Fraction, places: int, written: str) -> None:
    assert percent(part, places) == written


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_to_csv__cell_that_starts_like_a_formula__made_text(start: str) -> None:
    text = to_csv(cap_table({"ordinary": {"ana": 1}}), names={"ana": f"{start}cmd|' /C calc'!A0"})
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["name"] == f"'{start}cmd|' /C calc'!A0"


def test_to_csv__decimals_and_names__readable_lines() -> None:
    text = to_csv(cap_table({"ordinary": {"ana": 1250, "ben": 3750}}), names={"ana": 'Ana "A", née Ö'}, decimals=3)
    assert text.splitlines() == [
        "class,investor,name,units,percent_of_class,percent_of_company",
        "ordinary,ben,,3.75,75.0000,75.0000",
        'ordinary,ana,"Ana ""A"", née Ö",1.25,25.0000,25.0000',
    ]
    assert text.encode("utf-8")


def test_to_csv__classes_of_different_decimals__each_in_its_own() -> None:
    table = cap_table({"ordinary": {"ana": 1250}, "preferred": {"ana": 1250}})
    rows = csv.DictReader(io.StringIO(to_csv(table, decimals={"ordinary": 0, "preferred": 3}), newline=""))
    assert [row["units"] for row in rows] == ["1250", "1.25"]


@given(REGISTERS)
def test_cap_table__any_registers__every_unit_counted_once(registers: dict[str, dict[str, int]]) -> None:
    table = cap_table(registers)
    everything = sum(sum(register.values()) for register in registers.values())
    assert table.units == everything == sum(row.units for row in table.holdings)
    assert everything == sum(each.units for each in table.investors) == sum(each.units for each in table.classes)
    if everything:
        assert sum(row.of_company for row in table.holdings) == 1
        assert sum(each.of_company for each in table.classes) == 1
    for total in table.classes:
        parts = [row.of_class for row in table.holdings if row.share_class == total.share_class]
        assert sum(parts) == (1 if total.units else 0)


@given(REGISTERS)
def test_to_csv__any_registers__reads_back_and_holds_no_formula(registers: dict[str, dict[str, int]]) -> None:
    table = cap_table(registers)
    rows = list(csv.DictReader(io.StringIO(to_csv(table), newline="")))
    assert [int(row["units"]) for row in rows] == [each.units for each in table.holdings]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row.values())


@given(REGISTERS)
def test_cap_table__same_registers_in_another_order__same_rows_in_each_class(
    registers: dict[str, dict[str, int]],
) -> None:
    turned = {name: dict(reversed(register.items())) for name, register in registers.items()}
    assert cap_table(turned) == cap_table(registers)


def test_cap_table__classes_with_other_decimals__a_share_is_a_share() -> None:
    table = cap_table({"ORD": {"ana": 100}, "PREF": {"ana": 100, "ben": 200}}, decimals={"ORD": 0, "PREF": 2})
    assert [(one.share_class, one.of_company) for one in table.classes] == [
        ("ORD", Fraction(100, 103)),
        ("PREF", Fraction(3, 103)),
    ]
    assert [(one.investor, one.units, one.of_company) for one in table.investors] == [
        ("ana", 10_100, Fraction(101, 103)),
        ("ben", 200, Fraction(2, 103)),
    ]
    assert table.units == 10_300
