"""Artifacts: what tokenkit carries of each contract, written and checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from _toolchain.build import Compiled, targets_of
from _toolchain.errors import ToolchainError
from _toolchain.sentences import SENTENCES
from _toolchain.settings import BUILD, SOLC_BUILD
from _toolchain.sources import hashes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from _toolchain.sources import Declaration, SourceTree

Artifact = dict[str, Any]


def make(compiled: Compiled, notices: Mapping[str, str]) -> Artifact:
    """Make the artifact of one contract.

    Raises:
        ToolchainError: it is linked to a library, or has no code though it is not abstract.
    """
    declaration, output = compiled.declaration, compiled.output
    evm = output.get("evm", {})
    creation, deployed = evm.get("bytecode", {}), evm.get("deployedBytecode", {})
    if creation.get("linkReferences"):
        raise ToolchainError(
            f"{declaration.qualified} calls an external library. Make the library's functions internal."
        )
    if declaration.deployable and not creation.get("object"):
        raise ToolchainError(
            f"{declaration.qualified} has no code. Declare it abstract, or implement all its functions."
        )

    errors = [signature(entry) for entry in output["abi"] if entry["type"] == "error"]
    return {
        "abi": output["abi"],
        "bytecode": "0x" + creation.get("object", ""),
        "compiler": SOLC_BUILD,
        "contractName": declaration.name,
        "deployedBytecode": "0x" + deployed.get("object", ""),
        "errorNotices": {
            error: sentence for error in errors if (sentence := SENTENCES.get(error) or notices.get(error))
        },
        "immutableReferences": _immutables(compiled, deployed.get("immutableReferences", {})),
        "linkReferences": {},
        "methodIdentifiers": evm.get("methodIdentifiers", {}),
        "settings": BUILD,
        "sourceHashes": dict(compiled.source_hashes),
        "sourceName": declaration.unit,
        "storageLayout": output.get("storageLayout", {}),
    }


def render(artifact: Mapping[str, Any]) -> str:
    """Write an artifact the one way that equal artifacts share."""
    return json.dumps(artifact, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read_all(folder: Path) -> dict[str, Artifact]:
    """Read every artifact in *folder*, by contract name."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def write_all(folder: Path, made: Mapping[str, str], *, prune: bool) -> tuple[str, ...]:
    """Write rendered artifacts, and with *prune* remove those of contracts that are gone; return what changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in made.items():
        path = folder / f"{name}.json"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(name)
    for path in sorted(folder.glob("*.json")):
        if prune and path.stem not in made:
            path.unlink()
            changed.append(f"{path.stem} (removed)")
    return tuple(changed)


def stale(tree: SourceTree, folder: str, artifacts: Mapping[str, Artifact]) -> list[str]:
    """Tell how *artifacts* differ from the sources, without a compiler.

    Where the packages are not installed, the hashes of our own sources are compared and the packages' are not.
    """
    targets = {target.name: target for target in targets_of(tree, folder)}
    problems = [f"{name}: no artifact" for name in sorted(targets.keys() - artifacts.keys())]
    problems += [f"{name}: an artifact without a contract" for name in sorted(artifacts.keys() - targets.keys())]
    for name in sorted(targets.keys() & artifacts.keys()):
        problems += [f"{name}: {problem}" for problem in _differences(tree, targets[name], artifacts[name])]
    return problems


def signature(entry: Mapping[str, Any]) -> str:
    """Return the canonical signature of an ABI entry: ``transfer(address,uint256)``."""
    return f"{entry['name']}({','.join(abi_type(part) for part in entry['inputs'])})"


def abi_type(part: Mapping[str, Any]) -> str:
    """Return the canonical type of an ABI parameter, with structs written out."""
    kind = str(part["type"])
    return f"({','.join(abi_type(one) for one in part['components'])}){kind[5:]}" if kind.startswith("tuple") else kind


def _differences(tree: SourceTree, target: Declaration, artifact: Artifact) -> list[str]:
    problems = []
    if artifact["compiler"] != SOLC_BUILD or artifact["settings"] != BUILD:
        problems.append("made with another compiler or other settings")
    if artifact["sourceName"] != target.unit:
        problems.append(f"made from {artifact['sourceName']}, now in {target.unit}")
    recorded: dict[str, str] = artifact["sourceHashes"]
    if (tree.packages / "@openzeppelin").exists():
        current = hashes(tree.closure([target.unit]))
    else:
        own = [unit for unit in recorded if not unit.startswith("@")]
        current = hashes({unit: tree.read(unit) for unit in own if (tree.root / unit).exists()})
        recorded = {unit: recorded[unit] for unit in own}
    problems += [f"{unit} has changed" for unit in sorted({unit for unit, _ in recorded.items() ^ current.items()})]
    return problems


def _immutables(
    compiled: Compiled, references: Mapping[str, Sequence[Mapping[str, int]]]
) -> dict[str, list[list[int]]]:
    return {
        compiled.immutables[key]: [[place["start"], place["length"]] for place in places]
        for key, places in references.items()
    }
