"""Two sets of requirements at once: the stricter of every figure. See ``tokenkit.ruleset``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from tokenkit._ruleset_values import (
    ANY_COUNTRY,
    MOST_COUNTRY_GROUPS,
    MOST_COUNTRY_LIMITS,
    MOST_EXTERNAL_RULES,
    MOST_GROUP_LIMITS,
    MOST_PAIRS,
    Approval,
    CountLimit,
    CountryPair,
    CountryTerms,
    HoldingPeriod,
    Requirements,
    RuleSet,
    TermsSet,
    VolumeLimit,
)
from tokenkit.countries import COUNTRIES
from tokenkit.errors import CannotCompose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tokenkit._ruleset_values import ExternalSetting

Value = TypeVar("Value")
Kind = tuple[int | None, int, int]
Limits = dict[Kind, CountLimit]


def compose(one: Requirements, other: Requirements) -> Requirements:
    """Return what is asked when both sets are: countries that both admit, claims that either asks, the stricter of every figure.

    Raises:
        CannotCompose: together they admit nobody, or need more than the contracts have room for.
    """
    regimes = tuple(dict.fromkeys((*one.regimes, *other.regimes)))
    try:
        return Requirements(
            regimes=regimes,
            terms=_either(one.terms, other.terms, _terms),
            rules=_rules(one.rules, other.rules),
            issuer_rules=_rules(one.issuer_rules, other.issuer_rules),
            notes=tuple(dict.fromkeys((*one.notes, *other.notes, *_ends_differ(one.rules, other.rules)))),
        )
    except _TooMuch as reason:
        raise CannotCompose(str(reason), regimes=regimes) from None


def narrow(requirements: Requirements, countries: Iterable[int]) -> Requirements:
    """Admit residents of *countries* only, on the terms of *requirements*; what the issuer decides beside the law.

    Raises:
        CannotCompose: the requirements admit nobody from there.
    """
    named = TermsSet(
        groups=(CountryTerms(countries=frozenset(countries)),),
        lapsed_may_sell=requirements.terms is not None,  # leaves it as it is
    )
    return compose(requirements, Requirements(terms=named))


class _TooMuch(Exception):
    """Why two sets cannot both be met."""


# ── Who may hold ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _terms(one: TermsSet, other: TermsSet) -> TermsSet:
    asked: dict[int, int] = {}
    for country in sorted({country.numeric for country in COUNTRIES} | _named(one) | _named(other)):
        first, second = one.required_of(country), other.required_of(country)
        if first is not None and second is not None:
            asked[country] = first | second
    if not asked:
        raise _TooMuch("Nobody could hold: no country is admitted by all of them.")
    groups = _grouped(asked, _either_none(_others(one), _others(other)))
    if len(groups) > MOST_COUNTRY_GROUPS:
        raise _TooMuch(
            f"Together they part countries into {len(groups)} groups; terms have at most {MOST_COUNTRY_GROUPS}."
        )
    return TermsSet(groups=groups, lapsed_may_sell=one.lapsed_may_sell and other.lapsed_may_sell)


def _named(terms: TermsSet) -> set[int]:
    return {country for group in terms.groups for country in group.countries or ()}


def _others(terms: TermsSet) -> int | None:
    return next((group.claims for group in terms.groups if group.countries is None), None)


def _either_none(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one | other


def _grouped(asked: dict[int, int], others: int | None) -> tuple[CountryTerms, ...]:
    """Put countries that ask the same together; those that ask what *others* do need no name."""
    groups = [
        CountryTerms(countries=frozenset(at for at, claims in asked.items() if claims == wanted), claims=wanted)
        for wanted in dict.fromkeys(asked.values())
        if wanted != others
    ]
    if others is not None:
        groups.append(CountryTerms(countries=None, claims=others))
    return tuple(groups)


# ── What may move ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _rules(one: RuleSet, other: RuleSet) -> RuleSet:
    country_limits, group_limits = _limits(one, other)
    pairs = _pairs((*one.flow_back, *other.flow_back))
    if len(pairs) > MOST_PAIRS:
        raise _TooMuch(
            f"Together they block flow-back between {len(pairs)} pairs of countries; at most {MOST_PAIRS} can be."
        )
    return RuleSet(
        holding_units=_either(one.holding_units, other.holding_units, min),
        holding_bps=_either(one.holding_bps, other.holding_bps, min),
        investor_limit=_either(one.investor_limit, other.investor_limit, min),
        minimum_investors=_either(one.minimum_investors, other.minimum_investors, max),
        country_limits=country_limits,
        group_limits=group_limits,
        minimum_units=_either(one.minimum_units, other.minimum_units, max),
        whole_position=one.whole_position or other.whole_position,
        authorised_units=_either(one.authorised_units, other.authorised_units, min),
        holding_period=_either(one.holding_period, other.holding_period, _longer),
        flow_back=pairs,
        flow_back_until=_later_end(one, other),
        external=_external((*one.external, *other.external)),
    )


def _pairs(pairs: tuple[CountryPair, ...]) -> tuple[CountryPair, ...]:
    """Leave out what is blocked already: twice, or by a block from every other country."""
    from_anywhere = {pair.target for pair in pairs if pair.source == ANY_COUNTRY}
    return tuple(
        dict.fromkeys(pair for pair in pairs if pair.source == ANY_COUNTRY or pair.target not in from_anywhere)
    )


def _either(one: Value | None, other: Value | None, both: Callable[[Value, Value], Value]) -> Value | None:
    if one is None or other is None:
        return other if one is None else one
    return both(one, other)


def _longer(one: HoldingPeriod, other: HoldingPeriod) -> HoldingPeriod:
    return HoldingPeriod(seconds=max(one.seconds, other.seconds), exempt_claims=one.exempt_claims & other.exempt_claims)


def _later_end(one: RuleSet, other: RuleSet) -> int | None:
    ends = [rules.flow_back_until for rules in (one, other) if rules.flow_back]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def _ends_differ(one: RuleSet, other: RuleSet) -> Iterable[str]:
    if one.flow_back and other.flow_back and one.flow_back_until != other.flow_back_until:
        yield "A class has one end for all its flow-back blocks: all of them last until the latest."


def _limits(one: RuleSet, other: RuleSet) -> tuple[tuple[CountLimit, ...], tuple[CountLimit, ...]]:
    """Merge limits on the same investors, each where it stands: one that goes elsewhere would have to be counted anew.

    A second limit for a country, on others of its residents, becomes a group limit. Groups for which there is no room become the limit of
    their country, the latest first.
    """
    by_country, groups = _merged(one, other)
    taken = {limit.country for limit in by_country}
    for limit in reversed(groups):
        if len(groups) > MOST_GROUP_LIMITS and limit.country is not None and limit.country not in taken:
            taken.add(limit.country)
            by_country.append(limit)
            groups = [kept for kept in groups if kept is not limit]
    if len(groups) > MOST_GROUP_LIMITS:
        raise _TooMuch(f"Together they limit {len(groups)} groups of investors; at most {MOST_GROUP_LIMITS} can be.")
    if len(by_country) > MOST_COUNTRY_LIMITS:
        raise _TooMuch(
            f"Together they limit investors of {len(by_country)} countries; at most {MOST_COUNTRY_LIMITS} can be."
        )
    return tuple(by_country), tuple(groups)


def _merged(one: RuleSet, other: RuleSet) -> tuple[list[CountLimit], list[CountLimit]]:
    """Keep the strictest limit on each kind of investors, those of countries and those of groups."""
    strictest: Limits = {}
    countries: dict[int | None, Kind] = {}
    for limit, for_country in (
        *((limit, True) for limit in one.country_limits),
        *((limit, False) for limit in one.group_limits),
        *((limit, True) for limit in other.country_limits),
        *((limit, False) for limit in other.group_limits),
    ):
        kind = (limit.country, limit.mask, limit.claims)
        if kind not in strictest and for_country:
            countries.setdefault(limit.country, kind)
        strictest[kind] = replace(limit, limit=min(limit.limit, strictest.get(kind, limit).limit))
    placed = set(countries.values())
    return (
        [limit for kind, limit in strictest.items() if kind in placed],
        [limit for kind, limit in strictest.items() if kind not in placed],
    )


def _external(settings: tuple[ExternalSetting, ...]) -> tuple[ExternalSetting, ...]:
    """Keep each rule once: one approval that meets both, one volume limit for the same investors and time."""
    kept: dict[object, ExternalSetting] = {}
    for setting in settings:
        key: object = setting
        if isinstance(setting, Approval):
            key = Approval
            setting = _slower(kept.get(key), setting)  # noqa: PLW2901 - the stricter one takes its place
        elif isinstance(setting, VolumeLimit):
            key = (setting.window, setting.of_claims)
            setting = _smaller(kept.get(key), setting)  # noqa: PLW2901
        kept[key] = setting
    if len(kept) > MOST_EXTERNAL_RULES:
        raise _TooMuch(f"Together they need {len(kept)} rule contracts; a class obeys at most {MOST_EXTERNAL_RULES}.")
    return tuple(kept.values())


def _slower(known: ExternalSetting | None, new: Approval) -> Approval:
    if not isinstance(known, Approval):
        return new
    silence = (
        None if known.deemed_after is None or new.deemed_after is None else max(known.deemed_after, new.deemed_after)
    )
    return Approval(exempt_claims=known.exempt_claims & new.exempt_claims, deemed_after=silence)


def _smaller(known: ExternalSetting | None, new: VolumeLimit) -> VolumeLimit:
    if not isinstance(known, VolumeLimit):
        return new
    return replace(new, units=_either(known.units, new.units, min), bps=_either(known.bps, new.bps, min))
