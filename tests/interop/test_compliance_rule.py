"""T-REX's compliance as one rule among ours: ComplianceRule with real modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import Handle
from tests.contracts.rights_stage import deploy as create
from tests.interop import trex
from tests.interop.conftest import UNITED_STATES

from tokenkit.reverts import TransferRestricted
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.interop.conftest import World
    from tests.interop.trex import Foreign

    from tokenkit.chain import Signer

COMPLIANCE_RULE = 208
DAY = 86_400


@pytest.fixture
def compliance(world: World) -> Foreign:
    """Add a rule to our rulebook that asks a compliance of T-REX's, beside a holding cap of ours."""
    people = world.people
    args = (world.manager.address, world.rulebook.address, world.token.address)
    rule: Handle = create(world.chain, people.deployer, "ComplianceRule", *args)
    compliance = world.theirs.create_compliance()
    rule.send(people.admin, "setCompliance", compliance.address)
    world.rulebook.send(people.compliance, "addRule", world.token.address, rule.address)
    world.rulebook.send(people.compliance, "setHoldingCap", world.token.address, 900, 0)
    return compliance


def add(world: World, compliance: Foreign, name: str, *settings: object) -> Foreign:
    module = trex.create_module(world.chain, world.owner, name)
    compliance.send(world.owner, "addModule", module.address)
    if settings:
        world.theirs.configure(compliance, module, str(settings[0]), *settings[1:])
    return module


def mint(world: World, wallet: Signer, units: int) -> None:
    world.token.send(world.people.issuer, "mint", wallet.address, units)


def test_rule__country_and_supply_modules__judge_beside_our_cap(world: World, compliance: Foreign) -> None:
    people = world.people
    add(world, compliance, "CountryRestrict", "addCountryRestriction", UNITED_STATES)
    add(world, compliance, "SupplyLimit", "setSupplyLimit", 1_000)
    mint(world, people.ana, 800)
    with reverts(TransferRestricted, code=COMPLIANCE_RULE, account=compliance.address):
        mint(world, people.ben, 201)
    with reverts(TransferRestricted, code=COMPLIANCE_RULE, account=compliance.address):
        world.token.send(people.ana, "transfer", people.dora.address, 1)
    with reverts(TransferRestricted, code=40, account=people.ana.address):
        mint(world, people.ana, 101)
    mint(world, people.ben, 200)


def test_rule__max_balance_and_time_limits__are_told_what_moved(world: World, compliance: Foreign) -> None:
    people = world.people
    shadow = add(world, compliance, "MaxBalance", "setMaxBalance", 500)
    add(world, compliance, "TimeTransfersLimits", "setTimeTransferLimit", {"limitTime": DAY, "limitValue": 100})
    mint(world, people.ana, 500)
    world.token.send(people.ana, "transfer", people.ben.address, 100)
    with reverts(TransferRestricted, code=COMPLIANCE_RULE):
        world.token.send(people.ana, "transfer", people.ben.address, 1)
    world.token.send(people.enforcement, "forcedTransfer", people.ana.address, people.ben.address, 50)
    world.token.send(people.issuer, "burn", people.ben.address, 30)
    of = [
        shadow.read("getIDBalance", compliance.address, world.identity(one).address) for one in (people.ana, people.ben)
    ]
    assert of == [350, 120]


def test_rule__module_that_reverts__stops_no_order(world: World, compliance: Foreign) -> None:
    """Where the compliance stands in the rulebook's own place, it would: B16."""
    people = world.people
    add(world, compliance, "MaxBalance", "setMaxBalance", 500)
    mint(world, people.ana, 500)
    mint(world, people.ben, 400)
    world.token.send(people.enforcement, "forcedTransfer", people.ana.address, people.ben.address, 200)
    assert world.token.read("balanceOf", people.ben.address) == 600
