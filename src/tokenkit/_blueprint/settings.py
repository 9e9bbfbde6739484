"""The acts that set a suite's parameters: terms, rules, documents."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tokenkit._blueprint import contracts
from tokenkit._blueprint import expectations as expect
from tokenkit._blueprint.kept import class_settings, issuer_settings
from tokenkit._blueprint.site import Act
from tokenkit._plan_wishes import rules_of_class, rules_of_issuer
from tokenkit._rule_values import limit_arguments
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tokenkit._blueprint.site import Expectation, Site
    from tokenkit._plan_rules import DenyList
    from tokenkit._ruleset_values import RuleSet
    from tokenkit.plan import Document, Lockup, Plan, ShareClass

_SET_BY = {
    "setHoldingCap": ("holdingUnits", "holdingBps"),
    "setInvestorLimit": ("investors",),
    "setCountryLimits": ("countryLimits",),
    "setGroupLimits": ("groupLimits",),
    "setMinimumHolding": ("minimumUnits", "wholePosition"),
    "setAuthorisedSupply": ("authorisedUnits",),
    "setHoldingPeriod": ("holdingPeriod",),
    "setFlowBack": ("flowBackUntil", "flowBack"),
}
"""The settings of the rulebook that a function replaces."""


def class_acts(plan: Plan, one: ShareClass) -> Iterator[Act]:
    """Set the terms, rules and documents of a class."""
    token = f"token {one.symbol}"
    yield Act(
        name=f"set the terms of {one.symbol}",
        contract="registry",
        data=partial(_terms_data, plan, one),
        expect=lambda site: (expect.terms(plan, one, site),),
    )
    yield from _rule_acts(plan, one)
    yield from contracts.acts(plan, one)
    for document in one.documents:
        yield Act(
            name=f"set the document {document.name} of {one.symbol}",
            contract=token,
            data=partial(_document_data, token, document),
            expect=partial(_only, expect.document(token, document)),
        )
    if one.starts_paused:
        yield Act(
            name=f"pause {one.symbol}",
            contract=token,
            data=lambda site: site.call_data(token, "pause"),
            expect=partial(_only, expect.paused(one)),
        )


def issuer_acts(plan: Plan) -> Iterator[Act]:
    """Set the limits over all classes together, and the deny list."""
    wished, wanted = rules_of_issuer(plan), issuer_settings(plan)
    yield from _limit_acts(None, wished, wanted)
    if plan.rules.deny_list:
        yield Act(
            name="put wallets on the deny list",
            contract="rulebook",
            data=partial(_deny_data, plan.rules.deny_list),
            expect=partial(_denied_expected, plan.rules.deny_list),
        )


def _rule_acts(plan: Plan, one: ShareClass) -> Iterator[Act]:
    wished, wanted, symbol = rules_of_class(plan, one), class_settings(plan, one), one.symbol
    yield from _limit_acts(symbol, wished, wanted)
    if wished.minimum_units or wished.whole_position:
        args = (wished.minimum_units or 0, wished.whole_position)
        yield _rule(symbol, f"set the minimum holding of {symbol}", "setMinimumHolding", args=args, wanted=wanted)
    if wished.authorised_units:
        supply = (wished.authorised_units,)
        yield _rule(symbol, f"authorise the supply of {symbol}", "setAuthorisedSupply", args=supply, wanted=wanted)
    if wished.holding_period:
        period = (wished.holding_period.seconds, wished.holding_period.exempt_claims)
        yield _rule(symbol, f"set the holding period of {symbol}", "setHoldingPeriod", args=period, wanted=wanted)
    if wished.flow_back:
        pairs = [{"from": pair.source, "to": pair.target} for pair in wished.flow_back]
        block = (wanted["flowBackUntil"], pairs)
        yield _rule(symbol, f"block flow-back of {symbol}", "setFlowBack", args=block, wanted=wanted)
    for at, lockup in enumerate(one.rules.lockups):
        yield Act(
            name=f"lock up {lockup.wallet} in {symbol}",
            contract="rulebook",
            data=partial(_lockup_data, one, lockup),
            expect=partial(_lockup_expected, one, at),
        )


def _limit_acts(symbol: str | None, wished: RuleSet, wanted: Mapping[str, Any]) -> Iterator[Act]:
    """Set what can be limited in one class and, *symbol* ``None``, over all."""
    where = "over all classes" if symbol is None else f"of {symbol}"
    if wished.holding_units or wished.holding_bps:
        cap = (wished.holding_units or 0, wished.holding_bps or 0)
        yield _rule(symbol, f"set the holding cap {where}", "setHoldingCap", args=cap, wanted=wanted)
    if wished.investor_limit or wished.minimum_investors:
        limit = (wished.investor_limit or 0, wished.minimum_investors or 0)
        yield _rule(symbol, f"limit the investors {where}", "setInvestorLimit", args=limit, wanted=wanted)
    for function, kind, limits in (
        ("setCountryLimits", "country", wished.country_limits),
        ("setGroupLimits", "group", wished.group_limits),
    ):
        if limits:
            name = f"limit the investors by {kind} {where}"
            yield _rule(symbol, name, function, args=(limit_arguments(limits),), wanted=wanted)


def _rule(symbol: str | None, name: str, function: str, *, args: tuple[object, ...], wanted: Mapping[str, Any]) -> Act:
    """Make the act that sets a rule of a class; *symbol* ``None``: over all classes."""

    def token(site: Site) -> str:
        return ZERO_ADDRESS if symbol is None else site.token(symbol)

    return Act(
        name=name,
        contract="rulebook",
        data=lambda site: site.call_data("rulebook", function, token(site), *args),
        expect=lambda site: tuple(
            expect.setting(symbol or "all classes", token(site), key, wanted[key], claims=site.record.plan.claims)
            for key in _SET_BY[function]
            if key in wanted
        ),
    )


def _only(one: Expectation, _: Site) -> tuple[Expectation, ...]:
    return (one,)


def _terms_data(plan: Plan, one: ShareClass, site: Site) -> bytes:
    groups = [{"claims": claims, "countries": countries} for claims, countries in plan.groups(one.terms)]
    accepted = plan.provider_mask(one.terms.providers)
    return site.call_data("registry", "setTerms", site.token(one.symbol), accepted, one.terms.lapsed_may_sell, groups)


def _document_data(token: str, document: Document, site: Site) -> bytes:
    return site.call_data(token, "setDocument", document.key, document.uri, document.hash)


def _lockup_data(one: ShareClass, lockup: Lockup, site: Site) -> bytes:
    units = one.units(lockup.units)
    return site.call_data("rulebook", "setLockup", site.token(one.symbol), lockup.wallet, units, lockup.until)


def _lockup_expected(one: ShareClass, at: int, site: Site) -> tuple[Expectation, ...]:
    return (expect.lockup(one, at, site),)


def _deny_data(listed: DenyList, site: Site) -> bytes:
    return site.call_data("rulebook", "setDenied", listed.wallets, True, listed.reason)


def _denied_expected(listed: DenyList, _: Site) -> tuple[Expectation, ...]:
    return tuple(map(expect.denied, listed.wallets))
