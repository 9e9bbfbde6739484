"""Proxies, and what counts for a wallet."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokenkit.cli._output import Answer, grouped, table
from tokenkit.cli._shown import carried_out
from tokenkit.cli.meeting._classes import ClassOption, HolderOption, MeetingArgument, class_index

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from tokenkit.cli._session import Session
    from tokenkit.ledger import Answer as Votes
    from tokenkit.ledger import StandingBallot
    from tokenkit.voting import ItemNotice


def proxy(
    session: "Session",
    *,
    meeting: MeetingArgument,
    wallet: Annotated[str, typer.Argument(metavar="PROXY", help="Who is to vote.")],
    units: Annotated[str | None, typer.Option("--units", metavar="AMOUNT", help="Part of the units; else all.")] = None,
    instruct: Annotated[
        list[str] | None,
        typer.Option(
            "--instruct", metavar="CHOICE", help="for, against, abstain or free; repeatable, one for each resolution."
        ),
    ] = None,
    share_class: ClassOption = None,
    holder: HolderOption = None,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="Take back what the proxy has, before it has voted.")
    ] = False,
) -> Answer:
    """Let somebody vote with your units, all or part, with or without instructions; from the record date on.

    Once the proxy has voted, only a ballot of your own takes the units back; and who has voted names no proxy any more.
    """
    from tokenkit.errors import InvalidInput

    booth, index = session.voting.booth, class_index(session, meeting, share_class)
    account = holder or session.sender
    if revoke:
        if units is not None or instruct:
            raise InvalidInput("--revoke takes back all that a proxy has. Leave --units and --instruct out.")
        return carried_out(session, [booth.revoke(meeting, account, wallet, class_index=index)])
    one = session.class_of(session.voting.classes(meeting)[index].token)
    amount = session.units_to_move(units, one) if units is not None and one is not None else 0
    told = [None if word == "free" else word for word in instruct] if instruct else None
    granted = booth.grant(meeting, account, wallet, units=amount, class_index=index, instructions=told)
    return carried_out(session, [granted])


def ballot(
    session: "Session",
    meeting: MeetingArgument,
    wallet: Annotated[str | None, typer.Argument(metavar="[WALLET]", help="Whose units; else the sender's.")] = None,
) -> Answer:
    """Show what counts for a wallet: its own ballot, its proxies, and what they voted."""
    from tokenkit.types import parse_address

    account, booth = parse_address(wallet or session.sender), session.voting.booth
    agenda = session.voting.notice(meeting).agenda
    data: list[dict[str, Any]] = []
    for index, one in enumerate(session.voting.classes(meeting)):
        own = booth.ballot(meeting, account, class_index=index)
        proxies = booth.proxies(meeting, account, class_index=index)
        cast = {
            each.proxy: booth.ballot(meeting, account, class_index=index, proxy=each.proxy)
            for each in proxies
            if each.has_voted
        }
        data.append(
            {
                "class": session.symbol_of(one.token),
                "decimals": session.decimals_of(one.token),
                "own": own,
                "proxies": [
                    {
                        "proxy": each.proxy,
                        "units": each.units,
                        "instructions": each.instructions,
                        "ballot": cast.get(each.proxy),
                    }
                    for each in proxies
                ],
            }
        )
    plain = [_plain(one, agenda) for one in data]
    return Answer(data={"holder": account, "classes": plain}, show=lambda console: _show(console, data, agenda))


def _plain(one: dict[str, Any], agenda: "Sequence[ItemNotice]") -> dict[str, Any]:
    """Write what counts in a class with options counted from 1, as people are shown them."""
    from tokenkit.ledger import answer_json

    def ballot(found: "StandingBallot | None") -> dict[str, Any] | None:
        if found is None:
            return None
        said = [answer_json(of.kind, answer) for of, answer in zip(agenda, found.answers, strict=True)]
        return {"units": found.units, "secret": found.secret, "answers": said}

    proxies = [{**each, "ballot": ballot(each["ballot"])} for each in one["proxies"]]
    return {**one, "own": ballot(one["own"]), "proxies": proxies}


def _show(console: "Console", classes: list[dict[str, Any]], agenda: "Sequence[ItemNotice]") -> None:
    rows = []

    def votes(ballot: "StandingBallot", decimals: int) -> str:
        said = zip(ballot.answers, agenda, strict=True)
        return "secret" if ballot.secret else "; ".join(_words(one, decimals, bool(of.options)) for one, of in said)

    for each in classes:
        own, decimals = each["own"], each["decimals"]
        if own is not None:
            rows.append((each["class"], "itself", grouped(own.units, decimals), votes(own, decimals)))
        for one in each["proxies"]:
            said = "has not voted" if one["ballot"] is None else votes(one["ballot"], decimals)
            told = "; ".join("free" if choice is None else choice.name.lower() for choice in one["instructions"])
            instructed = f" (instructed: {told})" if any(choice is not None for choice in one["instructions"]) else ""
            rows.append((each["class"], one["proxy"], grouped(one["units"], decimals), said + instructed))
    if not rows:
        console.print("No ballot, and no proxies.")
        return
    console.print(table(None, ("Class", "Who votes", "Shares", "Votes"), rows, right=("Shares",)))


def _words(answer: "Votes", decimals: int, has_options: bool) -> str:
    from tokenkit.ledger import Choice

    if isinstance(answer, Choice):
        return answer.name.lower()
    names = {option: str(option + 1) if has_options else Choice(option).name.lower() for option in answer}
    return ", ".join(f"{names[option]}={grouped(votes, decimals)}" for option, votes in answer.items())
