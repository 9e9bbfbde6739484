"""Whom a sanctions oracle lists (``SanctionsRule.sol``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit._contract import Contract
from tokenkit.types import ZERO_ADDRESS, parse_address

if TYPE_CHECKING:
    from tokenkit.chain import Chain
    from tokenkit.operation import Operation
    from tokenkit.types import Address


class Sanctions:
    """The sanctions rule of one issuer."""

    __slots__ = ("_contract",)

    def __init__(self, chain: Chain, address: str) -> None:
        self._contract = Contract(chain, address, "SanctionsRule")

    @property
    def address(self) -> Address:
        """The rule's address."""
        return self._contract.address

    def set_oracle(self, token: str, oracle: str | None) -> Operation[None]:
        """Ask an oracle about everybody in a transfer or an issue; ``None``: ask nobody.

        While the oracle fails, nobody can transfer; set another one, or take the rule off the token.

        Raises (when tried):
            NotAnOracle: it does not answer ``isSanctioned(address)``.
        """
        asked = ZERO_ADDRESS if oracle is None else parse_address(oracle)
        summary = "Ask no sanctions oracle" if oracle is None else f"Ask the sanctions oracle {asked}"
        return self._contract.write("setOracle", parse_address(token), asked, summary=summary)

    def oracle(self, token: str) -> Address | None:
        """Return the oracle of a token, if any."""
        found: Address = self._contract.read("oracleOf", parse_address(token))
        return None if found == ZERO_ADDRESS else found
