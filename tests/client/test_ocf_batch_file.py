"""The batch as TOML: what a hand may have broken is refused at its place; what is written reads back the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenkit.ledger import Overdrawn
from tokenkit.ocf import (
    Batch,
    ClassEntry,
    ClassType,
    Conversion,
    InvestorEntry,
    IssuerEntry,
    MalformedOcf,
    Money,
    StakeholderType,
    Step,
    StepKind,
    batch_from_toml,
    batch_to_toml,
    example_directory,
    import_package,
)
from tokenkit.types import UINT96_MAX

TEXT = """\
format = "tokenkit-batch-1"
decimals = 0
as_of = 2025-12-31

[[classes]]
external_id = "common"
name = "Common"
kind = "COMMON"
prefix = "CS-"
votes_per_share = "1"
seniority = "1"

[[investors]]
external_id = "ana"
name = "Ana"
kind = "INDIVIDUAL"
country = "CH"

[[steps]]
kind = "issue"
day = 2022-02-01
share_class = "common"
target = "ana"
units = 100
transaction = "t1"
reason = "issuance"

[[steps]]
kind = "redeem"
day = 2022-02-02
share_class = "common"
source = "ana"
units = 40
transaction = "t2"
reason = "repurchase"
"""

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=12).filter(str.strip)
NUMBERS = st.decimals(min_value=0, max_value=10**12, places=4)
DAYS = st.dates(date(1970, 1, 1), date(2100, 1, 1))
MONEY = st.builds(Money, amount=NUMBERS, currency=st.sampled_from(["CHF", "USD"]))
ENTRIES = st.builds(
    ClassEntry,
    external_id=WORDS,
    name=WORDS,
    kind=st.sampled_from(ClassType),
    prefix=WORDS,
    authorized=st.none() | NUMBERS,
    votes_per_share=NUMBERS,
    seniority=NUMBERS,
    liquidation_multiple=st.none() | NUMBERS,
    participation_cap_multiple=st.none() | NUMBERS,
    price=st.none() | MONEY,
    conversions=st.lists(
        st.builds(Conversion, into=WORDS, numerator=NUMBERS, denominator=NUMBERS, price=MONEY, rounding=WORDS),
        max_size=2,
    ).map(tuple),
)
INVESTORS = st.builds(
    InvestorEntry,
    external_id=WORDS,
    name=WORDS,
    kind=st.sampled_from(StakeholderType),
    country=st.none() | st.sampled_from(["CH", "US"]),
    relationships=st.lists(WORDS, max_size=2).map(tuple),
)


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    classes = draw(st.lists(ENTRIES, min_size=1, max_size=2, unique_by=lambda each: each.external_id))
    investors = draw(st.lists(INVESTORS, min_size=1, max_size=3, unique_by=lambda each: each.external_id))
    steps = [
        Step(
            kind=StepKind.ISSUE,
            day=day,
            share_class=draw(st.sampled_from(classes)).external_id,
            source=None,
            target=draw(st.sampled_from(investors)).external_id,
            units=draw(st.integers(1, UINT96_MAX)),
            begun=tuple(draw(st.lists(WORDS, max_size=2))),
            transaction=draw(WORDS),
            reason=draw(WORDS),
        )
        for day in sorted(draw(st.lists(DAYS, max_size=3)))
    ]
    issuer = st.builds(IssuerEntry, external_id=WORDS, name=WORDS, country=st.just("CH"), formed=DAYS)
    return Batch(
        issuer=draw(st.none() | issuer),
        as_of=draw(st.none() | DAYS),
        decimals=draw(st.integers(0, 10)),
        investors=tuple(investors),
        classes=tuple(classes),
        steps=tuple(steps),
    )


@pytest.mark.parametrize(
    ("old", "new", "path", "problem"),
    [
        ("format =", "fromat =", "format", "None is not known"),
        ("tokenkit-batch-1", "tokenkit-batch-9", "format", "'tokenkit-batch-9' is not known"),
        ("decimals = 0", "decimals = 11", "decimals", "11 does not fit"),
        ("decimals = 0", "decimals = true", "decimals", "True does not fit"),
        ("decimals = 0", "decimals = 0\nowner = 1", "owner", "this field is not known"),
        ('prefix = "CS-"', 'prefix = "CS-"\nsymbol = "CS"', "classes[0].symbol", "this field is not known"),
        ('kind = "COMMON"', 'kind = "USUAL"', "classes[0].kind", "'USUAL' is not known"),
        ('country = "CH"', 'country = "XX"', "investors[0].country", "'XX' is not a country"),
        ('name = "Ana"', 'name = ""', "investors[0].name", "'' is not a text"),
        ('share_class = "common"', 'share_class = "growth"', "steps[0].share_class", "'growth' is not a class here"),
        ('target = "ana"', 'target = "zoe"', "steps[0].target", "'zoe' is not an investor here"),
        ('target = "ana"', 'source = "ana"', "steps[0].kind", "the parties do not fit issue"),
        ("units = 100", 'units = "100"', "steps[0].units", "'100' does not fit"),
        ("units = 100", "units = 0", "steps[0].units", "0 does not fit"),
        ("units = 100", f"units = {2**96}", "steps[0].units", f"{2**96} does not fit"),
        ("day = 2022-02-01", "day = 2022-03-01", "steps[1].day", "2022-02-02 is before the step above"),
        ("day = 2022-02-01", "day = 2022-02-01T00:00:00", "steps[0].day", "is not a date"),
        ('votes_per_share = "1"', "votes_per_share = 1.0", "classes[0].votes_per_share", "is not written as a text"),
    ],
)
def test_batch_from_toml__broken_by_hand__refused_at_its_place(old: str, new: str, path: str, problem: str) -> None:
    with pytest.raises(MalformedOcf) as refusal:
        batch_from_toml(TEXT.replace(old, new, 1), file="batch.toml")
    assert (refusal.value.file, refusal.value.path) == ("batch.toml", path)
    assert problem in refusal.value.problem


@pytest.mark.parametrize("text", ["format = ", "a = 1\na = 2", "n = " + "9" * 5_000])
def test_batch_from_toml__not_toml__refused(text: str) -> None:
    with pytest.raises(MalformedOcf, match="cannot be read as TOML"):
        batch_from_toml(text)


def test_batch_from_toml__field_missing__refused() -> None:
    with pytest.raises(MalformedOcf, match=r"steps\[0\]: the required field 'units' is missing"):
        batch_from_toml(TEXT.replace("units = 100\n", "", 1))


def test_batch_from_toml__same_investor_twice__refused() -> None:
    investor = TEXT[TEXT.index("[[investors]]") : TEXT.index("[[steps]]")]
    with pytest.raises(MalformedOcf, match="'ana' is given twice"):
        batch_from_toml(TEXT.replace("[[steps]]", f"{investor}[[steps]]", 1))


def test_batch_from_toml__more_redeemed_than_held__refused() -> None:
    with pytest.raises(Overdrawn):
        batch_from_toml(TEXT.replace("units = 40", "units = 101"))


def test_batch_from_toml__as_written_by_hand__read() -> None:
    batch = batch_from_toml(TEXT)
    assert batch.holdings() == {"common": {"ana": 60}}
    assert batch.classes[0].votes_per_share == Decimal(1)
    assert batch.issuer is None


def test_batch_to_toml__example__reads_back_the_same_and_explains_itself() -> None:
    batch = import_package(example_directory()).batch
    text = batch_to_toml(batch)
    assert text.startswith("# What an import")
    assert batch_from_toml(text) == batch


@given(batches())
def test_batch_to_toml__any_batch__reads_back_the_same(batch: Batch) -> None:
    assert batch_from_toml(batch_to_toml(batch)) == batch
