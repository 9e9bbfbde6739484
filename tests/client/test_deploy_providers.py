"""Signed attestations and ONCHAINIDs as a plan asks for them: deployed, in the registrar's office, at work, and verified."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.client.test_plan import GOOD

from tokenkit.artifacts import load
from tokenkit.attestations import Attestation
from tokenkit.chain import LocalChain, Transaction
from tokenkit.deploy import deploy
from tokenkit.errors import DeployError
from tokenkit.onchain_ids import Source, Validity
from tokenkit.plan import Plan
from tokenkit.powers import Role
from tokenkit.record import Record
from tokenkit.suite import Suite
from tokenkit.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tokenkit.types import Address

KYC, ACCREDITED = 0, 3
MONTH = 30 * 86_400


class Stage:
    """A suite whose class accepts what Verifier signed and what ONCHAINIDs say. The contract of the claim issuer is any contract."""

    def __init__(self) -> None:
        self.chain = LocalChain(accounts=10)
        self.admin, self.verifier, self.officer, self.ana = self.chain.accounts[:4]
        creation = load("AccessManager").encode_constructor([self.admin.address])
        issuer = self.chain.send(Transaction(to=None, data=creation), self.admin).contract_address
        assert issuer is not None
        self.issuer = issuer
        self.plan = Plan.parse(plan_text(issuer, self.officer.address))
        self.record = deploy(self.plan, self.chain, self.chain.accounts[9])
        self.suite = Suite.open(self.record, self.chain)


def plan_text(issuer: Address, officer: Address) -> str:
    return (
        "payouts = false\nmeetings = false\nattestations = true\n"
        + GOOD.replace("[classes.terms]", '[classes.terms]\nproviders = ["Verifier", "onchain_ids"]')
        + f"""
[roles.compliance]
holders = ["{officer}"]

[onchain_ids]
max_age_days = 30
sources = [
    {{ issuer = "{issuer}", topic = 7, claim = "kyc" }},
    {{ issuer = "{issuer}", topic = {2**255}, claim = "accredited" }},
]
"""
    )


@pytest.fixture(scope="module")
def deployed() -> Stage:
    return Stage()


@pytest.fixture
def stage(deployed: Stage) -> Iterator[Stage]:
    before = deployed.chain.snapshot()
    yield deployed
    deployed.chain.revert(before)


def nonce(stage: Stage) -> int:
    deployer = stage.chain.accounts[9].address
    return int(stage.chain.prepare(Transaction(to=deployer, gas=21_000), deployer)["nonce"])


def test_deploy__contracts_of_others_missing__refused_before_anything_is_sent(stage: Stage) -> None:
    before, ana, oracle = nonce(stage), stage.ana.address, stage.verifier.address
    rules = f'[[classes]]\nname = "B"\nsymbol = "B"\nterms = {{ groups = [{{ countries = "*" }}] }}\nrules = {{ sanctions = {{ oracle = "{oracle}" }} }}\n'
    missing = f"there is no claim issuer at {ana}, and no sanctions oracle at {oracle}"
    with pytest.raises(DeployError, match=missing):
        deploy(Plan.parse(plan_text(ana, stage.officer.address) + rules), stage.chain, stage.chain.accounts[9])
    assert nonce(stage) == before


def test_deploy__attestations_and_adapter__verified_with_their_powers(stage: Stage) -> None:
    found = verify(stage.record, stage.chain)
    assert found.differences == ()
    assert [(one.role, one.name) for one in found.holders if one.name] == [
        ("registrar", "attestations"),
        ("registrar", "ONCHAINID adapter"),
    ]


def test_open__attestations_and_adapter__are_services(stage: Stage) -> None:
    adapter = stage.suite.onchain_ids
    assert adapter is not None
    assert adapter.validity() == Validity(provider=2, max_age=MONTH)
    assert adapter.sources() == (
        Source(issuer=stage.issuer, topic=7, claim=KYC),
        Source(issuer=stage.issuer, topic=2**255, claim=ACCREDITED),
    )


def test_submit__signed_by_a_provider_of_the_plan__admits_the_investor(stage: Stage) -> None:
    attestations, token, now = stage.suite.attestations, stage.record.token("SHR"), stage.chain.now()
    assert attestations is not None
    attestation = Attestation(
        wallet=stage.ana.address,
        country=756,
        provider=1,
        issued_at=now,
        valid_until=now + MONTH,
        nonce=1,
        claims=1 << KYC,
    )
    attestations.submit(attestations.sign(stage.verifier, attestation)).send(stage.ana)
    assert stage.suite.registry.admission(token, stage.ana.address).admitted


def test_deploy__record_without_its_acts__repeats_none(stage: Stage, tmp_path: Path) -> None:
    path, before = tmp_path / "record.toml", nonce(stage)
    created = tuple(step for step in stage.record.steps if step.name.startswith("create "))
    replace(stage.record, complete=False, steps=created).write(path)
    again = deploy(stage.plan, stage.chain, stage.chain.accounts[9], record_path=path)
    assert nonce(stage) == before
    assert Record.read(path).complete
    assert [step.name for step in again.steps] == [step.name for step in stage.record.steps]


def test_verify__source_removed_and_office_taken__found(stage: Stage) -> None:
    adapter, attestations = stage.suite.onchain_ids, stage.record.address("attestations")
    assert adapter is not None
    adapter.remove_source(stage.issuer, 7).send(stage.officer)
    adapter.set_validity(2, max_age=60).send(stage.officer)
    revoke = load("AccessManager").encode_call("revokeRole", [int(Role.REGISTRAR), attestations])
    stage.chain.send(Transaction(to=stage.record.address("manager"), data=revoke), stage.admin)
    assert [(one.subject, one.actual) for one in verify(stage.record, stage.chain).differences] == [
        ("ONCHAINID adapter: sources", f"topic {2**255} of {stage.issuer} as accredited"),
        ("ONCHAINID adapter: whom it serves, and for how long", "investors of provider 2, for 60 seconds"),
        ("registrar: attestations", "not a member"),
    ]


def test_verify__domain_of_signatures_changed__found(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    code = stage.chain.code
    address, other = stage.record.address("attestations"), (1).to_bytes(32, "big")
    ((start, length), *_) = load("Attestations").immutable_references["_cachedChainId"]

    def patched(account: Address) -> bytes:
        found = code(account)
        return found[:start] + other + found[start + length :] if account == address else found

    monkeypatch.setattr(stage.chain, "code", patched)
    assert "attestations: built-in _cachedChainId" in {
        one.subject for one in verify(stage.record, stage.chain).differences
    }
