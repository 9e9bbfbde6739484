"""Being paid, paying, and closing."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokenkit.cli._options import TIMES, ClassOption
from tokenkit.cli._output import Answer, grouped, item
from tokenkit.cli._shown import carried_out
from tokenkit.cli.payout._declaring import PayoutArgument

if TYPE_CHECKING:
    from rich.console import Console

    from tokenkit.cli._session import Session
    from tokenkit.operation import Operation
    from tokenkit.payouts import JobState

Command = Callable[..., Answer]
PayoutsArgument = Annotated[list[int], typer.Argument(metavar="PAYOUT…", help="Numbers of payouts.", min=1)]
HolderOption = Annotated[str | None, typer.Option("--for", metavar="WALLET", help="A lost wallet that yours replaced.")]


def claim(
    session: "Session",
    payouts: PayoutsArgument,
    holder: HolderOption = None,
    signed: Annotated[
        Path | None, typer.Option("--signed", metavar="FILE", help="Hand in a claim that its holder signed.")
    ] = None,
) -> Answer:
    """Take the sender's share of a payout, or of several at once; or hand in a claim signed by a holder."""
    from tokenkit.cli.payout._receipts import claimed
    from tokenkit.errors import InvalidInput

    service = session.payouts
    if signed is not None:
        order = _read_order(signed)
        if holder is not None or tuple(payouts) != order.payouts:
            raise InvalidInput(f"{signed} is a claim from payouts {', '.join(map(str, order.payouts))}. Name these.")
        return claimed(session, service.claim_signed(order))
    operation: Operation[Any]
    if len(payouts) > 1:
        operation = service.claim_many(payouts, holder=holder or session.sender)
    else:
        operation = service.claim_for(payouts[0], holder) if holder else service.claim(payouts[0])
    due = _due(session, payouts, holder or session.sender)
    return claimed(session, operation.with_summary(f"{operation.summary}: {due}") if due else operation)


def sign(
    session: "Session",
    payouts: PayoutsArgument,
    until: Annotated[str, typer.Option("--until", metavar="TIME", help=f"Good up to then. {TIMES}")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the signed claim is written.")],
    holder: HolderOption = None,
) -> Answer:
    """Sign a claim for anyone to hand in (payout claim --signed). Nothing is sent; no coins for fees are needed."""
    from tokenkit.cli._output import day
    from tokenkit.cli._session import parse_instant
    from tokenkit.errors import InvalidInput, InvalidKey

    deadline = parse_instant(until)
    if deadline <= session.chain.now():
        raise InvalidInput(f"{day(deadline)} is over: nobody could hand the claim in. Give a time ahead with --until.")
    session.unlock()
    if session.signer is None:
        raise InvalidKey("Nobody to sign. Give --keystore FILE, or put the key into the environment.")
    order = session.payouts.sign_claim(session.signer, payouts, deadline=deadline, holder=holder)
    out.write_text(json.dumps(order.as_dict(), indent=2) + "\n", encoding="utf-8")
    return Answer(
        data={"file": out, **order.as_dict()},
        show=lambda console: console.print(f"Written to {out}. Whoever has it can hand it in; the money goes to you."),
    )


def payee(
    session: "Session",
    target: Annotated[str, typer.Argument(metavar="ADDRESS", help="Where payments go from now on; self: to yourself.")],
    share_class: ClassOption = None,
) -> Answer:
    """Let the sender's payments of a class go to another account."""
    token = session.share_class(share_class).address
    return carried_out(session, [session.payouts.set_payee(token, None if target == "self" else target)])


def reinvest(
    session: "Session",
    choice: Annotated[str, typer.Argument(metavar="on|off", help="Whether new units are wanted.")],
    share_class: ClassOption = None,
) -> Answer:
    """Take new units of a class in place of money where they are offered, or no longer."""
    from tokenkit.errors import InvalidInput

    if choice not in ("on", "off"):
        raise InvalidInput(f"Reinvestment is on or off, not {choice!r}.")
    token = session.share_class(share_class).address
    return carried_out(session, [session.payouts.set_reinvestment(token, on=choice == "on")])


def push(
    session: "Session",
    payout: PayoutArgument,
    page_size: Annotated[int, typer.Option("--page-size", min=1, help="Holders a transaction, at most.")] = 400,
    job: Annotated[
        Path | None,
        typer.Option(
            "--job", metavar="FILE", help="Keep what was sent in this file, and go on from it after an interruption."
        ),
    ] = None,
) -> Answer:
    """Pay everybody who was not paid yet, in ascending order of wallets, page by page.

    It can be stopped and repeated: it goes on where it was. With --job every transaction is in the file before it leaves, so that even a
    run that was killed is continued without a doubt.
    """
    if job is None:
        return carried_out(session, session.payouts.push_pages(payout, sender=session.sender, page_size=page_size))
    return _worked(session, payout, page_size, job)


def _worked(session: "Session", payout: int, page_size: int, path: Path) -> Answer:
    from tokenkit.errors import InvalidInput
    from tokenkit.payouts import PushJob

    if session.settings.dry_run or session.settings.safe is not None:
        raise InvalidInput("A job sends. Leave out --job to try it, or to write it for a Safe.")
    with PushJob(session.payouts, payout, path, chain=session.chain) as job:
        before = job.state
        if not before.complete:
            session.confirm([f"Pay {before.holders - before.done} holders of payout {payout}"])
        session.unlock()
        with session.progress() as bar:
            task = bar.add_task(f"Paying payout {payout}", total=before.holders, completed=before.done)

            def told(state: "JobState") -> None:
                bar.update(task, completed=state.done)

            with session.naming_the_office(session.payouts.push(payout, ())):
                state = job.run(session.signer, page_size=page_size, progress=told)
        pages = job.pages()
    data = {
        "mode": "sent" if state.done > before.done else "nothing to do",
        "file": path,
        "holders": state.holders,
        "reached": state.done,
        "pages": pages,
        "gas_used": state.gas_used,
    }
    return Answer(data=data, show=lambda console: _show_job(console, payout, state))


def reclaim(session: "Session", payout: PayoutArgument) -> Answer:
    """Close a payout after its deadline: what was not paid returns to the issuer."""
    from tokenkit.cli.payout._funding import closed

    return closed(session, session.payouts.reclaim(payout), session.payouts.payout(payout).asset)


def withdraw_tax(
    session: "Session",
    payout: PayoutArgument,
    authority: Annotated[
        str | None, typer.Option("--authority", metavar="ADDRESS", help="Of the table; else all of them.")
    ] = None,
) -> Answer:
    """Pay the tax that was withheld to its authorities; anyone may."""
    from tokenkit.types import parse_address

    payouts = session.payouts
    wanted = None if authority is None else parse_address(authority)
    waiting = [
        each for each in payouts.withheld(payout) if each.tax > each.withdrawn and wanted in (None, each.authority)
    ]
    if wanted is not None and not waiting:
        return carried_out(session, [payouts.withdraw_withheld(payout, wanted)])
    return carried_out(session, [payouts.withdraw_withheld(payout, each.authority) for each in waiting])


def _due(session: "Session", payouts: list[int], holder: str) -> str:
    """Say what a wallet would be paid now; nothing where that cannot be said, for the contract then says why."""
    from tokenkit.errors import Reverted

    try:
        return " and ".join(filter(None, (_due_of(session, each, holder) for each in payouts)))
    except Reverted:
        return ""


def _due_of(session: "Session", payout: int, holder: str) -> str:
    service = session.payouts
    due, state, offer = service.claimable(payout, holder).due, service.payout(payout), service.options(payout).offer
    said = session.coin(state.asset).words(due) if due else ""
    if offer is None or session.chain.now() > offer.until or not service.account(state.token, session.sender).reinvests:
        return said
    units = due * offer.units // offer.price
    new = f"{grouped(units, session.decimals_of(state.token))} new units of {session.symbol_of(state.token)}"
    return f"{said}, of that {new} if they can be issued" if units else said


def _read_order(path: Path) -> Any:  # noqa: ANN401 - a SignedClaim, imported late
    from tokenkit.errors import InvalidInput
    from tokenkit.payouts import SignedClaim

    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} is not a signed claim.") from error
    return SignedClaim.from_dict(data)


def _show_job(console: "Console", payout: int, state: "JobState") -> None:
    said = f"Payout {payout}: {state.done:,} of {state.holders:,} holders reached in {state.pages} transactions, {state.gas_used:,} gas."
    console.print(item("[green]✓[/green]", said))
    console.print(f"What became of each: tokenkit payout status {payout} --csv FILE")
