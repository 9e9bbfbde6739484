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
from web3.types import RPCEndpoint, RPCResponse

from tokenkit.chain.evm import Halted, TesterBackend
from tokenkit.chain.history import History, select
from tokenkit.types import ZERO_ADDRESS, parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tokenkit.chain.base import Log
    from tokenkit.chain.wire import Json

_WITH_SENDER = frozenset({"eth_call", "eth_estimateGas"})


class TesterProvider(EthereumTesterProvider, JSONBaseProvider):
    """An in-process node for web3, and for :class:`~tokenkit.chain.rpc.RpcChain`."""

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
            "eth_getBlockReceipts": self._get_block_receipts,
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

    def _get_block_receipts(self, block: object) -> list[object]:
        found = self._chain.block_at(self._number(block))
        ask = super().make_request
        outbound = (result_formatters or {})[RPCEndpoint("eth_getTransactionReceipt")]
        return [
            outbound(ask(RPCEndpoint("eth_getTransactionReceipt"), ["0x" + transaction.hash.hex()])["result"])
            for transaction in found.transactions
        ]

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


def _log_fields(log: Log) -> dict[str, object]:
    return {
        "address": log.address,
        "topics": list(log.topics),
        "data": "0x" + log.data.hex(),
        "blockNumber": hex(log.block_number),
        "blockHash": log.block_hash,
        "blockTimestamp": hex(log.block_timestamp or 0),
        "logIndex": hex(log.log_index),
        "transactionHash": log.transaction_hash,
        "transactionIndex": "0x0",
        "removed": False,
    }
