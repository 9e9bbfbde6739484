"""The fastest keccak there is, for tokenkit and for the embedded chain.

``eth_hash`` picks its implementation once, at the first hash, and takes the slower one unless ``ETH_HASH_BACKEND`` says otherwise. So the
variable is set for the time of one hash, and only where the faster package is installed and nobody chose: child processes, which may run
in another environment, never see it.
"""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from eth_hash.auto import keccak

if TYPE_CHECKING:
    from collections.abc import Callable

_CHOICE = "ETH_HASH_BACKEND"

if _CHOICE not in os.environ and find_spec("sha3") is not None:
    os.environ[_CHOICE] = "pysha3"
    try:
        keccak(b"")
    finally:
        del os.environ[_CHOICE]


def bare_keccak() -> Callable[[bytes], bytes]:
    """Return the function for millions of hashes: the same digests, without the checks of ``eth_hash`` on what it is given.

    ``tiny-keccak`` (the Rust crate, one call and no object for each hash) is the fastest there is, ``safe-pysha3`` the next.
    """
    if find_spec("tiny_keccak") is not None:
        single: Callable[[bytes], bytes] = import_module("tiny_keccak").keccak256
        return single
    if find_spec("sha3") is not None:
        sponge = import_module("sha3").keccak_256
        return lambda data: bytes(sponge(data).digest())
    return keccak


__all__ = ["bare_keccak", "keccak"]
