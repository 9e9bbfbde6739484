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
from tokenkit.ledger.merkle import Leaf, MerkleTree, MultiProof, merkle_tree, verify_multiproof, verify_proof
from tokenkit.ledger.merkle_files import dump_tree, load_tree, proof_lines, read_proof
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
    "Leaf",
    "Majority",
    "MerkleTree",
    "Movement",
    "MultiProof",
    "Overdrawn",
    "Ownership",
    "Register",
    "ResolutionResult",
    "by_country",
    "by_investor",
    "cap_table",
    "concentration",
    "dump_tree",
    "load_tree",
    "merkle_tree",
    "movement",
    "percent",
    "proof_lines",
    "reaches",
    "read_proof",
    "reconcile",
    "register",
    "split",
    "tally",
    "to_csv",
    "verify_multiproof",
    "verify_proof",
]
