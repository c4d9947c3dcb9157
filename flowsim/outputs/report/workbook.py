"""The report as a workbook: a sheet each for the answer, the tables, the pictures, the assumptions and the checks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from flowsim.outputs.extras import needed
from flowsim.outputs.report.kept import Kept
from flowsim.outputs.report.page import contents
from flowsim.outputs.report.pictures import pictures

WIDEST = 60
FORBIDDEN = "[]:*?/\\'"
SHEETS = {"summary.csv": "Figures", "observed.csv": "Observed", "weekly.csv": "Weeks", "hours.csv": "Hours",
          "delays.csv": "Delays", "sensitivity.csv": "Sensitivity", "assumptions.csv": "Assumptions"}  # fmt: skip


def write_workbook(kept: Kept, path: Path) -> None:
    """Write the workbook. Figures are numbers, and nothing that was typed into a config can become a formula."""
    xlsxwriter = needed("xlsxwriter", "report", "A workbook")
    said = contents(kept)
    with xlsxwriter.Workbook(str(path), {"nan_inf_to_errors": True}) as book:
        book.set_properties({"title": said["title"], "comments": said["command"]})
        style = {"bold": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
                 "wrap": book.add_format({"text_wrap": True, "valign": "top"})}  # fmt: skip
        _answer(book.add_worksheet("Answer"), kept, said, style)
        _pictures(book.add_worksheet("Pictures"), kept, style)
        for one, name in zip(said["tables"], _names(said["tables"]), strict=True):
            _rows(book.add_worksheet(name), one["head"], [cells for cells, _ in one["rows"]], style)
        for file, name in SHEETS.items():
            if file in kept.tables:
                table = kept.tables[file]
                _rows(book.add_worksheet(name), list(table.columns), table.to_numpy().tolist(), style)
        checks = [(check.name, check.verdict, check.says) for check in said["checks"]]
        _rows(book.add_worksheet("Trust"), ("check", "verdict", "what came out"), checks, style)
        run = [
            (key, value if isinstance(value, str | int | float) else str(value))
            for key, value in kept.manifest.items()
        ]
        _rows(book.add_worksheet("Run"), ("what", "value"), run, style)


def _names(tables: Sequence[dict[str, Any]]) -> list[str]:
    """Names of sheets: short, and without what Excel forbids."""
    titles = ["".join(letter for letter in one["title"] if letter not in FORBIDDEN) for one in tables]
    return [f"{at} {title}"[:31] for at, title in enumerate(titles, 1)]


def _answer(sheet: Any, kept: Kept, said: dict[str, Any], style: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 2 * WIDEST)
    lines = ["".join(text for text, _ in runs) for runs in said["decisions"]] or kept.about["baseline_answer"]
    sheet.write_string(0, 0, said["title"], style["bold"])
    for at, line in enumerate([said["how"], *lines], 1):
        sheet.write_string(at, 0, line, style["wrap"])


def _pictures(sheet: Any, kept: Kept, style: dict[str, Any]) -> None:
    row = 0
    for picture in pictures(kept):
        sheet.write_string(row, 0, picture.heading, style["bold"])
        sheet.insert_image(row + 1, 0, f"{picture.name}.png", {
            "image_data": BytesIO(picture.png()), "description": picture.alt, "x_scale": 0.6, "y_scale": 0.6,
        })  # fmt: skip
        row += 34
    sheet.set_column(0, 0, 2 * WIDEST)


def _rows(sheet: Any, head: Sequence[str], rows: Iterable[Sequence[Any]], style: dict[str, Any]) -> None:
    for column, name in enumerate(head):
        sheet.write_string(0, column, str(name), style["bold"])
    widths = [len(str(name)) for name in head]
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if number and not math.isnan(value):
                sheet.write_number(at, column, value)
            elif not number:
                sheet.write_string(at, column, str(value))
            widths[column] = max(widths[column], len(str(value)))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width + 2, WIDEST))
    sheet.freeze_panes(1, 1)
