"""Who may move units of others by allowance (``SpenderRule.sol``)."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from tokenkit._contract import Contract
from tokenkit.errors import InvalidInput
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tokenkit.chain import Chain
    from tokenkit.operation import Operation
    from tokenkit.types import Address


class Standing(IntEnum):
    """What is said about a spender."""

    NONE = 0
    ALLOWED = 1
    BLOCKED = 2


class Spenders:
    """The spender rule of one issuer."""

    __slots__ = ("_contract",)

    def __init__(self, chain: Chain, address: str) -> None:
        self._contract = Contract(chain, address, "SpenderRule")

    @property
    def address(self) -> Address:
        """The rule's address."""
        return self._contract.address

    def set(self, token: str, spenders: Iterable[str], standing: Standing) -> Operation[None]:
        """Allow spenders, block them, or say nothing about them any more."""
        listed = [parse_address(spender) for spender in spenders]
        if not listed:
            raise InvalidInput("Name at least one spender.")
        summary = f"Spenders {', '.join(listed)}: {standing.name.lower()}"
        return self._contract.write("setSpenders", parse_address(token), listed, int(standing), summary=summary)

    def set_others(self, token: str, *, allowed: bool) -> Operation[None]:
        """Let spenders about whom nothing is said spend, or not (as it is at first)."""
        summary = f"{'Allow' if allowed else 'Refuse'} spenders that are on no list"
        return self._contract.write("setOtherSpenders", parse_address(token), allowed, summary=summary)

    def standing(self, token: str, spender: str) -> Standing:
        """Return what is said about a spender."""
        return Standing(self._contract.read("standingOf", parse_address(token), parse_address(spender)))

    def others_allowed(self, token: str) -> bool:
        """Return whether spenders about whom nothing is said may spend."""
        return bool(self._contract.read("otherSpendersAllowed", parse_address(token)))

    def may_spend(self, token: str, spender: str) -> bool:
        """Return whether an account may move units of others."""
        return bool(self._contract.read("maySpend", parse_address(token), parse_address(spender)))
