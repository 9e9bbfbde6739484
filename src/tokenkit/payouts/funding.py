"""The money behind payouts: whoever declares or publishes one pays all of it in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tokenkit._contract import Contract
from tokenkit.payouts.values import NATIVE, Funding, Underfunded, payable
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from tokenkit.chain import Chain
    from tokenkit.operation import Operation


class Funded:
    """A contract that takes the money of payouts in full when they are declared."""

    __slots__ = ("_chain", "_contract", "_from_block")

    def __init__(self, chain: Chain, contract: Contract, *, from_block: int) -> None:
        """Serve *contract*; no event before *from_block* is looked for."""
        self._chain = chain
        self._contract = contract
        self._from_block = from_block

    @property
    def address(self) -> Address:
        """The contract's address."""
        return self._contract.address

    def funding(self, asset: str, amount: int, payer: str) -> Funding:
        """Look up whether *payer* holds and has approved *amount* of *asset*; a native coin needs no approval."""
        account = parse_address(payer)
        if parse_address(asset) == NATIVE:
            balance = self._chain.balance(account)
            return Funding(payer=account, asset=NATIVE, amount=amount, balance=balance, allowance=amount)
        coin = Contract(self._chain, asset, "IERC20Metadata")
        balance, allowance = coin.read_many([("balanceOf", (account,)), ("allowance", (account, self.address))])
        return Funding(payer=account, asset=coin.address, amount=amount, balance=balance, allowance=allowance)

    def approve_funding(self, asset: str, amount: int) -> Operation[None]:
        """Let the contract take *amount* of *asset* from the sender."""
        coin = Contract(self._chain, asset, "IERC20Metadata")
        limit = payable(amount)
        summary = f"Let the payouts contract take {limit} of {coin.address}"
        return coin.write("approve", self.address, limit, summary=summary)

    def _require_funds(self, asset: Address, amount: int, payer: str) -> None:
        funding = self.funding(asset, amount, payer)
        if not funding.sufficient:
            raise Underfunded(funding)


def with_coins(operation: Operation[int], asset: Address, amount: int) -> Operation[int]:
    """Let *operation* carry *amount*, where the asset is the native coin."""
    return replace(operation, value=amount) if asset == NATIVE else operation
