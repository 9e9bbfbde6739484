"""Properties stand in three places, which say the same: the contracts, docs/properties.md and the names of tests. Each has a seeded fault."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PATCHES = sorted((REPOSITORY / "tests" / "mutants").glob("*.patch"))
DOCUMENT = REPOSITORY / "docs" / "properties.md"

_INVARIANT = re.compile(r"@custom:invariant ([A-Z]+-\d+) ((?:.|\n\s*/// (?!@))+)")
_ROW = re.compile(r"^\| ([A-Z]+-\d+) \| (.+?) \| `(.+?)` \|", re.MULTILINE)
_TEST = re.compile(r"^def (test_\w+)", re.MULTILINE)
_IN_NAME = re.compile(r"(?<=_)([A-Z]+)_(\d+)(?=_)")
_FAULT = re.compile(r"`([A-Z]+-\d+-[a-z0-9-]+)`")


def stated() -> dict[str, tuple[str, str]]:
    """Find each property's sentence and the contract that states it."""
    found = [
        (identifier, re.sub(r"\s*\n\s*/// ", " ", sentence).strip(), str(path.relative_to(REPOSITORY / "contracts")))
        for path in sorted((REPOSITORY / "contracts").rglob("*.sol"))
        for identifier, sentence in _INVARIANT.findall(path.read_text(encoding="utf-8"))
    ]
    twice = [identifier for identifier, count in Counter(identifier for identifier, *_ in found).items() if count > 1]
    assert not twice, f"stated twice: {twice}"
    return {identifier: (sentence, place) for identifier, sentence, place in found}


def documented() -> dict[str, tuple[str, str]]:
    rows = _ROW.findall(DOCUMENT.read_text(encoding="utf-8"))
    return {identifier: (sentence, place) for identifier, sentence, place in rows}


def carried() -> set[str]:
    """Find the properties in names of tests; other capitals with numbers are no property's."""
    families = {identifier.split("-")[0] for identifier in stated()}
    names = [
        name
        for path in (REPOSITORY / "tests").rglob("test_*.py")
        for name in _TEST.findall(path.read_text(encoding="utf-8"))
    ]
    return {f"{family}-{number}" for name in names for family, number in _IN_NAME.findall(name) if family in families}


def test_properties__contracts_and_document__say_the_same() -> None:
    assert documented() == stated()


def test_properties__contracts_and_names_of_tests__are_the_same_list() -> None:
    assert carried() == set(stated())


def test_properties__seeded_faults__one_for_each_at_least() -> None:
    assert {"-".join(patch.stem.split("-")[:2]) for patch in PATCHES} == set(stated())


def test_properties__seeded_faults__all_in_the_document() -> None:
    listed = _FAULT.findall(DOCUMENT.read_text(encoding="utf-8"))
    assert sorted(set(listed)) == [patch.stem for patch in PATCHES]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_seeded_fault__contracts_as_they_are__applies(patch: Path) -> None:
    done = subprocess.run(
        ["git", "apply", "--check", str(patch)], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"Make the patch anew, against what the contracts are now:\n{done.stderr}"
