from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.compliance_stage import FOR_EVER, GERMANY, JAPAN, SWITZERLAND, USA, Code, Kind
from tests.contracts.rights_stage import deploy

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.contracts.compliance_stage import Stage

    from tokenkit.chain import Receipt


@pytest.fixture
def held(stage: Stage) -> Stage:
    """Give the stage with ana in Switzerland, ben in the United States, cleo in Germany, dora in Japan; 100 units each."""
    for one, country in zip(stage.people, (SWITZERLAND, USA, GERMANY, JAPAN), strict=False):
        stage.register(one, country)
        stage.hold({one: 100})
    return stage


def block(stage: Stage, until: int, *pairs: tuple[int, int]) -> Receipt:
    return stage.rule("setFlowBack", until, listed(pairs))


def listed(pairs: Sequence[tuple[int, int]]) -> list[dict[str, int]]:
    return [{"from": giver, "to": receiver} for giver, receiver in pairs]


def test_setFlowBack__token_not_bound__refused(stage: Stage) -> None:
    stranger = deploy(stage.chain, stage.admin, "RecordingToken")
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=stranger.address):
        stage.rule("setFlowBack", FOR_EVER, [], scope=stranger.address)


def test_setFlowBack__time_has_passed__refused(stage: Stage) -> None:
    moment = stage.chain.now() + 100
    next_transaction_at(stage.chain, moment)
    with stage.nothing_changes(), reverts(errors.InThePast, time=moment):
        block(stage, moment, (0, USA))


def test_setFlowBack__nine_pairs__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.TooManyPairs, limit=8):
        block(stage, FOR_EVER, *((0, number) for number in range(1, 10)))


@pytest.mark.parametrize(
    ("pair", "country"), [((0, 0), 0), ((1_000, USA), 1_000), ((0, 1_000), 1_000), ((USA, USA), USA)]
)
def test_setFlowBack__pair_that_makes_no_sense__refused(stage: Stage, pair: tuple[int, int], country: int) -> None:
    with stage.nothing_changes(), reverts(errors.InvalidCountry, country=country):
        block(stage, FOR_EVER, (JAPAN, USA), pair)


@pytest.mark.parametrize("count", [1, 2, 8])
def test_setFlowBack__pairs__read_back(stage: Stage, count: int) -> None:
    pairs = [(0, 999), (999, 1), (JAPAN, USA), *((number, 100 + number) for number in range(5))][:count]
    until = stage.chain.now() + 1_000
    receipt = block(stage, until, *pairs)
    event = stage.rulebook.only_event(receipt, "FlowBackSet")
    assert (event["token"], event["until"], [dict(one) for one in event["pairs"]]) == (
        stage.common.address,
        until,
        listed(pairs),
    )
    settings = stage.settings()
    assert (settings["flowBackUntil"], [dict(one) for one in settings["flowBack"]]) == (until, listed(pairs))
    block(stage, FOR_EVER, (JAPAN, USA))
    assert (stage.settings()["flowBackUntil"], [dict(one) for one in stage.settings()["flowBack"]]) == (
        FOR_EVER,
        listed([(JAPAN, USA)]),
    )


def test_FLO_1__blocked_pair__until_the_last_second(held: Stage) -> None:
    until = held.chain.now() + 1_000
    block(held, until, (SWITZERLAND, USA))
    (verdict,) = held.explain(Kind.TRANSFER, held.ana, held.ben, 1)
    assert verdict == {
        "code": Code.FLOW_BACK,
        "account": held.ben.address,
        "limit": SWITZERLAND,
        "actual": USA,
        "largest": 0,
        "earliest": until,
    }
    held.transfer(held.ben, held.ana, 1)
    held.transfer(held.cleo, held.ben, 1)
    next_transaction_at(held.chain, until - 1)
    with (
        held.nothing_changes(),
        reverts(
            errors.TransferRestricted, code=Code.FLOW_BACK, account=held.ben.address, limit=SWITZERLAND, actual=USA
        ),
    ):
        held.transfer(held.ana, held.ben, 1)
    next_transaction_at(held.chain, until)
    held.transfer(held.ana, held.ben, 1)


def test_FLO_1__every_other_country__blocked_for_ever(held: Stage) -> None:
    block(held, FOR_EVER, (0, USA))
    for giver in (held.ana, held.cleo, held.dora):
        (verdict,) = held.explain(Kind.TRANSFER, giver, held.ben, 1)
        assert (verdict["code"], verdict["earliest"]) == (Code.FLOW_BACK, 0)
    held.register(held.eve, USA)
    held.transfer(held.ben, held.eve, 1)


def test_FLO_1__giver_of_unknown_country__blocked_where_every_other_is(held: Stage) -> None:
    held.hold({held.people[6]: 10})
    block(held, FOR_EVER, (SWITZERLAND, USA))
    assert held.explain(Kind.TRANSFER, held.people[6], held.ben, 1) == []
    block(held, FOR_EVER, (0, USA))
    assert [one["code"] for one in held.explain(Kind.TRANSFER, held.people[6], held.ben, 1)] == [Code.FLOW_BACK]


def test_FLO_1__eighth_pair__blocks_as_the_first(held: Stage) -> None:
    pairs = [(number, number + 1) for number in range(1, 8)]
    block(held, FOR_EVER, *pairs, (JAPAN, GERMANY))
    assert [one["code"] for one in held.explain(Kind.TRANSFER, held.dora, held.cleo, 1)] == [Code.FLOW_BACK]
    assert held.explain(Kind.TRANSFER, held.cleo, held.dora, 1) == []


def test_FLO_1__country_of_the_investor_changes__judged_anew(held: Stage) -> None:
    block(held, FOR_EVER, (0, USA))
    held.registry.send(held.registrar, "updateCountry", held.ana.address, USA)
    held.transfer(held.ana, held.ben, 1)
    assert [one["code"] for one in held.explain(Kind.TRANSFER, held.cleo, held.ana, 1)] == [Code.FLOW_BACK]


def test_setFlowBack__issue_redemption_and_order__never_blocked(held: Stage) -> None:
    block(held, FOR_EVER, (0, USA))
    held.issue(held.ben, 1)
    held.redeem(held.ben, 1)
    held.force(held.ana, held.ben, 1)


@pytest.mark.parametrize(("until", "pairs"), [(0, [(0, USA)]), (FOR_EVER, [])])
def test_setFlowBack__no_time_or_no_pairs__off(held: Stage, until: int, pairs: list[tuple[int, int]]) -> None:
    block(held, FOR_EVER, (0, USA), (0, JAPAN))
    block(held, until, *pairs)
    held.transfer(held.ana, held.ben, 1)
    held.transfer(held.ana, held.dora, 1)
