"""What to know before settings are sent: contradictions, counts to come, and what they mean for those who hold units."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from tokenkit.cli._rule_effects import Now, expelled, holdings, past
from tokenkit.cli._rule_scope import Scope
from tokenkit.errors import InvalidInput
from tokenkit.ruleset import Requirements, Severity, check
from tokenkit.ruleset_diff import COUNTED, Change, Setting, in_place, in_words, kind_of, only_changed, setting_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tokenkit.cli._session import Session


def loud(changes: Sequence[Change]) -> list[str]:
    """Say beforehand what an act brings about that its name does not say."""
    if any(one.setting is Setting.HOLDING_PERIOD and not one.after for one in changes):
        return ["Switching the holding period off ends all lots at once; they do not come back."]
    return []


def _scope(scope: Scope, one: Change) -> Scope:
    """Return where a change happens: a regime for a class may set what holds over all of them."""
    return Scope(share_class=None) if one.over_all else scope


def to_count(session: Session, scope: Scope, wanted: Requirements, changes: Sequence[Change]) -> Iterator[str]:
    """Say which changes make limits that are in force only after a count."""
    for one in changes:
        if _will_wait(session, scope, wanted, one):
            count = f"`tokenkit rules count {_scope(scope, one).option}`"
            yield f"Units are in issue, so new limits on investors are in force only after {count}."


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


def effects(
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


def checked(session: Session, now: Requirements, wanted: Requirements, changes: Sequence[Change]) -> list[str]:
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
