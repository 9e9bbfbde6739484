"""``tokenkit import``: cap tables from elsewhere, as a batch that a person reviews."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tokenkit.cli._command import command
from tokenkit.cli._exits import Exit
from tokenkit.cli._output import Answer, grouped, table

if TYPE_CHECKING:
    from tokenkit.cli._session import Session
    from tokenkit.ocf import Imported


def add_to(app: typer.Typer) -> None:
    """Add the group to *app*."""
    group = typer.Typer(no_args_is_help=True, help="Read a cap table from elsewhere into a batch for review.")
    app.add_typer(group, name="import")
    command(
        group,
        "ocf",
        label="import ocf",
        chain=False,
        examples=["tokenkit import ocf examples/quillwater", "tokenkit import ocf package/ --out batch.toml"],
    )(ocf)


def ocf(
    session: "Session",  # noqa: ARG001 - every command gets one
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Directory of the package, with its manifest.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the batch here, as TOML.")] = None,
    decimals: Annotated[int, typer.Option("--decimals", min=0, max=10, help="Decimals of the tokens.")] = 0,
) -> Answer:
    """Read an Open Cap Format package and say of every object what became of it.

    Nothing goes on a chain: the batch is a file to review.
    """
    from tokenkit.errors import InvalidInput
    from tokenkit.ocf import batch_to_toml, import_package

    imported = import_package(directory, decimals=decimals)
    if out is not None:
        if out.exists():
            raise InvalidInput(f"{out} exists. Give another name, so that no reviewed batch is overwritten.")
        out.write_text(batch_to_toml(imported.batch), encoding="utf-8")
    batch, report = imported.batch, imported.report
    data = {
        "issuer": batch.issuer,
        "classes": [
            {"id": each.external_id, "name": each.name, "symbol": each.symbol, "units": register.supply}
            for each, register in zip(batch.classes, batch.registers().values(), strict=True)
        ],
        "investors": len(batch.investors),
        "steps": len(batch.steps),
        "counts": {outcome.value: number for outcome, number in report.counts.items()},
        "findings": report.findings,
        "notes": report.notes,
        "differences": report.differences,
        "batch": out,
    }
    code = Exit.DIFFERENCES if report.differences else Exit.OK
    return Answer(data=data, show=lambda console: _show(console, imported, out), exit_code=code)


def _show(console: Console, imported: "Imported", out: Path | None) -> None:
    from tokenkit.ocf import Outcome

    batch, report = imported.batch, imported.report
    name = batch.issuer.name if batch.issuer else "A company without a name"
    console.print(f"[bold]{name}[/bold]: {len(batch.investors)} stakeholders, {len(batch.steps)} movements of shares.")
    registers = batch.registers()
    rows = [
        [
            each.name,
            each.symbol,
            grouped(registers[each.external_id].supply, batch.decimals),
            str(len(registers[each.external_id].units)),
        ]
        for each in batch.classes
    ]
    console.print(table(None, ["Class", "Symbol", "Shares", "Holders"], rows, right=["Shares", "Holders"]))
    console.print()
    numbers = ", ".join(f"{number} {outcome.value}" for outcome, number in report.counts.items())
    console.print(f"{len(report.findings)} objects read: {numbers}.")
    for title, outcome in (("Set aside, look at these", Outcome.SET_ASIDE), ("Informational", Outcome.INFORMATIONAL)):
        listed = [[each.object_type, each.object_id, each.detail] for each in report.of(outcome)]
        if listed:
            console.print()
            console.print(table(title, ["Object", "Id", "Why"], listed))
    for note in report.notes:
        console.print(f"[yellow]Note:[/yellow] {note}")
    if out is not None:
        console.print(f"\nThe batch is in {out}. Review it before anything goes on a chain.")
