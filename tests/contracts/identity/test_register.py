from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.compliance_stage import GERMANY, NO_EXPIRY, SWITZERLAND, USA, facts

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage


def test_register__zero_address__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.ZeroAddress):
        stage.registry.send(stage.registrar, "register", ZERO_ADDRESS, facts())


def test_register__registered_already__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    with stage.nothing_changes(), reverts(errors.AlreadyRegistered, wallet=stage.ana.address):
        stage.register(stage.ana, USA)


@pytest.mark.parametrize("country", [0, 1000, 65_535])
def test_register__no_country_of_iso_3166__refused(stage: Stage, country: int) -> None:
    with stage.nothing_changes(), reverts(errors.InvalidCountry, country=country):
        stage.register(stage.ana, country)


def test_register__expired_already__refused(stage: Stage) -> None:
    past = stage.chain.now() - 1
    with stage.nothing_changes(), reverts(errors.AlreadyExpired, valid_until=past):
        stage.register(stage.ana, valid_until=past)


def test_register__unknown_provider__refused(stage: Stage) -> None:
    for provider in (1, 32, 255):
        with stage.nothing_changes(), reverts(errors.InvalidProvider, provider=provider):
            stage.register(stage.ana, provider=provider)


def test_register__revoked_provider__refused(stage: Stage) -> None:
    stage.registry.send(stage.officer, "addProvider", stage.eve.address, "Kyros")
    stage.registry.send(stage.officer, "revokeProvider", 1, "licence lost")
    with stage.nothing_changes(), reverts(errors.InvalidProvider, provider=1):
        stage.register(stage.ana, provider=1)


def test_register__retired_wallet__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    stage.common.send(stage.admin, "recover", stage.ana.address, stage.ben.address, stage.ana.address)
    with stage.nothing_changes(), reverts(errors.WalletRetired, wallet=stage.ana.address):
        stage.register(stage.ana)


def test_register__known_investor_with_other_facts__refused(stage: Stage) -> None:
    stage.register(stage.ana, claims=3)
    for other in ({"claims": 2}, {"claims": 3, "valid_until": NO_EXPIRY - 1}):
        with (
            stage.nothing_changes(),
            reverts(errors.FactsDiffer, wallet=stage.ben.address, identity=stage.ana.address),
        ):
            stage.register(stage.ben, identity=stage.ana.address, **other)


def test_register__ninth_wallet__refused(stage: Stage) -> None:
    stage.register(stage.people[0])
    for wallet in stage.people[1:8]:
        stage.register(wallet, identity=stage.people[0].address)
    assert len(stage.wallets_of(stage.people[0])) == 8
    with (
        stage.nothing_changes(),
        reverts(errors.TooManyWallets, identity=stage.people[0].address, limit=8),
    ):
        stage.register(stage.people[8], identity=stage.people[0].address)


def test_register__single_wallet__one_event_and_no_token_is_told(stage: Stage) -> None:
    until = stage.chain.now() + 1_000
    receipt = stage.register(stage.ana, GERMANY, claims=0x8000_0001, valid_until=until)

    (event,) = stage.registry.events(receipt)
    assert (event.name, dict(event.args)) == (
        "FactsAttested",
        {
            "wallet": stage.ana.address,
            "identity": stage.ana.address,
            "country": GERMANY,
            "claims": 0x8000_0001,
            "provider": 0,
            "validUntil": until,
        },
    )
    assert stage.told(receipt) == []
    found, retired = stage.registry.read("factsOf", stage.ana.address)
    expected = facts(GERMANY, claims=0x8000_0001, valid_until=until, identity=stage.ana.address)
    assert (dict(found), retired) == (expected, False)
    assert stage.wallets_of(stage.ana) == {stage.ana.address}
    assert stage.registry.read("investorOf", stage.ana.address) == stage.ana.address


def test_register__under_an_onchain_identity__named_after_it(stage: Stage) -> None:
    name = stage.eve.address
    receipt = stage.register(stage.ana, identity=name)
    assert stage.told(receipt) == []
    assert stage.registry.read("identity", stage.ana.address) == name
    assert stage.wallets_of(stage.ana) == {stage.ana.address}
    assert not stage.admission(stage.ana)["linked"]

    receipt = stage.register(stage.ben, identity=name)
    pair = frozenset({stage.ana.address, stage.ben.address})
    assert stage.told(receipt) == [
        ("Announced", frozenset({stage.ben.address})),
        ("Announced", frozenset({stage.ana.address})),
        ("Confirmed", pair, SWITZERLAND, 0),
    ]
    assert stage.wallets_of(stage.ana) == stage.wallets_of(stage.ben) == pair
    assert stage.admission(stage.ana)["linked"]
    assert stage.admission(stage.ben)["linked"]


def test_register__wallet_that_others_are_named_after__joins_them(stage: Stage) -> None:
    stage.register(stage.ben, identity=stage.ana.address)
    assert stage.wallets_of(stage.ana) == set()

    with reverts(errors.FactsDiffer, wallet=stage.ana.address, identity=stage.ana.address):
        stage.register(stage.ana, USA)
    stage.register(stage.ana)
    assert stage.wallets_of(stage.ana) == {stage.ana.address, stage.ben.address}
    assert stage.admission(stage.ben)["linked"]


def test_register__wallet_that_others_are_named_after_as_somebody_else__stays_apart(stage: Stage) -> None:
    stage.register(stage.ben, identity=stage.ana.address)
    stage.register(stage.ana, USA, identity=stage.eve.address)
    assert stage.wallets_of(stage.ben) == {stage.ben.address}
    assert stage.wallets_of(stage.ana) == {stage.ana.address}
    stage.link(stage.cleo, stage.ben)
    assert stage.wallets_of(stage.ben) == {stage.ben.address, stage.cleo.address}
    assert not stage.admission(stage.ana)["linked"]


def test_REG_3__removed_and_registered_again__tokens_are_told(stage: Stage) -> None:
    stage.register(stage.ana)
    stage.registry.send(stage.registrar, "deleteIdentity", stage.ana.address)
    receipt = stage.register(stage.ana, USA, claims=5)
    alone = frozenset({stage.ana.address})
    for token in (stage.common, stage.preferred):
        assert stage.told(receipt, token) == [("Announced", alone), ("Confirmed", alone, USA, 5)]


def test_registerBatch__lengths_differ__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.LengthMismatch, expected=2, actual=1):
        stage.registry.send(stage.registrar, "registerBatch", [stage.ana.address, stage.ben.address], [facts()])


def test_registerBatch__one_is_refused__none_is_registered(stage: Stage) -> None:
    wallets = [stage.ana.address, stage.ben.address, stage.ana.address]
    with stage.nothing_changes(), reverts(errors.AlreadyRegistered, wallet=stage.ana.address):
        stage.registry.send(stage.registrar, "registerBatch", wallets, [facts()] * 3)


def test_registerBatch__many__each_as_if_alone(stage: Stage) -> None:
    wallets = [one.address for one in stage.people]
    given = [facts(index + 1, claims=index) for index in range(len(wallets))]
    receipt = stage.registry.send(stage.registrar, "registerBatch", wallets, given)

    assert [event.args["wallet"] for event in stage.registry.events(receipt)] == wallets
    for wallet, one in zip(wallets, given, strict=True):
        found, _ = stage.registry.read("factsOf", wallet)
        assert dict(found) == {**one, "identity": wallet}
