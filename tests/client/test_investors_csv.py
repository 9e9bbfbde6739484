"""The list of wallets: every problem named with its line, and what a spreadsheet does to a file read all the same."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenkit.countries import COUNTRIES
from tokenkit.errors import InvalidInput
from tokenkit.ocf import InvalidInvestors, InvestorEntry, RowProblem, StakeholderType, match_investors, read_investors
from tokenkit.types import parse_address

ANA = parse_address("0x52908400098527886e0f7030069857d2e4169ee7")
BEN = parse_address("0x8617e340b3d01fa5f11f306f4090fd50e238070d")
HEADER = "external_id,wallet,country,claims,valid_until,name"


def problems(content: str | bytes, known_claims: tuple[str, ...] | None = None) -> tuple[RowProblem, ...]:
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(InvalidInvestors) as refusal:
        read_investors(raw, known_claims=known_claims)
    assert isinstance(refusal.value, InvalidInput)
    assert refusal.value.file == "investors.csv"
    return refusal.value.problems


def second(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


@pytest.mark.parametrize(
    ("cells", "column", "problem"),
    [
        (f",{ANA},DE,,,", "external_id", "the cell is empty"),
        ("ana,,DE,,,", "wallet", "'' is not an address"),
        ("ana,0x1234,DE,,,", "wallet", "'0x1234' is not an address"),
        (f"ana,{ANA[2:]},DE,,,", "wallet", "is not an address"),
        ("ana,ana.eth,DE,,,", "wallet", "'ana.eth' is not an address"),
        (f"ana,0x{'0' * 40},DE,,,", "wallet", "the zero address is nobody's wallet"),
        (f"ana,{ANA},,,,", "country", "'' is not a country"),
        (f"ana,{ANA},Germany,,,", "country", "'Germany' is not a country"),
        (f"ana,{ANA},XX,,,", "country", "'XX' is not a country"),
        (f"ana,{ANA},DE,KYC?,,", "claims", "'kyc?' is not the name of a claim"),
        (f"ana,{ANA},DE,,31.12.2031,", "valid_until", "'31.12.2031' is not a date"),
        (f"ana,{ANA},DE,,2031-02-30,", "valid_until", "'2031-02-30' is not a date"),
        (f"ana,{ANA},DE,,2031-12-31T10:00:00,", "valid_until", "has no time zone"),
        (f"ana,{ANA},DE,,1969-12-30,", "valid_until", "'1969-12-30' is before 1970"),
        (f"ana,{ANA},DE,,,Ana,more", "row", "there are 7 cells, the header has 6"),
        (f"ana,{ANA}", "row", "there are 2 cells, the header has 6"),
    ],
)
def test_read_investors__cell_that_cannot_be_read__refused_with_its_line(cells: str, column: str, problem: str) -> None:
    (told,) = problems(f"{HEADER}\nben,{BEN},CH,,,\n\n{cells}\n")
    assert (told.line, told.column) == (4, column)
    assert problem in told.problem
    assert str(told) == f"line 4, {column}: {told.problem}. {told.remedy}."


def test_read_investors__bad_checksum__refused_with_the_remedy() -> None:
    mistyped = BEN[:-1] + "e"
    (told,) = problems(f"{HEADER}\nben,{mistyped},CH,,,\n")
    assert "wrong checksum" in told.problem
    assert told.remedy == "Copy the address again from its source"


def test_read_investors__claim_that_the_plan_does_not_know__refused_with_those_it_knows() -> None:
    (told,) = problems(f"{HEADER}\nana,{ANA},DE,kyc acredited,,\n", known_claims=("kyc", "accredited"))
    assert (told.column, told.remedy) == ("claims", "Claims here are: accredited, kyc")


def test_read_investors__same_wallet_twice__refused_with_both_lines() -> None:
    (told,) = problems(f"{HEADER}\nana,{ANA},DE,,,\nben,{ANA.lower()},DE,,,\n")
    assert (told.line, told.column) == (3, "wallet")
    assert told.problem == f"{ANA} is already the wallet of ana on line 2"


@pytest.mark.parametrize(
    ("column", "cells"),
    [("country", "CH,kyc,2031-12-31"), ("claims", "DE,,2031-12-31"), ("valid_until", "DE,kyc,")],
)
def test_read_investors__lines_of_one_investor_that_differ__refused(column: str, cells: str) -> None:
    (told,) = problems(f"{HEADER}\nana,{ANA},DE,kyc,2031-12-31,\nana,{BEN},{cells},\n")
    assert (told.line, told.column, told.problem) == (
        3,
        column,
        "it differs from line 2, which is of the same investor",
    )


@pytest.mark.parametrize(
    ("header", "column", "problem"),
    [
        ("external_id,wallet", "country", "the column is missing"),
        ("external_id,wallet,country,valid_untill", "valid_untill", "the column is not known"),
        ("external_id,wallet,country,email", "email", "the column is not known"),
        ("external_id,wallet,country,", "(no name)", "the column is not known"),
        ("external_id,id,wallet,country", "external_id", "the column is given twice"),
    ],
)
def test_read_investors__header_that_does_not_fit__refused(header: str, column: str, problem: str) -> None:
    (told,) = problems(f"{header}\nana,{ANA},DE,,\n")
    assert (told.line, told.column, told.problem) == (1, column, problem)


def test_read_investors__empty_file__the_header_is_asked_for() -> None:
    assert [(told.line, told.column) for told in problems("")] == [(1, "external_id"), (1, "wallet"), (1, "country")]


def test_read_investors__not_utf8__refused() -> None:
    (told,) = problems(f"{HEADER}\nana,{ANA},DE,,,Zoë\n".encode("latin-1"))
    assert told.problem == "it is not UTF-8 text"


def test_read_investors__quote_that_is_never_closed__refused() -> None:
    (told,) = problems(f'{HEADER}\nana,{ANA},DE,,,"Ana\nben,{BEN},CH,,,\n')
    assert (told.line, told.column) == (2, "row")
    assert "it is not CSV" in told.problem


def test_read_investors__many_problems__all_kept_and_the_first_twenty_told() -> None:
    lines = [f"p{number},0x{number:040x},XX,,," for number in range(1, 31)]
    with pytest.raises(InvalidInvestors) as refusal:
        read_investors("\n".join([HEADER, *lines]).encode())
    assert [problem.line for problem in refusal.value.problems] == list(range(2, 32))
    assert str(refusal.value).splitlines()[0] == "investors.csv cannot be used:"
    assert str(refusal.value).splitlines()[-1] == "… and 10 more."


def test_read_investors__problems_of_one_line__all_told() -> None:
    told = problems(f"{HEADER}\n,0x12,XX,a!,soon,\n")
    assert [problem.column for problem in told] == ["external_id", "wallet", "country", "claims", "valid_until"]


def test_read_investors__two_wallets_and_all_columns__read() -> None:
    text = (
        f'{HEADER}\nana,{ANA},DE,"kyc, accredited",2031-12-31,"Ana ""A"" Ö"\nana,{BEN},276,accredited kyc,2031-12-31,\n'
    )
    first, other = read_investors(text.encode())
    assert (first.external_id, first.wallet, first.country.numeric, first.line) == ("ana", ANA, 276, 2)
    assert first.claims == other.claims == ("accredited", "kyc")
    assert first.valid_until == second("2031-12-31T23:59:59+00:00")
    assert (first.name, other.name, other.line) == ('Ana "A" Ö', None, 3)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("", None),
        ("2031-12-31", "2031-12-31T23:59:59+00:00"),
        ("2031-12-31T12:00:00+02:00", "2031-12-31T10:00:00+00:00"),
        ("2031-12-31T12:00:00Z", "2031-12-31T12:00:00+00:00"),
    ],
)
def test_read_investors__valid_until__the_end_of_the_day_or_the_moment(cell: str, moment: str | None) -> None:
    (row,) = read_investors(f"{HEADER}\nana,{ANA},DE,,{cell},\n".encode())
    assert row.valid_until == (None if moment is None else second(moment))


def test_read_investors__as_a_spreadsheet_saves_it__read() -> None:
    text = f"\ufeffStakeholder ID;Wallet-Address;Country Code;Attestations;Expires;Legal name\r\nana;{ANA};040;kyc|qualified;;\r\n;;;;;\r\n"
    (row,) = read_investors(text.encode())
    assert (row.country.alpha2, row.claims, row.valid_until) == ("AT", ("kyc", "qualified"), None)


def test_read_investors__name_over_two_lines__the_lines_below_keep_their_numbers() -> None:
    text = f'{HEADER}\nana,{ANA},DE,,,"Ana\nMaria"\nben,{BEN},XX,,,\n'
    (told,) = problems(text)
    assert told.line == 4


def test_match_investors__both_lists__who_is_missing_where() -> None:
    def entry(name: str, country: str | None) -> InvestorEntry:
        return InvestorEntry(external_id=name, name=name, kind=StakeholderType.INDIVIDUAL, country=country)

    rows = read_investors(f"{HEADER}\nana,{ANA},DE,,,\nzoe,{BEN},CH,,,\n".encode())
    matching = match_investors([entry("ana", "CH"), entry("ben", None)], rows)
    assert matching.wallets == {"ana": rows[:1]}
    assert (matching.without_wallet, matching.without_stakeholder, matching.moved) == (("ben",), ("zoe",), ("ana",))


@given(
    st.lists(
        st.tuples(st.binary(min_size=20, max_size=20).filter(any), st.sampled_from(COUNTRIES)),
        unique_by=lambda each: each[0],
        max_size=20,
    ),
    st.sampled_from(",;\t"),
    st.sampled_from(["alpha2", "alpha3", "numeric"]),
)
def test_read_investors__any_list__read_back(people: list[tuple[bytes, object]], delimiter: str, code: str) -> None:
    lines = [
        delimiter.join([f"p{index}", f"0x{raw.hex()}", str(getattr(country, code)), "", "", ""])
        for index, (raw, country) in enumerate(people)
    ]
    rows = read_investors("\r\n".join([HEADER.replace(",", delimiter), *lines]).encode())
    assert [(bytes.fromhex(row.wallet[2:]), row.country) for row in rows] == people


def lines_refused(content: bytes) -> list[int]:
    """Return the lines that an attempt complains about; none where the list is read."""
    try:
        read_investors(content)
    except InvalidInvestors as refusal:
        return [problem.line for problem in refusal.problems]
    return []


@given(st.binary(max_size=200))
def test_read_investors__any_bytes__read_or_refused_with_a_line(content: bytes) -> None:
    assert all(line >= 1 for line in lines_refused(content))


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), min_size=6, max_size=6))
def test_read_investors__any_cells__read_or_refused_with_a_line(cells: list[str]) -> None:
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    assert all(line >= 2 for line in lines_refused(f"{HEADER}\n{quoted}\n".encode()))
