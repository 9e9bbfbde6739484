"""docs/audit-lessons.md names a test for every lesson, or says why there is none; and the tests exist."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "audit-lessons.md"

_ROW = re.compile(r"^\| (?!lesson |---)(.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
_TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")

ROWS = _ROW.findall(PAGE.read_text(encoding="utf-8"))


def test_lessons__rows__all_read() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert len(ROWS) == sum(line.startswith("| ") and not line.startswith("| lesson ") for line in lines) > 100
    assert len({name for name, *_ in ROWS}) == len(ROWS)


def test_lessons__each__is_held_by_tests_that_exist_or_says_why_by_none() -> None:
    for lesson, sentence, held in ROWS:
        if sentence == "—":
            assert held.startswith(("does not apply: ", "later: ")), lesson
            continue
        named = _TEST.findall(held)
        assert held == "<br>".join(f"`{path}::{name}`" for path, name in named), lesson
        missing = [name for path, name in named if f"def {name}(" not in (TESTS / path).read_text(encoding="utf-8")]
        assert not missing, lesson
