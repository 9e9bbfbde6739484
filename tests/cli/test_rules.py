"""``tokenkit rules``: shown in words, set with what contradicts itself refused, counted, and the rule contracts beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

from tokenkit.cli import _session
from tokenkit.cli._command import Settings
from tokenkit.cli._exits import Exit
from tokenkit.cli._refusals import told
from tokenkit.cli._rule_contracts import look, settle
from tokenkit.external import TradingHours as CalendarRule
from tokenkit.registry import Registry
from tokenkit.reverts import CountElsewhere, RegistriesDiffer, UnknownHolder
from tokenkit.rules import ALL_CLASSES, CountLimit, HoldingPeriod, Rules
from tokenkit.ruleset import Sanctions, TradingHours, TradingWindow, Vesting, VolumeLimit
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Desk


def rules_of(desk: Desk, *arguments: str) -> dict[str, object]:
    settings = desk("rules", "show", *arguments).data["settings"]
    assert isinstance(settings, dict)
    return settings


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("investors", "2", "--minimum", "3"), "At least 3 investors are asked for, but at most 2 allowed."),
        (("groups", "3:-retail"), "'retail' is not a claim of the plan."),
        (("groups", "3:retail"), "is no limit on investors"),
        (("groups", "0:-accredited"), "A limit of 0 investors means"),
        (("countries", "DE,XX", "3"), "XX"),
        (("countries", "CH,FR", "5@US:-accredited"), "names a country of its own beside CH,FR. Write LIMIT, with"),
        (("flow-back", "CHUS"), "is no pair of countries"),
        (("holding-period", "-1"), ""),
        (("supply", "1.5"), "1.5"),
    ],
)
def test_set__contradiction_or_slip__refused_and_nothing_sent(
    founded: Desk, arguments: tuple[str, ...], words: str
) -> None:
    height = founded.chain.block().number
    ran = founded("rules", "set", *arguments, "--class", "ORD", by=founded.people.compliance)
    assert ran.code == Exit.BAD_INPUT
    assert words in ran.out or words in ran.err
    assert founded.chain.block().number == height


def test_set__class_and_issuer__not_both(desk: Desk) -> None:
    ran = desk("rules", "set", "investors", "9", "--class", "ORD", "--issuer", by=desk.people.compliance)
    assert "not both" in ran.error["message"]


def test_set__wrong_office__named(desk: Desk) -> None:
    ran = desk("rules", "set", "supply", "900", "--class", "ORD", by=desk.people.issuer)
    assert (ran.code, ran.error["type"]) == (Exit.REFUSED, "AccessManagedUnauthorized")
    assert "It takes the office of compliance officer" in ran.error["message"]


def test_set__several_rules__each_the_difference_in_words(desk: Desk) -> None:
    def summary(*arguments: str) -> str:
        (sent,) = desk("rules", "set", *arguments, "--class", "ORD", by=desk.people.compliance).data["transactions"]
        return str(sent["summary"])

    cap = ("holding-cap", "--units", "500", "--percent", "9.75")
    assert summary(*cap) == (
        "Set holding cap of ORD: One investor may hold at most 500 units. One investor may hold at most 9.75 % of the supply."
    )
    assert summary("countries", "DE,FR", "149:-accredited").startswith("Set investors by country of ORD: In each of")
    assert "At most 35 investors not attested as accredited." in summary("groups", "35:-accredited")
    assert "all its units or none" in summary("minimum-holding", "10", "--whole-position")
    assert "for 365 days" in summary("holding-period", "365", "--exempt", "accredited")
    assert "Units may not go from any other country to" in summary("flow-back", "*:US", "--until", "2031-01-01")
    assert summary("countries", "DE", "off").endswith("not attested as accredited.")
    settings = desk.suite.rulebook.show(desk.suite.classes["ORD"].address)
    assert settings.holding_period == HoldingPeriod(seconds=365 * 86_400, exempt_claims=0b10)
    assert [one.rule for one in settings.country_limits] == [CountLimit(country=250, mask=2, claims=0, limit=149)]
    assert not settings.pending  # nothing is in issue
    again = desk("rules", "set", *cap, "--class", "ORD", by=desk.people.compliance).data
    assert (again["mode"], again["changes"]) == ("nothing to do", [])
    assert (
        desk("rules", "set", "holding-cap", "--class", "ORD", by=desk.people.compliance).data["changes"][0]["after"]
        == []
    )
    assert settings.token == desk.suite.classes["ORD"].address


def test_set__claim_that_nobody_has__warned_of(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Registry, "attested_claims", lambda *_, **__: 0b01)
    arguments = ("rules", "set", "groups", "9:+kyc,-accredited", "--issuer", "--dry-run")
    (warning,) = desk(*arguments, by=desk.people.compliance, send=False).data["warnings"]
    assert warning == "No investor has been attested as 'accredited' yet, which these settings look at."


def test_set__dry_run_and_safe__nothing_sent(desk: Desk, tmp_path: Path) -> None:
    height = desk.chain.block().number
    arguments = ("rules", "set", "supply", "900", "--class", "ORD")
    assert desk(*arguments, "--dry-run", by=desk.people.compliance, send=False).data["mode"] == "dry run"
    assert desk(*arguments, "--safe", tmp_path / "safe.json").data["mode"] == "safe"
    assert desk.chain.block().number == height


def test_lock_deny_and_back__on_the_chain(founded: Desk) -> None:
    officer, ana = founded.people.compliance, founded.people.ana.address
    token, rules = founded.suite.classes["ORD"].address, founded.suite.rulebook
    assert "needs an end" in founded("rules", "set", "lockup", ana, "5", "--class", "ORD", by=officer).error["message"]
    founded("rules", "set", "lockup", ana, "all", "--until", "2031-01-01", "--class", "ORD", by=officer)
    assert rules.lock_of(token, ana) is not None
    founded("rules", "set", "lockup", ana, "off", "--class", "ORD", by=officer)
    assert rules.lock_of(token, ana) is None
    founded("rules", "set", "deny", ana, "--reason", "Sanctioned", by=officer)
    assert rules.is_denied(ana)
    assert "Nobody on the deny list" in founded.said("rules", "show", "--class", "ORD").out
    founded("rules", "set", "allow", ana, "--reason", "Taken off", by=officer)
    assert not rules.is_denied(ana)


def test_deny__investor_with_several_wallets__all_of_them_and_all_listed(founded: Desk) -> None:
    people, officer, rules = founded.people, founded.people.compliance, founded.suite.rulebook
    ana, second, stranger = people.ana.address, "0x" + "a1" * 20, "0x" + "B2" * 20
    founded.suite.registry.link(second, ana).send(people.registrar)
    deny = ("rules", "set", "deny", ana, "--reason", "Sanctioned")
    only = founded(*deny, "--only", "--dry-run", by=officer, send=False).data
    assert "which are left out" in only["warnings"][0]
    assert "which are meant as well" in founded(*deny, by=officer).data["warnings"][0]
    assert rules.is_denied(second)
    warned = founded("rules", "set", "deny", stranger, "--reason", "Listed", by=officer).data["warnings"]
    assert warned == [f"{parse_address(stranger)} is not registered. Is it the right address?"]
    shown = founded("rules", "show", "--issuer").data["denied"]
    assert {one["wallet"]: one["reason"] for one in shown} == {
        ana: "Sanctioned",
        parse_address(second): "Sanctioned",
        parse_address(stranger): "Listed",
    }
    founded("rules", "set", "allow", second, "--reason", "Taken off", by=officer)
    assert [one.wallet for one in rules.denied()] == [parse_address(stranger)]


def test_add__rule_without_settings__warned_of_and_marked(desk: Desk) -> None:
    people, token = desk.people, desk.suite.classes["ORD"].address
    address = desk("rules", "deploy", "trading_hours", by=people.deployer).data["address"]
    desk("rules", "empower", address, by=people.admin)
    added = desk("rules", "add", address, "--class", "ORD", by=people.compliance).data["rule"]
    assert (added["idle"], added["sentence"]) == (True, "NO TRADING HOURS ARE SET, so it is always open.")
    windows = (TradingWindow(open=540, close=1_050), TradingWindow(open=6 * 1_440, close=7 * 1_440))
    CalendarRule(desk.chain, address).set_hours(token, windows, utc_offset=-3_600).send(people.compliance)
    (seen,) = desk("rules", "show", "--class", "ORD").data["contracts"]
    assert seen["sentence"] == "Units move Mon 09:00 to Mon 17:30, Sun 00:00 to Sun 24:00 (UTC-01:00) only."


def test_look__rule_contracts_that_nobody_set__said_and_idle(desk: Desk) -> None:
    session = _session.Session(Settings())
    session.__dict__ |= {"suite": desk.suite, "record": desk.suite.record, "chain": desk.chain}
    ordinary, preferred = (desk.suite.classes[symbol].address for symbol in ("ORD", "PREF"))
    said = {}
    for kind, scope in (("volume", ()), ("sanctions", ()), ("approval", ()), ("compliance", ("--class", "ORD"))):
        rule = desk("rules", "deploy", kind, *scope, by=desk.people.deployer).data["address"]
        seen = look(session, ordinary, rule, 0)
        said[kind] = (seen.idle, seen.sentence)
    assert said == {
        "volume": (True, "NO LIMIT IS SET, so it stops nothing."),
        "sanctions": (True, "NO ORACLE IS SET, so it stops nothing."),
        "approval": (False, "The company approves each transfer beforehand."),
        "compliance": (True, "NO COMPLIANCE CONTRACT IS SET, so it stops nothing."),
    }
    assert look(session, preferred, rule, 0).sentence.startswith(f"IT SERVES ANOTHER TOKEN, {ordinary}, so it refuses")
    other = look(session, ordinary, desk.suite.rulebook.address, 0)
    assert (other.name, other.sentence) == ("a contract that does not say what it is", "What it asks is not known.")


def test_count__holder_whom_the_registry_never_knew__what_to_do(founded: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, pref = founded.people.ana.address, founded.suite.classes["PREF"].address
    for error, words in (
        (UnknownHolder(ana), f"`tokenkit investor add {ana}`"),
        (RegistriesDiffer(pref), "or let PREF ask the same one"),
    ):
        monkeypatch.setattr(Rules, "recount", Mock(side_effect=error))
        message = founded("rules", "count", "--class", "ORD", by=founded.people.compliance).error["message"]
        assert words in message


def test_show__limit_that_waits__loud_until_counted(founded: Desk) -> None:
    officer = founded.people.compliance
    said = founded.said("rules", "set", "investors", "5", "--class", "ORD", by=officer).out
    assert "new limits on investors are in force only after" in said
    assert "Limits on the investors of ORD are NOT IN FORCE" in said
    assert "NOT IN FORCE: There may be at most 5 investors." in founded.said("rules", "show", "--class", "ORD").out
    assert founded("rules", "show", "--class", "ORD").data["pending"] is True
    tried = founded("rules", "count", "--class", "ORD", "--dry-run", by=officer, send=False).data
    assert (tried["mode"], tried["counted"]["investors"], tried["pending"]) == ("dry run", 1, True)
    ran = founded("rules", "count", "--class", "ORD", by=officer)
    assert (ran.code, ran.data["pending"], ran.data["settings"]["investor_count"]) == (Exit.OK, False, 1)
    assert "There may be at most 5 investors. (1 now)" in founded.said("rules", "show", "--class", "ORD").out
    said = founded.said("rules", "count", "--class", "ORD", by=officer).out
    assert "Nothing to do." in said
    assert "the counts are right" in said


def test_set__only_the_figure_changes__in_force_at_once_and_only_its_own_warnings(founded: Desk) -> None:
    officer, token = founded.people.compliance, founded.suite.classes["ORD"].address
    founded("rules", "set", "groups", "9:-accredited", "8:+kyc", "--class", "ORD", by=officer)
    founded("rules", "set", "investors", "5", "--class", "ORD", by=officer)
    founded("rules", "count", "--class", "ORD", by=officer)
    figure = founded("rules", "set", "investors", "1", "--class", "ORD", by=officer).data
    assert (figure["pending"], figure["not_in_force"]) == ([], [])
    assert "ORD has 1 investor already, and may have at most 1: nobody new can come in." in figure["warnings"]
    assert not any("in force only after" in one for one in figure["warnings"])
    other = founded("rules", "set", "supply", "100", "--class", "ORD", by=officer).data
    assert other["warnings"] == ["100 units of ORD are in issue already: no more can be issued."]
    swapped = founded("rules", "set", "groups", "7:+kyc", "9:-accredited", "--class", "ORD", by=officer).data
    assert swapped["pending"] == []  # each kept its place, and what was counted
    assert [one.rule.limit for one in founded.suite.rulebook.show(token).group_limits] == [9, 7]


def test_count__over_all_classes__in_force(founded: Desk) -> None:
    people = founded.people
    founded("issue", people.ben.address, "0.5", "--class", "PREF", "--reason", "r", by=people.issuer)
    founded("rules", "set", "groups", "7:-accredited", "--issuer", by=people.compliance)
    said = founded.said("rules", "count", "--issuer", "--dry-run", by=people.compliance, send=False).out
    assert "investors not attested as accredited" in said
    assert founded("rules", "count", "--issuer", by=people.compliance).data["counted"]["groups"] == [2]
    state = founded.suite.rulebook.show(ALL_CLASSES).group_limits[0]
    assert (state.count, state.counted) == (2, True)


def test_show__nothing_set__says_so(desk: Desk) -> None:
    assert "ORD: no rules." in desk.said("rules", "show", "--class", "ORD").out
    assert "all classes: no rules." in desk.said("rules", "show", "--issuer").out
    assert rules_of(desk, "--issuer")["investor_limit"] is None


def test_rule_contract__deployed_empowered_added__named_and_removed(desk: Desk) -> None:
    people = desk.people
    assert desk("rules", "deploy", "magic", by=people.deployer).code == Exit.BAD_INPUT
    address = desk("rules", "deploy", "spenders", by=people.deployer).data["address"]
    error = desk("rules", "empower", desk.suite.record.address("rulebook"), by=people.admin).error
    assert "none of tokenkit's rule contracts" in error["message"]
    desk("rules", "empower", address, by=people.admin)
    (sent,) = desk("rules", "add", address, "--class", "ORD", by=people.compliance).data["transactions"]
    assert sent["summary"] == f"Let ORD obey the rule contract {address} (Spenders)"
    said = desk.said("rules", "show", "--class", "ORD").out
    assert f"• Spenders ({address}): Nobody may move units for their holders but those who are allowed to." in said
    desk("rules", "remove", address, "--class", "ORD", by=people.compliance)
    assert desk("rules", "show", "--class", "ORD").data["contracts"] == []


@pytest.mark.parametrize(("position", "words"), [(0, "it begins anew"), (600, "seen 600 holders")])
def test_told__count_interrupted_or_under_way__what_to_do(position: int, words: str) -> None:
    found = told(CountElsewhere(position), _session.Session(Settings()))
    assert found is not None
    assert words in found.sentence


def test_settle__wishes_for_rule_contracts__set_once_and_named_where_they_are_missing(desk: Desk) -> None:
    people, token = desk.people, desk.suite.classes["ORD"].address
    session = _session.Session(Settings())
    session.__dict__ |= {"suite": desk.suite, "record": desk.suite.record, "chain": desk.chain}
    wishes = (
        VolumeLimit(bps=100, window=90 * 86_400),
        TradingHours(utc_offset=3_600, windows=(TradingWindow(open=540, close=1_050),)),
        Vesting(),
        Sanctions(oracle=people.mallory.address),
    )
    missing = settle(session, token, wishes, decimals=0)
    assert (len(missing.operations), len(missing.missing)) == (0, 4)
    assert "`tokenkit rules deploy sanctions`" in missing.missing[-1]
    for kind in ("volume", "hours", "vesting"):
        address = desk("rules", "deploy", kind, by=people.deployer).data["address"]
        desk("rules", "empower", address, by=people.admin)
        desk("rules", "add", address, "--class", "ORD", by=people.compliance)
    found = settle(session, token, wishes[:3], decimals=0)
    assert (len(found.operations), found.missing, found.by_hand) == (2, [], [])
    for operation in found.operations:
        operation.send(people.compliance)
    assert settle(session, token, wishes[:3], decimals=0).operations == []
    volume, _, vesting = desk("rules", "show", "--class", "ORD").data["contracts"]
    assert volume["sentence"] == "One investor may transfer at most 1 % of the supply within 90 days."
    assert vesting["sentence"] == "Units that were granted to somebody can be transferred as they vest."
    of_some = settle(session, token, (VolumeLimit(bps=100, window=60, of_claims=0b10),), decimals=0)
    assert "set the limit of each attested as accredited" in of_some.by_hand[0]
