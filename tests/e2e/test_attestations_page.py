"""What docs/attestations.md shows must run as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.contracts.rights_stage import deploy

from tokenkit.plan import Plan
from tokenkit.reverts import AttestationReplayed

if TYPE_CHECKING:
    import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "attestations.md").read_text(encoding="utf-8")
PLAN, ONCHAIN_IDS = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)


def test_page__everything_shown__runs_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    *before, setting, refreshing = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    names: dict[str, Any] = {}

    for block in before:
        exec(compile(block, "attestations.md", "exec"), names)
    (refused,) = names["attestations"].refused(names["sent"])
    assert (refused.position, type(refused.reason)) == (3, AttestationReplayed)

    chain, ana = names["chain"], names["ana"]
    names["claim_issuer"] = deploy(chain, ana, "ClaimIssuerStub", ana.address).address
    names["identity"] = deploy(chain, ana, "OnchainIdStub").address
    for block in (setting, refreshing):
        exec(compile(block, "attestations.md", "exec"), names)
    ended = names["suite"].registry.facts(names["farah"].address)
    assert ended.valid_until < chain.now(), "an identity that shows no claim"


def test_page__table_of_onchain_ids__fits_the_plan() -> None:
    plan = Plan.parse(PLAN.replace('"Albula Identity"]', '"Albula Identity", "onchain_ids"]') + ONCHAIN_IDS)
    assert plan.provider_names == ("issuer", "Albula Identity", "onchain_ids")
    assert plan.attestations
