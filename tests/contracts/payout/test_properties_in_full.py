"""Payouts with every option, under any mix of what can happen, against exact rational arithmetic in plain Python."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from random import Random
from typing import TYPE_CHECKING, Any

from tests.contracts.payout.conftest import DAY
from tests.contracts.payout.in_full import FRANCE, GERMANY, NOTHING, OTHER_OFFICE, TAX_OFFICE, rate, treaty

from tokenkit import reverts as errors
from tokenkit.types import ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from tests.contracts.payout.in_full import FullStage

    from tokenkit.chain import Signer
    from tokenkit.errors import TokenkitError

CROWD, STEPS = 7, 36
Refusal = type["TokenkitError"]
TILL = parse_address("0x0000000000000000000000000000000000000713")
BANKS = [parse_address(f"0x{number:040x}") for number in range(0xBA01, 0xBA04)]
INSTITUTION = 1 << 3
PRICE, PER = Fraction(977, 3), 3


@dataclass(kw_only=True)
class Model:
    """One payout, restated: who gets what, in fractions, rounded where the terms say so."""

    funded: int
    units: list[int]
    per_unit: Fraction | None
    taxed: bool
    reinvests: bool
    admitted_only: bool
    treaties: dict[int, int]
    facts: dict[int, tuple[int, int]] = field(default_factory=dict)  # country, claims
    refused: set[int] = field(default_factory=set)  # not admitted
    frozen: set[int] = field(default_factory=set)
    blocked: set[Address] = field(default_factory=set)
    successor: dict[int, int] = field(default_factory=dict)
    payee: dict[int, Address] = field(default_factory=dict)
    wants_units: set[int] = field(default_factory=set)
    issues: bool = True
    settled: bool = False
    state: dict[int, str] = field(default_factory=dict)  # paid, owed
    cursor: int = -1
    cash: Counter[Address] = field(default_factory=Counter)
    tax: Counter[Address] = field(default_factory=Counter)
    withdrawn: Counter[Address] = field(default_factory=Counter)
    issued: Counter[int] = field(default_factory=Counter)
    gross: int = 0
    nonces: Counter[int] = field(default_factory=Counter)

    def share(self, holder: int) -> int:
        total = sum(self.units)
        each = self.per_unit if self.per_unit is not None else Fraction(self.funded, total)
        return floor(each * self.units[holder])

    @property
    def lacking(self) -> int:
        if self.per_unit is None or self.settled:
            return 0
        return max(0, floor(self.per_unit * sum(self.units)) - self.funded)

    def owner(self, holder: int) -> int:
        return self.successor.get(holder, holder)

    def is_open(self, holder: int) -> bool:
        found = self.state.get(holder)
        return found == "owed" or (found is None and holder > self.cursor)

    def taxed_at(self, holder: int) -> tuple[Fraction, Address]:
        country, claims = self.facts.get(self.owner(holder), (0, 0))
        if not self.taxed:
            return Fraction(0), ZERO_ADDRESS
        if country == GERMANY and claims & INSTITUTION:
            found = (0, TAX_OFFICE)
        elif country == GERMANY:
            found = (263_750, TAX_OFFICE)
        elif country == FRANCE:
            found = (128_125, OTHER_OFFICE)
        else:
            return Fraction(0), ZERO_ADDRESS
        return Fraction(self.treaties.get(holder, found[0]), 1_000_000), found[1]

    def claim(self, caller: int, holder: int) -> Refusal | None:
        if self.lacking:
            return errors.Underfunded
        self.settled = True
        if self.owner(holder) != caller:
            return errors.NotHolder
        if self.share(holder) == 0:
            return errors.NothingDue
        if not self.is_open(holder):
            return errors.AlreadyPaid
        refusal = self.pay(holder)
        if refusal is None:
            self.state[holder] = "paid"
        return refusal

    def push(self, page: list[int]) -> Refusal | None:
        if self.lacking:
            return errors.Underfunded
        self.settled = True
        if page[0] <= self.cursor or page != sorted(page):
            return errors.NotAscending
        for holder in page:
            if self.state.get(holder) == "paid" or self.share(holder) == 0:
                continue
            self.state[holder] = "paid" if self.pay(holder) is None else "owed"
        for holder in range(self.cursor + 1, page[-1]):
            self.state.setdefault(holder, "left out")
        self.cursor = page[-1]
        return None

    def pay(self, holder: int) -> Refusal | None:
        """Pay a share that is due, by the order of the terms: frozen, admitted, tax, units, money."""
        owner, share = self.owner(holder), self.share(holder)
        if owner in self.frozen:
            return errors.HolderFrozen
        if self.admitted_only and owner in self.refused:
            return errors.OwnerNotAdmitted
        ppm, authority = self.taxed_at(holder)
        tax = floor(ppm * share)
        net, payee = share - tax, self.payee.get(owner, self.wallets[owner])
        units = floor(net / PRICE) if self.reinvests and owner in self.wants_units and self.issues else 0
        cost = -floor(-units * PRICE)
        if units and TILL not in self.blocked and (net == cost or payee not in self.blocked):
            self.issued[owner] += units
            self.cash[TILL] += cost
            self.cash[payee] += net - cost
        elif net and payee in self.blocked:
            return errors.PaymentFailed
        else:
            self.cash[payee] += net
        if tax:
            self.tax[authority] += tax
        self.gross += share
        return None

    wallets: list[Address] = field(default_factory=list)


class Run:
    """The model and the contracts, side by side."""

    def __init__(self, full: FullStage, draw: Random) -> None:
        self.full, self.draw, self.accepted = full, draw, Counter[str]()
        self.crowd: list[Signer] = sorted(full.chain.accounts[9 : 9 + CROWD], key=lambda one: int(one.address, 16))
        wallets = [one.address for one in self.crowd]
        units = [draw.choice((0, 1, *(draw.randint(1, 900) for _ in range(6)))) for _ in wallets]
        units[draw.randrange(CROWD)] += 7
        stray = {one.address for one in (*full.world.stage.holders, full.world.stage.treasury)} - set(wallets)
        held = {**dict.fromkeys(stray, 0), **dict(zip(wallets, units, strict=True))}
        full.token.send(full.world.stage.admin, "hold", 0, list(held), list(held.values()))
        full.token.send(full.world.stage.admin, "setIssuer", full.world.stage.agent.address)

        scale = draw.choice((1, 10, 999))
        per_unit = Fraction(draw.randint(1, 10**6), scale) if draw.random() < 0.5 else None
        whole = floor(per_unit * sum(units)) if per_unit is not None else draw.randint(10**6, 10**12)
        short = min(whole - 1, draw.choice((0, 0, 5))) if per_unit is not None else 0
        treaties = {each: draw.choice((0, 150_000, 1_000_000)) for each in draw.sample(range(CROWD), 2)}
        self.model = Model(
            funded=max(1, whole - short),
            units=units,
            per_unit=per_unit,
            taxed=draw.random() < 0.7,
            reinvests=draw.random() < 0.5,
            admitted_only=draw.random() < 0.5,
            treaties=treaties,
            wallets=wallets,
        )
        self._declare(scale)
        full.pass_record_date()
        for each in range(CROWD):
            self._attest(each, draw.choice((0, GERMANY, GERMANY, FRANCE)), draw.choice((0, INSTITUTION)), 0)
            if draw.random() < 0.4:
                self._want(each, on=True)
            if draw.random() < 0.3:
                self._block(self.crowd[each].address, blocked=True)

    def _declare(self, scale: int) -> None:
        model = self.model
        chosen: dict[str, Any] = {"admittedOnly": model.admitted_only}
        if model.per_unit is not None:
            chosen |= {"perUnit": int(model.per_unit * scale), "scale": scale}
        if model.taxed:
            chosen["rates"] = [
                rate(0, TAX_OFFICE, country=GERMANY, mask=INSTITUTION, claims=INSTITUTION),
                rate(263_750, TAX_OFFICE, country=GERMANY),
                rate(128_125, OTHER_OFFICE, country=FRANCE),
            ]
            chosen["treaties"] = [treaty(model.wallets[each], ppm) for each, ppm in sorted(model.treaties.items())]
        offer = {"price": PRICE.numerator, "units": PER, "until": 2**48 - 1, "proceedsTo": TILL}
        chosen["reinvestment"] = offer if model.reinvests else NOTHING
        self.full.declare({"excluded": [], "amount": model.funded}, **chosen)

    def step(self) -> None:
        names = ("claim", "order", "push", "push_next", "top_up", "withdraw", "attest", "freeze", "block", "recover")
        names += ("name", "want", "refuse_issues", "late_claim")
        weights = (5, 3, 0.3, 2.5, 2, 3, 1, 1, 3, 1.5, 1, 1, 0.7, 5)
        before = self.accepted.total()
        getattr(self, self.draw.choices(names, weights)[0])()
        if self.accepted.total() > before:
            self.check()

    # ---- what people do

    def _anybody(self) -> int:
        """Draw a holder: more often one that is not paid yet."""
        unpaid = [each for each in range(CROWD) if self.model.is_open(each) and self.model.share(each)]
        return self.draw.choice(unpaid) if unpaid and self.draw.random() < 0.7 else self.draw.randrange(CROWD)

    def claim(self) -> None:
        holder = self._anybody()
        caller = self.model.owner(holder) if self.draw.random() < 0.85 else self.draw.randrange(CROWD)
        expected = self.model.claim(caller, holder)
        self._expect(expected, self.crowd[caller], "claimFor", 1, self.crowd[holder].address)

    def late_claim(self) -> None:
        """Aim: draw among those whom a push could not pay."""
        if owed := [each for each, state in self.model.state.items() if state == "owed"]:
            holder = self.draw.choice(owed)
            caller = self.model.owner(holder)
            if self.draw.random() < 0.7:
                self._block(self.model.payee.get(caller, self.crowd[caller].address), blocked=False)
            expected = self.model.claim(caller, holder)
            self._expect(expected, self.crowd[caller], "claimMany", [1], self.crowd[holder].address)

    def order(self) -> None:
        holder = self._anybody()
        claimant = self.model.owner(holder) if self.draw.random() < 0.85 else holder
        stale = self.draw.random() < 0.15
        nonce = self.model.nonces[claimant] - (1 if stale and self.model.nonces[claimant] else 0)
        stale = nonce != self.model.nonces[claimant]
        signer = self.crowd[claimant]
        order = self.full.order(signer.address, [1], holder=self.crowd[holder].address, nonce=nonce)
        expected = errors.InvalidNonce if stale else self.model.claim(claimant, holder)
        if expected is None:
            self.model.nonces[claimant] += 1
        signature = self.full.sign(order, signer)
        self._expect(expected, self.full.world.stage.stranger, "claimSigned", order, signature)

    def push(self) -> None:
        self._push(self.draw.sample(range(CROWD), self.draw.randint(1, 2)))

    def push_next(self) -> None:
        ahead = range(self.model.cursor + 1, CROWD)
        if ahead:
            self._push(list(ahead[: self.draw.randint(1, 2)]))

    def _push(self, page: list[int]) -> None:
        expected = self.model.push(page)
        self._expect(expected, self.full.world.stage.agent, "push", 1, [self.crowd[each].address for each in page])

    def top_up(self) -> None:
        lacking = self.model.lacking
        if lacking:
            self.model.funded += lacking
            self.model.settled = True
        self._expect(None if lacking else errors.NothingMissing, self.full.world.stage.agent, "topUp", 1)

    def withdraw(self) -> None:
        authority = self.draw.choice((TAX_OFFICE, OTHER_OFFICE))
        waiting = self.model.tax[authority] - self.model.withdrawn[authority]
        self.model.withdrawn[authority] += waiting
        expected = None if waiting else errors.NoTaxWithheld
        self._expect(expected, self.full.world.stage.stranger, "withdrawWithheld", 1, authority)

    def name(self) -> None:
        holder, payee = self.draw.randrange(CROWD), self.draw.choice([*BANKS, ZERO_ADDRESS])
        self.model.payee.pop(holder, None)
        if payee != ZERO_ADDRESS:
            self.model.payee[holder] = payee
        self._expect(None, self.crowd[holder], "setPayee", self.full.token.address, payee)

    def want(self) -> None:
        self._want(self.draw.randrange(CROWD), on=self.draw.random() < 0.8)

    def _want(self, holder: int, *, on: bool) -> None:
        (self.model.wants_units.add if on else self.model.wants_units.discard)(holder)
        self._expect(None, self.crowd[holder], "setReinvestment", self.full.token.address, on)

    # ---- what happens to them

    def attest(self) -> None:
        holder, country = self.draw.randrange(CROWD), self.draw.choice((0, GERMANY, FRANCE, 840))
        self._attest(holder, country, self.draw.choice((0, INSTITUTION)), self.draw.choice((0, 0, 4)))

    def _attest(self, holder: int, country: int, claims: int, reason: int) -> None:
        self.model.facts[holder] = (country, claims)
        (self.model.refused.add if reason else self.model.refused.discard)(holder)
        self.full.attest(self.crowd[holder].address, country=country, claims=claims, reason=reason)

    def freeze(self) -> None:
        holder, frozen = self.draw.randrange(CROWD), self.draw.random() < 0.5
        (self.model.frozen.add if frozen else self.model.frozen.discard)(holder)
        self.full.freeze(self.crowd[holder].address, frozen=frozen)

    def block(self) -> None:
        account = self.draw.choice([*self.model.wallets, *BANKS, TILL])
        self._block(account, blocked=self.draw.random() < 0.4)

    def _block(self, account: Address, *, blocked: bool) -> None:
        (self.model.blocked.add if blocked else self.model.blocked.discard)(account)
        self.full.world.coin.send(self.full.world.stage.admin, "setBlocked", account, blocked)

    def recover(self) -> None:
        lost, new = self.draw.sample(range(CROWD), 2)
        known = self.model.successor
        if lost in known or new in known or lost in known.values():
            return
        known[lost] = new
        self.full.succeed(self.crowd[lost].address, self.crowd[new].address)

    def refuse_issues(self) -> None:
        self.model.issues = not self.model.issues
        self.full.token.send(self.full.world.stage.admin, "setRefusing", not self.model.issues)

    # ---- what must hold

    def check(self) -> None:
        model, balance = self.model, self.full.world.balance
        found = self.full.payouts.read("payoutOf", 1)
        withheld = sum(model.tax.values())
        assert (found["paid"], found["withheld"]) == (model.gross - withheld, withheld)
        assert sum(model.cash.values()) == found["paid"]
        shares = [model.share(each) for each in range(CROWD)]
        unpaid = sum(share for each, share in enumerate(shares) if model.state.get(each) != "paid")
        dust = model.funded - sum(shares)
        assert found["amount"] == model.funded == found["paid"] + found["withheld"] + unpaid + dust
        assert dust >= -model.lacking
        for account in (*model.wallets, *BANKS, TILL):
            assert balance(account) == model.cash[account]
        for number, wallet in enumerate(model.wallets):
            assert self.full.token.read("issuedTo", wallet) == model.issued[number]
        for authority in (TAX_OFFICE, OTHER_OFFICE):
            known = (model.tax[authority], model.withdrawn[authority])
            assert self.full.payouts.read("taxOf", 1, authority) == known
            assert balance(authority) == model.withdrawn[authority]
        kept = withheld - sum(model.withdrawn.values())
        assert balance(self.full.payouts.address) == model.funded - model.gross + kept

    def close(self) -> None:
        full, model = self.full, self.model
        full.chain.travel(to=full.payouts.read("payoutOf", 1)["deadline"] + DAY)
        issuer = full.world.stage.issuer.address
        full.send(full.world.stage.agent, "reclaim", 1)
        kept = sum(model.tax.values()) - sum(model.withdrawn.values())
        assert full.world.balance(issuer) == model.funded - model.gross
        assert full.world.balance(full.payouts.address) == kept

    def _expect(self, expected: Refusal | None, sender: Signer, function: str, *args: object) -> None:
        refusal = None
        try:
            self.full.send(sender, function, *args)
        except errors.Reverted as error:
            refusal = error
        assert (type(refusal) if refusal else None) is expected, f"{function}{args}: {refusal}, not {expected}"
        self.accepted[function] += refusal is None


def test_PAY_1_PAY_2_PAY_3_PAY_7__any_mix__conserved_and_as_the_model_says(session_full: FullStage) -> None:
    accepted: Counter[str] = Counter()
    for seed in range(16):
        try:
            accepted.update(play(session_full, Random(seed)))
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise
    # A run that accepts nothing proves nothing.
    needed = ("claimFor", "claimMany", "claimSigned", "push", "topUp", "withdrawWithheld", "units", "tax", "failures")
    assert all(accepted[each] >= 3 for each in needed), accepted


def play(full: FullStage, draw: Random) -> Counter[str]:
    """Play one mix, check every step, and count what was accepted; all of it is undone."""
    before = full.chain.snapshot()
    try:
        run = Run(full, draw)
        run.check()
        for _ in range(STEPS):
            run.step()
        run.accepted["units"] += bool(run.model.issued.total())
        run.accepted["tax"] += bool(run.model.tax.total())
        run.accepted["failures"] += "owed" in run.model.state.values()
        accepted = run.accepted.copy()
        run.close()
    finally:
        full.chain.revert(before)
    return accepted
