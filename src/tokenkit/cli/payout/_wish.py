"""The options that a declaration is made of, for every command that takes some of them."""

import inspect
from pathlib import Path
from typing import Annotated

import typer

from tokenkit.cli._options import TIMES, ClassOption, DocumentOption

AMOUNT, _TERMS, _TAX = "Amount", "Terms", "Tax and reinvestment"


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
        typer.Option("--per-share", metavar="AMOUNT", help="Paid on each whole share.", rich_help_panel=AMOUNT),
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option("--rate", metavar="PERCENT", help="Yearly, on the nominal value.", rich_help_panel=AMOUNT),
    ] = None,
    nominal: Annotated[
        str | None,
        typer.Option("--nominal", metavar="AMOUNT", help="Of a whole share, in the coin.", rich_help_panel=AMOUNT),
    ] = None,
    day_count: Annotated[
        str | None,
        typer.Option("--day-count", metavar="NAME", help="Such as 30E/360 or ACT/365F.", rich_help_panel=AMOUNT),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DAY", help="Interest runs from, included.", rich_help_panel=AMOUNT),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="Interest runs to, excluded.", rich_help_panel=AMOUNT)
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


def options(*names: str) -> list[inspect.Parameter]:
    """Return the options of these names; all of them without any."""
    return [_OPTIONS[name] for name in names or _OPTIONS]
