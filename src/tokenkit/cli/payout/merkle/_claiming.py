"""Claiming shares of a list: one's own, others', or all of them."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from tokenkit.cli._options import TIMES, ClassOption
from tokenkit.cli._output import Answer, grouped, item
from tokenkit.cli._shown import carried_out
from tokenkit.cli.payout._declaring import PayoutArgument
from tokenkit.cli.payout.merkle._lists import ListArgument, read_shares

if TYPE_CHECKING:
    from rich.console import Console

    from tokenkit.cli._coins import Coin
    from tokenkit.cli._session import Session
    from tokenkit.payouts import ListRun, ProvedShare


def claim(
    session: "Session",
    *,
    payout: PayoutArgument,
    file: ListArgument,
    wallets: Annotated[
        list[str] | None, typer.Argument(metavar="[WALLET…]", help="Whose shares; else the sender's.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Pay everybody on the list who was not paid yet.")] = False,
    page_size: Annotated[int, typer.Option("--page-size", min=1, help="Shares a transaction, at most.")] = 150,
) -> Answer:
    """Pay shares of a list to their holders; anyone may, for anyone.

    With --all it can be stopped and repeated: it goes on with who was not paid. A share that is refused holds up no other.
    """
    from tokenkit.errors import InvalidInput

    if every and wallets:
        raise InvalidInput("Give wallets or --all, not both.")
    if every:
        return _everybody(session, payout, file, page_size)
    shares = _shares_of(file, wallets or [session.sender])
    service = session.merkle_payouts
    if len(shares) == 1:
        leaf, proof = shares[0]
        money = session.coin(service.payout(payout).publication.asset).words(leaf.amount)
        what = f"Pay {money} of list payout {payout} to {leaf.account}"
        return carried_out(session, [service.claim(payout, leaf, proof).with_summary(what)])
    parts = [shares[start : start + page_size] for start in range(0, len(shares), page_size)]
    return carried_out(session, [service.claim_page(payout, part) for part in parts])


def payee(
    session: "Session",
    target: Annotated[str, typer.Argument(metavar="ADDRESS", help="Where payments go from now on; self: to yourself.")],
    share_class: ClassOption = None,
) -> Answer:
    """Let the sender's payments from lists of a class go to another account; `payout payee` is for other payouts."""
    token = session.share_class(share_class).address
    return carried_out(session, [session.merkle_payouts.set_payee(token, None if target == "self" else target)])


def redirect(
    session: "Session",
    lost: Annotated[str, typer.Argument(metavar="WALLET", help="The wallet that was replaced.")],
    record_date: Annotated[
        str, typer.Option("--record-date", metavar="TIME", help=f"Any of the class that has passed. {TIMES}")
    ],
    share_class: ClassOption = None,
) -> Answer:
    """Let the shares of a lost wallet go to the one that replaced it, in lists that do not ask the token; anyone may."""
    from tokenkit.cli._session import parse_instant

    token, at = session.share_class(share_class).address, parse_instant(record_date)
    return carried_out(session, [session.merkle_payouts.redirect(token, lost, record_date=at)])


def _shares_of(path: Path, wallets: list[str]) -> "list[ProvedShare]":
    from tokenkit.errors import InvalidInput
    from tokenkit.types import parse_address

    wanted = dict.fromkeys(map(parse_address, wallets))
    found = [share for share in read_shares(path)[1] if share[0].account in wanted]
    missing = [wallet for wallet in wanted if wallet not in {leaf.account for leaf, _ in found}]
    if missing:
        raise InvalidInput(f"{', '.join(missing)} has no share in {path}.")
    return found


def _everybody(session: "Session", payout: int, path: Path, page_size: int) -> Answer:
    from tokenkit.errors import InvalidInput
    from tokenkit.payouts import pay_list

    settings, service = session.settings, session.merkle_payouts
    if settings.dry_run or settings.safe is not None:
        raise InvalidInput("--all sends page by page. Name wallets to try a claim, or to write it for a Safe.")
    state = service.payout(payout)
    coin, (count, shares) = session.coin(state.publication.asset), read_shares(path)
    session.confirm([f"Pay who was not paid yet of list payout {payout}, {coin.words(state.left)} at most"])
    session.unlock()
    with session.progress() as bar:
        task = bar.add_task(f"Paying list payout {payout}", total=count)
        run = pay_list(
            service,
            payout,
            shares,
            session.signer,
            page_size=page_size,
            progress=lambda state: bar.update(task, completed=state.done),
        )
    data = _as_data(run)
    return Answer(data=data, show=lambda console: _show_run(console, payout, run, coin))


def _as_data(run: "ListRun") -> dict[str, Any]:
    return {
        "mode": "sent" if run.paid else "nothing to do",
        "shares": run.done,
        "paid": run.paid,
        "paid_before": run.before,
        "refused": [
            {
                "index": each.leaf.index,
                "holder": each.leaf.account,
                "amount": each.leaf.amount,
                "reason": each.reason,
            }
            for each in run.refused
        ],
        "transactions": run.transactions,
        "gas_used": run.gas_used,
    }


def _show_run(console: "Console", payout: int, run: "ListRun", coin: "Coin") -> None:
    said = (
        f"List payout {payout}: {run.paid:,} shares paid in {len(run.transactions):,} transactions, {run.gas_used:,} gas; "
        f"{run.before:,} had been paid before."
    )
    console.print(item("[green]✓[/green]", said))
    for each in run.refused:
        told = f"Not paid: {each.leaf.account}, {grouped(each.leaf.amount, coin.decimals)} {coin.symbol}. {each.reason}"
        console.print(item("[yellow]![/yellow]", escape(told)))
