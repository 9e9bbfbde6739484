"""Values parsed once, at the edge: addresses, amounts, instants and countries."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import NewType

from tokenkit._keccak import keccak
from tokenkit.countries import COUNTRIES, Country, parse_country
from tokenkit.errors import InvalidAddress, InvalidAmount, InvalidInput

__all__ = [
    "COUNTRIES",
    "LAST_SECOND",
    "UINT96_MAX",
    "ZERO_ADDRESS",
    "Address",
    "Country",
    "address_from_bytes",
    "format_units",
    "from_unix",
    "keccak",
    "parse_address",
    "parse_country",
    "parse_units",
    "to_unix",
]

Address = NewType("Address", str)
"""An account address with its EIP-55 checksum. Made by :func:`parse_address` or :func:`address_from_bytes` only."""

ZERO_ADDRESS = Address("0x0000000000000000000000000000000000000000")

UINT96_MAX = 2**96 - 1
"""The largest number of units that one row of a ledger holds."""

LAST_SECOND = 253_402_300_799
"""The last unix second that a calendar has: the end of the year 9999."""

_HEX_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_PLAIN_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


def parse_address(value: object) -> Address:
    """Read an address and give it its EIP-55 checksum.

    Raises:
        InvalidAddress: not ``0x`` and 40 hexadecimal digits, or mixed case that does not fit the checksum.
    """
    if not isinstance(value, str) or not _HEX_ADDRESS.fullmatch(value):
        raise InvalidAddress(f"{value!r} is not an address. Give 0x followed by 40 hexadecimal digits.")
    address = _checksummed(value[2:].lower())
    digits = value[2:]
    if value != address and not digits.islower() and not digits.isupper() and not digits.isdigit():
        raise InvalidAddress(
            f"{value!r} has a wrong checksum, so at least one digit is mistyped. Copy the address again from its source."
        )
    return address


def address_from_bytes(raw: bytes) -> Address:
    """Return the address whose 20 bytes (or 32-byte ABI word) are *raw*.

    Raises:
        InvalidAddress: *raw* is neither 20 bytes nor a 32-byte word that starts with 12 zero bytes.
    """
    if len(raw) == 32 and not any(raw[:12]):
        raw = raw[12:]
    if len(raw) != 20:
        raise InvalidAddress(f"0x{raw.hex()} is not an address: 20 bytes are needed.")
    return _checksummed(raw.hex())


def parse_units(value: str | int | Decimal, decimals: int = 0, *, maximum: int | None = None) -> int:
    """Turn an amount as people write it into whole units of 10^-*decimals*.

    Raises:
        InvalidAmount: not a plain non-negative number, more decimals than the token has, or above *maximum* units.
    """
    text = format(value, "f") if isinstance(value, Decimal) and value.is_finite() else str(value)
    if isinstance(value, bool | float) or not _PLAIN_NUMBER.fullmatch(text):
        raise InvalidAmount(
            f"{value!r} is not an amount. Give digits with at most one decimal point, such as '1250' or '0.5'."
        )
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    if len(fraction) > decimals:
        raise InvalidAmount(
            f"{text} cannot be written exactly with {decimals} decimals. Round it first, as your rules ask."
        )
    units = int(whole + fraction.ljust(decimals, "0"))
    if maximum is not None and units > maximum:
        raise InvalidAmount(f"{text} is above the largest amount allowed, {format_units(maximum, decimals)}.")
    return units


def format_units(units: int, decimals: int = 0) -> str:
    """Write whole *units* of 10^-*decimals* as people do, without grouping and without trailing zeros."""
    sign, digits = ("-" if units < 0 else ""), str(abs(units)).rjust(decimals + 1, "0")
    whole, fraction = digits[: len(digits) - decimals], digits[len(digits) - decimals :].rstrip("0")
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def to_unix(moment: datetime) -> int:
    """Return the unix second of an aware *moment*, rounded down.

    Raises:
        InvalidInput: *moment* has no time zone.
    """
    if moment.tzinfo is None:
        raise InvalidInput(f"{moment.isoformat()} has no time zone. Give one, for example {moment.isoformat()}+00:00.")
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() // 1)


def from_unix(second: int) -> datetime:
    """Return the UTC moment of a unix *second*."""
    return datetime.fromtimestamp(second, tz=UTC)


@lru_cache(maxsize=65_536)
def _checksummed(digits: str) -> Address:
    """Apply EIP-55 to 40 lower-case hexadecimal *digits*."""
    marks = keccak(digits.encode()).hex()
    return Address(
        "0x" + "".join(digit.upper() if mark >= "8" else digit for digit, mark in zip(digits, marks, strict=False))
    )
