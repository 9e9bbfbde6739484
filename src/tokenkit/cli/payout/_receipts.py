"""What a claim brought, told from the events of its transaction."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

from typing import TYPE_CHECKING, Any

from rich.markup import escape

from tokenkit.cli._output import Answer, grouped, item
from tokenkit.cli._shown import show_acts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console

    from tokenkit.cli._session import Session
    from tokenkit.operation import Operation


def claimed(session: "Session", operation: "Operation[Any]") -> Answer:
    """Carry a claim out, and answer with what was paid, withheld and issued."""
    acts = session.carry_out([operation])
    events = [event for each in acts["transactions"] for event in each.get("events", ())]
    found = received(session, events)

    def show(console: "Console") -> None:
        show_acts(console, acts)
        for each in found:
            _show(console, session, each)

    return Answer(data={**acts, "received": found}, show=show)


def received(session: "Session", events: "Sequence[Mapping[str, Any]]") -> list[dict[str, Any]]:
    """Put together, for each payout that was claimed from, what the *events* of a transaction say."""
    ours = [event for event in events if event["contract"] == session.payouts.address]
    return [
        _one(
            session,
            event["args"],
            [other for other in ours if other["args"].get("payoutId") == event["args"]["payoutId"]],
        )
        for event in ours
        if event["name"] == "PayoutClaimed"
    ]


def _one(session: "Session", claim: "Mapping[str, Any]", events: "Iterable[Mapping[str, Any]]") -> dict[str, Any]:
    from tokenkit.chain import decode

    said = {event["name"]: event["args"] for event in events}
    tax, units, refused = said.get("TaxWithheld", {}), said.get("Reinvested", {}), said.get("NotReinvested")
    return {
        "payout": claim["payoutId"],
        "holder": claim["holder"],
        "paid_to": claim["payee"],
        "withheld": tax.get("tax", 0),
        "authority": tax.get("authority"),
        "new_units": units.get("units", 0),
        "price": units.get("cost", 0),
        "paid": claim["amount"] - units.get("cost", 0),
        "not_reinvested": decode(refused["reason"], session.payouts.address).sentence if refused else "",
    }


def _show(console: "Console", session: "Session", each: "Mapping[str, Any]") -> None:
    state = session.payouts.payout(each["payout"])
    money, symbol = session.coin(state.asset).words, session.symbol_of(state.token)
    parts = [f"{money(each['paid'])} paid to {each['paid_to']}"]
    if each["new_units"]:
        units = grouped(each["new_units"], session.decimals_of(state.token))
        parts.append(f"{units} new units of {symbol} issued for {money(each['price'])}")
    if each["withheld"]:
        parts.append(f"{money(each['withheld'])} of tax withheld for {each['authority']}")
    console.print(item(" ", escape(f"Payout {each['payout']}: {'; '.join(parts)}.")))
    if each["not_reinvested"]:
        console.print(item("[yellow]![/yellow]", escape(f"Money, and no new units: {each['not_reinvested']}")))
