"""permit: approvals signed by the holder (ERC-2612), under the domain that ERC-5267 describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import ANA, BEN

from tokenkit.reverts import ERC20InvalidSpender, ERC2612ExpiredSignature, ERC2612InvalidSigner, TransferRestricted
from tokenkit.testing import next_transaction_at
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.rights_stage import Handle
    from tests.contracts.token.conftest import Stage

    from tokenkit.chain import Receipt, Signer

TYPES = {
    "EIP712Domain": [
        {"name": "name", "type": "string"},
        {"name": "version", "type": "string"},
        {"name": "chainId", "type": "uint256"},
        {"name": "verifyingContract", "type": "address"},
    ],
    "Permit": [
        {"name": "owner", "type": "address"},
        {"name": "spender", "type": "address"},
        {"name": "value", "type": "uint256"},
        {"name": "nonce", "type": "uint256"},
        {"name": "deadline", "type": "uint256"},
    ],
}
DEADLINE = 1_900_000_000
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Of secp256k1's base point."""


def sign(
    stage: Stage, signer: Signer, *, token: Handle | None = None, name: str = "Ordinary Shares", **changes: object
) -> bytes:
    """Sign a permit of 300 units by ana for mallory, with *changes*."""
    message = {
        "owner": stage.people.ana.address,
        "spender": stage.people.mallory.address,
        "value": 300,
        "nonce": 0,
        "deadline": DEADLINE,
        **changes,
    }
    domain = {
        "name": name,
        "version": "1",
        "chainId": stage.chain.chain_id,
        "verifyingContract": (token or stage.token).address,
    }
    return signer.sign_typed_data({"types": TYPES, "domain": domain, "primaryType": "Permit", "message": message})


def permit(stage: Stage, signature: bytes, **changes: object) -> Receipt:
    """Have mallory hand the permit in."""
    people = stage.people
    values = {
        "owner": people.ana.address,
        "spender": people.mallory.address,
        "value": 300,
        "deadline": DEADLINE,
        **changes,
    }
    r, s, v = signature[:32], signature[32:64], signature[64]
    return stage.token.send(people.mallory, "permit", *values.values(), v, r, s)


def test_permit__deadline_passed__refused(stage: Stage) -> None:
    signature = sign(stage, stage.people.ana)
    next_transaction_at(stage.chain, DEADLINE + 1)
    with stage.refused(ERC2612ExpiredSignature, deadline=DEADLINE):
        permit(stage, signature)


def test_permit__signed_by_another__refused(stage: Stage) -> None:
    with stage.refused(ERC2612InvalidSigner, owner=stage.people.ana.address):
        permit(stage, sign(stage, stage.people.mallory))


@pytest.mark.parametrize(
    ("field", "value"),
    [("value", 301), ("nonce", 1), ("deadline", 1_900_000_001), ("spender", ZERO_ADDRESS), ("owner", ZERO_ADDRESS)],
)
def test_permit__other_values_than_signed__refused(stage: Stage, field: str, value: object) -> None:
    with stage.refused(ERC2612InvalidSigner, owner=stage.people.ana.address):
        permit(stage, sign(stage, stage.people.ana, **{field: value}))


def test_permit__of_nobody_with_a_signature_of_nobody__refused(stage: Stage) -> None:
    with stage.refused(ERC2612InvalidSigner, owner=ZERO_ADDRESS):
        permit(stage, bytes(65), owner=ZERO_ADDRESS)


def test_permit__for_the_zero_address__refused(stage: Stage) -> None:
    signature = sign(stage, stage.people.ana, spender=ZERO_ADDRESS)
    with stage.refused(ERC20InvalidSpender, spender=ZERO_ADDRESS):
        permit(stage, signature, spender=ZERO_ADDRESS)


def test_permit__handed_in_twice__refused(stage: Stage) -> None:
    signature = sign(stage, stage.people.ana)
    permit(stage, signature)
    with stage.refused(ERC2612InvalidSigner, owner=stage.people.ana.address):
        permit(stage, signature)


def test_permit__for_another_class__refused(stage: Stage) -> None:
    with stage.refused(ERC2612InvalidSigner, owner=stage.people.ana.address):
        permit(stage, sign(stage, stage.people.ana, token=stage.second))


def test_permit__mirrored_signature__refused(stage: Stage) -> None:
    """A second form of the same ECDSA signature (high s), as B2 used against revocations."""
    signature = sign(stage, stage.people.ana)
    mirrored = ORDER - int.from_bytes(signature[32:64], "big")
    flipped = signature[:32] + mirrored.to_bytes(32, "big") + bytes([55 - signature[64]])
    with stage.refused(ERC2612InvalidSigner, owner=stage.people.ana.address):
        permit(stage, flipped)


def test_permit__token_renamed_since__refused_until_signed_again(stage: Stage) -> None:
    ana = stage.people.ana
    signature = sign(stage, ana)
    stage.token.send(stage.people.issuer, "setName", "Common Stock")
    with stage.refused(ERC2612InvalidSigner, owner=ana.address):
        permit(stage, signature)
    permit(stage, sign(stage, ana, name="Common Stock"))
    assert stage.token.read("allowance", ana.address, stage.people.mallory.address) == 300


def test_permit__signed_by_the_holder__approves(stage: Stage) -> None:
    ana, mallory = stage.people.ana, stage.people.mallory
    receipt = permit(stage, sign(stage, ana))
    assert stage.said(receipt) == [("Approval", {"owner": ana.address, "spender": mallory.address, "value": 300})]
    assert stage.token.read("allowance", ana.address, mallory.address) == 300
    assert stage.token.read("nonces", ana.address) == 1


def test_permit__at_the_second_of_its_deadline__approves(stage: Stage) -> None:
    signature = sign(stage, stage.people.ana)
    next_transaction_at(stage.chain, DEADLINE)
    permit(stage, signature)
    assert stage.token.read("nonces", stage.people.ana.address) == 1


def test_permit__then_transferFrom__moves_units(stage: Stage) -> None:
    ana, ben, mallory = stage.people.ana, stage.people.ben, stage.people.mallory
    permit(stage, sign(stage, ana))
    stage.token.send(mallory, "transferFrom", ana.address, ben.address, 300)
    assert stage.units(ana, ben) == (ANA - 300, BEN + 300)
    assert stage.token.read("allowance", ana.address, mallory.address) == 0


def test_permit__while_paused__moves_nothing_until_the_pause_is_over(stage: Stage) -> None:
    """What a permit allows is judged like any movement: a signature never goes round a pause or an admission."""
    ana, ben, mallory = stage.people.ana, stage.people.ben, stage.people.mallory
    stage.pause()
    permit(stage, sign(stage, ana))
    with stage.refused(TransferRestricted, code=1, account=stage.token.address, limit=0, actual=300):
        stage.token.send(mallory, "transferFrom", ana.address, ben.address, 300)
    stage.token.send(stage.people.compliance, "unpause")
    with stage.refused(TransferRestricted, code=21, account=mallory.address, limit=0, actual=0):
        stage.token.send(mallory, "transferFrom", ana.address, mallory.address, 300)


def test_permit__by_a_contract_wallet__asks_the_wallet(stage: Stage) -> None:
    ana, mallory = stage.people.ana, stage.people.mallory
    wallet = create(stage.chain, mallory, "ContractWallet", ana.address)
    with stage.refused(ERC2612InvalidSigner, owner=wallet.address):
        permit(stage, sign(stage, mallory, owner=wallet.address), owner=wallet.address)
    receipt = permit(stage, sign(stage, ana, owner=wallet.address), owner=wallet.address)
    assert stage.said(receipt) == [("Approval", {"owner": wallet.address, "spender": mallory.address, "value": 300})]
    assert stage.token.read("nonces", wallet.address) == 1


def test_permit__by_a_contract_that_is_no_wallet__refused(stage: Stage) -> None:
    rulebook = stage.rulebook.address
    with stage.refused(ERC2612InvalidSigner, owner=rulebook):
        permit(stage, sign(stage, stage.people.ana, owner=rulebook), owner=rulebook)


def test_eip712Domain__token__names_what_permits_are_signed_under(stage: Stage) -> None:
    expected = (b"\x0f", "Ordinary Shares", "1", stage.chain.chain_id, stage.token.address, bytes(32))
    assert stage.token.read("eip712Domain")[:6] == expected
    assert list(stage.token.read("eip712Domain")[6]) == []


def test_domainSeparator__two_classes__differ(stage: Stage) -> None:
    separators = {token.read("DOMAIN_SEPARATOR") for token in (stage.token, stage.second, stage.office)}
    assert len(separators) == 3
