"""Signed messages (EIP-712): the domain that a signature is for, and the whole message that a signer takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tokenkit.types import Address

_FIELDS = (("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """Whom a signature is for, and nobody else."""

    name: str
    version: str
    chain_id: int
    contract: Address

    def message(self, kind: str, members: Iterable[tuple[str, str]], values: Mapping[str, object]) -> dict[str, object]:
        """Return the whole message that a signer takes; *members* are names and types, in order."""
        return {
            "types": {"EIP712Domain": _typed(_FIELDS), kind: _typed(members)},
            "primaryType": kind,
            "domain": {
                "name": self.name,
                "version": self.version,
                "chainId": self.chain_id,
                "verifyingContract": self.contract,
            },
            "message": dict(values),
        }


def _typed(members: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in members]
