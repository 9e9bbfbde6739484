"""pytest plugin of the mutation runner: tokenkit's artifacts come from another folder where it has them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tokenkit import artifacts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--artifacts", type=Path, required=True, help="the folder with the artifacts of a mutant")


@pytest.fixture(scope="session", autouse=True)
def mutated(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let ``tokenkit.artifacts`` find the mutant."""
    folder: Path = request.config.getoption("--artifacts")
    carried = artifacts._place

    def place(name: str) -> Traversable:
        found = folder / f"{name}.json"
        return found if found.exists() else carried(name)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(artifacts, "_place", place)
        artifacts.load.cache_clear()
        yield
    artifacts.load.cache_clear()
