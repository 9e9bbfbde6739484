"""Payouts and coupons from the command line: what is typed becomes the terms, and the figures are those of the contract."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from tests.cli.test_words import coin_of

from tokenkit.cli._exits import Exit
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Desk, Run

RECORD = 1_900_000_000
AUTHORITY = "0x00000000000000000000000000000000000007a1"
TAXES = f"""
[[rates]]
country = "DE"
without = ["accredited"]
percent = "26.375"
authority = "{AUTHORITY}"
[[rates]]
percent = "35"
authority = "{AUTHORITY}"
[treaties]
"{{ana}}" = "15"
"""


@pytest.fixture
def bond(founded: Desk) -> tuple[Desk, tuple[object, ...]]:
    """A record date ahead, a coin, and the options that name both."""
    founded("record-date", "schedule", RECORD, "--class", "ORD", by=founded.people.issuer)
    return founded, ("--asset", coin_of(founded), "--class", "ORD", "--record-date", RECORD)


def taxes(desk: Desk, directory: Path) -> Path:
    file = directory / "rates.toml"
    file.write_text(TAXES.format(ana=desk.people.ana.address), encoding="utf-8")
    return file


def pass_record_date(desk: Desk) -> None:
    desk.chain.travel(to=RECORD)


def test_preview_declare_push_status__taxed__the_same_figures_and_files(
    bond: tuple[Desk, tuple[object, ...]], tmp_path: Path
) -> None:
    desk, terms = bond
    agent = desk.people.paying_agent
    terms = (*terms, "--tax", taxes(desk, tmp_path))
    ahead = desk("payout", "preview", "1000.5", *terms, by=agent, send=False).data
    assert ahead["amount"] == ahead["net"] + ahead["tax"] + ahead["dust"] == 1_000_500_000
    assert ahead["tax"] > 0
    assert desk("payout", "declare", "1000.5", *terms, by=agent).code == Exit.OK
    pass_record_date(desk)
    again = desk("payout", "preview", "--payout", 1, by=agent, send=False).data
    assert again == {**ahead, "funded": ahead["amount"], "to_pay_in": 0}
    files = {name: tmp_path / f"payout.{name}" for name in ("csv", "json", "svg")}
    job = ("payout", "push", 1, "--job", tmp_path / "job", "--page-size", 1)
    first = desk(*job, by=agent).data
    assert (first["mode"], first["reached"]) == ("sent", first["holders"])
    assert desk(*job, by=agent).data["mode"] == "nothing to do"
    wanted = ("--csv", files["csv"], "--report", files["json"], "--chart", files["svg"], "--chart-by", "size")
    status = desk("payout", "status", 1, *wanted).data
    assert (status["differences"], status["payout"]["paid"], status["payout"]["withheld"]) == (
        [],
        ahead["net"],
        ahead["tax"],
    )
    with files["csv"].open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["status"] for row in rows} == {"paid"}
    assert json.loads(files["json"].read_text(encoding="utf-8"))["statuses"]["paid"] == len(rows)
    assert files["svg"].read_text(encoding="utf-8").startswith("<svg")
    statement = desk("payout", "statement", 1, desk.people.ana.address).data["statement"]
    assert "15.00 %" in statement
    written = desk("payout", "statement", 1, "--all", tmp_path / "all").data["files"]
    assert len(written) == len(rows)
    assert desk("payout", "withdraw-tax", 1, by=desk.people.mallory).code == Exit.OK
    assert status["withheld"][0]["tax"] == ahead["tax"]
    assert desk("payout", "withdraw-tax", 1, by=desk.people.mallory).data["mode"] == "nothing to do"


def test_declare__per_share_and_at_a_rate__paid_in_for_the_units_of_now(bond: tuple[Desk, tuple[object, ...]]) -> None:
    desk, terms = bond
    agent, units = desk.people.paying_agent, desk.suite.token("ORD").transfers.supply()
    assert desk("payout", "declare", "--per-share", "0.25", *terms, by=agent).code == Exit.OK
    interest = ("--rate", "4.75", "--nominal", "10", "--day-count", "30E/360")
    period = ("--since", "2030-01-01", "--until", "2030-07-01")
    assert desk("payout", "declare", *interest, *period, *terms, by=agent).code == Exit.OK
    listed = desk("payout", "status").data
    assert [each["amount"] for each in listed] == [250_000 * units, 10_000_000 * 475 * units // 20_000]
    payouts = desk.suite.payouts
    assert payouts is not None
    assert payouts.options(1).per_unit == 250_000
    assert desk("payout", "cancel", 2, by=agent).code == Exit.OK


def test_fund__declared_with_less__pays_in_the_rest(bond: tuple[Desk, tuple[object, ...]]) -> None:
    desk, terms = bond
    agent = desk.people.paying_agent
    told = desk("payout", "declare", "1", "--per-share", "0.25", *terms, by=agent).error["message"]
    assert told.startswith("1 TUSD is 24 TUSD less than the 25 TUSD that the price needs by the register of now")
    desk("payout", "declare", "1", "--per-share", "0.25", "--short", *terms, by=agent)
    assert "lacks nothing" in desk("payout", "fund", 1, by=agent).error["message"]
    pass_record_date(desk)
    assert "`tokenkit payout fund 1`" in desk("payout", "claim", 1, by=desk.people.ana).error["message"]
    assert desk("payout", "status", 1).data["lacks"] == 24_000_000
    assert "Lacks" in desk.said("payout", "status", 1).out
    assert "which it lacks" in desk("payout", "fund", 1, by=agent).data["transactions"][-1]["summary"]
    assert desk("payout", "claim", 1, by=desk.people.ana).code == Exit.OK


def test_claim__several_signed_and_redirected__as_asked(bond: tuple[Desk, tuple[object, ...]], tmp_path: Path) -> None:
    desk, terms = bond
    agent, ana, ben = desk.people.paying_agent, desk.people.ana, desk.people.ben
    desk.suite.token("ORD").issuance.issue(ben.address, 10, reason="founding").send(desk.people.issuer)
    for more in ((), ("--asset", "native")):
        assert desk("payout", "declare", "10", *terms, *more, by=agent).code == Exit.OK
    pass_record_date(desk)
    assert len(desk("payout", "claim", 1, 2, by=ana).data["transactions"]) == 1
    assert desk("payout", "payee", AUTHORITY, "--class", "ORD", by=ben).code == Exit.OK
    claim = tmp_path / "claim.json"
    desk("payout", "sign", 1, 2, "--until", RECORD + 86_400, "--out", claim, by=ben, send=False)
    assert "Name these" in desk("payout", "claim", 1, "--signed", claim, by=desk.people.mallory).error["message"]
    assert desk("payout", "claim", 1, 2, "--signed", claim, by=desk.people.mallory).code == Exit.OK
    payouts = desk.suite.payouts
    assert payouts is not None
    assert desk.chain.balance(parse_address(AUTHORITY)) == payouts.claimable(2, ben.address).amount > 0
    assert desk("payout", "status", 2).data["differences"] == []
    assert desk("payout", "reinvest", "on", "--class", "ORD", by=ana).code == Exit.OK
    assert payouts.account(desk.suite.token("ORD").address, ana.address).reinvests
    assert desk("payout", "reinvest", "maybe", "--class", "ORD", by=ana).code == Exit.BAD_INPUT


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "total, --per-share, or --rate"),
        (("5", "--rate", "4"), "--nominal, --day-count"),
        (("--per-share", "1", "--rate", "4"), "not both"),
        (("5", "--reinvest-price", "1"), "together"),
        (("5", "--tax", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_declare__terms_that_do_not_fit__refused(
    bond: tuple[Desk, tuple[object, ...]], more: tuple[object, ...], said: str
) -> None:
    desk, terms = bond
    assert said in desk("payout", "declare", *more, *terms, by=desk.people.paying_agent).error["message"]


@pytest.mark.parametrize("text", ["rates = 5", "[[rates]]\npercent = 5", "[[rates]]\ncolour = 'x'", "[other]", "]"])
def test_declare__no_withholding_table__refused(
    bond: tuple[Desk, tuple[object, ...]], tmp_path: Path, text: str
) -> None:
    desk, terms = bond
    file = tmp_path / "rates.toml"
    file.write_text(text, encoding="utf-8")
    assert desk("payout", "declare", "5", "--tax", file, *terms, by=desk.people.paying_agent).code == Exit.BAD_INPUT


TERMS = ("--issued", "2030-01-15", "--matures", "2032-01-15", "--rate", "4.75", "--per-year", "2")


def test_coupon_schedule__exact_and_for_people(run: Run) -> None:
    ran = run("coupon", "schedule", *TERMS, "--day-count", "30E/360", "--nominal", "1000", "--json")
    assert [each["amount"] for each in ran.data] == ["23.75"] * 4
    assert ran.data[0]["record_date"] < ran.data[0]["payment_date"] == "2030-07-15"
    shown = run("coupon", "schedule", *TERMS, "--day-count", "30E/360", "--holiday", "2030-07-15").out
    assert "2030-07-16" in shown
    assert run("coupon", "schedule", *TERMS, "--day-count", "30E/360", "--stub", "none").code == Exit.BAD_INPUT


def test_coupon_declare__those_ahead__declared_with_their_days(founded: Desk) -> None:
    desk, terms = founded, (*TERMS, "--day-count", "30E/360", "--nominal", "1", "--class", "ORD")
    asset = ("--asset", coin_of(desk))
    agent, issuer = desk.people.paying_agent, desk.people.issuer
    told = desk("coupon", "declare", *terms, *asset, "--most", 1, by=agent).error
    assert "lacks 1 record dates" in told["message"]
    assert "coupon record-dates" in told["message"]
    dates = ("coupon", "record-dates", *TERMS, "--day-count", "30E/360", "--class", "ORD")
    assert len(desk(*dates, "--most", 1, by=issuer).data["transactions"]) == 1
    assert desk(*dates, "--most", 1, by=issuer).data["mode"] == "nothing to do"
    declared = desk("coupon", "declare", *terms, *asset, "--most", 1, by=agent).data
    assert "Declare coupon 1 of 1" in declared["transactions"][-1]["summary"]
    payouts = desk.suite.payouts
    assert payouts is not None
    assert payouts.options(1).payment_date is not None


def test_for_people__preview_push_statement_files__figures_and_what_comes_next(
    bond: tuple[Desk, tuple[object, ...]], tmp_path: Path
) -> None:
    desk, terms = bond
    agent, ana = desk.people.paying_agent, desk.people.ana
    terms = (*terms, "--tax", taxes(desk, tmp_path))
    shown = desk.said("payout", "preview", "70", *terms, by=agent, send=False).out
    assert all(text in shown for text in (ana.address, "CH", "70 TUSD", "10.5 TUSD", "59.5 TUSD", "Dust"))
    desk("payout", "declare", "70", *terms, by=agent)
    pass_record_date(desk)
    pushed = desk.said("payout", "push", 1, "--job", tmp_path / "job", by=agent).out
    assert "1 of 1 holders reached in 1 transactions" in pushed
    shown = desk.said("payout", "status", 1, "--csv", tmp_path / "payout.csv").out
    assert "Tax withheld" in shown
    assert "paid + withheld + unclaimed + dust" in shown
    assert "payout.csv" in shown
    assert "15.00 % for" in desk.said("payout", "statement", 1, ana.address).out
    assert "1 statements" in desk.said("payout", "statement", 1, "--all", tmp_path / "all").out
    signed = desk.said("payout", "sign", 1, "--until", RECORD + 9, "--out", tmp_path / "c", by=ana, send=False).out
    assert "hand it in" in signed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("payout", "push", 1, "--job", "job", "--dry-run"), "Leave out --job"),
        (("payout", "status", "--csv", "x.csv"), "one payout"),
        (("payout", "statement", 1), "--all DIR"),
        (("payout", "preview", "5"), "--asset"),
        (("payout", "preview", "5", "--payout", 1), "not both"),
    ],
)
def test_options__that_do_not_fit__refused(desk: Desk, words: tuple[object, ...], said: str) -> None:
    more = ("--class", "ORD") if words[1] == "preview" else ()
    sender = None if words[1] in ("status", "statement") else desk.people.paying_agent
    error = desk(*words, *more, by=sender, send=False).error
    assert said in error["message"]
    assert error["exit_code"] == Exit.BAD_INPUT
