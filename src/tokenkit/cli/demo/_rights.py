"""The scenes of holders' rights: a dividend and a meeting, both for the register at the record date."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit.cli.demo._trading import Refused, refuse
from tokenkit.cli.demo._world import (
    COIN_DECIMALS,
    DEADLINE,
    DIVIDEND_DAY,
    MEETING_CLOSES,
    MEETING_OPENS,
    RECORD_DATE,
    World,
)
from tokenkit.errors import Reverted
from tokenkit.ledger import Choice, Difference, Majority
from tokenkit.payouts import Declaration
from tokenkit.voting import Notice, Resolution

if TYPE_CHECKING:
    from collections.abc import Callable

    from tokenkit.payouts import Payouts
    from tokenkit.types import Address
    from tokenkit.voting import Result, Voting

DIVIDEND = 250_000 * 10**COIN_DECIMALS
CLAIMANTS = ("founder-imhof", "angel-veenstra", "buyer-oriel-bay")
FROZEN = "employee-okafor"
QUORUM_BPS = 5_000

RESOLUTIONS = (
    ("Accounts and dividend", Majority.SIMPLE),
    ("New articles of association", Majority.THREE_QUARTERS),
)
BALLOTS: tuple[tuple[str, str, str], ...] = (
    ("founder-imhof", "for", "for"),
    ("founder-wegener", "for", "against"),
    ("founder-autran", "for", "for"),
    ("founder-hasler", "against", "against"),
    ("fund-clos-vert", "for", "for"),
    ("buyer-oriel-bay", "for", "for"),
    ("angel-marchand", "abstain", "for"),
    ("angel-whitcombe", "for", "abstain"),
    ("employee-bieri", "for", "for"),
    ("founder-hasler", "for", "for"),  # a second ballot of the same holder: it replaces the first
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One payment of the dividend."""

    name: str
    units: int
    amount: int
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dividend:
    """A dividend, from the declaration to the last unit."""

    payout: int
    amount: int
    denominator: int
    claimed: tuple[Paid, ...]
    pages: int
    pushed_to: int
    pushed: int
    kept: tuple[Paid, ...]
    """Shares of frozen wallets, kept for them."""
    twice: str
    """What a second claim raised."""
    dust: int
    unclaimed: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingHeld:
    """A meeting, from the notice to the result."""

    meeting: int
    ballots: int
    voters: int
    entitled: int
    present: int
    quorum_bps: int
    titles: tuple[str, ...]
    results: tuple[Result, ...]
    late: str
    """What a ballot after the close raised."""
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """After the meeting: an attestation that has ended, and the rest of the dividend returned."""

    lapsed: Refused
    returned: int
    differences: tuple[Difference, ...]


def pay_dividend(world: World) -> Dividend:
    """Declare a dividend in the test coin; some claim it, the rest is pushed; a frozen wallet's share is kept."""
    world.chain.travel(to=DIVIDEND_DAY)
    payouts, agent = payouts_of(world), world.office("paying_agent")
    payouts.approve_funding(world.coin, DIVIDEND).send(agent)
    declaration = Declaration(
        token=world.ordinary.address,
        asset=world.coin,
        amount=DIVIDEND,
        record_date=RECORD_DATE,
        deadline=DEADLINE,
        refund_to=agent.address,
        document_hash=hashlib.sha256(RESOLUTIONS[0][0].encode()).digest(),
    )
    payouts.declare(declaration, payer=agent.address).send(agent)
    number = len(payouts.payouts())
    claimed = tuple(_claim(world, payouts, number, who) for who in CLAIMANTS)
    twice = _raised(lambda: payouts.claim(number).send(world.people[CLAIMANTS[0]].signer))
    frozen = world.people[FROZEN]
    enforcement = world.office("enforcement")
    world.ordinary.issuance.freeze_wallet(frozen.wallet, reason="court order 7/2030").send(enforcement)
    operations = payouts.push_pages(number, sender=agent.address)
    before = payouts.payout(number).paid
    for operation in operations:
        operation.send(agent)
    counted = payouts.reconcile(number)
    kept = tuple(
        Paid(name=world.name(each.holder), units=_held(world, each.holder), amount=each.amount, how="kept")
        for each in payouts.payments(number)
        if each.failed
    )
    return Dividend(
        payout=number,
        amount=DIVIDEND,
        denominator=counted.distribution.denominator,
        claimed=claimed,
        pages=len(operations),
        pushed_to=len(counted.distribution.entitlements) - len(claimed) - len(kept),
        pushed=counted.payout.paid - before,
        kept=kept,
        twice=twice,
        dust=counted.distribution.dust,
        unclaimed=counted.unclaimed,
        differences=counted.differences,
    )


def hold_meeting(world: World) -> MeetingHeld:
    """Call a meeting with two resolutions, vote, and put the results on record."""
    voting, issuer = voting_of(world), world.office("issuer")
    agenda = tuple(
        Resolution(majority=majority, document_hash=hashlib.sha256(title.encode()).digest())
        for title, majority in RESOLUTIONS
    )
    notice = Notice(
        token=world.ordinary.address,
        record_date=RECORD_DATE,
        opens=MEETING_OPENS,
        closes=MEETING_CLOSES,
        agenda=agenda,
        quorum_bps=QUORUM_BPS,
    )
    voting.call(notice).send(issuer)
    number = len(voting.meetings())
    world.chain.travel(to=MEETING_OPENS)
    for who, *choices in BALLOTS:
        voting.vote(number, [Choice[choice.upper()] for choice in choices]).send(world.people[who].signer)
    world.chain.travel(to=MEETING_CLOSES)
    late = _raised(lambda: voting.vote(number, ["against", "against"]).send(world.people["founder-imhof"].signer))
    voting.decide(number).send(issuer)
    counted = voting.reconcile(number)
    return MeetingHeld(
        meeting=number,
        ballots=len(voting.ballots(number)),
        voters=len({each.holder for each in voting.ballots(number)}),
        entitled=counted.meeting.entitled,
        present=counted.meeting.present,
        quorum_bps=QUORUM_BPS,
        titles=tuple(title for title, _ in RESOLUTIONS),
        results=counted.reported,
        late=late,
        differences=counted.differences,
    )


def close_the_year(world: World, dividend: Dividend) -> Aftermath:
    """Show a holder whose attestation has ended, release the frozen wallet, and return the rest after the deadline."""
    people, payouts = world.people, payouts_of(world)
    lapsed = refuse(world, people["angel-veenstra"], people["buyer-achterberg"], 1_000)
    enforcement = world.office("enforcement")
    world.ordinary.issuance.unfreeze_wallet(people[FROZEN].wallet, reason="court order lifted").send(enforcement)
    payouts.claim(dividend.payout).send(people[FROZEN].signer)
    world.chain.travel(to=DEADLINE)
    agent = world.office("paying_agent")
    before = world.coins(agent.address)
    payouts.reclaim(dividend.payout).send(agent)
    return Aftermath(
        lapsed=lapsed,
        returned=world.coins(agent.address) - before,
        differences=payouts.reconcile(dividend.payout).differences,
    )


def payouts_of(world: World) -> Payouts:
    """Return the suite's payouts; the example plan has them."""
    assert world.suite.payouts is not None  # noqa: S101 - the plan is ours
    return world.suite.payouts


def voting_of(world: World) -> Voting:
    """Return the suite's meetings; the example plan has them."""
    assert world.suite.voting is not None  # noqa: S101 - as above
    return world.suite.voting


def _claim(world: World, payouts: Payouts, number: int, who: str) -> Paid:
    person = world.people[who]
    before = world.coins(person.wallet)
    payouts.claim(number).send(person.signer)
    received = world.coins(person.wallet) - before
    return Paid(name=person.name, units=_held(world, person.wallet), amount=received, how="claimed")


def _held(world: World, wallet: Address) -> int:
    return world.ordinary.transfers.balance_at(wallet, RECORD_DATE)


def _raised(act: Callable[[], object]) -> str:
    try:
        act()
    except Reverted as refusal:
        return refusal.sentence
    return ""
