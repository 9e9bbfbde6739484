"""One write, before it is made: try it, hand it to others to sign, or send it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Generic, TypeVar

from tokenkit.artifacts import load
from tokenkit.chain import Transaction
from tokenkit.errors import InvalidInput, StaleAbi
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    from tokenkit.artifacts import Artifact, Event
    from tokenkit.chain import Chain, Log, OnSigned, Receipt, Signer
    from tokenkit.types import Address

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[T]):
    """A call of one contract that changes something. Nothing happens until :meth:`send`.

    ``summary`` is a sentence for a person; ``decode`` makes the answer out of the call's output.
    """

    to: Address
    data: bytes = field(repr=False)
    summary: str
    chain: Chain = field(repr=False)
    decode: Callable[[bytes], T] = field(repr=False)
    value: int = 0
    gas: int | None = None
    """At most, where the chain shall not decide: what it costs may change between estimate and block."""

    @property
    def transaction(self) -> Transaction:
        """The transaction that would be sent."""
        return Transaction(to=self.to, data=self.data, value=self.value, gas=self.gas)

    def with_summary(self, summary: str) -> Self:
        """Return the same call in other words, such as those of who knows the class's symbol and decimals."""
        return replace(self, summary=summary)

    def simulate(self, sender: str) -> T:
        """Try it as *sender*, without sending, and return what the contract answers.

        Raises:
            Reverted: the contract would refuse.
        """
        return self.decode(self.chain.call(self.to, self.data, sender=parse_address(sender), value=self.value))

    def build(self, sender: str) -> dict[str, int | str]:
        """Return the unsigned transaction, with nonce, gas and fees as of now, for *sender* to sign elsewhere.

        Raises:
            Reverted: the contract would refuse.
        """
        account = parse_address(sender)
        return {"from": account, **self.chain.prepare(self.transaction, account)}

    def safe(self, *, safe: str | None = None) -> dict[str, object]:
        """Return it as a file for Safe's transaction builder; see :func:`safe_batch`."""
        return safe_batch([self], safe=safe)

    def send(self, signer: Signer | None, *, on_signed: OnSigned | None = None) -> Sent[T]:
        """Sign, send and wait until it is mined.

        Raises:
            ReadOnly: no *signer*.
            Reverted: the contract refuses.
            TransactionRejected: the node refuses; it will not be mined.
            TransactionPending: it was sent, but not seen mined in time.
        """
        return Sent(operation=self, receipt=self.chain.send(self.transaction, signer, on_signed=on_signed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Generic[T]):
    """A mined operation."""

    operation: Operation[T]
    receipt: Receipt

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that tokenkit's contracts said, in order; others' events are left out."""
        return tuple(event for event in map(_decoded, self.receipt.logs) if event is not None)

    @property
    def answer(self) -> T:
        """What the contract answered.

        On a public network that is the answer when it was tried just before: another transaction may have come between, so take an id
        that money depends on from :attr:`events`.

        Raises:
            StaleAbi: the answer is not known.
        """
        if self.receipt.output is None:
            raise StaleAbi("A node keeps no answers of mined transactions: read the events instead.")
        return self.operation.decode(self.receipt.output)


def safe_batch(
    operations: Sequence[Operation[T]], *, safe: str | None = None, name: str = "tokenkit"
) -> dict[str, object]:
    """Return *operations* as one file for Safe's transaction builder (its JSON format 1.0), to be written with ``json.dump``.

    Raises:
        InvalidInput: no operations, or of several chains.
    """
    chains = {operation.chain.chain_id for operation in operations}
    if len(chains) != 1:
        raise InvalidInput("A Safe batch needs at least one operation, and all of one chain.")
    meta = {"name": name, "description": "; ".join(operation.summary for operation in operations)}
    if safe is not None:
        meta["createdFromSafeAddress"] = parse_address(safe)
    return {
        "version": "1.0",
        "chainId": str(chains.pop()),
        "createdAt": operations[0].chain.now() * 1000,
        "meta": meta,
        "transactions": [_safe_transaction(operation) for operation in operations],
    }


def _safe_transaction(operation: Operation[T]) -> dict[str, object]:
    return {
        "to": operation.to,
        "value": str(operation.value),
        "data": "0x" + operation.data.hex(),
        "contractMethod": None,
        "contractInputsValues": None,
    }


def _decoded(log: Log) -> Event | None:
    return next((event for artifact in _artifacts() if (event := artifact.decode_event(log)) is not None), None)


@cache
def _artifacts() -> tuple[Artifact, ...]:
    names = sorted(place.name for place in files("tokenkit.artifacts").iterdir())
    return tuple(load(name.removesuffix(".json")) for name in names if name.endswith(".json"))
