"""A whole distribution before anything is sent: per holder gross, tax and net; per authority and country; to the last unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidAmount
from tokenkit.ledger.split import Distribution, Entitlement, split
from tokenkit.ledger.withholding import Facts, Rate, TaxTable, withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tokenkit.types import Address

_NO_TAX = TaxTable()
_UNKNOWN = Facts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one wallet gets from a payout, in the asset's smallest unit; ``gross == tax + net`` always."""

    holder: Address
    investor: str
    """Whose wallet it is: the identity, or the wallet itself."""
    country: int
    """ISO 3166-1 numeric; 0 when it is not known."""
    units: int
    gross: int
    tax: int
    rate: Rate | None
    """None when no rate applies."""

    @property
    def net(self) -> int:
        """What is paid out."""
        return self.gross - self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What several shares come to."""

    name: str
    holders: int
    units: int
    gross: int
    tax: int

    @property
    def net(self) -> int:
        """What is paid out."""
        return self.gross - self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A payout as it will be: ``amount == net + tax + dust`` always, and never a negative figure among them."""

    amount: int
    """What is paid in."""
    denominator: int
    """Units that the amount is divided by; for an amount per unit, the units that it is for."""
    shares: tuple[Share, ...]
    """In ascending order of holders; excluded holders are not among them."""

    def __post_init__(self) -> None:
        if self.dust < 0 or any(not 0 <= share.tax <= share.gross for share in self.shares):
            raise InvalidAmount(f"The shares come to {self.gross}, more than the {self.amount} to be paid out.")

    @property
    def gross(self) -> int:
        """What the holders are due together, before tax."""
        return sum(share.gross for share in self.shares)

    @property
    def tax(self) -> int:
        """What is withheld from all of them."""
        return sum(share.tax for share in self.shares)

    @property
    def net(self) -> int:
        """What is paid to all of them."""
        return self.gross - self.tax

    @property
    def dust(self) -> int:
        """What stays with the issuer: from rounding down, or from a denominator above the units that share."""
        return self.amount - self.gross

    def by_authority(self) -> tuple[Total, ...]:
        """Total the shares that a rate applies to by its authority, in ascending order: what is owed to each."""
        return _totals(
            (share for share in self.shares if share.rate), lambda share: share.rate.authority if share.rate else ""
        )

    def by_country(self) -> tuple[Total, ...]:
        """Total all shares by country (three digits), in ascending order."""
        return _totals(self.shares, lambda share: f"{share.country:03d}")

    def by_investor(self) -> tuple[Total, ...]:
        """Total all shares by investor, in ascending order."""
        return _totals(self.shares, lambda share: share.investor)


def preview(
    amount: int,
    register: Mapping[Address, int],
    *,
    excluded: Collection[Address] = (),
    denominator: int | None = None,
    taxes: TaxTable = _NO_TAX,
    investors: Mapping[Address, str] | None = None,
    facts: Mapping[str, Facts] | None = None,
) -> Preview:
    """Divide *amount* over *register* (units by holder at the record date) and withhold *taxes*.

    A share is floor(amount × units / denominator) and its tax floor(share × rate), each wallet for itself, as in
    ``Payouts.sol``. *investors* names the investor of each wallet (a wallet without one is its own), *facts* what the
    registry says of each investor. Exclusions and denominator are those of :func:`tokenkit.ledger.split`.

    Raises:
        InvalidAmount: a negative amount or holding, or a denominator below the units that share.
        NoHolders: nobody who shares holds any units.
    """
    divided = split(amount, register, excluded=excluded, denominator=denominator)
    return _taxed(divided, taxes, investors or {}, facts or {})


def preview_per_unit(
    price: int,
    register: Mapping[Address, int],
    *,
    per_units: int = 1,
    excluded: Collection[Address] = (),
    taxes: TaxTable = _NO_TAX,
    investors: Mapping[Address, str] | None = None,
    facts: Mapping[str, Facts] | None = None,
) -> Preview:
    """Pay *price*, in the asset's smallest unit, for every *per_units* units (10^decimals for an amount per whole share).

    A share is floor(price × units / per_units). The amount to pay in is that of all units that share together, as ``Payouts.sol`` asks.

    Raises:
        InvalidAmount: a negative amount or holding, or *per_units* below one.
        NoHolders: nobody who shares holds any units.
    """
    if per_units < 1:
        raise InvalidAmount(
            f"An amount for {per_units} units cannot be paid. Give 1, or 10^decimals for a whole share."
        )
    whole = split(price, register, excluded=excluded)
    divided = Distribution(
        total=price * whole.denominator // per_units,
        denominator=per_units,
        entitlements=tuple(
            Entitlement(holder=each.holder, units=each.units, amount=price * each.units // per_units)
            for each in whole.entitlements
        ),
    )
    return _taxed(divided, taxes, investors or {}, facts or {})


def _taxed(
    divided: Distribution, taxes: TaxTable, investors: Mapping[Address, str], facts: Mapping[str, Facts]
) -> Preview:
    shares = tuple(_share(each, taxes, investors.get(each.holder, each.holder), facts) for each in divided.entitlements)
    return Preview(amount=divided.total, denominator=divided.denominator, shares=shares)


def _share(due: Entitlement, taxes: TaxTable, investor: str, facts: Mapping[str, Facts]) -> Share:
    known = facts.get(investor, _UNKNOWN)
    rate = taxes.rate_of(due.holder, known)
    return Share(
        holder=due.holder,
        investor=investor,
        country=known.country,
        units=due.units,
        gross=due.amount,
        tax=withheld(due.amount, rate),
        rate=rate,
    )


def _totals(shares: Iterable[Share], name: Callable[[Share], str]) -> tuple[Total, ...]:
    grouped: dict[str, list[Share]] = {}
    for share in shares:
        grouped.setdefault(name(share), []).append(share)
    return tuple(
        Total(
            name=each,
            holders=len(members),
            units=sum(share.units for share in members),
            gross=sum(share.gross for share in members),
            tax=sum(share.tax for share in members),
        )
        for each, members in sorted(grouped.items())
    )
