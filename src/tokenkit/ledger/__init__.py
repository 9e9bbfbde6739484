"""The figures people read, as pure functions: plain values in, plain values out; no chain, clock or file."""

from tokenkit.ledger.businessdays import BusinessDays, Roll, end_of_day
from tokenkit.ledger.captable import CapTable, ClassTotal, Holding, Ownership, cap_table, percent, to_csv
from tokenkit.ledger.coupons import Coupon, CouponTerms, Rounding, Stub, accrued, rounded, schedule
from tokenkit.ledger.daycount import DayCount, parse_day_count, year_fraction
from tokenkit.ledger.investors import (
    Concentration,
    CountryHolding,
    InvestorHolding,
    by_country,
    by_investor,
    concentration,
)
from tokenkit.ledger.merkle import Leaf, MerkleTree, MultiProof, merkle_tree, verify_multiproof, verify_proof
from tokenkit.ledger.merkle_files import dump_tree, load_tree, proof_lines, read_proof
from tokenkit.ledger.payout import Preview, Share, Total, preview, preview_per_unit
from tokenkit.ledger.register import Difference, Movement, Overdrawn, Register, movement, reconcile, register
from tokenkit.ledger.reinvestment import Reinvestment, reinvest
from tokenkit.ledger.split import Distribution, Entitlement, split
from tokenkit.ledger.tally import Ballot, Choice, Majority, ResolutionResult, reaches, tally
from tokenkit.ledger.withholding import Facts, Rate, TaxRow, TaxTable, withheld

__all__ = [
    "Ballot",
    "BusinessDays",
    "CapTable",
    "Choice",
    "ClassTotal",
    "Concentration",
    "CountryHolding",
    "Coupon",
    "CouponTerms",
    "DayCount",
    "Difference",
    "Distribution",
    "Entitlement",
    "Facts",
    "Holding",
    "InvestorHolding",
    "Leaf",
    "Majority",
    "MerkleTree",
    "Movement",
    "MultiProof",
    "Overdrawn",
    "Ownership",
    "Preview",
    "Rate",
    "Register",
    "Reinvestment",
    "ResolutionResult",
    "Roll",
    "Rounding",
    "Share",
    "Stub",
    "TaxRow",
    "TaxTable",
    "Total",
    "accrued",
    "by_country",
    "by_investor",
    "cap_table",
    "concentration",
    "dump_tree",
    "end_of_day",
    "load_tree",
    "merkle_tree",
    "movement",
    "parse_day_count",
    "percent",
    "preview",
    "preview_per_unit",
    "proof_lines",
    "reaches",
    "read_proof",
    "reconcile",
    "register",
    "reinvest",
    "rounded",
    "schedule",
    "split",
    "tally",
    "to_csv",
    "verify_multiproof",
    "verify_proof",
    "withheld",
    "year_fraction",
]
