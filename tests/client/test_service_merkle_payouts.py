"""The service of payouts from lists: publish, check, claim, withdraw, redirect, reclaim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.client.test_service_payouts import Company

from tokenkit.errors import InvalidInput, ReadOnly
from tokenkit.ledger import merkle_tree
from tokenkit.payouts import MerklePayouts, Publication, Underfunded, pay_list
from tokenkit.payouts.values import NATIVE
from tokenkit.reverts import NotInTree, NotOpenYet, ShareAlreadyPaid
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.chain import Signer
    from tokenkit.ledger import MerkleTree
    from tokenkit.payouts import ProvedShare
    from tokenkit.suite import Suite
    from tokenkit.testing import People
    from tokenkit.types import Address

DAY = 86_400


@pytest.fixture
def company(suite: Suite, people: People) -> Company:
    made = Company(suite, people)
    made.at_record_date()
    return made


@pytest.fixture
def service(suite: Suite) -> MerklePayouts:
    assert suite.merkle_payouts is not None
    return suite.merkle_payouts


def tree_of(company: Company) -> MerkleTree:
    return merkle_tree([(company.wallet("ana"), 500), (company.wallet("ben"), 300), (company.wallet("chloe"), 200)])


def terms(company: Company, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    now = company.suite.chain.now()
    usual = {
        "token": company.token.address,
        "asset": company.coin,
        "record_date": company.record_date,
        "opens": now + 2 * DAY,
        "deadline": now + 30 * DAY,
        "refund_to": company.people.issuer.address,
    }
    return {**usual, **changes}


def publish(company: Company, service: MerklePayouts, **changes: Any) -> Publication:  # noqa: ANN401 - any field
    agent, publication = company.people.paying_agent, Publication.of(tree_of(company), **terms(company, **changes))
    service.approve_funding(company.coin, publication.amount).send(agent)
    service.publish(publication, payer=agent.address).send(agent)
    return publication


def coins(company: Company, *wallets: Address) -> list[int]:
    return [company.coins(wallet) for wallet in wallets]


@pytest.mark.parametrize("changes", [{"root": bytes(32)}, {"amount": 0}, {"deadline": 5}, {"list_hash": b"x"}])
def test_publication__unsound__refused(company: Company, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        Publication(**{"root": b"\x01" * 32, "amount": 1, **terms(company), **changes})


def test_publish__not_approved__refused_before_anything_is_sent(company: Company, service: MerklePayouts) -> None:
    publication = Publication.of(tree_of(company), **terms(company))
    with pytest.raises(Underfunded):
        service.publish(publication, payer=company.people.paying_agent.address)


def test_publish_claim__by_anybody__each_share_once(company: Company, people: People, service: MerklePayouts) -> None:
    publication, tree = publish(company, service), tree_of(company)
    state = service.payout(1)
    assert (state.publication, state.left, state.paid, state.closed) == (publication, 1_000, 0, False)
    assert service.payouts() == (state,)
    assert service.check(1, tree) == ()
    with reverts(NotOpenYet, opens=publication.opens):
        service.claim(1, tree.leaf(0), tree.proof(0)).send(people.mallory)
    company.travel(publication.opens)
    service.claim(1, tree.leaf(0), tree.proof(0)).send(people.mallory)
    with reverts(ShareAlreadyPaid, payout_id=1, index=0):
        service.claim(1, tree.leaf(0), tree.proof(0)).send(people.mallory)
    with reverts(NotInTree, payout_id=1):
        service.claim(1, tree.leaf(1), tree.proof(2)).send(people.mallory)
    operations = service.claim_many(1, tree, [1, 2], sender=people.mallory.address, page_size=1)
    for operation in operations:
        operation.send(people.mallory)
    assert (len(operations), service.paid(1, range(3))) == (2, (True, True, True))
    assert coins(company, *(leaf.account for leaf in tree)) == [500, 300, 200]
    assert {index: amount for index, (_, _, amount) in service.shares_paid(1).items()} == {0: 500, 1: 300, 2: 200}


def test_check__another_list__says_what_is_wrong(company: Company, service: MerklePayouts) -> None:
    publish(company, service)
    other = merkle_tree([(company.wallet("ana"), 5_000)])
    assert len(service.check(1, other)) == 2


def test_withdraw__in_the_challenge_time__all_of_it_returns(
    company: Company, people: People, service: MerklePayouts
) -> None:
    publish(company, service)
    service.withdraw(1, reason="Ben is missing").send(people.compliance)
    assert service.payout(1).closed
    assert company.coins(people.issuer.address) == 1_000


def test_set_payee_and_native__paid_there(company: Company, people: People, service: MerklePayouts) -> None:
    agent, tree = people.paying_agent, tree_of(company)
    publication = Publication.of(tree, **terms(company, asset=NATIVE))
    service.publish(publication, payer=agent.address).send(agent)
    service.set_payee(company.token.address, "0x" + "77" * 20).send(people.ana)
    payee = service.payee(company.token.address, people.ana.address)
    company.travel(publication.opens)
    service.claim(1, tree.leaf(0), tree.proof(0)).send(people.mallory)
    assert company.suite.chain.balance(payee) == 500
    service.set_payee(company.token.address, None).send(people.ana)
    assert service.payee(company.token.address, people.ana.address) == people.ana.address


def test_redirect_and_reclaim__lost_wallet__paid_to_the_new_one_and_the_rest_returns(
    company: Company, people: People, service: MerklePayouts
) -> None:
    publication, tree = publish(company, service, asks_token=False), tree_of(company)
    found = company.suite.chain.accounts[30].address  # type: ignore[attr-defined]  # a development chain
    company.token.issuance.recover(people.ana.address, found, people.ana.address, reason="key lost").send(
        people.enforcement
    )
    sent = service.redirect(company.token.address, people.ana.address, record_date=company.record_date).send(
        people.mallory
    )
    assert sent.answer == found
    company.travel(publication.opens)
    service.claim(1, tree.leaf(0), tree.proof(0)).send(people.mallory)
    assert coins(company, found, people.ana.address) == [500, 0]
    company.travel(publication.deadline)
    service.reclaim(1).send(people.paying_agent)
    assert company.coins(people.issuer.address) == 500


class Overtaken(MerklePayouts):
    """Somebody claims a share right after it was found open."""

    __slots__ = ("by",)
    by: Signer | None

    def open_shares(self, payout: int, shares: Sequence[ProvedShare]) -> list[ProvedShare]:
        found = super().open_shares(payout, shares)
        if self.by is not None:
            by, self.by = self.by, None
            self.claim(payout, *found[0]).send(by)
        return found


def test_pay_list__claimed_meanwhile_and_refused__others_are_paid_once(
    company: Company, people: People, service: MerklePayouts
) -> None:
    publication, tree = publish(company, service), tree_of(company)
    shares = [(tree.leaf(index), tree.proof(index)) for index in range(3)]
    with reverts(NotOpenYet, opens=publication.opens):
        pay_list(service, 1, shares, people.mallory, page_size=2)
    company.travel(publication.opens)
    company.token.issuance.freeze_wallet(people.chloe.address, reason="court order").send(people.enforcement)
    overtaken = Overtaken(company.suite.chain, service.address)
    overtaken.by = people.ben
    seen: list[int] = []
    run = pay_list(overtaken, 1, shares, people.mallory, page_size=3, progress=lambda state: seen.append(state.done))
    assert (run.paid, run.before, len(run.transactions)) == (1, 1, 1)
    assert [(each.leaf.account, "frozen" in each.reason) for each in run.refused] == [(people.chloe.address, True)]
    assert seen == [2, 3]
    assert coins(company, *(leaf.account for leaf, _ in shares)) == [500, 300, 0]
    assert pay_list(service, 1, shares, people.mallory, page_size=3).paid == 0
    with pytest.raises(ReadOnly):
        pay_list(service, 1, shares, None, page_size=3)
    with pytest.raises(InvalidInput):
        pay_list(service, 1, shares, people.mallory, page_size=0)
