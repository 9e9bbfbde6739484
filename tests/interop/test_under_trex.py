"""Our token under T-REX's registry and compliance, unmodified."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit.reverts import TransferRestricted
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.interop.conftest import World


@pytest.fixture
def hosted(world: World) -> World:
    """Point our token at T-REX's registry, as its agent, and at a compliance of T-REX's own."""
    world.theirs.registry.send(world.owner, "addAgent", world.token.address)
    world.set_registry(world.theirs.registry)
    return world


def test_mint__not_verified__refused(hosted: World) -> None:
    mallory = hosted.people.mallory.address
    with reverts(TransferRestricted, code=27, account=mallory):
        hosted.token.send(hosted.people.issuer, "mint", mallory, 1)
