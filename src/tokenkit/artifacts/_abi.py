"""The contract ABI: Python values to call data and back, with messages that name the argument."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode as abi_decode
from eth_abi.abi import encode as abi_encode
from eth_abi.exceptions import DecodingError, EncodingError

from tokenkit.errors import InvalidInput, StaleAbi
from tokenkit.types import address_from_bytes

_FIXED_BYTES = re.compile(r"bytes(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One input or output: ``type`` is canonical (structs written out), ``components`` are a struct's fields."""

    name: str
    type: str
    components: tuple[Parameter, ...] = ()
    indexed: bool = False

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Parameter:
        """Read an entry of the ABI."""
        components = tuple(cls.from_json(one) for one in entry.get("components", ()))
        kind = str(entry["type"])
        if kind.startswith("tuple"):
            kind = f"({','.join(one.type for one in components)}){kind.removeprefix('tuple')}"
        return cls(name=entry["name"], type=kind, components=components, indexed=bool(entry.get("indexed")))

    @property
    def element(self) -> Parameter | None:
        """The element of an array; ``None`` if this is no array."""
        if not self.type.endswith("]"):
            return None
        return Parameter(name=self.name, type=self.type[: self.type.rindex("[")], components=self.components)

    @property
    def dynamic(self) -> bool:
        """Whether an indexed value of this type is only a hash in its topic."""
        return self.type.endswith("]") or self.type.startswith("(") or self.type in ("bytes", "string")


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function (or the constructor) as it is called."""

    name: str
    signature: str
    selector: bytes
    inputs: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """An event as it is declared; ``topic`` is 0x hex."""

    name: str
    signature: str
    topic: str
    indexed: tuple[Parameter, ...]
    data: tuple[Parameter, ...]
    order: tuple[str, ...]


def encode(where: str, parameters: Sequence[Parameter], values: Sequence[object]) -> bytes:
    """Encode *values*; *where* names the function in messages.

    Raises:
        InvalidInput: another number of values, or one that does not fit its type.
    """
    if len(values) != len(parameters):
        wanted = ", ".join(f"{one.type} {one.name}".strip() for one in parameters)
        raise InvalidInput(f"{where} takes {len(parameters)} arguments ({wanted}), not {len(values)}.")
    plain = [_to_abi(where, parameter, value) for parameter, value in zip(parameters, values, strict=True)]
    types = [one.type for one in parameters]
    try:
        return abi_encode(types, plain)
    except (EncodingError, OverflowError, TypeError, ValueError) as error:
        raise InvalidInput(_misfit(where, parameters, plain)) from error


def decode(where: str, parameters: Sequence[Parameter], data: bytes) -> tuple[Any, ...]:
    """Decode *data*; structs become dicts by field name, arrays tuples, addresses checksummed.

    Raises:
        StaleAbi: *data* does not fit; *where* names the function or event.
    """
    if not parameters:
        return ()
    if not data:
        raise StaleAbi(f"{where} gave no data. There is no contract at this address, or it is another version.")
    try:
        values = abi_decode([one.type for one in parameters], data)
    except (DecodingError, OverflowError, ValueError) as error:
        raise StaleAbi(
            f"{where} gave data that does not fit its ABI ({error}). The contract is another version."
        ) from error
    return tuple(_from_abi(parameter, value) for parameter, value in zip(parameters, values, strict=True))


def _to_abi(where: str, parameter: Parameter, value: object) -> object:
    element = parameter.element
    if element is not None:
        if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence):
            raise InvalidInput(f"{where}: {_label(parameter)} is a list, not {value!r}.")
        return [_to_abi(where, element, one) for one in value]
    if parameter.components:
        return tuple(
            _to_abi(where, part, one)
            for part, one in zip(parameter.components, _fields(where, parameter, value), strict=True)
        )
    fixed = _FIXED_BYTES.fullmatch(parameter.type)
    if fixed and not (isinstance(value, bytes) and len(value) == int(fixed[1])):
        raise InvalidInput(f"{where}: {_label(parameter)} takes exactly {fixed[1]} bytes, not {value!r}.")
    return value


def _fields(where: str, parameter: Parameter, value: object) -> Sequence[object]:
    names = [part.name for part in parameter.components]
    if isinstance(value, Mapping):
        if set(value) != set(names):
            raise InvalidInput(
                f"{where}: {_label(parameter)} has the fields {', '.join(names)}, not {', '.join(map(str, value))}."
            )
        return [value[name] for name in names]
    if isinstance(value, str | bytes) or not isinstance(value, Sequence) or len(value) != len(names):
        raise InvalidInput(f"{where}: {_label(parameter)} has the fields {', '.join(names)}; {value!r} does not fit.")
    return value


def _from_abi(parameter: Parameter, value: Any) -> object:  # noqa: ANN401 - eth-abi gives what the type says
    element = parameter.element
    if element is not None:
        return tuple(_from_abi(element, one) for one in value)
    if parameter.components:
        parts = zip(parameter.components, value, strict=True)
        return {part.name: _from_abi(part, one) for part, one in parts}
    if parameter.type == "address":
        return address_from_bytes(bytes.fromhex(value[2:]))
    return value


def _misfit(where: str, parameters: Sequence[Parameter], values: Sequence[object]) -> str:
    """Name the first argument that cannot be encoded."""
    for parameter, value in zip(parameters, values, strict=True):
        try:
            abi_encode([parameter.type], [value])
        except (EncodingError, OverflowError, TypeError, ValueError):
            return f"{where}: {value!r} is not a {_label(parameter)}."
    return f"{where}: the arguments do not fit."


def _label(parameter: Parameter) -> str:
    return f"{parameter.type} {parameter.name}".strip()
