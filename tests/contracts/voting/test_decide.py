from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.voting.conftest import ABSTAIN, AGAINST, FOR, SIMPLE, THREE_QUARTERS, TWO_THIRDS, agenda

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts

if TYPE_CHECKING:
    from tests.contracts.voting.conftest import MeetingStage


def test_decide__unknown_meeting__refused(opened: MeetingStage) -> None:
    with opened.nothing_changes(), reverts(errors.UnknownMeeting, meeting_id=2):
        opened.meetings.send(opened.stage.stranger, "decide", 2)


def test_decide__before_the_close__refused(opened: MeetingStage) -> None:
    closes = opened.meetings.read("meetingOf", 1)["closes"]
    next_transaction_at(opened.chain, closes - 1)
    with opened.nothing_changes(), reverts(errors.VotingStillOpen, closes=closes):
        opened.meetings.send(opened.stage.stranger, "decide", 1)
    next_transaction_at(opened.chain, closes)
    opened.meetings.send(opened.stage.stranger, "decide", 1)


def test_decide__second_time__refused(opened: MeetingStage) -> None:
    opened.close()
    opened.meetings.send(opened.stage.stranger, "decide", 1)
    with opened.nothing_changes(), reverts(errors.AlreadyDecided, meeting_id=1):
        opened.meetings.send(opened.stage.stranger, "decide", 1)


def test_decide__after_the_close__puts_each_result_on_record(opened: MeetingStage) -> None:
    opened.vote(opened.stage.ana, FOR, FOR)
    opened.vote(opened.stage.ben, AGAINST, AGAINST)
    opened.close()

    receipt = opened.meetings.send(opened.stage.stranger, "decide", 1)

    assert [event.args for event in opened.meetings.events(receipt)] == [
        {
            "meetingId": 1,
            "resolution": at,
            "passed": passed,
            "quorate": True,
            "inFavour": 600,
            "against": 250,
            "abstained": 0,
        }
        for at, passed in enumerate((True, False))
    ]
    assert opened.passed() == [True, False]


def test_decide__nobody_voted__nothing_passes(opened: MeetingStage) -> None:
    opened.close()
    receipt = opened.meetings.send(opened.stage.stranger, "decide", 1)
    found = [event.args for event in opened.meetings.events(receipt)]
    assert [(one["passed"], one["quorate"]) for one in found] == [(False, False)] * 2
    assert opened.meetings.read("meetingOf", 1)["entitled"] == 999


def test_decide__nobody_entitled__nothing_passes(hall: MeetingStage) -> None:
    stage = hall.stage
    hall.call(excluded=[], quorumBps=0)
    stage.hold(dict.fromkeys([one.address for one in (*stage.holders, stage.treasury)], 0))
    hall.open()
    hall.close()
    hall.meetings.send(stage.stranger, "decide", 1)
    assert hall.passed() == [False, False]


def test_resolution_of__before_the_close__never_passed(opened: MeetingStage) -> None:
    opened.vote(opened.stage.ana, FOR, FOR)
    resolution = opened.meetings.read("resolutionOf", 1, 0)
    assert (resolution["quorate"], resolution["passed"]) == (True, False)
    opened.close()
    assert opened.meetings.read("resolutionOf", 1, 0)["passed"]


@pytest.mark.parametrize(
    ("in_favour", "against", "passes"),
    [
        (0, 0, (False, False, False)),
        (1, 0, (True, True, True)),
        (0, 1, (False, False, False)),
        (50, 50, (False, False, False)),
        (51, 50, (True, False, False)),
        (199, 100, (True, False, False)),
        (200, 100, (True, True, False)),
        (299, 100, (True, True, False)),
        (300, 100, (True, True, True)),
    ],
)
def test_VOTE_4__resolution_of__at_the_edge_of_each_majority__passes_as_written(
    hall: MeetingStage, in_favour: int, against: int, passes: tuple[bool, bool, bool]
) -> None:
    stage = hall.stage
    stage.hold({stage.ana.address: in_favour, stage.ben.address: against, stage.cleo.address: 600})
    hall.call(agenda=agenda(SIMPLE, TWO_THIRDS, THREE_QUARTERS), quorumBps=0)
    hall.open()
    hall.vote(stage.cleo, ABSTAIN, ABSTAIN, ABSTAIN)
    for voter, choice, units in ((stage.ana, FOR, in_favour), (stage.ben, AGAINST, against)):
        if units:
            hall.vote(voter, choice, choice, choice)
    hall.close()
    assert tuple(hall.passed()) == passes


@pytest.mark.parametrize(("bps", "quorate"), [(0, True), (2_500, True), (2_502, True), (2_503, False), (10_000, False)])
def test_VOTE_4__resolution_of__at_the_edge_of_the_quorum__counts_who_is_present(
    hall: MeetingStage, bps: int, quorate: bool
) -> None:
    hall.call(quorumBps=bps)
    hall.open()
    hall.vote(hall.stage.ben, FOR, ABSTAIN)
    hall.close()
    resolution = hall.meetings.read("resolutionOf", 1, 0)
    assert (resolution["quorate"], resolution["passed"]) == (quorate, quorate)


def test_VOTE_4__resolution_of__exactly_the_quorum_present__suffices(hall: MeetingStage) -> None:
    hall.stage.hold({hall.stage.cleo.address: 150})  # with ana's 600 and ben's 250: 1,000
    hall.call(quorumBps=2_500)
    hall.open()
    hall.vote(hall.stage.ben, FOR, FOR)
    hall.close()
    assert hall.passed() == [True, True]


def test_VOTE_4__resolution_of__token_broken_after_the_decision__results_stand(opened: MeetingStage) -> None:
    stage = opened.stage
    opened.vote(stage.ana, FOR, FOR)
    opened.close()
    opened.meetings.send(stage.stranger, "decide", 1)
    before = opened.state()
    stage.register.send(stage.admin, "setSupply", 0, 2**200)
    assert opened.state() == before
    assert opened.passed() == [True, True]
