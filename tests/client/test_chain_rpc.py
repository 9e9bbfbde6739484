"""What RpcChain does when a node is away, slow, strict, behind or reorganised: against a node that plays a script."""

from __future__ import annotations

import contextlib
import logging
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
import requests
from eth_account import Account
from eth_account.typed_transactions import TypedTransaction
from hexbytes import HexBytes
from tests.client import chain_probe
from tests.client.chain_probe import COUNT, ECHO, ONCE, counted
from web3.exceptions import Web3ValueError

from tokenkit.chain import FeePolicy, LocalChain, NodeSigner, RpcChain, Transaction
from tokenkit.chain.nonces import NonceManager
from tokenkit.errors import (
    ChainError,
    InvalidInput,
    NodeError,
    NodeTimeout,
    NodeUnavailable,
    OutOfGas,
    Reverted,
    TransactionPending,
    TransactionRejected,
    UnknownRevert,
    WrongChain,
)
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tokenkit.chain import AnvilChain, LocalSigner
    from tokenkit.chain.wire import Json
    from tokenkit.types import Address

Answer = Exception | dict[str, Any] | None


class Node:
    """A working node (the embedded chain) whose answers a test can spoil, one by one."""

    def __init__(self, chain: LocalChain) -> None:
        self.behind = chain.provider
        self.asked: list[tuple[str, Any]] = []
        self.spoil: Callable[[str, int], Answer] = lambda _method, _time: None

    def make_request(self, method: str, params: Json) -> Json:
        self.asked.append((method, params))
        spoiled = self.spoil(method, self.times(method))
        if isinstance(spoiled, Exception):
            raise spoiled
        return self.behind.make_request(method, params) if spoiled is None else spoiled  # type: ignore[arg-type]

    def times(self, method: str) -> int:
        return sum(asked == method for asked, _ in self.asked)


def fault(code: int, message: str, data: object = None) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": message, "data": data}}


@pytest.fixture
def local() -> LocalChain:
    return LocalChain(accounts=3)


@pytest.fixture
def probe(local: LocalChain) -> Address:
    return chain_probe.deploy(local, local.accounts[0])


@pytest.fixture
def ana(local: LocalChain) -> LocalSigner:
    return local.accounts[1]


@pytest.fixture
def node(local: LocalChain) -> Node:
    return Node(local)


def over(node: Node, **options: Json) -> RpcChain:
    pauses: list[float] = []
    chain = RpcChain(node, **{"poll": 0.001, "patience": 0.05, "sleep": pauses.append, **options})
    chain.pauses = pauses  # type: ignore[attr-defined]
    return chain


def pauses(chain: RpcChain) -> list[float]:
    return chain.pauses  # type: ignore[attr-defined,no-any-return]


# Construction


@pytest.mark.parametrize(
    "options", [{"confirmations": 0}, {"timeout": 0}, {"patience": 0}, {"poll": 0}, {"retries": -1}]
)
def test_init__impossible_options__refused(options: dict[str, Any]) -> None:
    with reverts(InvalidInput):
        RpcChain("http://127.0.0.1:1", **options)


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8545", "ftp://node", "file:///tmp/x", "http://node:port", "http://[::1"]
)
def test_init__not_a_url__refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="http"):
        RpcChain(url)


def test_any_read__another_chain_than_expected__wrong_chain(node: Node, probe: Address) -> None:
    chain = over(node, chain_id=1)

    for read in (
        lambda: chain.call(probe, ECHO),
        lambda: chain.batch_call([(probe, ECHO)]),
        lambda: chain.code(probe),
        lambda: chain.balance(probe),
        chain.block,
        lambda: chain.logs([probe]),
        lambda: chain.receipt("0x" + "00" * 32),
        lambda: chain.broadcast(b"\x02"),
        lambda: chain.chain_id,
    ):
        with reverts(WrongChain, expected=1, actual=1337):
            read()
    assert {method for method, _ in node.asked} == {"eth_chainId"}


def test_send__another_chain_than_expected__wrong_chain_and_nothing_sent(
    node: Node, probe: Address, ana: LocalSigner
) -> None:
    with reverts(WrongChain, expected=1, actual=1337):
        over(node, chain_id=1).send(Transaction(to=probe, data=COUNT), ana)

    assert node.times("eth_sendRawTransaction") == 0


# Reads


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (requests.ConnectionError("refused"), NodeUnavailable),
        (ConnectionResetError("reset"), NodeUnavailable),
        (requests.ReadTimeout("slow"), NodeTimeout),
        (TimeoutError("slow"), NodeTimeout),
    ],
)
def test_call__node_away__retried_with_growing_pauses_then_typed(
    node: Node, probe: Address, failure: Exception, kind: type[ChainError]
) -> None:
    node.spoil = lambda _method, _time: failure
    chain = over(node, retries=3, backoff=0.5)

    with reverts(kind) as refused:
        chain.call(probe, ECHO)

    assert refused.error.__cause__ is failure
    assert node.times("eth_call") == 4
    assert pauses(chain) == [0.5, 1.0, 2.0]


def test_call__node_back_in_time__answered(node: Node, probe: Address) -> None:
    node.spoil = lambda _method, time: requests.ConnectionError("refused") if time < 3 else None

    assert over(node).call(probe, ECHO) == ECHO


def test_call__over_the_rate_limit__retried(node: Node, probe: Address) -> None:
    node.spoil = lambda _method, time: fault(-32005, "limit exceeded") if time < 3 else None

    assert over(node).call(probe, ECHO) == ECHO


def test_call__contract_refuses__not_retried(node: Node, probe: Address) -> None:
    with reverts(UnknownRevert):
        over(node).call(probe, chain_probe.REFUSE)

    assert node.times("eth_call") == 1


@pytest.mark.parametrize(
    "failure",
    [
        Web3ValueError("odd"),
        KeyError("result"),
        ValueError("not json"),
        ZeroDivisionError("a bug in a provider"),
        Exception("anything"),
    ],
)
def test_call__provider_raises_something_unknown__wrapped(node: Node, probe: Address, failure: Exception) -> None:
    node.spoil = lambda _method, _time: failure

    with reverts(NodeError) as refused:
        over(node).call(probe, ECHO)

    assert refused.error.__cause__ is failure


@pytest.mark.parametrize("answer", [{}, {"jsonrpc": "2.0"}, {"result": "zz"}, {"result": 5}, {"result": None}])
def test_call__answer_is_no_json_rpc__node_error(node: Node, probe: Address, answer: dict[str, Any]) -> None:
    node.spoil = lambda _method, _time: answer or {"id": 1}

    with reverts(NodeError):
        over(node).call(probe, ECHO)


@pytest.mark.parametrize(
    "method",
    ["eth_getTransactionReceipt", "eth_getBlockByNumber", "eth_getLogs"],
)
def test_reads__answer_lacks_fields__node_error(node: Node, probe: Address, method: str) -> None:
    empty = {"result": [{"address": "0x12"}] if method == "eth_getLogs" else {"blockNumber": "0x1"}}
    node.spoil = lambda asked, _time: empty if asked == method else None
    chain = over(node)

    with reverts(NodeError):
        if method == "eth_getTransactionReceipt":
            chain.receipt("0x" + "00" * 32)
        elif method == "eth_getLogs":
            chain.logs([probe], (), 0, 0)
        else:
            chain.block()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("0x", b""),
        ("0x08c379a0", b"\x08\xc3\x79\xa0"),
        ("Reverted 0xdeadbeef", b"\xde\xad\xbe\xef"),
        ({"data": "0xdeadbeef"}, b"\xde\xad\xbe\xef"),
        (None, b""),
        (17, b""),
    ],
)
def test_call__revert_data_in_any_place__found(node: Node, probe: Address, data: object, expected: bytes) -> None:
    node.spoil = lambda _method, _time: fault(3, "execution reverted", data)

    with reverts(UnknownRevert) as refused:
        over(node).call(probe, ECHO)

    assert isinstance(refused.error, Reverted)
    assert refused.error.data == expected


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        (-32000, "out of gas", OutOfGas),
        (-32603, "EVM error OutOfGas", OutOfGas),
        (-32000, "gas required exceeds allowance (100)", OutOfGas),
        (-32000, "invalid opcode: opcode 0xfe not defined", UnknownRevert),
        (-32603, "EVM error InvalidFEOpcode", UnknownRevert),
        (-32015, "VM execution error", NodeError),
        (-32000, "insufficient funds for transfer", TransactionRejected),
        (-32601, "the method does not exist", NodeError),
    ],
)
def test_call__node_names_a_failure_its_own_way__typed(
    node: Node, probe: Address, code: int, message: str, kind: type[ChainError]
) -> None:
    node.spoil = lambda _method, _time: fault(code, message)

    with reverts(kind) as refused:
        over(node).call(probe, ECHO)

    assert refused.error.__cause__ is not None


def test_batch_call__node_takes_no_batches__asked_one_by_one(node: Node, probe: Address) -> None:
    assert over(node).batch_call([(probe, ECHO), (probe, chain_probe.REFUSE)])[0] == ECHO
    assert node.times("eth_call") == 2


class BatchNode(Node):
    def make_batch_request(self, reads: list[tuple[str, Any]]) -> Json:
        self.asked.append(("batch", len(reads)))
        spoiled = self.spoil("batch", self.times("batch"))
        if isinstance(spoiled, Exception):
            raise spoiled
        if spoiled is not None:
            return spoiled.get("answers", spoiled)
        return self.behind.make_batch_request(reads)  # type: ignore[arg-type]


def test_batch_call__many__in_batches_of_a_hundred(local: LocalChain, probe: Address) -> None:
    node = BatchNode(local)

    assert over(node).batch_call([(probe, ECHO)] * 250) == [ECHO] * 250

    assert [size for method, size in node.asked if method == "batch"] == [100, 100, 50]


def test_batch_call__whole_batch_refused__asked_one_by_one(local: LocalChain, probe: Address) -> None:
    node = BatchNode(local)
    node.spoil = lambda method, _time: fault(-32600, "batch not supported") if method == "batch" else None

    assert over(node).batch_call([(probe, ECHO)] * 3) == [ECHO] * 3


def test_batch_call__rate_limit_inside__batch_retried(local: LocalChain, probe: Address) -> None:
    node = BatchNode(local)
    limited = {"answers": [fault(429, "slow down"), {"result": "0x00"}]}
    node.spoil = lambda method, time: limited if method == "batch" and time == 1 else None

    assert over(node).batch_call([(probe, ECHO)] * 2) == [ECHO] * 2


def test_batch_call__answers_missing__node_error(local: LocalChain, probe: Address) -> None:
    node = BatchNode(local)
    node.spoil = lambda _method, _time: {"answers": [{"result": "0x00"}]}

    with pytest.raises(NodeError, match="1 of 2"):
        over(node).batch_call([(probe, ECHO)] * 2)


def test_batch_call__one_fails_otherwise__raised(local: LocalChain, probe: Address) -> None:
    node = BatchNode(local)
    node.spoil = lambda _method, _time: {"answers": [fault(-32000, "header not found")]}

    with reverts(NodeError, code=-32000):
        over(node).batch_call([(probe, ECHO)])


# Logs


@pytest.mark.parametrize(
    "refusal", [fault(-32005, "more than 3 results"), fault(-32602, "range"), requests.ReadTimeout("x")]
)
def test_logs__node_limits_the_range__asked_for_less_until_it_fits(
    local: LocalChain, node: Node, probe: Address, ana: LocalSigner, refusal: Answer
) -> None:
    for _ in range(20):
        local.send(Transaction(to=probe, data=COUNT), ana)
    widest = 4

    def limit(method: str, _time: int) -> Answer:
        if method != "eth_getLogs":
            return None
        (wanted,) = node.asked[-1][1]
        return refusal if int(wanted["toBlock"], 16) - int(wanted["fromBlock"], 16) >= widest else None

    node.spoil = limit

    logs = over(node, retries=0).logs([probe])

    assert [counted(log.data) for log in logs] == list(range(1, 21))
    assert node.times("eth_getLogs") < 20


def test_logs__refused_even_for_one_block__node_error(node: Node, probe: Address) -> None:
    node.spoil = lambda method, _time: fault(-32000, "no logs kept") if method == "eth_getLogs" else None

    with reverts(NodeError, code=-32000):
        over(node).logs([probe])


# Sending


def test_send__answer_lost__identical_bytes_sent_again(node: Node, probe: Address, ana: LocalSigner) -> None:
    node.spoil = lambda method, time: (
        requests.ReadTimeout("lost") if method == "eth_sendRawTransaction" and time < 3 else None
    )

    assert over(node).send(Transaction(to=probe, data=COUNT), ana).status == 1

    sent = [params for method, params in node.asked if method == "eth_sendRawTransaction"]
    assert len(sent) == 3
    assert sent[0] == sent[1] == sent[2]


class Forgetful(Node):
    """Takes a transaction, then loses the answer."""

    def make_request(self, method: str, params: Json) -> Json:
        answer = super().make_request(method, params)
        if method == "eth_sendRawTransaction" and self.times(method) == 1:
            raise requests.ConnectionError("lost after it was taken")
        return answer


@pytest.mark.parametrize("message", ["already known", "transaction already imported", "AlreadyKnown", "nonce too low"])
def test_send__answer_lost_but_taken__counts_as_sent_once(
    local: LocalChain, probe: Address, ana: LocalSigner, message: str
) -> None:
    node = Forgetful(local)
    node.spoil = lambda method, time: (
        fault(-32000, message) if method == "eth_sendRawTransaction" and time == 2 else None
    )

    receipt = over(node).send(Transaction(to=probe, data=COUNT), ana)

    assert receipt.status == 1
    assert counted(local.call(probe, COUNT)) == 2


def test_send__answer_lost_for_good__pending_with_the_hash(node: Node, probe: Address, ana: LocalSigner) -> None:
    told: list[str] = []
    node.spoil = lambda method, _time: requests.ReadTimeout("lost") if method == "eth_sendRawTransaction" else None

    with reverts(TransactionPending) as refused:
        over(node, retries=2).send(
            Transaction(to=probe, data=COUNT), ana, on_signed=lambda known, _: told.append(known)
        )

    assert isinstance(refused.error, TransactionPending)
    assert [refused.error.transaction] == told
    assert node.times("eth_sendRawTransaction") == 3


@pytest.mark.parametrize(
    "message", ["nonce too low", "replacement transaction underpriced", "insufficient funds", "odd"]
)
def test_send__node_refuses__rejected_and_not_sent_again(
    node: Node, probe: Address, ana: LocalSigner, message: str
) -> None:
    node.spoil = lambda method, _time: fault(-32000, message) if method == "eth_sendRawTransaction" else None

    with pytest.raises(TransactionRejected, match=message) as refused:
        over(node).send(Transaction(to=probe, data=COUNT), ana)

    assert refused.value.transaction is not None
    assert node.times("eth_sendRawTransaction") == 1


def test_send__nonce_taken_by_somebody_else__read_anew_next_time(
    local: LocalChain, node: Node, probe: Address, ana: LocalSigner
) -> None:
    chain = over(node)
    chain.send(Transaction(to=probe, data=COUNT), ana)
    local.send(Transaction(to=probe, data=COUNT), ana)

    with reverts(TransactionRejected):
        chain.send(Transaction(to=probe, data=COUNT), ana)

    assert chain.send(Transaction(to=probe, data=COUNT), ana).status == 1


def test_send__over_the_rate_limit__identical_bytes_sent_later(node: Node, probe: Address, ana: LocalSigner) -> None:
    node.spoil = lambda method, time: (
        fault(429, "slow down") if method == "eth_sendRawTransaction" and time < 3 else None
    )

    assert over(node).send(Transaction(to=probe, data=COUNT), ana).status == 1


def test_send__over_the_rate_limit_for_good__rejected(node: Node, probe: Address, ana: LocalSigner) -> None:
    node.spoil = lambda method, _time: fault(429, "slow down") if method == "eth_sendRawTransaction" else None

    with pytest.raises(TransactionRejected, match="slow down"):
        over(node, retries=2).send(Transaction(to=probe, data=COUNT), ana)


def test_send__answer_is_garbage__pending_with_the_hash(node: Node, probe: Address, ana: LocalSigner) -> None:
    node.spoil = lambda method, _time: {"odd": 1} if method == "eth_sendRawTransaction" else None

    with reverts(TransactionPending):
        over(node, retries=1).send(Transaction(to=probe, data=COUNT), ana)


def test_send__node_runs_it_first_and_it_reverts__typed(node: Node, probe: Address, ana: LocalSigner) -> None:
    node.spoil = lambda method, _time: (
        fault(3, "execution reverted", "0xdeadbeef") if method == "eth_sendRawTransaction" else None
    )

    with reverts(UnknownRevert) as refused:
        over(node).send(Transaction(to=probe, data=COUNT), ana)

    assert isinstance(refused.error, UnknownRevert)
    assert refused.error.data == b"\xde\xad\xbe\xef"


def test_send__several__nonce_read_once(node: Node, probe: Address, ana: LocalSigner) -> None:
    chain = over(node)

    for _ in range(3):
        chain.send(Transaction(to=probe, data=COUNT), ana)

    assert node.times("eth_getTransactionCount") == 1


def test_send__signing_fails__nonce_free_again(node: Node, probe: Address, ana: LocalSigner) -> None:
    chain = over(node)

    class Refuses:
        address = ana.address

        def sign_transaction(self, fields: object) -> bytes:
            raise TransactionRejected("no")

        sign_typed_data = sign_transaction

    with reverts(TransactionRejected):
        chain.send(Transaction(to=probe, data=COUNT), Refuses())

    assert chain.send(Transaction(to=probe, data=COUNT), ana).status == 1


def test_send__eight_threads__every_nonce_once(local: LocalChain, probe: Address, ana: LocalSigner) -> None:
    node, gate = Node(local), threading.Lock()
    answer = node.make_request

    def one_at_a_time(method: str, params: Json) -> Json:
        with gate:
            return answer(method, params)

    node.make_request = one_at_a_time  # type: ignore[method-assign]
    chain = over(node)

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: chain.send(Transaction(to=probe, data=COUNT), ana), range(24)))

    assert len({receipt.transaction_hash for receipt in receipts}) == 24
    assert counted(local.call(probe, COUNT)) == 25


def test_nonces__body_fails__asked_anew() -> None:
    nonces, address = NonceManager(), LocalChain(accounts=1).accounts[0].address
    counts = iter([5, 9])

    with pytest.raises(RuntimeError), nonces.take(1, address, lambda: next(counts)):
        raise RuntimeError
    with nonces.take(1, address, lambda: next(counts)) as nonce:
        assert nonce == 9
    with nonces.take(1, address, lambda: 0) as nonce:
        assert nonce == 10
    with nonces.take(2, address, lambda: 0) as other_chain:
        assert other_chain == 0
    nonces.forget()
    with nonces.take(1, address, lambda: 3) as nonce:
        assert nonce == 3


def test_send__mined_but_refused__replayed_for_the_reason(
    local: LocalChain, node: Node, probe: Address, ana: LocalSigner
) -> None:
    chain = over(node)
    ben = local.accounts[2]

    def first_come(method: str, time: int) -> Answer:
        if method == "eth_sendRawTransaction" and time == 1:  # somebody comes in between the trial and the sending
            local.send(Transaction(to=probe, data=ONCE), ben)
        return None

    node.spoil = first_come

    with reverts(UnknownRevert) as refused:
        chain.send(Transaction(to=probe, data=ONCE, gas=100_000), ana)

    assert isinstance(refused.error, UnknownRevert)
    assert refused.error.transaction is not None
    assert refused.error.contract == probe
    mined = chain.receipt(refused.error.transaction)
    assert mined is not None
    assert mined.status == 0


def test_send__refused_by_the_clock__reason_from_its_own_block(
    local: LocalChain, node: Node, probe: Address, ana: LocalSigner
) -> None:
    def late(method: str, time: int) -> Answer:
        if method == "eth_sendRawTransaction":
            local.send(Transaction(to=probe, data=ONCE), local.accounts[2])
        if method != "eth_call" or time == 1:
            return None
        # On the block before, it was not too late yet.
        return (
            fault(3, "execution reverted", "0xdeadbeef") if time == 3 else {"jsonrpc": "2.0", "id": 1, "result": "0x"}
        )

    node.spoil = late

    with reverts(UnknownRevert) as refused:
        over(node).send(Transaction(to=probe, data=ONCE, gas=100_000), ana)

    assert isinstance(refused.error, UnknownRevert)
    assert (refused.error.data, refused.error.contract) == (b"\xde\xad\xbe\xef", probe)
    assert refused.error.transaction is not None


def test_broadcast__mined_out_of_gas__says_so(node: Node, probe: Address, ana: LocalSigner) -> None:
    chain = over(node)
    fields = dict(chain.prepare(Transaction(to=probe, data=COUNT), ana.address))

    with reverts(OutOfGas) as refused:
        chain.broadcast(ana.sign_transaction({**fields, "gas": 30_000}))

    assert isinstance(refused.error, OutOfGas)
    assert refused.error.transaction is not None


def test_wait__replay_not_possible__still_refused(node: Node, probe: Address, ana: LocalSigner) -> None:
    chain = over(node)
    fields = dict(chain.prepare(Transaction(to=probe, data=COUNT), ana.address))
    node.spoil = lambda method, _time: fault(-32000, "missing trie node") if method == "eth_call" else None

    with reverts(UnknownRevert):
        chain.broadcast(ana.sign_transaction({**fields, "gas": 100_000, "data": "0x01"}))


def test_wait__node_lost_meanwhile__pending_with_the_hash(node: Node, probe: Address, ana: LocalSigner) -> None:
    node.spoil = lambda method, _time: (
        requests.ConnectionError("gone") if method == "eth_getTransactionReceipt" else None
    )

    with reverts(TransactionPending) as refused:
        over(node, retries=1).send(Transaction(to=probe, data=COUNT), ana)

    assert isinstance(refused.error, TransactionPending)
    assert len(refused.error.transaction) == 66


def test_wait__node_away_for_a_while__waited_for_and_said_once(
    node: Node, probe: Address, ana: LocalSigner, caplog: pytest.LogCaptureFixture
) -> None:
    node.spoil = lambda method, time: (
        requests.ConnectionError("gone") if method == "eth_getTransactionReceipt" and time < 8 else None
    )

    assert over(node, retries=1, patience=10).send(Transaction(to=probe, data=COUNT), ana).status == 1
    assert caplog.text.count("The node is away; waiting up to 10 seconds for 0x") == 1


def test_wait__node_forgot_the_transaction__node_error(node: Node, probe: Address, ana: LocalSigner) -> None:
    chain = over(node)
    fields = dict(chain.prepare(Transaction(to=probe, data=COUNT), ana.address))
    node.spoil = lambda method, _time: {"result": None} if method == "eth_getTransactionByHash" else None

    with reverts(NodeError):
        chain.broadcast(ana.sign_transaction({**fields, "data": "0x01"}))


def test_wait__receipt_comes_late__waited_for(node: Node, probe: Address, ana: LocalSigner) -> None:
    node.spoil = lambda method, time: {"result": None} if method == "eth_getTransactionReceipt" and time < 4 else None

    assert over(node, patience=10).send(Transaction(to=probe, data=COUNT), ana).status == 1


def test_wait__three_confirmations__waits_for_two_more_blocks(
    local: LocalChain, node: Node, probe: Address, ana: LocalSigner
) -> None:
    def mine(method: str, _time: int) -> Answer:
        if method == "eth_getTransactionReceipt":
            local.mine()
        return None

    node.spoil = mine

    receipt = over(node, confirmations=3, patience=10).send(Transaction(to=probe, data=COUNT), ana)

    assert local.block().number >= receipt.block_number + 2


def test_wait__block_replaced_meanwhile__waits_for_the_new_one(
    local: LocalChain, node: Node, probe: Address, ana: LocalSigner
) -> None:
    before = local.snapshot()
    signed: list[bytes] = []

    def reorganise(method: str, time: int) -> Answer:
        if method == "eth_getTransactionReceipt" and time == 2:
            local.revert(before)
            local.mine()
            local.broadcast(signed[0])
        elif method == "eth_getTransactionReceipt":
            local.mine()
        return None

    node.spoil = reorganise

    receipt = over(node, confirmations=2, patience=10).send(
        Transaction(to=probe, data=COUNT), ana, on_signed=lambda _, raw: signed.append(raw)
    )

    assert receipt.block_number == before.number + 2
    assert receipt.block_hash == local.block(receipt.block_number).hash


def test_wait__never_confirmed__pending(node: Node, probe: Address, ana: LocalSigner) -> None:
    with reverts(TransactionPending):
        over(node, confirmations=2, patience=0.02, sleep=lambda _: None).send(Transaction(to=probe, data=COUNT), ana)


# Fees


def fees_of(node: Node) -> dict[str, Any]:
    (raw,) = next(params for method, params in node.asked if method == "eth_sendRawTransaction")
    return TypedTransaction.from_bytes(HexBytes(raw)).as_dict() if raw[2:4] == "02" else {"legacy": raw}


def test_send__chain_with_base_fee__pays_up_to_double(node: Node, probe: Address, ana: LocalSigner) -> None:
    base_fee = int(node.behind.make_request("eth_getBlockByNumber", ["latest", False])["result"]["baseFeePerGas"])  # type: ignore[arg-type,index]

    over(node).send(Transaction(to=probe, data=COUNT), ana)

    fields = fees_of(node)
    assert fields["maxPriorityFeePerGas"] == 10**9
    assert fields["maxFeePerGas"] == 2 * base_fee + 10**9


def test_send__legacy_asked_for__gas_price(node: Node, probe: Address, ana: LocalSigner) -> None:
    receipt = over(node, fees=FeePolicy(legacy=True)).send(Transaction(to=probe, data=COUNT), ana)

    raw = bytes.fromhex(fees_of(node)["legacy"][2:])
    assert raw[0] >= 0xC0
    assert Account.recover_transaction(raw) == ana.address
    assert receipt.status == 1


def test_prepare__chain_without_base_fee__legacy(node: Node, probe: Address, ana: LocalSigner) -> None:
    block = dict(node.behind.make_request("eth_getBlockByNumber", ["latest", False])["result"])  # type: ignore[arg-type]
    del block["baseFeePerGas"]
    node.spoil = lambda method, _time: {"result": block} if method == "eth_getBlockByNumber" else None

    fields = over(node).prepare(Transaction(to=probe, data=COUNT), ana.address)

    assert fields["gasPrice"] == 10**9
    assert "type" not in fields


@pytest.mark.parametrize("legacy", [True, False])
def test_prepare__gas_price_needed_but_not_given__node_error(
    node: Node, probe: Address, ana: LocalSigner, legacy: bool
) -> None:
    block = dict(node.behind.make_request("eth_getBlockByNumber", ["latest", False])["result"])  # type: ignore[arg-type]
    if not legacy:
        del block["baseFeePerGas"]
    answers = {"eth_getBlockByNumber": {"result": block}, "eth_gasPrice": fault(-32601, "unknown")}
    node.spoil = lambda method, _time: answers.get(method)

    with reverts(NodeError, code=-32601):
        over(node, fees=FeePolicy(legacy=legacy)).prepare(Transaction(to=probe, data=COUNT), ana.address)


def test_prepare__node_knows_no_tip__one_gwei(node: Node, probe: Address, ana: LocalSigner) -> None:
    node.spoil = lambda method, _time: fault(-32601, "unknown") if method == "eth_maxPriorityFeePerGas" else None

    fields = over(node).prepare(Transaction(to=probe, data=COUNT), ana.address)

    assert fields["maxPriorityFeePerGas"] == 10**9


def test_send__dearer_than_allowed__rejected_and_nothing_sent(node: Node, probe: Address, ana: LocalSigner) -> None:
    with pytest.raises(TransactionRejected, match="highest fee"):
        over(node, fees=FeePolicy(max_fee=10**6)).send(Transaction(to=probe, data=COUNT), ana)

    assert node.times("eth_sendRawTransaction") == 0


def test_prepare__estimate_given_room__a_fifth_more(node: Node, probe: Address, ana: LocalSigner) -> None:
    transaction = Transaction(to=probe, data=COUNT)
    chain = over(node)

    assert chain.prepare(transaction, ana.address)["gas"] == chain.estimate(transaction, ana.address) * 6 // 5


def test_send__estimate_above_the_cap__rejected(node: Node, probe: Address, ana: LocalSigner) -> None:
    node.spoil = lambda method, _time: {"result": hex(16_777_217)} if method == "eth_estimateGas" else None

    with pytest.raises(TransactionRejected, match="Split it"):
        over(node).send(Transaction(to=probe, data=COUNT), ana)


@pytest.mark.parametrize("options", [{"legacy": True, "tip": 1}, {"max_fee": 0}, {"max_fee": 1, "tip": 2}])
def test_fee_policy__contradiction__refused(options: dict[str, Any]) -> None:
    with reverts(InvalidInput):
        FeePolicy(**options)


# A real socket: addresses, time-outs, secrets


class Handler(BaseHTTPRequestHandler):
    status = 200
    content = b"{}"
    delay = 0.0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        threading.Event().wait(self.delay)
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(self.content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[type[Handler], str]]:
    handler = type("OneHandler", (Handler,), {})
    with HTTPServer(("127.0.0.1", 0), handler) as listener:
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield handler, f"http://127.0.0.1:{listener.server_port}"
        listener.shutdown()
        thread.join()


SECRET = "s3cr3t-access-key"


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (401, b"", NodeError),
        (404, b"", NodeError),
        (429, b"", NodeUnavailable),
        (503, b"", NodeUnavailable),
        (200, b"<html>", NodeError),
        (200, b"[]", NodeError),
    ],
)
def test_http__server_answers_badly__typed_and_the_access_key_never_shown(
    server: tuple[type[Handler], str],
    caplog: pytest.LogCaptureFixture,
    status: int,
    content: bytes,
    kind: type[ChainError],
) -> None:
    handler, url = server
    handler.status, handler.content = status, content
    caplog.set_level(logging.INFO)
    chain = RpcChain(f"{url}/v3/{SECRET}?also={SECRET}", retries=1, backoff=0)

    with reverts(kind) as refused:
        chain.block()

    assert SECRET not in repr(chain)
    assert SECRET not in "".join(traceback.format_exception(refused.error)).replace(f'"{url}', "")
    assert SECRET not in caplog.text


def test_http__nobody_listens__unavailable_and_the_access_key_never_shown() -> None:
    chain = RpcChain(f"http://ana:{SECRET}@127.0.0.1:1/{SECRET}", retries=1, backoff=0)

    with reverts(NodeUnavailable) as refused:
        chain.block()

    assert repr(chain) == "RpcChain('http://127.0.0.1:1/…')"
    assert "http://127.0.0.1:1/…" in str(refused.error)
    assert SECRET not in "".join(traceback.format_exception(refused.error))


def test_http__too_slow__timeout(server: tuple[type[Handler], str]) -> None:
    handler, url = server
    handler.delay = 0.3

    with reverts(NodeTimeout):
        RpcChain(url, timeout=0.05, retries=0).block()


@pytest.mark.anvil
def test_node_signer__account_of_anvil__sends(anvil_chain: AnvilChain) -> None:
    before = anvil_chain.snapshot()
    (address,) = anvil_chain.request("eth_accounts")

    receipt = anvil_chain.send(Transaction(to=None, data=chain_probe.INIT_CODE), NodeSigner(address, anvil_chain))

    assert receipt.status == 1
    anvil_chain.revert(before)
