"""The table of powers is complete, agrees with the contracts, and is what the documentation shows."""

from __future__ import annotations

from importlib.resources import files

import pytest

import powers as powers_script
from tokenkit.artifacts import Artifact, load
from tokenkit.powers import OFFICES, POWERS, SELF_GUARDED, UNRESTRICTED, Role, powers_of

CONTRACTS = sorted({power.contract for power in POWERS})


def _type(part: dict[str, object]) -> str:
    kind = str(part["type"])
    components = part.get("components", [])
    assert isinstance(components, list)
    return f"({','.join(map(_type, components))}){kind[5:]}" if kind.startswith("tuple") else kind


def _changing(artifact: Artifact) -> set[str]:
    return {
        f"{entry['name']}({','.join(map(_type, entry['inputs']))})"
        for entry in artifact.abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }


NOT_OF_THE_SUITE = {"TestCoin"}  # money for tests and the demo


def _deployed() -> list[str]:
    names = (
        place.name.removesuffix(".json")
        for place in files("tokenkit.artifacts").iterdir()
        if place.name.endswith(".json")
    )
    return sorted(
        name
        for name in names
        if name not in NOT_OF_THE_SUITE and load(name).bytecode and load(name).source_name.startswith("contracts/")
    )


@pytest.mark.parametrize("contract", _deployed())
def test_powers__every_function_that_changes_state__has_a_role_or_a_reason(contract: str) -> None:
    offices = {
        "TokenOffice": "SecurityToken",
        "RulebookOffice": "Rulebook",
        "PayoutsOffice": "Payouts",
        "MeetingsOffice": "Meetings",
    }
    table = offices.get(contract, contract)
    known = {one.signature for one in (*POWERS, *UNRESTRICTED) if one.contract == table}
    assert _changing(load(contract)) - known == set()


@pytest.mark.parametrize("contract", CONTRACTS)
def test_powers__every_entry__is_a_function_of_its_contract(contract: str) -> None:
    artifact = load(contract)
    entries = [*powers_of(contract), *(one for one in UNRESTRICTED if one.contract == contract)]
    for entry in entries:
        artifact.selector(entry.signature)  # a LookupError names what is gone
    assert {power.selector for power in powers_of(contract)} == {
        artifact.selector(power.signature) for power in powers_of(contract)
    }


def test_powers__each_function__stands_in_the_table_once() -> None:
    entries = [(one.contract, one.signature) for one in (*POWERS, *UNRESTRICTED)]
    assert len(entries) == len(set(entries))
    assert {"AccessManager", "ERC1967Proxy"} == set(SELF_GUARDED)


def test_held_by__standard_face__is_nobodys_unless_the_plan_asks() -> None:
    (mint,) = [power for power in POWERS if power.signature.startswith("mint(")]
    assert mint.held_by(standard_faces=False) is Role.NOBODY
    assert mint.held_by(standard_faces=True) is Role.ISSUER
    (issue,) = [power for power in POWERS if power.signature.startswith("issue(")]
    assert issue.held_by(standard_faces=False) is issue.held_by(standard_faces=True) is Role.ISSUER


def test_role__every_office__has_a_guardian_and_labels_differ() -> None:
    assert [role.guardian.label for role in OFFICES] == [f"guardian of the {role.label}" for role in OFFICES]
    assert len({role.label for role in Role}) == len(Role)


def test_docs__powers_page__is_what_the_table_gives() -> None:
    assert powers_script.main(["--check"]) == 0
