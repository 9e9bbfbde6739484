"""The registry under ERC-3643's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contracts.compliance_stage import GERMANY, SWITZERLAND, USA, facts

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage


def test_registerIdentity__no_country__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.InvalidCountry, country=0):
        stage.registry.send(stage.registrar, "registerIdentity", stage.ana.address, ZERO_ADDRESS, 0)


def test_registerIdentity__registered_already__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    with stage.nothing_changes(), reverts(errors.AlreadyRegistered, wallet=stage.ana.address):
        stage.registry.send(stage.registrar, "registerIdentity", stage.ana.address, ZERO_ADDRESS, SWITZERLAND)


def test_registerIdentity__known_investor_of_another_country__refused(stage: Stage) -> None:
    stage.register(stage.ana)
    with (
        stage.nothing_changes(),
        reverts(errors.FactsDiffer, wallet=stage.ben.address, identity=stage.ana.address),
    ):
        stage.registry.send(stage.registrar, "registerIdentity", stage.ben.address, stage.ana.address, USA)


def test_registerIdentity__new__issuer_attests_a_country_and_nothing_else(stage: Stage) -> None:
    for wallet, identity in ((stage.ana, ZERO_ADDRESS), (stage.ben, stage.eve.address)):
        receipt = stage.registry.send(stage.registrar, "registerIdentity", wallet.address, identity, GERMANY)
        named = wallet.address if identity == ZERO_ADDRESS else identity
        assert stage.registry.only_event(receipt, "IdentityRegistered") == {
            "investorAddress": wallet.address,
            "identity": named,
        }
        assert stage.registry.only_event(receipt, "FactsAttested")["country"] == GERMANY
        found, _ = stage.registry.read("factsOf", wallet.address)
        assert dict(found) == facts(GERMANY, identity=named)


def test_registerIdentity__known_investor__gets_its_facts(stage: Stage) -> None:
    stage.register(stage.ana, claims=5)
    stage.registry.send(stage.registrar, "registerIdentity", stage.ben.address, stage.ana.address, SWITZERLAND)
    found, _ = stage.registry.read("factsOf", stage.ben.address)
    assert dict(found) == facts(claims=5, identity=stage.ana.address)
    assert stage.wallets_of(stage.ana) == {stage.ana.address, stage.ben.address}


def test_batchRegisterIdentity__lengths_differ__refused(stage: Stage) -> None:
    wallets = [stage.ana.address, stage.ben.address]
    with stage.nothing_changes(), reverts(errors.LengthMismatch, expected=2, actual=1):
        stage.registry.send(stage.registrar, "batchRegisterIdentity", wallets, [ZERO_ADDRESS], [USA, USA])
    with stage.nothing_changes(), reverts(errors.LengthMismatch, expected=2, actual=3):
        stage.registry.send(stage.registrar, "batchRegisterIdentity", wallets, [ZERO_ADDRESS] * 2, [USA] * 3)


def test_batchRegisterIdentity__many__each_as_if_alone(stage: Stage) -> None:
    wallets = [stage.ana.address, stage.ben.address]
    stage.registry.send(stage.registrar, "batchRegisterIdentity", wallets, [ZERO_ADDRESS] * 2, [USA, GERMANY])
    assert [stage.registry.read("investorCountry", wallet) for wallet in wallets] == [USA, GERMANY]


def test_updateIdentity__not_registered_or_retired__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.NotRegistered, wallet=stage.ana.address):
        stage.registry.send(stage.registrar, "updateIdentity", stage.ana.address, stage.ben.address)
    stage.register(stage.ana)
    stage.common.send(stage.admin, "recover", stage.ana.address, stage.ben.address, stage.ana.address)
    with stage.nothing_changes(), reverts(errors.WalletRetired, wallet=stage.ana.address):
        stage.registry.send(stage.registrar, "updateIdentity", stage.ana.address, stage.cleo.address)


def test_updateIdentity__same_investor__changes_nothing(stage: Stage) -> None:
    stage.register(stage.ana)
    with stage.same_state():
        receipt = stage.registry.send(stage.registrar, "updateIdentity", stage.ana.address, ZERO_ADDRESS)
    assert receipt.logs == ()


def test_updateIdentity__to_a_known_investor__gets_its_facts_and_both_are_told(stage: Stage) -> None:
    stage.register(stage.ana, USA, claims=1)
    stage.link(stage.ben, stage.ana)
    stage.register(stage.cleo, GERMANY, claims=2)
    receipt = stage.registry.send(stage.registrar, "updateIdentity", stage.ben.address, stage.cleo.address)

    assert stage.told(receipt) == [
        ("Announced", frozenset({stage.ana.address, stage.ben.address})),
        ("Announced", frozenset({stage.cleo.address})),
        ("Confirmed", frozenset({stage.ana.address}), USA, 1),
        ("Confirmed", frozenset({stage.ben.address, stage.cleo.address}), GERMANY, 2),
    ]
    assert stage.registry.only_event(receipt, "IdentityUpdated") == {
        "oldIdentity": stage.ana.address,
        "newIdentity": stage.cleo.address,
    }
    assert stage.wallets_of(stage.ana) == {stage.ana.address}
    assert stage.wallets_of(stage.ben) == {stage.ben.address, stage.cleo.address}
    assert not stage.admission(stage.ana)["linked"]
    assert stage.admission(stage.cleo)["linked"]


def test_updateIdentity__to_a_new_name__keeps_the_facts(stage: Stage) -> None:
    stage.register(stage.ana, USA, claims=1)
    stage.link(stage.ben, stage.ana)
    stage.registry.send(stage.registrar, "updateIdentity", stage.ana.address, stage.eve.address)
    found, _ = stage.registry.read("factsOf", stage.ana.address)
    assert dict(found) == facts(USA, claims=1, identity=stage.eve.address)
    assert stage.wallets_of(stage.ana) == {stage.ana.address}
    # Ben's investor is still named after ana's wallet, which no longer belongs to it.
    assert stage.wallets_of(stage.ben) == {stage.ben.address}
    assert stage.registry.read("investorOf", stage.ben.address) == stage.ana.address


def test_updateIdentity__ninth_wallet__refused(stage: Stage) -> None:
    stage.register(stage.people[0])
    for wallet in stage.people[1:8]:
        stage.link(wallet, stage.people[0])
    stage.register(stage.people[8])
    with stage.nothing_changes(), reverts(errors.TooManyWallets, identity=stage.people[0].address, limit=8):
        stage.registry.send(stage.registrar, "updateIdentity", stage.people[8].address, stage.people[0].address)


def test_updateCountry__not_registered_retired_or_no_country__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.NotRegistered, wallet=stage.ana.address):
        stage.registry.send(stage.registrar, "updateCountry", stage.ana.address, USA)
    stage.register(stage.ana)
    with stage.nothing_changes(), reverts(errors.InvalidCountry, country=1000):
        stage.registry.send(stage.registrar, "updateCountry", stage.ana.address, 1000)
    stage.common.send(stage.admin, "recover", stage.ana.address, stage.ben.address, stage.ana.address)
    with stage.nothing_changes(), reverts(errors.WalletRetired, wallet=stage.ana.address):
        stage.registry.send(stage.registrar, "updateCountry", stage.ana.address, USA)


def test_updateCountry__investor_of_two_wallets__moves_with_both(stage: Stage) -> None:
    until = stage.chain.now() + 500
    stage.register(stage.ana, claims=7, valid_until=until)
    stage.link(stage.ben, stage.ana)
    receipt = stage.registry.send(stage.registrar, "updateCountry", stage.ben.address, USA)

    moved = [
        event.args["investorAddress"] for event in stage.registry.events(receipt) if event.name == "CountryUpdated"
    ]
    assert set(moved) == {stage.ana.address, stage.ben.address}
    for wallet in (stage.ana, stage.ben):
        found, _ = stage.registry.read("factsOf", wallet.address)
        assert dict(found) == facts(USA, claims=7, valid_until=until, identity=stage.ana.address)


def test_deleteIdentity__not_registered_or_retired__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.NotRegistered, wallet=stage.ana.address):
        stage.registry.send(stage.registrar, "deleteIdentity", stage.ana.address)
    stage.register(stage.ana)
    stage.common.send(stage.admin, "recover", stage.ana.address, stage.ben.address, stage.ana.address)
    with stage.nothing_changes(), reverts(errors.WalletRetired, wallet=stage.ana.address):
        stage.registry.send(stage.registrar, "deleteIdentity", stage.ana.address)


def test_deleteIdentity__single_wallet__nothing_known_and_tokens_told(stage: Stage) -> None:
    stage.register(stage.ana, USA, claims=3)
    receipt = stage.registry.send(stage.registrar, "deleteIdentity", stage.ana.address)

    alone = frozenset({stage.ana.address})
    assert stage.told(receipt) == [("Announced", alone), ("Confirmed", alone, 0, 0)]
    assert stage.registry.only_event(receipt, "IdentityRemoved") == {
        "investorAddress": stage.ana.address,
        "identity": stage.ana.address,
    }
    found, retired = stage.registry.read("factsOf", stage.ana.address)
    assert (dict(found), retired) == (facts(0, valid_until=0), False)
    assert not stage.registry.read("contains", stage.ana.address)
    assert stage.registry.read("identity", stage.ana.address) == ZERO_ADDRESS
    assert stage.registry.read("investorOf", stage.ana.address) == ZERO_ADDRESS
    assert stage.wallets_of(stage.ana) == set()


def test_deleteIdentity__one_of_three__the_others_stay_together(stage: Stage) -> None:
    stage.register(stage.ana, USA)
    stage.link(stage.ben, stage.ana)
    stage.link(stage.cleo, stage.ana)
    receipt = stage.registry.send(stage.registrar, "deleteIdentity", stage.ana.address)

    rest = frozenset({stage.ben.address, stage.cleo.address})
    assert stage.told(receipt) == [
        ("Announced", rest | {stage.ana.address}),
        ("Confirmed", rest, USA, 0),
        ("Confirmed", frozenset({stage.ana.address}), 0, 0),
    ]
    assert stage.wallets_of(stage.ben) == rest
    assert stage.wallets_of(stage.ana) == set()
    stage.registry.send(stage.registrar, "deleteIdentity", stage.cleo.address)
    assert stage.wallets_of(stage.ben) == {stage.ben.address}
    assert not stage.admission(stage.ben)["linked"]


def test_contains_identity_investorCountry__stranger__nothing(stage: Stage) -> None:
    assert not stage.registry.read("contains", stage.ana.address)
    assert stage.registry.read("identity", stage.ana.address) == ZERO_ADDRESS
    assert stage.registry.read("investorCountry", stage.ana.address) == 0


def test_isVerified__asked_by_anybody__registered_valid_and_attested_by_an_active_provider(stage: Stage) -> None:
    def verified() -> bool:
        return bool(stage.registry.read("isVerified", stage.ana.address))

    stage.registry.send(stage.officer, "addProvider", stage.eve.address, "Kyros")
    assert not verified()
    until = stage.chain.now() + 1_000
    stage.register(stage.ana, provider=1, valid_until=until)
    assert verified()
    stage.registry.send(stage.officer, "revokeProvider", 1, "licence lost")
    assert not verified()
    stage.registry.send(stage.officer, "reinstateProvider", 1, "licence back")
    assert verified()
    stage.chain.travel(to=until + 1)
    assert not verified()


def test_isVerified__asked_by_a_bound_token__under_its_terms(stage: Stage) -> None:
    stage.set_terms((1, [SWITZERLAND]))
    stage.register(stage.ana, claims=1)
    stage.register(stage.ben, claims=0)
    assert stage.verified_for(stage.common.address, stage.ana)
    assert not stage.verified_for(stage.common.address, stage.ben)
    assert stage.verified_for(stage.stranger.address, stage.ben)
