"""Who may call what: every function that changes something, by every office holder and by strangers, against the one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests.contracts.rights_stage import Handle, artifact
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import session_stage, stage

from tokenkit.errors import Reverted
from tokenkit.powers import OFFICES, POWERS, UNRESTRICTED, Power, Role, powers_of
from tokenkit.reverts import (
    AccessManagedUnauthorized,
    AccessManagerExpired,
    AccessManagerNotReady,
    AccessManagerNotScheduled,
    AccessManagerUnauthorizedCall,
    AccessManagerUnauthorizedCancel,
    UUPSUnauthorizedCallContext,
)
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tests.contracts.token.conftest import Stage

    from tokenkit.chain import Chain, Receipt, Signer
    from tokenkit.suite import Suite
    from tokenkit.testing import People
    from tokenkit.types import Address

__all__ = ["session_stage", "stage"]  # fixtures of the token's tests, with the plan that asks for every face

HOLDERS = {
    "admin": Role.ADMIN,
    "issuer": Role.ISSUER,
    "registrar": Role.REGISTRAR,
    "compliance": Role.COMPLIANCE,
    "paying_agent": Role.PAYING_AGENT,
    "enforcement": Role.ENFORCEMENT,
    "upgrader": Role.UPGRADER,
    "guardian": Role.UPGRADER_GUARDIAN,
}
STRANGERS = ("deployer", "ana", "mallory")
CONTRACTS = {
    "registry": "IdentityRegistry",
    "rulebook": "Rulebook",
    "token ORD": "SecurityToken",
    "token PREF": "SecurityToken",
    "payouts": "Payouts",
    "merkle payouts": "MerklePayouts",
    "meetings": "Meetings",
}
DELAY = 3_600
WEEK = 604_800
NOTHING = bytes(32 * 16)
"""Arguments that every function can read: zeros, and empty lists."""


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def changing(contract: str) -> set[str]:
    """List the functions of a contract that may change something."""
    entries = [one for one in artifact(contract).abi if one["type"] == "function"]
    return {signature(one) for one in entries if one["stateMutability"] not in ("view", "pure")}


def signature(entry: Mapping[str, object]) -> str:
    inputs = entry["inputs"]
    assert isinstance(inputs, list)
    return f"{entry['name']}({','.join(map(kind, inputs))})"


def kind(part: Mapping[str, object]) -> str:
    components = part.get("components", [])
    assert isinstance(components, list)
    name = str(part["type"])
    return f"({','.join(map(kind, components))}){name.removeprefix('tuple')}" if components else name


def unlisted(contract: str, listed: Collection[str]) -> set[str]:
    return changing(contract) - set(listed)


def listed(contract: str) -> set[str]:
    return {one.signature for one in (*POWERS, *UNRESTRICTED) if one.contract == contract}


@pytest.mark.parametrize("contract", sorted(set(CONTRACTS.values())))
def test_powers__every_function_that_changes_something__is_listed_once(contract: str) -> None:
    assert unlisted(contract, listed(contract)) == set()
    entries = [one.signature for one in (*POWERS, *UNRESTRICTED) if one.contract == contract]
    assert sorted(entries) == sorted(set(entries))
    for entry in entries:
        artifact(contract).selector(entry)  # a LookupError names what is gone


@pytest.mark.parametrize("power", POWERS, ids=lambda power: f"{power.contract}.{power.signature.partition('(')[0]}")
def test_powers__an_entry_forgotten__is_found(power: Power) -> None:
    assert unlisted(power.contract, listed(power.contract) - {power.signature}) == {power.signature}


def test_powers__roles__are_told_apart() -> None:
    """In the Income Vault two roles had one hash, so whoever paid in could also pay out."""
    assert len({int(role) for role in Role}) == len(Role)
    assert len({role.guardian for role in OFFICES}) == len(OFFICES)
    assert {power.role for power in POWERS} == {Role.ADMIN, Role.ISSUER_GUARDIAN, *OFFICES}


# ── every function by everybody ──────────────────────────────────────────────────────────────────────────────────────────


class Outcome(NamedTuple):
    """What came of a call: whether the authority let it in, and the refusal, if any."""

    let_in: bool
    refusal: type[Reverted] | None


def attempt(chain: Chain, target: Address, power: Power, caller: Signer) -> Outcome:
    try:
        chain.call(target, power.selector + NOTHING, sender=caller.address)
    except Reverted as refusal:
        shut_out = isinstance(refusal, AccessManagedUnauthorized) and refusal.caller == caller.address
        return Outcome(not shut_out, type(refusal))
    return Outcome(True, None)


def attempts(suite: Suite, people: People, name: str) -> Iterator[tuple[Power, str, Outcome]]:
    for power in powers_of(CONTRACTS[name]):
        for who in (*HOLDERS, *STRANGERS):
            yield power, who, attempt(suite.chain, suite.record.address(name), power, getattr(people, who))


@pytest.mark.parametrize("name", CONTRACTS)
def test_powers__every_function_by_everybody__lets_in_exactly_whom_the_table_names(
    suite: Suite, people: People, name: str
) -> None:
    wrong = []
    for power, who, outcome in attempts(suite, people, name):
        if name == "token ORD" and power.role == Role.UPGRADER:
            assert outcome.refusal is UUPSUnauthorizedCallContext  # nobody: there is nothing to upgrade
            continue
        expected = HOLDERS.get(who) == power.held_by(standard_faces=False)
        if outcome.let_in != expected:
            wrong.append((power.signature, who, outcome))
        if outcome.let_in and who == "upgrader":
            assert outcome.refusal is AccessManagerNotScheduled
    assert wrong == []


@pytest.mark.parametrize("token", ["token", "second"])
def test_powers__plan_with_standard_faces__gives_them_to_the_offices_of_the_table(stage: Stage, token: str) -> None:
    wrong = []
    for power in (one for one in powers_of("SecurityToken") if one.standard_face):
        for who in (*HOLDERS, *STRANGERS):
            outcome = attempt(stage.chain, getattr(stage, token).address, power, getattr(stage.people, who))
            if outcome.let_in != (HOLDERS.get(who) == power.held_by(standard_faces=True)):
                wrong.append((power.signature, who, outcome))
    assert wrong == []


def test_powers__deployer__keeps_none(suite: Suite, people: People) -> None:
    manager = Handle(suite.chain, "AccessManager", suite.record.address("manager"))  # type: ignore[arg-type]
    for role in Role:
        assert manager.read("hasRole", int(role), people.deployer.address) == (False, 0)


def test_powers__role_given_and_taken__opens_and_closes_its_functions(suite: Suite, people: People) -> None:
    manager = Handle(suite.chain, "AccessManager", suite.record.address("manager"))  # type: ignore[arg-type]
    token = suite.record.token("ORD")
    issue = next(one for one in powers_of("SecurityToken") if one.signature.startswith("issue("))
    manager.send(people.admin, "grantRole", int(Role.ISSUER), people.mallory.address, 0)
    assert attempt(suite.chain, token, issue, people.mallory).let_in
    manager.send(people.admin, "revokeRole", int(Role.ISSUER), people.mallory.address)
    assert not attempt(suite.chain, token, issue, people.mallory).let_in


@pytest.mark.parametrize("who", [*(who for who in HOLDERS if who != "admin"), *STRANGERS])
def test_powers__anybody_but_the_admin__cannot_hand_out_roles(suite: Suite, people: People, who: str) -> None:
    manager = Handle(suite.chain, "AccessManager", suite.record.address("manager"))  # type: ignore[arg-type]
    caller = getattr(people, who)
    for role in Role:
        with pytest.raises(Reverted):
            manager.ask(caller, "grantRole", int(role), caller.address, 0)
    with pytest.raises(Reverted):
        manager.ask(caller, "setTargetFunctionRole", suite.record.token("ORD"), [b"\x12\x34\x56\x78"], 2**64 - 1)


# ── delays and guardians ─────────────────────────────────────────────────────────────────────────────────────────────────


class Upgrade:
    """An upgrade of the second class, which its upgrader must announce an hour ahead."""

    def __init__(self, suite: Suite, people: People) -> None:
        self.chain = suite.chain
        self.upgrader = people.upgrader
        self.manager = Handle(suite.chain, "AccessManager", suite.record.address("manager"))  # type: ignore[arg-type]
        self.token = Handle(suite.chain, "SecurityToken", suite.record.token("PREF"))  # type: ignore[arg-type]
        office = suite.record.address("token office")
        unused = {
            "name": "",
            "symbol": "",
            "decimals": 0,
            "authority": self.manager.address,
            "onchainID": ZERO_ADDRESS,
        }
        self.code = create(suite.chain, people.deployer, "SecurityToken", unused, False, office).address  # type: ignore[arg-type]
        self.data = artifact("SecurityToken").encode_call("upgradeToAndCall", [self.code, b""])
        self.id: bytes = self.manager.read("hashOperation", self.upgrader.address, self.token.address, self.data)

    def schedule(self, when: int = 0) -> int:
        """Announce it and return the first second at which it may be done."""
        self.manager.send(self.upgrader, "schedule", self.token.address, self.data, when)
        return int(self.manager.read("getSchedule", self.id))

    def cancel(self, by: Signer) -> Receipt:
        return self.manager.send(by, "cancel", self.upgrader.address, self.token.address, self.data)

    def perform(self) -> Receipt:
        return self.token.send(self.upgrader, "upgradeToAndCall", self.code, b"")


@pytest.fixture
def upgrade(suite: Suite, people: People) -> Upgrade:
    return Upgrade(suite, people)


def test_delay__not_announced__refused(upgrade: Upgrade) -> None:
    with reverts(AccessManagerNotScheduled, operation_id=upgrade.id):
        upgrade.perform()


def test_delay__announced_for_too_soon__refused(upgrade: Upgrade) -> None:
    with reverts(AccessManagerUnauthorizedCall, caller=upgrade.upgrader.address, target=upgrade.token.address):
        upgrade.schedule(upgrade.chain.now() + DELAY)  # the next block is a second on


def test_delay__before_its_second__refused(upgrade: Upgrade) -> None:
    ready = upgrade.schedule()
    assert ready == upgrade.chain.now() + DELAY
    next_transaction_at(upgrade.chain, ready - 1)  # type: ignore[arg-type]
    with reverts(AccessManagerNotReady, operation_id=upgrade.id):
        upgrade.perform()


def test_delay__at_its_second__is_done_once(upgrade: Upgrade) -> None:
    ready = upgrade.schedule()
    next_transaction_at(upgrade.chain, ready)  # type: ignore[arg-type]
    receipt = upgrade.perform()
    assert dict(upgrade.token.only_event(receipt, "Upgraded")) == {"implementation": upgrade.code}
    with reverts(AccessManagerNotScheduled, operation_id=upgrade.id):
        upgrade.perform()


def test_delay__other_arguments_than_announced__refused(upgrade: Upgrade) -> None:
    upgrade.chain.travel(to=upgrade.schedule())  # type: ignore[attr-defined]
    with reverts(AccessManagerNotScheduled):
        upgrade.token.send(upgrade.upgrader, "upgradeToAndCall", upgrade.code, b"\x01")


def test_delay__a_week_after_its_second__refused(upgrade: Upgrade) -> None:
    ready = upgrade.schedule()
    next_transaction_at(upgrade.chain, ready + WEEK)  # type: ignore[arg-type]
    with reverts(AccessManagerExpired, operation_id=upgrade.id):
        upgrade.perform()


def test_cancel__by_a_stranger__refused(upgrade: Upgrade, people: People) -> None:
    upgrade.schedule()
    for who in ("mallory", "issuer", "compliance", "deployer"):
        caller = getattr(people, who)
        with reverts(AccessManagerUnauthorizedCancel, msgsender=caller.address):
            upgrade.cancel(caller)


@pytest.mark.parametrize("who", ["guardian", "admin", "upgrader"])
def test_cancel__guardian_admin_or_who_announced_it__it_is_never_done(
    upgrade: Upgrade, people: People, who: str
) -> None:
    ready = upgrade.schedule()
    receipt = upgrade.cancel(getattr(people, who))
    assert upgrade.manager.only_event(receipt, "OperationCanceled")["operationId"] == upgrade.id
    upgrade.chain.travel(to=ready)  # type: ignore[attr-defined]
    with reverts(AccessManagerNotScheduled, operation_id=upgrade.id):
        upgrade.perform()


def test_guardian__of_the_upgrader__cannot_upgrade_itself(upgrade: Upgrade, people: People) -> None:
    with reverts(AccessManagedUnauthorized, caller=people.guardian.address):
        upgrade.token.send(people.guardian, "upgradeToAndCall", upgrade.code, b"")
