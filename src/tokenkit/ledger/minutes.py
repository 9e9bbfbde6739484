"""The minutes of a meeting, in Markdown and as a JSON value with every figure; and who has yet to vote."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from tokenkit.ledger.captable import percent
from tokenkit.ledger.meeting import Base, ItemResult, Kind, MeetingTerms
from tokenkit.ledger.statements import cell
from tokenkit.ledger.tally import BPS, Choice, Majority
from tokenkit.types import format_units, from_unix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.ledger.meeting import Answer, MeetingCount, StandingBallot
    from tokenkit.types import Address

_MAJORITIES = {
    Majority.SIMPLE: "more than half",
    Majority.TWO_THIRDS: "two thirds",
    Majority.THREE_QUARTERS: "three quarters",
    Majority.PLURALITY: "the most votes",
}
_BASES = {Base.VOTES_CAST: "votes cast", Base.PRESENT: "votes present", Base.ENTITLED: "votes entitled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingTitle:
    """What a meeting is called, and the papers it rests on."""

    issuer: str
    name: str
    """Such as ``Annual general meeting 2027``."""
    record_date: int
    """Unix seconds, as all times here."""
    reference: str = ""
    """Contract, number of the meeting, block of the count."""
    documents: tuple[tuple[str, str], ...] = ()
    """Name and hash of the notice and of what was laid before the meeting."""
    decimals: int = 0
    """Of the units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Somebody whose votes are not in yet."""

    holder: Address
    class_index: int
    units: int
    """Of them, those nobody has voted with; a part may be in."""
    votes: int


def reminders(terms: MeetingTerms, ballots: tuple[StandingBallot, ...]) -> tuple[Reminder, ...]:
    """List the holders with units that no ballot stands for yet, their own or a proxy's; the most votes first.

    A secret ballot handed in is a ballot, and so is one that only abstains.
    """
    voted: dict[tuple[int, Address], int] = {}
    for ballot in ballots:
        key = (ballot.class_index, ballot.holder)
        voted[key] = voted.get(key, 0) + ballot.units
    open_ = (
        (index, holder, terms.units_of(holder, index) - voted.get((index, holder), 0))
        for index, one in enumerate(terms.classes)
        for holder in one.units
    )
    found = (
        Reminder(holder=holder, class_index=index, units=units, votes=units * terms.classes[index].multiplier)
        for index, holder, units in open_
        if units
    )
    return tuple(sorted(found, key=lambda each: (-each.votes, each.class_index, each.holder)))


def minutes_json(terms: MeetingTerms, counted: MeetingCount, title: MeetingTitle) -> dict[str, object]:
    """Put a counted meeting into one JSON value: notice, attendance, resolutions, ballots, and what did not count.

    Votes and units are whole numbers as decimal text, so that no reader rounds them.
    """
    return {
        "issuer": title.issuer,
        "name": title.name,
        "reference": title.reference,
        "record_date": _instant(title.record_date),
        "opened": _instant(terms.opens),
        "closed": _instant(terms.closes),
        "secret": terms.opened_until is not None,
        "documents": [{"name": name, "hash": digest} for name, digest in title.documents],
        "classes": [
            {"name": one.name, "votes_a_unit": one.multiplier, "entitled": str(_entitled(terms, index))}
            for index, one in enumerate(terms.classes)
        ],
        "excluded": sorted(terms.excluded),
        "votes_entitled": str(counted.entitled),
        "votes_present": str(counted.present),
        "resolutions": [_resolution(number, result) for number, result in enumerate(counted.results, 1)],
        "ballots": [_ballot(ballot) for ballot in counted.ballots],
        "without_effect": [
            {
                "holder": each.event.holder,
                "act": type(each.event).__name__.lower(),
                "at": _instant(each.event.at),
                "reason": each.reason,
            }
            for each in counted.refused
        ],
    }


def minutes_markdown(
    terms: MeetingTerms, counted: MeetingCount, title: MeetingTitle, *, names: Mapping[str, str] | None = None
) -> str:
    """Write the minutes of a counted meeting in Markdown; *names* are those of the holders who are named in them."""
    parts = [
        f"# Minutes: {cell(title.name)}\n\n{cell(title.issuer)}\n",
        _table(
            [
                ("Record date", _instant(title.record_date)),
                ("Voting opened", _instant(terms.opens)),
                ("Voting closed", _instant(terms.closes)),
                ("Ballot", "secret, opened after the close" if terms.opened_until is not None else "open"),
                *([("Reference", cell(title.reference))] if title.reference else []),
                *((cell(name), f"`{digest}`") for name, digest in title.documents),
            ]
        ),
        "## Attendance\n",
        _attendance(terms, counted, title),
        "## Resolutions\n",
        *(_item(number, result, names or {}) for number, result in enumerate(counted.results, 1)),
    ]
    if counted.refused:
        parts += ["## Without effect\n", _without_effect(counted, names or {})]
    return "\n".join(parts)


def _attendance(terms: MeetingTerms, counted: MeetingCount, title: MeetingTitle) -> str:
    lines = ["| Class | Votes a unit | Units entitled | Units present |", "|---|--:|--:|--:|"]
    for index, one in enumerate(terms.classes):
        present = sum(ballot.units for ballot in counted.ballots if ballot.class_index == index)
        entitled = format_units(_entitled(terms, index), title.decimals)
        name = cell(one.name) or str(index)
        lines.append(f"| {name} | {one.multiplier} | {entitled} | {format_units(present, title.decimals)} |")
    share = f", {percent(Fraction(counted.present, counted.entitled), 2)} %" if counted.entitled else ""
    proxies = sum(ballot.proxy is not None for ballot in counted.ballots)
    lines.append(
        f"\n{len(counted.ballots):,} ballots, {proxies:,} of them by proxy, with {counted.present:,} of {counted.entitled:,} votes{share}.\n"
    )
    return "\n".join(lines)


def _item(number: int, result: ItemResult, names: Mapping[str, str]) -> str:
    item = result.item
    votes = (
        [("For", result.votes_for), ("Against", result.votes_against)]
        if item.kind is Kind.MOTION
        else list(zip((cell(option) for option in item.options), result.votes, strict=True))
    )
    if item.kind is not Kind.ELECTION:
        votes.append(("Abstained", result.abstained))
    votes += [("Present", result.present), ("Entitled", result.entitled)]
    quorum = f"{percent(Fraction(item.quorum_bps, BPS), 2)} % of the votes entitled" if item.quorum_bps else "none"
    asks = [f"Majority: {_majority(result)}.", f"Quorum: {quorum}."]
    if item.interested:
        listed = ", ".join(_named(holder, names) for holder in sorted(item.interested))
        asks.append(f"Interested, and without a vote: {listed}.")
    return (
        f"### {number}. {cell(item.title) or item.kind.name.title()}\n\n"
        f"{' '.join(asks)}\n\n{_table([(label, f'{value:,}') for label, value in votes])}\n**{cell(result.reason)}**\n"
    )


def _without_effect(counted: MeetingCount, names: Mapping[str, str]) -> str:
    lines = ["| At | Holder | Act | Why |", "|---|---|---|---|"]
    lines += [
        f"| {_instant(each.event.at)} | {_named(each.event.holder, names)} | {type(each.event).__name__.lower()} | {cell(each.reason)} |"
        for each in counted.refused
    ]
    return "\n".join(lines) + "\n"


def _resolution(number: int, result: ItemResult) -> dict[str, object]:
    item = result.item
    return {
        "number": number,
        "title": item.title,
        "kind": item.kind.name.lower(),
        "majority": _majority(result),
        "quorum_bps": item.quorum_bps,
        "seats": item.seats if item.kind is Kind.ELECTION else None,
        "class_index": item.class_index,
        "interested": sorted(item.interested),
        "for": str(result.votes_for),
        "against": str(result.votes_against),
        "abstained": str(result.abstained),
        "present": str(result.present),
        "entitled": str(result.entitled),
        "options": [
            {"name": name, "votes": str(votes), "elected": option in result.elected}
            for option, (name, votes) in enumerate(zip(item.options, result.votes, strict=True))
        ],
        "has_quorum": result.has_quorum,
        "passed": result.passed,
        "reason": result.reason,
    }


def _ballot(ballot: StandingBallot) -> dict[str, object]:
    return {
        "holder": ballot.holder,
        "proxy": ballot.proxy,
        "class_index": ballot.class_index,
        "units": str(ballot.units),
        "secret": ballot.secret,
        "answers": [_answer(answer) for answer in ballot.answers],
    }


def _answer(answer: Answer) -> object:
    """Write a choice by its name, and parts by option."""
    if isinstance(answer, Choice):
        return answer.name.lower()
    return {str(int(option)): str(votes) for option, votes in sorted(answer.items())}


def _majority(result: ItemResult) -> str:
    item = result.item
    if item.majority is Majority.PLURALITY or item.kind is Kind.ELECTION:
        return _MAJORITIES[Majority.PLURALITY]
    return f"{_MAJORITIES.get(item.majority, item.part)} of the {_BASES[item.base]}"


def _entitled(terms: MeetingTerms, class_index: int) -> int:
    return sum(terms.units_of(holder, class_index) for holder in terms.classes[class_index].units)


def _named(holder: str, names: Mapping[str, str]) -> str:
    return f"{cell(names[holder])} ({holder})" if holder in names else holder


def _table(rows: list[tuple[str, str]]) -> str:
    return "| | |\n|---|--:|\n" + "".join(f"| {label} | {value} |\n" for label, value in rows)


def _instant(second: int) -> str:
    return f"{from_unix(second):%Y-%m-%dT%H:%M:%SZ}"
