"""``tokenkit meeting``: meetings in full, from the notice to the minutes."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from tokenkit.cli._command import command
from tokenkit.cli._exits import Exit
from tokenkit.cli._options import ReasonOption
from tokenkit.cli._output import Answer, day, grouped, item, table
from tokenkit.cli._shown import show_acts

if TYPE_CHECKING:
    from tokenkit.cli._session import Session
    from tokenkit.ledger import Answer as Votes
    from tokenkit.types import Address
    from tokenkit.voting import GivenBallot, Reconciliation

MeetingArgument = Annotated[int, typer.Argument(metavar="MEETING", help="Number of the meeting.", min=1)]
ClassOption = Annotated[
    str | None, typer.Option("--class", metavar="SYMBOL", help="Class of the ballot; needed where several meet.")
]
HolderOption = Annotated[
    str | None, typer.Option("--for", metavar="WALLET", help="Whose units: who named you proxy, or a lost wallet.")
]
NoticeOption = Annotated[
    Path | None, typer.Option("--notice", metavar="FILE", help="The notice, for titles and names of options.")
]


def add_to(app: typer.Typer) -> None:
    """Add the group to *app*."""
    group = typer.Typer(no_args_is_help=True, help="Meetings in full: call, vote, proxy, cast-batch, close, minutes.")
    app.add_typer(group, name="meeting")
    for name, work, example in (
        ("call", call, "notice.toml"),
        ("vote", vote, "1 for 1=60,2=40 abstain --class QWA"),
        ("open", open_ballot, "ballot.json"),
        ("proxy", proxy, "1 0x5290…9EE7 --units 100 --class QWA"),
        ("cast-batch", cast_batch, "ana.json ben.json"),
        ("close", close, "1"),
        ("schedule", schedule, "1 2 calls.json"),
        ("execute", execute, "1 2 calls.json"),
        ("cancel", cancel, "1 2 --reason 'court order'"),
    ):
        command(group, name, label=f"meeting {name}", sends=True, examples=[f"tokenkit meeting {name} {example}"])(work)
    command(group, "status", label="meeting status", examples=["tokenkit meeting status 1 --notice notice.toml"])(
        status
    )
    command(
        group,
        "minutes",
        label="meeting minutes",
        examples=["tokenkit meeting minutes 1 --notice notice.toml --out minutes.md --charts charts"],
    )(minutes)


def call(
    session: "Session",
    notice: Annotated[Path, typer.Argument(metavar="NOTICE", help="The notice, a TOML file.")],
) -> Answer:
    """Call a meeting by its notice; one that needs no more is called plainly, where ballots cost least."""
    from tokenkit.voting import read_notice

    given = read_notice(notice, _tokens(session))
    operation = session.voting.call(given.as_plain() or given)
    window = f"voting from {day(given.opens)} to {day(given.closes)}"
    return _acts(session, operation.with_summary(f"{operation.summary} ({window})"))


def vote(
    session: "Session",
    *,
    meeting: MeetingArgument,
    answers: Annotated[
        list[str],
        typer.Argument(
            metavar="ANSWER…",
            help="One for each resolution: for, against, abstain; in units for=60,against=40; options from 1 on: 1=60,3=40.",
        ),
    ],
    share_class: ClassOption = None,
    holder: HolderOption = None,
    rest: Annotated[bool, typer.Option("--rest", help="Leave proxies what they have.")] = False,
    sign: Annotated[
        Path | None, typer.Option("--sign", metavar="FILE", help="Send nothing; write the signed ballot.")
    ] = None,
    secret: Annotated[
        Path | None,
        typer.Option(
            "--secret", metavar="FILE", help="Hand in only the hash; the ballot and its salt go to this new file."
        ),
    ] = None,
) -> Answer:
    """Vote the whole agenda: directly, signed for somebody to hand in, or in secret. The last ballot counts."""
    from tokenkit.errors import InvalidInput

    if sign is not None and secret is not None:
        raise InvalidInput("Give --sign or --secret, not both.")
    given = _given(session, meeting, answers, share_class, holder, rest=rest)
    booth = session.voting.booth
    if sign is not None:
        if session.signer is None:
            raise InvalidInput("Nobody to sign. Give a key; see tokenkit meeting vote --help.")
        signed = booth.sign(session.signer, meeting, given)
        sign.write_text(signed.to_json(), encoding="utf-8")
        data = {"file": sign, "voter": signed.voter, "signed_at": signed.signed_at}
        return Answer(data=data, show=lambda console: console.print(f"Signed and written to {sign}. Nothing was sent."))
    if secret is not None:
        proxy_of = booth.proxies(meeting, given.holder, class_index=given.class_index)
        by = next((one.proxy for one in proxy_of if one.proxy == session.sender), None)
        sealed = booth.secret(meeting, given, proxy=by)
        _write_secret(secret, sealed.to_json())
        return _acts(session, booth.commit(sealed))
    return _acts(session, booth.cast(meeting, [given]))


def open_ballot(
    session: "Session",
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `meeting vote --secret` wrote.")],
) -> Answer:
    """Open a secret ballot after the close."""
    from tokenkit.voting import SecretBallot

    sealed = SecretBallot.from_json(file.read_text(encoding="utf-8"))
    return _acts(session, session.voting.booth.open(sealed))


def proxy(
    session: "Session",
    *,
    meeting: MeetingArgument,
    wallet: Annotated[str, typer.Argument(metavar="PROXY", help="Who is to vote.")],
    units: Annotated[str | None, typer.Option("--units", metavar="AMOUNT", help="Part of the units; else all.")] = None,
    instruct: Annotated[
        list[str] | None,
        typer.Option("--instruct", metavar="CHOICE", help="for, against, abstain or free; one for each resolution."),
    ] = None,
    share_class: ClassOption = None,
    holder: HolderOption = None,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="Take back what the proxy has, before it has voted.")
    ] = False,
) -> Answer:
    """Let somebody vote with your units, all or part, with or without instructions; from the record date on."""
    booth, index = session.voting.booth, _class_index(session, meeting, share_class)
    account = holder or session.sender
    if revoke:
        return _acts(session, booth.revoke(meeting, account, wallet, class_index=index))
    token = session.voting.classes(meeting)[index].token
    one = session.class_of(token)
    amount = session.units(units, one) if units is not None and one is not None else 0
    told = [None if word == "free" else word for word in instruct] if instruct else None
    granted = booth.grant(meeting, account, wallet, units=amount, class_index=index, instructions=told)
    return _acts(session, granted)


def cast_batch(
    session: "Session",
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="What `meeting vote --sign` wrote.")],
) -> Answer:
    """Hand in signed ballots, in as few transactions as have the gas; one that does not count holds up no other."""
    from tokenkit.voting import SignedBallot

    signed = [SignedBallot.from_json(file.read_text(encoding="utf-8")) for file in files]
    acts = session.carry_out(session.voting.booth.cast_batch(signed, sender=session.sender))
    return Answer(data=acts, show=lambda console: show_acts(console, acts))


def close(session: "Session", meeting: MeetingArgument) -> Answer:
    """Put the results on record after the close; anyone may."""
    return _acts(session, session.voting.decide(meeting))


ResolutionArgument = Annotated[int, typer.Argument(metavar="RESOLUTION", help="Its number on the agenda.", min=1)]
CallsArgument = Annotated[Path, typer.Argument(metavar="CALLS", help="Its prepared calls, as the notice has them.")]


def schedule(
    session: "Session", meeting: MeetingArgument, resolution: ResolutionArgument, calls: CallsArgument
) -> Answer:
    """Schedule what a resolution that passed executes; anyone may."""
    from tokenkit.voting import read_calls

    return _acts(session, session.voting.schedule(meeting, resolution - 1, read_calls(calls)))


def execute(
    session: "Session", meeting: MeetingArgument, resolution: ResolutionArgument, calls: CallsArgument
) -> Answer:
    """Execute what a resolution decided, after its delay; anyone may."""
    from tokenkit.voting import read_calls

    return _acts(session, session.voting.execute(meeting, resolution - 1, read_calls(calls)))


def cancel(
    session: "Session", meeting: MeetingArgument, resolution: ResolutionArgument, reason: ReasonOption
) -> Answer:
    """Cancel what a resolution would execute, as the issuer's guardian; it stays passed."""
    return _acts(session, session.voting.cancel(meeting, resolution - 1, reason=reason))


def status(session: "Session", meeting: MeetingArgument, notice: NoticeOption = None) -> Answer:
    """Show results counted again from events and registers, and whose votes are not in yet.

    Exit code 4: the count differs from the contract.
    """
    from tokenkit.ledger import reminders

    counted = _counted(session, meeting, notice)
    missing = reminders(counted.terms, counted.count.ballots)
    data = {
        "meeting": counted.meeting,
        "resolutions": counted.counted,
        "ballots": counted.count.ballots,
        "not_voted": missing,
        "differences": counted.differences,
    }

    def show(console: Console) -> None:
        rows = [
            (str(number), each.item.title or each.item.kind.name.lower(), each.reason)
            for number, each in enumerate(counted.counted, 1)
        ]
        console.print(table(None, ("Resolution", "Title", "As counted"), [tuple(map(escape, row)) for row in rows]))
        console.print(f"Present: {counted.count.present:,} of {counted.count.entitled:,} votes.")
        for each in missing:
            decimals = session.decimals_of(_token_at(session, meeting, each.class_index))
            console.print(f"Not in yet: {each.holder}, {grouped(each.units, decimals)} shares.")
        if not counted.differences:
            console.print("[green]✓[/green] The count from ballots and register agrees with the contract.")
        for one in counted.differences:
            said = f"{one.name}: counted {one.counted}, the contract says {one.reported}"
            console.print(item("[red]✗[/red]", said))

    return Answer(data=data, show=show, exit_code=Exit.DIFFERENCES if counted.differences else Exit.OK)


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

    Exit code 4: the count differs from the contract.
    """
    from tokenkit.ledger import MeetingTitle, minutes_json, minutes_markdown, vote_chart

    counted = _counted(session, meeting, notice)
    counted.require()
    title = MeetingTitle(
        issuer=session.record.plan.issuer.name,
        name=f"Meeting {meeting}",
        record_date=counted.meeting.record_date,
        reference=f"meeting {meeting} of {session.voting.address}, chain {session.chain.chain_id}",
        documents=(("Notice", f"0x{counted.meeting.document_hash.hex()}"),),
        decimals=session.decimals_of(counted.meeting.token),
    )
    text = minutes_markdown(counted.terms, counted.count, title)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if charts is not None:
        charts.mkdir(parents=True, exist_ok=True)
        for number, each in enumerate(counted.counted, 1):
            (charts / f"resolution-{number}.svg").write_text(vote_chart(each), encoding="utf-8")
    shown = text if out is None else f"Written to {out}."
    return Answer(
        data=minutes_json(counted.terms, counted.count, title),
        show=lambda console: console.print(shown, markup=False, soft_wrap=True),
    )


def _acts(session: "Session", operation: object) -> Answer:
    acts = session.carry_out([operation])  # type: ignore[list-item]  # an operation of any answer
    return Answer(data=acts, show=lambda console: show_acts(console, acts))


def _tokens(session: "Session") -> dict[str, "Address"]:
    return {symbol: one.address for symbol, one in session.suite.classes.items()}


def _token_at(session: "Session", meeting: int, index: int) -> "Address":
    return session.voting.classes(meeting)[index].token


def _class_index(session: "Session", meeting: int, symbol: str | None) -> int:
    from tokenkit.errors import InvalidInput

    tokens = [one.token for one in session.voting.classes(meeting)]
    if symbol is None and len(tokens) == 1:
        return 0
    known = {session.symbol_of(token): index for index, token in enumerate(tokens)}
    if symbol not in known:
        raise InvalidInput(f"Give --class with a class that meets: {', '.join(known)}.")
    return known[symbol]


def _given(
    session: "Session", meeting: int, answers: list[str], symbol: str | None, holder: str | None, *, rest: bool
) -> "GivenBallot":
    from tokenkit.types import parse_address
    from tokenkit.voting import GivenBallot

    agenda = session.voting.notice(meeting).agenda
    index = _class_index(session, meeting, symbol)
    decimals = session.decimals_of(_token_at(session, meeting, index))
    has_options = [bool(one.options) for one in agenda] + [False] * len(answers)
    return GivenBallot(
        holder=parse_address(holder or session.sender),
        class_index=index,
        rest=rest,
        answers=tuple(_answer(one, decimals, options) for one, options in zip(answers, has_options, strict=False)),
    )


def _answer(text: str, decimals: int, has_options: bool) -> "Votes":
    from tokenkit.errors import InvalidInput
    from tokenkit.types import parse_units
    from tokenkit.voting import parse_choice

    if "=" not in text:
        return parse_choice(text)
    parts: dict[int, int] = {}
    for part in text.split(","):
        name, _, amount = part.partition("=")
        if has_options and not (name.isdecimal() and int(name)):
            raise InvalidInput(f"{name!r} is not an option. Give its number on the agenda, from 1 on, as in 1=60.")
        option = int(name) - 1 if has_options else int(parse_choice(name))
        if option in parts:
            raise InvalidInput(f"{name!r} stands twice in one answer.")
        parts[option] = parse_units(amount, decimals)
    return parts


def _counted(session: "Session", meeting: int, notice: Path | None) -> "Reconciliation":
    from tokenkit.voting import read_notice

    names = [session.symbol_of(one.token) for one in session.voting.classes(meeting)]
    agenda = read_notice(notice, _tokens(session)) if notice else None
    return session.voting.reconcile(meeting, agenda=agenda, names=names)


def _write_secret(path: Path, text: str) -> None:
    """Write what nobody else may read, and never over another ballot's salt."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
