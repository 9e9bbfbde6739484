"""What all tables of a plan share, and the checks that several of them make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from tokenkit._plan_values import Issue, refusal, repeated
from tokenkit.errors import InvalidAmount
from tokenkit.types import UINT96_MAX, format_units, parse_units

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from pydantic import ValidationInfo

GIVE_ADDRESS: Final = "Give 0x followed by 40 hexadecimal digits."


class Section(BaseModel):
    """A table of the plan. The description of each field is the remedy shown when it is missing or has the wrong type."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", arbitrary_types_allowed=True)


def inexact(at: tuple[str | int, ...], amount: Decimal | None, decimals: int) -> Iterable[Issue]:
    """Tell whether an *amount* cannot be written in units of 10^-*decimals*, or is more than a row holds."""
    if amount is None:
        return
    try:
        units = parse_units(amount, decimals)
    except InvalidAmount:
        yield Issue(
            at, f"{amount} has more decimals than the class ({decimals}).", "Round it, or give the class more decimals."
        )
        return
    if units > UINT96_MAX:
        yield Issue(
            at, f"{amount} is more than a token can count.", f"Give at most {format_units(UINT96_MAX, decimals)}."
        )


def all_known(names: tuple[str, ...], info: ValidationInfo, kind: str, remedy: str) -> tuple[str, ...]:
    """Check that the plan defines all *names* of a *kind*, and that each stands there once."""
    known: frozenset[str] | None = (info.context or {}).get(kind)
    issues = [Issue((position,), f"{name!r} is named twice.", "Name it once.") for position, name in repeated(names)]
    if known is not None:
        choice = ", ".join(sorted(known)) or "none"
        issues += [
            Issue((at,), f"{name!r} is not among the {kind} of this plan.", f"{remedy} ({choice}).")
            for at, name in enumerate(names)
            if name not in known
        ]
    if issues:
        raise refusal(issues)
    return names
