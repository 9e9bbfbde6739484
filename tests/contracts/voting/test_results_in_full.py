"""What ballots come to: majorities, bases, quorums, choices and elections at their edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.voting.conftest import ABSTAIN, AGAINST, FOR, SIMPLE, THREE_QUARTERS, TWO_THIRDS, marks
from tests.contracts.voting.in_full import CAST, CUSTOM, ENTITLED, PARTS, PRESENT, choice, election, item, mark

from tokenkit import reverts as errors
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.contracts.voting.in_full import Assembly


def spread(hall: Assembly, votes: Sequence[int]) -> None:
    """Cast *votes* by option of the first resolution, as ana."""
    parts = [mark(0, option, count) for option, count in enumerate(votes) if count]
    hall.cast(hall.stage.ana, PARTS if parts else ABSTAIN, parts)
    hall.close()


def elected(hall: Assembly) -> set[int]:
    word = hall.result()["elected"]
    return {option for option in range(16) if word >> option & 1}


@pytest.mark.parametrize(
    ("base", "in_favour", "against", "passes"),
    [
        (CAST, 51, 50, (True, False, False, False)),
        (CAST, 60, 40, (True, False, False, True)),
        (CAST, 59, 41, (True, False, False, False)),
        (PRESENT, 300, 0, (False, False, False, False)),
        (PRESENT, 301, 0, (True, False, False, False)),
        (PRESENT, 360, 0, (True, False, False, True)),
        (PRESENT, 400, 200, (True, True, False, True)),
        (PRESENT, 450, 0, (True, True, True, True)),
        (ENTITLED, 500, 0, (False, False, False, False)),
        (ENTITLED, 501, 99, (True, False, False, False)),
        (ENTITLED, 600, 0, (True, False, False, True)),
    ],
)
def test_VOTE_4__result__at_the_edge_of_each_base__passes_as_written(
    assembly: Assembly, base: int, in_favour: int, against: int, passes: tuple[bool, ...]
) -> None:
    stage = assembly.stage
    stage.hold({stage.cleo.address: 150})  # with ana's 600 and ben's 250: 1,000
    majorities = [item(majority=one, base=base) for one in (SIMPLE, TWO_THIRDS, THREE_QUARTERS)]
    majorities.append(item(majority=CUSTOM, numerator=3, denominator=5, base=base))
    assembly.convene_and_open(*majorities, classes=[{"token": assembly.tokens[0], "multiplier": 1}])
    parts = [mark(at, way, n) for at in range(4) for way, n in ((FOR, in_favour), (AGAINST, against)) if n]
    assembly.cast(stage.ana, marks(*[PARTS] * 4), parts)
    assembly.close()
    assert tuple(assembly.passed()) == passes


@pytest.mark.parametrize(
    ("votes", "who"),
    [
        ((0, 0, 0), set()),
        ((1, 0, 0), {0}),
        ((100, 200, 100), {1}),
        ((200, 200, 100), set()),
        ((200, 200, 200), set()),
        ((0, 0, 600), {2}),
    ],
)
def test_VOTE_4__choice__most_votes_and_a_tie_elects_nobody(
    assembly: Assembly, votes: tuple[int, ...], who: set[int]
) -> None:
    assembly.convene_and_open(choice(3))
    spread(assembly, votes)
    assert elected(assembly) == who
    assert assembly.passed() == [bool(who)]
    assert assembly.result()["abstained"] == 600 - sum(votes)


@pytest.mark.parametrize(("votes", "who"), [((300, 200, 100), set()), ((301, 200, 99), {0}), ((150, 50, 0), {0})])
def test_VOTE_4__choice_by_simple_majority__most_votes_are_not_enough(
    assembly: Assembly, votes: tuple[int, ...], who: set[int]
) -> None:
    assembly.convene_and_open(choice(3, majority=SIMPLE))
    spread(assembly, votes)
    assert elected(assembly) == who


@pytest.mark.parametrize(
    ("votes", "who"),
    [
        ((0, 0, 0, 0), set()),
        ((5, 0, 0, 0), {0}),
        ((5, 4, 3, 2), {0, 1}),
        ((5, 3, 3, 2), {0}),  # a tie at the edge
        ((5, 5, 3, 2), {0, 1}),  # a tie above it
        ((5, 5, 5, 2), set()),
        ((1, 2, 3, 4), {2, 3}),
        ((600, 600, 0, 0), {0, 1}),
    ],
)
def test_VOTE_4__election__seats_from_the_top_and_none_of_those_tied_at_the_edge(
    assembly: Assembly, votes: tuple[int, ...], who: set[int]
) -> None:
    assembly.convene_and_open(election(4, 2))
    spread(assembly, votes)
    assert elected(assembly) == who
    receipt = assembly.meetings.send(assembly.stage.stranger, "decide", 1)
    assert assembly.meetings.only_event(receipt, "ElectionDecided") == {
        "meetingId": 1,
        "resolution": 0,
        "elected": sum(1 << one for one in who),
        "votes": votes,
    }


@pytest.mark.parametrize(("bps", "quorate"), [(0, True), (5_555, True), (5_556, False)])
def test_VOTE_4__quorum_of_a_class__counts_its_own_votes_only(assembly: Assembly, bps: int, *, quorate: bool) -> None:
    assembly.convene_and_open(item(classIndex=1, quorumBps=bps), item())
    assembly.vote(assembly.stage.ben, FOR, FOR)  # 100 of 180
    assembly.vote(assembly.stage.ana, ABSTAIN, AGAINST)
    assembly.close()
    assert assembly.result()["quorate"] is quorate
    assert assembly.passed() == [quorate, True]


def test_VOTE_4__quorum_without_the_interested__reached_by_the_others(assembly: Assembly) -> None:
    stage = assembly.stage
    interested = sorted([stage.ana.address, stage.treasury.address], key=lambda one: int(one, 16))
    assembly.convene_and_open(
        item(quorumBps=5_000, interested=interested), classes=[{"token": assembly.tokens[0], "multiplier": 1}]
    )
    assembly.vote(stage.ben, FOR)
    assembly.close()
    found = assembly.result()
    assert (found["present"], found["entitled"], found["passed"]) == (250, 399, True)


def test_VOTE_4__token_broken_after_the_decision__results_stand(assembly: Assembly) -> None:
    stage = assembly.stage
    assembly.convene_and_open(item(quorumBps=1_000, interested=[stage.ana.address]), election(2, 1), item(classIndex=1))
    assembly.vote(stage.ben, FOR, ABSTAIN, FOR)
    assembly.close()
    assembly.meetings.send(stage.stranger, "decide", 1)
    before = assembly.state()
    for register in assembly.registers:
        register.send(stage.admin, "setSupply", 0, 2**200)
    stage.hold({stage.ana.address: 2**90})
    assert assembly.state() == before
    with reverts(errors.AlreadyDecided, meeting_id=1):
        assembly.meetings.send(stage.stranger, "decide", 1)


def test_VOTE_4__class_that_all_are_excluded_from__stays_without_votes_after_the_decision(assembly: Assembly) -> None:
    """None entitled is an answer, and is not asked for again."""
    excluded = sorted((one.address for one in assembly.stage.holders), key=lambda one: int(one, 16))
    assembly.stage.hold({assembly.stage.stranger.address: 5})
    assembly.convene_and_open(item(), excluded=excluded)
    assembly.vote(assembly.stage.stranger, FOR)
    assembly.close()
    assembly.meetings.send(assembly.relayer, "decide", 1)
    before = (assembly.state(), assembly.meetings.read("classOf", 1, 1))
    for register in assembly.registers:
        register.send(assembly.stage.admin, "setSupply", 0, 2**80)
    assert (assembly.state(), assembly.meetings.read("classOf", 1, 1)) == before
    assert (assembly.result()["entitled"], assembly.result()["passed"]) == (1_005, True)


def test_result_of__unknown_resolution__refused(assembly: Assembly) -> None:
    assembly.convene()
    with reverts(errors.UnknownResolution, meeting_id=1, resolution=1):
        assembly.result(1)
