"""Which nonce comes next, when several threads send for the same account."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tokenkit.types import Address


class NonceManager:
    """Hands out nonces, one transaction at a time for each chain and address.

    Share one between chains that send for the same accounts from several threads.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[tuple[int, Address], threading.Lock] = defaultdict(threading.Lock)
        self._next: dict[tuple[int, Address], int] = {}

    @contextmanager
    def take(self, chain_id: int, address: Address, count: Callable[[], int]) -> Iterator[int]:
        """Reserve the next nonce for the body, which signs and hands over the transaction.

        It counts as used when the body ends well. When it fails, the nonce is free again and the next one is asked from the node
        (*count*): what the node took is only known there.
        """
        key = (chain_id, address)
        with self._guard:
            lock = self._locks[key]
        with lock:
            known = self._next.pop(key, None)
            nonce = count() if known is None else known
            yield nonce
            self._next[key] = nonce + 1

    def forget(self) -> None:
        """Ask the node again for every account, as after a rollback or a dropped transaction."""
        with self._guard:
            self._next.clear()
