"""The embedded chain: py-evm in this process, started in a tenth of a second, the same in every run."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from eth.exceptions import InsufficientFunds
from eth_typing import Address as RawAddress
from eth_utils.exceptions import ValidationError

from tokenkit.chain.base import (
    MAX_TRANSACTION_GAS,
    Block,
    BlockId,
    Log,
    OnSigned,
    Receipt,
    Snapshot,
    Topics,
    Transaction,
    destination,
)
from tokenkit.chain.decoding import decode, out_of_gas
from tokenkit.chain.evm import CALL_GAS, CHAIN_ID, Halted, TesterBackend
from tokenkit.chain.fees import refuse_above_cap
from tokenkit.chain.history import History, select
from tokenkit.chain.signers import LocalSigner, Signer
from tokenkit.errors import (
    InvalidInput,
    NodeError,
    ReadOnly,
    Reverted,
    TokenkitError,
    TransactionPending,
    TransactionRejected,
)
from tokenkit.types import Address, address_from_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eth.abc import BlockHeaderAPI, StateAPI

    from tokenkit.chain.base import UnsignedTransaction
    from tokenkit.chain.provider import TesterProvider

_MAX_FEE = 10 * 10**9  # wei; the base fee starts at 1 gwei and only falls, since no block here is half full
_TIP = 10**9


class LocalChain:
    """A chain of its own, in process: eth-tester's accounts and backend on py-evm.

    The first block is at 2030-01-01, each later one a second on, each transaction in a block of its own. What a contract refuses is raised
    and not mined. Also offered to web3 and other tools, as :attr:`provider`.
    """

    def __init__(self, *, accounts: int = 50, chain_id: int = CHAIN_ID) -> None:
        if accounts < 1:
            raise InvalidInput("A local chain needs at least one account.")
        self._backend = TesterBackend(accounts=accounts, chain_id=chain_id)
        self._evm = self._backend.chain
        self._history = History(self._evm)
        self._lock = threading.RLock()
        self._latest: tuple[bytes, BlockHeaderAPI, StateAPI] | None = None
        self._provider: TesterProvider | None = None
        self.accounts = tuple(LocalSigner.from_key(key.to_bytes()) for key in self._backend.account_keys)
        """Signers, each with a million coins; their keys are 1, 2, 3, …: worthless anywhere else."""

    @property
    def chain_id(self) -> int:
        """The EIP-155 chain id."""
        return self._evm.chain_id

    @property
    def provider(self) -> TesterProvider:
        """The same chain as a web3 provider."""
        if self._provider is None:
            from tokenkit.chain.provider import TesterProvider  # noqa: PLC0415 - web3 takes a second to import

            self._provider = TesterProvider(self._backend)
        return self._provider

    def call(
        self, to: Address, data: bytes, *, sender: Address | None = None, block: BlockId = "latest", value: int = 0
    ) -> bytes:
        """Run a call without a transaction and return its output."""
        with self._lock, _mapped(to):
            return self._evm.run(
                self._state(block), to=_raw(to), data=data, sender=_raw(sender), value=value, gas=CALL_GAS
            )

    def batch_call(
        self, calls: Sequence[tuple[Address, bytes]], *, sender: Address | None = None, block: BlockId = "latest"
    ) -> list[bytes | Reverted]:
        """Run many calls in one go; a refusal stands in the place of its output."""
        answers: list[bytes | Reverted] = []
        for to, data in calls:
            try:
                answers.append(self.call(to, data, sender=sender, block=block))
            except Reverted as refusal:
                answers.append(refusal)
        return answers

    def estimate(self, transaction: Transaction, sender: Address) -> int:
        """Return the gas that *transaction* needs now."""
        with self._lock, _mapped(transaction.to):
            return self._evm.estimate(
                to=_raw(transaction.to, absent=b""),
                data=transaction.data,
                value=transaction.value,
                sender=_raw(sender),
                limit=MAX_TRANSACTION_GAS,
            )

    def prepare(self, transaction: Transaction, sender: Address) -> UnsignedTransaction:
        """Fill in nonce, gas and fees, for *sender* to sign elsewhere."""
        gas = self.estimate(transaction, sender) if transaction.gas is None else transaction.gas
        return self._fields(transaction, sender, refuse_above_cap(gas))

    def send(self, transaction: Transaction, signer: Signer | None, *, on_signed: OnSigned | None = None) -> Receipt:
        """Sign *transaction* and mine it in a block of its own; a refusal is raised and nothing mined."""
        if signer is None:
            raise ReadOnly
        gas = refuse_above_cap(MAX_TRANSACTION_GAS if transaction.gas is None else transaction.gas)
        with self._lock:
            signed = signer.sign_transaction(self._fields(transaction, signer.address, gas))
            return self._mine(signed, on_signed)

    def broadcast(self, signed: bytes) -> Receipt:
        """Mine a transaction signed elsewhere; a refusal is raised and nothing mined."""
        with self._lock:
            return self._mine(signed, None)

    def wait(self, transaction_hash: str) -> Receipt:
        """Return the receipt of a transaction: here it is mined as soon as it is sent."""
        receipt = self.receipt(transaction_hash)
        if receipt is None:
            raise TransactionPending(f"{transaction_hash} is not on this chain.", transaction=transaction_hash)
        return receipt

    def receipt(self, transaction_hash: str) -> Receipt | None:
        """Return the receipt of a mined transaction, or ``None``."""
        with self._lock:
            return self._history.receipt(transaction_hash)

    def logs(
        self, addresses: Sequence[Address], topics: Topics = (), from_block: int = 0, to_block: BlockId = "latest"
    ) -> list[Log]:
        """Return the events of *addresses* in order, of both blocks and those between."""
        with self._lock:
            last = to_block if isinstance(to_block, int) else self._header(to_block).block_number
            return select(self._history.logs(from_block, last), addresses, topics)

    def block(self, number_or_tag: BlockId = "latest") -> Block:
        """Return a block's number, hash and timestamp."""
        with self._lock:
            header = self._header(number_or_tag)
            return Block(number=header.block_number, hash="0x" + header.hash.hex(), timestamp=header.timestamp)

    def code(self, address: Address) -> bytes:
        """Return the code at *address*, empty if there is none."""
        with self._lock:
            return bytes(self._state("latest").get_code(_raw(address)))

    def balance(self, address: Address) -> int:
        """Return the native balance of *address*, in wei."""
        with self._lock:
            return int(self._state("latest").get_balance(_raw(address)))

    def now(self) -> int:
        """Return the timestamp of the latest block; the next one's is a second on."""
        return self.block().timestamp

    def travel(self, *, to: int | None = None, by: int | None = None) -> None:
        """Mine an empty block at the unix second *to*, or *by* seconds after the latest. The next transaction is a second later.

        Raises:
            InvalidInput: into the past, or both or neither given.
        """
        with self._lock:
            second = destination(self.now(), to=to, by=by)
            if second > self.now():
                self._evm.set_header_timestamp(second)
                self._evm.mine_empty()

    def mine(self, blocks: int = 1) -> None:
        """Mine empty blocks."""
        with self._lock:
            for _ in range(blocks):
                self._evm.mine_empty()

    def snapshot(self) -> Snapshot:
        """Remember the latest block."""
        latest = self.block()
        return Snapshot(number=latest.number, hash=latest.hash)

    def revert(self, snapshot: Snapshot) -> None:
        """Go back to *snapshot*, which stays good. Nothing is executed again.

        Raises:
            InvalidInput: the block is not on this chain any more.
        """
        with self._lock:
            header = self._header(snapshot.number) if snapshot.number <= self._header("latest").block_number else None
            if header is None or "0x" + header.hash.hex() != snapshot.hash:
                raise InvalidInput(
                    "This snapshot is not of this chain, or the chain went back to an earlier one since."
                )
            self._evm.roll_back(header)

    def __repr__(self) -> str:
        return f"LocalChain(chain_id={self.chain_id}, block={self.block().number})"

    def _fields(self, transaction: Transaction, sender: Address, gas: int) -> dict[str, int | str]:
        fields: dict[str, int | str] = {
            "type": 2,
            "chainId": self.chain_id,
            "nonce": self._state("latest").get_nonce(_raw(sender)),
            "value": transaction.value,
            "data": "0x" + transaction.data.hex(),
            "gas": gas,
            "maxFeePerGas": _MAX_FEE,
            "maxPriorityFeePerGas": _TIP,
        }
        return fields if transaction.to is None else {**fields, "to": transaction.to}

    def _mine(self, signed: bytes, on_signed: OnSigned | None) -> Receipt:
        with _mapped(None):
            transaction = self._evm.get_transaction_builder().decode(signed)
        with _mapped(address_from_bytes(transaction.to) if transaction.to else None):
            if transaction.chain_id not in (None, self.chain_id):
                raise TransactionRejected(
                    f"The transaction is signed for chain {transaction.chain_id}, not for {self.chain_id}."
                )
            if on_signed is not None:
                on_signed("0x" + transaction.hash.hex(), signed)
            block, receipt, output = self._evm.execute(transaction)
        return replace(self._history.add(block, (receipt,))[0], output=output)

    def _header(self, block: BlockId) -> BlockHeaderAPI:
        latest = self._head()[1]
        if block == "pending":
            return self._evm.header
        number = 0 if block == "earliest" else block if isinstance(block, int) else latest.block_number
        if not 0 <= number <= latest.block_number:
            raise InvalidInput(f"There is no block {number}: the latest is {latest.block_number}.")
        return latest if number == latest.block_number else self._evm.header_at(number)

    def _state(self, block: BlockId) -> StateAPI:
        header = self._header(block)
        return self._head()[2] if header is self._head()[1] else self._evm.state_at(header)

    def _head(self) -> tuple[bytes, BlockHeaderAPI, StateAPI]:
        """Return the latest block's hash, header and state, kept until the next block: warm caches make calls cheap."""
        tip = self._evm.header.parent_hash
        if self._latest is None or self._latest[0] != tip:
            header = self._evm.head
            self._latest = (tip, header, self._evm.state_at(header))
        return self._latest


def _raw(address: Address | None, *, absent: bytes = bytes(20)) -> RawAddress:
    return RawAddress(absent if address is None else bytes.fromhex(address[2:]))


@contextmanager
def _mapped(contract: Address | None) -> Iterator[None]:
    """Turn what py-evm raises into tokenkit's errors."""
    try:
        yield
    except TokenkitError:
        raise
    except Halted as end:
        if end.out_of_gas:
            raise out_of_gas(contract) from end
        raise decode(end.data or b"", contract) from end
    except (ValidationError, InsufficientFunds) as error:
        raise TransactionRejected(f"The chain refuses the transaction: {error}") from error
    except Exception as error:
        raise NodeError(f"The embedded chain failed: {type(error).__name__}: {error}") from error
