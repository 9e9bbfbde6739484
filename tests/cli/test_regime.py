"""``tokenkit regime``: listed, shown, applied with the difference in words; the Howey questionnaire saved and put on the chain."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tokenkit.cli import regime_howey
from tokenkit.cli._exits import Exit
from tokenkit.regimes import catalogue
from tokenkit.regimes.howey import answers_from_toml, questions
from tokenkit.rules import CountLimit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Desk, Run


def test_list_and_show__every_regime__with_sources_and_gaps(run: Run) -> None:
    listed = json.loads(run("regime", "list", "--json").out)["data"]["regimes"]
    assert [one["id"] for one in listed] == [one.id for one in catalogue()]
    for one in catalogue():
        shown = run("regime", "show", one.id).out
        assert one.title in shown
        assert "It leaves to you" in shown
        assert "Not legal advice" in shown
    data = json.loads(run("regime", "show", "reg-d-506b", "--json").out)["data"]
    assert next(each["name"] for each in data["parameters"]) == "non_accredited"
    assert run("regime", "show", "reg-z").code == Exit.BAD_INPUT


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("reg-z",), "There is no regime 'reg-z'"),
        (("reg-d-506b", "--set", "colour=red"), "'colour=red' sets nothing that reg-d-506b has to be told"),
        (("reg-d-506b", "--set", "non_accredited=36"), "are too many"),
        (("reg-d-506b", "--set", "non_accredited=many"), "give a whole number"),
        (("reg-d-506b", "reg-d-506b"), "named twice"),
    ],
)
def test_apply__wrong__refused_and_nothing_sent(desk: Desk, arguments: tuple[str, ...], words: str) -> None:
    height = desk.chain.block().number
    ran = desk("regime", "apply", *arguments, "--class", "ORD", by=desk.people.compliance)
    assert ran.code == Exit.BAD_INPUT
    assert words in ran.error["message"]
    assert desk.chain.block().number == height


def test_apply__contradiction_with_the_chain__refused_in_words(desk: Desk) -> None:
    token, officer = desk.suite.classes["ORD"].address, desk.people.compliance
    desk.suite.rulebook.limit_investors(token, None, minimum=2_001).send(officer)
    ran = desk("regime", "apply", "us-12g", "--class", "ORD", by=officer)
    assert ran.code == Exit.BAD_INPUT
    assert "At least 2,001 investors are asked for, but at most 1,999 allowed." in ran.error["message"]
    assert desk.suite.rulebook.show(token).investor_limit is None


def test_apply__dry_run__the_difference_in_words_and_nothing_sent(founded: Desk) -> None:
    height, officer = founded.chain.block().number, founded.people.compliance
    arguments = ("regime", "apply", "reg-d-506b", "--set", "non_accredited=10", "--class", "ORD", "--dry-run")
    (change,) = founded(*arguments, by=officer, send=False).data["changes"]
    assert (change["setting"], change["over_all"], change["before"]) == ("group_limits", False, [])
    assert change["after"] == ["At most 10 investors not attested as accredited."]
    said = founded.said(*arguments, by=officer, send=False).out
    assert "ORD: investors by group" in said
    assert "+ At most 10 investors not attested as accredited." in said
    assert "in force only after" in said
    assert "Not legal advice" in said
    assert founded.chain.block().number == height


def test_apply__sent_again_and_replaced__stricter_stays_or_not(desk: Desk) -> None:
    officer, token, rules = desk.people.compliance, desk.suite.classes["ORD"].address, desk.suite.rulebook
    apply = ("regime", "apply", "reg-d-506b", "--class", "ORD")
    desk("rules", "set", "investors", "50", "--class", "ORD", by=officer)
    assert desk(*apply, "--set", "reg-d-506b.non_accredited=10", by=officer).data["mode"] == "sent"
    limit = CountLimit(country=None, mask=0b10, claims=0, limit=10)
    assert [one.rule for one in rules.show(token).group_limits] == [limit]
    assert desk(*apply, by=officer).data["mode"] == "nothing to do"  # 35 is laxer than what is there
    replaced = desk(*apply, "--replace", by=officer).data["changes"]
    assert {each["setting"] for each in replaced} == {"investors", "group_limits"}
    settings = rules.show(token)
    assert (settings.investor_limit, settings.group_limits[0].rule.limit) == (None, 35)


def test_apply__a_rule_contract_is_needed__says_how_and_sets_it_once_it_is_there(desk: Desk) -> None:
    people, token = desk.people, desk.suite.classes["ORD"].address
    apply = ("regime", "apply", "ch-vinkulierung", "--class", "ORD")
    ran = desk(*apply, by=people.compliance)
    assert ran.code == Exit.NOT_IN_FORCE
    (missing,) = ran.data["not_in_force"]
    assert "tokenkit rules deploy approval" in missing
    assert any(
        "Sources not fully read: Swiss Code of Obligations, Articles 685d to 685g" in note for note in ran.data["notes"]
    )
    address = desk("rules", "deploy", "approval", by=people.deployer).data["address"]
    desk("rules", "empower", address, by=people.admin)
    desk("rules", "add", address, "--class", "ORD", by=people.compliance)
    assert desk(*apply, by=people.compliance).data["mode"] == "sent"
    again = desk(*apply, by=people.compliance)
    assert (again.code, again.data["mode"], again.data["not_in_force"]) == (Exit.OK, "nothing to do", [])
    assert desk.suite.rulebook.show(token).external_rules == (address,)


def test_apply__on_top_of_a_counted_group_limit__leaves_it_in_force(founded: Desk) -> None:
    officer, token = founded.people.compliance, founded.suite.classes["ORD"].address
    founded("rules", "set", "groups", "500@US:+kyc", "--class", "ORD", by=officer)
    founded("rules", "count", "--class", "ORD", by=officer)
    before = founded.suite.rulebook.show(token)
    assert not before.pending
    assert founded("regime", "apply", "ch-vinkulierung", "--class", "ORD", by=officer).data["changes"] == []
    assert founded.suite.rulebook.show(token) == before
    ran = founded("regime", "apply", "reg-d-506b", "--class", "ORD", by=officer)
    assert (ran.code, [one["setting"] for one in ran.data["changes"]]) == (Exit.NOT_IN_FORCE, ["group_limits"])
    assert [one.counted for one in founded.suite.rulebook.show(token).group_limits] == [True, False]
    assert "`tokenkit rules count --class ORD`" in ran.data["not_in_force"][0]


def test_apply__replace_in_one_class__leaves_what_holds_over_all(desk: Desk) -> None:
    officer, rules = desk.people.compliance, desk.suite.rulebook
    desk("rules", "set", "investors", "90", "--issuer", by=officer)
    desk("regime", "apply", "us-12g", "--replace", "--class", "ORD", by=officer)
    assert rules.show().investor_limit == 90


def test_apply__terms_that_holders_do_not_meet__says_how_many_and_how_much(founded: Desk) -> None:
    arguments = ("regime", "apply", "reg-d-506c", "--class", "ORD", "--dry-run")
    warnings = founded(*arguments, by=founded.people.compliance, send=False).data["warnings"]
    assert any(one.startswith("1 investor of ORD (100 units) would no longer be admitted.") for one in warnings)


@pytest.mark.parametrize("more", [(), ("--replace",)])
def test_apply__terms__whether_lapsed_holders_may_sell_stays(desk: Desk, more: tuple[str, ...]) -> None:
    officer, registry, token = desk.people.compliance, desk.suite.registry, desk.suite.classes["ORD"].address
    registry.set_terms(token, replace(registry.terms(token), lapsed_may_sell=True)).send(officer)
    apply = ("regime", "apply", "reg-d-506c", "--class", "ORD", *more)
    assert [one["setting"] for one in desk(*apply, by=officer).data["changes"]] == ["terms"]
    assert registry.terms(token).lapsed_may_sell
    assert desk(*apply, by=officer).data["mode"] == "nothing to do"


def test_apply__more_flow_back_than_fits__names_the_rule_of_the_class_and_the_way_out(desk: Desk) -> None:
    officer = desk.people.compliance
    desk("rules", "set", "flow-back", "CH:US", "*:DE", "CH:FR", "--class", "ORD", by=officer)
    apply = ("regime", "apply", "reg-s", "--class", "ORD", "--set", "home=CH", "--set", "category=3")
    ran = desk(*apply, "--set", "us_persons=true", "--set", "closes=2031-01-31", by=officer)
    assert ran.code == Exit.BAD_INPUT
    message = ran.error["message"]
    assert message.startswith("reg-s cannot be put on top of what ORD has.")
    assert "from Switzerland to" in message
    assert "`tokenkit rules set … off --class ORD`" in message


def test_howey__form_then_answers__saved_hashed_and_on_the_chain(desk: Desk, tmp_path: Path) -> None:
    form, out = tmp_path / "answers.toml", tmp_path / "paper"
    assert desk.run("regime", "howey", "--form", form).code == Exit.OK
    assert "there already" in desk.run("regime", "howey", "--form", form).err
    given = ("regime", "howey", "--answers", form, "--out", out, "--class", "ORD")
    assert "still the form's" in desk(*given, by=desk.people.issuer).error["message"]
    filled = form.read_text(encoding="utf-8").replace("(name of the instrument)", "Shares")
    form.write_text(filled.replace('answer = "unknown"', 'answer = "yes"'), encoding="utf-8")
    assert "Give --uri" in desk(*given, by=desk.people.issuer).error["message"]
    data = desk(*given, "--document", "howey", "--uri", "ipfs://x", by=desk.people.issuer).data
    assert (data["outcome"], data["mode"]) == ("likely", "sent")
    digest = hashlib.sha256(out.with_suffix(".md").read_bytes())
    assert data["sha256"] == f"0x{digest.hexdigest()}"
    found = desk.suite.classes["ORD"].documents.get("howey")
    assert found is not None
    assert found.document_hash == digest.digest()
    assert digest.hexdigest() in desk.run("regime", "howey", "--answers", form, "--out", out).out
    form.write_text(filled, encoding="utf-8")  # everything unknown again
    assert "paper.md is there already" in desk.run("regime", "howey", "--answers", form, "--out", out).err
    assert hashlib.sha256(out.with_suffix(".md").read_bytes()).digest() == digest.digest()
    said = desk.run("regime", "howey", "--answers", form, "--out", tmp_path / "open").out
    assert said.count("a reasonable expectation of profit") == 1


def test_howey__nobody_to_ask__bad_input(run: Run) -> None:
    ran = run("regime", "howey")
    assert ran.code == Exit.BAD_INPUT
    assert "--answers" in ran.err


def test_howey__asked__answers_are_saved_too(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regime_howey, "_somebody_there", lambda: True)
    replies = ["Shares", "Counsel", *(line for at, _ in enumerate(questions()) for line in ("no" if at else "N", ""))]
    ran = run("regime", "howey", "--out", tmp_path / "paper", stdin="\n".join(replies) + "\n")
    assert ran.code == Exit.OK, ran.err
    assert "unlikely" in ran.out
    assert "()" not in ran.out
    before = (tmp_path / "paper.md").read_bytes()
    assert "paper.md is there already" in run("regime", "howey", "--out", tmp_path / "paper").err  # nobody is asked
    assert (tmp_path / "paper.md").read_bytes() == before
    answers = answers_from_toml(tmp_path / "paper.toml")
    assert (answers.subject, answers.by, len(answers.given)) == ("Shares", "Counsel", len(questions()))
