"""revoke, revokeWallet, revokeAllBefore, lapseRevoked: a provider takes back what it said, and nothing that others said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.attestation_stage import ADMITTED, ARGOS, EXPIRED, KYROS
from tests.contracts.compliance_stage import USA, facts

from tokenkit import reverts as errors

if TYPE_CHECKING:
    from tests.contracts.attestation_stage import Stage

    from tokenkit.chain import Receipt, Signer

FOR_EVER = 2**48 - 1


def revoke(office: Stage, wallet: str, nonce: int, *, provider: int = KYROS) -> Receipt:
    return office.attestations.send(_account(office, provider), "revoke", provider, wallet, nonce)


def revoke_wallet(office: Stage, wallet: str, *, provider: int = KYROS) -> Receipt:
    return office.attestations.send(_account(office, provider), "revokeWallet", provider, wallet)


def revoke_all_before(office: Stage, second: int, *, provider: int = KYROS) -> Receipt:
    return office.attestations.send(_account(office, provider), "revokeAllBefore", provider, second)


def lapse_revoked(office: Stage, *wallets: str) -> Receipt:
    return office.attestations.send(office.relayer, "lapseRevoked", list(wallets))


def _account(office: Stage, provider: int) -> Signer:
    return {KYROS: office.kyros, ARGOS: office.argos}[provider]


def said(office: Stage, receipt: Receipt) -> list[str]:
    return [event.name for event in office.attestations.events(receipt)]


# ---- who may ----


@pytest.mark.parametrize("function", ["revoke", "revokeWallet", "revokeAllBefore"])
def test_revoke__by_another__refused(office: Stage, function: str) -> None:
    arguments = {"revoke": (office.ana, 1), "revokeWallet": (office.ana,), "revokeAllBefore": (1,)}[function]
    for caller in (office.argos, office.registrar, office.officer, office.admin, office.relayer):
        with office.refused(errors.NotTheProvider, caller=caller.address, provider=KYROS):
            office.attestations.send(caller, function, KYROS, *arguments)
    with office.refused(errors.NotTheProvider, caller=office.kyros.address, provider=0):
        office.attestations.send(office.kyros, function, 0, *arguments)


# ---- by number ----


def test_ATT_1__revoke__before_it_is_handed_in__never_takes_effect(office: Stage) -> None:
    attestation = office.attest(office.ana, nonce=3)
    receipt = revoke(office, office.ana, 3)
    assert said(office, receipt) == ["NoncesRevoked"]
    for nonce in (1, 2, 3):
        with office.refused(errors.AttestationRevoked, wallet=office.ana, provider=KYROS, nonce=nonce):
            office.hand_in(office.attest(office.ana, nonce=nonce))
    office.attested(office.ana, nonce=4)
    assert office.facts(office.ana) == office.says(attestation)


def test_ATT_3__revoke__in_force__ends_at_once_and_the_token_is_told(office: Stage) -> None:
    attestation = office.attested(office.ana, nonce=3, claims=1)
    receipt = revoke(office, office.ana, 3)
    assert said(office, receipt) == ["NoncesRevoked", "FactsLapsed"]
    assert dict(office.attestations.only_event(receipt, "NoncesRevoked")) == {
        "provider": KYROS,
        "wallet": office.ana,
        "nonce": 3,
    }
    assert [name for name, _ in office.told(receipt)] == ["Announced", "Confirmed"]
    assert office.facts(office.ana) == {**office.says(attestation), "validUntil": office.chain.now() - 1}
    assert office.reason(office.ana) == EXPIRED
    assert office.source(office.ana) == (True, office.chain.now(), True)


def test_ATT_1__revoke__in_force__the_same_paper_does_not_bring_it_back(office: Stage) -> None:
    attestation = office.attested(office.ana, nonce=3)
    revoke(office, office.ana, 3)
    with office.refused(errors.AttestationRevoked, wallet=office.ana, provider=KYROS, nonce=3):
        office.hand_in(attestation)


def test_revoke__then_attested_anew__admitted_without_a_handover(office: Stage) -> None:
    """Facts that lapsed came from here all the same; they do not count as entered by hand."""
    office.attested(office.ana)
    revoke(office, office.ana, 1)
    office.chain.travel(by=10)
    later = office.attested(office.ana, nonce=2, claims=1)
    assert office.facts(office.ana) == office.says(later)
    assert office.reason(office.ana) == ADMITTED


def test_ATT_3__revoke__lower_than_what_is_in_force__changes_no_facts(office: Stage) -> None:
    attestation = office.attested(office.ana, nonce=3)
    receipt = revoke(office, office.ana, 2)
    assert said(office, receipt) == ["NoncesRevoked"]
    assert office.facts(office.ana) == office.says(attestation)


def test_revoke__lower_than_before__stays_as_it_was(office: Stage) -> None:
    revoke(office, office.ana, 3)
    receipt = revoke(office, office.ana, 2)
    assert receipt.logs == ()
    assert office.attestations.read("seriesOf", KYROS, office.ana)["revokedNonce"] == 3


def test_ATT_3__revoke__what_another_provider_replaced__changes_no_facts(office: Stage) -> None:
    """A provider ends only what rests on its own word."""
    office.attested(office.ana)
    office.hand_over(office.ana)
    by_argos = office.attested(office.ana, provider=ARGOS, claims=1)
    revoke(office, office.ana, FOR_EVER)
    assert office.facts(office.ana) == office.says(by_argos)
    assert office.reason(office.ana) == ADMITTED


def test_ATT_3__revoke__what_was_changed_by_hand__changes_no_facts(office: Stage) -> None:
    office.attested(office.ana)
    office.registry.send(office.registrar, "update", office.ana, facts(USA, provider=KYROS))
    revoke(office, office.ana, FOR_EVER)
    assert office.facts(office.ana)["country"] == USA
    assert office.reason(office.ana) == ADMITTED


def test_ATT_3__revoke__same_facts_attested_about_another_wallet__stay_until_that_is_revoked(office: Stage) -> None:
    name = office.safe.address
    for wallet in (office.ana, office.ben):
        office.attested(wallet, identity=name)
    revoke(office, office.ana, 1)
    assert office.reason(office.ana) == office.reason(office.ben) == ADMITTED
    revoke(office, office.ben, 1)
    assert office.reason(office.ana) == office.reason(office.ben) == EXPIRED


def test_ATT_3__revoke__lost_wallet__ends_the_facts_of_its_replacement(office: Stage) -> None:
    office.attested(office.ana)
    office.recover(office.ana, office.ben, office.ana)
    revoke(office, office.ana, 1)
    assert office.reason(office.ben) == EXPIRED


def test_revoke__by_a_revoked_provider__still_ends_what_it_said(office: Stage) -> None:
    office.attested(office.ana)
    office.registry.send(office.officer, "revokeProvider", KYROS, "audit")
    revoke(office, office.ana, 1)
    office.registry.send(office.officer, "reinstateProvider", KYROS, "audit passed")
    assert office.reason(office.ana) == EXPIRED


@pytest.mark.parametrize("facts_ended", [False, True])
def test_ATT_2__revoke__older_paper_about_another_wallet__does_not_bring_the_facts_back(
    office: Stage, facts_ended: bool
) -> None:
    """Facts are the investor's: a paper in the drawer about its second wallet must not undo what was said about its first."""
    end = office.chain.now() + 100
    office.attested(office.ana, valid_until=end)
    office.chain.travel(by=5)
    kept = office.attest(office.ben, identity=office.ana)
    office.chain.travel(to=end + 1 if facts_ended else end - 10)
    revoke_wallet(office, office.ana)
    since = office.chain.now()
    with office.refused(errors.AttestationOutdated, wallet=office.ben, issued_at=kept.issued_at, latest=since):
        office.hand_in(kept)
    office.chain.travel(by=10)
    lapse_revoked(office, office.ana)  # by anybody: it does not move the time
    office.attested(office.ben, identity=office.ana, nonce=2, issued_at=since + 1)
    assert office.reason(office.ana) == office.reason(office.ben) == ADMITTED


# ---- by wallet ----


def test_ATT_1__revokeWallet__all_up_to_now__later_ones_count(office: Stage) -> None:
    attestation = office.attested(office.ana, nonce=3)
    unused = office.attest(office.ana, nonce=9, issued_at=office.chain.now() + 1)
    receipt = revoke_wallet(office, office.ana)
    assert said(office, receipt) == ["WalletRevoked", "FactsLapsed"]
    assert office.attestations.only_event(receipt, "WalletRevoked")["revokedBefore"] == office.chain.now() + 1
    assert office.reason(office.ana) == EXPIRED
    for one in (attestation, unused):
        with office.refused(errors.AttestationRevoked, wallet=office.ana, provider=KYROS, nonce=one.nonce):
            office.hand_in(one)
    office.chain.travel(by=10)
    office.attested(office.ana, nonce=10)
    assert office.reason(office.ana) == ADMITTED


# ---- all ----


def test_revokeAllBefore__ahead__refused(office: Stage) -> None:
    """It would silence the provider without anybody having said so."""
    second = office.chain.now() + 3
    with office.refused(errors.RevocationAhead, time=second):
        revoke_all_before(office, second)
    revoke_all_before(office, second - 1)  # all up to this very second


def test_revokeAllBefore__earlier_than_before__stays_as_it_was(office: Stage) -> None:
    second = office.chain.now()
    revoke_all_before(office, second)
    assert revoke_all_before(office, second - 1).logs == ()
    assert office.attestations.read("revokedBefore", KYROS) == second


def test_ATT_1_ATT_3__revokeAllBefore__papers_refused_at_once_and_facts_end_page_by_page(office: Stage) -> None:
    first = office.attested(office.ana)
    unused = office.attest(office.dora)
    office.chain.travel(by=100)
    second = office.chain.now()
    later = office.attested(office.ben)
    by_argos = office.attested(office.cleo, provider=ARGOS, issued_at=first.issued_at)
    receipt = revoke_all_before(office, second)
    assert dict(office.attestations.only_event(receipt, "AllRevoked")) == {"provider": KYROS, "revokedBefore": second}

    with office.refused(errors.AttestationRevoked, wallet=office.dora, provider=KYROS, nonce=1):
        office.hand_in(unused)
    assert office.source(office.ana) == (True, first.issued_at, True)
    receipt = lapse_revoked(office, office.ana, office.ben, office.cleo, office.dora)
    assert said(office, receipt) == ["FactsLapsed"]
    assert office.reason(office.ana) == EXPIRED
    assert [office.facts(one.wallet) for one in (later, by_argos)] == [office.says(later), office.says(by_argos)]
    assert lapse_revoked(office, office.ana).logs == ()


def test_lapseRevoked__nothing_revoked__changes_nothing(office: Stage) -> None:
    office.attested(office.ana)
    office.enter(office.ben)
    assert lapse_revoked(office, office.ana, office.ben, office.cleo).logs == ()
