"""freezeUnits: units a wallet keeps, but cannot give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.token.conftest import ANA, HAS_FROZEN_UNITS, PAPER, REASON, TRANSFER, justified

from tokenkit.reverts import AccessManagedUnauthorized, ERC20InvalidSender
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage


def changed(account: str, before: int, after: int) -> list[tuple[str, dict[str, Any]]]:
    """What both standards want to hear: ERC-7943 the amount, ERC-3643 the difference."""
    said: list[tuple[str, dict[str, Any]]] = [("Frozen", {"account": account, "amount": after})]
    if after > before:
        said.append(("TokensFrozen", {"userAddress": account, "amount": after - before}))
    if after < before:
        said.append(("TokensUnfrozen", {"userAddress": account, "amount": before - after}))
    return said


@pytest.mark.parametrize("who", ["ana", "mallory", "issuer", "compliance", "admin"])
def test_freezeUnits__by_another_than_enforcement__refused(stage: Stage, who: str) -> None:
    caller = getattr(stage.people, who)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, "freezeUnits", stage.people.ana.address, 1, REASON, PAPER)


def test_freezeUnits__zero_address__refused(stage: Stage) -> None:
    with stage.refused(ERC20InvalidSender, sender=ZERO_ADDRESS):
        stage.order("freezeUnits", ZERO_ADDRESS, 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [(0, 400), (400, 600), (600, 100), (600, 0), (0, 0), (250, 250), (0, ANA), (0, ANA + 1), (0, 2**256 - 1)],
)
def test_freezeUnits__any_amount__is_absolute(stage: Stage, before: int, after: int) -> None:
    ana, enforcement = stage.people.ana, stage.people.enforcement
    stage.freeze_units(ana, before)
    receipt = stage.freeze_units(ana, after)
    assert stage.said(receipt) == [
        *changed(ana.address, before, after),
        justified(enforcement, "freezeUnits", ana.address),
    ]
    assert stage.frozen_units(ana) == after
    assert stage.token.read("unfrozenBalanceOf", ana.address) == max(0, ANA - after)
    assert stage.row(ana)["flags"] == (HAS_FROZEN_UNITS if after else 0)
    assert stage.units(ana) == (ANA,)


def test_freezeUnits__more_than_held__withholds_what_arrives_later(stage: Stage) -> None:
    ana, dora = stage.people.ana, stage.people.dora
    stage.freeze_units(dora, 100)
    stage.token.send(ana, "transfer", dora.address, 130)
    assert stage.token.read("unfrozenBalanceOf", dora.address) == 30
    assert stage.codes(TRANSFER, dora, dora.address, ana.address, 30) == []
    assert stage.codes(TRANSFER, dora, dora.address, ana.address, 31) == [6]


def test_explain__above_unfrozen_units__names_the_most_that_would_pass(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze_units(ana, 600)
    (verdict,) = stage.token.read("explain", TRANSFER, ana.address, ana.address, ben.address, 401)
    assert verdict == {
        "code": 6,
        "account": ana.address,
        "limit": 400,
        "actual": 401,
        "largest": 400,
        "earliest": 0,
    }


def test_explain__above_balance_with_frozen_units__names_both(stage: Stage) -> None:
    """Naming the balance alone would advise an amount that does not pass."""
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze_units(ana, 600)
    verdicts = stage.token.read("explain", TRANSFER, ana.address, ana.address, ben.address, ANA + 1)
    assert [(one["code"], one["largest"]) for one in verdicts] == [(5, ANA), (6, 400)]
