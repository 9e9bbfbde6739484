"""From ballots to results: what each resolution came to, and why. Whole numbers only, so two counts never differ by rounding."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidAmount
from tokenkit.ledger.ballotbox import standing_ballots
from tokenkit.ledger.meeting import Base, Item, ItemResult, Kind, MeetingCount, MeetingTerms, StandingBallot
from tokenkit.ledger.tally import BPS, Choice, Majority, carries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tokenkit.ledger.meeting import MeetingEvent

_NEEDS = {
    Majority.SIMPLE: "more than half",
    Majority.TWO_THIRDS: "two thirds",
    Majority.THREE_QUARTERS: "three quarters",
    Majority.PLURALITY: "the most",
}
_OF = {Base.VOTES_CAST: "the votes cast", Base.PRESENT: "the votes present", Base.ENTITLED: "all votes entitled"}


def count_meeting(terms: MeetingTerms, events: Iterable[MeetingEvent]) -> MeetingCount:
    """Count a meeting from its *events*, given in the order in which they arrived.

    Nothing of a chain is asked: registers, agenda and ballots decide, as the conventions and ``Meetings.sol`` have it.
    """
    ballots, refused = standing_ballots(terms, events)
    return replace(count_ballots(terms, ballots), refused=refused)


def count_ballots(terms: MeetingTerms, ballots: Iterable[StandingBallot]) -> MeetingCount:
    """Count the *ballots* that stand in the end, for instance those that a chain's events leave.

    Raises:
        InvalidAmount: the ballots for one holder in one class are for more units than it held.
    """
    standing = tuple(sorted(ballots, key=lambda each: (each.class_index, each.holder, each.proxy or "")))
    for (index, holder), group in groupby(standing, key=lambda each: (each.class_index, each.holder)):
        voted, held = sum(ballot.units for ballot in group), terms.units_of(holder, index)
        if voted > held:
            raise InvalidAmount(
                f"The ballots for {holder} are for {voted} units, and it held {held} at the record date."
            )
    return MeetingCount(
        results=tuple(_result(terms, index, standing) for index in range(len(terms.agenda))),
        ballots=standing,
        entitled=sum(
            terms.units_of(holder, index) * one.multiplier
            for index, one in enumerate(terms.classes)
            for holder in one.units
        ),
        present=sum(_weight(terms, ballot) for ballot in standing),
    )


def elected(votes: Sequence[int], seats: int) -> tuple[int, ...]:
    """Say whom *votes*, by option, elect to *seats*: those for whom, with all who have as many, the seats suffice."""
    return tuple(option for option, own in enumerate(votes) if own and sum(other >= own for other in votes) <= seats)


def _result(terms: MeetingTerms, index: int, ballots: Sequence[StandingBallot]) -> ItemResult:
    item = terms.agenda[index]
    voting = [
        ballot
        for ballot in ballots
        if terms.votes_on(item, ballot.class_index) and ballot.holder not in item.interested
    ]
    present = sum(_weight(terms, ballot) for ballot in voting)
    entitled = sum(
        terms.units_of(holder, number) * one.multiplier
        for number, one in enumerate(terms.classes)
        if terms.votes_on(item, number)
        for holder in one.units
        if holder not in item.interested
    )
    votes = _votes(terms, index, voting)
    cast = sum(votes)
    has_quorum = present * BPS >= item.quorum_bps * entitled
    base = {Base.VOTES_CAST: cast, Base.PRESENT: present, Base.ENTITLED: entitled}[item.base]
    winners = _winners(item, votes, base) if has_quorum else ()
    is_motion = item.kind is Kind.MOTION
    return ItemResult(
        item=item,
        votes_for=votes[0] if is_motion else 0,
        votes_against=votes[1] if is_motion else 0,
        abstained=0 if item.kind is Kind.ELECTION else present - cast,
        present=present,
        entitled=entitled,
        votes=() if is_motion else tuple(votes),
        has_quorum=has_quorum,
        elected=() if is_motion else winners,
        passed=bool(winners),
        reason=_reason(item, votes, base, winners) if has_quorum else _no_quorum(item, present, entitled),
    )


def _weight(terms: MeetingTerms, ballot: StandingBallot) -> int:
    return ballot.units * terms.classes[ballot.class_index].multiplier


def _votes(terms: MeetingTerms, index: int, ballots: Iterable[StandingBallot]) -> list[int]:
    """Add up the votes: for and against a motion, or by option."""
    item = terms.agenda[index]
    places = {Choice.FOR: 0, Choice.AGAINST: 1} if item.kind is Kind.MOTION else {}
    votes = [0] * (2 if item.kind is Kind.MOTION else len(item.options))
    for ballot in ballots:
        answer = ballot.answers[index]
        multiplier = terms.classes[ballot.class_index].multiplier
        if isinstance(answer, Choice):
            if answer is not Choice.ABSTAIN:
                votes[places[answer]] += ballot.units * multiplier
            continue
        for option, part in answer.items():
            votes[places[Choice(option)] if places else option] += part * multiplier
    return votes


def _winners(item: Item, votes: Sequence[int], base: int) -> tuple[int, ...]:
    """Return whom the votes elect; for a motion, 0 if it is carried."""
    if item.kind is Kind.MOTION:
        return (0,) if carries(item.majority, votes_for=votes[0], base=base, part=item.part) else ()
    chosen = elected(votes, item.seats)
    if item.kind is Kind.CHOICE and not carries(item.majority, votes_for=max(votes), base=base, part=item.part):
        return ()
    return chosen


def _no_quorum(item: Item, present: int, entitled: int) -> str:
    needed = -(-item.quorum_bps * entitled // BPS)
    return f"No quorum: {present:,} of {entitled:,} votes were present, and {needed:,} were needed."


def _reason(item: Item, votes: Sequence[int], base: int, winners: Sequence[int]) -> str:
    needs = f"{_NEEDS.get(item.majority, item.part)} of {base:,}, {_OF[item.base]}"
    if item.kind is Kind.MOTION:
        outcome = "Carried" if winners else "Not carried"
        return f"{outcome}: {votes[0]:,} for and {votes[1]:,} against; it needed {needs}."
    if winners:
        names = ", ".join(f"{item.options[option]} with {votes[option]:,}" for option in winners)
        vacant = item.seats - len(winners)
        left = f" {vacant} of {item.seats} seats stay vacant: the next have equal votes, or none." if vacant else ""
        return f"Elected: {names}.{left}"
    if not any(votes):
        return "Nobody is elected: there were no votes."
    if not elected(votes, item.seats):
        return f"Nobody is elected: several have {max(votes):,} votes."
    return f"Nobody is elected: the most votes are {max(votes):,}; it needed {needs}."
