"""``tokenkit issue``, ``transfer`` and ``explain``."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from tokenkit.cli._command import command
from tokenkit.cli._exits import Exit
from tokenkit.cli._options import ClassOption, DocumentOption, ReasonOption, document_hash
from tokenkit.cli._output import Answer, day, grouped, item
from tokenkit.cli._shown import show_acts

if TYPE_CHECKING:
    from tokenkit.cli._session import Session
    from tokenkit.restrictions import Refusal
    from tokenkit.suite import ShareClass
    from tokenkit.transfers import Explanation

ToArgument = Annotated[str, typer.Argument(metavar="TO", help="Wallet that receives.")]
AmountArgument = Annotated[str, typer.Argument(metavar="AMOUNT", help="Number of shares, such as 250 or 0.5.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    command(
        app,
        "issue",
        sends=True,
        examples=[
            "tokenkit issue 0x52908400098527886E0F7030069857D2E4169EE7 1000 --class QWA --reason 'capital increase'"
        ],
    )(issue)
    command(
        app,
        "transfer",
        sends=True,
        examples=[
            "tokenkit transfer 0x52908400098527886E0F7030069857D2E4169EE7 250 --class QWA",
            "tokenkit transfer 0x52908400098527886E0F7030069857D2E4169EE7 250 --dry-run",
        ],
    )(transfer)
    command(
        app,
        "explain",
        examples=[
            "tokenkit explain 0x5290…9EE7 0x8617…A9B6 250 --class QWA",
            "tokenkit explain --issue 0x5290…9EE7 250 --class QWA",
        ],
    )(explain)


def issue(
    session: "Session",
    *,
    to: ToArgument,
    amount: AmountArgument,
    reason: ReasonOption,
    share_class: ClassOption = None,
    document: DocumentOption = None,
) -> Answer:
    """Issue shares to an admitted investor.

    If the issue would be refused, every reason is listed and nothing is sent.
    """
    from tokenkit.transfers import Kind
    from tokenkit.types import ZERO_ADDRESS

    one = session.share_class(share_class)
    units = session.units_to_move(amount, one)
    operation = one.issuance.issue(to, units, reason=reason, document_hash=document_hash(document))
    explanation = one.transfers.explain(ZERO_ADDRESS, to, units, kind=Kind.ISSUE)
    if not explanation.passes:
        return _explained(session, explanation, one)
    what = f"Issue {grouped(units, one.decimals)} {one.symbol} to {explanation.receiver} ({reason.strip()})"
    acts = session.carry_out([operation.with_summary(what)])
    return Answer(data={"class": one.symbol, **acts}, show=lambda console: show_acts(console, acts))


def transfer(session: "Session", to: ToArgument, amount: AmountArgument, share_class: ClassOption = None) -> Answer:
    """Transfer shares of your own.

    If the transfer would be refused, every reason is listed and nothing is sent.
    """
    one = session.share_class(share_class)
    units = session.units_to_move(amount, one)
    explanation = one.transfers.explain(session.sender, to, units)
    if not explanation.passes:
        return _explained(session, explanation, one)
    what = f"Transfer {grouped(units, one.decimals)} {one.symbol} to {explanation.receiver}"
    acts = session.carry_out([one.transfers.transfer(to, units).with_summary(what)])
    return Answer(data={"class": one.symbol, **acts}, show=lambda console: show_acts(console, acts))


def explain(
    session: "Session",
    *,
    sender: Annotated[str, typer.Argument(metavar="FROM", help="Wallet that would send; left out with --issue.")],
    receiver: Annotated[str, typer.Argument(metavar="TO", help="Wallet that would receive.")],
    amount: Annotated[
        str | None, typer.Argument(metavar="AMOUNT", help="Number of shares, such as 250 or 0.5.", show_default=False)
    ] = None,
    issue: Annotated[bool, typer.Option("--issue", help="An issue: give TO and AMOUNT only.")] = False,
    share_class: ClassOption = None,
) -> Answer:
    """Say why a transfer or an issue would be refused: every reason, the largest amount that would pass, the earliest time.

    Exit code 0: it would pass; 1: it would be refused.
    """
    from tokenkit.errors import InvalidInput
    from tokenkit.transfers import Kind
    from tokenkit.types import ZERO_ADDRESS

    if issue == (amount is not None):
        raise InvalidInput("Give FROM, TO and AMOUNT; with --issue, TO and AMOUNT.")
    one = session.share_class(share_class)
    if amount is None:
        asked = one.transfers.explain(ZERO_ADDRESS, sender, session.units(receiver, one), kind=Kind.ISSUE)
    else:
        asked = one.transfers.explain(sender, receiver, session.units(amount, one))
    return _explained(session, asked, one)


def _explained(session: "Session", explanation: "Explanation", one: "ShareClass") -> Answer:
    from tokenkit.cli._consent import with_consent
    from tokenkit.cli._refusals import lacking_claims
    from tokenkit.restrictions import Restriction

    def said(refusal: "Refusal") -> str:
        sentence = refusal.sentence(decimals=one.decimals, lacking=lambda wallet: lacking_claims(session, one, wallet))
        if refusal.code == Restriction.NOT_APPROVED:
            return with_consent(sentence, session, one, explanation.sender, explanation.receiver)
        return sentence

    refusals = [
        {
            "code": refusal.code,
            "name": refusal.name,
            "account": refusal.account,
            "limit": refusal.limit,
            "actual": refusal.actual,
            "largest": refusal.largest,
            "earliest": refusal.earliest,
            "sentence": said(refusal),
        }
        for refusal in explanation.refusals
    ]
    data = {
        "class": one.symbol,
        "decimals": one.decimals,
        "kind": explanation.kind,
        "sender": explanation.sender,
        "receiver": explanation.receiver,
        "units": explanation.units,
        "passes": explanation.passes,
        "largest": explanation.largest,
        "earliest": explanation.earliest,
        "refusals": refusals,
    }

    def show(console: Console) -> None:
        kind = explanation.kind.name.lower()
        what = f"{kind} of {grouped(explanation.units, one.decimals)} {one.symbol}"
        article = "An" if kind[0] in "aeiou" else "A"
        if explanation.passes:
            console.print(f"[green]✓[/green] {article} {what} would pass.")
            return
        console.print(f"[red]✗[/red] {article} {what} would be refused:")
        for refusal in refusals:
            line = f"{escape(str(refusal['sentence']))} [dim](code {refusal['code']} {refusal['name']})[/dim]"
            console.print(item("  •", line))
        most = f"The most that would pass now: {grouped(explanation.largest, one.decimals)}."
        console.print(f"  {most if explanation.largest else 'No amount would pass now.'}")
        least = _least(explanation)
        if least:
            console.print(f"  The minimum holding alone asks for at least {grouped(least, one.decimals)}.")
        later = (
            f"could pass from {day(explanation.earliest)} on" if explanation.earliest else "will not pass by waiting"
        )
        console.print(f"  The same {kind} {later}.")

    return Answer(data=data, show=show, exit_code=Exit.OK if explanation.passes else Exit.REFUSED)


def _least(explanation: "Explanation") -> int:
    """Return the fewest units that would bring the receiver up to the minimum holding; 0: it is not too few that were asked for."""
    from tokenkit.restrictions import Restriction

    return next(
        (
            explanation.units + each.limit - each.actual
            for each in explanation.refusals
            if each.code == Restriction.MINIMUM_HOLDING and each.account == explanation.receiver
        ),
        0,
    )
