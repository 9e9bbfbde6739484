"""Contradictions between the tables of a plan, and rules that the first day would not survive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit._plan_base import inexact
from tokenkit._plan_providers import ONCHAIN_IDS_PROVIDER
from tokenkit._plan_values import Issue
from tokenkit._ruleset_findings import warning

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tokenkit._plan_sections import Office, ShareClass
    from tokenkit._ruleset_findings import Finding
    from tokenkit.plan import Plan

_MOST_PROVIDERS = 31
_WHOLE = 100


def contradictions(plan: Plan) -> Iterable[Issue]:
    """List what tables say that cannot both be meant."""
    yield from _idle_roles(plan)
    yield from _joint_cap(plan)
    yield from _agents(plan)
    yield from _adapter(plan)


def never_issued(one: ShareClass) -> Iterable[Finding]:
    """Find what keeps a class empty: it is deployed with nothing in issue, and whoever comes first holds all of it."""
    cap = one.rules.holding_cap
    if cap and cap.percent is not None and cap.percent < _WHOLE:
        yield warning(
            "rules.holding_cap.percent",
            "Nothing can be issued: the first holder would have the whole class, more than this share of it.",
            "Leave it out, issue to the first holders, then `tokenkit rules set holding-cap --percent`.",
        )


def _idle_roles(plan: Plan) -> Iterable[Issue]:
    if plan.roles.upgrader.holders and not any(one.upgradeable for one in plan.classes):
        yield Issue(
            ("roles", "upgrader"),
            "No class is upgradeable, so there is nothing to upgrade.",
            "Set upgradeable = true in a class, or remove the role.",
        )
    if plan.roles.paying_agent.holders and not plan.payouts:
        yield Issue(
            ("roles", "paying_agent"),
            "Payouts are off, so a paying agent has nothing to do.",
            "Set payouts = true, or remove the role.",
        )


def _joint_cap(plan: Plan) -> Iterable[Issue]:
    cap = plan.rules.holding_cap
    if cap and cap.percent is not None:
        yield Issue(
            ("rules", "holding_cap", "percent"),
            "A share over all classes has no one supply to be a share of.",
            "Give units here, or percent in each class.",
        )
    if cap and len({one.decimals for one in plan.classes}) > 1:
        yield Issue(
            ("rules", "holding_cap"),
            "The classes have different decimals, so their units cannot be added.",
            "Give the cap in each class.",
        )
    elif cap:
        yield from inexact(("rules", "holding_cap", "units"), cap.units, plan.decimals)


def _agents(plan: Plan) -> Iterable[Issue]:
    if plan.erc3643_agents and not plan.standard_faces:
        yield Issue(
            ("erc3643_agents",),
            "An ERC-3643 agent works through the standard faces, which are off.",
            "Set standard_faces = true, or erc3643_agents = false.",
        )
    if plan.erc3643_agents:
        for name in ("issuer", "enforcement"):
            office: Office = getattr(plan.roles, name)
            if office.delay or office.grant_delay:
                yield Issue(
                    ("roles", name),
                    "addAgent grants this role at once and without a delay.",
                    "Remove the delays of this role, or set erc3643_agents = false.",
                )


def _adapter(plan: Plan) -> Iterable[Issue]:
    if plan.onchain_ids is None:
        return
    for at, provider in enumerate(plan.providers):
        if provider.name == ONCHAIN_IDS_PROVIDER:
            yield Issue(
                ("providers", at, "name"),
                f"The name {ONCHAIN_IDS_PROVIDER!r} stands for the claims on ONCHAINIDs.",
                "Give the provider another name.",
            )
    if len(plan.providers) == _MOST_PROVIDERS:
        yield Issue(
            ("onchain_ids",),
            f"The registry has room for {_MOST_PROVIDERS} providers, and the claims on ONCHAINIDs take one.",
            "Remove a provider, or this table.",
        )
