"""The certificates (securities) that are open while a package is replayed, and the steps that this leads to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidAmount
from tokenkit.ocf._fields import MOST_DECIMALS, decimals
from tokenkit.ocf.batch import Step, StepKind
from tokenkit.ocf.report import Why
from tokenkit.types import UINT96_MAX, format_units, parse_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from tokenkit.ocf.transactions import Transaction


class SetAside(Exception):
    """A transaction that cannot be applied; never leaves the importer."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.why = why
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """An open certificate."""

    security: str
    share_class: str
    holder: str
    units: int


@dataclass(slots=True, kw_only=True)
class Book:
    """Open certificates, ended ones, and the steps so far. A change is made whole or not at all."""

    decimals: int
    lots: dict[str, Lot] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    """The transaction that ended each ended security."""
    steps: list[Step] = field(default_factory=list)
    supply: Counter[str] = field(default_factory=Counter)
    """Units out, by class."""

    def units(self, quantity: str) -> int:
        """Turn a *quantity* of shares, as written, into units of the token."""
        text = quantity.removeprefix("+")
        if text.startswith("-") or not text.strip("0."):
            raise SetAside(Why.NOT_POSITIVE, f"the quantity is {quantity}")
        if decimals(text) > MOST_DECIMALS:
            raise SetAside(Why.INEXACT, f"the quantity {quantity} has more than ten decimals, which OCF does not allow")
        try:
            return parse_units(text, self.decimals)
        except InvalidAmount:
            raise SetAside(
                Why.INEXACT, f"{quantity} shares are not whole units of a token with {self.decimals} decimals"
            ) from None

    def shares(self, units: int) -> str:
        """Write *units* as shares."""
        return format_units(units, self.decimals)

    def holdings(self) -> Mapping[tuple[str, str], int]:
        """Return the units by class and holder, as the open certificates have them."""
        held: dict[tuple[str, str], int] = {}
        for lot in self.lots.values():
            held[lot.share_class, lot.holder] = held.get((lot.share_class, lot.holder), 0) + lot.units
        return held

    def refuse_above_limit(self, share_class: str, more: int) -> None:
        """Refuse *more* units of a class than a ledger row can hold with those that are out."""
        if self.supply[share_class] + more > UINT96_MAX:
            raise SetAside(
                Why.TOO_LARGE, f"{self.shares(more)} more shares of {share_class} are more than a token can hold"
            )

    def replace(self, ended: Iterable[Lot], begun: Iterable[Lot], *, by: str) -> None:
        """End certificates and begin others."""
        for lot in ended:
            del self.lots[lot.security]
            self.ended[lot.security] = by
            self.supply[lot.share_class] -= lot.units
        for lot in begun:
            self.lots[lot.security] = lot
            self.supply[lot.share_class] += lot.units

    def step(
        self,
        cause: Transaction,
        kind: StepKind,
        units: int,
        *,
        share_class: str,
        source: str | None = None,
        target: str | None = None,
        ended: tuple[str, ...] = (),
        begun: tuple[str, ...] = (),
        reason: str,
    ) -> None:
        """Note a step that *cause* leads to."""
        self.steps.append(
            Step(
                kind=kind,
                day=cause.day,
                share_class=share_class,
                source=source,
                target=target,
                units=units,
                ended=ended,
                begun=begun,
                transaction=cause.origin.id,
                reason=reason,
            )
        )

    def multiply(self, cause: Transaction, share_class: str, ratio: Fraction) -> None:
        """Split every open certificate of a class, and issue or redeem the difference for each holder.

        A certificate that would be left with a fraction of a unit refuses the whole split: the format does not say how
        to round.
        """
        changed = {s: lot.units * ratio for s, lot in self.lots.items() if lot.share_class == share_class}
        for security, units in changed.items():
            if units.denominator != 1:
                raise SetAside(
                    Why.INEXACT,
                    f"certificate {security} of {self.shares(self.lots[security].units)} shares would be left with a fraction",
                )
        after = int(sum(changed.values()))
        self.refuse_above_limit(share_class, after - self.supply[share_class])
        self.supply[share_class] = after
        more: dict[str, int] = {}
        for security, units in changed.items():
            lot = self.lots[security]
            more[lot.holder] = more.get(lot.holder, 0) + int(units) - lot.units
            self.lots[security] = Lot(security=security, share_class=share_class, holder=lot.holder, units=int(units))
        reason = f"{ratio.numerator}-for-{ratio.denominator} split"
        for holder, change in sorted(more.items()):
            if change > 0:
                self.step(cause, StepKind.ISSUE, change, share_class=share_class, target=holder, reason=reason)
            elif change < 0:
                self.step(cause, StepKind.REDEEM, -change, share_class=share_class, source=holder, reason=reason)
