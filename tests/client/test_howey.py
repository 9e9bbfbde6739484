"""The Howey questionnaire: never more certain than the answers, and a document that stays the same."""

from __future__ import annotations

import hashlib
import json
import tomllib
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenkit.errors import InvalidInput
from tokenkit.regimes.howey import (
    NOT_ADVICE,
    Answer,
    Answers,
    Outcome,
    Points,
    Prong,
    Reply,
    answers_from_toml,
    answers_to_toml,
    assess,
    questions,
    render,
)

if TYPE_CHECKING:
    from pathlib import Path

IDS = [question.id for question in questions()]
YES, NO, UNKNOWN = Reply.YES, Reply.NO, Reply.UNKNOWN


def answers(replies: dict[str, Reply], **more: object) -> Answers:
    return Answers(
        subject="Quillwater units", given={name: Answer(reply=reply) for name, reply in replies.items()}, **more
    )  # type: ignore[arg-type]


def pointing(points: Points) -> dict[str, Reply]:
    """Every fact points this way; the Securities Act does not name the instrument."""
    replies = {question.id: YES if question.points is points else NO for question in questions()}
    return replies | {"named_security": NO}


# ── Files ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('by = "Ana"', ["The subject is missing"]),
        ('subject = " "', ["The subject is missing"]),
        (
            "subject = 1\nby = 2\non = 3\nelse = 4",
            ["subject is missing", "by is not a text", "on is not a day", "no key 'else'"],
        ),
        ('subject = "X"\non = 2026-11-23T00:00:00Z', ["on is not a day"]),
        ('subject = "X"\nanswers = 1', ["answers is not a table"]),
        ('subject = "X"\n[answers]\npooled = "yes"', ["answers.pooled is not a table"]),
        ('subject = "X"\n[answers.swimming]\nanswer = "yes"', ["no question 'swimming'"]),
        ('subject = "X"\n[answers.pooled]\nanswer = true', ['answers.pooled: the answer is True. Give "yes"']),
        (
            'subject = "X"\n[answers.pooled]\nwhy = "so"\ntext = 1',
            ["the answer is None", "the text is not", "no key 'why'"],
        ),
        ("subject = ", ["is not TOML"]),
    ],
)
def test_answers_from_toml__wrong_file__everything_said_at_once(tmp_path: Path, text: str, words: list[str]) -> None:
    file = tmp_path / "howey.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        answers_from_toml(file)
    assert all(word in str(refused.value) for word in words)
    assert str(refused.value).count("howey.toml") == len(words)


def test_answers_from_toml__no_file__refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"cannot be read \(No such file"):
        answers_from_toml(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'subject = "\xe9"')
    with pytest.raises(InvalidInput, match="it is not UTF-8"):
        answers_from_toml(tmp_path / "latin.toml")


def test_answers__no_subject_or_a_strange_question__refused() -> None:
    with pytest.raises(InvalidInput, match="Say what the answers are about"):
        Answers(subject=" ", given={})
    with pytest.raises(InvalidInput, match="There is no question 'swimming'"):
        answers({"swimming": YES})


@given(
    replies=st.dictionaries(st.sampled_from(IDS), st.sampled_from(Reply)),
    text=st.text(st.characters(codec="utf-8")).map(str.strip),
    on=st.none() | st.dates(),
)
def test_answers_to_toml__read_again__the_same(
    tmp_path_factory: pytest.TempPathFactory, replies: dict[str, Reply], text: str, on: date | None
) -> None:
    given_ = Answers(
        subject=f"X {text}",
        by=text,
        on=on,
        given={name: Answer(reply=reply, text=text) for name, reply in replies.items()},
    )
    file = tmp_path_factory.getbasetemp() / "answers.toml"
    file.write_bytes(answers_to_toml(given_).encode())
    read = answers_from_toml(file)
    assert (read.subject, read.by, read.on) == (given_.subject, given_.by, on)
    assert all(read.to(name) == given_.to(name) for name in IDS)


def test_answers_to_toml__nothing_answered__the_form_with_all_questions() -> None:
    form = answers_to_toml(Answers(subject="X", given={}))
    assert list(tomllib.loads(form)["answers"]) == IDS
    for question in questions():
        assert question.text.split()[0] in form
    assert "not legal advice" in form


# ── Assessing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome.LIKELY),
        ({"named_security": UNKNOWN}, Outcome.LIKELY),
        ({"pooled": NO}, Outcome.LIKELY),
        ({"pooled": UNKNOWN}, Outcome.LIKELY),
        ({"money_given": NO}, Outcome.UNLIKELY),
        ({"money_given": NO, "named_security": UNKNOWN}, Outcome.CANNOT_SAY),
        ({"money_given": NO, "named_security": YES}, Outcome.LIKELY),
        ({"money_given": UNKNOWN}, Outcome.CANNOT_SAY),
        ({"pooled": NO, "tied_to_promoter": NO}, Outcome.UNLIKELY),
        ({"pooled": NO, "tied_to_promoter": UNKNOWN}, Outcome.CANNOT_SAY),
        ({"bought_for_use": YES}, Outcome.CANNOT_SAY),
        ({"bought_for_use": UNKNOWN}, Outcome.CANNOT_SAY),
        ({"nobody_essential": YES}, Outcome.CANNOT_SAY),
        ({"nobody_essential": YES, "work_promised": NO, "unfinished": NO, "market_supported": NO}, Outcome.UNLIKELY),
    ],
)
def test_assess__every_fact_towards_but_these__outcome(changes: dict[str, Reply], outcome: Outcome) -> None:
    assert assess(answers(pointing(Points.TOWARDS) | changes)).outcome is outcome


def test_assess__nothing_answered__cannot_be_said() -> None:
    assessment = assess(answers({}))
    assert assessment.outcome is Outcome.CANNOT_SAY
    assert [one.outcome for one in assessment.prongs] == [Outcome.CANNOT_SAY] * 4
    assert len(assessment.reasons) == 4


def test_assess__every_fact_away__unlikely() -> None:
    assessment = assess(answers(pointing(Points.AWAY)))
    assert assessment.outcome is Outcome.UNLIKELY
    assert {one.outcome for one in assessment.prongs} == {Outcome.UNLIKELY}
    assert [one.prong for one in assessment.prongs] == list(Prong)


def test_assess__reasons__name_question_answer_and_facts() -> None:
    replies = answers({"pooled": YES})
    facts = Answers(subject="X", given={**replies.given, "pooled": Answer(reply=YES, text="One fund.")})
    enterprise = assess(facts).prongs[1]
    assert enterprise.reasons[0] == (
        "Is what buyers give put together, so that they share gains and losses in proportion? Yes, which points towards a security."
        " Facts: One fund."
    )
    assert enterprise.reasons[1].endswith("Unknown; a yes would point towards a security.")


@given(
    replies=st.fixed_dictionaries({name: st.sampled_from(Reply) for name in IDS}),
    completion=st.fixed_dictionaries({name: st.sampled_from([YES, NO]) for name in IDS}),
)
def test_assess__unknown_answers_become_known__what_was_said_stays(
    replies: dict[str, Reply], completion: dict[str, Reply]
) -> None:
    before = assess(answers(replies))
    known = {name: completion[name] if reply is UNKNOWN else reply for name, reply in replies.items()}
    after = assess(answers(known))
    said = [(before, after), *zip(before.prongs, after.prongs, strict=True)]
    assert all(one.outcome in (Outcome.CANNOT_SAY, other.outcome) for one, other in said)


# ── Rendering ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_render__document__plain_about_itself_and_bound_to_its_data() -> None:
    rendered = render(assess(answers(pointing(Points.TOWARDS), by="Ana Keel", on=date(2026, 11, 23))))
    text = rendered.markdown.decode()
    assert text.startswith(f"# Howey questionnaire: Quillwater units\n\n**{NOT_ADVICE}**")
    assert "Answered: Ana Keel, 2026-11-23." in text
    assert "That this is a security under US law: **likely**." in text
    assert all(question.text in text for question in questions())
    assert text.endswith(f"`{rendered.json_hash.hex()}`\n")
    assert rendered.markdown_hash == hashlib.sha256(rendered.markdown).digest()


def test_render__json__canonical_and_whole() -> None:
    replies = pointing(Points.AWAY)
    rendered = render(assess(answers(replies)))
    data = json.loads(rendered.json)
    assert rendered.json == json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert {name: entry["answer"] for name, entry in data["answers"].items()} == replies
    assert (data["outcome"], data["on"], data["not_legal_advice"]) == ("unlikely", None, NOT_ADVICE)


def test_render__the_same_answers_in_another_order__the_same_bytes() -> None:
    replies = pointing(Points.TOWARDS)
    backwards = dict(reversed(replies.items()))
    assert render(assess(answers(replies))) == render(assess(answers(backwards)))


def test_render__text_that_looks_like_a_heading__stays_in_its_line() -> None:
    sly = Answers(subject="X\n# Likely", given={"pooled": Answer(reply=NO, text="a\n## 2. No security")})
    lines = render(assess(sly)).markdown.decode().splitlines()
    assert [line for line in lines if line.startswith("#")] == [
        "# Howey questionnaire: X # Likely",
        *(f"## {number}. {prong}: cannot be said" for number, prong in enumerate(Prong, 1)),
        "## Asked before",
        "## Why each question is asked",
        "## Sources",
    ]


def test_questions__every_one__a_question_with_its_reason() -> None:
    assert len(set(IDS)) == len(IDS)
    for question in questions():
        assert question.text.endswith("?")
        assert question.why.endswith(".")
    for prong in Prong:
        assert {question.points for question in questions() if question.prong is prong} == set(Points)
