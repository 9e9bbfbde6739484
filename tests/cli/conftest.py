"""Commands are run as a person would, in this process, with whatever they print."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner

from tokenkit.chain import RpcChain
from tokenkit.cli import _session, app


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
        assert self.code in (0, 1, 4), self.out
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
    monkeypatch.setattr(_session, "connect", lambda url, *, chain_id: RpcChain(url, chain_id=chain_id, retries=0))

    def command(*arguments: object, env: dict[str, str] | None = None, stdin: str | None = None) -> Ran:
        result = CliRunner().invoke(app, [str(each) for each in arguments], env=env, input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Ran(code=result.exit_code, out=result.stdout, err=result.stderr)

    return command
