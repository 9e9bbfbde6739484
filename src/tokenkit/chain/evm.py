"""py-evm as tokenkit runs it: deterministic time and blocks, one transaction a block, cheap calls and cheap rollback.

Everything above eth-tester's serialisers is bypassed here: a call costs a tenth and a transaction half of what it costs through them.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from eth._utils.address import generate_contract_address
from eth.chains.base import MiningChain
from eth.constants import GENESIS_PARENT_HASH
from eth.db import get_db_backend
from eth.exceptions import OutOfGas, Revert
from eth.vm.message import Message
from eth.vm.spoof import SpoofTransaction
from eth_keys.datatypes import PrivateKey
from eth_tester.backends.pyevm.main import (  # type: ignore[import-untyped]  # ships no types
    PyEVMBackend,
    get_default_genesis_params,
)
from eth_typing import Address as RawAddress
from eth_typing import BlockNumber
from eth_utils.exceptions import ValidationError

from tokenkit.chain.interpreter import FastVM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eth.abc import (
        BlockAPI,
        BlockHeaderAPI,
        ComputationAPI,
        ReceiptAPI,
        SignedTransactionAPI,
        StateAPI,
        TransactionBuilderAPI,
        UnsignedTransactionAPI,
    )
    from eth.typing import AccountDetails
    from eth_typing import Hash32

GENESIS_TIME = 1_893_456_000
"""2030-01-01 00:00:00 UTC: the timestamp of the first block. Each later block is one second on."""

BLOCK_GAS_LIMIT = 300_000_000

CALL_GAS = 100_000_000
"""What a call may use; nodes allow about as much."""

CHAIN_ID = 1337

NATIVE_BALANCE = 10**24
"""What each account starts with, in wei."""


class Halted(Exception):
    """An execution that ended badly. ``data`` is what the contract gave with its refusal; ``None`` for any other end."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(type(error).__name__)
        self.data = (
            bytes(error.args[0])
            if isinstance(error, Revert) and error.args
            else (b"" if isinstance(error, Revert) else None)
        )
        self.out_of_gas = isinstance(error, OutOfGas)


class EvmChain(MiningChain):
    """A chain of our own blocks. Nothing in it depends on the clock or on chance."""

    chain_id = CHAIN_ID
    vm_configuration = ((0, FastVM),)  # type: ignore[assignment]  # block numbers are ints here, as everywhere in py-evm

    def create_header_from_parent(self, parent_header: BlockHeaderAPI, **header_params: Any) -> BlockHeaderAPI:  # noqa: ANN401 - py-evm's signature
        """Make the next block's header: one second on, the same gas limit, and a reproducible PREVRANDAO."""
        number = parent_header.block_number + 1
        fixed = {
            "timestamp": parent_header.timestamp + 1,
            "gas_limit": parent_header.gas_limit,
            "mix_hash": number.to_bytes(32, "big"),
        }
        return super().create_header_from_parent(parent_header, **{**fixed, **header_params})

    def get_transaction_builder(self) -> type[TransactionBuilderAPI]:
        """Return what decodes and makes transactions of the fork in force."""
        return self.get_vm().get_transaction_builder()

    @property
    def head(self) -> BlockHeaderAPI:
        """The header of the latest mined block."""
        return self.get_canonical_head()

    def header_at(self, number: int) -> BlockHeaderAPI:
        """Return the header of the mined block *number*, which must not be above the head's."""
        return self.get_canonical_block_header_by_number(BlockNumber(number))

    def block_at(self, number: int) -> BlockAPI:
        """Return the mined block *number*, which must not be above the head's."""
        return self.get_canonical_block_by_number(BlockNumber(number))

    def state_at(self, header: BlockHeaderAPI) -> StateAPI:
        """Return the state after the block of *header*, to run calls on."""
        return self.get_vm(header).state

    def run(self, state: StateAPI, *, to: RawAddress, data: bytes, sender: RawAddress, value: int, gas: int) -> bytes:
        """Run a call on *state*, undo whatever it changed, and return its output.

        Raises:
            Halted: it did not end well.
        """
        with _undone(state):
            state.mark_address_warm(sender)
            context = state.get_transaction_context_class()(gas_price=0, origin=sender)
            machine = state.computation_class
            if to:
                state.mark_address_warm(to)
                code, delegate = state.get_transaction_executor().get_code_at_address(to)  # type: ignore[attr-defined]
                fields = {"to": to, "data": data, "code": code, "is_delegation": delegate is not None}
                message = Message(gas=gas, sender=sender, value=value, **fields)
                computation = machine.apply_message(state, message, context)
            else:
                created = generate_contract_address(sender, state.get_nonce(sender))
                message = Message(
                    gas=gas, to=to, sender=sender, value=value, data=b"", code=data, create_address=created
                )
                computation = machine.apply_create_message(state, message, context)
        return _output(computation)

    def estimate(self, *, to: bytes, data: bytes, value: int, sender: RawAddress, limit: int) -> int:
        """Return the least gas with which a transaction would succeed in the next block.

        Tries what it used before refunds first, and searches upwards only where calls inside keep back a share (EIP-150).

        Raises:
            Halted: it fails even with *limit*.
            ValidationError: *sender* cannot afford *value*.
        """
        machine = self.get_vm(self.header.copy(base_fee_per_gas=0))
        transaction = machine.get_transaction_builder().new_unsigned_dynamic_fee_transaction(  # type: ignore[attr-defined]
            chain_id=self.chain_id,
            nonce=machine.state.get_nonce(sender),
            max_priority_fee_per_gas=0,
            max_fee_per_gas=0,
            gas=limit,
            to=to,
            value=value,
            data=data,
            access_list=(),
        )
        most, least = limit, self._needed(machine.state, transaction, sender, limit)
        tried = max(least, _floor_gas(data))
        while least < most:
            try:
                self._needed(machine.state, transaction, sender, tried)
                most = tried
            except Halted:
                least = tried + 1
            tried = (least + most) // 2
        return most

    def execute(self, transaction: SignedTransactionAPI) -> tuple[BlockAPI, ReceiptAPI, bytes]:
        """Mine a block of just *transaction*, or change nothing if a contract refuses it; return its output last.

        Raises:
            Halted: it did not end well.
            ValidationError: py-evm would not take it (nonce, funds, fee, gas limit).
        """
        if transaction.gas > self.header.gas_limit:
            raise ValidationError(f"gas {transaction.gas} is above the block gas limit {self.header.gas_limit}")
        machine = self.get_vm(self.header)
        receipt, computation = machine.apply_transaction(self.header, transaction)
        output = _output(computation)
        header = machine.add_receipt_to_header(self.header, receipt)
        block = machine.set_block_transactions_and_withdrawals(machine.get_block(), header, (transaction,), (receipt,))
        return self._append(machine.finalize_block(block).block), receipt, output

    def mine_empty(self) -> BlockAPI:
        """Mine a block without transactions."""
        machine = self.get_vm(self.header)
        block = machine.set_block_transactions_and_withdrawals(machine.get_block(), self.header, (), ())
        return self._append(machine.finalize_block(block).block)

    def roll_back(self, header: BlockHeaderAPI) -> None:
        """Make the mined block of *header* the latest again. No block is executed anew: every old state is still there."""
        self.chaindb._set_as_canonical_chain_head(self.chaindb.db, header, GENESIS_PARENT_HASH)  # type: ignore[attr-defined]  # noqa: SLF001 - as eth-tester does; py-evm has no public way back
        self.header = self.create_header_from_parent(header)

    @staticmethod
    def _needed(state: StateAPI, transaction: UnsignedTransactionAPI, sender: RawAddress, gas: int) -> int:
        """Run a whole transaction with *gas*, undo it, and return the gas it used before refunds."""
        spoofed = SpoofTransaction(transaction, from_=sender, gas=gas)
        with _undone(state):
            computation = state.apply_transaction(spoofed)  # type: ignore[arg-type]
        _output(computation)
        return gas - computation.get_gas_remaining()

    def _append(self, block: BlockAPI) -> BlockAPI:
        self.chaindb.persist_block(block)
        self.header = self.create_header_from_parent(block.header)
        return block


class TesterBackend(PyEVMBackend):  # type: ignore[misc]  # eth-tester ships no types
    """eth-tester's backend on an :class:`EvmChain`, whose refusals keep their raw bytes (as :class:`Halted`)."""

    __test__ = False  # pytest takes every Test… for tests
    chain: EvmChain

    def __init__(self, *, accounts: int = 50, chain_id: int = CHAIN_ID) -> None:
        self._accounts = accounts
        self._chain_id = chain_id
        super().__init__()

    def reset_to_genesis(self, *_defaults: object, **_more: object) -> None:
        """Start again from the first block. eth-tester's own genesis settings do not apply."""
        self.account_keys = tuple(PrivateKey(number.to_bytes(32, "big")) for number in range(1, self._accounts + 1))
        parameters = get_default_genesis_params({"timestamp": GENESIS_TIME, "gas_limit": BLOCK_GAS_LIMIT})
        self.chain = cast("EvmChain", EvmChain.from_genesis(get_db_backend(), parameters, self._funded()))
        self.chain.chain_id = self._chain_id

    def call(self, transaction: Mapping[str, Any], block_number: int | str = "latest") -> bytes:
        """Run a call, with eth-tester's normalised *transaction*."""
        state = self.chain.state_at(self._header(block_number))
        return self.chain.run(
            state,
            to=transaction.get("to", b""),
            data=transaction.get("data", b""),
            sender=transaction["from"],
            value=transaction.get("value", 0),
            gas=transaction.get("gas", CALL_GAS),
        )

    def estimate_gas(self, transaction: Mapping[str, Any], block_number: int | str = "latest") -> int:  # noqa: ARG002 - eth-tester's signature; an estimate is for the next block
        """Return the gas that eth-tester's normalised *transaction* needs."""
        return self.chain.estimate(
            to=transaction.get("to", b""),
            data=transaction.get("data", b""),
            value=transaction.get("value", 0),
            sender=transaction["from"],
            limit=BLOCK_GAS_LIMIT,
        )

    def revert_to_snapshot(self, snapshot: Hash32) -> None:
        """Go back to the block with the hash *snapshot*."""
        self.chain.roll_back(self.chain.get_block_header_by_hash(snapshot))

    def time_travel(self, to_timestamp: int) -> int:
        """Mine an empty block at *to_timestamp* - 1, so that the next one carries *to_timestamp*."""
        self.chain.set_header_timestamp(to_timestamp - 1)
        self.chain.mine_empty()
        return to_timestamp

    def mine_blocks(self, num_blocks: int = 1, coinbase: RawAddress | None = None) -> tuple[Hash32, ...]:  # noqa: ARG002 - eth-tester's signature; a coinbase would make blocks depend on the caller
        """Mine what was sent, then empty blocks up to *num_blocks*."""
        return tuple(self.chain.mine_block().hash for _ in range(num_blocks))

    def _header(self, block_number: int | str) -> BlockHeaderAPI:
        if block_number == "pending":
            return self.chain.header
        if block_number in ("latest", "safe", "finalized"):
            return self.chain.head
        number = 0 if block_number == "earliest" else int(block_number)
        return self.chain.header_at(number)

    def _funded(self) -> dict[RawAddress, AccountDetails]:
        return {
            RawAddress(key.public_key.to_canonical_address()): {
                "balance": NATIVE_BALANCE,
                "nonce": 0,
                "code": b"",
                "storage": {},
            }
            for key in self.account_keys
        }


def _floor_gas(data: bytes) -> int:
    """Return what a transaction with *data* pays at least (EIP-7623)."""
    return 21_000 + 10 * (4 * len(data) - 3 * data.count(0))


def _output(computation: ComputationAPI) -> bytes:
    if computation.is_error:
        raise Halted(computation.error)
    return bytes(computation.output)


@contextmanager
def _undone(state: StateAPI) -> Iterator[None]:
    """Undo on *state* whatever the body does, and forget what it made warm (EIP-2929)."""
    snapshot = state.snapshot()
    try:
        yield
    finally:
        state.revert(snapshot)
