"""What a regime is: what it asks for, of whom it must be told what, where it stands in the law, and what it leaves out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tokenkit.countries import parse_country
from tokenkit.errors import InvalidCountry, InvalidInput, RegimeUnavailable
from tokenkit.types import to_unix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tokenkit.ruleset import Requirements

READ: Final = date(2026, 11, 23)
"""The day on which the sources were read."""

NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


class Kind(StrEnum):
    """What a parameter takes, from Python or as text."""

    YES_NO = "true or false"
    COUNT = "a whole number"
    CLAIM = "the name of one of the plan's claims"
    COUNTRY = "a country code"
    COUNTRIES = "country codes, separated by commas"
    INSTANT = "a date, or date, time and zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a regime stands in the law."""

    law: str
    section: str
    title: str
    note: str
    """What of it was read, and how it was used."""
    whole: bool = False
    """Its own text was read whole."""
    read: date = READ


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A fact of the issuer or of the offering that a regime must be told."""

    name: str
    kind: Kind
    text: str
    default: object = None
    needed: bool = False

    def parse(self, value: object) -> object:
        """Read a value, typed or as text.

        Raises:
            InvalidInput: it is not of the parameter's kind.
        """
        try:
            return _READERS[self.kind](value)
        except (TypeError, ValueError) as error:
            raise InvalidInput(f"{self.name} is {value!r}; give {self.kind}: {self.text}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """A body of law as terms and rules, a pure function of the facts of the offering."""

    id: str
    title: str
    jurisdiction: str
    sources: tuple[Source, ...]
    covers: tuple[str, ...]
    """What the terms and rules enforce, a sentence each."""
    does_not_cover: tuple[str, ...]
    """What stays with the issuer and its counsel, a sentence each."""
    function: Callable[..., Requirements]
    """Takes the plan's claims, and the parameters by name."""
    parameters: tuple[Parameter, ...] = ()
    example: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    """Values to show it with."""
    sells_in_us: bool = False
    """It exempts sales to US persons, so that Regulation S can stand beside it."""

    def require(self, claims: Mapping[str, int], values: Mapping[str, object] = NOTHING) -> Requirements:
        """Return what the regime asks for.

        Args:
            claims: the plan's claims and their bits.
            values: the parameters, typed or as text; those left out have their defaults.

        Raises:
            InvalidInput: a parameter is unknown, missing or of another kind.
            RegimeUnavailable: the regime does not exist on these facts, or needs a claim that the plan lacks.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise InvalidInput(f"{self.id} has no parameter {name!r}. It has {', '.join(known) or 'none'}.")
        missing = [one for one in self.parameters if one.needed and values.get(one.name) is None]
        if missing:
            asked = "; ".join(f"{one.name} ({one.kind}): {one.text}" for one in missing)
            raise InvalidInput(f"{self.id} has to be told {asked}")
        given = {name: known[name].parse(value) for name, value in values.items() if value is not None}
        return self.function(claims, **given)


def bit(regime: str, claims: Mapping[str, int], name: str) -> int:
    """Return the mask of one claim.

    Raises:
        RegimeUnavailable: the plan has no such claim.
    """
    if name not in claims:
        raise RegimeUnavailable(
            regime,
            f"it looks at the claim {name!r}, which the plan does not have. Add it under [claims] with a bit of its own,"
            " or name the claim that the plan uses for it.",
        )
    return 1 << claims[name]


def bits(regime: str, claims: Mapping[str, int], names: Iterable[str | None]) -> int:
    """Return the mask of several claims; those that are ``None`` are left out."""
    mask = 0
    for name in names:
        mask |= 0 if name is None else bit(regime, claims, name)
    return mask


# ── Reading values ─────────────────────────────────────────────────────────────────────────────────────────────────────

_WORDS: Final = {"true": True, "yes": True, "false": False, "no": False}


def _yes_no(value: object) -> bool:
    if isinstance(value, str):
        value = _WORDS.get(value.strip().lower(), value)
    if not isinstance(value, bool):
        raise TypeError
    return value


def _count(value: object) -> int:
    if isinstance(value, str):
        value = int(value.strip().replace("_", ""))
    if type(value) is not int or value < 0:
        raise TypeError
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError
    return value.strip()


def _country(value: object) -> int:
    if not isinstance(value, str | int):
        raise InvalidCountry
    return parse_country(value).numeric


def _countries(value: object) -> frozenset[int]:
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list | tuple | set | frozenset) or not listed:
        raise TypeError
    return frozenset(_country(one) for one in listed)


def _instant(value: object) -> int:
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value.strip()) == len("2026-01-31") else datetime.fromisoformat(value)
    if type(value) is date:
        # A day without a zone is one of UTC, as on the chain.
        value = datetime.fromisoformat(f"{value.isoformat()}T00:00:00+00:00")
    if isinstance(value, datetime):
        value = to_unix(value)
    if type(value) is not int or value <= 0:
        raise TypeError
    return value


_READERS: Final[Mapping[Kind, Callable[[object], object]]] = {
    Kind.YES_NO: _yes_no,
    Kind.COUNT: _count,
    Kind.CLAIM: _name,
    Kind.COUNTRY: _country,
    Kind.COUNTRIES: _countries,
    Kind.INSTANT: _instant,
}
