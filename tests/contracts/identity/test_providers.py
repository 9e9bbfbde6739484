from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage


def test_addProvider__zero_address__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.ZeroAddress):
        stage.registry.send(stage.officer, "addProvider", ZERO_ADDRESS, "nobody")


def test_addProvider__thirty_third__refused(stage: Stage) -> None:
    for index in range(1, 32):
        stage.registry.send(stage.officer, "addProvider", stage.eve.address, f"number {index}")
    assert stage.registry.read("providerCount") == 32
    with stage.nothing_changes(), reverts(errors.TooManyProviders, limit=32):
        stage.registry.send(stage.officer, "addProvider", stage.eve.address, "one too many")


def test_addProvider__first__index_one_and_active(stage: Stage) -> None:
    assert stage.registry.read("providerAt", 0) == (ZERO_ADDRESS, True)
    receipt = stage.registry.send(stage.officer, "addProvider", stage.eve.address, "Kyros")
    assert stage.registry.only_event(receipt, "ProviderAdded") == {
        "provider": 1,
        "account": stage.eve.address,
        "name": "Kyros",
    }
    assert stage.registry.read("providerAt", 1) == (stage.eve.address, True)
    assert stage.registry.read("providerAt", 2) == (ZERO_ADDRESS, False)


def test_revokeProvider__issuer_unknown_or_revoked__refused(stage: Stage) -> None:
    stage.registry.send(stage.officer, "addProvider", stage.eve.address, "Kyros")
    stage.registry.send(stage.officer, "revokeProvider", 1, "licence lost")
    for provider in (0, 1, 2, 32, 255):
        with stage.nothing_changes(), reverts(errors.InvalidProvider, provider=provider):
            stage.registry.send(stage.officer, "revokeProvider", provider, "")


def test_reinstateProvider__active_or_unknown__refused(stage: Stage) -> None:
    stage.registry.send(stage.officer, "addProvider", stage.eve.address, "Kyros")
    for provider in (0, 1, 2, 32, 255):
        with stage.nothing_changes(), reverts(errors.InvalidProvider, provider=provider):
            stage.registry.send(stage.officer, "reinstateProvider", provider, "")


def test_revokeProvider__then_reinstated__with_reasons_and_all_tokens_told(stage: Stage) -> None:
    stage.registry.send(stage.officer, "addProvider", stage.eve.address, "Kyros")
    for function, event, active in (
        ("revokeProvider", "ProviderRevoked", False),
        ("reinstateProvider", "ProviderReinstated", True),
    ):
        receipt = stage.registry.send(stage.officer, function, 1, "because")
        assert stage.registry.only_event(receipt, event) == {"provider": 1, "reason": "because"}
        assert stage.registry.read("providerAt", 1) == (stage.eve.address, active)
        assert stage.told(receipt) == stage.told(receipt, stage.preferred) == [("Voided",)]


def test_revokeProvider__however_many_it_attested__costs_the_same(stage: Stage) -> None:
    stage.registry.send(stage.officer, "addProvider", stage.eve.address, "Kyros")
    before = stage.chain.snapshot()
    alone = stage.registry.send(stage.officer, "revokeProvider", 1, "because").gas_used
    stage.chain.revert(before)
    for wallet in stage.people:
        stage.register(wallet, provider=1)
    assert stage.registry.send(stage.officer, "revokeProvider", 1, "because").gas_used == alone
