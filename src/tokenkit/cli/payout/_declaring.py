"""Declaring a payout, working it out beforehand, paying in what it lacks, calling it off."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from tokenkit.cli._options import TIMES, ClassOption, DocumentOption
from tokenkit.cli._output import Answer, day, facts, item, table
from tokenkit.cli._shown import carried_out
from tokenkit.cli.payout._figures import ChartByOption, ChartOption, CsvOption, require_chart, write_chart

if TYPE_CHECKING:
    from collections.abc import Callable

    from tokenkit.cli._coins import Coin
    from tokenkit.cli._session import Session
    from tokenkit.cli.payout._terms import Wish
    from tokenkit.ledger import Preview
    from tokenkit.payouts import Declaration
    from tokenkit.suite import ShareClass

PayoutArgument = Annotated[int, typer.Argument(metavar="PAYOUT", help="Number of the payout.", min=1)]
_AMOUNT, _TERMS, _TAX = "Amount", "Terms", "Tax and reinvestment"


def _wish(
    *,
    amount: Annotated[
        str | None,
        typer.Argument(
            metavar="[AMOUNT]", help="Total to pay in, in the coin, such as 125000.50; may be left out with a price."
        ),
    ] = None,
    asset: Annotated[
        str | None, typer.Option("--asset", metavar="ADDRESS", help="ERC-20 contract of the coin, or native.")
    ] = None,
    record_date: Annotated[
        str | None, typer.Option("--record-date", metavar="TIME", help=f"Scheduled in the token. {TIMES}")
    ] = None,
    deadline: Annotated[
        str | None,
        typer.Option("--deadline", metavar="TIME", help="Afterwards the rest returns; else a year after payment."),
    ] = None,
    share_class: ClassOption = None,
    per_share: Annotated[
        str | None,
        typer.Option("--per-share", metavar="AMOUNT", help="Paid on each whole share.", rich_help_panel=_AMOUNT),
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option("--rate", metavar="PERCENT", help="Yearly, on the nominal value.", rich_help_panel=_AMOUNT),
    ] = None,
    nominal: Annotated[
        str | None,
        typer.Option("--nominal", metavar="AMOUNT", help="Of a whole share, in the coin.", rich_help_panel=_AMOUNT),
    ] = None,
    day_count: Annotated[
        str | None,
        typer.Option("--day-count", metavar="NAME", help="Such as 30E/360 or ACT/365F.", rich_help_panel=_AMOUNT),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DAY", help="Interest runs from, included.", rich_help_panel=_AMOUNT),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="Interest runs to, excluded.", rich_help_panel=_AMOUNT)
    ] = None,
    refund_to: Annotated[
        str | None,
        typer.Option(
            "--refund-to", metavar="ADDRESS", help="Who gets the rest; else the sender.", rich_help_panel=_TERMS
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            "--exclude", metavar="WALLET", help="Gets nothing (treasury); repeatable.", rich_help_panel=_TERMS
        ),
    ] = None,
    payment_date: Annotated[
        str | None,
        typer.Option("--payment-date", metavar="TIME", help="Nobody is paid before.", rich_help_panel=_TERMS),
    ] = None,
    ex_date: Annotated[
        str | None, typer.Option("--ex-date", metavar="TIME", help="Announced, not enforced.", rich_help_panel=_TERMS)
    ] = None,
    admitted_only: Annotated[
        bool,
        typer.Option("--admitted-only", help="Keep shares of owners who are not admitted.", rich_help_panel=_TERMS),
    ] = False,
    tax: Annotated[
        Path | None,
        typer.Option("--tax", metavar="FILE", help="Withholding table (TOML: docs/payouts.md).", rich_help_panel=_TAX),
    ] = None,
    reinvest_price: Annotated[
        str | None,
        typer.Option(
            "--reinvest-price", metavar="AMOUNT", help="New shares are offered at this price.", rich_help_panel=_TAX
        ),
    ] = None,
    reinvest_until: Annotated[
        str | None,
        typer.Option(
            "--reinvest-until",
            metavar="TIME",
            help="Until when; afterwards all is paid as money.",
            rich_help_panel=_TAX,
        ),
    ] = None,
    proceeds_to: Annotated[
        str | None,
        typer.Option("--proceeds-to", metavar="ADDRESS", help="Who gets that price.", rich_help_panel=_TAX),
    ] = None,
    document: DocumentOption = None,
) -> None:
    """List the options that a declaration is made of; their names are those of ``_terms.Wish``."""


_OPTIONS = dict(inspect.signature(_wish).parameters)
_SESSION = inspect.Parameter("session", inspect.Parameter.POSITIONAL_OR_KEYWORD)


def options(*names: str) -> list[inspect.Parameter]:
    """Return options of a declaration, for a command that has some of them, too."""
    return [_OPTIONS[name] for name in names]


def _with_terms(*more: inspect.Parameter) -> inspect.Signature:
    return inspect.Signature([_SESSION, *_OPTIONS.values(), *more])


def declare(session: "Session", *, short: bool, **values: Any) -> Answer:  # noqa: ANN401 - the options of a declaration
    """Declare a payout and fund it from the sender: a total, an amount per share, or a rate on the nominal value.

    What the contract may take is approved first, if it is not yet. A total below what a price or a rate needs by the register of now is
    refused, unless --short says that the rest is paid in later: nobody is paid before it is.
    """
    from tokenkit.cli.payout._funding import carry_out_funded
    from tokenkit.cli.payout._terms import price_words

    one, wish = _wished(session, values)
    declaration = _declaration(session, one, wish, payer=session.sender)
    coin, units = session.coin(declaration.asset), declaration.amount
    if not short:
        _require_enough(session, declaration, coin)
    what = f"Declare a payout of {coin.words(units)} to the holders of {one.symbol} at {day(declaration.record_date)}"
    operation = session.payouts.declare(declaration, payer=None).with_summary(what + price_words(wish, coin))
    return carry_out_funded(session, session.payouts, (declaration.asset, units), [operation])


_SHORT = inspect.Parameter(
    "short",
    inspect.Parameter.KEYWORD_ONLY,
    default=False,
    annotation=Annotated[
        bool,
        typer.Option(
            "--short",
            help="Pay in less than the price needs; the rest with payout fund, later.",
            rich_help_panel=_AMOUNT,
        ),
    ],
)
declare.__signature__ = _with_terms(_SHORT)  # type: ignore[attr-defined]  # what inspect looks for


def _require_enough(session: "Session", declaration: "Declaration", coin: "Coin") -> None:
    """Refuse a total that a price per share makes too small, by the register of now.

    Raises:
        InvalidInput: it lacks something.
    """
    from tokenkit.errors import InvalidInput

    needed, amount = session.payouts.needed(declaration), declaration.amount
    if amount < needed:
        raise InvalidInput(
            f"{coin.words(amount)} is {coin.words(needed - amount)} less than the {coin.words(needed)} that the price needs by the "
            "register of now, and nobody is paid before all of it is there. Leave the total out to pay in what it needs, or add --short "
            "and pay the rest in after the record date (payout fund)."
        )


def preview(
    session: "Session",
    *,
    payout: int | None,
    csv: Path | None,
    chart: Path | None,
    chart_by: str,
    **values: Any,  # noqa: ANN401 - the options of a declaration
) -> Answer:
    """Work a payout out, holder by holder, before anything is sent: gross, tax, net and dust, from the register.

    Before the record date it is counted from the register of now.
    """
    from tokenkit.errors import InvalidInput
    from tokenkit.ledger import PayoutTitle, payout_csv, payout_rows
    from tokenkit.types import ZERO_ADDRESS

    require_chart(chart, chart_by)
    if payout is None:
        one, wish = _wished(session, values)
        declaration = _declaration(session, one, wish, payer=ZERO_ADDRESS)  # nobody pays, so nobody has to sign
        asset, record_date, found = declaration.asset, declaration.record_date, session.payouts.preview(declaration)
    elif any(value for name, value in values.items() if name != "share_class"):
        raise InvalidInput("Give --payout, or the terms of a payout to come, not both.")
    else:
        state = session.payouts.payout(payout)
        known = session.class_of(state.token)
        if known is None:
            raise InvalidInput(f"Payout {payout} is of a token that is none of the suite's.")
        one, asset, record_date, found = known, state.asset, state.record_date, session.payouts.preview(payout)
    coin = session.coin(asset)
    title = PayoutTitle(
        issuer=session.suite.plan.issuer.name,
        share_class=one.symbol,
        name="Preview",
        symbol=coin.symbol,
        decimals=coin.decimals,
        unit_decimals=one.decimals,
        record_date=record_date,
    )
    if csv is not None:
        csv.write_text(payout_csv(payout_rows(found, title)), encoding="utf-8", newline="")
    write_chart(chart, chart_by, found, coin, one)
    files = [each for each in (csv, chart) if each is not None]
    data = {
        "files": files,
        "amount": found.amount,
        "gross": found.gross,
        "tax": found.tax,
        "net": found.net,
        "dust": found.dust,
        "authorities": found.by_authority(),
        "countries": found.by_country(),
        "shares": [
            {
                "holder": each.holder,
                "investor": each.investor,
                "country": each.country,
                "units": each.units,
                "gross": each.gross,
                "tax": each.tax,
                "net": each.net,
            }
            for each in found.shares
        ],
    }
    return Answer(data=data, show=lambda console: _show_preview(console, found, one, coin.words, files))


preview.__signature__ = _with_terms(  # type: ignore[attr-defined]  # as above
    *(
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, default, annotation in (
            (
                "payout",
                None,
                Annotated[int | None, typer.Option("--payout", min=1, help="A payout that was declared already.")],
            ),
            ("csv", None, CsvOption),
            ("chart", None, ChartOption),
            ("chart_by", "country", ChartByOption),
        )
    )
)


def fund(session: "Session", payout: PayoutArgument) -> Answer:
    """Pay in exactly what a payout per share lacks, after its record date; anyone may."""
    from tokenkit.cli.payout._funding import carry_out_funded

    payouts, state = session.payouts, session.payouts.payout(payout)
    missing = payouts.missing(payout)
    what = f"Pay {session.coin(state.asset).words(missing)} into payout {payout}, which it lacks"
    operation = payouts.top_up(payout, payer=None).with_summary(what)
    return carry_out_funded(session, payouts, (state.asset, missing), [operation])


def cancel(session: "Session", payout: PayoutArgument) -> Answer:
    """Call a payout off before its record date; all of it returns to the account named when it was declared."""
    return carried_out(session, [session.payouts.cancel(payout)])


def _wished(session: "Session", values: dict[str, Any]) -> "tuple[ShareClass, Wish]":
    from tokenkit.cli.payout._terms import Wish
    from tokenkit.errors import InvalidInput

    wanted = dict(values)
    one = session.share_class(wanted.pop("share_class"))
    for name in ("asset", "record_date"):
        if wanted[name] is None:
            raise InvalidInput(f"Add --{name.replace('_', '-')}: a payout needs it.")
    return one, Wish(taxes=wanted.pop("tax"), exclude=tuple(wanted.pop("exclude") or ()), **wanted)


def _declaration(session: "Session", one: "ShareClass", wish: "Wish", *, payer: str) -> "Declaration":
    from tokenkit.cli.payout._terms import declaration

    return declaration(session, one, wish, payer=payer)


def _show_preview(
    console: Console, found: "Preview", one: "ShareClass", money: "Callable[[int], str]", files: list[Path]
) -> None:
    from tokenkit.cli._output import grouped
    from tokenkit.countries import parse_country

    rows = [
        [
            each.holder,
            parse_country(each.country).alpha2 if each.country else "",
            grouped(each.units, one.decimals),
            money(each.gross),
            money(each.tax),
            money(each.net),
        ]
        for each in found.shares
    ]
    console.print(
        table(None, ["Holder", "Country", "Units", "Gross", "Tax", "Net"], rows, right=["Units", "Gross", "Tax", "Net"])
    )
    console.print(
        facts(
            [
                ("To pay in", money(found.amount)),
                ("Gross", money(found.gross)),
                ("Tax", money(found.tax)),
                ("Net", money(found.net)),
                ("Dust", money(found.dust)),
                *((f"Tax for {each.name}", money(each.tax)) for each in found.by_authority()),
            ]
        )
    )
    for file in files:
        console.print(item("[green]✓[/green]", escape(f"Written to {file}.")))
