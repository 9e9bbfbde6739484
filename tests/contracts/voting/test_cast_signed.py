"""Signed ballots, one by one and in batches; hostile relayers and hostile wallets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from eth_abi.abi import decode
from tests.contracts.rights_stage import artifact, deploy, nothing_changes
from tests.contracts.voting.conftest import AGAINST, FOR, HOUR, marks
from tests.contracts.voting.in_full import PARTS, item, mark, name_of

from tokenkit import reverts as errors
from tokenkit.errors import TokenkitError
from tokenkit.testing import next_transaction_at, reverts

if TYPE_CHECKING:
    from tests.contracts.rights_stage import Handle
    from tests.contracts.voting.in_full import Assembly

    from tokenkit.chain import Receipt

GAS_OF_EACH = 65_000
HIGH = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""The order of secp256k1."""


@pytest.fixture
def plain(assembly: Assembly) -> Assembly:
    """Give a plain meeting of two resolutions, open since an hour."""
    assembly.call()
    assembly.open()
    assembly.chain.travel(by=HOUR)
    return assembly


def refusals(assembly: Assembly, receipt: Receipt) -> list[tuple[int, str]]:
    """Return which ballots of a batch were refused, and why."""
    return [
        (event.args["index"], name_of(event.args["reason"]))
        for event in assembly.meetings.events(receipt)
        if event.name == "BallotRefused"
    ]


def test_cast_signed__by_a_stranger__counted(plain: Assembly) -> None:
    ana, now = plain.stage.ana, plain.chain.now()
    ballot, signature = plain.signed(ana, marks(FOR, AGAINST), at=now)

    receipt = plain.meetings.send(plain.relayer, "castSigned", ballot, signature)

    assert plain.meetings.only_event(receipt, "BallotCast") == {
        "meetingId": 1,
        "holder": ana.address,
        "voter": ana.address,
        "units": 600,
        "choices": marks(FOR, AGAINST),
    }
    told = {"meetingId": 1, "holder": ana.address, "voter": ana.address, "classIndex": 0, "signedAt": now}
    assert plain.meetings.only_event(receipt, "BallotSigned") == told
    assert [event.name for event in plain.meetings.events(receipt)] == ["BallotSigned", "BallotCast"]
    assert plain.counts() == [(600, 0, 0), (0, 600, 0)]
    assert plain.meetings.read("markedBallotOf", 1, ana.address, 0, "0x" + "00" * 20)[2] == now


def test_cast_signed__parts_and_classes__counted(assembly: Assembly) -> None:
    assembly.convene_and_open(item(), item())
    ben, now = assembly.stage.ben, assembly.chain.now()
    assembly.relay(
        assembly.signed(ben, marks(PARTS, FOR), [mark(0, 1, 100), mark(0, 2, 150)], at=now),
        assembly.signed(ben, marks(AGAINST), at=now, classIndex=1),
    )
    assert assembly.counts() == [(100, 150 + 1_000, 0), (250, 0, 1_000)]


@pytest.mark.parametrize(
    "change", [{"choices": 5}, {"signedAt": 1}, {"classIndex": 1}, {"marks": [1]}, {"meetingId": 2}]
)
def test_cast_signed__anything_was_changed__refused(plain: Assembly, change: dict[str, object]) -> None:
    plain.call()
    ballot, signature = plain.signed(plain.stage.ana, marks(FOR), at=plain.chain.now())
    changed = {**ballot, **change}
    with (
        plain.nothing_changes(),
        reverts(errors.BallotNotSigned, meeting_id=changed["meetingId"], voter=plain.stage.ana.address),
    ):
        plain.meetings.send(plain.relayer, "castSigned", changed, signature)


def test_cast_signed__second_form_of_a_signature__refused(plain: Assembly) -> None:
    ballot, signature = plain.signed(plain.stage.ana, marks(FOR), at=plain.chain.now())
    s = HIGH - int.from_bytes(signature[32:64])
    other = signature[:32] + s.to_bytes(32) + bytes([27 + 28 - signature[64]])
    for wrong in (other, b"", signature[:64], signature + b"\0"):
        with plain.nothing_changes(), reverts(errors.BallotNotSigned):
            plain.meetings.send(plain.relayer, "castSigned", ballot, wrong)


def test_cast_signed__of_another_contract_or_chain__refused(plain: Assembly) -> None:
    twin = deploy(
        plain.chain, plain.stage.admin, "Meetings", plain.stage.manager.address, plain.meetings.read("office")
    )
    ballot, _ = plain.signed(plain.stage.ana, marks(FOR), at=plain.chain.now())
    domain = {
        "name": "tokenkit meetings",
        "version": "1",
        "chainId": plain.chain.chain_id,
        "verifyingContract": plain.meetings.address,
    }
    for wrong in ({"verifyingContract": twin.address}, {"chainId": plain.chain.chain_id + 1}, {"version": "2"}):
        signature = plain.sign(plain.stage.ana, ballot, domain={**domain, **wrong})
        with plain.nothing_changes(), reverts(errors.BallotNotSigned):
            plain.meetings.send(plain.relayer, "castSigned", ballot, signature)
    assert plain.meetings.read("eip712Domain")[1:5] == tuple(domain.values())


def test_cast_signed__from_the_future__refused(plain: Assembly) -> None:
    at = plain.chain.now() + 100
    ballot, signature = plain.signed(plain.stage.ana, marks(FOR), at=at)
    next_transaction_at(plain.chain, at - 1)
    with plain.nothing_changes(), reverts(errors.BallotFromTheFuture, signed_at=at):
        plain.meetings.send(plain.relayer, "castSigned", ballot, signature)
    next_transaction_at(plain.chain, at)
    plain.relay((ballot, signature))
    assert plain.counts()[0] == (600, 0, 0)


def test_cast_signed__after_the_close__refused(plain: Assembly) -> None:
    ballot, signature = plain.signed(plain.stage.ana, marks(FOR), at=plain.chain.now())
    plain.close()
    with plain.nothing_changes(), reverts(errors.VotingClosed):
        plain.meetings.send(plain.relayer, "castSigned", ballot, signature)


def test_cast_signed__signed_before_the_record_date__counts_once_open(assembly: Assembly) -> None:
    assembly.call()
    signed = assembly.signed(assembly.stage.ana, marks(FOR, FOR), at=assembly.chain.now())
    with assembly.nothing_changes(), reverts(errors.VotingNotOpen):
        assembly.meetings.send(assembly.relayer, "castSigned", *signed)
    assembly.open()
    assembly.relay(signed)
    assert assembly.counts() == [(600, 0, 0), (600, 0, 0)]


def test_VOTE_6__hostile_relayer__replay__refused(plain: Assembly) -> None:
    signed = plain.signed(plain.stage.ana, marks(FOR), at=plain.chain.now())
    plain.relay(signed)
    with (
        plain.nothing_changes(),
        reverts(errors.BallotSuperseded, signed_at=signed[0]["signedAt"], counts_since=signed[0]["signedAt"]),
    ):
        plain.meetings.send(plain.relayer, "castSigned", *signed)
    with nothing_changes(plain.state):
        receipt = plain.relay(signed, signed)
    assert refusals(plain, receipt) == [(0, "BallotSuperseded"), (1, "BallotSuperseded")]


def test_VOTE_6__hostile_relayer__reorders__the_later_ballot_counts(plain: Assembly) -> None:
    now = plain.chain.now()
    first, second, third = (
        plain.signed(plain.stage.ana, marks(choice), at=now + at) for at, choice in enumerate((FOR, AGAINST, 0))
    )
    plain.chain.travel(by=10)
    receipt = plain.relay(second, first)
    assert refusals(plain, receipt) == [(1, "BallotSuperseded")]
    assert plain.counts()[0] == (0, 600, 0)
    plain.relay(third, first, second)
    assert plain.counts()[0] == (0, 0, 600)


def test_VOTE_6__hostile_relayer__holds_a_ballot_back__direct_ballot_stays(plain: Assembly) -> None:
    held_back = plain.signed(plain.stage.ana, marks(FOR), at=plain.chain.now())
    plain.vote(plain.stage.ana, AGAINST, AGAINST)
    with nothing_changes(plain.state):
        receipt = plain.relay(held_back)
    assert refusals(plain, receipt) == [(0, "BallotSuperseded")]


def test_VOTE_6__signed_in_the_second_of_a_direct_ballot__direct_ballot_stays(plain: Assembly) -> None:
    at = plain.chain.now() + 10
    signed = plain.signed(plain.stage.ana, marks(FOR), at=at)
    next_transaction_at(plain.chain, at)
    plain.vote(plain.stage.ana, AGAINST, AGAINST)
    with nothing_changes(plain.state):
        plain.relay(signed)
    later = plain.signed(plain.stage.ana, marks(FOR), at=at + 1)
    plain.chain.travel(by=10)
    plain.relay(later)
    assert plain.counts()[0] == (600, 0, 0)


def test_VOTE_6__hostile_relayer__front_runs_a_batch__the_others_count(plain: Assembly) -> None:
    now = plain.chain.now()
    batch = [plain.signed(who, marks(FOR), at=now) for who in plain.stage.holders[:3]]
    plain.meetings.send(plain.stage.stranger, "castSigned", *batch[1])
    receipt = plain.relay(*batch)
    assert refusals(plain, receipt) == [(1, "BallotSuperseded")]
    assert plain.counts()[0] == (999, 0, 0)


def test_cast_batch__fewer_signatures_than_ballots__refused(plain: Assembly) -> None:
    ballot, _ = plain.signed(plain.stage.ana, marks(FOR), at=plain.chain.now())
    with plain.nothing_changes(), reverts(errors.SignatureCountDiffers, ballots=1, signatures=0):
        plain.meetings.send(plain.relayer, "castBatch", [ballot], [])


def test_cast_batch__some_do_not_count__told_and_no_other_held_up(plain: Assembly) -> None:
    stage, now = plain.stage, plain.chain.now()
    forged = (plain.signed(stage.ana, marks(FOR), at=now)[0], plain.signed(stage.ben, marks(FOR), at=now)[1])
    receipt = plain.relay(
        forged,
        plain.signed(stage.ben, marks(FOR), at=now),
        plain.signed(stage.dora, marks(FOR), at=now),
        plain.signed(stage.cleo, marks(PARTS), at=now),
        plain.signed(stage.cleo, marks(AGAINST), at=now),
    )
    assert refusals(plain, receipt) == [(0, "BallotNotSigned"), (2, "NoVotes"), (3, "InvalidBallot")]
    told = next(event for event in plain.meetings.events(receipt) if event.args.get("index") == 2)
    assert told.args["holder"] == stage.dora.address
    assert decode(["uint256", "address"], told.args["reason"][4:]) == (1, stage.dora.address.lower())
    assert plain.counts()[0] == (250, 149, 0)


def test_cast_signed__lost_key_after_recovery__refused(plain: Assembly) -> None:
    stage = plain.stage
    signed = plain.signed(stage.ana, marks(FOR), at=plain.chain.now())
    stage.register.send(stage.admin, "succeed", stage.ana.address, stage.dora.address)
    with plain.nothing_changes(), reverts(errors.NotHolder, caller=stage.ana.address, holder=stage.dora.address):
        plain.meetings.send(plain.relayer, "castSigned", *signed)
    plain.relay(plain.signed(stage.dora, marks(AGAINST), at=plain.chain.now(), of=stage.ana))
    assert plain.counts()[0] == (0, 600, 0)


@pytest.fixture
def wallet(plain: Assembly) -> Handle:
    """Give a hostile contract wallet that holds 10 units."""
    made = deploy(plain.chain, plain.stage.admin, "HostileWallet")
    plain.stage.hold({made.address: 10})
    return made


def test_cast_signed__contract_wallet_vouches__counted(plain: Assembly) -> None:
    stage = plain.stage
    safe = deploy(plain.chain, stage.admin, "ContractWallet", stage.ana.address)
    stage.hold({safe.address: 70})
    plain.relay(plain.signed(stage.ana, marks(FOR), at=plain.chain.now(), wallet=safe.address))
    assert plain.counts()[0] == (70, 0, 0)
    forged = plain.signed(stage.ben, marks(AGAINST), at=plain.chain.now(), wallet=safe.address)
    with plain.nothing_changes(), reverts(errors.BallotNotSigned, meeting_id=1, voter=safe.address):
        plain.meetings.send(plain.relayer, "castSigned", *forged)


@pytest.mark.parametrize("mood", range(5), ids=["burns gas", "reverts", "floods", "answers short", "answers true"])
def test_hostile_wallet__misbehaves__refused_and_others_count(plain: Assembly, wallet: Handle, mood: int) -> None:
    stage, now = plain.stage, plain.chain.now()
    wallet.send(stage.admin, "turn", mood, wallet.address, b"")
    receipt = plain.relay(
        plain.signed(stage.ana, marks(FOR), at=now, wallet=wallet.address), plain.signed(stage.ben, marks(FOR), at=now)
    )
    assert refusals(plain, receipt) == [(0, "BallotNotSigned")]
    assert plain.counts()[0] == (250, 0, 0)
    assert receipt.gas_used < 900_000


def test_hostile_wallet__calls_back_to_vote_twice__cannot(plain: Assembly, wallet: Handle) -> None:
    stage = plain.stage
    order = artifact("Meetings").encode_call("vote", (1, marks(AGAINST)))
    wallet.send(stage.admin, "turn", 5, plain.meetings.address, order)
    plain.relay(plain.signed(stage.ana, marks(FOR), at=plain.chain.now(), wallet=wallet.address))
    assert plain.counts()[0] == (10, 0, 0)


def test_hostile_relayer__too_little_gas_for_a_wallet__whole_batch_refused(plain: Assembly) -> None:
    """Otherwise a relayer could make a ballot look refused, and an estimate of gas come out too low."""
    stage = plain.stage
    safe = deploy(plain.chain, stage.admin, "ContractWallet", stage.ana.address)
    stage.hold({safe.address: 70})
    ballot, signature = plain.signed(stage.ana, marks(FOR), at=plain.chain.now(), wallet=safe.address)
    with plain.nothing_changes(), reverts(errors.BallotOutOfGas, index=0):
        plain.meetings.send(plain.relayer, "castBatch", [ballot], [signature], gas=500_000)


@pytest.mark.parametrize("gas", [60_000, 80_000, 95_000])
def test_hostile_relayer__starves_a_ballot__whole_batch_refused(plain: Assembly, gas: int) -> None:
    ballot, signature = plain.signed(plain.stage.ana, marks(FOR), at=plain.chain.now())
    with plain.nothing_changes(), pytest.raises(TokenkitError):
        plain.meetings.send(plain.relayer, "castBatch", [ballot], [signature], gas=gas)


@pytest.mark.parametrize("percent", range(70, 102, 4))
def test_hostile_relayer__starves_a_split_ballot__whole_batch_refused(assembly: Assembly, percent: int) -> None:
    """A dear ballot leaves a 64th that is enough to note a refusal: it must not be taken for one."""
    assembly.convene_and_open(*[item() for _ in range(8)])
    parts = [mark(at, option, 300) for at in range(8) for option in (FOR, AGAINST)]
    pair = assembly.signed(assembly.stage.ana, marks(*[PARTS] * 8), parts, at=assembly.chain.now())
    before = assembly.chain.snapshot()
    needed = assembly.relay(pair).gas_used
    assembly.chain.revert(before)
    try:
        receipt = assembly.meetings.send(
            assembly.relayer, "castBatch", [pair[0]], [pair[1]], gas=needed * percent // 100
        )
    except TokenkitError:
        return
    assert refusals(assembly, receipt) == []


def test_cast_batch__twenty__each_within_its_bound(plain: Assembly) -> None:
    crowd = plain.chain.accounts[11:31]
    plain.stage.hold({one.address: 10 + at for at, one in enumerate(crowd)})
    now = plain.chain.now()
    receipt = plain.relay(*(plain.signed(one, marks(FOR), at=now) for one in crowd))
    assert refusals(plain, receipt) == []
    assert receipt.gas_used // len(crowd) < GAS_OF_EACH
