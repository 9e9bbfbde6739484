"""An issuer's token, registry and rulebook beside the model: how each thing is done to both, and what is checked after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from tests import model
from tests.model import NO_EXPIRY, UINT40_MAX, Facts, Kind, Move
from tests.stateful.story import Story
from tests.stateful.world import CH, DE, KYC, PEOPLE, QUALIFIED, US, Lockstep, Start, World

from tokenkit.errors import Reverted
from tokenkit.types import ZERO_ADDRESS, Address

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stateful.evidence import Evidence
    from tests.stateful.world import Contract

    from tokenkit.chain import Signer

REASON = ("A reason", b"\x01" * 32)


def prepared(world: World, evidence: Evidence) -> Start:
    """Admit people and issue to them, on the chain and in the model, and say where that leaves both."""
    run = Lockstep(world, world.model(), evidence)
    forever, soon = NO_EXPIRY, run.now + 400
    shell = world.wallet("shell")
    for name, known in (
        ("ana", Facts(country=CH, claims=KYC, valid_until=forever)),
        ("ben", Facts(country=DE, claims=KYC, provider=1, valid_until=forever)),
        ("cleo", Facts(identity=shell, country=CH, claims=KYC, provider=1, valid_until=forever)),
        ("dora", Facts(identity=shell, country=CH, claims=KYC, provider=1, valid_until=forever)),
        ("emil", Facts(country=US, claims=KYC | QUALIFIED, provider=2, valid_until=forever)),
        ("fay", Facts(country=CH, claims=KYC, valid_until=soon)),
        ("gus", Facts(country=DE, claims=KYC, valid_until=forever)),
        ("hana", Facts(country=CH, claims=KYC, provider=1, valid_until=forever)),
    ):
        wallet = world.wallet(name)
        expect = lambda wallet=wallet, known=known: run.suite.registry.register(wallet, known, run.now)  # noqa: E731
        assert run.do(world.registrar, world.registry, "register", wallet, told(known), expect=expect)
    for symbol, name, units in (
        ("COM", "ana", 100),
        ("COM", "ben", 60),
        ("COM", "cleo", 40),
        ("COM", "dora", 30),
        ("COM", "fay", 20),
        ("PRF", "ana", 50),
        ("PRF", "emil", 80),
        ("PRF", "dora", 10),
    ):
        token, wallet = world.tokens[symbol], world.wallet(name)
        move = Move(
            token=token.address,
            kind=Kind.ISSUE,
            operator=world.issuer.address,
            source=ZERO_ADDRESS,
            target=wallet,
            units=units,
            now=run.now,
        )
        issue = lambda move=move: run.suite.transfer(move)  # noqa: E731
        assert run.do(world.issuer, token, "issue", wallet, units, *REASON, expect=issue)
    evidence.settle()
    return Start(world.chain.snapshot(), run.suite)


def told(known: Facts) -> tuple[object, ...]:
    """Write facts as the registry takes them."""
    return (known.identity, known.country, known.claims, known.provider, known.valid_until)


class Issuer(Story):
    """What all stories share: how each thing is done to both sides, and what is checked after it."""

    world: ClassVar[World]
    start: ClassVar[Start]
    evidence: ClassVar[Evidence]

    def __init__(self) -> None:
        super().__init__()
        self.world.chain.revert(self.start.snapshot)
        self.run = Lockstep(self.world, self.start.suite.copy(), self.evidence)
        self.suite = self.run.suite

    # ── doing ──

    def wallet(self, name: str) -> Address:
        return self.world.wallet(name)

    def ledger(self, symbol: str) -> model.Token:
        return self.suite.tokens[self.world.tokens[symbol].address]

    def units(self, symbol: str, wallet: Address, amount: int | str) -> int:
        """Say in numbers what was drawn as a word."""
        if isinstance(amount, int):
            return amount
        ledger = self.ledger(symbol)
        base = ledger.unfrozen(wallet) if "free" in amount else ledger.units(wallet)
        return base // 2 if amount.startswith("half") else base + amount.startswith("above")

    def giver(self, symbol: str, drawn: str) -> str:
        """Name a person: as drawn, or one of those (by number) who can transfer something as it stands."""
        if drawn in PEOPLE:
            return drawn
        ledger = self.ledger(symbol)
        able = [name for name in PEOPLE if ledger.unfrozen(self.wallet(name)) and self._may(symbol, name, selling=True)]
        return (able or PEOPLE)[int(drawn) % len(able or PEOPLE)]

    def taker(self, symbol: str, drawn: str) -> Address:
        """Say whose wallet: as drawn, or one of those (by number) who can receive as it stands, perhaps of a new investor."""
        able = [name for name in PEOPLE if self._may(symbol, name, selling=False)] or PEOPLE
        if drawn == "new":
            able = [
                name for name in able if not self.suite.held(self.ledger(symbol).address, self.wallet(name))
            ] or able
            return self.wallet(able[self.steps % len(able)])
        return self.wallet(able[int(drawn) % len(able)] if drawn.isdecimal() else drawn)

    def holder(self, symbol: str, drawn: str) -> Address:
        """Say whose wallet: as drawn, or one of those (by number) that hold something."""
        if not drawn.isdecimal():
            return self.wallet(drawn)
        able = self.ledger(symbol).holders() or [self.wallet("ana")]
        return able[int(drawn) % len(able)]

    def newcomer(self, drawn: str) -> Address:
        """Say whose wallet: as drawn, or one of those (by number) that the registry does not know."""
        if not drawn.isdecimal():
            return self.wallet(drawn)
        able = [one for one in self.world.wallets if one not in self.suite.registry.known] or [self.wallet("hana")]
        return able[int(drawn) % len(able)]

    def _may(self, symbol: str, name: str, *, selling: bool) -> bool:
        ledger, wallet = self.ledger(symbol), self.wallet(name)
        admission = self.suite.registry.admission(ledger.address, wallet, self.run.now)
        return wallet not in ledger.frozen and (not admission.reason or (selling and admission.may_sell))

    def move(self, symbol: str, kind: Kind, units: int, *, operator: Address, source: Address, target: Address) -> Move:
        token, now = self.world.tokens[symbol].address, self.run.now
        return Move(token=token, kind=kind, operator=operator, source=source, target=target, units=units, now=now)

    def moved(
        self, symbol: str, move: Move, signer: Signer, function: str, *args: object, granted: bool = True
    ) -> bool:
        """Ask before, do it, and check what the ledger and everybody who counts says afterwards. *granted*: the allowance suffices."""
        token, ledger = self.world.tokens[symbol], self.suite.tokens[move.token]
        refusals = self.preflight(token, move)
        rules_stand_against = any(one.code >= 40 for one in self.suite.rule_refusals(replace(move, kind=Kind.TRANSFER)))
        apply = self.suite.transfer_from if function == "transferFrom" else self.suite.transfer
        frozen, investors = ledger.frozen_units.get(move.source, 0), self.suite.investors(move.token)
        done = self.run.do(signer, token, function, *args, expect=lambda: apply(move))

        check = self.evidence.check
        check("TOK-3", done == (not refusals and granted), "the preflight said otherwise", move, refusals)
        if done and move.kind == Kind.TRANSFER and move.units and move.source != move.target and frozen:
            left = token.peek("balanceOf", move.source)
            check("TOK-5", left >= frozen, "a holder moved frozen units", move, left, frozen)
        if done and frozen:
            kept = token.peek("getFrozenTokens", move.source)
            self.evidence.same("TOK-5", kept, ledger.frozen_units.get(move.source, 0), move)
        if move.kind in (Kind.REDEEM, Kind.FORCED) and rules_stand_against and move.units:
            check("RUL-1", not any(one["code"] >= 40 for one in refusals), "a rule stopped an order", move, refusals)
        self.off(symbol, move, refusals)
        if done:
            self.within_limits(symbol, move, investors)
            self.balanced(symbol)
            self.stamped(symbol, move.source, move.target)
            self.counted()
        self.evidence.settle()
        return done

    def preflight(self, token: Contract, move: Move) -> list[dict[str, Any]]:
        """Compare what the token explains with what the model says, and return it."""
        asked = (move.operator, move.source, move.target, move.units)
        found: list[dict[str, Any]] = token.read("explain", int(move.kind), *asked)
        expected = self.suite.refusals(move)
        self.evidence.explained(
            [(one["code"], one["account"], one["limit"], one["actual"]) for one in found],
            [(one.code, one.account, one.limit, one.actual) for one in expected],
            f"explain {move}",
        )
        first = [one["code"] for one in found if one["code"] >= 40][:1]
        if first:
            self.evidence.same("RUL-3", first, [one.code for one in expected if one.code >= 40][:1], move)
        for one in found:
            self.promised(one, move)
        if move.kind == Kind.TRANSFER and self.steps % 3 == 0:
            code = token.read("detectTransferRestrictionFrom", *asked)
            self.evidence.same("TOK-3", code, expected[0].code if expected else 0, f"detect {move}")
            if move.operator == move.source:
                answer = token.read("canTransfer", *asked[1:])
                only_balance = all(one.code == model.BALANCE for one in expected)
                self.evidence.same("TOK-3", answer, only_balance, f"canTransfer {move}")
        return found

    def promised(self, verdict: dict[str, Any], move: Move) -> None:
        """Check that the largest amount and the earliest time of an explanation are that."""

        def stands(**changes: int) -> bool:
            return any(one.code == verdict["code"] for one in self.suite.refusals(replace(move, **changes)))

        largest, earliest = verdict["largest"], verdict["earliest"]
        if largest:
            self.evidence.check("TOK-3", not stands(units=largest), "`largest` does not pass", verdict, move)
            self.evidence.check("TOK-3", stands(units=largest + 1), "more than `largest` passes", verdict, move)
        if earliest:
            self.evidence.check("TOK-3", not stands(now=earliest), "refused at `earliest` still", verdict, move)
            self.evidence.check("TOK-3", stands(now=earliest - 1), "passes before `earliest`", verdict, move)

    def attested(self, signer: Signer, function: str, *args: object, expect: Callable[[], object]) -> bool:
        """Do something to the registry; check every answer that tokens keep, and the counts that follow facts."""
        before = self.answers()
        done = self.run.do(signer, self.world.registry, function, *args, expect=expect, blame="REG-1")
        if done:
            limits = [
                self.suite.investor_limit,
                *(one.rules.investor_limit for one in self.suite.tokens.values() if one.rules),
            ]
            self.evidence.checked["RUL-1"] += any(limits)  # it was not refused: see `outcome`
            after = self.answers()
            for (symbol, wallet), answer in after.items():
                if before[symbol, wallet] != answer:
                    self.evidence.checked["REG-3"] += self.ledger(symbol).units(wallet) > 0
                    self.stamped(symbol, wallet, identifier="REG-3")
            self.known()
            self.counted()
        self.evidence.settle()
        return done

    def ruled(
        self, function: str, *args: object, expect: Callable[[], object], blame: str = "RUL-2", of: str = "rulebook"
    ) -> bool:
        """Do something to the rulebook."""
        done = self.run.do(self.world.compliance, getattr(self.world, of), function, *args, expect=expect, blame=blame)
        self.counted()
        self.evidence.settle()
        return done

    # ── checking ──

    def off(self, symbol: str, move: Move, refusals: list[dict[str, Any]]) -> None:
        """Check that a rule that is off says nothing; it counts where what is left of its settings would."""
        rules, codes = self.ledger(symbol).rules, {one["code"] for one in refusals}
        if rules is None:
            self.evidence.check(
                "RUL-2", max(codes, default=0) < 40, "a rule refused where there are none", move, refusals
            )
            return
        silent = {
            model.HOLDING_CAP: not rules.max_units,
            model.HOLDING_SHARE: not rules.max_bps,
            model.INVESTOR_COUNT: not rules.counted,
            model.LOCKUP: not rules.lockups,
            model.FLOW_BACK: not rules.flow_back,
            model.ISSUER_HOLDING_CAP: not self.suite.max_units,
            model.ISSUER_INVESTOR_COUNT: not self.suite.counted,
        }
        lock = rules.locks.get(move.source, model.Lock())
        tempting = move.kind == Kind.TRANSFER and lock.until > move.now and move.units and not rules.lockups
        spoke = [code for code, is_off in silent.items() if is_off and code in codes]
        if tempting or spoke:
            self.evidence.check("RUL-2", not spoke, "a rule that is off refused", move, refusals)

    def answers(self) -> dict[tuple[str, Address], model.Admission]:
        return {
            (symbol, wallet): self.suite.registry.admission(token.address, wallet, self.run.now)
            for symbol, token in self.world.tokens.items()
            for wallet in self.world.wallets
        }

    def balanced(self, symbol: str) -> None:
        token, ledger = self.world.tokens[symbol], self.ledger(symbol)
        held = {wallet: token.peek("balanceOf", wallet) for wallet in self.world.wallets}
        supply = token.peek("totalSupply")
        self.evidence.check("TOK-1", supply == sum(held.values()), "supply and units differ", symbol, supply, held)
        self.evidence.same("LOCKSTEP", held, {wallet: ledger.units(wallet) for wallet in held}, symbol)

    def stamped(self, symbol: str, *wallets: Address, identifier: str = "TOK-2") -> None:
        """Check that what a token remembers of a wallet's admission is what the registry's facts say now."""
        token = self.world.tokens[symbol]
        version = token.peek("admissionVersion")
        for wallet in wallets:
            _, until, stamp, _, _, country, claims, flags = token.peek("rowOf", wallet)
            if stamp != version or until < self.run.now:
                continue
            fresh = self.suite.registry.admission(token.address, wallet, self.run.now)
            known = fresh.facts
            lasts = UINT40_MAX if known.valid_until == NO_EXPIRY else known.valid_until
            linked = len(self.suite.registry.wallets_of(wallet)) > 1
            self.evidence.same(
                identifier,
                (0, until, country, claims, bool(flags & 4)),
                (fresh.reason, lasts, known.country, known.claims, linked),
                f"the stamp of {wallet} in {symbol}",
            )

    def all_stamped(self) -> None:
        for symbol in self.world.tokens:
            self.stamped(symbol, *self.world.wallets)

    def counted(self) -> None:
        """Check the counts that are kept, of each class and of all."""
        for scope in (*self.suite.scope, ZERO_ADDRESS):
            rules = self.suite.tokens[scope].rules if scope != ZERO_ADDRESS else None
            if self.suite.counted if rules is None else rules.counted:
                kept = self.world.rulebook.peek("settingsOf", scope)["investorCount"]
                true = self.suite.investors(*(self.suite.scope if rules is None else [scope]))
                self.evidence.same("CNT-1", kept, true, f"investors of {scope}")

    def within_limits(self, symbol: str, move: Move, before: int) -> None:
        """Check the limits themselves after an issue or a transfer between investors; *before* it, so many investors held units."""
        rules = self.suite.tokens[move.token].rules
        if rules is None or not move.units or move.kind not in (Kind.ISSUE, Kind.TRANSFER):
            return
        token, registry = self.world.tokens[symbol], self.suite.registry
        if not registry.same_investor(move.source, move.target):
            held = token.peek("heldByInvestor", move.target)
            if rules.max_units:
                self.evidence.check("CAP-1", held <= rules.max_units, "above the cap", move, held)
            if rules.max_bps:
                most = token.peek("totalSupply") * rules.max_bps
                self.evidence.check("CAP-1", held * 10_000 <= most, "above the share", move, held)
            if rules.flow_back and move.kind == Kind.TRANSFER and move.now < rules.flow_back_until:
                countries = [self.world.registry.peek("investorCountry", one) for one in (move.source, move.target)]
                blocked = any(
                    to == countries[1] and (of == countries[0] if of else countries[0] != to) for of, to in rules.pairs
                )
                self.evidence.check("FLO-1", not blocked, "units flowed back", move, countries)
        lock = rules.locks.get(move.source)
        if move.kind == Kind.TRANSFER and rules.lockups and lock and lock.until > move.now:
            left = token.peek("balanceOf", move.source)
            moved_away = move.source != move.target
            self.evidence.check("LCK-1", not moved_away or left >= lock.units, "locked units left", move, left, lock)
        if rules.counted:
            count = self.suite.investors(token.address)
            raised = count > max(before, rules.investor_limit)
            self.evidence.check("CNT-2", not raised, "the count rose above its limit", move, before, count)

    def known(self) -> None:
        """Check the registry against the model, wallet by wallet."""
        registry, mine = self.world.registry, self.suite.registry
        for wallet in self.world.wallets:
            found, retired = registry.peek("factsOf", wallet)
            expected = told(mine.known.get(wallet, Facts()))
            self.evidence.same("REG-1", (tuple(found.values()), retired), (expected, wallet in mine.retired), wallet)
            if retired:
                answer = registry.read("admission", self.world.tokens["COM"].address, wallet)
                self.evidence.same("REG-2", answer["reason"], model.RETIRED, wallet)
            elif not mine.is_active(expected[3]) and wallet in mine.known:
                for token in self.world.tokens.values():
                    answer = registry.read("admission", token.address, wallet)
                    self.evidence.check("REG-4", answer["reason"] != 0, "admitted on a revoked word", wallet)
                    self.evidence.check("REG-4", not token.read("canReceive", wallet), "may receive", wallet)

    def remembered(self) -> None:
        """Check every passed record date of every wallet, and that others are not known."""
        for symbol, token in self.world.tokens.items():
            ledger = self.ledger(symbol)
            ledger.pass_dates(self.run.now)
            for index, date in enumerate(ledger.dates):
                if date > self.run.now:
                    answer = self._refusal(token, "balanceOfAt", self.world.wallets[0], date)
                    self.evidence.same("TOK-4", answer, ("UnknownRecordDate", date), "a date ahead")
                    continue
                for wallet in self.world.wallets:
                    units, holder, frozen = ledger.entitled(wallet, date)
                    self.evidence.same("TOK-4", token.read("balanceOfAt", wallet, date), units, (symbol, date, wallet))
                    found = tuple(token.read("entitlement", wallet, index))
                    self.evidence.same("TOK-4", found, (units, holder, frozen), (symbol, index, wallet))
                supply = sum(ledger.history[date].values())
                found = (token.read("totalSupplyAt", date), token.read("supplyAt", index))
                self.evidence.same("TOK-4", found, (supply, supply), (symbol, date))
        self.evidence.settle()

    def _refusal(self, token: Contract, function: str, *args: object) -> object:
        try:
            return token.read(function, *args)
        except Reverted as refusal:
            return (type(refusal).__name__, *refusal.args)

    def end(self) -> None:
        if self.evidence.broken:
            return
        self.remembered()
        for symbol in self.world.tokens:
            self.balanced(symbol)
        self.all_stamped()
        self.known()
        self.evidence.settle()
