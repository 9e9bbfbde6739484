"""Publishing a list with its money, withdrawing one that is wrong, and closing."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from tokenkit.cli._options import TIMES, ClassOption, ReasonOption
from tokenkit.cli._output import Answer, day
from tokenkit.cli._shown import carried_out, show_warnings
from tokenkit.cli.payout._declaring import PayoutArgument
from tokenkit.cli.payout.merkle._lists import ListArgument, read_list, warnings_about

if TYPE_CHECKING:
    from tokenkit.cli._session import Session

_YEAR = 365 * 86_400


def publish(
    session: "Session",
    *,
    file: ListArgument,
    asset: Annotated[str, typer.Option("--asset", metavar="ADDRESS", help="ERC-20 contract of the coin, or native.")],
    record_date: Annotated[
        str, typer.Option("--record-date", metavar="TIME", help=f"Of the class; it has passed. {TIMES}")
    ],
    opens: Annotated[
        str,
        typer.Option(
            "--opens", metavar="TIME", help="Until then, a day or more, the list is checked and nobody is paid."
        ),
    ],
    deadline: Annotated[
        str | None,
        typer.Option("--deadline", metavar="TIME", help="Afterwards the rest returns; else a year after it opens."),
    ] = None,
    share_class: ClassOption = None,
    refund_to: Annotated[
        str | None, typer.Option("--refund-to", metavar="ADDRESS", help="Who gets the rest; else the sender.")
    ] = None,
    skip_token: Annotated[
        bool,
        typer.Option(
            "--skip-token",
            help="Claims do not ask the token who was recovered or frozen: 12,000 gas less; see redirect.",
        ),
    ] = False,
) -> Answer:
    """Publish a list and pay its sum in from the sender.

    What the contract may take is approved first, if it is not yet. Until it opens anyone can check it (status --list), and the compliance
    officer can withdraw it.
    """
    from tokenkit.cli._coins import asset_of
    from tokenkit.cli._session import parse_instant
    from tokenkit.cli.payout._funding import carry_out_funded
    from tokenkit.documents import hash_file
    from tokenkit.payouts import Publication

    one, coin, tree, opening = (
        session.share_class(share_class),
        session.coin(asset),
        read_list(file),
        parse_instant(opens),
    )
    publication = Publication.of(
        tree,
        token=one.address,
        asset=asset_of(asset),
        record_date=parse_instant(record_date),
        opens=opening,
        deadline=parse_instant(deadline) if deadline else opening + _YEAR,
        refund_to=refund_to or session.sender,
        list_hash=hash_file(file),
        asks_token=not skip_token,
    )
    warnings = warnings_about(session, tree, token=one.address, record_date=publication.record_date)
    show_warnings(session.console, warnings)
    service, total = session.merkle_payouts, publication.amount
    what = (
        f"Publish a list of {len(tree):,} shares for holders of {one.symbol}, {coin.words(total)} in all; "
        f"claims from {day(opening)} to {day(publication.deadline)}"
    )
    done = carry_out_funded(
        session,
        service,
        (publication.asset, total),
        [service.publish(publication, payer=None).with_summary(what)],
    )
    return replace(done, data={**done.data, "warnings": warnings})


def withdraw(session: "Session", payout: PayoutArgument, reason: ReasonOption) -> Answer:
    """Withdraw a list that is wrong before it opens, as the compliance officer; all of its money returns."""
    return carried_out(session, [session.merkle_payouts.withdraw(payout, reason=reason)])


def reclaim(session: "Session", payout: PayoutArgument) -> Answer:
    """Close a payout after its deadline: what was not claimed returns to the issuer."""
    from tokenkit.cli.payout._funding import closed

    service = session.merkle_payouts
    return closed(session, service.reclaim(payout), service.payout(payout).publication.asset)
