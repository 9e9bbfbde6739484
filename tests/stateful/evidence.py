"""What a run has shown: which properties it checked how often, what was accepted and refused, and what broke."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Outcome = tuple[str, tuple[object, ...]] | None
"""A refusal by name and values, or ``None``: accepted."""

_BY_CODE = {
    6: "TOK-5",
    **dict.fromkeys((40, 41, 45), "CAP-1"),
    **dict.fromkeys((42, 46), "CNT-2"),
    43: "LCK-1",
    44: "FLO-1",
    **dict.fromkeys(range(10, 30), "TOK-2"),
}
_BY_ERROR = {"ERC7943InsufficientUnfrozenBalance": "TOK-5", "WalletRetired": "REG-2"}
_RULES = range(40, 256)
_UNSTOPPABLE = (
    "redeem",
    "forceTransfer",
    "recover",
    "update",
    "updateCountry",
    "updateIdentity",
    "deleteIdentity",
    "link",
)


class PropertyBroken(AssertionError):
    """The contracts and the model have parted, or the contracts contradict a property."""


@dataclass(slots=True)
class Evidence:
    """Counts over all stories of a run; ``broken`` is about the step that is being taken."""

    checked: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    broken: dict[str, str] = field(default_factory=dict)

    def check(self, identifier: str, kept: object, message: str = "", *values: object) -> None:
        """Note that a property was checked, and whether it was kept."""
        self.checked[identifier] += 1
        if not kept:
            self.broken.setdefault(identifier, f"{message} {values}")

    def same(self, identifier: str, actual: object, expected: object, about: object) -> None:
        """Check that the contracts and the model say the same."""
        self.check(identifier, actual == expected, f"{about}: contracts say {actual}, the model says {expected}")

    def outcome(self, action: str, expected: Outcome, actual: Outcome, blame: str) -> None:
        """Compare what became of an action."""
        (self.refused if actual else self.accepted)[action] += 1
        if actual:
            self.refused[_label(actual)] += 1
        if actual == expected:
            return
        about = f"{action}: contracts say {actual or 'done'}, the model says {expected or 'done'}"
        for one in filter(None, (actual, expected)):
            self.broken.setdefault(_property(one, blame), about)
        if actual and _code(actual) in _RULES and action in _UNSTOPPABLE:
            self.broken.setdefault("RUL-1", about)
        self.broken.setdefault("LOCKSTEP", about)

    def explained(
        self, actual: Sequence[tuple[object, ...]], expected: Sequence[tuple[object, ...]], about: object
    ) -> None:
        """Compare two lists of refusals, each with its code first; a difference breaks the preflight and what that code is about."""
        self.same("TOK-3", actual, expected, about)
        for code, *_ in set(actual) ^ set(expected):
            self.broken.setdefault(
                _BY_CODE.get(int(str(code)), "TOK-3"), f"{about}: {actual}, the model says {expected}"
            )

    def settle(self) -> None:
        """End a step.

        Raises:
            PropertyBroken: something broke in it.
        """
        broken, self.broken = self.broken, {}
        if broken:
            raise PropertyBroken("\n".join(f"{identifier} is broken: {text}" for identifier, text in broken.items()))

    def require(
        self,
        *,
        checked: Mapping[str, int],
        accepted: Mapping[str, int],
        refused: Mapping[str, int],
    ) -> None:
        """Refuse a run that proved too little: properties checked, actions done, refusals met (by error, or `code_42`) so many times.

        Raises:
            AssertionError: it did.
        """
        if os.environ.get("TOKENKIT_PROPERTIES") == "fault":
            return  # a seeded fault is caught by what it breaks, not by what it keeps from happening
        kinds = ((self.checked, checked), (self.accepted, accepted), (self.refused, refused))
        poor = {
            name: f"{found[name]} of {least}"
            for found, wanted in kinds
            for name, least in wanted.items()
            if found[name] < least
        }
        assert not poor, f"The run proved too little: {poor}. {self}"


def _label(outcome: tuple[str, tuple[object, ...]]) -> str:
    return f"code_{_code(outcome)}" if outcome[0] == "TransferRestricted" else outcome[0]


def _code(outcome: tuple[str, tuple[object, ...]]) -> int:
    return int(str(outcome[1][0])) if outcome[0] == "TransferRestricted" else 0


def _property(outcome: tuple[str, tuple[object, ...]], blame: str) -> str:
    return _BY_CODE.get(_code(outcome)) or _BY_ERROR.get(outcome[0]) or blame
