"""The example company imports as its README says, and its wallets belong to the keys that anybody can derive."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from eth_account import Account

from tokenkit.errors import TokenkitError
from tokenkit.ocf import (
    Imported,
    InvestorRow,
    Outcome,
    StepKind,
    Why,
    example,
    example_directory,
    example_key,
    import_package,
    match_investors,
    read_investors,
)

DEMO_BEGINS = int(datetime(2030, 1, 1, tzinfo=UTC).timestamp())
CLAIMS = ("accredited", "institution", "kyc", "professional", "qualified")


@pytest.fixture(scope="module")
def company() -> Imported:
    return import_package(example_directory())


@pytest.fixture(scope="module")
def rows() -> tuple[InvestorRow, ...]:
    return read_investors((example_directory() / "investors.csv").read_bytes(), known_claims=CLAIMS)


def test_example_directory__not_installed__refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(example, "NAME", "nobody")
    with pytest.raises(TokenkitError, match="Install tokenkit again"):
        example_directory()


def test_example__only_rights_are_set_aside(company: Imported) -> None:
    assert company.report.counts == {Outcome.USED: 100, Outcome.INFORMATIONAL: 20, Outcome.SET_ASIDE: 5}
    assert {finding.why for finding in company.report.of(Outcome.SET_ASIDE)} == {Why.NOT_SHARES}
    assert company.report.notes == (), "the checksums of the manifest are right, and no class is beyond its limit"
    assert company.report.differences == ()


def test_example__large_enough_and_uses_every_kind_of_transaction(company: Imported) -> None:
    assert len(company.batch.investors) >= 28
    assert len({investor.country for investor in company.batch.investors}) >= 9
    used = {finding.object_type for finding in company.report.of(Outcome.USED)}
    for kind in ("ISSUANCE", "TRANSFER", "CANCELLATION", "REPURCHASE", "RETRACTION", "REISSUANCE", "CONSOLIDATION"):
        assert f"TX_STOCK_{kind}" in used
    assert {"TX_STOCK_CONVERSION", "TX_STOCK_CLASS_SPLIT", "TX_STOCK_CLASS_AUTHORIZED_SHARES_ADJUSTMENT"} <= used
    assert {step.kind for step in company.batch.steps} == set(StepKind)


def test_example__cap_table_as_the_readme_says(company: Imported) -> None:
    registers = company.batch.registers()
    assert (registers["class-ordinary"].supply, len(registers["class-ordinary"].holders)) == (1_174_200, 22)
    assert (registers["class-preferred-a"].supply, len(registers["class-preferred-a"].holders)) == (409_500, 8)
    readme = (example_directory().parent / "README.md").read_text(encoding="utf-8")
    for number in ("1,174,200", "409,500", "100 of the 125", "34 stakeholders of 12 countries"):
        assert number in readme
    assert len(company.batch.investors) == 34
    assert len({investor.country for investor in company.batch.investors}) == 12


def test_example__preferred_shares_carry_their_terms(company: Imported) -> None:
    ordinary, preferred = company.batch.classes
    assert (preferred.liquidation_multiple, preferred.participation_cap_multiple, preferred.seniority) == (1, 2, 2)
    assert preferred.conversions[0].into == ordinary.external_id
    assert (ordinary.symbol, preferred.symbol) == ("ORD", "PA")


def test_example__every_holder_has_a_wallet_that_is_valid_when_the_demo_begins(
    company: Imported, rows: tuple[InvestorRow, ...]
) -> None:
    matching = match_investors(company.batch.investors, rows)
    assert (matching.without_stakeholder, matching.moved) == ((), ())
    for held in company.batch.holdings().values():
        for investor in held:
            assert all((row.valid_until or 0) > DEMO_BEGINS for row in matching.wallets[investor])


def test_example__those_who_stand_out_are_in_the_readme(company: Imported, rows: tuple[InvestorRow, ...]) -> None:
    matching = match_investors(company.batch.investors, rows)
    holders = {investor for held in company.batch.holdings().values() for investor in held}
    assert set(matching.without_wallet) == {"prospect-fairweather", "angel-steinbrecher"}
    assert [who for who, wallets in matching.wallets.items() if len(wallets) > 1] == ["fund-seerose"]
    assert {row.external_id for row in rows if (row.valid_until or 0) < DEMO_BEGINS} == {"prospect-sandner"}
    assert {row.external_id for row in rows if row.country.alpha2 == "BR"} == {"prospect-pinheiro"}
    onboarded = {row.external_id for row in rows} - holders
    assert {"buyer-oriel-bay", "buyer-achterberg"} < onboarded
    for row in rows:
        if row.country.alpha2 == "US":
            assert ("accredited" in row.claims) is (row.external_id != "prospect-raman")
    readme = (example_directory().parent / "README.md").read_text(encoding="utf-8")
    for who in (*matching.without_wallet, *(onboarded - holders), "fund-seerose", "angel-veenstra"):
        assert f"`{who}`" in readme


def test_example_key__each_wallet_of_the_list__belongs_to_its_derived_key(rows: tuple[InvestorRow, ...]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        seen[row.external_id] = seen.get(row.external_id, 0) + 1
        assert Account.from_key(example_key(row.external_id, seen[row.external_id])).address == row.wallet


def test_example__named_as_made_up_and_nobody_can_be_reached(company: Imported) -> None:
    manifest = (example_directory() / "Manifest.ocf.json").read_text(encoding="utf-8")
    assert "Made up for tokenkit" in manifest
    for path in example_directory().glob("*.json"):
        assert not re.search(r"@|phone|tax_id", path.read_text(encoding="utf-8"))
    assert company.batch.issuer is not None
