"""setCompliance: which rulebook judges, and what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import (
    ANA,
    BEN,
    CHLOE,
    FORCED,
    GERMANY,
    ISSUE,
    JAPAN,
    KYC,
    PAPER,
    REASON,
    REDEEM,
    SWITZERLAND,
    TRANSFER,
)

from tokenkit.reverts import AccessManagedUnauthorized, InvalidRulebook, TransferRestricted
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from typing import Any

    from tests.contracts.rights_stage import Handle
    from tests.contracts.token.conftest import Stage

    from tokenkit.chain import Receipt

SUPPLY = ANA + BEN + CHLOE
ZERO_PARTY = {"wallet": ZERO_ADDRESS, "country": 0, "claims": 0, "units": 0, "held": 0}


def point(stage: Stage, rulebook: str) -> Receipt:
    return stage.token.send(stage.people.compliance, "setCompliance", rulebook)


@pytest.fixture
def rule(stage: Stage) -> Handle:
    """Add an external rule that notes every movement it is told."""
    stub = create(stage.chain, stage.people.deployer, "RuleStub", True)
    stage.rulebook.send(stage.people.compliance, "addRule", stage.token.address, stub.address)
    return stub


def told(stage: Stage, rule: Handle, receipt: Receipt) -> list[dict[str, Any]]:
    assert all(args["token"] == stage.token.address for _, args in stage.said(receipt, by=rule))
    return [dict(args["move"]) for _, args in stage.said(receipt, by=rule)]


@pytest.mark.parametrize("who", ["mallory", "issuer", "enforcement", "admin"])
def test_setCompliance__by_another_than_compliance__refused(stage: Stage, who: str) -> None:
    caller = getattr(stage.people, who)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, "setCompliance", ZERO_ADDRESS)


def test_setCompliance__account_without_code__refused(stage: Stage) -> None:
    mallory = stage.people.mallory.address
    with stage.refused(InvalidRulebook, rulebook=mallory):
        point(stage, mallory)


def test_setCompliance__contract_that_is_no_rulebook__refused(stage: Stage) -> None:
    with stage.refused(InvalidRulebook, rulebook=stage.registry.address):
        point(stage, stage.registry.address)


def test_setCompliance__rulebook_that_does_not_serve_the_class__refused(stage: Stage) -> None:
    office = create(stage.chain, stage.people.deployer, "RulebookOffice")
    other = create(stage.chain, stage.people.deployer, "Rulebook", stage.manager.address, office.address)
    with stage.refused(InvalidRulebook, rulebook=other.address):
        point(stage, other.address)


def test_setCompliance__zero__lifts_all_rules(stage: Stage) -> None:
    ana, dora, compliance = stage.people.ana, stage.people.dora, stage.people.compliance
    stage.rulebook.send(compliance, "setHoldingCap", stage.token.address, 10, 0)
    with stage.refused(TransferRestricted, code=40, account=dora.address, limit=10, actual=11):
        stage.token.send(ana, "transfer", dora.address, 11)
    receipt = point(stage, ZERO_ADDRESS)
    assert stage.said(receipt) == [("ComplianceAdded", {"compliance": ZERO_ADDRESS})]
    assert stage.token.read("compliance") == ZERO_ADDRESS
    stage.token.send(ana, "transfer", dora.address, 11)
    assert stage.units(dora) == (11,)
    assert stage.token.read("totalSupply") == SUPPLY


def test_setCompliance__rulebook__judges_from_then_on(stage: Stage) -> None:
    ana, dora, compliance = stage.people.ana, stage.people.dora, stage.people.compliance
    point(stage, ZERO_ADDRESS)
    stage.rulebook.send(compliance, "setHoldingCap", stage.token.address, 10, 0)
    receipt = point(stage, stage.rulebook.address)
    assert stage.said(receipt) == [("ComplianceAdded", {"compliance": stage.rulebook.address})]
    assert stage.token.read("compliance") == stage.rulebook.address
    assert stage.token.read("totalSupply") == SUPPLY
    with stage.refused(TransferRestricted, code=40, account=dora.address, limit=10, actual=11):
        stage.token.send(ana, "transfer", dora.address, 11)


# ── what a rule is told: the whole movement, as it was before it ─────────────────────────────────────────────────────────


def party(wallet: str, country: int, units: int, *, held: int | None = None, claims: int = KYC) -> dict[str, object]:
    return {
        "wallet": wallet,
        "country": country,
        "claims": claims,
        "units": units,
        "held": units if held is None else held,
    }


def test_transfer__with_a_rule__tells_it_the_whole_movement(stage: Stage, rule: Handle) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    receipt = stage.token.send(ana, "transfer", ben.address, 100)
    assert told(stage, rule, receipt) == [
        {
            "kind": TRANSFER,
            "operator": ana.address,
            "sameInvestor": False,
            "from": party(ana.address, SWITZERLAND, ANA),
            "to": party(ben.address, GERMANY, BEN),
            "units": 100,
            "supply": SUPPLY,
        }
    ]


def test_transferFrom__with_a_rule__names_the_spender(stage: Stage, rule: Handle) -> None:
    ana, ben, mallory = stage.people.ana, stage.people.ben, stage.people.mallory
    stage.token.send(ana, "approve", mallory.address, 100)
    (move,) = told(stage, rule, stage.token.send(mallory, "transferFrom", ana.address, ben.address, 100))
    assert (move["kind"], move["operator"]) == (TRANSFER, mallory.address)


def test_issue__with_a_rule__has_no_sender(stage: Stage, rule: Handle) -> None:
    ana, issuer = stage.people.ana, stage.people.issuer
    (move,) = told(stage, rule, stage.issue(ana, 100))
    assert (move["kind"], move["operator"], move["from"]) == (ISSUE, issuer.address, ZERO_PARTY)
    assert (move["to"], move["units"], move["supply"]) == (party(ana.address, SWITZERLAND, ANA), 100, SUPPLY)


def test_redeem__with_a_rule__has_no_receiver(stage: Stage, rule: Handle) -> None:
    ana, issuer = stage.people.ana, stage.people.issuer
    receipt = stage.token.send(issuer, "redeem", ana.address, 100, REASON, PAPER)
    (move,) = told(stage, rule, receipt)
    assert (move["kind"], move["operator"], move["to"]) == (REDEEM, issuer.address, ZERO_PARTY)
    assert (move["from"], move["units"], move["supply"]) == (party(ana.address, SWITZERLAND, ANA), 100, SUPPLY)


def test_forceTransfer__with_a_rule__is_told_as_forced(stage: Stage, rule: Handle) -> None:
    ana, ben, enforcement = stage.people.ana, stage.people.ben, stage.people.enforcement
    (move,) = told(stage, rule, stage.order("forceTransfer", ana.address, ben.address, 100))
    assert (move["kind"], move["operator"], move["units"]) == (FORCED, enforcement.address, 100)


@pytest.mark.parametrize("how", ["expired", "wrong country", "missing claim"])
def test_redeem__holder_whose_facts_changed__is_told_with_the_new_facts(stage: Stage, rule: Handle, how: str) -> None:
    ana, issuer = stage.people.ana, stage.people.issuer
    stage.spoil(ana, how)
    (move,) = told(stage, rule, stage.token.send(issuer, "redeem", ana.address, 1, REASON, PAPER))
    known = stage.registry.read("factsOf", ana.address)[0]
    assert (move["from"]["country"], move["from"]["claims"]) == (known["country"], known["claims"])


def test_transfer__between_wallets_of_one_investor__is_told_as_such(stage: Stage, rule: Handle) -> None:
    """The same investor's move is no increase (B15) and no new investor."""
    ana, spare = stage.people.ana, stage.spare
    stage.link(spare, ana)
    (move,) = told(stage, rule, stage.token.send(ana, "transfer", spare.address, 400))
    assert move["sameInvestor"] is True
    assert move["from"] == party(ana.address, SWITZERLAND, ANA)
    assert move["to"] == party(spare.address, SWITZERLAND, 0, held=ANA)
    (back,) = told(stage, rule, stage.token.send(spare, "transfer", ana.address, 100))
    assert back["from"] == party(spare.address, SWITZERLAND, 400, held=ANA)
    assert back["to"] == party(ana.address, SWITZERLAND, ANA - 400, held=ANA)


def test_transfer__to_another_investor_with_two_wallets__counts_both(stage: Stage, rule: Handle) -> None:
    ana, ben, spare = stage.people.ana, stage.people.ben, stage.spare
    stage.link(spare, ben)
    stage.token.send(ben, "transfer", spare.address, 200)
    (move,) = told(stage, rule, stage.token.send(ana, "transfer", spare.address, 7))
    assert move["sameInvestor"] is False
    assert move["to"] == party(spare.address, GERMANY, 200, held=BEN)


def test_transfer__B15_zero_units_and_to_oneself__pass_with_a_rule(stage: Stage, rule: Handle) -> None:
    """T-REX's compliance reverts on zero, so its tokens are not ERC-20."""
    ana, ben, issuer, enforcement = (
        stage.people.ana,
        stage.people.ben,
        stage.people.issuer,
        stage.people.enforcement,
    )
    stage.rulebook.send(stage.people.compliance, "setInvestorLimit", stage.token.address, 3, 0)
    stage.rulebook.send(stage.people.compliance, "count", stage.token.address, 0, holders(stage))
    counted = stage.rulebook.read("settingsOf", stage.token.address)["investorCount"]
    stage.token.send(ana, "transfer", stage.people.dora.address, 0)
    stage.token.send(ana, "transfer", ana.address, ANA)
    stage.token.send(issuer, "issue", ben.address, 0, REASON, PAPER)
    stage.token.send(issuer, "redeem", ben.address, 0, REASON, PAPER)
    stage.token.send(enforcement, "forceTransfer", ana.address, ben.address, 0, REASON, PAPER)
    assert stage.rulebook.read("settingsOf", stage.token.address)["investorCount"] == counted == 3
    assert stage.units(ana, ben) == (ANA, BEN)


def holders(stage: Stage) -> list[str]:
    people = stage.people
    return sorted((one.address for one in (people.ana, people.ben, people.chloe)), key=lambda one: int(one, 16))


def test_transfer__plain_registry_and_a_rule__tells_the_countries_of_that_registry(
    stage: Stage, rule: Handle, plain_registry: Handle
) -> None:
    """Not what the registry before it once said, nor its claims."""
    ana, ben, deployer = stage.people.ana, stage.people.ben, stage.people.deployer
    assert stage.row(ana)["country"] == SWITZERLAND
    plain_registry.send(deployer, "updateCountry", ana.address, JAPAN)
    (move,) = told(stage, rule, stage.token.send(ana, "transfer", ben.address, 100))
    assert move["from"] == party(ana.address, JAPAN, ANA, claims=0)
    assert move["to"] == party(ben.address, GERMANY, BEN, claims=0)
    receipt = stage.token.send(stage.people.issuer, "redeem", ana.address, 1, REASON, PAPER)
    assert told(stage, rule, receipt)[0]["from"] == party(ana.address, JAPAN, ANA - 100, claims=0)


def test_transfer__flow_back_under_a_plain_registry__looks_at_its_countries(
    stage: Stage, plain_registry: Handle
) -> None:
    ana, ben, deployer = stage.people.ana, stage.people.ben, stage.people.deployer
    pairs = [{"from": JAPAN, "to": GERMANY}]
    stage.rulebook.send(stage.people.compliance, "setFlowBack", stage.token.address, 2**48 - 1, pairs)
    stage.token.send(ana, "transfer", ben.address, 1)
    plain_registry.send(deployer, "updateCountry", ana.address, JAPAN)
    with stage.refused(TransferRestricted, code=44, account=ben.address, limit=JAPAN, actual=GERMANY):
        stage.token.send(ana, "transfer", ben.address, 1)


def test_transfer__rule_refuses__stops_with_its_code(stage: Stage, rule: Handle) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    verdict = {"code": 201, "account": ben.address, "limit": 5, "actual": 6, "largest": 5, "earliest": 0}
    rule.send(ana, "setVerdict", verdict)
    assert stage.codes(TRANSFER, ana, ana.address, ben.address, 6) == [201]
    with stage.refused(TransferRestricted, code=201, account=ben.address, limit=5, actual=6):
        stage.token.send(ana, "transfer", ben.address, 6)


def test_recover__with_rules__hands_the_lockup_on(stage: Stage) -> None:
    ana, ben, spare, compliance = stage.people.ana, stage.people.ben, stage.spare, stage.people.compliance
    until = stage.chain.now() + 5_000
    stage.rulebook.send(compliance, "setLockup", stage.token.address, ana.address, 600, until)
    stage.order("recover", ana.address, spare.address, ana.address)
    lock = stage.rulebook.read("lockOf", stage.token.address, spare.address)
    assert (lock["units"], lock["until"]) == (600, until)
    stage.token.send(spare, "transfer", ben.address, ANA - 600)
    assert stage.codes(TRANSFER, spare, spare.address, ben.address, 1) == [43]
