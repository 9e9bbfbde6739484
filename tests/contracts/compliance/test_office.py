"""The rulebook's office: code that the rulebook runs as its own. On its own it can do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.compliance_stage import RULE_FUNCTIONS
from tests.contracts.rights_stage import Handle, artifact, deploy
from tests.contracts.token.test_office import layout

from tokenkit.errors import UnknownRevert
from tokenkit.powers import POWERS
from tokenkit.reverts import AccessManagedUnauthorized, FailedCall, InvalidOffice
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage


@pytest.fixture
def office(stage: Stage) -> Handle:
    return Handle(stage.chain, "RulebookOffice", stage.rulebook.read("office"))


def test_rulebook__office_that_is_no_contract__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(InvalidOffice, office=stage.ana.address):
        deploy(stage.chain, stage.admin, "Rulebook", stage.manager.address, stage.ana.address)


def test_storage__rulebook_and_office__share_one_layout() -> None:
    """One puts its hands into the other's storage: a variable out of place would corrupt rules."""
    assert layout("Rulebook") == layout("RulebookOffice")
    assert [one[0] for one in layout("Rulebook")[0]] == [
        "_authority",
        "_consumingSchedule",
        "_books",
        "_tokens",
        "_denied",
    ]


def test_selectors__rulebook_and_office__do_not_clash() -> None:
    """What the rulebook answers itself never reaches the office; both may only share what both inherit."""
    own, behind = (
        {entry["name"] for entry in artifact(name).abi if entry["type"] == "function"}
        for name in ("RulebookOffice", "Rulebook")
    )
    face = {"check", "explain", "moved", "recovered", "attach", "isTokenBound", "supportsInterface", "office"}
    assert own & face == set()
    assert behind == own | face


@pytest.mark.parametrize("who", ["admin", "officer", "registrar", "stranger"])
def test_office__every_power_it_has__is_refused_at_its_own_address(stage: Stage, office: Handle, who: str) -> None:
    caller = getattr(stage, who)
    powers = [one for one in POWERS if one.contract == "Rulebook"]
    assert {one.signature.partition("(")[0] for one in powers} == set(RULE_FUNCTIONS)
    for power in powers:
        with reverts(AccessManagedUnauthorized, caller=caller.address):
            stage.chain.call(office.address, power.selector + bytes(32 * 8), sender=caller.address)


def test_rulebook__call_that_neither_knows__refused(stage: Stage) -> None:
    for data in (b"", bytes.fromhex("deadbeef"), b"\x01"):
        with pytest.raises((UnknownRevert, FailedCall)):
            stage.chain.call(stage.rulebook.address, data, sender=stage.officer.address)


def test_rulebook__native_coin__refused(stage: Stage) -> None:
    with pytest.raises((UnknownRevert, FailedCall)):
        stage.chain.call(stage.rulebook.address, b"", sender=stage.officer.address, value=1)


def test_office__of_another_rulebook__changes_nothing_here(stage: Stage) -> None:
    """An office keeps nothing: two rulebooks may share one."""
    office = stage.rulebook.read("office")
    other = deploy(stage.chain, stage.admin, "Rulebook", stage.manager.address, office)
    assert other.read("boundTokens") == ()
    stage.rulebook.send(stage.officer, "switchDenyList", True)
    assert not other.read("settingsOf", stage.common.address)["denyList"]
