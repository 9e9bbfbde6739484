from __future__ import annotations

from typing import TYPE_CHECKING

from tests.stateful.evidence import Evidence
from tests.stateful.rights import MeetingStory, PayoutStory
from tests.stateful.story import explore

if TYPE_CHECKING:
    from tests.stateful.world import Start, World


def test_PAY_1_PAY_2_PAY_3_PAY_4_PAY_5__any_history_of_payouts__kept(world: World, issuer_start: Start) -> None:
    evidence = Evidence()
    explore(PayoutStory, examples=10, steps=30, world=world, start=issuer_start, evidence=evidence)
    evidence.require(
        checked={"PAY-1": 100, "PAY-2": 500, "PAY-3": 80, "PAY-4": 80, "PAY-5": 5},
        accepted={"declare": 20, "claim": 8, "claimFor": 2, "claimOmitted": 1, "push": 12, "recover": 5, "reclaim": 1},
        refused={"AlreadyPaid": 5, "NotOmitted": 5, "NotHolder": 5, "BeforeDeadline": 2},
    )


def test_VOTE_1_VOTE_2_VOTE_3_VOTE_4__any_history_of_meetings__kept(world: World, issuer_start: Start) -> None:
    evidence = Evidence()
    explore(MeetingStory, examples=8, steps=30, world=world, start=issuer_start, evidence=evidence)
    evidence.require(
        checked={"VOTE-1": 300, "VOTE-2": 80, "VOTE-3": 300, "VOTE-4": 80},
        accepted={"call": 15, "vote": 15, "voteFor": 5, "decide": 1, "recover": 5},
        refused={"VotingClosed": 3, "VotingNotOpen": 2, "InvalidBallot": 2, "NotHolder": 5, "VotingStillOpen": 2},
    )
