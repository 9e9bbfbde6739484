from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.rights_stage import deploy
from tests.contracts.voting.conftest import HOUR, NOTICE, SIMPLE, TWO_THIRDS
from tests.contracts.voting.in_full import (
    CHOICE,
    CUSTOM,
    ELECTION,
    ENTITLED,
    MOTION,
    PLURALITY,
    PRESENT,
    choice,
    election,
    item,
)

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.types import ZERO_ADDRESS, parse_address

if TYPE_CHECKING:
    from tests.contracts.voting.in_full import Assembly


@pytest.mark.parametrize("caller", ["stranger", "ana", "agent", "admin"])
def test_convene__caller_is_not_the_issuer__refused(assembly: Assembly, caller: str) -> None:
    sender = getattr(assembly.stage, caller)
    with assembly.nothing_changes(), reverts(errors.AccessManagedUnauthorized, caller=sender.address):
        assembly.meetings.send(sender, "convene", assembly.full_notice())


@pytest.mark.parametrize("length", [0, 65])
def test_convene__agenda_empty_or_too_long__refused(assembly: Assembly, length: int) -> None:
    with assembly.nothing_changes(), reverts(errors.InvalidAgenda, limit=64):
        assembly.convene(agenda=[item()] * length)


def test_convene__classes_missing_repeated_without_votes_or_too_many__refused(assembly: Assembly) -> None:
    first, second = assembly.tokens
    for classes in (
        [],
        [(second, 1), (first, 1)],
        [(first, 1), (first, 1)],
        [(first, 0)],
        [(first, 1), (second, 0)],
        [(first, 1)] * 5,
    ):
        with assembly.nothing_changes(), reverts(errors.InvalidClasses, limit=4):
            assembly.convene(classes=[{"token": token, "multiplier": votes} for token, votes in classes])


def test_convene__a_class_without_the_record_date__refused(assembly: Assembly) -> None:
    later = assembly.stage.record_date + 10
    assembly.stage.register.send(assembly.stage.admin, "schedule", later)
    with assembly.nothing_changes(), reverts(errors.RecordDateNotScheduled, record_date=later):
        assembly.convene(recordDate=later)


def test_convene__window_is_not_sound__refused(assembly: Assembly) -> None:
    date = assembly.stage.record_date
    for opens, closes in ((date - 1, date + HOUR), (date, date + HOUR - 1), (date, 2**40)):
        with assembly.nothing_changes(), reverts(errors.InvalidWindow, opens=opens, closes=closes):
            assembly.convene(opens=opens, closes=closes)


def test_convene__latest_close_before_the_close__refused(assembly: Assembly) -> None:
    notice = assembly.full_notice()
    latest = notice["closes"] - 1
    with (
        assembly.nothing_changes(),
        reverts(errors.InvalidExtension, closes=notice["closes"], latest_close=latest),
    ):
        assembly.convene(latestClose=latest)


def test_convene__too_little_time_to_open_secret_ballots_or_beyond_what_can_be_kept__refused(
    assembly: Assembly,
) -> None:
    closes = assembly.full_notice()["closes"]
    for ends, latest in ((closes, 0), (closes + HOUR - 1, 0), (2**40, 0), (2**40 - 1, closes + 1), (0, 2**40)):
        with assembly.nothing_changes(), reverts(errors.InvalidEnd, ends=ends):
            assembly.convene(ends=ends, latestClose=latest)
    assembly.convene(ends=2**40 - 1)


UNSOUND: list[dict[str, Any]] = [
    item(options=2),
    item(seats=1),
    item(majority=PLURALITY),
    item(majority=CUSTOM),
    item(majority=CUSTOM, numerator=3, denominator=2),
    item(majority=CUSTOM, numerator=0, denominator=2),
    item(majority=TWO_THIRDS, numerator=2, denominator=3),
    item(classIndex=2),
    choice(0),
    choice(17),
    choice(3) | {"seats": 2},
    choice(3) | {"seats": 0},
    election(3, 0),
    election(3, 4),
    election(17, 1),
    election(3, 2) | {"majority": SIMPLE},
    choice(3, callsHash=b"\x01" * 32),
    election(3, 2, callsHash=b"\x01" * 32),
]


@pytest.mark.parametrize("unsound", range(len(UNSOUND)))
def test_convene__resolution_is_not_put_as_its_kind_asks__refused(assembly: Assembly, unsound: int) -> None:
    with assembly.nothing_changes(), reverts(errors.InvalidResolution, resolution=1):
        assembly.convene(item(), UNSOUND[unsound])


def test_call__majority_of_meetings_in_full__refused(assembly: Assembly) -> None:
    for majority in (CUSTOM, PLURALITY):
        with assembly.nothing_changes(), reverts(errors.InvalidResolution, resolution=0):
            assembly.call(agenda=[{"documentHash": NOTICE, "majority": majority}])


def test_convene__quorum_above_everybody__refused(assembly: Assembly) -> None:
    with assembly.nothing_changes(), reverts(errors.InvalidShare, bps=10_001):
        assembly.convene(item(quorumBps=10_001))


def test_convene__excluded_or_interested_out_of_order__refused(assembly: Assembly) -> None:
    ana, ben = assembly.stage.ana.address, assembly.stage.ben.address
    for previous, following, names in ((ben, ana, [ben, ana]), (ZERO_ADDRESS, ZERO_ADDRESS, [ZERO_ADDRESS])):
        with assembly.nothing_changes(), reverts(errors.NotAscending, previous=previous, next=following):
            assembly.convene(excluded=names)
        with assembly.nothing_changes(), reverts(errors.NotAscending, previous=previous, next=following):
            assembly.convene(item(interested=names))


def test_convene__more_interested_than_can_be_asked_about__refused(assembly: Assembly) -> None:
    many = [parse_address(f"0x{number:040x}") for number in range(1, 65)]
    with assembly.nothing_changes(), reverts(errors.TooManyInterested, limit=64):
        assembly.convene(item(interested=many), item(interested=many[:1]))
    assembly.convene(item(interested=many[:32]), item(interested=many[:32]))


def test_convene__more_options_than_can_be_decided_at_once__refused(assembly: Assembly) -> None:
    sixteen = [election(16, 3)] * 15
    with assembly.nothing_changes(), reverts(errors.TooManyOptions, limit=256):
        assembly.convene(*sixteen, choice(15), election(2, 1))
    assembly.convene(*sixteen, choice(14), election(2, 1), item())


def test_convene__more_votes_than_can_be_counted__refused(assembly: Assembly) -> None:
    stage, limit = assembly.stage, 2**96 - 1
    stage.hold({stage.ana.address: 0, stage.ben.address: 0, stage.cleo.address: 0, stage.treasury.address: 0})
    stage.hold({stage.ana.address: (limit - 1_800) // 5})  # the second class has 180 units, with 10 votes each
    classes = [{"token": token, "multiplier": votes} for token, votes in zip(assembly.tokens, (5, 10), strict=True)]
    votes = (limit - 1_800) // 5 * 5 + 1_800
    more = [classes[0], {**classes[1], "multiplier": 11}]
    with assembly.nothing_changes(), reverts(errors.VotesOverflow, votes=votes + 180, limit=limit):
        assembly.convene(classes=more)
    assembly.convene(classes=classes)
    assembly.open()
    assembly.vote(stage.ana, 1)
    assembly.vote(stage.ben, 1)
    assert assembly.counts() == [(votes - 180 * 10 + 100 * 10, 0, 0)]


def test_convene__calls_in_a_meeting_of_a_class_that_is_not_the_issuers__refused(assembly: Assembly) -> None:
    """Otherwise who may convene could make up a register, and with it use the roles of the meetings."""
    stage = assembly.stage
    made_up = deploy(stage.chain, stage.issuer, "RegisterStub")
    made_up.send(stage.issuer, "schedule", stage.record_date)
    acts = item(callsHash=b"\x01" * 32)
    classes = [{"token": token, "multiplier": 1} for token in (stage.register.address, made_up.address)]
    for chosen in (classes[1:], sorted(classes, key=lambda one: int(one["token"], 16))):
        with assembly.nothing_changes(), reverts(errors.ForeignClass, token=made_up.address):
            assembly.convene(acts, classes=chosen, executionDelay=86_400)
        assembly.convene(classes=chosen)


def test_convene__calls_without_time_to_cancel__refused(assembly: Assembly) -> None:
    acts = item(callsHash=b"\x01" * 32)
    with assembly.nothing_changes(), reverts(errors.InvalidDelay, delay=86_399, minimum=86_400):
        assembly.convene(item(), acts, executionDelay=86_399)
    assembly.convene(item(), acts, executionDelay=86_400)
    assert assembly.meetings.read("callsOf", 1, 1) == (b"\x01" * 32, 0, 0)
    assert assembly.meetings.read("timesOf", 1) == (0, 0, 86_400, 2)


def test_convene__sound_notice__kept_and_announced_whole(assembly: Assembly) -> None:
    agenda = [
        item(majority=CUSTOM, numerator=3, denominator=5, base=ENTITLED, quorumBps=2_500, classIndex=1),
        choice(4, majority=SIMPLE, base=PRESENT),
        election(16, 7, interested=[assembly.stage.ana.address]),
    ]
    notice = assembly.full_notice(*agenda)

    receipt = assembly.meetings.send(assembly.stage.issuer, "convene", notice)

    announced = assembly.meetings.only_event(receipt, "MeetingConvened")
    assert announced["meetingId"] == 1
    told = announced["notice"]
    assert {**told, "classes": list(told["classes"]), "excluded": list(told["excluded"])} == {
        **notice,
        "agenda": tuple({**one, "interested": tuple(one["interested"])} for one in agenda),
    }
    found = assembly.meetings.read("meetingOf", 1)
    assert (found["token"], found["resolutions"], found["quorumBps"]) == (assembly.tokens[0], 3, 2_500)
    assert [assembly.result(at)["kind"] for at in range(3)] == [MOTION, CHOICE, ELECTION]
    assert [len(assembly.result(at)["votes"]) for at in range(3)] == [0, 4, 16]
    assert assembly.meetings.read("classOf", 1, 1) == (assembly.tokens[1], 10, 0, 0)
    with reverts(errors.UnknownClass, meeting_id=1, class_index=2):
        assembly.meetings.read("classOf", 1, 2)


def test_convene__largest_notice_that_is_taken__fits_a_transaction_and_can_be_decided_in_one(
    assembly: Assembly,
) -> None:
    """Of real classes it takes 11.4 and 8.5 million gas, of the 16.8 that a transaction may use (EIP-7825); here two classes are empty."""
    stage = assembly.stage
    more = [deploy(stage.chain, stage.admin, "RegisterStub") for _ in range(2)]
    for register in more:
        register.send(stage.admin, "schedule", stage.record_date)
    tokens = sorted([*assembly.tokens, *(one.address for one in more)], key=lambda one: int(one, 16))
    names = [parse_address(f"0x{number:040x}") for number in range(1, 65)]
    agenda = [election(16, 16, interested=names[at : at + 1]) for at in range(16)]
    agenda += [item(interested=names[at : at + 1]) for at in range(16, 64)]
    receipt = stage.meetings.send(
        stage.issuer,
        "convene",
        assembly.full_notice(
            *agenda, classes=[{"token": token, "multiplier": 3} for token in tokens], excluded=names[:32]
        ),
    )
    assert receipt.gas_used < 16_777_216
    assembly.open()
    assembly.close()
    assert assembly.meetings.send(assembly.relayer, "decide", 1).gas_used < 16_777_216


def test_convene__record_date_passed__bases_are_fixed(assembly: Assembly) -> None:
    assembly.stage.pass_record_date()
    assembly.convene()
    for register in assembly.registers:
        register.send(assembly.stage.admin, "setSupply", 0, 2**90)
    assert assembly.meetings.read("meetingOf", 1)["entitled"] == 999 + 1_800


# ── the close put off ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("caller", ["stranger", "ana", "admin"])
def test_extend__caller_is_not_the_issuer__refused(assembly: Assembly, caller: str) -> None:
    sender = getattr(assembly.stage, caller)
    closes = assembly.full_notice()["closes"]
    assembly.convene(latestClose=closes + HOUR)
    with assembly.nothing_changes(), reverts(errors.AccessManagedUnauthorized, caller=sender.address):
        assembly.meetings.send(sender, "extend", 1, closes + 1)


@pytest.mark.parametrize("change", [-1, 0, HOUR + 1])
def test_extend__earlier_or_beyond_the_notice__refused(assembly: Assembly, change: int) -> None:
    closes = assembly.full_notice()["closes"]
    assembly.convene(latestClose=closes + HOUR)
    with (
        assembly.nothing_changes(),
        reverts(errors.InvalidExtension, closes=closes + change, latest_close=closes + HOUR),
    ):
        assembly.meetings.send(assembly.stage.issuer, "extend", 1, closes + change)


def test_extend__notice_names_no_later_close__refused(assembly: Assembly) -> None:
    assembly.convene()
    assembly.call()
    closes = assembly.meetings.read("meetingOf", 1)["closes"]
    for meeting in (1, 2):
        with assembly.nothing_changes(), reverts(errors.InvalidExtension, closes=closes + 99, latest_close=0):
            assembly.meetings.send(assembly.stage.issuer, "extend", meeting, closes + 99)


def test_VOTE_4__extend__in_the_last_hour_or_after_the_close__refused(assembly: Assembly) -> None:
    closes = assembly.full_notice()["closes"]
    later = closes + 5 * HOUR
    assembly.convene(latestClose=later)
    for second in (closes - HOUR + 1, closes, closes + 1):
        next_transaction_at(assembly.chain, second)
        with assembly.nothing_changes(), reverts(errors.InvalidExtension, closes=later, latest_close=later):
            assembly.meetings.send(assembly.stage.issuer, "extend", 1, later)


def test_extend__an_hour_before_the_close__told_and_ballots_count_longer(assembly: Assembly) -> None:
    closes = assembly.full_notice()["closes"]
    later = closes + 5 * HOUR
    assembly.convene(latestClose=later, ends=closes + HOUR)
    next_transaction_at(assembly.chain, closes - HOUR)

    receipt = assembly.meetings.send(assembly.stage.issuer, "extend", 1, later)

    told = {"meetingId": 1, "closes": later, "ends": later + HOUR}
    assert assembly.meetings.only_event(receipt, "CloseExtended") == told
    assert assembly.meetings.read("timesOf", 1) == (later, later + HOUR, 0, 2)
    next_transaction_at(assembly.chain, later - 1)
    ana = assembly.stage.ana
    assembly.meetings.send(ana, "commit", 1, ana.address, 0, False, assembly.hash_of(ana, 1, NOTICE))
    next_transaction_at(assembly.chain, later + HOUR - 1)
    assembly.meetings.send(ana, "open", 1, ana.address, 0, ZERO_ADDRESS, 1, [], NOTICE)
    assert assembly.counts() == [(600, 0, 0)]
