"""Values parsed at the edge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from eth_utils.address import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from tokenkit.errors import InvalidAddress, InvalidAmount, InvalidCountry, InvalidInput
from tokenkit.types import (
    COUNTRIES,
    UINT96_MAX,
    ZERO_ADDRESS,
    address_from_bytes,
    format_units,
    from_unix,
    parse_address,
    parse_country,
    parse_units,
    to_unix,
)

# The examples of EIP-55.
CHECKSUMMED = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "0x",
        "ana.eth",
        CHECKSUMMED[2][:-1],
        CHECKSUMMED[2] + "0",
        CHECKSUMMED[2][2:],
        "0X" + CHECKSUMMED[2][2:],
        " " + CHECKSUMMED[2],
        CHECKSUMMED[2] + "\n",
        "0x" + "g" * 40,
        "0x" + "\N{ARABIC-INDIC DIGIT ONE}" * 40,
        None,
        5,
    ],
)
def test_parse_address__not_an_address__refused(value: object) -> None:
    with pytest.raises(InvalidAddress, match="40 hexadecimal digits"):
        parse_address(value)


@pytest.mark.parametrize("value", CHECKSUMMED[2:])
def test_parse_address__one_letter_in_the_other_case__refused(value: str) -> None:
    place = next(index for index, digit in enumerate(value) if index > 1 and digit.isalpha())

    with pytest.raises(InvalidAddress, match="wrong checksum"):
        parse_address(value[:place] + value[place].swapcase() + value[place + 1 :])


@pytest.mark.parametrize("value", CHECKSUMMED)
def test_parse_address__checksummed_or_of_one_case__checksummed(value: str) -> None:
    assert parse_address(value) == value
    assert parse_address(value.lower()) == value
    assert parse_address("0x" + value[2:].upper()) == value


@given(st.binary(min_size=20, max_size=20))
def test_address_from_bytes__any__as_the_reference(raw: bytes) -> None:
    assert address_from_bytes(raw) == to_checksum_address(raw)
    assert address_from_bytes(raw.rjust(32, b"\0")) == to_checksum_address(raw)


@pytest.mark.parametrize("raw", [b"", bytes(19), bytes(21), b"\x01" + bytes(31)])
def test_address_from_bytes__other_lengths__refused(raw: bytes) -> None:
    with pytest.raises(InvalidAddress):
        address_from_bytes(raw)


def test_zero_address__is_its_own_checksum() -> None:
    assert parse_address(ZERO_ADDRESS) == ZERO_ADDRESS


@pytest.mark.parametrize(
    "value",
    ["", "-1", "+1", "1,5", "1.000,50", "1_000", "1e3", ".5", "5.", "0x10", " 1", "NaN", "\N{ARABIC-INDIC DIGIT ONE}"],
)
def test_parse_units__not_plain_digits__refused(value: str) -> None:
    with pytest.raises(InvalidAmount, match="not an amount"):
        parse_units(value, 6)


@pytest.mark.parametrize("value", [1.5, True, Decimal("NaN"), Decimal("Infinity"), Decimal(-1), -1, None])
def test_parse_units__float_bool_or_not_positive__refused(value: object) -> None:
    with pytest.raises(InvalidAmount):
        parse_units(value, 6)  # type: ignore[arg-type]


@pytest.mark.parametrize(("value", "decimals"), [("0.1", 0), ("1.0000001", 6), (Decimal("0.001"), 2)])
def test_parse_units__more_decimals_than_there_are__refused(value: str | Decimal, decimals: int) -> None:
    with pytest.raises(InvalidAmount, match="exactly"):
        parse_units(value, decimals)


def test_parse_units__above_the_maximum__refused() -> None:
    assert parse_units(UINT96_MAX, maximum=UINT96_MAX) == UINT96_MAX
    with pytest.raises(InvalidAmount, match="largest amount"):
        parse_units(UINT96_MAX + 1, maximum=UINT96_MAX)


@pytest.mark.parametrize(
    ("value", "decimals", "units"),
    [
        ("0", 0, 0),
        ("1250", 0, 1250),
        ("1250.00", 0, 1250),
        ("0.5", 6, 500_000),
        ("1.10", 1, 11),
        (7, 2, 700),
        (Decimal("1E+3"), 0, 1000),
        ("79228162514.264337593543950335", 18, UINT96_MAX),
    ],
)
def test_parse_units__plain__exact(value: str | int | Decimal, decimals: int, units: int) -> None:
    assert parse_units(value, decimals) == units


@given(st.integers(min_value=0, max_value=2**256), st.integers(min_value=0, max_value=18))
def test_format_units__parsed_again__the_same(units: int, decimals: int) -> None:
    assert parse_units(format_units(units, decimals), decimals) == units


@pytest.mark.parametrize(
    ("units", "decimals", "text"),
    [(0, 6, "0"), (1, 6, "0.000001"), (1_500_000, 6, "1.5"), (-5, 1, "-0.5"), (12, 0, "12")],
)
def test_format_units__plain__as_people_write(units: int, decimals: int, text: str) -> None:
    assert format_units(units, decimals) == text


def test_to_unix__without_time_zone__refused() -> None:
    with pytest.raises(InvalidInput, match="time zone"):
        to_unix(datetime(2030, 1, 1))  # noqa: DTZ001 - the point of the test


def test_to_unix__aware__seconds_rounded_down() -> None:
    assert to_unix(datetime(2030, 1, 1, tzinfo=UTC)) == 1_893_456_000
    assert to_unix(datetime(2030, 1, 1, 1, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))) == 1_893_456_000
    assert to_unix(datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)) == -1
    assert from_unix(1_893_456_000) == datetime(2030, 1, 1, tzinfo=UTC)


def test_countries__all__249_with_unique_codes() -> None:
    assert len(COUNTRIES) == 249
    for code in ("numeric", "alpha2", "alpha3", "name"):
        assert len({getattr(country, code) for country in COUNTRIES}) == 249


@pytest.mark.parametrize("value", ["", "XX", "EU", "UK", 0, 1000, "-276", True, "Germany", "²"])
def test_parse_country__unknown__refused(value: str | int) -> None:
    with pytest.raises(InvalidCountry, match="ISO 3166-1"):
        parse_country(value)


@pytest.mark.parametrize("value", ["DE", "de", " DEU ", 276, "276"])
def test_parse_country__any_code__found(value: str | int) -> None:
    country = parse_country(value)

    assert (country.numeric, country.alpha2, country.alpha3, country.name) == (276, "DE", "DEU", "Germany")


def test_parse_country__leading_zeros__found() -> None:
    assert parse_country("008").alpha2 == parse_country(8).alpha2 == "AL"
