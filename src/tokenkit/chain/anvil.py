"""anvil as a development chain: another EVM to hold the embedded one against, and a faster one for heavy runs."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tokenkit.chain.base import Snapshot, destination
from tokenkit.chain.evm import BLOCK_GAS_LIMIT, CHAIN_ID, GENESIS_TIME, NATIVE_BALANCE
from tokenkit.chain.faults import RpcFault
from tokenkit.chain.rpc import RpcChain
from tokenkit.chain.signers import LocalSigner
from tokenkit.errors import InvalidInput, NodeError, NodeUnavailable

if TYPE_CHECKING:
    from types import TracebackType

_BINARY_VARIABLE = "TOKENKIT_ANVIL"
_START_SECONDS = 15.0


def find_anvil() -> Path | None:
    """Find the anvil program: ``TOKENKIT_ANVIL``, ``node_modules`` here or above, or the search path."""
    chosen = os.environ.get(_BINARY_VARIABLE)
    if chosen:
        return Path(chosen)
    here = Path.cwd()
    for folder in (here, *here.parents):
        program = folder / "node_modules" / ".bin" / "anvil"
        if program.exists():
            return program
    found = shutil.which("anvil")
    return Path(found) if found else None


class AnvilNode:
    """An anvil process on a free port of this machine, for the time of a ``with`` block."""

    def __init__(self, program: Path | None = None, *, chain_id: int = CHAIN_ID) -> None:
        """Choose the program.

        Raises:
            NodeUnavailable: there is no anvil.
        """
        found = program or find_anvil()
        if found is None:
            raise NodeUnavailable(f"There is no anvil. Run `npm ci`, or name the program in {_BINARY_VARIABLE}.")
        self._program = found
        self._chain_id = chain_id
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the node listens."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> AnvilNode:
        self._port = _free_port()
        options = {
            "--port": self._port,
            "--hardfork": "prague",
            "--chain-id": self._chain_id,
            "--timestamp": GENESIS_TIME,
            "--gas-limit": BLOCK_GAS_LIMIT,
            "--accounts": 1,
        }
        command = [str(self._program), "--silent", *(str(part) for option in options.items() for part in option)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - a program that the user chose, with our arguments
        deadline = time.monotonic() + _START_SECONDS
        while not _listens(self._port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise NodeUnavailable(f"{self._program} did not start. Run it by hand to see why.")
            time.sleep(0.02)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process, if it runs."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


class AnvilChain(RpcChain):
    """A chain on anvil that starts and behaves like :class:`~tokenkit.chain.local.LocalChain`: same accounts, same times."""

    def __init__(self, url: str, *, accounts: int = 50) -> None:
        super().__init__(url, poll=0.01, preflight="pending", patience=30.0)
        self.accounts = tuple(LocalSigner.from_key(number.to_bytes(32, "big")) for number in range(1, accounts + 1))
        self._snapshots: dict[Snapshot, object] = {}
        self._order("anvil_setBlockTimestampInterval", 1)
        for signer in self.accounts:
            self._order("anvil_setBalance", signer.address, hex(NATIVE_BALANCE))

    def travel(self, *, to: int | None = None, by: int | None = None) -> None:
        """Mine an empty block at the unix second *to*, or *by* seconds after the latest. The next transaction is a second later.

        Raises:
            InvalidInput: into the past, or both or neither given.
        """
        now = self.now()
        second = destination(now, to=to, by=by)
        if second > now:
            self._order("evm_setNextBlockTimestamp", second)
            self._order("evm_mine")

    def mine(self, blocks: int = 1) -> None:
        """Mine empty blocks."""
        for _ in range(blocks):
            self._order("evm_mine")

    def snapshot(self) -> Snapshot:
        """Remember the latest block."""
        latest = self.block()
        snapshot = Snapshot(number=latest.number, hash=latest.hash)
        self._snapshots[snapshot] = self._order("evm_snapshot")
        return snapshot

    def revert(self, snapshot: Snapshot) -> None:
        """Go back to *snapshot*. anvil forgets a snapshot that it went back to, so another is taken in its place.

        Raises:
            InvalidInput: the chain knows it no more.
        """
        taken = self._snapshots.pop(snapshot, None)
        try:
            gone = taken is None or not self._order("evm_revert", taken)
        except NodeError:
            gone = True
        if gone:
            raise InvalidInput("This snapshot is not of this chain, or the chain went back to an earlier one since.")
        self._nonces.forget()
        self._snapshots[snapshot] = self._order("evm_snapshot")

    def _order(self, method: str, *params: object) -> object:
        try:
            return self._transport.once(method, *params)
        except RpcFault as fault:
            raise fault.typed() from fault


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0
