"""Wallets of the measurements, many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokenkit._keccak import keccak
from tokenkit.chain import LocalSigner
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from tokenkit.types import Address

DAY: Final = 86_400
BATCH: Final = 100


def crowd(name: str) -> list[Address]:
    """Return a hundred addresses that nobody holds the key of, ascending."""
    return [
        parse_address("0x" + raw.hex())
        for raw in sorted(keccak(f"{name} {number}".encode())[-20:] for number in range(BATCH))
    ]


def voters(count: int) -> list[LocalSigner]:
    """Return people who sign and never send."""
    return [LocalSigner.from_key(keccak(f"voter {number}".encode())) for number in range(count)]
