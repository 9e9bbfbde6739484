"""What each regime lets move, and several at once: the truth tables."""

from __future__ import annotations

import pytest
from tests.client.regime_tables import CLAIMS, NOW, TABLES, Case, judge
from tests.model_requirements import Code, Lot, Move, Person, World, follow, refusals

from tokenkit.regimes import catalogue
from tokenkit.ruleset import check

ROWS = [
    pytest.param(name, case, id=f"{name}: {case.sentence}") for name, table in TABLES.items() for case in table.cases
]
REQUIREMENTS = {name: table.requirements() for name, table in TABLES.items()}


@pytest.mark.parametrize(("name", "case"), ROWS)
def test_regime__movement__refused_by_these_rules(name: str, case: Case) -> None:
    assert judge(REQUIREMENTS[name], case) == case.refused_by


@pytest.mark.parametrize("name", TABLES)
def test_table__requirements__without_a_finding(name: str) -> None:
    assert check(REQUIREMENTS[name], CLAIMS, attested=CLAIMS, now=NOW - 1) == ()


def test_tables__every_regime__has_rows_that_pass_and_rows_that_do_not() -> None:
    for regime in catalogue():
        rows = [case for table in TABLES.values() for case in table.cases if table.regimes[0].regime == regime.id]
        assert any(case.refused_by for case in rows), regime.id
        assert any(not case.refused_by for case in rows), regime.id


def test_reg_cf__locked_units_taken_by_an_accredited_investor__stay_locked() -> None:
    requirements = REQUIREMENTS["reg-cf"]
    us, accredited = 840, 1 << CLAIMS["accredited"]
    world = World(now=NOW, people={"ana": Person(us), "ben": Person(us, accredited), "cas": Person(us)})
    issue = Move(source=None, target="ana", units=100)
    follow(requirements, world, issue)
    follow(requirements, world, Move(source="ana", target="ben", units=40))

    onward = Move(source="ben", target="cas", units=1)
    assert refusals(requirements, world, onward) == [Code.HOLDING_PERIOD]
    assert world.lots["ben"] == [Lot(units=40, until=NOW + 366 * 86_400)]
    world.now += 366 * 86_400
    assert refusals(requirements, world, onward) == []
