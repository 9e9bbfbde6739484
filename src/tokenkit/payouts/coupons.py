"""Coupons as payouts: interest on the nominal value, exact to the last unit, declared for a whole schedule at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tokenkit._arguments import NO_DOCUMENT
from tokenkit.errors import InvalidAmount, InvalidInput
from tokenkit.ledger import TaxTable, end_of_day, schedule
from tokenkit.payouts.values import UINT112_MAX, Declaration, Options
from tokenkit.types import UINT96_MAX, Address

if TYPE_CHECKING:
    from datetime import tzinfo
    from fractions import Fraction

    from tokenkit.ledger import Coupon, CouponTerms

_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class PricePerUnit:
    """An amount for a number of units: ``floor(amount × units held / units)`` is what a holder gets."""

    amount: int
    """In the asset's smallest unit."""
    units: int

    def of(self, held: int) -> int:
        """Return what a holding gets, or a total of holdings at most."""
        return self.amount * held // self.units


def price_of(coupon: Coupon, nominal: int, *, unit_decimals: int = 0) -> PricePerUnit:
    """Return what a coupon pays on *nominal* a whole share, without any rounding: the contract rounds each holding once, down.

    *nominal* is in the smallest unit of the coin it is paid in; *unit_decimals* are those of the class.

    Raises:
        InvalidAmount: nothing is paid, or the exact fraction is too long for the contract.
    """
    return exact_price(nominal * coupon.rate * coupon.fraction, unit_decimals=unit_decimals)


def exact_price(share: Fraction, *, unit_decimals: int = 0) -> PricePerUnit:
    """Return what a unit gets when a whole share gets *share*, in the asset's smallest unit, a fraction of it included.

    Raises:
        InvalidAmount: nothing is paid, or the exact fraction is too long for the contract.
    """
    exact = share / 10**unit_decimals
    if not 0 < exact.numerator <= UINT112_MAX or exact.denominator > UINT96_MAX:
        raise InvalidAmount(
            f"{exact} for each unit cannot be paid: give more than nothing, and a rate with fewer digits."
        )
    return PricePerUnit(amount=exact.numerator, units=exact.denominator)


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponPlan:
    """How the coupons of a bond are declared; amounts in the smallest unit of the asset."""

    token: Address
    asset: Address
    refund_to: Address
    terms: CouponTerms
    nominal: int
    """Of a whole share."""
    units: int
    """That are expected to share; what more there are at a record date is paid in later (top up)."""
    unit_decimals: int = 0
    zone: tzinfo
    """Where its days begin."""
    open_days: int = 365
    """From the payment until the rest returns."""
    deadline: int | None = None
    """Of all coupons, in unix seconds, in place of *open_days*."""
    excluded: tuple[Address, ...] = ()
    taxes: TaxTable = field(default_factory=TaxTable)
    admitted_only: bool = False
    document_hash: bytes = NO_DOCUMENT


def coupon_declarations(plan: CouponPlan, *, after: int = 0, most: int | None = None) -> tuple[Declaration, ...]:
    """Write the declaration of each coupon whose record date lies after the unix second *after*, in order; at *most* so many.

    The token must know each ``record_date`` (``schedule_record_date``) before the declaration is sent.

    Raises:
        InvalidAmount: see :func:`price_of`.
        InvalidInput: no units to pay on, no day to claim, or a deadline that comes before a payment.
    """
    if plan.units < 1 or plan.open_days < 1:
        raise InvalidInput("Give the units that coupons are paid on, and one day or more to claim them.")
    ahead = [coupon for coupon in schedule(plan.terms) if end_of_day(coupon.record_date, plan.zone) > after]
    return tuple(_declaration(plan, coupon) for coupon in ahead[:most])


def _declaration(plan: CouponPlan, coupon: Coupon) -> Declaration:
    price = price_of(coupon, plan.nominal, unit_decimals=plan.unit_decimals)
    record_date = end_of_day(coupon.record_date, plan.zone)
    payment_date = max(end_of_day(coupon.payment_date, plan.zone) - _DAY, record_date)
    deadline = payment_date + plan.open_days * _DAY if plan.deadline is None else plan.deadline
    if deadline < payment_date + _DAY:
        raise InvalidInput(
            f"The deadline must lie a day or more after coupon {coupon.number} is paid, on {coupon.payment_date}. "
            "Give a later one, fewer coupons, or days from each payment."
        )
    return Declaration(
        token=plan.token,
        asset=plan.asset,
        amount=price.of(plan.units),
        record_date=record_date,
        deadline=deadline,
        refund_to=plan.refund_to,
        excluded=plan.excluded,
        document_hash=plan.document_hash,
        options=Options(
            ex_date=max(end_of_day(coupon.ex_date, plan.zone) - _DAY, 1),
            payment_date=payment_date,
            admitted_only=plan.admitted_only,
            per_unit=price.amount,
            per_units=price.units,
            taxes=plan.taxes,
        ),
    )
