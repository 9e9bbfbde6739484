"""issue: new units for an admitted investor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.token.conftest import ANA, BEN, CHLOE, ISSUE, MAX_UNITS, PAPER, REASON, justified, moved

from tokenkit.reverts import AccessManagedUnauthorized, ERC20InvalidReceiver, TransferRestricted
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

SUPPLY = ANA + BEN + CHLOE
SPOILS = ("not registered", "expired", "provider revoked", "wrong country", "missing claim")


@pytest.mark.parametrize("who", ["ana", "mallory", "admin", "registrar", "compliance", "enforcement"])
def test_issue__by_another_than_the_issuer__refused(stage: Stage, who: str) -> None:
    caller = getattr(stage.people, who)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, "issue", stage.people.ana.address, 1, REASON, PAPER)


@pytest.mark.parametrize("how", SPOILS)
def test_issue__receiver_no_longer_admitted__refused(stage: Stage, how: str) -> None:
    ana = stage.people.ana
    reason, limit, actual = stage.spoil(ana, how)
    with stage.refused(TransferRestricted, code=20 + reason, account=ana.address, limit=limit, actual=actual):
        stage.issue(ana, 1)


def test_issue__receiver_never_registered__refused(stage: Stage) -> None:
    mallory = stage.people.mallory
    with stage.refused(TransferRestricted, code=21, account=mallory.address, limit=0, actual=0):
        stage.issue(mallory, 1)


def test_issue__receiver_without_the_claims_of_its_country__refused(stage: Stage) -> None:
    stage.register(stage.spare, country=840)  # without accreditation
    with stage.refused(TransferRestricted, code=25, account=stage.spare.address, limit=0, actual=1):
        stage.issue(stage.spare, 1)


def test_issue__B21_receiver_frozen__refused(stage: Stage) -> None:
    """T-REX mints to frozen wallets."""
    ana = stage.people.ana
    stage.freeze(ana)
    with stage.refused(TransferRestricted, code=3, account=ana.address, limit=0, actual=9):
        stage.issue(ana, 9)


def test_issue__to_the_zero_address__refused(stage: Stage) -> None:
    with stage.refused(ERC20InvalidReceiver, receiver=ZERO_ADDRESS):
        stage.token.send(stage.people.issuer, "issue", ZERO_ADDRESS, 1, REASON, PAPER)


@pytest.mark.parametrize("units", [MAX_UNITS - SUPPLY + 1, MAX_UNITS, MAX_UNITS + 1, 2**256 - 1])
def test_issue__more_than_a_token_can_count__refused(stage: Stage, units: int) -> None:
    room = MAX_UNITS - SUPPLY
    with stage.refused(TransferRestricted, code=9, account=stage.token.address, limit=room, actual=units):
        stage.issue(stage.people.ana, units)


def test_issue__token_without_a_registry__refused(stage: Stage) -> None:
    """A token that was just created admits nobody."""
    from tests.contracts.rights_stage import Handle, deploy  # noqa: PLC0415 - used once

    people = stage.people
    manager = deploy(stage.chain, people.deployer, "AccessManager", people.deployer.address)
    setup = {
        "name": "N",
        "symbol": "S",
        "decimals": 0,
        "authority": manager.address,
        "onchainID": ZERO_ADDRESS,
    }
    fresh: Handle = deploy(stage.chain, people.deployer, "SecurityToken", setup, True, stage.office.address)
    with stage.refused(TransferRestricted, code=21, account=people.ana.address, limit=0, actual=0):
        fresh.send(people.deployer, "issue", people.ana.address, 1, REASON, PAPER)


def test_issue__to_a_new_holder__stamps_it_and_raises_the_supply(stage: Stage) -> None:
    dora, issuer = stage.people.dora, stage.people.issuer
    receipt = stage.issue(dora, 40)
    assert stage.said(receipt) == [
        moved(ZERO_ADDRESS, dora.address, 40),
        justified(issuer, "issue", dora.address),
    ]
    assert stage.units(dora) == (40,)
    assert stage.token.read("totalSupply") == SUPPLY + 40
    row = stage.row(dora)
    assert (row["stamp"], row["country"], row["claims"]) == (stage.token.read("admissionVersion"), 840, 3)


def test_issue__to_a_holder__adds_to_what_it_has(stage: Stage) -> None:
    stage.issue(stage.people.ana, 5)
    assert stage.units(stage.people.ana, stage.people.ben) == (ANA + 5, BEN)
    assert stage.token.read("totalSupply") == SUPPLY + 5


def test_issue__as_much_as_a_token_can_count__fills_it(stage: Stage) -> None:
    ana, dora = stage.people.ana, stage.people.dora
    room = MAX_UNITS - SUPPLY
    assert stage.codes(ISSUE, stage.people.issuer, ZERO_ADDRESS, dora.address, room) == []
    stage.issue(dora, room)
    assert stage.token.read("totalSupply") == MAX_UNITS
    stage.token.send(dora, "transfer", ana.address, room)
    assert stage.units(ana) == (ANA + room,)
    with stage.refused(TransferRestricted, code=9, account=stage.token.address, limit=0, actual=1):
        stage.issue(ana, 1)


def test_issue__HAL01_paused__issues_all_the_same(stage: Stage) -> None:
    """A pause stops holders, not the issuer."""
    stage.pause()
    stage.issue(stage.people.ana, 5)
    assert stage.units(stage.people.ana) == (ANA + 5,)


def test_issue__zero_units__succeeds_and_issues_nothing(stage: Stage) -> None:
    dora = stage.people.dora
    receipt = stage.issue(dora, 0)
    assert stage.said(receipt)[0] == moved(ZERO_ADDRESS, dora.address, 0)
    assert stage.token.read("totalSupply") == SUPPLY
    assert stage.row(dora)["stamp"] == 0


def test_issue__frozen_units_above_the_holding__do_not_stop_it(stage: Stage) -> None:
    """Units frozen ahead are withheld once they arrive."""
    dora = stage.people.dora
    stage.freeze_units(dora, 50)
    stage.issue(dora, 70)
    assert stage.token.read("unfrozenBalanceOf", dora.address) == 20
