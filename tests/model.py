"""The rules of tokens, registry and rulebook, restated in plain Python. Nothing here asks a contract; everything is exact.

Answers are always fresh: there are no stamps, cursors, counters or caches. Wallets are addresses as text, zero is the issuer's side.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tokenkit.types import Address

UINT96_MAX = 2**96 - 1
UINT40_MAX = 2**40 - 1
UINT256_MAX = 2**256 - 1
NO_EXPIRY = 2**32 - 1
FOREVER = UINT40_MAX
WALLETS_AN_INVESTOR = 8
DATES_AHEAD = 64

PAUSED, SENDER_FROZEN, RECEIVER_FROZEN, SPENDER_FROZEN, BALANCE, FROZEN_UNITS = range(1, 7)
INVALID_SENDER, INVALID_RECEIVER, SUPPLY_OVERFLOW, WALLET_RETIRED = range(7, 11)
SENDER, RECEIVER = 10, 20
NOT_REGISTERED, EXPIRED, PROVIDER, COUNTRY, CLAIMS, RETIRED = range(1, 7)
HOLDING_CAP, HOLDING_SHARE, INVESTOR_COUNT, LOCKUP, FLOW_BACK, ISSUER_HOLDING_CAP, ISSUER_INVESTOR_COUNT = range(40, 47)


class Kind(IntEnum):
    """What a movement is."""

    ISSUE = 0
    REDEEM = 1
    TRANSFER = 2
    FORCED = 3


class Refused(Exception):
    """What the contracts answer: an error's name and its values in order."""

    def __init__(self, error: str, *values: object) -> None:
        super().__init__(error, *values)
        self.error = error
        self.values = values


@dataclass(frozen=True, slots=True)
class Refusal:
    """One restriction that stands against a movement."""

    code: int
    account: Address
    limit: int
    actual: int

    def error(self) -> Refused:
        if self.code == BALANCE:
            return Refused("ERC20InsufficientBalance", self.account, self.limit, self.actual)
        if self.code == FROZEN_UNITS:
            return Refused("ERC7943InsufficientUnfrozenBalance", self.account, self.actual, self.limit)
        if self.code == INVALID_SENDER:
            return Refused("ERC20InvalidSender", self.account)
        if self.code == INVALID_RECEIVER:
            return Refused("ERC20InvalidReceiver" if self.account == ZERO_ADDRESS else "ForcedToSelf", self.account)
        return Refused("TransferRestricted", self.code, self.account, self.limit, self.actual)


# ── Who may hold ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    identity: Address = ZERO_ADDRESS
    country: int = 0
    claims: int = 0
    provider: int = 0
    valid_until: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Who may hold one token; ``groups`` are (claims required, countries), no countries: every other."""

    providers: int = 0
    lapsed_may_sell: bool = False
    groups: tuple[tuple[int, tuple[int, ...]], ...] = ()

    def judge(self, facts: Facts) -> int:
        required = next((claims for claims, named in self.groups if facts.country in named), None)
        if required is None:
            required = next((claims for claims, named in self.groups if not named), None)
        if required is None:
            return COUNTRY
        if not self.providers >> facts.provider & 1:
            return PROVIDER
        return 0 if facts.claims & required == required else CLAIMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    reason: int
    may_sell: bool
    facts: Facts


@dataclass(slots=True)
class Registry:
    """Wallets and the facts of their investors. A retired wallet stays one of its investor's."""

    known: dict[Address, Facts] = field(default_factory=dict)
    retired: set[Address] = field(default_factory=set)
    providers: int = 1
    revoked: set[int] = field(default_factory=set)
    terms: dict[Address, Terms] = field(default_factory=dict)

    def investor(self, wallet: Address) -> Address | None:
        return self.known[wallet].identity if wallet in self.known else None

    def wallets_named(self, identity: Address) -> list[Address]:
        return [wallet for wallet, facts in self.known.items() if facts.identity == identity]

    def wallets_of(self, wallet: Address) -> list[Address]:
        return self.wallets_named(self.known[wallet].identity) if wallet in self.known else []

    def same_investor(self, one: Address, other: Address) -> bool:
        return one == other or (one in self.known and self.investor(one) == self.investor(other))

    def admission(self, token: Address, wallet: Address, now: int) -> Admission:
        facts = self.known.get(wallet, Facts())
        terms = self.terms.get(token, Terms())
        if wallet not in self.known:
            return Admission(reason=NOT_REGISTERED, may_sell=False, facts=facts)
        if wallet in self.retired:
            return Admission(reason=RETIRED, may_sell=False, facts=facts)
        if facts.valid_until != NO_EXPIRY and facts.valid_until < now:
            reason = EXPIRED
        elif not self.is_active(facts.provider):
            reason = PROVIDER
        else:
            reason = terms.judge(facts)
        return Admission(reason=reason, may_sell=reason != 0 and terms.lapsed_may_sell, facts=facts)

    def is_active(self, provider: int) -> bool:
        return provider < self.providers and provider not in self.revoked

    def register(self, wallet: Address, facts: Facts, now: int) -> None:
        facts = self._attestable(wallet, facts, now)
        self._free(wallet)
        self._join(wallet, facts)

    def register_identity(self, wallet: Address, identity: Address, country: int) -> None:
        investor = wallet if identity == ZERO_ADDRESS else identity
        _require_country(country)
        others = self.wallets_named(investor)
        facts = self.known[others[0]] if others else Facts(identity=investor, country=country, valid_until=NO_EXPIRY)
        if facts.country != country:
            raise Refused("FactsDiffer", wallet, investor)
        self._free(wallet)
        self._join(wallet, facts)

    def link(self, wallet: Address, investor_wallet: Address) -> None:
        self._free(wallet)
        self._join(wallet, self._known(investor_wallet))

    def update(self, wallet: Address, facts: Facts, now: int) -> None:
        investor = self._live(wallet).identity
        if facts.identity not in (ZERO_ADDRESS, investor):
            raise Refused("NotSameInvestor", wallet, facts.identity)
        facts = self._attestable(investor, facts, now)
        for one in self.wallets_named(investor):
            self.known[one] = facts

    def update_country(self, wallet: Address, country: int) -> None:
        facts = self._live(wallet)
        _require_country(country)
        for one in self.wallets_named(facts.identity):
            self.known[one] = replace(facts, country=country)

    def update_identity(self, wallet: Address, identity: Address) -> None:
        facts = self._live(wallet)
        investor = wallet if identity == ZERO_ADDRESS else identity
        if investor == facts.identity:
            return
        others = self.wallets_named(investor)
        self._require_room(investor)
        self.known[wallet] = self.known[others[0]] if others else replace(facts, identity=investor)

    def delete(self, wallet: Address) -> None:
        self._live(wallet)
        del self.known[wallet]

    def recover(self, lost: Address, replacement: Address, identity: Address) -> None:
        facts = self._known(lost)
        if facts.identity != identity:
            raise Refused("NotSameInvestor", lost, identity)
        if replacement == ZERO_ADDRESS:
            raise Refused("ZeroAddress")
        if replacement == lost or replacement in self.retired:
            raise Refused("WalletRetired", replacement)
        if replacement not in self.known:
            self._join(replacement, facts)
        elif self.known[replacement].identity != identity:
            raise Refused("NotSameInvestor", replacement, identity)
        self.retired.add(lost)

    def revoke(self, provider: int) -> None:
        if provider == 0 or not self.is_active(provider):
            raise Refused("InvalidProvider", provider)
        self.revoked.add(provider)

    def reinstate(self, provider: int) -> None:
        if provider >= self.providers or provider not in self.revoked:
            raise Refused("InvalidProvider", provider)
        self.revoked.remove(provider)

    def set_terms(self, token: Address, terms: Terms) -> None:
        if token not in self.terms:
            raise Refused("TokenNotBound", token)
        if terms.providers == 0:
            raise Refused("NoProviderAccepted")
        highest = terms.providers.bit_length() - 1
        if highest >= self.providers:
            raise Refused("InvalidProvider", highest)
        self.terms[token] = terms

    def _attestable(self, investor: Address, facts: Facts, now: int) -> Facts:
        _require_country(facts.country)
        if facts.valid_until != NO_EXPIRY and facts.valid_until < now:
            raise Refused("AlreadyExpired", facts.valid_until)
        if not self.is_active(facts.provider):
            raise Refused("InvalidProvider", facts.provider)
        return facts if facts.identity != ZERO_ADDRESS else replace(facts, identity=investor)

    def _free(self, wallet: Address) -> None:
        if wallet == ZERO_ADDRESS:
            raise Refused("ZeroAddress")
        if wallet in self.retired:
            raise Refused("WalletRetired", wallet)
        if wallet in self.known:
            raise Refused("AlreadyRegistered", wallet)

    def _known(self, wallet: Address) -> Facts:
        if wallet not in self.known:
            raise Refused("NotRegistered", wallet)
        return self.known[wallet]

    def _live(self, wallet: Address) -> Facts:
        facts = self._known(wallet)
        if wallet in self.retired:
            raise Refused("WalletRetired", wallet)
        return facts

    def _join(self, wallet: Address, facts: Facts) -> None:
        others = self.wallets_named(facts.identity)
        if others and self.known[others[0]] != facts:
            raise Refused("FactsDiffer", wallet, facts.identity)
        self._require_room(facts.identity)
        self.known[wallet] = facts

    def _require_room(self, identity: Address) -> None:
        if len(self.wallets_named(identity)) == WALLETS_AN_INVESTOR:
            raise Refused("TooManyWallets", identity, WALLETS_AN_INVESTOR)


def _require_country(country: int) -> None:
    if not 1 <= country <= 999:
        raise Refused("InvalidCountry", country)


# ── What may move ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Lock:
    units: int = 0
    until: int = 0


@dataclass(slots=True)
class Rules:
    """The rules of one token. 0 or empty: off."""

    max_units: int = 0
    max_bps: int = 0
    investor_limit: int = 0
    counted: bool = False  # else the limit waits
    lockups: bool = False
    locks: dict[Address, Lock] = field(default_factory=dict)
    flow_back_until: int = 0
    pairs: tuple[tuple[int, int], ...] = ()

    @property
    def flow_back(self) -> bool:
        return self.flow_back_until != 0 and bool(self.pairs)

    def set_lock(self, wallet: Address, units: int, until: int, now: int) -> None:
        if units and until <= now:
            raise Refused("InThePast", until)
        self.locks[wallet] = Lock(units, until) if units else Lock()
        self.lockups |= units != 0

    def set_flow_back(self, until: int, pairs: tuple[tuple[int, int], ...], now: int) -> None:
        if until and pairs and until <= now:
            raise Refused("InThePast", until)
        for source, target in pairs:
            if source > 999:
                raise Refused("InvalidCountry", source)
            if not 1 <= target <= 999 or source == target:
                raise Refused("InvalidCountry", target)
        self.flow_back_until, self.pairs = min(until, FOREVER), pairs

    def pass_on(self, lost: Address, replacement: Address, now: int) -> None:
        """Move a lock along with a recovery; one of all units of both until the later time, if both still hold."""
        lock, other = self.locks.get(lost, Lock()), self.locks.get(replacement, Lock())
        if not lock.units:
            return
        self.locks[lost] = Lock()
        if lock.until <= now:
            self.locks[replacement] = other
        elif other.until <= now:
            self.locks[replacement] = lock
        else:
            self.locks[replacement] = Lock(min(UINT96_MAX, lock.units + other.units), max(lock.until, other.until))


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    token: Address
    kind: Kind
    operator: Address
    source: Address
    target: Address
    units: int
    now: int


@dataclass(slots=True)
class Token:
    """One class: what wallets hold, what stands against them, and what was held at record dates."""

    address: Address
    held: dict[Address, int] = field(default_factory=dict)
    frozen_units: dict[Address, int] = field(default_factory=dict)
    frozen: set[Address] = field(default_factory=set)
    successors: dict[Address, Address] = field(default_factory=dict)
    allowances: dict[tuple[Address, Address], int] = field(default_factory=dict)
    paused: bool = False
    dates: list[int] = field(default_factory=list)
    history: dict[int, dict[Address, int]] = field(default_factory=dict)
    rules: Rules | None = field(default_factory=Rules)

    @property
    def supply(self) -> int:
        return sum(self.held.values())

    def units(self, wallet: Address) -> int:
        return self.held.get(wallet, 0)

    def unfrozen(self, wallet: Address) -> int:
        return max(0, self.units(wallet) - self.frozen_units.get(wallet, 0))

    def holders(self) -> list[Address]:
        return sorted((wallet for wallet, units in self.held.items() if units), key=ascending)

    def pass_dates(self, now: int) -> None:
        """Write down what is held at each record date that has come, before anything moves in this second."""
        for date in self.dates:
            if date <= now and date not in self.history:
                self.history[date] = dict(self.held)

    def schedule(self, date: int, now: int) -> None:
        if date <= now or date >= UINT40_MAX:
            raise Refused("InvalidRecordDate", date)
        if sum(one > now for one in self.dates) >= DATES_AHEAD:
            raise Refused("TooManyRecordDates", DATES_AHEAD)
        if date in self.dates:
            raise Refused("InvalidRecordDate", date)
        self.dates = sorted([*self.dates, date])

    def entitled(self, wallet: Address, date: int) -> tuple[int, Address, bool]:
        """What a wallet held at a passed date, who exercises its rights now, and whether that one is frozen."""
        holder = wallet
        while holder in self.successors:
            holder = self.successors[holder]
        return self.history[date].get(wallet, 0), holder, holder in self.frozen

    def put(self, move: Move) -> None:
        if move.units == 0 or move.source == move.target:
            return
        if move.kind != Kind.ISSUE:
            free = self.unfrozen(move.source)
            if move.units > free:
                self.frozen_units[move.source] -= move.units - free
            self.held[move.source] -= move.units
        if move.kind != Kind.REDEEM:
            self.held[move.target] = self.units(move.target) + move.units


@dataclass(slots=True)
class Suite:
    """An issuer's classes under one registry and one rulebook."""

    registry: Registry = field(default_factory=Registry)
    tokens: dict[Address, Token] = field(default_factory=dict)
    max_units: int = 0  # over all classes under rules
    investor_limit: int = 0  # over all classes under rules
    counted: bool = False  # else that limit waits

    def copy(self) -> Suite:
        return deepcopy(self)

    # ── movements ──

    def transfer(self, move: Move) -> None:
        self._move([move])

    def transfer_from(self, move: Move) -> None:
        allowances = self.tokens[move.token].allowances
        granted = allowances.get((move.source, move.operator), 0)
        if granted != UINT256_MAX and granted < move.units:
            raise Refused("ERC20InsufficientAllowance", move.operator, granted, move.units)
        self._move([move])
        if granted != UINT256_MAX:
            allowances[move.source, move.operator] = granted - move.units

    def batch(self, moves: Sequence[Move]) -> None:
        """All of them, one after the other, or none."""
        self._move(moves)

    def recover(self, token: Address, lost: Address, replacement: Address, identity: Address, now: int) -> None:
        ledger = self.tokens[token]
        if replacement in (lost, ZERO_ADDRESS) or lost in ledger.successors or replacement in ledger.successors:
            raise Refused("InvalidRecovery", lost, replacement)
        self.registry.recover(lost, replacement, identity)

        ledger.successors[lost] = replacement
        ledger.held[replacement] = ledger.units(replacement) + ledger.held.pop(lost, 0)
        frozen = ledger.frozen_units.get(replacement, 0) + ledger.frozen_units.pop(lost, 0)
        ledger.frozen_units[replacement] = frozen
        if lost in ledger.frozen:
            ledger.frozen.add(replacement)
        if ledger.rules is not None:
            ledger.rules.pass_on(lost, replacement, now)

    def _move(self, moves: Sequence[Move]) -> None:
        ledger = self.tokens[moves[0].token]
        before = (dict(ledger.held), dict(ledger.frozen_units))
        try:
            for move in moves:
                for refusal in self.refusals(move)[:1]:
                    raise refusal.error()
                ledger.put(move)
        except Refused:
            ledger.held, ledger.frozen_units = before
            raise

    # ── judging ──

    def refusals(self, move: Move) -> list[Refusal]:
        """Everything that refuses a movement, in the order in which it is looked at."""
        ledger, found = self.tokens[move.token], []
        if move.kind == Kind.TRANSFER:
            if ledger.paused:
                found.append(Refusal(PAUSED, move.token, 0, move.units))
            retired_or_frozen = move.operator in ledger.frozen or move.operator in ledger.successors
            if move.operator != move.source and retired_or_frozen:
                found.append(Refusal(SPENDER_FROZEN, move.operator, 0, move.units))
        if move.kind == Kind.ISSUE:
            room = UINT96_MAX - ledger.supply
            if move.units > room:
                found.append(Refusal(SUPPLY_OVERFLOW, move.token, room, move.units))
        else:
            found += self._sender(ledger, move)
        if move.kind != Kind.REDEEM:
            found += self._receiver(ledger, move)
        return found + self.rule_refusals(move)

    def _sender(self, ledger: Token, move: Move) -> list[Refusal]:
        if move.source == ZERO_ADDRESS:
            return [Refusal(INVALID_SENDER, move.source, 0, move.units)]
        found = []
        if move.kind == Kind.TRANSFER:
            if move.source in ledger.frozen:
                found.append(Refusal(SENDER_FROZEN, move.source, 0, move.units))
            admission = self.registry.admission(move.token, move.source, move.now)
            if admission.reason and not admission.may_sell:
                found.append(_not_admitted(SENDER, move.source, admission, move.now))
        balance, free = ledger.units(move.source), ledger.unfrozen(move.source)
        if move.units > balance:
            found.append(Refusal(BALANCE, move.source, balance, move.units))
        if move.kind == Kind.TRANSFER and move.units > free and ledger.frozen_units.get(move.source, 0):
            found.append(Refusal(FROZEN_UNITS, move.source, free, move.units))
        return found

    def _receiver(self, ledger: Token, move: Move) -> list[Refusal]:
        if move.target == ZERO_ADDRESS or (move.kind == Kind.FORCED and move.target == move.source):
            return [Refusal(INVALID_RECEIVER, move.target, 0, move.units)]
        found = []
        if move.target in ledger.successors:
            found.append(Refusal(WALLET_RETIRED, move.target, 0, move.units))
        elif move.target in ledger.frozen:
            found.append(Refusal(RECEIVER_FROZEN, move.target, 0, move.units))
        admission = self.registry.admission(move.token, move.target, move.now)
        if admission.reason:
            found.append(_not_admitted(RECEIVER, move.target, admission, move.now))
        return found

    def rule_refusals(self, move: Move) -> list[Refusal]:
        """What the rulebook says; by law of the kinds only issues and transfers of something can be refused."""
        ledger = self.tokens[move.token]
        rules, units = ledger.rules, min(move.units, UINT96_MAX)
        if rules is None or units == 0 or move.kind not in (Kind.ISSUE, Kind.TRANSFER) or move.source == move.target:
            return []
        found = []
        if not self.registry.same_investor(move.source, move.target):
            found += self._caps(ledger, rules, move, units)
            found += self._counts(ledger, rules, move, units)
        if move.kind == Kind.TRANSFER:
            found += self._lockup(ledger, rules, move, units) + self._flow_back(rules, move)
        if not self.registry.same_investor(move.source, move.target):
            found += self._issuer_limits(move, units)
        return found

    def _caps(self, ledger: Token, rules: Rules, move: Move, units: int) -> list[Refusal]:
        acquired, found = self.held(move.token, move.target) + units, []
        if rules.max_units and acquired > rules.max_units:
            found.append(Refusal(HOLDING_CAP, move.target, rules.max_units, acquired))
        supply = ledger.supply + (units if move.kind == Kind.ISSUE else 0)
        if rules.max_bps and acquired > supply * rules.max_bps // 10_000:
            found.append(Refusal(HOLDING_SHARE, move.target, supply * rules.max_bps // 10_000, acquired))
        return found

    def _counts(self, ledger: Token, rules: Rules, move: Move, units: int) -> list[Refusal]:
        count, scope = self.investors(move.token), [move.token]
        if not rules.counted or not self._enters(scope, move, units) or count < rules.investor_limit:
            return []
        if self._leaves(scope, move, units):
            return []
        return [Refusal(INVESTOR_COUNT, move.target, rules.investor_limit, count + 1)]

    def _lockup(self, ledger: Token, rules: Rules, move: Move, units: int) -> list[Refusal]:
        lock = rules.locks.get(move.source, Lock())
        unlocked = max(0, ledger.units(move.source) - lock.units)
        if not rules.lockups or move.now >= lock.until or units <= unlocked or move.source == move.target:
            return []
        return [Refusal(LOCKUP, move.source, unlocked, units)]

    def _flow_back(self, rules: Rules, move: Move) -> list[Refusal]:
        if move.now >= rules.flow_back_until or self.registry.same_investor(move.source, move.target):
            return []
        source, target = self._country(move.source), self._country(move.target)
        blocked = any(to == target and (of == source if of else source != target) for of, to in rules.pairs)
        return [Refusal(FLOW_BACK, move.target, source, target)] if blocked else []

    def _issuer_limits(self, move: Move, units: int) -> list[Refusal]:
        scope, found = self.scope, []
        acquired = sum(self.held(token, move.target) for token in scope) + units
        if self.max_units and acquired > self.max_units:
            found.append(Refusal(ISSUER_HOLDING_CAP, move.target, self.max_units, acquired))
        count = self.investors(*scope)
        enters, leaves = self._enters(scope, move, units), self._leaves(scope, move, units)
        if self.counted and count >= self.investor_limit and enters and not leaves:
            found.append(Refusal(ISSUER_INVESTOR_COUNT, move.target, self.investor_limit, count + 1))
        return found

    def _enters(self, scope: Iterable[Address], move: Move, units: int) -> bool:
        return move.target != ZERO_ADDRESS and units > 0 and not any(self.held(one, move.target) for one in scope)

    def _leaves(self, scope: Iterable[Address], move: Move, units: int) -> bool:
        elsewhere = any(self.held(one, move.source) for one in scope if one != move.token)
        return move.source != ZERO_ADDRESS and not elsewhere and self.held(move.token, move.source) == units

    def _country(self, wallet: Address) -> int:
        return self.registry.known.get(wallet, Facts()).country

    # ── counting ──

    @property
    def scope(self) -> list[Address]:
        """The classes that limits over all classes are about."""
        return [token for token, ledger in self.tokens.items() if ledger.rules is not None]

    def held(self, token: Address, wallet: Address) -> int:
        """What the investor of a wallet holds, in all its wallets."""
        ledger = self.tokens[token]
        return sum(ledger.units(one) for one in self.registry.wallets_of(wallet) or [wallet])

    def investors(self, *tokens: Address) -> int:
        """How many investors hold units of any of these classes; a wallet of nobody's counts for itself."""
        holders = {wallet for token in tokens for wallet in self.tokens[token].holders()}
        return len({(self.registry.investor(one), None if one in self.registry.known else one) for one in holders})

    def limit_investors(self, token: Address, limit: int) -> None:
        """Set the limit of one class, or of all classes (token zero). It waits for a count unless there is nothing to count."""
        nothing = all(self.tokens[one].supply == 0 for one in self._counted_at(token))
        keeper = self._keeper(token)
        keeper.investor_limit = limit
        keeper.counted = bool(limit) and (keeper.counted or nothing)

    def count(self, token: Address, holders: Sequence[Address]) -> None:
        """Count from a list: for each token in turn all wallets that hold units, ascending. One that is short leaves all as it was."""
        keeper, position = self._keeper(token), 0
        if not keeper.investor_limit:
            raise Refused("NothingToCount", token)
        if not holders:
            raise Refused("NoHolders")
        for one in self._counted_at(token):
            ledger, units, previous = self.tokens[one], 0, ZERO_ADDRESS
            while units < ledger.supply:
                if position == len(holders):
                    return
                if ascending(holders[position]) <= ascending(previous):
                    raise Refused("HoldersUnordered", position)
                previous = holders[position]
                units += ledger.units(previous)
                position += 1
        if position != len(holders):
            raise Refused("TooManyHolders", position)
        keeper.counted = True

    def _counted_at(self, token: Address) -> list[Address]:
        return self.scope if token == ZERO_ADDRESS else [token]

    def _keeper(self, token: Address) -> Suite | Rules:
        """Find who keeps a limit: the rules of a class, or the suite for all classes."""
        if token == ZERO_ADDRESS:
            return self
        rules = self.tokens[token].rules
        assert rules is not None
        return rules


def ascending(wallet: Address) -> int:
    """Order addresses as contracts do."""
    return int(wallet, 16)


def _not_admitted(side: int, wallet: Address, admission: Admission, now: int) -> Refusal:
    limit, actual = {
        EXPIRED: (admission.facts.valid_until, now),
        COUNTRY: (0, admission.facts.country),
        CLAIMS: (0, admission.facts.claims),
    }.get(admission.reason, (0, 0))
    return Refusal(side + admission.reason, wallet, limit, actual)
