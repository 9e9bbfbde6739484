"""What the payouts service takes and returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit._arguments import NO_DOCUMENT, ascending, counted, hashed, instant
from tokenkit.errors import InvalidAmount, InvalidInput
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from tokenkit.ledger import Difference, Distribution

UINT112_MAX = 2**112 - 1
"""The largest amount of one payout, about 5 × 10^33 (``Terms.sol``)."""

MAX_EXCLUDED = 32


class Underfunded(InvalidInput):
    """Who declares a payout does not hold, or has not approved, its amount."""

    def __init__(self, funding: Funding, *, words: Callable[[int], str] = "{} of the asset".format) -> None:
        """Say what is missing; *words* write an amount, given in the asset's smallest unit."""
        needed = words(funding.amount)
        if funding.balance < funding.amount:
            message = f"{funding.payer} holds {words(funding.balance)}, less than the {needed} to pay out."
        else:
            message = (
                f"{funding.payer} lets the payouts contract take {words(funding.allowance)}, less than the {needed} to pay out. "
                "Approve it first (approve_funding)."
            )
        super().__init__(message)
        self.funding = funding


def payable(amount: int) -> int:
    """Check the amount of a payout.

    Raises:
        InvalidAmount: more than one payout can hold, or no whole number.
    """
    if type(amount) is int and amount > UINT112_MAX:
        raise InvalidAmount(f"{amount} is more than one payout can hold, {UINT112_MAX}. Declare several.")
    return counted(amount, maximum=UINT112_MAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """Whether somebody can fund a payout, in the asset's smallest unit."""

    payer: Address
    asset: Address
    amount: int
    balance: int
    allowance: int

    @property
    def sufficient(self) -> bool:
        """Whether a declaration would get its money."""
        return self.balance >= self.amount and self.allowance >= self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """How a payout is declared; amounts in the asset's smallest unit, times in unix seconds."""

    token: Address
    asset: Address
    amount: int
    record_date: int
    deadline: int
    """Afterwards the rest returns to the issuer."""
    refund_to: Address
    excluded: tuple[Address, ...] = ()
    """Wallets that get nothing, such as the treasury."""
    document_hash: bytes = NO_DOCUMENT
    """The resolution."""

    def __post_init__(self) -> None:
        for name in ("token", "asset", "refund_to"):
            object.__setattr__(self, name, parse_address(getattr(self, name)))
        object.__setattr__(self, "excluded", ascending(self.excluded, limit=MAX_EXCLUDED))
        if payable(self.amount) == 0:
            raise InvalidInput("A payout needs an amount above zero.")
        if instant("record_date", self.record_date) >= instant("deadline", self.deadline):
            raise InvalidInput("The deadline of a payout lies after its record date.")
        hashed(self.document_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """A payout as it stands."""

    id: int
    token: Address
    asset: Address
    refund_to: Address
    record_date: int
    deadline: int
    settled: bool
    """Its denominator is known."""
    closed: bool
    amount: int
    paid: int
    denominator: int
    """Units that share; 0 before it is settled."""
    cursor: Address
    """Holders up to here were pushed."""
    pages: int
    document_hash: bytes

    @property
    def remaining(self) -> int:
        """What is still in the contract for this payout; dust included."""
        return 0 if self.closed else self.amount - self.paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one wallet has coming from one payout."""

    payout: int
    holder: Address
    amount: int
    """Its whole share."""
    due: int
    """What it would be paid now."""
    paid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money that reached a holder, or failed to."""

    holder: Address
    payee: Address
    amount: int
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A payout counted from the register's events beside what the contract says."""

    payout: Payout
    distribution: Distribution
    unclaimed: int
    """Shares not paid (yet)."""
    differences: tuple[Difference, ...]
