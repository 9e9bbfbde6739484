"""Fixtures of the token's tests: two classes with every face, and a few units held."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.rights_stage import Handle, artifact, nothing_changes
from tests.contracts.rights_stage import deploy as create

from tokenkit.deploy import deploy
from tokenkit.plan import Plan
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from tokenkit.chain import DevelopmentChain, Receipt, Signer
    from tokenkit.errors import TokenkitError
    from tokenkit.testing import People, Refusal

KYC, ACCREDITED = 0b01, 0b10
SWITZERLAND, GERMANY, FRANCE, UNITED_STATES, JAPAN = 756, 276, 250, 840, 392
NO_EXPIRY = 2**32 - 1
MAX_UNITS = 2**96 - 1
REASON, PAPER = "court order 7/2030", b"\x33" * 32
ANA, BEN, CHLOE = 1_000, 500, 250
"""What they hold of the first class when a test starts; ana also holds 300 of the second."""

FROZEN, HAS_FROZEN_UNITS, LINKED, RETIRED = 1, 2, 4, 8
"""Flags of a row."""

ISSUE, REDEEM, TRANSFER, FORCED, RECLASSIFY = range(5)
"""Kinds of movement."""

PLAN = """\
standard_faces = true
erc3643_agents = true

[issuer]
name = "Test Company AG"
country = "CH"

[admin]
address = "{admin}"

[roles]
issuer = {{ holders = ["{issuer}"] }}
registrar = {{ holders = ["{registrar}"] }}
compliance = {{ holders = ["{compliance}"] }}
paying_agent = {{ holders = ["{paying_agent}"] }}
enforcement = {{ holders = ["{enforcement}"] }}
upgrader = {{ holders = ["{upgrader}"] }}

[claims]
kyc = 0
accredited = 1

[[providers]]
name = "Verifier"
account = "{deployer}"

[[classes]]
name = "Ordinary Shares"
symbol = "ORD"

[classes.terms]
providers = ["issuer", "Verifier"]
groups = [{{ countries = ["CH", "DE", "FR"], claims = ["kyc"] }}, {{ countries = ["US"], claims = ["kyc", "accredited"] }}]

[[classes]]
name = "Preferred Shares"
symbol = "PREF"
decimals = 2
upgradeable = true

[classes.terms]
providers = ["issuer", "Verifier"]
groups = [{{ countries = ["CH", "DE", "FR"], claims = ["kyc"] }}, {{ countries = ["US"], claims = ["kyc", "accredited"] }}]
"""


def facts(country: int = SWITZERLAND, claims: int = KYC, **changes: object) -> dict[str, object]:
    return {
        "identity": ZERO_ADDRESS,
        "country": country,
        "claims": claims,
        "provider": 0,
        "validUntil": NO_EXPIRY,
        **changes,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One issuer with two classes: ``token`` as it is, ``second`` behind a proxy. ``spare`` and ``other`` are wallets nobody has."""

    chain: DevelopmentChain
    people: People
    token: Handle
    second: Handle
    registry: Handle
    rulebook: Handle
    manager: Handle
    office: Handle
    spare: Signer
    other: Signer

    def issue(self, to: Signer, units: int, *, token: Handle | None = None) -> Receipt:
        return (token or self.token).send(self.people.issuer, "issue", to.address, units, REASON, PAPER)

    def order(self, function: str, *args: object) -> Receipt:
        """Act as enforcement, with reason and paper."""
        return self.token.send(self.people.enforcement, function, *args, REASON, PAPER)

    def freeze(self, wallet: Signer, frozen: bool = True) -> Receipt:
        return self.order("freezeWallet", wallet.address, frozen)

    def freeze_units(self, wallet: Signer, units: int) -> Receipt:
        return self.order("freezeUnits", wallet.address, units)

    def pause(self) -> Receipt:
        return self.token.send(self.people.compliance, "pause")

    def register(self, wallet: Signer, **changes: int) -> Receipt:
        return self.registry.send(self.people.registrar, "register", wallet.address, facts(**changes))

    def link(self, wallet: Signer, investor: Signer) -> Receipt:
        return self.registry.send(self.people.registrar, "link", wallet.address, investor.address)

    def update(self, wallet: Signer, **changes: int) -> Receipt:
        return self.registry.send(self.people.registrar, "update", wallet.address, facts(**changes))

    def record_date(self, ahead: int) -> int:
        """Schedule a record date *ahead* seconds from now and return it."""
        date = self.chain.now() + ahead
        self.token.send(self.people.issuer, "scheduleRecordDate", date)
        return date

    def spoil(self, wallet: Signer, how: str) -> tuple[int, int, int]:
        """Take a wallet's admission; return the registry's reason, its limit and what the next block finds."""
        if how == "not registered":
            self.registry.send(self.people.registrar, "deleteIdentity", wallet.address)
            return 1, 0, 0
        if how == "expired":
            until = self.chain.now() + 100
            self.update(wallet, validUntil=until)
            self.chain.travel(to=until + 1)
            return 2, until, until + 2
        if how == "provider revoked":
            self.update(wallet, provider=1)
            self.registry.send(self.people.compliance, "revokeProvider", 1, "licence withdrawn")
            return 3, 0, 0
        if how == "wrong country":
            self.update(wallet, country=JAPAN)
            return 4, 0, JAPAN
        assert how == "missing claim"
        self.update(wallet, claims=ACCREDITED)
        return 5, 0, ACCREDITED

    def units(self, *wallets: Signer, token: Handle | None = None) -> tuple[int, ...]:
        return tuple((token or self.token).read("balanceOf", wallet.address) for wallet in wallets)

    def row(self, wallet: Signer, *, token: Handle | None = None) -> dict[str, int]:
        fields = ("units", "valid_until", "stamp", "record_date", "history_length", "country", "claims", "flags")
        return dict(zip(fields, (token or self.token).read("rowOf", wallet.address), strict=True))

    def frozen_units(self, wallet: Signer) -> int:
        return int(self.token.read("getFrozenTokens", wallet.address))

    def codes(self, kind: int, operator: Signer, sender: str, to: str, units: int) -> list[int]:
        """Return the codes of everything that refuses a movement."""
        return [one["code"] for one in self.token.read("explain", kind, operator.address, sender, to, units)]

    def state(self) -> object:
        """Return what most acts would change."""
        read, people = self.token.read, self.people
        rows = [(self.row(one), self.frozen_units(one)) for one in (people.ana, people.ben, people.chloe, people.dora)]
        return (read("totalSupply"), rows)

    def nothing_changes(self) -> AbstractContextManager[None]:
        """Check that nothing at all was mined: a refusal leaves not even a block."""
        return nothing_changes(lambda: self.chain.block().hash)

    @contextmanager
    def refused(self, kind: type[TokenkitError], **fields: object) -> Iterator[Refusal]:
        """Expect a refusal of this kind with these values, and nothing changed."""
        with self.nothing_changes(), reverts(kind, **fields) as refusal:
            yield refusal

    def said(self, receipt: Receipt, *, by: Handle | None = None) -> list[tuple[str, dict[str, Any]]]:
        """Return what the token, or another contract, said, in order."""
        return [(event.name, dict(event.args)) for event in (by or self.token).events(receipt)]


def moved(sender: str, to: str, units: int) -> tuple[str, dict[str, Any]]:
    return ("Transfer", {"from": sender, "to": to, "value": units})


def justified(operator: Signer, function: str, account: str) -> tuple[str, dict[str, Any]]:
    """The last event of every act of an office holder that has a reason."""
    return (
        "Justified",
        {
            "operator": operator.address,
            "action": artifact("SecurityToken").selector(function),
            "account": account,
            "reason": REASON,
            "documentHash": PAPER,
        },
    )


@pytest.fixture(scope="session")
def session_stage(session_chain: DevelopmentChain, people: People) -> Stage:
    addresses = {name: getattr(people, name).address for name in people.__dataclass_fields__}
    record = deploy(Plan.parse(PLAN.format(**addresses)), session_chain, people.deployer)
    stage = Stage(
        chain=session_chain,
        people=people,
        token=Handle(session_chain, "SecurityToken", record.token("ORD")),
        second=Handle(session_chain, "SecurityToken", record.token("PREF")),
        registry=Handle(session_chain, "IdentityRegistry", record.address("registry")),
        rulebook=Handle(session_chain, "Rulebook", record.address("rulebook")),
        manager=Handle(session_chain, "AccessManager", record.address("manager")),
        office=Handle(session_chain, "TokenOffice", record.address("token office")),
        spare=session_chain.accounts[20],
        other=session_chain.accounts[21],
    )
    stage.register(people.ana)
    stage.register(people.ben, country=GERMANY)
    stage.register(people.chloe, country=FRANCE)
    stage.register(people.dora, country=UNITED_STATES, claims=KYC | ACCREDITED)
    for wallet, units in ((people.ana, ANA), (people.ben, BEN), (people.chloe, CHLOE)):
        stage.issue(wallet, units)
    stage.issue(people.ana, 300, token=stage.second)
    return stage


@pytest.fixture
def stage(session_stage: Stage, chain: DevelopmentChain) -> Stage:
    """Give the stage; whatever the test does to it is undone."""
    return session_stage


@pytest.fixture
def plain_registry(stage: Stage) -> Handle:
    """Point the first class at a plain ERC-3643 registry that knows ana, ben and chloe, and whose agent the class is."""
    people = stage.people
    registry = create(stage.chain, people.deployer, "PlainRegistry")
    registry.send(people.deployer, "addAgent", stage.token.address)
    for wallet, country in ((people.ana, SWITZERLAND), (people.ben, GERMANY), (people.chloe, FRANCE)):
        registry.send(people.deployer, "registerIdentity", wallet.address, wallet.address, country)
    stage.token.send(people.compliance, "setIdentityRegistry", registry.address)
    return registry
