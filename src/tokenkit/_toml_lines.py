"""Where in a TOML text each key stands, so that a refusal can name the line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

KeyPath = tuple[str | int, ...]
"""A key of a parsed document: names of tables and positions in arrays, from the outside in."""

_BLANK = re.compile(r"[ \t]*")
_VOID = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED = re.compile(r"""\"\"\"(?:\\.|[^\\])*?\"{3,5}|'''.*?'{3,5}|\"(?:\\.|[^"\\\n])*\"|'[^'\n]*'""", re.DOTALL)
_PLAIN_VALUE = re.compile(r"[^,\]}\n#]+")


def index_lines(text: str) -> dict[KeyPath, int]:
    """Map every key of *text*, which must be valid TOML, to its line, counted from 1. Entries of arrays have their position as key."""
    return _Scanner(text).run()


def line_of(lines: dict[KeyPath, int], path: Sequence[str | int]) -> int:
    """Return the line of *path*, or of the nearest table around it that is written down; 1 if there is none."""
    wanted = tuple(path)
    while wanted:
        if wanted in lines:
            return lines[wanted]
        wanted = wanted[:-1]
    return 1


class _Scanner:
    """Walks over a document that a parser accepted already, so it only has to find its way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self.lengths: dict[KeyPath, int] = {}  # of arrays of tables

    def run(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self.skip(_VOID)
        while self.at < len(self.text):
            if self.text.startswith("[[", self.at):
                table = self.header(array=True)
            elif self.text[self.at] == "[":
                table = self.header(array=False)
            else:
                self.entry(table)
            self.skip(_VOID)
        return self.lines

    def header(self, *, array: bool) -> KeyPath:
        line = self.line()
        self.at += 2 if array else 1
        *outer, name = self.key()
        self.at += 2 if array else 1
        table: KeyPath = ()
        for part in outer:
            self.lines.setdefault((*table, part), line)
            table = self.inside((*table, part))
        table = (*table, name)
        if array:
            self.lines.setdefault(table, line)
            self.lengths[table] = self.lengths.get(table, 0) + 1
            table = self.inside(table)
        self.lines[table] = line
        return table

    def inside(self, table: KeyPath) -> KeyPath:
        """Step into the last entry, where *table* is an array of tables."""
        return (*table, self.lengths[table] - 1) if table in self.lengths else table

    def entry(self, table: KeyPath) -> None:
        line = self.line()
        path: KeyPath = table
        for part in self.key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self.at += 1  # the equals sign
        self.skip(_BLANK)
        self.value(path)

    def key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self.skip(_BLANK)
            quoted = self.text[self.at] in "\"'"
            written = self.take(_QUOTED if quoted else _BARE_KEY)
            parts.append(written[1:-1] if quoted else written)
            self.skip(_BLANK)
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def value(self, path: KeyPath) -> None:
        first = self.text[self.at]
        if first == "[":
            self.array(path)
        elif first == "{":
            self.inline_table(path)
        else:
            self.take(_QUOTED if first in "\"'" else _PLAIN_VALUE)

    def array(self, path: KeyPath) -> None:
        self.at += 1
        position = 0
        self.skip(_VOID)
        while self.text[self.at] != "]":
            self.lines[*path, position] = self.line()
            self.value((*path, position))
            position += 1
            self.skip_comma()
        self.at += 1

    def inline_table(self, path: KeyPath) -> None:
        self.at += 1
        self.skip(_VOID)
        while self.text[self.at] != "}":
            self.entry(path)
            self.skip_comma()
        self.at += 1

    def skip_comma(self) -> None:
        self.skip(_VOID)
        if self.text[self.at] == ",":
            self.at += 1
            self.skip(_VOID)

    def skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"line {self.line()} is not TOML")
        self.at = found.end()
        return found[0]

    def line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1
