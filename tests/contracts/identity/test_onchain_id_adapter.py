"""The ONCHAINID adapter: its settings, and refresh by anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.attestation_stage import ADAPTER, ADAPTER_FUNCTIONS, ADMITTED, EXPIRED, KYROS, PROVIDER_REVOKED
from tests.contracts.compliance_stage import GERMANY
from tests.contracts.identity.test_onchain_id_claims import (
    ACCREDITED,
    ACCREDITED_TOPIC,
    KYC,
    KYC_TOPIC,
    Desk,
    Manner,
    build,
)

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at

if TYPE_CHECKING:
    from tests.contracts.attestation_stage import Stage

    from tokenkit.chain import Receipt
    from tokenkit.types import Address

DAY = 86_400
MAX_AGE = 30 * DAY
BY_HAND = 1 << 8
"""A bit that the registrar entered, and that no source stands for."""


@pytest.fixture
def desk(office: Stage) -> Desk:
    """Give a desk whose identity shows a KYC claim; ana is registered with it, for a day."""
    made = build(office)
    office.adapter.send(office.officer, "setValidity", ADAPTER, MAX_AGE)
    made.show(KYC_TOPIC)
    enter(made)
    return made


def enter(desk: Desk, *, identity: Address | None = None, provider: int = ADAPTER) -> None:
    desk.office.enter(
        desk.office.ana,
        GERMANY,
        claims=BY_HAND,
        identity=identity or desk.identity.address,
        provider=provider,
        valid_until=desk.office.chain.now() + DAY,
    )


def refresh(desk: Desk, wallet: str | None = None) -> Receipt:
    return desk.office.adapter.send(desk.office.relayer, "refresh", wallet or desk.office.ana)


# ---- settings ----


@pytest.mark.parametrize("function", ADAPTER_FUNCTIONS)
def test_settings__wrong_caller__refused(office: Stage, function: str) -> None:
    issuer = office.safe.address
    arguments = {"setSource": (issuer, 1, 1), "removeSource": (issuer, 1), "setValidity": (ADAPTER, 1)}[function]
    for caller in (office.admin, office.registrar, office.kyros, office.relayer):
        with office.refused(errors.AccessManagedUnauthorized, caller=caller.address):
            office.adapter.send(caller, function, *arguments)


def test_setSource__bad_values__refused(office: Stage) -> None:
    issuer = office.safe.address
    with office.refused(errors.NotAClaimIssuer, issuer=office.ana):
        office.adapter.send(office.officer, "setSource", office.ana, 1, 1)
    with office.refused(errors.InvalidClaim, claim=32):
        office.adapter.send(office.officer, "setSource", issuer, 1, 32)
    with office.refused(errors.UnknownSource, issuer=issuer, topic=1):
        office.adapter.send(office.officer, "removeSource", issuer, 1)


def test_setSource__seventeenth__refused(office: Stage) -> None:
    for topic in range(1, 17):
        office.adapter.send(office.officer, "setSource", office.safe.address, topic, 3)
    with office.refused(errors.TooManySources, limit=16):
        office.adapter.send(office.officer, "setSource", office.safe.address, 17, 3)
    office.adapter.send(office.officer, "setSource", office.safe.address, 16, 4)  # another bit for a known one
    assert office.adapter.read("claimMask") == 0b11000


@pytest.mark.parametrize(
    ("provider", "max_age"), [(KYROS, 1), (0, 1), (9, 1), (ADAPTER, 0), (ADAPTER, 3_653 * DAY + 1)]
)
def test_setValidity__not_its_own_provider_or_no_time__refused(office: Stage, provider: int, max_age: int) -> None:
    error = errors.InvalidMaxAge if provider == ADAPTER else errors.NotOurProvider
    fields = {"max_age": max_age} if provider == ADAPTER else {"provider": provider}
    with office.refused(error, **fields):
        office.adapter.send(office.officer, "setValidity", provider, max_age)


def test_settings__set__read_back_with_events(office: Stage) -> None:
    adapter, issuer = office.adapter, office.safe.address
    receipt = adapter.send(office.officer, "setSource", issuer, 7, 5)
    assert dict(adapter.only_event(receipt, "SourceSet")) == {"issuer": issuer, "topic": 7, "claim": 5}
    adapter.send(office.officer, "setSource", office.token.address, 7, 6)
    receipt = adapter.send(office.officer, "removeSource", issuer, 7)
    assert dict(adapter.only_event(receipt, "SourceRemoved")) == {"issuer": issuer, "topic": 7}
    assert [dict(one) for one in adapter.read("sources")] == [{"issuer": office.token.address, "claim": 6, "topic": 7}]
    receipt = adapter.send(office.officer, "setValidity", ADAPTER, MAX_AGE)
    assert dict(adapter.only_event(receipt, "ValiditySet")) == {"provider": ADAPTER, "maxAge": MAX_AGE}
    assert adapter.read("validity") == (ADAPTER, MAX_AGE)


# ---- refresh ----


def test_refresh__not_registered__refused(desk: Desk) -> None:
    with desk.office.refused(errors.NotRegistered, wallet=desk.office.ben):
        refresh(desk, desk.office.ben)


def test_refresh__retired_wallet__refused(desk: Desk) -> None:
    desk.office.recover(desk.office.ana, desk.office.ben, desk.identity.address)
    with desk.office.refused(errors.WalletRetired, wallet=desk.office.ana):
        refresh(desk)
    refresh(desk, desk.office.ben)


@pytest.mark.parametrize("provider", [0, KYROS])
def test_refresh__facts_of_another_provider__refused(desk: Desk, provider: int) -> None:
    """What others attest is not relabelled: it would outlive their revocation, or its own end."""
    office = desk.office
    office.remove(office.ana)
    enter(desk, provider=provider)
    with office.refused(errors.KeptElsewhere, wallet=office.ana, provider=provider):
        refresh(desk)


def test_refresh__before_it_is_set_up__refused(office: Stage) -> None:
    office.enter(office.ana)
    with office.refused(errors.KeptElsewhere, wallet=office.ana, provider=0):
        office.adapter.send(office.relayer, "refresh", office.ana)


def test_refresh__identity_is_no_contract__refused(desk: Desk) -> None:
    office = desk.office
    office.remove(office.ana)
    enter(desk, identity=office.ana)
    with office.refused(errors.NotAnIdentityContract, wallet=office.ana, identity=office.ana):
        refresh(desk)


def test_refresh__adapter_revoked_as_provider__refused_and_nobody_admitted(desk: Desk) -> None:
    office = desk.office
    office.registry.send(office.officer, "revokeProvider", ADAPTER, "an issuer was broken into")
    assert office.reason(office.ana) == PROVIDER_REVOKED
    with office.refused(errors.InvalidProvider, provider=ADAPTER):
        refresh(desk)


def test_refresh__with_little_gas__refused_rather_than_ended(desk: Desk) -> None:
    """Otherwise anybody could end anybody's admission, by giving the identity too little gas to answer with."""
    office = desk.office
    for gas in (200_000, 300_000, 330_000):
        with office.refused(errors.MoreGasNeeded, gas=300_000):
            office.adapter.send(office.relayer, "refresh", office.ana, gas=gas)


def test_OID_1__refresh__claims__bits_taken_over_and_the_rest_left_alone(desk: Desk) -> None:
    office = desk.office
    desk.show(ACCREDITED_TOPIC)
    receipt = refresh(desk)
    until = office.chain.now() + MAX_AGE
    assert office.facts(office.ana) == {
        "identity": desk.identity.address,
        "country": GERMANY,
        "claims": BY_HAND | KYC | ACCREDITED,
        "provider": ADAPTER,
        "validUntil": until,
    }
    assert dict(office.adapter.only_event(receipt, "Refreshed")) == {
        "wallet": office.ana,
        "identity": desk.identity.address,
        "claims": BY_HAND | KYC | ACCREDITED,
        "validUntil": until,
    }
    assert office.reason(office.ana) == ADMITTED


def test_OID_1__refresh__claim_revoked__bit_cleared_for_all_wallets(desk: Desk) -> None:
    office = desk.office
    desk.show(ACCREDITED_TOPIC)
    office.registry.send(office.registrar, "link", office.ben, office.ana)
    refresh(desk)
    desk.issuer.send(office.relayer, "revokeClaimBySignature", desk.signature(KYC_TOPIC))
    refresh(desk, office.ben)
    assert [office.facts(wallet)["claims"] for wallet in (office.ana, office.ben)] == [BY_HAND | ACCREDITED] * 2


def test_refresh__no_valid_claim_left__facts_end_at_once(desk: Desk) -> None:
    """Under terms that ask for no claim the investor would otherwise stay admitted, for longer with each refresh."""
    office = desk.office
    refresh(desk)
    desk.issuer.send(office.relayer, "revokeClaimBySignature", desk.signature(KYC_TOPIC))
    receipt = refresh(desk)
    assert office.adapter.only_event(receipt, "Refreshed")["validUntil"] == 0
    found = office.facts(office.ana)
    assert (found["claims"], found["validUntil"]) == (BY_HAND, office.chain.now() - 1)
    assert office.reason(office.ana) == EXPIRED


def test_refresh__ended_and_still_no_claim__stays_ended_as_it_was(desk: Desk) -> None:
    office = desk.office
    desk.behave(desk.identity, Manner.REVERTS)
    refresh(desk)
    end = office.facts(office.ana)["validUntil"]
    receipt = refresh(desk)
    assert office.registry.events(receipt) == ()
    assert office.facts(office.ana)["validUntil"] == end


def test_refresh__again_and_again__nobody_is_told_until_half_the_time_is_over(desk: Desk) -> None:
    """Each change of facts makes a count of investors begin again: anybody could have kept it from ever ending."""
    office = desk.office
    refresh(desk)
    until = office.facts(office.ana)["validUntil"]
    next_transaction_at(office.chain, until - MAX_AGE // 2 - 1)
    assert refresh(desk).logs == ()
    assert office.facts(office.ana)["validUntil"] == until
    receipt = refresh(desk)
    assert [name for name, _ in office.told(receipt)] == ["Announced", "Confirmed"]
    assert office.facts(office.ana)["validUntil"] == office.chain.now() + MAX_AGE


def test_refresh__facts_that_hold_longer_than_they_may__shortened_at_once(desk: Desk) -> None:
    office = desk.office
    refresh(desk)
    office.adapter.send(office.officer, "setValidity", ADAPTER, DAY)
    refresh(desk)
    assert office.facts(office.ana)["validUntil"] == office.chain.now() + DAY


def test_refresh__lapsed_with_time__claims_bring_it_back(desk: Desk) -> None:
    office = desk.office
    office.chain.travel(by=2 * DAY)
    assert office.reason(office.ana) == EXPIRED
    refresh(desk)
    assert office.reason(office.ana) == ADMITTED


def test_refresh__source_removed__its_bit_goes(desk: Desk) -> None:
    office = desk.office
    desk.show(ACCREDITED_TOPIC)
    refresh(desk)
    office.adapter.send(office.officer, "removeSource", desk.issuer.address, ACCREDITED_TOPIC)
    refresh(desk)
    assert office.facts(office.ana)["claims"] == BY_HAND | KYC
    assert office.adapter.read("claimMask") == KYC | ACCREDITED
