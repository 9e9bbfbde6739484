"""What the payouts service takes and returns."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tokenkit._arguments import NO_DOCUMENT, ascending, counted, hashed, instant
from tokenkit.errors import InvalidAmount, InvalidInput
from tokenkit.ledger import TaxTable
from tokenkit.types import ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from tokenkit.errors import Reverted
    from tokenkit.ledger import Difference, Distribution

UINT112_MAX = 2**112 - 1
"""The largest amount of one payout, about 5 × 10^33 (``Terms.sol``)."""

MAX_EXCLUDED = 32
MAX_RATES = 16
MAX_TREATIES = 64

PAYEE_GAS = 50_000
"""What a push leaves a payee that receives native coins (``Payment.sol``); the payee decides how much of it to use, block by block."""
MOST_GAS_A_HOLDER = 1_800_000
"""What a holder can make a push spend at most: an issue of new units that fails, then a payment (``Paying.sol``)."""

NATIVE = ZERO_ADDRESS
"""As the asset of a payout: the chain's own coin."""


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


def numbered(payout: int) -> int:
    """Check the number of a payout.

    Raises:
        InvalidInput: it is none.
    """
    if type(payout) is not int or payout < 1:
        raise InvalidInput(f"{payout!r} is not a payout. Give its number, from 1 on.")
    return payout


def position(wallet: Address) -> int:
    """Return a wallet's place in ascending order; its text sorts otherwise, by the case of its letters."""
    return int(wallet, 16)


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
class Offer:
    """New units in place of money, for holders who asked for them: *units* of them for *price*."""

    price: int
    """In the asset's smallest unit."""
    units: int
    """10^decimals for a price per whole share."""
    until: int
    """Unix seconds: afterwards all is paid as money."""
    proceeds_to: Address
    """Who gets the price."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "proceeds_to", parse_address(self.proceeds_to))
        if not counted(self.price, maximum=UINT112_MAX) or not counted(self.units):
            raise InvalidInput("New units need a price above zero, and a number of units that it is for.")
        instant("until", self.until)
        if self.proceeds_to == ZERO_ADDRESS:
            raise InvalidInput("Name the account that the price of new units goes to.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a payout may have besides."""

    ex_date: int | None = None
    """From when units are traded without the payout; announced, not enforced."""
    payment_date: int | None = None
    """Nobody is paid before; else as soon as the record date has passed."""
    admitted_only: bool = False
    """An owner who is not admitted to the class is not paid until it is."""
    per_unit: int = 0
    """What *per_units* units get, in the asset's smallest unit; 0: holders share the amount."""
    per_units: int = 0
    taxes: TaxTable = field(default_factory=TaxTable)
    """The authority of each rate is the account that its tax is withdrawn to."""
    offer: Offer | None = None

    def __post_init__(self) -> None:
        for name in ("ex_date", "payment_date"):
            if getattr(self, name) is not None:
                instant(name, getattr(self, name))
        counted(self.per_unit, maximum=UINT112_MAX)
        counted(self.per_units)
        if bool(self.per_unit) != bool(self.per_units):
            raise InvalidInput("An amount per unit and the units that it is for go together. Give both, or neither.")
        if len(self.taxes.rows) > MAX_RATES or len(self.taxes.treaties) > MAX_TREATIES:
            raise InvalidInput(f"A withholding table has at most {MAX_RATES} rates and {MAX_TREATIES} treaties.")
        object.__setattr__(self, "taxes", _addressed(self.taxes))

    @property
    def plain(self) -> bool:
        """Whether there are none."""
        return self == Options()

    def as_arguments(self) -> dict[str, object]:
        """Return the struct that the contract takes."""
        offer = self.offer
        treaties = self.taxes.treaties
        return {
            "exDate": self.ex_date or 0,
            "paymentDate": self.payment_date or 0,
            "admittedOnly": self.admitted_only,
            "perUnit": self.per_unit,
            "scale": self.per_units,
            "rates": [
                {
                    "country": row.country,
                    "mask": row.claims_mask,
                    "claims": row.claims_match,
                    "ppm": row.rate.ppm,
                    "authority": row.rate.authority,
                }
                for row in self.taxes.rows
            ],
            "treaties": [
                {"holder": holder, "ppm": treaties[holder]} for holder in ascending(treaties, limit=MAX_TREATIES)
            ],
            "reinvestment": {
                "price": offer.price if offer else 0,
                "units": offer.units if offer else 0,
                "until": offer.until if offer else 0,
                "proceedsTo": offer.proceeds_to if offer else ZERO_ADDRESS,
            },
        }


def _addressed(taxes: TaxTable) -> TaxTable:
    """Write accounts with their checksums, as the chain gives them back.

    Raises:
        InvalidInput: an authority without an account.
    """
    rows = tuple(
        replace(row, rate=replace(row.rate, authority=parse_address(row.rate.authority))) for row in taxes.rows
    )
    if any(row.rate.authority == ZERO_ADDRESS for row in rows):
        raise InvalidInput("Tax is withdrawn to an account of its authority. Give its address.")
    return TaxTable(rows=rows, treaties={parse_address(holder): ppm for holder, ppm in taxes.treaties.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """How a payout is declared; amounts in the asset's smallest unit, times in unix seconds."""

    token: Address
    asset: Address
    """An ERC-20, or :data:`NATIVE`."""
    amount: int
    """What is paid in with the declaration."""
    record_date: int
    deadline: int
    """Afterwards the rest returns to the issuer."""
    refund_to: Address
    excluded: tuple[Address, ...] = ()
    """Wallets that get nothing, such as the treasury."""
    document_hash: bytes = NO_DOCUMENT
    """The resolution."""
    options: Options = field(default_factory=Options)

    def __post_init__(self) -> None:
        for name in ("token", "asset", "refund_to"):
            object.__setattr__(self, name, parse_address(getattr(self, name)))
        object.__setattr__(self, "excluded", ascending(self.excluded, limit=MAX_EXCLUDED))
        if payable(self.amount) == 0:
            raise InvalidInput("A payout needs an amount above zero.")
        if instant("record_date", self.record_date) >= instant("deadline", self.deadline):
            raise InvalidInput("The deadline of a payout lies after its record date.")
        pays = self.options.payment_date
        if pays is not None and not self.record_date <= pays < self.deadline:
            raise InvalidInput("Payment begins at the record date or later, and before the deadline.")
        hashed(self.document_hash)

    def as_arguments(self) -> dict[str, object]:
        """Return the struct that the contract takes; the options are another one."""
        return {
            "token": self.token,
            "asset": self.asset,
            "amount": self.amount,
            "recordDate": self.record_date,
            "deadline": self.deadline,
            "refundTo": self.refund_to,
            "excluded": list(self.excluded),
            "documentHash": self.document_hash,
        }


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
    """Units that share, or those that an amount per unit is for; 0 before it is settled."""
    cursor: Address
    """Holders up to here were pushed."""
    pages: int
    document_hash: bytes
    withheld: int
    """As tax, withdrawn or not."""

    @property
    def remaining(self) -> int:
        """What is still in the contract for this payout's holders; dust included, tax not."""
        return 0 if self.closed else self.amount - self.paid - self.withheld


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one wallet has coming from one payout."""

    payout: int
    holder: Address
    amount: int
    """Its whole share."""
    due: int
    """What it would be paid now, tax kept."""
    paid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What one wallet would get from one payout, as the contract works it out."""

    payout: int
    holder: Address
    owner: Address
    """The holder, or the wallet that replaced it."""
    payee: Address
    """Where the money goes."""
    share: int
    """Before tax."""
    tax: int
    authority: Address | None
    """Whom the tax is for; None when no rate applies."""
    refusal: Reverted | None
    """Why it would not be paid now though it is due."""

    @property
    def net(self) -> int:
        """What would be paid."""
        return self.share - self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money that reached a holder, or failed to."""

    holder: Address
    payee: Address
    amount: int
    failed: bool
    reason: Reverted | None = None
    """Of what failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxKept:
    """Tax kept of one payment, or for one authority in all."""

    authority: Address
    tax: int
    withdrawn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUnits:
    """What an owner got in units in place of money."""

    units: int
    cost: int
    """In the asset's smallest unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """How one share was paid, as the contract's events tell it."""

    owner: Address
    """The holder, or the wallet that had replaced it."""
    payee: Address
    """Where the money went."""
    transaction: str
    at: int
    """Unix seconds."""
    issued: NewUnits | None = None
    refusal: Reverted | None = None
    """Why the owner got no new units though it had asked for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What an owner of units said about its payments."""

    owner: Address
    payee: Address
    reinvests: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A payout counted from the register's events beside what the contract says."""

    payout: Payout
    distribution: Distribution
    unclaimed: int
    """Shares not paid (yet)."""
    differences: tuple[Difference, ...]
