"""What is told of a payout: rows for CSV and JSON, totals per authority and country, and a statement for each holder."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidInput
from tokenkit.ledger.captable import guarded, percent
from tokenkit.ledger.withholding import PPM
from tokenkit.types import COUNTRIES, format_units, from_unix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.ledger.payout import Preview, Share, Total
    from tokenkit.types import Address

_CODES = {country.numeric: country.alpha2 for country in COUNTRIES}
_COLUMNS = ("holder", "investor", "name", "country", "units", "gross", "rate", "authority", "tax", "net", "status")


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutTitle:
    """What a payout is called and paid in."""

    issuer: str
    share_class: str
    name: str
    """Such as ``Dividend for 2026``."""
    symbol: str
    """Of the asset."""
    decimals: int = 0
    """Of the asset."""
    unit_decimals: int = 0
    """Of the share class."""
    record_date: int
    """Unix seconds, as all times here."""
    payment_date: int | None = None
    reference: str = ""
    """The payout's number or transaction, and the hash of its resolution."""


def payout_rows(
    preview: Preview,
    title: PayoutTitle,
    *,
    names: Mapping[str, str] | None = None,
    status: Mapping[Address, str] | None = None,
) -> tuple[dict[str, str], ...]:
    """Write a row of texts for each holder; *names* are by investor, *status* (paid, failed, unclaimed …) by holder."""
    return tuple(
        {
            "holder": share.holder,
            "investor": share.investor,
            "name": (names or {}).get(share.investor, ""),
            "country": _CODES.get(share.country, ""),
            "units": format_units(share.units, title.unit_decimals),
            "gross": format_units(share.gross, title.decimals),
            "rate": _rate(share),
            "authority": share.rate.authority if share.rate else "",
            "tax": format_units(share.tax, title.decimals),
            "net": format_units(share.net, title.decimals),
            "status": (status or {}).get(share.holder, ""),
        }
        for share in preview.shares
    )


def payout_csv(rows: tuple[dict[str, str], ...]) -> str:
    """Write the rows of :func:`payout_rows` as CSV (RFC 4180; encode as UTF-8); cells that a spreadsheet would run are made text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows([guarded(row[column]) for column in _COLUMNS] for row in rows)
    return out.getvalue()


def payout_report(preview: Preview, title: PayoutTitle, rows: tuple[dict[str, str], ...]) -> dict[str, object]:
    """Put a payout into one JSON value: every figure as decimal text, totals by authority and country, and the *rows*."""
    money = {
        "amount": preview.amount,
        "gross": preview.gross,
        "withheld": preview.tax,
        "net": preview.net,
        "dust": preview.dust,
    }
    return {
        "issuer": title.issuer,
        "class": title.share_class,
        "name": title.name,
        "asset": title.symbol,
        "reference": title.reference,
        "record_date": _instant(title.record_date),
        "payment_date": _instant(title.payment_date) if title.payment_date is not None else None,
        "totals": {name: format_units(value, title.decimals) for name, value in money.items()},
        "authorities": [_total(each, each.name, title) for each in preview.by_authority()],
        "countries": [_total(each, _CODES.get(int(each.name), ""), title) for each in preview.by_country()],
        "holders": list(rows),
    }


def holder_statement(preview: Preview, title: PayoutTitle, holder: Address, *, name: str = "") -> str:
    """Write the statement of one holder in Markdown: what it held, what that is worth, what was withheld and for whom.

    Raises:
        InvalidInput: *holder* has no share in the payout.
    """
    share = next((each for each in preview.shares if each.holder == holder), None)
    if share is None:
        raise InvalidInput(
            f"{holder} has no share in {title.name}: it held nothing at the record date, or is excluded."
        )
    lines = [
        ("Holder", f"{cell(name)} ({share.holder})" if name else share.holder),
        ("Record date", _instant(title.record_date)),
        ("Payment date", _instant(title.payment_date) if title.payment_date is not None else "on claim"),
        ("Units held at the record date", format_units(share.units, title.unit_decimals)),
        ("Gross", f"{format_units(share.gross, title.decimals)} {cell(title.symbol)}"),
        ("Rate of tax", f"{_rate(share)} % for {cell(share.rate.authority)}" if share.rate else "none applies"),
        ("Tax withheld", f"{format_units(share.tax, title.decimals)} {cell(title.symbol)}"),
        ("**Net**", f"**{format_units(share.net, title.decimals)} {cell(title.symbol)}**"),
        *([("Reference", cell(title.reference))] if title.reference else []),
    ]
    head = f"# {cell(title.name)}: statement\n\n{cell(title.issuer)}, {cell(title.share_class)}\n\n| | |\n|---|---|\n"
    return head + "".join(f"| {label} | {value} |\n" for label, value in lines)


def cell(text: str) -> str:
    """Write *text* so that it stays in its cell of a Markdown table and is no markup."""
    plain = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]<>|#" else letter for letter in plain)


def _rate(share: Share) -> str:
    if share.rate is None:
        return ""
    exact = percent(Fraction(share.rate.ppm, PPM))
    return exact[:-2] + exact[-2:].rstrip("0")  # two decimals at least


def _instant(second: int) -> str:
    return f"{from_unix(second):%Y-%m-%dT%H:%M:%SZ}"


def _total(total: Total, name: str, title: PayoutTitle) -> dict[str, object]:
    return {
        "name": name,
        "holders": total.holders,
        "units": format_units(total.units, title.unit_decimals),
        "gross": format_units(total.gross, title.decimals),
        "withheld": format_units(total.tax, title.decimals),
        "net": format_units(total.net, title.decimals),
    }
