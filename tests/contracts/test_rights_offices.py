"""The offices of payouts and meetings: code that their fronts run as their own. On their own they can do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import Handle, artifact, build, deploy, nothing_changes
from tests.contracts.token.test_office import layout

from tokenkit.errors import UnknownRevert
from tokenkit.powers import POWERS
from tokenkit.reverts import AccessManagedUnauthorized, FailedCall, InvalidOffice
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.contracts.rights_stage import Stage

    from tokenkit.chain import DevelopmentChain

FRONTS = ("Payouts", "Meetings")


@pytest.fixture(scope="module")
def module_stage(session_chain: DevelopmentChain) -> Stage:
    return build(session_chain)


@pytest.fixture
def stage(module_stage: Stage, chain: DevelopmentChain) -> Stage:
    """Give payouts and meetings; whatever the test does is undone."""
    return module_stage


def front_of(stage: Stage, name: str) -> Handle:
    return {"Payouts": stage.payouts, "Meetings": stage.meetings}[name]


@pytest.mark.parametrize("name", FRONTS)
def test_front__office_that_is_no_contract__refused(stage: Stage, name: str) -> None:
    with nothing_changes(lambda: stage.chain.block().hash), reverts(InvalidOffice, office=stage.ana.address):
        deploy(stage.chain, stage.admin, name, stage.manager.address, stage.ana.address)


@pytest.mark.parametrize("name", FRONTS)
def test_storage__front_and_office__share_one_layout(name: str) -> None:
    """One puts its hands into the other's storage: a variable out of place would corrupt money and votes."""
    assert layout(name) == layout(f"{name}Office")
    assert layout(name)[0]


@pytest.mark.parametrize("name", FRONTS)
def test_selectors__front_and_office__join_without_a_clash(name: str) -> None:
    """What the front answers itself never reaches the office; both may only share what both inherit."""
    office, joined = (
        {entry["name"] for entry in artifact(one).abi if entry["type"] == "function"} for one in (f"{name}Office", name)
    )
    assert office <= joined
    assert joined - office >= {"office"}


@pytest.mark.parametrize("name", FRONTS)
@pytest.mark.parametrize("who", ["admin", "issuer", "agent", "stranger"])
def test_office__every_power_it_has__is_refused_at_its_own_address(stage: Stage, name: str, who: str) -> None:
    caller, office = getattr(stage, who), front_of(stage, name).read("office")
    known = {entry["name"] for entry in artifact(f"{name}Office").abi if entry["type"] == "function"}
    powers = [one for one in POWERS if one.contract == name and one.signature.partition("(")[0] in known]
    assert powers
    for power in powers:
        with reverts(AccessManagedUnauthorized, caller=caller.address):
            stage.chain.call(office, power.selector + bytes(32 * 40), sender=caller.address)


@pytest.mark.parametrize("name", FRONTS)
def test_front__call_that_neither_knows__refused(stage: Stage, name: str) -> None:
    for data in (bytes.fromhex("deadbeef"), b"\x01"):
        with pytest.raises((UnknownRevert, FailedCall)):
            stage.chain.call(front_of(stage, name).address, data, sender=stage.agent.address)
