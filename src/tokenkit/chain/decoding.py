"""Revert data into typed errors, by selector. Never by text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from eth_abi.abi import decode as abi_decode

from tokenkit._trex import REVERTS
from tokenkit.errors import OutOfGas, Panic, Reverted, RevertReason, UnknownRevert
from tokenkit.restrictions import refused
from tokenkit.types import Address, parse_address

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
    from tokenkit.reverts import TransferRestricted  # noqa: PLC0415 - as below

    if isinstance(error, TransferRestricted):
        error.explanation = refused(error).sentence()
    elif isinstance(error, RevertReason) and error.reason in REVERTS:
        error.add_note(REVERTS[error.reason])
    return error


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
