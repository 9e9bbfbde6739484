"""What requirements allow, restated in plain Python as the contracts obey them: one class, no chain. Refusals are codes of Verdict.sol.

One wallet an investor; lots are used oldest first, after what is free.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from tokenkit.ruleset import ANY_COUNTRY, Approval, VolumeLimit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenkit.ruleset import CountLimit, Requirements, RuleSet


class Code(IntEnum):
    """The refusals that requirements can lead to."""

    SENDER_COUNTRY = 14
    SENDER_CLAIMS = 15
    RECEIVER_COUNTRY = 24
    RECEIVER_CLAIMS = 25
    HOLDING_CAP = 40
    HOLDING_SHARE = 41
    INVESTOR_COUNT = 42
    FLOW_BACK = 44
    ISSUER_HOLDING_CAP = 45
    ISSUER_INVESTOR_COUNT = 46
    COUNTRY_COUNT = 47
    GROUP_COUNT = 48
    ISSUER_COUNTRY_COUNT = 49
    ISSUER_GROUP_COUNT = 50
    MINIMUM_INVESTORS = 51
    MINIMUM_HOLDING = 52
    WHOLE_POSITION = 53
    HOLDING_PERIOD = 54
    AUTHORISED_SUPPLY = 57
    VOLUME = 202
    NOT_APPROVED = 205


@dataclass(frozen=True, slots=True)
class Person:
    country: int
    claims: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    units: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A transfer that the company was asked to approve; ``approved`` ``None``: not answered."""

    source: str
    target: str
    units: int
    asked_at: int
    approved: bool | None = None


@dataclass(slots=True, kw_only=True)
class World:
    """Who is who, who holds what, and what went before."""

    now: int
    people: dict[str, Person] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    lots: dict[str, list[Lot]] = field(default_factory=dict)
    sales: list[tuple[str, int, int]] = field(default_factory=list)
    """Seller, second, units."""
    requests: list[Request] = field(default_factory=list)

    @property
    def supply(self) -> int:
        return sum(self.held.values())

    @property
    def holders(self) -> list[str]:
        return [name for name, units in self.held.items() if units]

    def units(self, name: str | None) -> int:
        return self.held.get(name or "", 0)

    def locked(self, name: str) -> int:
        return sum(lot.units for lot in self.lots.get(name, []) if lot.until > self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """No source: an issue. No target: a redemption. ``forced``: by order."""

    source: str | None
    target: str | None
    units: int
    forced: bool = False

    @property
    def is_transfer(self) -> bool:
        return not self.forced and self.source is not None and self.target is not None


def refusals(requirements: Requirements, world: World, move: Move) -> list[Code]:
    """Everything that refuses a movement."""
    found = list(_admission(requirements, world, move))
    # Rules let redemptions and movements by order pass.
    if move.forced or move.target is None or move.units == 0 or move.source == move.target:
        return found
    found += _counts(requirements.rules, world, move, _OWN)
    found += _counts(requirements.issuer_rules, world, move, _COMMON)
    found += _amounts(requirements.rules, world, move)
    if move.is_transfer:
        found += _transfer(requirements.rules, world, move)
    return sorted(found)


def follow(requirements: Requirements, world: World, move: Move) -> None:
    """Make the world what it is after a movement that passed."""
    period = requirements.rules.holding_period
    travelling: list[Lot] = []
    if move.source is not None:
        free = world.units(move.source) - world.locked(move.source)
        travelling = _take(world, move.source, max(0, move.units - free))
        world.held[move.source] -= move.units
        world.sales.append((move.source, world.now, move.units))
    elif period is not None:
        travelling = [Lot(units=move.units, until=world.now + period.seconds)]
    if move.target is not None:
        world.held[move.target] = world.units(move.target) + move.units
        world.lots.setdefault(move.target, []).extend(travelling)


def _take(world: World, name: str, units: int) -> list[Lot]:
    taken, kept = [], []
    for lot in world.lots.get(name, []):
        part = min(units, lot.units) if lot.until > world.now else 0
        units -= part
        taken += [replace(lot, units=part)] if part else []
        kept += [replace(lot, units=lot.units - part)] if lot.units > part else []
    world.lots[name] = kept
    return taken


# ── Who may hold ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _admission(requirements: Requirements, world: World, move: Move) -> Iterator[Code]:
    if requirements.terms is None:
        return
    if move.is_transfer and move.source and not requirements.terms.lapsed_may_sell:
        yield from _judged(requirements, world.people[move.source], Code.SENDER_COUNTRY, Code.SENDER_CLAIMS)
    if move.target is not None:
        yield from _judged(requirements, world.people[move.target], Code.RECEIVER_COUNTRY, Code.RECEIVER_CLAIMS)


def _judged(requirements: Requirements, person: Person, country: Code, claims: Code) -> Iterator[Code]:
    assert requirements.terms is not None
    required = requirements.terms.required_of(person.country)
    if required is None:
        yield country
    elif person.claims & required != required:
        yield claims


# ── What may move ──────────────────────────────────────────────────────────────────────────────────────────────────────

_OWN = (Code.INVESTOR_COUNT, Code.COUNTRY_COUNT, Code.GROUP_COUNT)
_COMMON = (Code.ISSUER_INVESTOR_COUNT, Code.ISSUER_COUNTRY_COUNT, Code.ISSUER_GROUP_COUNT)


def _counts(rules: RuleSet, world: World, move: Move, codes: tuple[Code, Code, Code]) -> Iterator[Code]:
    everybody, by_country, by_group = codes
    change = _change(world, move, None)
    if rules.investor_limit is not None and change > 0 and len(world.holders) + change > rules.investor_limit:
        yield everybody
    for limits, code in ((rules.country_limits, by_country), (rules.group_limits, by_group)):
        if any(_is_over(limit, world, move) for limit in limits):
            yield code
    fewest = rules.minimum_investors
    if fewest is not None and move.is_transfer and change < 0 and len(world.holders) + change < fewest:
        yield Code.MINIMUM_INVESTORS


def _is_over(limit: CountLimit, world: World, move: Move) -> bool:
    change = _change(world, move, limit)
    counted = sum(_is_counted(limit, world, name) for name in world.holders)
    return change > 0 and counted + change > limit.limit


def _change(world: World, move: Move, limit: CountLimit | None) -> int:
    """How many investors a movement adds to those counted."""
    enters = move.target is not None and world.units(move.target) == 0 and _is_counted(limit, world, move.target)
    leaves = (
        move.source is not None and world.units(move.source) == move.units and _is_counted(limit, world, move.source)
    )
    return int(enters) - int(leaves)


def _is_counted(limit: CountLimit | None, world: World, name: str) -> bool:
    person = world.people[name]
    return limit is None or limit.counts(person.country, person.claims)


def _amounts(rules: RuleSet, world: World, move: Move) -> Iterator[Code]:
    acquired = world.units(move.target) + move.units
    supply = world.supply + (move.units if move.source is None else 0)
    if rules.holding_units is not None and acquired > rules.holding_units:
        yield Code.HOLDING_CAP
    if rules.holding_bps is not None and acquired > supply * rules.holding_bps // 10_000:
        yield Code.HOLDING_SHARE
    if rules.authorised_units is not None and move.source is None and supply > rules.authorised_units:
        yield Code.AUTHORISED_SUPPLY
    left = world.units(move.source) - move.units
    if rules.minimum_units is not None and (acquired < rules.minimum_units or 0 < left < rules.minimum_units):
        yield Code.MINIMUM_HOLDING


def _transfer(rules: RuleSet, world: World, move: Move) -> Iterator[Code]:
    assert move.source is not None
    assert move.target is not None
    source, target = world.people[move.source], world.people[move.target]
    if rules.whole_position and move.units != world.units(move.source):
        yield Code.WHOLE_POSITION
    in_force = rules.flow_back_until is None or world.now < rules.flow_back_until
    if in_force and any(
        pair.target == target.country != source.country and pair.source in (ANY_COUNTRY, source.country)
        for pair in rules.flow_back
    ):
        yield Code.FLOW_BACK
    free = world.units(move.source) - world.locked(move.source)
    period = rules.holding_period
    if period is not None and move.units > free and not target.claims & period.exempt_claims:
        yield Code.HOLDING_PERIOD
    for setting in rules.external:
        if isinstance(setting, VolumeLimit) and _is_too_much(setting, world, move, source):
            yield Code.VOLUME
        if isinstance(setting, Approval) and not _is_approved(setting, world, move, target):
            yield Code.NOT_APPROVED


def _is_too_much(limit: VolumeLimit, world: World, move: Move, source: Person) -> bool:
    if limit.of_claims and not source.claims & limit.of_claims:
        return False
    sold = sum(units for name, at, units in world.sales if name == move.source and at > world.now - limit.window)
    shares = [world.supply * limit.bps // 10_000] if limit.bps is not None else []
    return sold + move.units > min([*shares, *([limit.units] if limit.units is not None else [])])


def _is_approved(approval: Approval, world: World, move: Move, target: Person) -> bool:
    if target.claims & approval.exempt_claims:
        return True
    for request in world.requests:
        if (request.source, request.target) != (move.source, move.target) or request.units < move.units:
            continue
        if request.approved is not None:
            return request.approved
        return approval.deemed_after is not None and world.now >= request.asked_at + approval.deemed_after
    return False
