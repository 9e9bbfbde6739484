"""One write: tried, handed out to be signed elsewhere, or sent."""

from __future__ import annotations

import dataclasses
import json

import pytest
from eth_account import Account
from tests.client import chain_probe
from tests.client.chain_probe import COUNT, counted

from tokenkit.artifacts import load
from tokenkit.chain import LocalChain, RecordingChain, Transaction
from tokenkit.errors import InvalidAddress, InvalidInput, ReadOnly, StaleAbi, UnknownRevert
from tokenkit.operation import Operation, Sent, safe_batch
from tokenkit.reverts import AccessManagerUnauthorizedAccount
from tokenkit.testing import reverts
from tokenkit.types import Address

SAFE = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


@pytest.fixture
def local() -> LocalChain:
    return LocalChain(accounts=2)


@pytest.fixture
def count(local: LocalChain) -> Operation[int]:
    probe = chain_probe.deploy(local, local.accounts[0])
    return Operation(to=probe, data=COUNT, summary="Count one up", chain=local, decode=counted)


@pytest.fixture
def label(local: LocalChain) -> Operation[None]:
    manager = load("AccessManager")
    creation = Transaction(to=None, data=manager.encode_constructor([local.accounts[0].address]))
    address = local.send(creation, local.accounts[0]).contract_address
    assert address is not None
    data = manager.encode_call("labelRole", [7, "registrar"])
    return Operation(to=address, data=data, summary="Label a role", chain=local, decode=lambda _: None)


def test_with_summary__other_words__the_same_call(count: Operation[int]) -> None:
    told = count.with_summary("Issue 1,000.5 PREF")
    assert told.summary == "Issue 1,000.5 PREF"
    assert dataclasses.replace(told, summary=count.summary) == count


def test_simulate__contract_refuses__typed_error(count: Operation[int], local: LocalChain) -> None:
    with reverts(UnknownRevert):
        dataclasses.replace(count, data=chain_probe.REFUSE).simulate(local.accounts[0].address)


def test_simulate__bad_sender__refused(count: Operation[int]) -> None:
    with reverts(InvalidAddress):
        count.simulate("0x12")


def test_simulate__wrong_caller__error_with_its_arguments(label: Operation[None], local: LocalChain) -> None:
    stranger = local.accounts[1].address

    with reverts(AccessManagerUnauthorizedAccount, msgsender=stranger, role_id=0):
        label.simulate(stranger)


def test_simulate__accepted__answer_and_nothing_changed(count: Operation[int], local: LocalChain) -> None:
    height = local.block()

    assert count.simulate(local.accounts[0].address) == 1
    assert count.simulate(local.accounts[0].address.lower()) == 1
    assert local.block() == height


def test_build__contract_refuses__typed_error(count: Operation[int], local: LocalChain) -> None:
    with reverts(UnknownRevert):
        dataclasses.replace(count, data=chain_probe.REFUSE).build(local.accounts[0].address)


def test_build__accepted__whole_and_can_be_signed_elsewhere(count: Operation[int], local: LocalChain) -> None:
    ana = local.accounts[0]

    unsigned = count.build(ana.address)

    assert json.loads(json.dumps(unsigned)) == unsigned
    assert unsigned["from"] == ana.address
    assert (unsigned["to"], unsigned["data"], unsigned["chainId"], unsigned["nonce"]) == (count.to, "0x05", 1337, 1)
    signed = Account.from_key((1).to_bytes(32, "big")).sign_transaction(unsigned)
    assert local.broadcast(bytes(signed.raw_transaction)).status == 1
    assert count.simulate(ana.address) == 2


def test_send__no_signer__read_only(count: Operation[int]) -> None:
    with reverts(ReadOnly):
        count.send(None)


def test_send__contract_refuses__typed_error_and_nothing_mined(label: Operation[None], local: LocalChain) -> None:
    height = local.block()

    with reverts(AccessManagerUnauthorizedAccount):
        label.send(local.accounts[1])

    assert local.block() == height


def test_send__accepted__receipt_answer_and_decoded_events(label: Operation[None], local: LocalChain) -> None:
    sent = label.send(local.accounts[0])

    (event,) = sent.events
    assert (event.name, event.address) == ("RoleLabel", label.to)
    assert dict(event.args) == {"roleId": 7, "label": "registrar"}
    assert event.block_timestamp == local.now()
    assert event.transaction_hash == sent.receipt.transaction_hash
    assert sent.answer is None
    assert sent.operation is label


def test_send__contract_answers__answer_is_decoded(count: Operation[int], local: LocalChain) -> None:
    told: list[str] = []

    sent = count.send(local.accounts[0], on_signed=lambda known, _: told.append(known))

    assert sent.answer == 1
    assert sent.events == ()  # the probe is none of our contracts
    assert told == [sent.receipt.transaction_hash]


def test_answer__of_a_receipt_read_later__not_known(count: Operation[int], local: LocalChain) -> None:
    sent = count.send(local.accounts[0])
    later = Sent(operation=count, receipt=local.wait(sent.receipt.transaction_hash))

    with reverts(StaleAbi):
        _ = later.answer


def test_safe__one_operation__a_file_for_the_transaction_builder(count: Operation[int]) -> None:
    file = count.safe(safe=SAFE.lower())

    assert json.loads(json.dumps(file)) == file
    assert (file["version"], file["chainId"], file["createdAt"]) == ("1.0", "1337", 1_893_456_001_000)
    assert file["meta"] == {"name": "tokenkit", "description": "Count one up", "createdFromSafeAddress": SAFE}
    assert file["transactions"] == [
        {"to": count.to, "value": "0", "data": "0x05", "contractMethod": None, "contractInputsValues": None}
    ]


def test_safe_batch__nothing_or_several_chains__refused(count: Operation[int]) -> None:
    elsewhere = dataclasses.replace(count, chain=RecordingChain(chain_id=1))

    for operations in ([], [count, elsewhere]):
        with reverts(InvalidInput):
            safe_batch(operations)


def test_safe_batch__several__in_order(count: Operation[int]) -> None:
    file = safe_batch([count, dataclasses.replace(count, value=5, summary="Pay")], name="Payday")

    assert file["meta"] == {"name": "Payday", "description": "Count one up; Pay"}
    transactions = file["transactions"]
    assert isinstance(transactions, list)
    assert [one["value"] for one in transactions] == ["0", "5"]


def test_operation__frozen__cannot_be_changed(count: Operation[int]) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        count.to = Address(SAFE)  # type: ignore[misc]
