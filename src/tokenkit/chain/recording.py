"""A chain that only records what it is asked, and answers what it was told to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit.chain.base import Block, Receipt
from tokenkit.chain.history import select
from tokenkit.errors import ReadOnly, Reverted, TransactionPending
from tokenkit.types import keccak

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenkit.chain.base import BlockId, Log, OnSigned, Topics, Transaction, UnsignedTransaction
    from tokenkit.chain.signers import Signer
    from tokenkit.types import Address

_GAS = 100_000


class RecordingChain:
    """A fake :class:`~tokenkit.chain.base.Chain` for tests of what talks to one.

    ``answers`` holds outputs or refusals by call data or by its first four bytes; calls without an answer get ``default``. What was asked
    is in ``called`` and ``sent``. Every sent transaction is mined at once, in a block of its own.
    """

    def __init__(
        self,
        *,
        answers: dict[bytes, bytes | Exception] | None = None,
        default: bytes = b"",
        logs: Sequence[Log] = (),
        chain_id: int = 1337,
        now: int = 1_893_456_000,
    ) -> None:
        self.answers = answers or {}
        self.default = default
        self.called: list[tuple[Address, bytes, Address | None]] = []
        self.sent: list[tuple[Transaction, Address]] = []
        self.codes: dict[Address, bytes] = {}
        self.recorded_logs = list(logs)
        self._chain_id = chain_id
        self._now = now
        self._receipts: dict[str, Receipt] = {}

    @property
    def chain_id(self) -> int:
        """The EIP-155 chain id."""
        return self._chain_id

    def call(
        self,
        to: Address,
        data: bytes,
        *,
        sender: Address | None = None,
        block: BlockId = "latest",  # noqa: ARG002 - there is one state only
        value: int = 0,  # noqa: ARG002 - not recorded
    ) -> bytes:
        """Record the call and return its answer, or raise it."""
        self.called.append((to, data, sender))
        answer = self.answers.get(data, self.answers.get(data[:4], self.default))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def batch_call(
        self, calls: Sequence[tuple[Address, bytes]], *, sender: Address | None = None, block: BlockId = "latest"
    ) -> list[bytes | Reverted]:
        """Record the calls and return their answers; a refusal stands in the place of its output."""
        answers: list[bytes | Reverted] = []
        for to, data in calls:
            try:
                answers.append(self.call(to, data, sender=sender, block=block))
            except Reverted as refusal:
                answers.append(refusal)
        return answers

    def estimate(self, transaction: Transaction, sender: Address) -> int:  # noqa: ARG002 - always the same
        """Return 100,000, or the transaction's own gas."""
        return _GAS if transaction.gas is None else transaction.gas

    def prepare(self, transaction: Transaction, sender: Address) -> UnsignedTransaction:
        """Fill in nonce, gas and fees."""
        fields: dict[str, int | str] = {
            "type": 2,
            "chainId": self._chain_id,
            "nonce": len(self.sent),
            "value": transaction.value,
            "data": "0x" + transaction.data.hex(),
            "gas": self.estimate(transaction, sender),
            "maxFeePerGas": 1,
            "maxPriorityFeePerGas": 1,
        }
        return fields if transaction.to is None else {**fields, "to": transaction.to}

    def send(self, transaction: Transaction, signer: Signer | None, *, on_signed: OnSigned | None = None) -> Receipt:
        """Record the transaction; an answer that is an error is raised instead."""
        if signer is None:
            raise ReadOnly
        answer = self.answers.get(transaction.data, self.answers.get(transaction.data[:4], self.default))
        if isinstance(answer, Exception):
            raise answer
        if on_signed is not None:
            signed = signer.sign_transaction(self.prepare(transaction, signer.address))
            on_signed("0x" + keccak(signed).hex(), signed)
        self.sent.append((transaction, signer.address))
        return self._mined(f"0x{len(self.sent):064x}", answer)

    def broadcast(self, signed: bytes) -> Receipt:
        """Take a transaction signed elsewhere as mined."""
        return self._mined("0x" + keccak(signed).hex(), None)

    def wait(self, transaction_hash: str) -> Receipt:
        """Return the receipt.

        Raises:
            TransactionPending: nothing with this hash was sent.
        """
        receipt = self.receipt(transaction_hash)
        if receipt is None:
            raise TransactionPending("Nothing with this hash was sent.", transaction=transaction_hash)
        return receipt

    def receipt(self, transaction_hash: str) -> Receipt | None:
        """Return the receipt, or ``None``."""
        return self._receipts.get(transaction_hash)

    def logs(
        self, addresses: Sequence[Address], topics: Topics = (), from_block: int = 0, to_block: BlockId = "latest"
    ) -> list[Log]:
        """Return those of ``recorded_logs`` that are asked for."""
        last = to_block if isinstance(to_block, int) else float("inf")
        within = [log for log in self.recorded_logs if from_block <= log.block_number <= last]
        return select(within, addresses, topics)

    def block(self, number_or_tag: BlockId = "latest") -> Block:
        """Return a block: the latest is as high as transactions were sent."""
        number = number_or_tag if isinstance(number_or_tag, int) else len(self._receipts)
        return Block(number=number, hash=f"0x{number:064x}", timestamp=self._now + number)

    def code(self, address: Address) -> bytes:
        """Return what ``codes`` holds."""
        return self.codes.get(address, b"")

    def balance(self, address: Address) -> int:  # noqa: ARG002 - everybody is rich
        """Return a million coins."""
        return 10**24

    def now(self) -> int:
        """Return the timestamp of the latest block."""
        return self.block().timestamp

    def _mined(self, transaction_hash: str, output: bytes | None) -> Receipt:
        number = len(self._receipts) + 1
        receipt = Receipt(
            transaction_hash=transaction_hash,
            block_number=number,
            block_hash=f"0x{number:064x}",
            status=1,
            gas_used=_GAS,
            contract_address=None,
            logs=(),
            output=output,
        )
        self._receipts[transaction_hash] = receipt
        return receipt
