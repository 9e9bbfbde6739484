"""Answers to the Howey questionnaire, and the TOML file that a person fills in."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from tokenkit.errors import InvalidInput
from tokenkit.regimes._howey_questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Reply(StrEnum):
    """An answer in a word."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one question."""

    reply: Reply
    text: str = ""
    """The facts behind it."""


UNKNOWN: Final = Answer(reply=Reply.UNKNOWN)

UNNAMED: Final = "(name of the instrument)"
"""The subject of a form that nobody has filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was answered about one instrument. A question without an answer counts as unknown."""

    subject: str
    """The instrument, such as the name of the class."""
    given: Mapping[str, Answer]
    by: str = ""
    """Who answered."""
    on: date | None = None

    def __post_init__(self) -> None:
        if not self.subject.strip():
            raise InvalidInput("Say what the answers are about: give the name of the instrument as the subject.")
        strange = sorted(self.given.keys() - {question.id for question in QUESTIONS})
        if strange:
            raise InvalidInput(f"There is no question {', '.join(map(repr, strange))}.")

    def to(self, question: str) -> Answer:
        """Return the answer to a question."""
        return self.given.get(question, UNKNOWN)


def answers_from_toml(path: str | Path) -> Answers:
    """Read answers from the file at *path*.

    Raises:
        InvalidInput: the file cannot be read, or something in it is wrong; the message says everything at once.
    """
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InvalidInput(f"{path} cannot be read ({reason}). Give the path of a file of answers.") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{path} is not TOML: {error}. Correct it, or write the file anew.") from error
    problems = list(_problems(data))
    if problems:
        raise InvalidInput("\n".join(f"{path}: {problem}" for problem in problems))
    return Answers(
        subject=data["subject"],
        by=data.get("by", ""),
        on=data.get("on"),
        given={
            name: Answer(reply=Reply(entry["answer"]), text=entry.get("text", "").strip())
            for name, entry in data.get("answers", {}).items()
        },
    )


def _problems(data: Mapping[str, object]) -> Iterator[str]:
    if not isinstance(data.get("subject"), str) or not str(data["subject"]).strip():
        yield "The subject is missing. Give the name of the instrument in quotes."
    elif str(data["subject"]).strip() == UNNAMED:
        yield "The subject is still the form's. Give the name of the instrument in quotes."
    if not isinstance(data.get("by", ""), str):
        yield "by is not a text. Give the name of whoever answered in quotes."
    if "on" in data and (not isinstance(data["on"], date) or isinstance(data["on"], datetime)):
        yield "on is not a day. Give it without quotes, such as 2026-11-23."
    for key in data.keys() - {"subject", "by", "on", "answers"}:
        yield f"There is no key {key!r}. Remove it; answers stand in tables such as [answers.pooled]."
    table = data.get("answers", {})
    if not isinstance(table, dict):
        yield "answers is not a table. Write one table a question, such as [answers.pooled]."
        return
    known = {question.id for question in QUESTIONS}
    for name, entry in table.items():
        yield from _entry_problems(name, entry) if name in known else (f"There is no question {name!r}. Remove it.",)


def _entry_problems(name: str, entry: object) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield f'answers.{name} is not a table. Write [answers.{name}] and below it answer = "yes".'
        return
    if entry.get("answer") not in set(Reply):
        yield f'answers.{name}: the answer is {entry.get("answer")!r}. Give "yes", "no" or "unknown".'
    if not isinstance(entry.get("text", ""), str):
        yield f"answers.{name}: the text is not a text. Give the facts in quotes."
    for key in entry.keys() - {"answer", "text"}:
        yield f"answers.{name}: there is no key {key!r}. Give answer and text."


def answers_to_toml(answers: Answers) -> str:
    """Write answers as the file that :func:`answers_from_toml` reads, each under its question.

    With none given it is the form to fill in.
    """
    lines = [
        "# Howey questionnaire: a help for counsel, not legal advice.",
        '# Answer "yes", "no" or "unknown", and give the facts in the text.',
        "",
        f"subject = {_quoted(answers.subject)}",
        f"by = {_quoted(answers.by)}",
    ]
    if answers.on is not None:
        lines.append(f"on = {answers.on.isoformat()}")
    for question in QUESTIONS:
        answer = answers.to(question.id)
        lines += ["", *(f"# {line}" for line in wrap(question.text, 110)), f"[answers.{question.id}]"]
        lines += [f'answer = "{answer.reply}"', f"text = {_quoted(answer.text)}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # A JSON string is a TOML string but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
