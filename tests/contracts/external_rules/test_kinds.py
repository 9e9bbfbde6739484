"""Every rule and every kind of movement, really sent: docs/rule-matrix.md says what happens, and this file that it does."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.contracts.external_rules.conftest import REASON
from tests.contracts.external_rules.rule_cases import CASES, Case
from tests.contracts.rights_stage import Handle

from tokenkit.restrictions import Restriction
from tokenkit.reverts import TransferRestricted
from tokenkit.rules import ALL_CLASSES
from tokenkit.transfers import Kind
from tokenkit.types import ZERO_ADDRESS, Address

if TYPE_CHECKING:
    from tests.contracts.external_rules.conftest import Stage

    from tokenkit.chain import Signer
    from tokenkit.operation import Operation

PAGE = Path(__file__).resolve().parents[3] / "docs" / "rule-matrix.md"
REFUSED, PASSES = "refused", "passes"
KINDS = (
    *("issue", "transfer", "transferFrom", "to own wallet", "to the same wallet", "no units"),
    *("redemption", "by order", "recovery"),
)
"""Headings of the page."""

_ROW = re.compile(r"^\| (.+?) \| (\d+) \| (.+) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One movement: who sends what, what it would move, and how the preflight is asked about it."""

    operation: Operation[None]
    signer: Signer
    kind: Kind | None
    """``None``: no preflight."""
    source: Address = ZERO_ADDRESS
    target: Address = ZERO_ADDRESS
    units: int

    def gains(self) -> dict[Address, int]:
        """Say what each wallet has more, or less, if it passes."""
        found = Counter({self.target: self.units})
        found[self.source] -= self.units
        return {wallet: units for wallet, units in found.items() if wallet != ZERO_ADDRESS}


def attempts(stage: Stage, case: Case) -> dict[str, Attempt]:
    """Give what is tried under the rule, by kind. The spender is a stranger."""
    ana, to, spender = stage.people.ana, case.receiver(stage), stage.people.mallory
    issuer, enforcement, units = stage.people.issuer, stage.people.enforcement, case.units
    shares, issuance = stage.ord.transfers, stage.ord.issuance

    def transfer(target: Signer, amount: int = units) -> Attempt:
        operation = shares.transfer(target.address, amount)
        a, b = ana.address, target.address
        return Attempt(operation=operation, signer=ana, kind=Kind.TRANSFER, source=a, target=b, units=amount)

    spend = shares.transfer_from(ana.address, to.address, units)
    order = issuance.force_transfer(ana.address, to.address, units, reason=REASON)
    new, held = (ana if case.about_giver else to).address, stage.units(ana)
    recover = issuance.recover(ana.address, stage.spare.address, ana.address, reason=REASON)
    issue, redeem = issuance.issue(new, units, reason=REASON), issuance.redeem(ana.address, units, reason=REASON)
    tried = (
        Attempt(operation=issue, signer=issuer, kind=Kind.ISSUE, target=new, units=units),
        transfer(to),
        replace(transfer(to), operation=spend, signer=spender),
        transfer(stage.second),
        transfer(ana),
        transfer(to, 0),
        Attempt(operation=redeem, signer=issuer, kind=Kind.REDEEM, source=ana.address, units=units),
        replace(transfer(to), operation=order, signer=enforcement, kind=Kind.FORCED),
        replace(transfer(stage.spare, held), operation=recover, signer=enforcement, kind=None),
    )
    return dict(zip(KINDS, tried, strict=True))


def documented() -> dict[str, tuple[int, dict[str, str]]]:
    """Read the page: code and outcomes by rule."""
    rows = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    return {name: (int(code), dict(zip(KINDS, cells.split(" | "), strict=True))) for name, code, cells in rows}


def foretold(token: Handle, attempt: Attempt) -> list[int]:
    """Return the codes that the preflights give, which must agree."""
    if attempt.kind is None:
        return []
    sender, move = attempt.signer.address, (attempt.source, attempt.target, attempt.units)
    codes = [each["code"] for each in token.read("explain", attempt.kind, sender, *move)]
    if attempt.kind is Kind.TRANSFER:
        assert token.read("detectTransferRestrictionFrom", sender, *move) == (codes or [0])[0]
        if sender == attempt.source:
            assert token.read("canTransfer", *move) is (not codes)
    return codes


def refusal(attempt: Attempt) -> list[int]:
    """Send a movement and return the code that refuses it, if one does."""
    try:
        attempt.operation.send(attempt.signer)
    except TransferRestricted as error:
        return [error.code]
    return []


def outcome(stage: Stage, case: Case, attempt: Attempt) -> str:
    """Send a movement, check what it changed and that the preflights said so; leave everything as it was."""
    token, before = Handle(stage.chain, "SecurityToken", stage.token), stage.chain.snapshot()
    codes, held = foretold(token, attempt), {wallet: token.read("balanceOf", wallet) for wallet in attempt.gains()}
    refused = refusal(attempt)
    assert refused in ([], [case.code])
    assert refused == codes
    for wallet, gain in attempt.gains().items():
        assert token.read("balanceOf", wallet) == held[wallet] + (0 if refused else gain)
    stage.chain.revert(before)
    return REFUSED if refused else PASSES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_rule__each_kind_of_movement__does_what_the_page_says(stage: Stage, case: Case) -> None:
    stage.ord.transfers.approve(stage.people.mallory.address, 2**96).send(stage.people.ana)
    case.switch_on(stage)
    assert {kind: outcome(stage, case, one) for kind, one in attempts(stage, case).items()} == documented()[case.name][
        1
    ]


def test_page__every_restriction_of_a_rule__has_its_row() -> None:
    assert {name: code for name, (code, _) in documented().items()} == {case.name: case.code for case in CASES}
    assert {case.code for case in CASES} == {code for code in Restriction if code >= Restriction.HOLDING_CAP}


def traces(stage: Stage) -> object:
    """What a rule could leave behind: settings, and the gas of a transfer of each class once its rows are as before."""
    ana, to = stage.people.ana, stage.people.ben.address
    classes = (stage.ord, stage.suite.token("PREF"))
    gas = [[one.transfers.transfer(to, 1).send(ana).receipt.gas_used for _ in range(2)][1] for one in classes]
    return gas, [stage.suite.rulebook.show(scope) for scope in (ALL_CLASSES, *(one.address for one in classes))]


def test_RUL_2__each_rule_on_and_off_again__settings_and_gas_as_if_it_had_never_been(stage: Stage) -> None:
    def left(case: Case) -> object:
        start = stage.chain.snapshot()
        case.switch_on(stage)
        case.switch_off(stage)
        found = traces(stage)
        stage.chain.revert(start)
        return found

    stage.suite.token("PREF").issuance.issue(stage.people.ana.address, 10, reason=REASON).send(stage.people.issuer)
    before = traces(stage)
    assert {case.name: left(case) for case in CASES} == {case.name: before for case in CASES}
