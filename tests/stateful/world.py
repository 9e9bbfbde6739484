"""One issuer, deployed as users deploy it, and the model of the same issuer: whatever is done is done to both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from tests import model
from tests.contracts.rights_stage import MOCKS

from tokenkit.artifacts import load, read
from tokenkit.chain import LocalChain, Transaction
from tokenkit.deploy import deploy
from tokenkit.errors import Reverted
from tokenkit.plan import Plan
from tokenkit.types import ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stateful.evidence import Evidence

    from tokenkit.artifacts import Artifact
    from tokenkit.chain import Receipt, Signer, Snapshot

PEOPLE = ("ana", "ben", "cleo", "dora", "emil", "fay", "gus", "hana")
SHELL = parse_address("0x" + "5e" * 20)
"""An address nobody signs for: an ONCHAINID, or a wallet that only receives."""

CH, DE, US = 756, 276, 840
KYC, QUALIFIED = 1, 2

PLAN = """
[issuer]
name = "Stateful AG"
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
qualified = 1
[[providers]]
name = "Veri"
account = "0x00000000000000000000000000000000000000A1"
[[providers]]
name = "Kyco"
account = "0x00000000000000000000000000000000000000a2"
[[classes]]
name = "Common"
symbol = "COM"
[classes.terms]
providers = ["issuer", "Veri"]
[[classes.terms.groups]]
countries = ["CH", "DE"]
claims = ["kyc"]
[[classes]]
name = "Preferred"
symbol = "PRF"
upgradeable = true
[classes.terms]
providers = ["issuer", "Veri", "Kyco"]
lapsed_may_sell = true
[[classes.terms.groups]]
countries = ["CH"]
claims = ["kyc"]
[[classes.terms.groups]]
countries = "*"
claims = ["kyc", "qualified"]
"""

PLANNED_TERMS = {
    "COM": model.Terms(providers=0b011, groups=((KYC, (CH, DE)),)),
    "PRF": model.Terms(providers=0b111, lapsed_may_sell=True, groups=((KYC, (CH,)), (KYC | QUALIFIED, ()))),
}
"""What the plan says, in the model's words."""


class World:
    """The contracts on a chain of their own, who holds which office, and who invests."""

    def __init__(self) -> None:
        self.chain = LocalChain()
        deployer, *offices = self.chain.accounts[:8]
        self.admin, self.issuer, self.registrar, self.compliance, self.agent, self.enforcement, self.stranger = offices
        self.people = dict(zip(PEOPLE, self.chain.accounts[8:], strict=False))
        plan = PLAN.format(
            admin=self.admin.address,
            issuer=self.issuer.address,
            registrar=self.registrar.address,
            compliance=self.compliance.address,
            paying_agent=self.agent.address,
            enforcement=self.enforcement.address,
        )
        self.record = deploy(Plan.parse(plan), self.chain, deployer)
        self.registry = Contract(self.chain, self.record.address("registry"), load("IdentityRegistry"))
        self.rulebook = Contract(self.chain, self.record.address("rulebook"), load("Rulebook"))
        self.payouts = Contract(self.chain, self.record.address("payouts"), load("Payouts"))
        self.meetings = Contract(self.chain, self.record.address("meetings"), load("Meetings"))
        self.coin = self._coin()
        self.tokens = {
            symbol: Contract(self.chain, self.record.token(symbol), load("SecurityToken")) for symbol in PLANNED_TERMS
        }

    def _coin(self) -> Contract:
        """Deploy a stablecoin that can block an account."""
        artifact = read(MOCKS / "Stablecoin.json")
        receipt = self.chain.send(Transaction(to=None, data=artifact.encode_constructor()), self.admin)
        assert receipt.contract_address is not None
        return Contract(self.chain, receipt.contract_address, artifact)

    def model(self) -> model.Suite:
        """Return the model of the suite as it was deployed."""
        addresses = {symbol: token.address for symbol, token in self.tokens.items()}
        return model.Suite(
            registry=model.Registry(
                providers=3, terms={addresses[symbol]: terms for symbol, terms in PLANNED_TERMS.items()}
            ),
            tokens={address: model.Token(address) for address in addresses.values()},
        )

    def wallet(self, name: str) -> Address:
        """Return the address of somebody by name."""
        if name in self.people:
            return self.people[name].address
        return {"shell": SHELL, "zero": ZERO_ADDRESS}[name]

    @cached_property
    def wallets(self) -> tuple[Address, ...]:
        """All addresses that can ever hold units here."""
        return (*(one.address for one in self.people.values()), SHELL)


@dataclass(frozen=True, slots=True)
class Contract:
    """A deployed contract. What is read is what the next transaction will find, at its time."""

    chain: LocalChain
    address: Address
    artifact: Artifact

    def send(self, signer: Signer, function: str, *args: object) -> Receipt:
        return self.chain.send(Transaction(to=self.address, data=self.artifact.encode_call(function, args)), signer)

    def read(self, function: str, *args: object, block: Literal["pending", "latest"] = "pending") -> Any:  # noqa: ANN401 - the ABI knows the type
        data = self.artifact.encode_call(function, args)
        values = self.artifact.decode_result(function, self.chain.call(self.address, data, block=block))
        return values[0] if len(values) == 1 else values

    def peek(self, function: str, *args: object) -> Any:  # noqa: ANN401 - as above
        """Read what does not depend on the time: faster."""
        return self.read(function, *args, block="latest")


class Lockstep:
    """The contracts and the model, side by side, from one snapshot on."""

    def __init__(self, world: World, suite: model.Suite, evidence: Evidence) -> None:
        self.world = world
        self.suite = suite
        self.evidence = evidence

    @property
    def now(self) -> int:
        """The second of the next transaction."""
        return self.world.chain.now() + 1

    def pass_dates(self) -> None:
        """Let the model write down what is held at record dates that have come."""
        for token in self.suite.tokens.values():
            token.pass_dates(self.now)

    def do(
        self,
        signer: Signer,
        contract: Contract,
        function: str,
        *args: object,
        expect: Callable[[], object],
        blame: str = "TOK-3",
    ) -> bool:
        """Do it to both; they must agree whether it is refused, and by which error with which values. Tells whether it was done."""
        self.pass_dates()
        expected = actual = None
        try:
            expect()
        except model.Refused as refusal:
            expected = (refusal.error, refusal.values)
        try:
            contract.send(signer, function, *args)
        except Reverted as refusal:
            actual = (type(refusal).__name__, refusal.args)
        self.evidence.outcome(function, expected, actual, blame)
        return actual is None


@dataclass(frozen=True, slots=True)
class Start:
    """Where each story starts."""

    snapshot: Snapshot
    suite: model.Suite
