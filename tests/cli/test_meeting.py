"""``tokenkit meeting``: one meeting in full, and one in secret, from the notice to the minutes."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from tokenkit.cli._exits import Exit
from tokenkit.testing import next_transaction_at

if TYPE_CHECKING:
    from pathlib import Path

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
quorum = "50"

[[agenda]]
title = "Board"
kind = "election"
options = ["Kim", "Lee"]
seats = 1
"""


def call(desk: Desk, folder: Path, more: str = "") -> tuple[int, Path]:
    """Call meeting 1 and return its first second of voting, and the notice."""
    date = desk.chain.now() + 1_000
    assert desk("record-date", "schedule", date, "--class", "ORD", by=desk.people.issuer).code == Exit.OK
    notice = folder / "notice.toml"
    opens, closes = date + 10, date + 10_000
    text = NOTICE.format(date=date, opens=opens, closes=closes, more=more.format(ends=closes + 5_000))
    notice.write_text(text, encoding="utf-8")
    assert desk("meeting", "call", notice, by=desk.people.issuer).code == Exit.OK
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
    for wrong in (("for",), ("for", "Kim=1"), ("for=1,for=2", "abstain"), ("for", "abstain", "for")):
        assert desk("meeting", "vote", 1, *wrong, by=people.ana).code == Exit.BAD_INPUT
    cast = desk("meeting", "vote", 1, "against", "2=40", "--for", people.ana.address, by=people.ben)
    assert cast.code == Exit.OK
    missing = desk("meeting", "status", 1).data["not_voted"]
    assert [(each["holder"], each["units"]) for each in missing] == [(people.ana.address, 60)]
    signed = tmp_path / "ana.json"
    assert desk("meeting", "vote", 1, "for=50,against=10", "1=60", "--rest", "--sign", signed, by=people.ana).code == 0
    assert desk("meeting", "cast-batch", signed, by=people.mallory).code == Exit.OK
    next_transaction_at(desk.chain, opens + 10_000)
    assert desk("meeting", "close", 1, by=people.mallory).code == Exit.OK
    minutes, charts = tmp_path / "minutes.md", tmp_path / "charts"
    data = desk("meeting", "minutes", 1, "--notice", notice, "--out", minutes, "--charts", charts).data
    accounts, board = data["resolutions"]
    assert (accounts["for"], accounts["against"], accounts["passed"]) == ("50", "50", False)
    assert [each["elected"] for each in board["options"]] == [True, False]
    assert "### 2. Board" in minutes.read_text(encoding="utf-8")
    assert "Kim" in (charts / "resolution-2.svg").read_text(encoding="utf-8")
    assert "agrees with the contract" in desk.said("meeting", "status", 1, "--notice", notice).out


def test_meeting__secret_ballot__file_is_the_voters_and_opens_it(founded: Desk, tmp_path: Path) -> None:
    people, desk = founded.people, founded
    opens, _ = call(desk, tmp_path, "ends = {ends}")
    secret = tmp_path / "secret.json"
    assert desk("meeting", "vote", 1, "for", "1=100", "--secret", secret, by=people.ana).code == Exit.OK
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert (
        desk("meeting", "vote", 1, "for", "1=100", "--secret", secret, by=people.ana).code != Exit.OK
    )  # never over it
    next_transaction_at(desk.chain, opens + 10_000)
    assert desk("meeting", "open", secret, by=people.mallory).code == Exit.OK
    status = desk("meeting", "status", 1).data
    assert (status["resolutions"][0]["votes_for"], status["differences"]) == (100, [])
