from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.voting.conftest import HOUR, NOTICE, SIMPLE, THREE_QUARTERS, TWO_THIRDS, agenda

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.types import ZERO_ADDRESS, parse_address

if TYPE_CHECKING:
    from tests.contracts.voting.conftest import MeetingStage

NO_CONTRACT = parse_address("0x00000000000000000000000000000000000000c0")


@pytest.mark.parametrize("caller", ["stranger", "ana", "agent", "admin"])
def test_call__caller_is_not_the_issuer__refused(hall: MeetingStage, caller: str) -> None:
    sender = getattr(hall.stage, caller)
    with hall.nothing_changes(), reverts(errors.AccessManagedUnauthorized, caller=sender.address):
        hall.meetings.send(sender, "call", hall.notice())


@pytest.mark.parametrize("length", [0, 65])
def test_call__agenda_empty_or_too_long__refused(hall: MeetingStage, length: int) -> None:
    with hall.nothing_changes(), reverts(errors.InvalidAgenda, limit=64):
        hall.call(agenda=agenda(*[SIMPLE] * length))


def test_call__quorum_above_everybody__refused(hall: MeetingStage) -> None:
    with hall.nothing_changes(), reverts(errors.InvalidShare, bps=10_001):
        hall.call(quorumBps=10_001)
    hall.call(quorumBps=10_000)


@pytest.mark.parametrize("what", ["nothing", "coin"])
def test_call__token_keeps_no_register__refused(hall: MeetingStage, what: str) -> None:
    token = NO_CONTRACT if what == "nothing" else hall.stage.manager.address
    with hall.nothing_changes(), reverts(errors.InvalidContract, account=token):
        hall.call(token=token)


def test_call__record_date_not_scheduled__refused(hall: MeetingStage) -> None:
    missed = hall.stage.record_date - 1
    with hall.nothing_changes(), reverts(errors.RecordDateNotScheduled, record_date=missed):
        hall.call(recordDate=missed)


def test_call__opens_before_the_record_date__refused(hall: MeetingStage) -> None:
    record_date = hall.stage.record_date
    window = {"opens": record_date - 1, "closes": record_date + HOUR}
    with hall.nothing_changes(), reverts(errors.InvalidWindow, **window):
        hall.call(**window)
    hall.call(opens=record_date, closes=record_date + HOUR)


def test_call__opens_in_the_past__refused(hall: MeetingStage) -> None:
    now = hall.stage.record_date + 10 * HOUR
    next_transaction_at(hall.chain, now)
    window = {"opens": now - 1, "closes": now + 5 * HOUR}
    with hall.nothing_changes(), reverts(errors.InvalidWindow, **window):
        hall.call(**window)
    hall.call(opens=now, closes=now + HOUR)


def test_call__open_for_less_than_an_hour__refused(hall: MeetingStage) -> None:
    opens = hall.stage.record_date + HOUR
    window = {"opens": opens, "closes": opens + HOUR - 1}
    with hall.nothing_changes(), reverts(errors.InvalidWindow, **window):
        hall.call(**window)


@pytest.mark.parametrize("far", [2**40, 2**48 - 1])
def test_call__closes_further_than_can_be_kept__refused(hall: MeetingStage, far: int) -> None:
    opens = hall.stage.record_date + HOUR
    for window in ({"opens": opens, "closes": far}, {"opens": far - HOUR, "closes": far}):
        with hall.nothing_changes(), reverts(errors.InvalidWindow, **window):
            hall.call(**window)
    hall.call(opens=opens, closes=2**40 - 1)


def test_call__excluded_not_ascending_or_zero__refused(hall: MeetingStage) -> None:
    ana, ben = hall.stage.ana.address, hall.stage.ben.address
    for previous, following, excluded in (
        (ben, ana, [ben, ana]),
        (ana, ana, [ana, ana]),
        (ZERO_ADDRESS, ZERO_ADDRESS, [ZERO_ADDRESS]),
    ):
        with hall.nothing_changes(), reverts(errors.NotAscending, previous=previous, next=following):
            hall.call(excluded=excluded)


def test_call__thirty_three_excluded__refused(hall: MeetingStage) -> None:
    many = [parse_address(f"0x{number:040x}") for number in range(1, 34)]
    with hall.nothing_changes(), reverts(errors.TooManyExcluded, limit=32):
        hall.call(excluded=many)
    hall.call(excluded=many[:32])


def test_call__sound_notice__kept_and_announced(hall: MeetingStage) -> None:
    notice = hall.notice(agenda=agenda(SIMPLE, TWO_THIRDS, THREE_QUARTERS))

    receipt = hall.meetings.send(hall.stage.issuer, "call", notice)

    announced = hall.meetings.only_event(receipt, "MeetingCalled")
    assert announced == {
        "meetingId": 1,
        **notice,
        "agenda": tuple(notice["agenda"]),
        "excluded": tuple(notice["excluded"]),
    }
    assert hall.meetings.read("meetingCount") == 1
    assert hall.meetings.read("meetingOf", 1) == {
        "token": notice["token"],
        "recordDate": notice["recordDate"],
        "opens": notice["opens"],
        "closes": notice["closes"],
        "quorumBps": 5_000,
        "resolutions": 3,
        "documentHash": NOTICE,
        "entitled": 0,
        "present": 0,
    }
    for at, majority in enumerate((SIMPLE, TWO_THIRDS, THREE_QUARTERS)):
        assert hall.meetings.read("resolutionOf", 1, at) == {
            "documentHash": bytes([at + 1]) * 32,
            "majority": majority,
            "inFavour": 0,
            "against": 0,
            "abstained": 0,
            "quorate": False,
            "passed": False,
        }


def test_call__sixty_four_resolutions__fit(hall: MeetingStage) -> None:
    receipt = hall.meetings.send(hall.stage.issuer, "call", hall.notice(agenda=agenda(*[SIMPLE] * 64)))
    assert receipt.gas_used < 4_000_000
    assert hall.meetings.read("meetingOf", 1)["resolutions"] == 64


def test_views__unknown_meeting_or_resolution__refused(hall: MeetingStage) -> None:
    hall.call()
    for number in (0, 2):
        for view, args in (("meetingOf", ()), ("resolutionOf", (0,)), ("ballotOf", (hall.stage.ana.address,))):
            with reverts(errors.UnknownMeeting, meeting_id=number):
                hall.meetings.read(view, number, *args)
    with reverts(errors.UnknownResolution, meeting_id=1, resolution=2):
        hall.meetings.read("resolutionOf", 1, 2)


def test_meeting_of__record_date_passed_without_a_ballot__knows_who_is_entitled(hall: MeetingStage) -> None:
    hall.call()
    hall.stage.pass_record_date()
    assert hall.meetings.read("meetingOf", 1)["entitled"] == 999


def test_call__record_date_passed__base_of_the_quorum_is_fixed(hall: MeetingStage) -> None:
    stage = hall.stage
    stage.pass_record_date()
    hall.call()
    stage.register.send(stage.admin, "setSupply", 0, 2**200)
    assert hall.meetings.read("meetingOf", 1)["entitled"] == 999
