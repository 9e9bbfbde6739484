"""Any node that speaks JSON-RPC: geth, anvil, a public network."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tokenkit.chain import wire
from tokenkit.chain.base import MAX_TRANSACTION_GAS, BlockId, OnSigned, Receipt, Transaction
from tokenkit.chain.decoding import decode, out_of_gas
from tokenkit.chain.faults import RpcFault
from tokenkit.chain.fees import GWEI, FeePolicy, Offer, refuse_above_cap
from tokenkit.chain.nonces import NonceManager
from tokenkit.chain.reads import NodeReader
from tokenkit.chain.transport import Transport, http, masked
from tokenkit.errors import (
    ChainError,
    InvalidInput,
    NodeError,
    NodeTimeout,
    NodeUnavailable,
    ReadOnly,
    Reverted,
    TransactionPending,
    TransactionRejected,
)
from tokenkit.types import keccak

if TYPE_CHECKING:
    from collections.abc import Callable

    from tokenkit.chain.base import UnsignedTransaction
    from tokenkit.chain.signers import Signer
    from tokenkit.chain.transport import Provider
    from tokenkit.chain.wire import Json
    from tokenkit.types import Address

logger = logging.getLogger("tokenkit")


class RpcChain(NodeReader):
    """A chain behind a node, given by its URL or as a web3 provider.

    Reads are repeated when the node is away. A transaction is sent again only as the identical signed bytes, and only when the answer to
    the first sending was lost. Times are in seconds.
    """

    def __init__(
        self,
        node: str | Provider,
        *,
        chain_id: int | None = None,
        timeout: float = 15.0,
        retries: int = 4,
        backoff: float = 0.25,
        confirmations: int = 1,
        patience: float = 180.0,
        poll: float = 1.0,
        fees: FeePolicy | None = None,
        nonces: NonceManager | None = None,
        preflight: BlockId = "latest",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Point at *node* without asking it anything yet.

        *chain_id* is the chain expected there. A transaction counts as mined after *confirmations* blocks, and is waited for *patience*
        seconds. *preflight* is the block on which a transaction is tried before it is sent.
        """
        if confirmations < 1 or timeout <= 0 or patience <= 0 or poll <= 0:
            raise InvalidInput("Confirmations must be 1 or more; time-out, patience and poll above zero.")
        name, secrets = masked(node) if isinstance(node, str) else (type(node).__name__, ())
        provider = http(node, timeout) if isinstance(node, str) else node
        transport = Transport(provider, name=name, secrets=secrets, retries=retries, backoff=backoff, sleep=sleep)
        super().__init__(transport, chain_id=chain_id, preflight=preflight)
        self._confirmations, self._patience, self._poll = confirmations, patience, poll
        self._fees = fees or FeePolicy()
        self._nonces = nonces or NonceManager()
        self._sleep = sleep

    def prepare(self, transaction: Transaction, sender: Address) -> UnsignedTransaction:
        """Fill in nonce, gas and fees, for *sender* to sign elsewhere; reserves nothing."""
        return {**self._fields(transaction, sender), "nonce": self._count(sender)}

    def send(self, transaction: Transaction, signer: Signer | None, *, on_signed: OnSigned | None = None) -> Receipt:
        """Try *transaction*, then sign, send and wait until it is mined."""
        if signer is None:
            raise ReadOnly
        sender = signer.address
        output = self._try(transaction, sender)
        fields = self._fields(transaction, sender)
        with self._nonces.take(self.chain_id, sender, lambda: self._count(sender)) as nonce:
            signed = signer.sign_transaction({**fields, "nonce": nonce})
            transaction_hash = _hash(signed)
            if on_signed is not None:
                on_signed(transaction_hash, signed)
            self._hand_over(signed, transaction_hash)
        return replace(self.wait(transaction_hash), output=output)

    def broadcast(self, signed: bytes) -> Receipt:
        """Send a transaction signed elsewhere and wait until it is mined."""
        self._check_chain()
        transaction_hash = _hash(signed)
        self._hand_over(signed, transaction_hash)
        return self.wait(transaction_hash)

    def wait(self, transaction_hash: str) -> Receipt:
        """Wait until a transaction that was sent is mined and confirmed.

        Raises:
            Reverted: it was mined, and refused; ``transaction`` is its hash.
            TransactionPending: not in time.
        """
        deadline = time.monotonic() + self._patience
        pause, told = min(0.05, self._poll), False
        while True:
            lost: ChainError | None = None
            try:
                receipt = self._confirmed(transaction_hash)
            except (NodeUnavailable, NodeTimeout) as error:
                receipt, lost = None, error
            if receipt is not None:
                break
            if lost is not None and not told:
                logger.warning("The node is away; waiting up to %g seconds for %s.", self._patience, transaction_hash)
                told = True
            if time.monotonic() + pause > deadline:
                self._nonces.forget()
                raise self._pending(transaction_hash) from lost
            self._sleep(pause)
            pause = min(pause * 2, self._poll)
        if receipt.status != 1:
            raise self._refusal(receipt)
        return receipt

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._transport.name!r})"

    def _count(self, sender: Address) -> int:
        return wire.integer(self._read("eth_getTransactionCount", sender, "pending"))

    def _try(self, transaction: Transaction, sender: Address) -> bytes:
        """Run *transaction* as a call, so that a refusal is known before anything is paid."""
        gas = refuse_above_cap(MAX_TRANSACTION_GAS if transaction.gas is None else transaction.gas)
        self._check_chain()
        fields = wire.call_fields(transaction, sender, gas=gas)
        return wire.octets(self._read("eth_call", fields, wire.block_id(self._preflight), contract=transaction.to))

    def _fields(self, transaction: Transaction, sender: Address) -> dict[str, int | str]:
        latest = self._block_fields("latest")
        gas = transaction.gas
        if gas is None:
            needed = refuse_above_cap(self.estimate(transaction, sender))
            gas = min(needed * 6 // 5, MAX_TRANSACTION_GAS, wire.integer(latest["gasLimit"]))
        fields: dict[str, int | str] = {
            "chainId": self.chain_id,
            "value": transaction.value,
            "data": "0x" + transaction.data.hex(),
            "gas": refuse_above_cap(gas),
            **self._fees.fields(self._offer(latest)),
        }
        return fields if transaction.to is None else {**fields, "to": transaction.to}

    def _offer(self, latest: dict[str, Json]) -> Offer:
        tip, price = self._transport.batch([("eth_maxPriorityFeePerGas", ()), ("eth_gasPrice", ())])
        base_fee = latest.get("baseFeePerGas")
        if isinstance(price, RpcFault) and (base_fee is None or self._fees.legacy):
            raise price.typed() from price
        return Offer(
            base_fee=None if base_fee is None else wire.integer(base_fee),
            tip=GWEI if isinstance(tip, RpcFault) else wire.integer(tip),
            gas_price=0 if isinstance(price, RpcFault) else wire.integer(price),
        )

    def _hand_over(self, signed: bytes, transaction_hash: str) -> None:
        """Give *signed* to the node; again, byte for byte, only while its answer is lost or it asks to slow down."""
        lost: ChainError | None = None
        for attempt in range(self._transport.retries + 1):
            try:
                self._transport.once("eth_sendRawTransaction", "0x" + signed.hex())
            except (NodeUnavailable, NodeTimeout, NodeError) as error:
                logger.info("the answer to sending %s was lost (%d)", transaction_hash, attempt + 1)
                lost = error
            except RpcFault as fault:
                if fault.is_known_transaction or (lost and fault.is_used_nonce and self._has(transaction_hash)):
                    return
                if not fault.is_rate_limit or attempt == self._transport.retries:
                    raise self._rejection(fault, transaction_hash) from fault
            else:
                return
            self._transport.pause(attempt)
        raise TransactionPending(
            f"The node was lost while {transaction_hash} was sent: it may be mined or not. Wait for it by its hash before sending again.",
            transaction=transaction_hash,
        ) from lost

    def _has(self, transaction_hash: str) -> bool:
        return self._read("eth_getTransactionByHash", transaction_hash) is not None

    def _rejection(self, fault: RpcFault, transaction_hash: str) -> ChainError:
        typed = fault.typed()
        if isinstance(typed, Reverted):  # anvil and eth-tester may run it first
            return typed
        again = " The next nonce is read anew: send it again." if fault.is_used_nonce else ""
        return TransactionRejected(
            f"The node refuses the transaction: {fault.message}.{again}", transaction=transaction_hash
        )

    def _confirmed(self, transaction_hash: str) -> Receipt | None:
        """Return the receipt once enough blocks follow, read again so that it is of the chain as it is then."""
        receipt = self.receipt(transaction_hash)
        if receipt is None or self._confirmations == 1:
            return receipt
        if self.block().number < receipt.block_number + self._confirmations - 1:
            return None
        settled = self.receipt(transaction_hash)
        if settled is None or settled.block_hash != self.block(settled.block_number).hash:
            return None
        return settled if settled.block_hash == receipt.block_hash else None

    def _pending(self, transaction_hash: str) -> TransactionPending:
        return TransactionPending(
            f"{transaction_hash} was sent but not seen mined in {self._patience:g} seconds. Wait for it by its hash, or raise the fee.",
            transaction=transaction_hash,
        )

    def _refusal(self, receipt: Receipt) -> Reverted:
        """Find out why a mined transaction failed: run it again on the block before it, then on its own.

        A call takes its block's time, so what the clock decided shows on the transaction's own block only.
        """
        known = receipt.transaction_hash
        sent = wire.read_sent(self._read("eth_getTransactionByHash", known))
        fields = wire.call_fields(sent.transaction, sent.sender, gas=sent.transaction.gas)
        for block in (receipt.block_number - 1, receipt.block_number):
            try:
                self._read("eth_call", fields, hex(block), contract=sent.transaction.to)
            except Reverted as refusal:
                refusal.transaction = known
                return refusal
            except NodeError:
                logger.info("the node does not keep the state to replay %s on block %d", known, block)
        if receipt.gas_used >= (sent.transaction.gas or 0):
            return out_of_gas(sent.transaction.to, transaction=known)
        return decode(b"", sent.transaction.to, transaction=known)


def _hash(signed: bytes) -> str:
    return "0x" + keccak(signed).hex()
