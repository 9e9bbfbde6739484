"""``scripts/deploy.py`` on anvil, killed with SIGKILL at moments that nobody chose, ends with one suite; ``scripts/verify.py`` agrees."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from tests.client.test_plan import GOOD

from tokenkit._blueprint.parts import parts
from tokenkit.chain import AnvilChain, AnvilNode, Transaction
from tokenkit.errors import NodeUnavailable
from tokenkit.plan import Plan
from tokenkit.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def node() -> Iterator[AnvilNode]:
    try:
        node = AnvilNode()
    except NodeUnavailable as absent:
        pytest.skip(str(absent))
    with node:
        yield node


@pytest.mark.anvil
@pytest.mark.slow
def test_deploy_script__killed_again_and_again__ends_with_one_suite(node: AnvilNode, tmp_path: Path) -> None:
    chain = AnvilChain(node.url)
    deployer = chain.accounts[9].address
    plan, record, report = tmp_path / "plan.toml", tmp_path / "record.toml", tmp_path / "report.txt"
    plan.write_text(GOOD, encoding="utf-8")
    environment = {**os.environ, "TOKENKIT_PRIVATE_KEY": f"{10:064x}"}
    command = [sys.executable, "scripts/deploy.py", str(plan), "--rpc", node.url, "--record", str(record)]
    dice, kills = random.Random(7), 0

    for _ in range(60):
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdout is not None
            fresh = (line for line in process.stdout if "done before" not in line)
            steps_to_live = dice.randint(1, 9)
            if len(list(islice(fresh, steps_to_live))) < steps_to_live:
                break
            time.sleep(dice.random() * 0.05)  # somewhere in the middle of the next step
            process.kill()
        kills += 1

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert kills > 2
    written = Record.read(record)
    assert f"Complete: {len(written.contracts)} contracts on chain 1337." in done.stdout
    assert written.complete
    steps = len(list(parts(Plan.parse(GOOD))))
    assert chain.prepare(Transaction(to=deployer, gas=21_000), deployer)["nonce"] == steps
    assert f"{10:064x}" not in record.read_text(encoding="utf-8")

    checked = subprocess.run(
        [sys.executable, "scripts/verify.py", str(record), "--rpc", node.url, "--report", str(report)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ", 0 differences." in checked.stdout
    assert report.read_text(encoding="utf-8") == checked.stdout


def test_deploy_script__bad_plan__says_so_and_fails(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(GOOD.replace('"DE"', '"QQ"'), encoding="utf-8")
    command = [
        sys.executable,
        "scripts/deploy.py",
        str(plan),
        "--rpc",
        "http://127.0.0.1:9",
        "--record",
        str(tmp_path / "record.toml"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "plan.toml, line 23: classes[0].terms.groups[0].countries[1]: 'QQ' is not a country." in done.stderr
