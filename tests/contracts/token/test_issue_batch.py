"""issueBatch: units for many, for one reason; all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.token.conftest import ANA, BEN, CHLOE, MAX_UNITS, PAPER, REASON, justified, moved

from tokenkit.reverts import AccessManagedUnauthorized, LengthMismatch, TransferRestricted
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

SUPPLY = ANA + BEN + CHLOE


def test_issueBatch__by_a_stranger__refused(stage: Stage) -> None:
    mallory = stage.people.mallory
    with stage.refused(AccessManagedUnauthorized, caller=mallory.address):
        stage.token.send(mallory, "issueBatch", [], [], REASON, PAPER)


@pytest.mark.parametrize("units", [[], [1, 2]])
def test_issueBatch__arrays_of_different_lengths__refused(stage: Stage, units: list[int]) -> None:
    with stage.refused(LengthMismatch, expected=1, actual=len(units)):
        stage.token.send(stage.people.issuer, "issueBatch", [stage.people.ana.address], units, REASON, PAPER)


def test_issueBatch__one_receiver_not_admitted__refuses_all(stage: Stage) -> None:
    ana, mallory = stage.people.ana, stage.people.mallory
    with stage.refused(TransferRestricted, code=21, account=mallory.address, limit=0, actual=0):
        stage.token.send(stage.people.issuer, "issueBatch", [ana.address, mallory.address], [1, 1], REASON, PAPER)


def test_issueBatch__more_than_a_token_can_count_in_all__refused(stage: Stage) -> None:
    ana, ben, issuer = stage.people.ana, stage.people.ben, stage.people.issuer
    room = MAX_UNITS - SUPPLY
    with stage.refused(TransferRestricted, code=9, account=stage.token.address, limit=1, actual=2):
        stage.token.send(issuer, "issueBatch", [ana.address, ben.address], [room - 1, 2], REASON, PAPER)


def test_issueBatch__empty__says_only_why(stage: Stage) -> None:
    issuer = stage.people.issuer
    receipt = stage.token.send(issuer, "issueBatch", [], [], REASON, PAPER)
    assert stage.said(receipt) == [justified(issuer, "issueBatch", ZERO_ADDRESS)]


def test_issueBatch__many__issues_each_amount(stage: Stage) -> None:
    people = stage.people
    receivers, amounts = [people.dora, people.ana, people.dora, people.ben], [10, 20, 5, 0]
    addresses = [one.address for one in receivers]
    receipt = stage.token.send(people.issuer, "issueBatch", addresses, amounts, REASON, PAPER)
    assert stage.said(receipt) == [
        *(moved(ZERO_ADDRESS, to, units) for to, units in zip(addresses, amounts, strict=True)),
        justified(people.issuer, "issueBatch", ZERO_ADDRESS),
    ]
    assert stage.units(people.ana, people.ben, people.dora) == (ANA + 20, BEN, 15)
    assert stage.token.read("totalSupply") == SUPPLY + 35
