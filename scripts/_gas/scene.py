"""The scene of the measurements: a suite deployed as users deploy it, and the operations in an order that makes each one typical."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from _gas.countries import GERMANY, SWITZERLAND, USA
from _gas.crowds import BATCH, DAY, crowd
from _gas.meetings import MeetingCosts
from _gas.payouts import PayoutCosts
from _gas.rules import RuleCosts
from tokenkit import artifacts
from tokenkit.chain import LocalChain, Transaction
from tokenkit.deploy import deploy
from tokenkit.issuance import Allotment
from tokenkit.plan import Plan
from tokenkit.registry import Facts
from tokenkit.rules import CountryPair
from tokenkit.suite import Suite
from tokenkit.types import ZERO_ADDRESS, Address

if TYPE_CHECKING:
    from pathlib import Path

    from tokenkit.chain import Signer
    from tokenkit.operation import Operation

_PLAN = """
[issuer]
name = "Gas AG"
country = "CH"
[admin]
address = "{admin}"
[roles.issuer]
holders = ["{issuer}"]
[roles.registrar]
holders = ["{registrar}"]
[roles.compliance]
holders = ["{compliance}"]
[roles.paying_agent]
holders = ["{paying_agent}"]
[roles.enforcement]
holders = ["{enforcement}"]
[claims]
kyc = 0
"""
_CLASS = """
[[classes]]
name = "Class {symbol}"
symbol = "{symbol}"
[classes.terms]
providers = ["issuer"]
[[classes.terms.groups]]
countries = ["CH", "DE", "AT"]
claims = ["kyc"]
"""


class Scene:
    """Measures as it goes; ``gas`` is what came out, by the keys of the table."""

    def __init__(self, mocks: Path) -> None:
        self.gas: dict[str, int] = {}
        self.mocks = mocks
        self.chain = LocalChain()
        (
            self.deployer,
            self.admin,
            self.issuer,
            self.registrar,
            self.compliance,
            self.agent,
            self.enforcement,
            *self.people,
        ) = self.chain.accounts
        self.coin_artifact = artifacts.read(mocks / "PlainCoin.json")
        self.coin = self._create(self.coin_artifact)
        self.suite = self._deployed()
        self.plain, self.ruled = self.suite.token("PLAIN"), self.suite.token("RULED")

    def play(self) -> dict[str, int]:
        """Measure everything."""
        self._baseline()
        self._onboard()
        self._issue()
        self._transfer()
        self.gas |= RuleCosts(self, self.mocks).measure()
        self.gas["transfer_eight"] = self.gas["rule_commonest_steady"]
        self._rule()
        self._order()
        self._record_dates()
        PayoutCosts(self).measure()
        MeetingCosts(self).measure()
        return self.gas

    def _deployed(self) -> Suite:
        offices = {
            "admin": self.admin,
            "issuer": self.issuer,
            "registrar": self.registrar,
            "compliance": self.compliance,
            "paying_agent": self.agent,
            "enforcement": self.enforcement,
        }
        text = _PLAN.format(**{name: signer.address for name, signer in offices.items()})
        plan = Plan.parse(text + _CLASS.format(symbol="PLAIN") + _CLASS.format(symbol="RULED"))
        record = deploy(plan, self.chain, self.deployer)
        self.gas["deploy_suite"] = sum(step.gas_used or 0 for step in record.steps)
        self.gas["deploy_class"] = sum(step.gas_used or 0 for step in record.steps if step.name == "create token PLAIN")
        return Suite.open(record, self.chain)

    def _baseline(self) -> None:
        ana, ben, chloe = (person.address for person in self.people[:3])
        for holder in (ana, ben):
            self.coin_call("mint", holder, 10**9)
        self.coin_call("transfer", ben, 1, signer=self.people[0])
        self.gas["oz_transfer"] = self.coin_call("transfer", ben, 1000, signer=self.people[0])
        self.gas["oz_transfer_new"] = self.coin_call("transfer", chloe, 1000, signer=self.people[0])

    def _onboard(self) -> None:
        facts = Facts(country=GERMANY, claims=1)
        for person in self.people[:30]:
            self.gas["onboard"] = self.do(self.suite.registry.register(person.address, facts), self.registrar)
        self.do(
            self.suite.registry.update(self.people[11].address, Facts(country=SWITZERLAND, claims=1)), self.registrar
        )
        for name in ("crowd", "known"):
            (page,) = self.suite.registry.register_many(
                ((wallet, facts) for wallet in crowd(name)), sender=self.registrar.address
            )
            self.gas["onboard_batch"] = self.do(page, self.registrar) // BATCH

    def _issue(self) -> None:
        self.do(self.plain.issuance.set_rulebook(ZERO_ADDRESS), self.compliance)
        for token in (self.plain, self.ruled):
            for person in self.people[:2]:
                cost = self.do(token.issuance.issue(person.address, 10**6, reason="Seed round"), self.issuer)
                if token is self.plain:
                    self.gas["issue"] = cost
        for name in ("crowd", "known"):
            (page,) = self.plain.issuance.issue_many(
                [Allotment(to=wallet, units=10**6) for wallet in crowd(name)],
                reason="Seed round",
                sender=self.issuer.address,
            )
            self.gas["issue_batch"] = self.do(page, self.issuer) // BATCH

    def _transfer(self) -> None:
        ana, ben, chloe, *_ = self.people
        move = self.plain.transfers.transfer
        self.do(move(ben.address, 1), ana)
        self.gas["transfer"] = self.do(move(ben.address, 1000), ana)
        self.gas["transfer_new"] = self.do(move(chloe.address, 1000), ana)
        self.do(self.plain.transfers.approve(chloe.address, 10**5), ana)
        self.do(self.plain.transfers.transfer_from(ana.address, ben.address, 10), chloe)
        self.gas["transfer_from"] = self.do(self.plain.transfers.transfer_from(ana.address, ben.address, 10), chloe)
        (page,) = self.plain.transfers.transfer_many([(wallet, 10) for wallet in crowd("crowd")], sender=ana.address)
        self.gas["batch_transfer"] = self.do(page, ana) // BATCH

    def _rule(self) -> None:
        ana, ben, chloe, *_ = self.people
        token, rules = self.ruled.address, self.suite.rulebook
        self.do(rules.cap_holdings(token, units=10**9, bps=9_000), self.compliance)
        self.do(rules.limit_investors(token, 100), self.compliance)
        for page in rules.count(token, [ana.address, ben.address]):
            self.do(page, self.compliance)
        self.do(rules.switch_lockups(token, on=True), self.compliance)
        self.do(rules.block_flow_back(token, [CountryPair(source=SWITZERLAND, target=USA)]), self.compliance)
        self.do(self.ruled.transfers.transfer(ben.address, 1), ana)
        self.gas["transfer_ruled"] = self.do(self.ruled.transfers.transfer(ben.address, 1000), ana)
        self.do(self.ruled.issuance.issue(self.people[11].address, 10**6, reason="Seed round"), self.issuer)
        self.do(self.ruled.transfers.transfer(self.people[11].address, 1), ana)
        self.gas["transfer_ruled_abroad"] = self.do(self.ruled.transfers.transfer(self.people[11].address, 1000), ana)
        self.gas["transfer_new_ruled"] = self.do(self.ruled.transfers.transfer(chloe.address, 1000), ana)

    def _order(self) -> None:
        ana, ben, *_ = self.people
        lost, found = self.people[20].address, self.people[40].address
        office = self.plain.issuance
        self.do(office.issue(lost, 1000, reason="Seed round"), self.issuer)
        self.gas["redeem"] = self.do(office.redeem(ana.address, 10, reason="Buy-back"), self.issuer)
        self.gas["force_transfer"] = self.do(
            office.force_transfer(ana.address, ben.address, 10, reason="Court order"), self.enforcement
        )
        self.gas["freeze_wallet"] = self.do(office.freeze_wallet(ben.address, reason="Court order"), self.enforcement)
        self.do(office.unfreeze_wallet(ben.address, reason="Lifted"), self.enforcement)
        self.gas["freeze_units"] = self.do(office.freeze_units(ben.address, 10, reason="Pledge"), self.enforcement)
        self.do(office.freeze_units(ben.address, 0, reason="Pledge ended"), self.enforcement)
        self.gas["recover"] = self.do(office.recover(lost, found, identity=lost, reason="Lost key"), self.enforcement)

    def _record_dates(self) -> None:
        ana, ben, *_ = self.people
        self.dates = [self.chain.now() + (number + 1) * DAY for number in range(4)]
        for date in self.dates:
            cost = self.do(self.plain.issuance.schedule_record_date(date), self.issuer)
            if date == self.dates[2]:
                self.gas["record_date"] = cost
        for date in self.dates[:2]:
            self.chain.travel(to=date)
            self.gas["transfer_first"] = self.do(self.plain.transfers.transfer(ben.address, 1000), ana)
            self.gas["transfer_next"] = self.do(self.plain.transfers.transfer(ben.address, 1000), ana)

    def do(self, operation: Operation[Any], signer: Signer) -> int:
        return operation.send(signer).receipt.gas_used

    def coin_call(self, function: str, *args: object, signer: Signer | None = None) -> int:
        data = self.coin_artifact.encode_call(function, args)
        return self.chain.send(Transaction(to=self.coin, data=data), signer or self.deployer).gas_used

    def _create(self, artifact: artifacts.Artifact) -> Address:
        receipt = self.chain.send(Transaction(to=None, data=artifact.encode_constructor()), self.deployer)
        if receipt.contract_address is None:
            raise RuntimeError(f"{artifact.name} was not created.")
        return receipt.contract_address
