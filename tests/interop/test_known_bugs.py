"""Faults of T-REX 4.1.6 that must not be ours: each is shown on its own contracts, then on ours. B6 stands in test_under_trex.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import PAPER, REASON
from tests.interop import trex
from tests.interop.conftest import SWITZERLAND
from tests.interop.trex import KYC_TOPIC, sign_claim

from tokenkit._keccak import keccak
from tokenkit.errors import Reverted, RevertReason
from tokenkit.reverts import ForcedToSelf, TransferRestricted
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.interop.conftest import Guest, World


def test_B1_identity_that_names_its_own_issuer__verified_by_their_registry_not_by_ours(guest: Guest) -> None:
    """Their registry asks the issuer that the identity names, whoever that is."""
    world, people = guest.world, guest.world.people
    mallory = people.mallory
    identity = create(world.chain, mallory, "OnchainIdStub")
    accomplice = create(world.chain, mallory, "ClaimIssuerStub", mallory.address)
    signature = sign_claim(mallory, identity.address, KYC_TOPIC, b"trust me")
    trusted = keccak(bytes.fromhex(world.theirs.issuer.address[2:]).rjust(32, b"\0") + KYC_TOPIC.to_bytes(32))
    identity.send(mallory, "show", trusted, KYC_TOPIC, accomplice.address, signature, b"trust me")
    world.theirs.registry.send(world.owner, "registerIdentity", mallory.address, identity.address, SWITZERLAND)
    assert world.theirs.registry.read("isVerified", mallory.address) is True

    world.registry.send(people.registrar, "registerIdentity", mallory.address, identity.address, SWITZERLAND)
    assert world.registry.read("contains", mallory.address) is True
    with guest.refused():
        guest.act("mint", mallory.address, 1)


def test_B3_identity_that_cannot_be_read__their_isVerified_reverts_ours_says_no(world: World) -> None:
    """An account in the place of an identity contract, or topic 0."""
    people, theirs, token = world.people, world.theirs, world.token
    chloe, ana = people.chloe.address, people.ana.address
    theirs.registry.send(world.owner, "registerIdentity", chloe, people.chloe.address, SWITZERLAND)
    with pytest.raises(Reverted):
        theirs.registry.read("isVerified", chloe)
    token.send(people.issuer, "mint", ana, 10)
    world.set_registry(theirs.registry)
    assert [one["code"] for one in token.read("explain", 2, ana, ana, chloe, 1)] == [27]
    assert token.read("canReceive", chloe) is False
    with reverts(TransferRestricted, code=27, account=chloe):
        token.send(people.ana, "transfer", chloe, 1)


def test_B8_owner_of_a_compliance_with_a_fee_module__takes_units_where_it_is_an_agent_not_inside_a_rule(
    world: World,
) -> None:
    """He calls the module's hook as if something had moved. On our token it takes the powers that it was given: docs/risks.md."""
    people, theirs = world.people, world.theirs
    ana, ben, collector = people.ana.address, people.ben.address, world.collector.address
    module = trex.create_module(world.chain, world.owner, "TransferFees")
    rule = create(
        world.chain,
        people.deployer,
        "ComplianceRule",
        world.manager.address,
        world.rulebook.address,
        world.token.address,
    )
    inside, ours = theirs.create_compliance(), theirs.create_compliance()
    rule.send(people.admin, "setCompliance", inside.address)
    world.rulebook.send(people.compliance, "addRule", world.token.address, rule.address)
    theirs.token.send(world.owner, "addAgent", module.address)
    world.token.send(people.admin, "addAgent", module.address)
    world.token.send(people.issuer, "mint", ben, 100)
    theirs.token.send(world.owner, "mint", ben, 100)

    def pull(compliance: trex.Foreign) -> None:
        theirs.configure(compliance, module, "moduleTransferAction", ana, ben, 100)

    inside.send(world.owner, "addModule", module.address)
    theirs.configure(inside, module, "setFee", 10_000, collector)
    with pytest.raises(Reverted):
        pull(inside)
    assert world.balances(world.token)[ben] == 100

    world.set_compliance(ours)
    for compliance, token in ((theirs.compliance, theirs.token), (ours, world.token)):
        compliance.send(world.owner, "addModule", module.address)
        theirs.configure(compliance, module, "setFee", 10_000, collector)
        pull(compliance)
        assert token.read("balanceOf", collector) == 100


def test_B13_forced_transfer_to_oneself__theirs_unfreezes_ours_refuses(world: World) -> None:
    people, theirs, token = world.people, world.theirs, world.token
    ana = people.ana.address
    for one, signer in ((theirs.token, world.owner), (token, people.issuer)):
        one.send(signer, "mint", ana, 100)
        one.send(world.owner if one is theirs.token else people.enforcement, "freezePartialTokens", ana, 100)
    theirs.token.send(world.owner, "forcedTransfer", ana, ana, 60)
    assert theirs.token.read("getFrozenTokens", ana) == 40
    with reverts(ForcedToSelf, account=ana):
        token.send(people.enforcement, "forcedTransfer", ana, ana, 60)
    assert token.read("getFrozenTokens", ana) == 100


def test_B15_zero_units_under_a_modular_compliance__theirs_reverts_ours_passes(world: World) -> None:
    people, theirs, token = world.people, world.theirs, world.token
    ana, ben = people.ana.address, people.ben.address
    world.set_compliance(theirs.create_compliance())
    with reverts(RevertReason, reason="invalid argument - no value transfer"):
        theirs.token.send(people.ana, "transfer", ben, 0)
    token.send(people.ana, "transfer", ben, 0)
    token.send(people.issuer, "mint", ben, 0)
    token.send(people.issuer, "burn", ben, 0)
    token.send(people.enforcement, "forcedTransfer", ana, ben, 0)


def test_B15_same_investor_s_wallets__their_cap_counts_an_increase_ours_does_not(guest: Guest) -> None:
    world, people = guest.world, guest.world.people
    ana, spare = people.ana, world.spare
    guest.limit("setHoldingCap", 100, 0)
    guest.act("mint", ana.address, 100)
    guest.token.send(ana, "transfer", spare.address, 60)
    assert guest.units(ana, spare) == (40, 60)


def test_B16_module_replaced_by_its_owner_with_one_that_reverts__leaves_our_token_a_way_out(world: World) -> None:
    """Modules are upgradeable by whoever owns them, and every hook and even their removal passes through them."""
    people, theirs, token = world.people, world.theirs, world.token
    compliance = theirs.create_compliance()
    module = trex.create_module(world.chain, world.owner, "CountryRestrict")
    compliance.send(world.owner, "addModule", module.address)
    world.set_compliance(compliance)
    token.send(people.issuer, "mint", people.ana.address, 100)
    worse = trex.create(world.chain, world.owner, "MaxBalanceModule")
    module.send(world.owner, "upgradeTo", worse.address)
    with pytest.raises(Reverted):
        token.send(people.issuer, "redeem", people.ana.address, 1, REASON, PAPER)
    with pytest.raises(Reverted):
        token.send(people.enforcement, "forcedTransfer", people.ana.address, people.ben.address, 1)
    token.send(people.compliance, "setCompliance", ZERO_ADDRESS)
    token.send(people.enforcement, "forcedTransfer", people.ana.address, people.ben.address, 1)
    token.send(people.issuer, "redeem", people.ana.address, 1, REASON, PAPER)
    token.send(people.compliance, "setCompliance", world.rulebook.address)
