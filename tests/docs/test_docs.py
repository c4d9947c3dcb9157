"""What the documentation shows is what happens."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, deeds, fences, pages

TIME_LIMIT = 300  # seconds for one page
HAS_COMMANDS = (
    importlib.util.find_spec("flowsim.cli") is not None
)  # until it is there, its commands only stand


def to_do(page: Path) -> list[dict[str, object]]:
    return [deed for deed in deeds(page.read_text(encoding="utf-8")) if deed["do"] != "run" or HAS_COMMANDS]


def of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.golden
@pytest.mark.parametrize("page", pages(), ids=of)
def test_what_a_page_shows_is_what_happens(page, tmp_path):
    if not to_do(page):
        return
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
        "MPLBACKEND": "Agg",
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "docs" / "run_page.py"), of(page)],
        input=json.dumps(to_do(page)),
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}{done.stderr[-4000:]}"


@pytest.mark.golden
@pytest.mark.parametrize("page", pages(), ids=of)
def test_every_flowsim_command_on_a_page_is_run(page):
    unread = {"sh", "bash", "shell", "text", ""}
    shown = [fence.text for fence in fences(page.read_text(encoding="utf-8")) if fence.info in unread]
    lines = [line.lstrip("$ ") for text in shown for line in text.splitlines()]
    hidden = [line for line in lines if line.startswith("flowsim ")]
    assert not hidden, "put these into a ```console block, which is run"


LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")
PROSE = [*sorted(ROOT.glob("*.md")), *pages()[1:]]


@pytest.mark.architecture
@pytest.mark.parametrize("page", PROSE, ids=of)
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    lost = [target for target in LINK.findall(text) if not (page.parent / target).exists()]
    assert not lost
