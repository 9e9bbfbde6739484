"""Lists of all holders, as the rulebook wants to count them. See ``tokenkit.rules``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from tokenkit._rule_values import ALL_CLASSES
from tokenkit.errors import InvalidInput
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Holders = Iterable[str] | Mapping[str, Iterable[str]]
"""All wallets that hold units, in any order: of one class; by token for all classes."""

_COUNTED_AT_ONCE: Final = 400
"""Holders of one class in one transaction: 21,000 gas each, 35,000 where each is one of eight wallets of an investor."""


def order_holders(holders: Iterable[Address]) -> list[Address]:
    """Put holders in the ascending order that the rulebook wants, each once."""
    return sorted(set(holders), key=lambda holder: int(holder, 16))


def by_token(token: Address, holders: Holders, served: Sequence[Address]) -> list[list[Address]]:
    """Return the holders of *token*, or over all classes those of each of the tokens *served*, in that order.

    Raises:
        InvalidInput: a list where a table by token is wanted, or the other way about, or classes are missing.
    """
    if token != ALL_CLASSES:
        if isinstance(holders, Mapping):
            raise InvalidInput("The holders of one class are one list of wallets.")
        return [order_holders(map(parse_address, holders))]
    if not isinstance(holders, Mapping):
        raise InvalidInput("Over all classes, give the holders by token: {token: wallets}.")
    given = {parse_address(one): order_holders(map(parse_address, wallets)) for one, wallets in holders.items()}
    if given.keys() != set(served):
        raise InvalidInput(f"Holders of {len(given)} classes are given. Give those of {', '.join(served) or 'none'}.")
    return [given[one] for one in served]


def page_size(token: Address, served: Sequence[Address]) -> int:
    """Return how many holders one call can count: over all classes, each class is asked about each of them."""
    return _COUNTED_AT_ONCE // (max(len(served), 1) if token == ALL_CLASSES else 1)


def paged(listed: Iterable[Sequence[Address]], size: int) -> Iterator[tuple[int, Sequence[Address]]]:
    """Part the holders of each token, by its index, into pages of *size*."""
    for index, holders in enumerate(listed):
        for at in range(0, len(holders), size):
            yield index, holders[at : at + size]
