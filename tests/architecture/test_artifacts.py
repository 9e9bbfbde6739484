"""The committed artifacts are those of the sources. Needs no compiler; `make check` of CI compiles again and compares bytes."""

from __future__ import annotations

import pytest

from _toolchain import artifacts, reverts
from _toolchain.settings import CODE_LIMIT, REPOSITORY
from _toolchain.sources import SourceTree

CARRIED = REPOSITORY / "src" / "tokenkit" / "artifacts"


@pytest.mark.parametrize(
    ("sources", "place"), [("contracts", CARRIED), ("tests/contracts/mocks", REPOSITORY / "tests" / "artifacts")]
)
def test_artifacts__compared_with_their_sources__current(sources: str, place: object) -> None:
    tree = SourceTree(root=REPOSITORY, packages=REPOSITORY / "node_modules")
    assert artifacts.stale(tree, sources, artifacts.read_all(place)) == []


def test_reverts__generated_again__the_same() -> None:
    generated = reverts.generate(artifacts.read_all(CARRIED))
    assert generated == (REPOSITORY / "src" / "tokenkit" / "reverts.py").read_text(encoding="utf-8")


def test_artifacts__code_size__deployable() -> None:
    sizes = {name: len(one["deployedBytecode"]) // 2 - 1 for name, one in artifacts.read_all(CARRIED).items()}
    assert {name: size for name, size in sizes.items() if size >= CODE_LIMIT} == {}
