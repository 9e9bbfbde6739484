"""Between JSON-RPC and our dataclasses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tokenkit.chain.base import Block, Log, Receipt, Transaction
from tokenkit.errors import InvalidInput, NodeError
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tokenkit.chain.base import BlockId
    from tokenkit.types import Address

T = TypeVar("T")

Json = Any
"""What a node sends: anything, until a function of this module has read it."""


def integer(value: Json) -> int:
    """Read a quantity: hex as nodes send it, or a number."""
    if isinstance(value, int):
        return value
    try:
        return int(value, 16)
    except (TypeError, ValueError) as error:
        raise NodeError(f"The node sent {value!r} where a number belongs.") from error


def octets(value: Json) -> bytes:
    """Read bytes sent as 0x hex."""
    if isinstance(value, bytes):
        return bytes(value)
    try:
        return bytes.fromhex(value.removeprefix("0x"))
    except (AttributeError, ValueError) as error:
        raise NodeError(f"The node sent {value!r} where bytes belong.") from error


def hexed(value: Json) -> str:
    """Read bytes sent as hex and write them as 0x hex."""
    return "0x" + octets(value).hex()


def block_id(block: BlockId) -> str:
    """Write a block number or tag as JSON-RPC wants it."""
    return hex(block) if isinstance(block, int) else block


def call_fields(transaction: Transaction, sender: Address | None, *, gas: int | None = None) -> dict[str, str]:
    """Write what eth_call and eth_estimateGas take."""
    fields = {"data": "0x" + transaction.data.hex()}
    if transaction.to is not None:
        fields["to"] = transaction.to
    if sender is not None:
        fields["from"] = sender
    if transaction.value:
        fields["value"] = hex(transaction.value)
    if gas is not None:
        fields["gas"] = hex(gas)
    return fields


def read_block(fields: Mapping[str, Json]) -> Block:
    """Read a block."""
    return _read(
        lambda: Block(
            number=integer(fields["number"]), hash=hexed(fields["hash"]), timestamp=integer(fields["timestamp"])
        )
    )


def read_log(fields: Mapping[str, Json]) -> Log:
    """Read an event."""
    timestamp = fields.get("blockTimestamp")
    return _read(
        lambda: Log(
            address=parse_address(fields["address"]),
            topics=tuple(map(hexed, fields["topics"])),
            data=octets(fields["data"]),
            block_number=integer(fields["blockNumber"]),
            block_hash=hexed(fields["blockHash"]),
            log_index=integer(fields["logIndex"]),
            transaction_hash=hexed(fields["transactionHash"]),
            block_timestamp=None if timestamp is None else integer(timestamp),
        )
    )


def read_receipt(fields: Mapping[str, Json]) -> Receipt:
    """Read a receipt."""
    created = fields.get("contractAddress")
    return _read(
        lambda: Receipt(
            transaction_hash=hexed(fields["transactionHash"]),
            block_number=integer(fields["blockNumber"]),
            block_hash=hexed(fields["blockHash"]),
            status=integer(fields["status"]),
            gas_used=integer(fields["gasUsed"]),
            contract_address=parse_address(created) if created else None,
            logs=tuple(map(read_log, fields["logs"])),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTransaction:
    """A transaction as the node knows it."""

    transaction: Transaction
    sender: Address


def read_sent(fields: Json) -> SentTransaction:
    """Read a transaction that was sent."""
    return _read(
        lambda: SentTransaction(
            transaction=Transaction(
                to=parse_address(fields["to"]) if fields.get("to") else None,
                data=octets(fields["input"]),
                value=integer(fields["value"]),
                gas=integer(fields["gas"]),
            ),
            sender=parse_address(fields["from"]),
        )
    )


def _read(make: Callable[[], T]) -> T:
    try:
        return make()
    except (AttributeError, KeyError, TypeError, InvalidInput) as error:
        raise NodeError(f"The node's answer lacks what it must hold: {error}") from error
