"""`flowsim report`: make the report of a run's folder again, without simulating."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowsim.cli.screen import refuse, say


def report(
    run_dir: Annotated[
        Path, typer.Argument(metavar="RUN_DIR", help="The folder of a run: what --out named.")
    ],
    docx: Annotated[
        bool, typer.Option("--docx", help="A Word document too (needs flowsim[report]).")
    ] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="A workbook too (needs flowsim[report]).")] = False,
) -> None:
    """Make the report of a run again: one HTML file, and a Word document or a workbook if asked.

    Example:  flowsim report runs/demo --docx
    """
    from flowsim.outputs.report.write import make_again

    if not run_dir.is_dir():
        refuse(f"There is no folder {run_dir}.", "`flowsim run PLACE --out FOLDER` writes one.")
    try:
        written = make_again(run_dir, docx, xlsx)
    except OSError as error:
        refuse(
            f"{run_dir} cannot be written: {error.strerror}.",
            "Choose a folder that can be, or change its rights.",
        )
    say(f"Written: {', '.join(str(path) for path in written)}")
