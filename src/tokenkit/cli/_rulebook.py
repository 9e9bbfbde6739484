"""From a wish to the rulebook: what is in force, what has to change, what is wrong with it, and the acts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from tokenkit.cli._exits import Exit
from tokenkit.cli._output import Answer, item
from tokenkit.cli._rule_contracts import settle
from tokenkit.cli._rule_effects import Now, expelled, holdings, past
from tokenkit.cli._shown import show_acts, show_warnings
from tokenkit.errors import InvalidInput
from tokenkit.registry import CountryGroup, Terms
from tokenkit.rules import ALL_CLASSES, FOR_EVER
from tokenkit.ruleset import CountryTerms, Requirements, RuleSet, Severity, TermsSet, check
from tokenkit.ruleset_diff import (
    COUNTED,
    Change,
    Setting,
    diff,
    in_place,
    in_words,
    kind_of,
    only_changed,
    removed_countries,
    setting_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rich.console import Console

    from tokenkit.cli._session import Session
    from tokenkit.operation import Operation
    from tokenkit.suite import ShareClass
    from tokenkit.types import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One class, or all classes of the issuer."""

    share_class: ShareClass | None

    @property
    def token(self) -> Address:
        """What stands in the place of a token."""
        return self.share_class.address if self.share_class else ALL_CLASSES

    @property
    def name(self) -> str:
        """The class's symbol, or that it is all of them."""
        return self.share_class.symbol if self.share_class else "all classes"

    @property
    def option(self) -> str:
        """The option that means it."""
        return f"--class {self.share_class.symbol}" if self.share_class else "--issuer"

    def classes(self, session: Session) -> list[ShareClass]:
        """The class, or all of them."""
        return [self.share_class] if self.share_class else list(session.suite.classes.values())

    @property
    def decimals(self) -> int:
        """How units are counted; over all classes in their smallest."""
        return self.share_class.decimals if self.share_class else 0


def scope_of(session: Session, symbol: str | None, *, issuer: bool) -> Scope:
    """Read the options ``--class`` and ``--issuer``."""
    if issuer and symbol is not None:
        raise InvalidInput("Give --class or --issuer, not both.")
    return Scope(share_class=None if issuer else session.share_class(symbol))


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
    waiting = [_waiting_sentence(_scope(scope, one)) for one in changes if _will_wait(session, scope, wanted, one)]
    warnings = [
        *_checked(session, now, wanted, changes),
        *_loud(changes),
        *_effects(session, scope, now, wanted, changes),
        *dict.fromkeys(waiting),
        *contracts.missing,
        *contracts.by_hand,
    ]
    show_changes(session.console, scope, changes, notes=notes, warnings=warnings)
    acts = session.carry_out([*(_act(session, scope, now, wanted, one) for one in changes), *contracts.operations])
    pending = _pending(session, scope)
    not_in_force = [*contracts.missing, *(pending or dict.fromkeys(waiting))]
    data = {
        "scope": scope.name,
        "changes": changes,
        "notes": notes,
        "warnings": warnings,
        "pending": pending,
        "not_in_force": not_in_force,
        **acts,
    }

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


def _loud(changes: Sequence[Change]) -> list[str]:
    """Say beforehand what an act brings about that its name does not say."""
    if any(one.setting is Setting.HOLDING_PERIOD and not one.after for one in changes):
        return ["Switching the holding period off ends all lots at once; they do not come back."]
    return []


def _scope(scope: Scope, one: Change) -> Scope:
    """Return where a change happens: a regime for a class may set what holds over all of them."""
    return Scope(share_class=None) if one.over_all else scope


def _waiting_sentence(scope: Scope) -> str:
    return (
        f"Units are in issue, so new limits on investors are in force only after `tokenkit rules count {scope.option}`."
    )


def _will_wait(session: Session, scope: Scope, wanted: Requirements, one: Change) -> bool:
    """Tell whether a change makes a limit that is in force only after a count."""
    where = _scope(scope, one)
    if (
        one.setting not in COUNTED
        or not one.after
        or not any(each.transfers.supply() for each in where.classes(session))
    ):
        return False
    state = session.suite.rulebook.show(where.token)
    after = wanted.issuer_rules if one.over_all else wanted.rules
    if one.setting is Setting.INVESTORS:
        return not (state.limits_investors and state.investors_counted)
    if one.setting is Setting.COUNTRY_LIMITS:
        counted = {kind_of(limit.rule) for limit in state.country_limits if limit.counted}
        return any(kind_of(limit) not in counted for limit in after.country_limits)
    known = [(kind_of(limit.rule), limit.counted) for limit in state.group_limits]
    placed = in_place(tuple(limit.rule for limit in state.group_limits), after.group_limits)
    return any((kind_of(limit), True) != at for limit, at in zip_longest(placed, known[: len(placed)]))


def _effects(
    session: Session, scope: Scope, now: Requirements, wanted: Requirements, changes: Sequence[Change]
) -> Iterator[str]:
    """Say what the changes mean for those who hold units."""
    names = {bit: name for name, bit in session.record.plan.claims.items()}
    for over_all in sorted({one.over_all for one in changes}):
        where = Scope(share_class=None) if over_all else scope
        held = Now(
            name=where.name, decimals=where.decimals, holdings=holdings(session, where.classes(session)), names=names
        )
        before, after = (now.issuer_rules, wanted.issuer_rules) if over_all else (now.rules, wanted.rules)
        for one in (one for one in changes if one.over_all is over_all):
            if one.setting is Setting.TERMS and now.terms and wanted.terms:
                yield from expelled(held, now.terms, wanted.terms)
            yield from past(held, one.setting, before, after)


def _checked(session: Session, now: Requirements, wanted: Requirements, changes: Sequence[Change]) -> list[str]:
    """Return warnings about what changes; refuse what must be mended first."""
    claims, second = session.record.plan.claims, session.chain.now()
    known = set(check(now, claims, now=second))
    changed = {(one.over_all, one.setting) for one in changes}
    findings = [
        one for one in check(wanted, claims, now=second) if one not in known or setting_of(one.about) in changed
    ]
    names = {bit: name for name, bit in claims.items()}
    errors = [in_words(one, wanted, names) for one in findings if one.severity is Severity.ERROR]
    if errors:
        raise InvalidInput("Nothing was sent, because the settings contradict each other.\n" + "\n".join(errors))
    new = only_changed(wanted, changes)
    return [*(in_words(one, wanted, names) for one in findings), *_unattested(session, new, claims)]


def _unattested(session: Session, wanted: Requirements, claims: Mapping[str, int]) -> list[str]:
    """Name the claims that matter and that nobody has been attested."""
    mask = 0
    for group in wanted.terms.groups if wanted.terms else ():
        mask |= group.claims
    for rules in (wanted.rules, wanted.issuer_rules):
        mask |= rules.holding_period.exempt_claims if rules.holding_period else 0
        for limit in (*rules.country_limits, *rules.group_limits):
            mask |= limit.mask
    names = [name for name, bit in claims.items() if mask >> bit & 1]
    if not names:
        return []
    attested = session.suite.registry.attested_claims(from_block=session.record.first_block)
    return [
        f"No investor has been attested as {name!r} yet, which these settings look at."
        for name in names
        if not attested >> claims[name] & 1
    ]


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
