from __future__ import annotations

from typing import TYPE_CHECKING

from tests.stateful.evidence import Evidence
from tests.stateful.rights import MeetingStory, PayoutStory
from tests.stateful.story import explore

if TYPE_CHECKING:
    from tests.stateful.world import Start, World


def test_PAY_1_PAY_2_PAY_3_PAY_4_PAY_5__any_history_of_payouts__kept(world: World, issuer_start: Start) -> None:
    evidence = Evidence()
    explore(PayoutStory, examples=14, steps=30, world=world, start=issuer_start, evidence=evidence)
    evidence.require(
        checked={"PAY-1": 50, "PAY-2": 250, "PAY-3": 40, "PAY-4": 40, "PAY-5": 2},
        accepted={"declare": 10, "claim": 4, "claimFor": 1, "claimOmitted": 1, "push": 6, "recover": 2, "reclaim": 1},
        refused={"AlreadyPaid": 2, "NotOmitted": 2, "NotHolder": 2, "BeforeDeadline": 1},
    )


def test_VOTE_1_VOTE_2_VOTE_3_VOTE_4__any_history_of_meetings__kept(world: World, issuer_start: Start) -> None:
    evidence = Evidence()
    explore(MeetingStory, examples=14, steps=30, world=world, start=issuer_start, evidence=evidence)
    evidence.require(
        checked={"VOTE-1": 150, "VOTE-2": 40, "VOTE-3": 150, "VOTE-4": 40},
        accepted={"call": 7, "vote": 7, "voteFor": 2, "decide": 1, "recover": 2},
        refused={"VotingClosed": 1, "VotingNotOpen": 1, "InvalidBallot": 1, "NotHolder": 2, "VotingStillOpen": 1},
    )
