"""``tokenkit demo``: one issuer's whole life on the embedded chain."""

# ruff: noqa: PLC0415 - what takes long to import waits until the demo runs

from typing import TYPE_CHECKING

import typer

from tokenkit.cli._command import command
from tokenkit.cli._exits import Exit
from tokenkit.cli._output import Answer

if TYPE_CHECKING:
    from tokenkit.cli._session import Session


def add_to(app: typer.Typer) -> None:
    """Add the command to *app*."""
    command(app, "demo", chain=False, examples=["tokenkit demo", "tokenkit demo --json > story.json"])(demo)


def demo(session: "Session") -> Answer:
    """Live through one issuer's whole life on a chain inside this process, and check every figure.

    Two share classes, 31 investors, an imported cap table, transfers and refusals, a record date, a dividend, a meeting. Exit code 4: a
    figure does not agree with the chain.
    """
    from tokenkit.cli.demo._story import tell

    story = tell(session.console)
    code = Exit.OK if story["agrees"] else Exit.DIFFERENCES
    return Answer(data=story, show=lambda _: None, exit_code=code)
