"""Open Cap Format: a company's cap table from and to files, by way of a batch that a person reviews.

``import_package`` reads a package into a :class:`Batch` and a :class:`Report` on every object; ``batch_to_toml`` writes
the batch for review; ``read_investors`` adds the wallets that the format does not know; ``export_package`` writes a cap
table as a package again. Nothing here talks to a chain.
"""

from tokenkit.ocf._fields import MalformedOcf
from tokenkit.ocf.batch import (
    Batch,
    ClassEntry,
    Conversion,
    InvestorEntry,
    IssuerEntry,
    Money,
    Step,
    StepKind,
)
from tokenkit.ocf.batch_file import batch_from_toml, batch_to_toml
from tokenkit.ocf.example import example_directory, example_key
from tokenkit.ocf.export import Snapshot, export_package, snapshot, write_package
from tokenkit.ocf.importing import Imported, import_package
from tokenkit.ocf.investors_csv import (
    InvalidInvestors,
    InvestorRow,
    Matching,
    RowProblem,
    match_investors,
    read_investors,
)
from tokenkit.ocf.report import Finding, Outcome, Report, Why
from tokenkit.ocf.schema import ClassType, StakeholderType

__all__ = [
    "Batch",
    "ClassEntry",
    "ClassType",
    "Conversion",
    "Finding",
    "Imported",
    "InvalidInvestors",
    "InvestorEntry",
    "InvestorRow",
    "IssuerEntry",
    "MalformedOcf",
    "Matching",
    "Money",
    "Outcome",
    "Report",
    "RowProblem",
    "Snapshot",
    "StakeholderType",
    "Step",
    "StepKind",
    "Why",
    "batch_from_toml",
    "batch_to_toml",
    "example_directory",
    "example_key",
    "export_package",
    "import_package",
    "match_investors",
    "read_investors",
    "snapshot",
    "write_package",
]
