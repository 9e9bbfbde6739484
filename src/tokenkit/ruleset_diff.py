"""The difference between what is and what is wished, setting by setting and in words. See ``tokenkit.ruleset`` for the values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tokenkit._ruleset_words import limit_named
from tokenkit.countries import COUNTRIES
from tokenkit.ruleset import NO_RULES, CountLimit, Requirements, RuleSet, describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tokenkit.ruleset import Finding, TermsSet


class Setting(StrEnum):
    """What one act sets."""

    TERMS = "who may hold"
    HOLDING_CAP = "holding cap"
    INVESTORS = "number of investors"
    COUNTRY_LIMITS = "investors by country"
    GROUP_LIMITS = "investors by group"
    MINIMUM_HOLDING = "minimum holding"
    AUTHORISED_SUPPLY = "authorised supply"
    HOLDING_PERIOD = "holding period"
    FLOW_BACK = "flow-back"


FIELDS: Final[Mapping[Setting, tuple[str, ...]]] = {
    Setting.HOLDING_CAP: ("holding_units", "holding_bps"),
    Setting.INVESTORS: ("investor_limit", "minimum_investors"),
    Setting.COUNTRY_LIMITS: ("country_limits",),
    Setting.GROUP_LIMITS: ("group_limits",),
    Setting.MINIMUM_HOLDING: ("minimum_units", "whole_position"),
    Setting.AUTHORISED_SUPPLY: ("authorised_units",),
    Setting.HOLDING_PERIOD: ("holding_period",),
    Setting.FLOW_BACK: ("flow_back", "flow_back_until"),
}
"""The fields of a :class:`~tokenkit.ruleset.RuleSet` that each act sets together."""

COUNTED: Final = (Setting.INVESTORS, Setting.COUNTRY_LIMITS, Setting.GROUP_LIMITS)
"""Settings that are in force only once the investors are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One setting that is to be another."""

    setting: Setting
    over_all: bool
    """Over all classes of the issuer."""
    before: tuple[str, ...]
    """Sentences; empty: off."""
    after: tuple[str, ...]


def diff(
    now: Requirements, wanted: Requirements, claims: Mapping[str, int], *, decimals: int = 0
) -> tuple[Change, ...]:
    """List what has to change so that *wanted* holds, in the order in which to do it; rule contracts are left out.

    Args:
        now: what is in force, with the terms.
        wanted: what is to be; terms ``None``: those that are.
        claims: the plan's claims and their bits.
        decimals: of the class.
    """
    return (
        *_terms(now.terms, wanted.terms, claims),
        *_rules(now.rules, wanted.rules, claims, decimals, over_all=False),
        *_rules(now.issuer_rules, wanted.issuer_rules, claims, decimals, over_all=True),
    )


def only_changed(wanted: Requirements, changes: Iterable[Change]) -> Requirements:
    """Return of *wanted* what is to change."""
    listed = {(one.over_all, one.setting) for one in changes}

    def of(rules: RuleSet, *, over_all: bool) -> RuleSet:
        names = [name for setting, fields in FIELDS.items() if (over_all, setting) in listed for name in fields]
        return replace(NO_RULES, **{name: getattr(rules, name) for name in names})

    return Requirements(
        terms=wanted.terms if (False, Setting.TERMS) in listed else None,
        rules=of(wanted.rules, over_all=False),
        issuer_rules=of(wanted.issuer_rules, over_all=True),
    )


def setting_of(about: str) -> tuple[bool, Setting | None]:
    """Read the path of a finding: whether it is over all classes, and what it is about; ``None``: a rule contract."""
    root, _, rest = about.partition(".")
    if root == "terms":
        return False, Setting.TERMS
    name = rest.partition("[")[0]
    return root == "issuer_rules", next((setting for setting, fields in FIELDS.items() if name in fields), None)


def in_words(finding: Finding, wanted: Requirements, names: Mapping[int, str]) -> str:
    """Say a finding about *wanted* to a person, its setting named as commands name it."""
    over_all, setting = setting_of(finding.about)
    where = "over all classes, " if over_all else ""
    whom = ""
    if setting in (Setting.COUNTRY_LIMITS, Setting.GROUP_LIMITS) and "[" in finding.about:
        rules = wanted.issuer_rules if over_all else wanted.rules
        limits = rules.country_limits if setting is Setting.COUNTRY_LIMITS else rules.group_limits
        whom = f" ({limit_named(limits[int(finding.about.partition('[')[2][:-1])], names)})"
    return f"{where}{setting or 'rule contracts'}{whom}: {finding.sentence} {finding.remedy}"


def removed_countries(now: RuleSet, wanted: RuleSet) -> tuple[CountLimit, ...]:
    """Return limits of 0 for the countries that have a limit now and are to have none: so the rulebook ends them."""
    kept = {limit.country for limit in wanted.country_limits}
    return tuple(
        CountLimit(country=limit.country, limit=0) for limit in now.country_limits if limit.country not in kept
    )


def in_place(now: tuple[CountLimit, ...], wanted: tuple[CountLimit, ...]) -> tuple[CountLimit, ...]:
    """Order *wanted* so that each limit on a group that is limited *now* keeps its place, and with it what was counted."""
    left = {kind_of(limit): limit for limit in wanted}
    known = [left.pop(kind_of(limit), None) for limit in now]
    new = list(left.values())
    placed = []
    for limit in known[: len(wanted)]:
        place = limit or (new.pop(0) if new else None)
        placed += [place] if place else []
    rest = [limit for limit in known[len(wanted) :] if limit]
    return (*placed, *new, *rest)


def kind_of(limit: CountLimit) -> tuple[int | None, int, int]:
    """Say which investors a limit counts."""
    return limit.country, limit.mask, limit.claims


def _terms(now: TermsSet | None, wanted: TermsSet | None, claims: Mapping[str, int]) -> Iterator[Change]:
    if wanted is None or (now is not None and _meaning(now) == _meaning(wanted)):
        return
    yield Change(
        setting=Setting.TERMS,
        over_all=False,
        before=describe(Requirements(terms=now), claims) if now is not None else (),
        after=describe(Requirements(terms=wanted), claims),
    )


def _meaning(terms: TermsSet) -> tuple[object, ...]:
    """Say what terms ask of whom, however they group it: setting them again would void every stamp for nothing."""
    named = {country for group in terms.groups for country in group.countries or ()}
    asked = {(country, terms.required_of(country)) for country in {one.numeric for one in COUNTRIES} | named}
    others = next((group.claims for group in terms.groups if group.countries is None), None)
    return frozenset(asked), others, terms.lapsed_may_sell


def _rules(
    now: RuleSet, wanted: RuleSet, claims: Mapping[str, int], decimals: int, *, over_all: bool
) -> Iterator[Change]:
    for setting, fields in FIELDS.items():
        before, after = ({name: getattr(rules, name) for name in fields} for rules in (now, wanted))
        if all(_comparable(before[name]) == _comparable(after[name]) for name in fields):
            continue
        yield Change(
            setting=setting,
            over_all=over_all,
            before=_in_words(replace(NO_RULES, **before), claims, decimals),
            after=_in_words(replace(NO_RULES, **after), claims, decimals),
        )


def _comparable(value: object) -> object:
    """Leave out the order, which means nothing."""
    return frozenset(value) if isinstance(value, tuple) else value


def _in_words(rules: RuleSet, claims: Mapping[str, int], decimals: int) -> tuple[str, ...]:
    return describe(Requirements(rules=rules), claims, decimals=decimals)[1:]  # the first is about who may hold
