"""Fixtures of the registry's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts import attestation_stage
from tests.contracts.compliance_stage import Stage, build

if TYPE_CHECKING:
    from tokenkit.chain import DevelopmentChain


@pytest.fixture(scope="session")
def session_stage(session_chain: DevelopmentChain) -> Stage:
    return build(session_chain)


@pytest.fixture
def stage(session_stage: Stage, chain: DevelopmentChain) -> Stage:
    """Give the stage as built; whatever the test does to it is undone."""
    return session_stage


@pytest.fixture(scope="session")
def session_office(session_chain: DevelopmentChain) -> attestation_stage.Stage:
    return attestation_stage.build(session_chain)


@pytest.fixture
def office(session_office: attestation_stage.Stage, chain: DevelopmentChain) -> attestation_stage.Stage:
    """Give the providers' office as built; whatever the test does to it is undone."""
    return session_office
