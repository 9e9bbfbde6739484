"""``tokenkit payout merkle``: from a CSV file to everybody paid, and back to the last coin."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from tests.cli.test_words import coin_of

from tokenkit.cli._exits import Exit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Desk, Ran, Run

DAY = 86_400
TWICE = "0x52908400098527886E0F7030069857D2E4169EE7"
SHARES = {"ana": "500.5", "ben": "300", "chloe": "200", "issuer": "0"}


def payments(desk: Desk, folder: Path, **changes: str) -> Path:
    lines = [f"{getattr(desk.people, name).address},{amount}" for name, amount in {**SHARES, **changes}.items()]
    file = folder / "payments.csv"
    file.write_text("\n".join(["wallet,amount", *lines]) + "\n", encoding="utf-8")
    return file


def built(desk: Desk, folder: Path, coin: str, **changes: str) -> Path:
    out = folder / "list.json"
    made = desk("payout", "merkle", "build", payments(desk, folder, **changes), "--asset", coin, "--out", out)
    assert made.code == Exit.OK
    return out


@pytest.fixture
def coin(founded: Desk) -> str:
    return coin_of(founded)


def publish(desk: Desk, listed: Path, coin: str, *more: object) -> tuple[Ran, int]:
    """Publish a list, claims from two days on."""
    date = desk.chain.now() + 1_000
    desk("record-date", "schedule", date, "--class", "ORD", by=desk.people.issuer)
    desk.chain.travel(to=date)
    terms = ("--asset", coin, "--class", "ORD", "--record-date", date, "--opens", date + 2 * DAY)
    return desk("payout", "merkle", "publish", listed, *terms, *more, by=desk.people.paying_agent), date + 2 * DAY


def coins(desk: Desk, coin: str) -> list[int]:
    service = desk.suite.merkle_payouts
    assert service is not None
    return [service.funding(coin, 0, getattr(desk.people, name).address).balance for name in SHARES]


def test_build__csv__list_and_proofs_that_javascript_reads(run: Run, founded: Desk, tmp_path: Path) -> None:
    out, proofs = tmp_path / "list.json", tmp_path / "proofs.jsonl"
    words = ("payout", "merkle", "build", payments(founded, tmp_path), "--decimals", 6, "--out", out)
    data = run(*words, "--proofs", proofs, "--json").data
    assert (data["shares"], data["wallets"], data["total"]) == (3, 3, 1_000_500_000)
    assert json.loads(out.read_text(encoding="utf-8"))["format"] == "standard-v1"
    assert len(proofs.read_text(encoding="utf-8").splitlines()) == 3
    shown = run(*words)
    assert all(said in shown.out for said in ("3 of 3 wallets", "1,000.5", data["root"], "Written to"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("who,what\n", "one column wallet or holder or account"),
        ("wallet,amount\n0x12,5\n", "line 2"),
        ("wallet,amount\n0x0000000000000000000000000000000000000001,1.5555555\n", "line 2"),
        (f"wallet,amount\n{TWICE},1\n{TWICE.lower()},2\n", f"line 3: {TWICE} stands in line 2 already"),
        ("wallet,amount\n", "holds no units"),
    ],
)
def test_build__unsound_csv__refused_with_its_line(run: Run, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "payments.csv"
    file.write_text(text, encoding="utf-8")
    ran = run("payout", "merkle", "build", file, "--decimals", 6, "--out", tmp_path / "out.json", "--json")
    assert ran.code in (Exit.BAD_INPUT, Exit.REFUSED)
    assert said in ran.error["message"] or said == "holds no units"
    assert not (tmp_path / "out.json").exists()


def test_publish_claim_reclaim__everybody__paid_once_and_the_rest_returns(
    founded: Desk, coin: str, tmp_path: Path
) -> None:
    desk, people = founded, founded.people
    listed, refund = built(desk, tmp_path, coin), people.mallory.address
    published, opens = publish(desk, listed, coin, "--refund-to", refund)
    assert "3 shares for holders of ORD, 1,000.5 TUSD" in published.data["transactions"][-1]["summary"]
    assert desk("payout", "merkle", "status", 1, "--list", listed).data["state"] == "being checked"
    early = desk("payout", "merkle", "claim", 1, listed, by=people.ana)
    assert early.error["type"] == "NotOpenYet"
    assert desk("payout", "merkle", "claim", 1, listed, "--all", by=people.mallory).error["type"] == "NotOpenYet"
    desk.chain.travel(to=opens)
    assert (
        "500.5 TUSD" in desk("payout", "merkle", "claim", 1, listed, by=people.ana).data["transactions"][0]["summary"]
    )
    assert desk("payout", "merkle", "claim", 1, listed, by=people.ana).error["type"] == "ShareAlreadyPaid"
    assert (
        "no share"
        in desk("payout", "merkle", "claim", 1, listed, people.issuer.address, by=people.ana).error["message"]
    )
    desk.suite.token("ORD").issuance.freeze_wallet(people.chloe.address, reason="court order").send(people.enforcement)
    run = desk("payout", "merkle", "claim", 1, listed, "--all", by=people.mallory).data
    assert (run["paid"], run["paid_before"], [each["holder"] for each in run["refused"]]) == (
        1,
        1,
        [people.chloe.address],
    )
    said = desk.said("payout", "merkle", "claim", 1, listed, "--all", by=people.mallory).out
    assert "2 had been paid before" in said
    assert "frozen" in said
    assert coins(desk, coin) == [500_500_000, 300_000_000, 0, 0]
    out = tmp_path / "paid.csv"
    told = desk("payout", "merkle", "status", 1, "--list", listed, "--csv", out)
    assert (told.code, told.data["shares_paid"], told.data["differences"]) == (Exit.OK, 2, [])
    with out.open(encoding="utf-8") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["paid", "paid", "open"]
    assert "800.5 TUSD, 2 of 3 shares" in desk.said("payout", "merkle", "status", 1, "--list", listed).out
    desk.chain.travel(to=told.data["payout"]["publication"]["deadline"])
    assert desk("payout", "merkle", "reclaim", 1, by=people.paying_agent).code == Exit.OK
    assert "Returned" in desk.said("payout", "merkle", "status", 1).out
    assert "closed" in desk.said("payout", "merkle", "status").out


def test_status__another_list__exit_code_of_differences(founded: Desk, coin: str, tmp_path: Path) -> None:
    assert "No list" in founded.said("payout", "merkle", "status").out
    published, _ = publish(founded, built(founded, tmp_path, coin), coin)
    assert [text.partition(":")[0] for text in published.data["warnings"]] == [
        "On the list, and without units at the record date"
    ]
    other = built(founded, tmp_path, coin, ben="900")
    told = founded("payout", "merkle", "status", 1, "--list", other)
    strangers = ", ".join(sorted((founded.people.ben.address, founded.people.chloe.address), key=str.lower))
    assert told.data["warnings"] == [f"On the list, and without units at the record date: {strangers}."]
    assert (told.code, len(told.data["differences"])) == (Exit.DIFFERENCES, 2)
    reason = ("--reason", "ben is to get more")
    assert founded("payout", "merkle", "withdraw", 1, *reason, by=founded.people.compliance).code == Exit.OK
    assert founded("payout", "merkle", "status", 1).data["state"] == "closed"


def test_claim__proofs_payee_and_lost_wallet__paid_where_it_belongs(founded: Desk, coin: str, tmp_path: Path) -> None:
    desk, people = founded, founded.people
    listed, proofs = tmp_path / "list.json", tmp_path / "proofs.jsonl"
    csv_file = payments(desk, tmp_path)
    desk("payout", "merkle", "build", csv_file, "--asset", coin, "--out", listed, "--proofs", proofs)
    published, opens = publish(desk, listed, coin, "--skip-token")
    assert published.code == Exit.OK
    to = people.issuer.address
    assert desk("payout", "merkle", "payee", to, "--class", "ORD", by=people.ben).code == Exit.OK
    token, new = desk.suite.token("ORD"), desk.chain.accounts[30]
    token.issuance.recover(people.ana.address, new.address, people.ana.address, reason="key lost").send(
        people.enforcement
    )
    desk.chain.travel(to=opens)
    where = ("--record-date", opens - 2 * DAY, "--class", "ORD")
    assert desk("payout", "merkle", "redirect", people.ana.address, *where, by=people.mallory).code == Exit.OK
    both = (people.ana.address, people.ben.address)
    assert desk("payout", "merkle", "claim", 1, proofs, *both, by=people.mallory).code == Exit.OK
    assert coins(desk, coin) == [0, 0, 0, 300_000_000]
    assert desk("payout", "merkle", "claim", 1, proofs, "--all", by=people.mallory).data["paid"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("claim", 1, "{list}", "--all", "--dry-run"), "page by page"),
        (("claim", 1, "{list}", "--all", "0x52908400098527886E0F7030069857D2E4169EE7"), "not both"),
        (("claim", 1, "{csv}"), "not JSON"),
        (("status", "--csv", "x.csv"), "Add --list"),
        (("status", "--list", "{list}"), "Give its number"),
    ],
)
def test_options__that_do_not_fit__refused(founded: Desk, tmp_path: Path, words: tuple[object, ...], said: str) -> None:
    listed = built(founded, tmp_path, "native")
    named = [str(word).format(list=listed, csv=tmp_path / "payments.csv") for word in words]
    by = None if words[0] == "status" else founded.people.mallory
    error = founded("payout", "merkle", *named, by=by, send=False).error
    assert said in error["message"]
    assert error["exit_code"] == Exit.BAD_INPUT
