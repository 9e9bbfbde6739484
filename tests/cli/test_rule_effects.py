"""What new rules mean for those who hold units now, without a chain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tokenkit.cli._rule_effects import Holding, Now, expelled, past
from tokenkit.ruleset import NO_RULES, CountLimit, CountryTerms, RuleSet, TermsSet
from tokenkit.ruleset_diff import FIELDS

CH, US, ACCREDITED = 756, 840, 0b10
HELD = Now(
    name="ORD",
    decimals=1,
    holdings=(
        Holding(units=700, country=CH),
        Holding(units=200, country=US, claims=ACCREDITED),
        Holding(units=100, country=US),
        Holding(units=50, country=None),
    ),
    names={1: "accredited"},
)
OPEN = TermsSet(groups=(CountryTerms(countries=None),))
STRICT = TermsSet(groups=(CountryTerms(countries=frozenset({US}), claims=ACCREDITED),))
US_ONES = CountLimit(country=US, mask=ACCREDITED, claims=0, limit=1)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (RuleSet(investor_limit=5), []),
        (
            RuleSet(investor_limit=4),
            ["ORD has 4 investors already, and may have at most 4: nobody new can come in."],
        ),
        (RuleSet(minimum_investors=4), []),
        (RuleSet(minimum_investors=5), ["ORD has 4 investors, fewer than 5: none of them can sell out."]),
        (
            RuleSet(country_limits=(US_ONES,)),
            [
                "ORD has 1 investor resident in the United States of America not attested as accredited already, and may have at most 1: "
                "no other can come in."
            ],
        ),
        (RuleSet(group_limits=(replace(US_ONES, limit=2),)), []),
        (RuleSet(authorised_units=1_051), []),
        (RuleSet(authorised_units=1_050), ["105 units of ORD are in issue already: no more can be issued."]),
        (RuleSet(holding_units=700), []),
        (
            RuleSet(holding_units=700, holding_bps=1_000),
            ["2 investors of ORD hold more already: they keep it, but can receive nothing."],
        ),
        (RuleSet(minimum_units=50), []),
        (
            RuleSet(minimum_units=51),
            ["1 investor of ORD holds fewer units now: they can sell all of them, or buy what is missing."],
        ),
    ],
)
def test_past__figures__reached_or_not(rules: RuleSet, said: list[str]) -> None:
    nobody = replace(HELD, holdings=())
    assert [one for setting in FIELDS for one in past(HELD, setting, NO_RULES, rules)] == said
    assert [one for setting in FIELDS for one in past(nobody, setting, NO_RULES, rules)] == []


def test_past__a_limit_that_is_there_already__not_repeated() -> None:
    rules = RuleSet(country_limits=(US_ONES,))
    assert [one for setting in FIELDS for one in past(HELD, setting, rules, rules)] == []


def test_expelled__terms_that_some_no_longer_meet__how_many_and_what_they_can_do() -> None:
    (said,) = expelled(HELD, OPEN, STRICT)
    assert said == (
        "2 investors of ORD (80 units) would no longer be admitted. They could neither buy nor sell, because the terms have"
        " lapsed_may_sell = false."
    )
    (said,) = expelled(HELD, OPEN, replace(STRICT, lapsed_may_sell=True))
    assert said.endswith("They could sell what they have, but not buy (lapsed_may_sell = true).")
    assert list(expelled(HELD, STRICT, OPEN)) == []
