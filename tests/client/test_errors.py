"""The tree of errors: as drawn, and each says what a person needs."""

from __future__ import annotations

import inspect
import re

import pytest
from tests.client.chain_probe import TooMany

from tokenkit import errors
from tokenkit.errors import (
    InvalidInput,
    OutOfGas,
    Panic,
    ReadOnly,
    Reverted,
    RevertReason,
    TokenkitError,
    UnknownRevert,
    WrongChain,
)

ACCOUNT = "0x00000000000000000000000000000000DeaDBeef"


def _classes() -> dict[str, type[TokenkitError]]:
    return {
        name: value
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, TokenkitError) and value.__module__ == errors.__name__
    }


def test_tree__drawn_in_the_docstring__is_the_tree_of_classes() -> None:
    drawn: dict[str, str | None] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"\s*((?:[│├└─ ]{4})*)([A-Z]\w+)(?: \(also .*\))?$", line[4:])
        if found:
            depth = (len(line) - 4 - len(line[4:].lstrip("│├└─ "))) // 4
            path[depth:] = [found[2]]
            drawn[found[2]] = path[depth - 1] if depth else None

    built = {name: kind.__bases__[0].__name__ for name, kind in _classes().items()}
    built["TokenkitError"] = None  # type: ignore[assignment]
    assert drawn == built


@pytest.mark.parametrize("kind", [kind for kind in _classes().values() if issubclass(kind, InvalidInput)])
def test_invalid_input__every_kind__is_a_value_error(kind: type[TokenkitError]) -> None:
    assert issubclass(kind, ValueError)


def test_reverted__wrong_number_of_values__type_error() -> None:
    with pytest.raises(TypeError, match="2 values, not 1"):
        TooMany(ACCOUNT)


def test_reverted__subclass__attributes_fields_and_sentence() -> None:
    error = TooMany(ACCOUNT, 7, data=b"\x01", transaction="0xab")

    assert (error.account, error.limit) == (ACCOUNT, 7)
    assert error.fields == {"account": ACCOUNT, "limit": 7}
    assert error.sentence == f"{ACCOUNT} may hold 7 at most."
    assert str(error) == f"{ACCOUNT} may hold 7 at most. [TooMany(account={ACCOUNT}, limit=7)]"
    assert (error.data, error.transaction, error.contract) == (b"\x01", "0xab", None)


def test_reverted__placeholder_without_a_field__stays_as_it_is() -> None:
    class Odd(Reverted):
        sentence_template = "No {such} value."

    assert Odd().sentence == "No {such} value."


def test_reverted__value_with_braces__is_not_filled_in_again() -> None:
    assert RevertReason("{reason} {0}").sentence == "The contract refused: {reason} {0}"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Panic(0x11), "The contract failed: arithmetic overflow or underflow (panic 0x11)."),
        (Panic(0x99), "The contract failed: unknown panic (panic 0x99)."),
        (UnknownRevert(), "The contract refused without giving a reason."),
        (
            UnknownRevert(data=b"\xde\xad\xbe\xef"),
            "The contract refused with an error unknown to tokenkit: 0xdeadbeef",
        ),
        (OutOfGas(), "The gas was used up before the end. Send fewer rows at once, or allow more gas."),
    ],
)
def test_sentence__every_general_refusal__says_what_happened(error: Reverted, sentence: str) -> None:
    assert error.sentence == sentence
    assert sentence in str(error)


def test_bytes_in_a_refusal__shown_as_hex() -> None:
    class Hashed(Reverted):
        field_names = ("document",)
        sentence_template = "Not {document}."

    assert Hashed(b"\x01\x02").sentence == "Not 0x0102."


def test_wrong_chain__says_both_and_the_remedy() -> None:
    error = WrongChain(expected=1, actual=5)

    assert (error.expected, error.actual) == (1, 5)
    assert "chain 5" in str(error)
    assert "URL" in str(error)


def test_read_only__says_how_to_sign() -> None:
    assert "keystore" in str(ReadOnly())
