"""Run Slither over the contracts and hold its findings against the answers in docs/slither.json.

A finding without an answer fails, and so does an answer without a finding. A finding is known by its detector, contract and function, so
that an answer outlives a change of lines. ``"*"`` as function answers a detector for a whole contract, as contract for all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _toolchain import build, compilers
from _toolchain.errors import ToolchainError
from _toolchain.settings import REPOSITORY, SOLC_BUILD
from _toolchain.sources import SourceTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SLITHER = REPOSITORY / ".venv-slither" / "bin" / "slither"
ANSWERS = REPOSITORY / "docs" / "slither.json"

# Slither asks its "compiler" for these and reads neither, so no code is generated: seconds instead of minutes.
_NO_CODE = {"object": "", "linkReferences": {}, "sourceMap": ""}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What stays the same about a finding while lines move."""

    detector: str
    contract: str
    function: str

    def matches(self, answer: Finding) -> bool:
        """Whether *answer* is about this finding."""
        return (
            self.detector == answer.detector
            and answer.contract in ("*", self.contract)
            and answer.function in ("*", self.function)
        )


def main() -> int:
    """Report; return 1 if a finding lacks an answer or an answer a finding."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--verbose", action="store_true", help="print every finding in Slither's words, answered or not"
    )
    options = parser.parse_args()
    try:
        found = _findings()
        answers = _answers()
    except ToolchainError as error:
        print(error, file=sys.stderr)
        return 1

    open_ones = {one: words for one, (_, words) in found.items() if not any(one.matches(answer) for answer in answers)}
    stale = [answer for answer in answers if not any(one.matches(answer) for one in found)]
    for one, (_, words) in found.items() if options.verbose else ():
        print(f"{one.detector} | {one.contract} | {one.function}\n  {words}")
    for one, words in open_ones.items():
        print(f"NOT ANSWERED  {one.detector} | {one.contract} | {one.function}\n  {words}")
    for answer in stale:
        print(f"NO LONGER FOUND  {answer.detector} | {answer.contract} | {answer.function}: remove the answer")
    impacts = Counter(impact for impact, _ in found.values())
    counts = ", ".join(f"{count} {impact.lower()}" for impact, count in sorted(impacts.items())) or "none"
    print(
        f"slither: {len(found)} findings ({counts}), {len(found) - len(open_ones)} answered, {len(stale)} stale answers"
    )
    return 1 if open_ones or stale else 0


def _findings() -> dict[Finding, tuple[str, str]]:
    """Return the impact and Slither's words of each finding in our own contracts."""
    tree = SourceTree(root=REPOSITORY, packages=REPOSITORY / "node_modules")
    closure = tree.closure(tree.units("contracts"))
    with tempfile.TemporaryDirectory(prefix="tokenkit-slither-") as folder:
        report = _run(Path(folder), closure)
    if not report["success"]:
        raise ToolchainError(f"Slither failed: {report['error']}")
    found: dict[Finding, tuple[str, str]] = {}
    for result in report["results"].get("detectors", []):
        words = " ".join(str(result["description"]).split())
        found.setdefault(_key(result), (result["impact"], words))
    return dict(sorted(found.items()))


def _run(folder: Path, closure: Mapping[str, str]) -> dict[str, Any]:
    """Run Slither in *folder*, where it finds the sources, the compiler's input, and a "compiler" that knows the answer."""
    for unit, text in closure.items():
        place = folder / unit
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    request = build.standard_json(closure, {"*": {"": ["ast"], "*": ["abi", "devdoc", "userdoc"]}})
    (folder / "input.json").write_text(json.dumps(request), encoding="utf-8")
    (folder / "output.json").write_text(json.dumps(_without_code(compilers.find().compile(request))), encoding="utf-8")
    solc = folder / "solc"
    solc.write_text(
        f'#!/bin/sh\ncase "$*" in *--version*) echo "Version: {SOLC_BUILD}.Linux.g++";; '
        f"*) cat > /dev/null; cat '{folder}/output.json';; esac\n",
        encoding="utf-8",
    )
    solc.chmod(0o755)

    arguments: list[str | Path] = [
        SLITHER,
        "input.json",
        "--compile-force-framework",
        "solc-json",
        "--solc",
        solc,
        "--json",
        "report.json",
    ]
    arguments += ["--filter-paths", "@openzeppelin", "--fail-none"]
    environment = {**os.environ, "PATH": f"{SLITHER.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    try:
        return dict(json.loads((folder / "report.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ToolchainError(f"Slither wrote no report:\n{done.stderr[-4000:]}") from None


def _without_code(output: dict[str, Any]) -> dict[str, Any]:
    for declared in output["contracts"].values():
        for contract in declared.values():
            contract["evm"] = {"bytecode": _NO_CODE, "deployedBytecode": _NO_CODE, "methodIdentifiers": {}}
    return output


def _key(result: Mapping[str, Any]) -> Finding:
    """Name the first function, variable or contract that a finding is about."""
    detector = str(result["check"])
    for element in result["elements"]:
        chain = list(_enclosing(element))
        contracts = [one["name"] for one in chain if one["type"] == "contract"]
        members = [_member(one) for one in chain if one["type"] not in ("contract", "node")]
        if contracts or members:
            return Finding(detector, contracts[-1] if contracts else "-", members[-1] if members else "-")
    return Finding(detector, "-", "-")


def _enclosing(element: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    yield element
    parent = element.get("type_specific_fields", {}).get("parent")
    if parent:
        yield from _enclosing(parent)


def _member(element: Mapping[str, Any]) -> str:
    return str(element.get("type_specific_fields", {}).get("signature", element["name"]))


def _answers() -> dict[Finding, str]:
    """Read the answers: a list of objects with detector, contract, function and reason.

    Raises:
        ToolchainError: an answer gives no reason, or is given twice.
    """
    answers: dict[Finding, str] = {}
    for entry in json.loads(ANSWERS.read_text(encoding="utf-8")):
        key = Finding(entry["detector"], entry["contract"], entry["function"])
        if key in answers or len(entry["reason"].split()) < 3:
            raise ToolchainError(f"docs/slither.json: {key} is answered twice, or without a reason.")
        answers[key] = entry["reason"]
    return answers


if __name__ == "__main__":
    sys.exit(main())
