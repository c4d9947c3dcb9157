"""The whole year beside what was observed, and the year before as a hold-out; written down with its hash."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from flowsim.measures.kpis import Kpis
from flowsim.measures.observed import compare_observed
from flowsim.studies.census import model_digest
from flowsim.studies.design import Design
from flowsim.studies.replicate import days_to_simulate, replicate
from flowsim.studies.scenario import Scenario
from flowsim.studies.study import Study, renamed

TABLE = "calibration.csv"
NOTE = "calibration.json"
DIGITS = 6
HELD_OUT_YEAR = re.compile(r"year_(\d{4})_(\d{2})")
"""The name of an option that turns the place into another year: known demand and beds changed, nothing fitted."""


def scenarios_to_run(place: str) -> list[Scenario]:
    """The baseline, and one scenario for each held-out year that the place has an option for."""
    base = Scenario(place)
    years = [name for name in base.program().config.options if HELD_OUT_YEAR.fullmatch(name)]
    return [base, *(base.with_options(name) for name in years)]


def days_of_calibration(place: str, design: Design) -> float:
    """Simulated days in all."""
    return days_to_simulate(len(scenarios_to_run(place)), design)


def calibrate(place: str, design: Design, on_days: Callable[[float], None]) -> Study:
    """Simulate the reference year and the held-out years."""
    scenarios = scenarios_to_run(place)
    programs = {scenario.name: scenario.program() for scenario in scenarios}
    return Study(design, programs, replicate(scenarios, design, on_days))


def calibration_table(study: Study) -> Any:
    """Each observed figure beside the modelled one of its own year: the baseline's, or a held-out scenario's."""
    import pandas as pd

    config = study.programs[study.baseline].config
    frames = []
    for scenario in study.programs:
        label = year_of(scenario) or config.reference_year
        mine = [one for one in config.observed if label in one.period]
        runs: list[Kpis] = [Kpis(()) for _ in study.replications[scenario]]
        for period in dict.fromkeys(one.period for one in mine):
            simulated = period.replace(label, config.reference_year)
            for at, kpis in enumerate(study.kpis(scenario, simulated)):
                runs[at] = runs[at] + renamed(kpis, period)
        frame = compare_observed(runs, mine)
        frame.insert(0, "scenario", scenario)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def year_of(scenario: str) -> str:
    """`2017/18` for the scenario `year_2017_18`; nothing for any other."""
    found = HELD_OUT_YEAR.fullmatch(scenario)
    return f"{found[1]}/{found[2]}" if found else ""


def write_calibration(study: Study, folder: Path) -> Any:
    """Write the table and, beside it, what it was made from and its hash; returns the table."""
    table = calibration_table(study)
    text = table.round(DIGITS).to_csv(index=False)
    program = study.programs[study.baseline]
    design = study.design
    note = {
        "what": "the reference year and held-out years, modelled beside observed",
        "made by": "flowsim calibrate",
        "config": program.config.sha256,
        "model": model_digest(program),
        "replications": design.replications,
        "warm_up_days": 0 if design.state else design.warm_up,
        "seed": design.seed,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    (folder / TABLE).write_text(text, encoding="utf-8")
    (folder / NOTE).write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    return table


def read_calibration(place: str) -> tuple[Any, bool] | None:
    """The table that ships with a place, and whether it is of the place as it is now; None if there is none.

    Raises ValueError if the table is not the one that its note describes.
    """
    import pandas as pd

    scenario = Scenario(place)
    table, note_path = scenario.folder / TABLE, scenario.folder / NOTE
    if not table.is_file() or not note_path.is_file():
        return None
    note = json.loads(note_path.read_text(encoding="utf-8"))
    if hashlib.sha256(table.read_bytes()).hexdigest() != note["sha256"]:
        raise ValueError(
            f"{table} is not the table that {NOTE} describes; remake it with: flowsim calibrate {place}"
        )
    program = scenario.program()
    fits = (note["config"], note["model"]) == (program.config.sha256, model_digest(program))
    return pd.read_csv(table), fits


def full_year(design: Design) -> Design:
    """The same design over a whole year."""
    return replace(design, days=364)
