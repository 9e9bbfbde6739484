"""The office: code that tokens run as their own. On its own it can do nothing; what neither answers is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.rights_stage import artifact
from tests.contracts.token.conftest import ANA, PAPER, REASON

from tokenkit.chain import Transaction
from tokenkit.errors import UnknownRevert
from tokenkit.powers import POWERS
from tokenkit.reverts import AccessManagedUnauthorized, FailedCall
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.contracts.token.conftest import Stage


def layout(name: str) -> tuple[list[tuple[object, ...]], dict[str, object]]:
    """Return the variables with their places, and the structs they are made of, without the compiler's own numbers."""
    found = artifact(name).storage_layout
    variables = [(one["label"], one["slot"], one["offset"], bare(one["type"])) for one in found["storage"]]
    types = {bare(key): members(value) for key, value in found["types"].items()}
    return variables, types


def members(declared: Mapping[str, Any]) -> object:
    parts = [(one["label"], one["slot"], one["offset"], bare(one["type"])) for one in declared.get("members", ())]
    return (declared["encoding"], declared["numberOfBytes"], parts)


def bare(kind: str) -> str:
    return re.sub(r"(?<=\))\d+", "", kind)


def test_storage__token_and_office__share_one_layout() -> None:
    """One puts its hands into the other's storage: a variable out of place would corrupt registers."""
    assert layout("SecurityToken") == layout("TokenOffice")
    assert [one[0] for one in layout("SecurityToken")[0]][:3] == ["_authority", "_consumingSchedule", "_rows"]


@pytest.mark.parametrize("who", ["admin", "issuer", "compliance", "enforcement", "upgrader", "mallory"])
def test_office__called_directly__has_no_powers(stage: Stage, who: str) -> None:
    caller, ana = getattr(stage.people, who), stage.people.ana.address
    calls: dict[str, tuple[object, ...]] = {
        "freezeWallet": (ana, True, REASON, PAPER),
        "freezeUnits": (ana, 5, REASON, PAPER),
        "setFrozenTokens": (ana, 5),
        "setAddressFrozen": (ana, True),
        "pause": (),
        "setIdentityRegistry": (stage.registry.address,),
        "setCompliance": (ZERO_ADDRESS,),
        "setDocument": (PAPER, "ipfs://one", PAPER),
        "setName": ("X",),
        "addAgent": (caller.address,),
        "removeAgent": (caller.address,),
        "setAuthority": (stage.manager.address,),
    }
    for function, args in calls.items():
        with reverts(AccessManagedUnauthorized, caller=caller.address):
            stage.office.ask(caller, function, *args)


def test_office__every_power_it_has__is_refused_at_its_own_address(stage: Stage) -> None:
    own = {entry["name"] for entry in artifact("TokenOffice").abi if entry["type"] == "function"}
    admin = stage.people.admin
    powers = [one for one in POWERS if one.contract == "SecurityToken" and one.signature.partition("(")[0] in own]
    assert len(powers) >= 20
    for power in powers:
        with reverts(AccessManagedUnauthorized, caller=admin.address):
            stage.chain.call(stage.office.address, power.selector + bytes(32 * 8), sender=admin.address)


def test_office__hooks_called_directly__change_nothing(stage: Stage) -> None:
    ana = stage.people.ana
    stage.office.send(stage.people.mallory, "admissionsChanged")
    assert stage.office.read("admissionVersion") == 0
    assert stage.office.read("owner") == ZERO_ADDRESS
    assert stage.office.read("unfrozenBalanceOf", ana.address) == 0
    assert stage.units(ana) == (ANA,)


@pytest.mark.parametrize("data", [b"\xde\xad\xbe\xef", b"\xde\xad\xbe\xef" + bytes(64), b"\x01", b"\x01\x02\x03"])
@pytest.mark.parametrize("token", ["token", "second"])
def test_token__unknown_function__refused(stage: Stage, token: str, data: bytes) -> None:
    with stage.refused(FailedCall):
        stage.chain.send(Transaction(to=getattr(stage, token).address, data=data), stage.people.ana)


@pytest.mark.parametrize("data", [b"", b"\xde\xad\xbe\xef", "transfer", "pause"])
@pytest.mark.parametrize("token", ["token", "second", "office"])
def test_token__coins_sent_to_it__refused(stage: Stage, token: str, data: bytes | str) -> None:
    args: dict[str, list[object]] = {"transfer": [stage.people.ben.address, 1], "pause": []}
    call = artifact("SecurityToken").encode_call(data, args[data]) if isinstance(data, str) else data
    address = getattr(stage, token).address
    with stage.refused(UnknownRevert):
        stage.chain.send(Transaction(to=address, data=call, value=1), stage.people.compliance)
    assert stage.chain.balance(address) == 0


def test_setAuthority__by_anybody_but_the_authority__refused(stage: Stage) -> None:
    for who in ("admin", "issuer", "mallory"):
        caller = getattr(stage.people, who)
        with stage.refused(AccessManagedUnauthorized, caller=caller.address):
            stage.token.send(caller, "setAuthority", stage.registry.address)


def test_views__of_the_office__answer_for_the_token_that_is_asked(stage: Stage) -> None:
    ana = stage.people.ana.address
    assert stage.token.read("rowOf", ana)[0] == ANA
    assert stage.second.read("rowOf", ana)[0] == 300
    assert stage.office.read("rowOf", ana)[0] == 0
