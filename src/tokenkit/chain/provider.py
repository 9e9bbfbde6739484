"""The embedded chain as a web3 provider that answers as a real node does.

eth-tester's own provider turns revert data into text, knows no batches and searches every block for each receipt. This one keeps the
bytes of a refusal (JSON-RPC error 3), so that web3 raises the same exceptions as on any node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from eth.exceptions import VMError
from eth_tester import EthereumTester  # type: ignore[import-untyped]  # ships no types
from eth_tester.exceptions import TransactionFailed  # type: ignore[import-untyped]  # as above
from eth_tester.exceptions import ValidationError as TesterValidationError
from eth_utils.exceptions import ValidationError
from web3.providers.base import JSONBaseProvider
from web3.providers.eth_tester import EthereumTesterProvider
from web3.providers.eth_tester.middleware import request_formatters, result_formatters

from tokenkit.chain.evm import Halted, TesterBackend
from tokenkit.chain.history import History, read_receipts, select
from tokenkit.types import ZERO_ADDRESS, address_from_bytes, parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from eth.abc import BlockAPI, ReceiptAPI
    from web3.types import RPCEndpoint, RPCResponse

    from tokenkit.chain.base import Log, Receipt
    from tokenkit.chain.wire import Json

_WITH_SENDER = frozenset({"eth_call", "eth_estimateGas"})


class TesterProvider(EthereumTesterProvider, JSONBaseProvider):
    """An in-process node for web3, and for :class:`~tokenkit.chain.rpc.RpcChain`."""

    __test__ = False  # pytest takes every Test… for tests
    _middleware = ()  # type: ignore[assignment]  # their work is done in make_request, so that raw requests get it too

    def __init__(self, backend: TesterBackend | None = None) -> None:
        JSONBaseProvider.__init__(self)
        self._backend = TesterBackend() if backend is None else backend
        EthereumTesterProvider.__init__(self, EthereumTester(self._backend))
        self._chain = self._backend.chain
        self._history = History(self._chain)
        self._own: Mapping[str, Callable[..., object]] = {
            "eth_chainId": lambda: hex(self._chain.chain_id),
            "eth_getLogs": self._get_logs,
            "eth_getTransactionReceipt": self._get_transaction_receipt,
            "eth_getBlockReceipts": lambda block: self._receipts(self._number(block)),
            "evm_increaseTime": self._increase_time,
            "evm_setNextBlockTimestamp": self._set_next_block_timestamp,
            "evm_mine": self._mine,
            "evm_snapshot": self._snapshot,
            "evm_revert": self._revert,
        }

    def make_request(self, method: RPCEndpoint, params: Json) -> RPCResponse:
        """Answer one JSON-RPC request; an error is part of the answer."""
        try:
            if method in self._own:
                return self._answer(result=self._own[method](*params))
            response = super().make_request(method, self._inbound(method, params))
        except Halted as end:
            return self._answer(error=_halt(end))
        except (ValidationError, TesterValidationError) as refusal:
            return self._answer(error={"code": -32003, "message": str(refusal)})
        except (TransactionFailed, VMError) as failure:
            return self._answer(
                error={"code": -32000, "message": f"execution failed: {type(failure).__name__} {failure}"}
            )
        outbound = (result_formatters or {}).get(method)
        if outbound is not None and "result" in response:
            response["result"] = outbound(response["result"])
        return response

    def make_batch_request(self, batch_requests: list[tuple[RPCEndpoint, Json]]) -> list[RPCResponse]:
        """Answer many requests, in order."""
        context = self._batching_context.get()
        self._batching_context.set(None)
        try:
            return [self.make_request(method, params) for method, params in batch_requests]
        finally:
            self._batching_context.set(context)

    def _answer(self, **content: object) -> RPCResponse:
        self._current_request_id += 1
        return cast("RPCResponse", {"jsonrpc": "2.0", "id": self._current_request_id, **content})

    def _inbound(self, method: RPCEndpoint, params: Json) -> Json:
        if method in _WITH_SENDER:
            params = [{"from": ZERO_ADDRESS, **params[0]}, *params[1:]]
        formatter = request_formatters.get(method)
        return formatter(params) if formatter is not None else params

    def _get_logs(self, wanted: Mapping[str, Json]) -> list[dict[str, object]]:
        if wanted.get("blockHash") is not None:
            first = int(self._chain.get_block_header_by_hash(_bytes(wanted["blockHash"])).block_number)
            last = first
        else:
            first, last = self._number(wanted.get("fromBlock")), self._number(wanted.get("toBlock"))
        named = wanted.get("address") or []
        addresses = [parse_address(str(one)) for one in ([named] if isinstance(named, str) else named)]
        topics = [_topic(one) for one in wanted.get("topics") or ()]
        return [_log_fields(log) for log in select(self._history.logs(first, last), addresses, topics)]

    def _get_transaction_receipt(self, transaction_hash: str | bytes) -> dict[str, object] | None:
        wanted = "0x" + _bytes(transaction_hash).hex()
        known = self._history.receipt(wanted)
        if known is None:
            return None
        return next(one for one in self._receipts(known.block_number) if one["transactionHash"] == wanted)

    def _receipts(self, number: int) -> list[dict[str, object]]:
        block = self._chain.block_at(number)
        raw = block.get_receipts(self._chain.chaindb)
        mined = read_receipts(block, raw)
        return [_receipt_fields(block, index, raw[index], receipt) for index, receipt in enumerate(mined)]

    def _increase_time(self, seconds: int | str) -> str:
        self._chain.set_header_timestamp(self._chain.header.timestamp + _integer(seconds))
        return hex(_integer(seconds))

    def _set_next_block_timestamp(self, second: int | str) -> None:
        if _integer(second) <= self._chain.head.timestamp:
            raise ValidationError(
                f"Timestamp {_integer(second)} is not after the latest block's, {self._chain.head.timestamp}."
            )
        self._chain.set_header_timestamp(_integer(second))

    def _mine(self, second: int | str | None = None) -> str:
        if second is not None:
            self._set_next_block_timestamp(second)
        self._chain.mine_empty()
        return "0x0"

    def _snapshot(self) -> str:
        return hex(self._chain.head.block_number)

    def _revert(self, snapshot: int | str) -> bool:
        number = _integer(snapshot)
        if number > self._chain.head.block_number:
            return False
        self._chain.roll_back(self._chain.header_at(number))
        return True

    def _number(self, block: object) -> int:
        head = self._chain.head.block_number
        if block in (None, "latest", "pending", "safe", "finalized"):
            return head
        return 0 if block == "earliest" else min(_integer(cast("int | str", block)), head)


def _halt(end: Halted) -> dict[str, object]:
    if end.data is not None:
        return {"code": 3, "message": "execution reverted", "data": "0x" + end.data.hex()}
    return {"code": -32000, "message": "out of gas" if end.out_of_gas else f"execution halted: {end}"}


def _integer(value: int | str) -> int:
    return int(value, 0) if isinstance(value, str) else value


def _bytes(value: str | bytes) -> Json:
    return bytes.fromhex(value.removeprefix("0x")) if isinstance(value, str) else bytes(value)


def _topic(wanted: Json) -> Json:
    if wanted is None:
        return None
    if isinstance(wanted, str | bytes):
        return "0x" + _bytes(wanted).hex()
    return [_topic(one) for one in cast("Sequence[Json]", wanted)]


def _receipt_fields(block: BlockAPI, index: int, raw: ReceiptAPI, receipt: Receipt) -> dict[str, object]:
    transaction = block.transactions[index]
    base_fee = block.header.base_fee_per_gas or 0
    price = min(transaction.max_fee_per_gas, base_fee + transaction.max_priority_fee_per_gas)
    return {
        "transactionHash": receipt.transaction_hash,
        "transactionIndex": hex(index),
        "blockHash": receipt.block_hash,
        "blockNumber": hex(receipt.block_number),
        "from": address_from_bytes(transaction.sender),
        "to": address_from_bytes(transaction.to) if transaction.to else None,
        "contractAddress": receipt.contract_address,
        "cumulativeGasUsed": hex(raw.gas_used),
        "gasUsed": hex(receipt.gas_used),
        "effectiveGasPrice": hex(price),
        "logs": [_log_fields(log, index) for log in receipt.logs],
        "logsBloom": f"0x{raw.bloom:0512x}",
        "status": hex(receipt.status),
        "type": hex(transaction.type_id or 0),
    }


def _log_fields(log: Log, index: int = 0) -> dict[str, object]:
    return {
        "address": log.address,
        "topics": list(log.topics),
        "data": "0x" + log.data.hex(),
        "blockNumber": hex(log.block_number),
        "blockHash": log.block_hash,
        "blockTimestamp": hex(log.block_timestamp or 0),
        "logIndex": hex(log.log_index),
        "transactionHash": log.transaction_hash,
        "transactionIndex": hex(index),
        "removed": False,
    }
