"""upgradeToAndCall: by the upgrader, of proxies only; the register stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import Handle, artifact
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import PAPER, REASON, moved

from tokenkit.reverts import (
    AccessManagedUnauthorized,
    ERC1967InvalidImplementation,
    InvalidInitialization,
    UUPSUnauthorizedCallContext,
)
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

    from tokenkit.chain import Receipt, Signer


def new_code(stage: Stage) -> Handle:
    """Create other code for proxies: the same, with an office of its own."""
    deployer = stage.people.deployer
    office = create(stage.chain, deployer, "TokenOffice")
    unused = {
        "name": "",
        "symbol": "",
        "decimals": 0,
        "authority": stage.manager.address,
        "onchainID": ZERO_ADDRESS,
    }
    return create(stage.chain, deployer, "SecurityToken", unused, False, office.address)


def upgrade(stage: Stage, code: str, *, by: Signer | None = None, data: bytes = b"") -> Receipt:
    return stage.second.send(by or stage.people.upgrader, "upgradeToAndCall", code, data)


@pytest.mark.parametrize("who", ["admin", "issuer", "enforcement", "compliance", "mallory", "ana"])
def test_upgradeToAndCall__by_another_than_the_upgrader__refused(stage: Stage, who: str) -> None:
    caller, code = getattr(stage.people, who), new_code(stage)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        upgrade(stage, code.address, by=caller)


@pytest.mark.parametrize("who", ["upgrader", "mallory"])
def test_upgradeToAndCall__plain_token__refused(stage: Stage, who: str) -> None:
    code = new_code(stage)
    with stage.refused(UUPSUnauthorizedCallContext):
        stage.token.send(getattr(stage.people, who), "upgradeToAndCall", code.address, b"")


def test_upgradeToAndCall__the_code_behind_proxies__refused(stage: Stage) -> None:
    code = new_code(stage)
    with stage.refused(UUPSUnauthorizedCallContext):
        code.send(stage.people.admin, "upgradeToAndCall", code.address, b"")


def test_upgradeToAndCall__contract_that_is_no_implementation__refused(stage: Stage) -> None:
    with stage.refused(ERC1967InvalidImplementation, implementation=stage.rulebook.address):
        upgrade(stage, stage.rulebook.address)


def test_upgradeToAndCall__with_a_call_beyond_its_powers__refused(stage: Stage) -> None:
    """Whoever replaces the code acts in the call that follows as itself, with no powers but its own."""
    upgrader, code = stage.people.upgrader, new_code(stage)
    call = artifact("SecurityToken").encode_call("mint", [stage.people.ana.address, 5])
    with stage.refused(AccessManagedUnauthorized, caller=upgrader.address):
        upgrade(stage, code.address, data=call)


def test_upgradeToAndCall__then_initialize__refused(stage: Stage) -> None:
    code = new_code(stage)
    setup = {"name": "X", "symbol": "X", "decimals": 0, "authority": code.address, "onchainID": ZERO_ADDRESS}
    call = artifact("SecurityToken").encode_call("initialize", [setup])
    with stage.refused(InvalidInitialization):
        upgrade(stage, code.address, data=call)


def test_upgradeToAndCall__upgrader__replaces_code_and_office_and_keeps_everything(stage: Stage) -> None:
    ana, ben, enforcement, token = stage.people.ana, stage.people.ben, stage.people.enforcement, stage.second
    date = stage.chain.now() + 10
    token.send(stage.people.issuer, "scheduleRecordDate", date)
    stage.chain.travel(to=date)
    token.send(ana, "transfer", ben.address, 50)
    token.send(ana, "approve", ben.address, 9)
    token.send(enforcement, "freezeUnits", ana.address, 20, REASON, PAPER)
    token.send(stage.people.issuer, "setDocument", b"articles".ljust(32, b"\0"), "ipfs://one", PAPER)
    token.send(stage.people.compliance, "pause")
    before, code = look(stage), new_code(stage)

    receipt = upgrade(stage, code.address)

    assert ("Upgraded", {"implementation": code.address}) in stage.said(receipt, by=token)
    assert look(stage) == before
    assert token.read("office") == code.read("office") != stage.office.address
    token.send(stage.people.compliance, "unpause")
    receipt = token.send(ben, "transfer", ana.address, 50)
    assert stage.said(receipt, by=token) == [moved(ben.address, ana.address, 50)]
    assert token.read("balanceOfAt", ana.address, date) == 300


def look(stage: Stage) -> list[object]:
    token, ana, ben = stage.second, stage.people.ana, stage.people.ben
    views = (
        *("name", "symbol", "decimals", "authority", "totalSupply", "paused", "identityRegistry", "compliance"),
        *("recordDates", "getAllDocuments", "admissionVersion"),
    )
    rows = [token.read("rowOf", wallet.address) for wallet in (ana, ben)]
    rest = (token.read("allowance", ana.address, ben.address), token.read("getFrozenTokens", ana.address))
    return [*(token.read(view) for view in views), *rows, *rest]


def test_proxiableUUID__through_a_proxy__refused(stage: Stage) -> None:
    with reverts(UUPSUnauthorizedCallContext):
        stage.second.read("proxiableUUID")
