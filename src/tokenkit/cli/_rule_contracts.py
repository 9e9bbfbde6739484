"""Rule contracts that a class obeys beside the rulebook: which they are, and how a wish becomes their settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tokenkit._contract import Contract
from tokenkit._ruleset_words import claims_named, external_named
from tokenkit.errors import Reverted, StaleAbi
from tokenkit.external import (
    Approvals,
    ApprovalTerms,
    RuleKind,
    Sanctions,
    TradingHours,
    Volume,
    kind_of,
)
from tokenkit.ruleset import Approval, VolumeLimit
from tokenkit.ruleset import Sanctions as SanctionsWish
from tokenkit.ruleset import TradingHours as HoursWish

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tokenkit.cli._session import Session
    from tokenkit.operation import Operation
    from tokenkit.ruleset import ExternalSetting
    from tokenkit.types import Address


@dataclass(slots=True, kw_only=True)
class Settled:
    """What rule contracts that are there are to be told, and what somebody has to do first."""

    operations: list[Operation[Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """What is not in force because the class obeys no such contract, and how to bring it."""
    by_hand: list[str] = field(default_factory=list)


def name_of(session: Session, rule: Address) -> str:
    """Return what a rule contract calls itself."""
    try:
        return str(Contract(session.chain, rule, RuleKind.VESTING.artifact).read("name"))
    except (Reverted, StaleAbi):
        return "a contract that does not say what it is"


def settle(session: Session, token: Address, wished: Iterable[ExternalSetting], *, decimals: int) -> Settled:
    """Turn wishes into settings of the rule contracts that the class obeys; say which contracts are missing."""
    settled = Settled()
    wishes = tuple(wished)
    if not wishes:
        return settled
    found = {kind_of(session.chain, rule): rule for rule in session.suite.rulebook.show(token).external_rules}
    names = {bit: name for name, bit in session.record.plan.claims.items()}
    for wish in wishes:
        kind = _kind(wish)
        sentence = external_named(wish, names, decimals)
        rule = found.get(kind)
        if rule is None:
            how = f"`tokenkit rules deploy {kind}`, then `rules empower` and `rules add`, and apply the regime again"
            settled.missing.append(f"NOT IN FORCE: {sentence} That takes a rule contract: {how}.")
            continue
        operation = _setting(session, token, rule, wish)
        if operation is not None:
            settled.operations.append(operation)
        if isinstance(wish, VolumeLimit) and wish.of_claims:
            whom = claims_named(wish.of_claims, names, joint="or")
            settled.by_hand.append(
                f"{sentence} The volume rule knows investors, not claims: set the limit of each attested as {whom} "
                "with tokenkit.external.Volume.limit_investor."
            )
    return settled


def _kind(wish: ExternalSetting) -> RuleKind:
    match wish:
        case Approval():
            return RuleKind.APPROVAL
        case VolumeLimit():
            return RuleKind.VOLUME
        case HoursWish():
            return RuleKind.HOURS
        case SanctionsWish():
            return RuleKind.SANCTIONS
    return RuleKind.VESTING


def _setting(session: Session, token: Address, rule: Address, wish: ExternalSetting) -> Operation[None] | None:
    """Prepare the act that sets a rule as wished; ``None``: it is set so, or has nothing to set."""
    chain = session.chain
    match wish:
        case Approval():
            return _approval(Approvals(chain, rule), token, wish)
        case VolumeLimit():
            return _volume(Volume(chain, rule), token, wish)
        case HoursWish():
            return _hours(TradingHours(chain, rule), token, wish)
        case SanctionsWish():
            sanctions = Sanctions(chain, rule)
            return None if sanctions.oracle(token) == wish.oracle else sanctions.set_oracle(token, wish.oracle)
    return None


def _approval(rule: Approvals, token: Address, wish: Approval) -> Operation[None] | None:
    after, exempt = wish.deemed_after, wish.exempt_claims
    if rule.terms(token) == ApprovalTerms(deemed_approved_after=after, exempt_claims=exempt):
        return None
    return rule.set_terms(token, deemed_approved_after=after, exempt_claims=exempt)


def _volume(rule: Volume, token: Address, wish: VolumeLimit) -> Operation[None] | None:
    known = rule.show(token)
    if wish.of_claims:
        return rule.limit_named(token, window=wish.window) if known is None else None
    if known == wish:
        return None
    return rule.limit(token, window=wish.window, units=wish.units, bps=wish.bps)


def _hours(rule: TradingHours, token: Address, wish: HoursWish) -> Operation[None] | None:
    known = rule.show(token)
    if (known.windows, known.utc_offset) == (wish.windows, wish.utc_offset):
        return None
    return rule.set_hours(token, wish.windows, utc_offset=wish.utc_offset)
