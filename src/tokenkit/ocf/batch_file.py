"""The batch as one TOML file that a person reviews, corrects and signs off before anything goes on chain.

TOML rather than CSV: a batch is four kinds of records that belong together, so it is one file with one checksum; every
value stands beside its name; a diff shows one change as one line; and no spreadsheet turns an id into a date on the
way. For reading in a spreadsheet there is the cap table as CSV (:func:`tokenkit.ledger.to_csv`).
"""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

import tomli_w

from tokenkit.ocf._fields import MOST_DECIMALS, Fields, MalformedOcf
from tokenkit.ocf.batch import Batch, ClassEntry, Conversion, InvestorEntry, IssuerEntry, Money, Step, StepKind
from tokenkit.ocf.schema import ClassType, StakeholderType
from tokenkit.types import UINT96_MAX

if TYPE_CHECKING:
    from collections.abc import Callable

_Record = IssuerEntry | InvestorEntry | ClassEntry | Step | Money | Conversion
EntryT = TypeVar("EntryT", InvestorEntry, ClassEntry)

_FORMAT = "tokenkit-batch-1"
_HEADER = """\
# What an import of an Open Cap Format package would put on chain. Review it, then hand it to `tokenkit`.
# Units are whole numbers: one share is 10^decimals units. Names stay off chain.

"""
_TABLES = ("issuer", "classes", "investors", "steps")


def batch_to_toml(batch: Batch) -> str:
    """Write *batch* as TOML; :func:`batch_from_toml` gives the same batch back."""
    data: dict[str, object] = {"format": _FORMAT, "decimals": batch.decimals}
    if batch.as_of is not None:
        data["as_of"] = batch.as_of
    if batch.issuer is not None:
        data["issuer"] = _table(batch.issuer)
    data["classes"] = [_table(entry) for entry in batch.classes]
    data["investors"] = [_table(entry) for entry in batch.investors]
    data["steps"] = [_table(step) for step in batch.steps]
    return _HEADER + tomli_w.dumps(data)


def batch_from_toml(text: str, *, file: str = "batch") -> Batch:
    """Read a batch that was written by :func:`batch_to_toml`, and perhaps corrected by hand; *file* names it in errors.

    Raises:
        MalformedOcf: not TOML, a field missing, unknown or of a wrong type, or a step that names what is not defined.
        Overdrawn: the steps take more from a holder than it has.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # not TOML, a number of thousands of digits, or nested too deep
        raise MalformedOcf(
            file=file, path="", problem=f"this cannot be read as TOML ({error})", remedy="Correct that line"
        ) from None
    fields = Fields(file=file, path="", data=data)
    if data.get("format") != _FORMAT:
        raise fields.malformed("format", f"{data.get('format')!r} is not known", f"This version reads {_FORMAT!r}")
    _known(fields, ("format", "decimals", "as_of", *_TABLES))
    batch = Batch(
        issuer=_issuer(fields.child("issuer")) if fields.has("issuer") else None,
        as_of=fields.optional_day("as_of"),
        decimals=_whole(fields, "decimals", largest=MOST_DECIMALS, smallest=0),
        investors=_entries(fields, "investors", _investor),
        classes=_entries(fields, "classes", _class),
        steps=tuple(_step(each) for each in fields.children("steps")),
    )
    _check_references(fields, batch)
    batch.registers()
    return batch


def _table(entry: _Record) -> dict[str, object]:
    """Turn a record into a table; what is absent is left out."""
    written = {name: _written(getattr(entry, name)) for name in entry.__slots__}
    return {name: value for name, value in written.items() if value not in (None, [])}


def _written(value: object) -> object:
    match value:
        case Decimal():  # TOML has only floats
            return f"{value:f}"
        case Money() | Conversion():
            return _table(value)
        case StrEnum():
            return str(value)
        case tuple():
            return [_written(each) for each in value]
        case _:
            return value


def _entries(fields: Fields, name: str, read: Callable[[Fields], EntryT]) -> tuple[EntryT, ...]:
    """Read a list of records, no two of which have the same id."""
    entries: dict[str, EntryT] = {}
    for each in fields.children(name):
        entry = read(each)
        if entry.external_id in entries:
            raise each.malformed("external_id", f"{entry.external_id!r} is given twice", "Give each an id of its own")
        entries[entry.external_id] = entry
    return tuple(entries.values())


def _issuer(fields: Fields) -> IssuerEntry:
    _known(fields, IssuerEntry.__slots__)
    return IssuerEntry(
        external_id=fields.text("external_id"),
        name=fields.text("name"),
        country=fields.country("country"),
        formed=fields.day("formed"),
    )


def _investor(fields: Fields) -> InvestorEntry:
    _known(fields, InvestorEntry.__slots__)
    return InvestorEntry(
        external_id=fields.text("external_id"),
        name=fields.text("name"),
        kind=fields.member("kind", StakeholderType),
        country=fields.country("country") if fields.has("country") else None,
        relationships=_texts(fields, "relationships"),
    )


def _class(fields: Fields) -> ClassEntry:
    _known(fields, ClassEntry.__slots__)
    return ClassEntry(
        external_id=fields.text("external_id"),
        name=fields.text("name"),
        kind=fields.member("kind", ClassType),
        prefix=fields.text("prefix"),
        authorized=fields.optional_number("authorized"),
        votes_per_share=fields.number("votes_per_share"),
        seniority=fields.number("seniority"),
        liquidation_multiple=fields.optional_number("liquidation_multiple"),
        participation_cap_multiple=fields.optional_number("participation_cap_multiple"),
        price=_money(fields.child("price")) if fields.has("price") else None,
        conversions=tuple(_conversion(each) for each in fields.children("conversions")),
    )


def _conversion(fields: Fields) -> Conversion:
    _known(fields, Conversion.__slots__)
    return Conversion(
        into=fields.text("into"),
        numerator=fields.number("numerator"),
        denominator=fields.number("denominator"),
        price=_money(fields.child("price")),
        rounding=fields.text("rounding"),
    )


def _money(fields: Fields) -> Money:
    _known(fields, Money.__slots__)
    return Money(amount=fields.number("amount"), currency=fields.text("currency"))


def _step(fields: Fields) -> Step:
    _known(fields, Step.__slots__)
    kind = fields.member("kind", StepKind)
    source, target = fields.optional_text("source"), fields.optional_text("target")
    if (source is None, target is None) != (kind is StepKind.ISSUE, kind is StepKind.REDEEM):
        raise fields.malformed(
            "kind", f"the parties do not fit {kind}", "An issue has a target, a redeem a source, a transfer both"
        )
    return Step(
        kind=kind,
        day=fields.day("day"),
        share_class=fields.text("share_class"),
        source=source,
        target=target,
        units=_whole(fields, "units", largest=UINT96_MAX, smallest=1),
        ended=_texts(fields, "ended"),
        begun=_texts(fields, "begun"),
        transaction=fields.text("transaction"),
        reason=fields.text("reason"),
    )


def _check_references(fields: Fields, batch: Batch) -> None:
    """Check that the steps name classes and investors of the batch, and never go back in time."""
    classes = {entry.external_id for entry in batch.classes}
    investors = {entry.external_id for entry in batch.investors}
    day = date.min
    for index, step in enumerate(batch.steps):
        at = f"steps[{index}]"
        if step.share_class not in classes:
            raise fields.malformed(f"{at}.share_class", f"{step.share_class!r} is not a class here", "Add the class")
        for name, who in (("source", step.source), ("target", step.target)):
            if who is not None and who not in investors:
                raise fields.malformed(f"{at}.{name}", f"{who!r} is not an investor here", "Add the investor")
        if step.day < day:
            raise fields.malformed(f"{at}.day", f"{step.day} is before the step above", "Put the steps in order")
        day = step.day


def _whole(fields: Fields, name: str, *, largest: int, smallest: int) -> int:
    value = fields.value(name)
    if type(value) is not int or not smallest <= value <= largest:
        raise fields.malformed(name, f"{value!r} does not fit", f"Give a whole number from {smallest} to {largest}")
    return value


def _texts(fields: Fields, name: str) -> tuple[str, ...]:
    return fields.texts(name) if fields.has(name) else ()


def _known(fields: Fields, names: tuple[str, ...]) -> None:
    """Refuse fields that nobody would read: most often a slip of the pen."""
    for name in fields.data:
        if name not in names:
            raise fields.malformed(name, "this field is not known", f"Fields here are: {', '.join(names)}")
