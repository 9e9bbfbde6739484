"""The deny list, the minimum holding, whole positions and the authorised supply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.compliance_stage import Code, Kind
from tests.contracts.rights_stage import deploy

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage

    from tokenkit.chain import Receipt, Signer


@pytest.fixture
def held(stage: Stage) -> Stage:
    """Give the stage with ana holding 100 in two wallets (70 and 30) and ben 50; cleo holds nothing."""
    for one in (stage.ana, stage.ben, stage.cleo):
        stage.register(one)
    stage.link(stage.dora, stage.ana)
    stage.hold({stage.ana: 70, stage.dora: 30, stage.ben: 50})
    return stage


def deny(stage: Stage, *wallets: Signer, denied: bool = True) -> Receipt:
    addresses = [one.address for one in wallets]
    return stage.rulebook.send(stage.officer, "setDenied", addresses, denied, "Sanctions list")


def refusal(code: Code, account: Signer, limit: int, actual: int, largest: int = 0) -> dict[str, object]:
    return {
        "code": code,
        "account": account.address,
        "limit": limit,
        "actual": actual,
        "largest": largest,
        "earliest": 0,
    }


@pytest.mark.parametrize(("function", "args"), [("setMinimumHolding", (1, True)), ("setAuthorisedSupply", (1,))])
def test_bounds__token_not_bound__refused(stage: Stage, function: str, args: tuple[object, ...]) -> None:
    for stranger in (deploy(stage.chain, stage.admin, "RecordingToken").address, ZERO_ADDRESS):
        with stage.nothing_changes(), reverts(errors.TokenNotBound, token=stranger):
            stage.rule(function, *args, scope=stranger)


def test_setDenied__zero_address__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.ZeroAddress):
        stage.rulebook.send(stage.officer, "setDenied", [stage.ana.address, ZERO_ADDRESS], True, "Sanctions list")


def test_DEN_1__denied__gives_and_receives_nothing_in_any_class(held: Stage) -> None:
    held.hold({held.ben: 5}, token=held.preferred)
    receipt = deny(held, held.ben)
    assert [(event.name, dict(event.args)) for event in held.rulebook.events(receipt)] == [
        ("DeniedSet", {"wallet": held.ben.address, "denied": True, "reason": "Sanctions list"}),
        ("DenyListSwitched", {"on": True}),
    ]
    for token in (held.common, held.preferred):
        expected = [refusal(Code.DENIED, held.ben, 0, 1)]
        assert held.explain(Kind.TRANSFER, held.ben, held.ana, 1, token=token) == expected
        assert held.explain(Kind.TRANSFER, held.ana, held.ben, 1, token=token) == expected
        assert held.explain(Kind.ISSUE, None, held.ben, 1, token=token) == expected
    with held.nothing_changes(), reverts(errors.TransferRestricted, code=Code.DENIED, account=held.ben.address):
        held.transfer(held.ben, held.ana, 1)
    held.redeem(held.ben, 1)
    held.force(held.ben, held.ana, 1)


def test_DEN_1__denied_spender__moves_nothing_for_others(held: Stage) -> None:
    deny(held, held.cleo)
    move = dict(held.common.read("moveOf", int(Kind.TRANSFER), held.ana.address, held.ben.address, 1))
    assert held.common.read("check", move)[0]["code"] == 0
    verdict, _ = held.common.read("check", {**move, "operator": held.cleo.address})
    assert (verdict["code"], verdict["account"]) == (Code.DENIED, held.cleo.address)


def test_DEN_1__taken_off_or_switched_off__free_again(held: Stage) -> None:
    deny(held, held.ben, held.cleo)
    deny(held, held.cleo, denied=False)
    held.transfer(held.ana, held.cleo, 1)
    held.rulebook.send(held.officer, "switchDenyList", False)
    held.transfer(held.ben, held.cleo, 1)
    assert held.rulebook.read("isDenied", held.ben.address)  # it is only not looked at
    held.rulebook.send(held.officer, "switchDenyList", True)
    with held.nothing_changes(), reverts(errors.TransferRestricted, code=Code.DENIED):
        held.transfer(held.ben, held.cleo, 1)


def test_DEN_1__token_bound_later__looks_at_the_list_too(held: Stage) -> None:
    deny(held, held.ben)
    third = deploy(held.chain, held.admin, "RecordingToken")
    held.rulebook.send(held.officer, "bindToken", third.address)
    third.send(held.admin, "ask", held.registry.address, held.rulebook.address)
    assert held.settings(third)["denyList"]
    with held.nothing_changes(), reverts(errors.TransferRestricted, code=Code.DENIED):
        held.issue(held.ben, 1, token=third)


def test_MIN_1__less_than_the_minimum_on_either_side__refused(held: Stage) -> None:
    held.rule("setMinimumHolding", 20, False)
    assert held.explain(Kind.ISSUE, None, held.cleo, 19) == [refusal(Code.MINIMUM_HOLDING, held.cleo, 20, 19)]
    assert held.explain(Kind.TRANSFER, held.ben, held.cleo, 19) == [refusal(Code.MINIMUM_HOLDING, held.cleo, 20, 19)]
    assert held.explain(Kind.TRANSFER, held.ben, held.cleo, 31) == [refusal(Code.MINIMUM_HOLDING, held.ben, 20, 19, 30)]
    held.transfer(held.ben, held.cleo, 30)
    held.transfer(held.ben, held.cleo, 20)  # with nothing left
    held.issue(held.cleo, 1)  # who has enough may get less
    held.transfer(held.ana, held.dora, 69)  # own wallets: what the investor has counts
    held.redeem(held.cleo, 50)  # a redemption may leave less
    assert held.balance(held.cleo) == 1


def test_MIN_1__no_amount_serves_both_sides__largest_is_nothing(held: Stage) -> None:
    held.rule("setMinimumHolding", 30, False)
    assert held.explain(Kind.TRANSFER, held.ben, held.cleo, 40) == [refusal(Code.MINIMUM_HOLDING, held.ben, 30, 10, 0)]


def test_WHOLE_POSITION__part_of_it__refused_and_all_of_it_passes(held: Stage) -> None:
    held.rule("setMinimumHolding", 0, True)
    assert held.explain(Kind.TRANSFER, held.ben, held.cleo, 49) == [refusal(Code.WHOLE_POSITION, held.ben, 50, 49)]
    assert held.explain(Kind.TRANSFER, held.ben, held.cleo, 60) == [refusal(Code.WHOLE_POSITION, held.ben, 50, 60, 50)]
    assert held.explain(Kind.TRANSFER, held.ana, held.cleo, 70) == [refusal(Code.WHOLE_POSITION, held.ana, 100, 70)]
    held.transfer(held.ana, held.dora, 70)  # into one wallet first
    held.transfer(held.dora, held.cleo, 100)
    held.transfer(held.ben, held.cleo, 50)
    held.issue(held.ana, 7)


def test_SUP_1__issue_above_what_is_authorised__refused(held: Stage) -> None:
    held.rule("setAuthorisedSupply", 160)
    assert held.explain(Kind.ISSUE, None, held.ana, 11) == [refusal(Code.AUTHORISED_SUPPLY, held.ana, 160, 161, 10)]
    held.issue(held.ana, 10)
    with held.nothing_changes(), reverts(errors.TransferRestricted, code=Code.AUTHORISED_SUPPLY, limit=160, actual=161):
        held.issue(held.ana, 1)
    held.transfer(held.ana, held.ben, 1)
    held.redeem(held.ana, 1)
    held.issue(held.ana, 1)
    held.rule("setAuthorisedSupply", 5)  # below what is in issue: nothing more, and nothing undone
    assert held.explain(Kind.ISSUE, None, held.ana, 1) == [refusal(Code.AUTHORISED_SUPPLY, held.ana, 5, 161)]
    held.rule("setAuthorisedSupply", 0)
    held.issue(held.ana, 1_000)
