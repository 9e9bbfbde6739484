"""``tokenkit payout``: dividends and other payments to the holders at a record date."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tokenkit.cli._command import command
from tokenkit.cli._exits import Exit
from tokenkit.cli._options import TIMES, ClassOption, DocumentOption, document_hash
from tokenkit.cli._output import Answer, day, facts, item, table
from tokenkit.cli._shown import show_acts

if TYPE_CHECKING:
    from tokenkit.cli._session import Session
    from tokenkit.operation import Operation
    from tokenkit.payouts import Payout, Reconciliation

PayoutArgument = Annotated[int, typer.Argument(metavar="PAYOUT", help="Number of the payout.", min=1)]


def add_to(app: typer.Typer) -> None:
    """Add the group to *app*."""
    group = typer.Typer(no_args_is_help=True, help="Pay the holders at a record date: declare, claim, push, reclaim.")
    app.add_typer(group, name="payout")
    command(
        group,
        "declare",
        label="payout declare",
        sends=True,
        examples=[
            "tokenkit payout declare 125000.50 --asset 0x5290…9EE7 --class QWA --record-date 2030-06-30 --deadline 2031-06-30"
        ],
    )(declare)
    command(group, "claim", label="payout claim", sends=True, examples=["tokenkit payout claim 1"])(claim)
    command(group, "push", label="payout push", sends=True, examples=["tokenkit payout push 1 --yes"])(push)
    command(group, "reclaim", label="payout reclaim", sends=True, examples=["tokenkit payout reclaim 1"])(reclaim)
    command(
        group,
        "status",
        label="payout status",
        examples=["tokenkit payout status", "tokenkit payout status 1 --json"],
    )(status)


def declare(
    session: "Session",
    *,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="Total to pay out, in the coin, such as 125000.50.")],
    asset: Annotated[str, typer.Option("--asset", metavar="ADDRESS", help="ERC-20 contract of the coin.")],
    record_date: Annotated[str, typer.Option("--record-date", metavar="TIME", help=f"Scheduled in the token. {TIMES}")],
    deadline: Annotated[str, typer.Option("--deadline", metavar="TIME", help="Afterwards the rest returns.")],
    share_class: ClassOption = None,
    refund_to: Annotated[
        str | None, typer.Option("--refund-to", metavar="ADDRESS", help="Who gets the rest; else the sender.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", metavar="WALLET", help="Gets nothing (treasury); repeatable.")
    ] = None,
    document: DocumentOption = None,
) -> Answer:
    """Declare a payout and fund it in full from the sender.

    What the contract may take is approved first, if it is not yet.
    """
    from tokenkit.cli._session import parse_instant
    from tokenkit.payouts import Declaration, Underfunded
    from tokenkit.types import parse_address, parse_units

    one, payouts, coin = session.share_class(share_class), session.payouts, session.coin(asset)
    units = parse_units(amount, coin.decimals)
    declaration = Declaration(
        token=one.address,
        asset=parse_address(asset),
        amount=units,
        record_date=parse_instant(record_date),
        deadline=parse_instant(deadline),
        refund_to=parse_address(refund_to) if refund_to else session.sender,
        excluded=tuple(parse_address(wallet) for wallet in exclude or ()),
        document_hash=document_hash(document),
    )
    funding = payouts.funding(asset, units, session.sender)
    if funding.balance < units:
        raise Underfunded(funding, words=coin.words)
    done = []
    if funding.allowance < units:
        approval = f"Let the payouts contract take {coin.words(units)} from {session.sender}"
        done.append(session.carry_out([payouts.approve_funding(asset, units).with_summary(approval)]))
        if done[0]["mode"] != "sent":
            return Answer(data=done[0], show=lambda console: _show_approval(console, done[0]))
    what = f"Declare a payout of {coin.words(units)} to the holders of {one.symbol} at {day(declaration.record_date)}"
    operation = payouts.declare(declaration, payer=session.sender)
    done.append(session.carry_out([operation.with_summary(what)]))
    acts = {**done[-1], "transactions": [each for acts in done for each in acts["transactions"]]}
    return Answer(data=acts, show=lambda console: show_acts(console, acts))


def claim(
    session: "Session",
    payout: PayoutArgument,
    holder: Annotated[
        str | None, typer.Option("--for", metavar="WALLET", help="A lost wallet that yours replaced.")
    ] = None,
) -> Answer:
    """Take the sender's share of a payout."""
    payouts = session.payouts
    return _carried_out(session, [payouts.claim_for(payout, holder) if holder else payouts.claim(payout)])


def push(
    session: "Session",
    payout: PayoutArgument,
    page_size: Annotated[int, typer.Option("--page-size", min=1, help="Holders a transaction, at most.")] = 400,
) -> Answer:
    """Pay everybody who was not paid yet, in ascending order of wallets, page by page.

    It can be stopped and repeated: it goes on where it was.
    """
    return _carried_out(session, session.payouts.push_pages(payout, sender=session.sender, page_size=page_size))


def reclaim(session: "Session", payout: PayoutArgument) -> Answer:
    """Close a payout after its deadline: what was not paid returns to the issuer."""
    return _carried_out(session, [session.payouts.reclaim(payout)])


def status(
    session: "Session",
    payout: Annotated[int | None, typer.Argument(metavar="[PAYOUT]", help="Number of the payout; else all.")] = None,
) -> Answer:
    """Show payouts; one alone is counted again from the register and compared with the contract to the last unit.

    Exit code 4: the count differs from the contract.
    """
    payouts = session.payouts
    if payout is None:
        listed = payouts.payouts()
        return Answer(data=listed, show=lambda console: _show_list(console, session, listed))
    state = payouts.payout(payout)
    if session.chain.now() < state.record_date:
        return Answer(data={"payout": state}, show=lambda console: _show_list(console, session, (state,)))
    counted = payouts.reconcile(payout)
    data = {
        "payout": counted.payout,
        "denominator": counted.distribution.denominator,
        "entitled": counted.distribution.paid,
        "unclaimed": counted.unclaimed,
        "dust": counted.distribution.dust,
        "differences": counted.differences,
        "shares": counted.distribution.entitlements,
    }
    code = Exit.DIFFERENCES if counted.differences else Exit.OK
    return Answer(data=data, show=lambda console: _show_one(console, session, counted), exit_code=code)


def _carried_out(session: "Session", operations: "list[Operation[int]] | tuple[Operation[int], ...]") -> Answer:
    acts = session.carry_out(operations)
    return Answer(data=acts, show=lambda console: show_acts(console, acts))


def _show_approval(console: Console, acts: dict[str, object]) -> None:
    show_acts(console, acts)
    console.print("The declaration itself can be tried once this approval is on the chain; repeat the command then.")


def _show_list(console: Console, session: "Session", payouts: "tuple[Payout, ...]") -> None:
    if not payouts:
        console.print("No payout has been declared.")
        return
    rows = []
    for each in payouts:
        coin = session.coin(each.asset)
        state = "closed" if each.closed else "open" if each.settled else "declared"
        rows.append(
            [
                str(each.id),
                session.symbol_of(each.token),
                coin.words(each.amount),
                coin.words(each.paid),
                day(each.record_date),
                day(each.deadline),
                state,
            ]
        )
    columns = ["Payout", "Class", "Amount", "Paid", "Record date", "Deadline", "State"]
    console.print(table(None, columns, rows, right=["Amount", "Paid"]))


def _show_one(console: Console, session: "Session", counted: "Reconciliation") -> None:
    payout, money = counted.payout, session.coin(counted.payout.asset).words
    console.print(
        facts(
            [
                ("Payout", f"{payout.id}, class {session.symbol_of(payout.token)}"),
                ("Record date", day(payout.record_date)),
                ("Funded", money(payout.amount)),
                ("Paid", money(payout.paid)),
                ("Unclaimed", money(counted.unclaimed)),
                ("Dust", money(counted.distribution.dust)),
                ("Deadline", day(payout.deadline)),
                ("State", "closed" if payout.closed else "open"),
            ]
        )
    )
    if not counted.differences:
        agreed = "Funded = paid + unclaimed + dust, and every share agrees with the register."
        console.print(item("[green]✓[/green]", agreed))
    for difference in counted.differences:
        said = f"{difference.name}: counted {difference.counted}, the contract says {difference.reported}"
        console.print(item("[red]✗[/red]", said))
