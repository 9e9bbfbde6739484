"""``tokenkit coupon``: what a bond pays, when, and to whom."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from tokenkit.cli._command import command
from tokenkit.cli._output import Answer, day, table
from tokenkit.cli.payout._wish import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.cli._session import Session
    from tokenkit.ledger import Coupon
    from tokenkit.payouts import Declaration
    from tokenkit.suite import ShareClass


_PLACES = 6
"""Decimals of an amount that is shown; it is rounded down, the exact fraction stands beside it."""


def add_to(app: typer.Typer) -> None:
    """Add the group to *app*."""
    group = typer.Typer(no_args_is_help=True, help="Coupons of a bond: draw up the schedule, declare it.")
    app.add_typer(group, name="coupon")
    terms = "--issued 2030-01-15 --matures 2035-01-15 --rate 4.75 --per-year 2 --day-count 30E/360"
    command(
        group,
        "schedule",
        label="coupon schedule",
        chain=False,
        examples=[f"tokenkit coupon schedule {terms}", f"tokenkit coupon schedule {terms} --nominal 1000 --json"],
    )(schedule)
    command(
        group,
        "record-dates",
        label="coupon record-dates",
        sends=True,
        examples=[f"tokenkit coupon record-dates {terms} --class QWB"],
    )(record_dates)
    command(
        group,
        "declare",
        label="coupon declare",
        sends=True,
        examples=[f"tokenkit coupon declare {terms} --nominal 1000 --asset 0x5290…9EE7 --class QWB --dry-run"],
    )(declare)


Issued = Annotated[str, typer.Option("--issued", metavar="DAY", help="Interest runs from this day.")]
Matures = Annotated[str, typer.Option("--matures", metavar="DAY", help="Interest runs up to this day.")]
YearlyRate = Annotated[str, typer.Option("--rate", metavar="PERCENT", help="A year, on the nominal value.")]
PerYear = Annotated[int, typer.Option("--per-year", help="Coupons a year: 1, 2, 3, 4, 6 or 12.")]
Count = Annotated[str, typer.Option("--day-count", metavar="NAME", help="Such as 30E/360, ACT/365F, ACT/ACT ICMA.")]
StubKind = Annotated[
    str, typer.Option("--stub", metavar="KIND", help="short first, long first, short last or long last.")
]
RollKind = Annotated[
    str, typer.Option("--roll", metavar="HOW", help="Payments on no business day: following, modified following …")
]
Holidays = Annotated[
    list[str] | None, typer.Option("--holiday", metavar="DAY", help="No business day, besides weekends; repeatable.")
]
RecordDays = Annotated[int, typer.Option("--record-days", min=0, help="Business days from record date to payment.")]
Adjusted = Annotated[bool, typer.Option("--adjusted", help="Interest runs to the day of payment.")]
MonthEnd = Annotated[bool, typer.Option("--month-end", help="Periods end with the month where their anchor does.")]


def schedule(
    session: "Session",  # noqa: ARG001 - every command has one
    *,
    issued: Issued,
    matures: Matures,
    rate: YearlyRate,
    per_year: PerYear,
    day_count: Count,
    stub: StubKind = "short first",
    roll: RollKind = "following",
    holiday: Holidays = None,
    record_days: RecordDays = 1,
    adjusted: Adjusted = False,
    month_end: MonthEnd = False,
    nominal: Annotated[
        str | None, typer.Option("--nominal", metavar="AMOUNT", help="Say what each coupon pays on it, exactly.")
    ] = None,
) -> Answer:
    """Draw up the coupons of a bond: periods, the days that matter, and what they pay."""
    from fractions import Fraction

    from tokenkit.cli._coupon_terms import coupon_terms
    from tokenkit.ledger import schedule as drawn
    from tokenkit.types import parse_units

    coupons = drawn(
        coupon_terms(
            issued=issued,
            matures=matures,
            rate=rate,
            per_year=per_year,
            day_count=day_count,
            stub=stub,
            roll=roll,
            holiday=holiday,
            record_days=record_days,
            adjusted=adjusted,
            month_end=month_end,
        )
    )
    places = len(nominal.partition(".")[2]) if nominal else 0
    whole = Fraction(parse_units(nominal, places), 10**places) if nominal else None
    data = [_as_data(each, whole) for each in coupons]
    return Answer(data=data, show=lambda console: _show(console, data))


Nominal = Annotated[str, typer.Option("--nominal", metavar="AMOUNT", help="Of a whole share, in the coin.")]
Asset = Annotated[str, typer.Option("--asset", metavar="ADDRESS", help="ERC-20 contract of the coin, or native.")]
Zone = Annotated[str, typer.Option("--zone", metavar="NAME", help="Where its days begin.")]
Most = Annotated[int | None, typer.Option("--most", min=1, help="Only the next so many coupons.")]
OpenDays = Annotated[
    int | None, typer.Option("--open-days", min=1, help="Days from each payment until the rest returns: 365.")
]
Again = Annotated[bool, typer.Option("--again", help="Also those that are declared already, a second time.")]


def declare(
    session: "Session",
    *,
    nominal: Nominal,
    asset: Asset,
    share_class: str | None,
    zone: Zone = "UTC",
    most: Most = None,
    open_days: OpenDays = None,
    again: Again = False,
    **values: Any,  # noqa: ANN401 - the options of a schedule, and those of a declaration
) -> Answer:
    """Declare the coupons that lie ahead, each funded for the units in issue now, from the sender.

    The issuer schedules their record dates first (coupon record-dates, with the same terms). The money of all of them is approved first, if it
    is not yet. Those that are declared already are left as they are: a run that broke off is given again.
    """
    from tokenkit.cli._coins import asset_of
    from tokenkit.cli._coupon_terms import coupon_terms, declared_with, parse_zone
    from tokenkit.cli.payout._funding import carry_out_funded
    from tokenkit.payouts import CouponPlan, coupon_declarations
    from tokenkit.types import parse_units

    one, coin = session.share_class(share_class), session.coin(asset)
    shared = declared_with(session, open_days, **{name: values.pop(name) for name in _DECLARED})
    plan = CouponPlan(
        token=one.address,
        asset=asset_of(asset),
        terms=coupon_terms(**values),
        nominal=parse_units(nominal, coin.decimals),
        units=one.transfers.supply() - sum(each.units for each in one.transfers.balances(shared["excluded"])),
        unit_decimals=one.decimals,
        zone=parse_zone(zone),
        **shared,
    )
    ahead = coupon_declarations(plan, after=session.chain.now(), most=most)
    left, already = _left(session, ahead, again=again)
    _require_scheduled(one, [each.record_date for each in left.values()])
    operations = [
        session.payouts.declare(each, payer=None).with_summary(
            f"Declare coupon {number} of {len(ahead)}: {coin.words(each.amount)} to the holders of {one.symbol} at {day(each.record_date)}"
        )
        for number, each in left.items()
    ]
    total = sum(each.amount for each in left.values())
    done = carry_out_funded(session, session.payouts, (plan.asset, total), operations)
    return replace(done, data={**done.data, "already": already})


def _left(
    session: "Session", ahead: "Sequence[Declaration]", *, again: bool
) -> "tuple[dict[int, Declaration], list[dict[str, int]]]":
    """Return the coupons to declare, by number, and those that payouts pay already, which are told."""
    left, already = {}, []
    known = (None,) * len(ahead) if again else session.payouts.declared_like(ahead)
    for number, (each, payout) in enumerate(zip(ahead, known, strict=True), 1):
        if payout is None:
            left[number] = each
            continue
        already.append({"coupon": number, "record_date": each.record_date, "payout": payout})
        session.console.print(
            f"Coupon {number} of {len(ahead)}, record date {day(each.record_date)}, is payout {payout} already."
        )
    return left, already


def record_dates(
    session: "Session",
    *,
    share_class: str | None,
    zone: str,
    most: int | None,
    **values: Any,  # noqa: ANN401 - the options of a schedule
) -> Answer:
    """Schedule the record dates of the coupons that lie ahead, as the issuer: the end of each record day in the zone.

    Those that are scheduled already are left as they are.
    """
    from tokenkit.cli._coupon_terms import coupon_terms, parse_zone
    from tokenkit.cli._shown import carried_out
    from tokenkit.ledger import end_of_day
    from tokenkit.ledger import schedule as drawn

    one, zoned = session.share_class(share_class), parse_zone(zone)
    ahead = [end_of_day(each.record_date, zoned) for each in drawn(coupon_terms(**values))]
    wanted = [each for each in ahead if each > session.chain.now()][:most]
    known = set(one.issuance.record_dates())
    operations = [one.issuance.schedule_record_date(each) for each in wanted if each not in known]
    return carried_out(session, [each.with_summary(f"{each.summary} for {one.symbol}") for each in operations])


_DRAWN = [each for each in inspect.signature(schedule).parameters.values() if each.name != "nominal"]
_OWN = {each.name: each for each in inspect.signature(declare).parameters.values()}
_CLASS = options("share_class")
_DECLARED = ("refund_to", "exclude", "deadline", "admitted_only", "tax", "document")
_LAST = [_OWN["zone"], _OWN["most"]]
record_dates.__signature__ = inspect.Signature([*_DRAWN, *_CLASS, *_LAST])  # type: ignore[attr-defined]  # what inspect looks for
declare.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # as above
    [
        *_DRAWN,
        _OWN["nominal"],
        _OWN["asset"],
        *_CLASS,
        *_LAST,
        _OWN["open_days"],
        *options(*_DECLARED),
        _OWN["again"],
    ]
)


def _require_scheduled(one: "ShareClass", dates: list[int]) -> None:
    """Say all record dates that are missing at once, before any money is approved."""
    from tokenkit.errors import InvalidInput

    known = set(one.issuance.record_dates())
    missing = [day(each) for each in dates if each not in known]
    if missing:
        raise InvalidInput(
            f"{one.symbol} lacks {len(missing)} record dates of these coupons: {', '.join(missing)}. The issuer schedules them with "
            "`tokenkit coupon record-dates` and the same terms."
        )


def _as_data(coupon: "Coupon", nominal: "Any") -> dict[str, Any]:  # noqa: ANN401 - a fraction, or none
    from tokenkit.types import format_units

    data: dict[str, Any] = {
        "number": coupon.number,
        "start": coupon.start.isoformat(),
        "end": coupon.end.isoformat(),
        "fraction": str(coupon.fraction),
        "ex_date": coupon.ex_date.isoformat(),
        "record_date": coupon.record_date.isoformat(),
        "payment_date": coupon.payment_date.isoformat(),
    }
    if nominal is not None:
        exact = nominal * coupon.rate * coupon.fraction
        data["exact"] = str(exact)
        data["amount"] = format_units(int(exact * 10**_PLACES), _PLACES)
    return data


def _show(console: Console, data: list[dict[str, Any]]) -> None:
    names = {
        "number": "Coupon",
        "start": "From",
        "end": "To",
        "fraction": "Part of a year",
        "ex_date": "Ex-date",
        "record_date": "Record date",
        "payment_date": "Payment",
        "amount": "Amount",
    }
    shown = [name for name in names if name in data[0]]
    rows = [[str(each[name]) for name in shown] for each in data]
    console.print(table(None, [names[name] for name in shown], rows, right=["Coupon", "Part of a year", "Amount"]))
