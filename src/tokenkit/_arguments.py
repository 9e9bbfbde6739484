"""Values that services check before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit.errors import InvalidAmount, InvalidInput
from tokenkit.types import LAST_SECOND, UINT96_MAX, Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable

NO_DOCUMENT = bytes(32)
"""The document hash of an act that rests on no document."""


def counted(units: int, *, maximum: int = UINT96_MAX) -> int:
    """Check a number of units, or an amount of an asset.

    Raises:
        InvalidAmount: not a whole number from 0 to *maximum*.
    """
    if type(units) is not int or not 0 <= units <= maximum:
        raise InvalidAmount(f"{units!r} is not a number of units. Give a whole number from 0 to {maximum}.")
    return units


def within(name: str, value: int, maximum: int) -> int:
    """Check a whole number that is not an amount.

    Raises:
        InvalidInput: not from 0 to *maximum*.
    """
    if type(value) is not int or not 0 <= value <= maximum:
        raise InvalidInput(f"{name} is {value!r}; give a whole number from 0 to {maximum}.")
    return value


def instant(name: str, second: int) -> int:
    """Check a unix second.

    Raises:
        InvalidInput: zero, negative, or so large that it must be milliseconds.
    """
    if type(second) is not int or not 0 < second <= LAST_SECOND:
        raise InvalidInput(f"{name} is {second!r}; give a time in unix seconds.")
    return second


def reasoned(reason: str) -> str:
    """Check that an act of an office holder says why.

    Raises:
        InvalidInput: the reason is empty.
    """
    if not reason.strip():
        raise InvalidInput(
            "A reason is missing. Say in a few words why, for example 'capital increase of 12 March 2030'."
        )
    return reason.strip()


def hashed(document_hash: bytes) -> bytes:
    """Check a document hash.

    Raises:
        InvalidInput: not 32 bytes.
    """
    if type(document_hash) is not bytes or len(document_hash) != 32:
        raise InvalidInput("A document hash has 32 bytes. Make it with tokenkit.documents.hash_file.")
    return document_hash


def ascending(wallets: Iterable[str], *, limit: int) -> tuple[Address, ...]:
    """Put wallets in the ascending order that the contracts want, each once.

    Raises:
        InvalidInput: more than *limit*.
    """
    ordered = tuple(sorted({parse_address(wallet) for wallet in wallets}, key=lambda wallet: int(wallet, 16)))
    if len(ordered) > limit:
        raise InvalidInput(f"{len(ordered)} wallets are excluded; at most {limit} can be.")
    return ordered
