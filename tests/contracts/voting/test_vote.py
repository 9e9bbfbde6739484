from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.voting.conftest import ABSTAIN, AGAINST, FOR, SIMPLE, agenda, marks

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts

if TYPE_CHECKING:
    from tests.contracts.voting.conftest import MeetingStage


def test_vote__unknown_meeting__refused(opened: MeetingStage) -> None:
    with opened.nothing_changes(), reverts(errors.UnknownMeeting, meeting_id=2):
        opened.vote(opened.stage.ana, FOR, FOR, meeting=2)


def test_vote__before_it_opens__refused(hall: MeetingStage) -> None:
    hall.call()
    opens = hall.meetings.read("meetingOf", 1)["opens"]
    next_transaction_at(hall.chain, opens - 1)
    with hall.nothing_changes(), reverts(errors.VotingNotOpen, opens=opens):
        hall.vote(hall.stage.ana, FOR, FOR)
    next_transaction_at(hall.chain, opens)
    hall.vote(hall.stage.ana, FOR, FOR)


def test_vote__in_the_second_of_the_close__refused(opened: MeetingStage) -> None:
    closes = opened.meetings.read("meetingOf", 1)["closes"]
    next_transaction_at(opened.chain, closes - 1)
    opened.vote(opened.stage.ana, FOR, FOR)
    next_transaction_at(opened.chain, closes)
    with opened.nothing_changes(), reverts(errors.VotingClosed, closes=closes):
        opened.vote(opened.stage.ben, FOR, FOR)


def test_vote__held_nothing_at_the_record_date__refused(opened: MeetingStage) -> None:
    for nobody in (opened.stage.dora, opened.stage.stranger):
        with opened.nothing_changes(), reverts(errors.NoVotes, meeting_id=1, holder=nobody.address):
            opened.vote(nobody, FOR, FOR)


def test_VOTE_1__vote__excluded__refused(opened: MeetingStage) -> None:
    treasury = opened.stage.treasury
    with opened.nothing_changes(), reverts(errors.NoVotes, meeting_id=1, holder=treasury.address):
        opened.vote(treasury, FOR, FOR)


@pytest.mark.parametrize(
    "choices", [(3,), (ABSTAIN, 3), (FOR, FOR, FOR), (ABSTAIN, ABSTAIN, AGAINST), (*[ABSTAIN] * 63, FOR)]
)
def test_vote__mark_that_means_nothing__refused(opened: MeetingStage, choices: tuple[int, ...]) -> None:
    with opened.nothing_changes(), reverts(errors.InvalidBallot, choices=marks(*choices)):
        opened.vote(opened.stage.ana, *choices)


@pytest.mark.parametrize("place", [0, 1, 31, 62, 63])
def test_vote__mark_that_means_nothing_on_a_full_agenda__refused(hall: MeetingStage, place: int) -> None:
    hall.call(agenda=agenda(*[SIMPLE] * 64))
    hall.open()
    choices = [FOR] * 64
    choices[place] = 3
    with hall.nothing_changes(), reverts(errors.InvalidBallot, choices=marks(*choices)):
        hall.vote(hall.stage.ana, *choices)


def test_vote__wallet_was_replaced__refused(opened: MeetingStage) -> None:
    stage = opened.stage
    stage.register.send(stage.admin, "succeed", stage.ana.address, stage.dora.address)
    with opened.nothing_changes(), reverts(errors.NotHolder, caller=stage.ana.address, holder=stage.dora.address):
        opened.vote(stage.ana, FOR, FOR)


def test_vote__whole_agenda__counted_with_one_event(opened: MeetingStage) -> None:
    ana = opened.stage.ana

    receipt = opened.vote(ana, FOR, AGAINST)

    assert opened.meetings.only_event(receipt, "BallotCast") == {
        "meetingId": 1,
        "holder": ana.address,
        "voter": ana.address,
        "units": 600,
        "choices": marks(FOR, AGAINST),
    }
    assert len(receipt.logs) == 1
    assert opened.counts() == [(600, 0, 0), (0, 600, 0)]
    assert opened.meetings.read("ballotOf", 1, ana.address) == (600, marks(FOR, AGAINST))
    meeting = opened.meetings.read("meetingOf", 1)
    assert (meeting["entitled"], meeting["present"]) == (999, 600)


def test_VOTE_2__vote__abstains__is_present(opened: MeetingStage) -> None:
    opened.vote(opened.stage.ben)
    assert opened.counts() == [(0, 0, 250), (0, 0, 250)]
    assert opened.meetings.read("ballotOf", 1, opened.stage.ben.address) == (250, 0)


def test_vote__several_holders__added_up(opened: MeetingStage) -> None:
    opened.vote(opened.stage.ana, FOR, ABSTAIN)
    opened.vote(opened.stage.ben, AGAINST, FOR)
    opened.vote(opened.stage.cleo, FOR, AGAINST)
    assert opened.counts() == [(749, 250, 0), (250, 149, 600)]


@pytest.mark.parametrize("first", [(FOR, AGAINST), (AGAINST, FOR), (ABSTAIN, ABSTAIN)])
@pytest.mark.parametrize("second", [(FOR, AGAINST), (ABSTAIN, FOR), (AGAINST, ABSTAIN)])
def test_VOTE_3__vote__again__replaces_the_whole_ballot(
    opened: MeetingStage, first: tuple[int, int], second: tuple[int, int]
) -> None:
    ana = opened.stage.ana
    opened.vote(opened.stage.cleo, FOR, FOR)
    opened.vote(ana, *first)
    opened.vote(ana, *second)

    cast = {ABSTAIN: (0, 0, 600), FOR: (600, 0, 0), AGAINST: (0, 600, 0)}
    assert opened.counts() == [(149 + cast[one][0], *cast[one][1:]) for one in second]
    assert opened.meetings.read("ballotOf", 1, ana.address) == (600, marks(*second))
    assert opened.meetings.read("meetingOf", 1)["present"] == 749


def test_vote__frozen__still_counts(opened: MeetingStage) -> None:
    stage = opened.stage
    stage.register.send(stage.admin, "freeze", stage.ana.address, True)
    opened.vote(stage.ana, FOR, FOR)
    assert opened.counts() == [(600, 0, 0), (600, 0, 0)]


def test_VOTE_1__vote__units_moved_after_the_record_date__count_as_then(opened: MeetingStage) -> None:
    stage = opened.stage
    stage.register.send(stage.admin, "schedule", opened.chain.now() + 50)
    stage.hold({stage.ana.address: 1}, index=1)
    opened.chain.travel(by=100)
    opened.vote(stage.ana, FOR, FOR)
    assert opened.counts() == [(600, 0, 0), (600, 0, 0)]


def test_vote__sixty_four_resolutions__each_counted(hall: MeetingStage) -> None:
    hall.call(agenda=agenda(*[SIMPLE] * 64))
    hall.open()
    choices = [at % 3 for at in range(64)]
    hall.vote(hall.stage.ana, *choices)
    expected = {ABSTAIN: (0, 0, 600), FOR: (600, 0, 0), AGAINST: (0, 600, 0)}
    assert hall.counts() == [expected[choice] for choice in choices]


def test_vote__two_meetings__counted_apart(opened: MeetingStage) -> None:
    second = opened.call()
    opened.vote(opened.stage.ana, FOR, FOR)
    assert opened.counts(second) == [(0, 0, 0), (0, 0, 0)]


@pytest.mark.parametrize("caller", ["ana", "ben", "stranger", "issuer"])
def test_vote_for__caller_did_not_replace_the_wallet__refused(opened: MeetingStage, caller: str) -> None:
    stage = opened.stage
    stage.register.send(stage.admin, "succeed", stage.ana.address, stage.dora.address)
    sender = getattr(stage, caller)
    with opened.nothing_changes(), reverts(errors.NotHolder, caller=sender.address, holder=stage.dora.address):
        opened.meetings.send(sender, "voteFor", 1, stage.ana.address, marks(FOR, FOR))


def test_vote_for__lost_wallet_was_excluded__refused(hall: MeetingStage) -> None:
    stage = hall.stage
    hall.call(excluded=[stage.ana.address])
    hall.open()
    stage.register.send(stage.admin, "succeed", stage.ana.address, stage.dora.address)
    with hall.nothing_changes(), reverts(errors.NoVotes, meeting_id=1, holder=stage.ana.address):
        hall.meetings.send(stage.dora, "voteFor", 1, stage.ana.address, marks(FOR, FOR))


def test_vote_for__replacement__votes_with_both_apart(opened: MeetingStage) -> None:
    stage = opened.stage
    stage.register.send(stage.admin, "succeed", stage.ana.address, stage.ben.address)

    receipt = opened.meetings.send(stage.ben, "voteFor", 1, stage.ana.address, marks(FOR, AGAINST))
    opened.vote(stage.ben, AGAINST, AGAINST)

    assert opened.meetings.only_event(receipt, "BallotCast") == {
        "meetingId": 1,
        "holder": stage.ana.address,
        "voter": stage.ben.address,
        "units": 600,
        "choices": marks(FOR, AGAINST),
    }
    assert opened.counts() == [(600, 250, 0), (0, 850, 0)]


def test_vote_for__lost_wallet_voted_before__its_ballot_is_replaced(opened: MeetingStage) -> None:
    stage = opened.stage
    opened.vote(stage.ana, FOR, FOR)
    stage.register.send(stage.admin, "succeed", stage.ana.address, stage.dora.address)
    opened.meetings.send(stage.dora, "voteFor", 1, stage.ana.address, marks(AGAINST, ABSTAIN))
    assert opened.counts() == [(0, 600, 0), (0, 0, 600)]
    assert opened.meetings.read("meetingOf", 1)["present"] == 600


def test_vote__authority_closed_the_contract__still_counts(opened: MeetingStage) -> None:
    stage = opened.stage
    stage.manager.send(stage.admin, "setTargetClosed", opened.meetings.address, True)
    opened.vote(stage.ana, FOR, FOR)
    assert opened.counts() == [(600, 0, 0), (600, 0, 0)]
