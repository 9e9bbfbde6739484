"""The contracts answer as the truth tables say: two regimes and the usual three together, row by row."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import pytest
from tests.client.regime_tables import CLAIMS, CLOSES, TABLES, Case, person

from tokenkit.issuance import Allotment
from tokenkit.regimes import apply
from tokenkit.registry import CountryGroup, Facts, Terms
from tokenkit.transfers import Kind
from tokenkit.types import ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from tokenkit.chain import DevelopmentChain
    from tokenkit.ruleset import Requirements
    from tokenkit.suite import ShareClass, Suite
    from tokenkit.testing import People

DAY = 86_400
EVERYBODY = Terms(groups=(CountryGroup(claims=0),))
YEAR_ENDS = CLOSES + 365 * DAY
"""When the distribution compliance period of the tables ends."""


class Stage:
    """A class under a regime."""

    def __init__(self, suite: Suite, people: People, chain: DevelopmentChain, table: str) -> None:
        self.suite, self.people, self.chain = suite, people, chain
        self.shares: ShareClass = suite.classes["ORD"]
        self.requirements = _later(table, chain.now() + DAY)
        self._wallets = (parse_address(f"0x{number:040x}") for number in count(0xA11CE))
        self._admit(EVERYBODY)
        self._oblige()

    def judge(self, cases: list[Case]) -> dict[str, tuple[int, ...]]:
        """Play rows in one world, in the order of their times, and ask the contracts."""
        actors = [(next(self._wallets), next(self._wallets)) for _ in cases]
        self._people(cases, actors)
        if self.requirements.terms is not None:
            self._admit(_terms(self.requirements))
        issued, answers = self.chain.now(), {}
        for case, (sender, receiver) in sorted(
            zip(cases, actors, strict=True), key=lambda row: row[0].age or row[0].now
        ):
            at = self._time(case, issued)
            if at > self.chain.now():
                self.chain.travel(to=at)
            answers[case.sentence] = self._ask(case, sender, receiver)
        return answers

    def _people(self, cases: list[Case], actors: list[tuple[Address, Address]]) -> None:
        crowd = [(next(self._wallets), who) for case in cases for who, number in case.crowd for _ in range(number)]
        senders = [(case, sender) for case, (sender, _) in zip(cases, actors, strict=True) if case.of]
        receivers = [(receiver, case.to) for case, (_, receiver) in zip(cases, actors, strict=True) if case.to]
        everybody = [*crowd, *((sender, case.of) for case, sender in senders), *receivers]
        rows = [(wallet, Facts(country=person(who).country, claims=person(who).claims)) for wallet, who in everybody]
        held = [Allotment(to=wallet, units=1) for wallet, _ in crowd]
        held += [Allotment(to=sender, units=case.held) for case, sender in senders]
        for operation in self.suite.registry.register_many(rows, sender=self.people.registrar.address):
            operation.send(self.people.registrar)
        for issue in self.shares.issuance.issue_many(held, reason="offering", sender=self.people.issuer.address):
            issue.send(self.people.issuer)

    def _ask(self, case: Case, sender: Address, receiver: Address) -> tuple[int, ...]:
        source, target = (sender if case.of else ZERO_ADDRESS), (receiver if case.to else ZERO_ADDRESS)
        refusals = self.shares.transfers.explain(source, target, case.units, kind=_kind(case)).refusals
        return tuple(sorted(refusal.code for refusal in refusals))

    def _time(self, case: Case, issued: int) -> int:
        if case.age is not None:
            return issued + case.age
        ends = self.requirements.rules.flow_back_until
        return ends if ends is not None and case.now >= YEAR_ENDS else 0

    def _admit(self, terms: Terms) -> None:
        self.suite.registry.set_terms(self.shares.address, terms).send(self.people.compliance)

    def _oblige(self) -> None:
        """Put the rules in force, before anything is issued."""
        rules, book, token = self.requirements.rules, self.suite.rulebook, self.shares.address
        operations = [
            book.limit_groups(token, rules.group_limits),
            book.set_holding_period(token, rules.holding_period),
        ]
        if rules.investor_limit is not None:
            operations.append(book.limit_investors(token, rules.investor_limit))
        if rules.flow_back_until is not None:
            operations.append(book.block_flow_back(token, rules.flow_back, until=rules.flow_back_until))
        for operation in operations:
            operation.send(self.people.compliance)


def _kind(case: Case) -> Kind:
    if not case.of:
        return Kind.ISSUE
    if not case.to:
        return Kind.REDEEM
    return Kind.FORCED if case.forced else Kind.TRANSFER


def _later(table: str, closes: int) -> Requirements:
    selections = [
        replace(one, values={**one.values, "closes": closes}) if "closes" in one.values else one
        for one in TABLES[table].regimes
    ]
    return apply(selections, claims=CLAIMS)


def _terms(requirements: Requirements) -> Terms:
    if requirements.terms is None:
        return EVERYBODY
    groups = (
        CountryGroup(claims=one.claims, countries=tuple(sorted(one.countries or ())))
        for one in requirements.terms.groups
    )
    return Terms(groups=tuple(groups), lapsed_may_sell=requirements.terms.lapsed_may_sell)


def test_contracts__rows_with_others_who_hold__answered_alike(
    suite: Suite, people: People, chain: DevelopmentChain
) -> None:
    stage, answers = Stage(suite, people, chain, "reg-d-506b-two"), {}
    rows = TABLES["reg-d-506b-two"].cases
    before = chain.snapshot()
    for case in rows:
        answers |= stage.judge([case])
        chain.revert(before)
    assert answers == {case.sentence: case.refused_by for case in rows}


@pytest.mark.parametrize("table", ["reg-cf", "reg-d-506c + reg-s + us-12g"])
def test_contracts__rows_of_a_truth_table__answered_alike(
    suite: Suite, people: People, chain: DevelopmentChain, table: str
) -> None:
    # Hundreds of others are for the model alone; so is what was held before the rule was on.
    rows = [case for case in TABLES[table].cases if not case.crowd and (table != "reg-cf" or case.age or not case.of)]
    assert len(rows) > 8
    assert Stage(suite, people, chain, table).judge(rows) == {case.sentence: case.refused_by for case in rows}
