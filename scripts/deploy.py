"""Deploy a plan, or go on with a deployment that broke off: reads a plan, writes a record.

::

python scripts/deploy.py PLAN.toml --rpc URL --record RECORD.toml --keystore FILE
python scripts/deploy.py PLAN.toml --rpc URL --record RECORD.toml               (the key is in TOKENKIT_PRIVATE_KEY)

The password of a keystore is read from TOKENKIT_PASSWORD, or asked for. Keys and passwords are never taken from the command line.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tokenkit.chain import KeystoreSigner, LocalSigner, RpcChain
from tokenkit.deploy import Progress, deploy
from tokenkit.errors import TokenkitError
from tokenkit.plan import Plan

if TYPE_CHECKING:
    from tokenkit.chain import Signer

PASSWORD = "TOKENKIT_PASSWORD"  # noqa: S105 - the name of a variable


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; return the exit code."""
    options = _options(arguments)
    try:
        chain = RpcChain(options.rpc, confirmations=options.confirmations)
        record = deploy(Plan.read(options.plan), chain, _signer(options), record_path=options.record, progress=_say)
    except TokenkitError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Complete: {len(record.contracts)} contracts on chain {record.chain.id}. The record is {options.record}.")
    return 0


def _say(step: Progress) -> None:
    print(f"[{step.position}/{step.total}] {step.name}{' (done before)' if step.done_before else ''}", flush=True)


def _signer(options: argparse.Namespace) -> Signer:
    if options.keystore is None:
        return LocalSigner.from_environment()
    return KeystoreSigner(options.keystore, password=lambda: os.environ.get(PASSWORD) or getpass.getpass("Password: "))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", type=Path, help="the plan, a TOML file")
    parser.add_argument("--rpc", required=True, metavar="URL", help="the JSON-RPC URL of a node")
    parser.add_argument("--record", required=True, type=Path, help="the record to write, or to go on with")
    parser.add_argument("--keystore", type=Path, help="a keystore file (Web3 Secret Storage 3) of who deploys")
    parser.add_argument(
        "--confirmations", type=int, default=1, help="blocks after which a transaction counts (default: 1)"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
