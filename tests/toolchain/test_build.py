"""What a build makes of the compiler's answer: sentences, warnings, immutable names, and what is stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from _toolchain import artifacts, build, compilers
from _toolchain.errors import ToolchainError
from _toolchain.settings import BUILD, SOLC_BUILD
from _toolchain.sources import SourceTree, hashes

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "// SPDX-License-Identifier: MIT\npragma solidity 0.8.37;\n"


class Oracle:
    """A compiler that gives a prepared answer, and counts."""

    origin = "oracle"

    def __init__(self, **answer: object) -> None:
        self.answer = {"contracts": {"contracts/Share.sol": {"Share": {"abi": []}}}, "sources": {}, **answer}
        self.asked: list[Any] = []

    def compile(self, request: object) -> dict[str, Any]:
        self.asked.append(request)
        return dict(self.answer)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SourceTree:
    monkeypatch.setattr(build, "CACHE", tmp_path / "cache")
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "Share.sol").write_text(f"{HEAD}contract Share {{}}", encoding="utf-8")
    monkeypatch.setattr(build, "EXTRA", ())
    return SourceTree(root=tmp_path, packages=tmp_path / "node_modules")


def _build(tree: SourceTree, oracle: Oracle, monkeypatch: pytest.MonkeyPatch) -> tuple[build.Compiled, ...]:
    monkeypatch.setattr(compilers, "find", lambda _: oracle)
    builder = build.Builder(tree=tree, say=lambda _: None)
    return builder.build(build.targets_of(tree, "contracts"), faces=())[0]


def test_build__warning_that_is_not_listed__refused(tree: SourceTree, monkeypatch: pytest.MonkeyPatch) -> None:
    warning = {
        "errorCode": "2018",
        "formattedMessage": "can be restricted to pure",
        "sourceLocation": {"file": "contracts/Share.sol"},
    }
    with pytest.raises(ToolchainError, match="can be restricted to pure"):
        _build(tree, Oracle(errors=[warning]), monkeypatch)


def test_build__listed_warning_elsewhere__refused(tree: SourceTree, monkeypatch: pytest.MonkeyPatch) -> None:
    warning = {"errorCode": "2394", "formattedMessage": "transient", "sourceLocation": {"file": "contracts/Share.sol"}}
    with pytest.raises(ToolchainError, match="transient"):
        _build(tree, Oracle(errors=[warning]), monkeypatch)


def test_build__same_input__compiled_once(tree: SourceTree, monkeypatch: pytest.MonkeyPatch) -> None:
    oracle = Oracle()
    first = _build(tree, oracle, monkeypatch)
    assert _build(tree, oracle, monkeypatch) == first
    assert len(oracle.asked) == 1
    assert oracle.asked[0]["settings"] == {**BUILD, "outputSelection": oracle.asked[0]["settings"]["outputSelection"]}


def test_build__immutables__named_and_told_apart(tree: SourceTree, monkeypatch: pytest.MonkeyPatch) -> None:
    def contract(name: str, *members: tuple[int, str]) -> dict[str, Any]:
        nodes = [{"id": key, "name": given, "mutability": "immutable"} for key, given in members]
        return {"nodeType": "ContractDefinition", "name": name, "nodes": nodes}

    syntax = {"nodes": [contract("Base", (1, "_name")), contract("Share", (2, "_name"), (3, "_places"))]}
    (compiled,) = _build(tree, Oracle(sources={"contracts/Share.sol": {"ast": syntax}}), monkeypatch)
    assert compiled.immutables == {"1": "Base._name", "2": "Share._name", "3": "_places"}


def test_merge_notices__one_error_two_sentences__refused() -> None:
    def explained(sentence: str) -> dict[str, Any]:
        return {"userdoc": {"errors": {"Refused()": [{"notice": sentence}]}}}

    with pytest.raises(ToolchainError, match=r"Refused\(\): 'No\.', but in B\.sol:B: 'Never\.'"):
        build.merge_notices({}, {"A.sol": {"A": explained("No.")}, "B.sol": {"B": explained("Never.")}})


def test_make__no_code__refused(tree: SourceTree, monkeypatch: pytest.MonkeyPatch) -> None:
    (compiled,) = _build(tree, Oracle(), monkeypatch)
    with pytest.raises(ToolchainError, match="Declare it abstract"):
        artifacts.make(compiled, {})


def _carried(tree: SourceTree) -> dict[str, Any]:
    return {
        "compiler": SOLC_BUILD,
        "settings": BUILD,
        "sourceName": "contracts/Share.sol",
        "sourceHashes": hashes(tree.closure(["contracts/Share.sol"])),
    }


def test_stale__nothing_changed__nothing_said(tree: SourceTree) -> None:
    assert artifacts.stale(tree, "contracts", {"Share": _carried(tree)}) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"compiler": "0.8.30"}, "Share: made with another compiler or other settings"),
        ({"settings": {**BUILD, "viaIR": False}}, "Share: made with another compiler or other settings"),
        ({"sourceHashes": {"contracts/Share.sol": "00"}}, "Share: contracts/Share.sol has changed"),
        ({"sourceHashes": {}}, "Share: contracts/Share.sol has changed"),
    ],
)
def test_stale__something_changed__named(tree: SourceTree, change: dict[str, Any], words: str) -> None:
    (tree.packages / "@openzeppelin").mkdir(parents=True)
    assert artifacts.stale(tree, "contracts", {"Share": {**_carried(tree), **change}}) == [words]


def test_stale__missing_and_left_over__named(tree: SourceTree) -> None:
    assert artifacts.stale(tree, "contracts", {"Bond": {}}) == [
        "Share: no artifact",
        "Bond: an artifact without a contract",
    ]
