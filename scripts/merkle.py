"""Measure a Merkle tree of very many payments: its memory, and its speed beside hashing with ``eth_utils.keccak``.

::

python scripts/merkle.py                      a million payments, proofs written to a temporary file and read back
python scripts/merkle.py --payments 100000    fewer

Each measure is a process of its own, with CPU time and peak memory of that process alone. The same code builds the tree each time, with
another hash function below it, so the ratios say what the hash function is worth. ``eth_utils.keccak`` is measured as it comes (on
pycryptodome) and on safe-pysha3, which tokenkit gives it where the extra ``fast`` is installed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tokenkit.ledger import merkle, merkle_tree, proof_lines, read_proof, verify_proof
from tokenkit.types import Address

#: Peak memory that a million payments may take, and how many times faster than ``eth_utils.keccak`` the tree must be.
MEMORY_LIMIT, LEAST_RATIO = 1.5e9, 5
EVERY = 1009  # of the proofs in the file, how many are verified


def payments(count: int) -> list[tuple[Address, int]]:
    """Make up payments; a list, so that the time to make them is not that of the tree."""
    texts = ((index * 0x9E3779B97F4A7C15F39CC0605CEDC834).to_bytes(24, "big")[-20:].hex() for index in range(count))
    return [(Address(f"0x{text}"), index * 7919 % 10**18) for index, text in enumerate(texts)]


def measure(count: int, hashing: str) -> dict[str, object]:
    """Build the tree with one hash function; with tokenkit's own, write and verify the proofs as well."""
    if hashing != "tokenkit":
        from eth_utils.crypto import keccak  # noqa: PLC0415 - not in the process that is measured without it

        merkle._hashed = keccak  # noqa: SLF001 - the one thing that differs
    given = payments(count)
    started = time.process_time()
    tree = merkle_tree(given)
    measured: dict[str, object] = {"root": tree.root.hex(), "build": time.process_time() - started}
    measured["build_memory"] = _peak()
    if hashing == "tokenkit":
        started = time.process_time()
        with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
            file.writelines(proof_lines(tree))
            measured |= {"write": time.process_time() - started, "bytes": file.tell(), "memory": _peak()}
            file.seek(0)
            proofs = [read_proof(line) for number, line in enumerate(file) if number % EVERY == 0]
        measured["verified"] = sum(verify_proof(tree.root, leaf, proof) for leaf, proof in proofs)
        measured["read"] = len(proofs)
    return measured


def main() -> int:
    """Run the measures and print their ratios; fail when a bound is not kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--payments", type=int, default=1_000_000)
    parser.add_argument("--measure", choices=["tokenkit", "eth_utils"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.payments, arguments.measure)))
        return 0

    own = _child(arguments.payments, "tokenkit", None)
    stock = _child(arguments.payments, "eth_utils", "pycryptodome")
    swift = _child(arguments.payments, "eth_utils", "pysha3")
    if not own["root"] == stock["root"] == swift["root"]:
        print("The roots differ.")
        return 1
    ratio = float(stock["build"]) / float(own["build"])
    print(f"payments                                     {arguments.payments:>12,}")
    print(f"tree, against eth_utils.keccak as it comes   {ratio:>12.1f} x as fast")
    print(
        f"tree, against eth_utils.keccak on pysha3     {float(swift['build']) / float(own['build']):>12.1f} x as fast"
    )
    print(f"proofs written, against building the tree    {float(own['write']) / float(own['build']):>12.1f} x the time")
    print(f"peak memory, tree built                      {float(own['build_memory']) / 1e6:>12,.0f} MB")
    print(f"peak memory, proofs written as well          {float(own['memory']) / 1e6:>12,.0f} MB")
    print(f"file of proofs                               {float(own['bytes']) / 1e6:>12,.0f} MB")
    print(f"proofs read back and verified                {own['verified']:>12,} of {own['read']:,}")
    kept = ratio >= LEAST_RATIO and float(own["memory"]) < MEMORY_LIMIT and own["verified"] == own["read"]
    print(
        "kept"
        if kept
        else f"NOT KEPT: at least {LEAST_RATIO} x as fast, below {MEMORY_LIMIT / 1e6:,.0f} MB, every proof verified"
    )
    return 0 if kept else 1


def _child(count: int, hashing: str, backend: str | None) -> dict[str, float]:
    command = [sys.executable, str(Path(__file__).resolve()), "--payments", str(count), "--measure", hashing]
    environment = {**os.environ, **({"ETH_HASH_BACKEND": backend} if backend else {})}
    answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    measured: dict[str, float] = json.loads(answer.stdout)
    return measured


def _peak() -> int:
    """Return the most memory this process has had, in bytes (Linux counts in KiB, macOS in bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    sys.exit(main())
