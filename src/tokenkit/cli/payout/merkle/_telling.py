"""What became of a published list, and whether it is the one that was published."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

import csv as csv_files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from tokenkit.cli._exits import Exit
from tokenkit.cli._output import Answer, day, facts, item, table
from tokenkit.cli._shown import show_warnings
from tokenkit.cli.payout._figures import CsvOption, coin_facts
from tokenkit.cli.payout.merkle._lists import read_list, warnings_about

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.cli._session import Session
    from tokenkit.ledger import MerkleTree
    from tokenkit.payouts import MerklePayout
    from tokenkit.types import Address

    PaidShares = Mapping[int, tuple[Address, Address, int]]

_COLUMNS = ("index", "holder", "amount", "status", "paid_to")


def status(
    session: "Session",
    payout: Annotated[
        int | None, typer.Argument(metavar="[PAYOUT]", help="Number of the payout; else all.", min=1)
    ] = None,
    listed: Annotated[
        Path | None, typer.Option("--list", metavar="FILE", help="The list, to check it against what was published.")
    ] = None,
    csv: CsvOption = None,
) -> Answer:
    """Show payouts from lists; one alone is counted again from the shares that were paid.

    With --list the published root and sum are compared with those of the list. Exit code 4: a figure differs, or it is another list.
    """
    from tokenkit.errors import InvalidInput

    service = session.merkle_payouts
    if csv is not None and listed is None:
        raise InvalidInput("A line for each share is written from the list. Add --list.")
    if payout is None:
        if listed is not None:
            raise InvalidInput("A list is of one payout. Give its number.")
        every = service.payouts()
        return Answer(data=every, show=lambda console: _show_list(console, session, every))
    state, paid = service.payout(payout), service.shares_paid(payout)
    tree = read_list(listed) if listed is not None else None
    differences = [*_miscounted(state, paid), *(service.check(payout, tree) if tree else ())]
    if csv is not None and tree is not None:
        _write(csv, tree, paid, session.coin(state.publication.asset).decimals)
    terms = state.publication
    data = {
        "payout": state,
        **coin_facts(terms.asset, session.coin(terms.asset)),
        "state": _stage(session, state),
        "paid": sum(amount for _, _, amount in paid.values()),
        "shares_paid": len(paid),
        "shares": len(tree) if tree else None,
        "differences": differences,
        "warnings": warnings_about(session, tree, token=terms.token, record_date=terms.record_date) if tree else [],
    }
    code = Exit.DIFFERENCES if differences else Exit.OK
    return Answer(data=data, show=lambda console: _show_one(console, session, state, data), exit_code=code)


def _miscounted(state: "MerklePayout", paid: "PaidShares") -> list[str]:
    """Compare what the events say was paid with what the contract has left; a closed payout returned the rest."""
    counted = sum(amount for _, _, amount in paid.values())
    if state.closed or counted == state.paid:
        return []
    return [f"{counted} was paid according to the events, {state.paid} according to the contract."]


def _stage(session: "Session", state: "MerklePayout") -> str:
    now, terms = session.chain.now(), state.publication
    if state.closed:
        return "closed"
    if now < terms.opens:
        return "being checked"
    return "open" if now < terms.deadline else "past its deadline"


def _write(path: Path, tree: "MerkleTree", paid: "PaidShares", decimals: int) -> None:
    from tokenkit.types import format_units

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv_files.writer(file, lineterminator="\r\n")
        writer.writerow(_COLUMNS)
        for leaf in tree:
            _, where, _ = paid.get(leaf.index, (None, "", 0))
            status = "paid" if leaf.index in paid else "open"
            writer.writerow((leaf.index, leaf.account, format_units(leaf.amount, decimals), status, where))


def _show_list(console: Console, session: "Session", payouts: "tuple[MerklePayout, ...]") -> None:
    if not payouts:
        console.print("No list has been published.")
        return
    rows = []
    for each in payouts:
        terms, coin = each.publication, session.coin(each.publication.asset)
        rows.append(
            [
                str(each.id),
                session.symbol_of(terms.token),
                coin.words(terms.amount),
                "-" if each.closed else coin.words(each.left),
                day(terms.opens),
                day(terms.deadline),
                _stage(session, each),
            ]
        )
    columns = ["List payout", "Class", "Amount", "Left", "Opens", "Deadline", "State"]
    console.print(table(None, columns, rows, right=["Amount", "Left"]))


def _show_one(console: Console, session: "Session", state: "MerklePayout", data: dict[str, Any]) -> None:
    terms, money = state.publication, session.coin(state.publication.asset).words
    of = f" of {data['shares']:,}" if data["shares"] is not None else ""
    rest = money(terms.amount - data["paid"])
    console.print(
        facts(
            [
                ("List payout", f"{state.id}, class {session.symbol_of(terms.token)}"),
                ("Record date", day(terms.record_date)),
                ("Amount", money(terms.amount)),
                ("Paid", f"{money(data['paid'])}, {data['shares_paid']:,}{of} shares"),
                ("Returned" if state.closed else "Left", rest),
                ("Opens", day(terms.opens)),
                ("Deadline", day(terms.deadline)),
                ("State", data["state"]),
                ("Root", f"0x{terms.root.hex()}"),
                ("SHA-256 of the list", f"0x{terms.list_hash.hex()}"),
                ("Lost wallets", "each claim asks the token" if terms.asks_token else "as redirect was told"),
            ]
        )
    )
    show_warnings(console, data["warnings"])
    for difference in data["differences"]:
        console.print(item("[red]✗[/red]", escape(difference)))
    if data["shares"] is not None and not data["differences"]:
        console.print("[green]✓[/green] This is the list that was published, and its sum is there.")
