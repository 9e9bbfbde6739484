"""What new terms and rules mean for those who hold units now: who could no longer, and who is past a limit already."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tokenkit._ruleset_values import BPS
from tokenkit._ruleset_words import investors_named, limit_named
from tokenkit.cli._output import grouped
from tokenkit.ruleset_diff import Setting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tokenkit.cli._session import Session
    from tokenkit.ruleset import CountLimit, RuleSet, TermsSet
    from tokenkit.suite import ShareClass
    from tokenkit.types import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one investor holds with all its wallets, and what is attested about it."""

    units: int
    country: int | None
    """``None``: not registered."""
    claims: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """Who holds units of a class, or of all of them; *names* are the claims by bit."""

    name: str
    decimals: int
    holdings: tuple[Holding, ...]
    names: Mapping[int, str]

    @property
    def supply(self) -> int:
        """Everything in issue."""
        return sum(one.units for one in self.holdings)

    def amount(self, units: int) -> str:
        """Write units for people."""
        return grouped(units, self.decimals)


def holdings(session: Session, classes: Iterable[ShareClass]) -> tuple[Holding, ...]:
    """Add up what each investor holds of *classes*."""
    units: Counter[Address] = Counter()
    for one in classes:
        units.update(one.transfers.register().units)
    registry = session.suite.registry
    identities, facts = registry.identities(units), registry.facts_of(units)
    found: dict[Address, Holding] = {}
    for wallet, amount in units.items():
        known = facts.get(wallet)
        fresh = Holding(units=0, country=known.country if known else None, claims=known.claims if known else 0)
        holding = found.setdefault(identities.get(wallet, wallet), fresh)
        found[identities.get(wallet, wallet)] = replace(holding, units=holding.units + amount)
    return tuple(one for one in found.values() if one.units)


def expelled(now: Now, before: TermsSet, after: TermsSet) -> Iterator[str]:
    """Name how many hold units on the terms *before* and could not on those *after*."""
    out = [one for one in now.holdings if _meets(before, one) and not _meets(after, one)]
    if not out:
        return
    units = now.amount(sum(one.units for one in out))
    then = (
        "They could sell what they have, but not buy (lapsed_may_sell = true)"
        if after.lapsed_may_sell
        else "They could neither buy nor sell, because the terms have lapsed_may_sell = false"
    )
    yield f"{investors_named(len(out))} of {now.name} ({units} units) would no longer be admitted. {then}."


def past(now: Now, setting: Setting, before: RuleSet, after: RuleSet) -> Iterator[str]:
    """Say which figures of one setting are reached or broken already, and what that brings about."""
    if not now.holdings:
        return
    match setting:
        case Setting.INVESTORS:
            yield from _number(now, after)
        case Setting.COUNTRY_LIMITS:
            yield from _kinds(now, before.country_limits, after.country_limits)
        case Setting.GROUP_LIMITS:
            yield from _kinds(now, before.group_limits, after.group_limits)
        case Setting.AUTHORISED_SUPPLY:
            yield from _supply(now, after)
        case Setting.HOLDING_CAP:
            yield from _cap(now, after)
        case Setting.MINIMUM_HOLDING:
            yield from _least(now, after)


def _meets(terms: TermsSet, one: Holding) -> bool:
    required = None if one.country is None else terms.required_of(one.country)
    return required is not None and not required & ~one.claims


def _number(now: Now, after: RuleSet) -> Iterator[str]:
    number, most, least = len(now.holdings), after.investor_limit, after.minimum_investors
    if most is not None and number >= most:
        yield f"{now.name} has {investors_named(number)} already, and may have at most {most:,}: nobody new can come in."
    if least is not None and number < least:
        yield f"{now.name} has {investors_named(number)}, fewer than {least:,}: none of them can sell out."


def _kinds(now: Now, before: tuple[CountLimit, ...], after: tuple[CountLimit, ...]) -> Iterator[str]:
    for limit in (one for one in after if one not in before):
        number = sum(_counts(limit, one) for one in now.holdings)
        if number >= limit.limit:
            whom = limit_named(limit, now.names, number)
            yield (
                f"{now.name} has {number:,} {whom} already, and may have at most {limit.limit:,}: no other can come in."
            )


def _counts(limit: CountLimit, one: Holding) -> bool:
    return limit.country in (None, one.country) and one.claims & limit.mask == limit.claims


def _supply(now: Now, after: RuleSet) -> Iterator[str]:
    if after.authorised_units is not None and now.supply >= after.authorised_units:
        yield f"{now.amount(now.supply)} units of {now.name} are in issue already: no more can be issued."


def _cap(now: Now, after: RuleSet) -> Iterator[str]:
    caps = [] if after.holding_units is None else [after.holding_units]
    caps += [] if after.holding_bps is None else [now.supply * after.holding_bps // BPS]
    number = sum(one.units > min(caps) for one in now.holdings) if caps else 0
    if number:
        yield f"{investors_named(number)} of {now.name} {_hold(number)} more already: they keep it, but can receive nothing."


def _least(now: Now, after: RuleSet) -> Iterator[str]:
    number = sum(one.units < after.minimum_units for one in now.holdings) if after.minimum_units is not None else 0
    if number:
        yield f"{investors_named(number)} of {now.name} {_hold(number)} fewer units now: they can sell all of them, or buy what is missing."


def _hold(number: int) -> str:
    return "holds" if number == 1 else "hold"
