"""Fixtures of the meetings' tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.rights_stage import Handle, Stage, build, nothing_changes

from tokenkit.testing import next_transaction_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from tests.contracts.voting.in_full import Assembly

    from tokenkit.chain import DevelopmentChain, Receipt, Signer

HOUR = 3_600
NOTICE = b"\x22" * 32

ABSTAIN, FOR, AGAINST = 0, 1, 2
SIMPLE, TWO_THIRDS, THREE_QUARTERS = 0, 1, 2


def marks(*choices: int) -> int:
    """Write a ballot as the contract takes it."""
    return sum(choice << 2 * at for at, choice in enumerate(choices))


def agenda(*majorities: int) -> list[dict[str, Any]]:
    return [{"documentHash": bytes([at + 1]) * 32, "majority": majority} for at, majority in enumerate(majorities)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingStage:
    """The stage, and what meetings need."""

    stage: Stage

    @property
    def chain(self) -> DevelopmentChain:
        return self.stage.chain

    @property
    def meetings(self) -> Handle:
        return self.stage.meetings

    def notice(self, **changes: object) -> dict[str, Any]:
        opens = max(self.stage.record_date, self.chain.now()) + 2 * HOUR
        return {
            "token": self.stage.register.address,
            "recordDate": self.stage.record_date,
            "opens": opens,
            "closes": opens + 48 * HOUR,
            "quorumBps": 5_000,
            "documentHash": NOTICE,
            "agenda": agenda(SIMPLE, THREE_QUARTERS),
            "excluded": [self.stage.treasury.address],
            **changes,
        }

    def call(self, **changes: object) -> int:
        receipt = self.meetings.send(self.stage.issuer, "call", self.notice(**changes))
        return int(self.meetings.only_event(receipt, "MeetingCalled")["meetingId"])

    def open(self, meeting: int = 1) -> None:
        next_transaction_at(self.chain, self.meetings.read("meetingOf", meeting)["opens"])

    def close(self, meeting: int = 1) -> None:
        self.chain.travel(to=self.meetings.read("meetingOf", meeting)["closes"])

    def vote(self, voter: Signer, *choices: int, meeting: int = 1) -> Receipt:
        return self.meetings.send(voter, "vote", meeting, marks(*choices))

    def counts(self, meeting: int = 1) -> list[tuple[int, int, int]]:
        """Return for, against and abstained of each resolution."""
        resolutions = self.meetings.read("meetingOf", meeting)["resolutions"]
        found = [self.meetings.read("resolutionOf", meeting, at) for at in range(resolutions)]
        return [(one["inFavour"], one["against"], one["abstained"]) for one in found]

    def passed(self, meeting: int = 1) -> list[bool]:
        resolutions = self.meetings.read("meetingOf", meeting)["resolutions"]
        return [self.meetings.read("resolutionOf", meeting, at)["passed"] for at in range(resolutions)]

    def state(self, people: Sequence[Signer] = ()) -> object:
        count = self.meetings.read("meetingCount")
        everybody = (*self.stage.holders, self.stage.treasury, *people)
        return [
            (
                self.meetings.read("meetingOf", number),
                self.counts(number),
                [self.meetings.read("ballotOf", number, one.address) for one in everybody],
            )
            for number in range(1, count + 1)
        ]

    def nothing_changes(self) -> AbstractContextManager[None]:
        """Check that nothing at all was mined: a refusal leaves not even a block."""
        return nothing_changes(lambda: self.chain.block().hash)


@pytest.fixture(scope="session")
def session_hall(session_chain: DevelopmentChain) -> MeetingStage:
    return MeetingStage(stage=build(session_chain))


@pytest.fixture
def hall(session_hall: MeetingStage, chain: DevelopmentChain) -> MeetingStage:
    """Give the stage before the record date; whatever the test does is undone."""
    return session_hall


@pytest.fixture
def opened(hall: MeetingStage) -> MeetingStage:
    """Give the stage with meeting 1 open for ballots: 999 units, of ana 600, ben 250, cleo 149."""
    hall.call()
    hall.open()
    return hall


@pytest.fixture(scope="session")
def session_assembly(session_hall: MeetingStage) -> Assembly:
    from tests.contracts.voting.in_full import assemble  # noqa: PLC0415 - it imports the words above

    return assemble(session_hall)


@pytest.fixture
def assembly(session_assembly: Assembly, chain: DevelopmentChain) -> Assembly:
    """Give two classes before the record date; whatever the test does is undone."""
    return session_assembly
