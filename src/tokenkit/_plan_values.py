"""The values a plan is made of, each parsed once, and how a refusal of one is worded."""

from __future__ import annotations

import re
from datetime import datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple, TypeVar

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from tokenkit.countries import parse_country
from tokenkit.errors import InvalidInput
from tokenkit.types import ZERO_ADDRESS, Address, parse_address, parse_units, to_unix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tokenkit._toml_lines import KeyPath

EVERYWHERE: Final = "*"
"""In a plan: every country that no other group names; in a country pair: every country but the other one."""

FOREVER: Final = 2**48 - 1
"""The instant that never comes, as the contracts write it."""

LONGEST_DELAY: Final = 365 * 24 * 3600
"""Longer delays are slips of the pen: nobody could act, or mend it, for that long."""

Entry = TypeVar("Entry")


class Issue(NamedTuple):
    """One thing wrong inside the section that is looked at; ``at`` is the key inside it."""

    at: KeyPath
    message: str
    remedy: str


def refusal(issues: Iterable[Issue]) -> PydanticCustomError:
    """Make the error by which a validator reports *issues*, all at once."""
    return PydanticCustomError("refused", "refused", {"issues": tuple(issues)})


def refuse(message: str, remedy: str) -> PydanticCustomError:
    """Make the error by which a validator reports one issue of the very value it looks at."""
    return refusal([Issue((), message, remedy)])


def repeated(entries: Iterable[Entry], *, first: int = 0) -> list[tuple[int, Entry]]:
    """List the entries that stood earlier in *entries* already, with their positions, counted from *first*."""
    seen: set[Entry] = set()
    again = []
    for position, entry in enumerate(entries, first):
        if entry in seen:
            again.append((position, entry))
        seen.add(entry)
    return again


def _address(value: object) -> Address:
    try:
        address = parse_address(value)
    except InvalidInput as error:
        raise _two_sentences(error) from error
    if address == ZERO_ADDRESS:
        raise refuse("The zero address belongs to nobody.", "Give the address of an account that somebody controls.")
    return address


def _country(value: object) -> int:
    if not isinstance(value, str | int):
        raise refuse(f"{value!r} is not a country.", "Give its ISO 3166-1 code, such as 'DE'.")
    try:
        return parse_country(value).numeric
    except InvalidInput as error:
        raise _two_sentences(error) from error


def _amount(value: object) -> Decimal:
    if isinstance(value, Decimal):
        value = format(value, "f")
    try:
        parse_units(value, 18)  # type: ignore[arg-type]  # as above
    except InvalidInput as error:
        raise _two_sentences(error) from error
    amount = Decimal(str(value))
    if not amount:
        raise refuse("0 units are no limit at all.", "Give a positive number of units, or leave the rule out.")
    return amount


def _amount_or_all(value: object) -> Decimal | None:
    return None if value == "all" else _amount(value)


def _percent(value: object) -> Decimal:
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", text) or not 0 < Decimal(text) <= 100:
        raise refuse(
            f"{text!r} is not a share in per cent.",
            "Give a number above 0 and up to 100 with at most two decimals, such as 9.75.",
        )
    return Decimal(text)


def _instant(value: object) -> int:
    if not isinstance(value, datetime):
        raise refuse(
            f"{value} is not an instant.", "Give date, time and zone without quotes, such as 2031-07-01T00:00:00Z."
        )
    try:
        return to_unix(value)
    except InvalidInput as error:
        raise _two_sentences(error) from error


def _clock(value: object) -> int:
    if not isinstance(value, time) or value.second or value.microsecond:
        raise refuse(f"{value} is not a time of the day.", "Give hours and minutes without quotes, such as 09:30:00.")
    return value.hour * 60 + value.minute


def _instant_or_forever(value: object) -> int:
    return FOREVER if value == "forever" else _instant(value)


def _countries(value: object) -> object:
    if value == EVERYWHERE:
        return ()
    if value == ():
        raise refuse(
            "No country is named, so nobody could be admitted.",
            'Name countries, or write countries = "*" for all that no other group names.',
        )
    return value


def _country_or_every(value: object) -> int:
    return 0 if value == EVERYWHERE else _country(value)


def _digest(value: object) -> bytes:
    if isinstance(value, bytes) and len(value) == 32:
        return value
    digits = value.removeprefix("0x") if isinstance(value, str) else ""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", digits) or not int(digits, 16):
        raise refuse(
            f"{value!r} is not a hash.", "Give 64 hexadecimal digits, or 'file' with the path of the document."
        )
    return bytes.fromhex(digits)


def _document_name(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value.encode()) <= 32 or "\x00" in value:
        raise refuse(f"{value!r} cannot name a document.", "Give 1 to 32 bytes of text, such as 'articles'.")
    return value


def _location(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", value):
        raise refuse(f"{value!r} is not the location of a document.", "Give a URI, such as 'ipfs://…' or 'https://…'.")
    return value


def _lei(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", value):
        raise refuse(
            f"{value!r} is not a legal entity identifier.",
            "Give its 20 capital letters and digits (ISO 17442), or leave it out.",
        )
    if int("".join(str(int(sign, 36)) for sign in value)) % 97 != 1:
        raise refuse(
            f"{value} has a wrong check digit, so a sign is mistyped.",
            "Copy the identifier again from its source, or leave it out.",
        )
    return value


def _isin(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{2}[0-9A-Z]{9}[0-9]", value):
        raise refuse(
            f"{value!r} is not an ISIN.",
            "Give two letters, nine letters or digits and a check digit (ISO 6166), or leave it out.",
        )
    if not _luhn("".join(str(int(sign, 36)) for sign in value)):
        raise refuse(
            f"{value} has a wrong check digit, so a sign is mistyped.",
            "Copy the ISIN again from its source, or leave it out.",
        )
    return value


def _luhn(digits: str) -> bool:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


def _two_sentences(error: InvalidInput) -> PydanticCustomError:
    """Part what is wrong from what to do: errors of the edge types say it in this order."""
    message, _, remedy = str(error).partition(". ")
    return refuse(f"{message}." if remedy else message, remedy)


AccountAddress = Annotated[Address, BeforeValidator(_address)]
CountryCode = Annotated[int, BeforeValidator(_country)]
CountryCodes = Annotated[tuple[CountryCode, ...], BeforeValidator(_countries)]
CountryOrEvery = Annotated[int, BeforeValidator(_country_or_every)]
Amount = Annotated[Decimal, BeforeValidator(_amount)]
AmountOrAll = Annotated[Decimal | None, BeforeValidator(_amount_or_all)]
Percent = Annotated[Decimal, BeforeValidator(_percent)]
Instant = Annotated[int, BeforeValidator(_instant)]
InstantOrForever = Annotated[int, BeforeValidator(_instant_or_forever)]
Clock = Annotated[int, BeforeValidator(_clock)]
Digest = Annotated[bytes, BeforeValidator(_digest)]
DocumentName = Annotated[str, BeforeValidator(_document_name)]
Location = Annotated[str, BeforeValidator(_location)]
Lei = Annotated[str, BeforeValidator(_lei)]
Isin = Annotated[str, BeforeValidator(_isin)]
Delay = Annotated[int, Field(ge=0, le=LONGEST_DELAY)]
Text = Annotated[
    str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$", max_length=128)
]
Symbol = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,15}$")]
ClaimName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Bit = Annotated[int, Field(ge=0, le=31)]
