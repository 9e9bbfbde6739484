"""Figures, charts and files of a payout."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.cli._coins import Coin
    from tokenkit.ledger import Preview, Reinvestment, Settlement, Share
    from tokenkit.suite import ShareClass

CsvOption = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write a line for each holder.")]
ChartOption = Annotated[
    Path | None, typer.Option("--chart", metavar="FILE", help="Draw it: an .svg, or a .png with tokenkit\\[charts].")
]
ChartByOption = Annotated[str, typer.Option("--chart-by", metavar="WHAT", help="country, or size of the holding.")]


def require_chart(path: Path | None, by: str) -> None:
    """Refuse, before any work is done, a chart that could not be drawn.

    Raises:
        InvalidInput: another ending than .svg or .png, or another way to draw it.
    """
    from tokenkit.cli._charts import require_drawable
    from tokenkit.errors import InvalidInput

    if by not in ("country", "size"):
        raise InvalidInput(f"A payout is drawn by country or by size, not by {by!r}.")
    require_drawable(path)


def write_chart(path: Path | None, by: str, preview: "Preview", coin: "Coin", one: "ShareClass") -> None:
    """Draw a payout into a file, if one is wanted."""
    from tokenkit.cli._charts import write_drawing
    from tokenkit.ledger import payout_by_country, payout_by_size

    if path is None:
        return
    if by == "country":
        svg = payout_by_country(preview, symbol=coin.symbol, decimals=coin.decimals)
    else:
        svg = payout_by_size(preview, symbol=coin.symbol, decimals=coin.decimals, unit_decimals=one.decimals)
    write_drawing(path, svg)


def share_ahead(share: "Share", taken: "Reinvestment") -> dict[str, Any]:
    """Write for programs what a holder will get."""
    units = {"new_units": taken.units, "price": taken.spent, "cash": taken.cash}
    return {**_share(share), "tax": share.tax, "net": share.net, **units}


def share_settled(share: "Share", settled: "Settlement") -> dict[str, Any]:
    """Write for programs what became of a holder's share; nothing was withheld of what was not paid."""
    return {
        **_share(share),
        "amount": share.gross,
        "status": settled.status.partition(":")[0],
        "reason": settled.status.partition(": ")[2],
        "withheld": settled.withheld,
        "expected_tax": settled.expected_tax,
        "waiting": settled.waiting,
        "returned": settled.returned,
        "new_units": settled.units,
        "price": settled.price,
        "paid": settled.paid,
        "net": share.gross - settled.withheld - settled.expected_tax,
        "not_reinvested": settled.note,
        "owner": settled.owner,
        "paid_to": settled.account,
        "paid_at": settled.at,
        "transaction": settled.transaction,
    }


def coin_facts(asset: str, coin: "Coin") -> "Mapping[str, Any]":
    """Say what amounts are in, for programs."""
    return {"asset": asset, "symbol": coin.symbol, "decimals": coin.decimals}


def country(numeric: int) -> str:
    """Write a country as in every report, such as ``FR``; nothing where it is not known."""
    from tokenkit.countries import parse_country

    return parse_country(numeric).alpha2 if numeric else ""


def _share(share: "Share") -> dict[str, Any]:
    rate = share.rate
    return {
        "holder": share.holder,
        "investor": share.investor,
        "country": country(share.country),
        "units": share.units,
        "gross": share.gross,
        "rate_ppm": rate.ppm if rate else None,
        "treaty": rate.treaty if rate else False,
        "authority": rate.authority if rate else None,
    }
