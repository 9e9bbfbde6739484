"""The values of a rule set: who may hold, and what may move, before anything is sent. See ``tokenkit.ruleset``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit._arguments import within
from tokenkit.countries import parse_country
from tokenkit.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import time
    from typing import Self

    from tokenkit.types import Address

ANY_COUNTRY = 0
"""In the place of a country in a :class:`CountryPair`: every country but the other one."""

MOST_PAIRS = 8
MOST_COUNTRY_LIMITS = 64
MOST_GROUP_LIMITS = 4
MOST_COUNTRY_GROUPS = 6
MOST_EXTERNAL_RULES = 8
BPS = 10_000
_MINUTES_A_DAY = 24 * 60
_MINUTES_A_WEEK = 7 * _MINUTES_A_DAY


# ── Who may hold ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryTerms:
    """What is asked of the residents of some countries before they may hold."""

    countries: frozenset[int] | None
    """ISO 3166-1 numeric; ``None``: every country that no other group names."""
    claims: int = 0
    """One bit a claim; all of them are needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsSet:
    """Who may hold. The providers whose attestations count stay the issuer's choice."""

    groups: tuple[CountryTerms, ...]
    lapsed_may_sell: bool = False

    def required_of(self, country: int) -> int | None:
        """Return the claims that residents of *country* need; ``None``: they are not admitted."""
        others: int | None = None
        for group in self.groups:
            if group.countries is None:
                others = group.claims
            elif country in group.countries:
                return group.claims
        return others


# ── What may move ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryPair:
    """Two countries between which units may not flow (ISO 3166-1 numeric)."""

    source: int
    """0: every country but the target."""
    target: int

    def __post_init__(self) -> None:
        if self.source != ANY_COUNTRY:
            parse_country(self.source)
        parse_country(self.target)
        if self.source == self.target:
            raise InvalidInput("Units cannot flow back from a country to itself. Give two different countries.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLimit:
    """At most *limit* investors whose ``claims & mask == claims`` of this limit."""

    country: int | None
    """ISO 3166-1 numeric; ``None``: of any country."""
    mask: int = 0
    """The claims that are looked at; 0: none, so everybody counts."""
    claims: int = 0
    """Those of them that an investor has who is counted."""
    limit: int

    def counts(self, country: int, claims: int) -> bool:
        """Tell whether an investor with these facts is counted."""
        return self.country in (None, country) and claims & self.mask == self.claims


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingPeriod:
    """Units that are issued while it is on are locked for a time, lot by lot, each lot on the terms of its own issue."""

    seconds: int
    exempt_claims: int = 0
    """A receiver with any of these claims may take locked units; they stay locked for the rest of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vesting:
    """Grants vest over time. The grants themselves are made wallet by wallet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeLimit:
    """The most that one investor may transfer within a time: in units, as a share of the supply, or the smaller of both."""

    units: int | None = None
    bps: int | None = None
    window: int
    """Seconds."""
    of_claims: int = 0
    """Only investors with any of these claims, each of whom is given the limit as its own; 0: every investor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingWindow:
    """A part of the week in which transfers pass, in minutes since Monday 00:00 local time; ``close`` is the first minute outside."""

    open: int
    close: int

    def __post_init__(self) -> None:
        within("open", self.open, _MINUTES_A_WEEK)
        within("close", self.close, _MINUTES_A_WEEK)
        if self.close <= self.open:
            raise InvalidInput("A trading window closes after it opens. One over the end of the week is two windows.")

    @classmethod
    def on(cls, weekday: int, opens: time, closes: time) -> Self:
        """Make the window of one day, 0 (Monday) … 6; *closes* at midnight is the end of the day."""
        day = within("weekday", weekday, 6) * _MINUTES_A_DAY
        end = closes.hour * 60 + closes.minute or _MINUTES_A_DAY
        return cls(open=day + opens.hour * 60 + opens.minute, close=day + end)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingHours:
    """Transfers pass within these windows of every week only."""

    utc_offset: int
    """Seconds that local time is ahead of UTC."""
    windows: tuple[TradingWindow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The company approves each transfer before it happens; the seller stays the owner until then."""

    exempt_claims: int = 0
    """A receiver with any of these claims needs no approval."""
    deemed_after: int | None = None
    """Seconds of silence after which a request counts as approved; ``None``: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanctions:
    """Whoever a sanctions oracle lists neither sends nor receives."""

    oracle: Address


ExternalSetting = Vesting | VolumeLimit | TradingHours | Approval | Sanctions
"""The wish for a rule that is a contract of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The rules wished for one class, or over all classes of the issuer. ``None``, false or empty: not asked for."""

    holding_units: int | None = None
    holding_bps: int | None = None
    investor_limit: int | None = None
    minimum_investors: int | None = None
    country_limits: tuple[CountLimit, ...] = ()
    """Each of one country, one a country."""
    group_limits: tuple[CountLimit, ...] = ()
    """Up to four more, each of one country or of all."""
    minimum_units: int | None = None
    whole_position: bool = False
    authorised_units: int | None = None
    holding_period: HoldingPeriod | None = None
    flow_back: tuple[CountryPair, ...] = ()
    flow_back_until: int | None = None
    """Unix second; ``None`` where there are pairs: for ever."""
    external: tuple[ExternalSetting, ...] = ()


NO_RULES = RuleSet()


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """What must hold for a class: of its holders, of its movements, and over all classes of its issuer."""

    regimes: tuple[str, ...] = ()
    """The identifiers of the regimes that ask for it."""
    terms: TermsSet | None = None
    """``None``: nothing is asked of holders."""
    rules: RuleSet = NO_RULES
    issuer_rules: RuleSet = NO_RULES
    notes: tuple[str, ...] = ()
    """What to know and to do beside it, a sentence or two each."""
