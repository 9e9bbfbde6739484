"""Our ONCHAINID adapter reading identities and a claim issuer of ONCHAINID 2.2.1 as published; with stubs it is tested in tests/contracts/."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import artifact
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import facts
from tests.interop.conftest import GERMANY, KYC
from tests.interop.trex import KYC_TOPIC, sign_claim

from tokenkit.reverts import TransferRestricted
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.contracts.rights_stage import Handle
    from tests.interop.conftest import World
    from tests.interop.trex import Foreign

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
YEAR = 365 * 86_400
LAPSED = 22
"""The receiver's facts have ended."""


@pytest.fixture
def identity(world: World) -> Foreign:
    """Give chloe an identity as ONCHAINID publishes it, which shows nothing yet."""
    return world.theirs.create_identity(world.people.chloe)


@pytest.fixture
def adapter(world: World, identity: Foreign) -> Handle:
    """Let an adapter keep the facts of chloe."""
    people, admin = world.people, world.people.admin
    adapter = create(world.chain, people.deployer, "OnchainIdAdapter", world.manager.address, world.registry.address)
    world.registry.send(people.compliance, "addProvider", adapter.address, "ONCHAINID")
    selector = artifact("IdentityRegistry").selector("register")
    role = world.manager.read("getTargetFunctionRole", world.registry.address, selector)
    world.manager.send(admin, "grantRole", role, adapter.address, 0)
    provider = world.registry.read("providerCount") - 1
    adapter.send(admin, "setSource", world.theirs.issuer.address, KYC_TOPIC, 0)
    adapter.send(admin, "setValidity", provider, YEAR)
    groups = [{"claims": KYC, "countries": []}]
    world.registry.send(people.compliance, "setTerms", world.token.address, 1 << provider, False, groups)
    known = facts(country=GERMANY, claims=0, identity=identity.address, provider=provider)
    world.registry.send(people.registrar, "register", people.chloe.address, known)
    return adapter


def test_refresh__claim_of_the_published_issuer__admits_until_it_is_revoked(
    world: World, adapter: Handle, identity: Foreign
) -> None:
    chloe = world.people.chloe
    adapter.send(world.people.mallory, "refresh", chloe.address)
    with reverts(TransferRestricted, code=LAPSED, account=chloe.address):
        world.token.send(world.people.issuer, "mint", chloe.address, 1)
    world.theirs.attest(identity, chloe)
    adapter.send(world.people.mallory, "refresh", chloe.address)
    world.token.send(world.people.issuer, "mint", chloe.address, 1)
    signature = sign_claim(world.owner, identity.address, KYC_TOPIC, b"known")
    world.theirs.issuer.send(world.owner, "revokeClaimBySignature", signature)
    adapter.send(world.people.mallory, "refresh", chloe.address)
    with reverts(TransferRestricted, code=LAPSED, account=chloe.address):
        world.token.send(world.people.issuer, "mint", chloe.address, 1)


def test_claimsOf__B2_revoked_claim_put_back_in_another_form__their_registry_takes_it_ours_does_not(
    world: World, adapter: Handle, identity: Foreign
) -> None:
    """ONCHAINID 2.2.1 revokes bytes of a signature, and takes the same signature written otherwise."""
    theirs, chloe = world.theirs, world.people.chloe
    theirs.register(chloe, identity, GERMANY)
    theirs.attest(identity, chloe)
    assert adapter.read("claimsOf", identity.address) == KYC
    signature = sign_claim(world.owner, identity.address, KYC_TOPIC, b"known")
    theirs.issuer.send(world.owner, "revokeClaimBySignature", signature)
    assert theirs.registry.read("isVerified", chloe.address) is False
    other = signature[:32] + (ORDER - int.from_bytes(signature[32:64])).to_bytes(32) + bytes([55 - signature[64]])
    identity.send(chloe, "addClaim", KYC_TOPIC, 1, theirs.issuer.address, other, b"known", "")
    assert theirs.registry.read("isVerified", chloe.address) is True
    assert adapter.read("claimsOf", identity.address) == 0


def test_claimsOf__identity_without_code__nothing(world: World, adapter: Handle) -> None:
    assert adapter.read("claimsOf", world.people.chloe.address) == 0
    assert adapter.read("claimsOf", world.theirs.registry.address) == 0
