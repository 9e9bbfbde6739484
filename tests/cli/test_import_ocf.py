"""``tokenkit import ocf``: every object accounted for, and a batch that nobody overwrites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit.cli._exits import Exit
from tokenkit.ocf import batch_from_toml, example_directory, import_package

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


def test_import_ocf__no_such_directory__bad_input(run: Run, tmp_path: Path) -> None:
    ran = run("import", "ocf", tmp_path / "none", "--json")
    assert ran.code == Exit.BAD_INPUT


def test_import_ocf__batch_exists__not_overwritten(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "batch.toml"
    out.write_text("reviewed", encoding="utf-8")
    ran = run("import", "ocf", example_directory(), "--out", out, "--json")
    assert ran.code == Exit.BAD_INPUT
    assert out.read_text(encoding="utf-8") == "reviewed"


def test_import_ocf__the_example__figures_and_batch(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "batch.toml"
    ran = run("import", "ocf", example_directory(), "--out", out, "--json")
    assert ran.code == Exit.OK
    data = ran.data
    assert {each["symbol"]: each["units"] for each in data["classes"]} == {"ORD": 1_174_200, "PA": 409_500}
    assert sum(data["counts"].values()) == len(data["findings"]) == 125
    assert data["differences"] == []
    imported = import_package(example_directory()).batch
    assert batch_from_toml(out.read_text(encoding="utf-8")) == imported


def test_import_ocf__for_people__names_what_was_set_aside(run: Run) -> None:
    ran = run("import", "ocf", example_directory())
    assert ran.code == Exit.OK
    assert "Quillwater Instruments AG" in ran.out
    assert "issue-cn-1" in ran.out
    assert "Traceback" not in ran.err


def test_import_ocf__for_people__the_same_reason_once(run: Run) -> None:
    shown = run("import", "ocf", example_directory()).out
    findings = run("import", "ocf", example_directory(), "--json").data["findings"]
    accepted = [each for each in findings if each["object_type"] == "TX_STOCK_ACCEPTANCE"]
    reasons = {each["detail"] for each in accepted}
    assert len(reasons) == 1
    assert f"{len(accepted)} × tx stock acceptance" in shown
    assert shown.count(reasons.pop()) == 1
