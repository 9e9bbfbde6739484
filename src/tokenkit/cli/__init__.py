"""The command line: ``tokenkit --help`` lists the commands.

Exit codes: 0 done; 1 refused or failed; 2 wrong usage or input; 3 chain unavailable; 4 a verification or count found differences.
"""

from typing import Annotated

import typer

from tokenkit.cli import (
    captable,
    coupon,
    demo,
    deploy,
    doctor,
    imports,
    investor,
    meeting,
    payout,
    record_date,
    regime,
    rules,
    shares,
    vote,
)

app = typer.Typer(
    name="tokenkit",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,  # they print local variables, and a local variable may be a key
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Put a security on an EVM chain and run it: who may hold it, what may move, who is paid, who votes, "
        "and a register anyone can check."
    ),
    epilog=(
        "Exit codes: 0 done · 1 refused or failed · 2 wrong usage or input · 3 chain unavailable · 4 differences found. "
        "Keys come from a keystore, the environment or a prompt, never from an argument."
    ),
)

for _group in (
    demo,
    deploy,
    doctor,
    imports,
    investor,
    shares,
    rules,
    regime,
    record_date,
    payout,
    coupon,
    vote,
    meeting,
    captable,
):
    _group.add_to(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - for this option only

        typer.echo(f"tokenkit {version('tokenkit')}")
        raise typer.Exit


@app.callback()
def main(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Run one command."""
