"""What may move: caps, counts, lockups and blocks (``Rulebook.sol``)."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from tokenkit._arguments import counted, instant, reasoned, within
from tokenkit._contract import Contract
from tokenkit._rule_holders import Holders, by_token, order_holders, page_size, paged
from tokenkit._rule_values import (
    ALL_CLASSES,
    ALL_UNITS,
    FOR_EVER,
    MOST_INVESTORS,
    CountDifference,
    Counts,
    Denied,
    LimitState,
    Lock,
    Lot,
    RuleSettings,
    add_counts,
    differing_counts,
    limit_arguments,
    read_counts,
    read_settings,
)
from tokenkit._ruleset_values import (
    BPS,
    MOST_COUNTRY_LIMITS,
    MOST_GROUP_LIMITS,
    MOST_PAIRS,
    CountLimit,
    CountryPair,
    HoldingPeriod,
)
from tokenkit.errors import InvalidInput
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tokenkit.chain import BlockId, Chain
    from tokenkit.operation import Operation

__all__ = [
    "ALL_CLASSES",
    "ALL_UNITS",
    "FOR_EVER",
    "CountDifference",
    "CountLimit",
    "CountryPair",
    "Counts",
    "Denied",
    "Holders",
    "HoldingPeriod",
    "LimitState",
    "Lock",
    "Lot",
    "RuleSettings",
    "Rules",
    "order_holders",
]

_MOST_LOTS = 16
_DENIED_AT_ONCE = 200


class Rules:
    """The rulebook of one issuer."""

    __slots__ = ("_chain", "_contract")

    def __init__(self, chain: Chain, address: str) -> None:
        self._chain = chain
        self._contract = Contract(chain, address, "Rulebook")

    @property
    def address(self) -> Address:
        """The rulebook's address."""
        return self._contract.address

    def cap_holdings(self, token: str, *, units: int | None = None, bps: int | None = None) -> Operation[None]:
        """Cap what one investor may hold, in units, as a share of the supply, or both; neither: no cap."""
        address = parse_address(token)
        if bps is not None and address == ALL_CLASSES:
            raise InvalidInput("Over all classes holdings are capped in units only.")
        return self._contract.write(
            "setHoldingCap",
            address,
            counted(units or 0),
            within("bps", bps or 0, BPS),
            summary=f"Cap holdings in {_name(address)}: {_cap(units, bps)}",
        )

    def limit_investors(self, token: str, limit: int | None, *, minimum: int | None = None) -> Operation[None]:
        """Limit the number of investors, above and below; ``None``: no limit. In force at once while nothing is in issue, else after :meth:`count`.

        Raises (when tried):
            InvalidMinimum: the minimum is above the limit, or is asked for over all classes.
        """
        address = parse_address(token)
        most, least = (
            within("limit", limit or 0, MOST_INVESTORS - 1),
            within("minimum", minimum or 0, MOST_INVESTORS - 1),
        )
        summary = f"Limit investors in {_name(address)}: {'no limit' if limit is None else limit}"
        if minimum is not None:
            summary += f", at least {minimum}"
        return self._contract.write("setInvestorLimit", address, most, least, summary=summary)

    def limit_countries(self, token: str, limits: Iterable[CountLimit]) -> Operation[None]:
        """Limit the number of investors country by country; a limit of 0 ends that country's, countries not named keep theirs.

        Raises:
            InvalidInput: a limit names no country, or there are too many.
        """
        address, listed = parse_address(token), tuple(limits)
        if any(one.country is None for one in listed):
            raise InvalidInput("A limit for a country names none. Name it, or use limit_groups.")
        arguments = _limits(listed, MOST_COUNTRY_LIMITS)
        summary = f"Limit investors by country in {_name(address)}: {len(listed)} countries"
        return self._contract.write("setCountryLimits", address, arguments, summary=summary)

    def limit_groups(self, token: str, limits: Iterable[CountLimit]) -> Operation[None]:
        """Replace the limits on the number of investors with, or without, certain claims; none: no such limit."""
        address, listed = parse_address(token), tuple(limits)
        arguments = _limits(listed, MOST_GROUP_LIMITS)
        summary = f"Limit investors by group in {_name(address)}: {len(listed)} groups"
        return self._contract.write("setGroupLimits", address, arguments, summary=summary)

    def count(
        self, token: str, holders: Holders, *, afresh: bool = False, page: int | None = None
    ) -> tuple[Operation[None], ...]:
        """Count all holders, in as few transactions as their gas allows, to be sent in this order: the last puts all limits in force.

        Goes on where an earlier count of the same holders stopped, unless *afresh*. Any movement in between ends a count; the next
        transaction is then refused with ``CountElsewhere(position=0)``: read the holders again and begin again. *page* is how many holders
        go into one transaction.

        Raises:
            InvalidInput: nobody holds units. Set the limit again: it is then in force at once.
        """
        address = parse_address(token)
        served = self.tokens()
        listed = [holder for part in by_token(address, holders, served) for holder in part]
        if not listed:
            raise InvalidInput(
                "Nobody holds units, so nobody can be counted. Set the limit again: it is in force at once."
            )
        start = 0 if afresh else self.count_position(address)
        size = page or page_size(address, served)
        return tuple(
            self._contract.write(
                "count",
                address,
                at,
                listed[at : at + size],
                summary=f"Count the investors of {_name(address)}: holders {at + 1:,} to {min(at + size, len(listed)):,}"
                f" of {len(listed):,}",
            )
            for at in range(start, len(listed), size)
        )

    def set_minimum_holding(self, token: str, units: int | None, *, whole_position: bool = False) -> Operation[None]:
        """Set the least an investor may hold, unless nothing (``None``: off), and whether only whole positions may be transferred."""
        address = parse_address(token)
        least = "off" if units is None else f"{units:,} units"
        summary = (
            f"Set the minimum holding of {_name(address)}: {least}{', whole positions only' if whole_position else ''}"
        )
        return self._contract.write("setMinimumHolding", address, counted(units or 0), whole_position, summary=summary)

    def authorise(self, token: str, units: int | None) -> Operation[None]:
        """Limit the units that may be in issue; ``None``: no limit."""
        address = parse_address(token)
        most = "no limit" if units is None else f"{units:,} units"
        summary = f"Limit the supply of {_name(address)}: {most}"
        return self._contract.write("setAuthorisedSupply", address, counted(units or 0), summary=summary)

    def set_holding_period(self, token: str, period: HoldingPeriod | None) -> Operation[None]:
        """Lock what is issued from now on, lot by lot; ``None``: off, and **all lots end**."""
        address = parse_address(token)
        seconds = within("seconds", period.seconds, 2**32 - 1) if period else 0
        exempt = within("exempt_claims", period.exempt_claims, 2**32 - 1) if period else 0
        summary = f"Set the holding period of {_name(address)}: {f'{seconds:,} seconds' if seconds else 'off'}"
        return self._contract.write("setHoldingPeriod", address, seconds, exempt, summary=summary)

    def set_lots(self, token: str, wallet: str, lots: Iterable[Lot]) -> Operation[None]:
        """Replace the lots of a wallet, in the order of acquisition: bought before the rule, inherited, or given (tacking).

        Raises (when tried):
            InvalidLot: one is empty, over, or out of order.
            NoHoldingPeriod: the rule is off.
        """
        account, listed = parse_address(wallet), tuple(lots)
        if len(listed) > _MOST_LOTS:
            raise InvalidInput(f"{len(listed)} lots; a wallet can have at most {_MOST_LOTS}. Merge some.")
        arguments = [
            {
                "units": counted(lot.units),
                "acquired": instant("acquired", lot.acquired),
                "until": instant("until", lot.until),
            }
            for lot in listed
        ]
        summary = f"Replace the lots of {account}: {len(listed)}"
        return self._contract.write("setLots", parse_address(token), account, arguments, summary=summary)

    def deny(self, wallets: Iterable[str], *, reason: str) -> Operation[None]:
        """Put wallets on the deny list of all classes, and look at it. It is by wallet: name all of an investor."""
        return self._set_denied(wallets, denied=True, reason=reason)

    def allow(self, wallets: Iterable[str], *, reason: str) -> Operation[None]:
        """Take wallets off the deny list."""
        return self._set_denied(wallets, denied=False, reason=reason)

    def switch_deny_list(self, *, on: bool) -> Operation[None]:
        """Look at the deny list, or not; who stands on it stays."""
        return self._contract.write("switchDenyList", on, summary=f"{'Obey' if on else 'Ignore'} the deny list")

    def lock(self, token: str, wallet: str, *, until: int, units: int = ALL_UNITS) -> Operation[None]:
        """Lock units of a wallet until a time; all it has and gets unless *units* says how many."""
        account = parse_address(wallet)
        return self._contract.write(
            "setLockup",
            parse_address(token),
            account,
            counted(units),
            instant("until", until),
            summary=f"Lock {'all' if units == ALL_UNITS else f'{units:,}'} units of {account}",
        )

    def unlock(self, token: str, wallet: str) -> Operation[None]:
        """Lift the lockup of a wallet."""
        account = parse_address(wallet)
        return self._contract.write("setLockup", parse_address(token), account, 0, 0, summary=f"Unlock {account}")

    def switch_lockups(self, token: str, *, on: bool) -> Operation[None]:
        """Look at lockups, or not."""
        address = parse_address(token)
        summary = f"{'Obey' if on else 'Ignore'} lockups in {_name(address)}"
        return self._contract.write("switchLockups", address, on, summary=summary)

    def block_flow_back(self, token: str, pairs: Iterable[CountryPair], *, until: int = FOR_EVER) -> Operation[None]:
        """Block transfers between countries until a time; no pairs: no block."""
        address, listed = parse_address(token), tuple(pairs)
        if len(listed) > MOST_PAIRS:
            raise InvalidInput(f"{len(listed)} country pairs; at most {MOST_PAIRS} can be blocked.")
        arguments = [{"from": pair.source, "to": pair.target} for pair in listed]
        end = within("until", until, FOR_EVER) if listed else 0
        return self._contract.write(
            "setFlowBack", address, end, arguments, summary=f"Block flow-back in {_name(address)}: {len(listed)} pairs"
        )

    def add(self, token: str, rule: str) -> Operation[None]:
        """Obey a rule contract of others as well."""
        contract = parse_address(rule)
        return self._contract.write("addRule", parse_address(token), contract, summary=f"Add the rule {contract}")

    def remove(self, token: str, rule: str) -> Operation[None]:
        """Stop obeying a rule contract, even one that fails."""
        contract = parse_address(rule)
        return self._contract.write("removeRule", parse_address(token), contract, summary=f"Remove the rule {contract}")

    def bind(self, token: str) -> Operation[None]:
        """Serve a token."""
        address = parse_address(token)
        return self._contract.write("bindToken", address, summary=f"Bind token {address} to the rulebook")

    def unbind(self, token: str) -> Operation[None]:
        """Stop serving a token; it must point elsewhere first."""
        address = parse_address(token)
        return self._contract.write("unbindToken", address, summary=f"Unbind token {address} from the rulebook")

    def expel(self, token: str) -> Operation[None]:
        """Stop serving a token whatever it says: bound by mistake, or turned hostile. What it asks the rulebook fails from then on."""
        address = parse_address(token)
        return self._contract.write("expelToken", address, summary=f"Expel token {address} from the rulebook")

    def show(self, token: str = ALL_CLASSES, *, block: BlockId = "latest") -> RuleSettings:
        """Return the rules of a token, or those over all classes; look at its ``pending``."""
        address = parse_address(token)
        return read_settings(address, self._contract.read("settingsOf", address, block=block))

    def lock_of(self, token: str, wallet: str) -> Lock | None:
        """Return the lockup of a wallet, or ``None``."""
        account = parse_address(wallet)
        raw = self._contract.read("lockOf", parse_address(token), account)
        return Lock(wallet=account, units=raw["units"], until=raw["until"]) if raw["units"] else None

    def lots_of(self, token: str, wallet: str) -> tuple[Lot, ...]:
        """Return the lots of a wallet that are not over, in the order of acquisition."""
        raw = self._contract.read("lotsOf", parse_address(token), parse_address(wallet))
        return tuple(Lot(units=lot["units"], acquired=lot["acquired"], until=lot["until"]) for lot in raw)

    def is_denied(self, wallet: str) -> bool:
        """Tell whether a wallet stands on the deny list."""
        return bool(self._contract.read("isDenied", parse_address(wallet)))

    def denied(self, *, from_block: int = 0) -> tuple[Denied, ...]:
        """Return who stands on the deny list and why, found by the rulebook's events."""
        last: dict[Address, str | None] = {}
        for event in self._contract.events("DeniedSet", from_block=from_block):
            last[event.args["wallet"]] = event.args["reason"] if event.args["denied"] else None
        return tuple(Denied(wallet=wallet, reason=reason) for wallet, reason in last.items() if reason is not None)

    def count_position(self, token: str) -> int:
        """Return how many holders the count under way has seen; 0: none is under way."""
        return int(self._contract.read("countPosition", parse_address(token)))

    def recount(self, token: str, holders: Holders, *, block: int | None = None) -> Counts:
        """Count the investors among all holders as the rulebook does it, at one block (by default the latest); nothing is sent."""
        address = parse_address(token)
        at = self._chain.block().number if block is None else block
        served = self.tokens()
        pages = [*paged(by_token(address, holders, served), page_size(address, served))] or [(0, ())]
        calls = [("recount", (address, index, part)) for index, part in pages]
        return reduce(add_counts, map(read_counts, self._contract.read_many(calls, block=at)))

    def prove_counts(self, token: str, holders: Holders, *, block: int | None = None) -> tuple[CountDifference, ...]:
        """Compare the counts in force with those of all holders; empty when they agree. Limits that are pending have none."""
        at = self._chain.block().number if block is None else block
        return differing_counts(self.show(token, block=at), self.recount(token, holders, block=at))

    def tokens(self) -> tuple[Address, ...]:
        """Return the tokens served."""
        return tuple(self._contract.read("boundTokens"))

    def _set_denied(self, wallets: Iterable[str], *, denied: bool, reason: str) -> Operation[None]:
        listed = order_holders(map(parse_address, wallets))
        if not 0 < len(listed) <= _DENIED_AT_ONCE:
            raise InvalidInput(f"{len(listed)} wallets. Give 1 to {_DENIED_AT_ONCE} at once.")
        verb = "Deny" if denied else "Allow"
        summary = f"{verb} {listed[0] if len(listed) == 1 else f'{len(listed)} wallets'}: {reason}"
        return self._contract.write("setDenied", listed, denied, reasoned(reason), summary=summary)


def _limits(limits: Sequence[CountLimit], most: int) -> list[dict[str, int]]:
    if len(limits) > most:
        raise InvalidInput(f"{len(limits)} limits; there can be at most {most}. Merge some.")
    for one in limits:
        within("limit", one.limit, MOST_INVESTORS - 1)
        within("mask", one.mask, 2**32 - 1)
        if one.claims & ~one.mask:
            raise InvalidInput("A limit counts by claims that it does not look at, so nobody. Add them to its mask.")
    return limit_arguments(limits)


def _name(token: Address) -> str:
    return "all classes" if token == ALL_CLASSES else token


def _cap(units: int | None, bps: int | None) -> str:
    parts = [f"{units:,} units"] if units else []
    parts += [f"{bps / 100:g} % of the supply"] if bps else []
    return " and ".join(parts) or "no cap"
