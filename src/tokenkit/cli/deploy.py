"""``tokenkit deploy`` and ``tokenkit verify``."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from tokenkit.cli._command import command
from tokenkit.cli._exits import Exit
from tokenkit.cli._options import from_environment
from tokenkit.cli._output import Answer, item, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tokenkit.cli._session import Session
    from tokenkit.plan import Plan
    from tokenkit.record import Record
    from tokenkit.verify import RoleHolder, Verification


def add_to(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    command(
        app,
        "deploy",
        sends=True,
        without=("safe",),  # each contract needs the addresses of those before it
        examples=[
            "tokenkit deploy plan.toml --dry-run",
            "tokenkit deploy plan.toml --record record.toml --rpc http://127.0.0.1:8545 --keystore deployer.json",
        ],
    )(deploy)
    command(app, "verify", examples=["tokenkit verify record.toml --rpc http://127.0.0.1:8545"])(verify)


def deploy(
    session: "Session",
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan, a TOML file.")],
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Check the plan and say what there is to deploy; asks no node.",
            rich_help_panel="Output",
        ),
    ] = False,
) -> Answer:
    """Deploy what a plan says, and write the record (--record FILE; by default beside the plan).

    A deployment that was interrupted goes on where it was: give the same command again.
    """
    from tokenkit.deploy import deploy as carry_out
    from tokenkit.plan import Plan
    from tokenkit.record import Record

    read = Plan.read(plan)
    path = session.settings.record or plan.with_name(f"{plan.stem}.record.toml")
    begun = Record.read(path) if path.exists() else None
    if dry_run:
        return _tried(read, begun, path)
    if begun:
        _refuse_changed(read, begun, path)
    chain = session.chain_for(path if begun else None)
    if begun and begun.complete:
        return _deployed(carry_out(read, chain, None, record_path=path), path, gas_used=0)
    _ = session.sender  # before anybody is asked: without one there is nothing to confirm
    count = f"{len(read.classes)} share class{'es' if len(read.classes) > 1 else ''}"
    session.confirm(
        [f"{'Go on deploying' if begun else 'Deploy'} {count} of {read.issuer.name} on chain {chain.chain_id}"]
    )
    session.unlock()
    with session.progress() as bar:
        task = bar.add_task("Deploying", total=None)
        record = carry_out(
            read,
            chain,
            session.signer,
            record_path=path,
            progress=lambda step: bar.update(task, total=step.total, completed=step.position, description=step.name),
        )
    return _deployed(record, path, gas_used=_gas(record) - (_gas(begun) if begun else 0), resumed=begun)


def _tried(plan: "Plan", begun: "Record | None", path: Path) -> Answer:
    """Say what there is to deploy."""
    from tokenkit.deploy import refuse_changed
    from tokenkit.errors import PlanChanged

    notes = []
    try:
        if begun:
            refuse_changed(plan, begun)
    except PlanChanged:
        if not from_environment(path):
            raise
        # Left over from other work, perhaps; deploying for real still refuses it, because a plan may have been changed half-way.
        notes.append(
            f"{path}, which TOKENKIT_RECORD names, is of another plan: deploy this one with --record NEW_FILE."
        )
        begun = None
    to_do = "nothing" if begun and begun.complete else "the rest" if begun else "all"
    data = _planned(plan)
    data["warnings"] = warnings = [*notes, *_warnings(plan)]
    return Answer(data=data | {"to_do": to_do}, show=lambda console: _show_plan(console, plan, to_do, path, warnings))


def _refuse_changed(plan: "Plan", begun: "Record", path: Path) -> None:
    from tokenkit.deploy import refuse_changed
    from tokenkit.errors import PlanChanged

    try:
        refuse_changed(plan, begun)
    except PlanChanged as error:
        if from_environment(path):
            error.add_note(f"The record is {path}, which TOKENKIT_RECORD names.")
        raise


def _deployed(record: "Record", path: Path, *, gas_used: int, resumed: "Record | None" = None) -> Answer:
    before = sum(step.status == "done" for step in resumed.steps) if resumed else 0
    data = {
        "mode": "sent" if gas_used else "nothing to do",
        "record": path,
        "complete": record.complete,
        "contracts": _contracts(record),
        "steps": len(record.steps),
        "steps_done_before": before if gas_used else len(record.steps),
        "gas_used": gas_used,
    }
    return Answer(data=data, show=lambda console: _show_record(console, record, path, gas_used, before))


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
        "holders": report.holders,
        "unseen": report.unseen,
    }

    code = Exit.DIFFERENCES if report.differences else Exit.OK
    return Answer(data=data, show=lambda console: _show_verification(console, report), exit_code=code)


def _show_verification(console: Console, report: "Verification") -> None:
    if report.differences:
        rows = [[each.area, each.subject, each.expected, each.actual] for each in report.differences]
        console.print(table(None, ["Area", "What", "Record", "Chain"], rows))
        console.print(f"[red]✗[/red] {len(rows)} of {report.checked} checks found a difference (block {report.block}).")
        next_step = "The record is what was agreed: docs/cli.md, section Verifying, tells approved changes from others."
        console.print(item(" ", next_step))
    else:
        agreed = f"{report.checked} checks: at block {report.block} the chain is as the record says."
        console.print(item("[green]✓[/green]", agreed))
    console.print(table("Who holds what", ["Role", "Account", "Delay"], map(_holder, report.holders)))
    for warning in report.warnings:
        console.print(item("[yellow]![/yellow]", warning))
    console.print("[dim]What no look at the chain can tell:[/dim]")
    for unseen in report.unseen:
        console.print(item(" ", f"[dim]{unseen}[/dim]"))


def _holder(holder: "RoleHolder") -> list[str]:
    account = f"{holder.account} ({holder.name})" if holder.name else holder.account
    return [holder.role, account, f"{holder.delay} s" if holder.delay else "none"]


def _planned(plan: "Plan") -> dict[str, object]:
    return {
        "mode": "dry run",
        "issuer": plan.issuer.name,
        "chain_id": plan.chain_id,
        "classes": [
            {
                "symbol": each.symbol,
                "name": each.name,
                "decimals": each.decimals,
                "sentences": _sentences(plan, each.symbol),
            }
            for each in plan.classes
        ],
        "payouts": plan.payouts,
        "meetings": plan.meetings,
        "plan_hash": plan.hash,
    }


def _warnings(plan: "Plan") -> "Iterator[str]":
    """Say what can be deployed but is hardly meant."""
    yield from map(str, plan.vacancies())
    # Nobody's clock is on the chain yet; what is long over by this one is a slip of the pen.
    for symbol, findings in plan.findings(now=int(time.time())).items():
        yield from (f"{symbol}: {finding}" for finding in findings)


def _sentences(plan: "Plan", symbol: str) -> list[str]:
    """Say who may hold a class and what may move in it."""
    from tokenkit.ruleset import describe

    return list(describe(plan.requirements(symbol), plan.claims, decimals=plan.share_class(symbol).decimals))


def _show_plan(console: Console, plan: "Plan", to_do: str, path: Path, warnings: "Sequence[str]") -> None:
    sound = f"[bold]{escape(plan.issuer.name)}[/bold]: the plan is sound."
    if to_do == "nothing":
        console.print(f"{sound} All of it is deployed already: {path}. Nothing is left to do.")
        return
    console.print(f"{sound} It would deploy{' the rest of' if to_do == 'the rest' else ''}:")
    rows = [[each.symbol, each.name, str(each.decimals), str(len(each.terms.groups))] for each in plan.classes]
    console.print(table(None, ["Symbol", "Class", "Decimals", "Country groups"], rows))
    for each in plan.classes:
        console.print(f"[bold]{escape(each.symbol)}[/bold]")
        for sentence in _sentences(plan, each.symbol):
            console.print(item("•", escape(sentence)))
    for warning in warnings:
        console.print(item("[yellow]![/yellow]", escape(warning)))
    console.print("[yellow]Dry run:[/yellow] no node was asked, nothing was sent.")


def _contracts(record: "Record") -> list[dict[str, object]]:
    return [{"name": each.name, "address": each.address, "block": each.block} for each in record.contracts]


def _gas(record: "Record") -> int:
    return sum(step.gas_used for step in record.steps)


def _show_record(console: Console, record: "Record", path: Path, gas_used: int, before: int) -> None:
    rows = [[each.name, each.address] for each in record.contracts]
    console.print(table(None, ["Contract", "Address"], rows))
    done = f"Deployed with {gas_used:,} gas." if gas_used else "Nothing to do: all of it was deployed before."
    if before:
        done += f" {before} of {len(record.steps)} steps had been taken before."
    console.print(item("[green]✓[/green]", f"{done} The record is {path}: keep it."))
    console.print(f"Next: tokenkit verify {path}")
