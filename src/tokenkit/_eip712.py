"""Domains of signed messages (EIP-712): what a signer signs for, and what OpenZeppelin's ``EIP712`` builds into a contract's code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit._keccak import keccak

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tokenkit.types import Address

_FIELDS = (("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"))
_TYPE = f"EIP712Domain({','.join(f'{kind} {name}' for name, kind in _FIELDS)})"

DOMAINS: Mapping[str, tuple[str, str]] = {"Payouts": ("tokenkit payouts", "1")}
"""Name and version of the domain of each contract of a suite that keeps it in its code, by artifact."""


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

    def built_in(self) -> dict[str, bytes]:
        """Return the words that the contract has in its code, by OpenZeppelin's names."""
        name, version = keccak(self.name.encode()), keccak(self.version.encode())
        words = (keccak(_TYPE.encode()), name, version, self.chain_id.to_bytes(32, "big"), _word(self.contract))
        return {
            "_cachedDomainSeparator": keccak(b"".join(words)),
            "_cachedChainId": words[3],
            "_cachedThis": words[4],
            "_hashedName": name,
            "_hashedVersion": version,
            "_name": _short(self.name),
            "_version": _short(self.version),
        }


def _typed(members: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in members]


def _word(address: Address) -> bytes:
    return bytes.fromhex(address[2:]).rjust(32, b"\0")


def _short(text: str) -> bytes:
    """Return OpenZeppelin's ``ShortString``: the letters from the left, their number in the last byte."""
    raw = text.encode()
    return raw.ljust(31, b"\0") + bytes([len(raw)])
