"""Everything that can be read from a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit.chain import wire
from tokenkit.chain.base import Block, BlockId, Log, Receipt, Topics, Transaction
from tokenkit.chain.faults import RpcFault
from tokenkit.errors import InvalidInput, NodeTimeout, Reverted, WrongChain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.chain.transport import Transport
    from tokenkit.chain.wire import Json
    from tokenkit.types import Address


class NodeReader:
    """The reading half of :class:`~tokenkit.chain.rpc.RpcChain`."""

    def __init__(self, transport: Transport, *, chain_id: int | None, preflight: BlockId) -> None:
        self._transport = transport
        self._expected = chain_id
        self._chain_id: int | None = None
        self._preflight = preflight

    @property
    def chain_id(self) -> int:
        """The EIP-155 chain id.

        Raises:
            WrongChain: not the one expected.
        """
        if self._chain_id is None:
            actual = wire.integer(self._read("eth_chainId"))
            if self._expected not in (None, actual):
                raise WrongChain(expected=self._expected or 0, actual=actual)
            self._chain_id = actual
        return self._chain_id

    def request(self, method: str, *params: object) -> Json:
        """Return the result of any JSON-RPC read."""
        self._check_chain()
        return self._read(method, *params)

    def call(
        self, to: Address, data: bytes, *, sender: Address | None = None, block: BlockId = "latest", value: int = 0
    ) -> bytes:
        """Run a call without a transaction and return its output."""
        fields = wire.call_fields(Transaction(to=to, data=data, value=value), sender)
        self._check_chain()
        return wire.octets(self._read("eth_call", fields, wire.block_id(block), contract=to))

    def batch_call(
        self, calls: Sequence[tuple[Address, bytes]], *, sender: Address | None = None, block: BlockId = "latest"
    ) -> list[bytes | Reverted]:
        """Run many calls in JSON-RPC batches; a refusal stands in the place of its output.

        Give a block number where all answers must be of the same block.
        """
        self._check_chain()
        at = wire.block_id(block)
        reads = [("eth_call", (wire.call_fields(Transaction(to=to, data=data), sender), at)) for to, data in calls]
        return [
            _output_or_refusal(result, to) for (to, _), result in zip(calls, self._transport.batch(reads), strict=True)
        ]

    def estimate(self, transaction: Transaction, sender: Address) -> int:
        """Return the gas that *transaction* needs now."""
        self._check_chain()
        fields = wire.call_fields(transaction, sender)
        at = wire.block_id(self._preflight)
        return wire.integer(self._read("eth_estimateGas", fields, at, contract=transaction.to))

    def receipt(self, transaction_hash: str) -> Receipt | None:
        """Return the receipt of a mined transaction, or ``None``."""
        self._check_chain()
        fields = self._read("eth_getTransactionReceipt", transaction_hash)
        return None if fields is None or fields.get("blockNumber") is None else wire.read_receipt(fields)

    def logs(
        self, addresses: Sequence[Address], topics: Topics = (), from_block: int = 0, to_block: BlockId = "latest"
    ) -> list[Log]:
        """Return the events of *addresses* in order, asking for fewer blocks at once where the node wants that."""
        self._check_chain()
        last = to_block if isinstance(to_block, int) else self.block(to_block).number
        found: list[Log] = []
        start, span = from_block, max(1, last - from_block + 1)
        while start <= last:
            end = min(start + span - 1, last)
            wanted = {"fromBlock": hex(start), "toBlock": hex(end), "address": list(addresses), "topics": list(topics)}
            try:
                answer = self._transport.request("eth_getLogs", wanted)
            except (RpcFault, NodeTimeout) as error:
                if span == 1:
                    raise error.typed() if isinstance(error, RpcFault) else error from error
                span = max(1, (end - start + 1) // 2)
                continue
            found += map(wire.read_log, answer)
            start, span = end + 1, span * 2
        return found

    def block(self, number_or_tag: BlockId = "latest") -> Block:
        """Return a block's number, hash and timestamp."""
        self._check_chain()
        return wire.read_block(self._block_fields(number_or_tag))

    def code(self, address: Address) -> bytes:
        """Return the code at *address*, empty if there is none."""
        return wire.octets(self.request("eth_getCode", address, "latest"))

    def balance(self, address: Address) -> int:
        """Return the native balance of *address*, in wei."""
        return wire.integer(self.request("eth_getBalance", address, "latest"))

    def now(self) -> int:
        """Return the timestamp of the latest block."""
        return self.block().timestamp

    def _check_chain(self) -> None:
        if self._expected is not None:
            _ = self.chain_id

    def _read(self, method: str, *params: object, contract: Address | None = None) -> Json:
        try:
            return self._transport.request(method, *params)
        except RpcFault as fault:
            raise fault.typed(contract) from fault

    def _block_fields(self, block: BlockId) -> dict[str, Json]:
        fields = self._read("eth_getBlockByNumber", wire.block_id(block), False)
        if not isinstance(fields, dict):
            raise InvalidInput(f"There is no block {block} yet.")
        return fields


def _output_or_refusal(result: Json, contract: Address) -> bytes | Reverted:
    if not isinstance(result, RpcFault):
        return wire.octets(result)
    typed = result.typed(contract)
    if isinstance(typed, Reverted):
        return typed
    raise typed from result
