"""The slips of whoever sets rules, found before anything is sent. See ``tokenkit.ruleset``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tokenkit._ruleset_findings import Facts, Finding, Severity, error, look_for_claims, warning
from tokenkit._ruleset_values import (
    ANY_COUNTRY,
    BPS,
    MOST_COUNTRY_GROUPS,
    MOST_COUNTRY_LIMITS,
    MOST_EXTERNAL_RULES,
    MOST_GROUP_LIMITS,
    MOST_PAIRS,
    Approval,
    CountLimit,
    CountryPair,
    Requirements,
    RuleSet,
    Sanctions,
    TermsSet,
    TradingHours,
    VolumeLimit,
)
from tokenkit._ruleset_words import country_named, limit_named
from tokenkit.types import UINT96_MAX, ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tokenkit._ruleset_values import ExternalSetting

MOST_INVESTORS: Final = 2**24 - 1
LONGEST_PERIOD: Final = 2**32 - 1
MOST_WINDOWS: Final = 14


def check(
    requirements: Requirements,
    claims: Mapping[str, int],
    *,
    attested: Collection[str] | None = None,
    now: int | None = None,
) -> tuple[Finding, ...]:
    """Find mistakes in *requirements*, errors first.

    Args:
        requirements: what is to be applied.
        claims: the plan's claims and their bits.
        attested: the claims that providers attest; ``None``: not looked at.
        now: the unix second against which ends are held; ``None``: not looked at.
    """
    facts = Facts(
        names={bit: name for name, bit in claims.items()},
        attested=None if attested is None else sum(1 << claims[name] for name in set(attested) if name in claims),
        terms=requirements.terms,
        now=now,
    )
    found = [
        *(_terms(requirements.terms, facts) if requirements.terms is not None else ()),
        *_rules(requirements.rules, "rules", facts),
        *_rules(requirements.issuer_rules, "issuer_rules", facts),
        *_one_class_only(requirements.issuer_rules),
        *_between(requirements.rules, requirements.issuer_rules),
    ]
    return tuple(sorted(found, key=lambda finding: finding.severity is not Severity.ERROR))


# ── Terms ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _terms(terms: TermsSet, facts: Facts) -> Iterator[Finding]:
    if not terms.groups:
        yield error("terms", "No country is admitted, so nobody could hold.", "Name countries.")
    if len(terms.groups) > MOST_COUNTRY_GROUPS:
        yield error(
            "terms", f"There are {len(terms.groups)} country groups; at most {MOST_COUNTRY_GROUPS} fit.", "Merge some."
        )
    seen = Counter(country for group in terms.groups for country in group.countries or ())
    for country, times in seen.items():
        if times > 1:
            yield error(
                "terms", f"The residents of {country_named(country)} stand in {times} groups.", "Keep it in one."
            )
    for at, group in enumerate(terms.groups):
        about = f"terms.groups[{at}]"
        if group.countries is not None and not group.countries:
            yield error(about, "No country is named.", "Name one, or remove the group.")
        if group.countries is None and at != len(terms.groups) - 1:
            yield error(about, "Only the last group may be for all other countries.", "Move it to the end.")
        yield from look_for_claims(about, group.claims, facts, needed=True)


# ── Rules ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rules(rules: RuleSet, where: str, facts: Facts) -> Iterator[Finding]:
    yield from _figures(rules, where)
    yield from _contradictions(rules, where)
    yield from _count_limits(rules, where, facts)
    yield from _holding_period(rules, where, facts)
    yield from _flow_back(rules, where, facts)
    if len(rules.external) > MOST_EXTERNAL_RULES:
        yield error(
            f"{where}.external",
            f"There are {len(rules.external)} rule contracts; a class obeys at most {MOST_EXTERNAL_RULES}.",
            "Remove some.",
        )
    for at, setting in enumerate(rules.external):
        yield from _external(setting, f"{where}.external[{at}]", facts)


_LARGEST: Final[Mapping[str, int]] = {
    "holding_units": UINT96_MAX,
    "holding_bps": BPS,
    "investor_limit": MOST_INVESTORS,
    "minimum_investors": MOST_INVESTORS,
    "minimum_units": UINT96_MAX,
    "authorised_units": UINT96_MAX,
}


def _figures(rules: RuleSet, where: str) -> Iterator[Finding]:
    for name, largest in _LARGEST.items():
        figure = getattr(rules, name)
        if figure is not None and not 0 < figure <= largest:
            sentence = "A limit of 0 would let nothing happen." if figure == 0 else f"{figure:,} is out of range."
            yield error(f"{where}.{name}", sentence, f"Give 1 to {largest:,}, or leave the rule out.")


def _contradictions(rules: RuleSet, where: str) -> Iterator[Finding]:
    pairs = (
        ("minimum_investors", "investor_limit", "investors"),
        ("minimum_units", "holding_units", "units of one investor"),
        ("minimum_units", "authorised_units", "units"),
    )
    for least, most, what in pairs:
        low, high = getattr(rules, least), getattr(rules, most)
        if low is not None and high is not None and low > high:
            yield error(
                f"{where}.{least}",
                f"At least {low:,} {what} are asked for, but at most {high:,} allowed.",
                "Change one.",
            )
    authorised, cap = rules.authorised_units, rules.holding_units
    if authorised is not None and cap is not None and cap > authorised:
        yield warning(
            f"{where}.holding_units", "One investor may hold more than there may ever be.", "Lower it, or leave it out."
        )


def _count_limits(rules: RuleSet, where: str, facts: Facts) -> Iterator[Finding]:
    kinds = (
        ("country_limits", rules.country_limits, MOST_COUNTRY_LIMITS),
        ("group_limits", rules.group_limits, MOST_GROUP_LIMITS),
    )
    for name, limits, most in kinds:
        if len(limits) > most:
            yield error(f"{where}.{name}", f"There are {len(limits)} limits; at most {most} fit.", "Merge some.")
        seen: set[object] = set()
        for at, limit in enumerate(limits):
            about = f"{where}.{name}[{at}]"
            key = limit.country if name == "country_limits" else (limit.country, limit.mask, limit.claims)
            if key in seen:
                yield error(about, "The same investors are limited twice.", "Keep the stricter limit.")
            seen.add(key)
            if name == "country_limits" and limit.country is None:
                yield error(about, "A limit for one country names none.", "Name it, or make it a group limit.")
            yield from _count_limit(limit, about, rules, facts)


def _count_limit(limit: CountLimit, about: str, rules: RuleSet, facts: Facts) -> Iterator[Finding]:
    if not 0 < limit.limit <= MOST_INVESTORS:
        yield error(
            about,
            f"A limit of {limit.limit} investors means that the terms should not admit them.",
            f"Give 1 to {MOST_INVESTORS:,}, or change the terms.",
        )
    if limit.claims & ~limit.mask:
        yield error(about, "It counts by claims that it does not look at, so nobody.", "Add them to the mask.")
    yield from look_for_claims(about, limit.mask, facts, needed=False)
    if rules.investor_limit is not None and limit.limit > rules.investor_limit:
        yield warning(
            about,
            f"{limit.limit:,} is more than all investors together may be ({rules.investor_limit:,}).",
            "Lower it, or leave it out.",
        )
    if facts.terms is not None and not any(_meets(limit, required) for required in _required(limit, facts.terms)):
        names = limit_named(limit, facts.names)
        yield warning(about, f"The terms admit nobody whom this limit counts ({names}).", "Leave it out.")


def _required(limit: CountLimit, terms: TermsSet) -> list[int]:
    """Return the claims asked of those whom the limit may count, group by group."""
    if limit.country is None:
        return [group.claims for group in terms.groups]
    required = terms.required_of(limit.country)
    return [] if required is None else [required]


def _meets(limit: CountLimit, required: int) -> bool:
    """Tell whether somebody with the required claims can be counted."""
    return required & limit.mask & ~limit.claims == 0


def _holding_period(rules: RuleSet, where: str, facts: Facts) -> Iterator[Finding]:
    if rules.holding_period is None:
        return
    about = f"{where}.holding_period"
    if not 0 < rules.holding_period.seconds <= LONGEST_PERIOD:
        yield error(about, "It is not a length of time.", f"Give 1 to {LONGEST_PERIOD:,} seconds.")
    yield from look_for_claims(about, rules.holding_period.exempt_claims, facts, needed=False)


def _flow_back(rules: RuleSet, where: str, facts: Facts) -> Iterator[Finding]:
    about = f"{where}.flow_back"
    if len(rules.flow_back) > MOST_PAIRS:
        yield error(about, f"There are {len(rules.flow_back)} pairs; at most {MOST_PAIRS} fit.", "Merge some.")
    if len(set(rules.flow_back)) < len(rules.flow_back):
        yield error(about, "The same pair stands there twice.", "Remove one.")
    if rules.flow_back_until is not None and not rules.flow_back:
        yield warning(f"{about}_until", "An end is given, but no pair of countries.", "Name pairs, or remove it.")
    if facts.now is not None and rules.flow_back_until is not None and rules.flow_back_until <= facts.now:
        yield error(f"{about}_until", "The block has ended already.", "Give a later time, or leave the rule out.")
    for pair in rules.flow_back:
        yield from _pair(pair, about, facts)


def _pair(pair: CountryPair, about: str, facts: Facts) -> Iterator[Finding]:
    for country in (pair.source, pair.target):
        if country == ANY_COUNTRY or facts.terms is None or facts.terms.required_of(country) is not None:
            continue
        yield warning(
            about,
            f"Residents of {country_named(country)} are not admitted, so a block between it and another does nothing.",
            "Admit them, or remove the pair.",
        )


def _external(setting: ExternalSetting, about: str, facts: Facts) -> Iterator[Finding]:
    if isinstance(setting, VolumeLimit):
        if not setting.units and not setting.bps:
            yield error(about, "A volume limit needs units, a share of the supply, or both.", "Give one.")
        if setting.bps is not None and not 0 < setting.bps <= BPS:
            yield error(about, f"{setting.bps} is not a share in basis points.", f"Give 1 to {BPS:,}.")
        if setting.window <= 0:
            yield error(about, "A volume limit needs a length of time.", "Give seconds.")
        yield from look_for_claims(about, setting.of_claims, facts, needed=False)
    elif isinstance(setting, Approval):
        if setting.deemed_after is not None and setting.deemed_after <= 0:
            yield error(about, "Every request would count as approved at once.", "Give seconds, or leave it out.")
        yield from look_for_claims(about, setting.exempt_claims, facts, needed=False)
    elif isinstance(setting, TradingHours):
        yield from _hours(setting, about)
    elif isinstance(setting, Sanctions) and setting.oracle == ZERO_ADDRESS:
        yield error(about, "The zero address is no oracle.", "Give the address of a sanctions oracle.")


def _hours(setting: TradingHours, about: str) -> Iterator[Finding]:
    if not setting.windows:
        yield error(about, "The market would always be open.", "Give windows, or leave the rule out.")
    if len(setting.windows) > MOST_WINDOWS:
        yield error(about, f"There are {len(setting.windows)} windows; at most {MOST_WINDOWS} fit.", "Merge some.")
    ends = [0, *(window.close for window in setting.windows)]
    for window, before in zip(setting.windows, ends, strict=False):
        if window.open < before:
            yield error(
                about,
                f"The window from minute {window.open:,} to {window.close:,} opens before the one ahead of it has closed.",
                "Give windows in the order of the week, apart from each other.",
            )


# ── Over all classes ───────────────────────────────────────────────────────────────────────────────────────────────────

_OF_ONE_CLASS: Final = (
    "holding_bps",
    "minimum_investors",
    "minimum_units",
    "whole_position",
    "authorised_units",
    "holding_period",
    "flow_back",
    "external",
)


def _one_class_only(rules: RuleSet) -> Iterator[Finding]:
    for name in _OF_ONE_CLASS:
        if getattr(rules, name):
            yield error(f"issuer_rules.{name}", "This rule cannot span all classes.", "Set it in each class.")


def _between(rules: RuleSet, issuer_rules: RuleSet) -> Iterator[Finding]:
    for name in ("holding_units", "investor_limit"):
        own, common = getattr(rules, name), getattr(issuer_rules, name)
        if own is not None and common is not None and own > common:
            yield warning(
                f"rules.{name}",
                f"{own:,} in this class is more than over all classes ({common:,}).",
                "Lower it, or leave it out.",
            )


def has_errors(findings: Collection[Finding]) -> bool:
    """Tell whether anything found must be mended before it is sent."""
    return any(finding.severity is Severity.ERROR for finding in findings)
