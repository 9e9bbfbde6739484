"""The attestations service: what is signed, handed in, refused and taken back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tokenkit.attestations import (
    Attestation,
    Attestations,
    SignedAttestation,
    deploy_attestations,
    empower_attestations,
)
from tokenkit.chain import LocalSigner
from tokenkit.errors import InvalidAddress, InvalidCountry, InvalidInput, ReadOnly
from tokenkit.registry import Facts
from tokenkit.restrictions import Restriction
from tokenkit.reverts import AttestationReplayed, EnteredByHand, NotTheProvider, TransferRestricted
from tokenkit.testing import reverts
from tokenkit.types import Address

if TYPE_CHECKING:
    from tokenkit.chain import DevelopmentChain
    from tokenkit.suite import Suite
    from tokenkit.testing import People

KYROS = 1
KEY = LocalSigner.from_key("77" * 32)
GOOD: dict[str, Any] = {
    "wallet": "0x52908400098527886E0F7030069857D2E4169EE7",
    "country": 756,
    "provider": KYROS,
    "issued_at": 1_900_000_000,
    "valid_until": 1_950_000_000,
    "nonce": 1,
}


@pytest.fixture
def service(suite: Suite, people: People) -> Attestations:
    """Give the service of a contract added to a running suite, with one provider."""
    places = {"authority": suite.authority.address, "registry": suite.registry.address}
    address = deploy_attestations(suite.chain, people.deployer, **places)
    for act in empower_attestations(suite.chain, address, authority=suite.authority.address):
        act.send(people.admin)
    suite.registry.add_provider(KEY.address, "Kyros KYC").send(people.compliance)
    return Attestations(suite.chain, address)


def attest(suite: Suite, number: int, **changes: Any) -> Attestation:  # noqa: ANN401 - any field
    values = {
        **GOOD,
        "wallet": Address(f"0x{number:040x}"),
        "issued_at": suite.chain.now(),
        "valid_until": suite.chain.now() + 1_000,
        **changes,
    }
    return Attestation(**values)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"wallet": "0x12"}, InvalidAddress),
        ({"identity": "0x12"}, InvalidAddress),
        ({"country": 1}, InvalidCountry),
        ({"claims": 2**32}, InvalidInput),
        ({"provider": 0}, InvalidInput),
        ({"provider": 32}, InvalidInput),
        ({"issued_at": 0}, InvalidInput),
        ({"valid_until": 2**32}, InvalidInput),
        ({"valid_until": 1_899_999_999}, InvalidInput),
        ({"nonce": 0}, InvalidInput),
        ({"nonce": 2**48}, InvalidInput),
    ],
)
def test_attestation__bad_value__refused_before_it_is_signed(
    changes: dict[str, Any], error: type[InvalidInput]
) -> None:
    with pytest.raises(error):
        Attestation(**{**GOOD, **changes})


@pytest.mark.parametrize("code", ["CH", "che", "756"])
def test_country__in_letters__kept_as_its_number(code: Any) -> None:  # noqa: ANN401 - what a file may hold
    assert Attestation(**{**GOOD, "country": code}) == Attestation(**GOOD)
    assert Facts(country=code) == Facts(country=756)


def test_signed__written_and_read__the_same() -> None:
    signed = SignedAttestation(attestation=Attestation(**GOOD), signature=b"\x05" * 65)
    assert SignedAttestation.from_dict(json.loads(json.dumps(signed.as_dict()))) == signed


@pytest.mark.parametrize("change", [{"name": "Ana Muster"}, {"signature": "0xgg"}, {"nonce": "1"}])
def test_signed__odd_file__refused(change: dict[str, Any]) -> None:
    """A name has no place in it."""
    values = SignedAttestation(attestation=Attestation(**GOOD), signature=b"\x05" * 65).as_dict()
    with pytest.raises(InvalidInput):
        SignedAttestation.from_dict({**values, **change})
    del values["country"]
    with pytest.raises(InvalidInput, match="country"):
        SignedAttestation.from_dict(values)


def test_deploy__no_signer__refused(suite: Suite) -> None:
    with pytest.raises(ReadOnly):
        deploy_attestations(suite.chain, None, authority=suite.authority.address, registry=suite.registry.address)


def test_submit__by_anybody__registers(suite: Suite, people: People, service: Attestations) -> None:
    attestation = attest(suite, 0x8001, claims=1)
    assert service.next_nonce(KYROS, attestation.wallet) == 1
    service.submit(service.sign(KEY, attestation)).send(people.mallory)
    assert suite.registry.facts(attestation.wallet) == Facts(
        identity=attestation.wallet, country=756, claims=1, provider=KYROS, valid_until=attestation.valid_until
    )
    assert service.next_nonce(KYROS, attestation.wallet) == 2
    status = service.status(attestation.wallet)
    assert (status.attested, status.issued_at, status.revoked) == (True, attestation.issued_at, False)


def test_submit_many__one_refused__the_others_take_effect_and_it_is_said_why(
    suite: Suite, people: People, service: Attestations
) -> None:
    signed = [service.sign(KEY, attest(suite, number)) for number in range(0x8001, 0x8004)]
    service.submit(signed[1]).send(people.ana)
    (operation,) = service.submit_many(signed, sender=people.mallory.address)
    sent = operation.send(people.mallory)
    assert sent.answer == 2
    (refused,) = service.refused(sent)
    assert (refused.position, refused.wallet, refused.provider) == (1, signed[1].attestation.wallet, KYROS)
    assert isinstance(refused.reason, AttestationReplayed)
    assert "handed in already" in str(refused.reason)


def test_hand_over__what_was_entered_by_hand__attested_from_then_on(
    suite: Suite, people: People, service: Attestations
) -> None:
    attestation = replace(attest(suite, 0), wallet=people.ana.address)
    with reverts(EnteredByHand, wallet=people.ana.address):
        service.submit(service.sign(KEY, attestation)).simulate(people.ana.address)
    (operation,) = service.hand_over([people.ana.address], sender=people.registrar.address)
    operation.send(people.registrar)
    later = replace(attestation, issued_at=suite.chain.now())
    service.submit(service.sign(KEY, later)).send(people.ana)
    assert service.status(people.ana.address).attested


def test_revoke__by_its_provider__facts_end(suite: Suite, people: People, service: Attestations) -> None:
    wallets = [Address(f"0x{number:040x}") for number in (0x8001, 0x8002, 0x8003)]
    rows = [service.sign(KEY, attest(suite, int(wallet, 16))) for wallet in wallets]
    for operation in service.submit_many(rows, sender=people.ana.address):
        operation.send(people.ana)
    provider = KEY.address
    service.revoke(KYROS, wallets[0], nonce=1).simulate(provider)
    service.revoke_wallet(KYROS, wallets[1]).simulate(provider)
    service.revoke_all_before(KYROS, suite.chain.now()).simulate(provider)
    (nothing,) = service.lapse_revoked(wallets, sender=people.ana.address)
    nothing.send(people.ana)
    assert not any(service.status(wallet).revoked for wallet in wallets)
    with reverts(NotTheProvider, caller=people.ana.address, provider=KYROS):
        service.revoke_wallet(KYROS, wallets[1]).send(people.ana)


def test_registry_lapse__by_the_registrar__facts_end(suite: Suite, people: People) -> None:
    suite.registry.lapse(people.ana.address).send(people.registrar)
    facts = suite.registry.facts(people.ana.address)
    assert facts is not None
    assert (facts.country, facts.claims, facts.valid_until) == (756, 1, suite.chain.now() - 1)


def test_revoke__of_a_holder__its_shares_stop_at_once(
    suite: Suite, people: People, service: Attestations, chain: DevelopmentChain
) -> None:
    """The token keeps the answer of the last admission in the holder's row; a revocation must clear it."""
    suite.registry.add_provider(people.guardian.address, "Argos KYC").send(people.compliance)
    share = suite.token("ORD")
    terms = replace(suite.registry.terms(share.address), providers=0b101)
    suite.registry.set_terms(share.address, terms).send(people.compliance)
    attestation = attest(suite, 0, wallet=people.mallory.address, provider=2, claims=1)
    service.submit(service.sign(people.guardian, attestation)).send(people.mallory)
    share.issuance.issue(people.mallory.address, 10, reason="subscription").send(people.issuer)
    share.transfers.transfer(people.ana.address, 1).send(people.mallory)

    service.revoke(2, people.mallory.address, nonce=1).send(people.guardian)
    with reverts(TransferRestricted, code=int(Restriction.SENDER_EXPIRED), account=people.mallory.address):
        share.transfers.transfer(people.ana.address, 1).send(people.mallory)
    chain.travel(by=1)
    later = attest(suite, 0, wallet=people.mallory.address, provider=2, claims=1, nonce=2)
    service.submit(service.sign(people.guardian, later)).send(people.mallory)
    share.transfers.transfer(people.ana.address, 1).send(people.mallory)
