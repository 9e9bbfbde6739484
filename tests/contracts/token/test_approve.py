"""approve and allowance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit.reverts import ERC20InvalidSpender
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage


def test_approve__zero_address__refused(stage: Stage) -> None:
    with stage.refused(ERC20InvalidSpender, spender=ZERO_ADDRESS):
        stage.token.send(stage.people.ana, "approve", ZERO_ADDRESS, 5)


@pytest.mark.parametrize("units", [0, 300, 2**256 - 1])
def test_approve__any_amount__replaces_the_allowance(stage: Stage, units: int) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.token.send(ana, "approve", ben.address, 77)
    receipt = stage.token.send(ana, "approve", ben.address, units)
    assert receipt.output == (1).to_bytes(32, "big")
    assert stage.said(receipt) == [("Approval", {"owner": ana.address, "spender": ben.address, "value": units})]
    assert stage.token.read("allowance", ana.address, ben.address) == units
    assert stage.token.read("allowance", ben.address, ana.address) == 0
    assert stage.second.read("allowance", ana.address, ben.address) == 0


def test_approve__paused_frozen_and_unregistered__only_notes_a_wish(stage: Stage) -> None:
    """An allowance moves nothing: every movement under it is judged when it happens."""
    mallory, ben = stage.people.mallory, stage.people.ben
    stage.pause()
    stage.freeze(mallory)
    stage.token.send(mallory, "approve", ben.address, 5)
    assert stage.token.read("allowance", mallory.address, ben.address) == 5
