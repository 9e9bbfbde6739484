"""What the rulebook answers: settings, locks, lots, and counts of investors. See ``tokenkit.rules``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tokenkit._ruleset_values import CountLimit, CountryPair, HoldingPeriod, RuleSet
from tokenkit.types import UINT96_MAX, ZERO_ADDRESS, Address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALL_CLASSES = ZERO_ADDRESS
"""In the place of a token: over all classes of the issuer."""

ALL_UNITS = UINT96_MAX
"""A lockup of everything a wallet has and gets."""

FOR_EVER = 2**48 - 1
"""A flow-back block without an end."""

MOST_INVESTORS: Final = 2**24 - 1
"""In the place of a limit: there is a minimum only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A lockup of one wallet's units."""

    wallet: Address
    units: int
    until: int
    """Unix second at which the units move again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Units acquired together, which may move at one time."""

    units: int
    acquired: int
    """Unix second."""
    until: int
    """Unix second at which the units move; fixed when they were acquired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """A wallet on the deny list."""

    wallet: Address
    reason: str
    """Why it was put there last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitState:
    """A limit on investors of one kind, and what the rulebook counted."""

    rule: CountLimit
    count: int
    """Right while ``counted``."""
    counted: bool
    """False: the limit is **not in force** until all holders are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many investors hold units: all, and those each limit is about, in the order of the settings."""

    units: int
    """The units that the counted wallets hold."""
    investors: int
    countries: tuple[int, ...]
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountDifference:
    """A count that the rulebook keeps, and what counting anew gives."""

    about: str
    """``units``, ``investors``, ``country 756``, ``group 1``."""
    stored: int
    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """All rules of one token, or over all classes. ``None``, false or empty: the rule is off."""

    token: Address
    holding_units: int | None
    holding_bps: int | None
    investor_limit: int | None
    minimum_investors: int | None
    investor_count: int
    """Right while ``investors_counted``."""
    investors_counted: bool
    """False while there is a limit or a minimum: neither is **in force** until all holders are counted."""
    country_limits: tuple[LimitState, ...]
    group_limits: tuple[LimitState, ...]
    lockups: bool
    flow_back_until: int | None
    flow_back: tuple[CountryPair, ...]
    deny_list: bool
    minimum_units: int | None
    whole_position: bool
    authorised_units: int | None
    holding_period: HoldingPeriod | None
    external_rules: tuple[Address, ...]

    @property
    def limits_investors(self) -> bool:
        """Whether there is a limit or a minimum on the number of all investors."""
        return self.investor_limit is not None or self.minimum_investors is not None

    @property
    def pending(self) -> bool:
        """Whether a limit on investors is set but **not in force**, because holders have to be counted first: see ``Rules.count``."""
        limits = (*self.country_limits, *self.group_limits)
        return (self.limits_investors and not self.investors_counted) or not all(one.counted for one in limits)

    def wished(self) -> RuleSet:
        """Return the settings as the value that would ask for them; contracts of their own are left out."""
        return RuleSet(
            holding_units=self.holding_units,
            holding_bps=self.holding_bps,
            investor_limit=self.investor_limit,
            minimum_investors=self.minimum_investors,
            country_limits=tuple(one.rule for one in self.country_limits),
            group_limits=tuple(one.rule for one in self.group_limits),
            minimum_units=self.minimum_units,
            whole_position=self.whole_position,
            authorised_units=self.authorised_units,
            holding_period=self.holding_period,
            flow_back=self.flow_back,
            flow_back_until=None if self.flow_back_until == FOR_EVER else self.flow_back_until,
        )


def read_settings(token: Address, raw: Mapping[str, Any]) -> RuleSettings:
    """Make settings out of what ``settingsOf`` answered."""
    limit, period = raw["investorLimit"], raw["holdingPeriod"]
    return RuleSettings(
        token=token,
        holding_units=raw["holdingUnits"] or None,
        holding_bps=raw["holdingBps"] or None,
        investor_limit=None if limit in (0, MOST_INVESTORS) else limit,
        minimum_investors=raw["minimumInvestors"] or None,
        investor_count=raw["investorCount"],
        investors_counted=raw["investorsCounted"],
        country_limits=tuple(map(_limit_state, raw["countryLimits"])),
        group_limits=tuple(map(_limit_state, raw["groupLimits"])),
        lockups=raw["lockups"],
        flow_back_until=raw["flowBackUntil"] or None,
        flow_back=tuple(CountryPair(source=pair["from"], target=pair["to"]) for pair in raw["flowBack"]),
        deny_list=raw["denyList"],
        minimum_units=raw["minimumUnits"] or None,
        whole_position=raw["wholePosition"],
        authorised_units=raw["authorisedUnits"] or None,
        holding_period=HoldingPeriod(seconds=period, exempt_claims=raw["exemptClaims"]) if period else None,
        external_rules=tuple(raw["externalRules"]),
    )


def limit_arguments(limits: Iterable[CountLimit]) -> list[dict[str, int]]:
    """Write limits as the rulebook takes them."""
    return [{"country": one.country or 0, "mask": one.mask, "claims": one.claims, "limit": one.limit} for one in limits]


def add_counts(one: Counts, other: Counts) -> Counts:
    """Add what two pages of holders gave."""
    return Counts(
        units=one.units + other.units,
        investors=one.investors + other.investors,
        countries=tuple(map(sum, zip(one.countries, other.countries, strict=True))),
        groups=tuple(map(sum, zip(one.groups, other.groups, strict=True))),
    )


def read_counts(raw: Mapping[str, Any]) -> Counts:
    """Make counts out of a page that ``recount`` answered."""
    return Counts(
        units=raw["units"],
        investors=raw["investors"],
        countries=tuple(raw["countries"]),
        groups=tuple(raw["groups"]),
    )


def differing_counts(settings: RuleSettings, counted: Counts) -> tuple[CountDifference, ...]:
    """Compare the counts in force with what was counted; a limit that is pending has no count to be wrong."""
    pairs = [("investors", settings.investor_count, counted.investors)] if settings.investors_counted else []
    pairs += [
        (f"country {one.rule.country}", one.count, found)
        for one, found in zip(settings.country_limits, counted.countries, strict=True)
        if one.counted
    ]
    pairs += [
        (f"group {at}", one.count, found)
        for at, (one, found) in enumerate(zip(settings.group_limits, counted.groups, strict=True), 1)
        if one.counted
    ]
    return tuple(
        CountDifference(about=about, stored=stored, counted=found) for about, stored, found in pairs if stored != found
    )


def _limit_state(raw: Mapping[str, Any]) -> LimitState:
    rule = raw["rule"]
    limit = CountLimit(country=rule["country"] or None, mask=rule["mask"], claims=rule["claims"], limit=rule["limit"])
    return LimitState(rule=limit, count=raw["count"], counted=raw["counted"])
