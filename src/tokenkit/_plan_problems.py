"""What is wrong with a plan, in the plan's own words: lines, keys, remedies."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args

from tokenkit._plan_base import Section
from tokenkit._plan_values import Issue
from tokenkit._toml_lines import KeyPath, index_lines, line_of
from tokenkit.errors import Problem

if TYPE_CHECKING:
    import tomllib
    from collections.abc import Mapping

    from pydantic import ValidationError
    from pydantic.fields import FieldInfo

_FINDINGS = {
    "bool_type": "is neither true nor false",
    "dict_type": "is not a table",
    "greater_than_equal": "is below {ge}",
    "int_type": "is not a whole number",
    "less_than_equal": "is above {le}",
    "model_type": "is not a table",
    "string_pattern_mismatch": "cannot be used here",
    "string_too_long": "is longer than {max_length} signs",
    "string_type": "is not text in quotes",
    "too_long": "has more than {max_length} entries",
    "too_short": "has fewer than {min_length} entries",
    "tuple_type": "is not a list",
}
"""What is wrong with a value of a built-in type, by pydantic's name for it."""


def problems_of(error: ValidationError, text: str, whole: type[Section]) -> list[Problem]:
    """Say everything that *error* found wrong with the *text* of a plan; *whole* is the section that is the whole plan."""
    lines = index_lines(text)
    return [problem for one in _independent(error) for problem in _problems(one, lines, whole)]


def syntax_problem(error: tomllib.TOMLDecodeError, text: str) -> Problem:
    message, _, place = str(error).partition(" (at ")
    found = re.match(r"line (\d+)", place)
    line = int(found[1]) if found else text.count("\n") + 1
    return Problem(
        line=line,
        key="",
        message=f"Not valid TOML: {message.lower()}.",
        remedy="Correct the line; text stands in quotes, and each key once.",
    )


def _independent(error: ValidationError) -> list[Mapping[str, Any]]:
    """Leave out what follows from the rest: a list is not too short for having lost the entries that are refused themselves."""
    found = error.errors(include_url=False)
    return [
        one
        for one in found
        if one["type"] != "too_short"
        or not any(other["loc"][: len(one["loc"])] == one["loc"] for other in found if other is not one)
    ]


def _problems(error: Mapping[str, Any], lines: dict[KeyPath, int], whole: type[Section]) -> list[Problem]:
    path: KeyPath = tuple(part for part in error["loc"] if part != "[key]")
    if error["type"] == "refused":
        issues: tuple[Issue, ...] = error["ctx"]["issues"]
    else:
        issues = (Issue((), *_explained(error, path, whole)),)
    return [
        Problem(
            line=line_of(lines, (*path, *one.at)),
            key=_written((*path, *one.at)),
            message=one.message,
            remedy=one.remedy,
        )
        for one in issues
    ]


def _explained(error: Mapping[str, Any], path: KeyPath, whole: type[Section]) -> tuple[str, str]:
    """Say in the plan's words what pydantic found at *path*, and what to do."""
    field, siblings = _field_at(path, whole)
    remedy = (field.description if field else None) or "Correct it."
    if error["type"] == "extra_forbidden":
        near = get_close_matches(str(path[-1]), siblings, n=1)
        known = f"The keys here are {', '.join(siblings)}." if siblings else ""
        return "There is no such key.", f"Did you mean {near[0]!r}?" if near else known
    if error["type"] == "missing":
        return "It is missing.", remedy
    return f"{_shown(error['input'])} {_FINDINGS[error['type']].format_map(error.get('ctx', {}))}.", remedy


def _field_at(path: KeyPath, whole: type[Section]) -> tuple[FieldInfo | None, list[str]]:
    """Find the innermost field on *path*, and the keys of the table that *path* ends in."""
    section: type[Section] | None = whole
    field: FieldInfo | None = None
    siblings: list[str] = []
    for name in (part for part in path if isinstance(part, str)):
        fields = {one.alias or key: one for key, one in section.model_fields.items()} if section else {}
        siblings = list(fields)
        if name not in fields:
            break
        field = fields[name]
        section = _section_in(field.annotation)
    return field, siblings


def _section_in(annotation: Any) -> type[Section] | None:  # noqa: ANN401 - a type, as people write them
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next((found for part in get_args(annotation) if (found := _section_in(part))), None)


def _written(path: KeyPath) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | tuple):
        return "A table" if isinstance(value, dict) else "The list"
    return repr(value) if isinstance(value, str) else str(value)
