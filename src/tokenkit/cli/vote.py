"""``tokenkit vote``: meetings of the holders."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tokenkit.cli._command import command
from tokenkit.cli._exits import Exit
from tokenkit.cli._options import TIMES, ClassOption, DocumentOption, document_hash
from tokenkit.cli._output import Answer, day, facts, grouped, item, table
from tokenkit.cli._shown import show_acts

if TYPE_CHECKING:
    from rich.table import Table

    from tokenkit.cli._session import Session
    from tokenkit.voting import Meeting, Reconciliation, Resolution

MeetingArgument = Annotated[int, typer.Argument(metavar="MEETING", help="Number of the meeting.", min=1)]


def add_to(app: typer.Typer) -> None:
    """Add the group to *app*."""
    group = typer.Typer(no_args_is_help=True, help="Meetings of the holders: call, cast, status, decide.")
    app.add_typer(group, name="vote")
    command(
        group,
        "call",
        label="vote call",
        sends=True,
        examples=[
            "tokenkit vote call --class QWA --record-date 2030-06-01 --opens 2030-06-08 --closes 2030-06-22 "
            "--resolution simple:accounts.pdf --resolution three-quarters:articles.pdf --quorum 50"
        ],
    )(call)
    command(
        group,
        "cast",
        label="vote cast",
        sends=True,
        examples=["tokenkit vote cast 1 for against", "tokenkit vote cast 1 abstain for --yes"],
    )(cast)
    command(group, "status", label="vote status", examples=["tokenkit vote status 1"])(status)
    command(group, "decide", label="vote decide", sends=True, examples=["tokenkit vote decide 1"])(decide)


def call(
    session: "Session",
    *,
    record_date: Annotated[str, typer.Option("--record-date", metavar="TIME", help=f"Scheduled in the token. {TIMES}")],
    opens: Annotated[str, typer.Option("--opens", metavar="TIME", help="First second of voting.")],
    closes: Annotated[str, typer.Option("--closes", metavar="TIME", help="Votes count before this second.")],
    resolution: Annotated[
        list[str],
        typer.Option(
            "--resolution",
            metavar="MAJORITY[:FILE]",
            help="simple, two-thirds or three-quarters, and the file of its text; repeatable, in order.",
        ),
    ],
    share_class: ClassOption = None,
    quorum: Annotated[str, typer.Option("--quorum", metavar="PERCENT", help="Of the units entitled to vote.")] = "0",
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", metavar="WALLET", help="Has no votes (treasury); repeatable.")
    ] = None,
    document: DocumentOption = None,
) -> Answer:
    """Call a meeting of a class."""
    from tokenkit.cli._session import parse_instant
    from tokenkit.types import parse_address, parse_units
    from tokenkit.voting import Notice

    one = session.share_class(share_class)
    notice = Notice(
        token=one.address,
        record_date=parse_instant(record_date),
        opens=parse_instant(opens),
        closes=parse_instant(closes),
        agenda=tuple(_resolution(each) for each in resolution),
        quorum_bps=parse_units(quorum, 2),
        document_hash=document_hash(document),
        excluded=tuple(parse_address(wallet) for wallet in exclude or ()),
    )
    called = session.voting.call(notice)
    window = f"voting from {day(notice.opens)} to {day(notice.closes)}"
    what = f"{called.summary} of {one.symbol} (record date {day(notice.record_date)}, {window})"
    acts = session.carry_out([called.with_summary(what)])
    return Answer(data=acts, show=lambda console: show_acts(console, acts))


def cast(
    session: "Session",
    meeting: MeetingArgument,
    choices: Annotated[
        list[str], typer.Argument(metavar="CHOICE…", help="for, against or abstain, one for each resolution.")
    ],
    holder: Annotated[
        str | None, typer.Option("--for", metavar="WALLET", help="A lost wallet that yours replaced.")
    ] = None,
) -> Answer:
    """Vote the whole agenda with all units the sender held at the record date. The last ballot counts."""
    voting = session.voting
    operation = voting.vote_for(meeting, holder, choices) if holder else voting.vote(meeting, choices)
    acts = session.carry_out([operation.with_summary(f"{operation.summary}: {', '.join(choices)}")])
    return Answer(data=acts, show=lambda console: show_acts(console, acts))


def decide(session: "Session", meeting: MeetingArgument) -> Answer:
    """Put the results on record after the close; anyone may."""
    acts = session.carry_out([session.voting.decide(meeting)])
    return Answer(data=acts, show=lambda console: show_acts(console, acts))


def status(session: "Session", meeting: MeetingArgument) -> Answer:
    """Show a meeting, counted again from the ballots and the register and compared with the contract.

    Exit code 4: the count differs from the contract.
    """
    voting = session.voting
    state = voting.meeting(meeting)
    if session.chain.now() < state.record_date:
        return Answer(data={"meeting": state}, show=lambda console: console.print(_facts_before(session, state)))
    counted = voting.reconcile(meeting)
    data = {
        "meeting": counted.meeting,
        "resolutions": counted.reported,
        "ballots": voting.ballots(meeting),
        "differences": counted.differences,
    }
    code = Exit.DIFFERENCES if counted.differences else Exit.OK
    return Answer(data=data, show=lambda console: _show(console, session, counted), exit_code=code)


def _resolution(text: str) -> "Resolution":
    from tokenkit.errors import InvalidInput
    from tokenkit.ledger import Majority
    from tokenkit.voting import Resolution

    name, _, file = text.partition(":")
    known = {each.name.lower().replace("_", "-"): each for each in Majority}
    if name not in known:
        raise InvalidInput(f"{name!r} is not a majority. Give {', '.join(known)}, as in simple:resolution.pdf.")
    return Resolution(majority=known[name], document_hash=document_hash(Path(file) if file else None))


def _facts_before(session: "Session", state: "Meeting") -> "Table":
    return facts(
        [
            ("Meeting", f"{state.id}, class {session.symbol_of(state.token)}"),
            ("Record date", day(state.record_date)),
            ("Votes from", day(state.opens)),
            ("Votes until", day(state.closes)),
            ("Resolutions", state.resolutions),
        ]
    )


def _show(console: Console, session: "Session", counted: "Reconciliation") -> None:
    meeting = counted.meeting
    console.print(_facts_before(session, meeting))
    decimals = session.decimals_of(meeting.token)
    closed = session.chain.now() >= meeting.closes
    columns = ["Resolution", "Majority", "For", "Against", "Abstained", "Quorum", "Result"]
    rows = [
        [
            str(each.resolution + 1),
            each.majority.name.lower().replace("_", "-"),
            grouped(each.votes_for, decimals),
            grouped(each.votes_against, decimals),
            grouped(each.abstained, decimals),
            "yes" if each.quorate else "no",
            ("passed" if each.passed else "rejected") if closed else "open",
        ]
        for each in counted.reported
    ]
    console.print(table(None, columns, rows, right=["For", "Against", "Abstained"]))
    console.print(f"Present: {grouped(meeting.present, decimals)} of {grouped(meeting.entitled, decimals)} units.")
    if not counted.differences:
        console.print("[green]✓[/green] The count from ballots and register agrees with the contract.")
    for difference in counted.differences:
        said = f"{difference.name}: counted {difference.counted}, the contract says {difference.reported}"
        console.print(item("[red]✗[/red]", said))
