"""``tokenkit import``: cap tables from elsewhere, as a batch that a person reviews."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tokenkit.cli._command import command
from tokenkit.cli._exits import Exit
from tokenkit.cli._output import Answer, grouped, item, table
from tokenkit.cli._shown import show_acts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tokenkit.cli._session import Session
    from tokenkit.ocf import Finding, Imported
    from tokenkit.operation import Operation
    from tokenkit.suite import ShareClass


_SHOWN_IDS = 3


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
    command(
        group,
        "apply",
        label="import apply",
        sends=True,
        examples=[
            "tokenkit import apply batch.toml --investors investors.csv --dry-run",
            "tokenkit import apply batch.toml --investors investors.csv --yes",
        ],
    )(apply)


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


def apply(
    session: "Session",
    batch: Annotated[Path, typer.Argument(metavar="BATCH", help="The reviewed batch of `tokenkit import ocf`.")],
    investors: Annotated[Path, typer.Option("--investors", metavar="CSV", help="List of the investors' wallets.")],
) -> Answer:
    """Issue the cap table of a reviewed batch: what each investor holds after its last step.

    The investors must be registered (tokenkit investor import). A class that has shares in issue already is refused, so a cap table is never
    issued twice. The SHA-256 of the batch goes on the chain with every issue. A class of the batch becomes the plan's class of the same symbol,
    or the one whose name ends in its name.
    """
    from tokenkit.cli._batches import allotments
    from tokenkit.documents import hash_file
    from tokenkit.errors import InvalidInput
    from tokenkit.ocf import batch_from_toml, read_investors

    read = batch_from_toml(batch.read_text(encoding="utf-8"), file=str(batch))
    plan = session.record.plan
    rows = read_investors(investors.read_bytes(), file=str(investors), known_claims=plan.claims)
    wanted = allotments(read, rows, plan)
    operations: list[Operation[None]] = []
    for symbol, each in wanted.items():
        one = session.share_class(symbol)
        if one.transfers.supply():
            raise InvalidInput(f"{symbol} has shares in issue already. A cap table is issued once, into empty classes.")
        reason = f"cap table of {read.as_of}" if read.as_of else "imported cap table"
        issues = one.issuance.issue_many(
            each,
            sender=session.sender,
            reason=reason,
            document_hash=hash_file(batch),
            counted_as=partial(_shares, one),
        )
        operations += [issue.with_summary(f"{issue.summary} ({reason})") for issue in issues]
    acts = session.carry_out(operations)
    units = {symbol: sum(allotment.units for allotment in each) for symbol, each in wanted.items()}
    return Answer(data={"units": units, **acts}, show=lambda console: show_acts(console, acts))


def _grouped(findings: "Iterable[Finding]") -> list[list[str]]:
    """Put together what has the same type and reason; ``--json`` lists each."""
    alike: dict[tuple[str, str], list[str]] = {}
    for each in findings:
        alike.setdefault((each.object_type, each.detail), []).append(each.object_id)
    return [
        [
            f"{len(ids)} × {kind.lower().replace('_', ' ')}",
            "\n".join([*ids[:_SHOWN_IDS], *([f"… and {len(ids) - _SHOWN_IDS} more"] if len(ids) > _SHOWN_IDS else [])]),
            why,
        ]
        for (kind, why), ids in alike.items()
    ]


def _shares(one: "ShareClass", units: int) -> str:
    return f"{grouped(units, one.decimals)} {one.symbol}"


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
        listed = _grouped(report.of(outcome))
        if listed:
            console.print()
            console.print(table(title, ["Objects", "Ids", "Why"], listed))
    if not batch.steps:
        none = "The package holds no movement of shares, so the batch would issue nothing."
        console.print(item("[yellow]Note:[/yellow]", none))
    for note in report.notes:
        console.print(item("[yellow]Note:[/yellow]", note))
    if out is not None:
        console.print(
            f"\nThe batch is in {out}. Review it; then: tokenkit import apply {out} --investors investors.csv"
        )
