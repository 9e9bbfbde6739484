"""Solidity source units: reading them with all they import, and finding the contracts they declare."""

from __future__ import annotations

import hashlib
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from _toolchain.errors import ToolchainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_COMMENT_OR_STRING = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
_IMPORT = re.compile(r"^\s*import\s+(?:[^;\"']*?\bfrom\s+)?[\"']([^\"']+)[\"'][^;]*;", re.MULTILINE)
_DECLARATION = re.compile(r"^\s*(abstract\s+)?(contract|interface|library)\s+(\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A contract, interface or library that a source unit declares."""

    unit: str
    name: str
    kind: str

    @property
    def deployable(self) -> bool:
        """Whether it has code of its own to deploy (our libraries are internal, so they have none)."""
        return self.kind == "contract"

    @property
    def qualified(self) -> str:
        """The name as solc writes it: ``unit:name``."""
        return f"{self.unit}:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTree:
    """A directory with contracts, and where the packages they import are."""

    root: Path
    packages: Path

    def units(self, folder: str) -> tuple[str, ...]:
        """List the source units under *folder*, sorted."""
        return tuple(sorted(path.relative_to(self.root).as_posix() for path in (self.root / folder).rglob("*.sol")))

    def read(self, unit: str) -> str:
        """Return the text of *unit*.

        Raises:
            ToolchainError: there is no such file.
        """
        base = self.packages if unit.startswith("@") else self.root
        try:
            return (base / unit).read_text(encoding="utf-8")
        except FileNotFoundError:
            remedy = " Run `make node` first." if unit.startswith("@") else ""
            raise ToolchainError(f"{unit} is imported but is not there.{remedy}") from None

    def closure(self, units: Iterable[str]) -> dict[str, str]:
        """Return *units* and everything they import, by name in ascending order."""
        found: dict[str, str] = {}
        waiting = list(units)
        while waiting:
            unit = waiting.pop()
            if unit not in found:
                found[unit] = self.read(unit)
                waiting.extend(imports(unit, found[unit]))
        return dict(sorted(found.items()))

    def declarations(self, folder: str) -> tuple[Declaration, ...]:
        """List what the units under *folder* declare.

        Raises:
            ToolchainError: two contracts share a name, so one artifact would hide the other.
        """
        declared = tuple(found for unit in self.units(folder) for found in declarations(unit, self.read(unit)))
        names: dict[str, Declaration] = {}
        for found in declared:
            if found.name in names:
                raise ToolchainError(
                    f"{found.name} is declared in {names[found.name].unit} and in {found.unit}. Rename one."
                )
            names[found.name] = found
        return declared


def imports(unit: str, text: str) -> Iterator[str]:
    """Yield the names of the units that *unit* imports."""
    for path in _IMPORT.findall(_without_comments(text)):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(unit), path)) if path.startswith(".") else path


def declarations(unit: str, text: str) -> Iterator[Declaration]:
    """Yield the contracts, interfaces and libraries that *unit* declares."""
    for abstract, kind, name in _DECLARATION.findall(_without_comments(text)):
        yield Declaration(unit=unit, name=name, kind=f"abstract {kind}" if abstract else kind)


def hashes(sources: Mapping[str, str]) -> dict[str, str]:
    """Return the sha256 of each source unit."""
    return {unit: hashlib.sha256(text.encode()).hexdigest() for unit, text in sorted(sources.items())}


def _without_comments(text: str) -> str:
    return _COMMENT_OR_STRING.sub(lambda found: found[0] if found[0][0] in "\"'" else " ", text)
