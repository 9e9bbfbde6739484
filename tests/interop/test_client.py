"""The client among T-REX's contracts: why they say no, in sentences; their events; their register."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.interop import trex
from tests.interop.conftest import GERMANY
from tests.interop.trex import KYC_TOPIC, key_of, sign_claim

from tokenkit import events, interop
from tokenkit._trex import MODULES, REVERTS
from tokenkit.errors import RevertReason
from tokenkit.reverts import MaxBalanceExceeded
from tokenkit.testing import reverts
from tokenkit.transfers import Kind, Transfers
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.interop.conftest import Guest, World
    from tests.interop.trex import Foreign

    from tokenkit.chain import Signer


def names(world: World) -> dict[str, str]:
    people, theirs = world.people, world.theirs
    known = {
        "ana": people.ana,
        "ben": people.ben,
        "chloe": people.chloe,
        "dora": people.dora,
        "mallory": people.mallory,
    }
    contracts = {"the issuer of claims": theirs.issuer, "their registry": theirs.registry}
    return {one.address: name for name, one in (known | contracts).items()}


def say(world: World, reasons: tuple[interop.Reason, ...]) -> list[str]:
    known = names(world)
    return [reason.sentence(who=lambda one: known.get(one, one)) for reason in reasons]


def why_not(world: World, wallet: Signer) -> list[str]:
    return say(world, interop.why_not_verified(world.chain, world.theirs.registry.address, wallet.address))


# ── registry ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_why_not_verified__each_way_to_fail__is_named(world: World) -> None:
    theirs, chloe, ben = world.theirs, world.people.chloe, world.people.ben
    assert why_not(world, ben) == []
    assert why_not(world, chloe) == ["chloe is not registered in the identity registry their registry."]

    identity = theirs.create_identity(chloe)
    theirs.register(chloe, identity, GERMANY)
    lacking = f"its identity has no claim about topic {KYC_TOPIC}. Trusted to make one: the issuer of claims."
    assert why_not(world, chloe) == [f"chloe is not verified: {lacking}"]

    theirs.attest(identity, chloe)
    assert why_not(world, chloe) == []
    signature = sign_claim(world.owner, identity.address, KYC_TOPIC, b"known")
    theirs.issuer.send(world.owner, "revokeClaimBySignature", signature)
    revoked = f"the claim of the issuer of claims about topic {KYC_TOPIC} was revoked, or is not validly signed."
    assert why_not(world, chloe) == [f"chloe is not verified: {revoked}"]

    theirs.topics.send(world.owner, "addClaimTopic", 7)
    nobody = "Nobody is trusted to attest claim topic 7, so no wallet can be verified."
    assert why_not(world, chloe) == [f"chloe is not verified: {revoked}", nobody]
    assert why_not(world, ben) == [nobody]


def test_why_not_verified__B3_identity_that_is_an_account__is_named(world: World) -> None:
    chloe = world.people.chloe
    world.theirs.registry.send(world.owner, "registerIdentity", chloe.address, chloe.address, GERMANY)
    assert why_not(world, chloe) == ["chloe, the identity of chloe, is not an ONCHAINID."]


def test_explain__our_token_under_their_registry__names_the_missing_claim(world: World) -> None:
    people = world.people
    world.token.send(people.issuer, "mint", people.ana.address, 10)
    world.set_registry(world.theirs.registry)
    explanation = Transfers(world.chain, world.token.address).explain(people.ana.address, people.mallory.address, 1)
    assert [refusal.code for refusal in explanation.refusals] == [27]
    known = names(world)
    assert explanation.sentences(who=lambda one: known.get(one, one)) == (
        "mallory cannot receive: not verified in the identity registry.",
        "mallory is not registered in the identity registry their registry.",
    )


# ── compliance ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def strict(world: World) -> tuple[Foreign, list[Foreign]]:
    """Give our token a compliance of T-REX's with every module that can refuse, none of which is set to let anything pass."""
    compliance = world.theirs.create_compliance()
    world.set_compliance(compliance)
    modules = [trex.create_module(world.chain, world.owner, name) for name in trex.MODULES if name != "TransferFees"]
    for module in modules:
        compliance.send(world.owner, "addModule", module.address)
    return compliance, modules


def test_explain__our_token_under_their_compliance__names_each_module_that_refuses(world: World) -> None:
    people = world.people
    compliance, modules = strict(world)
    refusing = ("ConditionalTransferModule", "CountryAllowModule", "MaxBalanceModule")
    transfers = Transfers(world.chain, world.token.address)

    def sentences(*names: str) -> tuple[str, ...]:
        at = {module.name: module.address for module in modules}
        return tuple(f"The compliance module {name} ({at[name]}) refuses: {MODULES[name]}." for name in names)

    explanation = transfers.explain(people.ana.address, people.ben.address, 1)
    assert [refusal.code for refusal in explanation.refusals] == [5, 58]
    assert explanation.sentences()[2:] == sentences(*refusing, "TransferRestrictModule")
    issue = transfers.explain(ZERO_ADDRESS, people.ben.address, 1, kind=Kind.ISSUE)
    assert [refusal.account for refusal in issue.refusals] == [compliance.address]
    assert issue.sentences()[1:] == sentences(*refusing, "SupplyLimitModule")


def test_why_not_compliant__module_that_fails__is_named(world: World) -> None:
    people = world.people
    compliance = world.theirs.create_compliance()
    world.set_compliance(compliance)
    module = trex.create_module(world.chain, world.owner, "MaxBalance")
    compliance.send(world.owner, "addModule", module.address)
    world.theirs.configure(compliance, module, "setMaxBalance", 100)
    (reason,) = interop.why_not_compliant(
        world.chain, compliance.address, people.ana.address, people.mallory.address, 1
    )
    words = f"The compliance module MaxBalanceModule ({module.address}) fails when it is asked, which counts as a no."
    assert reason.sentence() == words


def test_modules__all_that_T_REX_publishes__have_words() -> None:
    assert set(MODULES) == {f"{name}Module" for name in trex.MODULES}


# ── their token ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_why_not_transferable__their_token__lists_everything(world: World) -> None:
    people, token = world.people, world.theirs.token
    ana, mallory = people.ana.address, people.mallory.address

    def why(sender: str, receiver: str, units: int) -> list[str]:
        return say(world, interop.why_not_transferable(world.chain, token.address, sender, receiver, units))

    token.send(world.owner, "mint", ana, 100)
    token.send(world.owner, "freezePartialTokens", ana, 90)
    assert why(ana, people.ben.address, 10) == []
    token.send(world.owner, "setAddressFrozen", ana, True)
    token.send(world.owner, "pause")
    unknown = "mallory is not registered in the identity registry their registry."
    assert why(ana, mallory, 11) == [
        "Transfers are paused.",
        "ana is frozen.",
        "ana can move 10 units; 11 were asked for.",
        unknown,
    ]
    assert why(ZERO_ADDRESS, mallory, 11) == [unknown]


def test_why_not_transferable__their_token_under_our_rules__gives_our_reasons(guest: Guest) -> None:
    world, people = guest.world, guest.world.people
    guest.act("mint", people.ana.address, 60)
    guest.limit("setHoldingCap", 50, 0)
    guest.limit("setInvestorLimit", 1, 0)
    guest.limit("count", 0, [people.ana.address])
    asked = (guest.token.address, people.ana.address, people.ben.address, 51)
    assert say(world, interop.why_not_transferable(world.chain, *asked)) == [
        "ben would hold 51 units; one investor may hold at most 50.",
        "There would be 2 investors; this class may have at most 1.",
    ]


def test_reverts__of_T_REX__carry_a_sentence(world: World) -> None:
    people, theirs = world.people, world.theirs
    with pytest.raises(RevertReason) as refusal:
        theirs.token.send(people.ana, "transfer", people.ben.address, 1)
    assert refusal.value.__notes__ == [REVERTS["Insufficient Balance"]]
    module = trex.create_module(world.chain, world.owner, "MaxBalance")
    theirs.compliance.send(world.owner, "addModule", module.address)
    theirs.configure(theirs.compliance, module, "setMaxBalance", 100)
    for wallet in (people.ana, people.ben):
        theirs.token.send(world.owner, "mint", wallet.address, 100)
    with reverts(MaxBalanceExceeded, compliance=theirs.compliance.address, value=1) as caught:
        theirs.token.send(world.owner, "forcedTransfer", people.ana.address, people.ben.address, 1)
    assert "maximum of the MaxBalance module" in str(caught.error)


# ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_recoveries__in_either_dialect__read_the_same(world: World) -> None:
    people, theirs, token = world.people, world.theirs, world.token
    ana, chloe, identity = people.ana, people.chloe, world.identity(people.ana)
    for one, signer in ((theirs.token, world.owner), (token, people.issuer)):
        one.send(signer, "mint", ana.address, 10)
    identity.send(ana, "addKey", key_of(chloe.address), 1, 1)
    theirs.token.send(world.owner, "recoveryAddress", ana.address, chloe.address, identity.address)
    token.send(people.enforcement, "recoveryAddress", ana.address, chloe.address, identity.address)
    read = [tuple(interop.recoveries(world.chain, one.address)) for one in (theirs.token, token)]
    for (found,) in read:
        assert (found.lost, found.replacement, found.identity) == (ana.address, chloe.address, identity.address)


def test_decode_event__UpdatedTokenInformation__reads_both_dialects(world: World) -> None:
    theirs = world.theirs.token.send(world.owner, "setName", "Renamed")
    ours = world.token.send(world.people.issuer, "setName", "Renamed")
    (foreign,) = (interop.decode_event(log) for log in theirs.logs)
    (own, *_) = (interop.decode_event(log) for log in ours.logs if len(log.topics) == 1 and len(log.data) > 96)
    assert foreign is not None
    assert own is not None
    assert foreign.name == own.name == "UpdatedTokenInformation"
    assert (foreign.args["newVersion"], foreign.args["newDecimals"]) == ("4.1.3", 0)
    assert isinstance(foreign.args["newName"], bytes)
    assert own.args["newName"] == "Renamed"


def test_register__of_their_token__is_counted_from_its_events(world: World) -> None:
    people, token = world.people, world.theirs.token
    token.send(world.owner, "mint", people.ana.address, 10)
    token.send(people.ana, "transfer", people.ben.address, 4)
    token.send(world.owner, "burn", people.ben.address, 1)
    assert events.reconcile(world.chain, token.address) == ()
    register = events.register(world.chain, token.address)
    assert (dict(register.units), register.supply) == ({people.ana.address: 6, people.ben.address: 3}, 9)
