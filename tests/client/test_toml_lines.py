"""Lines of keys in TOML texts."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tokenkit._toml_lines import index_lines, line_of

TEXT = """\
# a comment
a = 1
"b c".d = [1,
  2, # x ]
  { k = "v, ]", 'm' = [3] },
]
[t.u]
s = \"\"\"
multi ] =
\"\"\"
x = 2030-01-01 00:00:00Z
[[cl]]
n = 'a'
  [[cl.g]]
  q = 1
  [[cl.g]]
  q = 2
  [cl.sub]
  z = { y = 1 }
[[cl]]
n = "b\\" ="
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 2),
        (("b c", "d", 1), 4),
        (("b c", "d", 2, "m", 0), 5),
        (("t", "u", "s"), 8),
        (("t", "u", "x"), 11),
        (("cl", 0, "g", 1, "q"), 17),
        (("cl", 0, "sub", "z", "y"), 19),
        (("cl", 1, "n"), 21),
    ],
)
def test_index_lines__nested_key__is_found_at_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert index_lines(TEXT)[path] == line


def test_line_of__missing_key__is_the_line_of_the_table_around_it() -> None:
    lines = index_lines(TEXT)
    assert line_of(lines, ("cl", 0, "sub", "nothing")) == 18
    assert line_of(lines, ("nothing",)) == 1


@pytest.mark.parametrize("path", [Path("pyproject.toml"), Path("deployments/plans/quillwater.toml")], ids=str)
def test_index_lines__every_key_of_a_real_file__has_a_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = index_lines(text)

    def walk(value: object, at: tuple[str | int, ...]) -> None:
        assert at == () or at in lines
        entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, entry in entries:
            walk(entry, (*at, key))

    walk(tomllib.loads(text), ())
