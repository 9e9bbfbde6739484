"""Charts as files: an ending that cannot be drawn, and a package that is missing, are said before any work is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_ENDINGS = (".svg", ".png")


def require_drawable(path: Path | None) -> None:
    """Refuse a chart that could not be written.

    Raises:
        InvalidInput: another ending than .svg or .png, no such directory, or what draws a .png is not installed.
    """
    from tokenkit.errors import InvalidInput  # noqa: PLC0415 - keeps --help light
    from tokenkit.ledger import bar_chart, to_png  # noqa: PLC0415 - as above

    if path is None:
        return
    if path.suffix.lower() not in _ENDINGS:
        raise InvalidInput(f"A chart is an .svg or a .png, not {path.name}.")
    if not path.parent.is_dir():
        raise InvalidInput(f"There is no directory {path.parent} for the chart. Make it first.")
    if path.suffix.lower() == ".png":
        to_png(bar_chart("", ()), scale=1)


def write_drawing(path: Path, svg: str) -> None:
    """Write a chart in the form that the ending of *path* says, which :func:`require_drawable` has seen."""
    from tokenkit.ledger import to_png  # noqa: PLC0415 - as above

    if path.suffix.lower() == ".png":
        path.write_bytes(to_png(svg))
    else:
        path.write_text(svg, encoding="utf-8")
