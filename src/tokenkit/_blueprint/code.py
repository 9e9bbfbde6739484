"""Deployed code compared with an artifact: what must be equal, and the values built in when it was created."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit._keccak import keccak

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.artifacts import Artifact


def creation_hash(artifact: Artifact) -> str:
    """Return keccak256 of the code that creates the contract, as 0x hex: equal for equal contracts, whatever their comments say."""
    return "0x" + keccak(artifact.bytecode).hex()


def differences(artifact: Artifact, code: bytes) -> int:
    """Count the bytes in which *code* is not that of *artifact*, leaving the built-in values out. Another length differs throughout."""
    expected = artifact.deployed_bytecode
    if len(code) != len(expected):
        return max(len(code), len(expected))
    return sum(one != other for one, other in zip(_masked(artifact, code), _masked(artifact, expected), strict=True))


def built_in(artifact: Artifact, code: bytes) -> Mapping[str, frozenset[bytes]]:
    """Return the values of immutable variables in *code*, by name. More than one value for a name means that somebody patched the code."""
    return {
        name: frozenset(code[start : start + length] for start, length in places)
        for name, places in artifact.immutable_references.items()
    }


def _masked(artifact: Artifact, code: bytes) -> bytes:
    masked = bytearray(code)
    for places in artifact.immutable_references.values():
        for start, length in places:
            masked[start : start + length] = bytes(length)
    return bytes(masked)
