"""What may move: caps, counts, lockups and blocks (``Rulebook.sol``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit._arguments import counted, instant, within
from tokenkit._contract import Contract
from tokenkit.countries import parse_country
from tokenkit.errors import InvalidInput
from tokenkit.types import UINT96_MAX, ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tokenkit.chain import Chain
    from tokenkit.operation import Operation

ALL_CLASSES = ZERO_ADDRESS
"""In the place of a token: over all classes of the issuer."""

ALL_UNITS = UINT96_MAX
"""A lockup of everything a wallet has and gets."""

FOR_EVER = 2**48 - 1
"""A flow-back block without an end."""

ANY_COUNTRY = 0
BPS = 10_000
MAX_PAIRS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryPair:
    """Two countries between which units may not flow (ISO 3166-1 numeric)."""

    source: int
    """0: every country but the target."""
    target: int

    def __post_init__(self) -> None:
        if self.source != ANY_COUNTRY:
            parse_country(self.source)
        parse_country(self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A lockup of one wallet's units."""

    wallet: Address
    units: int
    until: int
    """Unix second at which the units move again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """All rules of one token, or over all classes. ``None``: the rule is off."""

    token: Address
    holding_units: int | None
    holding_bps: int | None
    investor_limit: int | None
    investor_count: int
    """Right while the limit is on."""
    lockups: bool
    flow_back_until: int | None
    flow_back: tuple[CountryPair, ...]
    external_rules: tuple[Address, ...]


class Rules:
    """The rulebook of one issuer."""

    __slots__ = ("_contract",)

    def __init__(self, chain: Chain, address: str) -> None:
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

    def limit_investors(self, token: str, limit: int | None, *, holders: Iterable[str] = ()) -> Operation[None]:
        """Limit the number of investors; ``None``: no limit.

        *holders* are all wallets that hold units; the rulebook checks that none is missing. Over all classes it takes
        them class by class, in the order of :meth:`tokens`: pass such a list as it is, with :meth:`order_holders` for each.

        Raises (when tried):
            HoldersIncomplete, HoldersUnordered.
        """
        address = parse_address(token)
        listed = _listed(address, holders)
        most = within("limit", limit or 0, 2**32 - 1)
        summary = f"Limit investors in {_name(address)}: {'no limit' if limit is None else limit}"
        return self._contract.write("setInvestorLimit", address, most, listed, summary=summary)

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
        if len(listed) > MAX_PAIRS:
            raise InvalidInput(f"{len(listed)} country pairs; at most {MAX_PAIRS} can be blocked.")
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

    def show(self, token: str = ALL_CLASSES) -> RuleSettings:
        """Return the rules of a token, or those over all classes."""
        address = parse_address(token)
        raw = self._contract.read("settingsOf", address)
        return RuleSettings(
            token=address,
            holding_units=raw["holdingUnits"] or None,
            holding_bps=raw["holdingBps"] or None,
            investor_limit=raw["investorLimit"] or None,
            investor_count=raw["investorCount"],
            lockups=raw["lockups"],
            flow_back_until=raw["flowBackUntil"] or None,
            flow_back=tuple(CountryPair(source=pair["from"], target=pair["to"]) for pair in raw["flowBack"]),
            external_rules=tuple(raw["externalRules"]),
        )

    def lock_of(self, token: str, wallet: str) -> Lock | None:
        """Return the lockup of a wallet, or ``None``."""
        account = parse_address(wallet)
        raw = self._contract.read("lockOf", parse_address(token), account)
        return Lock(wallet=account, units=raw["units"], until=raw["until"]) if raw["units"] else None

    def recount(self, token: str, holders: Iterable[str]) -> int:
        """Count the investors among all holders, as the rulebook does it; compare with ``investor_count``."""
        address = parse_address(token)
        return int(self._contract.read("recount", address, _listed(address, holders)))

    def tokens(self) -> tuple[Address, ...]:
        """Return the tokens served."""
        return tuple(self._contract.read("boundTokens"))


def order_holders(holders: Iterable[Address]) -> list[Address]:
    """Put holders in the ascending order that the rulebook wants, each once."""
    return sorted(set(holders), key=lambda holder: int(holder, 16))


def _listed(token: Address, holders: Iterable[str]) -> list[Address]:
    accounts = [parse_address(holder) for holder in holders]
    return accounts if token == ALL_CLASSES else order_holders(accounts)


def _name(token: Address) -> str:
    return "all classes" if token == ALL_CLASSES else token


def _cap(units: int | None, bps: int | None) -> str:
    parts = [f"{units:,} units"] if units else []
    parts += [f"{bps / 100:g} % of the supply"] if bps else []
    return " and ".join(parts) or "no cap"
