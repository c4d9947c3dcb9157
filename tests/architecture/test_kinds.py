"""A test without exactly one kind stops the suite before it starts."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.architecture.source import ROOT

pytestmark = pytest.mark.architecture


@pytest.mark.parametrize(
    ("marks", "complaint"),
    [
        ("", "none"),
        ("@pytest.mark.slow", "none"),
        ("@pytest.mark.unit\n@pytest.mark.exact", "exact and unit"),
        ("@pytest.mark.nonsense", "nonsense"),
        ("@pytest.mark.unit", None),
        ("@pytest.mark.unit\n@pytest.mark.slow", None),
    ],
)
def test_a_test_carries_exactly_one_kind(marks, complaint, tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    test = tmp_path / "test_it.py"
    test.write_text(f"import pytest\n\n{marks}\ndef test_it():\n    pass\n", encoding="utf-8")
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-m", "", str(test)]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (complaint is None), done.stdout + done.stderr
    assert complaint is None or complaint in done.stdout + done.stderr
