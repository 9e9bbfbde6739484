"""A meeting counted from plain events and the registers, beside what its contract says; nothing is taken from the contract's own count."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidInput
from tokenkit.ledger import (
    CallsAct,
    CallsRecord,
    Choice,
    Difference,
    Item,
    Kind,
    Majority,
    MeetingTerms,
    Proceedings,
    PutOff,
    StandingBallot,
    VotingClass,
    count_ballots,
)
from tokenkit.types import ZERO_ADDRESS
from tokenkit.voting.given import decode_answers
from tokenkit.voting.notice import NO_CALLS, ClassNotice, FullNotice, ItemNotice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tokenkit.artifacts import Event
    from tokenkit.ledger import ItemResult, MeetingCount
    from tokenkit.types import Address
    from tokenkit.voting.values import Meeting, MeetingClass, Result

_Figure = tuple[str, int, int]
_CALLS = {"CallsScheduled": "scheduled", "CallsExecuted": "executed", "CallsCancelled": "cancelled"}


def notice_of(events: Iterable[Event], *, meeting: int) -> FullNotice:
    """Return the notice of a *meeting* from its *events*, a plain one as if it had been called in full.

    Raises:
        InvalidInput: they do not have it: the first block that was read is too late.
    """
    for event in events:
        if event.name == "MeetingConvened":
            return FullNotice.from_chain(event.args["notice"])
        if event.name == "MeetingCalled":
            args = event.args
            return FullNotice(
                classes=(ClassNotice(token=args["token"]),),
                record_date=args["recordDate"],
                opens=args["opens"],
                closes=args["closes"],
                agenda=tuple(
                    ItemNotice(
                        document_hash=one["documentHash"],
                        majority=Majority(one["majority"]),
                        quorum_bps=args["quorumBps"],
                    )
                    for one in args["agenda"]
                ),
                document_hash=args["documentHash"],
                excluded=tuple(args["excluded"]),
            )
    raise InvalidInput(
        f"There is no notice of meeting {meeting} in the blocks that are read. Read from an earlier one on."
    )


def terms_of(
    notice: FullNotice, events: Iterable[Event], registers: Sequence[Mapping[Address, int]], names: Sequence[str]
) -> MeetingTerms:
    """Return what the meeting is counted by: the notice, the close as it was put off, and the *registers* by class."""
    closes, ends = notice.closes, notice.ends
    for event in events:
        if event.name == "CloseExtended":
            closes, ends = event.args["closes"], event.args["ends"]
    return MeetingTerms(
        classes=tuple(
            VotingClass(units=units, name=name, multiplier=one.multiplier)
            for one, units, name in zip(notice.classes, registers, names, strict=True)
        ),
        agenda=tuple(_item(one, notice.tokens) for one in notice.agenda),
        opens=notice.opens,
        closes=closes,
        opened_until=ends or None,
        excluded=frozenset(notice.excluded),
    )


@dataclass(slots=True)
class _Box:
    """The ballots that stand, event by event, as ``docs/meetings.md`` says; units are worked out, and compared with what events say."""

    terms: MeetingTerms
    ballots: dict[tuple[int, Address, Address | None], StandingBallot] = field(default_factory=dict)
    grants: dict[tuple[int, Address], dict[Address, int]] = field(default_factory=dict)
    figures: list[_Figure] = field(default_factory=list)

    def take(self, event: Event) -> None:
        args = event.args
        match event.name:
            case "BallotCast":
                self._put(args, None, 0, decode_answers(args["choices"], (), len(self.terms.agenda)))
            case "BallotMarked":
                answers = decode_answers(args["choices"], args["marks"], len(self.terms.agenda))
                self._put(args, _proxy(args), args["classIndex"], answers)
            case "BallotCommitted":
                silent = (Choice.ABSTAIN,) * len(self.terms.agenda)
                self._put(args, _proxy(args), args["classIndex"], silent, secret=True)
            case "ProxyGranted":
                account = (args["classIndex"], args["holder"])
                given = self.grants.setdefault(account, {})
                others = sum(units for proxy, units in given.items() if proxy != args["proxy"])
                left = self.terms.units_of(args["holder"], args["classIndex"]) - others
                given[args["proxy"]] = min(
                    args["units"], left
                )  # more is a breach of law: see :mod:`tokenkit.voting.laws`
            case "ProxyRevoked":
                account = (args["classIndex"], args["holder"])
                self.grants.get(account, {}).pop(args["proxy"], None)
                self.ballots.pop((*account, args["proxy"]), None)

    def _put(
        self,
        args: Mapping[str, object],
        proxy: Address | None,
        index: int,
        answers: tuple[Choice | Mapping[int, int], ...],
        *,
        secret: bool = False,
    ) -> None:
        holder: Address = args["holder"]  # type: ignore[assignment]  # the ABI says so
        said: int = args["units"]  # type: ignore[assignment]  # as above
        answers = tuple(_countable(item, one) for item, one in zip(self.terms.agenda, answers, strict=True))
        key, granted = (index, holder, proxy), self.grants.get((index, holder), {})
        before = self.ballots.get(key)
        if before is not None and before.secret and not secret:
            units = before.units  # opened: for what was handed in
        elif proxy is None:
            units = self.terms.units_of(holder, index) - sum(granted.values())
        else:
            units = granted.get(proxy, 0)
        self.figures.append((f"units of the ballot of {proxy or holder} for {holder}", units, said))
        self.ballots[key] = StandingBallot(
            holder=holder, proxy=proxy, class_index=index, units=units, answers=answers, secret=secret
        )


def count(terms: MeetingTerms, events: Iterable[Event]) -> tuple[MeetingCount, tuple[_Figure, ...]]:
    """Count a meeting from its *events* in order; the figures compare the units of each ballot with the register and the grants.

    Raises:
        InvalidAmount: the ballots for one holder are for more units than it held.
    """
    box = _Box(terms)
    for event in events:
        box.take(event)
    return count_ballots(terms, box.ballots.values()), tuple(box.figures)


def differences(
    counted: MeetingCount,
    terms: MeetingTerms,
    *,
    meeting: Meeting,
    classes: Sequence[MeetingClass],
    results: Sequence[Result],
    final: bool,
    more: Iterable[_Figure] = (),
) -> tuple[Difference, ...]:
    """Compare every figure of a count with the contract's; what has *passed* only once the results are *final*."""
    figures = [("entitled", counted.entitled, meeting.entitled), ("present", counted.present, meeting.present)]
    for index, theirs in enumerate(classes):
        ballots = (ballot.units for ballot in counted.ballots if ballot.class_index == index)
        held = sum(terms.units_of(holder, index) for holder in terms.classes[index].units)
        figures += [(f"class {index} entitled", held, theirs.entitled)]
        figures += [(f"class {index} present", sum(ballots), theirs.present)]
    for ours, result in zip(counted.results, results, strict=True):
        figures += _of_resolution(ours, result, final=final)
    return tuple(
        Difference(name=name, counted=ours, reported=theirs)
        for name, ours, theirs in (*figures, *more)
        if ours != theirs
    )


def on_record(counted: MeetingCount, events: Iterable[Event]) -> list[_Figure]:
    """Compare a count with what ``decide`` put on record."""
    figures: list[_Figure] = []
    for event in events:
        args = event.args
        if event.name == "ResolutionDecided":
            ours, name = counted.results[args["resolution"]], f"resolution {args['resolution'] + 1} on record"
            figures += [
                (f"{name}, passed", int(ours.passed), int(args["passed"])),
                (f"{name}, quorate", int(ours.has_quorum), int(args["quorate"])),
                (f"{name}, for", ours.votes_for, args["inFavour"]),
                (f"{name}, against", ours.votes_against, args["against"]),
                (f"{name}, abstained", ours.abstained, args["abstained"]),
            ]
        elif event.name == "ElectionDecided":
            ours, name = counted.results[args["resolution"]], f"resolution {args['resolution'] + 1} on record"
            figures.append((f"{name}, elected", _bits(ours.elected), args["elected"]))
            figures += [
                (f"{name}, option {number}", own, theirs)
                for number, (own, theirs) in enumerate(zip(ours.votes, args["votes"], strict=True), 1)
            ]
    return figures


def proceedings_of(notice: FullNotice, events: Iterable[Event], *, times: Mapping[int, int]) -> Proceedings:
    """Return what happened besides votes: the close put off, results on record, prepared calls; *times* are seconds by block."""
    put_off: list[PutOff] = []
    acts: dict[int, list[CallsAct]] = {
        number: [] for number, one in enumerate(notice.agenda, 1) if one.calls_hash != NO_CALLS
    }
    decided_at = None
    for event in events:
        at, args = times[event.block_number], event.args
        if event.name == "CloseExtended":
            put_off.append(PutOff(at=at, closes=args["closes"], ends=args["ends"] or None))
        elif event.name in {"ResolutionDecided", "ElectionDecided"}:
            decided_at = at
        elif event.name in _CALLS:
            act = CallsAct(
                act=_CALLS[event.name], at=at, ready_at=args.get("readyAt"), reason=str(args.get("reason", ""))
            )
            acts[args["resolution"] + 1].append(act)
    calls = (
        CallsRecord(resolution=number, calls_hash=notice.agenda[number - 1].calls_hash, acts=tuple(done))
        for number, done in acts.items()
    )
    return Proceedings(put_off=tuple(put_off), calls=tuple(calls), decided_at=decided_at)


def named(notice: FullNotice, agenda: FullNotice | None, *, meeting: int) -> FullNotice:
    """Return the notice of a *meeting* with the titles and names of *agenda*, if there is one: the same notice as a file has it.

    Raises:
        InvalidInput: it is another meeting's.
    """
    if agenda is None:
        return notice
    if agenda.as_argument() != notice.as_argument():
        raise InvalidInput(f"This is not the notice that meeting {meeting} was called with.")
    return agenda


def with_titles(terms: MeetingTerms, agenda: Sequence[ItemNotice]) -> MeetingTerms:
    """Return *terms* with the titles and the names of options of an *agenda*, which the chain does not have."""
    named = (
        replace(item, title=one.title, options=one.options) for item, one in zip(terms.agenda, agenda, strict=True)
    )
    return replace(terms, agenda=tuple(named))


def _item(one: ItemNotice, tokens: Sequence[Address]) -> Item:
    assert one.majority is not None  # noqa: S101 - its constructor saw to it
    return Item(
        kind=one.kind,
        title=one.title,
        majority=one.majority,
        part=one.part,
        base=one.base,
        quorum_bps=one.quorum_bps,
        options=one.options,
        seats=one.seats,
        class_index=None if one.voters is None else tokens.index(one.voters),
        interested=frozenset(one.interested),
    )


def _of_resolution(ours: ItemResult, theirs: Result, *, final: bool) -> list[_Figure]:
    name = f"resolution {theirs.resolution + 1}"
    figures = [
        (f"{name} for", ours.votes_for, theirs.votes_for),
        (f"{name} against", ours.votes_against, theirs.votes_against),
        (f"{name} abstained", ours.abstained, theirs.abstained),
        (f"{name} present", ours.present, theirs.present),
        (f"{name} entitled", ours.entitled, theirs.entitled),
        (f"{name} quorate", int(ours.has_quorum), int(theirs.quorate)),
        (f"{name} passed", int(final and ours.passed), int(theirs.passed)),
        (f"{name} elected", _bits(ours.elected) if final else 0, _bits(theirs.elected)),
        (f"{name} options", len(ours.votes), len(theirs.votes)),
    ]
    return figures + [
        (f"{name} option {number}", own, other)
        for number, (own, other) in enumerate(zip(ours.votes, theirs.votes, strict=False), 1)
    ]


def _countable(item: Item, answer: Choice | Mapping[int, int]) -> Choice | Mapping[int, int]:
    """Leave out what cannot be counted, such as an option that does not stand: laws find it, and the count differs."""
    motion = item.kind is Kind.MOTION
    if isinstance(answer, Choice):
        return answer if motion else Choice.ABSTAIN
    known = (Choice.FOR, Choice.AGAINST) if motion else range(len(item.options))
    return {option: votes for option, votes in answer.items() if option in known}


def _bits(options: Iterable[int]) -> int:
    return sum(1 << option for option in options)


def _proxy(args: Mapping[str, object]) -> Address | None:
    return None if args["proxy"] == ZERO_ADDRESS else args["proxy"]  # type: ignore[return-value]  # the ABI says so
