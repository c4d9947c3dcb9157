"""A run's folder: manifest, tidy tables and pictures. Files appear whole or not at all."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from flowsim.outputs.draw import svg
from flowsim.outputs.report.asked import Asked
from flowsim.outputs.report.kept import ABOUT, DRAWING, MANIFEST
from flowsim.outputs.stress import stress_des
from flowsim.outputs.whole_files import whole
from flowsim.studies.delays import delays
from flowsim.studies.design import Design
from flowsim.studies.study import Study


def write_run(
    study: Study,
    folder: Path,
    command: str,
    seconds: float | None = None,
    more: Mapping[str, Any] | None = None,
    *,
    asked: Asked | None = None,
    events: Sequence[str] = (),
) -> list[Path]:
    """Write the manifest, tidy tables, pictures and the report of a study; returns what was written.

    The manifest is taken away first and written last: a folder with one is complete; `more` goes into it as well. The
    report is made from the files beside it, as `flowsim report` makes it again. `events` names forms of `exports`.
    """
    from flowsim.outputs.plots import save_pictures
    from flowsim.outputs.report.about import about, pathway_loads
    from flowsim.outputs.report.write import as_json, write_page

    folder.mkdir(parents=True, exist_ok=True)
    for old in (MANIFEST, "report.docx", "report.xlsx"):
        (folder / old).unlink(missing_ok=True)
    program = study.programs[study.baseline]
    texts = {
        ABOUT: as_json(about(study, asked or Asked())),
        DRAWING: svg(program.model, pathway_loads(study)),
        "stress_des.md": stress_des(study, command, asked or Asked()),
    }
    written = [whole(folder / name, as_csv(table)) for name, table in _tables(study).items()]
    written += [whole(folder / name, partial(Path.write_text, data=text, encoding="utf-8"))
                for name, text in texts.items()]  # fmt: skip
    written += save_pictures(study, folder)
    if events:
        from flowsim.outputs.exports import write_events

        written += write_events(study, folder, events)
    manifest = _manifest(study, command, seconds) | dict(more or {})
    written.append(write_page(folder, manifest))
    return [*written, write_manifest(folder, manifest, written)]


def _tables(study: Study) -> dict[str, Any]:
    """Every tidy table by the name of its file."""
    from flowsim.outputs.report.about import assumptions_table, hours_table, weekly_table

    tables = {
        "kpis.csv": kpis_table(study),
        "summary.csv": summary_table(study),
        "weekly.csv": weekly_table(study),
        "hours.csv": hours_table(study),
        "assumptions.csv": assumptions_table(study),
    }
    if study.programs[study.baseline].config.observed:
        tables["observed.csv"] = study.observed()
    if study.design.attribution:
        tables["delays.csv"] = delays_table(study)
    return tables


def as_csv(table: Any) -> Callable[[Path], Any]:
    """How a table is written as CSV."""
    return lambda path: table.to_csv(path, index=False, lineterminator="\n")


def write_manifest(folder: Path, manifest: Mapping[str, Any], written: Sequence[Path]) -> Path:
    """Write the manifest, last of all, with a digest of each file that was written."""
    from flowsim.outputs.report.write import as_json, digest

    text = as_json(dict(manifest) | {"files": {path.name: digest(path) for path in written}})
    return whole(folder / MANIFEST, partial(Path.write_text, data=text, encoding="utf-8"))


def _manifest(study: Study, command: str, seconds: float | None) -> dict[str, Any]:
    """What was run, how, when and with what."""
    return {
        **manifest_of_design(study.design, command, seconds),
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


def manifest_of_design(design: Design, command: str, seconds: float | None) -> dict[str, Any]:
    """How it was run, when and with what."""
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


def delays_table(study: Study) -> Any:
    """Hours a day that patients wait for each resource, by what was short, in each scenario."""
    import pandas as pd

    frames = {scenario: delays(study, scenario) for scenario in study.programs}
    return pd.concat(frames, names=["scenario"]).reset_index(level="scenario").reset_index(drop=True)


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
