"""What holds for every test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import coverage
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Tests of the contracts spend their time inside the embedded chain, which tracing makes two and a half times as slow; what they say about
#: src/ the tests of the client say as well. Their fixtures (deployment) are measured.
UNMEASURED = tuple(Path(__file__).parent / name for name in ("contracts", "stateful", "differential"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Pause the measurement of coverage during the tests above."""
    running = coverage.Coverage.current()
    if running is None or not any(item.path.is_relative_to(folder) for folder in UNMEASURED):
        return (yield)
    running.stop()
    try:
        return (yield)
    finally:
        running.start()
