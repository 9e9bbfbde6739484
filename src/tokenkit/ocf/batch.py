"""What an Open Cap Format package comes to on chain: investors, classes and the steps that lead to the cap table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from tokenkit.ledger import Movement, Register, register
from tokenkit.types import to_unix

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from tokenkit.ocf.schema import ClassType, StakeholderType


class StepKind(StrEnum):
    """What a step does to the ledger."""

    ISSUE = "issue"
    TRANSFER = "transfer"
    REDEEM = "redeem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount of money per share."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A right to turn shares of one class into shares of another."""

    into: str
    """Id of the other class."""
    numerator: Decimal
    denominator: Decimal
    """*denominator* shares give *numerator* shares of the other class."""
    price: Money
    """Conversion price of a share."""
    rounding: str
    """What happens to fractions: CEILING, FLOOR or NORMAL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerEntry:
    """The company."""

    external_id: str
    name: str
    country: str
    """ISO 3166-1 alpha-2."""
    formed: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestorEntry:
    """A stakeholder of the package. The name is for the reviewer; it never goes on chain."""

    external_id: str
    """The id of the stakeholder."""
    name: str
    kind: StakeholderType
    country: str | None
    """ISO 3166-1 alpha-2 of the legal address, where the package gives one."""
    relationships: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassEntry:
    """A stock class, which becomes one token."""

    external_id: str
    """The id of the stock class."""
    name: str
    kind: ClassType
    prefix: str
    """Of certificate numbers, such as ``CS-``."""
    authorized: Decimal | None
    """Shares authorized in the end; None for no limit."""
    votes_per_share: Decimal
    seniority: Decimal
    liquidation_multiple: Decimal | None = None
    participation_cap_multiple: Decimal | None = None
    price: Money | None = None
    """Original issue price of a share."""
    conversions: tuple[Conversion, ...] = ()

    @property
    def symbol(self) -> str:
        """Suggest a token symbol: the letters and digits of the prefix."""
        return "".join(filter(str.isalnum, self.prefix)).upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One movement of units, and the certificates (securities) that it ends and begins."""

    kind: StepKind
    day: date
    share_class: str
    """Id of the stock class."""
    source: str | None
    """Id of the stakeholder who gives; None for an issue."""
    target: str | None
    """Id of the stakeholder who gets; None for a redemption."""
    units: int
    ended: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    transaction: str
    """Id of the OCF transaction."""
    reason: str

    def movement(self) -> Movement[str]:
        """Return the same movement for the ledger, at midnight UTC of its day."""
        midnight = datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)
        return Movement(source=self.source, target=self.target, units=self.units, timestamp=to_unix(midnight))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything that an import would put on chain, for a person to review."""

    issuer: IssuerEntry | None
    as_of: date | None
    decimals: int
    """Of the tokens: one share is 10^decimals units."""
    investors: tuple[InvestorEntry, ...]
    classes: tuple[ClassEntry, ...]
    steps: tuple[Step, ...]
    """In the order in which they happened."""

    def registers(self, *, before: date | None = None) -> Mapping[str, Register[str]]:
        """Count the steps (those earlier than the day *before*, where given) into a register for each class."""
        return {
            entry.external_id: register(
                each.movement()
                for each in self.steps
                if each.share_class == entry.external_id and (before is None or each.day < before)
            )
            for entry in self.classes
        }

    def holdings(self) -> Mapping[str, Mapping[str, int]]:
        """Return the units by investor for each class, as they are after the last step."""
        return {share_class: counted.units for share_class, counted in self.registers().items()}
