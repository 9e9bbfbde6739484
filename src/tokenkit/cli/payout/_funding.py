"""Acts that take money from the sender: what the contract may take is approved first, if it is not yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tokenkit.cli._output import Answer
from tokenkit.cli._shown import carried_out, show_acts
from tokenkit.errors import Reverted
from tokenkit.payouts import Underfunded
from tokenkit.reverts import (
    AccessManagedUnauthorized,
    InvalidDeadline,
    InvalidPaymentDate,
    InvalidPeriod,
    NotAnIssuer,
    RecordDateNotScheduled,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from tokenkit.cli._session import Session
    from tokenkit.operation import Operation
    from tokenkit.payouts import MerklePayouts, Payouts

_BEFORE_THE_MONEY = (
    AccessManagedUnauthorized,
    InvalidDeadline,
    InvalidPaymentDate,
    InvalidPeriod,
    NotAnIssuer,
    RecordDateNotScheduled,
)


def carry_out_funded(
    session: Session,
    service: Payouts | MerklePayouts,
    money: tuple[str, int],
    operations: Sequence[Operation[Any]],
) -> Answer:
    """Carry out *operations*, which take *money* (asset and amount) from the sender; they are confirmed with their approval.

    Raises:
        Underfunded: the sender does not hold as much.
    """
    asset, amount = money
    coin, funding = session.coin(asset), service.funding(asset, amount, session.sender)
    if not funding.sufficient and session.settings.safe is None:
        _try_as_far_as_the_money(session, operations[0])
    if funding.balance < amount:
        raise Underfunded(funding, words=coin.words)
    if funding.sufficient:
        return carried_out(session, operations)
    summary = f"Let the payouts contract take {coin.words(amount)} from {session.sender}"
    approval = service.approve_funding(asset, amount).with_summary(summary)
    acts = session.carry_out([approval, *operations])
    return Answer(data=acts, show=lambda console: _show(console, acts))


def _try_as_far_as_the_money(session: Session, operation: Operation[Any]) -> None:
    """Let the contract refuse what it looks at before it takes the money: the office first, then the terms."""
    try:
        with session.naming_the_office(operation):
            replace(operation, value=0).simulate(session.sender)
    except _BEFORE_THE_MONEY:
        raise
    except Reverted:
        return  # it is the money, of which more can be said


def closed(session: Session, operation: Operation[Any], asset: str) -> Answer:
    """Close a payout, and say what returned to whom."""
    done, coin = carried_out(session, [operation]), session.coin(asset)
    events = [event for each in done.data["transactions"] for event in each.get("events", ())]
    returned = [event["args"] for event in events if event["name"] == "PayoutClosed"]

    def show(console: Console) -> None:
        done.show(console)
        for args in returned:
            console.print(f"Returned: {coin.words(args['amount'])} to {args['refundTo']}.")

    return Answer(data=done.data, show=show)


def _show(console: Console, acts: Mapping[str, Any]) -> None:
    show_acts(console, acts)
    if acts["mode"] == "dry run":
        console.print("What follows the approval can be tried to its end once the approval is on the chain.")
