"""Charts as SVG: plain bars, drawn here, so that no plotting library comes along. Figures are written beside the bars; nothing is rounded away."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from tokenkit.errors import InvalidAmount, InvalidInput
from tokenkit.ledger.captable import percent
from tokenkit.ledger.meeting import Kind
from tokenkit.types import COUNTRIES, format_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tokenkit.ledger.meeting import ItemResult
    from tokenkit.ledger.payout import Preview

_WIDTH, _ROW, _TOP, _LEFT, _BAR = 760, 30, 64, 210, 330
_BLUE, _RED, _GREY, _GREEN = "#2b6cb0", "#c05621", "#a0aec0", "#2f855a"
_STYLE = "font-family: 'DejaVu Sans', Verdana, Arial, sans-serif; font-size: 13px; fill: #1a202c"
_NAMES = {country.numeric: country.name for country in COUNTRIES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A line of a chart."""

    label: str
    value: int
    shown: str
    """The value as it is written beside the bar."""
    colour: str = _BLUE


def bar_chart(title: str, bars: Sequence[Bar], *, note: str = "") -> str:
    """Draw *bars* under each other, each with its part of the total, as an SVG document.

    Raises:
        InvalidAmount: a negative value.
    """
    if any(bar.value < 0 for bar in bars):
        raise InvalidAmount("A bar cannot be shorter than nothing. Give values of zero or more.")
    total, longest = sum(bar.value for bar in bars), max((bar.value for bar in bars), default=0)
    height = _TOP + _ROW * len(bars) + 16
    width = max(
        [_WIDTH, 32 + 8 * len(note), 32 + 11 * len(title), *(_LEFT + _BAR + 100 + 8 * len(bar.shown) for bar in bars)]
    )
    summary = "; ".join(f"{bar.label}: {bar.shown}" for bar in bars)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" style="{_STYLE}">',
        f"<title>{_text(title)}</title>",
        f"<desc>{_text(summary)}</desc>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="28" font-size="17" font-weight="bold">{_text(title)}</text>',
        f'<text x="16" y="48" fill="#4a5568">{_text(note)}</text>',
    ]
    for number, bar in enumerate(bars):
        lines += _line(bar, _TOP + _ROW * number, total, longest)
    return "\n".join([*lines, "</svg>\n"])


def payout_by_country(preview: Preview, *, symbol: str = "", decimals: int = 0, most: int = 12) -> str:
    """Draw what goes to each country before tax, the largest first; those after the *most* largest together."""
    totals = sorted(preview.by_country(), key=lambda total: (-total.gross, total.name))
    bars = [(_NAMES.get(int(total.name), "Country not known"), total.gross) for total in totals[:most]]
    if totals[most:]:
        bars.append((f"{len(totals) - most} more countries", sum(total.gross for total in totals[most:])))
    return bar_chart("Payout by country", _money(bars, symbol, decimals), note=_of(preview, symbol, decimals))


def payout_by_size(preview: Preview, *, symbol: str = "", decimals: int = 0, unit_decimals: int = 0) -> str:
    """Draw what goes to small and to large holders before tax: one bar for each power of ten of whole units held."""
    bands: dict[int, list[int]] = {}
    for share in preview.shares:
        bands.setdefault(
            len(str(share.units // 10**unit_decimals)) if share.units >= 10**unit_decimals else 0, []
        ).append(share.gross)
    bars = [(f"{_band(power)} ({len(gross):,})", sum(gross)) for power, gross in sorted(bands.items())]
    title = "Payout by size of holding (holders)"
    return bar_chart(title, _money(bars, symbol, decimals), note=_of(preview, symbol, decimals))


def vote_chart(result: ItemResult) -> str:
    """Draw the votes on a resolution, with the result in one sentence."""
    title = result.item.title or "Resolution"
    if result.item.kind is Kind.MOTION:
        votes = [("For", result.votes_for, _GREEN), ("Against", result.votes_against, _RED)]
    else:
        votes = [
            (name, own, _GREEN if option in result.elected else _BLUE)
            for option, (name, own) in enumerate(zip(result.item.options, result.votes, strict=True))
        ]
    if result.item.kind is not Kind.ELECTION:
        votes.append(("Abstained", result.abstained, _GREY))
    bars = [Bar(label=label, value=value, shown=f"{value:,}", colour=colour) for label, value, colour in votes]
    return bar_chart(title, bars, note=result.reason)


def to_png(svg: str, *, scale: int = 2) -> bytes:
    """Turn a chart into a PNG picture, *scale* times as large; the letters are those of the fonts at hand.

    Raises:
        InvalidInput: the package that draws it, of the extra ``charts``, is not installed.
    """
    if find_spec("resvg_py") is None:
        raise InvalidInput("A PNG needs the package resvg-py. Install tokenkit[charts], or take the SVG.")
    picture: bytes = import_module("resvg_py").svg_to_bytes(svg_string=svg, zoom=scale, resources_dir=None)
    return bytes(picture)


def _line(bar: Bar, top: int, total: int, longest: int) -> list[str]:
    length = Fraction(_BAR * bar.value, longest) if longest else Fraction(0)
    width = f"{float(round(length, 2)):g}"  # a pixel's hundredth: the figure itself stands beside the bar
    part = f" ({percent(Fraction(bar.value, total), 1)} %)" if total else ""
    return [
        f'<text x="{_LEFT - 10}" y="{top + 19}" text-anchor="end">{_text(_short(bar.label))}</text>',
        f'<rect x="{_LEFT}" y="{top + 4}" width="{width}" height="{_ROW - 10}" fill="{bar.colour}"/>',
        f'<text x="{_LEFT + 8 + int(length)}" y="{top + 19}">{_text(bar.shown + part)}</text>',
    ]


def _money(bars: Iterable[tuple[str, int]], symbol: str, decimals: int) -> list[Bar]:
    return [Bar(label=label, value=value, shown=_amount(value, symbol, decimals)) for label, value in bars]


def _of(preview: Preview, symbol: str, decimals: int) -> str:
    return f"{_amount(preview.gross, symbol, decimals)} before tax, {len(preview.shares):,} holders"


def _amount(value: int, symbol: str, decimals: int) -> str:
    whole, point, rest = format_units(value, decimals).partition(".")
    return f"{int(whole):,}{point}{rest} {symbol}".strip()


def _band(digits: int) -> str:
    if digits == 0:
        return "less than 1"
    return f"{10 ** (digits - 1):,} to {10**digits - 1:,}"


def _short(label: str) -> str:
    return label if len(label) <= 28 else f"{label[:27]}…"


def _text(value: str) -> str:
    """Escape what a document could be broken with; control characters, which XML cannot carry, are left out."""
    return escape("".join(letter for letter in value if letter.isprintable()))
