"""From a token's ``Transfer`` events to movements, the register, and its reconciliation with the token's own getters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit._contract import TOKEN, Contract
from tokenkit.ledger import Difference, Movement, Register
from tokenkit.ledger import movement as to_movement
from tokenkit.ledger import reconcile as compare
from tokenkit.ledger import register as count

if TYPE_CHECKING:
    from tokenkit.artifacts import Event
    from tokenkit.chain import BlockId, Chain
    from tokenkit.types import Address


def movements(
    chain: Chain, token: str, *, from_block: int = 0, to_block: BlockId = "latest"
) -> tuple[Movement[Address], ...]:
    """Read every movement of units, in order.

    *from_block* may be the block of the token's creation, never a later one, or the register comes out wrong.
    """
    contract = Contract(chain, token, *TOKEN)
    times: dict[int, int] = {}
    return tuple(
        to_movement(
            event.args["from"],
            event.args["to"],
            event.args["value"],
            block=event.block_number,
            timestamp=time_of(chain, event, times),
        )
        for event in contract.events("Transfer", from_block=from_block, to_block=to_block)
    )


def register(
    chain: Chain, token: str, *, at_block: int | None = None, record_date: int | None = None, from_block: int = 0
) -> Register[Address]:
    """Count the register of a token: now, at the end of a block, or at a record date (unix second).

    Raises:
        Overdrawn: the events do not add up; *from_block* is too late, or the node left some out.
    """
    moves = movements(chain, token, from_block=from_block, to_block="latest" if at_block is None else at_block)
    return count(moves, at_block=at_block, record_date=record_date)


def reconcile(
    chain: Chain, token: str, *, at_block: int | None = None, record_date: int | None = None, from_block: int = 0
) -> tuple[Difference, ...]:
    """Compare the register from events with ``balanceOf`` and ``totalSupply``, or their ``…At`` at a record date.

    Every wallet that ever moved units is asked, so that units nobody's events explain show as well.

    Raises:
        UnknownRecordDate: the record date is not scheduled, or has not come yet.
    """
    block: BlockId = "latest" if at_block is None else at_block
    moves = movements(chain, token, from_block=from_block, to_block=block)
    wallets = sorted({wallet for move in moves for wallet in (move.source, move.target) if wallet is not None})
    contract = Contract(chain, token, *TOKEN)
    if record_date is None:
        supply = contract.read("totalSupply", block=block)
        units = contract.read_many([("balanceOf", (wallet,)) for wallet in wallets], block=block)
    else:
        supply = contract.read("totalSupplyAt", record_date, block=block)
        units = contract.read_many([("balanceOfAt", (wallet, record_date)) for wallet in wallets], block=block)
    counted = count(moves, at_block=at_block, record_date=record_date)
    return compare(counted, supply=supply, units=dict(zip(wallets, units, strict=True)))


def time_of(chain: Chain, event: Event, times: dict[int, int]) -> int:
    """Return when an event happened, in unix seconds; *times* keeps those of blocks that were asked for."""
    if event.block_timestamp is not None:
        return event.block_timestamp
    if event.block_number not in times:
        times[event.block_number] = chain.block(event.block_number).timestamp
    return times[event.block_number]
