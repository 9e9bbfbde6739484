"""An ERC-3643 compliance contract as one rule among others (``ComplianceRule.sol``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit._contract import Contract
from tokenkit.types import ZERO_ADDRESS, parse_address

if TYPE_CHECKING:
    from tokenkit.chain import Chain
    from tokenkit.operation import Operation
    from tokenkit.types import Address


class ComplianceAdapter:
    """The rule that runs a compliance contract for one token, in whose place that contract is bound to it."""

    __slots__ = ("_contract",)

    def __init__(self, chain: Chain, address: str) -> None:
        self._contract = Contract(chain, address, "ComplianceRule")

    @property
    def address(self) -> Address:
        """The rule's address."""
        return self._contract.address

    def set_compliance(self, compliance: str | None) -> Operation[None]:
        """Ask another compliance contract, which must be free to be bound; ``None``: ask none."""
        asked = ZERO_ADDRESS if compliance is None else parse_address(compliance)
        summary = "Ask no compliance contract" if compliance is None else f"Ask the compliance contract {asked}"
        return self._contract.write("setCompliance", asked, summary=summary)

    def compliance(self) -> Address | None:
        """Return the compliance contract that is asked, if any."""
        found: Address = self._contract.read("compliance")
        return None if found == ZERO_ADDRESS else found

    def token(self) -> Address:
        """Return the token served."""
        found: Address = self._contract.read("token")
        return found
