"""The minutes of a meeting, in Markdown and as a JSON value with every figure."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from tokenkit.ledger.captable import percent
from tokenkit.ledger.meeting import Base, Kind
from tokenkit.ledger.proceedings import Proceedings, provisional
from tokenkit.ledger.statements import cell
from tokenkit.ledger.tally import BPS, Choice, Majority
from tokenkit.types import format_units, from_unix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tokenkit.ledger.meeting import Answer, Item, ItemResult, MeetingCount, MeetingTerms, StandingBallot
    from tokenkit.ledger.proceedings import CallsAct, CallsRecord, MeetingTitle


_MAJORITIES = {
    Majority.SIMPLE: "more than half",
    Majority.TWO_THIRDS: "two thirds",
    Majority.THREE_QUARTERS: "three quarters",
    Majority.PLURALITY: "the most votes",
}
_BASES = {Base.VOTES_CAST: "votes cast", Base.PRESENT: "votes present", Base.ENTITLED: "votes entitled"}


def minutes_json(
    terms: MeetingTerms, counted: MeetingCount, title: MeetingTitle, proceedings: Proceedings | None = None
) -> dict[str, object]:
    """Put a counted meeting into one JSON value: notice, attendance, resolutions, ballots, and what did not count.

    Votes and units are whole numbers of the smallest unit, times unix seconds; options count from 1. Before the meeting is over, ``passed``
    and ``elected`` are ``None``.
    """
    took, final = proceedings or Proceedings(), title.is_final(terms)
    return {
        "issuer": title.issuer,
        "name": title.name,
        "reference": title.reference,
        "final": final,
        "counted_at": title.counted_at,
        "record_date": title.record_date,
        "opened": terms.opens,
        "closed": terms.closes,
        "opened_until": terms.opened_until,
        "put_off": [{"at": one.at, "closes": one.closes, "opened_until": one.ends} for one in took.put_off],
        "decided_at": took.decided_at,
        "secret": terms.opened_until is not None,
        "documents": [{"name": name, "hash": digest} for name, digest in title.documents],
        "classes": [
            {
                "name": one.name,
                "votes_a_unit": one.multiplier,
                "decimals": title.decimals_of(index),
                "entitled": _entitled(terms, index),
                "present": _present(counted, index),
            }
            for index, one in enumerate(terms.classes)
        ],
        "excluded": sorted(terms.excluded),
        "votes_entitled": counted.entitled,
        "votes_present": counted.present,
        "resolutions": [
            _resolution(number, result, terms, final=final) for number, result in enumerate(counted.results, 1)
        ],
        "calls": [
            {
                "resolution": one.resolution,
                "hash": f"0x{one.calls_hash.hex()}",
                "acts": [
                    {"act": act.act, "at": act.at, "ready_at": act.ready_at, "reason": act.reason} for act in one.acts
                ],
            }
            for one in took.calls
        ],
        "ballots": ballots_json(terms, counted.ballots),
        "without_effect": [
            {
                "holder": each.event.holder,
                "act": type(each.event).__name__.lower(),
                "at": each.event.at,
                "reason": each.reason,
            }
            for each in counted.refused
        ],
    }


def ballots_json(terms: MeetingTerms, ballots: Sequence[StandingBallot]) -> list[dict[str, object]]:
    """Put the ballots that stand into JSON values; see :func:`answer_json`."""
    return [
        {
            "holder": ballot.holder,
            "proxy": ballot.proxy,
            "class": terms.classes[ballot.class_index].name,
            "class_index": ballot.class_index,
            "units": ballot.units,
            "secret": ballot.secret,
            "answers": [answer_json(item.kind, said) for item, said in zip(terms.agenda, ballot.answers, strict=True)],
        }
        for ballot in ballots
    ]


def answer_json(kind: Kind, answer: Answer) -> str | dict[str, int]:
    """Put an answer to a resolution of a *kind* into a JSON value, as people count: options from 1, parts of a motion by their choice."""
    if isinstance(answer, Choice):
        return answer.name.lower()
    motion = kind is Kind.MOTION
    parts = sorted(answer.items())
    return {Choice(option).name.lower() if motion else str(option + 1): votes for option, votes in parts}


def minutes_markdown(
    terms: MeetingTerms,
    counted: MeetingCount,
    title: MeetingTitle,
    proceedings: Proceedings | None = None,
    *,
    names: Mapping[str, str] | None = None,
) -> str:
    """Write the minutes of a counted meeting in Markdown; *names* are those of the holders who are named in them.

    Before the meeting is over, they say so at the top and with each result.
    """
    took, called, final = proceedings or Proceedings(), names or {}, title.is_final(terms)
    parts = [f"# Minutes: {cell(title.name)}\n\n{cell(title.issuer)}\n"]
    if not final:
        end = _instant(terms.opened_until or terms.closes)
        parts.append(f"**PROVISIONAL: the meeting is not over. Results are final from {end} on.**\n")
    parts += [
        _table(_head(terms, title, took)),
        "## Attendance\n",
        _attendance(terms, counted, title),
        "## Resolutions\n",
        *(
            _item(number, result if final else provisional(result), called)
            for number, result in enumerate(counted.results, 1)
        ),
    ]
    if took.calls:
        parts += ["## Prepared calls\n", _calls(took.calls)]
    if counted.refused:
        parts += ["## Without effect\n", _without_effect(counted, called)]
    if counted.ballots:
        parts += ["## Annex: ballots\n", _ballots(terms, counted.ballots, title, called)]
    return "\n".join(parts)


def _head(terms: MeetingTerms, title: MeetingTitle, took: Proceedings) -> list[tuple[str, str]]:
    secret = terms.opened_until
    return [
        ("Record date", _instant(title.record_date)),
        ("Voting opened", _instant(terms.opens)),
        *(("Close put off", f"at {_instant(one.at)}, to {_instant(one.closes)}") for one in took.put_off),
        ("Voting closed" if title.is_final(terms) else "Voting closes", _instant(terms.closes)),
        ("Ballot", "open" if secret is None else f"secret, opened after the close until {_instant(secret)}"),
        *([] if title.counted_at is None else [("Counted", _instant(title.counted_at))]),
        *([] if took.decided_at is None else [("Results on record", _instant(took.decided_at))]),
        *([("Reference", cell(title.reference))] if title.reference else []),
        *((cell(name), f"`{digest}`") for name, digest in title.documents),
    ]


def _attendance(terms: MeetingTerms, counted: MeetingCount, title: MeetingTitle) -> str:
    lines = ["| Class | Votes a unit | Units entitled | Units present |", "|---|--:|--:|--:|"]
    for index, one in enumerate(terms.classes):
        decimals = title.decimals_of(index)
        entitled = format_units(_entitled(terms, index), decimals)
        present = format_units(_present(counted, index), decimals)
        lines.append(f"| {_class_name(terms, index)} | {one.multiplier} | {entitled} | {present} |")
    share = f", {percent(Fraction(counted.present, counted.entitled), 2)} %" if counted.entitled else ""
    proxies = sum(ballot.proxy is not None for ballot in counted.ballots)
    ballots = f"{len(counted.ballots):,} ballot{'' if len(counted.ballots) == 1 else 's'}"
    lines.append(
        f"\n{ballots}, {proxies:,} of them by proxy, with {counted.present:,} of {counted.entitled:,} votes{share}.\n"
    )
    return "\n".join(lines)


def _item(number: int, result: ItemResult, names: Mapping[str, str]) -> str:
    item = result.item
    votes = (
        [("For", result.votes_for), ("Against", result.votes_against)]
        if item.kind is Kind.MOTION
        else list(zip((cell(option) for option in item.options), result.votes, strict=True))
    )
    unused = _unused(result)
    votes.append(("Abstained", result.abstained) if unused is None else ("Votes not used", unused))
    votes += [("Present", result.present), ("Entitled", result.entitled)]
    part = f"{percent(Fraction(item.quorum_bps, BPS), 2)} % of the votes entitled, {_quorum(result):,} votes"
    quorum = part if item.quorum_bps else "none"
    asks = [f"Majority: {_majority(item)}.", f"Quorum: {quorum}."]
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


def _calls(calls: Sequence[CallsRecord]) -> str:
    lines = ["| Resolution | Hash of the calls | What became of them |", "|--:|---|---|"]
    for one in calls:
        became = "; ".join(map(_call_act, one.acts)) or "not scheduled"
        lines.append(f"| {one.resolution} | `0x{one.calls_hash.hex()}` | {became} |")
    return "\n".join(lines) + "\n"


def _call_act(act: CallsAct) -> str:
    ready = f", to be executed from {_instant(act.ready_at)} on" if act.ready_at else ""
    return f"{act.act} at {_instant(act.at)}{ready}{f': {cell(act.reason)}' if act.reason else ''}"


def _ballots(
    terms: MeetingTerms, ballots: Sequence[StandingBallot], title: MeetingTitle, names: Mapping[str, str]
) -> str:
    lines = ["| Class | Holder | Voted by | Units | Answers |", "|---|---|---|--:|---|"]
    for one in ballots:
        by = "itself" if one.proxy is None else _named(one.proxy, names)
        units = format_units(one.units, title.decimals_of(one.class_index))
        said = "; ".join(
            f"{number}. {_said(item, answer)}"
            for number, (item, answer) in enumerate(zip(terms.agenda, one.answers, strict=True), 1)
        )
        answers = "secret, not opened: present, and abstains" if one.secret else said
        lines.append(
            f"| {_class_name(terms, one.class_index)} | {_named(one.holder, names)} | {by} | {units} | {answers} |"
        )
    return "\n".join(lines) + "\n"


def _said(item: Item, answer: Answer) -> str:
    """Write an answer for people: options by their names."""
    if isinstance(answer, Choice):
        return answer.name.lower()
    names = item.options or [choice.name.lower() for choice in Choice]
    return ", ".join(f"{cell(names[option])} {votes:,}" for option, votes in sorted(answer.items())) or "abstain"


def _resolution(number: int, result: ItemResult, terms: MeetingTerms, *, final: bool) -> dict[str, object]:
    item, unused = result.item, _unused(result)
    return {
        "number": number,
        "title": item.title,
        "kind": item.kind.name.lower(),
        "majority": _majority(item),
        "quorum_bps": item.quorum_bps,
        "quorum_votes": _quorum(result),
        "seats": item.seats if item.kind is Kind.ELECTION else None,
        "class": None if item.class_index is None else terms.classes[item.class_index].name,
        "class_index": item.class_index,
        "interested": sorted(item.interested),
        "for": result.votes_for,
        "against": result.votes_against,
        "abstained": result.abstained if unused is None else None,
        "not_used": unused,
        "present": result.present,
        "entitled": result.entitled,
        "options": [
            {"number": option + 1, "name": name, "votes": votes, "elected": option in result.elected if final else None}
            for option, (name, votes) in enumerate(zip(item.options, result.votes, strict=True))
        ],
        "has_quorum": result.has_quorum,
        "passed": result.passed if final else None,
        "reason": (result if final else provisional(result)).reason,
    }


def _unused(result: ItemResult) -> int | None:
    """Return the votes present that an election was not given; None for what is no election, where they abstain."""
    item = result.item
    return result.present * item.seats - sum(result.votes) if item.kind is Kind.ELECTION else None


def _quorum(result: ItemResult) -> int:
    return -(-result.item.quorum_bps * result.entitled // BPS)


def majority_words(majority: Majority, *, part: Fraction | None = None, base: Base = Base.VOTES_CAST) -> str:
    """Say what a resolution needs to pass; *part* of the *base* for a custom majority."""
    words = str(part) if majority is Majority.CUSTOM else _MAJORITIES[majority]
    return words if majority is Majority.PLURALITY else f"{words} of the {_BASES[base]}"


def _majority(item: Item) -> str:
    elects = item.kind is Kind.ELECTION
    return majority_words(Majority.PLURALITY if elects else item.majority, part=item.part, base=item.base)


def _entitled(terms: MeetingTerms, class_index: int) -> int:
    return sum(terms.units_of(holder, class_index) for holder in terms.classes[class_index].units)


def _present(counted: MeetingCount, class_index: int) -> int:
    return sum(ballot.units for ballot in counted.ballots if ballot.class_index == class_index)


def _class_name(terms: MeetingTerms, class_index: int) -> str:
    return cell(terms.classes[class_index].name) or str(class_index + 1)


def _named(holder: str, names: Mapping[str, str]) -> str:
    return f"{cell(names[holder])} ({holder})" if holder in names else holder


def _table(rows: list[tuple[str, str]]) -> str:
    return "| | |\n|---|--:|\n" + "".join(f"| {label} | {value} |\n" for label, value in rows)


def _instant(second: int) -> str:
    return f"{from_unix(second):%Y-%m-%dT%H:%M:%SZ}"
