"""Secret ballots: handed in as hashes until the close, opened after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.voting.conftest import ABSTAIN, AGAINST, FOR, HOUR, marks
from tests.contracts.voting.in_full import FREE, PARTS, item, mark

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.contracts.voting.in_full import Assembly

    from tokenkit.chain import Receipt, Signer

SALT, OTHER = b"\x01" * 32, b"\x02" * 32


@pytest.fixture
def secret(assembly: Assembly) -> Assembly:
    """Give a secret meeting of two resolutions, open; what was handed in can be opened for a day after the close."""
    notice = assembly.full_notice(item(quorumBps=2_000), item())
    assembly.convene_and_open(item(quorumBps=2_000), item(), ends=notice["closes"] + 24 * HOUR)
    return assembly


def commit(hall: Assembly, voter: Signer, commitment: bytes, *, of: Signer | None = None, **changes: Any) -> Receipt:  # noqa: ANN401
    holder = (of or voter).address
    return hall.meetings.send(
        voter, "commit", 1, holder, changes.get("index", 0), changes.get("rest", False), commitment
    )


def unseal(
    hall: Assembly,
    holder: Signer,
    choices: int,
    parts: Sequence[int] = (),
    *,
    proxy: Signer | None = None,
    salt: bytes = SALT,
    index: int = 0,
) -> Receipt:
    address = proxy.address if proxy else ZERO_ADDRESS
    return hall.meetings.send(hall.relayer, "open", 1, holder.address, index, address, choices, list(parts), salt)


def test_commit__meeting_votes_openly__refused(assembly: Assembly) -> None:
    assembly.convene_and_open(item())
    with assembly.nothing_changes(), reverts(errors.OpenBallot, meeting_id=1):
        commit(assembly, assembly.stage.ana, SALT)
    with assembly.nothing_changes(), reverts(errors.OpenBallot, meeting_id=1):
        unseal(assembly, assembly.stage.ana, FOR)


def test_vote__secret_meeting__refused_in_every_open_way(secret: Assembly) -> None:
    ana = secret.stage.ana
    ways: tuple[Callable[[], object], ...] = (
        lambda: secret.vote(ana, FOR),
        lambda: secret.cast(ana, FOR),
        lambda: secret.meetings.send(ana, "castSigned", *secret.signed(ana, FOR, at=secret.chain.now())),
    )
    for act in ways:
        with secret.nothing_changes(), reverts(errors.SecretBallot, meeting_id=1):
            act()


def test_commit__before_it_opens_or_after_the_close__refused(assembly: Assembly) -> None:
    notice = assembly.full_notice(item())
    assembly.convene(item(), ends=notice["closes"] + HOUR)
    next_transaction_at(assembly.chain, notice["opens"] - 1)
    with assembly.nothing_changes(), reverts(errors.VotingNotOpen, opens=notice["opens"]):
        commit(assembly, assembly.stage.ana, SALT)
    next_transaction_at(assembly.chain, notice["closes"])
    with assembly.nothing_changes(), reverts(errors.VotingClosed, closes=notice["closes"]):
        commit(assembly, assembly.stage.ana, SALT)


def test_commit__no_holder_or_units__refused(secret: Assembly) -> None:
    ana, ben, treasury = secret.stage.ana, secret.stage.ben, secret.stage.treasury
    with secret.nothing_changes(), reverts(errors.NotHolder, caller=ben.address, holder=ana.address):
        commit(secret, ben, SALT, of=ana)
    with secret.nothing_changes(), reverts(errors.NoVotes, meeting_id=1, holder=treasury.address):
        commit(secret, treasury, SALT)


def test_VOTE_8__open__before_the_close_or_after_the_end__refused(secret: Assembly) -> None:
    ana = secret.stage.ana
    commit(secret, ana, secret.hash_of(ana, FOR, SALT))
    closes = secret.meetings.read("meetingOf", 1)["closes"]
    ends = closes + 24 * HOUR
    for second in (closes - 1, ends):
        next_transaction_at(secret.chain, second)
        with secret.nothing_changes(), reverts(errors.NotTheTimeToOpen, closes=closes, ends=ends):
            unseal(secret, ana, FOR)


def test_VOTE_8__open__anything_differs__refused(secret: Assembly) -> None:
    ana, ben = secret.stage.ana, secret.stage.ben
    commit(secret, ana, secret.hash_of(ana, FOR, SALT))
    secret.close()
    for attempt in (
        {"choices": AGAINST},
        {"choices": FOR, "salt": OTHER},
        {"choices": FOR, "index": 1},
        {"choices": FOR, "proxy": ben},
        {"choices": FOR, "parts": [mark(0, 1, 1)]},
    ):
        with secret.nothing_changes(), reverts(errors.CommitmentDiffers, meeting_id=1, holder=ana.address):
            unseal(secret, ana, **attempt)
    unseal(secret, ana, FOR)
    with secret.nothing_changes(), reverts(errors.CommitmentDiffers, meeting_id=1, holder=ana.address):
        unseal(secret, ana, FOR)


def test_VOTE_8__hash_of_another_holder_copied__cannot_be_opened(secret: Assembly) -> None:
    """A copy of a hash is a copy of the vote in schemes that do not bind it to its voter."""
    ana, ben = secret.stage.ana, secret.stage.ben
    sealed = secret.hash_of(ana, FOR, SALT)
    commit(secret, ana, sealed)
    commit(secret, ben, sealed)
    secret.close()
    unseal(secret, ana, FOR)
    with secret.nothing_changes(), reverts(errors.CommitmentDiffers, meeting_id=1, holder=ben.address):
        unseal(secret, ben, FOR)


def test_VOTE_8__hash_of_another_meeting__cannot_be_opened(secret: Assembly) -> None:
    ana = secret.stage.ana
    secret.convene(item(), ends=secret.full_notice()["closes"] + HOUR)
    other = secret.meetings.read("commitmentOf", 2, ana.address, 0, ZERO_ADDRESS, FOR, [], SALT)
    commit(secret, ana, other)
    secret.close()
    with secret.nothing_changes(), reverts(errors.CommitmentDiffers, meeting_id=1, holder=ana.address):
        unseal(secret, ana, FOR)


def test_commit__handed_in__present_and_abstains_until_opened(secret: Assembly) -> None:
    ana = secret.stage.ana
    sealed = secret.hash_of(ana, marks(FOR, AGAINST), SALT)

    receipt = commit(secret, ana, sealed)

    assert secret.meetings.only_event(receipt, "BallotCommitted") == {
        "meetingId": 1,
        "holder": ana.address,
        "proxy": ZERO_ADDRESS,
        "classIndex": 0,
        "units": 600,
        "commitment": sealed,
    }
    assert secret.counts() == [(0, 0, 600), (0, 0, 600)]
    secret.close()
    receipt = unseal(secret, ana, marks(FOR, AGAINST))
    assert secret.meetings.only_event(receipt, "BallotCast") == {
        "meetingId": 1,
        "holder": ana.address,
        "voter": secret.relayer.address,
        "units": 600,
        "choices": marks(FOR, AGAINST),
    }
    assert secret.counts() == [(600, 0, 0), (0, 600, 0)]


def test_commit__not_opened__counts_for_the_quorum_and_abstains(secret: Assembly) -> None:
    """Who sees the others' ballots opened cannot leave the meeting without a quorum by keeping its own shut."""
    ana, ben = secret.stage.ana, secret.stage.ben
    commit(secret, ana, secret.hash_of(ana, AGAINST, SALT))
    commit(secret, ben, secret.hash_of(ben, FOR, SALT))
    secret.close()
    unseal(secret, ben, FOR)
    secret.chain.travel(by=24 * HOUR)
    found = secret.result()
    assert (found["inFavour"], found["against"], found["abstained"]) == (250, 0, 600)
    assert (found["quorate"], found["passed"]) == (True, True)


def test_VOTE_4__decide__while_ballots_are_opened__refused(secret: Assembly) -> None:
    secret.close()
    ends = secret.meetings.read("meetingOf", 1)["closes"] + 24 * HOUR
    with secret.nothing_changes(), reverts(errors.VotingStillOpen, closes=ends):
        secret.meetings.send(secret.relayer, "decide", 1)
    assert secret.passed() == [False, False]
    secret.chain.travel(to=ends)
    secret.meetings.send(secret.relayer, "decide", 1)


def test_VOTE_3__commit__again__only_the_last_can_be_opened(secret: Assembly) -> None:
    ana = secret.stage.ana
    commit(secret, ana, secret.hash_of(ana, FOR, SALT))
    commit(secret, ana, secret.hash_of(ana, AGAINST, OTHER))
    assert secret.meetings.read("meetingOf", 1)["present"] == 600
    secret.close()
    with secret.nothing_changes(), reverts(errors.CommitmentDiffers, meeting_id=1, holder=ana.address):
        unseal(secret, ana, FOR)
    unseal(secret, ana, AGAINST, salt=OTHER)
    assert secret.counts()[0] == (0, 600, 0)


def test_open__ballot_that_means_nothing__stays_shut_and_abstains(secret: Assembly) -> None:
    ana = secret.stage.ana
    parts = [mark(0, FOR, 601)]
    commit(secret, ana, secret.hash_of(ana, PARTS, SALT, parts))
    secret.close()
    with secret.nothing_changes(), reverts(errors.TooManyVotes, resolution=0, votes=601, limit=600):
        unseal(secret, ana, PARTS, parts)
    assert secret.counts()[0] == (0, 0, 600)


def test_VOTE_5__secret_proxy__opened_as_instructed_or_not_at_all(secret: Assembly) -> None:
    ana, ben = secret.stage.ana, secret.stage.ben
    secret.grant(ana, ben, 400, marks(FOR, PARTS))
    sealed = {
        choices: secret.hash_of(ana, choices, SALT, proxy=ben.address)
        for choices in (marks(AGAINST, FOR), marks(FOR, AGAINST))
    }
    commit(secret, ben, sealed[marks(AGAINST, FOR)], of=ana)
    before = secret.chain.snapshot()
    secret.close()
    with secret.nothing_changes(), reverts(errors.AgainstInstructions):
        unseal(secret, ana, marks(AGAINST, FOR), proxy=ben)
    secret.chain.revert(before)
    commit(secret, ben, sealed[marks(FOR, AGAINST)], of=ana)
    secret.close()
    unseal(secret, ana, marks(FOR, AGAINST), proxy=ben)
    assert secret.counts() == [(400, 0, 0), (0, 400, 0)]


def test_VOTE_5__own_hash__takes_back_what_the_proxy_handed_in(secret: Assembly) -> None:
    ana, ben = secret.stage.ana, secret.stage.ben
    secret.grant(ana, ben, 400, FREE)
    commit(secret, ben, secret.hash_of(ana, FOR, SALT, proxy=ben.address), of=ana)
    commit(secret, ana, secret.hash_of(ana, AGAINST, SALT))
    assert secret.meetings.read("meetingOf", 1)["present"] == 600
    secret.close()
    with secret.nothing_changes(), reverts(errors.CommitmentDiffers):
        unseal(secret, ana, FOR, proxy=ben)
    unseal(secret, ana, AGAINST)
    assert secret.counts() == [(0, 600, 0), (ABSTAIN, 0, 600)]


def test_open__second_class_in_parts__counted_with_its_multiplier(secret: Assembly) -> None:
    cleo, parts = secret.stage.cleo, [mark(1, FOR, 20), mark(1, AGAINST, 30)]
    commit(secret, cleo, secret.hash_of(cleo, marks(FOR, PARTS), SALT, parts, index=1), index=1)
    secret.close()
    unseal(secret, cleo, marks(FOR, PARTS), parts, index=1)
    assert secret.counts() == [(500, 0, 0), (200, 300, 0)]


def test_VOTE_10__grant_proxy__holder_has_handed_in_a_hash__refused(secret: Assembly) -> None:
    ana, ben = secret.stage.ana, secret.stage.ben
    secret.meetings.send(ana, "commit", 1, ana.address, 0, False, secret.hash_of(ana, marks(FOR), SALT))
    with secret.nothing_changes(), reverts(errors.HolderHasVoted, holder=ana.address):
        secret.grant(ana, ben, 1)
    assert secret.result()["present"] == 600
