"""Who may call what, and what stays open to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.compliance_stage import REGISTRAR_FUNCTIONS, TERMS_FUNCTIONS, USA, facts
from tests.contracts.rights_stage import artifact

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage

IDS = {name: index for index, name in enumerate((*REGISTRAR_FUNCTIONS, *TERMS_FUNCTIONS))}


def arguments(stage: Stage, function: str) -> tuple[object, ...]:
    ana, ben = stage.ana.address, stage.ben.address
    return {
        "register": (ben, facts()),
        "registerBatch": ([ben], [facts()]),
        "link": (ben, ana),
        "update": (ana, facts(USA)),
        "lapse": (ana,),
        "registerIdentity": (ben, ZERO_ADDRESS, USA),
        "batchRegisterIdentity": ([ben], [ZERO_ADDRESS], [USA]),
        "updateIdentity": (ana, ben),
        "updateCountry": (ana, USA),
        "deleteIdentity": (ana,),
        "addProvider": (ben, "Kyros"),
        "revokeProvider": (1, ""),
        "reinstateProvider": (1, ""),
        "setTerms": (stage.common.address, 1, False, [{"claims": 0, "countries": []}]),
        "bindToken": (stage.common.address,),
        "unbindToken": (stage.common.address,),
        "expelToken": (stage.common.address,),
    }[function]


@pytest.mark.parametrize("function", IDS)
def test_powers__wrong_caller__refused(stage: Stage, function: str) -> None:
    stage.register(stage.ana)
    right = stage.registrar if function in REGISTRAR_FUNCTIONS else stage.officer
    for caller in {stage.admin, stage.registrar, stage.officer, stage.stranger, stage.ana} - {right}:
        with (
            stage.nothing_changes(),
            reverts(errors.AccessManagedUnauthorized, caller=caller.address),
        ):
            stage.registry.send(caller, function, *arguments(stage, function))


def test_powers__every_function_that_changes_something__is_listed_here() -> None:
    writing = {
        entry["name"]
        for entry in artifact("IdentityRegistry").abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }
    assert writing == {*REGISTRAR_FUNCTIONS, *TERMS_FUNCTIONS, "recover"}


def test_setAuthority__anybody__refused(stage: Stage) -> None:
    for caller in (stage.admin, stage.officer):
        with reverts(errors.AccessManagedUnauthorized, caller=caller.address):
            stage.registry.send(caller, "setAuthority", stage.stranger.address)
    with reverts(errors.AccessManagedUnauthorized, caller=stage.manager.address):
        stage.manager.send(stage.admin, "updateAuthority", stage.registry.address, stage.registry.address)
    assert stage.registry.read("authority") == stage.manager.address


def test_register__registrar_with_a_delay__must_schedule(stage: Stage) -> None:
    stage.manager.send(stage.admin, "grantRole", 2, stage.stranger.address, 60)
    with stage.nothing_changes(), reverts(errors.AccessManagerNotScheduled):
        stage.registry.send(stage.stranger, "register", stage.ana.address, facts())

    data = artifact("IdentityRegistry").encode_call("register", (stage.ana.address, facts()))
    stage.manager.send(stage.stranger, "schedule", stage.registry.address, data, 0)
    stage.chain.travel(by=61)
    stage.registry.send(stage.stranger, "register", stage.ana.address, facts())
    assert stage.registry.read("contains", stage.ana.address)


def test_register__role_taken_away__refused_at_once(stage: Stage) -> None:
    stage.manager.send(stage.admin, "revokeRole", 2, stage.registrar.address)
    with stage.nothing_changes(), reverts(errors.AccessManagedUnauthorized, caller=stage.registrar.address):
        stage.register(stage.ana)


def test_register__other_role_that_the_authority_maps__let_in(stage: Stage) -> None:
    selector = artifact("IdentityRegistry").selector("register")
    stage.manager.send(stage.admin, "setTargetFunctionRole", stage.registry.address, [selector], 3)
    stage.registry.send(stage.officer, "register", stage.ana.address, facts())
    assert stage.registry.read("contains", stage.ana.address)


def test_supportsInterface__its_own__and_no_others(stage: Stage) -> None:
    for interface, answer in (("01ffc9a7", True), ("ffffffff", False), ("00000000", False)):
        assert stage.registry.read("supportsInterface", bytes.fromhex(interface)) is answer
