"""From transactions to steps: what is set aside and why, then what each kind of transaction does."""

from __future__ import annotations

import pytest
from tests.client.ocf_builder import (
    BASE,
    cancellation,
    consolidation,
    conversion,
    held,
    imported,
    issuance,
    reissuance,
    repurchase,
    retraction,
    set_aside,
    split,
    stakeholder,
    stock_class,
    transaction,
    transfer,
)

from tokenkit.errors import InvalidInput
from tokenkit.ocf import Outcome, Step, StepKind, Why, example_directory, import_package

TWO_PARTS = (issuance("new", "ben", "40", day="2022-03-01"), issuance("rest", "ana", "60", day="2022-03-01"))


def steps(result: object) -> list[tuple[str, str | None, str | None, int]]:
    return [(str(each.kind), each.source, each.target, each.units) for each in result.batch.steps]  # type: ignore[attr-defined]


@pytest.mark.parametrize("decimals", [-1, 11])
def test_import_package__decimals_that_ocf_cannot_write__refused(decimals: int) -> None:
    with pytest.raises(InvalidInput, match="Give 0 to 10"):
        import_package(example_directory(), decimals=decimals)


@pytest.mark.parametrize(
    ("quantity", "decimals", "why"),
    [
        ("0", 0, Why.NOT_POSITIVE),
        ("-0.00", 0, Why.NOT_POSITIVE),
        ("-5", 0, Why.NOT_POSITIVE),
        ("10.5", 0, Why.INEXACT),
        ("10.55", 1, Why.INEXACT),
        ("10.00000000000", 0, Why.INEXACT),  # eleven decimals
        ("79228162514264337593543950336", 0, Why.TOO_LARGE),
        ("79228162514264337593543950335.1", 1, Why.TOO_LARGE),
    ],
)
def test_import__quantity_that_cannot_be_units__set_aside(quantity: str, decimals: int, why: Why) -> None:
    result = imported(issuance("cert", quantity=quantity), decimals=decimals)
    assert set_aside(result) == {"issue-cert": why}
    assert quantity in result.report.of(Outcome.SET_ASIDE)[0].detail
    assert held(result) == {}


@pytest.mark.parametrize(
    ("quantity", "decimals", "units"), [("+10.00", 0, 10), ("10.5", 1, 105), ("0.0000000001", 10, 1)]
)
def test_import__quantity_that_is_exact__units(quantity: str, decimals: int, units: int) -> None:
    assert held(imported(issuance("cert", quantity=quantity), decimals=decimals)) == {"common": {"ana": units}}


def test_import__supply_above_the_largest_row__set_aside_though_each_part_would_fit() -> None:
    half = str(2**95)
    result = imported(issuance("a", quantity=half), issuance("b", quantity=half))
    assert set_aside(result) == {"issue-b": Why.TOO_LARGE}


@pytest.mark.parametrize("room", [retraction("a"), split("1/2")])
def test_import__supply_below_the_largest_row_again__there_is_room(room: dict[str, object]) -> None:
    half = str(2**95)
    result = imported(issuance("a", quantity=half), issuance("b", quantity=half, day="2022-03-02"), room)
    assert set_aside(result) == {}


def test_import__split_to_above_the_largest_row__set_aside_then_no_room_for_more() -> None:
    quarter = str(2**94)
    result = imported(
        issuance("a", quantity=quarter), split("5/1"), split("3/1", day="2022-03-02", name="smaller"),
        issuance("b", quantity=quarter, day="2022-03-03"),
    )  # fmt: skip
    assert set_aside(result) == {"split": Why.TOO_LARGE, "issue-b": Why.TOO_LARGE}


def test_import__conversion_into_more_than_the_largest_row__set_aside_though_each_part_would_fit() -> None:
    half, day = str(2**95), "2022-03-01"
    result = imported(
        issuance("cert", share_class="preferred"), conversion("cert", "100", "a", "b"),
        issuance("a", quantity=half, day=day), issuance("b", quantity=half, day=day),
    )  # fmt: skip
    assert set_aside(result)["convert-cert"] is Why.TOO_LARGE
    assert held(result) == {"preferred": {"ana": 100}}


def test_import__several_addresses__the_country_of_the_legal_one() -> None:
    addresses = [{"address_type": "CONTACT", "country": "DE"}, {"address_type": "LEGAL", "country": "CH"}]
    batch = imported(base=(stakeholder("ana") | {"addresses": addresses},)).batch
    assert batch.investors[0].country == "CH"


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (issuance("cert", "zoe"), Why.UNKNOWN_STAKEHOLDER),
        (issuance("cert", share_class="growth"), Why.UNKNOWN_CLASS),
        (transfer("cert", "10", "new"), Why.UNKNOWN_SECURITY),
        (cancellation("cert", "10"), Why.UNKNOWN_SECURITY),
        (repurchase("cert", "10"), Why.UNKNOWN_SECURITY),
        (retraction("cert"), Why.UNKNOWN_SECURITY),
        (reissuance("cert", "new"), Why.UNKNOWN_SECURITY),
        (consolidation(["cert", "b"], "new"), Why.UNKNOWN_SECURITY),
        (conversion("cert", "10", "new"), Why.UNKNOWN_SECURITY),
        (transaction("ACCEPTANCE", "accept", security_id="cert"), Why.UNKNOWN_SECURITY),
        (split(share_class="growth"), Why.UNKNOWN_CLASS),
        (
            transaction(
                "CLASS_AUTHORIZED_SHARES_ADJUSTMENT", "more", stock_class_id="growth", new_shares_authorized="9"
            ),
            Why.UNKNOWN_CLASS,
        ),
        (transaction("BUYBACK", "buy"), Why.UNKNOWN_TYPE),
        ({"object_type": "TX_WARRANT_ISSUANCE", "id": "w"}, Why.NOT_SHARES),
        ({"object_type": "TX_CONVERTIBLE_ISSUANCE", "id": "c"}, Why.NOT_SHARES),
        ({"object_type": "TX_EQUITY_COMPENSATION_ISSUANCE", "id": "e"}, Why.NOT_SHARES),
        ({"object_type": "TX_PLAN_SECURITY_ISSUANCE", "id": "p"}, Why.NOT_SHARES),
    ],
)
def test_import__item_that_leads_nowhere__set_aside(item: dict[str, object], why: Why) -> None:
    result = imported(item)
    assert set_aside(result) == {str(item["id"]): why}
    assert result.batch.steps == ()


def test_import__one_security_defined_twice__none_of_them_is_relied_on() -> None:
    first, second = issuance("cert", quantity="100"), issuance("cert", quantity="90") | {"id": "again"}
    accepted = transaction("ACCEPTANCE", "accept", security_id="cert")
    result = imported(first, second, accepted, retraction("cert"))
    assert set(set_aside(result).values()) == {Why.REPEATED_SECURITY}
    assert len(set_aside(result)) == 4
    assert "issue-cert, again" in result.report.of(Outcome.SET_ASIDE)[0].detail


def test_import__what_depends_on_an_item_set_aside__set_aside_with_it() -> None:
    accepted = transaction("ACCEPTANCE", "accept", security_id="rest")
    chain = (issuance("cert", "zoe"), *TWO_PARTS, transfer("cert", "40", "new", balance="rest"), retraction("new"))
    result = imported(*chain, accepted)
    assert set_aside(result) == {
        "issue-cert": Why.UNKNOWN_STAKEHOLDER,
        "transfer-cert": Why.DEPENDS,
        "issue-new": Why.DEPENDS,
        "issue-rest": Why.DEPENDS,
        "retract-new": Why.DEPENDS,
        "accept": Why.DEPENDS,
    }
    assert held(result) == {}


def test_import__ended_before_it_was_issued__set_aside() -> None:
    result = imported(issuance("cert", day="2022-02-02"), retraction("cert", day="2022-02-01"))
    assert set_aside(result) == {"retract-cert": Why.NOT_YET_ISSUED}
    assert held(result) == {"common": {"ana": 100}}


def test_import__ended_twice__the_second_is_set_aside_and_says_by_what_it_ended() -> None:
    result = imported(issuance("cert"), retraction("cert"), cancellation("cert", "100", day="2022-03-02"))
    assert set_aside(result) == {"cancel-cert": Why.ALREADY_ENDED}
    assert "TX_STOCK_RETRACTION retract-cert" in result.report.of(Outcome.SET_ASIDE)[0].detail


def test_import__same_result_of_two_transfers__the_second_is_set_aside() -> None:
    result = imported(
        issuance("a"), issuance("b"), issuance("new", "ben", day="2022-03-01"),
        transfer("a", "100", "new"), transfer("b", "100", "new"),
    )  # fmt: skip
    assert set_aside(result) == {"transfer-b": Why.ALREADY_BEGUN}
    assert held(result) == {"common": {"ana": 100, "ben": 100}}


@pytest.mark.parametrize(
    ("items", "why"),
    [
        ((transfer("cert", "40", "new"), TWO_PARTS[0]), Why.NO_BALANCE),
        ((cancellation("cert", "40"),), Why.NO_BALANCE),
        ((transfer("cert", "101", "new", balance="rest"), *TWO_PARTS), Why.QUANTITIES_DIFFER),
        ((transfer("cert", "41", "new", balance="rest"), *TWO_PARTS), Why.QUANTITIES_DIFFER),
        ((transfer("cert", "40", "new", balance="rest"), TWO_PARTS[0], issuance("rest", quantity="61")), Why.WRONG_DATE),
        ((repurchase("cert", "100", balance="rest"), TWO_PARTS[1]), Why.QUANTITIES_DIFFER),
        ((cancellation("cert", "0"),), Why.NOT_POSITIVE),
        ((cancellation("cert", "1.5", balance="rest"), TWO_PARTS[1]), Why.INEXACT),
        ((cancellation("cert", "40", balance="rest"),), Why.UNKNOWN_SECURITY),
        ((cancellation("cert", "40", balance="rest"), issuance("rest", "ben", "60", day="2022-03-01")), Why.WRONG_HOLDER),
        (
            (
                cancellation("cert", "40", balance="rest"),
                issuance("rest", "ana", "60", day="2022-03-01", share_class="preferred"),
            ),
            Why.WRONG_CLASS,
        ),
        ((transfer("cert", "100", "new"), issuance("new", "ben", "99", day="2022-03-01")), Why.QUANTITIES_DIFFER),
        (
            (transfer("cert", "100", "new"), issuance("new", "ben", day="2022-03-01", share_class="preferred")),
            Why.WRONG_CLASS,
        ),
        ((reissuance("cert", "new"), issuance("new", "ben", day="2022-03-01")), Why.WRONG_HOLDER),
        ((reissuance("cert", "new", split="none"), issuance("new", day="2022-03-01")), Why.UNKNOWN_SPLIT),
        (
            (conversion("cert", "100", "new"), issuance("new", "ben", day="2022-03-01", share_class="preferred")),
            Why.WRONG_HOLDER,
        ),
        (
            (issuance("b", "ben"), consolidation(["cert", "b"], "new"), issuance("new", quantity="200", day="2022-03-01")),
            Why.WRONG_HOLDER,
        ),
    ],
)  # fmt: skip
def test_import__transaction_that_contradicts_its_certificates__set_aside_whole(
    items: tuple[dict[str, object], ...], why: Why
) -> None:
    result = imported(issuance("cert"), *items)
    (refused,) = [each for each in result.report.of(Outcome.SET_ASIDE) if each.why is not Why.DEPENDS]
    assert refused.why is why
    assert held(result)["common"]["ana"] == 100


def test_import__transactions_that_wait_for_one_another__all_set_aside() -> None:
    day = "2022-03-01"
    result = imported(
        issuance("a", day=day), issuance("b", day=day), reissuance("a", "b", day=day), reissuance("b", "a", day=day)
    )
    assert len(result.report.of(Outcome.SET_ASIDE)) == 4
    assert held(result) == {}


def test_import__reverse_split_that_leaves_a_fraction__set_aside_whole() -> None:
    result = imported(issuance("a", quantity="99"), issuance("b", "ben", "100"), split("1/3"))
    assert set_aside(result) == {"split": Why.INEXACT}
    assert held(result) == {"common": {"ana": 99, "ben": 100}}


def test_import__reissuance_for_a_split_of_another_class_or_day__set_aside() -> None:
    both = imported(
        issuance("a"), issuance("b", share_class="preferred"), split("2/1"),
        issuance("c", quantity="200", day="2022-03-02"), reissuance("a", "c", split="split", day="2022-03-02"),
        issuance("d", share_class="preferred", day="2022-03-02"), reissuance("b", "d", split="split", day="2022-03-02"),
    )  # fmt: skip
    aside = set_aside(both)
    assert (aside["reissue-a"], aside["reissue-b"]) == (Why.WRONG_DATE, Why.WRONG_CLASS)
    assert held(both) == {"common": {"ana": 200}, "preferred": {"ana": 100}}


def test_import__context__informational() -> None:
    result = imported(
        issuance("cert"),
        transaction("ACCEPTANCE", "accept", security_id="cert"),
        {"object_type": "STOCK_PLAN", "id": "plan"},
        {"object_type": "VESTING_TERMS", "id": "terms"},
        {"object_type": "DOCUMENT", "id": "note"},
        {"object_type": "CE_STAKEHOLDER_STATUS", "id": "left"},
        {"object_type": "TX_VESTING_START", "id": "start"},
    )
    assert len(result.report.of(Outcome.INFORMATIONAL)) == 6
    assert len(result.report.of(Outcome.USED)) == len(BASE) + 1
    assert result.report.lines()[0] == "12 objects read: 6 used, 6 informational, 0 set aside."


def test_import__transfer_in_part_to_two__a_step_each_and_the_balance_once() -> None:
    result = imported(
        issuance("cert"),
        issuance("b", "ben", "30", day="2022-03-01"), issuance("c", "clo", "10", day="2022-03-01"), TWO_PARTS[1],
        transfer("cert", "40", "b", "c", balance="rest") | {"consideration_text": "CHF 9.00 a share"},
    )  # fmt: skip
    assert set_aside(result) == {}
    assert result.batch.steps[1:] == (
        Step(
            kind=StepKind.TRANSFER, day=result.batch.steps[1].day, share_class="common", source="ana", target="ben",
            units=30, begun=("b",), transaction="transfer-cert", reason="transfer: CHF 9.00 a share",
        ),
        Step(
            kind=StepKind.TRANSFER, day=result.batch.steps[1].day, share_class="common", source="ana", target="clo",
            units=10, ended=("cert",), begun=("c", "rest"), transaction="transfer-cert",
            reason="transfer: CHF 9.00 a share",
        ),
    )  # fmt: skip
    assert held(result) == {"common": {"ana": 60, "ben": 30, "clo": 10}}


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (cancellation("cert", "40", balance="rest"), "cancellation: Forfeited"),
        (repurchase("cert", "40", balance="rest"), "repurchase"),
    ],
)
def test_import__part_of_a_certificate_ceases_to_exist__redeemed(item: dict[str, object], reason: str) -> None:
    result = imported(issuance("cert"), TWO_PARTS[1], item)
    last = result.batch.steps[-1]
    assert (last.kind, last.source, last.units, last.reason) == (StepKind.REDEEM, "ana", 40, reason)
    assert (last.ended, last.begun) == (("cert",), ("rest",))
    assert held(result) == {"common": {"ana": 60}}


def test_import__retraction__the_whole_certificate_redeemed() -> None:
    result = imported(issuance("cert"), issuance("other", "ben"), retraction("cert"))
    assert steps(result)[-1] == ("redeem", "ana", None, 100)
    assert held(result) == {"common": {"ben": 100}}


def test_import__certificates_renewed__no_step() -> None:
    day = "2022-03-01"
    result = imported(
        issuance("a"), issuance("b"),
        consolidation(["a", "b"], "c"), issuance("c", quantity="200", day=day),
        reissuance("c", "d", "e", day="2022-03-02"),
        issuance("d", quantity="150", day="2022-03-02"), issuance("e", quantity="50", day="2022-03-02"),
        retraction("e", day="2022-03-03"),
    )  # fmt: skip
    assert set_aside(result) == {}
    assert steps(result) == [
        ("issue", None, "ana", 100),
        ("issue", None, "ana", 100),
        ("redeem", "ana", None, 50),
    ]


def test_import__conversion_in_part__one_class_redeemed_and_the_other_issued() -> None:
    day = "2022-03-01"
    result = imported(
        issuance("cert", share_class="preferred"),
        conversion("cert", "40", "new", balance="rest"),
        issuance("new", quantity="80", day=day), issuance("rest", quantity="60", day=day, share_class="preferred"),
    )  # fmt: skip
    assert set_aside(result) == {}
    assert steps(result)[1:] == [("redeem", "ana", None, 40), ("issue", None, "ana", 80)]
    assert held(result) == {"common": {"ana": 80}, "preferred": {"ana": 60}}


def test_import__shares_from_an_option_or_a_note__an_issuance_that_says_so() -> None:
    exercise = {"object_type": "TX_WARRANT_EXERCISE", "id": "w-1", "resulting_security_ids": ["cert"]}
    result = imported(exercise, issuance("cert"))
    assert set_aside(result) == {"w-1": Why.NOT_SHARES}
    assert result.batch.steps[0].reason == "issuance on TX_WARRANT_EXERCISE w-1"


@pytest.mark.parametrize(
    ("ratio", "more", "after"),
    [
        ("3/1", [("issue", None, "ana", 180), ("issue", None, "ben", 40)], {"ana": 270, "ben": 60}),
        ("3/2", [("issue", None, "ana", 45), ("issue", None, "ben", 10)], {"ana": 135, "ben": 30}),
        ("1/10", [("redeem", "ana", None, 81), ("redeem", "ben", None, 18)], {"ana": 9, "ben": 2}),
        ("1.50/1.5", [], {"ana": 90, "ben": 20}),
    ],
)
def test_import__split__one_step_for_each_holder(
    ratio: str, more: list[tuple[str, str | None, str | None, int]], after: dict[str, int]
) -> None:
    result = imported(
        issuance("b", "ben", "20"), issuance("a1", "ana", "30"), issuance("a2", "ana", "60"),
        issuance("p", "clo", share_class="preferred"), split(ratio),
    )  # fmt: skip
    assert steps(result)[4:] == more
    assert held(result) == {"common": after, "preferred": {"clo": 100}}


def test_import__split_and_what_else_happens_that_day__counted_after_the_split_in_any_order_of_the_file() -> None:
    day = "2022-03-01"
    items = [
        reissuance("a", "c", split="split"), issuance("c", quantity="200", day=day),
        issuance("late", "clo", "7", day=day),
        transfer("b", "150", "d", balance="e"), issuance("d", "clo", "150", day=day), issuance("e", "ben", "50", day=day),
        split("2/1"), issuance("a"), issuance("b", "ben"),
    ]  # fmt: skip
    for order in (items, items[::-1]):
        result = imported(*order)
        assert set_aside(result) == {}
        assert held(result) == {"common": {"ana": 200, "ben": 50, "clo": 157}}


def test_import__several_hands_on_one_day__each_waits_for_the_one_before() -> None:
    day = "2022-03-01"
    chain = [
        transfer("c", "100", "d"), transfer("b", "100", "c"), transfer("a", "100", "b"),
        issuance("d", "ana", day=day), issuance("c", "clo", day=day), issuance("b", "ben", day=day),
        issuance("a", "ana", day=day),
    ]  # fmt: skip
    result = imported(*chain)
    assert set_aside(result) == {}
    assert [(source, target) for _, source, target, _ in steps(result)] == [
        (None, "ana"), ("ana", "ben"), ("ben", "clo"), ("clo", "ana"),
    ]  # fmt: skip


def test_import__authorized_shares_adjusted__the_last_by_date_holds() -> None:
    def adjustment(shares: str, day: str) -> dict[str, object]:
        fields: dict[str, object] = {"stock_class_id": "common", "new_shares_authorized": shares}
        return transaction("CLASS_AUTHORIZED_SHARES_ADJUSTMENT", f"to-{shares}", day=day, **fields)

    result = imported(adjustment("90", "2022-05-01"), adjustment("500", "2022-04-01"), issuance("cert"))
    assert result.batch.classes[0].authorized == 90
    assert result.report.notes == ("Common: 100 shares are out, 90 are authorized.",)


@pytest.mark.parametrize("word", ["UNLIMITED", "NOT APPLICABLE"])
def test_import__no_limit_on_authorized_shares__none(word: str) -> None:
    result = imported(base=(stock_class("common", authorized=word),))
    assert result.batch.classes[0].authorized is None


def test_registers__before_a_day__that_day_does_not_count() -> None:
    batch = imported(issuance("a", day="2022-02-01"), issuance("b", "ben", day="2022-02-02")).batch
    assert batch.registers(before=batch.steps[1].day)["common"].units == {"ana": 100}
