"""Write the report of a run's folder: HTML always, Word and a workbook when asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flowsim.outputs.report.kept import MANIFEST, read_run
from flowsim.outputs.report.page import page
from flowsim.outputs.whole_files import whole

REPORT = "report.html"


def write_page(folder: Path, manifest: Mapping[str, Any] | None = None) -> Path:
    """Write `report.html` from what stands in a run's folder."""
    text = page(read_run(folder, manifest))
    return whole(folder / REPORT, lambda path: path.write_text(text, encoding="utf-8", newline="\n"))


def make_again(folder: Path, docx: bool = False, xlsx: bool = False) -> list[Path]:
    """Write the reports of a finished run's folder again, and their hashes into its manifest."""
    kept = read_run(folder)
    written = [write_page(folder)]
    if docx:
        from flowsim.outputs.report.word import write_word

        written.append(whole(folder / "report.docx", lambda path: write_word(kept, path)))
    if xlsx:
        from flowsim.outputs.report.workbook import write_workbook

        written.append(whole(folder / "report.xlsx", lambda path: write_workbook(kept, path)))
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"] |= {path.name: digest(path) for path in written}
    text = as_json(manifest)
    whole(folder / MANIFEST, lambda path: path.write_text(text, encoding="utf-8"))
    return written


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def as_json(data: Any) -> str:
    """JSON as it stands in a run's folder."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
