"""The scenes on the market: transfers that pass, transfers that are refused and why, and a record date traded across."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit.cli.demo._world import ORDINARY, RECORD_DATE, TRADING, Person, World, second
from tokenkit.restrictions import Restriction
from tokenkit.reverts import ERC20InsufficientBalance, TransferRestricted

if TYPE_CHECKING:
    from tokenkit.restrictions import Refusal
    from tokenkit.types import Address

LOCKED_UNTIL = second(2030, 12, 31)
LOCKED_UNITS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A transfer that went through."""

    seller: str
    buyer: str
    share_class: str
    units: int
    at: int
    note: str
    foretold: bool
    """Whether the preflight said that it would pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A transfer that was refused: what the preflight said, and what the chain said when it was sent all the same."""

    seller: str
    buyer: str
    share_class: str
    units: int
    refusals: tuple[Refusal, ...]
    sentences: tuple[str, ...]
    largest: int
    earliest: int | None
    raised: str
    """The error that sending it raised."""
    foretold: bool
    """Whether that is the first refusal of the preflight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Transfers before the record date."""

    lock: str
    trades: tuple[Trade, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one wallet held at the record date and holds now."""

    name: str
    wallet: Address
    at_record_date: int
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDate:
    """Trades around a record date, and whom it counts for what."""

    record_date: int
    trades: tuple[Trade, ...]
    changes: tuple[Change, ...]


def trade(world: World) -> Market:
    """Let some transfers pass and have others refused, each for its own reason."""
    world.chain.travel(to=TRADING)
    one, people = world.ordinary, world.people
    hasler, compliance = people["founder-hasler"], world.office("compliance")
    world.suite.rulebook.lock(one.address, hasler.wallet, units=LOCKED_UNITS, until=LOCKED_UNTIL).send(compliance)
    seerose = people["fund-seerose"]
    trades = (
        _buy(world, people["founder-imhof"], people["buyer-achterberg"], 2_500, "an admitted buyer"),
        _transfer(world, seerose, seerose.signers[1].address, 8_000, "its own second wallet: no limit counts it"),
    )
    wanted = (
        ("founder-imhof", "prospect-pinheiro", 100),
        ("founder-imhof", "prospect-raman", 100),
        ("founder-imhof", "prospect-sandner", 100),
        ("employee-okafor", "buyer-oriel-bay", 5_000),
        ("founder-wegener", "founder-imhof", 250_000),
        ("founder-hasler", "buyer-oriel-bay", 55_000),
    )
    refused = tuple(refuse(world, people[seller], people[buyer], units) for seller, buyer, units in wanted)
    lock = f"{LOCKED_UNITS:,} of {hasler.name}'s shares"
    return Market(lock=lock, trades=trades, refused=refused)


def cross_record_date(world: World) -> RecordDate:
    """Schedule a record date, then trade before it, in its very second, and after it."""
    one, people = world.ordinary, world.people
    one.issuance.schedule_record_date(RECORD_DATE).send(world.office("issuer"))
    world.chain.travel(to=second(2030, 2, 25))
    before = _buy(world, people["founder-wegener"], people["buyer-oriel-bay"], 20_000, "before: the buyer counts")
    world.chain.travel(to=RECORD_DATE - 1)
    during = _buy(
        world,
        people["founder-imhof"],
        people["buyer-achterberg"],
        1_000,
        "in that second: the seller counts",
    )
    world.chain.travel(to=second(2030, 3, 4))
    after = _buy(world, people["founder-wegener"], people["fund-clos-vert"], 15_000, "after: the seller counts")
    then, now = one.transfers.register(record_date=RECORD_DATE).units, one.transfers.register().units
    changes = tuple(
        Change(name=world.name(wallet), wallet=wallet, at_record_date=then.get(wallet, 0), now=now.get(wallet, 0))
        for wallet in sorted({*then, *now}, key=lambda each: -then.get(each, 0))
        if then.get(wallet, 0) != now.get(wallet, 0)
    )
    return RecordDate(record_date=RECORD_DATE, trades=(before, during, after), changes=changes)


def refuse(world: World, seller: Person, buyer: Person, units: int) -> Refused:
    """Ask why a transfer would be refused, then send it all the same."""
    transfers = world.ordinary.transfers
    explanation = transfers.explain(seller.wallet, buyer.wallet, units)
    raised, code = "", None
    try:
        transfers.transfer(buyer.wallet, units).send(seller.signer)
    except TransferRestricted as refusal:
        raised, code = type(refusal).__name__, refusal.code
    except ERC20InsufficientBalance as refusal:
        raised, code = type(refusal).__name__, Restriction.BALANCE
    return Refused(
        seller=seller.name,
        buyer=buyer.name,
        share_class=ORDINARY,
        units=units,
        refusals=explanation.refusals,
        sentences=explanation.sentences(who=world.name, lacking=world.lacking),
        largest=explanation.largest,
        earliest=explanation.earliest,
        raised=raised,
        foretold=not explanation.passes and explanation.refusals[0].code == code,
    )


def _buy(world: World, seller: Person, buyer: Person, units: int, note: str) -> Trade:
    return _transfer(world, seller, buyer.wallet, units, note)


def _transfer(world: World, seller: Person, receiver: Address, units: int, note: str) -> Trade:
    transfers = world.ordinary.transfers
    foretold = transfers.explain(seller.wallet, receiver, units).passes
    transfers.transfer(receiver, units).send(seller.signer)
    return Trade(
        seller=seller.name,
        buyer=world.name(receiver),
        share_class=ORDINARY,
        units=units,
        at=world.chain.now(),
        note=note,
        foretold=foretold,
    )
