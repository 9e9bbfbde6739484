from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contracts.compliance_stage import GERMANY, SWITZERLAND, USA, facts

from tokenkit import reverts as errors
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from typing import Unpack

    from tests.contracts.compliance_stage import FactsFields, Stage

    from tokenkit.chain import Receipt, Signer


def update(stage: Stage, wallet: Signer, country: int = SWITZERLAND, **more: Unpack[FactsFields]) -> Receipt:
    return stage.registry.send(stage.registrar, "update", wallet.address, facts(country, **more))


def test_update__not_registered__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.NotRegistered, wallet=stage.ana.address):
        update(stage, stage.ana)


def test_update__removed__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    stage.registry.send(stage.registrar, "deleteIdentity", stage.ana.address)
    with stage.nothing_changes(), reverts(errors.NotRegistered, wallet=stage.ana.address):
        update(stage, stage.ana)


def test_update__retired_wallet__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    stage.common.send(stage.admin, "recover", stage.ana.address, stage.ben.address, stage.ana.address)
    with stage.nothing_changes(), reverts(errors.WalletRetired, wallet=stage.ana.address):
        update(stage, stage.ana)


def test_update__facts_of_somebody_else__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    with (
        stage.nothing_changes(),
        reverts(errors.NotSameInvestor, wallet=stage.ana.address, identity=stage.ben.address),
    ):
        update(stage, stage.ana, identity=stage.ben.address)


def test_update__facts_that_cannot_be_attested__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    past = stage.chain.now() - 1
    with stage.nothing_changes(), reverts(errors.AlreadyExpired, valid_until=past):
        update(stage, stage.ana, valid_until=past)
    with stage.nothing_changes(), reverts(errors.InvalidCountry, country=0):
        update(stage, stage.ana, 0)
    with stage.nothing_changes(), reverts(errors.InvalidProvider, provider=3):
        update(stage, stage.ana, provider=3)


def test_update__single_wallet__facts_and_tokens_told(stage: Stage) -> None:
    stage.register(stage.ana)
    receipt = update(stage, stage.ana, USA, claims=6)

    alone = frozenset({stage.ana.address})
    for token in (stage.common, stage.preferred):
        assert stage.told(receipt, token) == [("Announced", alone), ("Confirmed", alone, USA, 6)]
    assert stage.registry.only_event(receipt, "CountryUpdated") == {
        "investorAddress": stage.ana.address,
        "country": USA,
    }
    assert stage.registry.only_event(receipt, "FactsAttested")["claims"] == 6
    found, _ = stage.registry.read("factsOf", stage.ana.address)
    assert dict(found) == facts(USA, claims=6, identity=stage.ana.address)


def test_update__same_country__no_country_event(stage: Stage) -> None:
    stage.register(stage.ana)
    receipt = update(stage, stage.ana, claims=6)
    assert [event.name for event in stage.registry.events(receipt)] == ["FactsAttested"]


def test_REG_1__update_of_any_wallet__all_wallets_carry_the_same_facts(stage: Stage) -> None:
    stage.register(stage.ana)
    for wallet in (stage.ben, stage.cleo):
        stage.link(wallet, stage.ana)
    stage.common.send(stage.admin, "recover", stage.ben.address, stage.dora.address, stage.ana.address)

    receipt = update(stage, stage.dora, GERMANY, claims=12, identity=stage.ana.address)
    family = (stage.ana, stage.ben, stage.cleo, stage.dora)
    everyone = frozenset(one.address for one in family)
    assert stage.told(receipt) == [("Announced", everyone), ("Confirmed", everyone, GERMANY, 12)]
    for wallet in family:
        found, retired = stage.registry.read("factsOf", wallet.address)
        assert (dict(found), retired) == (facts(GERMANY, claims=12, identity=stage.ana.address), wallet is stage.ben)


def test_update__token_that_asks_elsewhere__is_not_told(stage: Stage) -> None:
    stage.register(stage.ana)
    stage.preferred.send(stage.admin, "ask", stage.eve.address, stage.eve.address)
    receipt = update(stage, stage.ana, USA)
    assert len(stage.told(receipt, stage.common)) == 2
    assert stage.told(receipt, stage.preferred) == []
