"""``tokenkit meeting``: meetings in full, from the notice to the minutes."""

import typer

from tokenkit.cli._command import command
from tokenkit.cli.meeting import _calling, _deciding, _entrusting, _relaying, _telling, _voting

_HELP = "Meetings in full: call, extend, vote, proxy, cast-batch, status, close, execute, minutes."
_SENDING = (
    ("call", _calling.call, ("notice.toml",)),
    ("extend", _calling.extend, ("1 2030-06-25T18:00:00Z",)),
    (
        "vote",
        _voting.vote,
        ("1 for 1=60,2=40 abstain --class QWA", "1 for 2 abstain --class QWA", "1 for abstain --sign ana.json"),
    ),
    ("open", _voting.open_ballot, ("ballot.json",)),
    ("proxy", _entrusting.proxy, ("1 0x5290…9EE7 --units 100 --class QWA", "1 0x5290…9EE7 --revoke --class QWA")),
    ("cast-batch", _relaying.cast_batch, ("ana.json ben.json",)),
    ("close", _deciding.close, ("1",)),
    ("schedule", _deciding.schedule, ("1 2 calls.json",)),
    ("execute", _deciding.execute, ("1 2 calls.json",)),
    ("cancel", _deciding.cancel, ("1 2 --reason 'court order'",)),
)
_TELLING = (
    ("ballot", _entrusting.ballot, ("1 0x5290…9EE7",)),
    (
        "status",
        _telling.status,
        ("", "1 --notice notice.toml", "1 --notice notice.toml --chart votes.svg --reminders open.csv"),
    ),
    ("minutes", _telling.minutes, ("1 --notice notice.toml --out minutes.md --charts charts",)),
)


def add_to(app: typer.Typer) -> None:
    """Add the group to *app*."""
    group = typer.Typer(no_args_is_help=True, help=_HELP)
    app.add_typer(group, name="meeting")
    for entries, sends in ((_SENDING, True), (_TELLING, False)):
        for name, work, arguments in entries:
            examples = [f"tokenkit meeting {name} {each}".rstrip() for each in arguments]
            signs = name == "ballot"
            command(group, name, label=f"meeting {name}", sends=sends, signs=signs, examples=examples)(work)
