"""The record of a deployment: what was planned, what was built from it, and how far it got. Enough to verify it, and to go on with it.

A record holds no secrets. A transaction that was sent and not yet seen mined is kept as it was signed: it can be sent again, and do nothing else.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

import tomli_w

from tokenkit._keccak import keccak
from tokenkit.errors import InvalidAddress, InvalidPlan, InvalidRecord, WrongChain
from tokenkit.plan import Plan
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.chain import Chain

FORMAT = 1
"""The version of the file format."""

Status = Literal["pending", "done"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainMark:
    """Which chain a deployment is on: its number, its first block, and a settled block just before the deployment began."""

    id: int
    first_block_hash: str
    anchor_block: int
    anchor_block_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What the contracts were built from. ``artifacts``: hashes of the creation code; ``sources``: of the files as they were."""

    tokenkit: str
    compiler: str
    settings: Mapping[str, Any]
    artifacts: Mapping[str, str]
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far one step got. Pending: ``signed`` left, or was about to."""

    name: str
    status: Status
    transaction: str = ""
    block: int = 0
    gas_used: int = 0
    signed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedContract:
    """A contract of the suite. ``implementation`` names the contract behind a proxy."""

    name: str
    artifact: str
    address: Address
    block: int
    transaction: str
    code_hash: str
    constructor: str
    implementation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A deployment, whole or half done. Written after each transaction; read with :meth:`read`."""

    plan: Plan = field(repr=False)
    chain: ChainMark
    deployer: Address
    build: Build = field(repr=False)
    contracts: tuple[DeployedContract, ...] = field(default=(), repr=False)
    steps: tuple[Step, ...] = field(default=(), repr=False)
    complete: bool = False
    format: int = field(default=FORMAT)

    def contract(self, name: str) -> DeployedContract:
        """Find a contract by its name in the suite: ``"registry"``, ``"token ALPA"``.

        Raises:
            InvalidRecord: it was not deployed, or not yet.
        """
        for contract in self.contracts:
            if contract.name == name:
                return contract
        raise InvalidRecord(
            f"The record has no contract named {name!r}. Complete the deployment, or take the record of the right suite."
        )

    def has(self, name: str) -> bool:
        """Tell whether a contract of this name was deployed."""
        return any(contract.name == name for contract in self.contracts)

    def address(self, name: str) -> Address:
        """Return the address of a contract by its name in the suite.

        Raises:
            InvalidRecord: it was not deployed, or not yet.
        """
        return self.contract(name).address

    def token(self, symbol: str) -> Address:
        """Return the address of the token of a class.

        Raises:
            InvalidRecord: there is no such class.
        """
        return self.address(f"token {symbol}")

    def step(self, name: str) -> Step | None:
        """Return how far a step got; ``None`` if it was not begun."""
        return next((step for step in self.steps if step.name == name), None)

    def with_step(self, step: Step) -> Record:
        """Return the record with *step* in its place."""
        others = tuple(one for one in self.steps if one.name != step.name)
        return replace(self, steps=(*others, step))

    def completed(self) -> Record:
        """Return the record of a deployment that has nothing left to do."""
        return replace(self, complete=True)

    def with_contract(self, contract: DeployedContract) -> Record:
        """Return the record with one more contract."""
        others = tuple(one for one in self.contracts if one.name != contract.name)
        return replace(self, contracts=(*others, contract))

    def require_chain(self, chain: Chain) -> None:
        """Refuse a *chain* that this record was not written on.

        Raises:
            WrongChain: the chain id differs.
            InvalidRecord: the number is the same, but not the blocks or the contracts: a test chain that was started anew, or a fork.
        """
        if chain.chain_id != self.chain.id:
            raise WrongChain(expected=self.chain.id, actual=chain.chain_id)
        marks = ((0, self.chain.first_block_hash), (self.chain.anchor_block, self.chain.anchor_block_hash))
        for number, known in marks:
            found = chain.block(number).hash if number <= chain.block().number else "not there"
            if found != known:
                raise InvalidRecord(
                    f"The record is of another chain with the number {chain.chain_id}: block {number} is {found}, not {known}. "
                    "Connect to the chain it was written on, or deploy anew with another record file."
                )
        gone = [one for one in self.contracts[-1:] if not chain.code(one.address)]
        if gone:
            raise InvalidRecord(
                f"The record has {gone[0].name} at {gone[0].address}, but there is no code: the chain was started anew or rolled back. "
                "Deploy anew with another record file."
            )

    @property
    def first_block(self) -> int:
        """The block of the first contract: no event of the suite is older."""
        return min((contract.block for contract in self.contracts), default=self.chain.anchor_block)

    def to_toml(self) -> str:
        """Write the record as it stands in its file."""
        table = {
            "format": self.format,
            "complete": self.complete,
            "deployer": self.deployer,
            "chain": asdict(self.chain),
            "build": asdict(self.build),
            "contracts": [_filled(asdict(contract)) for contract in self.contracts],
            "steps": [_filled(asdict(step)) for step in self.steps],
            "plan": {
                "hash": self.plan.hash,
                "file_hashes": {name: "0x" + value.hex() for name, value in self.plan.file_hashes.items()},
                "text": self.plan.text,
            },
        }
        return (
            "# Written by tokenkit. Keep this file: it is how the deployment is continued, verified and used.\n"
            + tomli_w.dumps(table, multiline_strings=True)
        )

    def write(self, path: str | Path) -> None:
        """Write the record to *path*, whole or not at all."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.part")
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.write(self.to_toml())
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

    @classmethod
    def read(cls, path: str | Path) -> Record:
        """Read the record at *path*.

        Raises:
            InvalidRecord: there is none, or it is not what tokenkit wrote.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidRecord(
                f"{path} cannot be read ({error}). Give the path of a record that tokenkit wrote."
            ) from error
        return cls.parse(text, file=str(path))

    @classmethod
    def parse(cls, text: str, *, file: str = "The record") -> Record:
        """Read a record from its *text*.

        Raises:
            InvalidRecord: it is not what tokenkit wrote; the message says where.
        """
        try:
            data = tomllib.loads(text)
            if data.get("format") != FORMAT:
                raise InvalidRecord(f"{file} has format {data.get('format')!r}; this tokenkit reads format {FORMAT}.")
            return cls(
                plan=_plan(data["plan"]),
                chain=_made(ChainMark, data["chain"]),
                deployer=parse_address(data["deployer"]),
                build=_made(Build, data["build"]),
                contracts=tuple(_contract(one) for one in data.get("contracts", ())),
                steps=tuple(_step(one) for one in data.get("steps", ())),
                complete=_of(bool, data["complete"], "complete"),
            )
        except tomllib.TOMLDecodeError as error:
            raise InvalidRecord(
                f"{file} is not TOML: {error}. Restore it from a copy; records are not written by hand."
            ) from error
        except KeyError as error:
            raise InvalidRecord(
                f"{file} lacks {error}. Restore it from a copy; records are not written by hand."
            ) from error
        except (TypeError, InvalidAddress, InvalidPlan) as error:
            raise InvalidRecord(
                f"{file} was changed: {error} Restore it from a copy; records are not written by hand."
            ) from error


def _plan(table: Mapping[str, Any]) -> Plan:
    text = _of(str, table["text"], "plan.text")
    if table["hash"] != "0x" + keccak(text.encode()).hex():
        raise InvalidRecord(
            "The plan in the record is not the one it was written with: its hash differs. Restore the record from a copy."
        )
    hashes = {name: _hex(value, f"plan.file_hashes.{name}") for name, value in table.get("file_hashes", {}).items()}
    return Plan.parse(text, file="the plan in the record", hashes=hashes)


def _contract(table: Mapping[str, Any]) -> DeployedContract:
    contract = _made(DeployedContract, table)
    _hex(contract.code_hash, f"{contract.name}: code_hash")
    _hex(contract.constructor, f"{contract.name}: constructor")
    return replace(contract, address=parse_address(contract.address))


def _step(table: Mapping[str, Any]) -> Step:
    step = _made(Step, table)
    if step.status not in get_args(Status):
        raise TypeError(f"{step.name}: status is {step.status!r}.")
    _hex(step.signed, f"{step.name}: signed")
    return step


def _made(kind: type[T], table: Mapping[str, Any]) -> T:
    """Make a dataclass of a table; an unknown, a missing or a mistyped key is a TypeError or KeyError."""
    types = {one.name: one.type for one in fields(kind)}  # type: ignore[arg-type]  # only dataclasses come here
    for name, value in _of(dict, table, kind.__name__).items():
        if name not in types:
            raise TypeError(f"{kind.__name__} has no key {name!r}.")
        _of(_KINDS.get(str(types[name]), dict), value, name)
    return kind(**table)


_KINDS: Mapping[str, type] = {"int": int, "str": str, "Address": str, "Status": str}


def _of(kind: type[T], value: Any, name: str) -> T:  # noqa: ANN401 - whatever stands in the file
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{name} is {value!r}.")
    return value


def _hex(value: object, name: str) -> bytes:
    try:
        return bytes.fromhex(_of(str, value, name).removeprefix("0x"))
    except ValueError as error:
        raise TypeError(f"{name} is not hexadecimal.") from error


def _filled(table: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty: a file for people says nothing by saying less."""
    return {key: value for key, value in table.items() if value not in ("", 0) or key == "block"}
