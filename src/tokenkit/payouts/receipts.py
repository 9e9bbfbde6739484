"""Which transaction paid each share, when, and where the money went: claims say it, of pages it is put together from the events before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit._contract import TOKEN, Contract, topic
from tokenkit.chain import decode as decode_revert
from tokenkit.events import time_of
from tokenkit.payouts.values import NewUnits, Offer, Payout, Receipt, position
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tokenkit.artifacts import Event
    from tokenkit.types import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class _Log:
    """The events that bear on one payout, each kind in order."""

    claims: Mapping[Address, Event]
    pages: Sequence[Event]
    successions: Sequence[Event]
    payees: Sequence[Event]
    issues: Sequence[Event]
    refusals: Sequence[Event]

    def paying(self, holder: Address) -> Event | None:
        """Return the claim, or the page, that paid a holder."""
        if holder in self.claims:
            return self.claims[holder]
        return next((page for page in self.pages if position(holder) <= position(page.args["last"])), None)

    def owner(self, holder: Address, at: Event) -> Address:
        """Return who exercised a holder's rights then."""
        for event in _before(self.successions, at):
            if event.args["lost"] == holder:
                holder = event.args["replacement"]
        return holder

    def payee(self, owner: Address, at: Event) -> Address:
        """Return where an owner's payments went then."""
        named = ZERO_ADDRESS
        for event in _before(self.payees, at):
            if event.args["owner"] == owner:
                named = event.args["payee"]
        return owner if named == ZERO_ADDRESS else named


def read_receipts(
    contract: Contract, payout: Payout, nets: Mapping[Address, int], *, offer: Offer | None, from_block: int
) -> dict[Address, Receipt]:
    """Find the payment of each share; *nets* are those paid, less tax, by holder."""
    log = _read(contract, payout, from_block)
    issues, refusals = list(log.issues), list(log.refusals)
    times: dict[int, int] = {}
    receipts: dict[Address, Receipt] = {}
    for holder in sorted(nets, key=position):
        event = log.paying(holder)
        if event is None:
            continue
        owner = log.owner(holder, event)
        units = nets[holder] * offer.units // offer.price if offer else 0
        taken = _taken(issues, event, owner, units) if units else None
        refused = _taken(refusals, event, owner) if units and taken is None else None
        receipts[holder] = Receipt(
            owner=owner,
            payee=event.args["payee"] if "payee" in event.args else log.payee(owner, event),
            transaction=event.transaction_hash,
            at=time_of(contract.chain, event, times),
            issued=NewUnits(units=taken.args["units"], cost=taken.args["cost"]) if taken else None,
            refusal=decode_revert(refused.args["reason"], contract.address) if refused else None,
        )
    return receipts


def _read(contract: Contract, payout: Payout, from_block: int) -> _Log:
    token, which = Contract(contract.chain, payout.token, *TOKEN), topic(payout.id)

    def said(name: str) -> tuple[Event, ...]:
        return tuple(contract.events(name, which, from_block=from_block))

    pages = said("PayoutPushed")
    pushed = bool(pages)
    return _Log(
        claims={event.args["holder"]: event for event in said("PayoutClaimed")},
        pages=pages,
        successions=tuple(token.events("WalletSucceeded", from_block=from_block)),
        payees=tuple(contract.events("PayeeSet", topic(payout.token), from_block=from_block)) if pushed else (),
        issues=said("Reinvested"),
        refusals=said("NotReinvested"),
    )


def _before(events: Iterable[Event], at: Event) -> Iterable[Event]:
    place = at.block_number, at.log_index
    return (event for event in events if (event.block_number, event.log_index) < place)


def _taken(events: list[Event], at: Event, owner: Address, units: int | None = None) -> Event | None:
    """Take the first event about an owner in a transaction off the list; of an issue, one of as many units as the share buys."""
    for event in events:
        same = event.transaction_hash == at.transaction_hash and event.args["owner"] == owner
        if same and units in (None, event.args.get("units")):
            events.remove(event)
            return event
    return None
