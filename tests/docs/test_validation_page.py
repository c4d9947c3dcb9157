"""The page of validation results is made of the tests' own rows, and shows every case."""

from __future__ import annotations

import importlib.util
import json
from types import ModuleType

import pytest

from tests.validation_table import CASES, ROOT

pytestmark = pytest.mark.golden

PAGE = ROOT / "docs" / "background" / "validation.md"
HOW_MANY = 18


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("validation_page", ROOT / "docs" / "validation_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def row(**more):
    plain = {"case": "A09", "measure": "MM1: mean_wait", "expected": 40.0, "got": 41.0, "se": 0.5, "accepted": True,
             "note": "", "slow": False, "test": "t"}  # fmt: skip
    return {**plain, **more}


def test_the_page_has_a_chapter_for_every_case():
    text = PAGE.read_text(encoding="utf-8")
    known = [path.name.partition("-")[0] for path in sorted(CASES.glob("A*.json"))]
    assert known == [f"A{number:02d}" for number in range(1, HOW_MANY + 1)]
    assert [case for case in known if f"\n## {case}: " not in text] == []


def test_the_page_has_no_row_that_was_not_accepted():
    assert "**not accepted**" not in PAGE.read_text(encoding="utf-8")


def test_of_a_measure_that_was_done_twice_the_slow_result_is_shown(tmp_path):
    (tmp_path / "A09").mkdir()
    (tmp_path / "A09" / "a.json").write_text(json.dumps([row(got=40.1, slow=True)]), encoding="utf-8")
    (tmp_path / "A09" / "b.json").write_text(json.dumps([row()]), encoding="utf-8")
    assert [found["got"] for found in script().read_rows(tmp_path)["A09"]] == [40.1]


def test_a_line_of_the_page():
    page = script()
    assert page.line(row())[1:5] == ("40", "41", "+2.00", "accepted, quick")
    skipped = row(expected=None, got=None, se=None, accepted=None, note="not in the language")
    assert page.line(skipped)[1:] == ("–", "–", "", "skipped", "not in the language")
    assert page.line(row(accepted=False, slow=True))[4] == "**not accepted**"
