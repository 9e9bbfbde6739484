"""Acts that take money from the sender: what the contract may take is approved first, if it is not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tokenkit.cli._output import Answer
from tokenkit.cli._shown import carried_out, show_acts
from tokenkit.payouts import NATIVE, Underfunded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from tokenkit.cli._session import Session
    from tokenkit.operation import Operation
    from tokenkit.payouts import MerklePayouts, Payouts


def carry_out_funded(
    session: Session,
    service: Payouts | MerklePayouts,
    money: tuple[str, int],
    made: Callable[[], Sequence[Operation[Any]]],
) -> Answer:
    """Carry out what *made* makes, which takes *money* (asset and amount) from the sender.

    Raises:
        Underfunded: the sender does not hold as much.
    """
    asset, amount = money
    coin, funding = session.coin(asset), service.funding(asset, amount, session.sender)
    if funding.balance < amount:
        raise Underfunded(funding, words=coin.words)
    done: list[dict[str, Any]] = []
    if funding.allowance < amount and asset != NATIVE:
        approval = f"Let the payouts contract take {coin.words(amount)} from {session.sender}"
        done.append(session.carry_out([service.approve_funding(asset, amount).with_summary(approval)]))
        if done[0]["mode"] != "sent":
            return Answer(data=done[0], show=lambda console: _show_approval(console, done[0]))
    done.append(session.carry_out(made()))
    acts = {**done[-1], "transactions": [each for acts in done for each in acts["transactions"]]}
    return Answer(data=acts, show=lambda console: show_acts(console, acts))


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


def _show_approval(console: Console, acts: dict[str, object]) -> None:
    show_acts(console, acts)
    console.print("The rest can be tried once this approval is on the chain; repeat the command then.")
