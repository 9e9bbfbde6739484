"""Options of payouts on a deployed suite: the registry's facts, the token's issue, its recovery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.payout.in_full import NOTHING, OTHER_OFFICE, TAX_OFFICE, options, rate
from tests.contracts.rights_stage import Handle, deploy

from tokenkit import reverts as errors
from tokenkit.issuance import Allotment
from tokenkit.ledger import merkle_tree
from tokenkit.powers import Role
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tokenkit.chain import DevelopmentChain, Signer
    from tokenkit.suite import Suite
    from tokenkit.testing import People

AMOUNT, DAY = 1_000_001, 86_400
UNITS = {"ana": 500, "ben": 300, "chloe": 200}


@pytest.fixture
def payouts(suite: Suite) -> Handle:
    assert suite.payouts is not None
    return Handle(suite.chain, "Payouts", suite.payouts.address)


@pytest.fixture
def coin(payouts: Handle, people: People, chain: DevelopmentChain) -> Handle:
    made = deploy(chain, people.deployer, "Stablecoin")
    made.send(people.deployer, "mint", people.paying_agent.address, 10 * AMOUNT)
    made.send(people.paying_agent, "approve", payouts.address, 10 * AMOUNT)
    return made


@pytest.fixture
def record_date(suite: Suite, people: People, chain: DevelopmentChain) -> int:
    ordinary = suite.token("ORD").issuance
    allotments = [Allotment(to=getattr(people, name).address, units=units) for name, units in UNITS.items()]
    for operation in ordinary.issue_many(allotments, reason="Founding", sender=people.issuer.address):
        operation.send(people.issuer)
    instant = chain.now() + 1_000
    ordinary.schedule_record_date(instant).send(people.issuer)
    return instant


def declare(suite: Suite, people: People, coin: Handle, record_date: int, **chosen: object) -> None:
    assert suite.payouts is not None
    declaration: dict[str, Any] = {
        "token": suite.token("ORD").address,
        "asset": coin.address,
        "amount": AMOUNT,
        "recordDate": record_date,
        "deadline": record_date + 30 * DAY,
        "refundTo": people.issuer.address,
        "excluded": [],
        "documentHash": b"\x11" * 32,
    }
    handle = Handle(suite.chain, "Payouts", suite.payouts.address)
    handle.send(people.paying_agent, "declareWith", declaration, options(**chosen))


def grant(suite: Suite, people: People, account: str) -> None:
    manager = Handle(suite.chain, "AccessManager", suite.record.address("manager"))
    manager.send(people.admin, "grantRole", int(Role.ISSUER), account, 0)


def share(name: str) -> int:
    return AMOUNT * UNITS[name] // 1_000


def test_PAY_7__registry_says_where_holders_live__taxed_by_it(
    suite: Suite, people: People, payouts: Handle, coin: Handle, record_date: int
) -> None:
    country = suite.registry.facts(people.ana.address).country
    declare(
        suite,
        people,
        coin,
        record_date,
        rates=[rate(263_750, TAX_OFFICE, country=country), rate(100_000, OTHER_OFFICE)],
    )
    suite.chain.travel(to=record_date)
    payouts.send(people.ana, "claim", 1)
    tax = share("ana") * 263_750 // 1_000_000
    assert coin.read("balanceOf", people.ana.address) == share("ana") - tax
    payouts.send(people.mallory, "withdrawWithheld", 1, TAX_OFFICE)
    assert coin.read("balanceOf", TAX_OFFICE) == tax


def test_PAY_5__admission_lapsed__kept_where_the_terms_ask(
    suite: Suite, people: People, payouts: Handle, coin: Handle, record_date: int
) -> None:
    declare(suite, people, coin, record_date, admittedOnly=True)
    suite.chain.travel(to=record_date)
    registry = Handle(suite.chain, "IdentityRegistry", suite.record.address("registry"))
    registry.send(people.registrar, "lapse", people.ben.address)
    suite.chain.travel(to=suite.chain.now() + 10)
    with reverts(errors.OwnerNotAdmitted, owner=people.ben.address):
        payouts.send(people.ben, "claim", 1)
    payouts.send(people.ana, "claim", 1)
    assert coin.read("balanceOf", people.ana.address) == share("ana")


def offer(people: People) -> dict[str, object]:
    return {"price": 1_000, "units": 1, "until": 2**48 - 1, "proceedsTo": people.issuer.address}


def reinvesting(suite: Suite, people: People, payouts: Handle, *owners: Signer) -> None:
    grant(suite, people, people.paying_agent.address)
    for owner in owners:
        payouts.send(owner, "setReinvestment", suite.token("ORD").address, True)


def test_PAY_9__agent_who_may_not_issue__cannot_set_a_price(
    suite: Suite, people: People, payouts: Handle, coin: Handle, record_date: int
) -> None:
    with reverts(errors.NotAnIssuer, caller=people.paying_agent.address):
        declare(suite, people, coin, record_date, reinvestment=offer(people))
    declare(suite, people, coin, record_date, reinvestment=NOTHING)
    assert payouts.read("payoutCount") == 1


def test_PAY_9__payouts_may_issue__units_come_through_the_tokens_own_issue(
    suite: Suite, people: People, payouts: Handle, coin: Handle, record_date: int
) -> None:
    reinvesting(suite, people, payouts, people.ana, people.ben)
    grant(suite, people, payouts.address)
    declare(suite, people, coin, record_date, reinvestment=offer(people))
    suite.chain.travel(to=record_date)
    payouts.send(people.ana, "claim", 1)
    payouts.send(people.paying_agent, "push", 1, [people.ben.address])

    token = Handle(suite.chain, "SecurityToken", suite.token("ORD").address)
    for name in ("ana", "ben"):
        wallet = getattr(people, name).address
        assert token.read("balanceOf", wallet) == UNITS[name] + share(name) // 1_000
        assert coin.read("balanceOf", wallet) == share(name) % 1_000


def test_PAY_9__payouts_may_not_issue__paid_in_cash(
    suite: Suite, people: People, payouts: Handle, coin: Handle, record_date: int
) -> None:
    reinvesting(suite, people, payouts, people.ana)
    declare(suite, people, coin, record_date, reinvestment=offer(people))
    suite.chain.travel(to=record_date)
    payouts.send(people.ana, "claim", 1)
    assert coin.read("balanceOf", people.ana.address) == share("ana")


def test_PAY_9__class_under_rules_that_count__units_are_issued(
    suite: Suite, people: People, payouts: Handle, coin: Handle, record_date: int
) -> None:
    """Each such rule asks for 530,000 gas to be left: what reinvestment passes on must suffice for it."""
    ordinary = suite.token("ORD").address
    for _ in range(8):
        rule = deploy(suite.chain, people.deployer, "RuleStub", True)
        suite.rulebook.add(ordinary, rule.address).send(people.compliance)
    reinvesting(suite, people, payouts, people.ana)
    grant(suite, people, payouts.address)
    declare(suite, people, coin, record_date, reinvestment=offer(people))
    suite.chain.travel(to=record_date)
    payouts.send(people.ana, "claim", 1)
    token = Handle(suite.chain, "SecurityToken", ordinary)
    assert token.read("balanceOf", people.ana.address) == UNITS["ana"] + share("ana") // 1_000


def test_MRK_2__recovered_on_the_token__redirected_and_paid_to_the_new_wallet(
    suite: Suite, people: People, coin: Handle, record_date: int
) -> None:

    merkle = Handle(suite.chain, "MerklePayouts", suite.record.address("merkle payouts"))
    coin.send(people.paying_agent, "approve", merkle.address, AMOUNT)
    suite.chain.travel(to=record_date)
    tree = merkle_tree([(people.ana.address, 900), (people.ben.address, 100)])
    publication = {
        "root": tree.root,
        "token": suite.token("ORD").address,
        "asset": coin.address,
        "amount": 1_000,
        "recordDate": record_date,
        "opens": suite.chain.now() + 2 * DAY,
        "deadline": suite.chain.now() + 30 * DAY,
        "refundTo": people.issuer.address,
        "listHash": bytes(32),
        "asksToken": False,
    }
    merkle.send(people.paying_agent, "publish", publication)
    merkle.send(people.paying_agent, "publish", {**publication, "asksToken": True})
    found = suite.chain.accounts[30]
    suite.token("ORD").issuance.recover(
        people.ana.address, found.address, identity=people.ana.address, reason="Lost key"
    ).send(people.enforcement)
    merkle.send(people.mallory, "redirect", suite.token("ORD").address, people.ana.address, record_date)
    suite.chain.travel(to=publication["opens"])
    for number in (1, 2):
        merkle.send(people.mallory, "claim", number, 0, people.ana.address, 900, list(tree.proof(0)))
    assert (coin.read("balanceOf", found.address), coin.read("balanceOf", people.ana.address)) == (1_800, 0)
