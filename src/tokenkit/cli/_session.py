"""What a command works with: the chain, the suite of a record, who signs, and how to send."""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.prompt import Confirm, Prompt

from tokenkit.chain import KeystoreSigner, LocalSigner, NodeSigner, RpcChain
from tokenkit.cli._coins import read_coin
from tokenkit.cli._refusals import office_for
from tokenkit.errors import InvalidAmount, InvalidInput, InvalidKey, TokenkitError
from tokenkit.operation import safe_batch
from tokenkit.record import Record
from tokenkit.reverts import AccessManagedUnauthorized
from tokenkit.suite import Suite
from tokenkit.types import parse_address, parse_units, to_unix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from tokenkit.chain import Chain, Signer
    from tokenkit.cli._coins import Coin
    from tokenkit.cli._command import Settings
    from tokenkit.operation import Operation, Sent
    from tokenkit.payouts import MerklePayouts, Payouts
    from tokenkit.suite import ShareClass
    from tokenkit.types import Address
    from tokenkit.voting import Voting

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOOKS_LIKE_A_KEY = re.compile(r"(0x)?[0-9a-fA-F]{64}")
_MOST_PASSWORD_BYTES = 4096
_DAY = 86_400


def connect(url: str, *, chain_id: int | None, patience: float) -> Chain:
    """Point at a node; asks nothing yet."""
    return RpcChain(url, chain_id=chain_id, patience=patience)


class Session:
    """One run of one command."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.console = Console(quiet=settings.json, highlight=False)
        self.progress_console = Console(stderr=True, quiet=settings.json)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing behind: a session holds no open resource of its own."""

    @cached_property
    def record(self) -> Record:
        """The record named by ``--record``."""
        if self.settings.record is None:
            raise InvalidInput(
                "No record. Give --record FILE, the file that `tokenkit deploy` wrote, or set TOKENKIT_RECORD."
            )
        return Record.read(self.settings.record)

    @cached_property
    def chain(self) -> Chain:
        """The chain behind ``--rpc``; with a record, only the record's own chain will do."""
        return self.chain_for(self.settings.record)

    def chain_for(self, record: Path | None) -> Chain:
        """Return the chain behind ``--rpc``, which must be that of a *record*, if one is given."""
        if self.settings.rpc is None:
            raise InvalidInput("No node. Give --rpc URL, the JSON-RPC URL of a node, or set TOKENKIT_RPC_URL.")
        chain_id = Record.read(record).chain.id if record else None
        return connect(self.settings.rpc, chain_id=chain_id, patience=self.settings.wait)

    @cached_property
    def suite(self) -> Suite:
        """The contracts of the record."""
        chain = self.chain  # first: without a node nothing else matters
        return Suite.open(self.record, chain)

    @cached_property
    def signer(self) -> Signer | None:
        """Who signs: a keystore, an account of the node, or the key in the environment; else nobody."""
        settings = self.settings
        if settings.keystore is not None and settings.account is not None:
            raise InvalidInput("Give --keystore or --account, not both.")
        if settings.keystore is not None:
            return KeystoreSigner(settings.keystore, password=self._password)
        if settings.account is not None:
            chain = self.chain
            if not isinstance(chain, RpcChain):
                raise InvalidInput("Only a node behind --rpc keeps accounts.")
            return NodeSigner(settings.account, chain)
        variable = _variable(settings.key_env, "--key-env")
        return LocalSigner.from_environment(variable) if os.environ.get(variable) else None

    def unlock(self) -> None:
        """Open the keystore, if one signs: before a progress bar paints over the question for its password."""
        if isinstance(self.signer, KeystoreSigner):
            self.signer.open()

    @property
    def sender(self) -> Address:
        """Whose address the transactions carry."""
        if self.settings.account is not None:
            return parse_address(self.settings.account)
        if self.signer is None:
            raise InvalidKey(
                "Nobody to sign. Give --keystore FILE, put the key into the environment variable "
                f"{self.settings.key_env}, or give --account ADDRESS for an account of the node."
            )
        return self.signer.address

    def share_class(self, symbol: str | None) -> ShareClass:
        """Return the class of a symbol; the only one, if the company has one."""
        classes = self.suite.classes
        if symbol is None and len(classes) == 1:
            return next(iter(classes.values()))
        if symbol is None or symbol not in classes:
            asked = "No class given" if symbol is None else f"There is no class {symbol!r}"
            raise InvalidInput(f"{asked}. Give --class with one of: {', '.join(classes)}.")
        return classes[symbol]

    def units(self, amount: str, share_class: ShareClass) -> int:
        """Read an amount of shares as people write it."""
        return parse_units(amount, share_class.decimals)

    def units_to_move(self, amount: str, share_class: ShareClass) -> int:
        """Read an amount of shares that are to move.

        Raises:
            InvalidAmount: none.
        """
        units = self.units(amount, share_class)
        if not units:
            raise InvalidAmount("No shares would move. Give an amount above zero.")
        return units

    @property
    def payouts(self) -> Payouts:
        """The payouts contract, if the plan has one."""
        if self.suite.payouts is None:
            raise InvalidInput("This suite pays nothing out: its plan says payouts = false.")
        return self.suite.payouts

    @property
    def merkle_payouts(self) -> MerklePayouts:
        """The contract that pays from lists, if the plan has one."""
        if self.suite.merkle_payouts is None:
            raise InvalidInput("This suite pays no lists: its plan says payouts = false.")
        return self.suite.merkle_payouts

    @property
    def voting(self) -> Voting:
        """The meetings contract, if the plan has one."""
        if self.suite.voting is None:
            raise InvalidInput("This suite holds no meetings: its plan says meetings = false.")
        return self.suite.voting

    def coin(self, asset: str) -> Coin:
        """Look up what a coin calls itself and how it is counted."""
        return read_coin(self.chain, asset)

    def class_of(self, token: Address) -> ShareClass | None:
        """Return the class whose token this is."""
        return next((one for one in self.suite.classes.values() if one.address == token), None)

    def symbol_of(self, token: Address) -> str:
        """Return the symbol of a class, or the address of a token that is none of the suite's."""
        one = self.class_of(token)
        return one.symbol if one else token

    def decimals_of(self, token: Address) -> int:
        """Return the decimals of a class."""
        one = self.class_of(token)
        return one.decimals if one else 0

    def carry_out(self, operations: Sequence[Operation[Any]]) -> dict[str, Any]:
        """Try, and unless told otherwise send, *operations* in order; returns what happened, for the answer."""
        if not operations:
            return {"mode": "nothing to do", "transactions": []}
        if self.settings.safe is not None:
            # A key's own address is no Safe: without --account the file fits any.
            batch = safe_batch(operations, safe=self.settings.account)
            self.settings.safe.write_text(json.dumps(batch, indent=2) + "\n", encoding="utf-8")
            return {"mode": "safe", "file": self.settings.safe, "transactions": [_planned(each) for each in operations]}
        sender = self.sender
        if self.settings.dry_run:
            with self.naming_the_office(operations[0]):
                operations[0].simulate(sender)  # later ones may rest on it, so they cannot be tried before it is sent
            return {"mode": "dry run", "transactions": [_planned(each) for each in operations]}
        self.confirm([each.summary for each in operations])
        return {"mode": "sent", "transactions": [_mined(sent) for sent in self._send(operations)]}

    @contextmanager
    def naming_the_office(self, operation: Operation[Any]) -> Iterator[None]:
        """Let a refusal for want of power name the office that *operation* takes, and who holds it."""
        try:
            yield
        except AccessManagedUnauthorized as error:
            error.add_note(office_for(operation, self))
            raise

    def progress(self) -> Progress:
        """Make a progress bar on stderr; silent with ``--json``."""
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.progress_console,
            transient=True,
        )

    def _send(self, operations: Sequence[Operation[Any]]) -> list[Sent[Any]]:
        sent = []
        self.unlock()
        with self.progress() as bar:
            task = bar.add_task("Sending", total=len(operations))
            for operation in operations:
                bar.update(task, description=escape(operation.summary))
                try:
                    with self.naming_the_office(operation):
                        sent.append(operation.send(self.signer))
                except TokenkitError as error:
                    if sent:
                        error.add_note(f"{len(sent)} of {len(operations)} transactions were mined before; they stand.")
                    raise
                bar.advance(task)
        return sent

    def confirm(self, summaries: Sequence[str]) -> None:
        """Ask whether to send what *summaries* say, unless ``--yes`` said so.

        Raises:
            InvalidInput: no, or nobody is there to ask.
        """
        if self.settings.yes:
            return
        if self.settings.json or not sys.stdin.isatty():
            raise InvalidInput("Nothing was sent: nobody is there to confirm. Add --yes to send, or --dry-run to try.")
        shown = [*summaries[:5], *([f"… and {len(summaries) - 5} more"] if len(summaries) > 5 else [])]
        self.console.print(escape("\n".join(shown)))
        if not Confirm.ask(f"Send as {self.sender}?", console=self.console, default=False):
            raise InvalidInput("Nothing was sent.")

    def _password(self) -> str:
        settings = self.settings
        if settings.password_fd is not None:
            return os.read(settings.password_fd, _MOST_PASSWORD_BYTES).decode().rstrip("\r\n")
        password = os.environ.get(_variable(settings.password_env, "--password-env"))
        if password is not None:
            return password
        if not sys.stdin.isatty():
            raise InvalidKey(
                "The keystore needs its password. Give --password-fd, or set the environment variable "
                f"{settings.password_env}."
            )
        return Prompt.ask(f"Password of {settings.keystore}", password=True, console=self.progress_console)


def parse_instant(text: str) -> int:
    """Read a date, a date and time with zone, or unix seconds; a date alone is its first second in UTC.

    Raises:
        InvalidInput: none of these.
    """
    if text.isdecimal():
        return int(text)
    try:
        if len(text) == len("2030-06-30"):
            whole = date.fromisoformat(text)
            return to_unix(datetime(whole.year, whole.month, whole.day, tzinfo=UTC))
        return to_unix(datetime.fromisoformat(text))
    except ValueError as error:
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput(
            f"{text!r} is not a time. Give a date (2030-06-30), a time with zone (2030-06-30T12:00:00Z) or unix seconds."
        ) from None


def parse_last_instant(text: str) -> int:
    """Read an end as :func:`parse_instant` reads an instant; a date alone is its last second in UTC, as in a list of investors.

    Raises:
        InvalidInput: none of these.
    """
    second = parse_instant(text)
    return second + _DAY - 1 if len(text) == len("2030-06-30") and not text.isdecimal() else second


def _variable(name: str, option: str) -> str:
    # A key given by mistake where its variable's name belongs must not end up in a message.
    if _LOOKS_LIKE_A_KEY.fullmatch(name) or not _VARIABLE.fullmatch(name):
        raise InvalidInput(f"{option} takes the name of an environment variable, never the secret itself.")
    return name


def _planned(operation: Operation[Any]) -> dict[str, object]:
    return {"summary": operation.summary, "to": operation.to, "data": operation.data, "value": operation.value}


def _mined(sent: Sent[Any]) -> dict[str, object]:
    receipt = sent.receipt
    return {
        "summary": sent.operation.summary,
        "transaction": receipt.transaction_hash,
        "block": receipt.block_number,
        "gas_used": receipt.gas_used,
        "events": [{"name": event.name, "contract": event.address, "args": event.args} for event in sent.events],
    }
