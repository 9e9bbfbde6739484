"""Whether a ballot fits its meeting: seen before anything is sent, and above all before a secret ballot is sealed, which could only fail too late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidInput
from tokenkit.ledger import Choice, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.ledger import Answer
    from tokenkit.voting.given import GivenBallot
    from tokenkit.voting.notice import FullNotice, ItemNotice


class UnfitBallot(InvalidInput):
    """A ballot that its meeting refuses; ``resolution`` is the one it fails on, from 0, or ``None`` for the whole ballot."""

    def __init__(self, problem: str, *, resolution: int | None = None) -> None:
        """Say what the *problem* is; the resolution is named before it."""
        self.resolution = resolution
        super().__init__(problem if resolution is None else f"Resolution {resolution + 1}: {problem}")


def require_count(ballot: GivenBallot, count: int) -> None:
    """Refuse a ballot that does not answer each of *count* resolutions.

    Raises:
        UnfitBallot: it answers more or fewer.
    """
    if len(ballot.answers) != count:
        raise UnfitBallot(
            f"The agenda has {count} resolutions, the ballot {len(ballot.answers)} answers. Give one for each."
        )


def require_fit(
    ballot: GivenBallot,
    notice: FullNotice,
    *,
    units: int | None = None,
    instructions: Sequence[Choice | None] | None = None,
) -> None:
    """Refuse a ballot that the meeting would; *units* are those that it is for, *instructions* those of its proxy, if they are known.

    Raises:
        UnfitBallot: it has more or fewer answers than the agenda, an option that is not there, more votes than it has, votes of
            somebody who has none, or another answer than a proxy was told.
    """
    require_count(ballot, len(notice.agenda))
    if ballot.class_index >= len(notice.classes):
        raise UnfitBallot(f"The meeting is of {len(notice.classes)} classes. Give a class index below that.")
    if ballot.holder in notice.excluded:
        raise UnfitBallot(f"{ballot.holder} has no votes in this meeting.")
    token = notice.tokens[ballot.class_index]
    for index, (item, answer) in enumerate(zip(notice.agenda, ballot.answers, strict=True)):
        told = instructions[index] if instructions else None
        if told is not None and answer != told:
            raise UnfitBallot(f"The proxy is instructed to say {told.name.lower()}.", resolution=index)
        if answer == Choice.ABSTAIN:
            continue
        if item.voters not in (None, token):
            raise UnfitBallot("Another class votes on it. Abstain.", resolution=index)
        if ballot.holder in item.interested:
            raise UnfitBallot(f"{ballot.holder} is interested, and has no vote on it. Abstain.", resolution=index)
        problem = _problem(item, answer, units)
        if problem:
            raise UnfitBallot(problem, resolution=index)


def _problem(item: ItemNotice, answer: Answer, units: int | None) -> str | None:
    """Say what is wrong with an answer that is no plain abstention."""
    motion = item.kind is Kind.MOTION
    if not isinstance(answer, Mapping):
        return None if motion else f"It has options 1 to {len(item.options)}. Give votes for them, or abstain."
    if motion and not set(answer) <= {Choice.FOR, Choice.AGAINST}:
        return "It is a motion: its parts are for and against; what is left abstains."
    if not motion and max(answer) >= len(item.options):
        return f"It has options 1 to {len(item.options)}, not {max(answer) + 1}."
    given, limit = sum(answer.values()), (units or 0) * item.seats
    if units is not None and given > limit:
        seats = f" × {item.seats} seats" if item.seats > 1 else ""
        return f"The ballot gives {given} votes and has {limit} ({units} units{seats})."
    return None
