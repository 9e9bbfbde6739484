"""What a transaction may use and pay."""

from __future__ import annotations

from dataclasses import dataclass

from tokenkit.chain.base import MAX_TRANSACTION_GAS
from tokenkit.errors import InvalidInput, TransactionRejected

GWEI = 10**9


def refuse_above_cap(gas: int) -> int:
    """Return *gas*, unless no transaction may ask for so much (EIP-7825).

    Raises:
        TransactionRejected: above 16,777,216.
    """
    if gas > MAX_TRANSACTION_GAS:
        raise TransactionRejected(
            f"The transaction asks for {gas:,} gas, but no transaction may have more than {MAX_TRANSACTION_GAS:,} (EIP-7825). Split it."
        )
    return gas


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the node says about fees now, in wei. Without a base fee the chain takes legacy transactions only."""

    base_fee: int | None
    tip: int
    gas_price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePolicy:
    """How much to pay per gas, in wei.

    ``legacy`` forces type-0 transactions, for chains or signers that know no others. ``max_fee`` is what you pay at most; above it,
    sending is refused rather than stuck.
    """

    max_fee: int | None = None
    tip: int | None = None
    legacy: bool = False

    def __post_init__(self) -> None:
        if self.legacy and self.tip is not None:
            raise InvalidInput("A legacy transaction has no tip. Leave out the tip, or leave out legacy.")
        if self.max_fee is not None and self.max_fee <= 0:
            raise InvalidInput("The highest fee must be above zero wei.")
        if self.max_fee is not None and self.tip is not None and self.tip > self.max_fee:
            raise InvalidInput("The tip is above the highest fee. Lower the tip, or raise the highest fee.")

    def fields(self, offer: Offer) -> dict[str, int | str]:
        """Return the fee fields of a transaction: room for the base fee to double, as wallets do.

        Raises:
            TransactionRejected: the chain asks for more than ``max_fee``.
        """
        if self.legacy or offer.base_fee is None:
            self._refuse(offer.gas_price)
            return {"gasPrice": offer.gas_price}
        tip = offer.tip if self.tip is None else self.tip
        self._refuse(offer.base_fee + tip)
        room = 2 * offer.base_fee + tip
        return {
            "type": 2,
            "maxFeePerGas": room if self.max_fee is None else min(room, self.max_fee),
            "maxPriorityFeePerGas": tip,
        }

    def _refuse(self, asked: int) -> None:
        if self.max_fee is not None and asked > self.max_fee:
            raise TransactionRejected(
                f"The chain asks for {asked / GWEI:g} gwei per gas now, more than your highest fee of {self.max_fee / GWEI:g}. "
                "Wait, or raise the highest fee."
            )
