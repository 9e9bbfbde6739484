"""Our token under T-REX's registry and compliance, unmodified: from the first claim to a recovered wallet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.token.conftest import PAPER, REASON
from tests.interop import trex
from tests.interop.conftest import GERMANY, SWITZERLAND
from tests.interop.trex import KYC_TOPIC, key_of, sign_claim

from tokenkit.errors import RevertReason
from tokenkit.reverts import InvalidRecovery, InvalidRulebook, TransferRestricted
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.interop.conftest import World
    from tests.interop.trex import Foreign

    from tokenkit.chain import Receipt, Signer

NOT_VERIFIED = 27
"""The receiver is not verified by a plain registry."""


@pytest.fixture
def hosted(world: World) -> World:
    """Point our token at T-REX's registry, as its agent, and at a compliance of T-REX's with two modules; ana has 1,000, ben 500."""
    theirs, people = world.theirs, world.people
    theirs.registry.send(world.owner, "addAgent", world.token.address)
    world.set_registry(theirs.registry)
    compliance = theirs.create_compliance()
    world.set_compliance(compliance)
    for name, *settings in (("CountryRestrict",), ("MaxBalance", "setMaxBalance", 2_000)):
        module = trex.create_module(world.chain, world.owner, name)
        compliance.send(world.owner, "addModule", module.address)
        if settings:
            theirs.configure(compliance, module, *settings)
    world.token.send(people.issuer, "mint", people.ana.address, 1_000)
    world.token.send(people.issuer, "mint", people.ben.address, 500)
    return world


def compliance_of(world: World) -> Foreign:
    return trex.Foreign(world.chain, "ModularCompliance", world.token.read("compliance"))


def module_of(world: World, position: int, name: str) -> Foreign:
    return trex.Foreign(world.chain, f"{name}Module", compliance_of(world).read("getModules")[position])


def units(world: World, *wallets: Signer) -> tuple[int, ...]:
    return tuple(world.token.read("balanceOf", one.address) for one in wallets)


def refuses_to_receive(world: World, wallet: Signer) -> None:
    """Every way in is closed, the preflight says so, and orders do not get round it."""
    people, token = world.people, world.token
    ana, to = people.ana.address, wallet.address
    assert token.read("detectTransferRestriction", ana, to, 1) == NOT_VERIFIED
    for signer, function, args in (
        (people.ana, "transfer", (to, 1)),
        (people.issuer, "mint", (to, 1)),
        (people.enforcement, "forcedTransfer", (ana, to, 1)),
    ):
        with reverts(TransferRestricted, code=NOT_VERIFIED, account=to):
            token.send(signer, function, *args)


# ── identities and claims ────────────────────────────────────────────────────────────────────────────────────────────────


def test_transfer__wallet_that_is_not_registered__refused(hosted: World) -> None:
    refuses_to_receive(hosted, hosted.people.mallory)


def test_transfer__identity_without_the_claim__refused_until_it_has_one(hosted: World) -> None:
    theirs, chloe = hosted.theirs, hosted.people.chloe
    identity = theirs.create_identity(chloe)
    theirs.register(chloe, identity, GERMANY)
    refuses_to_receive(hosted, chloe)
    theirs.attest(identity, chloe)
    hosted.token.send(hosted.people.ana, "transfer", chloe.address, 7)
    assert units(hosted, chloe) == (7,)


def test_transfer__claim_revoked_or_issuer_no_longer_trusted__refused_at_once(hosted: World) -> None:
    """And the holder may still sell, as ERC-3643 has it: only the receiver is asked."""
    theirs, ben = hosted.theirs, hosted.people.ben
    identity = hosted.identity(ben).address
    signature = sign_claim(hosted.owner, identity, KYC_TOPIC, b"known")
    theirs.issuer.send(hosted.owner, "revokeClaimBySignature", signature)
    refuses_to_receive(hosted, ben)
    hosted.token.send(ben, "transfer", hosted.people.ana.address, 500)
    theirs.issuers.send(hosted.owner, "removeTrustedIssuer", theirs.issuer.address)
    refuses_to_receive(hosted, hosted.people.dora)


def test_transfer__second_topic_required__refused_until_attested(hosted: World) -> None:
    theirs, ben, accredited = hosted.theirs, hosted.people.ben, 7
    theirs.topics.send(hosted.owner, "addClaimTopic", accredited)
    refuses_to_receive(hosted, ben)
    theirs.issuers.send(hosted.owner, "updateIssuerClaimTopics", theirs.issuer.address, [KYC_TOPIC, accredited])
    refuses_to_receive(hosted, ben)
    theirs.attest(hosted.identity(ben), ben, topic=accredited)
    hosted.token.send(hosted.people.ana, "transfer", ben.address, 1)


# ── the token's own duties stay its own ──────────────────────────────────────────────────────────────────────────────────


def test_freeze__wallet_and_units__hold_under_their_contracts(hosted: World) -> None:
    people, token = hosted.people, hosted.token
    token.send(people.enforcement, "freezePartialTokens", people.ana.address, 900)
    assert token.read("detectTransferRestriction", people.ana.address, people.ben.address, 101) == 6
    token.send(people.ana, "transfer", people.ben.address, 100)
    token.send(people.enforcement, "setAddressFrozen", people.ben.address, True)
    with reverts(TransferRestricted, code=3, account=people.ben.address):
        token.send(people.ana, "transfer", people.ben.address, 0)
    token.send(people.enforcement, "forcedTransfer", people.ana.address, people.dora.address, 50)
    assert token.read("getFrozenTokens", people.ana.address) == 850
    token.send(people.issuer, "burn", people.ana.address, 850)
    assert (*units(hosted, people.ana), token.read("getFrozenTokens", people.ana.address)) == (0, 0)


def test_batches__under_their_contracts__tell_them_of_each(hosted: World) -> None:
    people, token = hosted.people, hosted.token
    ben, dora = people.ben.address, people.dora.address
    token.send(people.ana, "batchTransfer", [ben, dora, dora], [10, 20, 30])
    token.send(people.issuer, "batchMint", [ben, dora], [1, 2])
    token.send(people.enforcement, "batchForcedTransfer", [dora], [ben], [52])
    token.send(people.issuer, "batchBurn", [ben, ben], [500, 63])
    assert units(hosted, people.ana, people.ben, people.dora) == (940, 0, 0)
    shadow = module_of(hosted, 1, "MaxBalance")
    balances = [
        shadow.read("getIDBalance", compliance_of(hosted).address, hosted.identity(one).address)
        for one in (people.ana, people.ben, people.dora)
    ]
    assert balances == [940, 0, 0]


# ── recovery ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def recover(world: World, lost: Signer, replacement: Signer, identity: Foreign) -> Receipt:
    args = (lost.address, replacement.address, identity.address, REASON, PAPER)
    return world.token.send(world.people.enforcement, "recover", *args)


def test_recover__under_their_contracts__the_investor_keeps_everything(hosted: World) -> None:
    theirs, people, token = hosted.theirs, hosted.people, hosted.token
    ana, chloe, identity = people.ana, people.chloe, hosted.identity(people.ana)
    token.send(people.enforcement, "freezePartialTokens", ana.address, 300)
    receipt = recover(hosted, ana, chloe, identity)
    assert ("RecoverySuccess" in {event.name for event in token.events(receipt)}) is True
    assert units(hosted, ana, chloe) == (0, 1_000)
    assert token.read("getFrozenTokens", chloe.address) == 300
    assert theirs.registry.read("contains", ana.address) is False
    assert theirs.registry.read("identity", chloe.address) == identity.address
    shadow = module_of(hosted, 1, "MaxBalance")
    assert shadow.read("getIDBalance", compliance_of(hosted).address, identity.address) == 1_000


def test_recover__B6_wallet_registered_already__recovers(hosted: World) -> None:
    """T-REX's token cannot: it insists on registering the new wallet itself."""
    people, spare, identity = hosted.people, hosted.spare, hosted.identity(hosted.people.ana)
    theirs = hosted.theirs
    theirs.token.send(hosted.owner, "mint", people.ana.address, 10)
    identity.send(people.ana, "addKey", key_of(spare.address), 1, 1)
    with reverts(RevertReason, reason="address stored already"):
        theirs.token.send(hosted.owner, "recoveryAddress", people.ana.address, spare.address, identity.address)
    recover(hosted, people.ana, spare, identity)
    assert units(hosted, people.ana, spare) == (0, 1_000)


def test_recover__B6_wallet_of_another_identity__refused(hosted: World) -> None:
    """T-REX's token never compares the lost wallet with the ONCHAINID it is given."""
    people = hosted.people
    with reverts(InvalidRecovery, lost=people.ana.address, replacement=people.chloe.address):
        recover(hosted, people.ana, people.chloe, hosted.identity(people.ben))
    with reverts(InvalidRecovery, lost=people.ana.address, replacement=people.ben.address):
        recover(hosted, people.ana, people.ben, hosted.identity(people.ana))


def test_recover__B6_second_class_under_their_registry__recovers_but_for_modules_that_ask_whose_the_lost_wallet_was(
    hosted: World,
) -> None:
    """Their registry has forgotten it by then. Whoever is its agent can register it again for the moment."""
    theirs, people, second = hosted.theirs, hosted.people, hosted.second
    ana, spare, identity = people.ana, hosted.spare, hosted.identity(people.ana)
    theirs.registry.send(hosted.owner, "addAgent", second.address)
    compliance = theirs.create_compliance()
    for function, contract in (("setIdentityRegistry", theirs.registry), ("setCompliance", compliance)):
        second.send(people.compliance, function, contract.address)
    second.send(people.issuer, "mint", ana.address, 10)
    module = trex.create_module(hosted.chain, hosted.owner, "MaxBalance")
    module.send(hosted.owner, "batchPreSetModuleState", compliance.address, [identity.address], [10])
    compliance.send(hosted.owner, "addModule", module.address)
    theirs.configure(compliance, module, "setMaxBalance", 10)
    recover(hosted, ana, spare, identity)

    args = (ana.address, spare.address, identity.address, REASON, PAPER)
    with reverts(RevertReason, reason="identity not found"):
        second.send(people.enforcement, "recover", *args)
    theirs.register(ana, identity, SWITZERLAND)
    second.send(people.enforcement, "recover", *args)
    assert second.read("balanceOf", spare.address) == 10
    assert theirs.registry.read("contains", ana.address) is False
    assert module.read("getIDBalance", compliance.address, identity.address) == 10


# ── binding ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_setCompliance__one_that_serves_their_token__refused(hosted: World) -> None:
    with reverts(InvalidRulebook, rulebook=hosted.theirs.compliance.address):
        hosted.set_compliance(hosted.theirs.compliance)


def test_setCompliance__their_registry_or_token_by_mistake__refused(hosted: World) -> None:
    for contract in (hosted.theirs.registry, hosted.theirs.token):
        with reverts(InvalidRulebook, rulebook=contract.address):
            hosted.set_compliance(contract)


def test_setCompliance__one_of_theirs__binds_and_unbinds_as_their_token_does(hosted: World) -> None:
    former, following = compliance_of(hosted), hosted.theirs.create_compliance()
    hosted.set_compliance(following)
    assert former.read("getTokenBound") == ZERO_ADDRESS
    assert following.read("getTokenBound") == hosted.token.address
    hosted.set_compliance(former)
    assert former.read("getTokenBound") == hosted.token.address


def test_setCompliance__their_legacy_one_without_getTokenBound__serves(hosted: World) -> None:
    """T-REX 3's interface: gotcha 6 of the peer study."""
    legacy = trex.create(hosted.chain, hosted.owner, "DefaultCompliance")
    hosted.set_compliance(legacy)
    hosted.token.send(hosted.people.ana, "transfer", hosted.people.ben.address, 1)
    assert units(hosted, hosted.people.ben) == (501,)
