"""Lists of payments: from CSV to a tree, and read again from its file or from the file of its proofs."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from tokenkit.cli._output import Answer, facts, grouped, item

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from tokenkit.cli._session import Session
    from tokenkit.ledger import MerkleTree
    from tokenkit.payouts import ProvedShare
    from tokenkit.types import Address

ListArgument = Annotated[
    Path, typer.Argument(metavar="LIST", help="What build wrote: the list, or the file of its proofs.")
]
_WALLETS, _AMOUNTS = ("wallet", "holder", "account"), ("amount", "net")
_NAMED = 10
"""Wallets that a warning names."""
_PROOFS_BEGIN = '{"index"'


def build(
    session: "Session",
    *,
    payments: Annotated[
        Path,
        typer.Argument(metavar="CSV", help="Columns wallet and amount, or what `payout preview --csv` wrote."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Write the list there, as JSON.")],
    asset: Annotated[
        str | None, typer.Option("--asset", metavar="ADDRESS", help="Coin whose decimals count, or native.")
    ] = None,
    decimals: Annotated[
        int | None, typer.Option("--decimals", min=0, max=77, help="Of the coin; then no node is asked.")
    ] = None,
    proofs: Annotated[
        Path | None, typer.Option("--proofs", metavar="FILE", help="Write a line with the proof of each share there.")
    ] = None,
) -> Answer:
    """Make the list of a payout, and its tree, from a CSV file of wallets and amounts in the coin.

    The list is in the format of @openzeppelin/merkle-tree, so anybody can check it. Publish it: holders and those who check need it.
    """
    from tokenkit.documents import hash_file
    from tokenkit.errors import InvalidInput
    from tokenkit.ledger import dump_tree, merkle_tree, proof_lines

    if (asset is None) == (decimals is None):
        raise InvalidInput("Amounts need their decimals. Give --asset, the coin's address, or --decimals.")
    places = session.coin(asset).decimals if asset is not None else decimals or 0
    tree = merkle_tree(_payments(payments, places))
    for path, pieces in ((out, dump_tree(tree)), (proofs, proof_lines(tree))):
        if path is not None:
            with path.open("w", encoding="utf-8") as file:
                file.writelines(pieces)
    holders = len({tree.accounts[start : start + 20] for start in range(0, len(tree.accounts), 20)})
    data = {
        "file": out,
        "proofs": proofs,
        "sha256": hash_file(out),
        "root": tree.root,
        "shares": len(tree),
        "wallets": holders,
        "total": tree.total,
        "decimals": places,
    }
    return Answer(data=data, show=lambda console: _show(console, data))


def read_list(path: Path) -> "MerkleTree":
    """Read the list of a payout.

    Raises:
        InvalidInput: it is none.
    """
    from tokenkit.errors import InvalidInput
    from tokenkit.ledger import load_tree

    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InvalidInput(
            f"{path} is no list of payments: it is not JSON. Give what build wrote with --out."
        ) from error
    if not isinstance(data, dict):
        raise InvalidInput(f"{path} is no list of payments. Give what build wrote with --out.")
    return load_tree(data)


def read_shares(path: Path) -> "tuple[int | None, Iterator[ProvedShare]]":
    """Read shares with their proofs, from a list or, line by line, from a file of proofs; and how many there are, if that is known.

    Raises:
        InvalidInput: it is neither.
    """
    from tokenkit.ledger import read_proof

    with path.open(encoding="utf-8") as file:
        lines = file.read(64).startswith(_PROOFS_BEGIN)
    if lines:
        return None, (read_proof(line) for line in _lines(path))
    tree = read_list(path)
    return len(tree), ((tree.leaf(index), tree.proof(index)) for index in range(len(tree)))


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from (line for line in file if line.strip())


def _payments(path: Path, decimals: int) -> "Iterator[tuple[Address, int]]":
    """Read a line of the list for each line of the file; who gets nothing is left out, and who stands there twice is refused."""
    from tokenkit.errors import InvalidInput
    from tokenkit.types import parse_address, parse_units

    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        try:
            columns = rows.fieldnames or ()
        except (csv.Error, UnicodeDecodeError) as error:
            raise InvalidInput(f"{path} is not CSV: {error}.") from error
        wallet, amount = (_column(path, columns, names) for names in (_WALLETS, _AMOUNTS))
        lines: dict[Address, int] = {}
        try:
            for row in rows:
                units, account = parse_units((row[amount] or "").strip(), decimals), (row[wallet] or "").strip()
                if not units:
                    continue
                holder = parse_address(account)
                _require_new(holder, lines.setdefault(holder, rows.line_num), rows.line_num)
                yield holder, units
        except (InvalidInput, csv.Error, UnicodeDecodeError) as error:
            raise InvalidInput(f"{path}, line {rows.line_num}: {error}") from error


def _require_new(holder: "Address", first: int, line: int) -> None:
    from tokenkit.errors import InvalidInput

    if first != line:
        raise InvalidInput(
            f"{holder} stands in line {first} already, and would be paid twice. Give each wallet one line, with its sum."
        )


def _column(path: Path, columns: Sequence[str], names: tuple[str, ...]) -> str:
    from tokenkit.errors import InvalidInput

    found = [name for name in names if name in columns]
    if len(found) != 1:
        raise InvalidInput(
            f"{path} needs one column {' or '.join(names)}; its columns are {', '.join(columns) or 'none'}."
        )
    return found[0]


def warnings_about(session: "Session", tree: "MerkleTree", *, token: "Address", record_date: int) -> list[str]:
    """Say how the wallets of a list differ from the holders at its record date; nothing while that has not passed."""
    if session.chain.now() < record_date:
        return []
    extra, left_out = session.merkle_payouts.strangers(tree, token=token, record_date=record_date)
    said = []
    if extra:
        said.append(f"On the list, and without units at the record date: {_named(extra)}.")
    if left_out:
        said.append(f"With units at the record date, and not on the list: {_named(left_out)}.")
    return said


def _named(wallets: "Sequence[Address]") -> str:
    rest = f" and {len(wallets) - _NAMED:,} more" if len(wallets) > _NAMED else ""
    return ", ".join(wallets[:_NAMED]) + rest


def _show(console: "Console", data: "Mapping[str, Any]") -> None:
    rows = [
        ("Shares", f"{data['shares']:,} of {data['wallets']:,} wallets"),
        ("Total", grouped(data["total"], data["decimals"])),
        ("Root", f"0x{data['root'].hex()}"),
        ("SHA-256", f"0x{data['sha256'].hex()}"),
    ]
    console.print(facts(rows))
    for name in ("file", "proofs"):
        if data[name] is not None:
            console.print(item("[green]✓[/green]", escape(f"Written to {data[name]}.")))
