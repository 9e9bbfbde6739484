"""No secret is an argument, and none is ever printed."""

from __future__ import annotations

import io
import json
import os
from typing import TYPE_CHECKING

import pytest
from eth_account import Account

from tokenkit.cli._command import Settings
from tokenkit.cli._exits import Exit
from tokenkit.cli._session import Session
from tokenkit.errors import InvalidKey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Ran, Run

KEY = "0x" + "4c" * 32
ADDRESS = Account.from_key(KEY).address
PASSWORD = "correct horse battery staple"


def silent(ran: Ran, *secrets: str) -> None:
    for secret in secrets:
        assert secret.removeprefix("0x") not in ran.out + ran.err


@pytest.fixture
def keystore(tmp_path: Path) -> Path:
    file = tmp_path / "deployer.json"
    file.write_text(json.dumps(Account.encrypt(KEY, PASSWORD, kdf="pbkdf2", iterations=10)), encoding="utf-8")
    return file


@pytest.mark.parametrize("debug", [(), ("--debug",)])
@pytest.mark.parametrize("name", [KEY, KEY[2:], "aa" * 32, "not a name"])
def test_key_env__a_key_instead_of_a_name__refused_without_repeating_it(run: Run, name: str, debug: tuple[str]) -> None:
    ran = run("doctor", "--key-env", name, "--json", *debug)
    assert ran.code == Exit.BAD_INPUT
    assert "never the secret itself" in ran.error["message"]
    silent(ran, name)


def test_key_env__a_key_in_the_environment__only_its_address_is_shown(run: Run) -> None:
    ran = run("doctor", env={"TOKENKIT_PRIVATE_KEY": KEY})
    assert ADDRESS in ran.out
    silent(ran, KEY)


@pytest.mark.parametrize("value", ["0x1234", KEY + "ff", "zz" * 32])
def test_key_env__not_a_key__refused_without_repeating_it(run: Run, value: str) -> None:
    ran = run("doctor", "--json", env={"TOKENKIT_PRIVATE_KEY": value})
    assert ran.code == Exit.BAD_INPUT
    assert ran.error["type"] == "InvalidKey"
    silent(ran, value)


@pytest.mark.parametrize("debug", [(), ("--debug",)])
def test_rpc__credentials_in_the_url__masked(run: Run, debug: tuple[str]) -> None:
    url = "http://user:hunter2@127.0.0.1:1/v3/apikey1234567890abcdef"
    for output in ((), ("--json",)):
        ran = run("doctor", "--rpc", url, *output, *debug)
        assert ran.code == Exit.CHAIN_UNAVAILABLE
        silent(ran, "hunter2", "apikey1234567890abcdef")


def test_keystore__and_account__contradict(run: Run, keystore: Path) -> None:
    ran = run("doctor", "--keystore", keystore, "--account", ADDRESS, "--json")
    assert ran.code == Exit.BAD_INPUT
    assert "not both" in ran.error["message"]


def test_keystore__password_in_the_environment__opens(keystore: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENKIT_PASSWORD", PASSWORD)
    signer = Session(Settings(keystore=keystore)).signer
    assert signer is not None
    assert signer.address == ADDRESS
    assert len(signer.sign_typed_data(_MESSAGE)) == 65


def test_keystore__password_from_a_file_descriptor__opens(keystore: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, PASSWORD.encode() + b"\n")
    os.close(writing)
    signer = Session(Settings(keystore=keystore, password_fd=reading)).signer
    assert signer is not None
    assert len(signer.sign_typed_data(_MESSAGE)) == 65
    os.close(reading)


def test_keystore__nobody_to_ask__refused(keystore: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKENKIT_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    signer = Session(Settings(keystore=keystore)).signer
    assert signer is not None
    with pytest.raises(InvalidKey, match="--password-fd"):
        signer.sign_typed_data(_MESSAGE)


def test_keystore__wrong_password__refused_without_repeating_it(
    keystore: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKENKIT_PASSWORD", "wrong" + PASSWORD)
    signer = Session(Settings(keystore=keystore)).signer
    assert signer is not None
    with pytest.raises(InvalidKey) as refused:
        signer.sign_typed_data(_MESSAGE)
    assert PASSWORD not in str(refused.value)


_MESSAGE = {
    "types": {"EIP712Domain": [{"name": "name", "type": "string"}], "Note": [{"name": "text", "type": "string"}]},
    "primaryType": "Note",
    "domain": {"name": "test"},
    "message": {"text": "hello"},
}
