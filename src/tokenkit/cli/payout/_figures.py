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
