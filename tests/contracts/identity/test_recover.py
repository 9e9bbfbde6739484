from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.compliance_stage import GERMANY, SWITZERLAND, USA, Code, facts

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage
    from tests.contracts.rights_stage import Handle

    from tokenkit.chain import Receipt, Signer


def recover(
    stage: Stage, lost: Signer, replacement: Signer, investor: Signer, *, token: Handle | None = None
) -> Receipt:
    addresses = (lost.address, replacement.address, investor.address)
    return (token or stage.common).send(stage.admin, "recover", *addresses)


def test_recover__caller_is_no_bound_token__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    for caller in (stage.admin, stage.registrar, stage.officer, stage.ana):
        with stage.nothing_changes(), reverts(errors.TokenNotBound, token=caller.address):
            stage.registry.send(caller, "recover", stage.ana.address, stage.ben.address, stage.ana.address)


def test_recover__lost_wallet_not_registered__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.NotRegistered, wallet=stage.ana.address):
        recover(stage, stage.ana, stage.ben, stage.ana)


def test_recover__lost_wallet_of_somebody_else__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    stage.register(stage.ben)
    with (
        stage.nothing_changes(),
        reverts(errors.NotSameInvestor, wallet=stage.ana.address, identity=stage.ben.address),
    ):
        recover(stage, stage.ana, stage.cleo, stage.ben)


def test_recover__replacement_of_somebody_else__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    stage.register(stage.ben)
    with (
        stage.nothing_changes(),
        reverts(errors.NotSameInvestor, wallet=stage.ben.address, identity=stage.ana.address),
    ):
        recover(stage, stage.ana, stage.ben, stage.ana)


def test_recover__replacement_is_zero_or_the_lost_wallet__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    with stage.nothing_changes(), reverts(errors.ZeroAddress):
        stage.common.send(stage.admin, "recover", stage.ana.address, ZERO_ADDRESS, stage.ana.address)
    with stage.nothing_changes(), reverts(errors.WalletRetired, wallet=stage.ana.address):
        recover(stage, stage.ana, stage.ana, stage.ana)


def test_REG_2__replacement_retired_before__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    recover(stage, stage.ana, stage.ben, stage.ana)
    with stage.nothing_changes(), reverts(errors.WalletRetired, wallet=stage.ana.address):
        recover(stage, stage.ben, stage.ana, stage.ana)


def test_recover__ninth_wallet__refused(stage: Stage) -> None:
    stage.register(stage.people[0])
    for wallet in stage.people[1:8]:
        stage.link(wallet, stage.people[0])
    with stage.nothing_changes(), reverts(errors.TooManyWallets, identity=stage.people[0].address, limit=8):
        recover(stage, stage.people[2], stage.people[8], stage.people[0])


def test_recover__replacement_unknown__gets_the_facts_and_tokens_are_told(stage: Stage) -> None:
    stage.register(stage.ana, GERMANY, claims=3)
    receipt = recover(stage, stage.ana, stage.ben, stage.ana)

    pair = frozenset({stage.ana.address, stage.ben.address})
    for token in (stage.common, stage.preferred):
        assert stage.told(receipt, token) == [
            ("Announced", frozenset({stage.ana.address})),
            ("Announced", frozenset({stage.ben.address})),
            ("Confirmed", pair, GERMANY, 3),
        ]
    assert [event.name for event in stage.registry.events(receipt)] == [
        "FactsAttested",
        "IdentityRegistered",
        "WalletRecovered",
    ]
    assert stage.registry.only_event(receipt, "WalletRecovered") == {
        "lost": stage.ana.address,
        "replacement": stage.ben.address,
        "identity": stage.ana.address,
    }
    for wallet, retired in ((stage.ana, True), (stage.ben, False)):
        found, is_retired = stage.registry.read("factsOf", wallet.address)
        assert (dict(found), is_retired) == (facts(GERMANY, claims=3, identity=stage.ana.address), retired)
    assert stage.wallets_of(stage.ana) == pair
    assert not stage.registry.read("contains", stage.ana.address)
    assert stage.registry.read("contains", stage.ben.address)
    assert stage.reason(stage.ana) == Code.RETIRED


def test_recover__replacement_registered_already__keeps_what_it_has(stage: Stage) -> None:
    stage.register(stage.ana, USA)
    stage.link(stage.ben, stage.ana)
    receipt = recover(stage, stage.ana, stage.ben, stage.ana)
    pair = frozenset({stage.ana.address, stage.ben.address})
    assert stage.told(receipt) == [("Announced", pair), ("Confirmed", pair, USA, 0)]
    assert [event.name for event in stage.registry.events(receipt)] == ["WalletRecovered"]


@pytest.mark.parametrize("name", ["own", "onchain"])
def test_recover__repeated_by_the_next_token__changes_nothing(stage: Stage, name: str) -> None:
    investor = stage.ana if name == "own" else stage.eve
    stage.register(stage.ana, identity=investor.address)
    recover(stage, stage.ana, stage.ben, investor)
    with stage.same_state():
        receipt = recover(stage, stage.ana, stage.ben, investor, token=stage.preferred)
    assert receipt.logs == ()


def test_recover__again_to_a_third_wallet__joins_too(stage: Stage) -> None:
    stage.register(stage.ana)
    recover(stage, stage.ana, stage.ben, stage.ana)
    recover(stage, stage.ana, stage.cleo, stage.ana, token=stage.preferred)
    assert stage.wallets_of(stage.cleo) == {stage.ana.address, stage.ben.address, stage.cleo.address}


def test_recover__replacement_removed_before__joins_again(stage: Stage) -> None:
    stage.register(stage.ana)
    stage.register(stage.ben, USA)
    stage.registry.send(stage.registrar, "deleteIdentity", stage.ben.address)
    recover(stage, stage.ana, stage.ben, stage.ana)
    assert stage.wallets_of(stage.ben) == {stage.ana.address, stage.ben.address}


def test_REG_2__retired_wallet__every_way_back_is_closed(stage: Stage) -> None:
    stage.set_terms((0, []))
    stage.register(stage.ana)
    stage.register(stage.cleo)
    recover(stage, stage.ana, stage.ben, stage.ana)

    send = stage.registry.send
    retired = stage.ana.address
    for function, *args in (
        ("register", retired, facts()),
        ("registerBatch", [retired], [facts()]),
        ("registerIdentity", retired, ZERO_ADDRESS, SWITZERLAND),
        ("batchRegisterIdentity", [retired], [ZERO_ADDRESS], [SWITZERLAND]),
        ("link", retired, stage.cleo.address),
        ("update", retired, facts()),
        ("updateIdentity", retired, stage.cleo.address),
        ("updateCountry", retired, USA),
        ("deleteIdentity", retired),
    ):
        with stage.nothing_changes(), reverts(errors.WalletRetired, wallet=retired):
            send(stage.registrar, function, *args)
    assert stage.reason(stage.ana) == Code.RETIRED
    assert not stage.registry.read("isVerified", retired)
