"""What a declaration is refused for, what it says before it is sent, and coupons declared again after a run that broke off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.cli.test_payout import AUTHORITY, RECORD, TERMS, pass_record_date
from tests.cli.test_words import coin_of

from tokenkit.cli._exits import Exit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Desk

COUPONS = (*TERMS, "--day-count", "30E/360")


@pytest.fixture
def bond(founded: Desk) -> tuple[Desk, tuple[object, ...]]:
    """A record date ahead, and the options that name it, a coin and a class."""
    founded("record-date", "schedule", RECORD, "--class", "ORD", by=founded.people.issuer)
    return founded, ("--asset", coin_of(founded), "--class", "ORD", "--record-date", RECORD)


@pytest.fixture
def coupons(founded: Desk) -> tuple[Desk, tuple[object, ...]]:
    """The record dates of two coupons ahead, and the command that declares coupons."""
    issuer = founded.people.issuer
    founded("coupon", "record-dates", *COUPONS, "--class", "ORD", "--most", 2, by=issuer)
    return founded, ("coupon", "declare", *COUPONS, "--nominal", "1", "--class", "ORD", "--asset", coin_of(founded))


def test_coupon_declare__given_again__only_those_that_are_left(coupons: tuple[Desk, tuple[object, ...]]) -> None:
    desk, command = coupons
    agent, payouts = desk.people.paying_agent, desk.suite.payouts
    assert payouts is not None
    first = desk(*command, "--most", 1, by=agent).data
    assert (len(first["transactions"]), first["already"]) == (2, [])
    second = desk(*command, "--most", 2, by=agent).data
    assert [(each["coupon"], each["payout"]) for each in second["already"]] == [(1, 1)]
    assert second["transactions"][-1]["summary"].startswith(
        "Declare coupon 2 of 2: 2.375 TUSD to the holders of ORD at"
    )
    shown = desk.said(*command, "--most", 2, by=agent).out
    assert "is payout 2 already" in shown
    assert "Nothing to do" in shown
    assert len(payouts.payouts()) == 2
    desk("payout", "cancel", 1, by=agent)
    assert len(desk(*command, "--most", 2, by=agent).data["already"]) == 1
    assert desk(*command, "--most", 1, "--again", by=agent).data["already"] == []
    assert len(payouts.payouts()) == 4


def test_coupon_declare__options_of_a_declaration__in_every_coupon(
    coupons: tuple[Desk, tuple[object, ...]], tmp_path: Path
) -> None:
    desk, command = coupons
    people, payouts = desk.people, desk.suite.payouts
    assert payouts is not None
    file, document = tmp_path / "rates.toml", tmp_path / "terms.pdf"
    file.write_text(f'[[rates]]\npercent = "35"\nauthority = "{AUTHORITY}"\n', encoding="utf-8")
    document.write_text("terms", encoding="utf-8")
    desk.suite.token("ORD").issuance.issue(people.ben.address, 60, reason="more").send(people.issuer)
    more: tuple[object, ...] = ("--tax", file, "--exclude", people.ben.address, "--document", document)
    more += ("--refund-to", people.issuer.address, "--admitted-only", "--open-days", 30, "--most", 1)
    assert desk(*command, *more, by=people.paying_agent).code == Exit.OK
    state, options = payouts.payout(1), payouts.options(1)
    assert (state.amount, state.refund_to, payouts.excluded(1)) == (
        2_375_000,
        people.issuer.address,
        (people.ben.address,),
    )
    assert (options.admitted_only, options.taxes.rows[0].rate.ppm, any(state.document_hash)) == (True, 350_000, True)
    assert options.payment_date is not None
    assert state.deadline == options.payment_date + 30 * 86_400
    by_day = (*command, "--again", "--deadline", "2030-12-31", "--most")
    assert desk(*by_day, 1, by=people.paying_agent).code == Exit.OK
    assert payouts.payout(2).deadline == 1_924_905_600
    told = desk(*by_day, 2, by=people.paying_agent).error["message"]
    assert "after coupon 2 is paid, on 2031-01-15" in told
    assert "not both" in desk(*by_day, 1, "--open-days", 9, by=people.paying_agent).error["message"]


def test_declare__wrong_key__names_the_office_first(
    bond: tuple[Desk, tuple[object, ...]], coupons: tuple[Desk, tuple[object, ...]]
) -> None:
    desk, terms = bond
    for command in (("payout", "declare", "5", *terms), (*coupons[1], "--most", 1)):
        error = desk(*command, by=desk.people.mallory).error
        assert error["type"] == "AccessManagedUnauthorized"
        assert f"the office of paying agent, held by {desk.people.paying_agent.address}" in error["message"]


def test_declare__price__in_what_is_confirmed_before_its_approval_is_there(
    bond: tuple[Desk, tuple[object, ...]], tmp_path: Path
) -> None:
    desk, terms = bond
    agent = desk.people.paying_agent
    tried = desk("payout", "declare", "--per-share", "0.00000025", *terms, "--dry-run", by=agent).data
    assert tried["mode"] == "dry run"
    approval, declared = (each["summary"] for each in tried["transactions"])
    assert approval == f"Let the payouts contract take 0.000025 TUSD from {agent.address}"
    assert declared.endswith("at 2030-03-17 17:46:40 UTC: 0.00000025 TUSD for each share")
    batch = tmp_path / "batch.json"
    desk("payout", "declare", "5", *terms, "--safe", batch, by=agent, send=False)
    assert len(json.loads(batch.read_text(encoding="utf-8"))["transactions"]) == 2
    rate = ("--rate", "4.75%", "--nominal", "10", "--since", "2030-01-01", "--until", "2030-07-01", "--dry-run")
    shown = desk.said("payout", "declare", *rate, "--day-count", "act/act", *terms, by=agent).out
    assert "4.75 % a year on 10 TUSD for each share, from 2030-01-01 to 2030-07-01 (ACT/ACT ISDA)" in shown
    assert "once the approval is on the chain" in shown
    error = desk("payout", "declare", *rate, "--day-count", "ACT/ACT ICMA", *terms, by=agent).error
    assert "tokenkit coupon" in error["message"]


def test_declare__deadline_that_cannot_be__said_in_words(bond: tuple[Desk, tuple[object, ...]]) -> None:
    desk, terms = bond
    error = desk("payout", "declare", "5", *terms, "--deadline", RECORD + 9, by=desk.people.paying_agent).error
    assert "2030-03-17 17:46:49 UTC" in error["message"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('claims = ["resident"]', "'resident' in claims of a rate of tax is no claim. The plan has: "),
        ('without = "kyc"', "is a list of claims"),
    ],
)
def test_declare__claims_of_a_rate__that_there_are(
    bond: tuple[Desk, tuple[object, ...]], tmp_path: Path, row: str, said: str
) -> None:
    desk, terms = bond
    file = tmp_path / "rates.toml"
    file.write_text(f'[[rates]]\npercent = "5"\nauthority = "{AUTHORITY}"\n{row}\n', encoding="utf-8")
    assert said in desk("payout", "preview", "5", "--tax", file, *terms).error["message"]


def test_preview__without_a_key__the_figures(bond: tuple[Desk, tuple[object, ...]]) -> None:
    desk, terms = bond
    assert desk("payout", "preview", "5", *terms).data["net"] == 5_000_000


def test_push_and_sign__that_cannot_work__refused_first(bond: tuple[Desk, tuple[object, ...]], tmp_path: Path) -> None:
    desk, terms = bond
    people = desk.people
    desk("payout", "declare", "5", *terms, by=people.paying_agent)
    pass_record_date(desk)
    told = desk("payout", "push", 1, "--job", tmp_path / "no" / "job", by=people.paying_agent).error
    assert f"There is no directory {tmp_path / 'no'}" in told["message"]
    told = desk("payout", "push", 1, "--job", tmp_path / "job", by=people.mallory).error
    assert f"the office of paying agent, held by {people.paying_agent.address}" in told["message"]
    told = desk("payout", "sign", 1, "--until", RECORD - 1, "--out", tmp_path / "c", by=people.ana, send=False).error
    assert "2030-03-17 17:46:39 UTC is over" in told["message"]
    assert not (tmp_path / "c").exists()
