"""What a person confirms, signs and is refused is told in shares, symbols, names and offices."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from tokenkit.artifacts import load
from tokenkit.authority import Authority
from tokenkit.chain import LocalChain, Transaction
from tokenkit.cli import _session
from tokenkit.cli._command import Settings
from tokenkit.cli._exits import Exit
from tokenkit.cli._refusals import office_for, told
from tokenkit.errors import NodeUnavailable
from tokenkit.external import Approvals
from tokenkit.registry import Registry
from tokenkit.reverts import TransferRestricted

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Desk

    from tokenkit.chain import Chain


BATCH = """\
format = "tokenkit-batch-1"
decimals = 0
as_of = 2030-01-01

[[classes]]
external_id = "c"
name = "Ordinary"
kind = "COMMON"
prefix = "ORD-"
votes_per_share = "1"
seniority = "1"

[[investors]]
external_id = "m"
name = "Mallory"
kind = "INDIVIDUAL"

[[steps]]
kind = "issue"
day = 2029-12-01
share_class = "c"
target = "m"
units = 5
transaction = "t"
reason = "founding"
"""


def coin_of(desk: Desk, supply: int = 10**12) -> str:
    data = load("TestCoin").encode_constructor(["Test Dollar", "TUSD", 6, supply])
    address = desk.chain.send(Transaction(to=None, data=data), desk.people.paying_agent).contract_address
    assert address is not None
    return address


@pytest.mark.parametrize("command", [("issue", "--reason", "r"), ("transfer",)], ids=lambda words: words[0])
def test_move__no_shares__bad_input(founded: Desk, command: tuple[str, ...]) -> None:
    height = founded.chain.block().number
    for amount in ("0", "0.00"):
        ran = founded(
            *command,
            founded.people.ana.address,
            amount,
            "--class",
            "PREF",
            "--yes",
            by=founded.people.issuer,
            send=False,
        )
        assert (ran.code, ran.error["type"]) == (Exit.BAD_INPUT, "InvalidAmount")
    assert founded.chain.block().number == height


def test_issue__refused__every_reason_in_words(desk: Desk) -> None:
    people = desk.people
    ran = desk("issue", people.emil.address, "1", "--class", "ORD", "--reason", "r", by=people.issuer)
    assert ran.code == Exit.REFUSED
    (refusal,) = ran.data["refusals"]
    assert (refusal["code"], refusal["name"], ran.data["kind"]) == (25, "RECEIVER_CLAIMS", "issue")
    said = desk.said("issue", people.emil.address, "1", "--class", "ORD", "--reason", "r", by=people.issuer)
    assert "An issue of 1 ORD would be refused" in said.out
    assert "not attested as accredited" in said.out
    assert "(code 25 RECEIVER_CLAIMS)" in said.out


def test_import_apply__a_holder_not_admitted__named_with_the_restriction(desk: Desk, tmp_path: Path) -> None:
    people, batch, investors = desk.people, tmp_path / "batch.toml", tmp_path / "investors.csv"
    batch.write_text(BATCH, encoding="utf-8")
    investors.write_text(f"external_id,wallet,country,claims\nm,{people.mallory.address},CH,kyc\n", encoding="utf-8")
    arguments = ("import", "apply", batch, "--investors", investors)
    error = desk(*arguments, by=people.issuer).error
    assert (error["type"], error["restriction"], error["exit_code"]) == (
        "TransferRestricted",
        "RECEIVER_NOT_REGISTERED",
        Exit.REFUSED,
    )
    assert error["fields"]["code"] == 21
    words = f"Refused: {people.mallory.address} cannot receive: not registered as an investor. (code 21 RECEIVER_NOT_REGISTERED)"
    assert error["message"] == words
    assert words in desk.said(*arguments, by=people.issuer).err
    desk("investor", "import", investors, by=people.registrar)
    (sent,) = desk(*arguments, by=people.issuer).data["transactions"]
    assert sent["summary"] == "Issue 5 ORD to 1 wallet (cap table of 2030-01-01)"


def test_issue__wrong_office__names_it_and_its_holder(desk: Desk) -> None:
    people = desk.people
    arguments = ("issue", people.ana.address, "1", "--class", "ORD", "--reason", "r")
    for more in ((), ("--dry-run",)):
        message = desk(*arguments, *more, by=people.registrar).error["message"]
        assert f"{people.registrar.address} lacks the power to do this." in message
        assert f"It takes the office of issuer, held by {people.issuer.address}." in message


def test_explain__consent_asked_for__says_where_the_request_stands(founded: Desk) -> None:
    desk, people, one = founded, founded.people, founded.suite.classes["ORD"]
    address = desk("rules", "deploy", "approval", by=people.deployer).data["address"]
    desk("rules", "empower", address, by=people.admin)
    desk("rules", "add", address, "--class", "ORD", by=people.compliance)
    rule = Approvals(desk.chain, address)
    rule.set_terms(one.address, deemed_approved_after=86_400).send(people.compliance)

    def said() -> str:
        ran = desk("explain", people.ana.address, people.ben.address, "5", "--class", "ORD")
        (refusal,) = ran.data["refusals"]
        return str(refusal["sentence"])

    assert said().endswith("5 were asked for. The holder can request approval.")
    valid = desk.chain.now() + 10 * 86_400
    rule.request(one.address, people.ben.address, 5, valid_until=valid).send(people.ana)
    request = rule.between(one.address, people.ana.address, people.ben.address)
    assert request is not None
    assert "5 were asked for. Request 1 for 5 units is pending; silence is consent from" in said()
    rule.refuse(request.id, reason="r").send(people.compliance)
    assert said().endswith("Request 1 for 5 units was refused; the holder can make another.")


def test_empower__not_the_admin__names_the_office_and_its_holder(desk: Desk) -> None:
    people = desk.people
    address = desk("rules", "deploy", "spenders", by=people.deployer).data["address"]
    for more in ((), ("--dry-run",)):
        message = desk("rules", "empower", address, *more, by=people.compliance).error["message"]
        assert message == (
            f"Refused: {people.compliance.address} lacks the power to do this. "
            f"It takes the office of admin, held by {people.admin.address}."
        )


def test_investor_import__wrong_office__says_where_holders_are_listed(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "investors.csv"
    file.write_text(f"external_id,wallet,country\nm,{desk.people.mallory.address},CH\n", encoding="utf-8")
    assert "tokenkit verify RECORD" in desk("investor", "import", file, by=desk.people.ana).error["message"]


def test_issue__confirmed_line__shares_symbol_and_reason(desk: Desk, tmp_path: Path) -> None:
    people, file = desk.people, tmp_path / "safe.json"
    arguments = ("issue", people.ana.address, "1000.50", "--class", "PREF", "--reason", "[Seed] round")
    line = f"Issue 1,000.5 PREF to {people.ana.address} ([Seed] round)"
    assert line in desk.said(*arguments, "--dry-run", by=people.issuer, send=False).out
    assert desk(*arguments, "--safe", file, by=people.issuer, send=False).data["transactions"][0]["summary"] == line
    assert json.loads(file.read_text(encoding="utf-8"))["meta"] == {"name": "tokenkit", "description": line}
    assert line in desk.said(*arguments, by=people.issuer).out
    sent = desk("transfer", people.ben.address, "0.5", "--class", "PREF", by=people.ana).data["transactions"]
    assert sent[0]["summary"] == f"Transfer 0.5 PREF to {people.ben.address}"


def test_safe__with_account__is_the_safe(desk: Desk, tmp_path: Path) -> None:
    people, file = desk.people, tmp_path / "safe.json"
    desk(
        *(
            "issue",
            people.ana.address,
            "1",
            "--class",
            "ORD",
            "--reason",
            "r",
            "--safe",
            file,
            "--account",
            people.dora.address,
        )
    )
    assert json.loads(file.read_text(encoding="utf-8"))["meta"]["createdFromSafeAddress"] == people.dora.address


def test_investor_add__confirmed_line__what_is_attested(desk: Desk) -> None:
    wallet, registrar = desk.people.mallory.address, desk.people.registrar
    given = ("--country", "us", "--claims", "kyc,accredited", "--dry-run")

    def line(*more: str) -> str:
        return desk("investor", "add", wallet, *given, *more, by=registrar, send=False).data["transactions"][0][
            "summary"
        ]

    until = "until 2031-01-01 23:59:59 UTC"
    whole = f"Register {wallet}: United States of America, kyc, accredited, attested by issuer, valid"
    assert line() == f"{whole} without end"
    assert line("--until", "2031-01-01") == f"{whole} {until}"


def test_investor_show__facts_without_end__null(desk: Desk) -> None:
    assert desk("investor", "show", desk.people.ana.address).data["investor"]["facts"]["valid_until"] is None
    shown = desk.said("investor", "show", desk.people.ana.address).out
    assert "without end" in shown
    assert "the issuer" in shown


def test_payout_declare__too_little__in_the_coin(desk: Desk) -> None:
    agent, second = desk.people.paying_agent, desk.chain.now() + 1_000
    terms = ("--class", "ORD", "--record-date", second, "--deadline", second + 86_400)
    desk("record-date", "schedule", second, "--class", "ORD", by=desk.people.issuer)
    error = desk("payout", "declare", "1000.5", "--asset", coin_of(desk, 5), *terms, by=agent).error
    assert error["message"] == f"{agent.address} holds 0.000005 TUSD, less than the 1,000.5 TUSD to pay out."
    error = desk("payout", "declare", "1", "--asset", agent.address, *terms, by=agent).error
    assert (error["type"], error["exit_code"]) == ("InvalidInput", Exit.BAD_INPUT)
    assert f"There is no coin at {agent.address}" in error["message"]


def test_payout_declare__record_date_not_scheduled__says_how(desk: Desk) -> None:
    agent = desk.people.paying_agent
    terms = ("--class", "ORD", "--record-date", "2031-06-30", "--deadline", "2032-06-30")
    error = desk("payout", "declare", "10", "--asset", coin_of(desk), *terms, by=agent).error
    assert error["type"] == "RecordDateNotScheduled"
    assert "2031-06-30 00:00:00 UTC is not a record date" in error["message"]
    assert "tokenkit record-date schedule" in error["message"]


def test_payout_and_vote__confirmed_lines__amount_class_and_times(founded: Desk) -> None:
    people, desk = founded.people, founded
    coin = coin_of(desk)
    desk("record-date", "schedule", "2030-06-30", "--class", "ORD", by=people.issuer)
    terms = ("--asset", coin, "--class", "ORD", "--record-date", "2030-06-30", "--deadline", "2031-06-30")
    approved, declared = desk("payout", "declare", "1000.5", *terms, by=people.paying_agent).data["transactions"]
    assert approved["summary"] == f"Let the payouts contract take 1,000.5 TUSD from {people.paying_agent.address}"
    assert declared["summary"] == ("Declare a payout of 1,000.5 TUSD to the holders of ORD at 2030-06-30 00:00:00 UTC")
    window = (
        "--record-date",
        "2030-06-30",
        "--opens",
        "2030-07-01",
        "--closes",
        "2030-07-02",
        "--resolution",
        "simple",
    )
    (called,) = desk("vote", "call", "--class", "ORD", *window, by=people.issuer).data["transactions"]
    assert called["summary"].startswith("Call a meeting")
    assert "of ORD (record date 2030-06-30 00:00:00 UTC, voting from 2030-07-01" in called["summary"]


def test_captable__now_or_at_a_block__as_of_when_and_how_counted(founded: Desk) -> None:
    people, chain = founded.people, founded.chain
    latest = chain.block()
    before = latest.number - 1
    founded("issue", people.ben.address, "0.25", "--class", "PREF", "--reason", "r", by=people.issuer)
    now = founded("captable").data
    assert (now["block"], now["time"], now["record_date"]) == (chain.block().number, chain.block().timestamp, None)
    counted = {each["share_class"]: (each["units"], each["decimals"]) for each in now["classes"]}
    assert counted == {"ORD": (100, 0), "PREF": (25, 2)}
    then = founded("captable", "--block", before).data
    assert (then["block"], then["time"]) == (before, chain.block(before).timestamp)
    assert {each["units"] for each in then["classes"]} == {0}
    shown = founded.said("captable", "--block", latest.number).out
    assert f"Counted from the events at the end of block {latest.number} (2030-01-01" in shown
    assert "ORD: 100 shares, 1 investor" in shown
    error = founded("captable", "--block", 99_999).error
    assert (error["type"], error["exit_code"]) == ("InvalidInput", Exit.BAD_INPUT)
    assert "There is no block 99999 yet" in error["message"]


def test_captable__at_a_record_date__says_so(founded: Desk) -> None:
    second = founded.chain.now() + 10
    founded("record-date", "schedule", second, "--class", "ORD", by=founded.people.issuer)
    founded.chain.travel(to=second)
    founded.chain.mine()
    shown = founded.said("captable", "--class", "ORD", "--at", second).out
    assert "at the record date 2030-01-01 00:" in shown


def test_doctor__record_and_key__looked_at_in_words(desk: Desk, tmp_path: Path) -> None:
    issuer = desk.people.issuer
    found = {check["name"]: check for check in desk("doctor", by=issuer, send=False).data["checks"]}
    assert found["Key"]["found"] == f"{issuer.address}, from the environment variable TOKENKIT_PRIVATE_KEY"
    assert found["Record"]["ok"]
    assert "of Test Company AG on chain 1337" in found["Record"]["found"]
    (unseen,) = (
        check
        for check in desk.run("doctor", "--record", desk.record, "--json").data["checks"]
        if check["name"] == "Record"
    )
    assert unseen["ok"] is None
    partial = tmp_path / "partial.toml"
    replace(desk.suite.record, complete=False).write(partial)
    ran = desk.run("doctor", "--record", partial, "--json")
    assert ran.code == Exit.REFUSED
    assert any(check["name"] == "Record" and check["ok"] is False for check in ran.data["checks"])


def test_doctor__no_such_record__said_and_the_rest_is_looked_at(desk: Desk, tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"
    ran = desk.run("doctor", "--rpc", "http://test.invalid", "--json", env={"TOKENKIT_RECORD": str(missing)})
    found = {check["name"]: check for check in ran.data["checks"]}
    assert (ran.code, found["Record"]["ok"], found["Chain"]["ok"]) == (Exit.REFUSED, False, True)
    assert str(missing) in found["Record"]["found"]
    assert "TOKENKIT_RECORD" in found["Record"]["remedy"]


def test_doctor__record_of_a_chain_started_anew__found(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    anew = LocalChain(accounts=1, chain_id=desk.chain.chain_id)
    monkeypatch.setattr(_session, "connect", lambda *_, **__: anew)
    ran = desk("doctor")
    assert ran.code == Exit.REFUSED
    (record,) = (check for check in ran.data["checks"] if check["name"] == "Record")
    assert record["ok"] is False


@pytest.mark.parametrize("option", ["--yes", "--dry-run", "--safe"])
def test_doctor__options_of_sending__not_offered(desk: Desk, option: str) -> None:
    assert desk.run("doctor", option).code == Exit.BAD_INPUT


def test_verify__narrow_terminal__remarks_wrap_under_themselves(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    shown = desk.run("verify", desk.record, "--rpc", "http://test.invalid").out
    remarks = shown[shown.index("What no look at the chain") :].splitlines()[1:]
    assert len(remarks) > 3
    assert all(line.startswith("  ") for line in remarks if line)


@pytest.mark.parametrize("time", ["999999999999", "1893456000000"])
def test_record_date__beyond_calendars__bad_input(desk: Desk, time: str) -> None:
    error = desk("record-date", "schedule", time, "--class", "ORD", by=desk.people.issuer).error
    assert (error["type"], error["exit_code"]) == ("InvalidInput", Exit.BAD_INPUT)


class Silent:
    """A chain that does not answer any more."""

    def __getattr__(self, name: str) -> object:
        raise NodeUnavailable(f"no answer to {name}")


def test_told__node_gone_meanwhile__the_refusal_itself_is_left(desk: Desk) -> None:
    session = _session.Session(Settings())
    silent = cast("Chain", Silent())
    session.__dict__["record"] = desk.suite.record
    session.__dict__["suite"] = replace(
        desk.suite,
        chain=silent,
        registry=Registry(silent, desk.suite.registry.address),
        authority=Authority(silent, desk.suite.authority.address),
    )
    token, wallet = desk.suite.classes["ORD"].address, desk.people.emil.address
    assert told(TransferRestricted(25, wallet, 0, 1, contract=token), session) is None
    assert office_for(desk.suite.classes["ORD"].issuance.pause(), session) == ""


def test_told__of_no_class_of_the_suite__in_units(desk: Desk) -> None:
    session = _session.Session(Settings())
    session.__dict__["suite"] = desk.suite
    error = TransferRestricted(5, desk.people.emil.address, 100, 250, contract=desk.suite.registry.address)
    found = told(error, session)
    assert found is not None
    assert found.sentence.endswith("holds 100 units, less than the 250 asked for. (code 5 BALANCE)")


def test_captable__at_no_record_date__says_where_they_are_listed(desk: Desk) -> None:
    message = desk("captable", "--class", "ORD", "--at", "2030-06-30").error["message"]
    assert "2030-06-30 00:00:00 UTC is not a record date of the class" in message
    assert "tokenkit record-date list" in message


def test_explain__for_people__passes_or_until_when(founded: Desk) -> None:
    people = founded.people
    shown = founded.said("explain", people.ana.address, people.ben.address, "40", "--class", "ORD").out
    assert "✓ A transfer of 40 ORD would pass." in shown
    second = founded.chain.now() + 10_000
    rules = founded.suite.rulebook
    token = founded.suite.classes["ORD"].address
    rules.lock(token, people.ana.address, units=90, until=second).send(people.compliance)
    rules.switch_lockups(token, on=True).send(people.compliance)
    shown = founded.said("explain", people.ana.address, people.ben.address, "40", "--class", "ORD").out
    assert "The most that would pass now: 10." in shown
    assert "The same transfer could pass from 2030-01-01" in shown


def test_deploy__dry_run_for_people__what_there_is_to_do(desk: Desk, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(desk.suite.record.plan.text, encoding="utf-8")
    shown = desk.run("deploy", plan, "--dry-run").out
    assert "the plan is sound. It would deploy:" in shown
    assert "no node was asked" in shown
    done = " ".join(desk.run("deploy", plan, "--dry-run", "--record", desk.record).out.split())
    assert "Nothing is left to do." in done


def test_verify__difference_for_people__in_a_table(desk: Desk) -> None:
    desk.suite.classes["ORD"].issuance.set_rulebook("0x" + "00" * 20).send(desk.people.compliance)
    shown = desk.run("verify", desk.record, "--rpc", "http://test.invalid").out
    assert "checks found a difference" in shown
    assert "wiring" in shown


def test_investor_import__for_people__how_many_are_new(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "investors.csv"
    file.write_text(f"external_id,wallet,country,claims\nana,{desk.people.ana.address},CH,kyc\n", encoding="utf-8")
    shown = desk.said("investor", "import", file, by=desk.people.registrar).out
    assert "1 registered already, 0 new." in shown
    assert "Nothing to do." in shown
    file.write_text(f"external_id,wallet,country,claims\nana,{desk.people.ana.address},FR,kyc\n", encoding="utf-8")
    shown = desk.said("investor", "import", file, by=desk.people.registrar).out
    assert f"line 2, {desk.people.ana.address}, country: the list says France, the chain Switzerland." in shown
    assert "Nothing was sent." in shown
