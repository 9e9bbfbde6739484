"""From a wish to the rulebook: what is in force, what has to change, what is wrong with it, and the acts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from tokenkit.cli._exits import Exit
from tokenkit.cli._output import Answer, item
from tokenkit.cli._rule_contracts import settle
from tokenkit.cli._rule_scope import Scope
from tokenkit.cli._rule_warnings import checked, effects, loud, to_count
from tokenkit.cli._shown import show_acts, show_warnings
from tokenkit.errors import InvalidInput
from tokenkit.registry import CountryGroup, Terms
from tokenkit.rules import ALL_CLASSES, FOR_EVER
from tokenkit.ruleset import CountryTerms, Requirements, RuleSet, TermsSet
from tokenkit.ruleset_diff import (
    Change,
    Setting,
    diff,
    in_place,
    removed_countries,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.console import Console

    from tokenkit.cli._session import Session
    from tokenkit.operation import Operation
    from tokenkit.types import Address


def in_force(session: Session, scope: Scope) -> Requirements:
    """Read what the chain obeys now; rule contracts are left out."""
    rules, registry = session.suite.rulebook, session.suite.registry
    overall = rules.show().wished()
    if scope.share_class is None:
        return Requirements(issuer_rules=overall)
    terms = registry.terms(scope.token)
    groups = tuple(CountryTerms(countries=frozenset(one.countries) or None, claims=one.claims) for one in terms.groups)
    return Requirements(
        terms=TermsSet(groups=groups, lapsed_may_sell=terms.lapsed_may_sell),
        rules=rules.show(scope.token).wished(),
        issuer_rules=overall,
    )


def with_rules(now: Requirements, scope: Scope, **settings: Any) -> Requirements:  # noqa: ANN401 - the fields of a RuleSet
    """Return *now* with some settings of the scope changed."""
    if scope.share_class is None:
        return replace(now, issuer_rules=replace(now.issuer_rules, **settings))
    return replace(now, rules=replace(now.rules, **settings))


def change(
    session: Session, scope: Scope, wanted: Requirements, *, notes: Sequence[str] = (), whole: bool = False
) -> Answer:
    """Show what has to change, refuse contradictions, and carry it out.

    With *whole*, what is asked for stands or falls together: the exit code says whether part of it is not in force.

    Raises:
        InvalidInput: what is wished contradicts itself, or cannot be met by anybody.
    """
    now, claims = in_force(session, scope), session.record.plan.claims
    changes = diff(now, wanted, claims, decimals=scope.decimals)
    contracts = settle(session, scope.token, wanted.rules.external, decimals=scope.decimals)
    waiting = list(dict.fromkeys(to_count(session, scope, wanted, changes)))
    warnings = [
        *checked(session, now, wanted, changes),
        *loud(changes),
        *effects(session, scope, now, wanted, changes),
        *waiting,
        *contracts.missing,
        *contracts.by_hand,
    ]
    show_changes(session.console, scope, changes, notes=notes, warnings=warnings)
    acts = session.carry_out([*(_act(session, scope, now, wanted, one) for one in changes), *contracts.operations])
    pending = _pending(session, scope)
    not_in_force = [*contracts.missing, *(pending or waiting)]
    said = {"changes": changes, "notes": notes, "warnings": warnings}
    data = {"scope": scope.name, **said, "pending": pending, "not_in_force": not_in_force, **acts}

    def show(console: Console) -> None:
        show_acts(console, acts)
        if acts["mode"] in ("sent", "nothing to do"):
            show_pending(console, [*contracts.missing, *pending])

    return Answer(data=data, show=show, exit_code=Exit.NOT_IN_FORCE if whole and not_in_force else Exit.OK)


def show_changes(
    console: Console, scope: Scope, changes: Sequence[Change], *, notes: Sequence[str], warnings: Sequence[str]
) -> None:
    """Say the difference between what is on the chain and what is to be."""
    if not changes:
        console.print(f"{scope.name}: the chain has it so already.")
    for one in changes:
        console.print(f"[bold]{escape('all classes' if one.over_all else scope.name)}: {one.setting}[/bold]")
        for sign, colour, sentences in (("-", "red", one.before), ("+", "green", one.after)):
            for sentence in sentences or ("off",):
                console.print(item(f"[{colour}]{sign}[/{colour}]", escape(sentence)))
    show_warnings(console, warnings)
    for note in notes:
        console.print(item("[dim]i[/dim]", f"[dim]{escape(note)}[/dim]"))


def show_pending(console: Console, pending: Sequence[str]) -> None:
    """Say loudly which limits are set but not in force."""
    for sentence in pending:
        console.print(item("[bold red]![/bold red]", f"[bold red]{escape(sentence)}[/bold red]"))


def pending_sentence(scope: Scope) -> str:
    """Say that limits wait for a count, and how to make it."""
    return (
        f"Limits on the investors of {scope.name} are NOT IN FORCE: its holders have to be counted. "
        f"Run `tokenkit rules count {scope.option}`."
    )


def _pending(session: Session, scope: Scope) -> list[str]:
    scopes = {one.token: one for one in (scope, Scope(share_class=None))}.values()
    return [pending_sentence(one) for one in scopes if session.suite.rulebook.show(one.token).pending]


# ---- acts ----


def _act(session: Session, scope: Scope, now: Requirements, wanted: Requirements, one: Change) -> Operation[None]:
    token = ALL_CLASSES if one.over_all else scope.token
    before, after = (now.issuer_rules, wanted.issuer_rules) if one.over_all else (now.rules, wanted.rules)
    operation = (
        _set_terms(session, scope, wanted)
        if one.setting is Setting.TERMS
        else _set_rule(session, token, one.setting, before, after)
    )
    where = "all classes" if one.over_all else scope.name
    return operation.with_summary(f"Set {one.setting} of {where}: {' '.join(one.after) or 'off'}")


def _set_terms(session: Session, scope: Scope, wanted: Requirements) -> Operation[None]:
    if wanted.terms is None:
        raise InvalidInput("There are no terms to set.")
    registry = session.suite.registry
    groups = tuple(
        CountryGroup(claims=one.claims, countries=tuple(sorted(one.countries or ()))) for one in wanted.terms.groups
    )
    accepted = registry.terms(scope.token).providers
    terms = Terms(groups=groups, providers=accepted, lapsed_may_sell=wanted.terms.lapsed_may_sell)
    return registry.set_terms(scope.token, terms)


def _set_rule(session: Session, token: Address, setting: Setting, before: RuleSet, after: RuleSet) -> Operation[None]:
    rules = session.suite.rulebook
    changed = [limit for limit in after.country_limits if limit not in before.country_limits]
    until = FOR_EVER if after.flow_back_until is None else after.flow_back_until
    acts: Mapping[Setting, Callable[[], Operation[None]]] = {
        Setting.HOLDING_CAP: lambda: rules.cap_holdings(token, units=after.holding_units, bps=after.holding_bps),
        Setting.INVESTORS: lambda: rules.limit_investors(token, after.investor_limit, minimum=after.minimum_investors),
        Setting.COUNTRY_LIMITS: lambda: rules.limit_countries(token, [*removed_countries(before, after), *changed]),
        Setting.GROUP_LIMITS: lambda: rules.limit_groups(token, in_place(before.group_limits, after.group_limits)),
        Setting.MINIMUM_HOLDING: lambda: rules.set_minimum_holding(
            token, after.minimum_units, whole_position=after.whole_position
        ),
        Setting.AUTHORISED_SUPPLY: lambda: rules.authorise(token, after.authorised_units),
        Setting.HOLDING_PERIOD: lambda: rules.set_holding_period(token, after.holding_period),
        Setting.FLOW_BACK: lambda: rules.block_flow_back(token, after.flow_back, until=until),
    }
    return acts[setting]()
