"""Ballots in parts, of several classes, and for options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.voting.conftest import ABSTAIN, AGAINST, FOR, marks
from tests.contracts.voting.in_full import ELECTION, PARTS, choice, election, item, mark

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.voting.in_full import Assembly


def test_cast__unknown_meeting_or_class__refused(assembly: Assembly) -> None:
    assembly.convene_and_open(item())
    ana = assembly.stage.ana
    with assembly.nothing_changes(), reverts(errors.UnknownMeeting, meeting_id=2):
        assembly.meetings.send(ana, "cast", 2, [assembly.given(ana, FOR)])
    with assembly.nothing_changes(), reverts(errors.UnknownClass, meeting_id=1, class_index=2):
        assembly.cast(ana, FOR, classIndex=2)


def test_cast__second_class_of_a_plain_meeting__refused(assembly: Assembly) -> None:
    assembly.call()
    assembly.open()
    with assembly.nothing_changes(), reverts(errors.UnknownClass, meeting_id=1, class_index=1):
        assembly.cast(assembly.stage.ben, FOR, classIndex=1)


def test_cast__before_it_opens_or_after_the_close__refused(assembly: Assembly) -> None:
    assembly.convene(item())
    meeting = assembly.meetings.read("meetingOf", 1)
    next_transaction_at(assembly.chain, meeting["opens"] - 1)
    with assembly.nothing_changes(), reverts(errors.VotingNotOpen, opens=meeting["opens"]):
        assembly.cast(assembly.stage.ana, FOR)
    next_transaction_at(assembly.chain, meeting["closes"])
    with assembly.nothing_changes(), reverts(errors.VotingClosed, closes=meeting["closes"]):
        assembly.cast(assembly.stage.ana, FOR)


def test_cast__units_of_another__refused(assembly: Assembly) -> None:
    assembly.convene_and_open(item())
    ana, ben = assembly.stage.ana, assembly.stage.ben
    with assembly.nothing_changes(), reverts(errors.NotHolder, caller=ben.address, holder=ana.address):
        assembly.cast(ben, FOR, of=ana)


def test_cast__no_units_of_the_class_or_excluded__refused(assembly: Assembly) -> None:
    assembly.convene_and_open(item())
    for who, index in ((assembly.stage.ana, 1), (assembly.stage.dora, 0), (assembly.stage.treasury, 0)):
        with assembly.nothing_changes(), reverts(errors.NoVotes, meeting_id=1, holder=who.address):
            assembly.cast(who, FOR, classIndex=index)


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        ([mark(0, 0, 1)], 0),  # abstaining is no option
        ([mark(0, 3, 1)], 0),
        ([mark(0, 1, 0)], 0),
        ([mark(0, 2, 1), mark(0, 1, 1)], 1),
        ([mark(0, 1, 1), mark(0, 1, 1)], 1),
        ([mark(1, 1, 1)], 0),  # its choice is not 3
        ([mark(0, 1, 1), mark(64, 1, 1)], 1),
        ([1 << 200], 0),
    ],
)
def test_cast__part_that_means_nothing__refused(assembly: Assembly, parts: list[int], wrong: int) -> None:
    assembly.convene_and_open(item(), item())
    with assembly.nothing_changes(), reverts(errors.InvalidMark, mark=parts[wrong]):
        assembly.cast(assembly.stage.ana, marks(PARTS), parts)


def test_cast__choice_says_parts_and_there_are_none__refused(assembly: Assembly) -> None:
    assembly.convene_and_open(item(), item())
    with assembly.nothing_changes(), reverts(errors.InvalidBallot, choices=marks(PARTS, PARTS)):
        assembly.cast(assembly.stage.ana, marks(PARTS, PARTS), [mark(1, 1, 5)])


@pytest.mark.parametrize("choices", [marks(0, 0, FOR), marks(0, FOR), marks(0, AGAINST)])
def test_cast__option_is_voted_for_or_against_or_beyond_the_agenda__refused(assembly: Assembly, choices: int) -> None:
    assembly.convene_and_open(item(), choice(2))
    with assembly.nothing_changes(), reverts(errors.InvalidBallot, choices=choices):
        assembly.cast(assembly.stage.ana, choices)


def test_VOTE_7__cast__parts_exceed_the_units__refused(assembly: Assembly) -> None:
    assembly.convene_and_open(item(), choice(3))
    ana = assembly.stage.ana
    with assembly.nothing_changes(), reverts(errors.TooManyVotes, resolution=0, votes=601, limit=600):
        assembly.cast(ana, marks(PARTS), [mark(0, FOR, 600), mark(0, AGAINST, 1)])
    with assembly.nothing_changes(), reverts(errors.TooManyVotes, resolution=1, votes=601, limit=600):
        assembly.cast(ana, marks(0, PARTS), [mark(1, 0, 301), mark(1, 2, 300)])
    assembly.cast(ana, marks(PARTS, PARTS), [mark(0, 1, 599), mark(0, 2, 1), mark(1, 0, 300), mark(1, 2, 300)])


def test_VOTE_7__cast__cumulative_votes_exceed_units_times_seats__refused(assembly: Assembly) -> None:
    assembly.convene_and_open(election(4, 3))
    ana = assembly.stage.ana
    with assembly.nothing_changes(), reverts(errors.TooManyVotes, resolution=0, votes=1_801, limit=1_800):
        assembly.cast(ana, PARTS, [mark(0, 0, 1_800), mark(0, 3, 1)])
    assembly.cast(ana, PARTS, [mark(0, 3, 1_800)])
    assert assembly.result()["votes"] == (0, 0, 0, 1_800)


def test_cast__candidate_that_does_not_stand__refused(assembly: Assembly) -> None:
    assembly.convene_and_open(election(4, 3))
    with assembly.nothing_changes(), reverts(errors.InvalidMark, mark=mark(0, 4, 1)):
        assembly.cast(assembly.stage.ana, PARTS, [mark(0, 4, 1)])


def test_cast__split__counted_with_the_rest_abstaining(assembly: Assembly) -> None:
    assembly.convene_and_open(item(), item())
    ana = assembly.stage.ana
    parts = [mark(0, FOR, 100), mark(0, AGAINST, 450)]

    receipt = assembly.cast(ana, marks(PARTS, FOR), parts)

    assert assembly.meetings.only_event(receipt, "BallotMarked") == {
        "meetingId": 1,
        "holder": ana.address,
        "proxy": ZERO_ADDRESS,
        "classIndex": 0,
        "voter": ana.address,
        "units": 600,
        "choices": marks(PARTS, FOR),
        "marks": tuple(parts),
    }
    assert len(receipt.logs) == 1
    assert assembly.counts() == [(100, 450, 50), (600, 0, 0)]
    assert assembly.ballot(ana) == (600, marks(PARTS, FOR), parts)


def test_cast__split_in_a_plain_meeting__taken_back_by_a_plain_ballot(assembly: Assembly) -> None:
    assembly.call()
    assembly.open()
    ana = assembly.stage.ana
    assembly.cast(ana, marks(PARTS, AGAINST), [mark(0, FOR, 100), mark(0, AGAINST, 450)])
    assert assembly.counts() == [(100, 450, 50), (0, 600, 0)]
    assembly.vote(ana, FOR, ABSTAIN)
    assert assembly.counts() == [(600, 0, 0), (0, 0, 600)]
    assert assembly.ballot(ana) == (600, marks(FOR, ABSTAIN), [])
    assert assembly.meetings.read("meetingOf", 1)["present"] == 600


def test_VOTE_3__cast__again_with_other_parts__replaces_the_whole_ballot(assembly: Assembly) -> None:
    assembly.convene_and_open(item(), election(3, 2), choice(2))
    ben = assembly.stage.ben
    assembly.cast(
        ben,
        marks(PARTS, PARTS, PARTS),
        [mark(0, 1, 10), mark(0, 2, 20), mark(1, 0, 100), mark(1, 2, 400), mark(2, 1, 250)],
    )
    assembly.cast(ben, marks(FOR, PARTS), [mark(1, 1, 500)])
    assert assembly.counts()[0] == (250, 0, 0)
    assert [assembly.result(at)["votes"] for at in (1, 2)] == [(0, 500, 0), (0, 0)]
    assert assembly.result(2)["abstained"] == 250
    assembly.vote(ben)
    assert assembly.result(1)["votes"] == (0, 0, 0)


def test_cast__two_classes__counted_with_their_multipliers(assembly: Assembly) -> None:
    assembly.convene_and_open(item(), item(classIndex=1), item(classIndex=0))
    ben = assembly.stage.ben

    assembly.meetings.send(
        ben,
        "cast",
        1,
        [assembly.given(ben, marks(FOR, 0, AGAINST)), assembly.given(ben, marks(AGAINST, FOR), classIndex=1)],
    )

    assert assembly.counts() == [(250, 1_000, 0), (1_000, 0, 0), (0, 250, 0)]
    assert assembly.meetings.read("meetingOf", 1)["present"] == 1_250
    assert assembly.meetings.read("meetingOf", 1)["entitled"] == 999 + 1_800
    assert assembly.meetings.read("classOf", 1, 1) == (assembly.second.address, 10, 180, 100)
    assert (assembly.result(1)["entitled"], assembly.result(2)["entitled"]) == (1_800, 999)


def test_vote__meeting_of_two_classes__votes_with_each(assembly: Assembly) -> None:
    assembly.convene_and_open(item(), item(classIndex=1), item(classIndex=0))
    assembly.vote(assembly.stage.cleo, FOR, FOR, AGAINST)
    assert assembly.counts() == [(149 + 500, 0, 0), (500, 0, 0), (0, 149, 0)]
    assembly.vote(assembly.stage.dora, AGAINST, AGAINST)
    assert assembly.counts() == [(649, 300, 0), (500, 300, 0), (0, 149, 0)]
    with assembly.nothing_changes(), reverts(errors.InvalidBallot, choices=marks(FOR, FOR)):
        assembly.vote(assembly.stage.ana, FOR, FOR)  # has none of the second class
    with assembly.nothing_changes(), reverts(errors.NoVotes, meeting_id=1, holder=assembly.stage.treasury.address):
        assembly.vote(assembly.stage.treasury, FOR)


def test_cast__other_class_votes_on_it__refused(assembly: Assembly) -> None:
    assembly.convene_and_open(item(), item(classIndex=1))
    with assembly.nothing_changes(), reverts(errors.InvalidBallot, choices=marks(FOR, FOR)):
        assembly.cast(assembly.stage.ben, marks(FOR, FOR))


def test_cast__interested_in_a_resolution__refused_there_and_absent(assembly: Assembly) -> None:
    ana, ben = assembly.stage.ana, assembly.stage.ben
    assembly.convene_and_open(item(interested=[ana.address]), item())
    for choices, parts in ((marks(FOR, FOR), []), (marks(PARTS, FOR), [mark(0, 2, 1)])):
        with assembly.nothing_changes(), reverts(errors.HolderInterested, meeting_id=1, holder=ana.address):
            assembly.cast(ana, choices, parts)
    assembly.cast(ana, marks(ABSTAIN, FOR))
    assembly.cast(ben, marks(FOR, AGAINST))
    assert assembly.counts() == [(250, 0, 0), (600, 250, 0)]
    found = assembly.result(0)
    assert (found["present"], found["entitled"]) == (250, 399 + 1_800)
    assembly.vote(ana)
    assert assembly.result(0)["present"] == 250


def test_cast__wallet_was_replaced__its_successor_casts(assembly: Assembly) -> None:
    stage = assembly.stage
    assembly.convene_and_open(item())
    stage.register.send(stage.admin, "succeed", stage.ana.address, stage.dora.address)
    with assembly.nothing_changes(), reverts(errors.NotHolder, caller=stage.ana.address, holder=stage.dora.address):
        assembly.cast(stage.ana, FOR)
    assembly.cast(stage.dora, PARTS, [mark(0, FOR, 1)], of=stage.ana)
    assert assembly.counts() == [(1, 0, 599)]


def test_cast__board_of_sixteen_with_all_votes_on_one__fits_a_word(assembly: Assembly) -> None:
    stage = assembly.stage
    most = 2**91
    stage.hold({stage.ana.address: most})
    assembly.convene_and_open(election(16, 16))
    assembly.cast(stage.ana, PARTS, [mark(0, at, most) for at in range(16)])
    found = assembly.result()
    assert (found["kind"], found["votes"]) == (ELECTION, (most,) * 16)


def test_cast__more_parts_than_can_be_taken_back__refused(assembly: Assembly) -> None:
    assembly.convene_and_open(*[election(16, 16)] * 9)
    parts = [mark(at, option, 1) for at in range(9) for option in range(16)][:129]
    ana, choices = assembly.stage.ana, marks(*[PARTS] * 9)
    with assembly.nothing_changes(), reverts(errors.TooManyMarks, limit=128):
        assembly.cast(ana, choices, parts)
    assembly.cast(ana, marks(*[PARTS] * 8), parts[:128])
    assembly.vote(ana)
    assert [sum(assembly.result(at)["votes"]) for at in range(9)] == [0] * 9
