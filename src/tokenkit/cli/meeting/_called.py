"""What a meeting was called to: its times and papers, its agenda and what each resolution needs."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape

from tokenkit.cli._output import Answer, day, facts, table

if TYPE_CHECKING:
    from rich.table import Table

    from tokenkit.cli._session import Session
    from tokenkit.voting import FullNotice, ItemNotice, Meeting


def stage_of(session: "Session", state: "Meeting") -> str:
    """Say how far a meeting is."""
    now = session.chain.now()
    if now < state.opens:
        return "called"
    if now < state.closes:
        return "voting"
    return "secret ballots are opened" if now < state.final else "closed"


def facts_of(session: "Session", state: "Meeting") -> "Table":
    """List what holds for a meeting as a whole."""
    met = [session.symbol_of(one.token) for one in session.voting.classes(state.id)]
    return facts(
        [
            ("Meeting", f"{state.id}, class {', '.join(met)}"),
            ("Record date", day(state.record_date)),
            ("Votes from", day(state.opens)),
            ("Votes until", day(state.closes)),
            *([("Can be put off to", day(state.latest_close))] if state.latest_close else []),
            *([("Secret; opened until", day(state.ends))] if state.ends else []),
            ("Resolutions", state.resolutions),
            ("Notice", f"0x{state.document_hash.hex()}"),
            ("State", stage_of(session, state)),
        ]
    )


def called_to(session: "Session", state: "Meeting", agenda: "FullNotice | None") -> Answer:
    """Show a meeting whose record date has not come, so that nothing can be counted; *agenda* is its notice as a file has it."""
    notice = session.voting.notice(state.id, agenda=agenda)
    symbols = {one.token: session.symbol_of(one.token) for one in notice.classes}
    rows = [_item(number, one, symbols) for number, one in enumerate(notice.agenda, 1)]
    data = {
        "meeting": state,
        "final": False,
        "classes": [{"class": symbols[one.token], "votes_a_unit": one.multiplier} for one in notice.classes],
        "excluded": notice.excluded,
        "execution_delay": notice.execution_delay,
        "agenda": rows,
    }

    def show(console: Console) -> None:
        console.print(facts_of(session, state))
        shown = [(str(one["number"]), escape(one["title"] or one["kind"]), _needs(one), *_hashes(one)) for one in rows]
        console.print(table(None, ("Resolution", "Title", "Needs", "Document", "Calls"), shown))
        for one in notice.classes:
            if one.multiplier > 1:
                console.print(f"A share of {symbols[one.token]} has {one.multiplier:,} votes.")
        if notice.excluded:
            console.print(f"Without votes: {', '.join(notice.excluded)}.")
        console.print(f"Nothing can be counted before the record date, {day(state.record_date)}.")

    return Answer(data=data, show=show)


def _item(number: int, one: "ItemNotice", symbols: dict[Any, str]) -> dict[str, Any]:
    from tokenkit.ledger import Majority, majority_words

    return {
        "number": number,
        "title": one.title,
        "kind": one.kind.name.lower(),
        "majority": majority_words(one.majority or Majority.SIMPLE, part=one.part, base=one.base),
        "quorum_bps": one.quorum_bps,
        "options": one.options,
        "seats": one.seats,
        "class": None if one.voters is None else symbols[one.voters],
        "interested": one.interested,
        "document_hash": one.document_hash if any(one.document_hash) else None,
        "calls_hash": one.calls_hash if any(one.calls_hash) else None,
    }


def _needs(one: dict[str, Any]) -> str:
    quorum = f"quorum {one['quorum_bps'] / 100:g} %" if one["quorum_bps"] else "no quorum"
    said = [one["majority"], quorum]
    if one["options"]:
        seats = f", {one['seats']} to be elected" if one["kind"] == "election" else ""
        said.append(f"options {', '.join(f'{place} {name}' for place, name in enumerate(one['options'], 1))}{seats}")
    if one["class"] is not None:
        said.append(f"class {one['class']} alone")
    if one["interested"]:
        said.append(f"without {len(one['interested'])} who are interested")
    return escape("; ".join(said))


def _hashes(one: dict[str, Any]) -> tuple[str, str]:
    document, calls = one["document_hash"], one["calls_hash"]
    return f"0x{document.hex()}" if document else "-", f"0x{calls.hex()}" if calls else "-"
