"""A page is read as its reader would read it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.docs.pages import ROOT, deeds

pytestmark = pytest.mark.unit


def test_a_console_block_gives_its_commands():
    assert deeds("```console\nflowsim where\n```") == [
        {"do": "run", "line": 2, "command": "flowsim where", "shows": []}
    ]


def test_with_prompts_the_other_lines_are_what_is_shown():
    page = "```console\n$ flowsim where\nmodel  tiny\n...\n$ flowsim engines\n```"
    assert [(deed["command"], deed["shows"]) for deed in deeds(page)] == [
        ("flowsim where", ["model  tiny", "..."]),
        ("flowsim engines", []),
    ]


def test_a_command_may_go_on_on_the_next_line():
    assert deeds("```console\nflowsim run x \\\n    --seed 1\n```")[0]["command"] == "flowsim run x --seed 1"


def test_yaml_and_shell_are_only_read():
    assert deeds("```yaml\na: 1\n```\n\n```sh\nmake setup\n```\n") == []


def test_a_captioned_block_is_a_file():
    page = "```{code-block} yaml\n:caption: mine/config.yaml\n\nname: mine\n```"
    assert deeds(page) == [{"do": "write", "line": 2, "name": "mine/config.yaml", "text": "name: mine\n"}]


def test_a_fence_inside_a_longer_fence_is_text():
    assert deeds("````text\n```python\n1 / 0\n```\n````") == []


@pytest.mark.parametrize("page", ["```python no-run\nx\n```", "```console\nrm -r runs\n```"])
def test_nothing_can_be_shown_and_not_run(page):
    with pytest.raises(ValueError, match="line 2"):
        deeds(page)


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("```python\nx = 1\n```\n\n```python\nassert x == 1\n```", None),
        ("\n```python\nx = 1\nassert x == 2\n```", 'File "page.md", line 4'),
    ],
)
def test_python_blocks_share_their_names_and_fail_with_the_pages_line(page, complaint, tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "docs" / "run_page.py"), "page.md"],
        input=json.dumps(deeds(page)),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) == (complaint is None)
    assert complaint is None or complaint in done.stderr
