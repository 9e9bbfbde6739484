"""Payouts of a published tree: leaves as ``@openzeppelin/merkle-tree`` makes them, each paid once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.conftest import DAY
from tests.contracts.payout.in_full import NATIVE, REVERTING
from tests.contracts.rights_stage import artifact, deploy, nothing_changes

from tokenkit import reverts as errors
from tokenkit.ledger import merkle_tree
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.types import ZERO_ADDRESS, parse_address

if TYPE_CHECKING:
    from tests.contracts.payout.merkle_stage import MerkleStage

    from tokenkit.ledger import MerkleTree

NO_CONTRACT = parse_address("0x00000000000000000000000000000000000000c0")


def payments(stage: MerkleStage) -> list[tuple[str, int]]:
    people = stage.full.world.stage
    return [(people.ana.address, 500), (people.ben.address, 300), (people.ana.address, 150), (people.dora.address, 50)]


@pytest.fixture
def published(merkle: MerkleStage) -> tuple[MerkleStage, MerkleTree]:
    """Give the stage with payout 1 published, in its challenge time."""
    merkle.full.pass_record_date()
    return merkle, merkle.publish(payments(merkle))


@pytest.fixture
def opened(published: tuple[MerkleStage, MerkleTree]) -> tuple[MerkleStage, MerkleTree]:
    """Give the same once claims are open."""
    published[0].open()
    return published


# ---- publishing


def test_publish__not_by_the_paying_agent__refused(merkle: MerkleStage) -> None:
    merkle.full.pass_record_date()
    tree = merkle_tree(payments(merkle))
    for sender in (merkle.officer, merkle.full.world.stage.stranger):
        with nothing_changes(merkle.state), reverts(errors.AccessManagedUnauthorized, caller=sender.address):
            merkle.send(sender, "publish", merkle.publication(tree.root))


def test_publish__what_cannot_be__refused(merkle: MerkleStage) -> None:
    merkle.full.pass_record_date()
    root, now = b"\x01" * 32, merkle.chain.now()
    missed = merkle.full.world.stage.record_date + 1
    cases = [
        ({"root": bytes(32)}, errors.EmptyTree, {}),
        ({"amount": 0}, errors.NothingToPay, {}),
        ({"refundTo": ZERO_ADDRESS}, errors.ZeroAddress, {}),
        ({"asset": NO_CONTRACT}, errors.InvalidContract, {"account": NO_CONTRACT}),
        ({"token": NO_CONTRACT}, errors.InvalidContract, {"account": NO_CONTRACT}),
        ({"recordDate": missed}, errors.RecordDateNotScheduled, {"record_date": missed}),
        ({"opens": now + DAY - 100}, errors.InvalidPeriod, {}),
        ({"deadline": now + 3 * DAY - 1}, errors.InvalidPeriod, {}),
    ]
    for changes, error, fields in cases:
        with nothing_changes(merkle.state), reverts(error, **fields):
            merkle.send(merkle.agent, "publish", merkle.publication(root, **changes))


def test_publish__before_the_record_date__refused(merkle: MerkleStage) -> None:
    ahead = merkle.full.world.stage.record_date
    with nothing_changes(merkle.state), reverts(errors.UnknownRecordDate, record_date=ahead):
        merkle.send(merkle.agent, "publish", merkle.publication(b"\x01" * 32))


def test_publish__coin_that_takes_a_fee__refused(merkle: MerkleStage) -> None:
    merkle.full.pass_record_date()
    stage = merkle.full.world.stage
    fee = deploy(merkle.chain, stage.admin, "FeeCoin", 1)
    fee.send(stage.admin, "mint", stage.agent.address, 10_000)
    fee.send(stage.agent, "approve", merkle.merkle.address, 10_000)
    with nothing_changes(merkle.state), reverts(errors.AssetNotConserving, asset=fee.address, expected=1_000):
        merkle.send(merkle.agent, "publish", merkle.publication(b"\x01" * 32, asset=fee.address))


def test_publish__other_value_than_the_amount__refused(merkle: MerkleStage) -> None:
    merkle.full.pass_record_date()
    for asset, expected, sent in ((NATIVE, 1_000, 999), (merkle.full.world.coin.address, 0, 1)):
        with nothing_changes(merkle.state), reverts(errors.WrongValue, expected=expected, sent=sent):
            merkle.send(merkle.agent, "publish", merkle.publication(b"\x01" * 32, asset=asset), value=sent)


def test_publish__sound__funded_and_announced(merkle: MerkleStage) -> None:
    merkle.full.pass_record_date()
    tree = merkle_tree(payments(merkle))
    publication = merkle.publication(tree.root)
    receipt = merkle.send(merkle.agent, "publish", publication)
    event = merkle.merkle.only_event(receipt, "PayoutPublished")
    assert (event["payoutId"], dict(event["publication"])) == (1, publication)
    found = merkle.merkle.read("payoutOf", 1)
    assert (dict(found["publication"]), found["left"], found["closed"]) == (publication, 1_000, False)
    assert merkle.full.world.balance(merkle.merkle.address) == 1_000


# ---- the challenge time


def test_withdraw__not_by_the_compliance_officer__refused(published: tuple[MerkleStage, MerkleTree]) -> None:
    merkle, _ = published
    for sender in (merkle.agent, merkle.full.world.stage.ana):
        with nothing_changes(merkle.state), reverts(errors.AccessManagedUnauthorized, caller=sender.address):
            merkle.send(sender, "withdraw", 1, "wrong")


def test_MRK_3__claim_in_the_challenge_time__refused(published: tuple[MerkleStage, MerkleTree]) -> None:
    merkle, tree = published
    opens = merkle.merkle.read("payoutOf", 1)["publication"]["opens"]
    next_transaction_at(merkle.chain, opens - 1)
    with nothing_changes(merkle.state), reverts(errors.NotOpenYet, opens=opens):
        merkle.claim(tree, 0)
    next_transaction_at(merkle.chain, opens)
    merkle.claim(tree, 0)


def test_MRK_3__withdrawn_in_the_challenge_time__all_returns(published: tuple[MerkleStage, MerkleTree]) -> None:
    merkle, tree = published
    opens = merkle.merkle.read("payoutOf", 1)["publication"]["opens"]
    next_transaction_at(merkle.chain, opens - 1)
    receipt = merkle.send(merkle.officer, "withdraw", 1, "ben is listed twice")
    issuer = merkle.full.world.stage.issuer.address
    assert merkle.merkle.only_event(receipt, "PayoutWithdrawn") == {
        "payoutId": 1,
        "refundTo": issuer,
        "amount": 1_000,
        "reason": "ben is listed twice",
    }
    assert merkle.full.world.balance(issuer) == 1_000
    merkle.open()
    with reverts(errors.PayoutIsClosed, payout_id=1):
        merkle.claim(tree, 0)
    for sender, arguments in ((merkle.officer, ("withdraw", 1, "again")), (merkle.agent, ("reclaim", 1))):
        with reverts(errors.PayoutIsClosed, payout_id=1):
            merkle.send(sender, *arguments)


def test_MRK_3__withdraw_once_open__refused(opened: tuple[MerkleStage, MerkleTree]) -> None:
    merkle, _ = opened
    opens = merkle.merkle.read("payoutOf", 1)["publication"]["opens"]
    with nothing_changes(merkle.state), reverts(errors.ChallengeOver, opens=opens):
        merkle.send(merkle.officer, "withdraw", 1, "late")


# ---- claiming


def test_claim__unknown_payout__refused(opened: tuple[MerkleStage, MerkleTree]) -> None:
    merkle, tree = opened
    for number in (0, 2):
        with nothing_changes(merkle.state), reverts(errors.UnknownPayout, payout_id=number):
            merkle.claim(tree, 0, number)


@pytest.mark.parametrize("changed", ["index", "holder", "amount", "proof", "shorter", "longer"])
def test_MRK_2__not_the_leaf_that_was_published__refused(opened: tuple[MerkleStage, MerkleTree], changed: str) -> None:
    merkle, tree = opened
    payout, index, holder, amount, proof = merkle.arguments(tree, 1)
    assert isinstance(proof, list)
    assert isinstance(amount, int)
    forged = {
        "index": (payout, 2, holder, amount, proof),
        "holder": (payout, index, merkle.full.world.stage.cleo.address, amount, proof),
        "amount": (payout, index, holder, amount + 1, proof),
        "proof": (payout, index, holder, amount, list(tree.proof(0))),
        "shorter": (payout, index, holder, amount, proof[:-1]),
        "longer": (payout, index, holder, amount, [*proof, bytes(32)]),
    }[changed]
    with nothing_changes(merkle.state), reverts(errors.NotInTree, payout_id=1, index=forged[1], holder=forged[2]):
        merkle.send(merkle.full.world.stage.stranger, "claim", *forged)


def test_MRK_2__by_anyone__the_holder_is_paid(opened: tuple[MerkleStage, MerkleTree]) -> None:
    merkle, tree = opened
    ana = merkle.full.world.stage.ana.address
    receipt = merkle.claim(tree, 2)
    assert merkle.merkle.only_event(receipt, "SharePaid") == {
        "payoutId": 1,
        "index": 2,
        "holder": ana,
        "payee": ana,
        "amount": 150,
    }
    assert merkle.full.world.balance(ana) == 150
    assert (merkle.merkle.read("isPaid", 1, 2), merkle.merkle.read("isPaid", 1, 0)) == (True, False)


def test_MRK_2__twice__refused_alone_and_among_many(opened: tuple[MerkleStage, MerkleTree]) -> None:
    merkle, tree = opened
    stranger = merkle.full.world.stage.stranger
    merkle.claim(tree, 1)
    with nothing_changes(merkle.state), reverts(errors.ShareAlreadyPaid, payout_id=1, index=1):
        merkle.claim(tree, 1)
    with nothing_changes(merkle.state), reverts(errors.ShareAlreadyPaid, payout_id=1, index=0):
        merkle.send(stranger, "claimMany", [merkle.leaf(tree, 0), merkle.leaf(tree, 0)])


def test_MRK_1__many_of_several_payouts__each_pays_its_own(merkle: MerkleStage) -> None:
    merkle.full.pass_record_date()
    first, second = merkle.publish(payments(merkle)), merkle.publish(payments(merkle)[:2], amount=5_000)
    merkle.open()
    people = merkle.full.world.stage
    leaves = [merkle.leaf(first, each) for each in range(4)] + [merkle.leaf(second, 1, 2)]
    merkle.send(people.stranger, "claimMany", leaves)
    assert merkle.full.world.balance(people.ana.address) == 650
    assert merkle.full.world.balance(people.ben.address) == 600
    assert [merkle.merkle.read("payoutOf", number)["left"] for number in (1, 2)] == [0, 4_700]
    assert merkle.full.world.balance(merkle.merkle.address) == 4_700


def test_MRK_1__tree_promises_more_than_there_is__other_payouts_are_not_touched(merkle: MerkleStage) -> None:
    merkle.full.pass_record_date()
    merkle.publish(payments(merkle))
    greedy = merkle.publish(payments(merkle), amount=799)
    merkle.open()
    merkle.claim(greedy, 0, 2)
    with nothing_changes(merkle.state), reverts(errors.TreeOverstated, payout_id=2, share=300, left=299):
        merkle.claim(greedy, 1, 2)
    assert merkle.merkle.read("payoutOf", 1)["left"] == 1_000


def test_MRK_2__payee_named__gets_it_whoever_claims(opened: tuple[MerkleStage, MerkleTree]) -> None:
    merkle, tree = opened
    people, bank = merkle.full.world.stage, merkle.full.tax_office
    with reverts(errors.InvalidPayee, payee=merkle.merkle.address):
        merkle.send(people.ana, "setPayee", merkle.full.token.address, merkle.merkle.address)
    merkle.send(people.ana, "setPayee", merkle.full.token.address, bank)
    merkle.claim(tree, 0)
    merkle.send(people.ana, "setPayee", merkle.full.token.address, ZERO_ADDRESS)
    merkle.claim(tree, 2, by=people.ana)
    assert (merkle.full.world.balance(bank), merkle.full.world.balance(people.ana.address)) == (500, 150)


# ---- lost wallets


def test_redirect__not_replaced__refused(opened: tuple[MerkleStage, MerkleTree]) -> None:
    merkle, _ = opened
    people = merkle.full.world.stage
    token = merkle.full.token.address
    with reverts(errors.NotReplaced, token=token, wallet=people.ana.address):
        merkle.send(people.stranger, "redirect", token, people.ana.address, people.record_date)
    with reverts(errors.RecordDateNotScheduled, record_date=1):
        merkle.send(people.stranger, "redirect", token, people.ana.address, 1)


def test_MRK_2__lost_wallet_redirected__pays_its_replacement_and_that_ones_payee(
    opened: tuple[MerkleStage, MerkleTree],
) -> None:
    merkle, tree = opened
    people, token = merkle.full.world.stage, merkle.full.token.address
    merkle.send(people.ana, "setPayee", token, people.stranger.address)
    merkle.full.succeed(people.ana.address, people.dora.address)
    receipt = merkle.send(people.stranger, "redirect", token, people.ana.address, people.record_date)
    assert merkle.merkle.only_event(receipt, "WalletRedirected")["replacement"] == people.dora.address
    with reverts(errors.NotHolder, caller=people.ana.address, holder=people.dora.address):
        merkle.send(people.ana, "setPayee", token, people.stranger.address)
    merkle.claim(tree, 0, by=people.ana)
    merkle.send(people.dora, "setPayee", token, merkle.full.tax_office)
    merkle.claim(tree, 2)
    assert merkle.full.world.balance(people.dora.address) == 500
    assert merkle.full.world.balance(merkle.full.tax_office) == 150
    assert merkle.full.world.balance(people.stranger.address) == 0


def test_MRK_2__token_is_asked__replaced_and_frozen_are_seen_at_once(merkle: MerkleStage) -> None:
    merkle.full.pass_record_date()
    tree = merkle.publish(payments(merkle), asksToken=True)
    merkle.open()
    people = merkle.full.world.stage
    merkle.full.succeed(people.ana.address, people.dora.address)
    merkle.full.freeze(people.ben.address)
    merkle.claim(tree, 0, by=people.ana)
    with nothing_changes(merkle.state), reverts(errors.HolderFrozen, holder=people.ben.address):
        merkle.claim(tree, 1)
    assert (merkle.full.world.balance(people.dora.address), merkle.full.world.balance(people.ana.address)) == (500, 0)


# ---- hostile assets and payees


def test_claim__native_payee_reverts__others_are_paid_and_it_later(merkle: MerkleStage) -> None:
    merkle.full.pass_record_date()
    people, wallet = merkle.full.world.stage, merkle.full.wallet()
    tree = merkle.publish([(wallet.address, 600), (merkle.full.tax_office, 400)], asset=NATIVE, value=1_000)
    merkle.open()
    wallet.send(people.admin, "setMood", REVERTING)
    with reverts(errors.PaymentFailed, asset=NATIVE, payee=wallet.address, amount=600):
        merkle.claim(tree, 0)
    merkle.claim(tree, 1)
    wallet.send(people.admin, "setMood", 0)
    merkle.claim(tree, 0)
    assert merkle.chain.balance(wallet.address) == 600
    assert merkle.chain.balance(merkle.merkle.address) == 0


def test_MRK_2__payee_calls_back__refused_by_the_guard(merkle: MerkleStage) -> None:
    merkle.full.pass_record_date()
    people, wallet = merkle.full.world.stage, merkle.full.wallet()
    tree = merkle.publish([(wallet.address, 600), (people.ben.address, 400)], asset=NATIVE, value=1_000)
    merkle.open()
    again = artifact("MerklePayouts").encode_call("claim", merkle.arguments(tree, 0))
    wallet.send(people.admin, "arm", merkle.merkle.address, again)
    merkle.claim(tree, 0)
    assert wallet.read("answer") == errors.ReentrancyGuardReentrantCall.selector
    assert merkle.chain.balance(wallet.address) == 600


# ---- closing


def test_MRK_3__reclaim_before_the_deadline__refused(opened: tuple[MerkleStage, MerkleTree]) -> None:
    merkle, _ = opened
    deadline = merkle.merkle.read("payoutOf", 1)["publication"]["deadline"]
    next_transaction_at(merkle.chain, deadline - 1)
    with nothing_changes(merkle.state), reverts(errors.BeforeDeadline, deadline=deadline):
        merkle.send(merkle.agent, "reclaim", 1)


def test_MRK_1__reclaimed__rest_returns_and_nothing_more_is_paid(opened: tuple[MerkleStage, MerkleTree]) -> None:
    merkle, tree = opened
    merkle.claim(tree, 1)
    merkle.chain.travel(to=merkle.merkle.read("payoutOf", 1)["publication"]["deadline"])
    receipt = merkle.send(merkle.agent, "reclaim", 1)
    issuer = merkle.full.world.stage.issuer.address
    assert merkle.merkle.only_event(receipt, "PayoutClosed") == {"payoutId": 1, "refundTo": issuer, "amount": 700}
    assert (merkle.full.world.balance(issuer), merkle.full.world.balance(merkle.merkle.address)) == (700, 0)
    with nothing_changes(merkle.state), reverts(errors.PayoutIsClosed, payout_id=1):
        merkle.claim(tree, 0)


def test_MRK_1_MRK_2__a_long_list_in_any_order__all_paid_once(merkle: MerkleStage) -> None:
    """600 leaves cross two words of the bitmap."""
    merkle.full.pass_record_date()
    listed = [(parse_address("0x" + (number + 2**100).to_bytes(20).hex()), number % 7) for number in range(600)]
    tree = merkle.publish(listed)
    merkle.open()
    order = [(each * 7) % 600 for each in range(0, 600, 3)] + [255, 256, 511, 512]
    once = list(dict.fromkeys(order))
    for start in range(0, len(once), 70):
        leaves = [merkle.leaf(tree, each) for each in once[start : start + 70]]
        merkle.send(merkle.full.world.stage.stranger, "claimMany", leaves)
    paid = sum(listed[each][1] for each in once)
    assert merkle.merkle.read("payoutOf", 1)["left"] == tree.total - paid
    assert all(merkle.full.world.balance(listed[each][0]) == listed[each][1] for each in once)
    assert merkle.full.world.balance(merkle.merkle.address) == tree.total - paid
