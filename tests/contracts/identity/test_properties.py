"""The registry against plain Python: the model says who belongs to whom and who is admitted, never the registry's own views."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.contracts.compliance_stage import GERMANY, NO_EXPIRY, SWITZERLAND, USA, Code
from tests.contracts.compliance_stage import facts as given_facts

from tokenkit import reverts as errors
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contracts.compliance_stage import Stage

    from tokenkit.chain import Receipt

WALLETS = 7
NAMES = 2
STEPS = 40
COUNTRIES = (SWITZERLAND, GERMANY, USA)
TERMS = (
    (0b111, False, ((0, ()),)),
    (0b011, True, ((1, (SWITZERLAND, USA)),)),
    (0b101, False, ((1, (SWITZERLAND,)), (3, (USA,)), (0, ()))),
)

HAPPENINGS = (
    *("register", "register", "link", "link", "update", "update_identity", "update_country", "delete", "recover"),
    *("provider", "terms", "time", "stamp", "stamp"),
)

Refusal = type[errors.Reverted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    country: int
    claims: int
    provider: int
    until: int


@dataclass(slots=True, kw_only=True)
class Model:
    """Wallets 0 … 6; investors are named after them or after 7 and 8, which are never wallets."""

    investor: dict[int, int] = field(default_factory=dict)
    facts: dict[int, Facts] = field(default_factory=dict)
    retired: set[int] = field(default_factory=set)
    revoked: set[int] = field(default_factory=set)
    terms: int = 0

    def group(self, wallet: int) -> frozenset[int]:
        """Return all wallets of the investor, or the wallet alone if it belongs to nobody."""
        if wallet not in self.investor:
            return frozenset({wallet})
        return frozenset(one for one, name in self.investor.items() if name == self.investor[wallet])

    def of(self, name: int) -> frozenset[int]:
        return frozenset(one for one, investor in self.investor.items() if investor == name)

    def standing(self, wallet: int) -> tuple[object, ...]:
        """Return all on which an answer about the wallet hangs, but terms, providers and time."""
        return (self.group(wallet), self.investor.get(wallet), self.facts.get(wallet), wallet in self.retired)

    def reason(self, wallet: int, now: int) -> Code:
        if wallet not in self.investor or wallet in self.retired:
            return Code.RETIRED if wallet in self.retired else Code.NOT_REGISTERED
        facts = self.facts[wallet]
        if now > facts.until and facts.until != NO_EXPIRY:
            return Code.EXPIRED
        if facts.provider in self.revoked:
            return Code.PROVIDER
        return self._under_terms(facts)

    def _under_terms(self, facts: Facts) -> Code:
        providers, _, groups = TERMS[self.terms]
        required = next((claims for claims, countries in groups if facts.country in countries), None)
        if required is None:
            required = next((claims for claims, countries in groups if not countries), None)
        if required is None:
            return Code.COUNTRY
        if not providers >> facts.provider & 1:
            return Code.PROVIDER
        return Code.NONE if facts.claims & required == required else Code.CLAIMS

    # ---- changes: each returns the refusal it expects ----

    def register(self, wallet: int, name: int, facts: Facts, now: int) -> Refusal | None:
        if facts.until < now:
            return errors.AlreadyExpired
        if facts.provider in self.revoked:
            return errors.InvalidProvider
        if refusal := self._not_free(wallet):
            return refusal
        others = self.of(name)
        if others and self.facts[min(others)] != facts:
            return errors.FactsDiffer
        return self._join(wallet, name, facts)

    def link(self, wallet: int, other: int) -> Refusal | None:
        if refusal := self._not_free(wallet):
            return refusal
        if other not in self.investor:
            return errors.NotRegistered
        return self._join(wallet, self.investor[other], self.facts[other])

    def update(self, wallet: int, facts: Facts, now: int) -> Refusal | None:
        if refusal := self._not_live(wallet):
            return refusal
        if facts.until < now:
            return errors.AlreadyExpired
        if facts.provider in self.revoked:
            return errors.InvalidProvider
        self.facts.update(dict.fromkeys(self.group(wallet), facts))
        return None

    def update_identity(self, wallet: int, name: int) -> Refusal | None:
        if refusal := self._not_live(wallet):
            return refusal
        others = self.of(name)
        if wallet in others:
            return None
        facts = self.facts[min(others)] if others else self.facts[wallet]
        del self.investor[wallet]
        return self._join(wallet, name, facts)

    def update_country(self, wallet: int, country: int) -> Refusal | None:
        if refusal := self._not_live(wallet):
            return refusal
        facts = replace(self.facts[wallet], country=country)
        self.facts.update(dict.fromkeys(self.group(wallet), facts))
        return None

    def delete(self, wallet: int) -> Refusal | None:
        if refusal := self._not_live(wallet):
            return refusal
        del self.investor[wallet], self.facts[wallet]
        return None

    def recover(self, lost: int, replacement: int, name: int) -> Refusal | None:
        if lost not in self.investor:
            return errors.NotRegistered
        if self.investor[lost] != name:
            return errors.NotSameInvestor
        if replacement == lost or replacement in self.retired:
            return errors.WalletRetired
        if self.investor.get(replacement, name) != name:
            return errors.NotSameInvestor
        if replacement not in self.investor:
            self._join(replacement, name, self.facts[lost])
        self.retired.add(lost)
        return None

    def _join(self, wallet: int, name: int, facts: Facts) -> None:
        self.investor[wallet], self.facts[wallet] = name, facts

    def _not_free(self, wallet: int) -> Refusal | None:
        if wallet in self.retired:
            return errors.WalletRetired
        return errors.AlreadyRegistered if wallet in self.investor else None

    def _not_live(self, wallet: int) -> Refusal | None:
        if wallet not in self.investor:
            return errors.NotRegistered
        return errors.WalletRetired if wallet in self.retired else None


class Run:
    """The model and the registry, side by side, and a token that keeps answers until it is told to forget them."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.model, self.draw = stage, Model(), Random(seed)
        self.accounts = [one.address for one in stage.people[: WALLETS + NAMES]]
        self.heard_of: set[int] = set()
        self.stamps: dict[int, dict[str, Any]] = {}
        self.accepted: Counter[str] = Counter()
        for name in ("Kyros", "Argos"):
            stage.registry.send(stage.officer, "addProvider", stage.eve.address, name)
        self._set_terms(0)

    def step(self) -> None:
        name = self.draw.choice(HAPPENINGS)
        getattr(self, f"_{name}")()
        self.check()

    def check(self) -> None:
        now = self.stage.chain.now()
        for wallet, address in enumerate(self.accounts[:WALLETS]):
            answer = self.stage.registry.read("admission", self.stage.common.address, address)
            facts = self.model.facts.get(wallet)
            reason = self.model.reason(wallet, now)
            group = self.model.group(wallet)
            assert answer["reason"] == reason
            assert answer["maySell"] == (TERMS[self.model.terms][1] and Code.EXPIRED <= reason <= Code.CLAIMS)
            assert (answer["country"], answer["claims"]) == ((facts.country, facts.claims) if facts else (0, 0))
            assert answer["linked"] == (len(group) > 1)
            listed = self.stage.registry.read("walletsOf", address)
            assert set(listed) == {self.accounts[one] for one in group if facts}
            if wallet in self.stamps and self.stamps[wallet]["validUntil"] >= now:
                assert self.stamps[wallet] == answer, "a stamped answer is no longer the answer"

    # ---- what happens ----

    def _register(self) -> None:
        wallet, facts = self._wallet(), self._facts()
        name = self.draw.choice((wallet, wallet, self._name()))
        if others := self.model.of(name):
            facts = self.draw.choice((facts, self.model.facts[min(others)], self.model.facts[min(others)]))
        expected = (wallet, name, facts, self.stage.chain.now() + 1)
        self._change("register", expected, "register", self.accounts[wallet], self._given(facts, name))

    def _link(self) -> None:
        wallet, other = self._wallet(), self._wallet()
        self._change("link", (wallet, other), "link", self.accounts[wallet], self.accounts[other])

    def _update(self) -> None:
        wallet, facts = self._wallet(), self._facts()
        expected = (wallet, facts, self.stage.chain.now() + 1)
        self._change("update", expected, "update", self.accounts[wallet], self._given(facts))

    def _update_identity(self) -> None:
        wallet, name = self._wallet(), self._name()
        arguments = ("updateIdentity", self.accounts[wallet], self.accounts[name])
        self._change("update_identity", (wallet, name), *arguments)

    def _update_country(self) -> None:
        wallet, country = self._wallet(), self.draw.choice(COUNTRIES)
        self._change("update_country", (wallet, country), "updateCountry", self.accounts[wallet], country)

    def _delete(self) -> None:
        wallet = self._wallet()
        self._change("delete", (wallet,), "deleteIdentity", self.accounts[wallet])

    def _recover(self) -> None:
        lost, replacement = self._wallet(), self._wallet()
        name = self.draw.choice((self.model.investor.get(lost, lost), self._name()))
        self._change(
            "recover", (lost, replacement, name), "recover", *(self.accounts[one] for one in (lost, replacement, name))
        )

    def _provider(self) -> None:
        index = self.draw.choice((1, 2))
        function = "reinstateProvider" if index in self.model.revoked else "revokeProvider"
        self.model.revoked ^= {index}
        self._hear(self.stage.registry.send(self.stage.officer, function, index, "because"))

    def _terms(self) -> None:
        self._set_terms(self.draw.randrange(len(TERMS)))

    def _time(self) -> None:
        self.stage.chain.travel(by=self.draw.choice((1, 50, 5_000)))

    def _stamp(self) -> None:
        wallet = self._wallet()
        answer = dict(self.stage.registry.read("admission", self.stage.common.address, self.accounts[wallet]))
        if answer["reason"] == Code.NONE:
            self.stamps[wallet] = answer

    # ---- how it is checked ----

    def _change(self, name: str, expected: tuple[Any, ...], function: str, *args: object) -> None:
        before = [(self.model.standing(wallet), wallet in self.heard_of) for wallet in range(WALLETS)]
        groups = {self.model.group(wallet) for wallet in range(WALLETS)}
        trial = Model(
            investor=dict(self.model.investor),
            facts=dict(self.model.facts),
            retired=set(self.model.retired),
            revoked=set(self.model.revoked),
            terms=self.model.terms,
        )
        refusal = getattr(trial, name)(*expected)
        stage = self.stage
        target, sender = (stage.common, stage.admin) if function == "recover" else (stage.registry, stage.registrar)
        if refusal:
            with reverts(refusal):
                target.send(sender, function, *args)
            return
        receipt = target.send(sender, function, *args)
        self.model = trial
        self.accepted[name] += 1
        announced, confirmed = self._hear(receipt)
        assert announced <= groups
        assert confirmed <= {trial.group(wallet) for wallet in range(WALLETS)}
        for wallet, (standing, heard_of) in enumerate(before):
            if standing != trial.standing(wallet) and (heard_of or len(trial.group(wallet)) > 1):
                assert any(wallet in group for group in announced), "not told before"
                assert any(wallet in group for group in confirmed), "not told after"
        self.heard_of |= set(trial.investor)

    def _hear(self, receipt: Receipt) -> tuple[set[frozenset[int]], set[frozenset[int]]]:
        """Forget what the token was told to forget; return the groups it was told of before and after."""
        announced, confirmed = set(), set()
        for event in self.stage.common.events(receipt):
            if event.name == "Voided":
                self.stamps.clear()
                continue
            group = frozenset(self.accounts.index(address) for address in event.args["wallets"])
            (announced if event.name == "Announced" else confirmed).add(group)
            if event.name == "Confirmed":
                self.stamps = {wallet: stamp for wallet, stamp in self.stamps.items() if wallet not in group}
        return announced, confirmed

    def _set_terms(self, index: int) -> None:
        providers, lapsed_may_sell, groups = TERMS[index]
        self.model.terms = index
        self._hear(self.stage.set_terms(*groups, providers=providers, lapsed_may_sell=lapsed_may_sell))

    def _wallet(self) -> int:
        return self.draw.randrange(WALLETS)

    def _name(self) -> int:
        return self.draw.randrange(WALLETS + NAMES)

    def _facts(self) -> Facts:
        now = self.stage.chain.now()
        return Facts(
            country=self.draw.choice(COUNTRIES),
            claims=self.draw.randrange(4),
            provider=self.draw.choice((0, 0, 1, 2)),
            until=self.draw.choice((NO_EXPIRY, NO_EXPIRY, now + 60, now + 4_000, now - 1)),
        )

    def _given(self, facts: Facts, name: int | None = None) -> dict[str, Any]:
        more = {} if name is None else {"identity": self.accounts[name]}
        return given_facts(facts.country, claims=facts.claims, provider=facts.provider, valid_until=facts.until, **more)


@pytest.fixture(scope="module")
def accepted() -> Iterator[Counter[str]]:
    """Count what was accepted over a whole run: one that accepted nothing proves nothing."""
    counter: Counter[str] = Counter()
    yield counter
    assert all(counter[name] >= 2 for name in ("register", "link", "update", "update_identity", "delete", "recover")), (
        counter
    )


# Not shrunk: a smaller seed is no simpler story.
@settings(deadline=None, max_examples=6, derandomize=True, phases=[Phase.generate])
@given(seed=st.integers(0, 2**32))
def test_REG_1_REG_2_REG_3_REG_4__any_order_of_changes__a_stamped_answer_is_a_fresh_one(
    *, session_stage: Stage, accepted: Counter[str], seed: int
) -> None:
    before = session_stage.chain.snapshot()
    try:
        run = Run(session_stage, seed)
        for _ in range(STEPS):
            run.step()
        accepted.update(run.accepted)
    finally:
        session_stage.chain.revert(before)
