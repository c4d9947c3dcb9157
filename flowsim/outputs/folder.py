"""A run's folder: manifest, tidy tables and pictures. Files appear whole or not at all."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flowsim.studies.study import Study


def write_run(study: Study, folder: Path, command: str, seconds: float) -> list[Path]:
    """Write `manifest.json`, `kpis.csv`, `summary.csv`, `observed.csv` and pictures; returns what was written."""
    from flowsim.outputs.plots import save_pictures

    folder.mkdir(parents=True, exist_ok=True)
    written = [
        _whole(folder / "kpis.csv", lambda path: _kpis(study).to_csv(path, index=False)),
        _whole(folder / "summary.csv", lambda path: _summary(study).to_csv(path, index=False)),
        _whole(folder / "observed.csv", lambda path: study.observed().to_csv(path, index=False)),
        *save_pictures(study, folder),
    ]
    manifest = json.dumps(_manifest(study, command, seconds), indent=2) + "\n"
    written.append(_whole(folder / "manifest.json", lambda path: path.write_text(manifest, encoding="utf-8")))
    return written


def _whole(path: Path, write: Callable[[Path], Any]) -> Path:
    part = path.with_name(f".{path.name}.part")
    try:
        write(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _manifest(study: Study, command: str, seconds: float) -> dict[str, Any]:
    design = study.design
    return {
        "flowsim": version("flowsim"),
        "python": platform.python_version(),
        "machine": platform.platform(),
        "command": command,
        "finished": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "seconds": round(seconds, 1),
        "engine": design.engine,
        "seed": design.seed,
        "replications": design.replications,
        "measured_days": design.days,
        "warm_up_days": 0 if design.state else design.warm_up,
        "state": design.state.name if design.state else None,
        "scenarios": {
            name: {
                "config": program.config.sha256,
                "program": program.sha256,
                "options": program.config.chosen,
            }
            for name, program in study.programs.items()
        },
        "notices": study.notices(),
    }


def _kpis(study: Study) -> Any:
    import pandas as pd

    frames = []
    for scenario in study.programs:
        for one, kpis in zip(study.replications[scenario], study.kpis(scenario), strict=True):
            frame = kpis.table()
            frame.insert(0, "replication", one.number)
            frame.insert(0, "scenario", scenario)
            frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _summary(study: Study) -> Any:
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
