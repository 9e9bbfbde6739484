"""The embedded chain: the same in every run, and nothing of py-evm gets out of it."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from eth_tester.exceptions import TransactionFailed
from tests.client import chain_probe
from tests.client.chain_probe import COUNT, ECHO, counted

from tokenkit.chain import AnvilChain, Chain, DevelopmentChain, LocalChain, RecordingChain, RpcChain, Transaction
from tokenkit.errors import InvalidInput, NodeError, ReadOnly, TransactionPending, TransactionRejected, UnknownRevert
from tokenkit.testing import reverts
from tokenkit.types import keccak

START = 1_893_456_000


def test_init__no_accounts__refused() -> None:
    with reverts(InvalidInput):
        LocalChain(accounts=0)


@pytest.mark.parametrize("failure", [ZeroDivisionError("bug"), TransactionFailed("odd"), KeyError("x")])
def test_any_use__py_evm_raises_something_unknown__wrapped(monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    chain = LocalChain(accounts=1)
    ana = chain.accounts[0]

    def fail(*_: object, **__: object) -> None:
        raise failure

    for method in ("run", "estimate", "execute"):
        monkeypatch.setattr(chain._evm, method, fail)
    for use in (
        lambda: chain.call(ana.address, b""),
        lambda: chain.estimate(Transaction(to=ana.address), ana.address),
        lambda: chain.send(Transaction(to=ana.address), ana),
    ):
        with reverts(NodeError) as refused:
            use()
        assert refused.error.__cause__ is failure


def test_broadcast__not_a_transaction__typed() -> None:
    with pytest.raises((NodeError, TransactionRejected)):
        LocalChain(accounts=1).broadcast(b"\x02\x01")


def test_broadcast__signed_for_another_chain__rejected() -> None:
    chain, other = LocalChain(accounts=1), LocalChain(accounts=1, chain_id=5)
    ana = chain.accounts[0]
    signed = ana.sign_transaction(other.prepare(Transaction(to=ana.address), ana.address))

    with pytest.raises(TransactionRejected, match="chain 5"):
        chain.broadcast(signed)


def test_call__block_out_of_range__refused() -> None:
    chain = LocalChain(accounts=1)

    for number in (-1, 1):
        with reverts(InvalidInput):
            chain.call(chain.accounts[0].address, b"", block=number)


def test_start__fresh__at_2030_with_fifty_rich_accounts() -> None:
    chain = LocalChain()

    assert (chain.block().number, chain.now()) == (0, START)
    assert len({signer.address for signer in chain.accounts}) == 50
    assert all(chain.balance(signer.address) == 10**24 for signer in chain.accounts)
    assert chain.accounts[0].address == "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
    assert repr(chain) == "LocalChain(chain_id=1337, block=0)"


def test_two_chains__same_story__same_hashes() -> None:
    def story() -> list[str]:
        chain = LocalChain(accounts=2)
        probe = chain_probe.deploy(chain, chain.accounts[0])
        receipts = [chain.send(Transaction(to=probe, data=COUNT), chain.accounts[1]) for _ in range(3)]
        chain.travel(by=1_000_000)
        chain.mine(2)
        return [*(receipt.block_hash for receipt in receipts), chain.block().hash]

    assert story() == story()


def test_mine__some_blocks__a_second_each() -> None:
    chain = LocalChain(accounts=1)

    chain.mine(3)

    assert (chain.block().number, chain.now()) == (3, START + 3)
    assert [chain.block(number).timestamp for number in range(4)] == [START + number for number in range(4)]
    assert chain.block("earliest").number == 0
    assert chain.block("pending").timestamp == START + 4


def test_travel__to_now__nothing_mined() -> None:
    chain = LocalChain(accounts=1)

    chain.travel(to=START)
    chain.travel(by=0)

    assert chain.block().number == 0


def test_send__from_threads__all_mined() -> None:
    chain = LocalChain(accounts=4)
    probe = chain_probe.deploy(chain, chain.accounts[0])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda who: chain.send(Transaction(to=probe, data=COUNT), chain.accounts[who % 4]), range(40)))

    assert [counted(log.data) for log in chain.logs([probe])] == list(range(1, 41))


def test_estimate__inner_calls_keep_gas_back__still_enough() -> None:
    chain = LocalChain(accounts=1)
    ana = chain.accounts[0]
    probe = chain_probe.deploy(chain, ana)
    # Calls the probe (COUNT) with all its gas, and refuses if that fails: what EIP-150 keeps back must be in the estimate.
    caller = bytes.fromhex(f"60055f535f5f60015f5f73{probe[2:]}5af16027575f5ffd5b00")
    creation = bytes([0x60, len(caller)]) + bytes.fromhex("80600a5f395ff300") + caller
    address = chain.send(Transaction(to=None, data=creation), ana).contract_address
    before = chain.snapshot()

    gas = chain.estimate(Transaction(to=address), ana.address)

    assert chain.send(Transaction(to=address, gas=gas), ana).gas_used < gas
    chain.revert(before)
    with reverts(UnknownRevert):
        chain.send(Transaction(to=address, gas=gas - 1), ana)


def test_keccak__known_answer__and_the_environment_is_left_alone() -> None:
    assert keccak(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    program = "import os, tokenkit.types; print(os.environ.get('ETH_HASH_BACKEND'))"
    environment = {name: value for name, value in os.environ.items() if name != "ETH_HASH_BACKEND"}

    printed = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )

    assert printed.stdout.strip() == "None"


def test_import__chain_package__neither_py_evm_nor_web3_is_loaded() -> None:
    program = "import sys, tokenkit.chain; print({'eth', 'web3', 'eth_tester'} & set(sys.modules))"

    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert printed.stdout.strip() == "set()"


def test_late_names__unknown__attribute_error() -> None:
    import tokenkit.chain  # noqa: PLC0415 - the module itself is under test

    with pytest.raises(AttributeError, match="Nothing"):
        _ = tokenkit.chain.Nothing


# The chain that only records


def test_recording_chain__refusals__as_told() -> None:
    ana = LocalChain(accounts=1).accounts[0]
    chain = RecordingChain(answers={COUNT: UnknownRevert(data=b"\x01")})

    with reverts(UnknownRevert):
        chain.call(ana.address, COUNT)
    with reverts(UnknownRevert):
        chain.send(Transaction(to=ana.address, data=COUNT), ana)
    with reverts(ReadOnly):
        chain.send(Transaction(to=ana.address), None)
    with reverts(TransactionPending):
        chain.wait("0x00")
    assert chain.sent == []


def test_recording_chain__asked__recorded_and_answered() -> None:
    ana = LocalChain(accounts=1).accounts[0]
    chain = RecordingChain(answers={b"\x01\x02\x03\x04": b"by selector", ECHO: UnknownRevert()}, default=b"default")
    told: list[str] = []

    assert chain.call(ana.address, b"\x01\x02\x03\x04rest", sender=ana.address) == b"by selector"
    assert chain.batch_call([(ana.address, COUNT), (ana.address, ECHO)])[0] == b"default"
    receipt = chain.send(Transaction(to=ana.address, data=COUNT), ana, on_signed=lambda known, _: told.append(known))

    assert [data for _, data, _ in chain.called] == [b"\x01\x02\x03\x04rest", COUNT, ECHO]
    assert chain.sent == [(Transaction(to=ana.address, data=COUNT), ana.address)]
    assert chain.wait(receipt.transaction_hash) == receipt
    assert (receipt.output, receipt.block_number, chain.now()) == (b"default", 1, START + 1)
    assert chain.broadcast(ana.sign_transaction(chain.prepare(Transaction(to=ana.address), ana.address))).status == 1
    assert len(told) == 1
    assert (chain.code(ana.address), chain.balance(ana.address), chain.logs([ana.address])) == (b"", 10**24, [])


@pytest.mark.parametrize("kind", [LocalChain, RpcChain, AnvilChain, RecordingChain])
def test_signatures__every_chain__as_the_protocol_says(kind: type) -> None:
    protocol = DevelopmentChain if kind in (LocalChain, AnvilChain) else Chain
    for name in (name for name in dir(protocol) if not name.startswith("_") and callable(getattr(protocol, name))):
        declared, built = inspect.signature(getattr(protocol, name)), inspect.signature(getattr(kind, name))
        assert str(built) == str(declared), f"{kind.__name__}.{name}"
