"""Requirements: two at once, their slips, and how they are said."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model_requirements import Code, Move, Person, World, refusals

from tokenkit.countries import COUNTRIES
from tokenkit.errors import CannotCompose, InvalidInput
from tokenkit.ruleset import (
    Approval,
    CountLimit,
    CountryPair,
    CountryTerms,
    HoldingPeriod,
    Requirements,
    RuleSet,
    Sanctions,
    Severity,
    TermsSet,
    TradingHours,
    TradingWindow,
    Vesting,
    VolumeLimit,
    check,
    compose,
    describe,
    has_errors,
    narrow,
)
from tokenkit.types import ZERO_ADDRESS, Address

VERDICT = Path(__file__).parents[2] / "contracts" / "types" / "Verdict.sol"

US, CH, DE, FR = 840, 756, 276, 250
KYC, ACCREDITED, QUALIFIED = 1, 2, 4
CLAIMS = {"kyc": 0, "accredited": 1, "qualified": 2}


def terms(*groups: tuple[set[int] | None, int], lapsed: bool = False) -> TermsSet:
    return TermsSet(
        groups=tuple(
            CountryTerms(countries=None if countries is None else frozenset(countries), claims=claims)
            for countries, claims in groups
        ),
        lapsed_may_sell=lapsed,
    )


def of(regime: str = "", *, admits: TermsSet | None = None, **rules: object) -> Requirements:
    return Requirements(regimes=(regime,) if regime else (), terms=admits, rules=RuleSet(**rules))  # type: ignore[arg-type]


def non_accredited(limit: int, country: int | None = None) -> CountLimit:
    return CountLimit(country=country, mask=ACCREDITED, claims=0, limit=limit)


# ── compose: refusals ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_compose__no_country_in_common__refused_with_the_regimes() -> None:
    with pytest.raises(
        CannotCompose, match=r"swiss and german cannot be applied to one class\..*Nobody could hold"
    ) as refused:
        compose(of("swiss", admits=terms(({CH}, 0))), of("german", admits=terms(({DE}, 0))))
    assert refused.value.regimes == ("swiss", "german")


ISO = [country.numeric for country in COUNTRIES]
TOO_MUCH: list[tuple[list[Requirements], str]] = [
    (
        [of(group_limits=(replace(non_accredited(9), mask=1 << bit),)) for bit in range(5)],
        "limit 5 groups of investors; at most 4",
    ),
    ([of(flow_back=(CountryPair(source=CH, target=at),)) for at in ISO[:9]], "9 pairs of countries; at most 8"),
    ([of(admits=terms(({ISO[at]}, 1 << at), (None, 0))) for at in range(6)], "7 groups; terms have at most 6"),
    (
        [of(external=(Sanctions(oracle=Address(f"0x{at:040x}")),)) for at in range(1, 10)],
        "9 rule contracts; a class obeys at most 8",
    ),
    (
        [of(country_limits=(CountLimit(country=at, limit=1),)) for at in ISO[:65]],
        "investors of 65 countries; at most 64",
    ),
]


@pytest.mark.parametrize(("together", "words"), TOO_MUCH)
def test_compose__more_than_the_contracts_hold__refused(together: list[Requirements], words: str) -> None:
    almost = reduce(compose, together[:-1])
    with pytest.raises(CannotCompose, match=words):
        compose(almost, together[-1])


def test_narrow__countries_that_are_not_admitted__refused() -> None:
    with pytest.raises(CannotCompose, match="Nobody could hold"):
        narrow(of("swiss", admits=terms(({CH}, 0))), [DE])


# ── compose ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_compose__figures__the_stricter_of_each() -> None:
    one = of(
        holding_units=100,
        holding_bps=500,
        investor_limit=50,
        minimum_investors=3,
        minimum_units=10,
        authorised_units=9_000,
    )
    other = of(
        holding_units=80, holding_bps=900, investor_limit=60, minimum_investors=5, minimum_units=5, whole_position=True
    )
    assert compose(one, other).rules == RuleSet(
        holding_units=80,
        holding_bps=500,
        investor_limit=50,
        minimum_investors=5,
        minimum_units=10,
        whole_position=True,
        authorised_units=9_000,
    )


def test_compose__terms__countries_of_both_and_claims_of_either() -> None:
    one = of(admits=terms(({US}, ACCREDITED), (None, KYC), lapsed=True))
    other = of(admits=terms(({DE, FR}, QUALIFIED), ({US, CH}, 0)))
    both = compose(one, other).terms
    assert both is not None
    wanted = {US: ACCREDITED, CH: KYC, DE: KYC | QUALIFIED, FR: KYC | QUALIFIED, 392: None}
    assert {country: both.required_of(country) for country in wanted} == wanted
    assert all(group.countries is not None for group in both.groups)
    assert not both.lapsed_may_sell


def test_compose__all_others_admitted_by_both__stay_unnamed() -> None:
    both = compose(
        of(admits=terms(({US}, ACCREDITED), (None, 0))), of(admits=terms(({DE}, QUALIFIED), (None, 0)))
    ).terms
    assert both == terms(({DE}, QUALIFIED), ({US}, ACCREDITED), (None, 0))


def test_compose__nothing_asked_of_holders__leaves_terms_alone() -> None:
    asked = terms(({US}, ACCREDITED), (None, 0), lapsed=True)
    assert compose(of(), of(admits=asked)).terms == asked
    assert narrow(of(admits=asked), [US, CH]).terms == terms(({CH}, 0), ({US}, ACCREDITED), lapsed=True)
    assert narrow(of(), [CH]).terms == terms(({CH}, 0))


def test_compose__the_same_investors_limited__the_smaller_number() -> None:
    both = compose(
        of(country_limits=(non_accredited(35, US),), group_limits=(non_accredited(499),)),
        of(country_limits=(non_accredited(30, US),), group_limits=(non_accredited(600),)),
    ).rules
    assert both.country_limits == (non_accredited(30, US),)
    assert both.group_limits == (non_accredited(499),)


def test_compose__other_residents_of_a_country_limited__a_group_limit() -> None:
    everybody = CountLimit(country=US, limit=299)
    both = compose(of(country_limits=(non_accredited(35, US),)), of(country_limits=(everybody,))).rules
    assert both.country_limits == (non_accredited(35, US),)
    assert both.group_limits == (everybody,)


def test_compose__group_limit_of_a_country__stays_where_it_is_and_keeps_its_count() -> None:
    known = of(group_limits=(non_accredited(500, US), non_accredited(9)))
    both = compose(known, of(country_limits=(non_accredited(600, US), non_accredited(149, DE))))
    assert both.rules.group_limits == known.rules.group_limits
    assert both.rules.country_limits == (non_accredited(149, DE),)
    assert compose(known, of()).rules == known.rules


def test_compose__more_groups_than_fit__the_latest_becomes_the_limit_of_its_country() -> None:
    four = tuple(replace(non_accredited(9, US), mask=1 << bit) for bit in range(4))
    both = compose(of(group_limits=four), of(group_limits=(non_accredited(7, DE),)))
    assert both.rules.group_limits == four
    assert both.rules.country_limits == (non_accredited(7, DE),)


def test_compose__pairs_that_a_block_from_everywhere_covers__left_out() -> None:
    everywhere = tuple(CountryPair(source=0, target=place) for place in (US, *ISO[:6]))
    both = compose(
        of(flow_back=(CountryPair(source=CH, target=US), CountryPair(source=0, target=DE))), of(flow_back=everywhere)
    )
    assert both.rules.flow_back == (CountryPair(source=0, target=DE), *everywhere)


def test_compose__holding_periods__the_longer_and_who_is_exempt_from_both() -> None:
    both = compose(
        of(holding_period=HoldingPeriod(seconds=100, exempt_claims=KYC | ACCREDITED)),
        of(holding_period=HoldingPeriod(seconds=200, exempt_claims=ACCREDITED)),
    ).rules
    assert both.holding_period == HoldingPeriod(seconds=200, exempt_claims=ACCREDITED)


@pytest.mark.parametrize(("one", "other", "end"), [(100, 200, 200), (100, None, None), (None, None, None)])
def test_compose__flow_back__all_pairs_until_the_later_end(one: int | None, other: int | None, end: int | None) -> None:
    to_us, to_germany = CountryPair(source=0, target=US), CountryPair(source=CH, target=DE)
    both = compose(
        of(flow_back=(to_us,), flow_back_until=one), of(flow_back=(to_germany, to_us), flow_back_until=other)
    )
    assert both.rules.flow_back == (to_us, to_germany)
    assert both.rules.flow_back_until == end
    assert bool(both.notes) == (one != other)


def test_compose__flow_back_of_one__keeps_its_end() -> None:
    both = compose(of(), of(flow_back=(CountryPair(source=0, target=US),), flow_back_until=100))
    assert both.rules.flow_back_until == 100
    assert both.notes == ()


def test_compose__rule_contracts__each_once_and_stricter() -> None:
    one = of(external=(Approval(exempt_claims=KYC, deemed_after=100), VolumeLimit(bps=100, window=50), Vesting()))
    other = of(
        external=(
            Approval(exempt_claims=KYC | QUALIFIED),
            VolumeLimit(bps=200, units=9, window=50),
            VolumeLimit(bps=50, window=50, of_claims=KYC),
            Vesting(),
        )
    )
    assert compose(one, other).rules.external == (
        Approval(exempt_claims=KYC),
        VolumeLimit(bps=100, units=9, window=50),
        Vesting(),
        VolumeLimit(bps=50, window=50, of_claims=KYC),
    )
    silence = compose(one, of(external=(Approval(deemed_after=300),))).rules.external[0]
    assert silence == Approval(deemed_after=300)


def test_compose__over_all_classes__as_well() -> None:
    one = Requirements(regimes=("a",), issuer_rules=RuleSet(investor_limit=10), notes=("first", "same"))
    other = Requirements(regimes=("b", "a"), issuer_rules=RuleSet(investor_limit=7), notes=("same", "second"))
    assert compose(one, other) == Requirements(
        regimes=("a", "b"), issuer_rules=RuleSet(investor_limit=7), notes=("first", "same", "second")
    )


PEOPLE = st.builds(Person, st.sampled_from([US, CH, DE, 392]), st.integers(0, 7))
ADMITTING = st.one_of(
    st.none(),
    st.builds(
        lambda us, others, admit_others: (
            terms(({US, DE}, us), (None, others)) if admit_others else terms(({US, DE}, us))
        ),
        st.integers(0, 7),
        st.integers(0, 7),
        st.booleans(),
    ),
)
SETS = st.builds(
    Requirements,
    terms=ADMITTING,
    rules=st.builds(
        RuleSet,
        holding_units=st.none() | st.integers(1, 9),
        investor_limit=st.none() | st.integers(1, 3),
        minimum_investors=st.none() | st.integers(1, 3),
        country_limits=st.sampled_from([(), (non_accredited(1, US),), (CountLimit(country=US, limit=2),)]),
        group_limits=st.sampled_from([(), (non_accredited(1),), (non_accredited(2, DE),)]),
        minimum_units=st.none() | st.integers(1, 9),
        whole_position=st.booleans(),
        flow_back=st.sampled_from([(), (CountryPair(source=0, target=US),), (CountryPair(source=CH, target=DE),)]),
        external=st.sampled_from([(), (VolumeLimit(units=3, window=10),), (VolumeLimit(bps=5_000, window=10),)]),
    ),
)


@given(
    one=SETS,
    other=SETS,
    people=st.tuples(PEOPLE, PEOPLE, PEOPLE),
    held=st.tuples(*[st.integers(0, 5)] * 3),
    units=st.integers(1, 5),
)
def test_compose__any_movement__passes_just_when_it_passes_both(
    one: Requirements, other: Requirements, people: tuple[Person, ...], held: tuple[int, ...], units: int
) -> None:
    names = ("ana", "ben", "cas")
    world = World(now=1, people=dict(zip(names, people, strict=True)), held=dict(zip(names, held, strict=True)))
    both = compose(one, other)
    for move in (
        Move(source=None, target="ana", units=units),
        Move(source="ben", target="ana", units=min(units, held[1])),
    ):
        passes = not refusals(one, world, move) and not refusals(other, world, move)
        assert (not refusals(both, world, move)) == passes


# ── check ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

SLIPS: list[tuple[Requirements, str, str]] = [
    (
        of(investor_limit=5, minimum_investors=6),
        "rules.minimum_investors",
        "At least 6 investors are asked for, but at most 5",
    ),
    (of(minimum_units=50, holding_units=40), "rules.minimum_units", "at most 40 allowed"),
    (of(minimum_units=50, authorised_units=40), "rules.minimum_units", "at most 40 allowed"),
    (of(investor_limit=0), "rules.investor_limit", "A limit of 0 would let nothing happen"),
    (of(holding_bps=10_001), "rules.holding_bps", "10,001 is out of range"),
    (of(country_limits=(non_accredited(0, US),)), "rules.country_limits[0]", "A limit of 0 investors"),
    (of(country_limits=(non_accredited(3),)), "rules.country_limits[0]", "A limit for one country names none"),
    (
        of(country_limits=(non_accredited(3, US), CountLimit(country=US, limit=9))),
        "rules.country_limits[1]",
        "limited twice",
    ),
    (of(group_limits=(CountLimit(country=None, mask=1, claims=2, limit=3),)), "rules.group_limits[0]", "so nobody"),
    (
        of(group_limits=tuple(CountLimit(country=at, limit=1) for at in ISO[:5])),
        "rules.group_limits",
        "at most 4",
    ),
    (of(admits=terms()), "terms", "No country is admitted"),
    (of(admits=terms((set(), 0))), "terms.groups[0]", "No country is named"),
    (of(admits=terms((None, 0), ({US}, 0))), "terms.groups[0]", "Only the last group"),
    (
        of(admits=terms(({US, CH}, 0), ({US}, 1))),
        "terms",
        "The residents of the United States of America stand in 2 groups",
    ),
    (of(admits=terms(*(({at}, 0) for at in (4, 8, 12, 16, 20, 24, 28)))), "terms", "7 country groups"),
    (of(admits=terms(({US}, 1 << 9))), "terms.groups[0]", "Claim 9 is not among the plan's claims"),
    (of(admits=terms(({US}, QUALIFIED))), "terms.groups[0]", "Nobody attests 'qualified', so nobody could be admitted"),
    (of(holding_period=HoldingPeriod(seconds=0)), "rules.holding_period", "not a length of time"),
    (of(holding_period=HoldingPeriod(seconds=1, exempt_claims=1 << 9)), "rules.holding_period", "Claim 9"),
    (of(flow_back=(CountryPair(source=CH, target=US),) * 2), "rules.flow_back", "stands there twice"),
    (
        of(flow_back=(CountryPair(source=CH, target=US),), flow_back_until=99),
        "rules.flow_back_until",
        "has ended already",
    ),
    (of(external=(VolumeLimit(window=1),)), "rules.external[0]", "needs units"),
    (of(external=(VolumeLimit(units=1, window=0),)), "rules.external[0]", "needs a length of time"),
    (of(external=(VolumeLimit(bps=20_000, window=1),)), "rules.external[0]", "not a share"),
    (of(external=(Approval(deemed_after=0),)), "rules.external[0]", "approved at once"),
    (of(external=(TradingHours(utc_offset=0, windows=()),)), "rules.external[0]", "would always be open"),
    (
        of(
            external=(
                TradingHours(utc_offset=0, windows=(TradingWindow(open=5, close=9), TradingWindow(open=8, close=10))),
            )
        ),
        "rules.external[0]",
        "from minute 8 to 10 opens before the one ahead of it has closed",
    ),
    (
        of(
            external=(
                TradingHours(
                    utc_offset=0, windows=tuple(TradingWindow(open=2 * at, close=2 * at + 1) for at in range(15))
                ),
            )
        ),
        "rules.external[0]",
        "15 windows; at most 14",
    ),
    (of(external=(Sanctions(oracle=ZERO_ADDRESS),)), "rules.external[0]", "no oracle"),
    (of(external=(Vesting(),) * 9), "rules.external", "at most 8"),
    (Requirements(issuer_rules=RuleSet(holding_bps=5)), "issuer_rules.holding_bps", "cannot span all classes"),
    (Requirements(issuer_rules=RuleSet(whole_position=True)), "issuer_rules.whole_position", "cannot span all classes"),
]

DOUBTS: list[tuple[Requirements, str, str]] = [
    (of(holding_units=50, authorised_units=40), "rules.holding_units", "more than there may ever be"),
    (
        of(investor_limit=5, group_limits=(non_accredited(6),)),
        "rules.group_limits[0]",
        "more than all investors together",
    ),
    (
        of(admits=terms(({US}, 2)), country_limits=(non_accredited(6, US),)),
        "rules.country_limits[0]",
        "admit nobody whom",
    ),
    (
        of(admits=terms(({US}, 0)), country_limits=(non_accredited(6, CH),)),
        "rules.country_limits[0]",
        "resident in Switzerland",
    ),
    (
        of(admits=terms(({US}, 2)), group_limits=(non_accredited(6),)),
        "rules.group_limits[0]",
        "not attested as accredited",
    ),
    (of(group_limits=(replace(non_accredited(6), mask=QUALIFIED),)), "rules.group_limits[0]", "it makes no difference"),
    (of(flow_back_until=200), "rules.flow_back_until", "no pair of countries"),
    (
        of(admits=terms(({US}, 0)), flow_back=(CountryPair(source=CH, target=US),)),
        "rules.flow_back",
        "Residents of Switzerland are not admitted",
    ),
    (
        of(admits=terms(({CH}, 0)), flow_back=(CountryPair(source=0, target=US),)),
        "rules.flow_back",
        "Residents of the United States of America are not admitted",
    ),
    (
        Requirements(rules=RuleSet(investor_limit=9), issuer_rules=RuleSet(investor_limit=8)),
        "rules.investor_limit",
        "more than over all classes (8)",
    ),
]


@pytest.mark.parametrize(
    ("requirements", "about", "words", "severity"),
    [(*slip, Severity.ERROR) for slip in SLIPS] + [(*doubt, Severity.WARNING) for doubt in DOUBTS],
)
def test_check__a_slip__found(requirements: Requirements, about: str, words: str, severity: Severity) -> None:
    findings = check(requirements, CLAIMS, attested=["kyc", "accredited"], now=100)
    assert [(finding.about, finding.severity) for finding in findings] == [(about, severity)]
    assert words in str(findings[0])
    assert findings[0].remedy.endswith(".")
    assert has_errors(findings) == (severity is Severity.ERROR)


def test_check__errors_and_warnings__errors_first() -> None:
    findings = check(of(flow_back_until=200, investor_limit=0), CLAIMS)
    assert [finding.severity for finding in findings] == [Severity.ERROR, Severity.WARNING]


def test_check__what_is_not_known__not_held_against_it() -> None:
    sound = of(
        admits=terms(({US}, QUALIFIED), (None, 0)),
        flow_back=(CountryPair(source=0, target=US),),
        flow_back_until=99,
        country_limits=(non_accredited(35, US),),
        external=(TradingHours(utc_offset=3_600, windows=(TradingWindow(open=0, close=9),)),),
    )
    assert check(sound, CLAIMS) == ()


# ── values and words ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_country_pair__to_itself__refused() -> None:
    with pytest.raises(InvalidInput, match="two different countries"):
        CountryPair(source=US, target=US)


def test_describe__every_setting__a_sentence() -> None:
    requirements = Requirements(
        terms=terms(({US}, ACCREDITED | KYC), (None, 0)),
        rules=RuleSet(
            holding_units=1_000_00,
            holding_bps=950,
            investor_limit=1_999,
            minimum_investors=2,
            country_limits=(
                CountLimit(country=DE, mask=QUALIFIED, claims=0, limit=149),
                CountLimit(country=FR, mask=QUALIFIED, claims=0, limit=149),
                CountLimit(country=US, limit=35),
            ),
            group_limits=(CountLimit(country=None, mask=KYC | ACCREDITED, claims=KYC, limit=9),),
            minimum_units=50,
            whole_position=True,
            authorised_units=5_000_00,
            holding_period=HoldingPeriod(seconds=90_061, exempt_claims=ACCREDITED),
            flow_back=(CountryPair(source=0, target=US), CountryPair(source=CH, target=DE)),
            flow_back_until=1_801_353_600,
            external=(
                Vesting(),
                VolumeLimit(units=10_00, bps=100, window=86_400),
                TradingHours(utc_offset=0, windows=(TradingWindow(open=1, close=2),)),
                Approval(exempt_claims=KYC, deemed_after=172_800),
                Sanctions(oracle=ZERO_ADDRESS),
            ),
        ),
        issuer_rules=RuleSet(investor_limit=50),
    )
    assert describe(requirements, CLAIMS, decimals=2) == (
        "Residents of the United States of America may hold if attested as kyc and accredited.",
        "Residents of all other countries may hold.",
        "One investor may hold at most 1,000 units.",
        "One investor may hold at most 9.5 % of the supply.",
        "Nobody may hold fewer than 0.5 units, unless none.",
        "A holder may transfer all its units or none.",
        "At most 5,000 units may be in issue.",
        "There may be at most 1,999 investors.",
        "No transfer may leave fewer than 2 investors.",
        "In each of France and Germany: at most 149 investors not attested as qualified.",
        "At most 35 investors resident in the United States of America.",
        "At most 9 investors attested as kyc and not attested as accredited.",
        "Units cannot be transferred for 90,061 seconds after they were issued. Whoever is attested as accredited may take them earlier;"
        " they stay locked for the rest.",
        "Units may not go from any other country to the United States of America, nor from Switzerland to Germany before 2027-01-31 00:00 UTC.",
        "Units that were granted to somebody can be transferred as they vest.",
        "One investor may transfer at most 10 units and 1 % of the supply within 1 day.",
        "Transfers pass within 1 window of each week only.",
        "The company approves each transfer to anybody not attested as kyc beforehand. Silence for 2 days counts as approval.",
        f"Whoever the sanctions oracle {ZERO_ADDRESS} lists neither sends nor receives.",
        "Over all classes: There may be at most 50 investors.",
    )


def test_describe__many_countries__those_left_out_named_instead() -> None:
    everywhere = {country for country in range(1, 1_000) if country not in (US, CH)}
    assert describe(of(admits=terms((everywhere, 0))), {})[0] == (
        "Residents of every country but Switzerland and the United States of America may hold."
    )
    assert describe(of(admits=terms((everywhere, 0))), {})[1] == (
        "Residents of Switzerland and the United States of America may not hold."
    )


def test_describe__one_investor__in_the_singular() -> None:
    assert describe(of(investor_limit=1, group_limits=(non_accredited(1),)), CLAIMS)[1:] == (
        "There may be at most 1 investor.",
        "At most 1 investor not attested as accredited.",
    )


def test_code__of_the_model__is_a_restriction_of_the_contracts() -> None:
    text = VERDICT.read_text(encoding="utf-8")
    for code in Code:
        side, _, reason = code.name.partition("_")
        if side in ("SENDER", "RECEIVER"):
            assert f"{side} = {code.value // 10 * 10};" in text
            assert f"{reason} = {code.value % 10};" in text
        else:
            assert f"{code.name} = {code.value};" in text
