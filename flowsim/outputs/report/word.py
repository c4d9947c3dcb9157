"""The report as a Word document: the same words, tables and pictures, with alternative text on each picture."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from flowsim.outputs.extras import needed
from flowsim.outputs.report.kept import Kept
from flowsim.outputs.report.page import contents
from flowsim.outputs.report.pictures import pictures
from flowsim.outputs.report.sentences import Run

PICTURE_WIDTH = 5.4
"""Inches on the page."""
TAGS = {"holds": "Holds", "look": "Look at this", "unknown": "Not known"}


def write_word(kept: Kept, path: Path) -> None:
    """Write the document. Tables by site stay in the workbook and the CSV files: paper has no room for them."""
    docx = needed("docx", "report", "A Word document")
    said = contents(kept)
    document = docx.Document()
    document.core_properties.title = said["title"]
    document.core_properties.language = "en-GB"
    document.add_heading(said["title"], 0)
    document.add_paragraph(said["how"])
    _answer(document, kept, said)
    _question(document, kept)
    document.add_heading("Pictures", 1)
    for picture in pictures(kept):
        document.add_heading(picture.heading, 2)
        if picture.note:
            document.add_paragraph(picture.note)
        shape = document.add_picture(BytesIO(picture.png()), width=docx.shared.Inches(PICTURE_WIDTH))
        properties = shape._inline.docPr  # noqa: SLF001  (python-docx has no other way to describe a picture)
        properties.set("descr", picture.alt)
        properties.set("title", picture.heading)
    document.add_heading("All figures", 1)
    for one in said["tables"]:
        if "by site" not in one["title"].lower():
            document.add_heading(one["title"], 2)
            _table(document, one["head"], [cells for cells, _ in one["rows"]])
    _grounds(document, said)
    with path.open("wb") as file:
        document.save(file)


def _answer(document: Any, kept: Kept, said: dict[str, Any]) -> None:
    document.add_heading("The answer", 1)
    plain: list[list[Run]] = [[(text, False)] for text in kept.about["baseline_answer"]]
    for runs in said["decisions"] or plain:
        paragraph = document.add_paragraph()
        for text, strong in runs:
            paragraph.add_run(text).bold = strong
    glance = said["glance"]
    now = "today (baseline)" if said["decisions"] else "mean of the runs"
    head = ["", now, *(f"with: {name}" for name in glance["columns"])]
    rows = [[name, value, *(_told(cell) for cell in cells)] for name, value, cells in glance["rows"]]
    _table(document, head, rows)


def _told(cell: dict[str, str]) -> str:
    sure = f" ({cell['interval']})" if cell["interval"] else ""
    return f"{cell['value']}\n{cell['verdict']}: {cell['change']}{sure}"


def _question(document: Any, kept: Kept) -> None:
    document.add_heading("The question", 1)
    for text in (kept.asked.question, kept.asked.prediction and f"Expected beforehand: {kept.asked.prediction}",
                 kept.asked.decision and f"Decided: {kept.asked.decision}", kept.about["description"]):  # fmt: skip
        if text:
            document.add_paragraph(text)
    for scenario in kept.scenarios:
        for option in scenario["options"]:
            document.add_heading(option["title"], 2)
            for text in (option["description"], option["evidence"] and f"Evidence: {option['evidence']}"):
                if text:
                    document.add_paragraph(text)


def _grounds(document: Any, said: dict[str, Any]) -> None:
    """What it rests on, whether it can be trusted, how to make it again."""
    document.add_heading("What it rests on", 1)
    document.add_paragraph(f"{said['assumptions']['told']} All of them are in assumptions.csv.")
    if said["assumptions"]["changed"]:
        _table(
            document, ("number", "baseline", "becomes", "status", "source"), said["assumptions"]["changed"]
        )
    document.add_heading("Can it be trusted?", 1)
    for check in said["checks"]:
        paragraph = document.add_paragraph(style="List Bullet")
        paragraph.add_run(f"{TAGS[check.verdict]}. {check.name}. ").bold = True
        paragraph.add_run(check.says)
    document.add_heading("Make it again", 1)
    manifest = said["manifest"]
    document.add_paragraph(said["command"])
    document.add_paragraph(
        f"flowsim {manifest['flowsim']}, engine {manifest['engine']}, seed {manifest['seed']}, "
        f"Python {manifest['python']}, {manifest['machine']}; finished {manifest['finished']}"
    )
    _table(document, ("scenario", "config (SHA-256)", "program (SHA-256)"), said["hashes"])


def _table(document: Any, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table whose first row is repeated on each page and known to be its head."""
    table = document.add_table(rows=1, cols=len(head), style="Light Grid Accent 1")
    mark = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001  (nor to say which row is the head)
    mark.append(mark.makeelement("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tblHeader"))
    for row in (head, *rows):
        cells = table.rows[0].cells if row is head else table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = str(text)
