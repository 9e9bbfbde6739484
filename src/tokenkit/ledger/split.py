"""Pro-rata division of an amount over a register, as ``Payouts.sol`` does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidAmount, NoHolders

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tokenkit.types import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """What one holder is due from one payout, in the smallest unit of the payout's asset."""

    holder: Address
    units: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """An amount divided over a register; ``total == paid + dust`` always."""

    total: int
    """The amount that was to be divided."""
    denominator: int
    """Units that the amount is divided by."""
    entitlements: tuple[Entitlement, ...]
    """In ascending order of holders; excluded holders are not among them."""

    @property
    def paid(self) -> int:
        """What the holders are due together."""
        return sum(entitlement.amount for entitlement in self.entitlements)

    @property
    def dust(self) -> int:
        """What rounding down, or a denominator above the units that share, leaves to the issuer."""
        return self.total - self.paid


def split(
    amount: int,
    register: Mapping[Address, int],
    *,
    excluded: Collection[Address] = (),
    denominator: int | None = None,
) -> Distribution:
    """Split *amount* over *register* (units by holder), pro rata, in ascending address order.

    A share is floor(amount × units / denominator), as in ``Payouts.sol``; the rest is dust and stays with the issuer.
    The denominator is what the holders who are not *excluded* hold together, unless another one is given: it may be
    larger (a declaration per share of the whole supply), never smaller.

    Raises:
        InvalidAmount: a negative amount or holding, or a denominator below the units that share.
        NoHolders: nobody who shares holds any units.
    """
    if amount < 0:
        raise InvalidAmount(f"{amount} cannot be split. Give an amount of zero or more.")
    sharing = {holder: units for holder, units in sorted(register.items()) if units and holder not in excluded}
    for holder, units in sharing.items():
        if units < 0:
            raise InvalidAmount(f"{holder} holds {units} units. Units are never negative.")
    shared = sum(sharing.values())
    if shared == 0:
        raise NoHolders
    if denominator is None:
        denominator = shared
    if denominator < shared:
        raise InvalidAmount(
            f"The denominator {denominator} is below the {shared} units that share, so more than the amount would be "
            f"paid out. Give {shared} or more."
        )
    entitlements = tuple(
        Entitlement(holder=holder, units=units, amount=amount * units // denominator)
        for holder, units in sharing.items()
    )
    return Distribution(total=amount, denominator=denominator, entitlements=entitlements)
