"""``tokenkit doctor``: whether chain, keys and artifacts are fit for work, and what to do where not."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape

from tokenkit.cli._command import command
from tokenkit.cli._exits import Exit
from tokenkit.cli._options import from_environment
from tokenkit.cli._output import Answer, item

if TYPE_CHECKING:
    from tokenkit.chain import Chain
    from tokenkit.cli._session import Session

_PRAGUE_PROBES = {
    # Init code that returns one byte; each uses an opcode of a fork that the contracts are compiled for.
    "Shanghai (PUSH0)": "5f5f53600160" + "00f3",
    "Cancun (TSTORE, TLOAD, MCOPY)": "60015f5d5f5c5f5260205f60205e600160" + "00f3",
}
_BLS_ADD = "0x000000000000000000000000000000000000000b"
"""Precompile that Prague brought (EIP-2537): the sum of two points at infinity is 128 zero bytes."""

_NEEDED_GAS = 16_777_216
_TOLERATED_SKEW = 60
_LOG_SPAN = 2_000


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing looked at. ``ok`` is None where it could not be."""

    name: str
    ok: bool | None
    found: str
    remedy: str = ""


def add_to(app: typer.Typer) -> None:
    """Add the command to *app*."""
    command(app, "doctor", signs=True, examples=["tokenkit doctor --rpc http://127.0.0.1:8545", "tokenkit doctor"])(
        doctor
    )


def doctor(session: "Session") -> Answer:
    """Look at the chain, the record, the key and the artifacts, and say what to do where something is wrong. Sends nothing.

    Exit code 1: something is wrong; 3: the node cannot be reached.
    """
    checks = [*_artifact_checks()]
    unreadable = _unreadable_record(session)
    if unreadable:  # the rest is looked at all the same
        checks.append(unreadable)
        session = type(session)(replace(session.settings, record=None))
    if session.settings.rpc is None:
        checks.append(Check(name="Node", ok=None, found="not looked at", remedy="Give --rpc URL to look at a node."))
    else:
        checks += _chain_checks(session.chain)
    if session.settings.record is not None:
        checks.append(_record_check(session))
    checks += _key_checks(session)
    code = Exit.REFUSED if any(check.ok is False for check in checks) else Exit.OK
    return Answer(data={"checks": checks}, show=lambda console: _show(console, checks), exit_code=code)


def _artifact_checks() -> Iterator[Check]:
    from importlib.resources import files

    from tokenkit.artifacts import load

    names = sorted(
        place.name.removesuffix(".json")
        for place in files("tokenkit.artifacts").iterdir()
        if place.name.endswith(".json")
    )
    compilers = {load(name).compiler for name in names}
    yield Check(
        name="Artifacts",
        ok=len(compilers) == 1,
        found=f"{len(names)} contracts, compiled with {', '.join(sorted(compilers))}",
        remedy="Install tokenkit again: its artifacts are not of one compilation.",
    )
    yield _sources_check(names)


def _sources_check(names: list[str]) -> Check:
    """In a clone, compare the Solidity sources with the hashes in the artifacts."""
    from hashlib import sha256
    from pathlib import Path

    from tokenkit.artifacts import load

    root = Path(__file__).resolve().parents[3]
    if not (root / "contracts").is_dir():
        return Check(name="Sources", ok=None, found="not in a clone: the installed artifacts are what counts")
    changed = {
        source
        for name in names
        for source, digest in load(name).source_hashes.items()
        if (root / source).is_file() and sha256((root / source).read_bytes()).hexdigest() != digest
    }
    return Check(
        name="Sources",
        ok=not changed,
        found=f"changed since they were compiled: {', '.join(sorted(changed))}" if changed else "as compiled",
        remedy="Run `make compile`.",
    )


def _chain_checks(chain: "Chain") -> Iterator[Check]:
    yield Check(name="Chain", ok=True, found=f"id {chain.chain_id}")
    latest = chain.block("latest")
    skew = int(time.time()) - latest.timestamp
    yield Check(
        name="Latest block",
        ok=abs(skew) <= _TOLERATED_SKEW,
        found=f"number {latest.number}, {abs(skew)} s {'behind' if skew >= 0 else 'ahead of'} this computer's clock",
        remedy="If the chain is live, check this computer's clock, or whether the node is still synchronising.",
    )
    yield from _opcode_checks(chain)
    yield _log_check(chain, latest.number)
    yield from _fee_checks(chain)


def _opcode_checks(chain: "Chain") -> Iterator[Check]:
    from tokenkit.chain import Transaction
    from tokenkit.errors import ChainError, NodeTimeout, NodeUnavailable
    from tokenkit.types import ZERO_ADDRESS, parse_address

    remedy = "Contracts are compiled for Prague: take a chain, or a newer node, that has it."
    for name, code in _PRAGUE_PROBES.items():
        try:
            chain.estimate(Transaction(to=None, data=bytes.fromhex(code)), ZERO_ADDRESS)
        except (NodeUnavailable, NodeTimeout):
            raise
        except ChainError as error:
            yield Check(name=name, ok=False, found=f"not supported ({error})", remedy=remedy)
        else:
            yield Check(name=name, ok=True, found="supported")
    answer = _tried(lambda: chain.call(parse_address(_BLS_ADD), bytes(256)))
    yield Check(
        name="Prague (EIP-2537)",
        ok=isinstance(answer, bytes) and len(answer) == 128,
        found="supported" if isinstance(answer, bytes) and len(answer) == 128 else "not found",
        remedy=remedy,
    )


def _log_check(chain: "Chain", latest: int) -> Check:
    start = max(0, latest - _LOG_SPAN)
    found = _tried(lambda: chain.logs([], (), start, latest))
    if isinstance(found, Exception):
        return Check(name="Events", ok=False, found=str(found), remedy="Take a node that serves eth_getLogs.")
    return Check(name="Events", ok=True, found=f"eth_getLogs answers over {latest - start + 1:,} blocks")


def _fee_checks(chain: "Chain") -> Iterator[Check]:
    from tokenkit.chain import RpcChain

    if not isinstance(chain, RpcChain):
        return
    block = chain.request("eth_getBlockByNumber", "latest", False)
    if not isinstance(block, dict):
        return
    base = block.get("baseFeePerGas")
    yield Check(
        name="Fees",
        ok=True,
        found="legacy gas price" if base is None else f"EIP-1559, base fee {int(str(base), 16) / 10**9:.3f} gwei",
    )
    limit = int(str(block.get("gasLimit", "0x0")), 16)
    yield Check(
        name="Block gas limit",
        ok=limit >= _NEEDED_GAS,
        found=f"{limit:,}",
        remedy=f"Deployments need blocks of {_NEEDED_GAS:,} gas.",
    )


def _unreadable_record(session: "Session") -> Check | None:
    from tokenkit.errors import InvalidInput

    path = session.settings.record
    if path is None:
        return None
    try:
        _ = session.record
    except OSError as error:
        found = f"{path} cannot be read: {error.strerror or error}"
    except InvalidInput as error:
        found = str(error)
    else:
        return None
    unset = ", or unset TOKENKIT_RECORD" if from_environment(path) else ""
    return Check(
        name="Record", ok=False, found=found, remedy=f"Give --record the file that `tokenkit deploy` wrote{unset}."
    )


def _record_check(session: "Session") -> Check:
    """See whether the record is whole, and the node's chain the one it was written on."""
    from tokenkit.errors import InvalidRecord

    record = session.record
    contracts = f"{len(record.contracts)} contracts of {record.plan.issuer.name} on chain {record.chain.id}"
    if not record.complete:
        remedy = "Give the same `tokenkit deploy` again: it goes on where it was."
        return Check(name="Record", ok=False, found=f"not complete, {contracts} so far", remedy=remedy)
    if session.settings.rpc is None:
        return Check(name="Record", ok=None, found=contracts, remedy="Give --rpc URL to compare it with its chain.")
    try:
        record.require_chain(session.chain)
    except InvalidRecord as error:
        remedy = "Give the node and the record of the same chain."
        return Check(name="Record", ok=False, found=str(error), remedy=remedy)
    return Check(name="Record", ok=True, found=f"{contracts}; `tokenkit verify` compares each with the chain")


def _key_checks(session: "Session") -> Iterator[Check]:
    signer = session.signer
    if signer is None:
        yield Check(
            name="Key",
            ok=None,
            found="none: this session can only read",
            remedy=f"To send, give --keystore FILE, or put the key into {session.settings.key_env}.",
        )
        return
    yield Check(name="Key", ok=True, found=f"{signer.address}, {_whence(session)}")
    if session.settings.rpc is not None:
        balance = session.chain.balance(signer.address)
        yield Check(
            name="Balance",
            ok=balance > 0,
            found=f"{balance / 10**18:.6f} native coins",
            remedy="Send some native coins to this address: transactions cost fees.",
        )


def _whence(session: "Session") -> str:
    settings = session.settings
    if settings.keystore is not None:
        return f"from the keystore {settings.keystore}"
    return "kept by the node" if settings.account is not None else f"from the environment variable {settings.key_env}"


def _tried(work: Callable[[], object]) -> object:
    from tokenkit.errors import ChainError, NodeTimeout, NodeUnavailable

    try:
        return work()
    except (NodeUnavailable, NodeTimeout):
        raise
    except ChainError as error:
        return error


def _show(console: Console, checks: list[Check]) -> None:
    signs = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: "[yellow]-[/yellow]"}
    for check in checks:
        console.print(item(signs[check.ok], f"{check.name}: {escape(check.found)}"))
        if check.remedy and not check.ok:
            console.print(item("   ", f"[dim]{escape(check.remedy)}[/dim]"))
