"""Calling a meeting, and putting its close off."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokenkit.cli._options import TIMES
from tokenkit.cli._output import Answer, day
from tokenkit.cli._shown import carried_out
from tokenkit.cli.meeting._classes import MeetingArgument, tokens

if TYPE_CHECKING:
    from tokenkit.cli._session import Session


def call(
    session: "Session",
    notice: Annotated[
        Path, typer.Argument(metavar="NOTICE", help="The notice, a TOML file; docs/meetings.md has its keys.")
    ],
) -> Answer:
    """Call a meeting by its notice; one that needs no more is called plainly, where ballots cost least."""
    from tokenkit.voting import read_notice

    given = read_notice(notice, tokens(session))
    called = session.voting.call(given.as_plain() or given)
    of = " and ".join(session.symbol_of(token) for token in given.tokens)
    window = f"voting from {day(given.opens)} to {day(given.closes)}"
    what = f"{called.summary} of {of} (record date {day(given.record_date)}, {window})"
    return carried_out(session, [called.with_summary(what)])


def extend(
    session: "Session",
    meeting: MeetingArgument,
    closes: Annotated[str, typer.Argument(metavar="TIME", help=f"The new close. {TIMES}")],
) -> Answer:
    """Put off the close of a meeting, an hour before it at the latest and no further than its notice says."""
    from tokenkit.cli._session import parse_instant
    from tokenkit.errors import InvalidInput

    at, state = parse_instant(closes), session.voting.meeting(meeting)
    if not state.latest_close:
        raise InvalidInput(f"The close of meeting {meeting} cannot be put off: its notice has no latest_close.")
    operation = session.voting.extend(meeting, at)
    what = f"{operation.summary} from {day(state.closes)} to {day(at)}"
    return carried_out(session, [operation.with_summary(what)])
