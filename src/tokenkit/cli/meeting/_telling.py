"""How meetings stand, and their minutes."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

import csv
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from tokenkit.cli._charts import require_drawable, write_drawing
from tokenkit.cli._exits import Exit
from tokenkit.cli._output import Answer, day, grouped, item, table
from tokenkit.cli.meeting._called import called_to, facts_of, stage_of
from tokenkit.cli.meeting._classes import MeetingArgument, NoticeOption, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.cli._session import Session
    from tokenkit.ledger import ItemResult, MeetingTitle, Reminder
    from tokenkit.voting import Execution, FullNotice, Meeting, Reconciliation

_MOST_SHOWN = 20
"""Wallets whose votes are not in; a file has them all."""


def status(
    session: "Session",
    *,
    meeting: Annotated[
        int | None, typer.Argument(metavar="[MEETING]", help="Number of the meeting; else all.", min=1)
    ] = None,
    notice: NoticeOption = None,
    chart: Annotated[
        Path | None,
        typer.Option(
            "--chart",
            metavar="FILE",
            help="Draw the votes, as .svg or, with tokenkit\\[charts], .png; of several resolutions a numbered file each.",
        ),
    ] = None,
    reminders: Annotated[
        Path | None, typer.Option("--reminders", metavar="FILE", help="Write whose votes are not in, as CSV.")
    ] = None,
) -> Answer:
    """Show meetings; of one, results counted again from events and registers, and whose votes are not in yet.

    Before the record date: what it was called to. Exit code 4: the count differs from the contract.
    """
    from tokenkit.errors import InvalidInput
    from tokenkit.ledger import ballots_json
    from tokenkit.ledger import reminders as open_votes

    require_drawable(chart)
    if meeting is None:
        if any(each is not None for each in (notice, chart, reminders)):
            raise InvalidInput("These options are about one meeting. Give its number.")
        every = session.voting.meetings()
        return Answer(data=every, show=lambda console: _show_list(console, session, every))
    state = session.voting.meeting(meeting)
    if session.chain.now() < state.record_date and not (chart or reminders):
        return called_to(session, state, _notice(session, notice))
    counted = _counted(session, meeting, notice)
    missing = open_votes(counted.terms, counted.count.ballots)
    final = session.chain.now() >= counted.meeting.final
    files = _draw(chart, counted.counted, final=final) if chart is not None else []
    if reminders is not None:
        _write_reminders(session, reminders, counted, missing)
    calls = {number: session.voting.execution(meeting, number - 1) for number in _with_calls(session, meeting)}
    data = {
        "meeting": counted.meeting,
        "final": final,
        "resolutions": [_result(each, final=final) for each in counted.counted],
        "ballots": ballots_json(counted.terms, counted.count.ballots),
        "not_voted": missing,
        "calls": calls,
        "differences": counted.differences,
        "files": [*files, *([reminders] if reminders is not None else [])],
    }
    code = Exit.DIFFERENCES if counted.differences else Exit.OK
    return Answer(data=data, show=lambda console: _show(console, session, counted, data), exit_code=code)


def minutes(
    session: "Session",
    *,
    meeting: MeetingArgument,
    notice: NoticeOption = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the Markdown there.")] = None,
    charts: Annotated[
        Path | None, typer.Option("--charts", metavar="DIR", help="Write a chart of each resolution there, as SVG.")
    ] = None,
) -> Answer:
    """Write the minutes of a meeting from a count that agrees with the contract, as Markdown or JSON.

    Before the meeting is over they are marked as provisional. Exit code 4: the count differs from the contract.
    """
    from tokenkit.ledger import minutes_json, minutes_markdown

    counted = _counted(session, meeting, notice)
    counted.require()
    title = _title(session, counted.meeting)
    text = minutes_markdown(counted.terms, counted.count, title, counted.proceedings)
    final = title.is_final(counted.terms)
    written = []
    if out is not None:
        out.write_text(text, encoding="utf-8")
        written.append(out)
    if charts is not None:
        charts.mkdir(parents=True, exist_ok=True)
        written += _draw(charts / "resolution.svg", counted.counted, final=final, always=True)

    def show(console: Console) -> None:
        if not final:
            said = f"These are minutes of a meeting that is not over: results are final from {day(counted.meeting.final)} on."
            console.print(item("[yellow]![/yellow]", said))
        if out is None:
            console.print(text, markup=False, soft_wrap=True)
        for file in written:
            console.print(item("[green]✓[/green]", escape(f"Written to {file}.")))

    data = {**minutes_json(counted.terms, counted.count, title, counted.proceedings), "files": written}
    return Answer(data=data, show=show)


def _title(session: "Session", meeting: "Meeting") -> "MeetingTitle":
    from tokenkit.ledger import MeetingTitle

    return MeetingTitle(
        issuer=session.record.plan.issuer.name,
        name=f"Meeting {meeting.id}",
        record_date=meeting.record_date,
        reference=f"meeting {meeting.id} of {session.voting.address}, chain {session.chain.chain_id}",
        documents=(("Notice", f"0x{meeting.document_hash.hex()}"),),
        decimals=tuple(session.decimals_of(one.token) for one in session.voting.classes(meeting.id)),
        counted_at=session.chain.now(),
    )


def _counted(session: "Session", meeting: int, notice: Path | None) -> "Reconciliation":
    names = [session.symbol_of(one.token) for one in session.voting.classes(meeting)]
    return session.voting.reconcile(meeting, agenda=_notice(session, notice), names=names)


def _notice(session: "Session", path: Path | None) -> "FullNotice | None":
    from tokenkit.voting import read_notice

    return read_notice(path, tokens(session)) if path else None


def _result(result: "ItemResult", *, final: bool) -> dict[str, Any]:
    """Write a result as people are shown it: options counted from 1, and nothing passed or elected before the end."""
    from tokenkit.ledger import provisional

    told = result if final else provisional(result)
    fields = {each.name: getattr(told, each.name) for each in dataclasses.fields(told)}
    elected = [option + 1 for option in result.elected]
    return {**fields, "passed": result.passed if final else None, "elected": elected if final else None}


def _with_calls(session: "Session", meeting: int) -> list[int]:
    """Return the resolutions, from 1, that execute calls."""
    agenda = session.voting.notice(meeting).agenda
    return [number for number, one in enumerate(agenda, 1) if any(one.calls_hash)]


def _draw(path: Path, results: "Sequence[ItemResult]", *, final: bool, always: bool = False) -> list[Path]:
    """Draw the votes on each resolution; of several, *always* or not, each in a file with its number."""
    from tokenkit.ledger import provisional, vote_chart

    numbered = always or len(results) > 1
    files = []
    for number, each in enumerate(results, 1):
        file = path.with_name(f"{path.stem}-{number}{path.suffix}") if numbered else path
        write_drawing(file, vote_chart(each if final else provisional(each)))
        files.append(file)
    return files


def _write_reminders(session: "Session", path: Path, counted: "Reconciliation", missing: "Sequence[Reminder]") -> None:
    from tokenkit.types import format_units

    met = session.voting.classes(counted.meeting.id)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(("holder", "class", "shares", "votes"))
        for each in missing:
            token = met[each.class_index].token
            units = format_units(each.units, session.decimals_of(token))
            writer.writerow((each.holder, session.symbol_of(token), units, each.votes))


def _show_list(console: Console, session: "Session", meetings: "Sequence[Meeting]") -> None:
    if not meetings:
        console.print("No meeting has been called.")
        return
    rows = [
        (
            str(each.id),
            str(each.resolutions),
            day(each.record_date),
            day(each.opens),
            day(each.closes),
            stage_of(session, each),
        )
        for each in meetings
    ]
    console.print(table(None, ("Meeting", "Resolutions", "Record date", "Opens", "Closes", "State"), rows))


def _show(console: Console, session: "Session", counted: "Reconciliation", data: dict[str, Any]) -> None:
    console.print(facts_of(session, counted.meeting))
    rows = [
        (str(number), each.item.title or each.item.kind.name.lower(), each.reason)
        for number, each in enumerate(counted.counted, 1)
    ]
    heading = "Result" if data["final"] else "As it stands"
    console.print(table(None, ("Resolution", "Title", heading), [tuple(map(escape, row)) for row in rows]))
    console.print(f"Present: {counted.count.present:,} of {counted.count.entitled:,} votes.")
    for number, calls in data["calls"].items():
        console.print(f"Resolution {number} executes calls: {_calls(calls)}.")
    sealed = sum(each.secret for each in counted.count.ballots)
    if sealed:
        console.print(f"{sealed:,} secret ballots are not opened; they are present and abstain.")
    _show_missing(console, session, counted.meeting, data["not_voted"])
    if not counted.differences:
        console.print("[green]✓[/green] The count from ballots and register agrees with the contract.")
    for one in counted.differences:
        said = f"{one.name}: counted {one.counted}, the contract says {one.reported}"
        console.print(item("[red]✗[/red]", said))
    for file in data["files"]:
        console.print(item("[green]✓[/green]", escape(f"Written to {file}.")))


def _show_missing(console: Console, session: "Session", meeting: "Meeting", missing: "Sequence[Reminder]") -> None:
    met = session.voting.classes(meeting.id)
    said = "Not in yet" if session.chain.now() < meeting.closes else "Did not vote"
    for each in missing[:_MOST_SHOWN]:
        token = met[each.class_index].token
        units = grouped(each.units, session.decimals_of(token))
        console.print(f"{said}: {each.holder}, {units} shares of {session.symbol_of(token)}.")
    if len(missing) > _MOST_SHOWN:
        console.print(f"… and {len(missing) - _MOST_SHOWN:,} more; --reminders FILE writes them all.")


def _calls(calls: "Execution") -> str:
    from tokenkit.voting import Stage

    if calls.stage is not Stage.WAITING:
        return calls.stage.name.lower()
    return f"scheduled, ready at {day(calls.ready_at)}" if calls.ready_at else "not scheduled"
