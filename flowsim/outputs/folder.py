"""A run's folder: manifest, tidy tables and pictures. Files appear whole or not at all."""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from flowsim.outputs.whole_files import whole
from flowsim.studies.design import Design
from flowsim.studies.study import Study

MANIFEST = "manifest.json"


def write_run(
    study: Study,
    folder: Path,
    command: str,
    seconds: float | None = None,
    about: Mapping[str, Any] | None = None,
) -> list[Path]:
    """Write `manifest.json`, `kpis.csv`, `summary.csv`, `observed.csv` and pictures; returns what was written.

    The manifest is taken away first and written last: a folder with one is complete. `about` is put into it as well.
    """
    from flowsim.outputs.plots import save_pictures

    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    tables = {"kpis.csv": kpis_table(study), "summary.csv": summary_table(study)}
    if study.programs[study.baseline].config.observed:
        tables["observed.csv"] = study.observed()
    written = [whole(folder / name, as_csv(table)) for name, table in tables.items()]
    written += save_pictures(study, folder)
    return [
        *written,
        write_manifest(folder, manifest_of(study, command, seconds, written) | dict(about or {})),
    ]


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> Path:
    """Write the manifest, last of all."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    return whole(folder / MANIFEST, lambda path: path.write_text(text, encoding="utf-8"))


def as_csv(table: Any) -> Callable[[Path], Any]:
    """How a table is written as CSV."""
    return lambda path: table.to_csv(path, index=False, lineterminator="\n")


def manifest_of(study: Study, command: str, seconds: float | None, written: list[Path]) -> dict[str, Any]:
    """What was run, how, when and with what."""
    return {
        **manifest_of_design(study.design, command, seconds, written),
        "scenarios": {
            name: {
                "config": program.config.sha256,
                "program": program.sha256,
                "options": list(program.config.chosen),
            }
            for name, program in study.programs.items()
        },
        "notices": study.notices(),
    }


def manifest_of_design(
    design: Design, command: str, seconds: float | None, written: list[Path]
) -> dict[str, Any]:
    """How it was run, when and with what; and a digest of each file."""
    return {
        "flowsim": _own_version(),
        "python": platform.python_version(),
        "machine": platform.platform(),
        "command": command,
        "finished": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "seconds": None if seconds is None else round(seconds, 1),
        "engine": design.engine,
        "seed": design.seed,
        "replications": design.replications,
        "measured_days": design.days,
        "warm_up_days": 0 if design.state else design.warm_up,
        "state": design.state.name if design.state else None,
        "state_sha256": design.state_sha256 or None,
        "settle_days": design.settle if design.warmed else None,
        "files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in written},
    }


def _own_version() -> str:
    """The version that is installed; a folder of source code that is only on the path has none."""
    try:
        return version("flowsim")
    except PackageNotFoundError:
        return "not installed"


def kpis_table(study: Study) -> Any:
    """A tidy table: scenario, replication, kpi, group, at, period, value, unit."""
    import pandas as pd

    frames = []
    for scenario in study.programs:
        for one, kpis in zip(study.replications[scenario], study.kpis(scenario), strict=True):
            frame = kpis.table()
            frame.insert(0, "replication", one.number)
            frame.insert(0, "scenario", scenario)
            frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def summary_table(study: Study) -> Any:
    """Mean and interval of each KPI in each scenario, and its difference from the baseline."""
    import pandas as pd

    frames = []
    for scenario in study.programs:
        frame = study.summary(scenario)
        if scenario != study.baseline:
            change = study.difference(scenario)[["kpi", "group", "at", "period", "difference", "low", "high"]]
            change = change.rename(columns={"low": "difference_low", "high": "difference_high"})
            frame = frame.merge(change, on=["kpi", "group", "at", "period"], how="left")
        frame.insert(0, "scenario", scenario)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)
