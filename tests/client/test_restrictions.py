"""The client's catalogue of refusals is the contract's: same names, same numbers, a sentence for each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import restrictions as restrictions_script
from tokenkit._contract import TOKEN, Contract
from tokenkit.restrictions import EXTERNAL_CODES, Refusal, Restriction, describe, refused, template
from tokenkit.reverts import TransferRestricted
from tokenkit.types import Address

if TYPE_CHECKING:
    from tokenkit.suite import Suite

VERDICT = Path(__file__).parents[2] / "contracts" / "types" / "Verdict.sol"
WALLET = Address("0x52908400098527886E0F7030069857D2E4169EE7")
REASONS = ("NOT_REGISTERED", "EXPIRED", "PROVIDER", "COUNTRY", "CLAIMS", "RETIRED", "NOT_VERIFIED")


def declared() -> dict[str, int]:
    """Read the constants of Verdict.sol, the reasons of a registry for both sides."""
    found = dict(re.findall(r"uint8 internal constant (\w+) = (\d+);", VERDICT.read_text(encoding="utf-8")))
    numbers = {name: int(value) for name, value in found.items()}
    sides = {side: numbers.pop(side) for side in ("SENDER", "RECEIVER")}
    reasons = {name: numbers.pop(name) for name in REASONS}
    return numbers | {
        f"{side}_{name}": start + reason for side, start in sides.items() for name, reason in reasons.items()
    }


def refusal(code: int) -> Refusal:
    return Refusal(code=code, account=WALLET, limit=840, actual=756, largest=0, earliest=1_893_456_000)


def test_restriction__names_and_numbers__are_those_of_verdict_sol() -> None:
    assert {each.name: each.value for each in Restriction} == declared()


def test_message__every_code__known_to_the_contract_and_no_other(suite: Suite) -> None:
    token = Contract(suite.chain, suite.classes["ORD"].address, *TOKEN)
    known = {int(each) for each in Restriction} | set(EXTERNAL_CODES)
    for code in range(256):
        message = token.read("messageForTransferRestriction", code)
        assert message
        assert (message != "Unknown restriction code") == (code in known), code
        assert ("unknown to this version" in describe(refusal(code))) == (code not in known), code


@pytest.mark.parametrize("code", [*Restriction, 201, 255, 99])
def test_describe__every_code__a_whole_sentence(code: int) -> None:
    text = describe(refusal(code))
    assert text.endswith(".")
    assert "{" not in text
    if "{account}" in template(code):
        assert WALLET in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (Restriction.HOLDING_CAP, "would hold 756 units; one investor may hold at most 840"),
        (Restriction.FLOW_BACK, "from the United States of America to Switzerland until 2030-01-01"),
        (Restriction.RECEIVER_COUNTRY, "residents of Switzerland"),
        (Restriction.SENDER_EXPIRED, "cannot send"),
        (Restriction.RECEIVER_CLAIMS, "cannot receive: not attested as accredited"),
        (Restriction.INVESTOR_COUNT, "756 investors; this class may have at most 840"),
    ],
)
def test_describe__figures__in_the_words_of_a_user(code: Restriction, words: str) -> None:
    assert words in describe(refusal(code), lacking=lambda _: "accredited")


def test_describe__decimals_and_names__used() -> None:
    text = describe(refusal(Restriction.BALANCE), decimals=2, who=lambda _: "Ana")
    assert text == "Ana holds 8.4 units, less than the 7.56 asked for."


def test_name__a_code_of_others__external() -> None:
    assert refusal(222).name == "EXTERNAL_RULE"
    assert refusal(Restriction.LOCKUP).name == "LOCKUP"


def test_refused__what_the_token_said__in_words() -> None:
    error = TransferRestricted(24, WALLET, 0, 840)
    assert refused(error) == Refusal(code=24, account=WALLET, limit=0, actual=840, largest=0, earliest=None)
    assert refused(error).sentence() == (
        f"{WALLET} cannot receive: residents of the United States of America may not hold this class."
    )


def test_docs__restrictions_page__is_what_the_catalogue_gives() -> None:
    assert restrictions_script.main(["--check"]) == 0
    page = restrictions_script.PAGE.read_text(encoding="utf-8")
    for each in Restriction:
        assert f"| {int(each)} | `{each.name}` |" in page


@pytest.mark.parametrize("second", [2**38, 2**48, 2**256 - 1])
def test_describe__a_time_beyond_calendars__said_not_raised(second: int) -> None:
    refused_late = Refusal(
        code=Restriction.SENDER_EXPIRED, account=WALLET, limit=second, actual=0, largest=0, earliest=second
    )
    assert "an unknown time" in describe(refused_late)
