from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contracts.compliance_stage import GERMANY, facts

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage


def test_link__zero_address__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    with stage.nothing_changes(), reverts(errors.ZeroAddress):
        stage.registry.send(stage.registrar, "link", ZERO_ADDRESS, stage.ana.address)


def test_link__to_nobody__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.NotRegistered, wallet=stage.ana.address):
        stage.link(stage.ben, stage.ana)


def test_link__registered_already__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    stage.register(stage.ben)
    with stage.nothing_changes(), reverts(errors.AlreadyRegistered, wallet=stage.ben.address):
        stage.link(stage.ben, stage.ana)


def test_link__retired_wallet__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    stage.common.send(stage.admin, "recover", stage.ana.address, stage.ben.address, stage.ana.address)
    stage.register(stage.cleo)
    with stage.nothing_changes(), reverts(errors.WalletRetired, wallet=stage.ana.address):
        stage.link(stage.ana, stage.cleo)


def test_link__ninth_wallet__refused(stage: Stage) -> None:
    stage.register(stage.people[0])
    for wallet in stage.people[1:8]:
        stage.link(wallet, stage.people[0])
    with stage.nothing_changes(), reverts(errors.TooManyWallets, identity=stage.people[0].address, limit=8):
        stage.link(stage.people[8], stage.people[3])


def test_REG_3__second_wallet__gets_the_facts_and_tokens_are_told(stage: Stage) -> None:
    stage.register(stage.ana, GERMANY, claims=9)
    receipt = stage.link(stage.ben, stage.ana)

    pair = frozenset({stage.ana.address, stage.ben.address})
    assert stage.told(receipt) == [
        ("Announced", frozenset({stage.ben.address})),
        ("Announced", frozenset({stage.ana.address})),
        ("Confirmed", pair, GERMANY, 9),
    ]
    assert stage.registry.only_event(receipt, "IdentityRegistered") == {
        "investorAddress": stage.ben.address,
        "identity": stage.ana.address,
    }
    found, _ = stage.registry.read("factsOf", stage.ben.address)
    assert dict(found) == facts(GERMANY, claims=9, identity=stage.ana.address)
    assert stage.wallets_of(stage.ben) == pair
    assert stage.admission(stage.ana)["linked"]
    assert stage.admission(stage.ben)["linked"]


def test_link__to_a_retired_wallet__still_names_its_investor(stage: Stage) -> None:
    stage.register(stage.ana)
    stage.common.send(stage.admin, "recover", stage.ana.address, stage.ben.address, stage.ana.address)
    stage.registry.send(stage.registrar, "deleteIdentity", stage.ben.address)
    stage.link(stage.cleo, stage.ana)
    assert stage.wallets_of(stage.cleo) == {stage.ana.address, stage.cleo.address}
