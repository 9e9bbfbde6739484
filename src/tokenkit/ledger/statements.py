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
from tokenkit.types import COUNTRIES, ZERO_ADDRESS, format_units, from_unix

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tokenkit.ledger.payout import Preview, Share
    from tokenkit.ledger.reinvestment import Reinvestment
    from tokenkit.types import Address

_CODES = {country.numeric: country.alpha2 for country in COUNTRIES}


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
    ex_date: int | None = None
    payment_date: int | None = None
    """None: from the record date on."""
    asset: str = ""
    """Address of the coin; the zero address is the chain's own."""
    chain: int | None = None
    """Number of the chain."""
    reference: str = ""
    """The payout's number or transaction, and the hash of its resolution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of one share, in the asset's smallest unit; ``withheld + price + paid + waiting + returned`` is the share before tax."""

    status: str
    withheld: int = 0
    """Tax that was kept; nothing is kept of what was not paid."""
    expected_tax: int = 0
    """What would be kept now of what waits."""
    units: int = 0
    """Issued in place of money."""
    price: int = 0
    """Of these units."""
    paid: int = 0
    """In money."""
    waiting: int = 0
    """Not paid yet, before tax."""
    returned: int = 0
    """Went back to the issuer, before tax."""
    owner: str = ""
    """Who was paid: the holder, or the wallet that replaced it."""
    account: str = ""
    """Where the money went."""
    transaction: str = ""
    at: int | None = None
    """Unix seconds."""
    note: str = ""
    """Why there are no new units though they were asked for."""


_SUMS = ("withheld", "expected_tax", "waiting", "returned", "price", "paid")


def payout_rows(
    preview: Preview,
    title: PayoutTitle,
    *,
    names: Mapping[str, str] | None = None,
    taken: Mapping[Address, Reinvestment] | None = None,
    settled: Mapping[Address, Settlement] | None = None,
) -> tuple[dict[str, str], ...]:
    """Write a row of texts for each holder; *names* are by investor.

    Beforehand it says what tax and net will be, with the new units *taken*; with *settled*, which then names every holder, what was.
    """
    rows = []
    for share in preview.shares:
        became = _ahead(share, title, taken or {}) if settled is None else _became(settled[share.holder], title)
        rows.append(
            {
                "holder": share.holder,
                "investor": share.investor,
                "name": (names or {}).get(share.investor, ""),
                "country": _CODES.get(share.country, ""),
                "units": format_units(share.units, title.unit_decimals),
                "gross": format_units(share.gross, title.decimals),
                "rate": _rate(share),
                "treaty": "yes" if share.rate and share.rate.treaty else "",
                "authority": share.rate.authority if share.rate else "",
                **became,
            }
        )
    return tuple(rows)


def payout_csv(rows: tuple[dict[str, str], ...]) -> str:
    """Write the rows of :func:`payout_rows` as CSV (RFC 4180; encode as UTF-8); cells that a spreadsheet would run are made text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows[0] if rows else ())
    writer.writerows([guarded(value) for value in row.values()] for row in rows)
    return out.getvalue()


def payout_report(
    preview: Preview,
    title: PayoutTitle,
    rows: tuple[dict[str, str], ...],
    *,
    settled: Mapping[Address, Settlement] | None = None,
) -> dict[str, object]:
    """Put a payout into one JSON value: every figure as decimal text, totals by authority and country, and the *rows*."""

    def money(shares: Iterable[Share]) -> dict[str, str]:
        return {name: format_units(value, title.decimals) for name, value in _sums(tuple(shares), settled).items()}

    def totals(shares: Mapping[str, list[Share]]) -> list[dict[str, object]]:
        return [
            {
                "name": name,
                "holders": len(members),
                "units": format_units(sum(share.units for share in members), title.unit_decimals),
                **money(members),
            }
            for name, members in sorted(shares.items())
        ]

    authorities: dict[str, list[Share]] = {}
    countries: dict[str, list[Share]] = {}
    for share in preview.shares:
        countries.setdefault(_CODES.get(share.country, ""), []).append(share)
        if share.rate:
            authorities.setdefault(share.rate.authority, []).append(share)
    return {
        "issuer": title.issuer,
        "class": title.share_class,
        "name": title.name,
        "asset": title.symbol,
        "asset_address": title.asset,
        "chain": title.chain,
        "decimals": title.decimals,
        "reference": title.reference,
        "record_date": _instant(title.record_date),
        "ex_date": _instant(title.ex_date) if title.ex_date is not None else None,
        "payment_date": _instant(title.payment_date) if title.payment_date is not None else None,
        "totals": {
            "amount": format_units(preview.amount, title.decimals),
            **money(preview.shares),
            "dust": format_units(preview.dust, title.decimals),
        },
        "authorities": totals(authorities),
        "countries": totals(countries),
        "holders": list(rows),
    }


def holder_statement(
    preview: Preview, title: PayoutTitle, holder: Address, *, name: str = "", settled: Settlement | None = None
) -> str:
    """Write the statement of one holder in Markdown: what it held, what that is worth, what was withheld and for whom, where the rest went.

    Without *settled* it says what will be.

    Raises:
        InvalidInput: *holder* has no share in the payout.
    """
    share = next((each for each in preview.shares if each.holder == holder), None)
    if share is None:
        raise InvalidInput(
            f"{holder} has no share in {title.name}: it held nothing at the record date, or is excluded."
        )
    rate = "none applies"
    if share.rate:
        rate = f"{_rate(share)} % for {cell(share.rate.authority)}{', by treaty' if share.rate.treaty else ''}"
    lines = [
        ("Holder", f"{cell(name)} ({share.holder})" if name else share.holder),
        ("Record date", _instant(title.record_date)),
        *([("Ex-date", _instant(title.ex_date))] if title.ex_date is not None else []),
        ("Payable from", _instant(title.record_date if title.payment_date is None else title.payment_date)),
        *_asset(title),
        ("Units held at the record date", format_units(share.units, title.unit_decimals)),
        ("Gross", _money(share.gross, title)),
        *([("Rate of tax", rate)] if settled is None or not settled.returned else []),
        *(_worth(share, title) if settled is None else _fate(share, settled, title)),
        *([("Reference", cell(title.reference))] if title.reference else []),
        *([("Status", cell(settled.status))] if settled is not None else []),
    ]
    head = f"# {cell(title.name)}: statement\n\n{cell(title.issuer)}, {cell(title.share_class)}\n\n| | |\n|---|---|\n"
    return head + "".join(f"| {label} | {value} |\n" for label, value in lines)


def _ahead(share: Share, title: PayoutTitle, taken: Mapping[Address, Reinvestment]) -> dict[str, str]:
    units = taken.get(share.holder)
    return {
        "tax": format_units(share.tax, title.decimals),
        "net": format_units(share.net, title.decimals),
        "new_units": format_units(units.units if units else 0, title.unit_decimals),
        "price": format_units(units.spent if units else 0, title.decimals),
        "cash": format_units(units.cash if units else share.net, title.decimals),
    }


def _became(settled: Settlement, title: PayoutTitle) -> dict[str, str]:
    return {
        **{name: format_units(getattr(settled, name), title.decimals) for name in _SUMS},
        "new_units": format_units(settled.units, title.unit_decimals),
        "paid_to": settled.account,
        "paid_at": _instant(settled.at) if settled.at is not None else "",
        "transaction": settled.transaction,
        "status": settled.status,
        "note": settled.note,
    }


def _sums(shares: tuple[Share, ...], settled: Mapping[Address, Settlement] | None) -> dict[str, int]:
    gross = sum(share.gross for share in shares)
    if settled is None:
        tax = sum(share.tax for share in shares)
        return {"gross": gross, "tax": tax, "net": gross - tax}
    sums = {name: sum(getattr(settled[share.holder], name) for share in shares) for name in _SUMS}
    return {"gross": gross, **sums}


def _worth(share: Share, title: PayoutTitle) -> list[tuple[str, str]]:
    return [("Tax", _money(share.tax, title)), ("**Net**", f"**{_money(share.net, title)}**")]


def _fate(share: Share, settled: Settlement, title: PayoutTitle) -> list[tuple[str, str]]:
    """Say what was withheld and paid; of a share that was not paid, nothing was."""
    lines = [("Tax withheld", _money(settled.withheld, title))]
    if settled.waiting or settled.returned:
        lines.append(("**Paid**", f"**{_money(0, title)}**"))
        if settled.returned:
            return [*lines, ("Returned to the issuer", _money(settled.returned, title))]
        lines.append(("Tax expected, as of now", _money(settled.expected_tax, title)))
        return [*lines, ("Expected to be paid", _money(settled.waiting - settled.expected_tax, title))]
    lines.append(("**Net**", f"**{_money(share.gross - settled.withheld, title)}**"))
    if settled.units:
        units = format_units(settled.units, title.unit_decimals)
        lines.append(("New units in place of money", f"{units} for {_money(settled.price, title)}"))
    lines.append(("Paid in money", _money(settled.paid, title)))
    if settled.note:
        lines.append(("No new units", cell(settled.note)))
    if settled.account:
        replaced = settled.owner not in ("", share.holder)
        lines.append(
            ("Paid to", settled.account + (f", for {settled.owner}" if settled.account != settled.owner else ""))
        )
        lines += [("Replaced by", settled.owner)] if replaced else []
    if settled.at is not None:
        lines.append(("Paid on", _instant(settled.at)))
    return [*lines, *([("Transaction", settled.transaction)] if settled.transaction else [])]


def _asset(title: PayoutTitle) -> list[tuple[str, str]]:
    if not title.asset:
        return []
    where = f" on chain {title.chain}" if title.chain is not None else ""
    if title.asset == ZERO_ADDRESS:
        return [("Coin", f"{cell(title.symbol)}{where}")]
    return [("Coin", f"{cell(title.symbol)}, {title.asset}{where}")]


def _money(amount: int, title: PayoutTitle) -> str:
    return f"{format_units(amount, title.decimals)} {cell(title.symbol)}"


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
