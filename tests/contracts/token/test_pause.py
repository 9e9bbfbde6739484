"""pause and unpause: holders stop, the issuer and orders go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.token.conftest import ANA, BEN

from tokenkit.reverts import AccessManagedUnauthorized, PauseUnchanged

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage


@pytest.mark.parametrize("function", ["pause", "unpause"])
@pytest.mark.parametrize("who", ["mallory", "issuer", "enforcement", "admin"])
def test_pause__by_another_than_compliance__refused(stage: Stage, function: str, who: str) -> None:
    caller = getattr(stage.people, who)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, function)


def test_pause__paused_already__refused(stage: Stage) -> None:
    stage.pause()
    with stage.refused(PauseUnchanged):
        stage.token.send(stage.people.compliance, "pause")


def test_unpause__not_paused__refused(stage: Stage) -> None:
    with stage.refused(PauseUnchanged):
        stage.token.send(stage.people.compliance, "unpause")


def test_pause__running__pauses_this_class_only(stage: Stage) -> None:
    compliance = stage.people.compliance
    receipt = stage.pause()
    assert stage.said(receipt) == [("Paused", {"userAddress": compliance.address})]
    assert stage.token.read("paused") is True
    assert stage.second.read("paused") is False


def test_unpause__paused__lets_holders_transfer_again(stage: Stage) -> None:
    ana, ben, compliance = stage.people.ana, stage.people.ben, stage.people.compliance
    version = stage.token.read("admissionVersion")
    stage.pause()
    receipt = stage.token.send(compliance, "unpause")
    assert stage.said(receipt) == [("Unpaused", {"userAddress": compliance.address})]
    assert stage.token.read("paused") is False
    stage.token.send(ana, "transfer", ben.address, 1)
    assert stage.units(ana, ben) == (ANA - 1, BEN + 1)
    assert stage.token.read("admissionVersion") == version
    assert stage.token.read("decimals") == 0
