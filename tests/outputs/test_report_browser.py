"""The report in a real browser: what the first screen shows, and that nothing is cut off at the width of a telephone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from flowsim.outputs.folder import write_run
from tests.outputs.test_report import ASKED, NASTY, studied

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.unit,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--virtual-time-budget=5000")  # fmt: skip
ASKS = """<script>addEventListener("load", () => {
  const frame = document.querySelector("iframe"), page = frame.contentDocument, width = frame.clientWidth;
  const box = one => one.getBoundingClientRect(), decision = page.querySelector(".decision");
  const may = one => one.closest(".scroll, svg, .skip");
  const wide = [...page.querySelectorAll("body *")].filter(one => !may(one) && box(one).right > width + 1);
  const pictures = [...page.querySelectorAll("figure svg")].filter(one => !one.closest("details"));
  document.body.dataset.found = JSON.stringify({
    decision: box(decision).bottom, scrolls: page.documentElement.scrollWidth > width,
    wide: wide.map(one => one.tagName + "." + one.className),
    letters: parseFloat(frame.contentWindow.getComputedStyle(decision).fontSize),
    pictures: pictures.map(one => box(one).width)});
});</script>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    write_run(studied(folder, title=NASTY), folder / "out", "flowsim run clinic", 1.0, asked=ASKED)
    return folder / "out"


def seen(folder: Path, width: int, height: int) -> dict[str, object]:
    """What a browser makes of the report in a window of that size: asked through a frame, by a page beside it."""
    asks = folder / f"asks_{width}.html"
    frame = f'<iframe src="report.html" style="width:{width}px;height:{height}px;border:0"></iframe>'
    asks.write_text(f"<!DOCTYPE html><body>{frame}{ASKS}</body>", encoding="utf-8")
    profile = folder / f"profile_{width}"
    command = [
        CHROMIUM,
        *QUIET,
        f"--user-data-dir={profile}",
        "--allow-file-access-from-files",
        "--dump-dom",
        asks.as_uri(),
    ]
    text = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = re.search(r'data-found="([^"]*)"', text)
    assert found is not None
    return json.loads(found[1].replace("&quot;", '"'))


def test_a_laptop_shows_the_decision_on_the_first_screen(folder):
    found = seen(folder, 1366, 900)
    assert found["decision"] < 900
    assert not found["scrolls"]
    assert found["wide"] == []


def test_a_telephone_shows_the_decision_first_and_cuts_nothing_off(folder):
    found = seen(folder, 390, 844)
    assert found["decision"] < 844
    assert not found["scrolls"]
    assert found["wide"] == []
    assert found["letters"] >= 16
    assert all(300 < width <= 390 for width in found["pictures"])
