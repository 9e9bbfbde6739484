"""submit: one signed attestation, handed in by anybody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.attestation_stage import ADAPTER, ADMITTED, ARGOS, KYROS, SAFE
from tests.contracts.compliance_stage import GERMANY, NO_EXPIRY, SWITZERLAND, USA
from tests.contracts.rights_stage import deploy

from tokenkit import reverts as errors
from tokenkit.attestations import Attestations, SignedAttestation
from tokenkit.testing import next_transaction_at
from tokenkit.types import ZERO_ADDRESS, Address

if TYPE_CHECKING:
    from tests.contracts.attestation_stage import Stage

EVERYBODY = {"claims": 0, "countries": []}
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Of secp256k1's base point."""


# ---- who signed ----


def test_submit__signed_by_another__refused(office: Stage) -> None:
    signed = office.sign(office.attest(office.ana), by=office.argos)
    with office.refused(errors.AttestationNotSigned, wallet=office.ana, provider=KYROS):
        office.submit(signed)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("wallet", "0x52908400098527886E0F7030069857D2E4169EE7"),
        ("identity", "0x52908400098527886E0F7030069857D2E4169EE7"),
        ("country", GERMANY),
        ("claims", 1),
        ("provider", ARGOS),
        ("issued_at", 1_000_000_000),
        ("valid_until", NO_EXPIRY - 1),
        ("nonce", 2),
    ],
)
def test_submit__other_values_than_signed__refused(office: Stage, field: str, value: int | str) -> None:
    signed = office.sign(office.attest(office.ana))
    values: dict[str, Any] = {field: value}
    changed = replace(signed, attestation=replace(signed.attestation, **values))
    with office.refused(errors.AttestationNotSigned, provider=changed.attestation.provider):
        office.submit(changed)


@pytest.mark.parametrize("part", ["chain", "contract", "registry"])
def test_submit__for_another_chain_contract_or_registry__refused(office: Stage, part: str) -> None:
    """ONCHAINID's claims name no chain, so one made elsewhere counted here (B5)."""
    attestation = office.attest(office.ana)
    message: dict[str, Any] = office.service.typed_data(attestation)
    if part == "chain":
        message["domain"]["chainId"] += 1
    elif part == "contract":
        message["domain"]["verifyingContract"] = office.registry.address
    else:
        message["message"]["registry"] = office.attestations.address
    with office.refused(errors.AttestationNotSigned, wallet=office.ana, provider=KYROS):
        office.submit(SignedAttestation(attestation=attestation, signature=office.kyros.sign_typed_data(message)))


def test_submit__mirrored_signature__refused(office: Stage) -> None:
    """A second form of the same ECDSA signature (high s), as B2 used against revocations."""
    signed = office.sign(office.attest(office.ana))
    mirrored = (ORDER - int.from_bytes(signed.signature[32:64], "big")).to_bytes(32, "big")
    flipped = signed.signature[:32] + mirrored + bytes([55 - signed.signature[64]])
    with office.refused(errors.AttestationNotSigned, wallet=office.ana, provider=KYROS):
        office.submit(replace(signed, signature=flipped))


@pytest.mark.parametrize("signature", [b"", bytes(64), bytes(65)])
def test_submit__no_signature__refused(office: Stage, signature: bytes) -> None:
    with office.refused(errors.AttestationNotSigned, wallet=office.ana, provider=KYROS):
        office.submit(SignedAttestation(attestation=office.attest(office.ana), signature=signature))


@pytest.mark.parametrize("provider", [0, 9, 255])
def test_submit__no_such_provider__refused(office: Stage, provider: int) -> None:
    """Provider 0, the issuer, has no account; an empty signature must not pass as its own."""
    arguments = {**office.attest(office.ana).as_arguments(), "provider": provider}
    with office.refused(errors.InvalidProvider, provider=provider):
        office.attestations.send(office.relayer, "submit", arguments, bytes(65))


def test_submit__revoked_provider__refused(office: Stage) -> None:
    office.registry.send(office.officer, "revokeProvider", KYROS, "key lost")
    with office.refused(errors.InvalidProvider, provider=KYROS):
        office.hand_in(office.attest(office.ana))


def test_submit__provider_that_is_no_wallet__refused(office: Stage) -> None:
    """The ONCHAINID adapter is a provider, but vouches for no signature."""
    with office.refused(errors.AttestationNotSigned, wallet=office.ana, provider=ADAPTER):
        office.hand_in(office.attest(office.ana, provider=ADAPTER), by=office.kyros)


def test_submit__provider_is_a_contract_wallet__asks_the_wallet(office: Stage) -> None:
    attestation = office.attest(office.ana, provider=SAFE)
    with office.refused(errors.AttestationNotSigned, wallet=office.ana, provider=SAFE):
        office.hand_in(attestation, by=office.argos)
    office.hand_in(attestation, by=office.kyros)
    assert office.facts(office.ana) == office.says(attestation)


def test_digestOf__two_offices_on_one_registry__differ(office: Stage) -> None:
    twin = deploy(office.chain, office.admin, "Attestations", office.manager.address, office.registry.address)
    arguments = office.attest(office.ana).as_arguments()
    assert office.attestations.read("digestOf", arguments) != twin.read("digestOf", arguments)
    assert office.attestations.read("eip712Domain")[1:5] == (
        "tokenkit attestations",
        "1",
        office.chain.chain_id,
        office.attestations.address,
    )
    assert Attestations(office.chain, twin.address).typed_data(office.attest(office.ana))["message"] == {
        "registry": office.registry.address,
        **arguments,
    }


# ---- when ----


def test_submit__not_issued_yet__refused_until_its_second(office: Stage) -> None:
    issued_at = office.chain.now() + 100
    attestation = office.attest(office.ana, issued_at=issued_at)
    next_transaction_at(office.chain, issued_at - 1)
    with office.refused(errors.AttestationNotYetIssued, wallet=office.ana, issued_at=issued_at):
        office.hand_in(attestation)
    next_transaction_at(office.chain, issued_at)
    office.hand_in(attestation)


def test_submit__expired__refused_from_the_second_after(office: Stage) -> None:
    end = office.chain.now() + 100
    kept, late = office.attest(office.ana, valid_until=end), office.attest(office.ben, valid_until=end)
    next_transaction_at(office.chain, end)
    office.hand_in(kept)
    with office.refused(errors.AttestationExpired, wallet=office.ben, valid_until=end):
        office.hand_in(late)


# ---- in what order ----


def test_ATT_1__submit__twice__refused(office: Stage) -> None:
    attestation = office.attested(office.ana)
    with office.refused(errors.AttestationReplayed, wallet=office.ana, provider=KYROS, nonce=1):
        office.hand_in(attestation)


def test_ATT_1__submit__again_after_the_registrar_removed_the_wallet__refused(office: Stage) -> None:
    attestation = office.attested(office.ana)
    office.remove(office.ana)
    with office.refused(errors.AttestationReplayed, wallet=office.ana, provider=KYROS, nonce=1):
        office.hand_in(attestation)


def test_ATT_1__submit__lower_nonce__refused(office: Stage) -> None:
    office.attested(office.ana, nonce=7)
    with office.refused(errors.AttestationOutOfOrder, wallet=office.ana, provider=KYROS, nonce=6, latest=7):
        office.hand_in(office.attest(office.ana, nonce=6))


@pytest.mark.parametrize("provider", [KYROS, ARGOS])
def test_ATT_2__submit__issued_no_later_than_what_is_in_force__refused(office: Stage, provider: int) -> None:
    """What is on record stays, whoever signs, if the other attestation was already there when it was made."""
    first = office.attest(office.ana)
    older = office.attest(office.ana, provider=provider, nonce=9, claims=3, issued_at=first.issued_at)
    office.hand_in(first)
    office.hand_over(office.ana)
    with office.refused(
        errors.AttestationOutdated, wallet=office.ana, issued_at=first.issued_at, latest=first.issued_at
    ):
        office.hand_in(older)
    office.hand_in(replace(older, issued_at=office.chain.now()))
    assert office.facts(office.ana)["claims"] == 3


def test_ATT_2__submit__older_about_another_wallet_of_the_investor__refused(office: Stage) -> None:
    """Facts are the investor's: an old paper about its second wallet must not bring back what its first is no longer."""
    name = office.safe.address
    older = office.attest(office.ben, identity=name, claims=1)
    office.chain.travel(by=10)
    newer = office.attested(office.ana, identity=name, claims=0)
    with office.refused(
        errors.AttestationOutdated, wallet=office.ben, issued_at=older.issued_at, latest=newer.issued_at
    ):
        office.hand_in(older)


def test_ATT_2__submit__by_another_provider_than_the_one_in_force__refused_until_handed_over(office: Stage) -> None:
    """Under terms that accept the first only, the second's word would end an admission that the first never took back."""
    office.registry.send(office.officer, "setTerms", office.token.address, 1 << KYROS, False, [EVERYBODY])
    office.attested(office.ana)
    office.chain.travel(by=10)
    with office.refused(errors.AttestedElsewhere, wallet=office.ana, provider=KYROS):
        office.hand_in(office.attest(office.ana, provider=ARGOS))
    assert office.reason(office.ana) == ADMITTED
    office.hand_over(office.ana)
    office.attested(office.ana, provider=ARGOS)
    assert office.facts(office.ana)["provider"] == ARGOS


@pytest.mark.parametrize("ended_by", ["time", "its provider", "its provider, for all", "the officer"])
def test_submit__by_another_provider_after_the_first_ended__replaces(office: Stage, ended_by: str) -> None:
    end = office.chain.now() + 50
    office.attested(office.ana, valid_until=end)
    if ended_by == "its provider":
        office.attestations.send(office.kyros, "revokeWallet", KYROS, office.ana)
    if ended_by == "its provider, for all":
        office.attestations.send(office.kyros, "revokeAllBefore", KYROS, office.chain.now())
    if ended_by == "the officer":
        office.registry.send(office.officer, "revokeProvider", KYROS, "key lost")
    office.chain.travel(to=end + 1 if ended_by == "time" else end - 10)
    office.attested(office.ana, provider=ARGOS)
    assert office.facts(office.ana)["provider"] == ARGOS


# ---- about whom ----


def test_submit__retired_wallet__refused(office: Stage) -> None:
    office.attested(office.ana)
    office.recover(office.ana, office.ben, office.ana)
    with office.refused(errors.WalletRetired, wallet=office.ana):
        office.hand_in(office.attest(office.ana, nonce=2))


@pytest.mark.parametrize("identity", ["none", "another"])
def test_submit__wallet_of_somebody_else__refused(office: Stage, identity: str) -> None:
    name = office.safe.address
    office.attested(office.ana, identity=name)
    claimed = ZERO_ADDRESS if identity == "none" else office.ben
    office.chain.travel(by=10)
    with office.refused(
        errors.NotSameInvestor, wallet=office.ana, identity=office.ana if identity == "none" else office.ben
    ):
        office.hand_in(office.attest(office.ana, nonce=2, identity=claimed))


def test_submit__zero_address__refused(office: Stage) -> None:
    with office.refused(errors.ZeroAddress):
        office.hand_in(office.attest(ZERO_ADDRESS))


def test_submit__country_that_is_none__refused(office: Stage) -> None:
    arguments = {**office.attest(office.ana).as_arguments(), "country": 1_000}
    message: dict[str, Any] = office.service.typed_data(office.attest(office.ana))
    message["message"]["country"] = 1_000
    with office.refused(errors.InvalidCountry, country=1_000):
        office.attestations.send(office.relayer, "submit", arguments, office.kyros.sign_typed_data(message))


def test_submit__ninth_wallet__refused(office: Stage) -> None:
    name, wallets = office.safe.address, [Address(f"0x{number:040x}") for number in range(0x9000, 0x9009)]
    office.hand_in_many(*(office.attest(wallet, identity=name) for wallet in wallets[:8]))
    with office.refused(errors.TooManyWallets, identity=name, limit=8):
        office.hand_in(office.attest(wallets[8], identity=name))


# ---- what it does ----


def test_submit__unknown_wallet__registered(office: Stage) -> None:
    attestation = office.attest(office.ana, country=USA, claims=5, valid_until=office.chain.now() + 1_000)
    receipt = office.hand_in(attestation)
    assert office.facts(office.ana) == office.says(attestation)
    assert dict(office.attestations.only_event(receipt, "Attested")) == {
        "wallet": office.ana,
        "identity": office.ana,
        "provider": KYROS,
        "nonce": 1,
        "issuedAt": attestation.issued_at,
    }
    assert [event.name for event in office.registry.events(receipt)] == ["FactsAttested"]
    assert office.reason(office.ana) == ADMITTED
    assert office.source(office.ana) == (True, attestation.issued_at, False)
    assert dict(office.attestations.read("seriesOf", KYROS, office.ana)) == {
        "nonce": 1,
        "revokedNonce": 0,
        "issuedAt": attestation.issued_at,
        "revokedBefore": 0,
        "country": USA,
        "claims": 5,
        "validUntil": attestation.valid_until,
    }


def test_submit__known_wallet__facts_replaced_and_the_token_told(office: Stage) -> None:
    office.attested(office.ana)
    later = office.attest(office.ana, nonce=4, country=GERMANY, claims=1)
    receipt = office.hand_in(later)
    assert office.facts(office.ana) == office.says(later)
    assert office.told(receipt) == [("Announced", frozenset({office.ana})), ("Confirmed", frozenset({office.ana}))]


def test_submit__same_facts_again__nobody_is_told(office: Stage) -> None:
    office.attested(office.ana)
    receipt = office.hand_in(office.attest(office.ana, nonce=2))
    assert office.told(receipt) == []
    assert [event.name for event in office.attestations.events(receipt)] == ["Attested"]


def test_submit__new_wallet_of_a_known_investor__linked_and_all_its_facts_replaced(office: Stage) -> None:
    name = office.safe.address
    office.attested(office.ana, identity=name)
    office.hand_over(office.ana)
    office.attested(office.ben, identity=name, country=GERMANY, claims=2, provider=ARGOS)
    assert set(office.registry.read("walletsOf", office.ana)) == {office.ana, office.ben}
    for wallet in (office.ana, office.ben):
        assert office.facts(wallet) == {
            "identity": name,
            "country": GERMANY,
            "claims": 2,
            "provider": ARGOS,
            "validUntil": NO_EXPIRY,
        }


def test_submit__two_wallets_of_one_investor_issued_together__linked_with_the_same_facts(office: Stage) -> None:
    name = office.safe.address
    both = [office.attest(wallet, identity=name) for wallet in (office.ana, office.ben)]
    office.hand_in(both[0])
    receipt = office.hand_in(both[1])
    assert [event.name for event in office.registry.events(receipt)] == ["FactsAttested", "IdentityRegistered"]
    assert set(office.registry.read("walletsOf", office.ben)) == {office.ana, office.ben}


def test_submit__replacement_of_a_lost_wallet__under_the_same_identity(office: Stage) -> None:
    office.attested(office.ana)
    office.recover(office.ana, office.ben, office.ana)
    later = office.attested(office.ben, identity=office.ana, claims=1)
    assert office.facts(office.ben) == office.says(later)
    assert office.facts(office.ana)["claims"] == 1


def test_submit__by_anybody__the_same(office: Stage) -> None:
    signed = office.sign(office.attest(office.ana))
    office.attestations.send(office.people[3], "submit", signed.attestation.as_arguments(), signed.signature)
    assert office.facts(office.ana)["country"] == SWITZERLAND


def test_submit__office_without_its_role__refused(office: Stage) -> None:
    office.manager.send(office.admin, "revokeRole", 2, office.attestations.address)
    with office.refused(errors.AccessManagedUnauthorized, caller=office.attestations.address):
        office.hand_in(office.attest(office.ana))
