"""Export of a cap table: a package that the import reads back to the same people, classes and holdings."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.client.ocf_builder import imported, issuance

from tokenkit.errors import InvalidInput
from tokenkit.ocf import Outcome, Snapshot, example_directory, export_package, import_package, snapshot, write_package
from tokenkit.ocf.schema import MANIFEST_LISTS, REQUIRED
from tokenkit.types import UINT96_MAX

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = date(2025, 12, 31)


@pytest.fixture(scope="module")
def table() -> Snapshot:
    return snapshot(import_package(example_directory()).batch, day=DAY)


def test_snapshot__no_issuer__refused() -> None:
    with pytest.raises(InvalidInput, match="names no issuer"):
        snapshot(imported(issuance("cert")).batch, day=DAY)


def test_export_package__more_decimals_than_ocf_writes__refused(table: Snapshot) -> None:
    with pytest.raises(InvalidInput, match="the tokens have 18"):
        export_package(replace(table, decimals=18), generated_at=NOW)


def test_export_package__moment_without_zone__refused(table: Snapshot) -> None:
    with pytest.raises(InvalidInput, match="has no time zone"):
        export_package(table, generated_at=NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("holdings", "who"),
    [({"class-ordinary": {"nobody": 1}}, "nobody holds class-ordinary"), ({"growth": {"founder-imhof": 1}}, "growth")],
)
def test_export_package__holder_or_class_that_is_not_described__refused(
    table: Snapshot, holdings: dict[str, dict[str, int]], who: str
) -> None:
    with pytest.raises(InvalidInput, match=who):
        export_package(replace(table, holdings=holdings), generated_at=NOW)


def test_write_package__a_file_is_there_already__nothing_written(table: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "Stakeholders.ocf.json").write_text("mine")
    with pytest.raises(InvalidInput, match="exists"):
        write_package(export_package(table, generated_at=NOW), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["Stakeholders.ocf.json"]
    assert (tmp_path / "Stakeholders.ocf.json").read_text() == "mine"


def test_export_package__files__as_the_schema_wants_them(table: Snapshot) -> None:
    files = export_package(table, generated_at=NOW)
    manifest = json.loads(files["Manifest.ocf.json"])
    required = [name for name in MANIFEST_LISTS if name not in ("financings_files", "documents_files")]
    for name in ("ocf_version", "file_type", "issuer", "as_of", "generated_at", *required):
        assert name in manifest
    for name in required:
        for entry in manifest[name]:
            content = files[entry["filepath"].removeprefix("./")]
            assert entry["md5"] == hashlib.md5(content, usedforsecurity=False).hexdigest()
            assert json.loads(content)["file_type"] == MANIFEST_LISTS[name]
            for item in json.loads(content)["items"]:
                assert {"id", "object_type", *REQUIRED[item["object_type"]]} <= set(item)


def test_export_package__price_unknown__said_so_in_a_comment(table: Snapshot) -> None:
    items = json.loads(export_package(table, generated_at=NOW)["Transactions.ocf.json"])["items"]
    for item in items:
        assert ("comments" in item) is (item["stock_class_id"] == "class-ordinary")


def test_export_package__same_table__same_bytes(table: Snapshot) -> None:
    turned = {name: dict(reversed(held.items())) for name, held in table.holdings.items()}
    assert export_package(replace(table, holdings=turned), generated_at=NOW) == export_package(table, generated_at=NOW)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.data())
def test_export_package__any_holdings__import_back_the_same(
    table: Snapshot, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    who = st.sampled_from([investor.external_id for investor in table.investors])
    held = st.dictionaries(who, st.integers(1, UINT96_MAX // 40), max_size=20)
    holdings = {entry.external_id: data.draw(held) for entry in table.classes}
    given_table = replace(table, decimals=data.draw(st.integers(0, 10)), holdings=holdings)
    directory = tmp_path_factory.mktemp("package")
    write_package(export_package(given_table, generated_at=NOW), directory)
    back = import_package(directory, decimals=given_table.decimals)
    assert back.batch.holdings() == holdings
    assert back.report.of(Outcome.SET_ASIDE) == ()
    assert (back.batch.investors, back.batch.classes) == (table.investors, table.classes)
    assert (back.batch.issuer, back.batch.as_of) == (table.issuer, DAY)
    exported_again = export_package(snapshot(back.batch, day=DAY), generated_at=NOW)
    assert exported_again == export_package(given_table, generated_at=NOW)
