"""The one seam to a node: what a chain is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from tokenkit.errors import InvalidInput

if TYPE_CHECKING:
    from tokenkit.chain.signers import Signer
    from tokenkit.errors import Reverted
    from tokenkit.types import Address

MAX_TRANSACTION_GAS = 16_777_216
"""No transaction may ask for more gas (EIP-7825, live on mainnet since Osaka; py-evm and anvil do not enforce it, so tokenkit does)."""

BlockId = int | Literal["earliest", "latest", "pending", "safe", "finalized"]

Topics = Sequence[str | Sequence[str] | None]
"""A filter by topic position: a topic, any of several, or ``None`` for any; as in ``eth_getLogs``."""

UnsignedTransaction = Mapping[str, int | str]
"""The fields that :meth:`Signer.sign_transaction` takes: camelCase names, integers, addresses, ``data`` as 0x hex."""

OnSigned = Callable[[str, bytes], None]
"""Told the hash and the signed bytes of a transaction before they leave, so that a job can store them first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """What to send; ``to`` is ``None`` to create a contract. Without ``gas``, the chain decides."""

    to: Address | None
    data: bytes = b""
    value: int = 0
    gas: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One event as a contract emitted it. Topics and hashes are 0x hex."""

    address: Address
    topics: tuple[str, ...]
    data: bytes
    block_number: int
    block_hash: str
    log_index: int
    transaction_hash: str
    block_timestamp: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a mined transaction.

    ``output`` is known for a transaction that was just sent from here: what the contract answered when it was mined (embedded chain), or
    when it was tried just before (a node keeps no answers).
    """

    transaction_hash: str
    block_number: int
    block_hash: str
    status: int
    gas_used: int
    contract_address: Address | None
    logs: tuple[Log, ...]
    output: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block's place and time; ``timestamp`` in unix seconds."""

    number: int
    hash: str
    timestamp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A block to go back to, as often as needed."""

    number: int
    hash: str


class Chain(Protocol):
    """A chain that contracts live on: the embedded one, or any node that speaks JSON-RPC.

    Every method may raise :class:`~tokenkit.errors.ChainError`; what a contract refuses arrives as the same typed
    :class:`~tokenkit.errors.Reverted` whatever the chain.
    """

    @property
    def chain_id(self) -> int:
        """The EIP-155 chain id."""
        ...

    def call(
        self, to: Address, data: bytes, *, sender: Address | None = None, block: BlockId = "latest", value: int = 0
    ) -> bytes:
        """Run a call without a transaction and return its output.

        Raises:
            Reverted: the contract refused.
        """
        ...

    def batch_call(
        self, calls: Sequence[tuple[Address, bytes]], *, sender: Address | None = None, block: BlockId = "latest"
    ) -> list[bytes | Reverted]:
        """Run many calls in one go; a refusal stands in the place of its output."""
        ...

    def estimate(self, transaction: Transaction, sender: Address) -> int:
        """Return the gas that *transaction* needs now.

        Raises:
            Reverted: it would be refused.
        """
        ...

    def prepare(self, transaction: Transaction, sender: Address) -> UnsignedTransaction:
        """Fill in nonce, gas and fees, for *sender* to sign elsewhere; reserves nothing."""
        ...

    def send(self, transaction: Transaction, signer: Signer | None, *, on_signed: OnSigned | None = None) -> Receipt:
        """Try *transaction*, then sign, send and wait until it is mined.

        Raises:
            ReadOnly: no *signer*.
            Reverted: the contract refuses it; nothing was sent, unless ``transaction`` of the error says so.
            TransactionRejected: the node refused it; it will not be mined.
            TransactionPending: it was sent, but not seen mined in time.
        """
        ...

    def broadcast(self, signed: bytes) -> Receipt:
        """Send a transaction signed elsewhere and wait until it is mined."""
        ...

    def wait(self, transaction_hash: str) -> Receipt:
        """Wait until a transaction that was sent is mined.

        Raises:
            TransactionPending: not in time.
        """
        ...

    def receipt(self, transaction_hash: str) -> Receipt | None:
        """Return the receipt of a mined transaction, or ``None``."""
        ...

    def logs(
        self, addresses: Sequence[Address], topics: Topics = (), from_block: int = 0, to_block: BlockId = "latest"
    ) -> list[Log]:
        """Return the events of *addresses* in order, of both blocks and those between."""
        ...

    def block(self, number_or_tag: BlockId = "latest") -> Block:
        """Return a block's number, hash and timestamp."""
        ...

    def code(self, address: Address) -> bytes:
        """Return the code at *address*, empty if there is none."""
        ...

    def balance(self, address: Address) -> int:
        """Return the native balance of *address*, in wei."""
        ...

    def now(self) -> int:
        """Return the timestamp of the latest block; the next block's is not before it."""
        ...


class DevelopmentChain(Chain, Protocol):
    """A chain that obeys its user: funded accounts, time travel, and a way back."""

    @property
    def accounts(self) -> tuple[Signer, ...]:
        """Signers with plenty of the native coin, the same on every development chain."""
        ...

    def travel(self, *, to: int | None = None, by: int | None = None) -> None:
        """Mine an empty block at the unix second *to*, or *by* seconds after the latest. The next transaction is a second later.

        Raises:
            InvalidInput: into the past, or both or neither given.
        """
        ...

    def mine(self, blocks: int = 1) -> None:
        """Mine empty blocks."""
        ...

    def snapshot(self) -> Snapshot:
        """Remember the latest block."""
        ...

    def revert(self, snapshot: Snapshot) -> None:
        """Go back to *snapshot*, which stays good.

        Raises:
            InvalidInput: the chain knows it no more.
        """
        ...


def destination(now: int, *, to: int | None, by: int | None) -> int:
    """Return the second that ``travel`` is meant to reach.

    Raises:
        InvalidInput: into the past, or both or neither given.
    """
    if (to is None) == (by is None):
        raise InvalidInput("Travel either to a unix second or by a number of seconds.")
    second = now + (by or 0) if to is None else to
    if second < now:
        raise InvalidInput(
            f"The chain is at {now} already: time cannot run back to {second}. Take a snapshot before, and revert to it."
        )
    return second
