"""Which class of a meeting a ballot is for, and what several commands take."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tokenkit.cli._session import Session
    from tokenkit.types import Address

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


def tokens(session: "Session") -> "dict[str, Address]":
    """Return the tokens of the suite's classes, by symbol."""
    return {symbol: one.address for symbol, one in session.suite.classes.items()}


def class_index(session: "Session", meeting: int, symbol: str | None) -> int:
    """Return the place of a class among those that meet; of the only one, if there is one.

    Raises:
        InvalidInput: the class does not meet, or several do and none is named.
    """
    from tokenkit.errors import InvalidInput

    met = [session.symbol_of(one.token) for one in session.voting.classes(meeting)]
    if symbol is None and len(met) == 1:
        return 0
    if symbol not in met:
        raise InvalidInput(f"Give --class with a class that meets: {', '.join(met)}.")
    return met.index(symbol)
