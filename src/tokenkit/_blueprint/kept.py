"""The settings of the rulebook as it keeps them: what a plan makes of them, what the contract answers, and both in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tokenkit._plan_values import FOREVER
from tokenkit._plan_wishes import rules_of_class, rules_of_issuer
from tokenkit._rule_values import MOST_INVESTORS
from tokenkit._ruleset_words import claims_named, country_named, investors_named, time_named
from tokenkit.types import format_units, from_unix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tokenkit._ruleset_values import CountLimit, RuleSet
    from tokenkit.plan import Plan, ShareClass


class Kept(NamedTuple):
    """One setting: what people call it, how it is taken from what the contract answers, and how its value is said."""

    name: str
    pick: Callable[[Mapping[str, Any]], object]
    words: Callable[[Any, Mapping[int, str]], str]
    """The value and the plan's claims, by bit."""


class _Investors(NamedTuple):
    """Limits on the number of all investors; zero: none."""

    most: int
    least: int
    in_force: bool


class _Kind(NamedTuple):
    """A limit on the number of investors of one kind."""

    country: int
    mask: int
    claims: int
    limit: int
    in_force: bool


def class_settings(plan: Plan, one: ShareClass) -> dict[str, Any]:
    """Return the rules of a class as the rulebook keeps them; zero: off."""
    wished, period = rules_of_class(plan, one), one.rules.holding_period
    return {
        **_limits(wished),
        "minimumUnits": wished.minimum_units or 0,
        "wholePosition": wished.whole_position,
        "authorisedUnits": wished.authorised_units or 0,
        "holdingPeriod": (period.length, plan.claim_mask(period.exempt)) if period else (0, 0),
        "lockups": bool(one.rules.lockups),
        "flowBackUntil": one.rules.flow_back.until if one.rules.flow_back else 0,
        "flowBack": [(pair.source, pair.target) for pair in wished.flow_back],
    }


def issuer_settings(plan: Plan) -> dict[str, Any]:
    """Return the rules over all classes as the rulebook keeps them; zero: off."""
    return {**_limits(rules_of_issuer(plan)), "denyList": plan.rules.deny_list is not None}


def moment(second: int) -> str:
    """Say an end; zero: there is nothing that ends."""
    return "for ever" if second == FOREVER else f"{from_unix(second):%Y-%m-%d %H:%M:%S} UTC" if second else "off"


def _limits(wished: RuleSet) -> dict[str, Any]:
    most, least = wished.investor_limit or 0, wished.minimum_investors or 0
    return {
        "holdingUnits": wished.holding_units or 0,
        "holdingBps": wished.holding_bps or 0,
        "investors": _Investors(most, least, in_force=bool(most or least)),
        "countryLimits": frozenset(map(_kind, wished.country_limits)),
        "groupLimits": tuple(map(_kind, wished.group_limits)),
    }


def _kind(limit: CountLimit) -> _Kind:
    return _Kind(limit.country or 0, limit.mask, limit.claims, limit.limit, in_force=True)


# ---- as the contract answers ----


def _investors(settings: Mapping[str, Any]) -> _Investors:
    most = settings["investorLimit"]
    in_force = settings["investorsCounted"]
    return _Investors(0 if most == MOST_INVESTORS else most, settings["minimumInvestors"], in_force)


def _kinds(states: Iterable[Mapping[str, Any]]) -> tuple[_Kind, ...]:
    rules = ((state["rule"], state["counted"]) for state in states)
    return tuple(_Kind(rule["country"], rule["mask"], rule["claims"], rule["limit"], on) for rule, on in rules)


# ---- in words ----


def _say_investors(limits: _Investors, _: Mapping[int, str]) -> str:
    parts = [f"at most {investors_named(limits.most)}"] if limits.most else []
    parts += [f"at least {limits.least:,}"] if limits.least else []
    return (", ".join(parts) or "off") + _pending(limits.in_force or not parts)


def _say_kinds(kinds: Iterable[_Kind], names: Mapping[int, str]) -> str:
    return _listed(
        f"at most {investors_named(one.limit)}{_where(one.country)}{_claims(one.mask, one.claims, names)}{_pending(one.in_force)}"
        for one in kinds
    )


def _say_period(period: tuple[int, int], names: Mapping[int, str]) -> str:
    exempt = f", not for whoever is attested as {claims_named(period[1], names, joint='or')}" if period[1] else ""
    return f"{time_named(period[0])}{exempt}" if period[0] else "off"


def _claims(mask: int, claims: int, names: Mapping[int, str]) -> str:
    have = f" attested as {claims_named(claims, names)}" if claims else ""
    lack = mask & ~claims
    without = f" not attested as {claims_named(lack, names, joint='or')}" if lack else ""
    return " and".join(part for part in (have, without) if part)


def _where(country: int) -> str:
    return f" resident in {country_named(country)}" if country else ""


def _pending(in_force: bool) -> str:
    return "" if in_force else " (NOT IN FORCE: holders have to be counted)"


def _source(country: int) -> str:
    return country_named(country) if country else "any other country"


def _listed(values: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, values))) or "none"


def _plain(key: str) -> Callable[[Mapping[str, Any]], object]:
    return lambda settings: settings[key]


def _units(units: int, _: Mapping[int, str]) -> str:
    return f"{units} smallest units" if units else "off"


def _on_off(on: bool, _: Mapping[int, str]) -> str:
    return "on" if on else "off"


SETTINGS: Final[Mapping[str, Kept]] = {
    "holdingUnits": Kept("holding cap", _plain("holdingUnits"), _units),
    "holdingBps": Kept(
        "holding cap as a share",
        _plain("holdingBps"),
        lambda bps, _: f"{format_units(bps, 2)} % of the supply" if bps else "off",
    ),
    "investors": Kept("investor limit", _investors, _say_investors),
    "countryLimits": Kept(
        "investor limits by country", lambda found: frozenset(_kinds(found["countryLimits"])), _say_kinds
    ),
    "groupLimits": Kept("investor limits by group", lambda found: _kinds(found["groupLimits"]), _say_kinds),
    "minimumUnits": Kept("minimum holding", _plain("minimumUnits"), _units),
    "wholePosition": Kept("whole positions only", _plain("wholePosition"), _on_off),
    "authorisedUnits": Kept("authorised supply", _plain("authorisedUnits"), _units),
    "holdingPeriod": Kept("holding period", lambda found: (found["holdingPeriod"], found["exemptClaims"]), _say_period),
    "lockups": Kept("lockups", _plain("lockups"), _on_off),
    "flowBackUntil": Kept("end of the flow-back block", _plain("flowBackUntil"), lambda second, _: moment(second)),
    "flowBack": Kept(
        "blocked country pairs",
        lambda found: [(pair["from"], pair["to"]) for pair in found["flowBack"]],
        lambda pairs, _: _listed(f"{_source(source)} to {country_named(target)}" for source, target in pairs),
    ),
    "denyList": Kept("deny list", _plain("denyList"), _on_off),
}
"""The settings, in the order in which they are looked at."""
