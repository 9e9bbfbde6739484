"""The command line against a node, as a person would use it: keystore, node account, and a node that goes away."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account
from typer.testing import CliRunner

from tokenkit.chain import AnvilChain, AnvilNode
from tokenkit.cli import app
from tokenkit.cli._exits import Exit
from tokenkit.errors import NodeUnavailable
from tokenkit.testing import PLAN, People

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "a password for tests"


@pytest.fixture
def node() -> Iterator[AnvilNode]:
    try:
        node = AnvilNode()
    except NodeUnavailable as absent:
        pytest.skip(str(absent))
    with node:
        yield node


@pytest.mark.anvil
def test_cli__on_a_node__deploys_verifies_issues_and_notices_its_absence(
    node: AnvilNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TOKENKIT_PRIVATE_KEY", "TOKENKIT_KEYSTORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TOKENKIT_RPC_URL", node.url)
    monkeypatch.setenv("TOKENKIT_PASSWORD", PASSWORD)
    people = [signer.address for signer in AnvilChain(node.url).accounts]
    plan, record, keystore = tmp_path / "plan.toml", tmp_path / "plan.record.toml", tmp_path / "deployer.json"
    names = dict(zip(People.__dataclass_fields__, people, strict=False))
    plan.write_text(PLAN.format(**names), encoding="utf-8")
    keys = {Account.from_key(f"0x{number:064x}").address: f"0x{number:064x}" for number in range(1, 20)}
    key = keys[people[0]]
    keystore.write_text(json.dumps(Account.encrypt(key, PASSWORD, kdf="pbkdf2", iterations=10)), encoding="utf-8")

    def do(*arguments: object, by: str | None = None) -> tuple[int, Any]:
        env = {"TOKENKIT_PRIVATE_KEY": keys[names[by]]} if by else None
        result = CliRunner().invoke(app, [*map(str, arguments), "--json"], env=env)
        assert PASSWORD not in result.output
        assert key[2:] not in result.output
        answer = json.loads(result.stdout)
        return result.exit_code, answer.get("data", answer.get("error"))

    code, data = do("doctor", "--keystore", keystore)
    assert [
        each for each in data["checks"] if each["ok"] is False and each["name"] not in ("Sources", "Latest block")
    ] == []

    code, data = do("deploy", plan, "--keystore", keystore, "--yes")
    assert (code, data["complete"]) == (Exit.OK, True)
    code, data = do("verify", record)
    assert (code, data["differences"]) == (Exit.OK, [])

    shared = ("--class", "ORD", "--reason", "r", "--record", record, "--yes")
    facts = ("--country", "CH", "--claims", "kyc", "--record", record, "--yes")
    registered = do("investor", "add", names["ana"], *facts, by="registrar")
    assert registered[0] == Exit.OK, registered
    issued = do("issue", names["ana"], 10, *shared, by="issuer")
    assert issued[0] == Exit.OK, issued
    refused = do("issue", names["ben"], 10, *shared, by="issuer")
    assert (refused[0], [each["code"] for each in refused[1]["refusals"]]) == (Exit.REFUSED, [21])
    unpowered = do("issue", names["ana"], 10, *shared, by="registrar")
    assert (unpowered[0], unpowered[1]["type"]) == (Exit.REFUSED, "AccessManagedUnauthorized")
    assert f"It takes the office of issuer, held by {names['issuer']}." in unpowered[1]["message"]
    code, data = do("captable", "--record", record)
    assert (code, data["differences"], data["holdings"][0]["units"]) == (Exit.OK, [], 10)

    node.stop()
    code, data = do("captable", "--record", record)
    assert (code, data["type"]) == (Exit.CHAIN_UNAVAILABLE, "NodeUnavailable")
