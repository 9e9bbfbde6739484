"""ERC-7943, final text: who may send and receive, what may move, what is frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import ANA, BEN, MAX_UNITS, moved

from tokenkit.reverts import AccessManagedUnauthorized, ERC20InvalidSender, ForcedToSelf, TransferRestricted
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

EXTREMES = (0, 1, ANA, MAX_UNITS, MAX_UNITS + 1, 2**256 - 1)
SPOILS = ("not registered", "expired", "provider revoked", "wrong country", "missing claim")


@pytest.mark.parametrize("who", ["mallory", "issuer", "compliance", "admin"])
def test_setFrozenTokens__by_another_than_enforcement__refused(stage: Stage, who: str) -> None:
    caller = getattr(stage.people, who)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, "setFrozenTokens", stage.people.ana.address, 1)


def test_setFrozenTokens__zero_address__refused(stage: Stage) -> None:
    with stage.refused(ERC20InvalidSender, sender=ZERO_ADDRESS):
        stage.token.send(stage.people.enforcement, "setFrozenTokens", ZERO_ADDRESS, 1)


def test_forcedTransfer__B13_to_the_same_wallet__refused(stage: Stage) -> None:
    ana = stage.people.ana
    stage.freeze_units(ana, ANA)
    with stage.refused(ForcedToSelf, account=ana.address):
        stage.token.send(stage.people.enforcement, "forcedTransfer", ana.address, ana.address, 1)


def test_forcedTransfer__receiver_that_cannot_receive__refused(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze(ben)
    assert stage.token.read("canReceive", ben.address) is False
    with stage.refused(TransferRestricted, code=3, account=ben.address, limit=0, actual=1):
        stage.token.send(stage.people.enforcement, "forcedTransfer", ana.address, ben.address, 1)


@pytest.mark.parametrize("amount", [0, 400, ANA, ANA + 1, 2**256 - 1])
def test_setFrozenTokens__any_amount__is_absolute_and_answers_yes(stage: Stage, amount: int) -> None:
    ana = stage.people.ana
    stage.freeze_units(ana, 250)
    receipt = stage.token.send(stage.people.enforcement, "setFrozenTokens", ana.address, amount)
    assert receipt.output == (1).to_bytes(32, "big")
    assert stage.said(receipt)[0] == ("Frozen", {"account": ana.address, "amount": amount})
    assert stage.token.read("getFrozenTokens", ana.address) == amount


def test_forcedTransfer__frozen_units__says_Frozen_then_Transfer_then_ForcedTransfer(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze_units(ana, ANA)
    receipt = stage.token.send(stage.people.enforcement, "forcedTransfer", ana.address, ben.address, 300)
    assert stage.said(receipt) == [
        ("Frozen", {"account": ana.address, "amount": ANA - 300}),
        ("TokensUnfrozen", {"userAddress": ana.address, "amount": 300}),
        moved(ana.address, ben.address, 300),
        ("ForcedTransfer", {"from": ana.address, "to": ben.address, "amount": 300}),
    ]
    assert (stage.units(ana, ben), stage.frozen_units(ana)) == ((ANA - 300, BEN + 300), ANA - 300)


@pytest.mark.parametrize("view", ["canSend", "canReceive"])
@pytest.mark.parametrize("how", SPOILS)
def test_canSend_and_canReceive__no_longer_admitted__no(stage: Stage, view: str, how: str) -> None:
    stage.spoil(stage.people.ana, how)
    assert stage.token.read(view, stage.people.ana.address) is False


@pytest.mark.parametrize("view", ["canSend", "canReceive"])
def test_canSend_and_canReceive__frozen_zero_and_unknown__no(stage: Stage, view: str) -> None:
    stage.freeze(stage.people.ana)
    for account in (stage.people.ana.address, ZERO_ADDRESS, stage.people.mallory.address, stage.token.address):
        assert stage.token.read(view, account) is False


@pytest.mark.parametrize("view", ["canSend", "canReceive"])
def test_canSend_and_canReceive__admitted__yes_whatever_it_holds_or_has_frozen(stage: Stage, view: str) -> None:
    """Quantities belong to canTransfer, as the standard says."""
    stage.freeze_units(stage.people.ana, ANA)
    for wallet in (stage.people.ana, stage.people.ben, stage.people.dora):
        assert stage.token.read(view, wallet.address) is True


def test_canSend__lapsed_where_terms_let_it_sell__yes_and_canReceive_no(stage: Stage) -> None:
    ana, compliance = stage.people.ana, stage.people.compliance
    groups = [{"claims": 1, "countries": []}]
    stage.registry.send(compliance, "setTerms", stage.token.address, 1, True, groups)
    stage.spoil(ana, "expired")
    assert stage.token.read("canSend", ana.address) is True
    assert stage.token.read("canReceive", ana.address) is False


@pytest.mark.parametrize("amount", EXTREMES)
def test_canTransfer__admitted_parties__ignores_the_plain_balance(stage: Stage, amount: int) -> None:
    ana, ben, dora = (one.address for one in (stage.people.ana, stage.people.ben, stage.people.dora))
    assert stage.token.read("canTransfer", ana, ben, amount) is True
    assert stage.token.read("canTransfer", dora, ben, amount) is True
    assert stage.token.read("canTransfer", ana, ana, amount) is True


@pytest.mark.parametrize(
    ("frozen", "amount", "allowed"),
    [(400, 600, True), (400, 601, False), (ANA, 0, True), (ANA, 1, False), (ANA + 5, 1, False), (400, ANA, False)],
)
def test_canTransfer__frozen_units__counts_them(stage: Stage, frozen: int, amount: int, allowed: bool) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze_units(ana, frozen)
    assert stage.token.read("canTransfer", ana.address, ben.address, amount) is allowed


@pytest.mark.parametrize("amount", [ANA + 1, MAX_UNITS + 1, 2**256 - 1])
def test_canTransfer__above_balance_with_frozen_units__no(stage: Stage, amount: int) -> None:
    """The amount exceeds the unfrozen units: the standard must not answer yes to more than it refuses for less."""
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze_units(ana, 400)
    assert stage.token.read("canTransfer", ana.address, ben.address, amount) is False


def test_canTransfer__pause_freeze_or_missing_admission__no(stage: Stage) -> None:
    ana, ben, mallory = (one.address for one in (stage.people.ana, stage.people.ben, stage.people.mallory))
    can = lambda sender, to: stage.token.read("canTransfer", sender, to, 1)  # noqa: E731
    assert (can(ana, mallory), can(mallory, ana)) == (False, False)
    assert (can(ZERO_ADDRESS, ana), can(ana, ZERO_ADDRESS), can(ZERO_ADDRESS, ZERO_ADDRESS)) == (False,) * 3
    stage.freeze(stage.people.ben)
    assert (can(ana, ben), can(ben, ana)) == (False, False)
    stage.freeze(stage.people.ben, False)
    stage.pause()
    assert can(ana, ben) is False


@pytest.mark.parametrize("mood", ["Reverting", "Burning", "Short", "Bombing", "Dirty"])
def test_views__external_rule_that_misbehaves__answer_no_and_never_revert(stage: Stage, mood: str) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    number = ("Content", "Refusing", "Reverting", "Burning", "Short", "Bombing", "Dirty").index(mood)
    rule = create(stage.chain, stage.people.deployer, "RuleStub", False)
    stage.rulebook.send(stage.people.compliance, "addRule", stage.token.address, rule.address)
    rule.send(ana, "setMood", number)
    assert stage.token.read("canTransfer", ana.address, ben.address, 1) is False
    assert stage.token.read("canTransfer", ana.address, ben.address, 2**256 - 1) is False
    assert stage.token.read("detectTransferRestriction", ana.address, ben.address, 1) == 200
    assert stage.token.read("canSend", ana.address) is True
    with stage.refused(TransferRestricted, code=200):
        stage.token.send(ana, "transfer", ben.address, 1)


@pytest.mark.parametrize("amount", [0, ANA, MAX_UNITS + 1, 2**256 - 1])
def test_views__under_every_rule_and_any_amount__never_revert(stage: Stage, amount: int) -> None:
    people, token = stage.people, stage.token.address
    holders = sorted((one.address for one in (people.ana, people.ben, people.chloe)), key=lambda one: int(one, 16))
    rules = [
        ("setHoldingCap", token, 10_000, 9_000),
        ("setInvestorLimit", token, 50, 2),
        ("setCountryLimits", token, [{"country": 756, "mask": 0, "claims": 0, "limit": 1}]),
        ("setGroupLimits", token, [{"country": 0, "mask": 1, "claims": 0, "limit": 1}]),
        ("count", token, 0, holders),
        ("setMinimumHolding", token, 7, True),
        ("setAuthorisedSupply", token, 1),
        ("setHoldingPeriod", token, 1_000, 1),
        ("setLots", token, people.ana.address, [{"units": 9, "acquired": 1, "until": 2**40 - 1}] * 16),
        ("setDenied", [people.ben.address], True, "Sanctions list"),
        ("setLockup", token, people.ana.address, 5, stage.chain.now() + 1_000),
        ("setFlowBack", token, 2**48 - 1, [{"from": 0, "to": 840}]),
    ]
    for function, *args in rules:
        stage.rulebook.send(people.compliance, function, *args)
    accounts = [ZERO_ADDRESS, people.ana.address, people.mallory.address]
    for sender in accounts:
        for to in accounts:
            stage.token.read("canTransfer", sender, to, amount)
            for kind in range(5):
                stage.token.read("explain", kind, people.mallory.address, sender, to, amount)
