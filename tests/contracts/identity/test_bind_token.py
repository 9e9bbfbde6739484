from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contracts.compliance_stage import USA
from tests.contracts.rights_stage import deploy

from tokenkit import reverts as errors
from tokenkit.errors import RevertReason
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage


def test_bindToken__bound_already__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.TokenAlreadyBound, token=stage.common.address):
        stage.registry.send(stage.officer, "bindToken", stage.common.address)


def test_bindToken__no_contract__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.NotAToken, token=stage.ana.address):
        stage.registry.send(stage.officer, "bindToken", stage.ana.address)


def test_bindToken__seventeenth__refused(stage: Stage) -> None:
    for _ in range(14):
        token = deploy(stage.chain, stage.admin, "RecordingToken")
        stage.registry.send(stage.officer, "bindToken", token.address)
    one_more = deploy(stage.chain, stage.admin, "RecordingToken")
    with stage.nothing_changes(), reverts(errors.TooManyTokens, limit=16):
        stage.registry.send(stage.officer, "bindToken", one_more.address)


def test_bindToken__new__bound(stage: Stage) -> None:
    token = deploy(stage.chain, stage.admin, "RecordingToken")
    assert not stage.registry.read("isTokenBound", token.address)
    receipt = stage.registry.send(stage.officer, "bindToken", token.address)
    assert stage.registry.only_event(receipt, "TokenBound") == {"token": token.address}
    assert stage.registry.read("isTokenBound", token.address)
    assert stage.registry.read("boundTokens") == (stage.common.address, stage.preferred.address, token.address)


def test_bindToken__token_without_hooks__never_told(stage: Stage) -> None:
    plain = deploy(stage.chain, stage.admin, "RecordingToken")
    plain.send(stage.admin, "setHooked", False)
    plain.send(stage.admin, "ask", stage.registry.address, stage.rulebook.address)
    stage.registry.send(stage.officer, "bindToken", plain.address)
    plain.send(stage.admin, "setHooked", True)

    stage.register(stage.ana)
    receipt = stage.registry.send(stage.registrar, "updateCountry", stage.ana.address, USA)
    assert stage.told(receipt, plain) == []
    assert stage.told(stage.set_terms((0, []), token=plain), plain) == []


def test_unbindToken__not_bound__refused(stage: Stage) -> None:
    token = deploy(stage.chain, stage.admin, "RecordingToken")
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=token.address):
        stage.registry.send(stage.officer, "unbindToken", token.address)


def test_unbindToken__still_asks_here__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.TokenInUse, token=stage.common.address):
        stage.registry.send(stage.officer, "unbindToken", stage.common.address)


def test_expelToken__not_bound__refused(stage: Stage) -> None:
    token = deploy(stage.chain, stage.admin, "RecordingToken")
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=token.address):
        stage.registry.send(stage.officer, "expelToken", token.address)


def test_REG_3__expelled_while_it_still_asks_here__told_and_nobody_is_admitted(stage: Stage) -> None:
    stage.set_terms((0, []))
    stage.register(stage.ana)
    assert stage.admission(stage.ana)["reason"] == 0
    receipt = stage.registry.send(stage.officer, "expelToken", stage.common.address)
    assert stage.told(receipt) == [("Voided",)]
    assert stage.admission(stage.ana)["reason"] != 0


def test_expelToken__expelled__never_bound_again(stage: Stage) -> None:
    stage.registry.send(stage.officer, "expelToken", stage.common.address)
    with stage.nothing_changes(), reverts(errors.TokenExpelled, token=stage.common.address):
        stage.registry.send(stage.officer, "bindToken", stage.common.address)


def test_expelToken__token_that_cannot_be_told__frees_the_registry(stage: Stage) -> None:
    stage.register(stage.ana)
    stage.common.send(stage.admin, "setBroken", True)
    with stage.nothing_changes(), reverts(RevertReason):
        stage.registry.send(stage.registrar, "updateCountry", stage.ana.address, USA)

    stage.registry.send(stage.officer, "expelToken", stage.common.address)
    receipt = stage.registry.send(stage.registrar, "updateCountry", stage.ana.address, USA)
    assert len(stage.told(receipt, stage.preferred)) == 2


def test_unbindToken__asks_elsewhere__gone_with_its_terms(stage: Stage) -> None:
    stage.set_terms((0, [USA]))
    stage.common.send(stage.admin, "ask", stage.eve.address, stage.rulebook.address)
    receipt = stage.registry.send(stage.officer, "unbindToken", stage.common.address)

    assert stage.registry.only_event(receipt, "TokenUnbound") == {"token": stage.common.address}
    assert not stage.registry.read("isTokenBound", stage.common.address)
    assert stage.registry.read("boundTokens") == (stage.preferred.address,)
    assert stage.registry.read("termsOf", stage.common.address) == (0, False, ())
    stage.registry.send(stage.officer, "bindToken", stage.common.address)
    stage.register(stage.ana, USA)
    assert stage.admission(stage.ana)["reason"] != 0
