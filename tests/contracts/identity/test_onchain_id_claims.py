"""claimsOf: what a look at an ONCHAINID finds, whatever the identity and the issuers answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import pytest
from eth_abi.abi import encode
from eth_account import Account
from eth_account.messages import encode_defunct
from tests.contracts.rights_stage import Handle, artifact, deploy

from tokenkit import reverts as errors
from tokenkit._keccak import keccak
from tokenkit.chain import Transaction
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.attestation_stage import Stage

    from tokenkit.types import Address

KYC_TOPIC, ACCREDITED_TOPIC = 101, 7
KYC, ACCREDITED = 0b01, 0b10
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
KEYS = {"issuer": b"\x11" * 32, "rogue": b"\x22" * 32}


class Manner(IntEnum):
    """As in mocks/Moody.sol."""

    HONEST = 0
    REVERTS = 1
    BURNS_GAS = 2
    ANSWERS_RAW = 3
    ANSWERS_HUGE = 4


def claim_id(issuer: Address, topic: int) -> bytes:
    return keccak(encode(["address", "uint256"], [issuer, topic]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An adapter that counts an issuer's claims about two topics, an identity, and an issuer that nobody trusts."""

    office: Stage
    issuer: Handle
    rogue: Handle
    identity: Handle

    @property
    def adapter(self) -> Handle:
        return self.office.adapter

    def signature(self, topic: int, data: bytes = b"", *, by: str = "issuer") -> bytes:
        message = keccak(encode(["address", "uint256", "bytes"], [self.identity.address, topic, data]))
        return bytes(Account.sign_message(encode_defunct(message), KEYS[by]).signature)

    def show(
        self,
        topic: int,
        *,
        under: bytes | None = None,
        says_topic: int | None = None,
        says_issuer: Address | None = None,
        signature: bytes | None = None,
        data: bytes = b"",
    ) -> None:
        """Have the identity show a claim of the trusted issuer, right unless told otherwise."""
        self.identity.send(
            self.office.relayer,
            "show",
            under or claim_id(self.issuer.address, topic),
            topic if says_topic is None else says_topic,
            says_issuer or self.issuer.address,
            self.signature(topic, data) if signature is None else signature,
            data,
        )

    def behave(self, contract: Handle, manner: Manner, raw: bytes = b"") -> None:
        contract.send(self.office.relayer, "behave", int(manner), raw)

    def found(self, identity: Address | None = None) -> int:
        return int(self.adapter.read("claimsOf", identity or self.identity.address))


def build(office: Stage) -> Desk:
    issuer, rogue = (
        deploy(office.chain, office.relayer, "ClaimIssuerStub", Account.from_key(KEYS[name]).address)
        for name in ("issuer", "rogue")
    )
    identity = deploy(office.chain, office.relayer, "OnchainIdStub")
    for topic, bit in ((KYC_TOPIC, 0), (ACCREDITED_TOPIC, 1)):
        office.adapter.send(office.officer, "setSource", issuer.address, topic, bit)
    return Desk(office=office, issuer=issuer, rogue=rogue, identity=identity)


@pytest.fixture
def desk(office: Stage) -> Desk:
    return build(office)


def test_OID_1__claimsOf__valid_claims__their_bits(desk: Desk) -> None:
    assert desk.found() == 0
    desk.show(KYC_TOPIC, data=b"\x01" * 40)
    assert desk.found() == KYC
    desk.show(ACCREDITED_TOPIC)
    assert desk.found() == KYC | ACCREDITED


def test_OID_1__B1_identity_names_its_own_issuer__no_claim(desk: Desk) -> None:
    """T-REX asks the issuer that the identity names: a hostile identity named one that always agrees."""
    desk.show(KYC_TOPIC, says_issuer=desk.rogue.address, signature=desk.signature(KYC_TOPIC, by="rogue"))
    assert desk.found() == 0
    desk.show(KYC_TOPIC, signature=desk.signature(KYC_TOPIC, by="rogue"))
    assert desk.found() == 0


def test_OID_1__claim_of_another_topic_under_this_id__no_claim(desk: Desk) -> None:
    desk.show(KYC_TOPIC, says_topic=ACCREDITED_TOPIC, signature=desk.signature(ACCREDITED_TOPIC))
    assert desk.found() == 0
    desk.show(KYC_TOPIC, signature=desk.signature(ACCREDITED_TOPIC))
    assert desk.found() == 0


def test_OID_1__claim_under_another_id__not_looked_at(desk: Desk) -> None:
    desk.show(KYC_TOPIC, under=claim_id(desk.rogue.address, KYC_TOPIC))
    assert desk.found() == 0


def test_OID_1__claim_about_another_identity__no_claim(desk: Desk) -> None:
    signature = desk.signature(KYC_TOPIC)
    thief = deploy(desk.office.chain, desk.office.relayer, "OnchainIdStub")
    issuer = desk.issuer.address
    thief.send(desk.office.relayer, "show", claim_id(issuer, KYC_TOPIC), KYC_TOPIC, issuer, signature, b"")
    assert desk.found(thief.address) == 0


def test_OID_1__data_changed__no_claim(desk: Desk) -> None:
    desk.show(KYC_TOPIC, signature=desk.signature(KYC_TOPIC, b"retail"), data=b"professional")
    assert desk.found() == 0


@pytest.mark.parametrize("form", ["high s", "v of 0 or 1", "both"])
def test_OID_1__B2_revoked_claim_shown_in_another_form__no_claim(desk: Desk, form: str) -> None:
    """Published claim issuers forget a revocation when shown the same signature written otherwise."""
    signature = desk.signature(KYC_TOPIC)
    r, s, v = signature[:32], int.from_bytes(signature[32:64], "big"), signature[64]
    if form != "v of 0 or 1":
        s, v = ORDER - s, 55 - v
    if form != "high s":
        v -= 27
    other = r + s.to_bytes(32, "big") + bytes([v])
    desk.issuer.send(desk.office.relayer, "revokeClaimBySignature", signature)
    desk.show(KYC_TOPIC)
    assert desk.found() == 0
    assert desk.issuer.read("isClaimValid", desk.identity.address, KYC_TOPIC, other, b"")  # what it would say
    desk.show(KYC_TOPIC, signature=other)
    assert desk.found() == 0


@pytest.mark.parametrize("who", ["nobody", "a wallet", "no identity"])
def test_OID_2__B3_identity_that_is_none__no_claim(desk: Desk, who: str) -> None:
    """T-REX's isVerified reverts where the identity has no getClaim."""
    address = {"nobody": ZERO_ADDRESS, "a wallet": desk.office.ana, "no identity": desk.office.token.address}[who]
    assert desk.found(address) == 0


def test_OID_2__B3_topic_0__cannot_be_a_source(desk: Desk) -> None:
    """An unset claim reads as topic 0 of issuer 0."""
    with desk.office.refused(errors.InvalidTopic, topic=0):
        desk.adapter.send(desk.office.officer, "setSource", desk.issuer.address, 0, 1)


@pytest.mark.parametrize("who", ["identity", "issuer"])
@pytest.mark.parametrize("manner", [Manner.REVERTS, Manner.BURNS_GAS, Manner.ANSWERS_HUGE])
def test_OID_2__identity_or_issuer_misbehaves__no_claim_within_bounds(desk: Desk, who: str, manner: Manner) -> None:
    desk.show(KYC_TOPIC)
    desk.behave(getattr(desk, who), manner)
    assert desk.found() == 0
    data = artifact("OnchainIdAdapter").encode_call("claimsOf", [desk.identity.address])
    call = Transaction(to=desk.adapter.address, data=data, gas=1_300_000)
    desk.office.chain.send(call, desk.office.relayer)


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def rubbish(desk: Desk) -> list[bytes]:
    """Answers to getClaim that are none: short, pointing outside, lengths without end, an issuer with dirt above its address."""
    issuer = int(desk.issuer.address, 16)
    head = word(KYC_TOPIC) + word(1) + word(issuer)
    last = 2**256 - 1
    return [
        b"",
        head,
        head + word(192)[:31],
        head + word(192) * 2,
        head + word(192) * 3,
        head + word(last) * 3,
        head + word(last - 31) * 3 + word(0),
        head + word(192) * 3 + word(1),
        head + word(192) * 3 + word(last),
        head + word(161) * 3 + word(0),
        word(KYC_TOPIC) + word(1) + word(issuer | 1 << 200) + word(192) * 3 + word(0),
    ]


def test_OID_2__identity_answers_rubbish__no_claim(desk: Desk) -> None:
    for raw in rubbish(desk):
        desk.behave(desk.identity, Manner.ANSWERS_RAW, raw)
        assert desk.found() == 0, raw.hex()


@pytest.mark.parametrize("raw", [b"", b"\x01", word(2), word(1 << 8 | 1), b"\x01" * 64])
def test_OID_2__issuer_answers_rubbish__no_claim(desk: Desk, raw: bytes) -> None:
    desk.show(KYC_TOPIC)
    desk.behave(desk.issuer, Manner.ANSWERS_RAW, raw)
    assert desk.found() == 0


def test_OID_2__claim_with_long_data__read_up_to_the_bound(desk: Desk) -> None:
    desk.show(KYC_TOPIC, data=b"\x05" * 3_500)
    assert desk.found() == KYC
    desk.show(KYC_TOPIC, data=b"\x05" * 4_096)
    assert desk.found() == 0


def test_OID_2__one_source_misbehaves__the_others_count(desk: Desk) -> None:
    office = desk.office
    office.adapter.send(office.officer, "setSource", desk.rogue.address, KYC_TOPIC, 0)
    desk.behave(desk.rogue, Manner.BURNS_GAS)
    issuer = desk.rogue.address
    desk.show(KYC_TOPIC, under=claim_id(issuer, KYC_TOPIC), says_issuer=issuer)
    desk.show(KYC_TOPIC)
    desk.show(ACCREDITED_TOPIC)
    assert desk.found() == KYC | ACCREDITED


def test_claimsOf__called_with_little_gas__refused_rather_than_answered_with_no(desk: Desk) -> None:
    desk.show(KYC_TOPIC)
    data = artifact("OnchainIdAdapter").encode_call("claimsOf", [desk.identity.address])
    with reverts(errors.MoreGasNeeded, gas=300_000):
        desk.office.chain.send(Transaction(to=desk.adapter.address, data=data, gas=250_000), desk.office.relayer)
