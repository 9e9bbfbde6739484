"""pytest plugin: a chain for each test, refusals by type and argument, time travel, and a chain that only records.

Loaded by pytest where tokenkit is installed. ``--backend anvil`` runs the same tests on anvil instead of the embedded chain.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tokenkit.errors import NodeUnavailable, Reverted, TokenkitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenkit.chain import DevelopmentChain


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--backend`` to pytest."""
    parser.getgroup("tokenkit").addoption(
        "--backend",
        choices=("local", "anvil"),
        default="local",
        help="the chain that tokenkit's fixtures run on: embedded (local) or anvil",
    )


@pytest.fixture(scope="session")
def session_chain(request: pytest.FixtureRequest) -> Iterator[DevelopmentChain]:
    """Give one chain for the whole run; deploy on it from session fixtures only, and use :func:`chain` in tests."""
    if request.config.getoption("--backend") == "anvil":
        with _anvil() as chain:
            yield chain
    else:
        from tokenkit.chain import LocalChain  # noqa: PLC0415 - every pytest in this environment loads the plugin

        yield LocalChain()


@pytest.fixture
def chain(session_chain: DevelopmentChain) -> Iterator[DevelopmentChain]:
    """Give the chain as the session's fixtures left it; whatever the test does to it is undone."""
    before = session_chain.snapshot()
    yield session_chain
    session_chain.revert(before)


@pytest.fixture(scope="session")
def anvil_chain() -> Iterator[DevelopmentChain]:
    """Give a chain on anvil, whatever ``--backend`` says; skips where there is no anvil."""
    with _anvil() as chain:
        yield chain


class Refusal:
    """What :func:`reverts` caught."""

    error: TokenkitError


@contextmanager
def reverts(kind: type[TokenkitError], **fields: object) -> Iterator[Refusal]:
    """Expect the body to be refused with an error of exactly this *kind* that carries these *fields*.

    Raises:
        AssertionError: nothing was refused, or something else, or with other values.
    """
    if issubclass(kind, Reverted) and not set(fields) <= set(kind.field_names):
        raise AssertionError(f"{kind.__name__} has the fields {kind.field_names}, not all of {tuple(fields)}.")
    refusal = Refusal()
    try:
        yield refusal
    except TokenkitError as error:
        if type(error) is not kind:
            raise AssertionError(f"Expected {kind.__name__}, got {type(error).__name__}: {error}") from error
        actual = {name: getattr(error, name, None) for name in fields}
        if actual != fields:
            raise AssertionError(f"{kind.__name__} carries {actual}, expected {fields}.") from error
        refusal.error = error
    else:
        raise AssertionError(f"Expected {kind.__name__}, but nothing was refused.")


def next_transaction_at(chain: DevelopmentChain, second: int) -> None:
    """Travel so that the next transaction is in a block with the timestamp *second*, not one later."""
    chain.travel(to=second - 1)


@contextmanager
def _anvil() -> Iterator[DevelopmentChain]:
    from tokenkit.chain import AnvilChain, AnvilNode  # noqa: PLC0415 - as above

    try:
        node = AnvilNode()
    except NodeUnavailable as absent:
        pytest.skip(str(absent))
    with node:
        yield AnvilChain(node.url)
