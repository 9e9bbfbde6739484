"""The figures people read, as pure functions: plain values in, plain values out; no chain, clock or file."""

from tokenkit.ledger.captable import CapTable, ClassTotal, Holding, Ownership, cap_table, percent, to_csv
from tokenkit.ledger.investors import (
    Concentration,
    CountryHolding,
    InvestorHolding,
    by_country,
    by_investor,
    concentration,
)
from tokenkit.ledger.register import Difference, Movement, Overdrawn, Register, movement, reconcile, register
from tokenkit.ledger.split import Distribution, Entitlement, split
from tokenkit.ledger.tally import Ballot, Choice, Majority, ResolutionResult, reaches, tally

__all__ = [
    "Ballot",
    "CapTable",
    "Choice",
    "ClassTotal",
    "Concentration",
    "CountryHolding",
    "Difference",
    "Distribution",
    "Entitlement",
    "Holding",
    "InvestorHolding",
    "Majority",
    "Movement",
    "Overdrawn",
    "Ownership",
    "Register",
    "ResolutionResult",
    "by_country",
    "by_investor",
    "cap_table",
    "concentration",
    "movement",
    "percent",
    "reaches",
    "reconcile",
    "register",
    "split",
    "tally",
    "to_csv",
]
