"""What every service does with its contract: encode a call, decode the answer, read events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from tokenkit.artifacts import Event, load
from tokenkit.chain import MAX_TRANSACTION_GAS
from tokenkit.errors import InvalidInput, OutOfGas, Reverted, TransactionRejected
from tokenkit.operation import Operation
from tokenkit.reverts import AttestationOutOfGas, BallotOutOfGas, InsufficientGas, MoreGasNeeded, RuleNeedsGas
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tokenkit.artifacts import Artifact
    from tokenkit.chain import BlockId, Chain

_MOST_GAS_A_ROW = 500_000
"""More than a row of most batches takes: the dearest is a registration that sixteen tokens are told of."""
_TOO_LITTLE_GAS = (OutOfGas, MoreGasNeeded, RuleNeedsGas, InsufficientGas, BallotOutOfGas, AttestationOutOfGas)
"""Refusals of a page that fewer rows do not meet."""

T = TypeVar("T")
RowT = TypeVar("RowT")


TOKEN = ("SecurityToken", "TokenOffice")
"""The artifacts behind a token's address: itself, and the office to which it hands what it does not answer."""


class Contract:
    """A deployed contract, bound to the artifacts that say what it answers."""

    __slots__ = ("_artifacts", "address", "chain")

    def __init__(self, chain: Chain, address: str, *artifacts: str) -> None:
        """Bind the contract at *address* to the *artifacts* of these names; the first that knows a function counts.

        Raises:
            InvalidAddress: *address* is not one.
        """
        self.chain = chain
        self.address = parse_address(address)
        self._artifacts = tuple(map(load, artifacts))

    def read(self, function: str, *args: object, block: BlockId = "latest") -> Any:  # noqa: ANN401 - the ABI knows the type
        """Call a view: its one value, or a tuple of several.

        Raises:
            Reverted: the contract refused.
            StaleAbi: the answer does not fit the ABI.
        """
        answer = self.chain.call(self.address, self._encode(function, args), block=block)
        return self._value(function, answer)

    def read_many(self, calls: Sequence[tuple[str, tuple[object, ...]]], *, block: BlockId = "latest") -> list[Any]:
        """Call many views in one go; the first refusal is raised."""
        requests = [(self.address, self._encode(function, args)) for function, args in calls]
        values: list[Any] = []
        for (function, _), answer in zip(calls, self.chain.batch_call(requests, block=block), strict=True):
            if isinstance(answer, Reverted):
                raise answer
            values.append(self._value(function, answer))
        return values

    def write(self, function: str, *args: object, summary: str) -> Operation[None]:
        """Prepare a transaction whose answer says nothing."""
        return self.write_returning(function, *args, summary=summary, result=lambda _: None)

    def write_returning(self, function: str, *args: object, summary: str, result: Callable[[Any], T]) -> Operation[T]:
        """Prepare a transaction; *result* makes the answer of a simulation out of the decoded value."""
        return Operation(
            to=self.address,
            data=self._encode(function, args),
            summary=summary,
            chain=self.chain,
            decode=lambda answer: result(self._value(function, answer)),
        )

    def events(
        self, name: str, *indexed: str | None, from_block: int = 0, to_block: BlockId = "latest"
    ) -> Iterator[Event]:
        """Read the events of one *name* in order; *indexed* are topics, ``None`` for any."""
        artifact = self._knowing(lambda one: one.event_topic(name))
        topics = (artifact.event_topic(name), *indexed)
        for log in self.chain.logs([self.address], topics, from_block, to_block):
            event = artifact.decode_event(log)
            if event is not None:
                yield event

    def _value(self, function: str, answer: bytes) -> Any:  # noqa: ANN401 - as above
        values = self._knowing(lambda one: one.selector(function)).decode_result(function, answer)
        return values[0] if len(values) == 1 else values

    def _encode(self, function: str, args: Sequence[object]) -> bytes:
        return self._knowing(lambda one: one.selector(function)).encode_call(function, args)

    def _knowing(self, look: Callable[[Artifact], object]) -> Artifact:
        for artifact in self._artifacts[:-1]:
            try:
                look(artifact)
            except LookupError:
                continue
            return artifact
        return self._artifacts[-1]


def topic(value: int | Address) -> str:
    """Write an indexed number or address as the topic that logs are filtered by."""
    return f"0x{value:064x}" if isinstance(value, int) else f"0x{value[2:].lower():0>64}"


def pages(
    rows: Sequence[RowT],
    make: Callable[[Sequence[RowT]], Operation[T]],
    *,
    sender: str,
    page_size: int,
    row_gas: int = _MOST_GAS_A_ROW,
) -> tuple[Operation[T], ...]:
    """Split *rows* into as few operations as fit into one transaction's gas, in order.

    Starts with *page_size* rows and halves a page until its estimate fits. A page so short that it must fit, because no row takes more than
    *row_gas*, is only tried: an estimate costs many times as much.

    Raises:
        Reverted: a page would be refused as a whole.
        InvalidInput: not even one row fits into a transaction.
    """
    account = parse_address(sender)
    operations: list[Operation[T]] = []
    start, size = 0, page_size
    while start < len(rows):
        page = rows[start : start + size]
        operation = make(page)
        if fits(operation, account, rows=len(page), row_gas=row_gas):
            operations.append(operation)
            start += size
        elif len(page) == 1:
            raise InvalidInput(
                f"Row {start + 1} alone needs more than the {MAX_TRANSACTION_GAS:,} gas of a transaction. Leave it out."
            )
        else:
            size = -(-len(page) // 2)
    return tuple(operations)


def fits(operation: Operation[T], sender: Address, *, rows: int, row_gas: int = _MOST_GAS_A_ROW) -> bool:
    """Say whether a batch of *rows*, none of which takes more than *row_gas*, goes into one transaction.

    Raises:
        Reverted: it would be refused as a whole.
    """
    if rows * row_gas > MAX_TRANSACTION_GAS:
        return gas_of(operation, sender) is not None
    try:
        operation.simulate(sender)
    except (*_TOO_LITTLE_GAS, TransactionRejected):
        return False
    return True


def gas_of(operation: Operation[T], sender: Address) -> int | None:
    """Return the gas that *operation* needs now; ``None``: more than one transaction may have.

    Raises:
        Reverted: it would be refused.
    """
    try:
        needed = operation.chain.estimate(operation.transaction, sender)
    except (*_TOO_LITTLE_GAS, TransactionRejected):
        return None
    return needed if needed <= MAX_TRANSACTION_GAS else None
