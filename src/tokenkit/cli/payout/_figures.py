"""Charts and files of a payout."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tokenkit.cli._coins import Coin
    from tokenkit.ledger import Preview
    from tokenkit.suite import ShareClass

CsvOption = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write a line for each holder.")]
ChartOption = Annotated[
    Path | None, typer.Option("--chart", metavar="FILE", help="Draw it: an .svg, or a .png with tokenkit[charts].")
]
ChartByOption = Annotated[str, typer.Option("--chart-by", metavar="WHAT", help="country, or size of the holding.")]


def write_chart(path: Path | None, by: str, preview: "Preview", coin: "Coin", one: "ShareClass") -> None:
    """Draw a payout into a file, if one is wanted.

    Raises:
        InvalidInput: another ending than .svg or .png, or another way to draw it.
    """
    from tokenkit.errors import InvalidInput
    from tokenkit.ledger import payout_by_country, payout_by_size, to_png

    if path is None:
        return
    if by == "country":
        svg = payout_by_country(preview, symbol=coin.symbol, decimals=coin.decimals)
    elif by == "size":
        svg = payout_by_size(preview, symbol=coin.symbol, decimals=coin.decimals, unit_decimals=one.decimals)
    else:
        raise InvalidInput(f"A payout is drawn by country or by size, not by {by!r}.")
    if path.suffix == ".svg":
        path.write_text(svg, encoding="utf-8")
    elif path.suffix == ".png":
        path.write_bytes(to_png(svg))
    else:
        raise InvalidInput(f"A chart is an .svg or a .png, not {path.name}.")
