"""The same register by person instead of by wallet: investors, countries, concentration."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from tokenkit.errors import NoHolders

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestorHolding:
    """What one investor holds through all its wallets."""

    investor: str
    wallets: tuple[str, ...]
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryHolding:
    """What the investors of one country hold together."""

    country: int | None
    """ISO 3166-1 numeric; None for those whose country is not known."""
    investors: int
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """How unequally the units are spread over investors."""

    investors: int
    largest: Fraction
    """Share of the units held by the largest investor."""
    top_ten: Fraction
    """Share of the units held by the ten largest investors together."""
    herfindahl: Fraction
    """Sum of the squared shares (Herfindahl-Hirschman): 1 for one holder, 1/n for n equal ones."""


def by_investor(units: Mapping[str, int], identities: Mapping[str, str]) -> tuple[InvestorHolding, ...]:
    """Group *units* by wallet into investors, in ascending order of investors.

    *identities* names the investor of each wallet; a wallet without an entry is an investor of its own, as in the
    identity registry. Wallets without units are left out.
    """
    wallets: dict[str, list[str]] = {}
    for wallet in sorted(wallet for wallet, held in units.items() if held):
        wallets.setdefault(identities.get(wallet, wallet), []).append(wallet)
    return tuple(
        InvestorHolding(investor=investor, wallets=tuple(own), units=sum(units[wallet] for wallet in own))
        for investor, own in sorted(wallets.items())
    )


def by_country(holdings: tuple[InvestorHolding, ...], countries: Mapping[str, int]) -> tuple[CountryHolding, ...]:
    """Sum *holdings* by the country of their investor, largest first.

    *countries* gives the ISO 3166-1 numeric code of each investor.
    """
    grouped: dict[int | None, list[int]] = {}
    for holding in holdings:
        grouped.setdefault(countries.get(holding.investor), []).append(holding.units)
    totals = (
        CountryHolding(country=country, investors=len(units), units=sum(units)) for country, units in grouped.items()
    )
    # An unknown country comes last among equals.
    return tuple(sorted(totals, key=lambda each: (-each.units, each.country is None, each.country or 0)))


def concentration(holdings: tuple[InvestorHolding, ...]) -> Concentration:
    """Measure how concentrated *holdings* are, exactly.

    Raises:
        NoHolders: they hold no units.
    """
    total = sum(holding.units for holding in holdings)
    if total == 0:
        raise NoHolders
    shares = sorted((Fraction(holding.units, total) for holding in holdings), reverse=True)
    return Concentration(
        investors=len(holdings),
        largest=shares[0],
        top_ten=sum(shares[:10], Fraction(0)),
        herfindahl=sum((share * share for share in shares), Fraction(0)),
    )
