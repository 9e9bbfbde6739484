"""Rule contracts that a class obeys beside the rulebook: which they are, and how a wish becomes their settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tokenkit._contract import Contract
from tokenkit._ruleset_words import claims_named, external_named, hours_named, time_named
from tokenkit.errors import Reverted, StaleAbi
from tokenkit.external import (
    Approvals,
    ApprovalTerms,
    ComplianceAdapter,
    RuleKind,
    Sanctions,
    Spenders,
    TradingHours,
    Volume,
    kind_of,
)
from tokenkit.ruleset import Approval, Vesting, VolumeLimit
from tokenkit.ruleset import Sanctions as SanctionsWish
from tokenkit.ruleset import TradingHours as HoursWish

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tokenkit.chain import Chain
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A rule contract, and what it asks of one class."""

    address: Address
    name: str
    """What it calls itself."""
    sentence: str
    idle: bool
    """It is not set up for the class: it stops nothing, or everything."""


def look(session: Session, token: Address, rule: Address, decimals: int) -> Seen:
    """Read what a rule contract asks of a class."""
    names = {bit: name for name, bit in session.record.plan.claims.items()}
    name, sentence, idle = _name_of(session, rule), "What it asks is not known.", False
    kind = kind_of(session.chain, rule)
    if kind is not None:
        try:
            sentence, idle = _READERS[kind](session.chain, rule, token, names, decimals)
        except (Reverted, StaleAbi):
            sentence = "It calls itself one of tokenkit's rules, but does not answer as one."
    return Seen(address=rule, name=name, sentence=sentence, idle=idle)


def _name_of(session: Session, rule: Address) -> str:
    try:
        return str(Contract(session.chain, rule, RuleKind.VESTING.artifact).read("name"))
    except (Reverted, StaleAbi):
        return "a contract that does not say what it is"


def _seen_volume(chain: Chain, rule: Address, token: Address, names: Names, decimals: int) -> tuple[str, bool]:
    found = Volume(chain, rule).show(token)
    if found is None:
        return "NO LIMIT IS SET, so it stops nothing.", True
    if found.units is None and found.bps is None:
        return (
            f"Investors with a limit of their own transfer no more than that within {time_named(found.window)}.",
            False,
        )
    return external_named(found, names, decimals), False


def _seen_hours(chain: Chain, rule: Address, token: Address, _names: Names, _decimals: int) -> tuple[str, bool]:
    found = TradingHours(chain, rule).show(token)
    blackouts = f" There are {len(found.blackouts)} blackouts." if found.blackouts else ""
    if not found.windows:
        return f"NO TRADING HOURS ARE SET, so it is always open.{blackouts}", not found.blackouts
    return f"Units move {hours_named(found.windows, found.utc_offset)} only.{blackouts}", False


def _seen_approval(chain: Chain, rule: Address, token: Address, names: Names, decimals: int) -> tuple[str, bool]:
    terms = Approvals(chain, rule).terms(token)
    wish = Approval(exempt_claims=terms.exempt_claims, deemed_after=terms.deemed_approved_after)
    return external_named(wish, names, decimals), False


def _seen_spenders(chain: Chain, rule: Address, token: Address, _names: Names, _decimals: int) -> tuple[str, bool]:
    if Spenders(chain, rule).others_allowed(token):
        return "Whoever is not blocked may move units for their holders.", False
    return "Nobody may move units for their holders but those who are allowed to.", False


def _seen_sanctions(chain: Chain, rule: Address, token: Address, names: Names, decimals: int) -> tuple[str, bool]:
    oracle = Sanctions(chain, rule).oracle(token)
    if oracle is None:
        return "NO ORACLE IS SET, so it stops nothing.", True
    return external_named(SanctionsWish(oracle=oracle), names, decimals), False


def _seen_vesting(_chain: Chain, _rule: Address, _token: Address, names: Names, decimals: int) -> tuple[str, bool]:
    return external_named(Vesting(), names, decimals), False


def _seen_compliance(chain: Chain, rule: Address, token: Address, _names: Names, _decimals: int) -> tuple[str, bool]:
    adapter = ComplianceAdapter(chain, rule)
    asked, served = adapter.compliance(), adapter.token()
    if served != token:
        return f"IT SERVES ANOTHER TOKEN, {served}, so it refuses everything here.", True
    if asked is None:
        return "NO COMPLIANCE CONTRACT IS SET, so it stops nothing.", True
    return f"The compliance contract {asked} is asked.", False


Names = Mapping[int, str]
_READERS: Final[Mapping[RuleKind, Callable[[Chain, Address, Address, Names, int], tuple[str, bool]]]] = {
    RuleKind.VESTING: _seen_vesting,
    RuleKind.VOLUME: _seen_volume,
    RuleKind.HOURS: _seen_hours,
    RuleKind.APPROVAL: _seen_approval,
    RuleKind.SPENDERS: _seen_spenders,
    RuleKind.SANCTIONS: _seen_sanctions,
    RuleKind.COMPLIANCE: _seen_compliance,
}


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
