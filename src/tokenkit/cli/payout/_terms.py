"""What people write about a payout, made into a declaration."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tokenkit.cli._coins import asset_of
from tokenkit.cli._options import document_hash
from tokenkit.cli._session import parse_instant
from tokenkit.countries import parse_country
from tokenkit.errors import InvalidAmount, InvalidInput
from tokenkit.ledger import DayCount, Rate, TaxRow, TaxTable, parse_day_count, year_fraction
from tokenkit.payouts import Declaration, Offer, Options, PricePerUnit, exact_price
from tokenkit.types import parse_address, parse_units

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tokenkit.cli._coins import Coin
    from tokenkit.cli._session import Session
    from tokenkit.plan import Plan
    from tokenkit.suite import ShareClass

_PERCENT_DECIMALS = 4
"""Of a rate of tax: parts per million."""

_RATE_KEYS = frozenset({"country", "claims", "without", "percent", "authority"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The options of ``payout declare`` and ``payout preview``, as they were typed."""

    asset: str
    record_date: str
    deadline: str | None
    amount: str | None = None
    per_share: str | None = None
    rate: str | None = None
    nominal: str | None = None
    day_count: str | None = None
    since: str | None = None
    until: str | None = None
    refund_to: str | None = None
    exclude: tuple[str, ...] = ()
    payment_date: str | None = None
    ex_date: str | None = None
    admitted_only: bool = False
    taxes: Path | None = None
    reinvest_price: str | None = None
    reinvest_until: str | None = None
    proceeds_to: str | None = None
    document: Path | None = None


def declaration(session: Session, one: ShareClass, wish: Wish, *, payer: str) -> Declaration:
    """Make the declaration; an amount per share or a rate sets the total by the register of now, unless one is given.

    What is left at the end returns to *payer*, unless another account is named.

    Raises:
        InvalidInput: options that contradict each other, or a value that is none.
    """
    coin, price = session.coin(wish.asset), None
    if wish.per_share is not None or wish.rate is not None:
        price = _price(wish, coin, one)
    elif wish.amount is None:
        raise InvalidInput("Give the amount to pay out: a total, --per-share, or --rate on --nominal.")
    record_date = parse_instant(wish.record_date)
    options = Options(
        ex_date=_instant(wish.ex_date),
        payment_date=_instant(wish.payment_date),
        admitted_only=wish.admitted_only,
        per_unit=price.amount if price else 0,
        per_units=price.units if price else 0,
        taxes=read_taxes(wish.taxes, session.suite.plan) if wish.taxes else TaxTable(),
        offer=_offer(wish, coin, one),
    )
    drafted = Declaration(
        token=one.address,
        asset=asset_of(wish.asset),
        amount=1 if wish.amount is None else parse_units(wish.amount, coin.decimals),
        record_date=record_date,
        deadline=_deadline(wish, record_date),
        refund_to=parse_address(wish.refund_to or payer),
        excluded=tuple(parse_address(wallet) for wallet in wish.exclude),
        document_hash=document_hash(wish.document),
        options=options,
    )
    return drafted if wish.amount is not None else replace(drafted, amount=session.payouts.needed(drafted))


def price_words(wish: Wish, coin: Coin) -> str:
    """Say what each share gets, to be set behind a sentence; nothing where the holders share a total."""
    if wish.per_share is not None:
        return f": {wish.per_share} {coin.symbol} for each share"
    if wish.rate is None:
        return ""
    count = _day_count(wish.day_count or "")
    percent = wish.rate.removesuffix("%").strip()
    return f": {percent} % a year on {wish.nominal} {coin.symbol} for each share, from {wish.since} to {wish.until} ({count})"


def _price(wish: Wish, coin: Coin, one: ShareClass) -> PricePerUnit:
    if wish.per_share is not None and wish.rate is not None:
        raise InvalidInput("Give --per-share or --rate, not both.")
    if wish.per_share is not None:
        share = parse_fraction(wish.per_share) * 10**coin.decimals
        return exact_price(share, unit_decimals=one.decimals)
    missing = [name for name in ("nominal", "day_count", "since", "until") if getattr(wish, name) is None]
    if missing:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        raise InvalidInput(f"A rate is paid on the nominal value of a share for a period. Add {options}.")
    fraction = year_fraction(
        _day_count(wish.day_count or ""), parse_date(wish.since or ""), parse_date(wish.until or "")
    )
    nominal = parse_units(wish.nominal or "", coin.decimals)
    return exact_price(nominal * parse_percent(wish.rate or "") * fraction, unit_decimals=one.decimals)


def _day_count(name: str) -> DayCount:
    """Read the convention of a single period.

    Plain ``ACT/ACT`` is that of ISDA here: that of ICMA asks for the regular periods around it, which only a schedule has.
    """
    plain = "".join(name.upper().split()) == "ACT/ACT"
    convention = DayCount.ACT_ACT_ISDA if plain else parse_day_count(name)
    if convention is DayCount.ACT_ACT_ICMA:
        raise InvalidInput(
            "ACT/ACT ICMA counts in the regular coupon periods of a bond, which a single rate does not know. "
            "`tokenkit coupon schedule` and `tokenkit coupon declare` do, from the terms of the bond."
        )
    return convention


def parse_date(text: str) -> date:
    """Read a day.

    Raises:
        InvalidInput: none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text!r} is not a day. Write it as 2030-06-30.") from None


def parse_fraction(text: str) -> Fraction:
    """Read a number exactly, with as many decimals as it has.

    Raises:
        InvalidAmount: no plain number.
    """
    decimals = len(text.partition(".")[2])
    return Fraction(parse_units(text, decimals), 10**decimals)


def parse_percent(text: str) -> Fraction:
    """Read a percentage exactly: ``4.75`` is 475/10,000.

    Raises:
        InvalidAmount: no plain number.
    """
    return parse_fraction(text.removesuffix("%").strip()) / 100


def _offer(wish: Wish, coin: Coin, one: ShareClass) -> Offer | None:
    if wish.reinvest_price is None and wish.reinvest_until is None and wish.proceeds_to is None:
        return None
    if wish.reinvest_price is None or wish.reinvest_until is None or wish.proceeds_to is None:
        raise InvalidInput("New units are offered with --reinvest-price, --reinvest-until and --proceeds-to together.")
    return Offer(
        price=parse_units(wish.reinvest_price, coin.decimals),
        units=10**one.decimals,
        until=parse_instant(wish.reinvest_until),
        proceeds_to=parse_address(wish.proceeds_to),
    )


def _instant(text: str | None) -> int | None:
    return None if text is None else parse_instant(text)


def _deadline(wish: Wish, record_date: int) -> int:
    if wish.deadline is not None:
        return parse_instant(wish.deadline)
    year = 365 * 86_400
    return (_instant(wish.payment_date) or record_date) + year


def read_taxes(path: Path, plan: Plan) -> TaxTable:
    """Read a withholding table; its claims are those of the *plan*.

    ::

        [[rates]]                     # the first that fits counts
        country = "DE"                # left out: any country
        claims = ["resident"]         # claims that the investor has
        without = ["exempt"]          # and has not
        percent = "25"
        authority = "0x…"             # the account that the tax is withdrawn to

        [treaties]                    # percent, by the wallet that holds
        "0x…" = "15"

    Raises:
        InvalidInput: it is not such a file.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        rows = tuple(_row(entry, plan) for entry in data.get("rates", ()))
        treaties: dict[str, int] = {
            parse_address(holder): _ppm(percent) for holder, percent in data.get("treaties", {}).items()
        }
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, AttributeError, TypeError) as error:
        raise InvalidInput(f"{path} is no withholding table: {error}. See `tokenkit payout declare --help`.") from error
    unknown = sorted(set(data) - {"rates", "treaties"})
    if unknown:
        raise InvalidInput(f"{path} has {', '.join(unknown)}, which a withholding table has not.")
    return TaxTable(rows=rows, treaties=treaties)


def _row(entry: Mapping[str, Any], plan: Plan) -> TaxRow:
    unknown = sorted(set(entry) - _RATE_KEYS)
    if unknown:
        raise InvalidInput(f"A rate of tax has no {', '.join(unknown)}. It has {', '.join(sorted(_RATE_KEYS))}.")
    lacking = sorted({"percent", "authority"} - set(entry))
    if lacking:
        raise InvalidInput(f"A rate of tax needs {' and '.join(lacking)}.")
    has, has_not = _mask(entry, "claims", plan), _mask(entry, "without", plan)
    return TaxRow(
        rate=Rate(ppm=_ppm(entry["percent"]), authority=parse_address(entry["authority"])),
        country=parse_country(entry["country"]).numeric if "country" in entry else 0,
        claims_mask=has | has_not,
        claims_match=has,
    )


def _mask(entry: Mapping[str, Any], key: str, plan: Plan) -> int:
    names = entry.get(key, [])
    if not isinstance(names, list):
        raise InvalidInput(f"{key} of a rate of tax is a list of claims, such as ['kyc'], not {names!r}.")
    unknown = [name for name in names if name not in plan.claims]
    if unknown:
        raise InvalidInput(
            f"{', '.join(map(repr, unknown))} in {key} of a rate of tax is no claim. The plan has: {', '.join(plan.claims)}."
        )
    return plan.claim_mask(names)


def _ppm(percent: object) -> int:
    if not isinstance(percent, str | int) or isinstance(percent, bool):
        raise InvalidAmount(f"{percent!r} is no percentage. Write it in quotes, such as '26.375'.")
    return parse_units(percent, _PERCENT_DECIMALS)
