"""setIdentityRegistry: who is asked whether a wallet may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import ANA, BEN, KYC, SWITZERLAND, TRANSFER

from tokenkit.reverts import AccessManagedUnauthorized, InvalidRegistry, TokenInUse, TransferRestricted
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.rights_stage import Handle
    from tests.contracts.token.conftest import Stage

    from tokenkit.chain import Receipt

REVERTING, SILENT, CHATTY, ODD = 1, 2, 3, 4
"""Moods of the plain registry."""


def point(stage: Stage, registry: str) -> Receipt:
    return stage.token.send(stage.people.compliance, "setIdentityRegistry", registry)


def second_registry(stage: Stage) -> Handle:
    """Create another native registry, run by the same people, that serves no class yet."""
    admin = stage.people.admin
    other = create(stage.chain, admin, "IdentityRegistry", stage.manager.address)
    for function, role in (("bindToken", 3), ("setTerms", 3), ("register", 2)):
        selector = create_selector(function)
        stage.manager.send(admin, "setTargetFunctionRole", other.address, [selector], role)
    return other


def create_selector(function: str) -> bytes:
    from tests.contracts.rights_stage import artifact  # noqa: PLC0415 - used once

    return artifact("IdentityRegistry").selector(function)


@pytest.mark.parametrize("who", ["mallory", "issuer", "registrar", "enforcement", "admin"])
def test_setIdentityRegistry__by_another_than_compliance__refused(stage: Stage, who: str) -> None:
    caller = getattr(stage.people, who)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, "setIdentityRegistry", stage.registry.address)


def test_setIdentityRegistry__B21_zero_address__refused(stage: Stage) -> None:
    with stage.refused(InvalidRegistry, registry=ZERO_ADDRESS):
        point(stage, ZERO_ADDRESS)


def test_setIdentityRegistry__account_without_code__refused(stage: Stage) -> None:
    mallory = stage.people.mallory.address
    with stage.refused(InvalidRegistry, registry=mallory):
        point(stage, mallory)


def test_setIdentityRegistry__native_registry_that_does_not_serve_the_class__refused(stage: Stage) -> None:
    other = create(stage.chain, stage.people.admin, "IdentityRegistry", stage.manager.address)
    with stage.refused(InvalidRegistry, registry=other.address):
        point(stage, other.address)


def test_setIdentityRegistry__the_same_again__asks_everybody_again(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    version = stage.token.read("admissionVersion")
    receipt = point(stage, stage.registry.address)
    assert stage.said(receipt) == [("IdentityRegistryAdded", {"identityRegistry": stage.registry.address})]
    assert stage.token.read("admissionVersion") == version + 1
    stage.token.send(ana, "transfer", ben.address, 1)
    assert stage.row(ana)["stamp"] == stage.row(ben)["stamp"] == version + 1


def test_setIdentityRegistry__another_native_registry__admits_by_its_own_facts(stage: Stage) -> None:
    ana, ben, people = stage.people.ana, stage.people.ben, stage.people
    other = second_registry(stage)
    other.send(people.compliance, "bindToken", stage.token.address)
    groups = [{"claims": KYC, "countries": [SWITZERLAND]}]
    other.send(people.compliance, "setTerms", stage.token.address, 1, False, groups)
    facts = {"identity": ZERO_ADDRESS, "country": SWITZERLAND, "claims": KYC, "provider": 0, "validUntil": 2**32 - 1}
    other.send(people.registrar, "register", ana.address, facts)
    point(stage, other.address)
    assert stage.token.read("identityRegistry") == other.address
    assert stage.codes(TRANSFER, ana, ana.address, ana.address, 1) == []
    with stage.refused(TransferRestricted, code=21, account=ben.address, limit=0, actual=0):
        stage.token.send(ana, "transfer", ben.address, 1)


def test_unbindToken__registry_in_use__refused(stage: Stage) -> None:
    with stage.refused(TokenInUse, token=stage.second.address):
        stage.registry.send(stage.people.compliance, "unbindToken", stage.second.address)


def test_expelToken__registry_in_use__nobody_is_admitted_and_stamps_are_void(stage: Stage) -> None:
    ana, ben, token = stage.people.ana, stage.people.ben, stage.token.address
    stage.registry.send(stage.people.compliance, "expelToken", token)
    assert stage.row(ana)["stamp"] != stage.token.read("admissionVersion")
    assert (stage.token.read("canSend", ana.address), stage.token.read("canReceive", ben.address)) == (False, False)
    with stage.refused(TransferRestricted, account=ana.address):
        stage.token.send(ana, "transfer", ben.address, 1)
    with stage.refused(InvalidRegistry, registry=stage.registry.address):
        point(stage, stage.registry.address)


def test_unbindToken__class_that_asks_elsewhere__changes_nothing_for_it(stage: Stage, plain_registry: Handle) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    version = stage.token.read("admissionVersion")
    stage.registry.send(stage.people.compliance, "unbindToken", stage.token.address)
    assert stage.token.read("admissionVersion") == version
    stage.token.send(ana, "transfer", ben.address, 1)
    assert stage.units(ana, ben) == (ANA - 1, BEN + 1)


# ── plain ERC-3643 ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_setIdentityRegistry__plain_registry__is_asked_each_time(stage: Stage, plain_registry: Handle) -> None:
    ana, ben, deployer = stage.people.ana, stage.people.ben, stage.people.deployer
    assert stage.token.read("identityRegistry") == plain_registry.address
    stage.token.send(ana, "transfer", ben.address, 1)
    assert stage.units(ana, ben) == (ANA - 1, BEN + 1)
    version = stage.token.read("admissionVersion")
    assert stage.row(ben)["stamp"] != version
    plain_registry.send(deployer, "deleteIdentity", ben.address)
    with stage.refused(TransferRestricted, code=27, account=ben.address, limit=0, actual=0):
        stage.token.send(ana, "transfer", ben.address, 1)


def test_transfer__plain_registry__asks_about_the_receiver_only(stage: Stage, plain_registry: Handle) -> None:
    """As ERC-3643 says: a holder that is no longer verified may sell."""
    ana, ben, deployer = stage.people.ana, stage.people.ben, stage.people.deployer
    plain_registry.send(deployer, "deleteIdentity", ana.address)
    stage.token.send(ana, "transfer", ben.address, 1)
    assert stage.units(ana, ben) == (ANA - 1, BEN + 1)
    assert stage.token.read("canSend", ana.address) is True
    assert stage.token.read("canReceive", ana.address) is False
    with stage.refused(TransferRestricted, code=27, account=ana.address, limit=0, actual=0):
        stage.token.send(ben, "transfer", ana.address, 1)
    with stage.refused(TransferRestricted, code=27, account=ana.address, limit=0, actual=0):
        stage.issue(ana, 1)


@pytest.mark.parametrize("mood", [REVERTING, SILENT, CHATTY, ODD])
def test_transfer__B3_plain_registry_that_misbehaves__is_a_no(stage: Stage, plain_registry: Handle, mood: int) -> None:
    """A registry that reverts or answers nonsense refuses; it never breaks a view."""
    ana, ben = stage.people.ana, stage.people.ben
    plain_registry.send(ana, "setMood", mood)
    assert stage.token.read("canReceive", ben.address) is False
    assert stage.token.read("canTransfer", ana.address, ben.address, 1) is False
    assert stage.token.read("detectTransferRestriction", ana.address, ben.address, 1) == 27
    with stage.refused(TransferRestricted, code=27, account=ben.address, limit=0, actual=0):
        stage.token.send(ana, "transfer", ben.address, 1)


def test_setIdentityRegistry__from_plain_back_to_native__admits_by_the_native_one_again(
    stage: Stage, plain_registry: Handle
) -> None:
    ana, ben, dora = stage.people.ana, stage.people.ben, stage.people.dora
    stage.token.send(ana, "transfer", ben.address, 1)
    assert stage.token.read("canReceive", dora.address) is False
    point(stage, stage.registry.address)
    stage.token.send(ana, "transfer", dora.address, 1)
    assert stage.units(dora) == (1,)
    assert stage.row(dora)["stamp"] == stage.token.read("admissionVersion")


def test_heldByInvestor__plain_registry__is_the_wallet_s_own(stage: Stage, plain_registry: Handle) -> None:
    assert stage.token.read("heldByInvestor", stage.people.ana.address) == ANA
