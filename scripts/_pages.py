"""Pages of documentation that are written from the code: write one, or check that it is current."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def write_or_check(arguments: Sequence[str] | None, *, what: str | None, path: Path, page: Callable[[], str]) -> int:
    """Write *path*, or with ``--check`` fail if it is not what *page* gives; *what* the script does is its help. Return the exit code."""
    parser = argparse.ArgumentParser(description=what, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if the page is not current")
    if not parser.parse_args(arguments).check:
        path.write_text(page(), encoding="utf-8")
        return 0
    if path.exists() and path.read_text(encoding="utf-8") == page():
        return 0
    script = Path(page.__code__.co_filename).name
    sys.stderr.write(f"docs/{path.name} is not current. Run `python scripts/{script}`.\n")
    return 1
