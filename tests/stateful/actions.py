"""What can happen to an issuer, in groups: a story is made of some of them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from tests import model
from tests.model import FOREVER, NO_EXPIRY, UINT96_MAX, UINT256_MAX, Facts, Kind, Move, Refused, Terms
from tests.stateful.issuer import REASON, Issuer, told
from tests.stateful.story import action, between, both, even, many, table
from tests.stateful.world import CH, DE, KYC, PEOPLE, PLANNED_TERMS, QUALIFIED, US

from tokenkit.types import ZERO_ADDRESS, Address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.chain import Signer

NUMBERS = ("0", "1", "2", "3", "4", "5")
people = even(*PEOPLE)
wallets = even(*PEOPLE, *PEOPLE, "shell", "zero")
givers = even(*PEOPLE, *NUMBERS, *NUMBERS, *NUMBERS)
holders = even(*NUMBERS, *NUMBERS, *PEOPLE, "shell", "zero")
newcomers = even(*NUMBERS, *NUMBERS, *PEOPLE, "shell", "zero")
takers = even(*PEOPLE, *NUMBERS, *NUMBERS, *["new"] * 6, "shell", "zero")
lists = even("whole", "whole", "whole", "empty", "short", "long", "unordered")
symbols = even("COM", "COM", "PRF")
amounts = even(
    1,
    2,
    3,
    5,
    8,
    13,
    20,
    "half",
    "half",
    "free",
    "free",
    "free",
    "all",
    "all",
    "all",
    0,
    "above free",
    "above all",
    40,
    UINT96_MAX + 1,
)
facts = table(
    country=even(*[CH] * 6, *[DE] * 4, US, US, US, 0, 1000),
    claims=even(*[KYC] * 4, *[KYC | QUALIFIED] * 2, QUALIFIED, 0),
    provider=even(0, 0, 0, 1, 1, 1, 2, 2, 3),
    lasts=even(*[None] * 6, 0, 3, 30, 300, -1),
)
identities = even("zero", "zero", "shell", "ana", "cleo", "hana")
all_terms = even(
    *PLANNED_TERMS.values(),
    Terms(providers=0b001, groups=((KYC, (CH, DE)), (KYC | QUALIFIED, (US,)))),
    Terms(providers=0b110, lapsed_may_sell=True, groups=((0, ()),)),
    Terms(providers=0b011, groups=((0, (CH,)), (QUALIFIED, ()))),
    Terms(providers=0b111, lapsed_may_sell=True, groups=((0, ()),)),
    Terms(providers=0, groups=((0, ()),)),
    Terms(providers=0b1000, groups=((0, ()),)),
)


class Moves(Issuer):
    """Holders and the issuer move units."""

    @action(symbol=symbols, source=givers, to=takers, amount=amounts)
    def transfer(self, symbol: str, source: str, to: str, amount: int | str) -> None:
        name = self.giver(symbol, source)
        giver, taker = self.wallet(name), self.taker(symbol, to)
        units = self.units(symbol, giver, amount)
        move = self.move(symbol, Kind.TRANSFER, units, operator=giver, source=giver, target=taker)
        self.moved(symbol, move, self.world.people[name], "transfer", taker, units)

    @action(symbol=symbols, first=between(0, 999))
    def tempt(self, symbol: str, first: int) -> None:
        """Transfer what one restriction alone stands against: a rule if any does, and each that does as often as any other."""
        found: dict[int, list[tuple[str, str, int]]] = {}
        for source, to in product(PEOPLE, (*PEOPLE, "shell")):
            free = self.ledger(symbol).unfrozen(self.wallet(source))
            for units in {1, free, free + 1}:
                for code in self._alone_against(symbol, source, to, units):
                    found.setdefault(code, []).append((source, to, units))
        codes = sorted(code for code in found if code >= model.HOLDING_CAP) or sorted(found)
        if codes:
            ways = found[codes[first % len(codes)]]
            self.transfer(symbol, *ways[first % len(ways)])

    def _alone_against(self, symbol: str, source: str, to: str, units: int) -> list[int]:
        """Say which restriction is the only one against a transfer to another, or would be: a lockup that is switched off."""
        if source == to:
            return []
        ledger, giver = self.ledger(symbol), self.wallet(source)
        move = self.move(symbol, Kind.TRANSFER, units, operator=giver, source=giver, target=self.wallet(to))
        codes = [one.code for one in self.suite.refusals(move)]
        if not codes and ledger.rules is not None and not ledger.rules.lockups:
            lock = ledger.rules.locks.get(giver, model.Lock())
            return [model.LOCKUP] if units and lock.until > move.now else []
        return codes if len(codes) == 1 else []

    @action(symbol=symbols, to=takers, amount=even(0, 1, 5, 10, 20, 30, 50, "above room"))
    def issue(self, symbol: str, to: str, amount: int | str) -> None:
        taker, room = self.taker(symbol, to), UINT96_MAX - self.ledger(symbol).supply
        units = amount if isinstance(amount, int) else room + 1
        move = self.move(
            symbol, Kind.ISSUE, units, operator=self.world.issuer.address, source=ZERO_ADDRESS, target=taker
        )
        self.moved(symbol, move, self.world.issuer, "issue", taker, units, *REASON)

    @action(symbol=symbols, source=holders, amount=amounts)
    def redeem(self, symbol: str, source: str, amount: int | str) -> None:
        giver = self.holder(symbol, source)
        units = self.units(symbol, giver, amount)
        move = self.move(
            symbol, Kind.REDEEM, units, operator=self.world.issuer.address, source=giver, target=ZERO_ADDRESS
        )
        self.moved(symbol, move, self.world.issuer, "redeem", giver, units, *REASON)

    @action(symbol=symbols, source=holders, to=takers, amount=amounts)
    def force(self, symbol: str, source: str, to: str, amount: int | str) -> None:
        giver, taker = self.holder(symbol, source), self.taker(symbol, to)
        units = self.units(symbol, giver, amount)
        move = self.move(
            symbol, Kind.FORCED, units, operator=self.world.enforcement.address, source=giver, target=taker
        )
        self.moved(symbol, move, self.world.enforcement, "forceTransfer", giver, taker, units, *REASON)


class ManyMoves(Issuer):
    """Batches and spenders."""

    @action(
        symbol=symbols,
        source=givers,
        rows=many(both(even(*NUMBERS, *NUMBERS, *PEOPLE, "shell"), between(0, 15)), 4),
    )
    def transfer_many(self, symbol: str, source: str, rows: list[tuple[str, int]]) -> None:
        name = self.giver(symbol, source)
        giver = self.wallet(name)
        moves = [
            self.move(symbol, Kind.TRANSFER, units, operator=giver, source=giver, target=self.taker(symbol, to))
            for to, units in rows
        ]
        self._all(symbol, moves, self.world.people[name], "batchTransfer")

    @action(symbol=symbols, rows=many(both(even(*NUMBERS, *PEOPLE), between(0, 25)), 4))
    def issue_many(self, symbol: str, rows: list[tuple[str, int]]) -> None:
        issuer = self.world.issuer
        moves = [
            self.move(
                symbol, Kind.ISSUE, units, operator=issuer.address, source=ZERO_ADDRESS, target=self.taker(symbol, to)
            )
            for to, units in rows
        ]
        self._all(symbol, moves, issuer, "issueBatch", *REASON)

    def _all(self, symbol: str, moves: Sequence[Move], signer: Signer, function: str, *more: object) -> None:
        lists = ([move.target for move in moves], [move.units for move in moves])
        token = self.world.tokens[symbol]
        self.run.do(signer, token, function, *lists, *more, expect=lambda: self.suite.batch(moves) if moves else None)
        self.balanced(symbol)
        self.stamped(symbol, *lists[0])
        self.counted()
        self.evidence.settle()

    @action(symbol=symbols, owner=people, spender=wallets, units=even(0, 10, 50, UINT256_MAX))
    def approve(self, symbol: str, owner: str, spender: str, units: int) -> None:
        holder, friend = self.wallet(owner), self.wallet(spender)

        def expect() -> None:
            if friend == ZERO_ADDRESS:
                raise Refused("ERC20InvalidSpender", friend)
            self.ledger(symbol).allowances[holder, friend] = units

        self.run.do(self.world.people[owner], self.world.tokens[symbol], "approve", friend, units, expect=expect)
        self.evidence.settle()

    @action(symbol=symbols, spender=people, source=givers, to=takers, amount=amounts, approved=even(False, True, True))
    def transfer_from(
        self, symbol: str, spender: str, source: str, to: str, amount: int | str, *, approved: bool
    ) -> None:
        owner = self.giver(symbol, source)
        operator, giver, taker = self.wallet(spender), self.wallet(owner), self.taker(symbol, to)
        if approved:
            self.approve(symbol, owner, spender, 50)
        units = self.units(symbol, giver, amount)
        granted = self.ledger(symbol).allowances.get((giver, operator), 0)
        move = self.move(symbol, Kind.TRANSFER, units, operator=operator, source=giver, target=taker)
        signer, enough = self.world.people[spender], granted >= units
        self.moved(symbol, move, signer, "transferFrom", giver, taker, units, granted=enough)
        left = self.world.tokens[symbol].read("allowance", giver, operator)
        self.evidence.same("LOCKSTEP", left, self.ledger(symbol).allowances.get((giver, operator), 0), "allowance")
        self.evidence.settle()


class Orders(Issuer):
    """Enforcement and compliance act."""

    @action(symbol=symbols, to=wallets, frozen=even(False, False, True))
    def freeze_wallet(self, symbol: str, to: str, *, frozen: bool) -> None:
        wallet, ledger = self.wallet(to), self.ledger(symbol)

        def expect() -> None:
            if wallet == ZERO_ADDRESS:
                raise Refused("ERC20InvalidSender", wallet)
            (ledger.frozen.add if frozen else ledger.frozen.discard)(wallet)

        args = (wallet, frozen, *REASON)
        self.run.do(self.world.enforcement, self.world.tokens[symbol], "freezeWallet", *args, expect=expect)
        self.evidence.settle()

    @action(symbol=symbols, to=holders, amount=amounts)
    def freeze_units(self, symbol: str, to: str, amount: int | str) -> None:
        wallet, ledger = self.holder(symbol, to), self.ledger(symbol)
        units = self.units(symbol, wallet, amount)

        def expect() -> None:
            if wallet == ZERO_ADDRESS:
                raise Refused("ERC20InvalidSender", wallet)
            ledger.frozen_units[wallet] = units

        token = self.world.tokens[symbol]
        self.run.do(self.world.enforcement, token, "freezeUnits", wallet, units, *REASON, expect=expect)
        found = (token.read("getFrozenTokens", wallet), token.read("unfrozenBalanceOf", wallet))
        self.evidence.same("TOK-5", found, (ledger.frozen_units.get(wallet, 0), ledger.unfrozen(wallet)), to)
        self.evidence.settle()

    @action(symbol=symbols, paused=even(False, True))
    def pause(self, symbol: str, *, paused: bool) -> None:
        ledger = self.ledger(symbol)

        def expect() -> None:
            if ledger.paused == paused:
                raise Refused("PauseUnchanged")
            ledger.paused = paused

        self.run.do(self.world.compliance, self.world.tokens[symbol], "pause" if paused else "unpause", expect=expect)
        self.evidence.settle()

    @action(symbol=symbols, lost=holders, replacement=even(*["fitting"] * 12, *PEOPLE, "zero"), honest=between(0, 5))
    def recover(self, symbol: str, lost: str, replacement: str, honest: int) -> None:
        old = self.holder(symbol, lost)
        new = self._fitting(old, honest) if replacement == "fitting" else self.wallet(replacement)
        identity = (self.suite.registry.investor(old) if honest else None) or self.wallet("hana")
        token = self.world.tokens[symbol]
        args = (old, new, identity)
        self.run.do(
            self.world.enforcement,
            token,
            "recover",
            *args,
            *REASON,
            expect=lambda: self.suite.recover(token.address, *args, self.run.now),
            blame="REG-2",
        )
        for wallet in (one for one in (old, new) if one != ZERO_ADDRESS):
            frozen = self.ledger(symbol).frozen_units.get(wallet, 0)
            self.evidence.same("TOK-5", token.read("getFrozenTokens", wallet), frozen, ("recovered", wallet))
            rules = self.ledger(symbol).rules
            if rules is not None:
                lock = self.world.rulebook.read("lockOf", token.address, wallet)
                kept = rules.locks.get(wallet, model.Lock())
                self.evidence.same("LCK-1", tuple(lock.values()), (kept.units, kept.until), ("recovered", wallet))
        self.balanced(symbol)
        self.known()
        self.all_stamped()
        self.counted()
        self.evidence.settle()

    def _fitting(self, lost: Address, number: int) -> Address:
        """Find a wallet that may replace this one: another of the same investor, or nobody's."""
        registry = self.suite.registry
        mine = [one for one in registry.wallets_of(lost) if one != lost and one not in registry.retired]
        free = [one for one in self.world.wallets if one not in registry.known] or list(self.world.wallets)
        return mine[number % len(mine)] if mine and number % 3 else free[number % len(free)]


class Dates(Issuer):
    """Time passes, and record dates with it."""

    @action(symbol=symbols, ahead=even(0, 1, 2, 5, 20, 60, 2**41))
    def schedule(self, symbol: str, ahead: int) -> None:
        date = self.run.now + ahead
        token, ledger = self.world.tokens[symbol], self.ledger(symbol)
        now = self.run.now
        self.run.do(
            self.world.issuer,
            token,
            "scheduleRecordDate",
            date,
            expect=lambda: ledger.schedule(date, now),
            blame="TOK-4",
        )
        self.evidence.same("TOK-4", list(token.read("recordDates")), ledger.dates, symbol)
        self.evidence.settle()

    @action(choice=between(0, 7), past=between(-1, 1))
    def travel(self, choice: int, past: int) -> None:
        """Go so that the next transaction is at, just before or just after something that time does."""
        moments = sorted(
            {date for ledger in self.suite.tokens.values() for date in ledger.dates}
            | {known.valid_until + 1 for known in self.suite.registry.known.values() if known.valid_until < NO_EXPIRY}
            | {
                until
                for ledger in self.suite.tokens.values()
                if ledger.rules is not None
                for until in (ledger.rules.flow_back_until, *(lock.until for lock in ledger.rules.locks.values()))
                if until < FOREVER
            }
        )
        ahead = [moment + past for moment in moments if moment + past > self.run.now]
        second = ahead[choice % len(ahead)] if ahead and choice < 6 else self.run.now + 7
        self.world.chain.travel(to=min(second, self.run.now + 1_000) - 1)

    @action()
    def look_back(self) -> None:
        self.remembered()


class Identities(Issuer):
    """The registrar and the compliance officer say who is who."""

    def _facts(self, drawn: dict[str, Any], identity: str) -> Facts:
        lasts = drawn["lasts"]
        return Facts(
            identity=self.wallet(identity),
            country=drawn["country"],
            claims=drawn["claims"],
            provider=drawn["provider"],
            valid_until=NO_EXPIRY if lasts is None else self.run.now + lasts,
        )

    @action(to=newcomers, drawn=facts, identity=identities)
    def register(self, to: str, drawn: dict[str, Any], identity: str) -> None:
        wallet, known, now = self.newcomer(to), self._facts(drawn, identity), self.run.now
        self.attested(
            self.world.registrar,
            "register",
            wallet,
            told(known),
            expect=lambda: self.suite.registry.register(wallet, known, now),
        )

    @action(to=newcomers, investor=wallets)
    def link(self, to: str, investor: str) -> None:
        wallet, of = self.newcomer(to), self.wallet(investor)
        self.attested(self.world.registrar, "link", wallet, of, expect=lambda: self.suite.registry.link(wallet, of))

    @action(to=people, drawn=facts, identity=even("zero", "zero", "zero", "shell", "ana"))
    def update(self, to: str, drawn: dict[str, Any], identity: str) -> None:
        wallet, known, now = self.wallet(to), self._facts(drawn, identity), self.run.now
        self.attested(
            self.world.registrar,
            "update",
            wallet,
            told(known),
            expect=lambda: self.suite.registry.update(wallet, known, now),
        )

    @action(to=people, country=even(CH, DE, US, 0))
    def update_country(self, to: str, country: int) -> None:
        wallet = self.wallet(to)
        self.attested(
            self.world.registrar,
            "updateCountry",
            wallet,
            country,
            expect=lambda: self.suite.registry.update_country(wallet, country),
        )

    @action(to=people, identity=identities)
    def update_identity(self, to: str, identity: str) -> None:
        wallet, named = self.wallet(to), self.wallet(identity)
        self.attested(
            self.world.registrar,
            "updateIdentity",
            wallet,
            named,
            expect=lambda: self.suite.registry.update_identity(wallet, named),
        )

    @action(to=wallets)
    def delete(self, to: str) -> None:
        wallet = self.wallet(to)
        self.attested(self.world.registrar, "deleteIdentity", wallet, expect=lambda: self.suite.registry.delete(wallet))

    @action(to=newcomers, identity=identities, country=even(CH, CH, DE, 0))
    def register_identity(self, to: str, identity: str, country: int) -> None:
        wallet, named = self.newcomer(to), self.wallet(identity)
        self.attested(
            self.world.registrar,
            "registerIdentity",
            wallet,
            named,
            country,
            expect=lambda: self.suite.registry.register_identity(wallet, named, country),
        )


class Offices(Issuer):
    """The compliance officer changes what everybody is judged by."""

    @action(provider=even(1, 1, 2, 0, 3))
    def revoke(self, provider: int) -> None:
        self.attested(
            self.world.compliance,
            "revokeProvider",
            provider,
            "Fraud",
            expect=lambda: self.suite.registry.revoke(provider),
        )

    @action(provider=even(1, 1, 2, 0, 3))
    def reinstate(self, provider: int) -> None:
        self.attested(
            self.world.compliance,
            "reinstateProvider",
            provider,
            "Cleared",
            expect=lambda: self.suite.registry.reinstate(provider),
        )

    @action(symbol=symbols, terms=all_terms)
    def set_terms(self, symbol: str, terms: Terms) -> None:
        token = self.world.tokens[symbol].address
        groups = [(claims, list(countries)) for claims, countries in terms.groups]
        args = (token, terms.providers, terms.lapsed_may_sell, groups)
        self.attested(
            self.world.compliance, "setTerms", *args, expect=lambda: self.suite.registry.set_terms(token, terms)
        )


class Limits(Issuer):
    """The compliance officer sets rules."""

    def _scope(self, symbol: str) -> Address:
        return ZERO_ADDRESS if symbol == "issuer" else self.world.tokens[symbol].address

    @action(symbol=even("COM", "COM", "PRF", "issuer"), units=between(40, 220), bps=between(2_000, 9_000))
    def cap(self, symbol: str, units: int, bps: int) -> None:
        units, bps = units if units > 90 else 0, bps if bps > 4_000 and symbol != "issuer" else 0
        scope = self._scope(symbol)

        def expect() -> None:
            if scope == ZERO_ADDRESS:
                self.suite.max_units = units
            else:
                rules = self.suite.tokens[scope].rules
                assert rules is not None
                rules.max_units, rules.max_bps = units, bps

        self.ruled("setHoldingCap", scope, units, bps, expect=expect, blame="CAP-1")

    @action(symbol=even("COM", "COM", "PRF", "issuer", "issuer"), room=even(-1, 0, 0, 1, 2, None), listed=lists)
    def limit_investors(self, symbol: str, room: int | None, listed: str) -> None:
        """Set a limit, and count if it waits for that."""
        scope = self._scope(symbol)
        tokens = self.suite.scope if symbol == "issuer" else [scope]
        if not all(one in self.suite.scope for one in tokens):
            return
        limit = 0 if room is None else max(1, self.suite.investors(*tokens) + room)
        self.ruled(
            "setInvestorLimit",
            scope,
            limit,
            0,
            expect=lambda: self.suite.limit_investors(scope, limit),
            blame="CNT-1",
        )
        self.count(symbol, listed)

    @action(symbol=even("COM", "PRF", "issuer"), listed=lists)
    def count(self, symbol: str, listed: str) -> None:
        scope = self._scope(symbol)
        tokens = self.suite.scope if symbol == "issuer" else [scope]
        if not all(one in self.suite.scope for one in tokens):
            return
        holders = [wallet for token in tokens for wallet in self.suite.tokens[token].holders()]
        holders = {
            "whole": holders,
            "empty": [],
            "short": holders[:-1],
            "long": [*holders, self.world.wallet("shell")],
            "unordered": holders[::-1],
        }[listed]
        self.ruled("count", scope, 0, holders, expect=lambda: self.suite.count(scope, holders), blame="CNT-1")

    @action(symbol=symbols, to=holders, units=even(0, 10, 30, 90, UINT96_MAX), ahead=even(0, 9, 30, 90, 300))
    def lock(self, symbol: str, to: str, units: int, ahead: int) -> None:
        wallet, rules, now = self.holder(symbol, to), self.ledger(symbol).rules, self.run.now
        if rules is None:
            return
        until = now + ahead
        token = self.world.tokens[symbol].address
        self.ruled(
            "setLockup",
            token,
            wallet,
            units,
            until,
            expect=lambda: rules.set_lock(wallet, units, until, now),
            blame="LCK-1",
        )

    @action(symbol=symbols, on=even(False, False, True))
    def switch_lockups(self, symbol: str, *, on: bool) -> None:
        rules = self.ledger(symbol).rules
        if rules is None:
            return
        self.ruled(
            "switchLockups",
            self.world.tokens[symbol].address,
            on,
            expect=lambda: setattr(rules, "lockups", on),
            blame="LCK-1",
        )

    @action(
        symbol=symbols,
        pairs=even(
            ((CH, DE),), ((0, CH),), ((0, DE),), ((DE, CH), (US, CH), (CH, US)), ((DE, CH),), ((CH, CH),), ((0, 0),), ()
        ),
        ahead=even(0, 5, 40, 200, None, None),
    )
    def flow_back(self, symbol: str, pairs: tuple[tuple[int, int], ...], ahead: int | None) -> None:
        rules, now = self.ledger(symbol).rules, self.run.now
        if rules is None:
            return
        until = 2**48 - 1 if ahead is None else now + ahead
        self.ruled(
            "setFlowBack",
            self.world.tokens[symbol].address,
            until,
            pairs,
            expect=lambda: rules.set_flow_back(until, pairs, now),
            blame="FLO-1",
        )


class MayBeBare(Issuer):
    """In every other story one class has no rulebook at all."""

    def begin(self, number: int) -> None:
        super().begin(number)
        if number % 2 == 0:
            return
        token = self.world.tokens["PRF"]
        ledger = self.ledger("PRF")
        token.send(self.world.compliance, "setCompliance", ZERO_ADDRESS)
        self.world.rulebook.send(self.world.compliance, "unbindToken", token.address)
        ledger.rules = None
