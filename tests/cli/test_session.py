"""What a session asks a person, and what it does with the answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import pytest
from eth_account import Account
from rich.progress import Progress
from rich.prompt import Confirm, Prompt

from tokenkit.chain import LocalChain
from tokenkit.cli import _session
from tokenkit.cli._command import Settings
from tokenkit.cli._session import Session
from tokenkit.errors import InvalidInput, InvalidKey

if TYPE_CHECKING:
    from pathlib import Path

    from tokenkit.operation import Operation

KEY = "0x" + "4c" * 32


class Terminal:
    """A standard input with somebody in front of it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setenv("TOKENKIT_PRIVATE_KEY", KEY)
    return Session(Settings(rpc="http://test.invalid"))


def test_confirm__no__nothing_sent(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Confirm, "ask", lambda *_, **__: False)
    with pytest.raises(InvalidInput, match="Nothing was sent"):
        session.confirm(["Issue 5 units"])


def test_confirm__yes__asked_with_what_and_who(
    session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def ask(question: str, **_: object) -> bool:
        asked.append(question)
        return True

    monkeypatch.setattr(Confirm, "ask", ask)
    session.confirm([f"Act {number}" for number in range(8)])
    assert asked == [f"Send as {Account.from_key(KEY).address}?"]
    shown = capsys.readouterr().out
    assert "Act 4" in shown
    assert "and 3 more" in shown
    assert "Act 5" not in shown


def test_password__prompt__opens_the_keystore_without_echo(
    session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps(Account.encrypt(KEY, "secret", kdf="pbkdf2", iterations=10)), encoding="utf-8")
    monkeypatch.delenv("TOKENKIT_PASSWORD", raising=False)
    options: list[dict[str, object]] = []

    def ask(question: str, **given: object) -> str:
        assert str(file) in question
        options.append(given)
        return "secret"

    monkeypatch.setattr(Prompt, "ask", ask)
    signer = Session(Settings(keystore=file)).signer
    assert signer is not None
    fields = {"nonce": 0, "gas": 21_000, "gasPrice": 1, "to": signer.address, "value": 0, "data": "0x", "chainId": 1}
    assert signer.sign_transaction(fields)
    assert options[0]["password"] is True


def test_chain__wait__is_the_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    monkeypatch.setattr(_session, "connect", lambda _url, *, chain_id, patience: asked.append(patience) or chain_id)
    for wait in (5.0, 180.0):
        _ = Session(Settings(rpc="http://test.invalid", wait=wait)).chain
    assert asked == [5.0, 180.0]


def test_unlock__keystore__password_asked_before_any_progress_bar(tmp_path: Path) -> None:
    file, asked = tmp_path / "key.json", []
    file.write_text(json.dumps(Account.encrypt(KEY, "secret", kdf="pbkdf2", iterations=10)), encoding="utf-8")
    session = Session(Settings(keystore=file))
    session._password = lambda: asked.append("password") or "secret"  # type: ignore[func-returns-value,method-assign]
    session.progress = lambda: asked.append("progress") or Progress(disable=True)  # type: ignore[func-returns-value,method-assign]
    operation = cast("Operation[None]", Sending(asked))
    session._send([operation])
    assert asked == ["password", "progress", "sent"]


class Sending:
    """An operation that notes when it is sent."""

    summary = "Send"

    def __init__(self, told: list[str]) -> None:
        self.told = told

    def send(self, _signer: object) -> None:
        self.told.append("sent")


def test_signer__account_of_a_chain_in_process__refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_session, "connect", lambda *_, **__: LocalChain(accounts=1))
    session = Session(Settings(rpc="http://test.invalid", account=Account.from_key(KEY).address))
    with pytest.raises(InvalidInput, match="keeps accounts"):
        _ = session.signer
    assert session.sender == Account.from_key(KEY).address


def test_sender__nobody__says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKENKIT_PRIVATE_KEY", raising=False)
    with pytest.raises(InvalidKey, match="--keystore FILE"):
        _ = Session(Settings()).sender
