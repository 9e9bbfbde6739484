"""What a node's JSON-RPC error means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tokenkit.chain.decoding import decode, out_of_gas
from tokenkit.errors import ChainError, NodeError, TransactionRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.types import Address

# Nodes agree on error 3 for a revert and on nothing else, so for the rest their texts must do. What a contract says is never read here.
_OUT_OF_GAS = re.compile(r"out ?of ?gas|OOG|gas required exceeds", re.IGNORECASE)
_HALTED = re.compile(
    r"invalid ?(opcode|instruction|jump)|InvalidFEOpcode|stack (under|over)flow|execution (halted|reverted)|EVM error|VM Exception",
    re.IGNORECASE,
)
_REJECTED = re.compile(
    r"insufficient (funds|balance)|nonce too|underpriced|intrinsic gas|exceeds block gas limit|less than block base fee",
    re.IGNORECASE,
)
_KNOWN = re.compile(r"already[ _]?(known|imported|exists)|known transaction", re.IGNORECASE)
_NONCE_USED = re.compile(r"nonce too low|nonce.*(already|lower)|invalid.*nonce", re.IGNORECASE)

_REVERTED = 3
_RATE_LIMITED = frozenset({429, -32005})


class RpcFault(Exception):
    """An error that a node answered with, as it came."""

    def __init__(self, error: Mapping[str, object] | object) -> None:
        fields = error if isinstance(error, dict) else {"message": str(error)}
        code = fields.get("code")
        self.code = code if isinstance(code, int) else None
        self.message = str(fields.get("message", "no message"))
        self.data = _data(fields.get("data"))
        super().__init__(f"{self.message} ({self.code})")

    @property
    def is_rate_limit(self) -> bool:
        """Whether asking again later may help."""
        return self.code in _RATE_LIMITED

    @property
    def is_known_transaction(self) -> bool:
        """Whether the node has this very transaction already."""
        return _KNOWN.search(self.message) is not None

    @property
    def is_used_nonce(self) -> bool:
        """Whether another transaction of the same sender took the nonce."""
        return _NONCE_USED.search(self.message) is not None

    def typed(self, contract: Address | None = None) -> ChainError:
        """Return the error of tokenkit's tree that this one stands for."""
        if self.data or self.code == _REVERTED:
            return decode(self.data, contract)
        if _OUT_OF_GAS.search(self.message):
            return out_of_gas(contract)
        if _HALTED.search(self.message):
            return decode(b"", contract)
        if _REJECTED.search(self.message):
            return TransactionRejected(f"The node refuses the transaction: {self.message}")
        return NodeError(f"The node answered: {self.message}", code=self.code)


def _data(given: object) -> bytes:
    """Return revert data, wherever a node puts it: as hex, after a word (Nethermind), or one level down (Hardhat)."""
    if isinstance(given, dict):
        return _data(given.get("data"))
    found = re.search(r"0x((?:[0-9a-fA-F]{2})*)$", given) if isinstance(given, str) else None
    return bytes.fromhex(found[1]) if found else b""
