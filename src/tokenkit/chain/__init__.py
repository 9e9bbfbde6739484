"""The one seam to a node: :class:`Chain`, with an embedded chain and any JSON-RPC node behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit.chain.base import (
    MAX_TRANSACTION_GAS,
    Block,
    BlockId,
    Chain,
    DevelopmentChain,
    Log,
    OnSigned,
    Receipt,
    Snapshot,
    Topics,
    Transaction,
    UnsignedTransaction,
)
from tokenkit.chain.decoding import decode
from tokenkit.chain.fees import FeePolicy
from tokenkit.chain.signers import KeystoreSigner, LocalSigner, NodeSigner, Signer

if TYPE_CHECKING:
    from tokenkit.chain.anvil import AnvilChain, AnvilNode
    from tokenkit.chain.local import LocalChain
    from tokenkit.chain.provider import TesterProvider
    from tokenkit.chain.recording import RecordingChain
    from tokenkit.chain.rpc import RpcChain

__all__ = [
    "MAX_TRANSACTION_GAS",
    "AnvilChain",
    "AnvilNode",
    "Block",
    "BlockId",
    "Chain",
    "DevelopmentChain",
    "FeePolicy",
    "KeystoreSigner",
    "LocalChain",
    "LocalSigner",
    "Log",
    "NodeSigner",
    "OnSigned",
    "Receipt",
    "RecordingChain",
    "RpcChain",
    "Signer",
    "Snapshot",
    "TesterProvider",
    "Topics",
    "Transaction",
    "UnsignedTransaction",
    "decode",
]

_LATE = {
    "RecordingChain": "recording",
    "AnvilChain": "anvil",
    "AnvilNode": "anvil",
    "LocalChain": "local",
    "TesterProvider": "provider",
    "RpcChain": "rpc",
}


def __getattr__(name: str) -> object:
    """Import the chains when they are first asked for: py-evm and web3 take a second each."""
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - only for the late names

    return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
