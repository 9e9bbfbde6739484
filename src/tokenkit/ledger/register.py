"""Who holds how many units: from movements to the register, at any block or record date, and what it adds up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from tokenkit.errors import InvalidAmount, TokenkitError
from tokenkit.types import ZERO_ADDRESS, Address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HolderT = TypeVar("HolderT", bound=str)
"""A wallet's address, or the id of an investor."""


class Overdrawn(TokenkitError):
    """A movement takes more units than its source holds: the sequence is incomplete or out of order."""

    def __init__(self, *, holder: str, held: int, taken: int, position: int) -> None:
        super().__init__(
            f"Movement {position} takes {taken} units from {holder}, who holds {held}. "
            "Read the movements again from the first one, in order."
        )
        self.holder = holder
        self.held = held
        self.taken = taken
        self.position = position


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement(Generic[HolderT]):
    """Units that went from one holder to another, as a ``Transfer`` event tells it."""

    source: HolderT | None
    """None for an issue."""
    target: HolderT | None
    """None for a redemption."""
    units: int
    block: int = 0
    timestamp: int = 0
    """Unix second of the block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register(Generic[HolderT]):
    """Units by holder in ascending order of holders, and the supply that issues and redemptions left."""

    units: Mapping[HolderT, int]
    """Holders of at least one unit only."""
    supply: int

    @property
    def holders(self) -> tuple[HolderT, ...]:
        """Everybody who holds at least one unit, in ascending order."""
        return tuple(self.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A figure that two sources do not agree on."""

    name: str
    """``supply``, or the holder whose units differ."""
    counted: int
    """From the movements."""
    reported: int
    """From the other source, for example the contract's own getter."""


def movement(sender: Address, receiver: Address, units: int, *, block: int, timestamp: int) -> Movement[Address]:
    """Read a ``Transfer`` event, where the zero address stands for an issue or a redemption (ERC-20)."""
    return Movement(
        source=None if sender == ZERO_ADDRESS else sender,
        target=None if receiver == ZERO_ADDRESS else receiver,
        units=units,
        block=block,
        timestamp=timestamp,
    )


def register(
    movements: Iterable[Movement[HolderT]], *, at_block: int | None = None, record_date: int | None = None
) -> Register[HolderT]:
    """Count *movements*, given in the order in which they happened.

    Without a limit all of them count; with *at_block*, those up to the end of that block; with *record_date* (unix
    second), those in blocks with an earlier timestamp: who bought in the very second of the record date is too late.

    Raises:
        InvalidAmount: a movement of fewer than zero units.
        Overdrawn: a movement takes more than its source holds.
    """
    units: dict[HolderT, int] = {}
    supply = 0
    for position, each in enumerate(movements):
        if (at_block is not None and each.block > at_block) or (
            record_date is not None and each.timestamp >= record_date
        ):
            continue
        _apply(units, each, position)
        supply += (each.source is None) * each.units - (each.target is None) * each.units
    return Register(units={holder: units[holder] for holder in sorted(units) if units[holder]}, supply=supply)


def reconcile(
    counted: Register[HolderT], *, supply: int, units: Mapping[HolderT, int] | None = None
) -> tuple[Difference, ...]:
    """Compare a register with the *supply* and the *units* by holder that another source reports.

    Empty when they agree to the unit. The sum of the holdings is compared as well, under the name ``sum of units``.
    """
    differences = [
        Difference(name=name, counted=ours, reported=supply)
        for name, ours in (("supply", counted.supply), ("sum of units", sum(counted.units.values())))
        if ours != supply
    ]
    reported = counted.units if units is None else units
    for holder in sorted({*counted.units, *reported}):
        ours, theirs = counted.units.get(holder, 0), reported.get(holder, 0)
        if ours != theirs:
            differences.append(Difference(name=holder, counted=ours, reported=theirs))
    return tuple(differences)


def _apply(units: dict[HolderT, int], each: Movement[HolderT], position: int) -> None:
    if each.units < 0:
        raise InvalidAmount(f"Movement {position} is of {each.units} units. Units are never negative.")
    if each.source is not None:
        held = units.get(each.source, 0)
        if held < each.units:
            raise Overdrawn(holder=each.source, held=held, taken=each.units, position=position)
        units[each.source] = held - each.units
    if each.target is not None:
        units[each.target] = units.get(each.target, 0) + each.units
