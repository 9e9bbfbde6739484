"""The chains that the client's tests run on: embedded, the embedded one by JSON-RPC, and anvil."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.client import chain_probe

from tokenkit.chain import LocalChain, RpcChain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenkit.chain import Chain, DevelopmentChain, LocalSigner
    from tokenkit.types import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A chain with a probe contract; ``clock`` is the same chain by whoever can travel on it."""

    chain: Chain
    clock: DevelopmentChain
    probe: Address
    ana: LocalSigner
    ben: LocalSigner


@pytest.fixture(params=["local", "rpc", pytest.param("anvil", marks=pytest.mark.anvil)])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    clock = request.getfixturevalue("anvil_chain") if request.param == "anvil" else LocalChain(accounts=2)
    chain = RpcChain(clock.provider, poll=0.01, preflight="pending") if request.param == "rpc" else clock
    before = clock.snapshot()
    ana, ben = clock.accounts[:2]
    yield Stage(chain=chain, clock=clock, probe=chain_probe.deploy(clock, ana), ana=ana, ben=ben)
    clock.revert(before)
