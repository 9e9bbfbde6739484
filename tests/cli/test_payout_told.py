"""What is told of payments: no tax before it is withheld, new units beside the money, and where it went."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.cli.test_payout import AUTHORITY, RECORD, pass_record_date, taxes
from tests.cli.test_words import coin_of

from tokenkit.cli._exits import Exit
from tokenkit.powers import Role

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Desk

MILLION = 1_000_000


@pytest.fixture
def offered(founded: Desk, tmp_path: Path) -> tuple[Desk, tuple[object, ...]]:
    """Ana wants new shares of her 100, ben holds 10; the terms of a payout with tax, and shares at 3."""
    desk, people, payouts = founded, founded.people, founded.suite.payouts
    assert payouts is not None
    desk.suite.token("ORD").issuance.issue(people.ben.address, 10, reason="founding").send(people.issuer)
    for account in (people.paying_agent.address, payouts.address):
        desk.suite.authority.grant(Role.ISSUER, account).send(people.admin)
    desk("record-date", "schedule", RECORD, "--class", "ORD", by=people.issuer)
    desk("payout", "reinvest", "on", "--class", "ORD", by=people.ana)
    offer = ("--reinvest-price", 3, "--reinvest-until", RECORD + 9_999, "--proceeds-to", people.issuer.address)
    terms = ("--asset", coin_of(desk), "--class", "ORD", "--record-date", RECORD, "--tax", taxes(desk, tmp_path))
    return desk, (*terms, *offer)


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return {row["holder"]: row for row in csv.DictReader(file)}


def test_claim__new_units_and_tax__told_before_and_after_apart_from_what_is_open(
    offered: tuple[Desk, tuple[object, ...]], tmp_path: Path
) -> None:
    desk, terms = offered
    people, files = desk.people, {name: tmp_path / name for name in ("ahead.csv", "paid.csv", "report.json")}
    shown = desk.said("payout", "preview", 110, *terms, "--csv", files["ahead.csv"]).out
    assert all(said in shown for said in ("28 for 84 TUSD, as holders have opted now", "To pay in", "Cash"))
    ana, ben = (rows_of(files["ahead.csv"])[one.address] for one in (people.ana, people.ben))
    assert [ana[name] for name in ("treaty", "tax", "net", "new_units", "price", "cash")] == [
        *("yes", "15", "85", "28", "84", "1")
    ]
    assert (ben["new_units"], ben["cash"]) == ("0", ben["net"])
    desk("payout", "declare", 110, *terms, by=people.paying_agent)
    pass_record_date(desk)
    ahead: dict[str, Any] = desk("payout", "preview", "--payout", 1).data
    assert (ahead["funded"], ahead["to_pay_in"], ahead["new_units"]) == (110 * MILLION, 0, 28)
    claimed = desk("payout", "claim", 1, by=people.ana).data
    assert "85 TUSD, of that 28 new units of ORD" in claimed["transactions"][0]["summary"]
    (got,) = claimed["received"]
    assert (got["paid"], got["new_units"], got["price"], got["withheld"]) == (MILLION, 28, 84 * MILLION, 15 * MILLION)
    wanted = ("--csv", files["paid.csv"], "--report", files["report.json"])
    status = desk("payout", "status", 1, *wanted).data
    shares = {each["holder"]: each for each in status["shares"]}
    open_share = shares[people.ben.address]
    assert (open_share["status"], open_share["withheld"], open_share["paid"]) == ("open", 0, 0)
    assert 0 < open_share["expected_tax"] == status["expected_tax"]
    assert (status["symbol"], status["decimals"], status["record_date"]) == ("TUSD", 6, RECORD)
    assert shares[people.ana.address]["transaction"] == claimed["transactions"][0]["transaction"]
    paid = rows_of(files["paid.csv"])
    assert [paid[people.ana.address][name] for name in ("withheld", "price", "paid")] == ["15", "84", "1"]
    assert [paid[people.ben.address][name] for name in ("withheld", "paid", "waiting")] == ["0", "0", "10"]
    report = json.loads(files["report.json"].read_text(encoding="utf-8"))
    assert report["totals"]["withheld"] == "15"
    assert [(each["withheld"], each["withdrawn"], each["here"]) for each in report["tax_accounts"]] == [
        ("15", "0", "15")
    ]
    shown = desk.said("payout", "status", 1).out
    assert all(
        said in shown for said in ("15 TUSD withheld so far: 0 TUSD withdrawn", "Tax expected of that", "28 for")
    )


def test_statement__open_then_returned__nothing_withheld(offered: tuple[Desk, tuple[object, ...]]) -> None:
    desk, terms = offered
    ben = desk.people.ben.address
    desk("payout", "declare", 110, *terms, by=desk.people.paying_agent)
    pass_record_date(desk)
    statement = desk("payout", "statement", 1, ben).data["statement"]
    assert all(line in statement for line in ("| Tax withheld | 0 TUSD |", "| Tax expected, as of now |"))
    said = desk.said("payout", "claim", 1, by=desk.people.ana).out
    assert "1 TUSD paid to" in said
    assert f"15 TUSD of tax withheld for {AUTHORITY}" in " ".join(said.split())
    payouts = desk.suite.payouts
    assert payouts is not None
    desk.chain.travel(to=payouts.payout(1).deadline)
    desk("payout", "reclaim", 1, by=desk.people.paying_agent)
    statement = desk("payout", "statement", 1, ben).data["statement"]
    assert "| Returned to the issuer | 10 TUSD |" in statement
    assert "expected" not in statement
    assert desk("payout", "status", 1).code == Exit.OK
    assert "Returned" in desk.said("payout", "status", 1).out
    assert desk("payout", "preview", "--payout", 1).data["to_pay_in"] == 0
    assert "closed" in desk.said("payout", "preview", "--payout", 1).out


def test_claim__owner_not_admitted__the_registrys_reason(offered: tuple[Desk, tuple[object, ...]]) -> None:
    desk, terms = offered
    desk("payout", "declare", 110, *terms, "--admitted-only", by=desk.people.paying_agent)
    pass_record_date(desk)
    desk.suite.registry.remove(desk.people.ben.address).send(desk.people.registrar)
    refused = desk("payout", "claim", 1, by=desk.people.ben).error
    assert (refused["type"], "it is not registered as an investor" in refused["message"]) == ("OwnerNotAdmitted", True)
    desk("payout", "push", 1, by=desk.people.paying_agent)
    assert "not registered as an investor" in " ".join(desk.said("payout", "status", 1).out.split())


def test_claim__units_that_cannot_be_issued__money_and_why(offered: tuple[Desk, tuple[object, ...]]) -> None:
    desk, terms = offered
    desk("payout", "declare", 110, *terms, by=desk.people.paying_agent)
    pass_record_date(desk)
    payouts = desk.suite.payouts
    assert payouts is not None
    desk.suite.authority.revoke(Role.ISSUER, payouts.address).send(desk.people.admin)
    (got,) = desk("payout", "claim", 1, by=desk.people.ana).data["received"]
    assert (got["paid"], got["new_units"]) == (85 * MILLION, 0)
    assert got["not_reinvested"]
    shown = " ".join(desk.said("payout", "status", 1).out.split())
    assert f"{desk.people.ana.address} got money, and no new units: {got['not_reinvested']}" in shown
