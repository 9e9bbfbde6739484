"""The cap table: who holds what part of each class and of the company."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidAmount
from tokenkit.types import format_units

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Spreadsheets run a cell that starts with one of these; an apostrophe in front makes it text (OWASP, CSV injection).


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one investor holds of one class."""

    share_class: str
    investor: str
    units: int
    of_class: Fraction
    """Part of the units of the class."""
    of_company: Fraction
    """Part of the shares of all classes, one share counting as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTotal:
    """All units of one class."""

    share_class: str
    units: int
    investors: int
    of_company: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """What one investor holds of all classes together."""

    investor: str
    units: int
    """In units of the class with the most decimals."""
    of_company: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class CapTable:
    """Holdings by class and investor, and their totals.

    Classes come in the order given; investors with the most units first, then in ascending order.
    """

    holdings: tuple[Holding, ...]
    classes: tuple[ClassTotal, ...]
    investors: tuple[Ownership, ...]
    units: int
    """Of all classes together, in units of the class with the most decimals."""


def cap_table(registers: Mapping[str, Mapping[str, int]], *, decimals: Mapping[str, int] | None = None) -> CapTable:
    """Draw up the cap table of a company from the *registers* of its classes (units by investor, by class).

    *decimals* are those of the classes, for shares of classes that differ to weigh the same; left out: all have as many. A class nobody
    holds is listed with a total of zero.

    Raises:
        InvalidAmount: a negative holding.
    """
    for share_class, register in registers.items():
        for investor, units in register.items():
            if units < 0:
                raise InvalidAmount(f"{investor} holds {units} units of {share_class}. Units are never negative.")
    totals = {share_class: sum(register.values()) for share_class, register in registers.items()}
    most = max((decimals or {}).values(), default=0)
    weights = {share_class: 10 ** (most - (decimals or {}).get(share_class, most)) for share_class in registers}
    everything = sum(total * weights[share_class] for share_class, total in totals.items())
    together: dict[str, int] = {}
    for share_class, register in registers.items():
        for investor, units in register.items():
            together[investor] = together.get(investor, 0) + units * weights[share_class]
    return CapTable(
        holdings=tuple(
            Holding(
                share_class=share_class,
                investor=investor,
                units=units,
                of_class=Fraction(units, totals[share_class]),
                of_company=Fraction(units * weights[share_class], everything),
            )
            for share_class, register in registers.items()
            for investor, units in _largest_first(register)
        ),
        classes=tuple(
            ClassTotal(
                share_class=share_class,
                units=total,
                investors=sum(units > 0 for units in registers[share_class].values()),
                of_company=_part(total * weights[share_class], everything),
            )
            for share_class, total in totals.items()
        ),
        investors=tuple(
            Ownership(investor=investor, units=units, of_company=Fraction(units, everything))
            for investor, units in _largest_first(together)
        ),
        units=everything,
    )


def percent(part: Fraction, places: int = 4) -> str:
    """Write *part* of a whole as a percentage with *places* decimals, half to even, computed exactly."""
    scaled = part * 100 * 10**places
    rounded = round(scaled)  # of a Fraction: exact, half to even
    return str((Decimal(rounded).scaleb(-places)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN))


def to_csv(table: CapTable, *, names: Mapping[str, str] | None = None, decimals: int | Mapping[str, int] = 0) -> str:
    """Write the holdings of *table* as CSV (RFC 4180; encode as UTF-8), one line for each class and investor.

    *names* adds a readable name for each investor. *decimals* are those of the tokens: one number, or one for each
    class. Cells that a spreadsheet would run as a formula get an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["class", "investor", "name", "units", "percent_of_class", "percent_of_company"])
    for row in table.holdings:
        cells = [
            row.share_class,
            row.investor,
            (names or {}).get(row.investor, ""),
            format_units(row.units, decimals if isinstance(decimals, int) else decimals[row.share_class]),
            percent(row.of_class),
            percent(row.of_company),
        ]
        writer.writerow([guarded(cell) for cell in cells])
    return out.getvalue()


def guarded(cell: str) -> str:
    """Put an apostrophe before *cell* where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _largest_first(register: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(((who, units) for who, units in register.items() if units), key=lambda each: (-each[1], each[0]))


def _part(units: int, everything: int) -> Fraction:
    return Fraction(units, everything) if everything else Fraction(0)
