"""The catalogue of regimes: what each must be told, what it refuses, and several at once. What then moves: the truth tables."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.client.regime_tables import CLAIMS, printed

import regimes as regimes_script
from tokenkit.errors import CannotCompose, InvalidInput, RegimeUnavailable
from tokenkit.regimes import Kind, Parameter, Regime, Selection, apply, catalogue, find
from tokenkit.regimes._periods import DAY, months_after
from tokenkit.ruleset import CountLimit, CountryTerms, TermsSet, VolumeLimit, narrow

CLOSES = 1_801_353_600
"""2027-01-31 00:00 UTC."""


def choose(*identifiers: str, **values: dict[str, object]) -> list[Selection]:
    return [Selection(regime=one, values=values.get(one.replace("-", "_"), {})) for one in identifiers]


# ── Refusals ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ([], "No regime is named"),
        (choose("reg-x"), "There is no regime 'reg-x'. There are reg-d-506b"),
        (choose("us-12g", "us-12g"), "named twice"),
        (choose("us-12g", us_12g={"bonk": True}), "us-12g has no parameter 'bonk'. It has accredited, bank"),
        (choose("ch-vinkulierung", ch_vinkulierung={"x": 1}), "It has free_receivers"),
        (choose("reg-s", reg_s={"home": "US"}), "reg-s has to be told category"),
        (choose("reg-s"), "has to be told home.*; category"),
        (choose("us-12g", us_12g={"bank": "perhaps"}), "bank is 'perhaps'; give true or false"),
    ],
)
def test_apply__wrong_request__refused(chosen: list[Selection], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        apply(chosen, claims=CLAIMS)


@pytest.mark.parametrize(
    ("regime", "values", "words"),
    [
        ("reg-d-506b", {"non_accredited": 36}, "36 purchasers who are not accredited are too many; at most 35"),
        ("reg-s", {"home": "US", "category": 4}, "no category 4"),
        ("reg-s", {"home": "PR", "category": 1}, "equity of a US issuer is not in category 1"),
        ("reg-s", {"home": "US", "category": 2, "reporting": True}, "category 2 is open to equity of foreign"),
        ("reg-s", {"home": "CH", "category": 2}, "category 2 is open to equity of foreign"),
        ("reg-s", {"home": "US", "category": 2, "debt": True}, "category 2 is open to debt of US issuers that report"),
        ("reg-s", {"home": "CH", "category": 3, "us_persons": True}, "give the closing date"),
        ("reg-cf", {"home": "CH"}, "organised in the United States only"),
        ("reg-a-tier-2", {"home": "CH"}, "United States and Canada only"),
        ("eu-150", {"states": "DE, CH"}, "name only such states"),
        ("us-12g", {"accredited": "rich"}, "the claim 'rich', which the plan does not have"),
        ("rule-144", {"private_buyers": "rich"}, "the claim 'rich'"),
    ],
)
def test_require__not_open_on_these_facts__refused(regime: str, values: dict[str, object], words: str) -> None:
    with pytest.raises(RegimeUnavailable, match=words) as refused:
        find(regime).require(CLAIMS, values)
    assert refused.value.regime == regime


@pytest.mark.parametrize(
    "regime", [one for one in catalogue() if any(p.kind is Kind.CLAIM and p.default for p in one.parameters)]
)
def test_require__a_claim_the_plan_lacks__said_with_a_remedy(regime: Regime) -> None:
    with pytest.raises(RegimeUnavailable, match=r"which the plan does not have\. Add it under \[claims\]"):
        regime.require({"kyc": 0}, regime.example)


def test_narrow__reg_s_to_the_united_states__nobody_could_hold() -> None:
    offshore = apply(choose("reg-s", "us-12g", reg_s={"home": "CH", "category": 3}), claims=CLAIMS)
    with pytest.raises(
        CannotCompose, match=r"reg-s and us-12g cannot be applied to one class\. Nobody could hold"
    ) as refused:
        narrow(offshore, [840])
    assert refused.value.regimes == ("reg-s", "us-12g")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.YES_NO, 1),
        (Kind.COUNT, "many"),
        (Kind.COUNT, True),
        (Kind.COUNT, -1),
        (Kind.CLAIM, " "),
        (Kind.CLAIM, 3),
        (Kind.COUNTRY, "Atlantis"),
        (Kind.COUNTRY, 1.5),
        (Kind.COUNTRIES, ""),
        (Kind.COUNTRIES, 276),
        (Kind.INSTANT, "tomorrow"),
        (Kind.INSTANT, "2027-01-31T12:00"),
        (Kind.INSTANT, 0),
        (Kind.INSTANT, "2027-02-30"),
    ],
)
def test_parameter__another_kind__refused_by_name(kind: Kind, value: object) -> None:
    with pytest.raises(InvalidInput, match=f"it is .*; give {kind}: What it is") as refused:
        Parameter(name="it", kind=kind, text="What it is.").parse(value)
    assert repr(value) in str(refused.value)


# ── Values ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        (Kind.YES_NO, "Yes", True),
        (Kind.YES_NO, False, False),
        (Kind.COUNT, "5_000", 5_000),
        (Kind.CLAIM, " accredited ", "accredited"),
        (Kind.COUNTRY, "ch", 756),
        (Kind.COUNTRY, 756, 756),
        (Kind.COUNTRIES, "DE, 250", frozenset({276, 250})),
        (Kind.COUNTRIES, ["DE"], frozenset({276})),
        (Kind.INSTANT, "2027-01-31", CLOSES),
        (Kind.INSTANT, date(2027, 1, 31), CLOSES),
        (Kind.INSTANT, "2027-01-31T01:00:00+01:00", CLOSES),
        (Kind.INSTANT, datetime(2027, 1, 31, tzinfo=UTC), CLOSES),
        (Kind.INSTANT, CLOSES, CLOSES),
    ],
)
def test_parameter__typed_or_as_text__read(kind: Kind, value: object, read: object) -> None:
    assert Parameter(name="it", kind=kind, text="").parse(value) == read


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2027-01-31T12:30:00+00:00", 1, "2027-02-28T12:30:00+00:00"),
        ("2027-08-31T00:00:00+00:00", 6, "2028-02-29T00:00:00+00:00"),
        ("2028-02-29T00:00:00+00:00", 12, "2029-02-28T00:00:00+00:00"),
        ("2027-12-15T00:00:00+00:00", 1, "2028-01-15T00:00:00+00:00"),
    ],
)
def test_months_after__the_same_day_or_the_last_of_a_shorter_month(start: str, months: int, end: str) -> None:
    assert (
        months_after(int(datetime.fromisoformat(start).timestamp()), months) == datetime.fromisoformat(end).timestamp()
    )


@pytest.mark.parametrize(
    ("facts", "ends"),
    [
        ({"home": "US", "category": 3}, datetime(2028, 1, 31, tzinfo=UTC)),
        ({"home": "US", "category": 3, "reporting": True}, datetime(2027, 7, 31, tzinfo=UTC)),
        ({"home": "US", "category": 3, "debt": True}, datetime(2027, 3, 12, tzinfo=UTC)),
        ({"home": "CH", "category": 2, "reporting": True}, datetime(2027, 3, 12, tzinfo=UTC)),
        ({"home": "US", "category": 2, "debt": True, "reporting": True}, datetime(2027, 3, 12, tzinfo=UTC)),
    ],
)
def test_reg_s__distribution_compliance_period__as_category_and_issuer_say(
    facts: dict[str, object], ends: datetime
) -> None:
    requirements = find("reg-s").require(CLAIMS, {**facts, "closes": "2027-01-31", "us_persons": True})
    assert requirements.rules.flow_back_until == ends.timestamp()
    assert sorted(pair.target for pair in requirements.rules.flow_back) == [16, 316, 580, 581, 630, 840, 850]


def test_reg_s__domestic_debt_in_category_1__no_block() -> None:
    assert (
        find("reg-s").require(CLAIMS, {"home": "US", "category": 1, "debt": True, "us_persons": True}).rules.flow_back
        == ()
    )


def test_eu_150__no_states_named__all_thirty() -> None:
    limits = find("eu-150").require(CLAIMS).rules.country_limits
    assert len(limits) == 30
    assert {limit.limit for limit in limits} == {149}
    assert {limit.mask for limit in limits} == {1 << CLAIMS["qualified"]}


def test_reg_d_506b__a_claim_for_the_sophisticated__asked_of_everybody() -> None:
    requirements = find("reg-d-506b").require(CLAIMS, {"sophisticated": "kyc", "offshore": True})
    assert requirements.terms is not None
    of = requirements.terms.required_of
    assert (of(840), of(630), of(756)) == (1, 1 | 2, 0)
    assert requirements.rules.country_limits == (CountLimit(country=840, mask=2, claims=0, limit=35),)


def test_rule_144__periods_and_volume__in_seconds_and_basis_points() -> None:
    debt = find("rule-144").require(CLAIMS, {"debt": True, "reporting": True})
    assert debt.rules.holding_period is not None
    assert debt.rules.holding_period.seconds == 184 * DAY
    assert debt.rules.external == (VolumeLimit(bps=1_000, window=92 * DAY, of_claims=1 << CLAIMS["affiliate"]),)


def test_rule_144__called_without_affiliates__no_volume_limit() -> None:
    requirements = find("rule-144").function(CLAIMS, affiliate=None)
    assert requirements.rules.external == ()


# ── Several at once ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_apply__us_exemption_beside_reg_s__each_is_told_of_the_other() -> None:
    together = apply(
        choose("reg-d-506c", "reg-s", "us-12g", reg_s={"home": "US", "category": 3, "closes": CLOSES}), claims=CLAIMS
    )
    assert together.regimes == ("reg-d-506c", "reg-s", "us-12g")
    us_places = frozenset({840, 16, 316, 580, 581, 630, 850})
    assert together.terms == TermsSet(
        groups=(CountryTerms(countries=us_places, claims=2), CountryTerms(countries=None, claims=0))
    )
    assert together.rules.investor_limit == 1_999
    assert together.rules.group_limits == (CountLimit(country=None, mask=2, claims=0, limit=499),)
    assert len(together.rules.flow_back) == 7


def test_apply__told_otherwise__the_issuer_decides() -> None:
    chosen = choose(
        "reg-d-506c", "reg-s", reg_d_506c={"offshore": False}, reg_s={"home": "US", "category": 3, "us_persons": False}
    )
    together = apply(chosen, claims=CLAIMS)
    assert together.terms is not None
    assert (together.terms.required_of(840), together.terms.required_of(756)) == (None, 2)


def test_apply__two_us_exemptions__says_that_the_strictest_holds() -> None:
    together = apply(choose("reg-d-506c", "reg-cf", reg_cf={"home": "US"}), claims=CLAIMS)
    assert any("Several US exemptions" in note for note in together.notes)
    assert together.regimes == ("reg-d-506c", "reg-cf")


def test_apply__sources_that_were_not_read_whole__named_once() -> None:
    note = apply([Selection(regime="ch-vinkulierung")], claims=CLAIMS).notes[-1]
    assert note.startswith("Sources not fully read: ")
    assert "685d" in note
    assert "685b" not in note


def test_apply__any_order__the_same_terms_and_rules() -> None:
    chosen = choose("reg-d-506b", "reg-s", "rule-144", "eu-150", reg_s={"home": "US", "category": 3, "closes": CLOSES})
    one, other = apply(chosen, claims=CLAIMS), apply(chosen[::-1], claims=CLAIMS)
    assert one.rules.flow_back_until == other.rules.flow_back_until
    assert set(one.rules.country_limits) == set(other.rules.country_limits)
    assert one.terms is not None
    assert other.terms is not None
    assert set(one.terms.groups) == set(other.terms.groups)


# ── The catalogue ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("regime", catalogue(), ids=lambda regime: regime.id)
def test_regime__every_one__says_what_it_covers_and_where_it_stands(regime: Regime) -> None:
    assert find(regime.id) is regime
    assert regime.require(CLAIMS, regime.example).regimes == (regime.id,)
    sentences = [*regime.covers, *regime.does_not_cover, *(source.note for source in regime.sources)]
    sentences += [*(parameter.text for parameter in regime.parameters), *regime.require(CLAIMS, regime.example).notes]
    assert all(sentence.endswith(".") and "  " not in sentence for sentence in sentences)
    assert regime.covers
    assert regime.does_not_cover
    assert all(
        source.law and source.section and source.title and source.read == date(2026, 11, 23)
        for source in regime.sources
    )


def test_regime__defaults__are_those_of_the_function() -> None:
    for regime in catalogue():
        keywords = regime.function.__kwdefaults__ or {}
        assert {one.name: one.default for one in regime.parameters if one.name in keywords} == keywords, regime.id


def test_docs__regimes_page__is_what_the_catalogue_gives() -> None:
    assert regimes_script.main(["--check"]) == 0
    page = regimes_script.PAGE.read_text(encoding="utf-8")
    for regime in catalogue():
        assert f"## {regime.id}\n" in page


def test_docs__a_page_that_is_not_current__refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regimes_script, "PAGE", regimes_script.PAGE.with_name("not-there.md"))
    assert regimes_script.main(["--check"]) == 1


def test_tables__printed__a_row_a_movement() -> None:
    assert "| 10 from US accredited to US | RECEIVER_CLAIMS |" in printed("reg-d-506c")
