"""Name, symbol, ONCHAINID and version of a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tokenkit.reverts import AccessManagedUnauthorized, EmptyName
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

VERSION = "tokenkit 0.1.0"


def informed(**changes: object) -> tuple[str, dict[str, Any]]:
    return (
        "UpdatedTokenInformation",
        {
            "newName": "Ordinary Shares",
            "newSymbol": "ORD",
            "newDecimals": 0,
            "newVersion": VERSION,
            "newOnchainID": ZERO_ADDRESS,
            **changes,
        },
    )


@pytest.mark.parametrize(
    ("function", "value"), [("setName", "X"), ("setSymbol", "X"), ("setOnchainID", "0x" + "11" * 20)]
)
@pytest.mark.parametrize("who", ["mallory", "compliance", "admin"])
def test_setName__by_another_than_the_issuer__refused(stage: Stage, function: str, value: str, who: str) -> None:
    caller = getattr(stage.people, who)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, function, value)


def test_setName__empty__refused(stage: Stage) -> None:
    with stage.refused(EmptyName):
        stage.token.send(stage.people.issuer, "setName", "")


def test_names__as_deployed__are_the_plan_s(stage: Stage) -> None:
    views = ("name", "symbol", "decimals", "onchainID", "version", "owner", "authority", "isControllable")
    manager = stage.manager.address
    assert [stage.token.read(view) for view in views] == [
        *("Ordinary Shares", "ORD", 0, ZERO_ADDRESS, VERSION, manager, manager, True)
    ]
    assert [stage.second.read(view) for view in views[:3]] == ["Preferred Shares", "PREF", 2]


def test_setName__issuer__renames_and_changes_the_signing_domain(stage: Stage) -> None:
    separator = stage.token.read("DOMAIN_SEPARATOR")
    long = "Namenaktien mit einem Nennwert von CHF 0.10 je Aktie"
    receipt = stage.token.send(stage.people.issuer, "setName", long)
    assert stage.said(receipt) == [("EIP712DomainChanged", {}), informed(newName=long)]
    assert stage.token.read("name") == long
    assert stage.token.read("DOMAIN_SEPARATOR") != separator


def test_setSymbol__issuer__changes_the_symbol_only(stage: Stage) -> None:
    separator = stage.token.read("DOMAIN_SEPARATOR")
    receipt = stage.token.send(stage.people.issuer, "setSymbol", "COM")
    assert stage.said(receipt) == [informed(newSymbol="COM")]
    assert (stage.token.read("symbol"), stage.token.read("DOMAIN_SEPARATOR")) == ("COM", separator)


def test_setOnchainID__issuer__points_at_it(stage: Stage) -> None:
    registry = stage.registry.address
    receipt = stage.token.send(stage.people.issuer, "setOnchainID", registry)
    assert stage.said(receipt) == [informed(newOnchainID=registry)]
    assert stage.token.read("onchainID") == registry


def test_setName__behind_a_proxy__is_its_own(stage: Stage) -> None:
    stage.second.send(stage.people.issuer, "setName", "Series A")
    assert (stage.second.read("name"), stage.token.read("name")) == ("Series A", "Ordinary Shares")
    assert stage.second.read("decimals") == 2
