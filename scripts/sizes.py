"""Print the size of every contract's code, and fail if one is too large to be deployed (EIP-170, EIP-3860)."""

from __future__ import annotations

import sys

from _toolchain.artifacts import read_all
from _toolchain.settings import CODE_LIMIT, INIT_CODE_LIMIT, REPOSITORY


def main() -> int:
    """Print one line a contract; return 1 if a limit is broken."""
    too_large = []
    print(f"{'contract':<20} {'code':>8} {'left':>8} {'init code':>10}")
    for name, artifact in read_all(REPOSITORY / "src" / "tokenkit" / "artifacts").items():
        code, init_code = (_bytes(artifact[key]) for key in ("deployedBytecode", "bytecode"))
        if init_code:
            print(f"{name:<20} {code:>8,} {CODE_LIMIT - code:>8,} {init_code:>10,}")
        if code >= CODE_LIMIT or init_code > INIT_CODE_LIMIT:
            too_large.append(name)
    if too_large:
        print(f"Too large to be deployed: {', '.join(too_large)}", file=sys.stderr)
    return 1 if too_large else 0


def _bytes(code: str) -> int:
    return (len(code) - len("0x")) // 2


if __name__ == "__main__":
    sys.exit(main())
