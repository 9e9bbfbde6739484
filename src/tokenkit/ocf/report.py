"""What an import did with each object of a package, item by item."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.ledger import Difference
    from tokenkit.ocf.package import OcfObject


class Outcome(StrEnum):
    """What became of an object."""

    USED = "used"
    INFORMATIONAL = "informational"
    """It changes nobody's holding."""
    SET_ASIDE = "set aside"
    """It is not in the batch, and somebody should look at it."""


class Why(StrEnum):
    """Why an object was set aside."""

    NOT_SHARES = "a right to shares, not shares"
    UNKNOWN_TYPE = "unknown type of object"
    UNKNOWN_STAKEHOLDER = "unknown stakeholder"
    UNKNOWN_CLASS = "unknown stock class"
    UNKNOWN_SECURITY = "security not defined"
    UNKNOWN_SPLIT = "split not defined"
    REPEATED_SECURITY = "security defined more than once"
    NOT_YET_ISSUED = "security issued only later"
    ALREADY_ENDED = "security already ended"
    ALREADY_BEGUN = "security already begun"
    DEPENDS = "depends on an item set aside"
    NOT_POSITIVE = "quantity not above zero"
    INEXACT = "quantity not exact in units"
    TOO_LARGE = "quantity above the largest holding"
    QUANTITIES_DIFFER = "quantities do not add up"
    NO_BALANCE = "rest without a balance security"
    WRONG_HOLDER = "another holder than expected"
    WRONG_CLASS = "another class than expected"
    WRONG_DATE = "another date than expected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What became of one object, and why."""

    object_type: str
    object_id: str
    file: str
    path: str
    outcome: Outcome
    why: Why | None
    """Of an object that was set aside; None otherwise."""
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One finding for each object read, in the order of the files, and what concerns the package as a whole."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    differences: tuple[Difference, ...]
    """Between the cap table of the steps and the certificates still open; empty unless the importer itself is wrong."""

    def of(self, outcome: Outcome) -> tuple[Finding, ...]:
        """Return the findings with an *outcome*."""
        return tuple(finding for finding in self.findings if finding.outcome is outcome)

    @property
    def counts(self) -> Mapping[Outcome, int]:
        """How many objects had each outcome; they add up to the objects read."""
        counted = Counter(finding.outcome for finding in self.findings)
        return {outcome: counted[outcome] for outcome in Outcome}

    def lines(self) -> tuple[str, ...]:
        """Write the report as text, one line for each object that was not simply used."""
        numbers = ", ".join(f"{count} {outcome}" for outcome, count in self.counts.items())
        told = [
            f"{finding.outcome}: {finding.object_type} {finding.object_id} ({finding.file}, {finding.path}): {finding.detail}"
            for finding in (*self.of(Outcome.SET_ASIDE), *self.of(Outcome.INFORMATIONAL))
        ]
        return (f"{len(self.findings)} objects read: {numbers}.", *self.notes, *told)


def finding(subject: OcfObject, outcome: Outcome, detail: str, *, why: Why | None = None) -> Finding:
    """Make the finding on *subject*."""
    return Finding(
        object_type=subject.object_type,
        object_id=subject.id,
        file=subject.fields.file,
        path=subject.fields.path,
        outcome=outcome,
        why=why,
        detail=detail,
    )
