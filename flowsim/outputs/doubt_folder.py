"""The folder of a study of the numbers in doubt: tables, pictures and the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flowsim.outputs.doubt_pictures import save_doubt_pictures
from flowsim.outputs.folder import as_csv, manifest_of_design, write_manifest
from flowsim.outputs.numbers_in_doubt import answer, bars_as_rows, doubts_as_rows, methods_as_rows
from flowsim.outputs.report.kept import MANIFEST
from flowsim.outputs.whole_files import whole
from flowsim.studies.in_doubt import Sensitivity


def write_doubt(
    found: Sensitivity, folder: Path, command: str, seconds: float, more: Mapping[str, Any]
) -> list[Path]:
    """Write what was found; tables that would be empty are left out.

    `sensitivity.csv` has the differences at both ends of each number's range, `verdicts.csv` the same for standards,
    `screen.csv` what the screen left out, `not_varied.csv` the ranges that were of no use, `two_doubts.csv` both bands,
    `draws.csv` every draw, `morris.csv` and `sobol.csv` what these methods found.
    """
    import pandas as pd

    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    bars = bars_as_rows(found, found.rows)
    tables = {
        "sensitivity.csv": [row for row in bars if row["decided_by"] == "difference"],
        "verdicts.csv": [row for row in bars if row["decided_by"] != "difference"],
        "screen.csv": bars_as_rows(found, found.screened),
        "not_varied.csv": [{"number": one.name, "range": one.range, "why": one.why, "where": one.where}
                           for one in found.not_varied],
        "two_doubts.csv": doubts_as_rows(found),
        "draws.csv": _draws(found),
        "morris.csv": methods_as_rows(found, "effects"),
        "sobol.csv": methods_as_rows(found, "indices"),
    }  # fmt: skip
    written = [whole(folder / name, as_csv(pd.DataFrame(rows))) for name, rows in tables.items() if rows]
    pictures = save_doubt_pictures(found, folder)
    manifest = manifest_of_design(found.design, command, seconds)
    told = {
        "answer": answer(found),
        "pictures": {path.name: alt for path, alt in pictures.items()},
        "ran": found.ran,
        "found": found.found,
    }
    files = [*written, *pictures]
    return [*files, write_manifest(folder, manifest | told | dict(more), files)]


def _draws(found: Sensitivity) -> list[dict[str, Any]]:
    """A row for each draw, replication and decision, with the value of every number as people write it."""
    by_name = {one.name: one for one in found.inputs}
    rows = []
    for decision, of in zip(found.decisions, found.doubted, strict=True) if found.doubted else ():
        for number, (setting, values) in enumerate(zip(found.settings, of.draws, strict=True), start=1):
            drawn = {name: by_name[name].said(value) for name, value in setting.items()}
            what = "difference" if decision.is_difference else "figure"
            rows += [{"draw": number, "replication": at, "kpi": decision.kpi.name, "what": what, "value": value, **drawn}
                     for at, value in enumerate(values)]  # fmt: skip
    return rows
