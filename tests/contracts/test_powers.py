"""Powers, function by function and role by role: who is let in, and who is not. Nothing is sent: a call shows the door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tokenkit.artifacts import load
from tokenkit.errors import Reverted
from tokenkit.powers import POWERS, UNRESTRICTED, Power, Role, Unrestricted
from tokenkit.reverts import AccessManagedUnauthorized, AccessManagerNotScheduled
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.suite import Suite
    from tokenkit.testing import People

WHO = (
    "admin",
    "issuer",
    "registrar",
    "compliance",
    "paying_agent",
    "enforcement",
    "upgrader",
    "guardian",
    "deployer",
    "ana",
    "mallory",
)
PLACES = {
    "SecurityToken": "token PREF",  # upgradeable, so that upgrades have a door to knock at
    "IdentityRegistry": "registry",
    "Rulebook": "rulebook",
    "Payouts": "payouts",
    "Meetings": "meetings",
}


def _least(part: Mapping[str, Any]) -> object:
    """Return the smallest value of a parameter: zeros, and nothing in lists."""
    kind = str(part["type"])
    if kind.endswith("]"):
        return []
    if kind == "tuple":
        return {one["name"]: _least(one) for one in part["components"]}
    if kind.startswith("bytes"):
        return bytes(int(kind[5:] or 0))
    return {"address": ZERO_ADDRESS, "bool": False, "string": ""}.get(kind, 0)


def _data(entry: Power | Unrestricted) -> bytes:
    artifact = load(entry.contract)
    for declared in artifact.abi:
        if declared["type"] == "function" and declared["name"] == entry.signature.partition("(")[0]:
            return artifact.encode_call(entry.signature, [_least(part) for part in declared["inputs"]])
    raise AssertionError(f"{entry.signature} is not in the ABI")


def _call(suite: Suite, entry: Power | Unrestricted, who: str, people: People) -> Reverted | None:
    try:
        suite.chain.call(
            suite.record.address(PLACES[entry.contract]), _data(entry), sender=getattr(people, who).address
        )
    except Reverted as refusal:
        return refusal
    return None


@pytest.mark.parametrize("power", POWERS, ids=lambda power: f"{power.contract}.{power.signature.partition('(')[0]}")
def test_power__each_role__is_let_in_only_if_the_table_says_so(power: Power, suite: Suite, people: People) -> None:
    holder = power.held_by(standard_faces=suite.plan.standard_faces)
    for who in WHO:
        refusal = _call(suite, power, who, people)
        if holder is not Role.NOBODY and who == holder.name.lower():
            assert not isinstance(refusal, AccessManagedUnauthorized), who
            # The upgrader has a delay: it is let in after scheduling only.
            assert isinstance(refusal, AccessManagerNotScheduled) is (holder is Role.UPGRADER), who
        else:
            assert isinstance(refusal, AccessManagedUnauthorized), who
            assert refusal.fields == {"caller": getattr(people, who).address}


@pytest.mark.parametrize(
    "entry", UNRESTRICTED, ids=lambda entry: f"{entry.contract}.{entry.signature.partition('(')[0]}"
)
def test_unrestricted__anybody__is_judged_by_something_else_than_a_role(
    entry: Unrestricted, suite: Suite, people: People
) -> None:
    refusal = _call(suite, entry, "mallory", people)
    if entry.signature.startswith("setAuthority"):
        assert isinstance(refusal, AccessManagedUnauthorized)
    elif entry.reason.startswith("Nothing happens"):
        assert refusal is None
    elif entry.reason.startswith("Only"):
        assert refusal is not None, "the contract itself must refuse a stranger"
    else:
        assert not isinstance(refusal, AccessManagedUnauthorized)
