"""Registry and compliance swapped back and forth, with holders in place: nothing is lost, and counts are right afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.token.conftest import PAPER, REASON
from tests.interop import trex
from tests.interop.conftest import KYC, SWITZERLAND, settle

from tokenkit.errors import RevertReason
from tokenkit.reverts import InvestorsUncounted, TransferRestricted
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.interop.conftest import World

    from tokenkit.chain import Signer


def held(world: World) -> object:
    """Everything of our token that must outlive a change of its registry or its rules."""
    read, people = world.token.read, world.people
    wallets = world.holders
    return (
        read("totalSupply"),
        [read("balanceOf", one.address) for one in wallets],
        [read("getFrozenTokens", one.address) for one in wallets],
        [read("isFrozen", one.address) for one in wallets],
        read("allowance", people.ana.address, people.ben.address),
        [read("balanceOfAt", one.address, date) for date in read("recordDates") for one in wallets],
    )


@pytest.fixture
def peopled(world: World) -> World:
    """Give our token holders, frozen units, a frozen wallet, an allowance, a record date, and a limit of three investors."""
    people, token = world.people, world.token
    world.rulebook.send(people.compliance, "setInvestorLimit", token.address, 3, 0)
    for wallet, units in ((people.ana, 600), (world.spare, 100), (people.ben, 300), (people.dora, 50)):
        token.send(people.issuer, "mint", wallet.address, units)
    date = world.chain.now() + 100
    token.send(people.issuer, "scheduleRecordDate", date)
    world.chain.travel(to=date + 1)
    token.send(people.ana, "approve", people.ben.address, 77)
    token.send(people.enforcement, "freezePartialTokens", people.ben.address, 250)
    token.send(people.enforcement, "setAddressFrozen", people.dora.address, True)
    return world


def count(world: World, *holders: Signer) -> None:
    ordered = sorted((one.address for one in holders), key=lambda one: int(one, 16))
    world.rulebook.send(world.people.compliance, "count", world.token.address, 0, ordered)


def test_our_token__to_their_contracts_and_back__nothing_lost_and_counts_right(peopled: World) -> None:
    world, people, theirs, token = peopled, peopled.people, peopled.theirs, peopled.token
    theirs.registry.send(world.owner, "addAgent", token.address)
    compliance = theirs.create_compliance()
    module = trex.create_module(world.chain, world.owner, "CountryRestrict")
    compliance.send(world.owner, "addModule", module.address)
    before = held(world)

    with reverts(InvestorsUncounted, token=token.address):
        world.set_registry(theirs.registry)
    world.set_compliance(compliance)
    world.set_registry(theirs.registry)
    assert held(world) == before
    theirs.configure(compliance, module, "addCountryRestriction", SWITZERLAND)
    with reverts(TransferRestricted, code=58, account=compliance.address):
        token.send(people.issuer, "mint", world.exchange.address, 1)
    token.send(people.ana, "transfer", people.ben.address, 600)
    token.send(people.issuer, "burn", people.dora.address, 50)

    after = held(world)
    world.set_registry(world.registry)
    with reverts(InvestorsUncounted, token=token.address):
        world.set_compliance(world.rulebook)
    officer = people.compliance
    world.rulebook.send(officer, "setInvestorLimit", token.address, 0, 0)
    world.set_compliance(world.rulebook)
    world.rulebook.send(officer, "setInvestorLimit", token.address, 3, 0)
    assert not world.rulebook.read("settingsOf", token.address)["investorsCounted"]
    count(world, world.spare, people.ben)
    assert held(world) == after
    settings = world.rulebook.read("settingsOf", token.address)
    assert (settings["investorsCounted"], settings["investorCount"]) == (True, 2)
    token.send(world.spare, "transfer", people.ana.address, 50)
    token.send(people.ben, "transfer", world.exchange.address, 1)
    assert world.rulebook.read("settingsOf", token.address)["investorCount"] == 3
    with reverts(TransferRestricted, code=42, account=world.collector.address):
        token.send(people.ben, "transfer", world.collector.address, 1)
    assert compliance.read("getTokenBound") == ZERO_ADDRESS


def test_our_token__their_facts__are_not_taken_for_ours(peopled: World) -> None:
    """The registries may differ about a country: each is believed while it is asked, not after."""
    world, people, theirs, token = peopled, peopled.people, peopled.theirs, peopled.token
    theirs.registry.send(world.owner, "updateCountry", people.ana.address, 392)
    officer, rulebook = people.compliance, world.rulebook
    rulebook.send(officer, "setInvestorLimit", token.address, 0, 0)
    rulebook.send(officer, "setFlowBack", token.address, 2**48 - 1, [{"from": 392, "to": SWITZERLAND}])
    token.send(people.ana, "transfer", world.exchange.address, 1)
    world.set_registry(theirs.registry)
    with reverts(TransferRestricted, code=44, account=world.exchange.address):
        token.send(people.ana, "transfer", world.exchange.address, 1)
    world.set_registry(world.registry)
    token.send(people.ana, "transfer", world.exchange.address, 1)


def test_our_token__recovery_between_two_swaps__is_known_to_both(peopled: World) -> None:
    world, people, theirs = peopled, peopled.people, peopled.theirs
    theirs.registry.send(world.owner, "addAgent", world.token.address)
    world.rulebook.send(people.compliance, "setInvestorLimit", world.token.address, 0, 0)
    world.set_registry(theirs.registry)
    identity = world.identity(people.ana).address
    args = (people.ana.address, world.spare.address, identity, REASON, PAPER)
    world.token.send(people.enforcement, "recover", *args)
    world.set_registry(world.registry)
    read = world.token.read
    assert (read("balanceOf", people.ana.address), read("balanceOf", world.spare.address)) == (0, 700)
    with reverts(TransferRestricted, code=10, account=people.ana.address):
        world.token.send(people.ben, "transfer", people.ana.address, 1)


def test_their_token__to_our_contracts_and_back__nothing_lost_and_counts_right(world: World) -> None:
    people, theirs = world.people, world.theirs
    for wallet, units in ((people.ana, 600), (world.spare, 100), (people.ben, 300)):
        theirs.token.send(world.owner, "mint", wallet.address, units)
    theirs.token.send(world.owner, "freezePartialTokens", people.ben.address, 250)
    before = world.balances(theirs.token)

    guest = settle(world)
    ordered = sorted((people.ana, world.spare, people.ben), key=lambda one: int(one.address, 16))
    guest.limit("setInvestorLimit", 3, 0)
    guest.limit("count", 0, [one.address for one in ordered])
    assert guest.settings()["investorCount"] == 2
    assert world.balances(theirs.token) == before
    theirs.token.send(people.ana, "transfer", people.dora.address, 600)
    assert guest.settings()["investorCount"] == 3
    with guest.refused():
        theirs.token.send(people.dora, "transfer", world.exchange.address, 1)

    theirs.token.send(world.owner, "setCompliance", theirs.compliance.address)
    theirs.token.send(world.owner, "setIdentityRegistry", theirs.registry.address)
    theirs.token.send(people.dora, "transfer", world.exchange.address, 1)
    with pytest.raises(RevertReason, match="Insufficient Balance"):
        theirs.token.send(people.ben, "transfer", people.dora.address, 51)
    assert guest.standard.read("compliance") == ZERO_ADDRESS

    guest.limit("setInvestorLimit", 0, 0)
    theirs.token.send(world.owner, "setIdentityRegistry", world.registry.address)
    theirs.token.send(world.owner, "setCompliance", guest.standard.address)
    guest.limit("setInvestorLimit", 4, 0)
    holders = (people.dora, world.spare, people.ben, world.exchange)
    guest.limit("count", 0, sorted((one.address for one in holders), key=lambda one: int(one, 16)))
    assert guest.settings()["investorCount"] == 4
    assert world.registry.read("factsOf", people.dora.address)[0]["claims"] & KYC
