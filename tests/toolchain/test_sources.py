"""Reading Solidity sources without a compiler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from _toolchain.errors import ToolchainError
from _toolchain.sources import SourceTree, declarations, imports

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
// import {Ghost} from "./Ghost.sol";
import {A, B as C} from "../types/A.sol";
import "@openzeppelin/contracts/X.sol";
/* contract Hidden {} */
import * as D from './D.sol';
import {
    E
} from "./deep/E.sol";
string constant NOTE = "contract Quoted {}";
abstract contract Base {}
contract Share is Base { string s = "// not a comment"; }
interface IShare {}
library Lib {}
"""


def _tree(root: Path, **files: str) -> SourceTree:
    (root / "contracts").mkdir()
    for name, text in files.items():
        (root / "contracts" / f"{name}.sol").write_text(text, encoding="utf-8")
    return SourceTree(root=root, packages=root / "node_modules")


def test_closure__missing_package__names_the_remedy(tmp_path: Path) -> None:
    tree = _tree(tmp_path, A='import {X} from "@openzeppelin/contracts/X.sol";')
    with pytest.raises(
        ToolchainError, match=r"@openzeppelin/contracts/X\.sol is imported but is not there\. Run `make node` first"
    ):
        tree.closure(["contracts/A.sol"])


def test_declarations__two_of_one_name__refused(tmp_path: Path) -> None:
    tree = _tree(tmp_path, A="contract Share {}", B="contract Share {}")
    with pytest.raises(ToolchainError, match=r"Share is declared in contracts/A\.sol and in contracts/B\.sol"):
        tree.declarations("contracts")


def test_imports__every_form__resolved_and_comments_skipped() -> None:
    assert list(imports("contracts/token/S.sol", TEXT)) == [
        "contracts/types/A.sol",
        "@openzeppelin/contracts/X.sol",
        "contracts/token/D.sol",
        "contracts/token/deep/E.sol",
    ]


def test_declarations__every_kind__comments_and_strings_skipped() -> None:
    found = [(one.kind, one.name, one.deployable) for one in declarations("S.sol", TEXT)]
    assert found == [
        ("abstract contract", "Base", False),
        ("contract", "Share", True),
        ("interface", "IShare", False),
        ("library", "Lib", False),
    ]


def test_closure__circular_imports__each_unit_once(tmp_path: Path) -> None:
    tree = _tree(tmp_path, B='import "./A.sol";', A='import "./B.sol";')
    assert list(tree.closure(["contracts/B.sol"])) == ["contracts/A.sol", "contracts/B.sol"]
