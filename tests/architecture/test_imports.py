"""Who may import whom, in Python and in Solidity. A module that has no place in the lists below fails: give it one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from _toolchain.settings import REPOSITORY
from _toolchain.sources import SourceTree, declarations, imports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = REPOSITORY / "src" / "tokenkit"
TREE = SourceTree(root=REPOSITORY, packages=REPOSITORY / "node_modules")

#: From the words everyone shares up to what people type. A module imports only from lines above its own.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"_keccak", "countries", "errors", "restrictions", "reverts", "types"}),
    frozenset({"artifacts", "chain", "ledger"}),
    frozenset(
        {"_arguments", "_contract", "_toml_lines", "_plan_values", "_plan_sections", "events", "ocf", "operation"}
    ),
    frozenset({"documents", "issuance", "payouts", "plan", "powers", "registry", "rules", "transfers", "voting"}),
    frozenset({"record"}),
    frozenset({"_blueprint"}),
    frozenset({"deploy", "verify"}),
    frozenset({"suite"}),
    frozenset({"cli", "testing"}),
)
#: Lines whose modules may also import each other: shared words and helpers. Never the services, nor ledger, chain and artifacts.
SOCIABLE = (LAYERS[0], LAYERS[2])


def _modules() -> dict[str, list[Path]]:
    """Files by the module or package directly under tokenkit; tokenkit's own ``__init__`` only re-exports."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if name != "__init__":
            found.setdefault(name, []).append(path)
    return found


MODULES = _modules()


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the whole name of what is imported"
            names = (
                [node.module or ""] if node.module != "tokenkit" else [f"tokenkit.{alias.name}" for alias in node.names]
            )
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("tokenkit."))


def _layer(module: str) -> int:
    places = [index for index, layer in enumerate(LAYERS) if module in layer]
    assert places, f"{module} has no place in LAYERS"
    return places[0]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_python__module__imports_only_from_lines_above(module: str) -> None:
    own = _layer(module)
    wrong = {
        other
        for path in MODULES[module]
        for other in _imported(path)
        if other != module and not (_layer(other) < own or (_layer(other) == own and LAYERS[own] in SOCIABLE))
    }
    assert wrong == set()


def test_python__layers__name_no_module_that_is_gone() -> None:
    assert {module for layer in LAYERS for module in layer} - MODULES.keys() == set()


def _rank(unit: str) -> tuple[int, str]:
    """Types, interfaces, libraries, abstract contracts, contracts."""
    if unit.startswith("contracts/types/"):
        return 0, "types"
    kinds = {found.kind for found in declarations(unit, TREE.read(unit))}
    for rank, kind in ((4, "contract"), (3, "abstract contract"), (1, "interface"), (2, "library")):
        if kind in kinds:
            return rank, kind
    return 2, "library"


@pytest.mark.parametrize("unit", TREE.units("contracts"))
def test_solidity__unit__imports_nothing_that_stands_above_it(unit: str) -> None:
    rank, _ = _rank(unit)
    own = [other for other in imports(unit, TREE.read(unit)) if other.startswith("contracts/")]
    assert [other for other in own if _rank(other)[0] > rank] == []
    assert [other for other in own if _rank(other)[1] == "contract"] == []


@pytest.mark.parametrize("unit", TREE.units("contracts"))
def test_solidity__header__licence_and_exact_pragma(unit: str) -> None:
    assert TREE.read(unit).splitlines()[:2] == ["// SPDX-License-Identifier: MIT", "pragma solidity 0.8.37;"]
