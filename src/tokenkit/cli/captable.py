"""``tokenkit captable``: who holds what, now or at a record date, counted from the events and reconciled with the token."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tokenkit.cli._command import command
from tokenkit.cli._exits import Exit
from tokenkit.cli._options import TIMES
from tokenkit.cli._output import Answer, day, grouped, item, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tokenkit.cli._session import Session
    from tokenkit.ledger import CapTable, Difference
    from tokenkit.ocf import InvestorRow
    from tokenkit.suite import ShareClass


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The cap table of a suite, and what does not agree with the chain."""

    table: "CapTable"
    """Holdings and totals of the classes asked for; what part of the company they are, and the investors, count all classes."""
    registers: "Mapping[str, Mapping[str, int]]"
    """Units by investor, by class: all classes."""
    differences: "tuple[Difference, ...]"


def add_to(app: typer.Typer) -> None:
    """Add the command to *app*."""
    command(
        app,
        "captable",
        examples=[
            "tokenkit captable",
            "tokenkit captable --class QWO --at 2030-06-30 --csv > captable.csv",
            "tokenkit captable --investors investors.csv --batch batch.toml --ocf package/",
        ],
    )(captable)


def captable(
    session: "Session",
    *,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help=f"A record date. {TIMES}")] = None,
    block: Annotated[int | None, typer.Option("--block", min=0, help="At the end of this block.")] = None,
    share_class: Annotated[
        str | None, typer.Option("--class", metavar="SYMBOL", help="This class only; record dates are of one class.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    investors: Annotated[
        Path | None, typer.Option("--investors", metavar="CSV", help="List of wallets that names the investors.")
    ] = None,
    ocf: Annotated[
        Path | None, typer.Option("--ocf", metavar="DIR", help="Write an Open Cap Format package into this directory.")
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option(
            "--batch", metavar="FILE", help="Reviewed batch of `import ocf`; describes company and classes for --ocf."
        ),
    ] = None,
) -> Answer:
    """Show who holds what, counted from the events and compared with the token's own figures.

    Exit code 4: the count differs from the chain.
    """
    from tokenkit.errors import InvalidInput
    from tokenkit.ocf import read_investors

    if at is not None and block is not None:
        raise InvalidInput("Give --at or --block, not both.")
    if as_csv and session.settings.json:
        raise InvalidInput("Give --csv or --json, not both.")
    moment = _moment(session, at, block)
    rows = read_investors(investors.read_bytes(), file=str(investors)) if investors else ()
    classes = [session.share_class(share_class)] if share_class else list(session.suite.classes.values())
    at_block = None if moment.record_date else moment.block  # one block for all, whatever is mined meanwhile
    counted = count(session, classes, record_date=moment.record_date, at_block=at_block, rows=rows)
    if ocf is not None:
        if share_class is not None:
            raise InvalidInput("A package is of all classes. Leave --class out.")
        _write_ocf(session, counted, rows, batch, ocf)
    data = {
        "record_date": moment.record_date,
        "block": moment.block,
        "time": moment.time,
        "classes": [
            asdict(each) | {"decimals": session.share_class(each.share_class).decimals}
            for each in counted.table.classes
        ],
        "holdings": counted.table.holdings,
        "investors": counted.table.investors,
        "differences": counted.differences,
    }
    names = {row.external_id: row.name or row.external_id for row in rows}
    code = Exit.DIFFERENCES if counted.differences else Exit.OK
    return Answer(
        data=data,
        show=lambda console: _show(console, session, counted, names, as_csv=as_csv, moment=moment),
        exit_code=code,
    )


@dataclass(frozen=True, kw_only=True)
class Moment:
    """As of when a cap table is: the end of a block, or what was held before a record date, looked at in that block."""

    record_date: int | None
    block: int
    time: int

    def __str__(self) -> str:
        if self.record_date is not None:
            return f"at the record date {day(self.record_date)}"
        return f"at the end of block {self.block:,} ({day(self.time)})"


def _moment(session: "Session", at: str | None, block: int | None) -> Moment:
    from tokenkit.cli._session import parse_instant
    from tokenkit.errors import InvalidInput

    latest = session.chain.block()
    if block is not None and block > latest.number:
        raise InvalidInput(f"There is no block {block} yet: the latest is {latest.number}.")
    seen = latest if block is None else session.chain.block(block)
    return Moment(record_date=parse_instant(at) if at else None, block=seen.number, time=seen.timestamp)


def count(
    session: "Session",
    classes: "Sequence[ShareClass]",
    *,
    record_date: int | None,
    at_block: int | None,
    rows: "tuple[InvestorRow, ...]" = (),
) -> Counted:
    """Count the registers by investor, and compare those of *classes*; *rows* name investors by their wallets.

    Every class is counted, because each is part of the company; but the token of another class may not know the record date.
    """
    from tokenkit.ledger import by_investor, cap_table

    named = {str(row.wallet): row.external_id for row in rows}
    registers: dict[str, dict[str, int]] = {}
    differences: list[Difference] = []
    shown = {one.symbol for one in classes}
    for one in session.suite.classes.values():
        register = one.transfers.register(record_date=record_date, at_block=at_block)
        if one.symbol in shown:
            differences += one.transfers.reconcile(record_date=record_date, at_block=at_block)
        units = {str(wallet): held for wallet, held in register.units.items()}
        registered = session.suite.registry.identities(units)
        identities = {str(wallet): str(identity) for wallet, identity in registered.items()} | named
        registers[one.symbol] = {each.investor: each.units for each in by_investor(units, identities)}
    decimals = {one.symbol: one.decimals for one in session.suite.classes.values()}
    company = cap_table(registers, decimals=decimals)
    table = replace(
        company,
        holdings=tuple(each for each in company.holdings if each.share_class in shown),
        classes=tuple(each for each in company.classes if each.share_class in shown),
    )
    return Counted(table=table, registers=registers, differences=tuple(differences))


def _write_ocf(
    session: "Session", counted: Counted, rows: "tuple[InvestorRow, ...]", batch: Path | None, directory: Path
) -> None:
    from tokenkit.cli._onboarding import match_classes
    from tokenkit.errors import InvalidInput
    from tokenkit.ocf import Snapshot, batch_from_toml, export_package, write_package
    from tokenkit.types import from_unix

    if batch is None or not rows:
        raise InvalidInput(
            "A package names the company, all its classes and its investors. Give --batch, the reviewed file of "
            "`tokenkit import ocf`, and --investors, the list of wallets."
        )
    known = batch_from_toml(batch.read_text(encoding="utf-8"), file=str(batch))
    if known.issuer is None:
        raise InvalidInput(f"{batch} names no issuer. Add an [issuer] table: a package needs one.")
    symbols = match_classes(known.classes, session.record.plan.classes)
    moment = from_unix(session.chain.now())
    package = Snapshot(
        issuer=known.issuer,
        day=moment.date(),
        decimals=known.decimals,
        investors=known.investors,
        classes=known.classes,
        holdings={each.external_id: counted.registers[symbols[each.external_id]] for each in known.classes},
    )
    write_package(export_package(package, generated_at=moment), directory)


def _show(
    console: Console, session: "Session", counted: Counted, names: dict[str, str], *, as_csv: bool, moment: Moment
) -> None:
    from tokenkit.ledger import percent, to_csv

    classes = session.suite.classes
    if as_csv:
        decimals = {one.symbol: one.decimals for one in classes.values()}
        typer.echo(to_csv(counted.table, names=names, decimals=decimals), nl=False)
        return
    for total in counted.table.classes:
        one = classes[total.share_class]
        rows = [
            [
                *([names.get(each.investor, "")] if names else []),
                each.investor,
                grouped(each.units, one.decimals),
                f"{percent(each.of_class, 2)} %",
                f"{percent(each.of_company, 2)} %",
            ]
            for each in counted.table.holdings
            if each.share_class == total.share_class
        ]
        investors = "1 investor" if total.investors == 1 else f"{total.investors} investors"
        title = f"{one.symbol}: {grouped(total.units, one.decimals)} shares, {investors}"
        columns = [*(["Name"] if names else []), "Investor", "Shares", "Of class", "Of company"]
        console.print(table(title, columns, rows, right=["Shares", "Of class", "Of company"]))
        console.print()
    if not counted.differences:
        agreed = f"Counted from the events {moment}; every balance and supply agrees with the chain."
        console.print(item("[green]✓[/green]", agreed))
    for each in counted.differences:
        console.print(
            item("[red]✗[/red]", f"{each.name}: counted {each.counted}, the chain says {each.reported} ({moment}).")
        )
