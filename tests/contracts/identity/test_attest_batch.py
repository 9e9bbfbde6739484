"""submitBatch: one that is refused does not stop the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.attestation_stage import KYROS
from tests.contracts.compliance_stage import GERMANY

from tokenkit import reverts as errors
from tokenkit.chain import decode
from tokenkit.errors import OutOfGas
from tokenkit.types import Address

if TYPE_CHECKING:
    from tests.contracts.attestation_stage import Stage

    from tokenkit.chain import Receipt
    from tokenkit.errors import Reverted


def refusals(office: Stage, receipt: Receipt) -> list[tuple[int, str, Reverted]]:
    return [
        (event.args["index"], event.args["wallet"], decode(event.args["reason"]))
        for event in office.attestations.events(receipt)
        if event.name == "AttestationRefused"
    ]


def test_submitBatch__lists_differ_in_length__refused(office: Stage) -> None:
    signed = office.sign(office.attest(office.ana))
    with office.refused(errors.LengthMismatch, expected=1, actual=2):
        office.attestations.send(
            office.relayer, "submitBatch", [signed.attestation.as_arguments()], [signed.signature] * 2
        )


def test_submitBatch__one_handed_in_by_another_just_before__the_others_take_effect(office: Stage) -> None:
    """Anybody can hand in one of a batch first; that must not cost the others their onboarding."""
    batch = [office.attest(wallet) for wallet in (office.ana, office.ben, office.cleo)]
    office.hand_in(batch[1])
    receipt = office.hand_in_many(*batch)
    ((index, wallet, reason),) = refusals(office, receipt)
    assert (index, wallet) == (1, office.ben)
    assert isinstance(reason, errors.AttestationReplayed)
    assert (reason.wallet, reason.provider, reason.nonce) == (office.ben, KYROS, 1)
    assert [office.facts(one.wallet) for one in batch] == [office.says(one) for one in batch]


def test_submitBatch__every_kind_of_refusal__said_by_its_own_error(office: Stage) -> None:
    office.enter(office.ben)
    office.attested(office.cleo, nonce=5)
    now = office.chain.now()
    receipt = office.hand_in_many(
        office.attest(office.ana, issued_at=now + 1_000, valid_until=now + 2_000),
        office.attest(office.ben, country=GERMANY),
        office.attest(office.cleo, nonce=4),
        office.attest(office.dora),
    )
    assert [type(reason) for _, _, reason in refusals(office, receipt)] == [
        errors.AttestationNotYetIssued,
        errors.EnteredByHand,
        errors.AttestationOutOfOrder,
    ]
    assert office.facts(office.dora)["country"] != 0


def test_submitBatch__nothing__nothing(office: Stage) -> None:
    assert office.hand_in_many().logs == ()
    assert office.attestations.ask(office.relayer, "submitBatch", [], []) == 0


def test_submitBatch__too_little_gas_for_one__refused_as_a_whole(office: Stage) -> None:
    """Were it skipped, an estimate of gas would find the amount with which nothing takes effect."""
    signed = office.sign(office.attest(office.ana))
    arguments = ([signed.attestation.as_arguments()], [signed.signature])
    enough = office.attestations.send(office.relayer, "submitBatch", *arguments, gas=300_000).gas_used
    office.chain.travel(by=10)
    signed = office.sign(office.attest(office.ben))
    arguments = ([signed.attestation.as_arguments()], [signed.signature])
    with office.refused(errors.AttestationOutOfGas, index=0):
        office.attestations.send(office.relayer, "submitBatch", *arguments, gas=enough - 25_000)
    office.attestations.send(office.relayer, "submitBatch", *arguments, gas=enough + 10_000)
    assert office.facts(office.ben) == office.says(signed.attestation)


def test_submitBatch__any_amount_of_gas__all_or_nothing(office: Stage) -> None:
    """A registry that stops in time because a token must be told says so in words; that is no refusal either."""
    name = office.safe.address
    signed = [office.sign(office.attest(wallet, identity=name)) for wallet in (office.ana, office.ben)]
    arguments = ([one.attestation.as_arguments() for one in signed], [one.signature for one in signed])
    enough = office.chain.estimate(office.call("submitBatch", *arguments), office.relayer.address)
    for less in range(5_000, 200_000, 30_000):
        with pytest.raises((errors.AttestationOutOfGas, OutOfGas)):
            office.attestations.send(office.relayer, "submitBatch", *arguments, gas=enough - less)
    receipt = office.attestations.send(office.relayer, "submitBatch", *arguments, gas=enough)
    assert refusals(office, receipt) == []


def test_submitBatch__fifty_new_wallets__cost_each(office: Stage) -> None:
    batch = [office.attest(Address(f"0x{number:040x}")) for number in range(0x7000, 0x7032)]
    one = office.hand_in(office.attest(office.ana)).gas_used
    each = office.hand_in_many(*batch).gas_used / len(batch)
    assert one <= 130_000
    assert each <= 80_000
