"""What people read of payouts and meetings: rows, statements, minutes, reminders, charts; each figure where it belongs, nothing injected."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from fractions import Fraction
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from tokenkit.errors import InvalidAmount, InvalidInput
from tokenkit.ledger import (
    Bar,
    Base,
    CallsAct,
    CallsRecord,
    Cast,
    Choice,
    Commit,
    Facts,
    Grant,
    Item,
    Kind,
    Majority,
    MeetingTerms,
    MeetingTitle,
    PayoutTitle,
    Proceedings,
    PutOff,
    Rate,
    Reminder,
    Settlement,
    TaxRow,
    TaxTable,
    VotingClass,
    bar_chart,
    charts,
    count_meeting,
    holder_statement,
    minutes_json,
    minutes_markdown,
    payout_by_country,
    payout_by_size,
    payout_csv,
    payout_report,
    payout_rows,
    preview,
    reinvest,
    reminders,
    vote_chart,
)
from tokenkit.types import Address

if TYPE_CHECKING:
    from tokenkit.ledger import Answer

ANA, BEN, CLO, DAN = PEOPLE = tuple(Address(f"0x{digit * 40}") for digit in "1234")
FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN
NAMES = {"ana": "Ana | *Ltd*", BEN: "=Ben()"}
DIVIDEND = PayoutTitle(
    issuer="Quillwater AG",
    share_class="Ordinary",
    name="Dividend 2026",
    symbol="EURC",
    decimals=2,
    record_date=1_800_000_000,
    payment_date=1_800_086_400,
    reference="payout 7",
)
SHOWN = preview(
    100_000,
    {ANA: 300, BEN: 150, CLO: 5},
    taxes=TaxTable(rows=(TaxRow(country=276, rate=Rate(ppm=263_750, authority="DE")),)),
    investors={ANA: "ana"},
    facts={"ana": Facts(country=276), BEN: Facts(country=404)},
)


def texts(svg: str) -> list[str]:
    document = ET.fromstring(svg)
    return ["".join(each.itertext()) for each in document.iter() if each.tag.endswith("text")]


# Payouts


def test_payout_rows__every_holder__texts_that_add_up() -> None:
    bought = {each.holder: each for each in reinvest(SHOWN, {ANA}, price=1_000)}
    rows = payout_rows(SHOWN, DIVIDEND, names=NAMES, taken=bought)
    assert rows[0] == {
        "holder": ANA,
        "investor": "ana",
        "name": "Ana | *Ltd*",
        "country": "DE",
        "units": "300",
        "gross": "659.34",
        "rate": "26.375",
        "treaty": "",
        "authority": "DE",
        "tax": "173.9",
        "net": "485.44",
        "new_units": "48",
        "price": "480",
        "cash": "5.44",
    }
    assert [(row["country"], row["rate"], row["cash"]) for row in rows] == [
        ("DE", "26.375", "5.44"),
        ("KE", "", "329.67"),
        ("", "", "10.98"),
    ]
    assert sum(Fraction(row["net"]) for row in rows) * 100 == SHOWN.net


def test_payout_csv__name_that_is_a_formula__becomes_text() -> None:
    header, *lines = csv.reader(io.StringIO(payout_csv(payout_rows(SHOWN, DIVIDEND, names=NAMES))))
    assert header[:3] == ["holder", "investor", "name"]
    assert [line[2] for line in lines] == ["Ana | *Ltd*", "'=Ben()", ""]


def test_payout_report__as_json__totals_by_authority_and_country() -> None:
    rows = payout_rows(SHOWN, DIVIDEND)
    report = json.loads(json.dumps(payout_report(SHOWN, DIVIDEND, rows)))
    assert report["totals"] == {
        "amount": "1000",
        "gross": "999.99",
        "tax": "173.9",
        "net": "826.09",
        "dust": "0.01",
    }
    assert report["authorities"] == [
        {"name": "DE", "holders": 1, "units": "300", "gross": "659.34", "tax": "173.9", "net": "485.44"}
    ]
    assert [each["name"] for each in report["countries"]] == ["", "DE", "KE"]
    assert (report["record_date"], report["payment_date"]) == ("2027-01-15T08:00:00Z", "2027-01-16T08:00:00Z")
    assert report["holders"] == list(rows)


def test_holder_statement__one_holder__every_figure_and_no_markup_of_its_own() -> None:
    statement = holder_statement(SHOWN, DIVIDEND, ANA, name=NAMES["ana"])
    for line in (
        "# Dividend 2026: statement",
        f"| Holder | Ana \\| \\*Ltd\\* ({ANA}) |",
        "| Gross | 659.34 EURC |",
        "| Rate of tax | 26.375 % for DE |",
        "| Tax | 173.9 EURC |",
        "| **Net** | **485.44 EURC** |",
        "| Payable from | 2027-01-16T08:00:00Z |",
    ):
        assert line in statement.splitlines()
    plain = holder_statement(SHOWN, replace(DIVIDEND, payment_date=None, reference=""), BEN)
    assert "| Rate of tax | none applies |" in plain
    assert "| Payable from | 2027-01-15T08:00:00Z |" in plain
    assert "Reference" not in plain


ANA_DUE, ANA_TAX = 65_934, 17_390
WAITS = Settlement(status="kept: frozen", expected_tax=ANA_TAX, waiting=ANA_DUE)
RETURNED = Settlement(status="returned", returned=ANA_DUE)
PAID = Settlement(
    status="paid",
    withheld=ANA_TAX,
    units=48,
    price=48_000,
    paid=544,
    owner=DAN,
    account=CLO,
    transaction="0xfeed",
    at=1_800_090_000,
)
REST = {BEN: Settlement(status="paid", paid=32_967), CLO: Settlement(status="open", waiting=1_098)}


@pytest.mark.parametrize(
    ("settled", "lines"),
    [
        (WAITS, ("Tax withheld | 0 EURC", "**Paid** | **0 EURC**", "Tax expected, as of now | 173.9 EURC")),
        (WAITS, ("Expected to be paid | 485.44 EURC", "Status | kept: frozen", "Rate of tax | 26.375 % for DE")),
        (RETURNED, ("Tax withheld | 0 EURC", "**Paid** | **0 EURC**", "Returned to the issuer | 659.34 EURC")),
        (
            PAID,
            ("Tax withheld | 173.9 EURC", "New units in place of money | 48 for 480 EURC", "Paid in money | 5.44 EURC"),
        ),
        (PAID, (f"Paid to | {CLO}, for {DAN}", f"Replaced by | {DAN}", "Transaction | 0xfeed")),
        (PAID, ("Paid on | 2027-01-16T09:00:00Z",)),
    ],
)
def test_holder_statement__of_what_became__says_no_more_than_happened(
    settled: Settlement, lines: tuple[str, ...]
) -> None:
    statement = holder_statement(SHOWN, DIVIDEND, ANA, settled=settled).splitlines()
    assert [line for line in lines if f"| {line} |" not in statement] == []
    assert any("expected" in line for line in statement) is (settled is WAITS)
    assert any("Rate of tax" in line for line in statement) is (settled is not RETURNED)


@pytest.mark.parametrize("settled", [WAITS, RETURNED, PAID])
def test_payout_report__of_what_became__withheld_expected_and_returned_apart(settled: Settlement) -> None:
    every = {ANA: settled, **REST}
    report: dict[str, Any] = payout_report(SHOWN, DIVIDEND, payout_rows(SHOWN, DIVIDEND, settled=every), settled=every)
    totals = {name: Fraction(value) for name, value in report["totals"].items()}
    assert totals["amount"] == sum(
        totals[name] for name in ("withheld", "price", "paid", "waiting", "returned", "dust")
    )
    (germany,) = report["authorities"]
    assert (germany["withheld"], germany["expected_tax"]) == (
        ("173.9" if settled is PAID else "0"),
        ("173.9" if settled is WAITS else "0"),
    )
    row = report["holders"][0]
    assert (row["withheld"], row["status"]) == (germany["withheld"], settled.status)
    assert not {"tax", "net"} & set(row)


def test_holder_statement__who_has_no_share__refused() -> None:
    with pytest.raises(InvalidInput, match="has no share in Dividend 2026"):
        holder_statement(SHOWN, DIVIDEND, DAN)


# Meetings


def meeting() -> MeetingTerms:
    return MeetingTerms(
        classes=(
            VotingClass(name="Ordinary", units={ANA: 60, BEN: 30, CLO: 10}),
            VotingClass(name="Founders", units={ANA: 1, DAN: 4}, multiplier=10),
        ),
        agenda=(
            Item(title="Accounts", quorum_bps=2_500, interested=frozenset({BEN})),
            Item(title="Board", kind=Kind.ELECTION, options=("Kim", "Lee"), seats=1, majority=Majority.PLURALITY),
            Item(title="Statutes", majority=Majority.CUSTOM, part=Fraction(3, 5), base=Base.ENTITLED),
            Item(kind=Kind.CHOICE, options=("Oslo", "Rome"), class_index=0),
        ),
        opens=1_800_000_000,
        closes=1_800_086_400,
        excluded=frozenset({CLO}),
    )


def cast(holder: Address, *answers: Answer, proxy: Address | None = None, class_index: int = 0) -> Cast:
    return Cast(holder=holder, answers=answers, at=1_800_000_100, proxy=proxy, class_index=class_index)


EVENTS = (
    cast(ANA, FOR, {0: 60}, FOR, {0: 40, 1: 20}),
    Grant(holder=BEN, proxy=ANA, units=20, at=1_800_000_000),
    cast(BEN, ABSTAIN, {1: 20}, AGAINST, ABSTAIN, proxy=ANA),
    cast(DAN, AGAINST, ABSTAIN, FOR, ABSTAIN, class_index=1),
    cast(CLO, FOR, ABSTAIN, FOR, ABSTAIN),
)
TITLE = MeetingTitle(
    issuer="Quillwater AG",
    name="General meeting 2027",
    record_date=1_799_000_000,
    reference="meeting 3",
    documents=(("Notice", "0xabcd"),),
)


def test_reminders__whose_votes_are_not_in__also_in_part_the_most_first() -> None:
    terms = meeting()
    counted = count_meeting(terms, EVENTS)
    assert reminders(terms, counted.ballots) == (
        Reminder(holder=BEN, class_index=0, units=10, votes=10),
        Reminder(holder=ANA, class_index=1, units=1, votes=10),
    )
    assert len(reminders(terms, ())) == 4


def test_reminders__own_ballot_for_the_rest_beside_a_proxys__nothing_is_open() -> None:
    rest = Cast(holder=BEN, answers=(ABSTAIN, ABSTAIN, FOR, ABSTAIN), at=1_800_000_100, rest=True)
    counted = count_meeting(meeting(), (*EVENTS, rest))
    assert [each.holder for each in reminders(meeting(), counted.ballots)] == [ANA]


def test_reminders__secret_ballot_handed_in__is_a_ballot() -> None:
    terms = replace(meeting(), opened_until=1_900_000_000)
    counted = count_meeting(terms, [Commit(holder=ANA, commitment=b"x", at=1_800_000_100)])
    assert (ANA, 0) not in {(each.holder, each.class_index) for each in reminders(terms, counted.ballots)}


def test_minutes_json__counted_meeting__every_figure() -> None:
    terms = meeting()
    minutes = json.loads(json.dumps(minutes_json(terms, count_meeting(terms, EVENTS), TITLE)))
    accounts, board, statutes, place = minutes["resolutions"]
    assert (minutes["votes_entitled"], minutes["votes_present"], minutes["excluded"]) == (140, 120, [CLO])
    assert [(each["entitled"], each["present"]) for each in minutes["classes"]] == [(90, 80), (5, 4)]
    assert (minutes["record_date"], minutes["opened"], minutes["final"]) == (1_799_000_000, 1_800_000_000, True)
    figures = ("for", "against", "present", "entitled", "quorum_votes")
    assert [accounts[each] for each in figures] == [60, 40, 100, 110, 28]
    assert (accounts["passed"], accounts["majority"]) == (True, "more than half of the votes cast")
    assert board["options"] == [
        {"number": 1, "name": "Kim", "votes": 60, "elected": True},
        {"number": 2, "name": "Lee", "votes": 20, "elected": False},
    ]
    assert (board["abstained"], board["not_used"]) == (None, 40)
    assert (statutes["majority"], statutes["passed"]) == ("3/5 of the votes entitled", True)
    assert (place["abstained"], place["not_used"], place["seats"]) == (20, None, None)
    assert [each["proxy"] for each in minutes["ballots"]] == [None, ANA, None]
    assert minutes["ballots"][0]["answers"] == ["for", {"1": 60}, "for", {"1": 40, "2": 20}]
    assert [(each["holder"], each["act"]) for each in minutes["without_effect"]] == [(CLO, "cast")]


def test_minutes_markdown__counted_meeting__reads_as_minutes() -> None:
    terms = meeting()
    text = minutes_markdown(terms, count_meeting(terms, EVENTS), TITLE, names={BEN: "Ben *Ltd*"})
    for line in (
        "# Minutes: General meeting 2027",
        "| Notice | `0xabcd` |",
        "| Ordinary | 1 | 90 | 80 |",
        "| Founders | 10 | 5 | 4 |",
        "3 ballots, 1 of them by proxy, with 120 of 140 votes, 85.71 %.",
        "### 1. Accounts",
        "Majority: more than half of the votes cast. Quorum: 25.00 % of the votes entitled, 28 votes. "
        f"Interested, and without a vote: Ben \\*Ltd\\* ({BEN}).",
        "**Carried: 60 for and 40 against; it needed more than half of 100, the votes cast.**",
        "Majority: 3/5 of the votes entitled. Quorum: none.",
        "**Elected: Kim with 60.**",
        "| Votes not used | 40 |",
        f"| Ordinary | Ben \\*Ltd\\* ({BEN}) | {ANA} | 20 | 1. abstain; 2. Lee 20; 3. against; 4. abstain |",
        "### 4. Choice",
        "## Without effect",
    ):
        assert line in text.splitlines()


def test_minutes__meeting_that_is_not_over__provisional_with_every_result() -> None:
    terms = meeting()
    title, counted = replace(TITLE, counted_at=terms.closes - 1, decimals=(0, 1)), count_meeting(terms, EVENTS)
    text = minutes_markdown(terms, counted, title)
    assert text.splitlines()[4].startswith("**PROVISIONAL: the meeting is not over. Results are final from 2027-01-")
    results = [line for line in text.splitlines() if "arried: " in line or "lected: " in line]
    assert len(results) == 4
    assert all(line.startswith("**PROVISIONAL, as it stands: ") for line in results)
    assert "| Founders | 10 | 0.5 | 0.4 |" in text
    minutes = minutes_json(terms, counted, title)
    first: dict[str, Any] = minutes["resolutions"][0]  # type: ignore[index]  # a list
    assert (minutes["final"], first["passed"]) == (False, None)
    assert first["reason"].startswith("PROVISIONAL")
    assert "PROVISIONAL" not in minutes_markdown(terms, counted, replace(title, counted_at=terms.closes))


def test_minutes__close_put_off_and_calls__with_their_times() -> None:
    terms = meeting()
    took = Proceedings(
        put_off=(PutOff(at=1_800_000_500, closes=terms.closes, ends=None),),
        calls=(
            CallsRecord(
                resolution=3,
                calls_hash=b"\x0a" * 32,
                acts=(
                    CallsAct(act="scheduled", at=1_800_100_000, ready_at=1_800_200_000),
                    CallsAct(act="cancelled", at=1_800_150_000, reason="A court forbids it"),
                ),
            ),
            CallsRecord(resolution=1, calls_hash=b"\x0b" * 32),
        ),
        decided_at=1_800_090_000,
    )
    counted = count_meeting(terms, EVENTS)
    text = minutes_markdown(terms, counted, TITLE, took)
    assert "| Close put off | at 2027-01-15T08:08:20Z, to 2027-01-16T08:00:00Z |" in text
    assert "| Results on record | 2027-01-16T09:00:00Z |" in text
    assert "scheduled at 2027-01-16T11:46:40Z, to be executed from 2027-01-17T15:33:20Z on; cancelled at" in text
    assert f"| 1 | `0x{'0b' * 32}` | not scheduled |" in text
    minutes: Any = minutes_json(terms, counted, TITLE, took)
    assert minutes["put_off"] == [{"at": 1_800_000_500, "closes": terms.closes, "opened_until": None}]
    assert [each["act"] for each in minutes["calls"][0]["acts"]] == ["scheduled", "cancelled"]


def test_minutes_markdown__secret_ballot_without_refusals__says_so() -> None:
    terms = replace(meeting(), opened_until=1_900_000_000)
    text = minutes_markdown(terms, count_meeting(terms, []), TITLE)
    assert "| Ballot | secret, opened after the close until 2030-03-17T17:46:40Z |" in text
    assert "Without effect" not in text


# Charts


def test_bar_chart__below_nothing__refused() -> None:
    with pytest.raises(InvalidAmount, match="shorter than nothing"):
        bar_chart("x", [Bar(label="a", value=-1, shown="-1")])


def test_bar_chart__text_that_is_markup__stays_text_in_sound_xml() -> None:
    svg = bar_chart('<script>&"\x00', [Bar(label="<b>" + "x" * 40, value=0, shown="]]>")], note="a & b")
    assert texts(svg) == ['<script>&"', "a & b", "<b>" + "x" * 24 + "…", "]]>"]
    assert "<script>" not in svg


def test_payout_by_country__largest_first__the_rest_together() -> None:
    svg = payout_by_country(SHOWN, symbol="EURC", decimals=2, most=1)
    assert texts(svg) == [
        "Payout by country",
        "999.99 EURC before tax, 3 holders",
        "Germany",
        "659.34 EURC (65.9 %)",
        "2 more countries",
        "340.65 EURC (34.1 %)",
    ]
    assert "Country not known" in payout_by_country(SHOWN)


def test_payout_by_size__powers_of_ten__with_their_holders() -> None:
    assert texts(payout_by_size(SHOWN, symbol="EURC", decimals=2))[2:] == [
        "1 to 9 (1)",
        "10.98 EURC (1.1 %)",
        "100 to 999 (2)",
        "989.01 EURC (98.9 %)",
    ]
    assert "less than 1 (1)" in texts(payout_by_size(SHOWN, unit_decimals=1))


def test_vote_chart__motion_and_options__with_the_result() -> None:
    accounts, board, _, place = count_meeting(meeting(), EVENTS).results
    assert texts(vote_chart(accounts))[2::2] == ["For", "Against", "Abstained"]
    assert texts(vote_chart(board)) == ["Board", "Elected: Kim with 60.", "Kim", "60 (75.0 %)", "Lee", "20 (25.0 %)"]
    assert texts(vote_chart(place))[0] == "Resolution"


def test_to_png__package_missing__says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "find_spec", lambda _name: None)
    with pytest.raises(InvalidInput, match=r"Install tokenkit\[charts\]"):
        charts.to_png("<svg/>")


@pytest.mark.skipif(find_spec("resvg_py") is None, reason="needs the extra charts")
def test_to_png__chart__is_a_picture() -> None:
    assert charts.to_png(payout_by_size(SHOWN)).startswith(b"\x89PNG")
