"""``tokenkit payout``: dividends and other payments to the holders at a record date."""

import typer

from tokenkit.cli._command import command
from tokenkit.cli.payout import _declaring, _paying, _telling, merkle

_HELP = "Pay the holders at a record date: declare, preview, fund, claim, push, reclaim; very many from a list."


def add_to(app: typer.Typer) -> None:
    """Add the group to *app*."""
    group = typer.Typer(no_args_is_help=True, help=_HELP)
    app.add_typer(group, name="payout")
    asset = "--asset 0x5290…9EE7 --class QWA --record-date 2030-06-30"
    _add(
        group,
        "declare",
        _declaring.declare,
        f"{asset} --deadline 2031-06-30",
        "125000.50 ",
        more=[f"tokenkit payout declare --per-share 0.25 {asset} --payment-date 2030-07-05 --tax rates.toml"],
    )
    command(
        group,
        "preview",
        label="payout preview",
        examples=[
            f"tokenkit payout preview 125000.50 {asset} --tax rates.toml --csv preview.csv",
            "tokenkit payout preview --payout 1",
        ],
    )(_declaring.preview)
    _add(group, "fund", _declaring.fund, "1")
    _add(group, "cancel", _declaring.cancel, "1")
    _add(
        group,
        "claim",
        _paying.claim,
        "1",
        more=["tokenkit payout claim 1 2 3", "tokenkit payout claim 1 --signed claim.json"],
    )
    command(
        group,
        "sign",
        label="payout sign",
        signs=True,
        examples=["tokenkit payout sign 1 2 --until 2030-12-31 --out claim.json"],
    )(_paying.sign)
    _add(group, "payee", _paying.payee, "0x5290…9EE7 --class QWA", more=["tokenkit payout payee self --class QWA"])
    _add(group, "reinvest", _paying.reinvest, "on --class QWA")
    _add(group, "push", _paying.push, "1 --yes", more=["tokenkit payout push 1 --job dividend.job --yes"])
    _add(group, "reclaim", _paying.reclaim, "1")
    _add(group, "withdraw-tax", _paying.withdraw_tax, "1")
    command(
        group,
        "status",
        label="payout status",
        examples=[
            "tokenkit payout status",
            "tokenkit payout status 1 --json",
            "tokenkit payout status 1 --csv payout.csv --report payout.json --chart payout.svg",
        ],
    )(_telling.status)
    command(
        group,
        "statement",
        label="payout statement",
        examples=["tokenkit payout statement 1 0x5290…9EE7", "tokenkit payout statement 1 --all statements/"],
    )(_telling.statement)
    merkle.add_to(group)


def _add(
    group: typer.Typer,
    name: str,
    function: "_paying.Command",
    arguments: str,
    first: str = "",
    *,
    more: list[str] | None = None,
) -> None:
    """Add a command that sends."""
    example = f"tokenkit payout {name} {first}{arguments}"
    command(group, name, label=f"payout {name}", sends=True, examples=[example, *(more or [])])(function)
