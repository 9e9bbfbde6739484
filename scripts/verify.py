"""Verify a suite: reads a record, compares it with the chain, writes a report.

::

python scripts/verify.py RECORD.toml --rpc URL [--report FILE]

Exit codes: 0 the chain is as the record says, 2 it is not, 1 it could not be looked at.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tokenkit.chain import RpcChain
from tokenkit.errors import TokenkitError
from tokenkit.record import Record
from tokenkit.verify import verify

if TYPE_CHECKING:
    from tokenkit.verify import Verification


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; return the exit code."""
    options = _options(arguments)
    try:
        result = verify(Record.read(options.record), RpcChain(options.rpc))
    except TokenkitError as error:
        print(error, file=sys.stderr)
        return 1
    report = _report(result)
    if options.report is not None:
        options.report.write_text(report, encoding="utf-8")
    print(report, end="")
    return 0 if result.ok else 2


def _report(result: Verification) -> str:
    lines = [f"Block {result.block}: {result.checked} checks, {len(result.differences)} differences."]
    lines += [f"difference  {one}" for one in result.differences]
    lines += [f"warning     {one}" for one in result.warnings]
    lines += [
        f"holds       {one.role}: {one.name or one.account}{f', acts wait {one.delay} seconds' if one.delay else ''}"
        for one in result.holders
    ]
    lines += [f"not seen    {one}" for one in result.unseen]
    return "\n".join(lines) + "\n"


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("record", type=Path, help="the record that the deployment wrote")
    parser.add_argument("--rpc", required=True, metavar="URL", help="the JSON-RPC URL of a node")
    parser.add_argument("--report", type=Path, help="a file for the report")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
