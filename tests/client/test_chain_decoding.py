"""Revert data into typed errors: by selector, and never a crash."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st
from tests.client.chain_probe import REGISTRY, TooMany

from tokenkit import reverts as generated
from tokenkit.chain import decode
from tokenkit.chain.decoding import out_of_gas
from tokenkit.errors import OutOfGas, Panic, Reverted, RevertReason, UnknownRevert
from tokenkit.types import parse_address

ACCOUNT = parse_address("0x00000000000000000000000000000000deadbeef")
CONTRACT = parse_address("0x" + "11" * 20)


@given(st.binary(max_size=200))
def test_decode__any_bytes__some_refusal_that_keeps_them(data: bytes) -> None:
    error = decode(data, CONTRACT)

    assert isinstance(error, Reverted)
    assert (error.data, error.contract) == (data, CONTRACT)
    assert error.sentence
    assert str(error)


@given(st.binary(max_size=200), st.sampled_from([*REGISTRY, RevertReason.selector, Panic.selector]))
def test_decode__known_selector_and_any_body__never_raises(body: bytes, selector: bytes) -> None:
    assert decode(selector + body, registry=REGISTRY).data == selector + body


@given(st.integers(0, 255), st.integers(0, 2**256 - 1), st.integers(0, 2**256 - 1))
def test_decode__any_restriction__said_in_words(code: int, limit: int, actual: int) -> None:
    values = (code, ACCOUNT, limit, actual)
    error = decode(generated.TransferRestricted.selector + encode(generated.TransferRestricted.abi_types, values))

    assert isinstance(error, generated.TransferRestricted)
    assert error.sentence.endswith(".")
    assert error.sentence != error.sentence_template


def test_decode__restriction__the_error_says_why() -> None:
    data = generated.TransferRestricted.selector + encode(generated.TransferRestricted.abi_types, (24, ACCOUNT, 0, 840))

    said = str(decode(data))
    assert said.startswith(
        f"{ACCOUNT} cannot receive: residents of the United States of America may not hold this class. ["
    )
    assert "code=24" in said


def test_decode__body_cut_off__unknown() -> None:
    data = TooMany.selector + encode(("address", "uint256"), (ACCOUNT, 7))

    assert type(decode(data[:-1], registry=REGISTRY)) is UnknownRevert


def test_decode__text_is_not_utf8__unknown() -> None:
    data = RevertReason.selector + encode(("bytes",), (b"\xff\xfe",))

    assert type(decode(data)) is UnknownRevert


def test_decode__selector_not_in_the_registry__unknown() -> None:
    data = TooMany.selector + encode(("address", "uint256"), (ACCOUNT, 7))

    assert type(decode(data, registry={})) is UnknownRevert


def test_decode__known_error__values_contract_and_transaction() -> None:
    data = TooMany.selector + encode(("address", "uint256"), (ACCOUNT, 7))

    error = decode(data, CONTRACT, REGISTRY, transaction="0xab")

    assert isinstance(error, TooMany)
    assert (error.account, error.limit) == (ACCOUNT, 7)
    assert (error.contract, error.transaction) == (CONTRACT, "0xab")


def test_decode__list_of_addresses__checksummed() -> None:
    class Refused(Reverted):
        selector = b"\x01\x02\x03\x04"
        abi_types = ("address[]",)
        field_names = ("accounts",)

    data = Refused.selector + encode(Refused.abi_types, ([ACCOUNT, CONTRACT],))

    assert decode(data, registry={Refused.selector: Refused}).fields == {"accounts": (ACCOUNT, CONTRACT)}


@pytest.mark.parametrize("text", ["too late", "", "b'\\x01'", "é{reason}", "execution reverted: x"])
def test_decode__reason__its_text_unread(text: str) -> None:
    error = decode(RevertReason.selector + encode(("string",), (text,)))

    assert isinstance(error, RevertReason)
    assert error.reason == text


@pytest.mark.parametrize("code", [0, 0x11, 0x99, 2**256 - 1])
def test_decode__panic__its_code(code: int) -> None:
    error = decode(Panic.selector + encode(("uint256",), (code,)))

    assert isinstance(error, Panic)
    assert error.code == code


def test_out_of_gas__no_data() -> None:
    assert type(out_of_gas(CONTRACT)) is OutOfGas


@pytest.mark.parametrize("kind", generated.BY_SELECTOR.values(), ids=lambda kind: kind.__name__)
def test_decode__every_error_of_the_suite__found_by_default_with_all_its_values(kind: type[Reverted]) -> None:
    values = tuple(_sample(abi_type) for abi_type in kind.abi_types)

    error = decode(kind.selector + encode(kind.abi_types, values))

    assert type(error) is kind
    assert error.args == values
    assert "{" not in error.sentence


def _sample(abi_type: str) -> object:
    if abi_type.endswith("[]"):
        return (_sample(abi_type[:-2]),)
    if abi_type.startswith("("):
        return tuple(_sample(part) for part in abi_type[1:-1].split(","))
    if abi_type.startswith("bytes") and abi_type != "bytes":
        return bytes(range(int(abi_type[5:])))
    samples: dict[str, object] = {"address": ACCOUNT, "bool": True, "string": "why", "bytes": b"\x01"}
    return samples.get(abi_type, 7)
