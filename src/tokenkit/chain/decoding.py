"""Revert data into typed errors, by selector. Never by text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from eth_abi.abi import decode as abi_decode

from tokenkit._trex import REVERTS
from tokenkit.errors import OutOfGas, Panic, Reverted, RevertReason, UnknownRevert
from tokenkit.restrictions import refused
from tokenkit.types import LAST_SECOND, Address, from_unix, parse_address

Registry = Mapping[bytes, type[Reverted]]

_BUILTIN: Registry = {RevertReason.selector: RevertReason, Panic.selector: Panic}


def decode(
    data: bytes, contract: Address | None = None, registry: Registry | None = None, *, transaction: str | None = None
) -> Reverted:
    """Return the typed error that revert *data* stands for; never raises.

    The selector is looked up in *registry*, by default the errors of all of tokenkit's contracts. Data that no class fits is an
    :class:`~tokenkit.errors.UnknownRevert`.
    """
    selector = data[:4]
    error = _BUILTIN.get(selector) or (_suite_errors() if registry is None else registry).get(selector)
    if error is not None:
        values = _values(error.abi_types, data[4:])
        if values is not None:
            return _explained(error(*values, data=data, contract=contract, transaction=transaction))
    return UnknownRevert(data=data, contract=contract, transaction=transaction)


def _explained(error: Reverted) -> Reverted:
    """Say what the code of a restriction means, or note what a string of T-REX's does; amounts in units: decimals are not known here."""
    from tokenkit.reverts import (  # noqa: PLC0415 - as below
        AgainstInstructions,
        InvalidExtension,
        TooManyVotes,
        TransferRestricted,
    )

    if isinstance(error, TransferRestricted):
        error.explanation = refused(error).sentence()
    elif isinstance(error, TooManyVotes):
        given = f"the ballot gives {error.votes} votes and has {error.limit}"
        error.explanation = f"Resolution {error.resolution + 1}: {given}."
    elif isinstance(error, AgainstInstructions):
        error.explanation = f"{error.sentence_template.rstrip('.')}: {_instructed(error.instructions)}."
    elif isinstance(error, InvalidExtension):
        error.explanation = f"{error.sentence_template.rstrip('.')}: {_put_off(error.closes, error.latest_close)}."
    elif isinstance(error, RevertReason) and error.reason in REVERTS:
        error.add_note(REVERTS[error.reason])
    return error


def _instructed(word: int) -> str:
    """Say what a proxy is told, from two bits a resolution: 3 leaves it free."""
    told = ((number, word >> 2 * (number - 1) & 3) for number in range(1, 65))
    return ", ".join(
        f"resolution {number} {('abstain', 'for', 'against')[choice]}" for number, choice in told if choice != 3
    )


def _put_off(closes: int, latest: int) -> str:
    if not latest:
        return "it names no later close"
    asked, most = (
        f"{from_unix(at):%Y-%m-%d %H:%M:%S} UTC" if at <= LAST_SECOND else str(at) for at in (closes, latest)
    )
    return f"{asked} was asked, and {most} is the latest"


def out_of_gas(contract: Address | None = None, *, transaction: str | None = None) -> OutOfGas:
    """Return the error of an execution that used up its gas; it carries no data."""
    return OutOfGas(contract=contract, transaction=transaction)


def _values(types: tuple[str, ...], body: bytes) -> tuple[object, ...] | None:
    try:
        raw = abi_decode(types, body)
    except Exception:  # noqa: BLE001 - whatever the bytes do to eth_abi, the caller gets UnknownRevert with the bytes
        return None
    return tuple(_normalised(kind, value) for kind, value in zip(types, raw, strict=True))


def _normalised(kind: str, value: object) -> object:
    if kind == "address":
        return parse_address(str(value))
    if kind.startswith("address[") and isinstance(value, tuple):
        return tuple(parse_address(str(entry)) for entry in value)
    return value


@cache
def _suite_errors() -> Registry:
    from tokenkit.reverts import BY_SELECTOR  # noqa: PLC0415 - generated and large; a read-only session may never need it

    return BY_SELECTOR
