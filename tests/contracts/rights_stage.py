"""A small world for payouts and meetings: a register whose holdings are written down, coins, and people."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenkit.artifacts import load, read
from tokenkit.chain import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tokenkit.artifacts import Artifact, Event
    from tokenkit.chain import DevelopmentChain, Receipt, Signer
    from tokenkit.types import Address

MOCKS = Path(__file__).parents[1] / "artifacts"

PAYING = ("declare", "declareWith", "push", "cancel", "reclaim")
"""What the paying agent does."""

ISSUER_ROLE = 1
PAYING_AGENT_ROLE = 4
RECORD_DATE_AHEAD = 1_000
"""Seconds from the start of the stage to its record date."""


@cache
def artifact(name: str) -> Artifact:
    mock = MOCKS / f"{name}.json"
    return read(mock) if mock.exists() else load(name)


@dataclass(frozen=True, slots=True)
class Handle:
    """A deployed contract."""

    chain: DevelopmentChain
    name: str
    address: Address

    def send(self, signer: Signer, function: str, *args: object, gas: int | None = None) -> Receipt:
        data = artifact(self.name).encode_call(function, args)
        return self.chain.send(Transaction(to=self.address, data=data, gas=gas), signer)

    def read(self, function: str, *args: object) -> Any:  # noqa: ANN401 - the ABI knows the type
        found = artifact(self.name)
        values = found.decode_result(function, self.chain.call(self.address, found.encode_call(function, args)))
        return values[0] if len(values) == 1 else values

    def ask(self, signer: Signer, function: str, *args: object) -> Any:  # noqa: ANN401 - the ABI knows the type
        """Try a transaction and return what it would answer."""
        found = artifact(self.name)
        data = found.encode_call(function, args)
        values = found.decode_result(function, self.chain.call(self.address, data, sender=signer.address))
        return values[0] if len(values) == 1 else values

    def events(self, receipt: Receipt) -> tuple[Event, ...]:
        logs = (log for log in receipt.logs if log.address == self.address)
        return tuple(event for log in logs if (event := artifact(self.name).decode_event(log)) is not None)

    def only_event(self, receipt: Receipt, name: str) -> Mapping[str, Any]:
        (event,) = (event for event in self.events(receipt) if event.name == name)
        return event.args


def deploy(chain: DevelopmentChain, signer: Signer, name: str, *args: object) -> Handle:
    receipt = chain.send(Transaction(to=None, data=artifact(name).encode_constructor(args)), signer)
    assert receipt.contract_address is not None
    return Handle(chain, name, receipt.contract_address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything deployed, with ana, ben and cleo in ascending order of their addresses."""

    chain: DevelopmentChain
    admin: Signer
    issuer: Signer
    agent: Signer
    stranger: Signer
    treasury: Signer
    ana: Signer
    ben: Signer
    cleo: Signer
    dora: Signer
    manager: Handle
    register: Handle
    payouts: Handle
    meetings: Handle
    record_date: int

    @property
    def holders(self) -> tuple[Signer, ...]:
        return (self.ana, self.ben, self.cleo, self.dora)

    def hold(self, units: Mapping[Address, int], *, index: int = 0) -> None:
        """Write down what accounts held at a record date."""
        self.register.send(self.admin, "hold", index, list(units), list(units.values()))

    def pass_record_date(self) -> None:
        self.chain.travel(to=self.record_date)


def build(chain: DevelopmentChain) -> Stage:
    admin, issuer, agent, stranger, treasury, *others = chain.accounts[:9]
    ana, ben, cleo, dora = sorted(others, key=lambda one: int(one.address, 16))
    manager = deploy(chain, admin, "AccessManager", admin.address)
    payouts = deploy(chain, admin, "Payouts", manager.address, deploy(chain, admin, "PayoutsOffice").address)
    office = deploy(chain, admin, "MeetingsOffice")
    meetings = deploy(chain, admin, "Meetings", manager.address, office.address)
    _grant(manager, admin, payouts, PAYING, role=PAYING_AGENT_ROLE, holder=agent)
    _grant(manager, admin, meetings, ("call", "convene", "extend"), role=ISSUER_ROLE, holder=issuer)
    register = deploy(chain, admin, "RegisterStub")
    record_date = chain.now() + RECORD_DATE_AHEAD
    register.send(admin, "schedule", record_date)
    stage = Stage(
        chain=chain,
        admin=admin,
        issuer=issuer,
        agent=agent,
        stranger=stranger,
        treasury=treasury,
        ana=ana,
        ben=ben,
        cleo=cleo,
        dora=dora,
        manager=manager,
        register=register,
        payouts=payouts,
        meetings=meetings,
        record_date=record_date,
    )
    stage.hold({ana.address: 600, ben.address: 250, cleo.address: 149, treasury.address: 1_000})
    return stage


@contextmanager
def nothing_changes(look: Callable[[], object]) -> Iterator[None]:
    """Check that what *look* sees is the same afterwards."""
    before = look()
    yield
    assert look() == before


def _grant(
    manager: Handle, admin: Signer, target: Handle, functions: tuple[str, ...], *, role: int, holder: Signer
) -> None:
    selectors = [artifact(target.name).selector(function) for function in functions]
    manager.send(admin, "setTargetFunctionRole", target.address, selectors, role)
    manager.send(admin, "grantRole", role, holder.address, 0)
