"""How commands show what several of them have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape

from tokenkit.cli._output import Answer, item

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console

    from tokenkit.cli._session import Session
    from tokenkit.operation import Operation


_NUMBERED = {
    "PayoutDeclared": ("payout", "payoutId"),
    "PayoutPublished": ("list payout", "payoutId"),
    "MeetingCalled": ("meeting", "meetingId"),
    "MeetingConvened": ("meeting", "meetingId"),
}
"""Events that give something the number by which it is named from then on."""


def show_warnings(console: Console, warnings: Iterable[str]) -> None:
    """Show what to know before anything is sent."""
    for warning in warnings:
        console.print(item("[yellow]![/yellow]", escape(warning)))


def carried_out(session: Session, operations: Sequence[Operation[Any]]) -> Answer:
    """Carry *operations* out, and answer with what happened."""
    acts = session.carry_out(operations)
    return Answer(data=acts, show=lambda console: show_acts(console, acts))


def show_acts(console: Console, acts: Mapping[str, Any]) -> None:
    """Show what :meth:`Session.carry_out` did."""
    mode, transactions = acts["mode"], acts["transactions"]
    if mode == "nothing to do":
        console.print("Nothing to do.")
    for each in transactions:
        if mode == "sent":
            console.print(item("[green]✓[/green]", escape(each["summary"])))
            mined = f"block {each['block']}, {each['gas_used']:,} gas, {each['transaction']}"
            console.print(item(" ", f"[dim]{mined}[/dim]"))
            for event in each["events"]:
                if event["name"] in _NUMBERED:
                    noun, number = _NUMBERED[event["name"]]
                    console.print(item(" ", f"It is {noun} {event['args'][number]}."))
        else:
            console.print(item("•", escape(each["summary"])))
    if mode == "dry run":
        console.print("[yellow]Dry run:[/yellow] it would go through. Nothing was sent.")
    if mode == "safe":
        console.print(f"Written to {acts['file']}. Load it in the transaction builder of the Safe. Nothing was sent.")
