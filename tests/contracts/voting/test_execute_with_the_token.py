"""A resolution of a deployed suite: holders resolve to issue units, and the meetings issue them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_abi.abi import encode
from tests.contracts.rights_stage import Handle
from tests.contracts.voting.conftest import FOR
from tests.contracts.voting.in_full import DAY, item

from tokenkit import reverts as errors
from tokenkit._keccak import keccak
from tokenkit.artifacts import load
from tokenkit.powers import Role
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tokenkit.chain import DevelopmentChain
    from tokenkit.suite import Suite
    from tokenkit.testing import People


def test_VOTE_9__resolution_to_issue__issues_through_the_authority_once(
    suite: Suite, people: People, chain: DevelopmentChain
) -> None:
    ordinary, record_date = suite.token("ORD"), chain.now() + 1_000
    ordinary.issuance.issue(people.ana.address, 500, reason="Founding").send(people.issuer)
    ordinary.issuance.schedule_record_date(record_date).send(people.issuer)
    meetings = Handle(chain, "Meetings", suite.record.address("meetings"))
    manager = Handle(chain, "AccessManager", suite.record.address("manager"))
    issue = load("SecurityToken").encode_call("issue", (people.ben.address, 77, "Resolution 1", bytes(32)))
    calls = [{"target": ordinary.address, "data": issue}]
    sealed = keccak(encode(["(address,bytes)[]"], [[(ordinary.address, issue)]]))
    notice = {
        "recordDate": record_date,
        "opens": record_date + DAY,
        "closes": record_date + 2 * DAY,
        "latestClose": 0,
        "ends": 0,
        "executionDelay": DAY,
        "documentHash": bytes(32),
        "classes": [{"token": ordinary.address, "multiplier": 1}],
        "agenda": [item(callsHash=sealed)],
        "excluded": [],
    }
    meetings.send(people.issuer, "convene", notice)
    chain.travel(to=record_date + DAY)
    meetings.send(people.ana, "vote", 1, FOR)
    chain.travel(to=record_date + 2 * DAY)
    meetings.send(people.mallory, "decide", 1)

    with reverts(errors.AccessManagerUnauthorizedCall, caller=meetings.address, target=ordinary.address):
        meetings.send(people.mallory, "schedule", 1, 0, calls)  # the admin has not given the meetings the power
    manager.send(people.admin, "grantRole", int(Role.ISSUER), meetings.address, 0)
    meetings.send(people.mallory, "schedule", 1, 0, calls)
    chain.travel(by=DAY)
    meetings.send(people.mallory, "execute", 1, 0, calls)

    assert ordinary.transfers.balance(people.ben.address).units == 77
    with reverts(errors.CallsDone, meeting_id=1, resolution=0):
        meetings.send(people.mallory, "execute", 1, 0, calls)
