"""Units that become transferable over time (``VestingRule.sol``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tokenkit._arguments import counted, instant, reasoned, within
from tokenkit._contract import Contract
from tokenkit.errors import InvalidInput
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from tokenkit.chain import Chain
    from tokenkit.operation import Operation
    from tokenkit.types import Address

_LONGEST = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Units granted to an investor. Times in seconds after ``start``, a unix second."""

    units: int
    start: int
    duration: int
    """Everything has vested."""
    cliff: int = 0
    """Nothing vests before."""
    period: int = 0
    """From one step to the next; 0: every second."""
    id: int = 0
    """Given by the rule; 0 before that."""

    def __post_init__(self) -> None:
        counted(self.units)
        instant("start", self.start)
        for name in ("duration", "cliff", "period"):
            within(name, getattr(self, name), _LONGEST)
        if not self.units or not self.duration:
            raise InvalidInput("A grant has units, and a duration in which they vest.")
        if self.cliff > self.duration or self.period > self.duration:
            raise InvalidInput("The cliff and the period of a grant are no longer than its duration.")

    def vested(self, at: int) -> int:
        """Return the units vested at unix second *at*, as the contract counts them: rounded down."""
        elapsed = max(0, at - self.start)
        if elapsed < self.cliff:
            return 0
        if elapsed >= self.duration:
            return self.units
        return self.units * (elapsed - (elapsed % self.period if self.period else 0)) // self.duration


class Vesting:
    """The vesting rule of one issuer; wallets stand for their investor."""

    __slots__ = ("_contract",)

    def __init__(self, chain: Chain, address: str) -> None:
        self._contract = Contract(chain, address, "VestingRule")

    @property
    def address(self) -> Address:
        """The rule's address."""
        return self._contract.address

    def grant(self, token: str, wallet: str, grant: Grant) -> Operation[int]:
        """Lock units of an investor that vest over time; answers the grant's id.

        Raises (when tried):
            TooManyGrants: eight of the investor's still vest.
            InThePast: everything would have vested.
        """
        account = parse_address(wallet)
        return self._contract.write_returning(
            "grantUnits",
            parse_address(token),
            account,
            _arguments(grant),
            summary=f"Grant {grant.units:,} units to {account}, vesting until unix second {grant.start + grant.duration}",
            result=int,
        )

    def revoke(self, token: str, wallet: str, grant: int, *, reason: str) -> Operation[None]:
        """End a grant; what has not vested is forfeited: locked until the issuer redeems it, moves it by order or releases it."""
        account = parse_address(wallet)
        return self._contract.write(
            "revoke",
            parse_address(token),
            account,
            within("grant", grant, 2**24 - 1),
            reasoned(reason),
            summary=f"Revoke grant {grant} of {account}: {reason}",
        )

    def release(self, token: str, wallet: str, units: int, *, reason: str) -> Operation[None]:
        """Waive forfeited units of an investor: they are free at once."""
        account = parse_address(wallet)
        return self._contract.write(
            "release",
            parse_address(token),
            account,
            counted(units),
            reasoned(reason),
            summary=f"Release {units:,} forfeited units of {account}: {reason}",
        )

    def grants(self, token: str, wallet: str) -> tuple[Grant, ...]:
        """Return the grants of an investor that have not been revoked, nor cleared after they vested."""
        return tuple(map(_grant, self._contract.read("grantsOf", parse_address(token), parse_address(wallet))))

    def forfeited(self, token: str, wallet: str) -> int:
        """Return the forfeited units of an investor that the issuer has not taken."""
        return int(self._contract.read("forfeitedOf", parse_address(token), parse_address(wallet)))

    def locked(self, token: str, wallet: str, *, at: int | None = None) -> int:
        """Return the units of an investor locked at unix second *at*, or now."""
        second = self._contract.chain.now() if at is None else instant("at", at)
        return int(self._contract.read("lockedAt", parse_address(token), parse_address(wallet), second))


def _arguments(grant: Grant) -> dict[str, int]:
    return {name: getattr(grant, name) for name in ("units", "start", "cliff", "duration", "period", "id")}


def _grant(raw: Any) -> Grant:  # noqa: ANN401 - a decoded struct
    return Grant(**raw)
