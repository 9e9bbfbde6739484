"""The fastest keccak there is, for tokenkit and for the embedded chain.

``eth_hash`` picks its implementation once, at the first hash, and takes the slower one unless ``ETH_HASH_BACKEND`` says otherwise. So the
variable is set for the time of one hash, and only where the faster package is installed and nobody chose: child processes, which may run
in another environment, never see it.
"""

from __future__ import annotations

import os
from importlib.util import find_spec

from eth_hash.auto import keccak

_CHOICE = "ETH_HASH_BACKEND"

if _CHOICE not in os.environ and find_spec("sha3") is not None:
    os.environ[_CHOICE] = "pysha3"
    try:
        keccak(b"")
    finally:
        del os.environ[_CHOICE]

__all__ = ["keccak"]
