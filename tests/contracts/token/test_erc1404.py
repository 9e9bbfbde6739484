"""Preflight (ERC-1404, explain): a code other than 0 if and only if the movement is refused, for the first of its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import (
    ANA,
    BEN,
    CHLOE,
    FORCED,
    ISSUE,
    MAX_UNITS,
    PAPER,
    REASON,
    REDEEM,
    TRANSFER,
)

from tokenkit.reverts import (
    ERC20InsufficientBalance,
    ERC20InvalidReceiver,
    ERC20InvalidSender,
    ERC7943InsufficientUnfrozenBalance,
    ForcedToSelf,
    TransferRestricted,
)
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.contracts.token.conftest import Stage

    from tokenkit.chain import Signer
    from tokenkit.errors import Reverted

SUPPLY = ANA + BEN + CHLOE
DATES = 2**48 - 1


def nothing(_: Stage) -> None:
    """The stage as it is."""


def cap(stage: Stage) -> None:
    stage.rulebook.send(stage.people.compliance, "setHoldingCap", stage.token.address, BEN + 10, 0)


def share(stage: Stage) -> None:
    stage.rulebook.send(stage.people.compliance, "setHoldingCap", stage.token.address, 0, 3_000)


def count(stage: Stage) -> None:
    people = stage.people
    holders = sorted((one.address for one in (people.ana, people.ben, people.chloe)), key=lambda one: int(one, 16))
    stage.rulebook.send(people.compliance, "setInvestorLimit", stage.token.address, 3, 0)
    stage.rulebook.send(people.compliance, "count", stage.token.address, 0, holders)


def lockup(stage: Stage) -> None:
    args = (stage.token.address, stage.people.ana.address, ANA - 100, stage.chain.now() + 1_000)
    stage.rulebook.send(stage.people.compliance, "setLockup", *args)


def flow_back(stage: Stage) -> None:
    pairs = [{"from": 756, "to": 276}]
    stage.rulebook.send(stage.people.compliance, "setFlowBack", stage.token.address, DATES, pairs)


def external(stage: Stage) -> None:
    rule = create(stage.chain, stage.people.deployer, "RuleStub", True)
    stage.rulebook.send(stage.people.compliance, "addRule", stage.token.address, rule.address)
    rule.send(stage.people.deployer, "setMood", 2)  # reverting


def spender_frozen(stage: Stage) -> None:
    stage.freeze(stage.people.mallory)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A transfer, what was done before it, and the code of its first restriction."""

    code: int
    prepare: Callable[[Stage], object] = nothing
    sender: str = "ana"
    to: str = "ben"
    units: int = 100
    spender: str | None = None


CASES = {
    "passes": Case(code=0),
    "passes, zero units": Case(code=0, units=0),
    "passes, everything": Case(code=0, units=ANA),
    "passes, to oneself": Case(code=0, to="ana"),
    "passes, by a spender": Case(code=0, spender="mallory"),
    "passes, frozen units not needed": Case(code=0, prepare=lambda stage: stage.freeze_units(stage.people.ana, 900)),
    "passes, below the cap": Case(code=0, prepare=cap, units=10),
    "passes, below the share": Case(code=0, prepare=share, units=25),
    "passes, to a counted investor": Case(code=0, prepare=count),
    "passes, what is not locked": Case(code=0, prepare=lockup),
    "passes, against the flow": Case(code=0, prepare=flow_back, sender="ben", to="ana"),
    "passes, zero units under rules": Case(code=0, prepare=cap, units=0),
    "paused": Case(code=1, prepare=lambda stage: stage.pause()),
    "paused, zero units": Case(code=1, prepare=lambda stage: stage.pause(), units=0),
    "sender frozen": Case(code=2, prepare=lambda stage: stage.freeze(stage.people.ana)),
    "receiver frozen": Case(code=3, prepare=lambda stage: stage.freeze(stage.people.ben)),
    "spender frozen": Case(code=4, prepare=spender_frozen, spender="mallory"),
    "balance": Case(code=5, units=ANA + 1),
    "balance, above 96 bits": Case(code=5, units=MAX_UNITS + 1),
    "balance, all bits": Case(code=5, units=2**256 - 1),
    "balance, all bits under rules": Case(code=5, units=2**256 - 1, prepare=cap),
    "frozen units": Case(code=6, prepare=lambda stage: stage.freeze_units(stage.people.ana, 901)),
    "to nobody": Case(code=8, to=ZERO_ADDRESS),
    "receiver retired": Case(
        code=10,
        to="chloe",
        prepare=lambda stage: stage.order(
            "recover", stage.people.chloe.address, stage.spare.address, stage.people.chloe.address
        ),
    ),
    "sender not registered": Case(code=11, prepare=lambda stage: stage.spoil(stage.people.ana, "not registered")),
    "sender expired": Case(code=12, prepare=lambda stage: stage.spoil(stage.people.ana, "expired")),
    "sender's provider": Case(code=13, prepare=lambda stage: stage.spoil(stage.people.ana, "provider revoked")),
    "sender's country": Case(code=14, prepare=lambda stage: stage.spoil(stage.people.ana, "wrong country")),
    "sender's claims": Case(code=15, prepare=lambda stage: stage.spoil(stage.people.ana, "missing claim")),
    "sender retired": Case(
        code=16,
        units=0,
        prepare=lambda stage: stage.order(
            "recover", stage.people.ana.address, stage.spare.address, stage.people.ana.address
        ),
    ),
    "receiver not registered": Case(code=21, to="mallory"),
    "receiver expired": Case(code=22, prepare=lambda stage: stage.spoil(stage.people.ben, "expired")),
    "receiver's provider": Case(code=23, prepare=lambda stage: stage.spoil(stage.people.ben, "provider revoked")),
    "receiver's country": Case(code=24, prepare=lambda stage: stage.spoil(stage.people.ben, "wrong country")),
    "receiver's claims": Case(code=25, prepare=lambda stage: stage.spoil(stage.people.ben, "missing claim")),
    "holding cap": Case(code=40, prepare=cap, units=11),
    "holding share": Case(code=41, prepare=share, units=26),
    "investor count": Case(code=42, prepare=count, to="dora"),
    "lockup": Case(code=43, prepare=lockup, units=101),
    "flow-back": Case(code=44, prepare=flow_back),
    "external rule": Case(code=200, prepare=external),
}


def address(stage: Stage, who: str) -> str:
    return who if who.startswith("0x") else getattr(stage.people, who).address


def refusal_of(code: int) -> type[Reverted]:
    errors = {
        5: ERC20InsufficientBalance,
        6: ERC7943InsufficientUnfrozenBalance,
        7: ERC20InvalidSender,
        8: ERC20InvalidReceiver,
    }
    return errors.get(code, TransferRestricted)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_TOK_3_preflight__any_transfer__says_exactly_what_happens(stage: Stage, case: Case) -> None:
    case.prepare(stage)
    giver: Signer = getattr(stage.people, case.sender)
    to = address(stage, case.to)
    if case.spender is None:
        code = stage.token.read("detectTransferRestriction", giver.address, to, case.units)
        operator, call = giver, ("transfer", to, case.units)
    else:
        operator = getattr(stage.people, case.spender)
        stage.token.send(giver, "approve", operator.address, 2**256 - 1)
        args = (operator.address, giver.address, to, case.units)
        code = stage.token.read("detectTransferRestrictionFrom", *args)
        call = ("transferFrom", giver.address, to, case.units)
    verdicts = stage.token.read("explain", TRANSFER, operator.address, giver.address, to, case.units)
    codes = [verdict["code"] for verdict in verdicts]

    assert code == case.code == (codes[0] if codes else 0)
    refusing = set(codes) - {5}
    assert stage.token.read("canTransfer", giver.address, to, case.units) is (not refusing or refusing == {4})
    if code == 0:
        before = stage.token.read("balanceOf", to)
        stage.token.send(operator, *call)
        assert stage.token.read("balanceOf", to) == before + (case.units if to != giver.address else 0)
    else:
        with stage.refused(refusal_of(code)) as refusal:
            stage.token.send(operator, *call)
        assert getattr(refusal.error, "code", code) == code


@pytest.mark.parametrize("case", [name for name, case in CASES.items() if case.code not in (0, 5, 8)])
def test_explain__largest__is_the_most_that_passes(stage: Stage, case: str) -> None:
    """The largest amount passes and one more does not. (Beyond the limit of investors, all a holder has passes: it leaves.)"""
    tried = CASES[case]
    tried.prepare(stage)
    giver, to = getattr(stage.people, tried.sender), address(stage, tried.to)
    operator = giver if tried.spender is None else getattr(stage.people, tried.spender)
    verdicts = stage.token.read("explain", TRANSFER, operator.address, giver.address, to, tried.units)
    largest = min(verdict["largest"] for verdict in verdicts)
    codes = stage.codes(TRANSFER, operator, giver.address, to, largest)
    assert codes == [] if largest else set(codes) <= {verdict["code"] for verdict in verdicts}
    assert stage.codes(TRANSFER, operator, giver.address, to, largest + 1) != []


def test_explain__many_reasons__lists_them_all_in_order(stage: Stage) -> None:
    ana, ben, mallory = stage.people.ana, stage.people.ben, stage.people.mallory
    stage.freeze(ana)
    stage.freeze(mallory)
    stage.freeze(ben)
    cap(stage)
    lockup(stage)
    flow_back(stage)
    stage.update(ana, claims=0)
    stage.pause()
    assert stage.codes(TRANSFER, mallory, ana.address, ben.address, ANA) == [1, 4, 2, 15, 3, 40, 43, 44]
    assert stage.codes(TRANSFER, mallory, ZERO_ADDRESS, ZERO_ADDRESS, 1) == [1, 4, 7, 8]


@pytest.mark.parametrize(
    ("ordered", "code"),
    [
        ((ISSUE, ZERO_ADDRESS, "ana", 1), 0),
        ((ISSUE, ZERO_ADDRESS, "ana", MAX_UNITS - SUPPLY), 0),
        ((ISSUE, ZERO_ADDRESS, "ana", MAX_UNITS - SUPPLY + 1), 9),
        ((ISSUE, ZERO_ADDRESS, "mallory", 1), 21),
        ((ISSUE, ZERO_ADDRESS, ZERO_ADDRESS, 1), 8),
        ((REDEEM, "ana", ZERO_ADDRESS, ANA), 0),
        ((REDEEM, "ana", ZERO_ADDRESS, ANA + 1), 5),
        ((REDEEM, ZERO_ADDRESS, ZERO_ADDRESS, 0), 7),
        ((FORCED, "ana", "ben", ANA), 0),
        ((FORCED, "ana", "ana", 1), 8),
        ((FORCED, "ana", "mallory", 1), 21),
        ((FORCED, "ana", ZERO_ADDRESS, 1), 8),
        ((FORCED, ZERO_ADDRESS, "ben", 1), 7),
    ],
)
def test_TOK_3_explain__issue_redeem_and_orders__says_exactly_what_happens(
    stage: Stage, ordered: tuple[int, str, str, int], code: int
) -> None:
    """Paused, with ana frozen whole: neither stops these kinds."""
    kind, sender, to, units = ordered
    stage.freeze_units(stage.people.ana, ANA)
    stage.pause()
    office = stage.people.enforcement if kind == FORCED else stage.people.issuer
    giver, taker = address(stage, sender), address(stage, to)
    function, args = {
        ISSUE: ("issue", (taker, units)),
        REDEEM: ("redeem", (giver, units)),
        FORCED: ("forceTransfer", (giver, taker, units)),
    }[kind]
    codes = stage.codes(kind, office, giver, taker, units)
    assert (codes[0] if codes else 0) == code
    if code == 0:
        stage.token.send(office, function, *args, REASON, PAPER)
    else:
        expected = ForcedToSelf if sender == to and kind == FORCED else refusal_of(code)
        with reverts(expected):
            stage.token.send(office, function, *args, REASON, PAPER)


def test_explain__sender_of_an_issue_and_receiver_of_a_redemption__are_not_looked_at(stage: Stage) -> None:
    """Named as its own sender, a receiver would look like an investor that keeps what it has."""
    ana, issuer = stage.people.ana.address, stage.people.issuer
    cap(stage)
    assert stage.codes(ISSUE, issuer, ana, ana, 1) == stage.codes(ISSUE, issuer, ZERO_ADDRESS, ana, 1) == [40]
    assert stage.codes(REDEEM, issuer, ana, stage.people.mallory.address, 1) == []


MESSAGES = {
    0: "No restriction",
    1: "Transfers are paused",
    2: "The sender's wallet is frozen",
    3: "The receiver's wallet is frozen",
    4: "The spender's wallet is frozen",
    5: "The sender does not hold enough units",
    6: "Too many of the sender's units are frozen",
    7: "The sender is not a valid address",
    8: "The receiver is not a valid address",
    9: "More units than a token can count",
    10: "The receiver's wallet was lost and replaced",
    11: "The sender is not registered",
    12: "The sender has an expired registration",
    13: "The sender was attested by a provider that is not accepted",
    14: "The sender lives in a country that is not admitted",
    15: "The sender lacks a required claim",
    16: "The sender uses a wallet that was lost and replaced",
    17: "The sender is not verified by the registry",
    21: "The receiver is not registered",
    22: "The receiver has an expired registration",
    23: "The receiver was attested by a provider that is not accepted",
    24: "The receiver lives in a country that is not admitted",
    25: "The receiver lacks a required claim",
    26: "The receiver uses a wallet that was lost and replaced",
    27: "The receiver is not verified by the registry",
    40: "The receiver would hold more than the cap",
    41: "The receiver would hold more than its share of the supply",
    42: "There would be too many investors",
    43: "The sender's units are locked up",
    44: "Units may not flow to the receiver's country yet",
    45: "The receiver would hold more than the cap over all classes",
    46: "There would be too many investors over all classes",
    47: "There would be too many investors of one kind",
    48: "There would be too many investors of one kind",
    49: "There would be too many investors of one kind over all classes",
    50: "There would be too many investors of one kind over all classes",
    51: "There would be too few investors",
    52: "An investor would hold less than the minimum",
    53: "Only a whole position may be transferred",
    54: "The sender's units are in their holding period",
    55: "The receiver's wallet has too many lots",
    56: "A wallet is on the deny list",
    57: "More units than authorised",
    58: "The compliance contract refuses",
}


def test_messageForTransferRestriction__every_code__has_its_sentence(stage: Stage) -> None:
    for code in range(256):
        expected = MESSAGES.get(code, "An external rule refuses" if code >= 200 else "Unknown restriction code")
        assert stage.token.read("messageForTransferRestriction", code) == expected
