"""A notice of a meeting as a TOML file: what people read, what the chain is told, and the names that it does not keep."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime
from fractions import Fraction
from hashlib import file_digest
from typing import TYPE_CHECKING, Any

from tokenkit._arguments import NO_DOCUMENT
from tokenkit.errors import InvalidInput
from tokenkit.ledger import Base, Kind, Majority
from tokenkit.types import Address, parse_address, parse_units, to_unix
from tokenkit.voting.notice import ClassNotice, FullNotice, ItemNotice, PreparedCall
from tokenkit.voting.values import BPS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_BASES = {"votes cast": Base.VOTES_CAST, "votes present": Base.PRESENT, "votes entitled": Base.ENTITLED}
_MAJORITIES = {
    one.name.lower().replace("_", "-"): one
    for one in (Majority.SIMPLE, Majority.TWO_THIRDS, Majority.THREE_QUARTERS, Majority.PLURALITY)
}
_HEAD = {
    "record_date",
    "opens",
    "closes",
    "latest_close",
    "ends",
    "execution_delay",
    "document",
    "excluded",
    "classes",
    "agenda",
}
_CLASS = {"symbol", "votes_per_share"}
_ITEM = {
    "title",
    "document",
    "kind",
    "majority",
    "of",
    "quorum",
    "options",
    "seats",
    "voters",
    "interested",
    "calls",
}


def read_notice(path: Path, tokens: Mapping[str, Address]) -> FullNotice:
    """Read a notice; *tokens* are the classes by symbol. Files that it names lie beside it.

    Where it names no document, the file itself is the document, so that the chain holds its hash, and with it titles and names.

    Raises:
        InvalidInput: a key or value that a notice does not have; the message names it.
        OSError: the file, or one that it names, cannot be read.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path.name} is not TOML: {error}.") from error
    try:
        _refuse_unknown(raw, _HEAD, "a notice")
        return FullNotice(
            classes=tuple(_share_class(one, tokens) for one in raw["classes"]),
            record_date=_second(raw["record_date"]),
            opens=_second(raw["opens"]),
            closes=_second(raw["closes"]),
            agenda=tuple(_numbered(number, one, tokens, path.parent) for number, one in enumerate(raw["agenda"], 1)),
            latest_close=_second(raw.get("latest_close", 0)),
            ends=_second(raw.get("ends", 0)),
            execution_delay=raw.get("execution_delay", 0),
            document_hash=_hash(path.parent / raw["document"] if "document" in raw else path),
            excluded=tuple(map(parse_address, raw.get("excluded", ()))),
        )
    except KeyError as error:
        raise InvalidInput(f"{path.name} lacks {error.args[0]!r}.") from error
    except (TypeError, AttributeError) as error:
        raise InvalidInput(f"{path.name} has a value of the wrong kind: {error}.") from error


def read_calls(path: Path) -> tuple[PreparedCall, ...]:
    """Read prepared calls from a file of Safe's transaction builder, such as ``--safe`` writes, or a list of ``to`` and ``data``.

    Raises:
        InvalidInput: something else, or a call that sends coins.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        rows = raw["transactions"] if isinstance(raw, dict) else raw
        calls = tuple(
            PreparedCall(target=parse_address(row["to"]), data=bytes.fromhex(row["data"].removeprefix("0x")))
            for row in rows
        )
        sends = any(int(row.get("value", 0)) for row in rows)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(f"{path.name} holds no calls: give a list of objects with 'to' and 'data'.") from error
    if sends or not calls:
        raise InvalidInput(f"{path.name} holds no calls, or one that sends coins, which a resolution cannot.")
    return calls


def parse_majority(text: str) -> tuple[Majority, Fraction | None]:
    """Read a majority: ``simple``, ``two-thirds``, ``three-quarters``, ``plurality``, or a part such as ``3/5``."""
    if text in _MAJORITIES:
        return _MAJORITIES[text], None
    try:
        return Majority.CUSTOM, Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise InvalidInput(
            f"{text!r} is not a majority. Give {', '.join(_MAJORITIES)}, or a part such as 3/5."
        ) from None


def _share_class(raw: Mapping[str, Any], tokens: Mapping[str, Address]) -> ClassNotice:
    _refuse_unknown(raw, _CLASS, "a class")
    return ClassNotice(token=_token(raw["symbol"], tokens), multiplier=raw.get("votes_per_share", 1))


def _numbered(number: int, raw: Mapping[str, Any], tokens: Mapping[str, Address], folder: Path) -> ItemNotice:
    """Read a resolution; what is wrong with it is said with its number."""
    try:
        return _item(raw, tokens, folder)
    except KeyError as error:
        raise InvalidInput(f"Resolution {number} lacks {error.args[0]!r}.") from error
    except InvalidInput as error:
        raise InvalidInput(f"Resolution {number}: {error}") from error


def _item(raw: Mapping[str, Any], tokens: Mapping[str, Address], folder: Path) -> ItemNotice:
    _refuse_unknown(raw, _ITEM, "a resolution")
    majority, part = parse_majority(raw["majority"]) if "majority" in raw else (None, None)
    return ItemNotice(
        kind=_named(raw.get("kind", "motion"), {one.name.lower(): one for one in Kind}, "kind of resolution"),
        title=str(raw["title"]),
        document_hash=_hash(folder / raw["document"]) if "document" in raw else NO_DOCUMENT,
        majority=majority,
        part=part,
        base=_named(raw.get("of", "votes cast"), _BASES, "base of a majority"),
        quorum_bps=_percent(str(raw.get("quorum", "0"))),
        options=tuple(map(str, raw.get("options", ()))),
        seats=raw.get("seats", 1),
        voters=_token(raw["voters"], tokens) if "voters" in raw else None,
        interested=tuple(map(parse_address, raw.get("interested", ()))),
        calls=read_calls(folder / raw["calls"]) if "calls" in raw else (),
    )


def _percent(text: str) -> int:
    try:
        bps = parse_units(text, 2)
    except InvalidInput:
        bps = BPS + 1
    if not 0 <= bps <= BPS:
        raise InvalidInput(f"A quorum of {text} % cannot be. Give 0 to 100, with two decimals at most.")
    return bps


def _token(symbol: str, tokens: Mapping[str, Address]) -> Address:
    token: Address = _named(symbol, tokens, "class")
    return token


def _named(name: str, known: Mapping[str, Any], what: str) -> Any:  # noqa: ANN401 - whatever is named
    if name not in known:
        raise InvalidInput(f"{name!r} is not a {what}. Give one of: {', '.join(known)}.")
    return known[name]


def _second(value: object) -> int:
    if isinstance(value, datetime):
        return to_unix(value)
    if type(value) is int:
        return value
    kind = "a date without a time" if isinstance(value, date) else repr(value)
    raise InvalidInput(f"{kind} is not a time. Give one with its zone, such as 2030-06-30T12:00:00Z, or unix seconds.")


def _hash(path: Path) -> bytes:
    with path.open("rb") as file:
        return file_digest(file, "sha256").digest()


def _refuse_unknown(raw: Mapping[str, Any], known: set[str], what: str) -> None:
    unknown = sorted(set(raw) - known)
    if unknown:
        raise InvalidInput(f"{unknown[0]!r} is no key of {what}. The keys are {', '.join(sorted(known))}.")
