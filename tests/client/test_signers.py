"""Signers sign, and never show what they sign with."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback
from typing import TYPE_CHECKING

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from tokenkit.chain import KeystoreSigner, LocalSigner, NodeSigner
from tokenkit.chain.signers import DEFAULT_KEY_VARIABLE
from tokenkit.errors import InvalidAddress, InvalidKey, NodeError, TransactionRejected
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from pathlib import Path

KEY = "c85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4"
ADDRESS = "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"
PASSWORD = "correct horse"
ORDER = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
TRANSFER = {
    "type": 2,
    "chainId": 1337,
    "nonce": 0,
    "to": ADDRESS,
    "value": 1,
    "data": "0x",
    "gas": 21_000,
    "maxFeePerGas": 10,
    "maxPriorityFeePerGas": 1,
}
PERMIT = {
    "types": {
        "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "chainId", "type": "uint256"}],
        "Note": [{"name": "text", "type": "string"}],
    },
    "domain": {"name": "tokenkit", "chainId": 1337},
    "primaryType": "Note",
    "message": {"text": "hello"},
}


@pytest.fixture
def keystore(tmp_path: Path) -> Path:
    path = tmp_path / "ana.json"
    path.write_text(json.dumps(Account.encrypt("0x" + KEY, PASSWORD, iterations=2**10)))
    return path


@pytest.mark.parametrize(
    "key",
    [
        "",
        "0x",
        KEY[:-1],
        KEY + "0",
        "0x" + KEY + "00",
        KEY[:-1] + "g",
        ORDER,
        "0" * 64,
        "f" * 64,
        "my secret key",
        b"\x01",
    ],
)
def test_from_key__malformed__refused_without_repeating_it(key: str | bytes) -> None:
    with pytest.raises(InvalidKey) as refused:
        LocalSigner.from_key(key)

    shown = "".join(traceback.format_exception(refused.value, chain=True)).rpartition("InvalidKey")[2]
    secret = key.hex() if isinstance(key, bytes) else key.removeprefix("0x")
    assert not secret or secret not in shown
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("key", [KEY, "0x" + KEY, KEY.upper(), f" {KEY}\n", bytes.fromhex(KEY)])
def test_from_key__any_form__same_address(key: str | bytes) -> None:
    assert LocalSigner.from_key(key).address == ADDRESS


def test_from_environment__not_set__says_which_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DEFAULT_KEY_VARIABLE, raising=False)

    with pytest.raises(InvalidKey, match=DEFAULT_KEY_VARIABLE):
        LocalSigner.from_environment()


def test_from_environment__malformed__says_which_variable_and_not_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISSUER_KEY", KEY + "ff")

    with pytest.raises(InvalidKey, match="ISSUER_KEY") as refused:
        LocalSigner.from_environment("ISSUER_KEY")

    assert KEY not in str(refused.value)


def test_from_environment__set__signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DEFAULT_KEY_VARIABLE, "0x" + KEY)

    assert LocalSigner.from_environment().address == ADDRESS


def test_local_signer__shown_or_logged__key_never_appears(caplog: pytest.LogCaptureFixture) -> None:
    signer = LocalSigner.from_key(KEY)
    caplog.set_level(logging.DEBUG)

    signer.sign_transaction(TRANSFER)
    shown = [repr(signer), str(signer), f"{signer!r}", repr([signer]), caplog.text, repr(dir(signer))]

    assert repr(signer) == f"LocalSigner({ADDRESS})"
    assert all(KEY not in text for text in shown)


def test_local_signer__pickled_or_copied__refused() -> None:
    signer = LocalSigner.from_key(KEY)

    with pytest.raises(TypeError, match="private key"):
        pickle.dumps(signer)
    with pytest.raises(TypeError, match="private key"):
        copy.deepcopy(signer)


def test_sign_transaction__impossible_fields__rejected_without_the_key() -> None:
    with pytest.raises(TransactionRejected) as refused:
        LocalSigner.from_key(KEY).sign_transaction({**TRANSFER, "gas": -1})

    assert refused.value.__cause__ is not None
    assert KEY not in "".join(traceback.format_exception(refused.value))


def test_sign_transaction__plain__recovers_to_the_address() -> None:
    signed = LocalSigner.from_key(KEY).sign_transaction(TRANSFER)

    assert Account.recover_transaction(signed) == ADDRESS


def test_sign_typed_data__plain__recovers_to_the_address() -> None:
    signature = LocalSigner.from_key(KEY).sign_typed_data(PERMIT)

    assert len(signature) == 65
    assert Account.recover_message(encode_typed_data(full_message=PERMIT), signature=signature) == ADDRESS


def test_keystore__no_such_file__refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidKey, match=r"missing\.json"):
        KeystoreSigner(tmp_path / "missing.json", password=lambda: PASSWORD)


@pytest.mark.parametrize("content", ["", "[]", "not json", '{"version": 3}', '{"version": 1, "address": "00"}'])
def test_keystore__not_a_keystore__refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content)

    with reverts(InvalidKey):
        KeystoreSigner(path, password=lambda: PASSWORD)


def test_keystore__address_malformed__refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"version": 3, "address": "00"}')

    with reverts(InvalidAddress):
        KeystoreSigner(path, password=lambda: PASSWORD)


def test_keystore__wrong_password__refused_without_repeating_it(keystore: Path) -> None:
    signer = KeystoreSigner(keystore, password=lambda: "hunter2")

    with pytest.raises(InvalidKey, match="does not open") as refused:
        signer.sign_transaction(TRANSFER)

    assert "hunter2" not in "".join(traceback.format_exception(refused.value)).replace('lambda: "hunter2"', "")


def test_keystore__damaged__refused(keystore: Path) -> None:
    content = json.loads(keystore.read_text())
    del content["crypto"]["ciphertext"]
    keystore.write_text(json.dumps(content))

    with reverts(InvalidKey):
        KeystoreSigner(keystore, password=lambda: PASSWORD).sign_transaction(TRANSFER)


def test_keystore__address_of_another_key__refused(keystore: Path) -> None:
    content = json.loads(keystore.read_text())
    content["address"] = "11" * 20
    keystore.write_text(json.dumps(content))

    with pytest.raises(InvalidKey, match="belongs to"):
        KeystoreSigner(keystore, password=lambda: PASSWORD).sign_transaction(TRANSFER)


def test_keystore__opened__asks_once_and_only_when_needed(keystore: Path) -> None:
    asked: list[str] = []

    def password() -> str:
        asked.append("password")
        return PASSWORD

    signer = KeystoreSigner(keystore, password=password)
    assert (signer.address, asked) == (ADDRESS, [])

    signed = signer.sign_transaction(TRANSFER)
    signature = signer.sign_typed_data(PERMIT)

    assert asked == ["password"]
    assert Account.recover_transaction(signed) == ADDRESS
    assert len(signature) == 65
    assert PASSWORD not in repr(signer)
    assert KEY not in repr(signer)
    with pytest.raises(TypeError, match="private key"):
        pickle.dumps(signer)


class _Node:
    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked: list[tuple[str, tuple[object, ...]]] = []

    def request(self, method: str, *params: object) -> object:
        self.asked.append((method, params))
        return self.answer


@pytest.mark.parametrize("answer", [{"raw": "0x02ab", "tx": {}}, "0x02ab"])
def test_node_signer__transaction__asked_of_the_node(answer: object) -> None:
    node = _Node(answer)

    assert NodeSigner(ADDRESS.lower(), node).sign_transaction(TRANSFER) == b"\x02\xab"

    ((method, (fields,)),) = node.asked
    assert method == "eth_signTransaction"
    assert isinstance(fields, dict)
    assert (fields["from"], fields["gas"], fields["type"]) == (ADDRESS, "0x5208", "0x2")


def test_node_signer__typed_data__asked_of_the_node() -> None:
    node = _Node("0x" + "11" * 65)

    assert NodeSigner(ADDRESS, node).sign_typed_data(PERMIT) == b"\x11" * 65
    assert node.asked == [("eth_signTypedData_v4", (ADDRESS, PERMIT))]


@pytest.mark.parametrize("answer", [None, "zz", 5, {"signature": "0x"}])
def test_node_signer__answer_is_no_signature__node_error(answer: object) -> None:
    with reverts(NodeError):
        NodeSigner(ADDRESS, _Node(answer)).sign_transaction(TRANSFER)


def test_node_signer__bad_address__refused() -> None:
    with reverts(InvalidAddress):
        NodeSigner("0x12", _Node(None))


def test_local_signer__a_key_where_an_account_belongs__refused_without_it() -> None:
    with pytest.raises(InvalidKey, match="from_key") as refused:
        LocalSigner("0x" + KEY)  # type: ignore[arg-type]
    assert KEY not in str(refused.value)
