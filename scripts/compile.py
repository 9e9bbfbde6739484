"""Compile the contracts into the artifacts that tokenkit carries, or check that the artifacts are current.

::

python scripts/compile.py                        contracts/ → src/tokenkit/artifacts/*.json and src/tokenkit/reverts.py,
                                                 tests/contracts/mocks/ → tests/artifacts/*.json
python scripts/compile.py --tests                the mocks only
python scripts/compile.py --check                compare source hashes; needs no compiler
python scripts/compile.py --check --recompile    compile again and compare every byte
python scripts/compile.py --root DIR --out DIR [--only NAME,…]    the contracts of another tree (mutation tests)
python scripts/compile.py --standard-json NAME   print the compiler's input, as explorers ask for it
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from _toolchain import artifacts, build, compilers, reverts
from _toolchain.errors import ToolchainError
from _toolchain.settings import REPOSITORY
from _toolchain.sources import SourceTree

CONTRACTS = ("contracts", REPOSITORY / "src" / "tokenkit" / "artifacts")
MOCKS = ("tests/contracts/mocks", REPOSITORY / "tests" / "artifacts")
REVERTS = REPOSITORY / "src" / "tokenkit" / "reverts.py"


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; return the exit code."""
    options = _options(arguments)
    started = time.monotonic()
    try:
        if options.standard_json:
            _print_input(_tree(options.root), options.standard_json)
            return 0
        done = _check(options) if options.check else _compile(options)
    except ToolchainError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{done} ({time.monotonic() - started:.1f} s)")
    return 0


def _compile(options: argparse.Namespace) -> str:
    sets = _sets(options)
    changed: list[str] = []
    for folder, out in sets:
        made = _make(options, folder)
        changed += artifacts.write_all(out, made, prune=not options.only)
        if out == CONTRACTS[1]:
            text = reverts.generate(artifacts.read_all(out))
            if not REVERTS.exists() or REVERTS.read_text(encoding="utf-8") != text:
                REVERTS.write_text(text, encoding="utf-8")
                changed.append("reverts.py")
    return f"Written: {', '.join(changed)}" if changed else "Nothing has changed"


def _check(options: argparse.Namespace) -> str:
    tree = _tree(options.root)
    problems: list[str] = []
    for folder, out in _sets(options):
        present = artifacts.read_all(out)
        problems += artifacts.stale(tree, folder, present)
        if options.recompile and not problems:
            problems += _changed_bytes(out, _make(options, folder))
        if out == CONTRACTS[1] and not problems and reverts.generate(present) != REVERTS.read_text(encoding="utf-8"):
            problems.append("reverts.py is not what the artifacts give")
    if problems:
        raise ToolchainError(
            "The artifacts are not current. Run `make compile`.\n" + "\n".join(f"  - {one}" for one in problems)
        )
    return "Artifacts are current" + (", byte for byte" if options.recompile else "")


def _make(options: argparse.Namespace, folder: str) -> dict[str, str]:
    tree = _tree(options.root)
    targets = build.targets_of(tree, folder, options.only)
    builder = build.Builder(tree=tree, solc=options.solc, use_cache=not (options.recompile or options.no_cache))
    compiled, notices = builder.build(targets, faces=() if options.only else tree.units(folder))
    return {one.declaration.name: artifacts.render(artifacts.make(one, notices)) for one in compiled}


def _changed_bytes(out: Path, made: dict[str, str]) -> list[str]:
    return [
        f"{name}: compiling gives something else"
        for name, text in made.items()
        if (out / f"{name}.json").read_text(encoding="utf-8") != text
    ]


def _sets(options: argparse.Namespace) -> list[tuple[str, Path]]:
    if options.out:
        return [(MOCKS[0] if options.tests else CONTRACTS[0], options.out)]
    if options.only or options.tests:
        return [MOCKS if options.tests else CONTRACTS]
    return [CONTRACTS, MOCKS]


def _tree(root: Path) -> SourceTree:
    own = root / "node_modules"
    return SourceTree(root=root, packages=own if own.exists() else REPOSITORY / "node_modules")


def _print_input(tree: SourceTree, name: str) -> None:
    (target,) = build.targets_of(tree, CONTRACTS[0], [name])
    print(
        build.canonical(
            build.standard_json(tree.closure([target.unit]), {"*": {"*": ["abi", "evm.bytecode.object", "metadata"]}})
        )
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if the artifacts are not current")
    parser.add_argument("--recompile", action="store_true", help="with --check: compile again and compare every byte")
    parser.add_argument("--tests", action="store_true", help="the test contracts only")
    parser.add_argument(
        "--root", type=Path, default=REPOSITORY, help="the tree that has contracts/ (default: this repository)"
    )
    parser.add_argument("--out", type=Path, help="where artifacts go (needed with --root)")
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=[], metavar="NAME,…", help="these contracts only"
    )
    parser.add_argument("--solc", metavar="PATH", help=f"a compiler (or set {compilers.SETTING})")
    parser.add_argument("--no-cache", action="store_true", help="compile even what has not changed")
    parser.add_argument("--standard-json", metavar="NAME", help="print the compiler's input for a contract")
    options = parser.parse_args(arguments)
    if options.root != REPOSITORY and not (options.out or options.standard_json):
        parser.error("--root needs --out, so that another tree's artifacts never replace ours")
    options.root = options.root.resolve()
    return options


if __name__ == "__main__":
    sys.exit(main())
