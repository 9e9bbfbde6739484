"""All regimes, and several of them at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Final

from tokenkit.errors import InvalidInput
from tokenkit.regimes import (
    ch_vinkulierung,
    eu_150,
    eu_qualified,
    reg_a_tier_2,
    reg_cf,
    reg_d_506b,
    reg_d_506c,
    reg_s,
    rule_144,
    sg_accredited,
    us_12g,
)
from tokenkit.regimes._regime import NOTHING, Regime
from tokenkit.ruleset import Requirements, compose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ALL: Final[tuple[Regime, ...]] = (
    reg_d_506b.REGIME,
    reg_d_506c.REGIME,
    reg_s.REGIME,
    reg_cf.REGIME,
    reg_a_tier_2.REGIME,
    us_12g.REGIME,
    rule_144.REGIME,
    eu_qualified.REGIME,
    eu_150.REGIME,
    ch_vinkulierung.REGIME,
    sg_accredited.REGIME,
)

_SEVERAL_EXEMPTIONS: Final = Requirements(
    notes=(
        "Several US exemptions are applied to one class. Units do not remember under which they were sold, so the strictest holds for all:"
        " give each offering a class of its own if that is too much.",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A regime that is to be applied, and what it must be told."""

    regime: str
    values: Mapping[str, object] = field(default_factory=lambda: NOTHING)


def catalogue() -> tuple[Regime, ...]:
    """Return all regimes."""
    return _ALL


def find(regime: str) -> Regime:
    """Return the regime with an identifier.

    Raises:
        InvalidInput: there is none.
    """
    for one in _ALL:
        if one.id == regime:
            return one
    raise InvalidInput(f"There is no regime {regime!r}. There are {', '.join(one.id for one in _ALL)}.")


def apply(selections: Iterable[Selection], *, claims: Mapping[str, int]) -> Requirements:
    """Return what several regimes ask for together.

    A US exemption and Regulation S that stand beside one another are told so: then the exemption is about US persons, and Regulation S
    about everybody else and about what flows back.

    Args:
        selections: each regime once.
        claims: the plan's claims and their bits.

    Raises:
        InvalidInput: no regime, one twice, or wrong parameters.
        RegimeUnavailable: one does not exist on these facts, or needs a claim that the plan lacks.
        CannotCompose: together they admit nobody, or need more than the contracts have room for.
    """
    chosen = [(find(selection.regime), selection.values) for selection in selections]
    identifiers = [regime.id for regime, _ in chosen]
    if not chosen:
        raise InvalidInput("No regime is named. Name at least one.")
    if len(set(identifiers)) < len(identifiers):
        raise InvalidInput("A regime is named twice. Name each once.")
    exemptions = sum(regime.sells_in_us for regime, _ in chosen)
    beside = exemptions > 0 and reg_s.ID in identifiers
    asked = [regime.require(claims, {**_told(regime, beside=beside), **values}) for regime, values in chosen]
    if exemptions > 1:
        asked.append(_SEVERAL_EXEMPTIONS)
    return reduce(compose, [*asked, _unread(regime for regime, _ in chosen)])


def _unread(regimes: Iterable[Regime]) -> Requirements:
    """Ask for nothing, and note the sources whose own text was not read whole when the regimes were written."""
    unread = [f"{source.law}, {source.section}" for regime in regimes for source in regime.sources if not source.whole]
    if not unread:
        return Requirements()
    named = "; ".join(dict.fromkeys(unread))
    return Requirements(
        notes=(f"Sources not fully read: {named}. `tokenkit regime show` says what was: compare them.",)
    )


def _told(regime: Regime, *, beside: bool) -> Mapping[str, object]:
    """Return what is known to a regime because of the others."""
    names = {parameter.name for parameter in regime.parameters}
    return {name: True for name in ("offshore", "us_persons") if beside and name in names}
