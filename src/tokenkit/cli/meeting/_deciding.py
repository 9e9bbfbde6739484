"""Results on record, and what resolutions that passed execute."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokenkit.cli._options import ReasonOption
from tokenkit.cli._output import Answer
from tokenkit.cli._shown import carried_out
from tokenkit.cli.meeting._classes import MeetingArgument

if TYPE_CHECKING:
    from tokenkit.cli._session import Session

ResolutionArgument = Annotated[int, typer.Argument(metavar="RESOLUTION", help="Its number on the agenda.", min=1)]
CallsArgument = Annotated[Path, typer.Argument(metavar="CALLS", help="Its prepared calls, as the notice has them.")]


def close(session: "Session", meeting: MeetingArgument) -> Answer:
    """Put the results on record after the close, or after the end of a secret ballot; anyone may."""
    return carried_out(session, [session.voting.decide(meeting)])


def schedule(
    session: "Session", meeting: MeetingArgument, resolution: ResolutionArgument, calls: CallsArgument
) -> Answer:
    """Schedule what a resolution that passed executes; anyone may, once the results are on record (close)."""
    from tokenkit.voting import read_calls

    return carried_out(session, [session.voting.schedule(meeting, resolution - 1, read_calls(calls))])


def execute(
    session: "Session", meeting: MeetingArgument, resolution: ResolutionArgument, calls: CallsArgument
) -> Answer:
    """Execute what a resolution decided, after its delay and within a week of it; anyone may."""
    from tokenkit.voting import read_calls

    return carried_out(session, [session.voting.execute(meeting, resolution - 1, read_calls(calls))])


def cancel(
    session: "Session", meeting: MeetingArgument, resolution: ResolutionArgument, reason: ReasonOption
) -> Answer:
    """Cancel what a resolution would execute, as the issuer's guardian; it stays passed."""
    return carried_out(session, [session.voting.cancel(meeting, resolution - 1, reason=reason)])
