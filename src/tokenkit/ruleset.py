"""Who may hold and what may move, as values: wished, composed and checked before anything is sent.

Regimes (``tokenkit.regimes``) give :class:`Requirements`; :func:`compose` puts two together, :func:`check` finds slips, :func:`describe`
says them in words. Nothing here asks a chain.
"""

from tokenkit._ruleset_check import check, has_errors
from tokenkit._ruleset_compose import compose, narrow
from tokenkit._ruleset_findings import Finding, Severity
from tokenkit._ruleset_values import (
    ANY_COUNTRY,
    MOST_COUNTRY_GROUPS,
    MOST_COUNTRY_LIMITS,
    MOST_EXTERNAL_RULES,
    MOST_GROUP_LIMITS,
    MOST_PAIRS,
    NO_RULES,
    Approval,
    CountLimit,
    CountryPair,
    CountryTerms,
    ExternalSetting,
    HoldingPeriod,
    Requirements,
    RuleSet,
    Sanctions,
    TermsSet,
    TradingHours,
    TradingWindow,
    Vesting,
    VolumeLimit,
)
from tokenkit._ruleset_words import describe

__all__ = [
    "ANY_COUNTRY",
    "MOST_COUNTRY_GROUPS",
    "MOST_COUNTRY_LIMITS",
    "MOST_EXTERNAL_RULES",
    "MOST_GROUP_LIMITS",
    "MOST_PAIRS",
    "NO_RULES",
    "Approval",
    "CountLimit",
    "CountryPair",
    "CountryTerms",
    "ExternalSetting",
    "Finding",
    "HoldingPeriod",
    "Requirements",
    "RuleSet",
    "Sanctions",
    "Severity",
    "TermsSet",
    "TradingHours",
    "TradingWindow",
    "Vesting",
    "VolumeLimit",
    "check",
    "compose",
    "describe",
    "has_errors",
    "narrow",
]
