"""Commands on a deployed suite: what they answer, what they send, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tokenkit.artifacts import load
from tokenkit.chain import LocalChain, Transaction
from tokenkit.cli import _session
from tokenkit.cli._command import Settings
from tokenkit.cli._exits import Exit, sentence
from tokenkit.record import Record
from tokenkit.reverts import NotAscending
from tokenkit.testing import PLAN, next_transaction_at

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Desk, Run

    from tokenkit.chain import Chain, DevelopmentChain, Signer
    from tokenkit.testing import People


def units(desk: Desk, who: Signer) -> int:
    return desk.suite.classes["ORD"].transfers.balance(who.address).units


def test_issue__nobody_to_sign__bad_input(desk: Desk) -> None:
    ran = desk("issue", desk.people.ana.address, "1", "--class", "ORD", "--reason", "r", "--yes")
    assert (ran.code, ran.error["type"]) == (Exit.BAD_INPUT, "InvalidKey")


def test_issue__not_confirmed__nothing_sent(desk: Desk) -> None:
    ran = desk(
        "issue", desk.people.ana.address, "1", "--class", "ORD", "--reason", "r", by=desk.people.issuer, send=False
    )
    assert ran.code == Exit.BAD_INPUT
    assert "--yes" in ran.error["message"]
    assert units(desk, desk.people.ana) == 0


@pytest.mark.parametrize("amount", ["-1", "1.5", "1e3", "", "one"])
def test_issue__bad_amount__bad_input(desk: Desk, amount: str) -> None:
    ran = desk("issue", desk.people.ana.address, "--class", "ORD", "--reason", "r", by=desk.people.issuer)
    assert ran.code == Exit.BAD_INPUT  # no amount at all
    ran = desk("issue", "--class", "ORD", "--reason", "r", "--", desk.people.ana.address, amount)
    assert ran.code == Exit.BAD_INPUT


def test_issue__unknown_class__named(desk: Desk) -> None:
    for given in (("--class", "XYZ"), ()):
        ran = desk("issue", desk.people.ana.address, "1", *given, "--reason", "r", by=desk.people.issuer)
        assert ran.code == Exit.BAD_INPUT
        assert "ORD, PREF" in ran.error["message"]


def test_issue__wrong_office__refused_with_fields(desk: Desk) -> None:
    ran = desk("issue", desk.people.ana.address, "1", "--class", "ORD", "--reason", "r", by=desk.people.registrar)
    assert ran.code == Exit.REFUSED
    assert ran.error["type"] == "AccessManagedUnauthorized"
    assert ran.error["fields"] == {"caller": desk.people.registrar.address}


def test_issue__dry_run__tried_and_not_sent(desk: Desk) -> None:
    before = desk.chain.block().number
    arguments = ("issue", desk.people.ana.address, "1", "--class", "ORD", "--reason", "r", "--dry-run")
    ran = desk(*arguments, by=desk.people.issuer, send=False)
    assert (ran.code, ran.data["mode"]) == (Exit.OK, "dry run")
    assert desk.chain.block().number == before
    ran = desk("issue", desk.people.mallory.address, *arguments[2:], by=desk.people.issuer, send=False)
    assert (ran.code, [each["name"] for each in ran.data["refusals"]]) == (Exit.REFUSED, ["RECEIVER_NOT_REGISTERED"])


def test_issue__safe__a_file_for_the_transaction_builder(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "safe.json"
    arguments = ("issue", desk.people.ana.address, "1", "--class", "ORD", "--reason", "r", "--safe", file)
    ran = desk(*arguments, by=desk.people.issuer, send=False)
    assert ran.data["mode"] == "safe"
    batch = json.loads(file.read_text(encoding="utf-8"))
    assert batch["chainId"] == str(desk.chain.chain_id)
    assert batch["transactions"][0]["to"] == desk.suite.classes["ORD"].address
    assert units(desk, desk.people.ana) == 0


def test_issue__sent__receipt_and_events(founded: Desk) -> None:
    assert units(founded, founded.people.ana) == 100
    ran = founded(
        "issue", founded.people.ben.address, "0.25", "--class", "PREF", "--reason", "r", by=founded.people.issuer
    )
    (transaction,) = ran.data["transactions"]
    assert {"summary", "transaction", "block", "gas_used", "events"} == set(transaction)
    transfer = next(event for event in transaction["events"] if event["name"] == "Transfer")
    assert transfer["args"]["value"] == 25


def test_explain__refused__every_reason_and_exit_1(founded: Desk) -> None:
    people = founded.people
    ran = founded("explain", people.ana.address, people.emil.address, "101", "--class", "ORD")
    assert ran.code == Exit.REFUSED
    assert ran.data["passes"] is False
    assert {each["name"] for each in ran.data["refusals"]} == {"RECEIVER_CLAIMS", "BALANCE"}
    sentences = [each["sentence"] for each in ran.data["refusals"]]
    assert any("not attested as accredited" in sentence for sentence in sentences)
    ran = founded("explain", people.ana.address, people.ben.address, "100", "--class", "ORD")
    assert (ran.code, ran.data["passes"], ran.data["refusals"]) == (Exit.OK, True, [])


def test_explain__fewer_than_the_minimum_holding__says_how_many_it_takes(founded: Desk) -> None:
    token, ben = founded.suite.classes["ORD"].address, founded.people.ben.address
    founded.suite.rulebook.set_minimum_holding(token, 20).send(founded.people.compliance)
    said = founded.said("explain", founded.people.ana.address, ben, "5", "--class", "ORD").out
    assert "The minimum holding alone asks for at least 20." in said
    assert "The same transfer will not pass by waiting." in said


def test_explain__an_issue__largest_of_what_may_be_issued(founded: Desk) -> None:
    token, ben = founded.suite.classes["ORD"].address, founded.people.ben.address
    founded.suite.rulebook.authorise(token, 130).send(founded.people.compliance)
    ran = founded("explain", "--issue", ben, "50", "--class", "ORD")
    assert (ran.code, ran.data["kind"], ran.data["largest"]) == (Exit.REFUSED, "issue", 30)
    assert [each["name"] for each in ran.data["refusals"]] == ["AUTHORISED_SUPPLY"]
    assert founded("explain", "--issue", ben, "30", "--class", "ORD").code == Exit.OK
    for arguments in (("--issue", ben, ben, "5"), (ben, "5")):
        assert "with --issue, TO and AMOUNT" in founded("explain", *arguments, "--class", "ORD").error["message"]


def test_explain__bad_checksum__bad_input(founded: Desk) -> None:
    wrong = founded.people.ana.address.swapcase().replace("0X", "0x")
    ran = founded("explain", wrong, founded.people.ben.address, "1", "--class", "ORD")
    assert (ran.code, ran.error["type"]) == (Exit.BAD_INPUT, "InvalidAddress")


def test_transfer__refused__explained_and_not_sent(founded: Desk) -> None:
    people = founded.people
    ran = founded("transfer", people.emil.address, "1", "--class", "ORD", by=people.ana)
    assert ran.code == Exit.REFUSED
    assert ran.data["refusals"][0]["name"] == "RECEIVER_CLAIMS"
    assert units(founded, people.ana) == 100


def test_transfer__allowed__moves(founded: Desk) -> None:
    people = founded.people
    assert founded("transfer", people.ben.address, "30", "--class", "ORD", by=people.ana).code == Exit.OK
    assert (units(founded, people.ana), units(founded, people.ben)) == (70, 30)


def test_investor_add__facts_or_same_as__not_both(desk: Desk) -> None:
    for given in ((), ("--country", "CH", "--same-as", desk.people.ana.address)):
        ran = desk("investor", "add", desk.people.mallory.address, *given, by=desk.people.registrar)
        assert ran.code == Exit.BAD_INPUT


@pytest.mark.parametrize(
    "given", [("--country", "XX"), ("--country", "CH", "--claims", "rich"), ("--country", "CH", "--provider", "nobody")]
)
def test_investor_add__unknown_names__bad_input(desk: Desk, given: tuple[str, ...]) -> None:
    assert desk("investor", "add", desk.people.mallory.address, *given, by=desk.people.registrar).code == Exit.BAD_INPUT


def test_investor_add__then_show__facts_and_admission(desk: Desk) -> None:
    wallet = desk.people.mallory.address
    given = ("--country", "us", "--claims", "kyc,accredited", "--until", "2031-01-01")
    assert desk("investor", "add", wallet, *given, by=desk.people.registrar).code == Exit.OK
    shown = desk("investor", "show", wallet).data
    assert shown["claims"] == ["kyc", "accredited"]
    assert shown["investor"]["facts"]["country"] == 840
    assert shown["investor"]["facts"]["valid_until"] == 1_924_992_000 + 86_399  # the day counts, as in a list
    assert {each["class"]: each["admitted"] for each in shown["holdings"]} == {"ORD": True, "PREF": True}


def test_investor_add__known_wallet__says_how_facts_are_replaced(desk: Desk) -> None:
    error = desk("investor", "add", desk.people.ana.address, "--country", "CH", by=desk.people.registrar).error
    assert error["type"] == "AlreadyRegistered"
    assert "suite.registry.update" in error["message"]


def test_investor_add__same_as__joins(desk: Desk) -> None:
    people = desk.people
    assert (
        desk("investor", "add", people.mallory.address, "--same-as", people.ana.address, by=people.registrar).code == 0
    )
    assert set(desk("investor", "show", people.ana.address).data["investor"]["wallets"]) == {
        people.ana.address,
        people.mallory.address,
    }


def test_investor_show__unregistered__bad_input(desk: Desk) -> None:
    assert desk("investor", "show", desk.people.mallory.address).code == Exit.BAD_INPUT


def test_investor_show__locked_and_denied_and_not_admitted__in_words(founded: Desk) -> None:
    people, one, rules = founded.people, founded.suite.classes["ORD"], founded.suite.rulebook
    until = founded.chain.now() + 86_400
    rules.switch_lockups(one.address, on=True).send(people.compliance)
    rules.lock(one.address, people.ana.address, until=until, units=30).send(people.compliance)
    rules.deny([people.ana.address], reason="r").send(people.compliance)
    shown = founded("investor", "show", people.ana.address).data
    assert shown["denied"] == [people.ana.address]
    assert {each["class"]: len(each["locked"]) for each in shown["holdings"]} == {"ORD": 1, "PREF": 0}
    said = founded.said("investor", "show", people.ana.address).out
    assert f"ORD, {people.ana.address}: 30 locked until" in said
    assert f"{people.ana.address} is on the deny list." in said
    assert "Not frozen" in said
    assert "no: not attested as accredited" in founded.said("investor", "show", people.emil.address).out


def test_investor_import__bad_rows__every_line_named_and_nothing_sent(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "investors.csv"
    file.write_text("external_id,wallet,country,claims\na,0x12,CH,kyc\nb,,XX,rich\n", encoding="utf-8")
    ran = desk("investor", "import", file, by=desk.people.registrar)
    assert ran.code == Exit.BAD_INPUT
    assert "line 2" in ran.error["message"]
    assert "line 3" in ran.error["message"]


def test_investor_import__twice__the_second_time_nothing_is_new(desk: Desk, tmp_path: Path) -> None:
    people, file = desk.people, tmp_path / "investors.csv"
    lines = [
        f"ana,{people.ana.address},CH,kyc",
        f"mal,{people.mallory.address},DE,kyc",
        f"mal,{people.guardian.address},DE,kyc",
    ]
    file.write_text("external_id,wallet,country,claims\n" + "\n".join(lines) + "\n", encoding="utf-8")
    first = desk("investor", "import", file, by=people.registrar).data
    assert (first["rows"], first["registered_before"], first["new"], len(first["transactions"])) == (3, 1, 2, 1)
    second = desk("investor", "import", file, by=people.registrar).data
    assert (second["new"], second["transactions"]) == (0, [])
    assert len(desk.suite.registry.wallets(people.mallory.address)) == 2


def test_investor_import__says_otherwise_than_the_chain__each_difference_and_nothing_sent(
    desk: Desk, tmp_path: Path
) -> None:
    people, file = desk.people, tmp_path / "investors.csv"
    lines = [
        f"ana,{people.ana.address},FR,kyc accredited,2031-01-01",
        f"ben,{people.ben.address},DE,kyc,",
        f"ben,{people.chloe.address},DE,kyc,",
        f"mal,{people.mallory.address},DE,kyc,",
    ]
    file.write_text("external_id,wallet,country,claims,valid_until\n" + "\n".join(lines) + "\n", encoding="utf-8")
    ran = desk("investor", "import", file, by=people.registrar)
    assert (ran.code, ran.data["mode"], ran.data["new"]) == (Exit.DIFFERENCES, "not sent", 1)
    assert [(each["line"], each["about"], each["listed"], each["registered"]) for each in ran.data["differences"]] == [
        (2, "country", "France", "Switzerland"),
        (2, "claims", "kyc, accredited", "kyc"),
        (2, "valid until", "2031-01-01 23:59:59 UTC", "without end"),
        (4, "investor", f"the investor of {people.ben.address}", f"another one, {people.chloe.address}"),
        (4, "country", "Germany", "France"),
    ]
    assert desk.suite.registry.facts(people.mallory.address) is None


def test_investor_import__a_later_wallet_is_registered__the_first_joins_its_investor(
    desk: Desk, tmp_path: Path
) -> None:
    people, file = desk.people, tmp_path / "investors.csv"
    lines = [f"ana,{people.mallory.address},CH,kyc", f"ana,{people.ana.address},CH,kyc"]
    file.write_text("external_id,wallet,country,claims\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert desk("investor", "import", file, by=people.registrar).code == Exit.OK
    assert len(desk.suite.registry.wallets(people.ana.address)) == 2


def test_verify__as_deployed__no_difference(desk: Desk) -> None:
    ran = desk.run("verify", desk.record, "--rpc", "http://test.invalid", "--json")
    assert (ran.code, ran.data["differences"]) == (Exit.OK, [])
    assert ran.data["checks"] > 50


def test_verify__for_people__who_holds_what_and_warnings(desk: Desk) -> None:
    shown = desk.run("verify", desk.record, "--rpc", "http://test.invalid").out
    assert "guardian of the upgrader" in shown
    assert desk.people.enforcement.address in shown
    assert "3600 s" in shown
    assert f"! {desk.people.admin.address} is admin without a delay" in shown


def test_verify__powers_changed_since__exit_4(desk: Desk) -> None:
    desk.suite.classes["ORD"].issuance.set_rulebook("0x" + "00" * 20).send(desk.people.compliance)
    ran = desk.run("verify", desk.record, "--rpc", "http://test.invalid", "--json")
    assert ran.code == Exit.DIFFERENCES
    assert {each["area"] for each in ran.data["differences"]} == {"wiring"}


def test_doctor__fit__every_check_passes(desk: Desk) -> None:
    ran = desk("doctor", by=desk.people.issuer, send=False)
    found = {check["name"]: check for check in ran.data["checks"]}
    assert desk.people.issuer.address in found["Key"]["found"]
    for name in (
        "Artifacts",
        "Chain",
        "Cancun (TSTORE, TLOAD, MCOPY)",
        "Shanghai (PUSH0)",
        "Prague (EIP-2537)",
        "Events",
        "Balance",
    ):
        assert found[name]["ok"], found[name]


def coin_of(desk: Desk) -> str:
    data = load("TestCoin").encode_constructor(["Test Dollar", "TUSD", 6, 10**12])
    address = desk.chain.send(Transaction(to=None, data=data), desk.people.paying_agent).contract_address
    assert address is not None
    return address


def record_date_of(desk: Desk) -> int:
    second = desk.chain.now() + 1_000
    desk.suite.classes["ORD"].issuance.schedule_record_date(second).send(desk.people.issuer)
    return second


def test_payout__declared_claimed_pushed_reclaimed__reconciled(founded: Desk) -> None:
    people, desk = founded.people, founded
    desk("issue", people.ben.address, "200", "--class", "ORD", "--reason", "r", by=people.issuer)
    coin, second = coin_of(desk), record_date_of(desk)
    terms = ("--asset", coin, "--class", "ORD", "--record-date", second, "--deadline", second + 100_000)
    declared = desk("payout", "declare", "1000.5", *terms, by=people.paying_agent)
    assert declared.code == Exit.OK, declared.error
    assert len(declared.data["transactions"]) == 2  # the approval, then the declaration
    assert desk("payout", "status").data[0]["amount"] == 1_000_500_000
    assert desk("payout", "claim", 1, by=people.ana).error["type"] == "BeforeRecordDate"
    next_transaction_at(desk.chain, second)
    assert desk("payout", "claim", 1, by=people.ana).code == Exit.OK
    again = desk("payout", "claim", 1, by=people.ana)
    assert (again.code, again.error["type"]) == (Exit.REFUSED, "AlreadyPaid")
    assert desk("payout", "push", 1, by=people.paying_agent).code == Exit.OK
    status = desk("payout", "status", 1).data
    assert (status["entitled"], status["unclaimed"], status["dust"], status["differences"]) == (1_000_500_000, 0, 0, [])
    assert desk("payout", "push", 1, by=people.paying_agent).data["mode"] == "nothing to do"
    assert desk("payout", "reclaim", 1, by=people.paying_agent).error["type"] == "BeforeDeadline"
    next_transaction_at(desk.chain, second + 100_000)
    assert desk("payout", "reclaim", 1, by=people.paying_agent).code == Exit.OK
    assert desk("payout", "status", 9).error["type"] == "UnknownPayout"


def test_record_date__scheduled_and_passed__listed_with_the_supply(founded: Desk) -> None:
    people, desk = founded.people, founded
    second = desk.chain.now() + 1_000
    assert desk("record-date", "list", "--class", "ORD").data["record_dates"] == []
    assert desk("record-date", "schedule", "yesterday", "--class", "ORD", by=people.issuer).code == Exit.BAD_INPUT
    assert desk("record-date", "schedule", second, "--class", "ORD", by=people.ana).code == Exit.REFUSED
    assert desk("record-date", "schedule", second, "--class", "ORD", by=people.issuer).code == Exit.OK
    ahead = desk("record-date", "list", "--class", "ORD").data["record_dates"]
    next_transaction_at(desk.chain, second + 1)
    passed = desk("record-date", "list", "--class", "ORD").data["record_dates"]
    assert (ahead, passed) == ([{"record_date": second, "supply": None}], [{"record_date": second, "supply": 100}])


def test_vote__called_cast_decided__reconciled(founded: Desk, tmp_path: Path) -> None:
    people, desk = founded.people, founded
    second = record_date_of(desk)
    text = tmp_path / "accounts.txt"
    text.write_text("the accounts", encoding="utf-8")
    window = ("--record-date", second, "--opens", second + 10, "--closes", second + 10_000)
    agenda = ("--resolution", f"simple:{text}", "--resolution", "three-quarters", "--quorum", "50")
    assert (
        desk("vote", "call", "--class", "ORD", *window, "--resolution", "most", by=people.issuer).code == Exit.BAD_INPUT
    )
    assert desk("vote", "call", "--class", "ORD", *window, *agenda, by=people.issuer).code == Exit.OK
    assert desk("vote", "status", 1).data["meeting"]["resolutions"] == 2
    next_transaction_at(desk.chain, second + 10)
    assert desk("vote", "cast", 1, "for", by=people.ana).code == Exit.BAD_INPUT
    assert desk("vote", "cast", 1, "for", "maybe", by=people.ana).code == Exit.BAD_INPUT
    assert desk("vote", "cast", 1, "for", "against", by=people.ana).code == Exit.OK
    assert desk("vote", "cast", 1, "for", "for", by=people.ben).error["type"] == "NoVotes"
    next_transaction_at(desk.chain, second + 10_000)
    assert desk("vote", "decide", 1, by=people.mallory).code == Exit.OK
    status = desk("vote", "status", 1).data
    assert status["differences"] == []
    assert [each["passed"] for each in status["resolutions"]] == [True, False]
    assert status["ballots"][0]["choices"] == ["for", "against"]


def test_captable__now_and_at_a_record_date__counted_and_reconciled(founded: Desk) -> None:
    people, desk = founded.people, founded
    second = record_date_of(desk)
    next_transaction_at(desk.chain, second)
    desk("transfer", people.ben.address, "40", "--class", "ORD", by=people.ana)
    now = desk("captable").data
    assert {each["investor"]: each["units"] for each in now["holdings"]} == {
        people.ana.address: 60,
        people.ben.address: 40,
    }
    assert now["differences"] == []
    # The preferred class has no such record date: the refusal says so.
    assert desk("captable", "--at", second).error["type"] == "UnknownRecordDate"
    then = desk("captable", "--class", "ORD", "--at", second).data
    assert {each["investor"]: each["units"] for each in then["holdings"]} == {people.ana.address: 100}
    assert then["differences"] == []
    desk.suite.classes["PREF"].issuance.schedule_record_date(desk.chain.now() + 50).send(people.issuer)
    assert desk("captable", "--at", 5, "--block", 5).code == Exit.BAD_INPUT


def test_captable__one_class__part_of_the_company_counts_all_classes(founded: Desk) -> None:
    people, desk = founded.people, founded
    desk("issue", people.ben.address, "3", "--class", "PREF", "--reason", "r", by=people.issuer)
    second = record_date_of(desk)
    next_transaction_at(desk.chain, second + 1)
    for when in ((), ("--at", second)):  # the preferred class has no such record date, and is counted all the same
        shown = desk("captable", "--class", "ORD", *when).data
        assert [each["share_class"] for each in shown["classes"]] == ["ORD"]
        assert [(each["of_class"], each["of_company"]) for each in shown["holdings"]] == [("1", "100/103")]
    assert "--class" in desk("captable", "--class", "ORD", "--ocf", "package").error["message"]


def test_captable__csv_and_ocf__by_the_names_of_the_list(founded: Desk, tmp_path: Path) -> None:
    people, desk = founded.people, founded
    names = tmp_path / "investors.csv"
    names.write_text(f"external_id,wallet,country,name\nana,{people.ana.address},CH,=Ana\n", encoding="utf-8")
    arguments: list[Any] = ["captable", "--rpc", "http://test.invalid", "--record", desk.record, "--investors", names]
    ran = desk.run(*arguments, "--csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [(row["investor"], row["name"], row["units"]) for row in rows] == [("ana", "'=Ana", "100")]
    assert desk.run(*arguments, "--csv", "--json").code == Exit.BAD_INPUT
    assert desk.run(*arguments, "--ocf", tmp_path / "package", "--json").error["type"] == "InvalidInput"


def test_captable__another_chain__unavailable(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(_url: str, **_options: object) -> Chain:
        return LocalChain(accounts=1, chain_id=5)

    monkeypatch.setattr(_session, "connect", connect)
    ran = desk("captable")
    assert (ran.code, ran.error["type"]) == (Exit.CHAIN_UNAVAILABLE, "WrongChain")


def test_every_read__for_people__prints_no_json_and_no_traceback(founded: Desk) -> None:
    people = founded.people
    shared = ("--rpc", "http://test.invalid", "--record", founded.record)
    for arguments in (
        ("captable",),
        ("investor", "show", people.ana.address),
        ("explain", people.ana.address, people.emil.address, "500", "--class", "ORD"),
        ("payout", "status"),
        ("verify", founded.record, "--rpc", "http://test.invalid"),
        ("doctor",),
    ):
        ran = founded.run(*arguments, *(shared if arguments[0] not in ("verify",) else ()))
        assert ran.out.strip(), ran.err
        assert "Traceback" not in ran.out + ran.err
        assert not ran.out.lstrip().startswith("{")


def test_payout_and_vote__for_people__figures_and_a_tick(founded: Desk) -> None:
    people, desk = founded.people, founded
    coin, second = coin_of(desk), record_date_of(desk)
    terms = ("--asset", coin, "--class", "ORD", "--record-date", second, "--deadline", second + 100_000)
    window = ("--record-date", second, "--opens", second, "--closes", second + 10_000, "--resolution", "simple")
    shared = ("--rpc", "http://test.invalid", "--record", desk.record, "--yes")

    def do(*arguments: object, by: Signer) -> str:
        ran = desk.run(*arguments, *shared, env={"TOKENKIT_PRIVATE_KEY": desk.keys[by.address]})
        assert ran.code == Exit.OK, ran.err
        return ran.out

    assert "Let the payouts contract take" in do("payout", "declare", "70", *terms, by=people.paying_agent)
    assert "Call a meeting" in do("vote", "call", "--class", "ORD", *window, by=people.issuer)
    reading = shared[:-1]
    assert "70 TUSD" in desk.run("payout", "status", *reading).out
    assert "declared" in desk.run("payout", "status", 1, *reading).out
    assert "Votes until" in desk.run("vote", "status", 1, *reading).out
    next_transaction_at(desk.chain, second)
    assert "✓ Claim from payout 1" in do("payout", "claim", 1, by=people.ana)
    assert "✓ Vote in meeting 1" in do("vote", "cast", 1, "for", by=people.ana)
    assert "✓ Funded = paid + unclaimed + dust" in desk.run("payout", "status", 1, *reading).out
    shown = desk.run("vote", "status", 1, *reading).out
    assert "open" in shown
    assert "✓ The count from ballots and register agrees" in shown


def test_payout_declare__dry_run_before_the_approval__says_what_comes_first(founded: Desk) -> None:
    people, desk = founded.people, founded
    coin, second = coin_of(desk), record_date_of(desk)
    terms = ("--asset", coin, "--class", "ORD", "--record-date", second, "--deadline", second + 100_000)
    shared = (
        "--rpc",
        "http://test.invalid",
        "--record",
        desk.record,
        "--dry-run",
        "--account",
        people.paying_agent.address,
    )
    ran = desk.run("payout", "declare", "70", *terms, *shared)
    assert ran.code == Exit.OK, ran.err
    assert "once the approval is on the chain" in ran.out
    too_much = desk.run("payout", "declare", "7000000", *terms, *shared, "--json")
    assert (too_much.code, too_much.error["type"]) == (Exit.BAD_INPUT, "Underfunded")


def test_deploy__a_plan__recorded_verified_and_not_deployed_twice(
    run: Run, people: People, chain: DevelopmentChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_session, "connect", lambda *_, **__: chain)
    plan, record = tmp_path / "plan.toml", tmp_path / "plan.record.toml"
    names = {name: getattr(people, name).address for name in type(people).__dataclass_fields__}
    plan.write_text(PLAN.format(**names), encoding="utf-8")
    key = {"TOKENKIT_PRIVATE_KEY": f"0x{1:064x}"}
    shared = ("--rpc", "http://test.invalid", "--json")

    tried = run("deploy", plan, "--dry-run", *shared)
    assert [each["symbol"] for each in tried.data["classes"]] == ["ORD", "PREF"]
    assert tried.data["to_do"] == "all"
    assert not record.exists()
    assert run("deploy", plan, *shared, env=key).code == Exit.BAD_INPUT  # not confirmed
    assert run("deploy", plan, "--safe", tmp_path / "s.json", *shared, env=key).code == Exit.BAD_INPUT
    assert run("deploy", plan, "--yes", *shared).code == Exit.BAD_INPUT  # nobody to sign
    done = run("deploy", plan, "--yes", *shared, env=key)
    assert done.data["complete"]
    assert done.data["gas_used"] > 0
    block = chain.block().number
    again = run("deploy", plan, *shared)  # nothing to sign or to confirm
    assert (again.data["contracts"], chain.block().number) == (done.data["contracts"], block)
    assert (again.data["mode"], again.data["gas_used"]) == ("nothing to do", 0)
    assert again.data["steps_done_before"] == again.data["steps"] == len(Record.read(record).steps)
    half = Record.read(record)
    replace(half, steps=half.steps[:-1], complete=False).write(record)
    resumed = run("deploy", plan, "--yes", *shared, env=key).data
    assert (resumed["complete"], resumed["mode"]) == (True, "nothing to do")  # the last step was found done
    verified = run("verify", record, *shared)
    assert verified.code == Exit.OK
    assert {"role": "issuer", "account": people.issuer.address, "name": "", "delay": 0} in verified.data["holders"]
    shown = run("deploy", plan, "--rpc", "http://test.invalid").out.replace("\n", "")
    assert "Nothing to do" in shown
    assert f"tokenkit verify {record}" in shown
    assert run("deploy", plan, "--dry-run", "--json").data["to_do"] == "nothing"
    plan.write_text(plan.read_text(encoding="utf-8").replace('symbol = "ORD"', 'symbol = "ORX"'), encoding="utf-8")
    for more in (("--dry-run",), ()):
        error = run("deploy", plan, *shared, *more).error
        assert (error["type"], error["exit_code"]) == ("PlanChanged", Exit.BAD_INPUT)
    left_over = {"TOKENKIT_RECORD": str(record)}
    tried = run("deploy", plan, "--dry-run", "--json", env=left_over).data
    assert (tried["to_do"], f"{record}, which TOKENKIT_RECORD names" in tried["warnings"][0]) == ("all", True)
    refused = run("deploy", plan, *shared, env=left_over).error
    assert (refused["type"], "which TOKENKIT_RECORD names" in refused["message"]) == ("PlanChanged", True)


def test_deploy__dry_run__terms_and_rules_in_words_and_what_is_left_undone(
    run: Run, people: People, tmp_path: Path
) -> None:
    text = PLAN.format(**{name: getattr(people, name).address for name in type(people).__dataclass_fields__})
    plan = tmp_path / "plan.toml"
    plan.write_text(text, encoding="utf-8")
    tried = run("deploy", plan, "--dry-run", "--json").data
    assert not tried["warnings"]
    assert "may hold if attested as kyc" in tried["classes"][0]["sentences"][0]
    assert "may hold if attested as kyc" in run("deploy", plan, "--dry-run").out
    for account in (people.paying_agent.address, people.compliance.address):
        text = text.replace(f'holders = ["{account}"]', "holders = []")
    over = '[classes.rules.flow_back]\npairs = [{ from = "CH", to = "US" }]\nuntil = 2020-01-01T00:00:00Z\n'
    plan.write_text(f"{text}\n{over}", encoding="utf-8")
    vacant, idle, past = run("deploy", plan, "--dry-run", "--json").data["warnings"]
    assert "Nobody can change terms or rules" in vacant
    assert "Nobody can declare a payout" in idle
    assert past.startswith("PREF: rules.flow_back")


def test_deploy__nobody_to_sign__said_before_anybody_is_asked(run: Run, people: People, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN.format(**{name: getattr(people, name).address for name in type(people).__dataclass_fields__}))
    for more in ((), ("--yes",)):
        error = run("deploy", plan, "--rpc", "http://test.invalid", "--json", *more).error
        assert (error["type"], error["exit_code"]) == ("InvalidKey", Exit.BAD_INPUT)
        assert all(way in error["message"] for way in ("--keystore", "TOKENKIT_PRIVATE_KEY", "--account"))


def test_push__breaks_off__says_how_many_were_mined(founded: Desk) -> None:
    people, desk = founded.people, founded
    desk("issue", people.ben.address, "200", "--class", "ORD", "--reason", "r", by=people.issuer)
    coin, second = coin_of(desk), record_date_of(desk)
    terms = ("--asset", coin, "--class", "ORD", "--record-date", second, "--deadline", second + 100_000)
    desk("payout", "declare", "70", *terms, by=people.paying_agent)
    next_transaction_at(desk.chain, second)
    desk.chain.mine()
    payouts = desk.suite.payouts
    assert payouts is not None
    pages = payouts.push_pages(1, sender=people.paying_agent.address, page_size=1)
    session = _session.Session(Settings(json=True, yes=True))
    session.__dict__["signer"] = people.paying_agent
    with pytest.raises(NotAscending) as refused:
        session.carry_out([pages[0], pages[0]])
    assert "1 of 2 transactions were mined before" in sentence(refused.value)
