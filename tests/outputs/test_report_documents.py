"""The report as a Word document and as a workbook: they open again, and say the same."""

from __future__ import annotations

import sys
import zipfile
from xml.etree import ElementTree as ET

import pytest

from flowsim.errors import RunError
from flowsim.outputs.folder import write_run
from flowsim.outputs.report.write import make_again
from tests.outputs.test_report import NASTY, studied

pytestmark = pytest.mark.unit

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    write_run(studied(folder, title=NASTY), folder / "out", "=cmd()", 1.0)
    return folder / "out"


def test_a_word_document_opens_again_with_alternative_text_on_each_picture(run):
    docx = pytest.importorskip("docx")
    make_again(run, docx=True)
    document = docx.Document(run / "report.docx")
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert headings == ["The answer", "The question", "Pictures", "All figures", "What it rests on",
                        "Can it be trusted?", "Make it again"]  # fmt: skip
    assert document.paragraphs[0].text == NASTY
    assert any(one.text.startswith("A third nurse lowers Wait, mean by") for one in document.paragraphs)
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert len(described) >= 3
    assert all(len(text) > 30 for text in described)
    assert document.core_properties.language == "en-GB"


def test_a_workbook_opens_again_and_nothing_in_it_is_a_formula(run):
    pytest.importorskip("xlsxwriter")
    make_again(run, xlsx=True)
    with zipfile.ZipFile(run / "report.xlsx") as book:
        sheets = [one.get("name") for one in _tree(book, "xl/workbook.xml").iter(f"{SHEET}sheet")]
        assert sheets[:2] == ["Answer", "Pictures"]
        assert {"Figures", "Weeks", "Hours", "Observed", "Assumptions", "Trust", "Run"} <= set(sheets)
        pages = [_tree(book, name) for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not [cell for one in pages for cell in one.iter(f"{SHEET}f")]
        texts = list(_tree(book, "xl/sharedStrings.xml").itertext())
        assert "=cmd()" in texts
        numbers = [cell for one in pages for cell in one.iter(f"{SHEET}c") if cell.get("t") in (None, "n")]
        assert len(numbers) > 100
        drawn = [_tree(book, name) for name in book.namelist() if name.startswith("xl/drawings/drawing")]
        described = [one.get("descr") for tree in drawn for one in tree.iter(f"{DRAWN}cNvPr")]
        assert len(described) >= 3
        assert all(len(text) > 30 for text in described)


def _tree(book, name):
    return ET.fromstring(book.read(name))


def test_without_the_library_the_line_that_installs_it_is_told(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(
        RunError, match=r"not installed: docx\. Install it with: pip install 'flowsim\[report\]'"
    ):
        make_again(run, docx=True)
