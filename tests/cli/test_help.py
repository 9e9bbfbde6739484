"""Help is instant, complete, and says how."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tokenkit.chain import LocalSigner
from tokenkit.cli._coins import read_coin
from tokenkit.cli._exits import Exit
from tokenkit.plan import Plan

if TYPE_CHECKING:
    from tests.cli.conftest import Run

    from tokenkit.chain import DevelopmentChain
    from tokenkit.suite import Suite
    from tokenkit.testing import People

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)
RULES = (
    *("holding-cap", "investors", "countries", "groups", "minimum-holding", "supply", "holding-period"),
    *("flow-back", "lockup", "deny", "allow"),
)
MEETING = ("call", "extend", "vote", "open", "proxy", "cast-batch", "close", "schedule", "execute", "cancel")
LISTS = ("publish", "withdraw", "claim", "payee", "redirect", "reclaim")
COMMANDS = (
    ("demo",),
    ("deploy",),
    ("verify",),
    ("doctor",),
    ("import", "ocf"),
    ("import", "apply"),
    ("investor", "add"),
    ("investor", "show"),
    ("investor", "import"),
    ("issue",),
    ("transfer",),
    ("explain",),
    ("rules", "show"),
    *(("rules", "set", verb) for verb in RULES),
    ("rules", "count"),
    *(("rules", verb) for verb in ("deploy", "empower", "add", "remove")),
    ("regime", "list"),
    ("regime", "show"),
    ("regime", "apply"),
    ("regime", "howey"),
    ("record-date", "schedule"),
    ("record-date", "list"),
    *(("payout", verb) for verb in ("declare", "preview", "fund", "cancel", "claim", "sign", "payee", "reinvest")),
    *(("payout", verb) for verb in ("push", "reclaim", "withdraw-tax", "status", "statement")),
    *(("payout", "merkle", verb) for verb in LISTS),
    ("payout", "merkle", "build"),
    ("payout", "merkle", "status"),
    ("coupon", "schedule"),
    ("coupon", "record-dates"),
    ("coupon", "declare"),
    ("vote", "call"),
    ("vote", "cast"),
    ("vote", "status"),
    ("vote", "decide"),
    *(("meeting", verb) for verb in MEETING),
    ("meeting", "ballot"),
    ("meeting", "status"),
    ("meeting", "minutes"),
    ("captable",),
)
SENDING = {
    ("deploy",),
    ("investor", "add"),
    ("investor", "import"),
    ("import", "apply"),
    ("issue",),
    ("transfer",),
    *(("rules", "set", verb) for verb in RULES),
    *(("rules", verb) for verb in ("count", "empower", "add", "remove")),
    ("regime", "apply"),
    ("record-date", "schedule"),
    *(("payout", verb) for verb in ("declare", "fund", "cancel", "claim", "payee", "reinvest", "push", "reclaim")),
    ("payout", "withdraw-tax"),
    *(("payout", "merkle", verb) for verb in LISTS),
    ("coupon", "record-dates"),
    ("coupon", "declare"),
    *(("vote", verb) for verb in ("call", "cast", "decide")),
    *(("meeting", verb) for verb in MEETING),
}


def test_help__no_command__imports_nothing_heavy() -> None:
    heavy = ("web3", "eth_account", "eth", "eth_abi", "pydantic", "tokenkit.chain", "tokenkit.ocf")
    check = f"import sys, tokenkit.cli; sys.exit(', '.join(each for each in {heavy!r} if each in sys.modules) or 0)"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_help__root__names_every_command_and_the_exit_codes(run: Run) -> None:
    shown = run("--help")
    assert shown.code == 0
    for name in dict.fromkeys(words[0] for words in COMMANDS):
        assert name in shown.out
    assert "3 chain unavailable" in shown.out


def test_no_arguments__root__shows_help(run: Run) -> None:
    assert "Usage" in run().out


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help__each_command__has_an_example_and_json(run: Run, words: tuple[str, ...]) -> None:
    shown = run(*words, "--help")
    assert shown.code == 0
    assert f"$ tokenkit {' '.join(words)}" in shown.out
    assert "--json" in shown.out
    assert ("--dry-run" in shown.out and "--yes" in shown.out) or words not in SENDING


@pytest.mark.parametrize("words", [("payout", "status"), ("meeting", "status")], ids=" ".join)
def test_help__charts__names_the_extra(run: Run, words: tuple[str, ...]) -> None:
    assert "tokenkit[charts]" in run(*words, "--help").out


def test_version__asked__prints_it(run: Run) -> None:
    assert run("--version").out.startswith("tokenkit 0.")


def test_docs__the_coin_to_try_payouts_with__runs(
    chain: DevelopmentChain, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = (one for one in EXAMPLES if "TestCoin" in one)
    monkeypatch.setattr("tokenkit.RpcChain", lambda _url: chain)
    monkeypatch.setenv("TOKENKIT_PRIVATE_KEY", f"0x{5:064x}")
    exec(compile(example, "docs/cli.md", "exec"), {})
    assert read_coin(chain, capsys.readouterr().out.strip()).words(10**12) == "1,000,000 TUSD"


def test_docs__offices_of_the_example__are_those_keys() -> None:
    plan = Plan.read(ROOT / "deployments" / "plans" / "quillwater.toml")
    roles = plan.roles
    offices = (roles.issuer, roles.registrar, roles.compliance, roles.paying_agent, roles.enforcement, roles.upgrader)
    holders = [plan.admin.address, *(office.holders[0] for office in offices)]
    assert holders == [LocalSigner.from_key(f"{number:064x}").address for number in range(1, 8)]
    assert holders == re.findall(r"^\| \d \| [\w ]+ \| `(0x\w+)` \|$", GUIDE, flags=re.MULTILINE)


def test_docs__coins_for_the_offices__asked_of_anvil(monkeypatch: pytest.MonkeyPatch) -> None:
    funded = []

    class Anvil:
        def request(self, method: str, account: str, _coins: str) -> None:
            assert method == "anvil_setBalance"
            funded.append(account)

    monkeypatch.setattr("tokenkit.RpcChain", lambda _url: Anvil())
    (example,) = (one for one in EXAMPLES if "anvil_setBalance" in one)
    exec(compile(example, "docs/cli.md", "exec"), {})
    assert funded == [LocalSigner.from_key(f"{number:064x}").address for number in range(1, 8)]


def test_docs__facts_replaced_from_python__as_written(
    suite: Suite, people: People, chain: DevelopmentChain, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    suite.record.write(tmp_path / "record.toml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tokenkit.RpcChain", lambda _url: chain)
    registrar = next(n for n, one in enumerate(chain.accounts, 1) if one.address == people.registrar.address)
    monkeypatch.setenv("TOKENKIT_PRIVATE_KEY", f"0x{registrar:064x}")
    (example,) = (one for one in EXAMPLES if "registry.update" in one)
    exec(compile(example.replace("0x…", people.ana.address), "docs/cli.md", "exec"), {})
    facts = suite.registry.facts(people.ana.address)
    assert facts is not None
    assert facts.claims == sum(1 << suite.plan.claims[name] for name in ("kyc", "accredited"))


def test_docs__every_command_and_exit_code__described() -> None:
    text = GUIDE
    for words in COMMANDS:
        assert words[-1] in text
    for code in Exit:
        assert f"| {int(code)} |" in text
