"""What the README shows must run as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

    from tokenkit.suite import Suite
    from tokenkit.testing import People

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


def test_readme__python_example__runs_and_explains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example, _ = EXAMPLES
    (tmp_path / "deployments").symlink_to(ROOT / "deployments")
    monkeypatch.chdir(tmp_path)

    for _ in range(2):  # whoever tries it once tries it again
        exec(compile(example, "README.md", "exec"), {})
        assert "holds 900 units, less than the 5,000 asked for" in capsys.readouterr().out


def test_readme__pytest_example__passes(suite: Suite, people: People) -> None:
    _, example = EXAMPLES
    names: dict[str, Any] = {}
    exec(compile(example, "README.md", "exec"), names)
    names["test_stranger__cannot_receive"](suite, people)


def test_readme__make_targets__exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"(?:^|`)make ([a-z]+)", README, flags=re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


def test_readme__links__lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
