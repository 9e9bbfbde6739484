"""Commands are run as a person would, in this process, with whatever they print."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from tokenkit.chain import RpcChain
from tokenkit.cli import _session, app
from tokenkit.cli._exits import Exit

if TYPE_CHECKING:
    from pathlib import Path

    from tokenkit.chain import Chain, DevelopmentChain, Signer
    from tokenkit.suite import Suite
    from tokenkit.testing import People


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        answer = json.loads(self.out)
        assert set(answer) == {"schema", "command", "ok", "data" if answer["ok"] else "error"}
        return answer

    @property
    def data(self) -> Any:  # noqa: ANN401 - whatever the command says
        assert self.code in (0, 1, 4, 5), self.out
        return self.json["data"]

    @property
    def error(self) -> dict[str, Any]:
        assert self.json["error"]["exit_code"] == self.code
        return self.json["error"]


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command with these arguments, and an environment that holds nothing of tokenkit's but what is given."""
    for name in (
        "TOKENKIT_RPC_URL",
        "TOKENKIT_RECORD",
        "TOKENKIT_KEYSTORE",
        "TOKENKIT_PRIVATE_KEY",
        "TOKENKIT_PASSWORD",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    # A node that is down is asked again for seconds; a test need not wait for that.
    monkeypatch.setattr(
        _session, "connect", lambda url, *, chain_id, patience: RpcChain(url, chain_id=chain_id, retries=0)
    )

    def command(*arguments: object, env: dict[str, str] | None = None, stdin: str | None = None) -> Ran:
        result = CliRunner().invoke(app, [str(each) for each in arguments], env=env, input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Ran(code=result.exit_code, out=result.stdout, err=result.stderr)

    return command


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at a terminal, with a node that serves the suite's chain."""

    run: Run
    suite: Suite
    people: People
    chain: DevelopmentChain
    record: Path
    keys: dict[str, str]

    def __call__(self, *arguments: object, by: Signer | None = None, send: bool = True) -> Ran:
        return self.said(*arguments, "--json", by=by, send=send)

    def said(self, *arguments: object, by: Signer | None = None, send: bool = True) -> Ran:
        """Run a command for a person to read."""
        more: list[object] = ["--rpc", "http://test.invalid", "--record", self.record]
        env = None
        if by is not None:
            more += ["--yes"] if send else []
            env = {"TOKENKIT_PRIVATE_KEY": self.keys[by.address]}
        return self.run(*arguments, *more, env=env)


@pytest.fixture
def desk(
    run: Run, suite: Suite, people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, chain: DevelopmentChain
) -> Desk:
    def connect(url: str, *, chain_id: int | None, patience: float) -> Chain:
        assert patience == 180
        assert url == "http://test.invalid"
        assert chain_id in (None, chain.chain_id)
        return chain

    monkeypatch.setattr(_session, "connect", connect)
    record = tmp_path / "record.toml"
    suite.record.write(record)
    keys = {signer.address: f"0x{number:064x}" for number, signer in enumerate(chain.accounts, 1)}
    return Desk(run, suite, people, chain, record, keys)


@pytest.fixture
def founded(desk: Desk) -> Desk:
    """Ana holds 100 ordinary shares."""
    arguments = ("issue", desk.people.ana.address, "100", "--class", "ORD", "--reason", "founding")
    assert desk(*arguments, by=desk.people.issuer).code == Exit.OK
    return desk
