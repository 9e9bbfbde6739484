"""Plans and records mangled at random are read, or refused by the one error that says so; never anything else."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from tests.client.test_plan import GOOD
from tests.client.test_record import RECORD

from tokenkit.errors import InvalidPlan, InvalidRecord
from tokenkit.plan import Plan
from tokenkit.record import Record

PLANS = (GOOD, Path("deployments/plans/quillwater.toml").read_text(encoding="utf-8"))
VALUES = (
    '""', '"x"', "-1", "0", "1e400", "nan", "inf", "true", "[]", "{}", "[[]]", "2030-01-01", "10:00:00", "0001-01-01T00:00:00Z",
    '"*"', "99999999999999999999999999", "0.1", '"all"', '"forever"', "[1]", "{a = 1}", '"0x"', '"\\u0000"', "1979-05-27T07:32:00",
)  # fmt: skip


def mangled(text: str, dice: Random) -> str:
    """Drop, repeat, or overwrite lines, values and signs."""
    lines = text.split("\n")
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(lines))
        line, key = lines[at], lines[at].partition("=")[0]
        place = dice.randrange(len(line) + 1)
        lines[at : at + 1] = dice.choice(
            [
                [],
                [line, lines[dice.randrange(len(lines))]],
                [f"{key}= {dice.choice(VALUES)}"],
                [line[:place] + dice.choice("\"'[]{}=.,#x0\t\r\\") + line[place + 1 :]],
            ]
        ) or [""]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(4))
def test_plan__mangled__read_or_refused_with_lines_and_remedies(seed: int) -> None:
    dice, refused = Random(seed), 0
    for _ in range(100):
        text = mangled(dice.choice(PLANS), dice)
        try:
            Plan.parse(text)
            continue
        except InvalidPlan as error:
            problems = error.problems
        refused += 1
        assert problems
        for problem in problems:
            assert 1 <= problem.line <= text.count("\n") + 1
            assert problem.message
            assert problem.remedy
    assert refused > 50


@pytest.mark.parametrize("seed", range(4))
def test_record__mangled__read_or_refused(seed: int) -> None:
    dice, refused, whole = Random(seed), 0, RECORD.to_toml()
    for _ in range(100):
        try:
            Record.parse(mangled(whole, dice))
        except InvalidRecord:
            refused += 1
    assert refused > 50
