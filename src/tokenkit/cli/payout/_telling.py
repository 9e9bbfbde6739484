"""What became of payouts: figures, files, statements."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from tokenkit.cli._exits import Exit
from tokenkit.cli._output import Answer, day, facts, grouped, item, table
from tokenkit.cli._shown import show_warnings
from tokenkit.cli.payout._declaring import PayoutArgument
from tokenkit.cli.payout._figures import (
    ChartByOption,
    ChartOption,
    CsvOption,
    coin_facts,
    require_chart,
    share_settled,
    write_chart,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tokenkit.cli._session import Session
    from tokenkit.ledger import PayoutTitle
    from tokenkit.payouts import Outcome, Payout, Reconciliation, TaxKept


_REMARKS = 10
"""Holders that are remarked upon on the screen."""


def status(
    session: "Session",
    payout: Annotated[int | None, typer.Argument(metavar="[PAYOUT]", help="Number of the payout; else all.")] = None,
    *,
    csv: CsvOption = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write all figures and holders as JSON.")
    ] = None,
    chart: ChartOption = None,
    chart_by: ChartByOption = "country",
) -> Answer:
    """Show payouts; one alone is counted again from the register and compared with the contract to the last unit.

    Exit code 4: the count differs from the contract.
    """
    from tokenkit.errors import InvalidInput

    require_chart(chart, chart_by)
    payouts, files = session.payouts, [each for each in (csv, report, chart) if each is not None]
    if payout is None:
        if files:
            raise InvalidInput("A file is about one payout. Give its number.")
        listed = payouts.payouts()
        return Answer(data=listed, show=lambda console: _show_list(console, session, listed))
    state = payouts.payout(payout)
    coin = coin_facts(state.asset, session.coin(state.asset))
    if session.chain.now() < state.record_date:
        data = {"payout": state, **coin, "record_date": state.record_date}
        return Answer(data=data, show=lambda console: _show_list(console, session, (state,)))
    counted, outcome, lacks = payouts.reconcile(payout), payouts.outcome(payout), payouts.missing(payout)
    settled = outcome.settlements
    data = {
        "payout": counted.payout,
        **coin,
        "record_date": state.record_date,
        "lacks": lacks,
        "denominator": counted.distribution.denominator,
        "entitled": counted.distribution.paid,
        "unclaimed": counted.unclaimed,
        "dust": counted.distribution.dust,
        "withheld": outcome.authorities,
        "expected_tax": sum(each.expected_tax for each in settled.values()),
        "differences": counted.differences,
        "shares": [share_settled(each, settled[each.holder]) for each in outcome.distribution.shares],
    }
    if files:
        _write(session, outcome, csv=csv, report=report, chart=chart, chart_by=chart_by)
        data["files"] = files
    code = Exit.DIFFERENCES if counted.differences else Exit.OK
    return Answer(
        data=data, show=lambda console: _show_one(console, session, (counted, outcome), files, lacks), exit_code=code
    )


def statement(
    session: "Session",
    payout: PayoutArgument,
    holder: Annotated[str | None, typer.Argument(metavar="[WALLET]", help="Whose statement.")] = None,
    every: Annotated[
        Path | None, typer.Option("--all", metavar="DIR", help="Write everybody's into this directory, a file each.")
    ] = None,
) -> Answer:
    """Write a holder's statement of a payout in Markdown: what it held, its share, the tax and for whom, and what became of it."""
    from tokenkit.errors import InvalidInput

    if (holder is None) == (every is None):
        raise InvalidInput("Give the wallet whose statement you want, or --all DIR for everybody's.")
    outcome = session.payouts.outcome(payout)
    title = _title(session, outcome)
    if holder is not None:
        text = outcome.statement(title, holder)
        return Answer(
            data={"holder": holder, "statement": text}, show=lambda console: console.print(text, markup=False)
        )
    directory = every or Path()
    directory.mkdir(parents=True, exist_ok=True)
    files = [directory / f"{share.holder}.md" for share in outcome.distribution.shares]
    for file in files:
        file.write_text(outcome.statement(title, file.stem), encoding="utf-8")
    said = f"{len(files)} statements written to {directory}."
    return Answer(data={"files": files}, show=lambda console: console.print(escape(said)))


def _write(
    session: "Session", outcome: "Outcome", *, csv: Path | None, report: Path | None, chart: Path | None, chart_by: str
) -> None:
    title = _title(session, outcome)
    if csv is not None:
        csv.write_text(outcome.csv(title), encoding="utf-8", newline="")
    if report is not None:
        report.write_text(json.dumps(outcome.report(title), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    one = session.class_of(outcome.payout.token)
    if one is not None:
        write_chart(chart, chart_by, outcome.distribution, session.coin(outcome.payout.asset), one)


def _title(session: "Session", outcome: "Outcome") -> "PayoutTitle":
    state = outcome.payout
    coin = session.coin(state.asset)
    return outcome.title(
        issuer=session.suite.plan.issuer.name,
        share_class=session.symbol_of(state.token),
        name=f"Payout {state.id}",
        symbol=coin.symbol,
        decimals=coin.decimals,
        unit_decimals=session.decimals_of(state.token),
        chain=session.chain.chain_id,
    )


def _show_list(console: Console, session: "Session", payouts: "tuple[Payout, ...]") -> None:
    if not payouts:
        console.print("No payout has been declared.")
        return
    rows = []
    for each in payouts:
        coin = session.coin(each.asset)
        state = "closed" if each.closed else "open" if each.settled else "declared"
        rows.append(
            [
                str(each.id),
                session.symbol_of(each.token),
                coin.words(each.amount),
                coin.words(each.paid),
                day(each.record_date),
                day(each.deadline),
                state,
            ]
        )
    columns = ["Payout", "Class", "Amount", "Paid", "Record date", "Deadline", "State"]
    console.print(table(None, columns, rows, right=["Amount", "Paid"]))


def _show_one(
    console: Console, session: "Session", found: "tuple[Reconciliation, Outcome]", files: list[Path], lacks: int
) -> None:
    counted, outcome = found
    payout, money = counted.payout, session.coin(counted.payout.asset).words
    rest = "Returned" if payout.closed else "Unclaimed"
    console.print(
        facts(
            [
                ("Payout", f"{payout.id}, class {session.symbol_of(payout.token)}"),
                ("Record date", day(payout.record_date)),
                ("Funded", money(payout.amount)),
                ("Paid", money(payout.paid)),
                *_new_units(session, outcome),
                *([("Tax withheld", money(payout.withheld))] if payout.withheld else []),
                *((f"For {each.authority}", _tax(each, money)) for each in outcome.authorities),
                (rest, money(counted.unclaimed)),
                *_expected(outcome, money),
                ("Lacks", f"{money(lacks)}: nobody is paid before it is there (payout fund {payout.id})")
                if lacks
                else ("Dust", money(counted.distribution.dust)),
                ("Deadline", day(payout.deadline)),
                ("State", "closed" if payout.closed else "open"),
            ]
        )
    )
    show_warnings(console, _remarks(outcome))
    if not counted.differences and lacks:
        console.print("[green]✓[/green] Every share agrees with the register.")
    elif not counted.differences:
        paid = "paid + withheld" if payout.withheld else "paid"
        agreed = f"Funded = {paid} + {rest.lower()} + dust, and every share agrees with the register."
        console.print(item("[green]✓[/green]", agreed))
    for difference in counted.differences:
        said = f"{difference.name}: counted {difference.counted}, the contract says {difference.reported}"
        console.print(item("[red]✗[/red]", said))
    for file in files:
        console.print(item("[green]✓[/green]", escape(f"Written to {file}.")))


def _tax(kept: "TaxKept", money: "Callable[[int], str]") -> str:
    here = money(kept.tax - kept.withdrawn)
    return f"{money(kept.tax)} withheld so far: {money(kept.withdrawn)} withdrawn, {here} here"


def _new_units(session: "Session", outcome: "Outcome") -> "Iterator[tuple[str, str]]":
    """Say what of the payments was in new units; ``Paid`` counts their price."""
    settled = outcome.settlements.values()
    units, price = sum(each.units for each in settled), sum(each.price for each in settled)
    if units:
        decimals, money = session.decimals_of(outcome.payout.token), session.coin(outcome.payout.asset).words
        yield "Of that new units", f"{grouped(units, decimals)} for {money(price)}"


def _expected(outcome: "Outcome", money: "Callable[[int], str]") -> "Iterator[tuple[str, str]]":
    expected = sum(each.expected_tax for each in outcome.settlements.values())
    if expected:
        yield "Tax expected of that", f"{money(expected)} as of now; nothing of it is withheld yet"


def _remarks(outcome: "Outcome") -> list[str]:
    """Say what was kept and why, and who got no new units and why."""
    said = []
    for holder, standing in outcome.standings.items():
        note = standing.settlement().note
        if note:
            said.append(f"{holder} got money, and no new units: {note}")
        elif standing.reason and standing.waits:
            said.append(f"Kept for {holder}: {standing.reason}")
    rest = len(said) - _REMARKS
    return [*said[:_REMARKS], f"And {rest:,} more: --csv FILE lists them."] if rest > 0 else said
