"""What each rule adds to a movement: one rule at a time, on a class under a rulebook that has no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from _gas.countries import GERMANY, SWITZERLAND, USA
from tokenkit import artifacts
from tokenkit.chain import Transaction
from tokenkit.external import (
    Approvals,
    Grant,
    RuleKind,
    Sanctions,
    Spenders,
    Standing,
    TradingHours,
    TradingWindow,
    Vesting,
    Volume,
    deploy_rule,
    empower,
)
from tokenkit.rules import CountLimit, CountryPair, HoldingPeriod, Lot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from _gas.scene import Scene
    from tokenkit.chain import Signer
    from tokenkit.operation import Operation
    from tokenkit.types import Address

ACCREDITED: Final = 2
WEEK, YEAR = 7 * 86_400, 365 * 86_400
FAR: Final = 4_000_000_000
MOVES: Final = ("first", "steady", "new", "issue")
"""The movements that are measured: transfer, transfer again, transfer to a new holder, issue to a new holder."""

COMMONEST: Final = (
    "holding_cap",
    "investors",
    "countries",
    "groups",
    "lockup",
    "lots",
    "flow_back",
    "deny_list",
)
"""The eight rules that issuers use most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule that is measured."""

    key: str
    label: str
    switch_on: Callable[[RuleCosts], None]


class RuleCosts:
    """Measures rules in a scene whose class RULED has two holders and no rule yet; leaves it as it was."""

    def __init__(self, scene: Scene, mocks: Path) -> None:
        self.scene, self.rules, self.mocks = scene, scene.suite.rulebook, mocks
        self.token = scene.ruled.address
        self.ana, self.ben, self.chloe, self.dora, *_ = scene.people

    def measure(self) -> dict[str, int]:
        """Return the gas of each movement under each rule, as ``rule_<key>_<movement>``; ``rule_none_…``: no rule on."""
        gas: dict[str, int] = {}
        for rule in RULES:
            before = self.scene.chain.snapshot()
            rule.switch_on(self)
            gas |= {f"rule_{rule.key}_{name}": cost for name, cost in self._move().items()}
            self.scene.chain.revert(before)
        return gas

    def _move(self) -> Mapping[str, int]:
        move, issue = self.scene.ruled.transfers.transfer, self.scene.ruled.issuance.issue
        first, steady, new = (self.do(move(to.address, 1_000), self.ana) for to in (self.ben, self.ben, self.chloe))
        issued = self.do(issue(self.dora.address, 1_000, reason="Seed round"), self.scene.issuer)
        return dict(zip(MOVES, (first, steady, new, issued), strict=True))

    def do(self, operation: Operation[Any], signer: Signer | None = None) -> int:
        """Send what the compliance officer, or somebody else, does; return its gas."""
        return operation.send(signer or self.scene.compliance).receipt.gas_used

    def count(self) -> None:
        """Count the investors, which puts their limits in force."""
        for page in self.rules.count(self.token, [self.ana.address, self.ben.address]):
            self.do(page)

    def external(self, kind: RuleKind) -> Address:
        """Deploy a rule contract, give it to the officer and add it to the class."""
        chain, authority = self.scene.chain, self.scene.suite.authority.address
        token = self.token if kind is RuleKind.COMPLIANCE else None
        rule = deploy_rule(
            chain, kind, self.scene.deployer, authority=authority, rulebook=self.rules.address, token=token
        )
        self.do(empower(chain, kind, rule, authority=authority), self.scene.admin)
        self.do(self.rules.add(self.token, rule))
        return rule

    def mock(self, name: str) -> Address:
        """Deploy a contract of the tests."""
        code = artifacts.read(self.mocks / f"{name}.json").encode_constructor()
        address = self.scene.chain.send(Transaction(to=None, data=code), self.scene.deployer).contract_address
        if address is None:
            raise RuntimeError(f"{name} was not created.")
        return address


def _none(_: RuleCosts) -> None:
    pass


def _cap(at: RuleCosts) -> None:
    at.do(at.rules.cap_holdings(at.token, units=10**9))


def _share(at: RuleCosts) -> None:
    at.do(at.rules.cap_holdings(at.token, bps=9_000))


def _investors(at: RuleCosts) -> None:
    at.do(at.rules.limit_investors(at.token, 100))
    at.count()


def _fewest(at: RuleCosts) -> None:
    at.do(at.rules.limit_investors(at.token, None, minimum=1))
    at.count()


def _countries(at: RuleCosts) -> None:
    at.do(at.rules.limit_countries(at.token, [CountLimit(country=GERMANY, mask=0, claims=0, limit=100)]))
    at.count()


def _groups(at: RuleCosts) -> None:
    at.do(at.rules.limit_groups(at.token, [CountLimit(country=None, mask=ACCREDITED, claims=0, limit=35)]))
    at.count()


def _lockup(at: RuleCosts) -> None:
    at.do(at.rules.lock(at.token, at.ana.address, until=FAR, units=1_000))


def _lots(at: RuleCosts) -> None:
    """Switch the rule on, with one lot of the giver's that is not over."""
    at.do(at.rules.set_holding_period(at.token, HoldingPeriod(seconds=YEAR, exempt_claims=0)))
    lot = Lot(units=1_000, acquired=at.scene.chain.now(), until=FAR)
    at.do(at.rules.set_lots(at.token, at.ana.address, [lot]))


def _lot_over(at: RuleCosts) -> None:
    """Have everything in a lot, which is over when the first transfer comes."""
    _lots(at)
    start = at.scene.chain.now()
    at.do(at.rules.set_lots(at.token, at.ana.address, [Lot(units=10**6, acquired=start, until=start + WEEK)]))
    at.scene.chain.travel(by=WEEK + 1)


def _flow_back(at: RuleCosts) -> None:
    at.do(at.rules.block_flow_back(at.token, [CountryPair(source=SWITZERLAND, target=USA)]))


def _deny_list(at: RuleCosts) -> None:
    at.do(at.rules.deny([at.scene.people[25].address], reason="Sanctions list"))


def _minimum(at: RuleCosts) -> None:
    at.do(at.rules.set_minimum_holding(at.token, 10))


def _authorised(at: RuleCosts) -> None:
    at.do(at.rules.authorise(at.token, 10**9))


def _issuer_cap(at: RuleCosts) -> None:
    at.do(at.rules.cap_holdings("0x" + "0" * 40, units=10**9))


def _commonest(at: RuleCosts) -> None:
    for rule in RULES:
        if rule.key in COMMONEST:
            rule.switch_on(at)


def _vesting(at: RuleCosts) -> None:
    rule = Vesting(at.scene.chain, at.external(RuleKind.VESTING))
    grant = Grant(units=1_000, start=at.scene.chain.now(), duration=4 * YEAR, cliff=YEAR)
    at.do(rule.grant(at.token, at.ana.address, grant))


def _volume(at: RuleCosts) -> None:
    rule = Volume(at.scene.chain, at.external(RuleKind.VOLUME))
    at.do(rule.limit(at.token, window=13 * WEEK, units=10**5))


def _hours(at: RuleCosts) -> None:
    rule = TradingHours(at.scene.chain, at.external(RuleKind.HOURS))
    day = 24 * 60
    at.do(rule.set_hours(at.token, [TradingWindow(open=day * n, close=day * (n + 1)) for n in range(7)]))


def _approval(at: RuleCosts) -> None:
    rule = Approvals(at.scene.chain, at.external(RuleKind.APPROVAL))
    at.do(rule.set_terms(at.token))
    valid = at.scene.chain.now() + WEEK
    for number, receiver in enumerate((at.ben, at.chloe), 1):
        at.do(rule.request(at.token, receiver.address, 10_000, valid_until=valid), at.ana)
        at.do(rule.approve(number, reason="Board resolution"))


def _spenders(at: RuleCosts) -> None:
    rule = Spenders(at.scene.chain, at.external(RuleKind.SPENDERS))
    at.do(rule.set(at.token, [at.dora.address], Standing.ALLOWED))


def _sanctions(at: RuleCosts) -> None:
    rule = Sanctions(at.scene.chain, at.external(RuleKind.SANCTIONS))
    at.do(rule.set_oracle(at.token, at.mock("SanctionsOracleStub")))


RULES: Final = (
    Rule(key="none", label="no rule on", switch_on=_none),
    Rule(key="holding_cap", label="holding cap, units", switch_on=_cap),
    Rule(key="holding_share", label="holding cap, share of the supply", switch_on=_share),
    Rule(key="investors", label="investor limit", switch_on=_investors),
    Rule(key="fewest", label="least number of investors", switch_on=_fewest),
    Rule(key="countries", label="investors per country", switch_on=_countries),
    Rule(key="groups", label="investors of a group (not accredited)", switch_on=_groups),
    Rule(key="lockup", label="lockup", switch_on=_lockup),
    Rule(key="lots", label="holding period, one lot running", switch_on=_lots),
    Rule(key="lot_over", label="holding period, from a lot that is over", switch_on=_lot_over),
    Rule(key="flow_back", label="flow-back", switch_on=_flow_back),
    Rule(key="deny_list", label="deny list", switch_on=_deny_list),
    Rule(key="minimum", label="minimum holding", switch_on=_minimum),
    Rule(key="authorised", label="authorised supply", switch_on=_authorised),
    Rule(key="issuer_cap", label="holding cap over two classes", switch_on=_issuer_cap),
    Rule(key="vesting", label="vesting (external)", switch_on=_vesting),
    Rule(key="volume", label="volume in a rolling window (external)", switch_on=_volume),
    Rule(key="hours", label="trading hours (external)", switch_on=_hours),
    Rule(key="approval", label="approval (external)", switch_on=_approval),
    Rule(key="spenders", label="spenders (external)", switch_on=_spenders),
    Rule(key="sanctions", label="sanctions oracle (external)", switch_on=_sanctions),
    Rule(key="commonest", label="the eight commonest together", switch_on=_commonest),
)
"""Every rule, and first none."""
