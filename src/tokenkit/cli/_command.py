"""One way to make a command: shared options, one session, errors as sentences and exit codes."""

from __future__ import annotations

import inspect
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokenkit.cli import _exits
from tokenkit.cli._exits import Exit
from tokenkit.cli._output import Answer, envelope

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from tokenkit.cli._session import Session

_CHAIN = "Chain"
_KEYS = "Keys"
_OUTPUT = "Output"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options that commands share."""

    json: bool = False
    debug: bool = False
    rpc: str | None = None
    record: Path | None = None
    keystore: Path | None = None
    key_env: str = "TOKENKIT_PRIVATE_KEY"
    password_env: str = "TOKENKIT_PASSWORD"  # noqa: S105 - the name of a variable
    password_fd: int | None = None
    account: str | None = None
    yes: bool = False
    dry_run: bool = False
    safe: Path | None = None
    wait: float = 180.0


_SHOWN = {
    "json": Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.", rich_help_panel=_OUTPUT)
    ],
    "debug": Annotated[
        bool,
        typer.Option(
            "--debug", envvar="TOKENKIT_DEBUG", help="Show the traceback of an error.", rich_help_panel=_OUTPUT
        ),
    ],
}
_ASKED = {
    "rpc": Annotated[
        str | None,
        typer.Option(
            "--rpc",
            envvar="TOKENKIT_RPC_URL",
            metavar="URL",
            help="JSON-RPC URL of a node. Credentials in it are never printed.",
            rich_help_panel=_CHAIN,
        ),
    ],
    "record": Annotated[
        Path | None,
        typer.Option(
            "--record",
            envvar="TOKENKIT_RECORD",
            metavar="FILE",
            help="Record that `tokenkit deploy` wrote.",
            rich_help_panel=_CHAIN,
        ),
    ],
}
_SIGNED = {
    "keystore": Annotated[
        Path | None,
        typer.Option(
            "--keystore",
            envvar="TOKENKIT_KEYSTORE",
            metavar="FILE",
            help="Sign with this keystore file; its password is asked for.",
            rich_help_panel=_KEYS,
        ),
    ],
    "key_env": Annotated[
        str,
        typer.Option(
            "--key-env",
            metavar="NAME",
            help="Environment variable that holds the private key. A key itself is never an argument.",
            rich_help_panel=_KEYS,
        ),
    ],
    "password_env": Annotated[
        str,
        typer.Option(
            "--password-env",
            metavar="NAME",
            help="Environment variable that holds the keystore's password.",
            rich_help_panel=_KEYS,
        ),
    ],
    "password_fd": Annotated[
        int | None,
        typer.Option(
            "--password-fd",
            metavar="NUMBER",
            help="File descriptor to read the keystore's password from.",
            rich_help_panel=_KEYS,
        ),
    ],
    "account": Annotated[
        str | None,
        typer.Option(
            "--account",
            metavar="ADDRESS",
            help="Let the node sign with this account of its own; with --dry-run or --safe, who would sign.",
            rich_help_panel=_KEYS,
        ),
    ],
}
_SENT = _SIGNED | {
    "yes": Annotated[bool, typer.Option("--yes", "-y", help="Send without asking.", rich_help_panel=_OUTPUT)],
    "dry_run": Annotated[
        bool, typer.Option("--dry-run", help="Try it on the chain, but send nothing.", rich_help_panel=_OUTPUT)
    ],
    "safe": Annotated[
        Path | None,
        typer.Option(
            "--safe",
            metavar="FILE",
            help="Send nothing; write the transactions for a Safe (transaction builder JSON).",
            rich_help_panel=_OUTPUT,
        ),
    ],
    "wait": Annotated[
        float,
        typer.Option(
            "--wait",
            metavar="SECONDS",
            min=1,
            help="How long a transaction that was sent is waited for, also while the node is away.",
            rich_help_panel=_CHAIN,
        ),
    ],
}


def command(
    app: typer.Typer,
    name: str,
    *,
    label: str = "",
    chain: bool = True,
    signs: bool = False,
    sends: bool = False,
    without: Collection[str] = (),
    examples: Sequence[str] = (),
) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Add a function as a command: it takes a session and its own options, and returns an answer.

    *label* is the command's name in JSON answers. The options of the chain, with *signs* those of keys, and with *sends* those of keys
    and sending are added, but for those *without* which the command does.
    """
    asked = _SHOWN | (_ASKED if chain else {}) | (_SIGNED if signs else {}) | (_SENT if sends else {})
    shared = {name: option for name, option in asked.items() if name not in without}

    def register(function: Callable[..., Answer]) -> Callable[..., Answer]:
        own = list(inspect.signature(function).parameters.values())[1:]  # the first is the session
        added = [option for option in shared if option not in {parameter.name for parameter in own}]

        def wrapper(**values: Any) -> None:  # noqa: ANN401 - whatever the options parsed to
            settings = Settings(**{option: values[option] for option in shared})
            for option in added:
                del values[option]
            _run(label or name, settings, lambda session: function(session, **values))

        parameters = [_as_keyword(parameter) for parameter in own] + [
            _option(option, shared[option]) for option in added
        ]
        wrapper.__name__ = function.__name__
        wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # what inspect looks for
        wrapper.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        app.command(name, help=_help(function.__doc__ or "", examples))(wrapper)
        return function

    return register


def _run(label: str, settings: Settings, work: Callable[[Session], Answer]) -> None:
    from tokenkit.cli._session import Session  # noqa: PLC0415 - not for --help
    from tokenkit.errors import TokenkitError  # noqa: PLC0415 - as above

    with Session(settings) as session:
        try:
            answer = work(session)
            if settings.json:
                typer.echo(envelope(label, data=answer.data))
            else:
                answer.show(session.console)
        except (TokenkitError, OSError) as error:
            _tell(label, session, error)
            raise typer.Exit(_exits.exit_code(error)) from None
    if answer.exit_code is not Exit.OK:
        raise typer.Exit(answer.exit_code)


def _tell(label: str, session: Session, error: Exception) -> None:
    from tokenkit.cli._refusals import told  # noqa: PLC0415 - not for --help

    settings = session.settings
    if settings.debug:
        traceback.print_exception(error, file=sys.stderr)
    meaning = told(error, session)
    if settings.json:
        typer.echo(envelope(label, error=_exits.as_json(error, meaning)))
    else:
        typer.secho(f"tokenkit: {_exits.sentence(error, meaning)}", err=True, fg=typer.colors.RED)


def _as_keyword(parameter: inspect.Parameter) -> inspect.Parameter:
    return parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)


def _option(name: str, annotation: object) -> inspect.Parameter:
    default = Settings.__dataclass_fields__[name].default
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _help(docstring: str, examples: Sequence[str]) -> str:
    text = inspect.cleandoc(docstring)
    if examples:
        text += "\n\n[bold]Examples[/bold]\n\n" + "\n\n".join(f"[cyan]$ {example}[/cyan]" for example in examples)
    return text
