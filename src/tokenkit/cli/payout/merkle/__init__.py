"""``tokenkit payout merkle``: payments to very many holders from a published list."""

import typer

from tokenkit.cli._command import command
from tokenkit.cli.payout.merkle import _claiming, _lists, _publishing, _telling

_HELP = "Pay very many holders from a published list: build, publish, status, claim, reclaim."


def add_to(app: typer.Typer) -> None:
    """Add the group to *app*."""
    group = typer.Typer(no_args_is_help=True, help=_HELP)
    app.add_typer(group, name="merkle")
    command(
        group,
        "build",
        label="payout merkle build",
        examples=[
            "tokenkit payout merkle build payments.csv --decimals 6 --out list.json",
            "tokenkit payout merkle build preview.csv --asset 0x5290…9EE7 --out list.json --proofs proofs.jsonl",
        ],
    )(_lists.build)
    terms = "--asset 0x5290…9EE7 --class QWA --record-date 2030-06-30 --opens 2030-07-08"
    for name, work, examples in (
        ("publish", _publishing.publish, [f"publish list.json {terms}"]),
        ("withdraw", _publishing.withdraw, ["withdraw 1 --reason 'two holders are missing'"]),
        (
            "claim",
            _claiming.claim,
            ["claim 1 list.json", "claim 1 proofs.jsonl 0x5290…9EE7", "claim 1 list.json --all --yes"],
        ),
        ("payee", _claiming.payee, ["payee 0x5290…9EE7 --class QWA", "payee self --class QWA"]),
        ("redirect", _claiming.redirect, ["redirect 0x5290…9EE7 --record-date 2030-06-30 --class QWA"]),
        ("reclaim", _publishing.reclaim, ["reclaim 1"]),
    ):
        shown = [f"tokenkit payout merkle {example}" for example in examples]
        command(group, name, label=f"payout merkle {name}", sends=True, examples=shown)(work)
    command(
        group,
        "status",
        label="payout merkle status",
        examples=["tokenkit payout merkle status", "tokenkit payout merkle status 1 --list list.json --csv paid.csv"],
    )(_telling.status)
