"""``tokenkit meeting``: one meeting in full, and one in secret, from the notice to the minutes."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from tokenkit.cli._exits import Exit
from tokenkit.powers import Role
from tokenkit.testing import next_transaction_at

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from tests.cli.conftest import Desk

NOTICE = """\
record_date = {date}
opens = {opens}
closes = {closes}
{more}
[[classes]]
symbol = "ORD"

[[agenda]]
title = "Accounts"
{quorum}

[[agenda]]
title = "Board"
kind = "election"
options = ["Kim", "Lee"]
seats = 1
"""


def call(desk: Desk, folder: Path, more: str = "", *, quorum: str = 'quorum = "50"') -> tuple[int, Path]:
    """Call meeting 1 and return its first second of voting, and the notice."""
    date = desk.chain.now() + 1_000
    assert desk("record-date", "schedule", date, "--class", "ORD", by=desk.people.issuer).code == Exit.OK
    notice = folder / "notice.toml"
    opens, closes = date + 10, date + 10_000
    text = NOTICE.format(date=date, opens=opens, closes=closes, more=more.format(ends=closes + 5_000), quorum=quorum)
    notice.write_text(text, encoding="utf-8")
    assert desk("meeting", "call", notice, by=desk.people.issuer).code == Exit.OK
    shown = desk.said("meeting", "status", 1, "--notice", notice).out
    assert all(said in shown for said in ("Accounts", "quorum 50 %", "1 Kim, 2 Lee", "Nothing can be counted before"))
    next_transaction_at(desk.chain, opens)
    desk.chain.mine()
    return opens, notice


def test_meeting__proxy_and_signed_ballot__in_the_minutes(founded: Desk, tmp_path: Path) -> None:
    people, desk = founded.people, founded
    opens, notice = call(desk, tmp_path)
    proxy = ("meeting", "proxy", 1, people.ben.address)
    assert desk(*proxy, "--units", "40", "--instruct", "for", "--instruct", "free", by=people.ana).code == Exit.OK
    assert desk(*proxy, "--revoke", by=people.ana).code == Exit.OK
    assert desk(*proxy, "--units", "40", by=people.ana).code == Exit.OK
    told = desk("meeting", "vote", 1, "3", "1", by=people.ana)
    assert told.error["message"] == "Resolution 1: '3' is not a choice. Give for, against or abstain."
    told = desk("meeting", "vote", 1, "for", "1", by=people.mallory)
    assert "has no votes of ORD" in told.error["message"]
    told = desk("meeting", "vote", 1, "for=30,against=11", "abstain", "--for", people.ana.address, by=people.ben)
    assert told.error["message"] == "Resolution 1: The ballot gives 41 votes and has 40 (40 units)."
    for wrong in (("for",), ("for", "Kim=1"), ("for=1,for=2", "abstain"), ("for", "abstain", "for"), ("for", "0")):
        assert desk("meeting", "vote", 1, *wrong, by=people.ana).code == Exit.BAD_INPUT
    cast = desk("meeting", "vote", 1, "against", "2", "--for", people.ana.address, by=people.ben)
    assert cast.code == Exit.OK
    missing = desk("meeting", "status", 1).data["not_voted"]
    assert [(each["holder"], each["units"]) for each in missing] == [(people.ana.address, 60)]
    told = desk("meeting", "vote", 1, "for", "abstain", "--rest", "--sign", tmp_path / "x", by=people.ana)
    assert "all units" in told.error["message"]
    assert desk("meeting", "vote", 1, "for=50,against=10", "1=60", "--rest", by=people.ana).code == Exit.OK
    shown = desk.said("meeting", "ballot", 1, people.ana.address).out
    assert all(said in shown for said in ("for=50, against=10; 1=60", "against; 2=40", people.ben.address))
    (found,) = desk("meeting", "ballot", 1, people.ana.address).data["classes"]
    assert found["own"]["answers"] == [{"for": 50, "against": 10}, {"1": 60}]
    assert found["proxies"][0]["ballot"]["answers"] == ["against", {"2": 40}]
    next_transaction_at(desk.chain, opens + 10_000)
    assert desk("meeting", "close", 1, by=people.mallory).code == Exit.OK
    minutes, charts = tmp_path / "minutes.md", tmp_path / "charts"
    data = desk("meeting", "minutes", 1, "--notice", notice, "--out", minutes, "--charts", charts).data
    accounts, board = data["resolutions"]
    assert (accounts["for"], accounts["against"], accounts["passed"]) == (50, 50, False)
    assert [each["elected"] for each in board["options"]] == [True, False]
    assert "### 2. Board" in minutes.read_text(encoding="utf-8")
    assert "Kim" in (charts / "resolution-2.svg").read_text(encoding="utf-8")
    assert "agrees with the contract" in desk.said("meeting", "status", 1, "--notice", notice).out


def test_meeting__secret_ballot__file_is_the_voters_and_opens_it(founded: Desk, tmp_path: Path) -> None:
    people, desk = founded.people, founded
    opens, _ = call(desk, tmp_path, "ends = {ends}")
    secret = tmp_path / "secret.json"
    told = desk("meeting", "vote", 1, "for", "1=100", "--sign", tmp_path / "signed.json", by=people.ana)
    assert "votes in secret" in told.error["message"]
    assert not (tmp_path / "signed.json").exists()
    assert desk("meeting", "vote", 1, "for", "1", "--secret", secret, by=people.ana).code == Exit.OK
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert (
        desk("meeting", "vote", 1, "for", "1=100", "--secret", secret, by=people.ana).code != Exit.OK
    )  # never over it
    assert "1 secret ballots are not opened" in desk.said("meeting", "status", 1).out
    assert "secret" in desk.said("meeting", "ballot", 1, people.ana.address).out
    told = desk("meeting", "vote", 1, "for", "3=1", "--secret", tmp_path / "other.json", by=people.ana)
    assert "options 1 to 2, not 3" in told.error["message"]
    assert not (tmp_path / "other.json").exists()
    next_transaction_at(desk.chain, opens + 10_000)
    assert desk("meeting", "open", secret, by=people.mallory).code == Exit.OK
    assert "Did not vote" not in desk.said("meeting", "status", 1).out
    status = desk("meeting", "status", 1).data
    assert (status["resolutions"][0]["votes_for"], status["differences"]) == (100, [])


def test_meeting__extended_signed_and_drawn__what_does_not_count_is_told(founded: Desk, tmp_path: Path) -> None:
    people, desk = founded.people, founded
    opens, notice = call(desk, tmp_path, "latest_close = {ends}")
    assert "No meeting" not in desk.said("meeting", "status").out
    assert desk("meeting", "status").data[0]["latest_close"] == opens + 14_990
    assert (
        "cannot"
        not in desk("meeting", "extend", 1, opens + 12_000, by=people.issuer).data["transactions"][0]["summary"]
    )
    assert desk("meeting", "extend", 1, opens + 99_000, by=people.issuer).error["type"] == "InvalidExtension"
    told = desk("meeting", "extend", 1, opens + 99_000, by=people.issuer).error["message"]
    assert " UTC was asked, and 20" in told
    signed, stale, other = (tmp_path / f"{name}.json" for name in ("ana", "stale", "mallory"))
    assert desk("meeting", "vote", 1, "against", "2=100", "--sign", stale, by=people.ana).code == Exit.OK
    desk.chain.mine()
    assert desk("meeting", "vote", 1, "for=50,against=50", "1=100", "--sign", signed, by=people.ana).code == Exit.OK
    assert desk("meeting", "vote", 1, "for", "abstain", "--sign", other, by=people.mallory).code == Exit.OK
    ran = desk("meeting", "cast-batch", signed, stale, other, by=people.mallory)
    assert (ran.code, ran.data["counted"], len(ran.data["refused"])) == (Exit.REFUSED, 1, 2)
    assert ["no votes" in each["reason"] or "later ballot" in each["reason"] for each in ran.data["refused"]] == [
        True,
        True,
    ]
    assert "0 of 1 ballots count" in desk.said("meeting", "cast-batch", stale, by=people.mallory).out
    assert str(notice) in desk("meeting", "cast-batch", signed, notice, by=people.mallory).error["message"]
    chart, missing = tmp_path / "votes.png", tmp_path / "open.csv"
    status = ("meeting", "status", 1, "--notice", notice, "--chart", chart, "--reminders", missing)
    shown = desk.said(*status).out
    assert all(said in shown for said in ("As it stands", "Accounts", "votes-2.png", "100 of 100 votes"))
    assert (tmp_path / "votes-1.png").read_bytes().startswith(b"\x89PNG")
    assert missing.read_text(encoding="utf-8").splitlines() == ["holder,class,shares,votes"]
    shown = desk.said("meeting", "minutes", 1).out
    assert all(said in shown for said in ("PROVISIONAL: the meeting is not over", "Close put off"))
    assert "PROVISIONAL" in shown.split("### 2.")[1]
    minutes = desk("meeting", "minutes", 1).data
    assert (minutes["final"], minutes["put_off"][0]["closes"]) == (False, opens + 12_000)
    status_now = desk("meeting", "status", 1).data
    assert [each["answers"] for each in status_now["ballots"]] == [[{"for": 50, "against": 50}, {"1": 100}]]
    assert [(each["passed"], each["elected"]) for each in status_now["resolutions"]] == [(None, None)] * 2


def test_chart__wrong_ending_or_nothing_to_draw_with__refused_before_anything_is_asked(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in (("meeting", "status", 9), ("payout", "status", 9)):
        assert "not votes.pdf" in desk(*words, "--chart", tmp_path / "votes.pdf").error["message"]
        assert "no directory" in desk(*words, "--chart", tmp_path / "none" / "votes.svg").error["message"]
    assert (
        "by country" in desk("payout", "status", 9, "--chart", tmp_path / "p.svg", "--chart-by", "age").error["message"]
    )
    monkeypatch.setattr("tokenkit.ledger.charts.find_spec", lambda _name: None)
    error = desk("meeting", "status", 9, "--chart", tmp_path / "votes.png").error
    assert "tokenkit[charts]" in error["message"]
    assert error["exit_code"] == Exit.BAD_INPUT


def test_cancel__guardian_of_the_issuer__calls_are_in_the_minutes_with_what_became_of_them(
    founded: Desk, tmp_path: Path
) -> None:
    people, desk, suite = founded.people, founded, founded.suite
    assert suite.voting is not None
    for role, account in ((Role.ISSUER, suite.voting.address), (Role.ISSUER.guardian, people.guardian.address)):
        suite.authority.grant(role, account).send(people.admin)
    calls, decided = tmp_path / "calls.json", desk.chain.now() + 900_000
    later = ("record-date", "schedule", decided, "--class", "ORD", "--safe", calls)
    assert desk(*later, by=people.issuer, send=False).code == Exit.OK
    opens, _ = call(desk, tmp_path, "execution_delay = 86400", quorum='quorum = "50"\ncalls = "calls.json"')
    assert desk("meeting", "vote", 1, "for", "abstain", by=people.ana).code == Exit.OK
    next_transaction_at(desk.chain, opens + 10_000)
    assert desk("meeting", "close", 1, by=people.mallory).code == Exit.OK
    assert desk("meeting", "schedule", 1, 1, calls, by=people.mallory).code == Exit.OK
    cancel = ("meeting", "cancel", 1, 1, "--reason", "A court forbids it")
    assert "guardian of the issuer" in desk(*cancel, by=people.mallory).error["message"]
    assert desk(*cancel, by=people.guardian).code == Exit.OK
    (prepared,) = desk("meeting", "minutes", 1).data["calls"]
    assert [each["act"] for each in prepared["acts"]] == ["scheduled", "cancelled"]
    assert "A court forbids it" in desk.said("meeting", "minutes", 1).out
    assert desk("meeting", "execute", 1, 1, calls, by=people.mallory).error["type"] == "CallsDone"


def test_extend__notice_that_does_not_allow_it__said(founded: Desk, tmp_path: Path) -> None:
    opens, _ = call(founded, tmp_path)
    error = founded("meeting", "extend", 1, opens + 20_000, by=founded.people.issuer).error
    assert "no latest_close" in error["message"]
    assert "one meeting" in founded("meeting", "status", "--reminders", tmp_path / "x.csv").error["message"]
