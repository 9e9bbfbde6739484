"""The issuer that all stories start from, deployed once a run."""

from __future__ import annotations

import pytest
from tests.stateful.evidence import Evidence
from tests.stateful.issuer import prepared
from tests.stateful.world import Start, World


@pytest.fixture(scope="session")
def world() -> World:
    return World()


@pytest.fixture(scope="session")
def issuer_start(world: World) -> Start:
    return prepared(world, Evidence())
