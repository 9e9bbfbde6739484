"""handOver: what the registrar entered by hand stands until it lets attestations replace it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.attestation_stage import KYROS
from tests.contracts.compliance_stage import GERMANY, USA, facts

from tokenkit import reverts as errors

if TYPE_CHECKING:
    from tests.contracts.attestation_stage import Stage


def test_handOver__wrong_caller__refused(office: Stage) -> None:
    office.enter(office.ana)
    for caller in (office.admin, office.officer, office.kyros, office.relayer):
        with office.refused(errors.AccessManagedUnauthorized, caller=caller.address):
            office.attestations.send(caller, "handOver", [office.ana])


def test_handOver__never_entered__refused(office: Stage) -> None:
    with office.refused(errors.NotRegistered, wallet=office.ana):
        office.hand_over(office.ana)


def test_ATT_2__submit__over_facts_entered_by_hand__refused(office: Stage) -> None:
    """The registrar may have corrected what providers say; a paper in somebody's drawer must not undo that."""
    office.enter(office.ana, USA)
    with office.refused(errors.EnteredByHand, wallet=office.ana):
        office.hand_in(office.attest(office.ana))


def test_ATT_2__submit__over_a_correction_by_hand__refused(office: Stage) -> None:
    office.attested(office.ana)
    later = office.attest(office.ana, nonce=2, claims=1, issued_at=office.chain.now() + 1)
    office.registry.send(office.registrar, "updateCountry", office.ana, GERMANY)
    with office.refused(errors.EnteredByHand, wallet=office.ana):
        office.hand_in(later)
    assert office.source(office.ana) == (False, 0, False)


def test_ATT_2__submit__wallet_removed_by_hand__refused(office: Stage) -> None:
    paper = office.attest(office.ana, nonce=2, issued_at=office.chain.now() + 1)
    office.attested(office.ana)
    office.remove(office.ana)
    with office.refused(errors.EnteredByHand, wallet=office.ana):
        office.hand_in(paper)


def test_ATT_2__handOver__attestation_from_before__refused(office: Stage) -> None:
    office.enter(office.ana, USA)
    paper = office.attest(office.ana)
    office.chain.travel(by=10)
    receipt = office.hand_over(office.ana)
    since = office.attestations.only_event(receipt, "HandedOver")["since"]
    assert since == office.chain.now()
    with office.refused(errors.AttestationOutdated, wallet=office.ana, issued_at=paper.issued_at, latest=since):
        office.hand_in(paper)


@pytest.mark.parametrize("was", ["entered", "corrected", "removed"])
def test_handOver__attestation_from_then_on__replaces(office: Stage, was: str) -> None:
    if was == "entered":
        office.enter(office.ana, USA)
    else:
        office.attested(office.ana)
    if was == "corrected":
        office.registry.send(office.registrar, "update", office.ana, facts(USA))
    if was == "removed":
        office.remove(office.ana)
    office.hand_over(office.ana)
    later = office.attested(office.ana, nonce=2, claims=1)
    assert office.facts(office.ana) == office.says(later)
    assert office.source(office.ana) == (True, later.issued_at, False)


def test_ATT_2__handOver__corrected_again_by_hand__void(office: Stage) -> None:
    office.enter(office.ana, USA)
    office.hand_over(office.ana)
    office.registry.send(office.registrar, "updateCountry", office.ana, GERMANY)
    with office.refused(errors.EnteredByHand, wallet=office.ana):
        office.hand_in(office.attest(office.ana))


def test_ATT_2__handOver__used_once__the_same_facts_by_hand_stand_again(office: Stage) -> None:
    office.enter(office.ana, USA)
    office.hand_over(office.ana)
    office.attested(office.ana)
    office.registry.send(office.registrar, "update", office.ana, facts(USA))
    with office.refused(errors.EnteredByHand, wallet=office.ana):
        office.hand_in(office.attest(office.ana, nonce=2, claims=1))


def test_submit__new_wallet_of_an_investor_entered_by_hand__linked_only_with_the_same_facts(office: Stage) -> None:
    name = office.safe.address
    office.enter(office.ana, USA, identity=name, provider=KYROS)
    with office.refused(errors.EnteredByHand, wallet=office.ben):
        office.hand_in(office.attest(office.ben, identity=name, country=GERMANY))
    office.attested(office.ben, identity=name, country=USA)
    assert set(office.registry.read("walletsOf", office.ana)) == {office.ana, office.ben}
