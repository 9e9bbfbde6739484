"""Seed each fault, and see that the tests of the property it breaks find it.

::

python tests/mutants/run.py                      every patch in this folder
python tests/mutants/run.py TOK-1 PAY-2-asset    those whose names begin so
python tests/mutants/run.py --tests tests/stateful TOK

A patch is named by the property and the fault: ``TOK-1-redemption-leaves-the-supply.patch``. It is applied to a copy of the contracts, what it
touches is compiled, and the tests whose names carry the property run against it (``tests/mutants/plugin.py``). They must fail. Compiling takes
most of the time: half a minute a contract.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PATCHES = Path(__file__).parent
CARRIED = REPOSITORY / "src" / "tokenkit" / "artifacts"
NAME = re.compile(r"(?P<property>[A-Z]+-\d+)-(?P<fault>[a-z0-9-]+)")
TESTS_FAILED = 1  # pytest's exit code; others mean that nothing ran


class NotBuilt(Exception):
    """A patch does not apply, or what it makes does not compile."""


def main() -> int:
    """Run the faults asked for; return how many were not caught."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="the beginnings of names; none: all")
    parser.add_argument(
        "--tests", nargs="+", default=["tests/contracts", "tests/stateful", "tests/interop"], help="where to look"
    )
    options = parser.parse_args()
    missed = 0
    for patch in sorted(PATCHES.glob("*.patch")):
        if options.names and not patch.stem.startswith(tuple(options.names)):
            continue
        started = time.monotonic()
        try:
            caught, by = attempt(patch, options.tests)
        except NotBuilt as error:
            caught, by = False, str(error)
        missed += not caught
        verdict, took = "caught" if caught else "MISSED", time.monotonic() - started
        sys.stdout.write(f"{verdict}  {patch.stem}  {by}  ({took:.0f} s)\n")
        sys.stdout.flush()
    return missed


def attempt(patch: Path, tests: list[str]) -> tuple[bool, str]:
    """Seed one fault; say whether it was caught, and by which test."""
    named = NAME.fullmatch(patch.stem)
    if named is None:
        raise SystemExit(f"{patch.name} is not named by a property and a fault.")
    with tempfile.TemporaryDirectory(prefix="tokenkit-mutant-") as folder:
        tree, out = Path(folder) / "tree", Path(folder) / "artifacts"
        shutil.copytree(REPOSITORY / "contracts", tree / "contracts")
        _run(["git", "apply", "--whitespace=nowarn", str(patch)], cwd=tree)
        touched = re.findall(r"^\+\+\+ b/(\S+)", patch.read_text(encoding="utf-8"), re.MULTILINE)
        compile_ = [sys.executable, str(REPOSITORY / "scripts" / "compile.py"), "--root", str(tree), "--out", str(out)]
        _run([*compile_, "--only", ",".join(affected(touched))], cwd=REPOSITORY)
        return _caught(named["property"], out, tests)


def affected(sources: list[str]) -> list[str]:
    """Name the contracts that are made of any of these *sources*."""
    found = [
        path.stem
        for path in sorted(CARRIED.glob("*.json"))
        if set(json.loads(path.read_text(encoding="utf-8"))["sourceHashes"]) & set(sources)
        and json.loads(path.read_text(encoding="utf-8"))["bytecode"] not in ("", "0x")
    ]
    if not found:
        raise SystemExit(f"No contract is made of {sources}.")
    return found


def _caught(identifier: str, artifacts: Path, tests: list[str]) -> tuple[bool, str]:
    selection = ["-k", identifier.replace("-", "_"), *tests]
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "tests.mutants.plugin", "--tb=line"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--artifacts", str(artifacts), *selection],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "TOKENKIT_PROPERTIES": "fault"},
        capture_output=True,
        text=True,
        check=False,
    )
    if " is broken: " in done.stdout and f"{identifier} is broken: " not in done.stdout:
        return False, "another property broke first"
    failed = re.findall(r"^FAILED \S+::(\S+)", done.stdout, re.MULTILINE)
    if done.returncode == TESTS_FAILED and failed:
        return True, failed[0].split("[", maxsplit=1)[0]
    return (
        False,
        "no test failed" if done.returncode == 0 else f"pytest ended with {done.returncode}: {done.stdout[-300:]}",
    )


def _run(command: list[str], *, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotBuilt(f"{' '.join(command[:3])} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
