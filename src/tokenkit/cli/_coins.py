"""The coins that payouts are made in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit.artifacts import load
from tokenkit.cli._output import grouped
from tokenkit.errors import InvalidInput, Reverted, StaleAbi
from tokenkit.types import ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from tokenkit.chain import Chain


NATIVE = "native"
"""What people write for the chain's own coin."""

_NATIVE_DECIMALS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Coin:
    """What an ERC-20 calls itself, and how it is counted."""

    symbol: str
    decimals: int

    def words(self, amount: int) -> str:
        """Write an amount, given in the coin's smallest unit, as people do."""
        return f"{grouped(amount, self.decimals)} {self.symbol}"


def asset_of(text: str) -> Address:
    """Read the address of an ERC-20, or ``native``."""
    return ZERO_ADDRESS if text == NATIVE else parse_address(text)


def read_coin(chain: Chain, asset: str) -> Coin:
    """Look up a coin; the zero address is the chain's own.

    Raises:
        InvalidInput: no ERC-20 contract is at the address.
    """
    artifact, address = load("IERC20Metadata"), asset_of(asset)
    if address == ZERO_ADDRESS:
        return Coin(symbol="native coin", decimals=_NATIVE_DECIMALS)
    try:
        symbol, decimals = (
            artifact.decode_result(getter, chain.call(address, artifact.encode_call(getter)))[0]
            for getter in ("symbol", "decimals")
        )
    except (StaleAbi, Reverted) as error:
        raise InvalidInput(
            f"There is no coin at {address}. Give the address of an ERC-20 contract on chain {chain.chain_id}."
        ) from error
    return Coin(symbol=symbol, decimals=decimals)
