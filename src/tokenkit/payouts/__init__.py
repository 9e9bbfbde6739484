"""Dividends, coupons and other payments to the holders at a record date.

``Payouts`` declares, pays and counts (``Payouts.sol``); ``MerklePayouts`` pays very many holders from a published list
(``MerklePayouts.sol``); a ``PushJob`` pays everybody, however often it is interrupted.
"""

from tokenkit.payouts.coupons import CouponPlan, PricePerUnit, coupon_declarations, exact_price, price_of
from tokenkit.payouts.job import JobState, Page, PushJob
from tokenkit.payouts.merkle import MerklePayout, MerklePayouts, ProvedShare, Publication
from tokenkit.payouts.merkle_run import ListRun, RefusedShare, pay_list
from tokenkit.payouts.orders import SignedClaim
from tokenkit.payouts.outcome import Outcome, Standing, Status
from tokenkit.payouts.service import Payouts
from tokenkit.payouts.values import (
    MAX_EXCLUDED,
    NATIVE,
    UINT112_MAX,
    Account,
    Claim,
    Declaration,
    Funding,
    NewUnits,
    Offer,
    Options,
    Payment,
    Payout,
    Quote,
    Receipt,
    Reconciliation,
    TaxKept,
    Underfunded,
)

__all__ = [
    "MAX_EXCLUDED",
    "NATIVE",
    "UINT112_MAX",
    "Account",
    "Claim",
    "CouponPlan",
    "Declaration",
    "Funding",
    "JobState",
    "ListRun",
    "MerklePayout",
    "MerklePayouts",
    "NewUnits",
    "Offer",
    "Options",
    "Outcome",
    "Page",
    "Payment",
    "Payout",
    "Payouts",
    "PricePerUnit",
    "ProvedShare",
    "Publication",
    "PushJob",
    "Quote",
    "Receipt",
    "Reconciliation",
    "RefusedShare",
    "SignedClaim",
    "Standing",
    "Status",
    "TaxKept",
    "Underfunded",
    "coupon_declarations",
    "exact_price",
    "pay_list",
    "price_of",
]
