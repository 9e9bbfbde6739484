"""When units may change hands (``TradingHoursRule.sol``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit._arguments import instant, within
from tokenkit._contract import Contract
from tokenkit.errors import InvalidInput
from tokenkit.ruleset import TradingWindow
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tokenkit.chain import Chain
    from tokenkit.operation import Operation
    from tokenkit.types import Address

_LAST_OFFSET = 14 * 3_600
_LAST_SECOND = 2**40 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Blackout:
    """A time without trading, in unix seconds; ``end`` is the first second after it."""

    start: int
    end: int
    every: int = 0
    """Seconds from one start to the next; 0: once."""

    def __post_init__(self) -> None:
        instant("start", self.start)
        within("end", self.end, _LAST_SECOND)
        within("every", self.every, 2**32 - 1)
        if self.end <= self.start:
            raise InvalidInput("A blackout ends after it starts.")
        if self.every and self.every <= self.end - self.start:
            raise InvalidInput("A blackout that comes again leaves some time in between.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingCalendar:
    """When a token's units may change hands."""

    utc_offset: int
    """Seconds that local time is ahead of UTC."""
    windows: tuple[TradingWindow, ...]
    """Of each week; none: always open."""
    blackouts: tuple[Blackout, ...]


class TradingHours:
    """The trading hours rule of one issuer."""

    __slots__ = ("_contract",)

    def __init__(self, chain: Chain, address: str) -> None:
        self._contract = Contract(chain, address, "TradingHoursRule")

    @property
    def address(self) -> Address:
        """The rule's address."""
        return self._contract.address

    def set_hours(self, token: str, windows: Iterable[TradingWindow], *, utc_offset: int = 0) -> Operation[None]:
        """Set the trading windows of each week, *utc_offset* seconds ahead of UTC; none: always open.

        Raises (when tried):
            InvalidTradingWindow: two overlap.
            TooManyWindows: more than 14.
        """
        if type(utc_offset) is not int or abs(utc_offset) > _LAST_OFFSET:
            raise InvalidInput(f"utc_offset is {utc_offset!r}; local time is at most {_LAST_OFFSET} seconds from UTC.")
        listed = sorted(windows, key=lambda window: window.open)
        arguments = [{"open": window.open, "close": window.close} for window in listed]
        address, summary = parse_address(token), f"Set {len(listed)} trading windows a week"
        return self._contract.write("setTradingHours", address, utc_offset, arguments, summary=summary)

    def set_blackouts(self, token: str, blackouts: Iterable[Blackout]) -> Operation[None]:
        """Set the blackouts, in the place of those that were set; none: no blackout.

        Raises (when tried):
            InvalidBlackout: one has passed.
            TooManyBlackouts: more than 16.
        """
        listed = [{"start": one.start, "end": one.end, "every": one.every} for one in blackouts]
        summary = f"Set {len(listed)} blackouts"
        return self._contract.write("setBlackouts", parse_address(token), listed, summary=summary)

    def show(self, token: str) -> TradingCalendar:
        """Return when a token's units may change hands."""
        address = parse_address(token)
        (offset, windows), blackouts = self._contract.read_many(
            [("tradingHoursOf", (address,)), ("blackoutsOf", (address,))]
        )
        return TradingCalendar(
            utc_offset=offset,
            windows=tuple(TradingWindow(**window) for window in windows),
            blackouts=tuple(Blackout(**blackout) for blackout in blackouts),
        )

    def next_opening(self, token: str, *, at: int | None = None) -> int | None:
        """Return the first second from unix second *at*, or now, on at which units may change hands; ``None``: none is near."""
        second = self._contract.chain.now() if at is None else instant("at", at)
        return int(self._contract.read("nextOpening", parse_address(token), second)) or None
