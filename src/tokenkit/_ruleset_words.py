"""Requirements in the words of a compliance officer. See ``tokenkit.ruleset``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tokenkit._ruleset_values import (
    ANY_COUNTRY,
    Approval,
    CountLimit,
    HoldingPeriod,
    Requirements,
    RuleSet,
    Sanctions,
    TermsSet,
    TradingHours,
    Vesting,
    VolumeLimit,
)
from tokenkit.countries import COUNTRIES, parse_country
from tokenkit.errors import InvalidCountry
from tokenkit.types import format_units, from_unix

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tokenkit._ruleset_values import ExternalSetting, TradingWindow

DAY: Final = 86_400
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MANY: Final = 12
"""More countries than this are counted, not listed."""


def describe(requirements: Requirements, claims: Mapping[str, int], *, decimals: int = 0) -> tuple[str, ...]:
    """Say in sentences what *requirements* ask; *claims* are the plan's names and bits, *decimals* those of the class."""
    names = {bit: name for name, bit in claims.items()}
    return (
        *(
            _terms(requirements.terms, names)
            if requirements.terms is not None
            else ("Anybody whom the issuer admits may hold.",)
        ),
        *_rules(requirements.rules, names, decimals),
        *(f"Over all classes: {sentence}" for sentence in _rules(requirements.issuer_rules, names, decimals)),
    )


# ── Names ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def country_named(country: int) -> str:
    """Return a country's English name as in a sentence, or its number."""
    try:
        return parse_country(country).in_sentence
    except InvalidCountry:
        return f"country {country}"


def claims_named(mask: int, names: Mapping[int, str], *, joint: str = "and") -> str:
    """List the claims of a *mask* by name."""
    listed = [names.get(bit, f"claim {bit}") for bit in range(mask.bit_length()) if mask >> bit & 1]
    return _listed(listed, joint)


def investors_named(number: int) -> str:
    """Write a number of investors."""
    return f"{number:,} {_investors(number)}"


def limit_named(limit: CountLimit, names: Mapping[int, str], number: int = 0) -> str:
    """Say which investors a limit counts, for after their *number*."""
    have, lack = limit.claims & limit.mask, limit.mask & ~limit.claims
    parts = [f"attested as {claims_named(have, names)}"] if have else []
    parts += [f"not attested as {claims_named(lack, names, joint='or')}"] if lack else []
    where = "" if limit.country is None else f" resident in {country_named(limit.country)}"
    return f"{_investors(number)}{where}{' ' if parts else ''}{' and '.join(parts)}"


def _investors(number: int) -> str:
    return "investor" if number == 1 else "investors"


def time_named(seconds: int) -> str:
    """Say a length of time in days, or in seconds where it is not whole days."""
    if seconds % DAY:
        return f"{seconds:,} seconds"
    return "1 day" if seconds == DAY else f"{seconds // DAY:,} days"


def _listed(words: Collection[str], joint: str) -> str:
    *first, last = words
    return f"{', '.join(first)} {joint} {last}" if first else last


def _countries(countries: frozenset[int]) -> str:
    if len(countries) <= _MANY:
        return _listed(_sorted(countries), "and")
    left_out = _left_out(countries)
    if len(left_out) <= _MANY:
        return f"every country but {_listed(_sorted(left_out), 'and')}"
    return f"{len(countries)} countries ({', '.join(sorted(parse_country(one).alpha2 for one in countries))})"


def _left_out(countries: frozenset[int]) -> frozenset[int]:
    return frozenset(country.numeric for country in COUNTRIES) - countries


def _sorted(countries: frozenset[int]) -> list[str]:
    return sorted(map(country_named, countries), key=lambda name: name.removeprefix("the "))


# ── Terms ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _terms(terms: TermsSet, names: Mapping[int, str]) -> Iterator[str]:
    named = any(group.countries is not None for group in terms.groups)
    for group in terms.groups:
        if group.countries is None:
            whom = "Residents of all other countries" if named else "Residents of every country"
        else:
            whom = f"Residents of {_countries(group.countries)}"
        yield f"{whom} may hold{f' if attested as {claims_named(group.claims, names)}' if group.claims else ''}."
    if terms.groups and all(group.countries is not None for group in terms.groups):
        rest = _left_out(frozenset(country for group in terms.groups for country in group.countries or ()))
        others = _listed(_sorted(rest), "and") if 0 < len(rest) <= _MANY else "other countries"
        yield f"Residents of {others} may not hold."


# ── Rules ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rules(rules: RuleSet, names: Mapping[int, str], decimals: int) -> Iterator[str]:
    if rules.holding_units is not None:
        yield f"One investor may hold at most {_units(rules.holding_units, decimals)} units."
    if rules.holding_bps is not None:
        yield f"One investor may hold at most {_percent(rules.holding_bps)} of the supply."
    if rules.minimum_units is not None:
        yield f"Nobody may hold fewer than {_units(rules.minimum_units, decimals)} units, unless none."
    if rules.whole_position:
        yield "A holder may transfer all its units or none."
    if rules.authorised_units is not None:
        yield f"At most {_units(rules.authorised_units, decimals)} units may be in issue."
    yield from _counts(rules, names)
    if rules.holding_period is not None:
        yield _period(rules.holding_period, names)
    if rules.flow_back:
        yield _flow_back(rules)
    for setting in rules.external:
        yield external_named(setting, names, decimals)


def _counts(rules: RuleSet, names: Mapping[int, str]) -> Iterator[str]:
    if rules.investor_limit is not None:
        yield f"There may be at most {investors_named(rules.investor_limit)}."
    if rules.minimum_investors is not None:
        yield f"No transfer may leave fewer than {investors_named(rules.minimum_investors)}."
    alike: dict[tuple[int, int, int], list[CountLimit]] = {}
    for limit in rules.country_limits:
        alike.setdefault((limit.mask, limit.claims, limit.limit), []).append(limit)
    for limits in alike.values():
        countries = frozenset(limit.country for limit in limits if limit.country is not None)
        if len(countries) > 1:
            everybody = CountLimit(country=None, mask=limits[0].mask, claims=limits[0].claims, limit=limits[0].limit)
            yield f"In each of {_countries(countries)}: at most {limits[0].limit:,} {limit_named(everybody, names, limits[0].limit)}."
        else:
            yield f"At most {limits[0].limit:,} {limit_named(limits[0], names, limits[0].limit)}."
    for limit in rules.group_limits:
        yield f"At most {limit.limit:,} {limit_named(limit, names, limit.limit)}."


def _period(period: HoldingPeriod, names: Mapping[int, str]) -> str:
    exempt = (
        f" Whoever is attested as {claims_named(period.exempt_claims, names, joint='or')} may take them earlier; they stay locked for the rest."
        if period.exempt_claims
        else ""
    )
    return f"Units cannot be transferred for {time_named(period.seconds)} after they were issued.{exempt}"


def _flow_back(rules: RuleSet) -> str:
    until = "" if rules.flow_back_until is None else f" before {from_unix(rules.flow_back_until):%Y-%m-%d %H:%M} UTC"
    sources: dict[int, list[str]] = {}
    for pair in rules.flow_back:
        sources.setdefault(pair.source, []).append(country_named(pair.target))
    flows = [f"from {_source(source)} to {_listed(targets, 'or')}" for source, targets in sources.items()]
    return f"Units may not go {', nor '.join(flows)}{until}."


def _source(country: int) -> str:
    return "any other country" if country == ANY_COUNTRY else country_named(country)


def _units(units: int, decimals: int) -> str:
    whole, point, fraction = format_units(units, decimals).partition(".")
    return f"{int(whole):,}{point}{fraction}"


def _percent(bps: int) -> str:
    return f"{bps / 100:g} %"


# ── Rules that are contracts of their own ──────────────────────────────────────────────────────────────────────────────


def external_named(setting: ExternalSetting, names: Mapping[int, str], decimals: int) -> str:
    """Say what one setting of a rule contract asks."""
    match setting:
        case Vesting():
            return "Units that were granted to somebody can be transferred as they vest."
        case VolumeLimit():
            return _volume(setting, names, decimals)
        case TradingHours():
            number = len(setting.windows)
            return f"Transfers pass within {number} window{'s' if number != 1 else ''} of each week only."
        case Approval():
            return _approval(setting, names)
        case Sanctions():
            return f"Whoever the sanctions oracle {setting.oracle} lists neither sends nor receives."


def hours_named(windows: Iterable[TradingWindow], utc_offset: int) -> str:
    """List the windows of a week in local time."""
    hours, minutes = divmod(abs(utc_offset) // 60, 60)
    zone = f"UTC{'-' if utc_offset < 0 else '+'}{hours:02}:{minutes:02}"
    return f"{', '.join(f'{_minute(one.open)} to {_minute(one.close, end=True)}' for one in windows)} ({zone})"


def _minute(minute: int, *, end: bool = False) -> str:
    """Name a minute of the week; the *end* of a day belongs to that day."""
    day, rest = divmod(minute, 24 * 60)
    if end and rest == 0:
        day, rest = day - 1, 24 * 60
    return f"{_DAYS[day]} {rest // 60:02}:{rest % 60:02}"


def _volume(setting: VolumeLimit, names: Mapping[int, str], decimals: int) -> str:
    limits = [f"{_units(setting.units, decimals)} units"] if setting.units is not None else []
    limits += [f"{_percent(setting.bps)} of the supply"] if setting.bps is not None else []
    claims = claims_named(setting.of_claims, names, joint="or") if setting.of_claims else ""
    whom = f"An investor attested as {claims}" if claims else "One investor"
    return f"{whom} may transfer at most {_listed(limits, 'and')} within {time_named(setting.window)}."


def _approval(setting: Approval, names: Mapping[int, str]) -> str:
    claims = claims_named(setting.exempt_claims, names, joint="or") if setting.exempt_claims else ""
    exempt = f" to anybody not attested as {claims}" if claims else ""
    silence = setting.deemed_after
    deemed = f" Silence for {time_named(silence)} counts as approval." if silence is not None else ""
    return f"The company approves each transfer{exempt} beforehand.{deemed}"
