"""Receipts and events of the embedded chain, kept as they are mined, so that nobody has to search the blocks for them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from eth._utils.address import generate_contract_address

from tokenkit.chain.base import Log, Receipt, Topics
from tokenkit.types import Address, address_from_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eth.abc import BlockAPI, ReceiptAPI, SignedTransactionAPI

    from tokenkit.chain.evm import EvmChain


def select(logs: Sequence[Log], addresses: Sequence[Address], topics: Topics) -> list[Log]:
    """Return those of *logs* that a filter asks for, as ``eth_getLogs`` does; no addresses means all."""
    wanted = frozenset(addresses)
    return [log for log in logs if (not wanted or log.address in wanted) and _fits(log.topics, topics)]


class History:
    """What happened on an :class:`~tokenkit.chain.evm.EvmChain`, whoever mined it, also after it was rolled back."""

    def __init__(self, chain: EvmChain) -> None:
        self._chain = chain
        self._blocks: list[tuple[bytes, list[Receipt]]] = [(chain.header_at(0).hash, [])]
        self._receipts: dict[str, Receipt] = {}
        self._logs: list[Log] = []

    def receipt(self, transaction_hash: str) -> Receipt | None:
        """Return the receipt of a mined transaction, or ``None``."""
        self._catch_up()
        return self._receipts.get(transaction_hash.lower())

    def logs(self, first: int, last: int) -> list[Log]:
        """Return the events of the blocks *first* to *last*, in order."""
        self._catch_up()
        start = bisect_left(self._logs, first, key=_number)
        return self._logs[start : bisect_right(self._logs, last, key=_number)]

    def add(self, block: BlockAPI, receipts: Sequence[ReceiptAPI]) -> list[Receipt]:
        """Take in the block that was just mined."""
        if self._blocks[-1][0] != block.header.parent_hash:
            self._catch_up(block.number - 1)
        mined = read_receipts(block, receipts)
        self._blocks.append((block.hash, mined))
        for receipt in mined:
            self._receipts[receipt.transaction_hash] = receipt
            self._logs.extend(receipt.logs)
        return mined

    def _catch_up(self, last: int | None = None) -> None:
        """Drop blocks that were rolled back, and read those that somebody else mined."""
        target = self._chain.header.block_number - 1 if last is None else last
        while len(self._blocks) > target + 1 or self._blocks[-1][0] != self._hash(len(self._blocks) - 1):
            self._drop()
        while len(self._blocks) <= target:
            block = self._chain.block_at(len(self._blocks))
            self.add(block, block.get_receipts(self._chain.chaindb))

    def _hash(self, number: int) -> bytes:
        if number == self._chain.header.block_number - 1:
            return self._chain.header.parent_hash
        return self._chain.header_at(number).hash

    def _drop(self) -> None:
        _, dropped = self._blocks.pop()
        for receipt in dropped:
            del self._receipts[receipt.transaction_hash]
            del self._logs[len(self._logs) - len(receipt.logs) :]


def read_receipts(block: BlockAPI, receipts: Sequence[ReceiptAPI]) -> list[Receipt]:
    """Turn py-evm's receipts of *block* into ours."""
    block_hash = "0x" + block.hash.hex()
    found: list[Receipt] = []
    gas_before = index = 0
    for transaction, receipt in zip(block.transactions, receipts, strict=True):
        transaction_hash = "0x" + transaction.hash.hex()
        logs = tuple(
            Log(
                address=address_from_bytes(log.address),
                topics=tuple(f"0x{topic:064x}" for topic in log.topics),
                data=bytes(log.data),
                block_number=block.number,
                block_hash=block_hash,
                log_index=index + position,
                transaction_hash=transaction_hash,
                block_timestamp=block.header.timestamp,
            )
            for position, log in enumerate(receipt.logs)
        )
        found.append(
            Receipt(
                transaction_hash=transaction_hash,
                block_number=block.number,
                block_hash=block_hash,
                status=int.from_bytes(receipt.state_root, "big"),
                gas_used=receipt.gas_used - gas_before,
                contract_address=None if transaction.to else _created(transaction),
                logs=logs,
            )
        )
        gas_before, index = receipt.gas_used, index + len(logs)
    return found


def _created(transaction: SignedTransactionAPI) -> Address:
    return address_from_bytes(generate_contract_address(transaction.sender, transaction.nonce))


def _number(log: Log) -> int:
    return log.block_number


def _fits(topics: tuple[str, ...], wanted: Topics) -> bool:
    if len(wanted) > len(topics):
        return False
    return all(
        want is None or topic == want or (not isinstance(want, str) and topic in want)
        for topic, want in zip(topics, wanted, strict=False)
    )
