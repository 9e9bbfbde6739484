"""The main job: one issuer's whole life, every figure of it checked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from tokenkit.cli import app
from tokenkit.cli._exits import Exit
from tokenkit.cli.demo import _reckoning
from tokenkit.ocf import example_directory, import_package

UNITS = 1_174_200


@pytest.fixture(scope="module")
def story() -> dict[str, Any]:
    result = CliRunner().invoke(app, ["demo", "--json"])
    assert result.exit_code == Exit.OK, result.output
    return json.loads(result.stdout)["data"]


def test_demo__every_figure__agrees_with_the_chain(story: dict[str, Any]) -> None:
    assert story["agrees"]
    assert len(story["figures"]) >= 30
    assert [each for each in story["figures"] if each["counted"] != each["reported"]] == []


def test_demo__cap_table__is_the_packages(story: dict[str, Any]) -> None:
    holdings = import_package(example_directory()).batch.holdings()
    supplies = sorted(sum(held.values()) for held in holdings.values())
    assert sorted(story["issued"]["supplies"].values()) == supplies == [409_500, UNITS]
    assert story["issued"]["differences"] == []


def test_demo__investors__enough_and_from_enough_countries(story: dict[str, Any]) -> None:
    assert story["onboarded"]["investors"] >= 25
    assert len(story["onboarded"]["countries"]) >= 8
    assert [name for name, _ in story["onboarded"]["refused"]] == ["Heiko Sandner"]


def test_demo__refusals__each_for_its_reason_and_as_foretold(story: dict[str, Any]) -> None:
    codes = [[refusal["code"] for refusal in each["refusals"]] for each in story["market"]["refused"]]
    # Country; claims and flow-back; not registered; balance; cap; lockup.
    assert codes == [[24], [25, 44], [21], [5], [40], [43]]
    assert story["aftermath"]["lapsed"]["refusals"][0]["code"] == 12
    assert all(each["foretold"] for each in (*story["market"]["refused"], *story["market"]["trades"]))
    cap, lock = story["market"]["refused"][4:]
    assert (cap["largest"], lock["largest"]) == (232_500, 40_000)


def test_demo__record_date__before_counts_and_its_very_second_does_not(story: dict[str, Any]) -> None:
    changes = {each["name"]: (each["at_record_date"], each["now"]) for each in story["record_date"]["changes"]}
    assert changes["Mirjam Achterberg"] == (2_500, 3_500)
    assert changes["Tobias Wegener"] == (275_000, 260_000)
    assert "Oriel Bay Pension Trust" not in changes
    assert story["record_date"]["trades"][1]["at"] == story["record_date"]["record_date"]


def test_demo__dividend__by_hand_to_the_last_unit(story: dict[str, Any]) -> None:
    dividend = story["dividend"]
    at_date = {each["investor"]: each["units"] for each in story["register_at_record_date"]["holdings"]}
    assert sum(at_date.values()) == dividend["denominator"] == UNITS
    for paid in (*dividend["claimed"], *dividend["kept"]):
        assert paid["amount"] == dividend["amount"] * at_date[paid["name"]] // UNITS
    claimed = sum(paid["amount"] for paid in dividend["claimed"])
    kept = sum(paid["amount"] for paid in dividend["kept"])
    assert claimed + dividend["pushed"] + kept + dividend["dust"] == dividend["amount"]
    assert story["aftermath"]["returned"] == dividend["dust"] > 0


def test_demo__meeting__one_passes_and_one_falls_short(story: dict[str, Any]) -> None:
    first, second = story["meeting"]["results"]
    assert (first["passed"], second["passed"]) == (True, False)
    assert 3 * (second["votes_for"] + second["votes_against"]) > 4 * second["votes_for"] > 0
    assert story["meeting"]["voters"] == story["meeting"]["ballots"] - 1


def test_demo__time__well_below_a_minute(story: dict[str, Any]) -> None:
    assert story["seconds"] < 60


def test_demo__a_figure_differs__exit_4(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = _reckoning.Figure(group="Test", name="a seeded fault", counted=1, reported=2)
    monkeypatch.setattr(_reckoning, "reckon", lambda *_: (wrong,))
    result = CliRunner().invoke(app, ["demo"], env={"COLUMNS": "120"})
    assert result.exit_code == Exit.DIFFERENCES
    assert "1 of 1 figures do not agree" in result.stdout
    assert "The reckoning" in result.stdout
