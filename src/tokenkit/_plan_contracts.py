"""The tables of a plan for rules that are contracts of their own: each is deployed once, and every class that names it obeys it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from tokenkit._plan_base import GIVE_ADDRESS, Section, all_known
from tokenkit._plan_values import AccountAddress, Amount, Clock, Instant, Issue, Percent, refusal, refuse, repeated

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY: Final = 86_400
MINUTES_A_DAY: Final = 24 * 60
MOST_WINDOWS: Final = 14
LAST_SECOND: Final = 2**32 - 1

_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ADD_CLAIM: Final = "Add it under [claims], or correct the name"

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Period(Section):
    """A length of time, in days or in seconds."""

    days: int | None = Field(default=None, ge=1, le=LAST_SECOND // DAY, description="Give a whole number of days.")
    seconds: int | None = Field(default=None, ge=1, le=LAST_SECOND, description="Give a whole number of seconds.")

    @model_validator(mode="after")
    def _one_length(self) -> Period:
        if (self.days is None) == (self.seconds is None):
            what = "no length" if self.days is None else "two lengths"
            raise refuse(f"The period has {what}.", "Give either days or seconds.")
        return self

    @property
    def length(self) -> int:
        """The period in seconds."""
        return self.seconds if self.seconds is not None else (self.days or 0) * DAY


class Volume(Period):
    """The most that each investor may transfer within any period of some length: in units, as a share of the supply, or both."""

    units: Amount | None = Field(default=None, description="Give a positive number of units.")
    percent: Percent | None = Field(default=None, description="Give a share of the supply, such as 1.")

    @model_validator(mode="after")
    def _limits(self) -> Volume:
        if self.units is None and self.percent is None:
            raise refuse("The limit has neither units nor percent.", "Give one of them or both, or remove it.")
        return self

    @property
    def bps(self) -> int:
        """The share in basis points; 0: no share."""
        return int(self.percent * 100) if self.percent else 0


class TradingDays(Section):
    """When units may change hands on some days of the week, in local time."""

    days: tuple[Weekday, ...] = Field(min_length=1, description='Give a list of days, such as ["mon", "tue"].')
    opens: Clock = Field(description="Give a time of the day without quotes, such as 09:00:00.")
    closes: Clock = Field(description="Give a time of the day without quotes; 00:00:00 is the end of the day.")

    @model_validator(mode="after")
    def _some_time(self) -> TradingDays:
        if self.opens >= (self.closes or MINUTES_A_DAY):
            raise refuse("Trading closes before it opens.", "Give a later time to close, or part the night in two.")
        return self


class Blackout(Section):
    """A time in which no units change hands."""

    starts: Instant = Field(description="Give date, time and zone without quotes, such as 2031-07-01T00:00:00Z.")
    ends: Instant = Field(description="Give date, time and zone without quotes; trading is open again from then on.")
    every_days: int | None = Field(
        default=None,
        ge=1,
        le=LAST_SECOND // DAY,
        description="Give the days from one start to the next, or leave it out: once.",
    )

    @model_validator(mode="after")
    def _some_time(self) -> Blackout:
        if self.ends <= self.starts:
            raise refuse("The blackout ends before it starts.", "Give a later time to end.")
        if self.every_days is not None and self.every_days * DAY <= self.ends - self.starts:
            raise refuse("The blackout comes again before it has ended.", "Give more days, or end it earlier.")
        return self


class TradingHours(Section):
    """When units may change hands; outside of these windows, and in blackouts, they do not."""

    utc_offset_minutes: int = Field(
        default=0, ge=-840, le=840, description="Give the minutes that local time is ahead of UTC, the whole year."
    )
    windows: tuple[TradingDays, ...] = Field(
        default=(),
        description='Give a list of { days = ["mon", …], opens = 09:00:00, closes = 17:30:00 }; none: always open.',
    )
    blackouts: tuple[Blackout, ...] = Field(
        default=(), max_length=16, description="Give a list of { starts, ends, every_days }."
    )

    @model_validator(mode="after")
    def _apart(self) -> TradingHours:
        weekly = self.weekly()
        issues = [
            Issue(("windows",), "Two windows overlap.", "Merge them, or part them.")
            for before, after in pairwise(weekly)
            if after[0] < before[1]
        ]
        if len(weekly) > MOST_WINDOWS:
            issues.append(
                Issue(("windows",), f"There are {len(weekly)} windows a week.", f"At most {MOST_WINDOWS} fit.")
            )
        if issues:
            raise refusal(issues[:1])
        if not weekly and not self.blackouts:
            raise refuse("There are neither windows nor blackouts.", "Give one of them or both, or remove the table.")
        return self

    def weekly(self) -> list[tuple[int, int]]:
        """Return the windows of a week in ascending order: minutes since Monday 00:00, and the first minute outside."""
        return sorted(
            (day * MINUTES_A_DAY + one.opens, day * MINUTES_A_DAY + (one.closes or MINUTES_A_DAY))
            for one in self.windows
            for day in map(_WEEK.index, one.days)
        )


class Approval(Section):
    """Transfers to other investors take the company's consent; the seller stays the owner until then."""

    deemed_after_days: int | None = Field(
        default=None,
        ge=1,
        le=LAST_SECOND // DAY,
        description="Give the days of silence after which a request counts as approved, or leave it out: never.",
    )
    exempt: tuple[str, ...] = Field(
        default=(), description="Give a list of claim names: receivers with any of them need no consent."
    )

    @field_validator("exempt")
    @classmethod
    def _known(cls, claims: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return all_known(claims, info, "claims", _ADD_CLAIM)


class Spenders(Section):
    """Who may move units of others by allowance: only those on a list, or everybody but those on it."""

    allowed: tuple[AccountAddress, ...] | None = Field(
        default=None, description="Give a list of addresses: nobody else may; none at all: nobody may."
    )
    blocked: tuple[AccountAddress, ...] | None = Field(
        default=None, min_length=1, description="Give a list of addresses: everybody else may."
    )

    @model_validator(mode="after")
    def _one_list(self) -> Spenders:
        if (self.allowed is None) == (self.blocked is None):
            what = "There is no list" if self.allowed is None else "There are two lists"
            raise refuse(f"{what} of spenders.", "Give either allowed or blocked.")
        return self

    @field_validator("allowed", "blocked")
    @classmethod
    def _once(cls, listed: tuple[str, ...] | None) -> tuple[str, ...] | None:
        twice = repeated(listed or ())
        if twice:
            raise refusal(Issue((at,), f"{account} is named twice.", "Name it once.") for at, account in twice)
        return listed


class Sanctions(Section):
    """Whoever a sanctions oracle lists neither gives, gets nor moves units."""

    oracle: AccountAddress = Field(description=GIVE_ADDRESS)


class RuleContracts(Section):
    """Rules that are contracts of their own."""

    vesting: bool = Field(default=False, description="Give true: units can be granted that vest over time.")
    volume: Volume | None = Field(default=None, description="Give { percent = 1, days = 90 }.")
    trading_hours: TradingHours | None = Field(
        default=None, description="Give { utc_offset_minutes = …, windows = […], blackouts = […] }."
    )
    approval: Approval | None = Field(default=None, description="Give { deemed_after_days = …, exempt = […] }.")
    spenders: Spenders | None = Field(default=None, description="Give { allowed = […] } or { blocked = […] }.")
    sanctions: Sanctions | None = Field(default=None, description="Give { oracle = … }.")

    @property
    def contracts(self) -> tuple[str, ...]:
        """The keys of those that are asked for."""
        return tuple(self._asked())

    def _asked(self) -> Iterator[str]:
        for key in RuleContracts.model_fields:
            if getattr(self, key):
                yield key
