"""A chain whose user dies at chosen moments of a deployment, as by ``kill -9``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tokenkit.types import keccak

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenkit.chain import LocalChain, OnSigned, Receipt, Signer, Transaction

Moment = Literal["before", "signed", "sent", "pass"]


class Killed(BaseException):
    """The end of the process: not an ``Exception``, so nothing gets to handle it."""


class FaultyChain:
    """Passes everything on to *chain*, but dies at each transaction at the next of *moments*."""

    def __init__(self, chain: LocalChain, moments: Iterator[Moment]) -> None:
        self._chain = chain
        self._moments = moments

    def __getattr__(self, name: str) -> object:
        return getattr(self._chain, name)

    def send(self, transaction: Transaction, signer: Signer, *, on_signed: OnSigned) -> Receipt:
        """Die before anything, after storing, or after sending; or pass the transaction on."""
        moment = next(self._moments)
        if moment == "pass":
            return self._chain.send(transaction, signer, on_signed=on_signed)
        if moment == "before":
            raise Killed
        signed = signer.sign_transaction(self._chain.prepare(transaction, signer.address))
        on_signed("0x" + keccak(signed).hex(), signed)
        if moment == "sent":
            self._chain.broadcast(signed)
        raise Killed
