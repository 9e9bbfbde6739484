"""The difference between two sets of requirements: setting by setting, in words, and without an order that means nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tokenkit.ruleset import (
    NO_RULES,
    CountLimit,
    CountryPair,
    CountryTerms,
    HoldingPeriod,
    Requirements,
    RuleSet,
    TermsSet,
    check,
)
from tokenkit.ruleset_diff import (
    FIELDS,
    Change,
    Setting,
    diff,
    in_place,
    in_words,
    only_changed,
    removed_countries,
    setting_of,
)

CLAIMS = {"kyc": 0, "accredited": 1}
GERMANY, FRANCE = (CountLimit(country=country, mask=2, claims=0, limit=149) for country in (276, 250))
FULL = RuleSet(
    holding_units=500,
    investor_limit=99,
    country_limits=(GERMANY, FRANCE),
    group_limits=(CountLimit(country=None, mask=1, claims=1, limit=9),),
    minimum_units=10,
    authorised_units=1_000,
    holding_period=HoldingPeriod(seconds=86_400),
    flow_back=(CountryPair(source=756, target=840), CountryPair(source=0, target=276)),
)
TERMS = TermsSet(groups=(CountryTerms(countries=frozenset({756}), claims=1), CountryTerms(countries=frozenset({276}))))


def test_diff__the_same_in_another_order__none() -> None:
    other = replace(
        FULL, country_limits=tuple(reversed(FULL.country_limits)), flow_back=tuple(reversed(FULL.flow_back))
    )
    turned = replace(TERMS, groups=tuple(reversed(TERMS.groups)))
    now = Requirements(terms=TERMS, rules=FULL)
    assert diff(now, Requirements(terms=turned, rules=other), CLAIMS) == ()


def test_diff__terms_grouped_otherwise__none() -> None:
    parted = replace(
        TERMS,
        groups=(
            CountryTerms(countries=frozenset({276}), claims=1),
            CountryTerms(countries=frozenset({840}), claims=1),
            CountryTerms(countries=frozenset({756})),
            CountryTerms(countries=None, claims=1),
        ),
    )
    merged = replace(TERMS, groups=(CountryTerms(countries=frozenset({756})), CountryTerms(countries=None, claims=1)))
    assert diff(Requirements(terms=parted), Requirements(terms=merged), CLAIMS) == ()
    assert diff(Requirements(terms=parted), Requirements(terms=replace(merged, lapsed_may_sell=True)), CLAIMS)
    strict = replace(merged, groups=merged.groups[:1])
    assert diff(Requirements(terms=parted), Requirements(terms=strict), CLAIMS)


FIRST, SECOND, THIRD, NEW = (CountLimit(country=None, mask=1 << bit, claims=0, limit=9) for bit in range(4))


@pytest.mark.parametrize(
    ("now", "wanted", "placed"),
    [
        ((FIRST, SECOND), (SECOND, FIRST), (FIRST, SECOND)),
        ((FIRST, SECOND), (NEW, SECOND), (NEW, SECOND)),
        ((FIRST, SECOND), (SECOND, NEW), (NEW, SECOND)),
        ((FIRST, SECOND), (NEW, replace(SECOND, limit=5), FIRST), (FIRST, replace(SECOND, limit=5), NEW)),
        ((FIRST, SECOND, THIRD), (THIRD,), (THIRD,)),
        ((FIRST, SECOND, THIRD), (THIRD, NEW), (NEW, THIRD)),
        ((), (NEW, FIRST), (NEW, FIRST)),
        ((FIRST,), (), ()),
    ],
)
def test_in_place__limits_on_groups__keep_their_places(
    now: tuple[CountLimit, ...], wanted: tuple[CountLimit, ...], placed: tuple[CountLimit, ...]
) -> None:
    assert in_place(now, wanted) == placed


def test_diff__terms_not_asked_for__stay() -> None:
    assert diff(Requirements(terms=TERMS), Requirements(), CLAIMS) == ()


def test_diff__everything_on_and_off__each_setting_once_in_words() -> None:
    switched_on = diff(Requirements(), Requirements(rules=FULL), CLAIMS)
    assert [one.setting for one in switched_on] == list(FIELDS)
    assert all(one.after and not one.before and not one.over_all for one in switched_on)
    switched_off = diff(Requirements(rules=FULL), Requirements(), CLAIMS)
    assert [(one.before, one.after) for one in switched_off] == [(one.after, one.before) for one in switched_on]


def test_diff__amounts__in_shares_not_smallest_units() -> None:
    (change,) = diff(Requirements(), Requirements(rules=RuleSet(authorised_units=12_345)), CLAIMS, decimals=2)
    assert change.after == ("At most 123.45 units may be in issue.",)


def test_diff__over_all_classes__said() -> None:
    now = Requirements(issuer_rules=RuleSet(investor_limit=9))
    assert diff(now, Requirements(issuer_rules=RuleSet(investor_limit=8)), CLAIMS) == (
        Change(
            setting=Setting.INVESTORS,
            over_all=True,
            before=("There may be at most 9 investors.",),
            after=("There may be at most 8 investors.",),
        ),
    )


def test_diff__terms__both_in_words() -> None:
    (change,) = diff(Requirements(terms=TERMS), Requirements(terms=replace(TERMS, groups=TERMS.groups[:1])), CLAIMS)
    assert change.setting is Setting.TERMS
    assert any("Germany" in sentence for sentence in change.before)
    assert not any("Germany" in sentence for sentence in change.after)


def test_in_words__finding_about_a_limit__names_the_setting_and_whom_it_counts() -> None:
    wanted = Requirements(
        rules=RuleSet(investor_limit=9, country_limits=(GERMANY,)), issuer_rules=RuleSet(investor_limit=8)
    )
    names = {bit: name for name, bit in CLAIMS.items()}
    assert [in_words(one, wanted, names).partition(": ")[0] for one in check(wanted, CLAIMS)] == [
        "investors by country (investors resident in Germany not attested as accredited)",
        "number of investors",
    ]
    over_all = Requirements(issuer_rules=RuleSet(minimum_units=5))
    (finding,) = check(over_all, CLAIMS)
    assert in_words(finding, over_all, names).startswith("over all classes, minimum holding: ")
    assert setting_of("terms.groups[0]") == (False, Setting.TERMS)
    assert setting_of("rules.external[0]") == (False, None)


def test_only_changed__one_setting_of_each_scope__the_rest_left_out() -> None:
    now = Requirements(terms=TERMS, rules=FULL, issuer_rules=FULL)
    wanted = replace(now, rules=replace(FULL, investor_limit=5), issuer_rules=replace(FULL, minimum_units=7))
    assert only_changed(wanted, diff(now, wanted, CLAIMS)) == Requirements(
        rules=RuleSet(investor_limit=5), issuer_rules=RuleSet(minimum_units=7)
    )


def test_fields__every_setting_of_a_rule_set__belongs_to_one_act() -> None:
    named = [name for fields in FIELDS.values() for name in fields]
    assert sorted(named) == sorted(set(RuleSet.__dataclass_fields__) - {"external"})


@pytest.mark.parametrize(("kept", "ended"), [((GERMANY,), (250,)), ((), (276, 250)), ((GERMANY, FRANCE), ())])
def test_removed_countries__no_longer_limited__ended_by_a_limit_of_zero(
    kept: tuple[CountLimit, ...], ended: tuple[int, ...]
) -> None:
    gone = removed_countries(FULL, replace(NO_RULES, country_limits=kept))
    assert [(one.country, one.limit) for one in gone] == [(country, 0) for country in ended]
