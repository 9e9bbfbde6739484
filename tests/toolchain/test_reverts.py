"""Generating an exception class for each Solidity error."""

from __future__ import annotations

from typing import Any

import pytest

from _toolchain import reverts
from _toolchain.errors import ToolchainError
from tokenkit.errors import Reverted


def _error(name: str, *inputs: tuple[str, str]) -> dict[str, Any]:
    return {"type": "error", "name": name, "inputs": [{"type": kind, "name": given} for kind, given in inputs]}


def _artifact(*errors: dict[str, Any], **notices: str) -> dict[str, Any]:
    return {"abi": [*errors, {"type": "function", "name": "f", "inputs": []}], "errorNotices": notices}


def _loaded(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(text, "reverts.py", "exec"), names)
    return names


def test_generate__one_name_for_two_errors__refused() -> None:
    with pytest.raises(ToolchainError, match=r"share a name: Refused\(\) and Refused\(uint256\)"):
        reverts.generate({"A": _artifact(_error("Refused")), "B": _artifact(_error("Refused", ("uint256", "code")))})


def test_generate__one_selector_for_two_errors__refused() -> None:
    twins = (_error("transfer", ("address", "to"), ("uint256", "n")), _error("many_msg_babbage", ("bytes1", "x")))
    with pytest.raises(ToolchainError, match="share a selector"):
        reverts.generate({"A": _artifact(*twins)})


def test_generate__sentence_with_an_unknown_value__refused() -> None:
    artifact = _artifact(_error("Refused", ("uint8", "code")), **{"Refused(uint8)": "Because of {reason}."})
    with pytest.raises(ToolchainError, match=r"names \{reason\}"):
        reverts.generate({"A": artifact})


def test_generate__error_in_two_artifacts__one_class() -> None:
    artifact = _artifact(
        _error("TooMany", ("uint96", "maxUnits"), ("address", "from")),
        **{"TooMany(uint96,address)": "{from}: at most `maxUnits`, not `all`."},
    )
    names = _loaded(reverts.generate({"A": artifact, "B": artifact}))
    refusal = names["TooMany"](5, "0x12")
    assert isinstance(refusal, Reverted)
    assert (refusal.max_units, refusal.from_) == (5, "0x12")
    assert refusal.abi_types == ("uint96", "address")
    assert refusal.sentence == "0x12: at most 5, not `all`."
    assert names["BY_SELECTOR"] == {refusal.selector: names["TooMany"]}


def test_generate__no_sentence__made_from_the_name() -> None:
    names = _loaded(reverts.generate({"A": _artifact(_error("ERC20NoSuchThing"))}))
    assert names["ERC20NoSuchThing"]().sentence == "The contract refused: erc20 no such thing."


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("maxUnits", "max_units"),
        ("from", "from_"),
        ("_to", "to"),
        ("", "value_0"),
        ("data", "data_"),
        ("investorID", "investor_id"),
    ],
)
def test_field_name__solidity_name__free_python_name(given: str, expected: str) -> None:
    assert reverts.field_name(given, 0) == expected
