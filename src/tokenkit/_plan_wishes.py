"""What a plan wishes of who may hold and what may move, as the values of ``tokenkit.ruleset``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit._plan_contracts import DAY
from tokenkit._plan_values import FOREVER
from tokenkit._ruleset_values import (
    Approval,
    CountLimit,
    CountryPair,
    CountryTerms,
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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenkit._plan_rules import CountryLimit, GroupLimit, IssuerRules, Rules
    from tokenkit._ruleset_values import ExternalSetting
    from tokenkit.plan import Plan, ShareClass, Terms


def requirements(plan: Plan, one: ShareClass) -> Requirements:
    """Return all that the plan wishes for a class."""
    return Requirements(
        terms=terms_of(plan, one.terms), rules=rules_of_class(plan, one), issuer_rules=rules_of_issuer(plan)
    )


def terms_of(plan: Plan, terms: Terms) -> TermsSet:
    """Return who may hold."""
    groups = tuple(
        CountryTerms(countries=frozenset(countries) or None, claims=claims) for claims, countries in plan.groups(terms)
    )
    return TermsSet(groups=groups, lapsed_may_sell=terms.lapsed_may_sell)


def rules_of_class(plan: Plan, one: ShareClass) -> RuleSet:
    """Return what may move in a class."""
    rules = one.rules
    cap, flow_back, period = rules.holding_cap, rules.flow_back, rules.holding_period
    return RuleSet(
        holding_units=one.units(cap.units) if cap and cap.units is not None else None,
        holding_bps=(cap.bps or None) if cap else None,
        investor_limit=rules.investor_limit,
        minimum_investors=rules.minimum_investors,
        country_limits=country_limits(plan, rules),
        group_limits=group_limits(plan, rules),
        minimum_units=one.units(rules.minimum_units) if rules.minimum_units is not None else None,
        whole_position=rules.whole_position,
        authorised_units=one.units(rules.authorised_units) if rules.authorised_units is not None else None,
        holding_period=HoldingPeriod(seconds=period.length, exempt_claims=plan.claim_mask(period.exempt))
        if period
        else None,
        flow_back=tuple(CountryPair(source=pair.source, target=pair.target) for pair in flow_back.pairs)
        if flow_back
        else (),
        flow_back_until=flow_back.until if flow_back and flow_back.until != FOREVER else None,
        external=tuple(_contracts(plan, one)),
    )


def rules_of_issuer(plan: Plan) -> RuleSet:
    """Return what may move over all classes."""
    cap = plan.rules.holding_cap
    return RuleSet(
        holding_units=plan.classes[0].units(cap.units) if cap and cap.units is not None else None,
        investor_limit=plan.rules.investor_limit,
        country_limits=country_limits(plan, plan.rules),
        group_limits=group_limits(plan, plan.rules),
    )


def country_limits(plan: Plan, rules: Rules | IssuerRules) -> tuple[CountLimit, ...]:
    """Return the limits country by country."""
    return tuple(_limit(plan, limit, country=country) for limit in rules.country_limits for country in limit.countries)


def group_limits(plan: Plan, rules: Rules | IssuerRules) -> tuple[CountLimit, ...]:
    """Return the limits on groups, in the order of the plan."""
    return tuple(_limit(plan, limit, country=limit.country) for limit in rules.group_limits)


def _contracts(plan: Plan, one: ShareClass) -> Iterator[ExternalSetting]:
    rules = one.rules
    if rules.vesting:
        yield Vesting()
    if rules.volume:
        units = one.units(rules.volume.units) if rules.volume.units is not None else None
        yield VolumeLimit(units=units, bps=rules.volume.bps or None, window=rules.volume.length)
    if rules.trading_hours and rules.trading_hours.windows:
        windows = tuple(TradingWindow(open=opens, close=closes) for opens, closes in rules.trading_hours.weekly())
        yield TradingHours(utc_offset=rules.trading_hours.utc_offset_minutes * 60, windows=windows)
    if rules.approval:
        days = rules.approval.deemed_after_days
        yield Approval(
            exempt_claims=plan.claim_mask(rules.approval.exempt), deemed_after=None if days is None else days * DAY
        )
    if rules.sanctions:
        yield Sanctions(oracle=rules.sanctions.oracle)


def _limit(plan: Plan, limit: CountryLimit | GroupLimit, *, country: int | None) -> CountLimit:
    claims = plan.claim_mask(limit.claims)
    return CountLimit(country=country, mask=claims | plan.claim_mask(limit.without), claims=claims, limit=limit.limit)
