"""Attestations against plain Python: papers pile up and are handed in at any time; the model says what each does."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.attestation_stage import ARGOS, KYROS
from tests.contracts.compliance_stage import GERMANY, JAPAN, NO_EXPIRY, SWITZERLAND, USA, facts

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contracts.attestation_stage import Stage

    from tokenkit.attestations import Attestation
    from tokenkit.errors import Reverted
    from tokenkit.types import Address

SEEDS = range(200 if os.environ.get("TOKENKIT_PROPERTIES") == "deep" else 8)
STEPS = 40
WALLETS = 3
HAPPENINGS = (
    *("sign",) * 3,
    *("hand_in",) * 12,
    *("time", "correct", "correct", "correct", "remove", "hand_over", "hand_over"),
    *("revoke", "revoke_wallet", "revoke_all", "lapse_revoked"),
)

Said = tuple[int, int, int, int]
"""Country, claims, provider, end."""


def said(paper: Attestation) -> Said:
    return paper.country, paper.claims, paper.provider, paper.valid_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The last that a provider said about a wallet, and when."""

    facts: Said
    nonce: int
    issued_at: int


@dataclass(slots=True, kw_only=True)
class Investor:
    facts: Said
    wallets: set[Address] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class Model:
    """Who is who, and what each provider said last about each wallet."""

    investors: dict[Address, Investor] = field(default_factory=dict)
    removed: set[Address] = field(default_factory=set)
    last: dict[tuple[int, Address], Last] = field(default_factory=dict)
    revoked_nonce: Counter[tuple[int, Address]] = field(default_factory=Counter)
    revoked_before: Counter[tuple[int, Address]] = field(default_factory=Counter)
    all_revoked_before: Counter[int] = field(default_factory=Counter)
    handovers: dict[Address, tuple[int, Said | None]] = field(default_factory=dict)

    def name_of(self, wallet: Address) -> Address | None:
        return next((name for name, one in self.investors.items() if wallet in one.wallets), None)

    def is_revoked(self, key: tuple[int, Address], paper: Attestation | Last) -> bool:
        return (
            paper.nonce <= self.revoked_nonce[key]
            or paper.issued_at < self.revoked_before[key]
            or paper.issued_at < self.all_revoked_before[key[0]]
        )

    def basis(self, investor: Investor) -> dict[tuple[int, Address], Last]:
        """Return what was said last about the investor's wallets, if it is what its facts are; none: they were entered by hand."""
        keys = [(investor.facts[2], wallet) for wallet in investor.wallets]
        return {key: self.last[key] for key in keys if key in self.last and self.last[key].facts == investor.facts}

    def refusal(self, paper: Attestation, now: int) -> type[Reverted] | None:
        if paper.issued_at > now:
            return errors.AttestationNotYetIssued
        if paper.valid_until < now:
            return errors.AttestationExpired
        if self.is_revoked((paper.provider, paper.wallet), paper):
            return errors.AttestationRevoked
        last = self.last.get((paper.provider, paper.wallet))
        if last and paper.nonce <= last.nonce:
            return errors.AttestationReplayed if paper.nonce == last.nonce else errors.AttestationOutOfOrder
        return self._refusal_by_record(paper, now)

    def _refusal_by_record(self, paper: Attestation, now: int) -> type[Reverted] | None:
        name, own = investor_of(paper), self.name_of(paper.wallet)
        if own is not None and own != name:
            return errors.NotSameInvestor
        if own is None and paper.wallet in self.removed:
            refusal = self._by_hand(paper.wallet, None, paper)
            if refusal:
                return refusal
        investor = self.investors.get(name)
        if investor is None or investor.facts == said(paper):
            return None
        basis = self.basis(investor)
        if not basis:
            return self._by_hand(name, investor.facts, paper)
        if paper.issued_at <= max(one.issued_at for one in basis.values()):
            return errors.AttestationOutdated
        refusal = self._by_hand(name, investor.facts, paper) if self.is_anothers(investor, paper, now) else None
        return errors.AttestedElsewhere if refusal is errors.EnteredByHand else refusal

    def is_anothers(self, investor: Investor, paper: Attestation, now: int) -> bool:
        """Tell whether another provider's word is in force: not over, and not all of it taken back."""
        basis = self.basis(investor)
        stands = not all(self.is_revoked(key, one) for key, one in basis.items())
        return investor.facts[2] != paper.provider and investor.facts[3] >= now and stands

    def _by_hand(self, subject: Address, found: Said | None, paper: Attestation) -> type[Reverted] | None:
        since, facts_then = self.handovers.get(subject, (0, None))
        if not since or facts_then != found:
            return errors.EnteredByHand
        return errors.AttestationOutdated if paper.issued_at < since else None

    def accept(self, paper: Attestation, now: int) -> None:
        name = investor_of(paper)
        if self.name_of(paper.wallet) is None and paper.wallet in self.removed:
            del self.handovers[paper.wallet]
        investor = self.investors.setdefault(name, Investor(facts=said(paper)))
        by_hand = not self.basis(investor)
        if investor.facts != said(paper) and (by_hand or self.is_anothers(investor, paper, now)):
            del self.handovers[name]
        investor.wallets.add(paper.wallet)
        investor.facts = said(paper)
        self.removed.discard(paper.wallet)
        self.last[(paper.provider, paper.wallet)] = Last(
            facts=said(paper), nonce=paper.nonce, issued_at=paper.issued_at
        )

    def lapse(self, wallet: Address, now: int, since: int) -> bool:
        """End the facts of the wallet's investor if all they rest on is revoked; what is no later than *since* brings them back no more."""
        name = self.name_of(wallet)
        if name is None:
            return False
        investor = self.investors[name]
        basis = self.basis(investor)
        if not basis or not all(self.is_revoked(key, one) for key, one in basis.items()):
            return False
        ends = investor.facts[3] >= now
        if ends:
            investor.facts = (*investor.facts[:3], now - 1)
        for key, one in basis.items():
            # From now on this is what the paper says: nobody entered the end by hand.
            self.last[key] = replace(one, facts=investor.facts, issued_at=max(one.issued_at, since))
            self.revoked_nonce[key] = max(self.revoked_nonce[key], one.nonce)
        return ends


def investor_of(paper: Attestation) -> Address:
    return paper.wallet if paper.identity == ZERO_ADDRESS else paper.identity


class Run:
    """The model and the contract, side by side."""

    def __init__(self, office: Stage, seed: int) -> None:
        self.office, self.model, self.draw = office, Model(), Random(seed)
        self.wallets = [one.address for one in office.people[:WALLETS]]
        self.papers: list[Attestation] = []
        self.seen: Counter[str] = Counter()

    def step(self) -> None:
        getattr(self, f"_{self.draw.choice(HAPPENINGS)}")()
        for wallet in self.wallets:
            name = self.model.name_of(wallet)
            found = self.office.facts(wallet)
            if name is None:
                assert found["country"] == 0
                continue
            values = (found["country"], found["claims"], found["provider"], found["validUntil"])
            assert (found["identity"], values) == (name, self.model.investors[name].facts)

    @property
    def next_second(self) -> int:
        return self.office.chain.now() + 1

    def _sign(self) -> None:
        wallet, provider = self.draw.choice(self.wallets), self.draw.choice((KYROS, KYROS, ARGOS))
        nonces = [one.nonce for one in self.papers if (one.wallet, one.provider) == (wallet, provider)]
        now = self.next_second
        issued_at = now + self.draw.choice((0, 0, 0, -5, 20))
        self.papers.append(
            self.office.attest(
                wallet,
                provider=provider,
                nonce=max(nonces, default=0) + self.draw.choice((1, 1, 3)),
                issued_at=issued_at,
                valid_until=self.draw.choice((NO_EXPIRY, NO_EXPIRY, issued_at + 60)),
                country=self.draw.choice((SWITZERLAND, GERMANY)),
                claims=self.draw.randrange(2),
                identity=self.draw.choice((ZERO_ADDRESS, self.office.safe.address, self.office.safe.address)),
            )
        )

    def _hand_in(self) -> None:
        if not self.papers or self.draw.random() < 0.5:
            self._sign()
        paper = self.draw.choice((self.papers[-1], *self.papers[-6:]))
        refusal = self.model.refusal(paper, self.next_second)
        if refusal:
            self.seen[refusal.__name__] += 1
            with reverts(refusal):
                self.office.hand_in(paper)
            return
        self.office.hand_in(paper)
        self.model.accept(paper, self.office.chain.now())
        self.seen["accepted"] += 1

    def _correct(self) -> None:
        """Enter other facts by hand, such as no provider says."""
        wallet = self.draw.choice(self.wallets)
        country = self.draw.choice((USA, JAPAN))
        name = self.model.name_of(wallet)
        if name is None:
            return
        self.office.registry.send(self.office.registrar, "update", wallet, facts(country))
        self.model.investors[name].facts = (country, 0, 0, NO_EXPIRY)

    def _remove(self) -> None:
        wallet = self.draw.choice(self.wallets)
        name = self.model.name_of(wallet)
        if name is None:
            return
        self.office.remove(wallet)
        investor = self.model.investors[name]
        investor.wallets.remove(wallet)
        if not investor.wallets:
            del self.model.investors[name]
        self.model.removed.add(wallet)

    def _hand_over(self) -> None:
        wallet = self.draw.choice(self.wallets)
        name = self.model.name_of(wallet)
        if name is None and wallet not in self.model.removed:
            return
        self.office.hand_over(wallet)
        found = None if name is None else self.model.investors[name].facts
        self.model.handovers[name or wallet] = (self.office.chain.now(), found)

    def _revoke(self) -> None:
        if not self.papers:
            return
        paper = self.draw.choice(self.papers)
        key = (paper.provider, paper.wallet)
        self._as_provider("revoke", paper.provider, paper.wallet, paper.nonce)
        if paper.nonce > self.model.revoked_nonce[key]:
            self.model.revoked_nonce[key] = paper.nonce
            self._lapse(paper.wallet, self.office.chain.now())

    def _revoke_wallet(self) -> None:
        wallet, provider = self.draw.choice(self.wallets), self.draw.choice((KYROS, ARGOS, ARGOS))
        self._as_provider("revokeWallet", provider, wallet)
        self.model.revoked_before[(provider, wallet)] = self.office.chain.now() + 1
        self._lapse(wallet, self.office.chain.now())

    def _revoke_all(self) -> None:
        provider, second = self.draw.choice((KYROS, ARGOS)), self.next_second - self.draw.choice((5, 10, 40))
        self._as_provider("revokeAllBefore", provider, second)
        self.model.all_revoked_before[provider] = max(self.model.all_revoked_before[provider], second)

    def _lapse_revoked(self) -> None:
        self.office.attestations.send(self.office.relayer, "lapseRevoked", self.wallets)
        for wallet in self.wallets:
            self._lapse(wallet, 0)

    def _time(self) -> None:
        self.office.chain.travel(by=self.draw.choice((1, 10, 70)))

    def _lapse(self, wallet: Address, since: int) -> None:
        self.seen["lapsed"] += self.model.lapse(wallet, self.office.chain.now(), since)

    def _as_provider(self, function: str, provider: int, *args: Any) -> None:  # noqa: ANN401 - of any function
        signer = {KYROS: self.office.kyros, ARGOS: self.office.argos}[provider]
        self.office.attestations.send(signer, function, provider, *args)


@pytest.fixture(scope="module")
def seen() -> Iterator[Counter[str]]:
    """Count what happened over a whole run: one that accepted or refused nothing proves nothing."""
    counter: Counter[str] = Counter()
    yield counter
    refusals = {f"Attestation{name}" for name in ("Replayed", "Revoked", "Outdated", "OutOfOrder", "Expired")}
    refusals |= {"EnteredByHand", "AttestedElsewhere", "NotSameInvestor"}
    assert all(counter[name] for name in ("accepted", "lapsed", *refusals)), counter
    assert counter["accepted"] >= len(SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_ATT_1_ATT_2_ATT_3__any_order_of_papers_and_corrections__as_the_model_says(
    office: Stage, seen: Counter[str], seed: int
) -> None:
    run = Run(office, seed)
    for _ in range(STEPS):
        run.step()
    seen.update(run.seen)
