"""Declaring a payout, working it out beforehand, paying in what it lacks, calling it off."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokenkit.cli._output import Answer, day
from tokenkit.cli._shown import carried_out
from tokenkit.cli.payout._figures import ChartByOption, ChartOption, CsvOption, require_chart
from tokenkit.cli.payout._wish import AMOUNT, options

if TYPE_CHECKING:
    from tokenkit.cli._coins import Coin
    from tokenkit.cli._session import Session
    from tokenkit.cli.payout._terms import Wish
    from tokenkit.payouts import Declaration
    from tokenkit.suite import ShareClass

PayoutArgument = Annotated[int, typer.Argument(metavar="PAYOUT", help="Number of the payout.", min=1)]
_SESSION = inspect.Parameter("session", inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _with_terms(*more: inspect.Parameter) -> inspect.Signature:
    return inspect.Signature([_SESSION, *options(), *more])


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
            rich_help_panel=AMOUNT,
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

    Before the record date it is counted from the register of now; new units in place of money go to those who have opted for them now.
    """
    from tokenkit.cli.payout._previewing import answered, forecast
    from tokenkit.errors import InvalidInput
    from tokenkit.types import ZERO_ADDRESS

    require_chart(chart, chart_by)
    if payout is None:
        one, wish = _wished(session, values)
        declaration = _declaration(session, one, wish, payer=ZERO_ADDRESS)  # nobody pays, so nobody has to sign
        made = forecast(session, declaration)
    elif any(value for name, value in values.items() if name != "share_class"):
        raise InvalidInput("Give --payout, or the terms of a payout to come, not both.")
    else:
        made = forecast(session, payout)
    return answered(session, made, csv=csv, chart=chart, chart_by=chart_by)


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
