"""Typed access to the fields of a parsed JSON object or TOML table, with errors that name the place and the remedy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from tokenkit.errors import InvalidCountry, InvalidOcf
from tokenkit.types import parse_country

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EnumT = TypeVar("EnumT", bound=StrEnum)

_NUMERIC = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_NUMERIC = 64
# 2^96 units with ten decimals take 40 characters.
MOST_DECIMALS = 10
"""The OCF type Numeric has no more."""


class MalformedOcf(InvalidOcf):
    """A file of a package, or a batch made from one, that cannot be read: where, what is wrong and what to do."""

    def __init__(self, *, file: str, path: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}{f', {path}' if path else ''}: {problem}. {remedy}.")
        self.file = file
        self.path = path
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The fields of one object, and where it stands."""

    file: str
    path: str
    """Such as ``items[3]``; empty for the whole file."""
    data: Mapping[str, object]

    def malformed(self, name: str, problem: str, remedy: str) -> MalformedOcf:
        """Make the error for the field *name*."""
        return MalformedOcf(file=self.file, path=self._at(name), problem=problem, remedy=remedy)

    def has(self, name: str) -> bool:
        """Say whether the field is there and not null."""
        return self.data.get(name) is not None

    def value(self, name: str) -> object:
        """Return a required field as it is."""
        if not self.has(name):
            raise MalformedOcf(
                file=self.file,
                path=self.path,
                problem=f"the required field {name!r} is missing",
                remedy=f"Add {name!r}, as the schema of OCF 1.2 asks",
            )
        return self.data[name]

    def text(self, name: str) -> str:
        """Return a required text that is not empty."""
        value = self.value(name)
        if not isinstance(value, str) or not value.strip():
            raise self.malformed(name, f"{value!r} is not a text", "Give a text that is not empty")
        return value

    def optional_text(self, name: str) -> str | None:
        """Return a text, or None where the field is absent or empty."""
        return self.text(name) if self.has(name) and self.data[name] != "" else None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a required list of texts."""
        items = self.items(name)
        for index, item in enumerate(items):
            if not isinstance(item, str) or not item:
                raise self.malformed(f"{name}[{index}]", f"{item!r} is not a text", "Give a text that is not empty")
        return tuple(str(item) for item in items)

    def items(self, name: str) -> Sequence[object]:
        """Return a required list."""
        value = self.value(name)
        if not isinstance(value, list):
            raise self.malformed(name, "this is not a list", "Write it as a list, between square brackets")
        return value

    def child(self, name: str) -> Fields:
        """Return a required object inside this one."""
        return self.wrap(name, self.value(name))

    def children(self, name: str) -> tuple[Fields, ...]:
        """Return the objects of a list; none where the field is absent."""
        items = self.items(name) if self.has(name) else ()
        return tuple(self.wrap(f"{name}[{index}]", item) for index, item in enumerate(items))

    def wrap(self, name: str, value: object) -> Fields:
        """Wrap *value*, which stands at *name*."""
        if not isinstance(value, dict):
            raise self.malformed(name, "this is not an object", "Write it as an object with named fields")
        return Fields(file=self.file, path=self._at(name), data=value)

    def day(self, name: str) -> date:
        """Return a required date."""
        value = self.value(name)
        if type(value) is date:  # TOML has dates of its own
            return value
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise self.malformed(name, f"{value!r} is not a date", "Write it as YYYY-MM-DD")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.malformed(name, f"there is no day {value}", "Write a day of the calendar, YYYY-MM-DD") from None

    def optional_day(self, name: str) -> date | None:
        """Return a date, or None where the field is absent."""
        return self.day(name) if self.has(name) else None

    def numeric(self, name: str) -> str:
        """Return a required number as it is written (OCF type Numeric), of any number of decimals."""
        value = self.value(name)
        if not isinstance(value, str):
            raise self.malformed(
                name, f"{value!r} is not written as a text", 'OCF writes numbers as texts, such as "1000.00"'
            )
        if not _NUMERIC.fullmatch(value) or len(value) > _LONGEST_NUMERIC:
            raise self.malformed(
                name, f"{value[:80]!r} is not a number", 'Write digits with at most one point: "1000.00"'
            )
        return value

    def number(self, name: str) -> Decimal:
        """Return a required number of at most ten decimals."""
        text = self.numeric(name)
        if decimals(text) > MOST_DECIMALS:
            raise self.malformed(name, f"{text} has more than ten decimals", "OCF allows at most ten: round it")
        return Decimal(text)

    def optional_number(self, name: str) -> Decimal | None:
        """Return a number, or None where the field is absent."""
        return self.number(name) if self.has(name) else None

    def member(self, name: str, enum: type[EnumT]) -> EnumT:
        """Return a required member of *enum*."""
        value = self.text(name)
        try:
            return enum(value)
        except ValueError:
            known = ", ".join(enum)
            raise self.malformed(name, f"{value!r} is not known", f"Write one of: {known}") from None

    def country(self, name: str) -> str:
        """Return the alpha-2 code of a required country."""
        value = self.text(name)
        try:
            return parse_country(value).alpha2
        except InvalidCountry:
            raise self.malformed(name, f"{value!r} is not a country", "Write its ISO 3166-1 code, such as CH") from None

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def decimals(numeric: str) -> int:
    """Count the digits after the point, zeros at the end included."""
    return len(numeric.partition(".")[2])
