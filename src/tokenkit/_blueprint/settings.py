"""The acts that set a suite's parameters: providers, terms, rules, documents."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tokenkit._blueprint import expectations as expect
from tokenkit._blueprint.site import Act
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tokenkit._blueprint.site import Expectation, Site
    from tokenkit.plan import Document, Lockup, Plan, Provider, ShareClass

_SET_BY = {
    "setHoldingCap": ("holdingUnits", "holdingBps"),
    "setInvestorLimit": ("investorLimit",),
    "setFlowBack": ("flowBackUntil", "flowBack"),
}
"""The settings of the rulebook that a function replaces."""


def provider_acts(plan: Plan) -> Iterator[Act]:
    """Add the providers, in the order of the plan: the order gives each its index."""
    for position, provider in enumerate(plan.providers, 1):
        yield Act(
            name=f"add provider {provider.name}",
            contract="registry",
            data=partial(_provider_data, provider),
            expect=partial(_only, expect.provider(plan, position)),
        )


def class_acts(plan: Plan, one: ShareClass) -> Iterator[Act]:
    """Set the terms, rules and documents of a class."""
    token = f"token {one.symbol}"
    yield Act(
        name=f"set the terms of {one.symbol}",
        contract="registry",
        data=partial(_terms_data, plan, one),
        expect=lambda site: (expect.terms(plan, one, site),),
    )
    yield from _rule_acts(one)
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
    """Set the limits over all classes together."""
    wanted = expect.issuer_settings(plan)
    if wanted["holdingUnits"]:
        cap = (wanted["holdingUnits"], 0)
        yield _rule(None, "set the holding cap over all classes", "setHoldingCap", args=cap, wanted=wanted)
    if wanted["investorLimit"]:
        limit = (wanted["investorLimit"], 0)
        yield _rule(None, "limit the investors over all classes", "setInvestorLimit", args=limit, wanted=wanted)


def _rule_acts(one: ShareClass) -> Iterator[Act]:
    rules, wanted, symbol = one.rules, expect.class_settings(one), one.symbol
    if rules.holding_cap:
        cap = (wanted["holdingUnits"], wanted["holdingBps"])
        yield _rule(symbol, f"set the holding cap of {symbol}", "setHoldingCap", args=cap, wanted=wanted)
    if rules.investor_limit:
        limit = (rules.investor_limit, 0)
        yield _rule(symbol, f"limit the investors of {symbol}", "setInvestorLimit", args=limit, wanted=wanted)
    if rules.flow_back:
        pairs = [{"from": source, "to": target} for source, target in wanted["flowBack"]]
        block = (rules.flow_back.until, pairs)
        yield _rule(symbol, f"block flow-back of {symbol}", "setFlowBack", args=block, wanted=wanted)
    for at, lockup in enumerate(rules.lockups):
        yield Act(
            name=f"lock up {lockup.wallet} in {symbol}",
            contract="rulebook",
            data=partial(_lockup_data, one, lockup),
            expect=partial(_lockup_expected, one, at),
        )


def _rule(symbol: str | None, name: str, function: str, *, args: tuple[object, ...], wanted: Mapping[str, Any]) -> Act:
    """Make the act that sets a rule of a class; *symbol* ``None``: over all classes."""

    def token(site: Site) -> str:
        return ZERO_ADDRESS if symbol is None else site.token(symbol)

    return Act(
        name=name,
        contract="rulebook",
        data=lambda site: site.call_data("rulebook", function, token(site), *args),
        expect=lambda site: tuple(
            expect.setting(symbol or "all classes", token(site), key, wanted[key])
            for key in _SET_BY[function]
            if key in wanted
        ),
    )


def _only(one: Expectation, _: Site) -> tuple[Expectation, ...]:
    return (one,)


def _provider_data(provider: Provider, site: Site) -> bytes:
    return site.call_data("registry", "addProvider", provider.account, provider.name)


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
