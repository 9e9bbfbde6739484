"""Reading the files of an Open Cap Format package into objects, without judging what they say."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from tokenkit.ocf._fields import Fields, MalformedOcf
from tokenkit.ocf.schema import ITEM_PREFIXES, MANIFEST, MANIFEST_LISTS, MANIFEST_REQUIRED, REQUIRED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(r"[\[\]{}]")
_DEEPEST = 64  # objects of OCF nest six levels deep


@dataclass(frozen=True, slots=True, kw_only=True)
class OcfObject:
    """One object of a package, with its required fields in place."""

    object_type: str
    id: str
    fields: Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The objects of a package in the order of its files, the issuer first."""

    objects: tuple[OcfObject, ...]
    as_of: date | None
    notes: tuple[str, ...]
    """What a reader should know about the files: checksums that differ, files that the manifest leaves out."""


def read_package(directory: Path) -> Package:
    """Read the package in *directory*: the files that its manifest lists, or every JSON file where there is no manifest.

    Raises:
        MalformedOcf: a file is missing, is not JSON, has a wrong type, lacks a required field or repeats an id.
    """
    if not directory.is_dir():
        raise MalformedOcf(
            file=str(directory), path="", problem="there is no such directory", remedy="Give the directory of a package"
        )
    names = sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*.json"))
    # A manifest goes by its name, so that a broken file that it does not list cannot stand in the way.
    files = {name: _parse(directory / name, name) for name in [n for n in names if _is_manifest(n)] or names}
    manifests = [name for name, fields in files.items() if fields.data.get("file_type") == MANIFEST]
    if len(manifests) > 1:
        raise MalformedOcf(
            file=manifests[1],
            path="file_type",
            problem=f"this is a second manifest beside {manifests[0]}",
            remedy="Keep one manifest in a package",
        )
    if not manifests:
        if not files:
            raise MalformedOcf(
                file=str(directory), path="", problem="it holds no JSON file", remedy="Unpack the OCF package here"
            )
        objects = tuple(item for fields in files.values() for item in _items(fields, None))
        return Package(objects=_unique(objects), as_of=None, notes=("There is no manifest: every JSON file was read.",))
    return _read_listed(directory, files[manifests[0]], others={*names} - {manifests[0]})


def _read_listed(directory: Path, manifest: Fields, *, others: set[str]) -> Package:
    """Read the files that *manifest* lists, in its order; *others* are the JSON files beside it."""
    for name in MANIFEST_REQUIRED:
        manifest.value(name)
    objects = [_object(manifest.child("issuer"), ("ISSUER",))]
    notes: list[str] = []
    for name, file_type in MANIFEST_LISTS.items():
        for entry in manifest.children(name):
            path = _inside(directory, entry)
            others.discard(path.relative_to(directory.resolve()).as_posix())
            label = entry.text("filepath").removeprefix("./")
            objects.extend(_items(_parse(path, label), file_type))
            # Only a check against a slip: the format gives MD5, which proves nothing against intent.
            found = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
            if entry.has("md5") and entry.text("md5").lower() != found:
                notes.append(f"{label}: its MD5 is {found}, the manifest says {entry.text('md5')}.")
    notes += [f"{name}: the manifest does not list this file, so it was not read." for name in sorted(others)]
    return Package(objects=_unique(tuple(objects)), as_of=manifest.optional_day("as_of"), notes=tuple(notes))


def _is_manifest(name: str) -> bool:
    return "/" not in name and name.lower().startswith("manifest")


def _inside(directory: Path, entry: Fields) -> Path:
    path = (directory / entry.text("filepath")).resolve()
    if not path.is_relative_to(directory.resolve()):
        raise entry.malformed(
            "filepath", f"{entry.text('filepath')!r} leads out of the package", "Name a file inside the package"
        )
    if not path.is_file():
        raise entry.malformed(
            "filepath", f"there is no file {entry.text('filepath')!r}", "Add the file, or strike it from the manifest"
        )
    return path


def _parse(path: Path, label: str) -> Fields:
    """Read a JSON file that holds an object; a name given twice or a value that is not JSON is refused."""

    def refuse(problem: str, remedy: str = "Export the file again") -> NoReturn:
        raise MalformedOcf(file=label, path="", problem=problem, remedy=remedy)

    def without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) != len(pairs):
            names = [name for name, _ in pairs]
            refuse(f"the field {next(name for name in names if names.count(name) > 1)!r} is given twice in one object")
        return made

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse("this is not UTF-8 text", "Save the file as UTF-8")
    if _depth(text) > _DEEPEST:
        refuse(f"it nests more than {_DEEPEST} levels deep")
    try:
        data = json.loads(
            text,
            object_pairs_hook=without_repeats,
            parse_constant=lambda name: refuse(f"{name} is not a value of JSON"),
        )
    except json.JSONDecodeError as error:
        refuse(f"line {error.lineno}, column {error.colno} is not JSON ({error.msg})", "Correct that line")
    except MalformedOcf:
        raise
    except ValueError as error:  # an integer of thousands of digits
        refuse(f"this cannot be read ({error})")
    if not isinstance(data, dict):
        refuse("the file does not hold an object", 'Start it with {"file_type": …')
    return Fields(file=label, path="", data=data)


def _depth(text: str) -> int:
    """Return how deep lists and objects nest in a JSON *text*.

    The parser recurses in C: where a library has raised Python's recursion limit (py-evm does), a file that nests deep
    enough would end the process instead of raising an error.
    """
    depth = deepest = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _items(file: Fields, expected: str | None) -> Iterator[OcfObject]:
    """Yield the objects of a file of items, whose type must be *expected* where a manifest says so."""
    file_type = file.text("file_type")
    if file_type not in ITEM_PREFIXES or expected not in (None, file_type):
        known = expected or ", ".join(sorted(ITEM_PREFIXES))
        raise file.malformed("file_type", f"{file_type!r} is not expected here", f"The file must be of type {known}")
    for index, item in enumerate(file.items("items")):
        yield _object(file.wrap(f"items[{index}]", item), ITEM_PREFIXES[file_type])


def _object(fields: Fields, prefixes: tuple[str, ...]) -> OcfObject:
    """Check what every object has, and what the schema requires of its type."""
    object_type = fields.text("object_type")
    if not object_type.startswith(prefixes):
        raise fields.malformed(
            "object_type",
            f"{object_type!r} does not belong in this file",
            f"Items here are of type {' or '.join(prefix + '…' if prefix.endswith('_') else prefix for prefix in prefixes)}",
        )
    for name in REQUIRED.get(object_type, ()):
        fields.value(name)
    return OcfObject(object_type=object_type, id=fields.text("id"), fields=fields)


def _unique(objects: tuple[OcfObject, ...]) -> tuple[OcfObject, ...]:
    """Return *objects*, of which no two of one type share an id."""
    first: dict[tuple[str, str], OcfObject] = {}
    for each in objects:
        known = first.setdefault((each.object_type, each.id), each)
        if known is not each:
            raise each.fields.malformed(
                "id",
                f"{each.id!r} is already the id of the {each.object_type} at {known.fields.file}, {known.fields.path}",
                "Give every object of a type an id of its own",
            )
    return objects
