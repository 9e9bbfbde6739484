"""New units instead of money: what the net share of a holder who opted in buys at the declared price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidAmount

if TYPE_CHECKING:
    from collections.abc import Collection

    from tokenkit.ledger.payout import Preview, Share
    from tokenkit.types import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinvestment:
    """What one holder takes in units and in cash; ``units × price + cash`` is its net share."""

    holder: Address
    units: int
    """To issue, in the token's smallest unit."""
    spent: int
    """Stays with the issuer, as the price of the units."""
    cash: int
    """Paid out: the remainder, or all of it."""


def reinvest(
    preview: Preview, opted_in: Collection[Address], *, price: int, per_units: int = 1
) -> tuple[Reinvestment, ...]:
    """Say what each holder of *preview* gets when those who *opted_in* take units at *price* for *per_units* units.

    *price* is in the asset's smallest unit; *per_units* is 10^decimals for a price per whole share. Units round down and their price
    rounds up, so nobody pays less than the price; the remainder is cash. All holders are listed, in the order of the preview.

    Raises:
        InvalidAmount: a price or a number of units below one.
    """
    if price < 1 or per_units < 1:
        raise InvalidAmount(f"A price of {price} for {per_units} units buys nothing. Give one or more of each.")
    return tuple(_one(share, share.holder in opted_in, price, per_units) for share in preview.shares)


def _one(share: Share, opted_in: bool, price: int, per_units: int) -> Reinvestment:
    units = share.net * per_units // price if opted_in else 0
    spent = -(-units * price // per_units)
    return Reinvestment(holder=share.holder, units=units, spent=spent, cash=share.net - spent)
