"""What commands print: tables for people, one JSON object for programs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from rich.table import Table

from tokenkit.cli._exits import Exit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rich.console import Console

SCHEMA = 1
"""Raised when a field of a JSON answer changes its meaning or goes away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command found or did: *data* for programs, *show* for people."""

    data: Any
    show: Callable[[Console], None]
    exit_code: Exit = Exit.OK


def envelope(command: str, *, data: object = None, error: Mapping[str, object] | None = None) -> str:
    """Write the JSON object that every command prints with ``--json``."""
    body: dict[str, object] = {"schema": SCHEMA, "command": command, "ok": error is None}
    body |= {"data": plain(data)} if error is None else {"error": plain(error)}
    return json.dumps(body, indent=2, ensure_ascii=False)


def plain(value: object) -> object:
    """Turn values into what JSON has: bytes and hashes as 0x hex, enums by name, shares as exact fractions."""
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(entry) for entry in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.name.lower()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def table(
    title: str | None, columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[str] = ()
) -> Table:
    """Make a table in the house's style; the columns named in *right* are figures."""
    made = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        figure = column in right
        made.add_column(column, justify="right" if figure else "left", overflow="fold", no_wrap=figure)
    for row in rows:
        made.add_row(*row)
    return made


def facts(rows: Iterable[tuple[str, object]]) -> Table:
    """Make a list of names and values."""
    made = Table.grid(padding=(0, 2))
    made.add_column(style="dim")
    made.add_column(overflow="fold")
    for name, value in rows:
        made.add_row(name, str(value))
    return made


def item(sign: str, text: str) -> Table:
    """Set *text* beside a *sign*, so that it wraps under itself."""
    made = Table.grid(padding=(0, 1))
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    made.add_row(sign, text)
    return made


def grouped(units: int, decimals: int = 0) -> str:
    """Write an amount with thousands grouped, as people read it."""
    from tokenkit.types import format_units  # noqa: PLC0415 - keeps --help light

    whole, point, fraction = format_units(units, decimals).partition(".")
    return f"{int(whole):,}{point}{fraction}"


def day(second: int | None) -> str:
    """Write a unix second as a date and time in UTC."""
    from tokenkit.types import LAST_SECOND, from_unix  # noqa: PLC0415 - as above

    return "-" if not second or second > LAST_SECOND else f"{from_unix(second):%Y-%m-%d %H:%M:%S} UTC"


def short(address: str) -> str:
    """Abbreviate an address where its name stands beside it."""
    return f"{address[:6]}…{address[-4:]}"
