"""Handing in ballots that others signed."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from tokenkit.cli._exits import Exit
from tokenkit.cli._output import Answer, item
from tokenkit.cli._shown import show_acts

if TYPE_CHECKING:
    from rich.console import Console

    from tokenkit.cli._session import Session
    from tokenkit.voting import RefusedBallot, SignedBallot


def cast_batch(
    session: "Session",
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="What `meeting vote --sign` wrote.")],
) -> Answer:
    """Hand in signed ballots, in as few transactions as have the gas; one that does not count holds up no other.

    Each is tried first, so that those that would not count cost nothing. Exit code 1: a ballot does not count; the others are cast.
    """
    from tokenkit.voting import refused_ballot

    signed = [_read(file) for file in files]
    refused = [problem for index, one in enumerate(signed) if (problem := _problem(session, index, one))]
    left_out = {each.index for each in refused}
    counting = [one for index, one in enumerate(signed) if index not in left_out]
    acts = session.carry_out(session.voting.booth.cast_batch(counting, sender=session.sender))
    refused += [
        refused_ballot(event["args"])
        for each in acts["transactions"]
        for event in each.get("events", ())
        if event["name"] == "BallotRefused"
    ]
    counted = len(signed) - len(refused) if acts["mode"] in ("sent", "nothing to do") else None
    data = {**acts, "ballots": len(signed), "counted": counted, "refused": refused}
    code = Exit.REFUSED if refused else Exit.OK
    return Answer(data=data, show=lambda console: _show(console, data, refused), exit_code=code)


def _problem(session: "Session", index: int, ballot: "SignedBallot") -> "RefusedBallot | None":
    """Try one ballot alone."""
    from tokenkit.errors import Reverted
    from tokenkit.voting import RefusedBallot

    try:
        session.voting.booth.cast_signed(ballot).simulate(session.sender)
    except Reverted as error:
        return RefusedBallot(meeting=ballot.meeting, holder=ballot.ballot.holder, index=index, reason=error.sentence)
    return None


def _read(path: Path) -> "SignedBallot":
    from tokenkit.errors import InvalidInput
    from tokenkit.voting import SignedBallot

    try:
        return SignedBallot.from_json(path.read_text(encoding="utf-8"))
    except (InvalidInput, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: {error}") from error


def _show(console: "Console", data: dict[str, Any], refused: "list[RefusedBallot]") -> None:
    show_acts(console, data)
    if data["counted"] is not None:
        console.print(f"{data['counted']} of {data['ballots']} ballots count.")
    for each in refused:
        console.print(item("[red]✗[/red]", escape(f"Meeting {each.meeting}, {each.holder}: {each.reason}")))
