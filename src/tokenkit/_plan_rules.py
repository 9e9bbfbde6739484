"""The tables of a plan that say what may move: [rules] and [classes.rules]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field, ValidationInfo, field_validator, model_validator

from tokenkit._plan_base import GIVE_ADDRESS, Section, all_known, inexact
from tokenkit._plan_contracts import Period, RuleContracts
from tokenkit._plan_values import (
    AccountAddress,
    Amount,
    AmountOrAll,
    CountryCode,
    CountryOrEvery,
    Instant,
    InstantOrForever,
    Issue,
    Percent,
    Text,
    refusal,
    refuse,
    repeated,
)
from tokenkit.countries import parse_country

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_COUNTRIES: Final = 64
MOST_DENIED: Final = 100

_ADD_CLAIM = "Add it under [claims], or correct the name"
_GIVE_LIMIT = "Give a whole number of investors, or leave it out."

Investors = Annotated[int, Field(ge=1, le=2**24 - 2)]


class HoldingCap(Section):
    """The most that one investor may hold."""

    units: Amount | None = Field(default=None, description="Give a positive number of units.")
    percent: Percent | None = Field(
        default=None,
        description="Give a share of the supply, such as 9.75; in a class that is empty it refuses every issue.",
    )

    @model_validator(mode="after")
    def _limits(self) -> HoldingCap:
        if self.units is None and self.percent is None:
            raise refuse("The cap has neither units nor percent.", "Give one of them or both, or remove the cap.")
        return self

    @property
    def bps(self) -> int:
        """The share in basis points; 0: no share."""
        return int(self.percent * 100) if self.percent else 0


class _Kind(Section):
    """Investors with all of some claims and none of others."""

    limit: Investors = Field(description="Give a whole number of investors.")
    claims: tuple[str, ...] = Field(default=(), description="Give a list of claim names: who has all of them counts.")
    without: tuple[str, ...] = Field(
        default=(), description="Give a list of claim names: who has none of them counts, such as ['accredited']."
    )

    @field_validator("claims", "without")
    @classmethod
    def _known(cls, claims: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return all_known(claims, info, "claims", _ADD_CLAIM)

    @model_validator(mode="after")
    def _met_by_somebody(self) -> _Kind:
        both = sorted(set(self.claims) & set(self.without))
        if both:
            raise refuse(
                f"Nobody has {both[0]!r} and has it not, so nobody would be counted.", "Keep it in one of the lists."
            )
        return self


class CountryLimit(_Kind):
    """The most investors that each of some countries may have."""

    countries: tuple[CountryCode, ...] = Field(min_length=1, description="Give a list of country codes.")


class GroupLimit(_Kind):
    """The most investors with, or without, certain claims."""

    country: CountryCode | None = Field(default=None, description="Give a country code, or leave it out: everywhere.")

    @model_validator(mode="after")
    def _counts_some(self) -> GroupLimit:
        if not self.claims and not self.without:
            raise refuse(
                "The limit names no claims, so it counts everybody.",
                "Give claims or without; for everybody, investor_limit or country_limits.",
            )
        return self


class HoldingPeriod(Period):
    """How long units that are issued cannot be transferred, lot by lot; each lot keeps the period it was issued with."""

    exempt: tuple[str, ...] = Field(
        default=(),
        description="Give a list of claim names: receivers with any of them may take units within the period.",
    )

    @field_validator("exempt")
    @classmethod
    def _known(cls, claims: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return all_known(claims, info, "claims", _ADD_CLAIM)


class Lockup(Section):
    """Units of a wallet that cannot move until a time; ``units`` ``None``: all it has and gets."""

    wallet: AccountAddress = Field(description=GIVE_ADDRESS)
    units: AmountOrAll = Field(description='Give a positive number of units, or "all".')
    until: Instant = Field(description="Give date, time and zone without quotes, such as 2031-07-01T00:00:00Z.")


class CountryPair(Section):
    """Where units may not go; ``source`` 0: from every country but ``target``."""

    source: CountryOrEvery = Field(alias="from", description='Give a country code, or "*" for every country but "to".')
    target: CountryCode = Field(alias="to", description="Give a country code.")

    @model_validator(mode="after")
    def _differ(self) -> CountryPair:
        if self.source == self.target:
            raise refuse("A country cannot flow back to itself.", "Give two different countries.")
        return self


class FlowBack(Section):
    """Countries between which units may not move until a time."""

    pairs: tuple[CountryPair, ...] = Field(
        min_length=1, max_length=8, description="Give one to eight pairs { from = …, to = … }."
    )
    until: InstantOrForever = Field(description='Give date, time and zone without quotes, or "forever".')

    @field_validator("pairs")
    @classmethod
    def _once(cls, pairs: tuple[CountryPair, ...]) -> tuple[CountryPair, ...]:
        twice = repeated([(pair.source, pair.target) for pair in pairs])
        if twice:
            raise refusal(
                Issue((position,), "The same pair of countries stands here twice.", "Remove one.")
                for position, _ in twice
            )
        return pairs


class DenyList(Section):
    """Wallets that give, get and move nothing in any class from the start."""

    wallets: tuple[AccountAddress, ...] = Field(
        min_length=1, max_length=MOST_DENIED, description="Give a list of addresses; all wallets of each investor."
    )
    reason: Text = Field(description="Say in a few words why, in quotes; it is public.")

    @field_validator("wallets")
    @classmethod
    def _once(cls, wallets: tuple[str, ...]) -> tuple[str, ...]:
        twice = repeated(wallets)
        if twice:
            raise refusal(Issue((at,), f"{wallet} is named twice.", "Name it once.") for at, wallet in twice)
        return wallets


class _Limits(Section):
    """What can be limited in one class and over all."""

    holding_cap: HoldingCap | None = Field(default=None, description="Give { units = … }.")
    investor_limit: Investors | None = Field(default=None, description=_GIVE_LIMIT)
    country_limits: tuple[CountryLimit, ...] = Field(
        default=(), description="Give a list of { countries, limit, claims, without }."
    )
    group_limits: tuple[GroupLimit, ...] = Field(
        default=(), max_length=4, description="Give a list of at most four { claims, without, limit, country }."
    )

    @field_validator("country_limits")
    @classmethod
    def _each_country_once(cls, limits: tuple[CountryLimit, ...]) -> tuple[CountryLimit, ...]:
        places = [(at, inner, country) for at, one in enumerate(limits) for inner, country in enumerate(one.countries)]
        issues = [
            Issue(
                (places[position][0], "countries", places[position][1]),
                f"{parse_country(country).name} has a limit already.",
                "A country has one limit here; put others under group_limits.",
            )
            for position, country in repeated([country for _, _, country in places])
        ]
        if len(places) > MOST_COUNTRIES:
            issues.append(
                Issue((), f"{len(places)} countries have a limit.", f"At most {MOST_COUNTRIES} can have one.")
            )
        if issues:
            raise refusal(issues)
        return limits


class IssuerRules(_Limits):
    """Limits over all classes together."""

    deny_list: DenyList | None = Field(default=None, description="Give { wallets = […], reason = … }.")


class Rules(_Limits, RuleContracts):
    """Limits on what may move in one class."""

    minimum_investors: Investors | None = Field(default=None, description=_GIVE_LIMIT)
    minimum_units: Amount | None = Field(default=None, description="Give the least units that an investor may hold.")
    whole_position: bool = Field(default=False, description="Give true: a holder transfers all its units or none.")
    authorised_units: Amount | None = Field(default=None, description="Give the most units that may be in issue.")
    holding_period: HoldingPeriod | None = Field(default=None, description="Give { days = …, exempt = […] }.")
    lockups: tuple[Lockup, ...] = Field(default=(), description="Give a list of { wallet, units, until }.")
    flow_back: FlowBack | None = Field(default=None, description="Give { until = …, pairs = […] }.")

    @field_validator("lockups")
    @classmethod
    def _once(cls, lockups: tuple[Lockup, ...]) -> tuple[Lockup, ...]:
        twice = repeated([lockup.wallet for lockup in lockups])
        if twice:
            raise refusal(
                Issue((position,), f"{wallet} is locked up twice.", "A wallet has one lockup; merge them.")
                for position, wallet in twice
            )
        return lockups

    @model_validator(mode="after")
    def _consistent(self) -> Rules:
        issues = list(_contradictions(self))
        if issues:
            raise refusal(issues)
        return self

    def inexact(self, decimals: int) -> Iterator[Issue]:
        """List the amounts that cannot be written in units of 10^-*decimals*."""
        cap = self.holding_cap
        yield from inexact(("rules", "holding_cap", "units"), cap.units if cap else None, decimals)
        yield from inexact(("rules", "minimum_units"), self.minimum_units, decimals)
        yield from inexact(("rules", "authorised_units"), self.authorised_units, decimals)
        yield from inexact(("rules", "volume", "units"), self.volume.units if self.volume else None, decimals)
        for position, lockup in enumerate(self.lockups):
            yield from inexact(("rules", "lockups", position, "units"), lockup.units, decimals)


def _contradictions(rules: Rules) -> Iterator[Issue]:
    least, most = rules.minimum_investors, rules.investor_limit
    if least is not None and most is not None and least > most:
        yield Issue(
            ("minimum_investors",),
            f"At least {least} investors are asked for, but at most {most} allowed.",
            "Lower it, or raise investor_limit.",
        )
    units = rules.minimum_units
    ceilings = (
        ("holding_cap", rules.holding_cap.units if rules.holding_cap else None, "one investor may hold at most"),
        ("authorised_units", rules.authorised_units, "there may be at most"),
    )
    for key, ceiling, words in ceilings:
        if units is not None and ceiling is not None and units > ceiling:
            yield Issue(
                ("minimum_units",),
                f"An investor must hold at least {units} units, but {words} {ceiling}.",
                f"Lower it, or raise {key}.",
            )
