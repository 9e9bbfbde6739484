"""Who may set the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.compliance_stage import RULE_FUNCTIONS
from tests.contracts.rights_stage import artifact

from tokenkit import reverts as errors
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage


def arguments(stage: Stage, function: str) -> tuple[object, ...]:
    token = stage.common.address
    return {
        "setHoldingCap": (token, 1, 1),
        "setInvestorLimit": (token, 1, 0),
        "setCountryLimits": (token, []),
        "setGroupLimits": (token, []),
        "count": (token, 0, []),
        "setMinimumHolding": (token, 1, True),
        "setAuthorisedSupply": (token, 1),
        "setHoldingPeriod": (token, 1, 0),
        "setLots": (token, stage.ana.address, []),
        "setDenied": ([], True, ""),
        "switchDenyList": (True,),
        "setLockup": (token, stage.ana.address, 1, 2**40),
        "switchLockups": (token, True),
        "setFlowBack": (token, 0, []),
        "addRule": (token, stage.common.address),
        "removeRule": (token, stage.common.address),
        "bindToken": (token,),
        "unbindToken": (token,),
        "expelToken": (token,),
    }[function]


@pytest.mark.parametrize("function", RULE_FUNCTIONS)
def test_powers__wrong_caller__refused(stage: Stage, function: str) -> None:
    for caller in (stage.admin, stage.registrar, stage.stranger, stage.ana):
        with stage.nothing_changes(), reverts(errors.AccessManagedUnauthorized, caller=caller.address):
            stage.rulebook.send(caller, function, *arguments(stage, function))


def test_powers__every_function_that_changes_something__is_listed_here() -> None:
    writing = {
        entry["name"]
        for entry in artifact("Rulebook").abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }
    assert writing == {*RULE_FUNCTIONS, "moved", "recovered", "attach", "setAuthority"}
