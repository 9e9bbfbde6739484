"""Proxies: for a meeting, for all or part of the units, with or without instructions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.voting.conftest import ABSTAIN, AGAINST, FOR, marks
from tests.contracts.voting.in_full import FREE, PARTS, choice, election, item, mark

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.voting.in_full import Assembly


@pytest.fixture
def plain(assembly: Assembly) -> Assembly:
    """Give a plain meeting of two resolutions, open."""
    assembly.call()
    assembly.open()
    return assembly


def test_grant_proxy__unknown_meeting_or_class__refused(plain: Assembly) -> None:
    ana, dora = plain.stage.ana, plain.stage.dora
    with plain.nothing_changes(), reverts(errors.UnknownMeeting, meeting_id=2):
        plain.meetings.send(ana, "grantProxy", 2, ana.address, 0, dora.address, 0, FREE)
    with plain.nothing_changes(), reverts(errors.UnknownClass, meeting_id=1, class_index=1):
        plain.grant(ana, dora, index=1)


def test_grant_proxy__before_the_record_date_or_after_the_close__refused(assembly: Assembly) -> None:
    assembly.call()
    meeting = assembly.meetings.read("meetingOf", 1)
    with assembly.nothing_changes(), reverts(errors.UnknownRecordDate, record_date=assembly.stage.record_date):
        assembly.grant(assembly.stage.ana, assembly.stage.dora)
    next_transaction_at(assembly.chain, meeting["closes"])
    with assembly.nothing_changes(), reverts(errors.VotingClosed, closes=meeting["closes"]):
        assembly.grant(assembly.stage.ana, assembly.stage.dora)


def test_grant_proxy__nobody_or_oneself__refused(plain: Assembly) -> None:
    ana = plain.stage.ana
    for proxy in (ZERO_ADDRESS, ana.address):
        with plain.nothing_changes(), reverts(errors.InvalidProxy, proxy=proxy):
            plain.meetings.send(ana, "grantProxy", 1, ana.address, 0, proxy, 0, FREE)


def test_grant_proxy__units_of_another__refused(plain: Assembly) -> None:
    ana, ben, dora = plain.stage.ana, plain.stage.ben, plain.stage.dora
    with plain.nothing_changes(), reverts(errors.NotHolder, caller=ben.address, holder=ana.address):
        plain.meetings.send(ben, "grantProxy", 1, ana.address, 0, dora.address, 0, FREE)


def test_grant_proxy__excluded_or_without_units__refused(plain: Assembly) -> None:
    for nobody in (plain.stage.treasury, plain.stage.dora):
        with plain.nothing_changes(), reverts(errors.NoVotes, meeting_id=1, holder=nobody.address):
            plain.grant(nobody, plain.stage.ben)


def test_VOTE_5__grant_proxy__chain__refused(plain: Assembly) -> None:
    """What a proxy has is not its own to give: neither in its own name nor in the holder's."""
    ana, ben, cleo, _ = plain.stage.holders
    plain.grant(ana, ben)
    with plain.nothing_changes(), reverts(errors.NotHolder, caller=ben.address, holder=ana.address):
        plain.meetings.send(ben, "grantProxy", 1, ana.address, 0, cleo.address, 100, FREE)
    with plain.nothing_changes(), reverts(errors.NotEnoughUnits, available=250, asked=251):
        plain.grant(ben, cleo, 251)  # 250 of its own, 600 of ana's
    plain.grant(ben, cleo, 250)
    with plain.nothing_changes(), reverts(errors.NotHolder, caller=cleo.address, holder=ana.address):
        plain.cast(cleo, FOR, of=ana)


def test_VOTE_5__grant_proxy__more_than_is_left__refused(plain: Assembly) -> None:
    ana, ben, cleo, dora = plain.stage.holders
    plain.grant(ana, ben, 400)
    plain.grant(ana, cleo, 150)
    with plain.nothing_changes(), reverts(errors.NotEnoughUnits, available=50, asked=51):
        plain.grant(ana, dora, 51)
    with plain.nothing_changes(), reverts(errors.NotEnoughUnits, available=450, asked=451):
        plain.grant(ana, ben, 451)
    plain.grant(ana, dora)
    with plain.nothing_changes(), reverts(errors.NotEnoughUnits, available=0, asked=0):
        plain.grant(ana, plain.stage.stranger)
    assert plain.meetings.read("proxiesOf", 1, ana.address, 0) == (dora.address, cleo.address, ben.address)


def test_grant_proxy__ninth_proxy__refused(plain: Assembly) -> None:
    crowd = plain.chain.accounts[11:20]
    for proxy in crowd[:8]:
        plain.grant(plain.stage.ana, proxy, 10)
    with plain.nothing_changes(), reverts(errors.TooManyProxies, limit=8):
        plain.grant(plain.stage.ana, crowd[8], 10)
    plain.grant(plain.stage.ana, crowd[3], 20)
    plain.vote(plain.stage.ana, FOR)  # takes all eight back
    assert plain.meetings.read("proxiesOf", 1, plain.stage.ana.address, 0) == ()


@pytest.mark.parametrize("instructions", [FREE ^ 3 ^ 3 << 4 | FOR << 4, marks(FOR, FOR, FOR)])
def test_grant_proxy__instructions_no_ballot_can_follow__refused(plain: Assembly, instructions: int) -> None:
    with plain.nothing_changes(), reverts(errors.InvalidBallot):
        plain.grant(plain.stage.ana, plain.stage.dora, 0, instructions)


def test_grant_proxy__instructed_for_an_option__refused(assembly: Assembly) -> None:
    assembly.convene_and_open(choice(2))
    with assembly.nothing_changes(), reverts(errors.InvalidBallot, choices=FOR):
        assembly.grant(assembly.stage.ana, assembly.stage.dora, 0, FOR)


def test_grant_proxy__part__proxy_votes_apart_from_its_own(plain: Assembly) -> None:
    ana, ben = plain.stage.ana, plain.stage.ben

    receipt = plain.grant(ana, ben, 400)

    assert plain.meetings.only_event(receipt, "ProxyGranted") == {
        "meetingId": 1,
        "holder": ana.address,
        "proxy": ben.address,
        "classIndex": 0,
        "units": 400,
        "instructions": FREE,
    }
    assert plain.meetings.read("grantOf", 1, ana.address, 0, ben.address) == (400, FREE)
    receipt = plain.cast(ben, marks(FOR, AGAINST), of=ana)
    assert plain.meetings.only_event(receipt, "BallotMarked") == {
        "meetingId": 1,
        "holder": ana.address,
        "proxy": ben.address,
        "classIndex": 0,
        "voter": ben.address,
        "units": 400,
        "choices": marks(FOR, AGAINST),
        "marks": (),
    }
    plain.vote(ben, AGAINST, AGAINST)
    assert plain.counts() == [(400, 250, 0), (0, 650, 0)]
    assert plain.meetings.read("meetingOf", 1)["present"] == 650


def test_VOTE_5__proxy__parts_exceed_the_grant__refused(plain: Assembly) -> None:
    ana, ben = plain.stage.ana, plain.stage.ben
    plain.grant(ana, ben, 400)
    with plain.nothing_changes(), reverts(errors.TooManyVotes, resolution=0, votes=401, limit=400):
        plain.cast(ben, PARTS, [mark(0, FOR, 400), mark(0, AGAINST, 1)], of=ana)
    plain.cast(ben, PARTS, [mark(0, FOR, 300), mark(0, AGAINST, 100)], of=ana)
    assert plain.counts()[0] == (300, 100, 0)


@pytest.mark.parametrize("way", ["vote", "cast", "signed"])
def test_VOTE_5__own_ballot__takes_all_units_back_with_what_proxies_cast(plain: Assembly, way: str) -> None:
    ana, ben, cleo, dora = plain.stage.holders
    plain.grant(ana, ben, 100)
    plain.grant(ana, cleo, 200)
    plain.grant(ana, dora, 50)
    plain.cast(ben, marks(FOR, FOR), of=ana)
    plain.cast(cleo, PARTS, [mark(0, AGAINST, 60)], of=ana)
    assert plain.meetings.read("meetingOf", 1)["present"] == 300

    if way == "vote":
        receipt = plain.vote(ana, AGAINST, AGAINST)
    elif way == "cast":
        receipt = plain.cast(ana, marks(AGAINST, AGAINST))
    else:
        plain.chain.travel(by=10)
        receipt = plain.relay(plain.signed(ana, marks(AGAINST, AGAINST), at=plain.chain.now()))

    assert plain.counts() == [(0, 600, 0), (0, 600, 0)]
    assert plain.meetings.read("meetingOf", 1)["present"] == 600
    revoked = [event.args["proxy"] for event in plain.meetings.events(receipt) if event.name == "ProxyRevoked"]
    assert revoked == [dora.address, cleo.address, ben.address]
    for proxy in (ben, cleo, dora):
        with plain.nothing_changes(), reverts(errors.NotHolder, caller=proxy.address, holder=ana.address):
            plain.cast(proxy, FOR, of=ana)


def test_VOTE_5__own_ballot_for_the_rest__leaves_proxies_what_they_have(plain: Assembly) -> None:
    ana, ben = plain.stage.ana, plain.stage.ben
    plain.grant(ana, ben, 400)
    plain.cast(ben, marks(FOR), of=ana)
    plain.cast(ana, marks(AGAINST, AGAINST), rest=True)
    assert plain.counts() == [(400, 200, 0), (0, 200, 400)]
    assert plain.ballot(ana) == (200, marks(AGAINST, AGAINST), [])
    plain.cast(ben, marks(AGAINST), of=ana)
    assert plain.counts()[0] == (0, 600, 0)
    plain.vote(ana, FOR, FOR)
    assert plain.counts() == [(600, 0, 0), (600, 0, 0)]


def test_own_ballot_for_the_rest__nothing_is_left__refused(plain: Assembly) -> None:
    plain.grant(plain.stage.ana, plain.stage.ben)
    with plain.nothing_changes(), reverts(errors.NoVotes, meeting_id=1, holder=plain.stage.ana.address):
        plain.cast(plain.stage.ana, FOR, rest=True)


@pytest.mark.parametrize("way", ["vote", "rest", "signed"])
def test_VOTE_10__grant_proxy__holder_has_voted__refused(plain: Assembly, way: str) -> None:
    """Who sees that it loses could otherwise leave, by a proxy who never votes, and take the quorum along."""
    ana, ben, cleo, _ = plain.stage.holders
    plain.grant(ana, ben, 100)
    plain.chain.travel(by=10)
    if way == "vote":
        plain.vote(ana, FOR, FOR)
    elif way == "rest":
        plain.cast(ana, marks(FOR, FOR), rest=True)
    else:
        plain.relay(plain.signed(ana, marks(FOR, FOR), at=plain.chain.now()))
    for proxy in (ben, cleo):
        with plain.nothing_changes(), reverts(errors.HolderHasVoted, holder=ana.address):
            plain.grant(ana, proxy, 1)
    plain.vote(ana, AGAINST, AGAINST)
    assert plain.meetings.read("meetingOf", 1)["present"] == 600


def test_VOTE_10__grant_proxy__successor_of_a_wallet_that_voted__refused(plain: Assembly) -> None:
    stage = plain.stage
    plain.vote(stage.ana, FOR, FOR)
    stage.register.send(stage.admin, "succeed", stage.ana.address, stage.dora.address)
    with plain.nothing_changes(), reverts(errors.HolderHasVoted, holder=stage.ana.address):
        plain.meetings.send(stage.dora, "grantProxy", 1, stage.ana.address, 0, stage.ben.address, 0, FREE)


def test_grant_proxy__instructed_where_the_holder_is_interested__refused(assembly: Assembly) -> None:
    """No ballot could follow: neither as instructed nor otherwise."""
    ana, dora = assembly.stage.ana, assembly.stage.dora
    assembly.convene_and_open(item(interested=[ana.address]), item())
    for said in (FOR, AGAINST):
        with assembly.nothing_changes(), reverts(errors.HolderInterested, meeting_id=1, holder=ana.address):
            assembly.grant(ana, dora, 0, marks(said, FOR))
    assembly.grant(ana, dora, 0, marks(ABSTAIN, FOR))
    assembly.cast(dora, marks(ABSTAIN, FOR), of=ana)
    assert assembly.counts() == [(0, 0, 0), (600, 0, 0)]


def test_VOTE_6__ballot_signed_before_the_grant__does_not_take_the_units_back(plain: Assembly) -> None:
    ana, ben = plain.stage.ana, plain.stage.ben
    signed = plain.signed(ana, marks(FOR), at=plain.chain.now())
    plain.grant(ana, ben)
    with plain.nothing_changes(), reverts(errors.BallotSuperseded, signed_at=signed[0]["signedAt"]):
        plain.meetings.send(plain.relayer, "castSigned", *signed)


def test_VOTE_6__proxys_ballot_signed_under_an_earlier_grant__does_not_count_under_a_later(plain: Assembly) -> None:
    ana, ben = plain.stage.ana, plain.stage.ben
    plain.grant(ana, ben)
    plain.chain.travel(by=10)
    signed = plain.signed(ben, marks(FOR), at=plain.chain.now(), of=ana)
    plain.meetings.send(ana, "revokeProxy", 1, ana.address, 0, ben.address)
    plain.grant(ana, ben)
    with plain.nothing_changes(), reverts(errors.BallotSuperseded):
        plain.meetings.send(plain.relayer, "castSigned", *signed)
    plain.chain.travel(by=10)
    plain.relay(plain.signed(ben, marks(AGAINST), at=plain.chain.now(), of=ana))
    assert plain.counts()[0] == (0, 600, 0)


@pytest.mark.parametrize("cast", [marks(AGAINST, FOR), marks(FOR, AGAINST), marks(FOR, ABSTAIN), marks(PARTS, FOR)])
def test_VOTE_5__proxy__against_instructions__refused(plain: Assembly, cast: int) -> None:
    ana, ben = plain.stage.ana, plain.stage.ben
    instructions = marks(FOR, FOR)
    plain.grant(ana, ben, 0, instructions)
    parts = [mark(0, FOR, 600)] if cast & 3 == PARTS else []
    with plain.nothing_changes(), reverts(errors.AgainstInstructions, instructions=instructions):
        plain.cast(ben, cast, parts, of=ana)
    plain.cast(ben, instructions, of=ana)
    assert plain.counts() == [(600, 0, 0), (600, 0, 0)]


def test_proxy__instructed_on_one_resolution__free_on_the_others(assembly: Assembly) -> None:
    assembly.convene_and_open(item(), item(), election(3, 2))
    ana, ben = assembly.stage.ana, assembly.stage.ben
    assembly.grant(ana, ben, 500, marks(AGAINST, PARTS, PARTS))
    parts = [mark(1, FOR, 200), mark(2, 0, 1_000)]
    assembly.cast(ben, marks(AGAINST, PARTS, PARTS), parts, of=ana)
    assert assembly.counts()[:2] == [(0, 500, 0), (200, 0, 300)]
    assert assembly.result(2)["votes"] == (1_000, 0, 0)
    assert assembly.ballot(ana, ben) == (500, marks(AGAINST, PARTS, PARTS), parts)


def test_proxy__of_another_class__has_nothing_of_this_one(assembly: Assembly) -> None:
    assembly.convene_and_open(item())
    ben, ana = assembly.stage.ben, assembly.stage.ana
    assembly.grant(ben, ana, index=1)
    with assembly.nothing_changes(), reverts(errors.NotHolder, caller=ana.address, holder=ben.address):
        assembly.cast(ana, FOR, of=ben)
    assembly.cast(ana, FOR, of=ben, classIndex=1)
    assembly.cast(ben, AGAINST)
    assert assembly.counts() == [(1_000, 250, 0)]


def test_revoke_proxy__no_proxy_or_not_the_holder__refused(plain: Assembly) -> None:
    ana, ben, cleo, _ = plain.stage.holders
    plain.grant(ana, ben, 1)
    with plain.nothing_changes(), reverts(errors.NoProxy, holder=ana.address, proxy=cleo.address):
        plain.meetings.send(ana, "revokeProxy", 1, ana.address, 0, cleo.address)
    with plain.nothing_changes(), reverts(errors.NotHolder, caller=ben.address, holder=ana.address):
        plain.meetings.send(ben, "revokeProxy", 1, ana.address, 0, ben.address)


def test_revoke_proxy__has_voted__refused(plain: Assembly) -> None:
    ana, ben = plain.stage.ana, plain.stage.ben
    plain.grant(ana, ben, 400)
    plain.cast(ben, marks(FOR), of=ana)
    with plain.nothing_changes(), reverts(errors.ProxyHasVoted, proxy=ben.address):
        plain.meetings.send(ana, "revokeProxy", 1, ana.address, 0, ben.address)
    with plain.nothing_changes(), reverts(errors.ProxyHasVoted, proxy=ben.address):
        plain.grant(ana, ben, 300)
    close = plain.meetings.read("meetingOf", 1)["closes"]
    next_transaction_at(plain.chain, close)
    with plain.nothing_changes(), reverts(errors.VotingClosed, closes=close):
        plain.meetings.send(ana, "revokeProxy", 1, ana.address, 0, ben.address)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_revoke_proxy__one_of_three__the_others_stay(plain: Assembly, which: int) -> None:
    ana, *others = plain.stage.holders
    for proxy in others:
        plain.grant(ana, proxy, 100)
    gone = others.pop(which)

    receipt = plain.meetings.send(ana, "revokeProxy", 1, ana.address, 0, gone.address)

    assert plain.meetings.only_event(receipt, "ProxyRevoked") == {
        "meetingId": 1,
        "holder": ana.address,
        "proxy": gone.address,
        "classIndex": 0,
    }
    assert plain.meetings.read("proxiesOf", 1, ana.address, 0) == tuple(one.address for one in reversed(others))
    assert plain.meetings.read("grantOf", 1, ana.address, 0, gone.address) == (0, FREE)
    for proxy in others:
        plain.cast(proxy, marks(FOR), of=ana)
    with plain.nothing_changes(), reverts(errors.NotHolder, caller=gone.address, holder=ana.address):
        plain.cast(gone, marks(FOR), of=ana)
    plain.cast(ana, marks(AGAINST), rest=True)
    assert plain.counts()[0] == (200, 400, 0)


def test_grant__wallet_was_recovered__its_successor_takes_back(plain: Assembly) -> None:
    stage = plain.stage
    plain.grant(stage.ana, stage.ben)
    plain.cast(stage.ben, marks(FOR), of=stage.ana)
    stage.register.send(stage.admin, "succeed", stage.ana.address, stage.dora.address)
    plain.meetings.send(stage.dora, "voteFor", 1, stage.ana.address, marks(AGAINST))
    assert plain.counts()[0] == (0, 600, 0)


def test_proxy__takes_over_the_holders_wallet__votes_all_its_units_as_its_own(plain: Assembly) -> None:
    stage = plain.stage
    plain.grant(stage.ana, stage.dora, 100)
    plain.cast(stage.dora, marks(FOR), of=stage.ana)
    stage.register.send(stage.admin, "succeed", stage.ana.address, stage.dora.address)
    plain.cast(stage.dora, marks(AGAINST), of=stage.ana)
    assert plain.counts()[0] == (0, 600, 0)


def test_chair__votes_for_twenty_holders_in_one_call__each_apart(plain: Assembly) -> None:
    crowd, chair = plain.chain.accounts[11:31], plain.stage.stranger
    plain.stage.hold({one.address: 10 + at for at, one in enumerate(crowd)})
    for one in crowd:
        plain.grant(one, chair)
    plain.meetings.send(chair, "cast", 1, [plain.given(one, marks(FOR)) for one in crowd])
    assert plain.counts()[0] == (sum(range(10, 30)), 0, 0)


def test_hostile_proxy__casts_as_many_parts_as_it_can__holder_still_takes_the_units_back(assembly: Assembly) -> None:
    """Eight such proxies must fit a transaction (EIP-7825): each costs less than an eighth of it."""
    assembly.convene_and_open(*[item()] * 64)
    ana, dora = assembly.stage.ana, assembly.stage.dora
    assembly.grant(ana, dora)
    parts = [mark(at, way, 1 + at) for at in range(64) for way in (FOR, AGAINST)]
    assembly.cast(dora, marks(*[PARTS] * 64), parts, of=ana)
    receipt = assembly.cast(ana, marks(*[FOR] * 64))
    assert receipt.gas_used * 8 < 16_777_216
    assert assembly.counts() == [(600, 0, 0)] * 64
