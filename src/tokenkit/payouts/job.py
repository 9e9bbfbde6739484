"""Pay all holders of a payout, however often the work is interrupted: every transaction is in a file before it leaves.

The contract decides who was paid: it moves one cursor upwards through the addresses and refuses a page that is not wholly above it, so no
holder can be reached twice. The file decides what is still to be done: who shares, in ascending order, and every page ever signed. A page
whose fate is not known is looked up, and otherwise sent again byte for byte, before the next one is made.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tokenkit._contract import gas_of
from tokenkit.chain import MAX_TRANSACTION_GAS
from tokenkit.errors import InvalidInput, ReadOnly, Reverted, TransactionRejected
from tokenkit.payouts.values import NATIVE, PAYEE_GAS
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from tokenkit.chain import Chain, Receipt, Signer
    from tokenkit.operation import Operation
    from tokenkit.payouts.service import Payouts

PAGE_SIZE = 400
_VERSION = "1"
_BUSY_SECONDS = 1.0
_TABLES = """
CREATE TABLE IF NOT EXISTS job (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS holder (position INTEGER PRIMARY KEY, wallet TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS page (
    number INTEGER PRIMARY KEY, first INTEGER NOT NULL, count INTEGER NOT NULL, hash TEXT NOT NULL, signed BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('signed', 'mined', 'void')), block INTEGER, gas_used INTEGER
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One transaction of a job: *count* holders from the position *first* on."""

    number: int
    first: int
    count: int
    transaction: str
    state: str
    """``signed``: its fate is not known yet; ``mined``; ``void``: it did nothing and never will."""
    block: int | None
    gas_used: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """How far a job is."""

    payout: int
    holders: int
    done: int
    """Holders that pages have reached; some of them may be kept their share for later."""
    pages: int
    gas_used: int

    @property
    def complete(self) -> bool:
        """Whether everybody was reached."""
        return self.done == self.holders


class PushJob:
    """The payment of one payout to everybody who shares in it, kept in a file; use it as a context manager."""

    def __init__(self, payouts: Payouts, payout: int, path: str | Path, *, chain: Chain) -> None:
        """Open the job at *path*, or begin one there: who shares is read from the register once, and written down.

        Raises:
            InvalidInput: the file is another job's, no job's, or in use by another run.
            BeforeRecordDate: nobody can be paid yet.
        """
        self._payouts, self._payout, self._chain = payouts, payout, chain
        self._native = payouts.payout(payout).asset == NATIVE
        self._path = Path(path)
        self._file = self._opened()
        try:
            self._begin()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the file."""
        self._file.close()

    @property
    def state(self) -> JobState:
        """How far the job is, as the chain says; before :meth:`run` has looked at a page in flight, without it."""
        pages, gas = self._file.execute(
            "SELECT count(*), coalesce(sum(gas_used), 0) FROM page WHERE state = 'mined'"
        ).fetchone()
        return JobState(payout=self._payout, holders=self._count(), done=self._reached(), pages=pages, gas_used=gas)

    def pages(self) -> tuple[Page, ...]:
        """Return every page that was ever signed, in order."""
        rows = self._file.execute("SELECT number, first, count, hash, state, block, gas_used FROM page ORDER BY number")
        return tuple(
            Page(number=number, first=first, count=count, transaction=hash_, state=state, block=block, gas_used=gas)
            for number, first, count, hash_, state, block, gas in rows
        )

    def run(
        self,
        signer: Signer | None,
        *,
        page_size: int = PAGE_SIZE,
        progress: Callable[[JobState], None] | None = None,
        most_pages: int | None = None,
    ) -> JobState:
        """Pay everybody who was not reached yet, page by page; *progress* is told after each. It may be called again at any time.

        Raises:
            ReadOnly: no *signer*.
            Reverted: the contract refuses a page: another paying agent pushes, the payout is closed, the power is gone.
            TransactionPending: a page is not mined yet; call again later.
        """
        if signer is None:
            raise ReadOnly
        if page_size < 1:
            raise InvalidInput("A page has at least one holder.")
        self._settle_in_flight()
        sent = 0
        while not (state := self.state).complete and (most_pages is None or sent < most_pages):
            page_size = self._send_page(signer, state.done, page_size)
            sent += 1
            if progress is not None:
                progress(self.state)
        return self.state

    def _send_page(self, signer: Signer, first: int, size: int) -> int:
        """Send the next page, as large as fits into one transaction; return its size for the next."""
        while True:
            wallets = self._wallets(first, size)
            operation = self._payouts.push(self._payout, wallets)
            # Payees choose what they spend of their allowance: cheap now, dear in the block, they would stop the job again and again.
            reserve = PAYEE_GAS * len(wallets) if self._native else 0
            needed = gas_of(operation, signer.address)
            if needed is not None and needed + reserve <= MAX_TRANSACTION_GAS:
                break
            if size == 1:
                raise InvalidInput(
                    f"Not even {wallets[0]} alone fits into a transaction. It can still claim its share."
                )
            size = -(-len(wallets) // 2)
        ample = replace(operation, gas=min(needed * 6 // 5 + reserve, MAX_TRANSACTION_GAS))
        self._send(ample, signer, first, len(wallets))
        return size

    def _send(self, operation: Operation[int], signer: Signer, first: int, count: int) -> None:
        def store(transaction: str, signed: bytes) -> None:
            with self._written():
                self._file.execute(
                    "INSERT INTO page (first, count, hash, signed, state) VALUES (?, ?, ?, ?, 'signed')",
                    (first, count, transaction, signed),
                )

        sent = operation.send(signer, on_signed=store)
        self._note(sent.receipt.transaction_hash, sent.receipt)

    def _settle_in_flight(self) -> None:
        """Find out what became of pages that were signed; afterwards none is in flight."""
        rows = self._file.execute("SELECT hash, signed FROM page WHERE state = 'signed' ORDER BY number").fetchall()
        for transaction, signed in rows:
            self._note(transaction, self._recovered(transaction, signed))

    def _recovered(self, transaction: str, signed: bytes) -> Receipt | None:
        """Find out what became of a transaction; ``None``: it did nothing, and never will."""
        try:
            if self._chain.receipt(transaction) is not None:
                return self._chain.wait(transaction)
            # The very same bytes: however often they are sent, they are mined once.
            return self._chain.broadcast(signed)
        except Reverted:
            return None
        except TransactionRejected:
            # It lacked funds or fee, or another transaction took its place. Were it mined after all, the cursor would have moved, and a new
            # page that overlaps it would be refused.
            receipt = self._chain.receipt(transaction)
            return receipt if receipt is not None and receipt.status == 1 else None

    def _note(self, transaction: str, receipt: Receipt | None) -> None:
        with self._written():
            if receipt is None:
                self._file.execute("UPDATE page SET state = 'void' WHERE hash = ?", (transaction,))
            else:
                self._file.execute(
                    "UPDATE page SET state = 'mined', block = ?, gas_used = ? WHERE hash = ?",
                    (receipt.block_number, receipt.gas_used, transaction),
                )

    def _reached(self) -> int:
        """Return how many holders the contract's cursor has passed."""
        cursor = int(self._payouts.payout(self._payout).cursor, 16)
        low, high = 0, self._count()
        while low < high:
            middle = (low + high) // 2
            (wallet,) = self._wallets(middle, 1)
            low, high = (middle + 1, high) if int(wallet, 16) <= cursor else (low, middle)
        return low

    def _count(self) -> int:
        (count,) = self._file.execute("SELECT count(*) FROM holder").fetchone()
        return int(count)

    def _wallets(self, first: int, count: int) -> Sequence[Address]:
        rows = self._file.execute(
            "SELECT wallet FROM holder WHERE position >= ? ORDER BY position LIMIT ?", (first, count)
        )
        return [parse_address(wallet) for (wallet,) in rows]

    def _opened(self) -> sqlite3.Connection:
        if not self._path.parent.is_dir():
            raise InvalidInput(f"There is no directory {self._path.parent} for the job. Make it first.")
        file = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            # One run at a time, and what was written is on the disk before the next step.
            for pragma in ("locking_mode = EXCLUSIVE", "synchronous = FULL", "journal_mode = DELETE"):
                file.execute(f"PRAGMA {pragma}")
            file.execute("BEGIN EXCLUSIVE")
            for statement in _TABLES.split(";"):
                file.execute(statement)
            file.execute("COMMIT")
        except sqlite3.OperationalError as error:
            file.close()
            raise InvalidInput(f"{self._path} is in use by another run. Wait for it, or stop it.") from error
        except sqlite3.DatabaseError as error:
            file.close()
            raise InvalidInput(f"{self._path} is no job's file. Give another path.") from error
        return file

    def _begin(self) -> None:
        """Write down what the job is and whom it pays, at once; an open job must be the same."""
        wanted = {
            "version": _VERSION,
            "chain": str(self._chain.chain_id),
            "first block": self._chain.block(0).hash,
            "contract": self._payouts.address,
            "payout": str(self._payout),
        }
        found = dict(self._file.execute("SELECT name, value FROM job").fetchall())
        if found:
            for name, value in wanted.items():
                if found.get(name) != value:
                    raise InvalidInput(
                        f"{self._path} is the file of another job: its {name} is {found.get(name)}, not {value}. Give another path."
                    )
            return
        holders = self._payouts.due_holders(self._payout)
        with self._written():
            self._file.executemany("INSERT INTO job VALUES (?, ?)", wanted.items())
            self._file.executemany("INSERT INTO holder VALUES (?, ?)", enumerate(holders))

    @contextmanager
    def _written(self) -> Iterator[None]:
        """All of it, or none."""
        self._file.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")
