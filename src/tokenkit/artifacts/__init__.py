"""What tokenkit carries of each contract: ABI, code, sentences of errors. Written by ``scripts/compile.py``; nothing compiles at run time."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tokenkit._keccak import keccak
from tokenkit.artifacts._abi import EventType, Function, Parameter, decode, encode
from tokenkit.errors import StaleAbi

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from tokenkit.types import Address

__all__ = ["Artifact", "Event", "load", "read"]

References = tuple[tuple[int, int], ...]
"""Places in deployed code: (start, length) in bytes."""


T = TypeVar("T", Function, EventType)

_ANSWERS_FOR = {
    "SecurityToken": ("TokenOffice",),
    "Rulebook": ("RulebookOffice",),
    "Payouts": ("PayoutsOffice",),
    "Meetings": ("MeetingsOffice",),
}
"""Contracts that run another one's code for what they do not answer themselves: callers see one ABI."""


class RawLog(Protocol):
    """An event as a chain gives it; topics and hashes are 0x hex."""

    @property
    def address(self) -> Address: ...
    @property
    def topics(self) -> tuple[str, ...]: ...
    @property
    def data(self) -> bytes: ...
    @property
    def block_number(self) -> int: ...
    @property
    def block_timestamp(self) -> int | None: ...
    @property
    def log_index(self) -> int: ...
    @property
    def transaction_hash(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a contract said happened; ``args`` by name, in the order of the declaration."""

    name: str
    args: Mapping[str, Any]
    address: Address
    block_number: int
    block_timestamp: int | None
    log_index: int
    transaction_hash: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Artifact:
    """One compiled contract, and the codec of its ABI.

    Functions and events are named plainly (``"transfer"``), or by signature where the name is overloaded
    (``"setName(string)"``). ``bytecode`` creates the contract, ``deployed_bytecode`` is what then lies at its address, with zeros at
    ``immutable_references`` (by the variable's name).
    """

    name: str
    source_name: str
    abi: tuple[Mapping[str, Any], ...]
    bytecode: bytes
    deployed_bytecode: bytes
    immutable_references: Mapping[str, References]
    error_notices: Mapping[str, str]
    compiler: str
    settings: Mapping[str, Any]
    source_hashes: Mapping[str, str]
    storage_layout: Mapping[str, Any]
    _functions: Mapping[str, Function | None] = field(repr=False)
    _events: Mapping[str, EventType | None] = field(repr=False)
    _events_by_topic: Mapping[str, EventType] = field(repr=False)
    _constructor: tuple[Parameter, ...] = field(repr=False)

    def encode_call(self, function: str, args: Sequence[object] = ()) -> bytes:
        """Return the call data of *function*; structs are given as mappings by field name or as sequences.

        Raises:
            InvalidInput: *args* do not fit the function.
            LookupError: there is no such function, or the name is overloaded.
        """
        found = self._function(function)
        return found.selector + encode(f"{self.name}.{found.name}", found.inputs, args)

    def decode_result(self, function: str, data: bytes) -> tuple[Any, ...]:
        """Return what *function* answered, one value for each output.

        Raises:
            StaleAbi: *data* does not fit: no contract there, or another version.
            LookupError: there is no such function, or the name is overloaded.
        """
        found = self._function(function)
        return decode(f"{self.name}.{found.name}", found.outputs, data)

    def encode_constructor(self, args: Sequence[object] = ()) -> bytes:
        """Return the data of the transaction that creates the contract.

        Raises:
            InvalidInput: *args* do not fit the constructor.
            LookupError: it is an interface.
        """
        if not self.bytecode:
            raise LookupError(f"{self.name} is an interface: there is nothing to deploy.")
        return self.bytecode + encode(f"{self.name}'s constructor", self._constructor, args)

    def selector(self, function: str) -> bytes:
        """Return the four bytes that call *function*.

        Raises:
            LookupError: there is no such function, or the name is overloaded.
        """
        return self._function(function).selector

    def event_topic(self, event: str) -> str:
        """Return the first topic of *event*, as 0x hex.

        Raises:
            LookupError: there is no such event, or the name is overloaded.
        """
        return _named(self.name, "event", self._events, event).topic

    def decode_event(self, log: RawLog) -> Event | None:
        """Read *log*; ``None`` if it is not an event of this contract.

        Raises:
            StaleAbi: it is one by its topic, but its data does not fit.
        """
        declared = self._events_by_topic.get(log.topics[0].lower()) if log.topics else None
        # ERC-20 and ERC-721 share the topic of Transfer, and differ in what is indexed.
        if declared is None or len(log.topics) != 1 + len(declared.indexed):
            return None
        where = f"{self.name}.{declared.name}"
        values = dict(zip((one.name for one in declared.data), decode(where, declared.data, log.data), strict=True))
        for parameter, topic in zip(declared.indexed, log.topics[1:], strict=True):
            word = bytes.fromhex(topic.removeprefix("0x"))
            values[parameter.name] = word if parameter.dynamic else decode(where, (parameter,), word)[0]
        return Event(
            name=declared.name,
            args={name: values[name] for name in declared.order},
            address=log.address,
            block_number=log.block_number,
            block_timestamp=log.block_timestamp,
            log_index=log.log_index,
            transaction_hash=log.transaction_hash,
        )

    def _function(self, name: str) -> Function:
        return _named(self.name, "function", self._functions, name)


@cache
def load(name: str) -> Artifact:
    """Return the artifact of the contract *name*, such as ``"SecurityToken"``.

    Raises:
        LookupError: tokenkit carries no such contract.
    """
    return read(_place(name), *(_place(other) for other in _ANSWERS_FOR.get(name, ())))


def read(place: Path | Traversable, *behind: Path | Traversable) -> Artifact:
    """Read an artifact file, also one that is not part of tokenkit; its ABI is joined with those of the contracts *behind* it.

    Raises:
        StaleAbi: it is not an artifact.
    """
    try:
        content, *others = (json.loads(one.read_text(encoding="utf-8")) for one in (place, *behind))
        for other in others:
            content["abi"] += [
                entry for entry in other["abi"] if entry["type"] != "constructor" and entry not in content["abi"]
            ]
            content["errorNotices"] = other["errorNotices"] | content["errorNotices"]
        return _parse(content)
    except (KeyError, TypeError, ValueError) as error:
        raise StaleAbi(f"{place.name} is not an artifact of scripts/compile.py: {error!r}") from error


def _place(name: str) -> Traversable:
    place = files(__name__).joinpath(f"{name}.json")
    if not name.isidentifier() or not place.is_file():
        raise LookupError(f"tokenkit carries no contract named {name!r}.")
    return place


def _parse(content: Mapping[str, Any]) -> Artifact:
    abi = tuple(content["abi"])
    functions = [_function(entry) for entry in abi if entry["type"] == "function"]
    events = [_event(entry) for entry in abi if entry["type"] == "event" and not entry["anonymous"]]
    constructors = [entry for entry in abi if entry["type"] == "constructor"]
    return Artifact(
        name=content["contractName"],
        source_name=content["sourceName"],
        abi=abi,
        bytecode=bytes.fromhex(content["bytecode"].removeprefix("0x")),
        deployed_bytecode=bytes.fromhex(content["deployedBytecode"].removeprefix("0x")),
        immutable_references={
            name: tuple((start, length) for start, length in places)
            for name, places in content["immutableReferences"].items()
        },
        error_notices=content["errorNotices"],
        compiler=content["compiler"],
        settings=content["settings"],
        source_hashes=content["sourceHashes"],
        storage_layout=content["storageLayout"],
        _functions=_by_name(functions),
        _events=_by_name(events),
        _events_by_topic={event.topic: event for event in events},
        _constructor=_parameters(constructors[0]["inputs"]) if constructors else (),
    )


def _function(entry: Mapping[str, Any]) -> Function:
    inputs = _parameters(entry["inputs"])
    signature = _signature(entry["name"], inputs)
    return Function(
        name=entry["name"],
        signature=signature,
        selector=keccak(signature.encode())[:4],
        inputs=inputs,
        outputs=_parameters(entry["outputs"]),
    )


def _event(entry: Mapping[str, Any]) -> EventType:
    parameters = _parameters(entry["inputs"])
    signature = _signature(entry["name"], parameters)
    return EventType(
        name=entry["name"],
        signature=signature,
        topic=f"0x{keccak(signature.encode()).hex()}",
        indexed=tuple(one for one in parameters if one.indexed),
        data=tuple(one for one in parameters if not one.indexed),
        order=tuple(one.name for one in parameters),
    )


def _parameters(entries: Sequence[Mapping[str, Any]]) -> tuple[Parameter, ...]:
    return tuple(Parameter.from_json(entry) for entry in entries)


def _signature(name: str, parameters: Sequence[Parameter]) -> str:
    return f"{name}({','.join(one.type for one in parameters)})"


def _by_name(declared: Sequence[T]) -> dict[str, T | None]:
    """Index by signature, and by name; a name that several share gives ``None``."""
    index: dict[str, T | None] = {}
    for one in declared:
        index[one.name] = None if one.name in index else one
        index[one.signature] = one
    return index


def _named(contract: str, kind: str, index: Mapping[str, T | None], name: str) -> T:
    found = index.get(name)
    if found is None:
        if name in index:
            ways = ", ".join(sorted(key for key in index if key.startswith(f"{name}(")))
            raise LookupError(f"{contract} has several {kind}s named {name}. Give one by signature: {ways}.")
        raise LookupError(f"{contract} has no {kind} named {name}.")
    return found
