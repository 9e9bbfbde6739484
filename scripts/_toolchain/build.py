"""Compiling contracts, one standard JSON each, with a cache."""

from __future__ import annotations

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from _toolchain import compilers, sources
from _toolchain.errors import ToolchainError
from _toolchain.settings import ALLOWED_WARNINGS, BUILD, EXTRA, REPOSITORY, SOLC_BUILD
from _toolchain.sources import Declaration, SourceTree

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

CACHE = REPOSITORY / ".cache" / "solc"

_CODE_OUTPUTS = (
    "abi",
    "devdoc",
    "userdoc",
    "storageLayout",
    "evm.bytecode.object",
    "evm.bytecode.linkReferences",
    "evm.deployedBytecode.object",
    "evm.deployedBytecode.immutableReferences",
    "evm.methodIdentifiers",
)
_FACE_OUTPUTS = ("abi", "devdoc", "userdoc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What solc says about one contract."""

    declaration: Declaration
    output: Mapping[str, Any]
    immutables: Mapping[str, str]  # AST id → name
    source_hashes: Mapping[str, str]


@dataclass(kw_only=True)
class Builder:
    """Compiles the contracts of one tree."""

    tree: SourceTree
    solc: str | None = None
    use_cache: bool = True
    say: Callable[[str], None] = print
    _warnings: dict[str, tuple[str, str]] = field(default_factory=dict)  # message → (code, unit)
    _compiler: compilers.Compiler | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def compiler(self) -> compilers.Compiler:
        """The compiler; looked for only when something is to be compiled."""
        with self._lock:
            if self._compiler is None:
                self._compiler = compilers.find(self.solc)
                self.say(f"solc {SOLC_BUILD} ({self._compiler.origin})")
            return self._compiler

    def build(
        self, targets: Sequence[Declaration], faces: Collection[str]
    ) -> tuple[tuple[Compiled, ...], dict[str, str]]:
        """Compile *targets*, and collect the sentences of every error in the units *faces* and in all they import.

        Raises:
            ToolchainError: the compiler refuses, or warns of something that is not allowed.
        """
        notices = self._notices(faces) if faces else {}
        with ThreadPoolExecutor(max_workers=2) as pool:
            compiled = tuple(pool.map(self._compile, targets))
        self._refuse_warnings()
        for found in compiled:
            merge_notices(notices, {found.declaration.unit: {found.declaration.name: found.output}})
        return compiled, notices

    def _notices(self, units: Collection[str]) -> dict[str, str]:
        output = self._run(standard_json(self.tree.closure(units), {"*": {"*": list(_FACE_OUTPUTS)}}), "interfaces")
        notices: dict[str, str] = {}
        merge_notices(notices, output["contracts"])
        return notices

    def _compile(self, target: Declaration) -> Compiled:
        closure = self.tree.closure([target.unit])
        selection = {target.unit: {target.name: list(_CODE_OUTPUTS if target.deployable else _FACE_OUTPUTS)}}
        if target.deployable:
            selection["*"] = {"": ["ast"]}
        output = self._run(standard_json(closure, selection), target.name)
        return Compiled(
            declaration=target,
            output=output["contracts"][target.unit][target.name],
            immutables=output["immutables"],
            source_hashes=sources.hashes(closure),
        )

    def _run(self, request: Mapping[str, object], name: str) -> dict[str, Any]:
        key = hashlib.sha256((SOLC_BUILD + canonical(request)).encode()).hexdigest()
        kept = CACHE / f"{key}.json"
        if self.use_cache and kept.exists():
            result = dict(json.loads(kept.read_text(encoding="utf-8")))
        else:
            compiler = self.compiler
            started = time.monotonic()
            result = _reduced(compiler.compile(request))
            self.say(f"  {name:<24} {time.monotonic() - started:6.1f} s")
            _keep(kept, result)
        self._warnings.update((text, (code, unit)) for code, unit, text in result["warnings"])
        return result

    def _refuse_warnings(self) -> None:
        refused = [
            text
            for text, (code, unit) in self._warnings.items()
            if code not in ALLOWED_WARNINGS or not unit.startswith(ALLOWED_WARNINGS[code][0])
        ]
        if refused:
            raise ToolchainError(
                "Warnings are errors here. Mend these, or list them in settings.py with a reason.\n\n"
                + "\n".join(refused)
            )


def targets_of(tree: SourceTree, folder: str, only: Iterable[str] = ()) -> tuple[Declaration, ...]:
    """List the contracts that get an artifact: the deployable ones under *folder* and, with contracts/, the extra ones.

    Raises:
        ToolchainError: *only* names a contract that is not there.
    """
    extra = [Declaration(unit=unit, name=name, kind=_kind(name)) for unit, name in (line.split(":") for line in EXTRA)]
    found = [one for one in tree.declarations(folder) if one.deployable] + (extra if folder == "contracts" else [])
    wanted = set(only)
    if unknown := wanted - {one.name for one in found}:
        raise ToolchainError(f"No deployable contract is named {', '.join(sorted(unknown))}.")
    return tuple(sorted((one for one in found if not wanted or one.name in wanted), key=lambda one: one.name))


def standard_json(closure: Mapping[str, str], selection: Mapping[str, object]) -> dict[str, object]:
    """Return the compiler's input: all sources inlined, our settings, the outputs of *selection*."""
    return {
        "language": "Solidity",
        "sources": {unit: {"content": text} for unit, text in sorted(closure.items())},
        "settings": {**BUILD, "outputSelection": selection},
    }


def canonical(value: object) -> str:
    """Write JSON the one way that equal values share."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def merge_notices(notices: dict[str, str], contracts: Mapping[str, Mapping[str, Any]]) -> None:
    """Add the sentence of each error of *contracts* to *notices*, by signature; a ``@notice`` goes before a ``@dev``.

    Raises:
        ToolchainError: one error is explained in two ways.
    """
    outputs = [(f"{unit}:{name}", output) for unit, declared in contracts.items() for name, output in declared.items()]
    clashes = []
    for place, output in outputs:
        for signature, notes in output.get("userdoc", {}).get("errors", {}).items():
            sentence = notes[0]["notice"]
            other = notices.setdefault(signature, sentence)
            if other != sentence:
                clashes.append(f"{signature}: {other!r}, but in {place}: {sentence!r}")
    if clashes:
        raise ToolchainError(
            "One error needs one sentence. Write the same @notice, or rename one.\n" + "\n".join(clashes)
        )
    for _, output in outputs:
        for signature, notes in output.get("devdoc", {}).get("errors", {}).items():
            if "details" in notes[0]:
                notices.setdefault(signature, notes[0]["details"])


def _kind(name: str) -> str:
    return "interface" if name[0] == "I" and name[1].isupper() else "contract"


def _reduced(output: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what an artifact needs; the syntax trees are a hundred times as large."""
    warnings = [
        (str(found.get("errorCode", "")), found.get("sourceLocation", {}).get("file", ""), found["formattedMessage"])
        for found in output.get("errors", [])
    ]
    trees = [source["ast"] for source in output.get("sources", {}).values() if "ast" in source]
    return {"contracts": output.get("contracts", {}), "immutables": _immutable_names(trees), "warnings": warnings}


def _immutable_names(trees: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Name the immutable variables by AST id: ``name``, or ``Contract.name`` where two contracts use the same one."""
    found = {
        str(member["id"]): (contract["name"], member["name"])
        for tree in trees
        for contract in tree["nodes"]
        if contract["nodeType"] == "ContractDefinition"
        for member in contract["nodes"]
        if member.get("mutability") == "immutable"
    }
    names = [name for _, name in found.values()]
    return {key: name if names.count(name) == 1 else f"{contract}.{name}" for key, (contract, name) in found.items()}


def _keep(path: Path, result: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_text(canonical(result), encoding="utf-8")
    partial.replace(path)
