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

#: The public modules, from the words that all share up to what people type. A module imports only from lines above its own. A module whose
#: name starts with an underscore has no line: what it imports counts as imported by those who use it.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"countries", "errors", "restrictions", "reverts", "types"}),
    frozenset({"artifacts", "chain", "ledger", "ruleset"}),
    frozenset({"ocf", "operation", "plan", "powers", "regimes", "ruleset_diff"}),
    frozenset({"events", "interop", "record"}),
    frozenset({"authority", "documents", "external", "issuance", "payouts", "registry", "rules", "transfers", "voting"})
    | {"attestations", "onchain_ids"},
    frozenset({"deploy", "verify"}),
    frozenset({"suite"}),
    frozenset({"cli", "testing"}),
)
#: The line whose modules also import each other: the words.
WORDS = LAYERS[0]


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


def _used(module: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """Public modules that *module* uses, itself or through private ones."""
    direct = {other for path in MODULES[module] for other in _imported(path)} - {module} - seen
    public = {other for other in direct if not other.startswith("_")}
    return public.union(*(_used(other, seen | {module}) for other in direct - public))


def _layer(module: str) -> int:
    places = [index for index, layer in enumerate(LAYERS) if module in layer]
    assert places, f"{module} has no place in LAYERS"
    return places[0]


@pytest.mark.parametrize("module", sorted(name for name in MODULES if not name.startswith("_")))
def test_python__module__imports_only_from_lines_above(module: str) -> None:
    own = _layer(module)
    others = _used(module) - {module} - (WORDS if module in WORDS else frozenset())
    assert {other for other in others if _layer(other) >= own} == set()


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
