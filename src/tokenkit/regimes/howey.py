"""The Howey questionnaire: is an instrument an investment contract, and so a security under US law?

The facts that the four prongs of SEC v. W. J. Howey Co., 328 U.S. 293 (1946) ask for, answered yes, no or unknown; an assessment with
its reasons; and a document whose SHA-256 goes on the chain with the token's documents. **Not legal advice.** The assessment is never
more certain than the answers: an answer that could change it and is unknown leaves it open.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tokenkit.regimes._howey_answers import UNNAMED, Answer, Answers, Reply, answers_from_toml, answers_to_toml
from tokenkit.regimes._howey_questions import QUESTIONS, SOURCES, Points, Prong, Question, questions

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "NOT_ADVICE",
    "SOURCES",
    "UNNAMED",
    "Answer",
    "Answers",
    "Assessment",
    "Outcome",
    "Points",
    "Prong",
    "ProngAssessment",
    "Question",
    "Rendered",
    "Reply",
    "answers_from_toml",
    "answers_to_toml",
    "assess",
    "questions",
    "render",
]

NOT_ADVICE: Final = (
    "Not legal advice. This document orders facts by the questions that courts and the SEC ask; it does not weigh them as a court would."
    " Have counsel decide."
)

FORMAT: Final = 1


class Outcome(StrEnum):
    """What the answers come to."""

    LIKELY = "likely"
    UNLIKELY = "unlikely"
    CANNOT_SAY = "cannot be said"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProngAssessment:
    """Whether one prong is met."""

    prong: Prong
    outcome: Outcome
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Whether the instrument is a security, on these answers."""

    answers: Answers
    prongs: tuple[ProngAssessment, ...]
    outcome: Outcome
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """An assessment as files: for people, and for machines."""

    markdown: bytes
    json: bytes
    """Canonical: keys in order, no spaces, UTF-8."""

    @property
    def markdown_hash(self) -> bytes:
        """SHA-256 of the Markdown, for the token's documents."""
        return hashlib.sha256(self.markdown).digest()

    @property
    def json_hash(self) -> bytes:
        """SHA-256 of the JSON; the Markdown names it."""
        return hashlib.sha256(self.json).digest()


# ── Assessing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def assess(answers: Answers) -> Assessment:
    """Judge the four prongs, and all of them together.

    A prong is likely met if a fact points towards it and none of those that point away is present or unknown; unlikely if every fact
    that would point towards it is absent. All else cannot be said.
    """
    prongs = tuple(_prong(prong, answers) for prong in Prong)
    outcome, reasons = _overall(answers.to("named_security").reply, prongs)
    return Assessment(answers=answers, prongs=prongs, outcome=outcome, reasons=reasons)


def _prong(prong: Prong, answers: Answers) -> ProngAssessment:
    replies = {question: answers.to(question.id).reply for question in QUESTIONS if question.prong is prong}
    towards = [reply for question, reply in replies.items() if question.points is Points.TOWARDS]
    away = [reply for question, reply in replies.items() if question.points is Points.AWAY]
    if all(reply is Reply.NO for reply in towards):
        outcome = Outcome.UNLIKELY
    elif Reply.YES in towards and all(reply is Reply.NO for reply in away):
        outcome = Outcome.LIKELY
    else:
        outcome = Outcome.CANNOT_SAY
    reasons = tuple(_reason(question, reply, answers.to(question.id).text) for question, reply in replies.items())
    return ProngAssessment(prong=prong, outcome=outcome, reasons=reasons)


def _reason(question: Question, reply: Reply, text: str) -> str:
    if reply is Reply.UNKNOWN:
        meaning = f"Unknown; a yes would point {question.points}"
    elif reply is Reply.YES:
        meaning = f"Yes, which points {question.points}"
    else:
        meaning = "No"
    return f"{question.text} {meaning}.{f' Facts: {text}' if text else ''}"


def _overall(named: Reply, prongs: tuple[ProngAssessment, ...]) -> tuple[Outcome, tuple[str, ...]]:
    unlikely = [one.prong for one in prongs if one.outcome is Outcome.UNLIKELY]
    open_ones = [one.prong for one in prongs if one.outcome is Outcome.CANNOT_SAY]
    if named is Reply.YES:
        return Outcome.LIKELY, (
            "The instrument is one that the Securities Act names by itself, so it is a security whatever the four prongs say.",
        )
    if not unlikely and not open_ones:
        return Outcome.LIKELY, ("All four prongs are likely met.",)
    if not unlikely:
        return Outcome.CANNOT_SAY, tuple(
            f"It cannot be said whether this prong is met: {prong}." for prong in open_ones
        )
    reasons = tuple(f"A prong is unlikely met, and all four are needed: {prong}." for prong in unlikely)
    if named is Reply.UNKNOWN:
        unclear = (
            "It is unknown whether the Securities Act names the instrument by itself; then the prongs would not matter."
        )
        return Outcome.CANNOT_SAY, (*reasons, unclear)
    return Outcome.UNLIKELY, reasons


# ── Rendering ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def render(assessment: Assessment) -> Rendered:
    """Write an assessment as Markdown and as canonical JSON; the same assessment gives the same bytes."""
    data = json.dumps(_as_json(assessment), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    lines = _markdown(assessment, hashlib.sha256(data).hexdigest())
    return Rendered(markdown=("\n".join(lines) + "\n").encode(), json=data)


def _as_json(assessment: Assessment) -> dict[str, object]:
    answers = assessment.answers
    return {
        "format": FORMAT,
        "not_legal_advice": NOT_ADVICE,
        "subject": answers.subject,
        "by": answers.by,
        "on": answers.on.isoformat() if answers.on else None,
        "outcome": assessment.outcome,
        "reasons": list(assessment.reasons),
        "prongs": [
            {"prong": one.prong, "outcome": one.outcome, "reasons": list(one.reasons)} for one in assessment.prongs
        ],
        "answers": {
            question.id: {"answer": answers.to(question.id).reply, "text": answers.to(question.id).text}
            for question in QUESTIONS
        },
    }


def _markdown(assessment: Assessment, fingerprint: str) -> Iterator[str]:
    answers = assessment.answers
    yield f"# Howey questionnaire: {_line(answers.subject)}\n"
    yield f"**{NOT_ADVICE}**\n"
    answered = [part for part in (_line(answers.by), answers.on.isoformat() if answers.on else "") if part]
    if answered:
        yield f"Answered: {', '.join(answered)}.\n"
    yield f"That this is a security under US law: **{assessment.outcome}**.\n"
    yield from (f"- {reason}" for reason in assessment.reasons)
    for number, one in enumerate(assessment.prongs, 1):
        yield f"\n## {number}. {one.prong}: {one.outcome}\n"
        yield from (f"- {_line(reason)}" for reason in one.reasons)
    first = answers.to("named_security")
    yield "\n## Asked before\n"
    yield f"- {_line(_reason(QUESTIONS[0], first.reply, first.text))}"
    yield "\n## Why each question is asked\n"
    yield from (f"- {question.text} {question.why}" for question in QUESTIONS)
    yield "\n## Sources\n"
    yield from (
        f"- {source.law}, {source.section}: {source.title}. {source.note} (looked up on {source.read.isoformat()})"
        for source in SOURCES
    )
    yield f"\nSHA-256 of the same assessment as canonical JSON: `{fingerprint}`"


def _line(text: str) -> str:
    """Keep what somebody wrote on one line, so that it cannot look like a heading of ours."""
    return " ".join(text.split())
