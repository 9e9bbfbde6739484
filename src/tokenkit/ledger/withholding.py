"""Tax withheld from payouts: which rate applies to whom, as ``Payouts.sol`` looks it up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

PPM = 1_000_000
"""Parts per million in a whole: rates such as 26.375 % need more than basis points."""

ANY_COUNTRY = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the registry says about an investor, as far as tax asks."""

    country: int = ANY_COUNTRY
    """ISO 3166-1 numeric; 0 when it is not known."""
    claims: int = 0
    """One bit each, as in the registry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A rate of tax and the authority it is withheld for."""

    ppm: int
    authority: str
    """Its account on the chain, or its name; what is withheld is reported under it."""
    treaty: bool = False
    """A holder's own rate, in place of that of the row."""

    def __post_init__(self) -> None:
        if not 0 <= self.ppm <= PPM:
            raise InvalidInput(
                f"A rate of {self.ppm} parts per million cannot be withheld. Give 0 to {PPM} (all of it)."
            )
        if not self.authority:
            raise InvalidInput("A rate is withheld for an authority. Name one, for example 'DE'.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRow:
    """A line of the withholding table: for investors of a country whose claims, under a mask, are as given."""

    rate: Rate
    country: int = ANY_COUNTRY
    """0: any country, also an unknown one."""
    claims_mask: int = 0
    """Which claims the row looks at; 0: none, so it fits whatever is claimed."""
    claims_match: int = 0
    """How the claims that it looks at have to be."""

    def __post_init__(self) -> None:
        if self.claims_match & ~self.claims_mask:
            raise InvalidInput(
                f"The row for country {self.country} asks for claims {self.claims_match:#x} outside its mask "
                f"{self.claims_mask:#x}, so it would never apply. Add them to the mask."
            )

    def fits(self, facts: Facts) -> bool:
        """Say whether the row applies to an investor of these *facts*."""
        return self.country in {ANY_COUNTRY, facts.country} and facts.claims & self.claims_mask == self.claims_match


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTable:
    """Who is taxed how: by the first row that fits, at the holder's treaty rate if it has one; no row fits, nothing is withheld."""

    rows: tuple[TaxRow, ...] = ()
    treaties: Mapping[str, int] = field(default_factory=dict)
    """Parts per million by holder (the wallet that held at the record date), in place of those of the row that fits."""

    def __post_init__(self) -> None:
        if self.treaties and not self.rows:
            raise InvalidInput("A treaty changes the rate of a row, and the table has none. Add the rows it is about.")
        for holder, ppm in self.treaties.items():
            if not 0 <= ppm <= PPM:
                raise InvalidInput(
                    f"The treaty rate of {holder} is {ppm} parts per million. Give 0 to {PPM} (all of it)."
                )

    def rate_of(self, holder: str, facts: Facts) -> Rate | None:
        """Return the rate for a *holder* of these *facts*; None when nothing is withheld."""
        fitting = next((row.rate for row in self.rows if row.fits(facts)), None)
        if fitting is None or holder not in self.treaties:
            return fitting
        return Rate(ppm=self.treaties[holder], authority=fitting.authority, treaty=True)


def withheld(gross: int, rate: Rate | None) -> int:
    """Return the tax on *gross*, rounded down: in doubt the investor keeps the last unit."""
    return gross * rate.ppm // PPM if rate else 0
