"""What is wrong with a rule set, as values. See ``tokenkit.ruleset``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tokenkit._ruleset_values import TermsSet


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """The contracts would refuse it, or nobody could hold or move anything."""
    WARNING = "warning"
    """It can be sent, but is hardly meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with requirements, or hardly meant."""

    severity: Severity
    about: str
    """The setting, as a path: ``terms``, ``rules.investor_limit``, ``issuer_rules.group_limits[0]``."""
    sentence: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.about}: {self.sentence} {self.remedy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the settings are checked against."""

    names: Mapping[int, str]
    attested: int | None
    """The claims that somebody attests; ``None``: not known."""
    terms: TermsSet | None
    now: int | None


def error(about: str, sentence: str, remedy: str) -> Finding:
    """Find something that must be mended."""
    return Finding(severity=Severity.ERROR, about=about, sentence=sentence, remedy=remedy)


def warning(about: str, sentence: str, remedy: str) -> Finding:
    """Find something that is hardly meant."""
    return Finding(severity=Severity.WARNING, about=about, sentence=sentence, remedy=remedy)


def look_for_claims(about: str, mask: int, facts: Facts, *, needed: bool) -> Iterator[Finding]:
    """Look for claims that the plan lacks, or that nobody attests."""
    for bit in (bit for bit in range(mask.bit_length()) if mask >> bit & 1):
        if bit not in facts.names:
            yield error(about, f"Claim {bit} is not among the plan's claims.", "Name it under [claims].")
        elif facts.attested is not None and not facts.attested >> bit & 1:
            sentence = f"Nobody attests {facts.names[bit]!r}"
            if needed:
                yield error(about, f"{sentence}, so nobody could be admitted.", "Find a provider that attests it.")
            else:
                yield warning(about, f"{sentence}, so it makes no difference.", "Find a provider that attests it.")
