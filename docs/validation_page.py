"""Make docs/background/validation.md of what the tests of the validation cases wrote.

    python -m pytest tests/exact tests/theory tests/published -m "slow or not slow"
    python docs/validation_page.py

The tests write to build/validation (FLOWSIM_VALIDATION_DIR names another folder); this script adds no figure.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
PAGE = ROOT / "docs" / "background" / "validation.md"
Row = dict[str, Any]

HEAD = """# Validation

Eighteen cases that nobody on this project wrote: published models with their tables, exact results of queueing
theory, and the records of other simulators' own tests. Each is restated as a small model in flowsim's language, with
no parameter changed to fit, and is a test. This page is made of what the tests wrote: what was expected, what
flowsim gave, and how far apart they are in standard errors of the difference. `docs/validation_page.py` makes it.

- **Exact records** agree when every time listed is equal to the millisecond, and the same patients are served, give
  up and are turned away.
- **Theory** agrees when the mean of at least 30 replications is within 4 standard errors of the exact value. Of a
  thousand rows one beyond 3.3 is to be expected, so a single large difference says little, and the whole column much.
- **Published** results agree when the difference is within 4 standard errors of both together.

A standard error is between replications, never between the patients of one run. *Quick* marks a row of the ordinary
tests, whose standard errors are wide; the other rows are of the slow tests (`make verify`). A slow test of theory goes
on until its standard error is 1% of the value, or 0.002 for a probability; a row that was stopped before says so.
"""


def read_rows(folder: Path) -> dict[str, list[Row]]:
    """Rows by case, in the order of the tests; of a measure that was done twice, the slow test's."""
    found: dict[str, dict[str, Row]] = {}
    for path in sorted(folder.glob("*/*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            of_case = found.setdefault(row["case"], {})
            known = of_case.get(row["measure"])
            if known is None or row["slow"] >= known["slow"]:
                of_case[row["measure"]] = row
    return {case: list(rows.values()) for case, rows in found.items()}


def in_standard_errors(row: Row) -> float | None:
    """How far flowsim's figure is from the expected one."""
    return (row["got"] - row["expected"]) / row["se"] if row["se"] else None


def number(value: Any) -> str:
    """A figure in five significant digits; anything else as it is."""
    if isinstance(value, float):
        return f"{value:.5g}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {number(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(number(one) for one in value)
    return "–" if value is None else str(value)


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def verdict(row: Row) -> str:
    if row["accepted"] is None:
        return "skipped"
    return ("accepted" if row["accepted"] else "**not accepted**") + (
        "" if row["slow"] or not row["se"] else ", quick"
    )


def table(head: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    parts = [head, tuple("---" for _ in head), *lines]
    return "\n".join("| " + " | ".join(cell(one) for one in part) + " |" for part in parts) + "\n"


def line(row: Row) -> tuple[str, ...]:
    apart = in_standard_errors(row)
    return (
        row["measure"],
        number(row["expected"]),
        number(row["got"]),
        "" if apart is None else f"{apart:+.2f}",
        verdict(row),
        row["note"],
    )


def origin(case: dict[str, Any]) -> str:
    """Who says so."""
    source = case["source"]
    if "theory" in source:
        return "; ".join(source["theory"])
    known = [source.get(key) for key in ("publication", "paper", "citation", "repo") if source.get(key)]
    return "; ".join(number(one) for one in known) or "see the case's file"


def chapter(case: dict[str, Any], rows: list[Row]) -> str:
    name = case["id"].partition("-")[0]
    lines = [
        f"## {name}: {case['title']}\n",
        f"Exercises: {', '.join(case['features'])}. From: {origin(case)}.\n",
    ]
    if not rows:
        return "\n".join([*lines, "No results yet.\n"])
    head = ("measure", "expected", "flowsim", "difference (SE)", "", "remark")
    return "\n".join([*lines, table(head, [line(row) for row in rows])])


def summary(case: dict[str, Any], rows: list[Row]) -> tuple[str, ...]:
    apart = [abs(value) for row in rows if (value := in_standard_errors(row)) is not None]
    return (
        case["id"].partition("-")[0],
        case["title"],
        case["kind"],
        str(sum(row["accepted"] is True for row in rows)),
        str(sum(row["accepted"] is False for row in rows)),
        str(sum(row["accepted"] is None for row in rows)),
        f"{max(apart):.2f}" if apart else "",
    )


def page(cases: list[dict[str, Any]], rows: dict[str, list[Row]]) -> str:
    of_case = [(case, rows.get(case["id"].partition("-")[0], [])) for case in cases]
    head = ("case", "what", "kind", "accepted", "not accepted", "skipped", "largest difference (SE)")
    parts = [HEAD, table(head, [summary(*one) for one in of_case]), *(chapter(*one) for one in of_case)]
    return "\n".join(parts)


def main() -> None:
    folder = Path(os.environ.get("FLOWSIM_VALIDATION_DIR") or ROOT / "build" / "validation")
    cases = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(CASES.glob("A*.json"))]
    rows = read_rows(folder)
    if not rows:
        sys.exit(f"There are no results in {folder}. Run the tests of the validation cases first.")
    PAGE.write_text(page(cases, rows), encoding="utf-8")


if __name__ == "__main__":
    main()
