"""``tokenkit record-date``: instants at which holdings count."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tokenkit.cli._command import command
from tokenkit.cli._options import TIMES, ClassOption
from tokenkit.cli._output import Answer, day, grouped, table
from tokenkit.cli._shown import show_acts

if TYPE_CHECKING:
    from tokenkit.cli._session import Session


def add_to(app: typer.Typer) -> None:
    """Add the group to *app*."""
    group = typer.Typer(no_args_is_help=True, help="Record dates, for payouts and meetings: schedule, list.")
    app.add_typer(group, name="record-date")
    command(
        group,
        "schedule",
        label="record-date schedule",
        sends=True,
        examples=["tokenkit record-date schedule 2030-06-30 --class QWA"],
    )(schedule)
    command(group, "list", label="record-date list", examples=["tokenkit record-date list --class QWA"])(list_dates)


def schedule(
    session: "Session",
    time: Annotated[str, typer.Argument(metavar="TIME", help=f"What is held before this second counts. {TIMES}")],
    share_class: ClassOption = None,
) -> Answer:
    """Schedule a record date. It must lie ahead; it cannot be taken back, and one that nobody uses does no harm."""
    from tokenkit.cli._session import parse_instant

    one = session.share_class(share_class)
    at = parse_instant(time)
    operation = one.issuance.schedule_record_date(at)
    acts = session.carry_out([operation.with_summary(f"{operation.summary} for {one.symbol}")])
    return Answer(data={"class": one.symbol, "record_date": at, **acts}, show=lambda console: show_acts(console, acts))


def list_dates(session: "Session", share_class: ClassOption = None) -> Answer:
    """List the record dates of a class, and what was in issue at those that have passed."""
    one = session.share_class(share_class)
    now = session.chain.now()
    dates = [
        {"record_date": at, "supply": one.transfers.supply(record_date=at) if at <= now else None}
        for at in one.issuance.record_dates()
    ]

    def show(console: Console) -> None:
        if not dates:
            console.print(f"{one.symbol} has no record date yet. Schedule one with `tokenkit record-date schedule`.")
            return
        rows = [
            (day(each["record_date"]), "ahead" if each["supply"] is None else grouped(each["supply"], one.decimals))
            for each in dates
        ]
        console.print(table(None, ("Record date", "Shares in issue"), rows, right=("Shares in issue",)))

    return Answer(data={"class": one.symbol, "record_dates": dates}, show=show)
