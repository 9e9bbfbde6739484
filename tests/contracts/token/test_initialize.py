"""How a token is set up: as it is, or once behind a proxy; never the code behind proxies itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import artifact
from tests.contracts.rights_stage import deploy as create

from tokenkit.reverts import (
    EmptyName,
    ERC1967ProxyUninitialized,
    InvalidDecimals,
    InvalidInitialization,
    InvalidOffice,
)
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.rights_stage import Handle
    from tests.contracts.token.conftest import Stage


def setup(stage: Stage, **changes: object) -> dict[str, object]:
    return {
        "name": "New Shares",
        "symbol": "NEW",
        "decimals": 18,
        "authority": stage.manager.address,
        "onchainID": stage.registry.address,
        **changes,
    }


def plain(stage: Stage, **changes: object) -> Handle:
    return create(
        stage.chain, stage.people.mallory, "SecurityToken", setup(stage, **changes), True, stage.office.address
    )


def implementation(stage: Stage) -> Handle:
    empty = setup(stage, name="", symbol="", decimals=0)
    return create(stage.chain, stage.people.mallory, "SecurityToken", empty, False, stage.office.address)


def proxied(stage: Stage, **changes: object) -> Handle:
    data = artifact("SecurityToken").encode_call("initialize", [setup(stage, **changes)])
    proxy = create(stage.chain, stage.people.mallory, "ERC1967Proxy", implementation(stage).address, data)
    return type(proxy)(stage.chain, "SecurityToken", proxy.address)


@pytest.mark.parametrize("make", [plain, proxied])
@pytest.mark.parametrize("decimals", [19, 255])
def test_initialize__more_than_18_decimals__refused(stage: Stage, make: object, decimals: int) -> None:
    with reverts(InvalidDecimals, decimals=decimals):
        make(stage, decimals=decimals)  # type: ignore[operator]


@pytest.mark.parametrize("make", [plain, proxied])
def test_initialize__empty_name__refused(stage: Stage, make: object) -> None:
    with reverts(EmptyName):
        make(stage, name="")  # type: ignore[operator]


@pytest.mark.parametrize("is_plain", [True, False])
def test_constructor__office_without_code__refused(stage: Stage, is_plain: bool) -> None:
    mallory = stage.people.mallory
    with stage.refused(InvalidOffice, office=mallory.address):
        create(stage.chain, mallory, "SecurityToken", setup(stage), is_plain, mallory.address)


def test_initialize__the_code_behind_proxies__refused(stage: Stage) -> None:
    """An implementation that anybody can set up belongs to whoever comes first."""
    code, mallory = implementation(stage), stage.people.mallory
    with stage.refused(InvalidInitialization):
        code.send(mallory, "initialize", setup(stage, authority=mallory.address))
    assert code.read("name") == ""
    assert code.read("totalSupply") == 0


def test_initialize__plain_token__refused(stage: Stage) -> None:
    with stage.refused(InvalidInitialization):
        stage.token.send(stage.people.admin, "initialize", setup(stage))


def test_initialize__proxy_a_second_time__refused(stage: Stage) -> None:
    for caller in (stage.people.mallory, stage.people.upgrader, stage.people.admin):
        with stage.refused(InvalidInitialization):
            stage.second.send(caller, "initialize", setup(stage))


def test_constructor__proxy_that_is_not_set_up__refused(stage: Stage) -> None:
    code = implementation(stage)
    with stage.refused(ERC1967ProxyUninitialized):
        create(stage.chain, stage.people.mallory, "ERC1967Proxy", code.address, b"")


@pytest.mark.parametrize("make", [plain, proxied])
def test_initialize__fresh_token__is_empty_and_admits_nobody(stage: Stage, make: object) -> None:
    token: Handle = make(stage)  # type: ignore[operator]
    views = ("name", "symbol", "decimals", "authority", "onchainID", "office", "totalSupply", "paused")
    values = ["New Shares", "NEW", 18, stage.manager.address, stage.registry.address, stage.office.address, 0, False]
    assert [token.read(view) for view in views] == values
    assert (token.read("identityRegistry"), token.read("compliance")) == (ZERO_ADDRESS, ZERO_ADDRESS)
    assert token.read("admissionVersion") == 1
    assert token.read("recordDates") in ([], ())
    ana = stage.people.ana.address
    assert (token.read("canSend", ana), token.read("canReceive", ana)) == (False, False)
    assert token.read("heldByInvestor", ana) == 0


@pytest.mark.parametrize("decimals", [0, 18])
def test_initialize__any_decimals_to_18__are_kept(stage: Stage, decimals: int) -> None:
    assert plain(stage, decimals=decimals).read("decimals") == decimals
