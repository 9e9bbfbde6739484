"""Write docs/plan.md from the plan's own model, or check that it is current.

::

python scripts/plan_keys.py            write docs/plan.md
python scripts/plan_keys.py --check    fail if it is not what the model gives
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin

from _pages import write_or_check
from tokenkit._plan_base import Section
from tokenkit.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

PAGE = Path(__file__).resolve().parents[1] / "docs" / "plan.md"

INTRODUCTION = """\
# The plan: every key

Written by `scripts/plan_keys.py` from the model that reads plans. A plan is a TOML file; `deployments/plans/quillwater.toml` is one, with
comments. `tokenkit deploy PLAN --dry-run` checks one without a node and says everything that is wrong with it at once, with its line and the remedy.
A key without "needed" may be left out.

What can be deployed but is hardly meant shows there with a "!". One case is a `percent` below 100 in a class's `holding_cap`: a new class is empty, and its first holder would have
all of it, so nothing could ever be issued. Deploy without, issue to the first holders, then `tokenkit rules set holding-cap --percent`.
"""


def page() -> str:
    """Write the page."""
    return "\n".join([INTRODUCTION, "## At the top\n", *_table(Plan), *_nested(Plan, "")])


def _nested(model: type[Section], path: str) -> Iterator[str]:
    """Write the tables within a table; those of one kind, such as the offices, once."""
    kinds: dict[type[Section], list[tuple[str, bool]]] = {}
    for key, field in _fields(model):
        for inner in _inner(field.annotation):
            kinds.setdefault(inner, []).append((path + key, get_origin(field.annotation) is tuple))
    for inner, places in kinds.items():
        titles = [f"`[[{name}]]`" if is_list else f"`[{name}]`" for name, is_list in places]
        # What follows is for who reads the plan from Python.
        meaning = (inner.__doc__ or "").partition(";")[0].strip().removesuffix(".")
        yield f"## {', '.join(titles)}\n\n{meaning}.\n"
        yield from _table(inner)
        yield from _nested(inner, f"{places[0][0]}.")


def _table(model: type[Section]) -> Iterator[str]:
    yield "| key | | what to give |\n|---|---|---|"
    for key, field in _fields(model):
        yield f"| `{key}` | {'needed' if field.is_required() else ''} | {field.description or 'A table of its own, below.'} |"
    yield ""


def _fields(model: type[Section]) -> list[tuple[str, FieldInfo]]:
    return [(field.alias or name, field) for name, field in model.model_fields.items()]


def _inner(annotation: Any) -> Iterator[type[Section]]:  # noqa: ANN401 - whatever a field is annotated with
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for argument in get_args(annotation):
        yield from _inner(argument)


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; return the exit code."""
    return write_or_check(arguments, what=__doc__, path=PAGE, page=page)


if __name__ == "__main__":
    sys.exit(main())
