"""What programs read: one JSON object of a stable shape, without markup."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from pathlib import Path

import pytest

from tokenkit.cli._output import envelope, grouped, plain
from tokenkit.cli._session import parse_instant
from tokenkit.errors import InvalidInput


class Colour(IntEnum):
    DARK_RED = 1


@dataclass(frozen=True, slots=True)
class Thing:
    colour: Colour
    hash: bytes
    share: Fraction
    file: Path
    parts: tuple[int, ...]


def test_plain__a_dataclass__only_what_json_has() -> None:
    thing = Thing(colour=Colour.DARK_RED, hash=b"\x01\xff", share=Fraction(1, 3), file=Path("a/b"), parts=(1, 2**80))
    assert plain(thing) == {
        "colour": "dark_red",
        "hash": "0x01ff",
        "share": "1/3",
        "file": "a/b",
        "parts": [1, 2**80],
    }


def test_envelope__data_or_error__same_shape() -> None:
    assert json.loads(envelope("issue", data={"a": 1})) == {
        "schema": 1,
        "command": "issue",
        "ok": True,
        "data": {"a": 1},
    }
    assert json.loads(envelope("issue", error={"type": "X"}))["ok"] is False


@pytest.mark.parametrize(
    ("units", "decimals", "text"), [(1234567, 0, "1,234,567"), (1234567, 6, "1.234567"), (0, 6, "0")]
)
def test_grouped__amounts__as_people_read_them(units: int, decimals: int, text: str) -> None:
    assert grouped(units, decimals) == text


@pytest.mark.parametrize("text", ["yesterday", "2030-13-01", "2030-06-30T12:00:00", ""])
def test_parse_instant__not_a_time__refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_instant(text)


@pytest.mark.parametrize(
    ("text", "second"),
    [("2030-01-01", 1_893_456_000), ("2030-01-01T01:00:00+01:00", 1_893_456_000), ("1893456000", 1_893_456_000)],
)
def test_parse_instant__dates_times_and_seconds__the_same_instant(text: str, second: int) -> None:
    assert parse_instant(text) == second
