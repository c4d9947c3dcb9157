"""The project around the code: versions agree, the lock locks, nothing points at anybody's machine."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import flowsim
from tests.architecture.source import PACKAGE, ROOT

pytestmark = pytest.mark.architecture

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".json", ".csv", ".txt", ".cff", ".lock", ".cfg", ".rst", ""}
MADE = {".git", ".venv", "build", "dist", "runs", "_build", "__pycache__"}
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")


def normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def files() -> list[Path]:
    """The text files of the project, without what can be made again."""
    found = []
    for top in sorted(ROOT.iterdir()):
        if top.name in MADE or top.name.endswith("_cache") or top.name == ".hypothesis":
            continue
        inside = [top] if top.is_file() else sorted(p for p in top.rglob("*") if p.is_file())
        found += [p for p in inside if p.suffix in TEXT and not MADE & set(p.relative_to(ROOT).parts)]
    return found


def test_the_versions_agree():
    version = PROJECT["project"]["version"]
    assert flowsim.__version__ == version
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert version in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_lock_pins_everything_that_is_declared():
    locked = {normal(NAME.match(line)[1]) for line in LOCK.splitlines() if NAME.match(line)}
    extras = PROJECT["project"]["optional-dependencies"]
    declared = [*PROJECT["project"]["dependencies"], *extras["dev"], *extras["docs"], *extras["report"]]
    assert {normal(NAME.match(line)[1]) for line in declared} <= locked


def test_every_line_of_the_lock_has_a_version_and_hashes_and_no_address():
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n", "", LOCK).strip())
    pinned = re.compile(r"[\w.-]+==\S+( ;[^\\]+)? \\\n\s+--hash=sha256:[0-9a-f]{64}")
    assert [entry for entry in entries if not pinned.match(entry)] == []
    assert not re.search(r"https?:|file:|git\+|--(?:extra-)?index-url|--find-links| @ ", LOCK)


def test_every_room_stands_in_the_order_of_imports():
    order = " ".join(PROJECT["tool"]["importlinter"]["contracts"][0]["layers"])
    rooms = {p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").is_file()}
    assert rooms - {"__init__", "__main__"} <= set(re.findall(r"\w+", order))


def test_every_ignored_rule_has_its_reason():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    ruff = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.pydocstyle]")]
    ruff = ruff[ruff.index("ignore = [") :]
    bare = [line for line in ruff.splitlines() if re.match(r'\s*"[A-Z]+\d*",', line) and "# " not in line]
    assert bare == []


def test_no_file_names_a_place_on_somebodys_machine():
    """A path that works on one desk only; write it relative to the project, or take it from the user."""
    tops = "home|root|Users|opt|mnt|srv|work|workspaces?"
    desk = re.compile(rf"(?<![\w./~*$}}-])/(?:{tops})/\w|\b[A-Z]:\\Users")
    named = []
    for path in files():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if desk.search(line) and path != Path(__file__).resolve():
                named.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert named == []


def test_changes_are_tagged():
    tag = re.compile(r"- (\[(NEW|FIX|CHANGE|BREAKING|RESULTS)\] ?)+\w")
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("- ") and not tag.match(line)] == []


def test_decisions_are_numbered_in_order_and_half_a_page_each():
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    assert [p.name for p in decisions if len(p.read_text(encoding="utf-8").split()) > 450] == []


@pytest.mark.parametrize("kept", ["README.md", "CONTRIBUTING.md", "LICENSE", "CITATION.cff", "SECURITY.md"])
def test_what_a_stranger_looks_for_is_there(kept):
    assert (ROOT / kept).read_text(encoding="utf-8").strip()
