"""The last scenes: the register at the record date and now, and every figure beside what the chain says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit.cli.demo._rights import payouts_of, voting_of
from tokenkit.cli.demo._world import COIN_DECIMALS, COIN_SUPPLY, RECORD_DATE, World
from tokenkit.ledger import CapTable, by_investor, cap_table
from tokenkit.rules import ALL_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenkit.cli.demo._founding import Issued
    from tokenkit.cli.demo._rights import Aftermath, Dividend, MeetingHeld
    from tokenkit.suite import ShareClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure, counted here and reported by the chain."""

    group: str
    name: str
    counted: int
    reported: int
    decimals: int = 0

    @property
    def agrees(self) -> bool:
        """Whether the two are the same, to the unit."""
        return self.counted == self.reported


def registers(world: World, *, record_date: int | None) -> CapTable:
    """Draw up the cap table by investor: now, or of the ordinary shares at the record date."""
    named = {str(signer.address): person.name for person in world.people.values() for signer in person.signers}
    classes = [world.ordinary] if record_date is not None else list(world.suite.classes.values())
    by_class = {}
    for one in classes:
        units = {str(wallet): held for wallet, held in one.transfers.register(record_date=record_date).units.items()}
        by_class[one.symbol] = {each.investor: each.units for each in by_investor(units, named)}
    return cap_table(by_class, decimals={one.symbol: one.decimals for one in classes})


def reckon(
    world: World, issued: Issued, dividend: Dividend, meeting: MeetingHeld, aftermath: Aftermath
) -> tuple[Figure, ...]:
    """Put every figure of the demo beside the chain's own."""
    return (
        Figure(
            group="Cap table",
            name="holdings unlike the package's",
            counted=0,
            reported=len(issued.differences),
        ),
        *(figure for one in world.suite.classes.values() for figure in _holdings(one, record_date=None)),
        *_holdings(world.ordinary, record_date=RECORD_DATE),
        *_investors(world),
        *_dividend(world, dividend, aftermath),
        *_meeting(world, meeting),
    )


def _holdings(one: ShareClass, *, record_date: int | None) -> Iterator[Figure]:
    transfers = one.transfers
    register = transfers.register(record_date=record_date)
    group = f"{one.symbol} {'now' if record_date is None else 'at the record date'}"
    yield Figure(
        group=group, name="supply", counted=register.supply, reported=transfers.supply(record_date=record_date)
    )
    if record_date is None:
        reported = sum(balance.units for balance in transfers.balances(register.units))
    else:
        reported = sum(transfers.balance_at(wallet, record_date) for wallet in register.units)
    yield Figure(group=group, name="sum of all balances", counted=sum(register.units.values()), reported=reported)
    differences = transfers.reconcile(record_date=record_date)
    yield Figure(group=group, name="wallets whose balance differs", counted=0, reported=len(differences))


def _investors(world: World) -> Iterator[Figure]:
    rulebook = world.suite.rulebook
    together: set[str] = set()
    every: dict[str, list[str]] = {}
    for token in rulebook.tokens():
        one = next(each for each in world.suite.classes.values() if each.address == token)
        holders = list(map(str, one.transfers.register().units))
        investors = set(world.suite.registry.identities(holders).values())
        together |= {str(investor) for investor in investors}
        every[token] = holders
        group, counted = "Investors", len(investors)
        yield Figure(
            group=group,
            name=f"{one.symbol}, the rulebook's counter",
            counted=counted,
            reported=rulebook.show(token).investor_count,
        )
        yield Figure(
            group=group,
            name=f"{one.symbol}, counted on the chain",
            counted=counted,
            reported=rulebook.recount(token, holders).investors,
        )
    yield Figure(
        group="Investors",
        name="all classes, the rulebook's counter",
        counted=len(together),
        reported=rulebook.show().investor_count,
    )
    yield Figure(
        group="Investors",
        name="all classes, counted on the chain",
        counted=len(together),
        reported=rulebook.recount(ALL_CLASSES, every).investors,
    )


def _dividend(world: World, dividend: Dividend, aftermath: Aftermath) -> Iterator[Figure]:
    payouts = payouts_of(world)
    counted = payouts.reconcile(dividend.payout)
    shares, state = counted.distribution, counted.payout
    group, agent = "Dividend", world.office("paying_agent").address
    wallets = {signer.address for person in world.people.values() for signer in person.signers}
    received = {wallet: world.coins(wallet) for wallet in wallets}
    wrong = sum(received[share.holder] != share.amount for share in shares.entitlements)
    yield Figure(group=group, name="units that share", counted=shares.denominator, reported=state.denominator)
    yield Figure(group=group, name="holders whose share differs", counted=0, reported=len(counted.differences))
    yield Figure(group=group, name="holders paid another sum", counted=0, reported=wrong)
    for name, ours, theirs in (
        ("paid, in TUSD", shares.paid, state.paid),
        ("received by the holders", shares.paid, sum(received.values())),
        ("paid + unclaimed + dust = funded", state.paid + counted.unclaimed + shares.dust, state.amount),
        ("dust, returned after the deadline", shares.dust, aftermath.returned),
        ("left in the contract", 0, world.coins(payouts.address)),
        ("all coins there are", COIN_SUPPLY, sum(received.values()) + world.coins(agent)),
    ):
        yield Figure(group=group, name=name, counted=ours, reported=theirs, decimals=COIN_DECIMALS)


def _meeting(world: World, meeting: MeetingHeld) -> Iterator[Figure]:
    counted = voting_of(world).reconcile(meeting.meeting)
    group = "Meeting"
    at_record_date = world.ordinary.transfers.register(record_date=RECORD_DATE).supply
    yield Figure(group=group, name="units entitled to vote", counted=at_record_date, reported=counted.meeting.entitled)
    yield Figure(
        group=group, name="units present", counted=counted.counted[0].present, reported=counted.meeting.present
    )
    for ours, theirs in zip(counted.counted, counted.reported, strict=True):
        name = f"resolution {theirs.resolution + 1}"
        yield Figure(group=group, name=f"{name}, for", counted=ours.votes_for, reported=theirs.votes_for)
        yield Figure(group=group, name=f"{name}, against", counted=ours.votes_against, reported=theirs.votes_against)
        yield Figure(group=group, name=f"{name}, abstained", counted=ours.abstained, reported=theirs.abstained)
        yield Figure(
            group=group, name=f"{name}, passed (1) or not (0)", counted=int(ours.passed), reported=int(theirs.passed)
        )
