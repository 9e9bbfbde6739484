"""TesterProvider: web3 meets the embedded chain as it meets any node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.client import chain_probe
from tests.client.chain_probe import COUNT, DEVOUR, ECHO, HALT, REFUSE, WHERE, counted, refusal
from web3 import Web3
from web3.exceptions import ContractCustomError, ContractLogicError, ContractPanicError, Web3RPCError

from tokenkit.chain import LocalChain, TesterProvider, Transaction
from tokenkit.errors import Panic, RevertReason

if TYPE_CHECKING:
    from web3.types import TxParams

    from tokenkit.types import Address


@pytest.fixture
def local() -> LocalChain:
    return LocalChain(accounts=3)


@pytest.fixture
def w3(local: LocalChain) -> Web3:
    return Web3(local.provider)


@pytest.fixture
def probe(local: LocalChain) -> Address:
    return chain_probe.deploy(local, local.accounts[0])


def to(probe: Address, data: bytes) -> TxParams:
    return {"to": probe, "data": data, "from": "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"}  # type: ignore[typeddict-item]


REASON = refusal(("string",), "too late", selector=RevertReason.selector)
LITERAL = refusal(("string",), "b'\\x01'", selector=RevertReason.selector)
PANIC = refusal(("uint256",), 0x11, selector=Panic.selector)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (REFUSE + b"\xde\xad\xbe\xef" + bytes(32), ContractCustomError),
        (REASON, ContractLogicError),
        (LITERAL, ContractLogicError),
        (PANIC, ContractPanicError),
        (REFUSE, ContractLogicError),
    ],
)
def test_call_and_estimate__contract_refuses__web3_error_with_the_bytes(
    w3: Web3, probe: Address, data: bytes, kind: type[ContractLogicError]
) -> None:
    for ask in (w3.eth.call, w3.eth.estimate_gas):
        with pytest.raises(ContractLogicError) as refused:
            ask(to(probe, data))

        assert type(refused.value) is kind
        assert refused.value.data == "0x" + data[1:].hex()


@pytest.mark.parametrize(("data", "message"), [(DEVOUR, "out of gas"), (HALT, "InvalidInstruction")])
def test_call__other_ends__rpc_error(w3: Web3, probe: Address, data: bytes, message: str) -> None:
    with pytest.raises(Web3RPCError, match=message):
        w3.eth.call(to(probe, data))


@pytest.mark.parametrize("field", [{"nonce": 99}, {"value": 10**30}, {"gas": 400_000_000}])
def test_send_transaction__not_acceptable__rpc_error(w3: Web3, probe: Address, field: TxParams) -> None:
    with pytest.raises(Web3RPCError) as refused:
        w3.eth.send_transaction({"gas": 100_000, **to(probe, COUNT), **field})

    assert refused.value.rpc_response is not None
    assert refused.value.rpc_response["error"]["code"] == -32003  # type: ignore[index,typeddict-item]


def test_unknown_method__rpc_error(w3: Web3) -> None:
    assert w3.provider.make_request("eth_odd", [])["error"]["code"] == -32601  # type: ignore[arg-type,index,typeddict-item]


def test_send_transaction__accepted__seen_by_both(w3: Web3, local: LocalChain, probe: Address) -> None:
    mined = w3.eth.wait_for_transaction_receipt(w3.eth.send_transaction({"gas": 100_000, **to(probe, COUNT)}))

    ours = local.receipt(mined["transactionHash"].to_0x_hex())
    assert ours is not None
    assert (ours.block_number, ours.gas_used, ours.status) == (mined["blockNumber"], mined["gasUsed"], 1)
    assert [log.data for log in ours.logs] == [bytes(log["data"]) for log in mined["logs"]]
    assert mined["from"] == local.accounts[0].address
    assert mined["to"] == probe
    assert mined["logsBloom"] != bytes(256)
    assert counted(local.call(probe, COUNT)) == 2


def test_send_transaction__refused_with_gas_given__mined_with_status_0(
    w3: Web3, local: LocalChain, probe: Address
) -> None:
    mined = w3.eth.wait_for_transaction_receipt(w3.eth.send_transaction({"gas": 100_000, **to(probe, REFUSE)}))

    assert mined["status"] == 0
    assert local.wait(mined["transactionHash"].to_0x_hex()).status == 0


def test_get_logs__topics_as_bytes__found(w3: Web3, local: LocalChain, probe: Address) -> None:
    receipt = local.send(Transaction(to=probe, data=COUNT), local.accounts[1])
    local.send(Transaction(to=probe, data=COUNT), local.accounts[2])
    topic = bytes.fromhex(receipt.logs[0].topics[1][2:])

    (found,) = w3.eth.get_logs({"address": probe, "topics": [None, topic], "fromBlock": 0})
    (by_hash,) = w3.eth.get_logs({"blockHash": bytes.fromhex(receipt.block_hash[2:])})  # type: ignore[typeddict-item]

    assert found == by_hash
    assert counted(found["data"]) == 1
    assert found["blockNumber"] == receipt.block_number
    assert len(w3.eth.get_logs({"address": [probe], "fromBlock": "earliest", "toBlock": "latest"})) == 2


def test_batch__reads_and_chain_id__answered_in_order(w3: Web3, local: LocalChain, probe: Address) -> None:
    with w3.batch_requests() as batch:
        batch.add(w3.eth.call(to(probe, ECHO)))
        batch.add(w3.eth.get_block_number())  # type: ignore[attr-defined]

        assert batch.execute() == [ECHO, 1]
    assert w3.eth.chain_id == local.chain_id


def test_block_receipts__a_block__every_transaction(w3: Web3, local: LocalChain, probe: Address) -> None:
    receipt = local.send(Transaction(to=probe, data=COUNT), local.accounts[1])

    (found,) = w3.eth.get_block_receipts(receipt.block_number)

    assert found["transactionHash"].to_0x_hex() == receipt.transaction_hash


def request(w3: Web3, method: str, *params: object) -> object:
    return w3.provider.make_request(method, list(params)).get("result")  # type: ignore[arg-type]


def test_time__increase_and_set__next_block_carries_it(w3: Web3, local: LocalChain, probe: Address) -> None:
    now = local.now()

    request(w3, "evm_increaseTime", 3600)
    local.send(Transaction(to=probe, data=COUNT), local.accounts[0])
    assert local.now() == now + 3601

    request(w3, "evm_setNextBlockTimestamp", hex(now + 10_000))
    assert counted(bytes(w3.eth.call(to(probe, WHERE), "pending"))[:32]) == now + 10_000
    request(w3, "evm_mine")
    assert local.now() == now + 10_000

    request(w3, "evm_mine", now + 20_000)
    assert local.now() == now + 20_000


def test_set_next_block_timestamp__not_after_the_latest__rpc_error(w3: Web3, local: LocalChain) -> None:
    answer = w3.provider.make_request("evm_setNextBlockTimestamp", [local.now()])  # type: ignore[arg-type]

    assert answer["error"]["code"] == -32003  # type: ignore[index,typeddict-item]


def test_snapshot_and_revert__by_json_rpc__both_go_back(w3: Web3, local: LocalChain, probe: Address) -> None:
    taken = request(w3, "evm_snapshot")
    local.send(Transaction(to=probe, data=COUNT), local.accounts[0])

    assert request(w3, "evm_revert", taken) is True
    assert local.logs([probe]) == []
    assert request(w3, "evm_revert", hex(99)) is False


def test_eth_tester_snapshot__reverted__seen_by_both(w3: Web3, local: LocalChain, probe: Address) -> None:
    tester = local.provider.ethereum_tester
    assert tester is not None
    taken = tester.take_snapshot()
    local.send(Transaction(to=probe, data=COUNT), local.accounts[0])
    tester.time_travel(local.now() + 500)

    tester.revert_to_snapshot(taken)

    assert local.block().number == 1
    assert counted(local.call(probe, COUNT)) == 1


def test_deploy_by_web3__contract__works_on_both(w3: Web3, local: LocalChain) -> None:
    mined = w3.eth.wait_for_transaction_receipt(
        w3.eth.send_transaction({"data": chain_probe.INIT_CODE, "from": local.accounts[0].address})  # type: ignore[typeddict-item]
    )
    created = mined["contractAddress"]
    assert created is not None

    assert local.call(created, ECHO) == ECHO  # type: ignore[arg-type]


def test_provider__on_its_own__has_a_chain() -> None:
    assert Web3(TesterProvider()).eth.get_block("latest")["timestamp"] == 1_893_456_000
