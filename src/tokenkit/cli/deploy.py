"""``tokenkit deploy`` and ``tokenkit verify``."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tokenkit.cli._command import command
from tokenkit.cli._exits import Exit
from tokenkit.cli._output import Answer, table

if TYPE_CHECKING:
    from tokenkit.cli._session import Session
    from tokenkit.plan import Plan
    from tokenkit.record import Record
    from tokenkit.verify import Verification


def add_to(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    command(
        app,
        "deploy",
        sends=True,
        examples=[
            "tokenkit deploy plan.toml --dry-run",
            "tokenkit deploy plan.toml --record record.toml --rpc http://127.0.0.1:8545 --keystore deployer.json",
        ],
    )(deploy)
    command(app, "verify", examples=["tokenkit verify record.toml --rpc http://127.0.0.1:8545"])(verify)


def deploy(
    session: "Session", plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan, a TOML file.")]
) -> Answer:
    """Deploy what a plan says, and write the record (--record FILE; by default beside the plan).

    A deployment that was interrupted goes on where it was: give the same command again.
    """
    from tokenkit.deploy import deploy as carry_out
    from tokenkit.errors import InvalidInput
    from tokenkit.plan import Plan

    read = Plan.read(plan)
    path = session.settings.record or plan.with_name(f"{plan.stem}.record.toml")
    if session.settings.safe is not None:
        raise InvalidInput(
            "A deployment cannot be written for a Safe: each contract needs the addresses of those before it."
        )
    if session.settings.dry_run:
        return Answer(data=_planned(read), show=lambda console: _show_plan(console, read))
    chain = session.chain_for(path if path.exists() else None)
    session.confirm([f"Deploy {len(read.classes)} share classes of {read.issuer.name} on chain {chain.chain_id}"])
    with session.progress() as bar:
        task = bar.add_task("Deploying", total=None)
        record = carry_out(
            read,
            chain,
            session.signer,
            record_path=path,
            progress=lambda step: bar.update(task, total=step.total, completed=step.position, description=step.name),
        )
    data = {"record": path, "complete": record.complete, "contracts": _contracts(record), "gas_used": _gas(record)}
    return Answer(data=data, show=lambda console: _show_record(console, record, path))


def verify(
    session: "Session", record: Annotated[Path, typer.Argument(metavar="RECORD", help="The record to verify.")]
) -> Answer:
    """Compare a deployment with its record: code, wiring, powers, parameters. Reads only.

    Exit code 4: something differs.
    """
    from tokenkit.record import Record
    from tokenkit.verify import verify as compare

    read = Record.read(record)
    report = compare(read, session.chain_for(record))
    data = {
        "record": record,
        "block": report.block,
        "checks": report.checked,
        "differences": report.differences,
        "warnings": report.warnings,
        "unseen": report.unseen,
    }

    code = Exit.DIFFERENCES if report.differences else Exit.OK
    return Answer(data=data, show=lambda console: _show_verification(console, report), exit_code=code)


def _show_verification(console: Console, report: "Verification") -> None:
    if report.differences:
        rows = [[each.area, each.subject, each.expected, each.actual] for each in report.differences]
        console.print(table(None, ["Area", "What", "Record", "Chain"], rows))
        console.print(f"[red]✗[/red] {len(rows)} of {report.checked} checks found a difference (block {report.block}).")
    else:
        console.print(
            f"[green]✓[/green] {report.checked} checks: at block {report.block} the chain is as the record says."
        )
    for warning in report.warnings:
        console.print(f"[yellow]![/yellow] {warning}")
    console.print("[dim]What no look at the chain can tell:[/dim]")
    for unseen in report.unseen:
        console.print(f"[dim]  {unseen}[/dim]")


def _planned(plan: "Plan") -> dict[str, object]:
    return {
        "mode": "dry run",
        "issuer": plan.issuer.name,
        "chain_id": plan.chain_id,
        "classes": [{"symbol": each.symbol, "name": each.name, "decimals": each.decimals} for each in plan.classes],
        "payouts": plan.payouts,
        "meetings": plan.meetings,
        "plan_hash": plan.hash,
    }


def _show_plan(console: Console, plan: "Plan") -> None:
    console.print(f"[bold]{plan.issuer.name}[/bold]: the plan is sound. It would deploy:")
    rows = [[each.symbol, each.name, str(each.decimals), str(len(each.terms.groups))] for each in plan.classes]
    console.print(table(None, ["Symbol", "Class", "Decimals", "Country groups"], rows))
    console.print("[yellow]Dry run:[/yellow] nothing was sent.")


def _contracts(record: "Record") -> list[dict[str, object]]:
    return [{"name": each.name, "address": each.address, "block": each.block} for each in record.contracts]


def _gas(record: "Record") -> int:
    return sum(step.gas_used for step in record.steps)


def _show_record(console: Console, record: "Record", path: Path) -> None:
    rows = [[each.name, each.address] for each in record.contracts]
    console.print(table(None, ["Contract", "Address"], rows))
    console.print(f"[green]✓[/green] Deployed with {_gas(record):,} gas. The record is {path}: keep it.")
    console.print(f"Next: tokenkit verify {path}")
