"""What resolutions that passed execute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from eth_abi.abi import encode
from tests.contracts.rights_stage import Handle, artifact, deploy
from tests.contracts.voting.conftest import AGAINST, FOR, NOTICE
from tests.contracts.voting.in_full import DAY, item

from tokenkit import reverts as errors
from tokenkit._keccak import keccak
from tokenkit.errors import TokenkitError
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.contracts.voting.in_full import Assembly

ROLE = 77
WEEK = 7 * DAY
Calls = list[dict[str, Any]]


def act(target: Handle, *numbers: int) -> Calls:
    return [{"target": target.address, "data": artifact("Obedient").encode_call("act", (one,))} for one in numbers]


def hash_of(calls: Sequence[dict[str, Any]]) -> bytes:
    return keccak(encode(["(address,bytes)[]"], [[(one["target"], one["data"]) for one in calls]]))


@pytest.fixture
def servant(assembly: Assembly) -> Handle:
    """Give a contract whose `act` the meetings may call."""
    stage = assembly.stage
    made = deploy(stage.chain, stage.admin, "Obedient", stage.manager.address)
    selector = artifact("Obedient").selector("act")
    stage.manager.send(stage.admin, "setTargetFunctionRole", made.address, [selector], ROLE)
    stage.manager.send(stage.admin, "grantRole", ROLE, assembly.meetings.address, 0)
    return made


@pytest.fixture
def calls(assembly: Assembly, servant: Handle) -> Calls:
    """Hold a meeting whose first resolution passed, and whose second, with the same calls, did not; the third has none."""
    prepared = act(servant, 1, 2)
    sealed = hash_of(prepared)
    assembly.convene_and_open(item(callsHash=sealed), item(callsHash=sealed), item(), executionDelay=2 * DAY)
    assembly.vote(assembly.stage.ana, FOR, AGAINST, FOR)
    assembly.close()
    assembly.meetings.send(assembly.stage.stranger, "decide", 1)
    return prepared


def schedule(hall: Assembly, calls: Calls, resolution: int = 0) -> int:
    receipt = hall.meetings.send(hall.stage.stranger, "schedule", 1, resolution, calls)
    return int(hall.meetings.only_event(receipt, "CallsScheduled")["readyAt"])


def execute(hall: Assembly, calls: Calls, resolution: int = 0) -> Any:  # noqa: ANN401 - a receipt
    return hall.meetings.send(hall.stage.stranger, "execute", 1, resolution, calls)


def test_VOTE_9__schedule__not_on_record_yet__refused(assembly: Assembly, servant: Handle) -> None:
    prepared = act(servant, 1)
    assembly.convene_and_open(item(callsHash=hash_of(prepared)), executionDelay=DAY)
    assembly.vote(assembly.stage.ana, FOR)
    assembly.close()
    for function in ("schedule", "execute"):
        with assembly.nothing_changes(), reverts(errors.NotPassed, meeting_id=1, resolution=0):
            assembly.meetings.send(assembly.stage.stranger, function, 1, 0, prepared)


def test_VOTE_9__schedule__resolution_did_not_pass__refused(assembly: Assembly, calls: Calls) -> None:
    for resolution in (1, 64):
        with assembly.nothing_changes(), reverts(errors.NotPassed, meeting_id=1, resolution=resolution):
            schedule(assembly, calls, resolution)


def test_VOTE_9__schedule__other_calls__refused(assembly: Assembly, calls: Calls, servant: Handle) -> None:
    for other in (calls[:1], calls[::-1], [], act(servant, 1, 3)):
        with (
            assembly.nothing_changes(),
            reverts(errors.CallsDiffer, expected=hash_of(calls), given=hash_of(other)),
        ):
            schedule(assembly, other)
    with assembly.nothing_changes(), reverts(errors.CallsDiffer, expected=bytes(32), given=hash_of(calls)):
        schedule(assembly, calls, 2)


def test_schedule__twice__refused_until_a_week_after_the_delay(assembly: Assembly, calls: Calls) -> None:
    ready = schedule(assembly, calls)
    next_transaction_at(assembly.chain, ready + WEEK - 1)
    with assembly.nothing_changes(), reverts(errors.CallsWaiting, ready_at=ready):
        schedule(assembly, calls)
    next_transaction_at(assembly.chain, ready + WEEK)
    with assembly.nothing_changes(), reverts(errors.CallsNotScheduled, meeting_id=1, resolution=0):
        execute(assembly, calls)
    next_transaction_at(assembly.chain, ready + WEEK)
    assert schedule(assembly, calls) == ready + WEEK + 2 * DAY


def test_VOTE_9__execute__not_scheduled_or_before_the_delay__refused(assembly: Assembly, calls: Calls) -> None:
    with assembly.nothing_changes(), reverts(errors.CallsNotScheduled, meeting_id=1, resolution=0):
        execute(assembly, calls)
    ready = schedule(assembly, calls)
    next_transaction_at(assembly.chain, ready - 1)
    with assembly.nothing_changes(), reverts(errors.CallsNotReady, ready_at=ready):
        execute(assembly, calls)


def test_execute__after_the_delay__acts_in_order(assembly: Assembly, calls: Calls, servant: Handle) -> None:
    ready = schedule(assembly, calls)
    assert ready == assembly.chain.now() + 2 * DAY
    assert assembly.meetings.read("callsOf", 1, 0) == (hash_of(calls), ready, 0)
    next_transaction_at(assembly.chain, ready)

    receipt = execute(assembly, calls)

    assert assembly.meetings.only_event(receipt, "CallsExecuted") == {"meetingId": 1, "resolution": 0}
    assert [servant.read("done", at) for at in range(2)] == [1, 2]
    assert assembly.meetings.read("callsOf", 1, 0) == (hash_of(calls), ready, 1)


def test_VOTE_9__execute__again__refused(assembly: Assembly, calls: Calls) -> None:
    assembly.chain.travel(to=schedule(assembly, calls))
    execute(assembly, calls)
    for function in ("schedule", "execute"):
        with assembly.nothing_changes(), reverts(errors.CallsDone, meeting_id=1, resolution=0):
            assembly.meetings.send(assembly.stage.stranger, function, 1, 0, calls)


def test_VOTE_9__execute__called_again_from_within__acts_once(
    assembly: Assembly, calls: Calls, servant: Handle
) -> None:
    order = artifact("Meetings").encode_call("execute", (1, 0, calls))
    servant.send(assembly.stage.admin, "plot", assembly.meetings.address, order)
    assembly.chain.travel(to=schedule(assembly, calls))
    execute(assembly, calls)
    assert servant.read("count") == 2
    assert not servant.read("succeeded")


def test_execute__a_call_fails__nothing_is_done_and_it_can_be_tried_again(assembly: Assembly, servant: Handle) -> None:
    prepared = act(servant, 1, 13)
    assembly.convene_and_open(item(callsHash=hash_of(prepared)), executionDelay=DAY)
    assembly.vote(assembly.stage.ana, FOR)
    assembly.close()
    assembly.meetings.send(assembly.stage.stranger, "decide", 1)
    assembly.chain.travel(to=schedule(assembly, prepared))
    for _ in range(2):
        with assembly.nothing_changes(), pytest.raises(TokenkitError):
            execute(assembly, prepared)
    assert servant.read("count") == 0
    assert assembly.meetings.read("callsOf", 1, 0)[2] == 0


def test_VOTE_9__meetings_lack_the_power__execution_refused(assembly: Assembly, calls: Calls) -> None:
    stage = assembly.stage
    ready = schedule(assembly, calls)
    stage.manager.send(stage.admin, "revokeRole", ROLE, assembly.meetings.address)
    assembly.chain.travel(to=ready)
    with assembly.nothing_changes(), reverts(errors.AccessManagerUnauthorizedCall, caller=assembly.meetings.address):
        execute(assembly, calls)


def test_execute__role_has_a_longer_delay__waits_for_it_and_its_guardian_can_cancel(
    assembly: Assembly, calls: Calls
) -> None:
    stage = assembly.stage
    stage.manager.send(stage.admin, "grantRole", ROLE, assembly.meetings.address, 3 * DAY)
    stage.manager.send(stage.admin, "setRoleGuardian", ROLE, 78)
    stage.manager.send(stage.admin, "grantRole", 78, stage.agent.address, 0)
    ready = schedule(assembly, calls)
    assert ready == assembly.chain.now() + 3 * DAY
    before = assembly.chain.snapshot()
    assembly.chain.travel(to=ready)
    execute(assembly, calls)
    assembly.chain.revert(before)
    stage.manager.send(stage.agent, "cancel", assembly.meetings.address, calls[1]["target"], calls[1]["data"])
    assembly.chain.travel(to=ready)
    with assembly.nothing_changes(), reverts(errors.AccessManagerNotScheduled):
        execute(assembly, calls)


@pytest.mark.parametrize("caller", ["stranger", "ana", "issuer", "admin"])
def test_cancel__caller_is_not_the_guardian__refused(assembly: Assembly, calls: Calls, caller: str) -> None:
    schedule(assembly, calls)
    sender = getattr(assembly.stage, caller)
    with assembly.nothing_changes(), reverts(errors.AccessManagedUnauthorized, caller=sender.address):
        assembly.meetings.send(sender, "cancel", 1, 0, "no")


@pytest.mark.parametrize("scheduled", [False, True])
def test_VOTE_9__cancel__by_the_guardian__for_good(assembly: Assembly, calls: Calls, *, scheduled: bool) -> None:
    ready = schedule(assembly, calls) if scheduled else 0

    receipt = assembly.meetings.send(assembly.guardian, "cancel", 1, 0, "The buyer withdrew")

    told = {"meetingId": 1, "resolution": 0, "reason": "The buyer withdrew"}
    assert assembly.meetings.only_event(receipt, "CallsCancelled") == told
    assert assembly.meetings.read("callsOf", 1, 0) == (hash_of(calls), ready, 2)
    assert assembly.passed()[0]
    assembly.chain.travel(by=3 * DAY)
    for function in ("schedule", "execute"):
        with assembly.nothing_changes(), reverts(errors.CallsDone, meeting_id=1, resolution=0):
            assembly.meetings.send(assembly.stage.stranger, function, 1, 0, calls)
    with assembly.nothing_changes(), reverts(errors.CallsDone, meeting_id=1, resolution=0):
        assembly.meetings.send(assembly.guardian, "cancel", 1, 0, "again")


def test_schedule__a_year_after_the_end__refused(assembly: Assembly, calls: Calls) -> None:
    lapses = assembly.meetings.read("meetingOf", 1)["closes"] + 365 * DAY
    next_transaction_at(assembly.chain, lapses)
    with assembly.nothing_changes(), reverts(errors.ResolutionLapsed, lapsed_at=lapses):
        schedule(assembly, calls)


def test_schedule__a_year_after_the_end_but_a_second__executed_after_its_delay(
    assembly: Assembly, calls: Calls, servant: Handle
) -> None:
    next_transaction_at(assembly.chain, assembly.meetings.read("meetingOf", 1)["closes"] + 365 * DAY - 1)
    ready = schedule(assembly, calls)
    next_transaction_at(assembly.chain, ready + WEEK - 1)
    execute(assembly, calls)
    assert servant.read("count") == 2


def test_schedule__secret_meeting__lapses_a_year_after_the_opening(assembly: Assembly, servant: Handle) -> None:
    prepared = act(servant, 1)
    ends = assembly.full_notice()["closes"] + 30 * DAY
    assembly.convene_and_open(item(callsHash=hash_of(prepared)), ends=ends, executionDelay=DAY)
    ana = assembly.stage.ana
    sealed = assembly.hash_of(ana, FOR, NOTICE)
    assembly.meetings.send(ana, "commit", 1, ana.address, 0, False, sealed)
    assembly.close()
    assembly.meetings.send(ana, "open", 1, ana.address, 0, ZERO_ADDRESS, FOR, [], NOTICE)
    assembly.chain.travel(to=ends)
    assembly.meetings.send(assembly.stage.stranger, "decide", 1)
    next_transaction_at(assembly.chain, ends + 365 * DAY)
    with assembly.nothing_changes(), reverts(errors.ResolutionLapsed, lapsed_at=ends + 365 * DAY):
        schedule(assembly, prepared)
