"""An experiment answered: its scenarios, or the settings of its sweep, with as many replications as it asks for."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flowsim.inputs.experiment_values import BASELINE, Experiment, Precision, Standard
from flowsim.measures.intervals import estimate, paired
from flowsim.measures.kpis import Kpis
from flowsim.measures.observed import in_unit_of_kpi
from flowsim.program import Program
from flowsim.studies.design import Design
from flowsim.studies.question import Setting, baseline_of, scenarios_of, settings_of, swept
from flowsim.studies.running import PICTURED, Done, Work, days_of, periods_of, read_study, run_missing
from flowsim.studies.statistics.precision import Progress, Rule, Target, progress
from flowsim.studies.statistics.standards import Met, met
from flowsim.studies.store import Store
from flowsim.studies.study import WHOLE, Study

OnRound = Callable[[str, float], Any]
"""Told what begins and how many simulated days it has; gives a context that gives an `OnDays`."""


@dataclass(frozen=True)
class Compared:
    """The scenarios as a study, and what it took: how many replications were run, and whether that was enough."""

    study: Study
    done: Done
    precision: Progress | None = None


def compare_all(asked: Experiment, design: Design, store: Store, on_round: OnRound) -> Compared:
    """The baseline and every scenario: as many replications as are asked for, or until they are precise enough."""
    scenarios = scenarios_of(asked)
    programs = {one.name: one.program() for one in scenarios}
    work = Work(design, programs[BASELINE], store, None, periods_of(programs[BASELINE], design), PICTURED)
    numbers, ran = design.replications, 0
    titles = {one.name: one.title for one in asked.scenarios}
    while True:
        with on_round(asked.title, days_of(design, len(scenarios), numbers)) as on_days:
            done = run_missing(work, scenarios, range(numbers), on_days)
        done.ran = ran = ran + done.ran
        study = read_study(work, programs, done.keys, titles)
        found = precision_of(asked, study)
        if found is None or found.stop:
            return Compared(study, done, found)
        numbers += found.run_next


# --- precise enough -------------------------------------------------------------------------------------------


def precision_of(asked: Experiment, study: Study) -> Progress | None:
    """Whether all is as precise as was asked: the difference in every scenario, or the mean if there is none."""
    if not asked.until:
        return None
    base = study.kpis(study.baseline)
    units = units_of(study.programs[study.baseline])
    others = [name for name in study.programs if name != study.baseline]
    values: dict[str, list[float]] = {}
    targets: dict[str, Target] = {}
    for one in asked.until:
        before = values_of(base, one.kpi)
        figures = {
            f"{one.kpi}, {name}": _less(values_of(study.kpis(name), one.kpi), before) for name in others
        }
        values |= figures or {one.kpi: before}
        target = _target(one, units[one.kpi])
        targets |= dict.fromkeys(figures or (one.kpi,), target)
    rule = Rule(max(asked.replications, 2), max(asked.most, asked.replications, 2))
    return progress(values, targets, rule)


def _less(of: Sequence[float], less: Sequence[float]) -> list[float]:
    return [a - b for a, b in zip(of, less, strict=True)]


def _target(one: Precision, unit: str) -> Target:
    if one.relative is not None:
        return Target(one.relative, relative=True)
    assert one.absolute is not None
    return Target(in_unit_of_kpi(one.absolute, one.unit, unit))


def values_of(runs: Sequence[Kpis], kpi: str, group: str = "all", at: str = "all") -> list[float]:
    """A figure of the whole measured time in each replication; nan where it has none."""
    found = []
    for run in runs:
        try:
            found.append(run.value(kpi, group, at, WHOLE))
        except KeyError:
            found.append(math.nan)
    return found


def units_of(program: Program) -> dict[str, str]:
    """The unit of each KPI."""
    return {kpi.name: kpi.unit for kpi in program.model.observe.kpis}


# --- standards -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Meets:
    """How likely a scenario is to meet a standard; `value` is the standard in the KPI's unit."""

    standard: Standard
    value: float
    scenario: str
    met: Met


def meets(standard: Standard, unit: str, scenario: str, runs: Sequence[Kpis]) -> Meets:
    """How likely a scenario is to meet a standard."""
    value = in_unit_of_kpi(standard.value, standard.unit, unit)
    values = values_of(runs, standard.kpi, standard.group, standard.at)
    return Meets(standard, value, scenario, met(values, value, standard.side))


def standards_met(asked: Experiment, study: Study) -> list[Meets]:
    """Every standard in every scenario."""
    units = units_of(study.programs[study.baseline])
    return [
        meets(one, units[one.kpi], name, study.kpis(name))
        for one in asked.standards
        for name in study.programs
    ]


# --- a sweep ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Swept:
    """The figures of every setting, each paired with the baseline."""

    asked: Experiment
    design: Design
    baseline: Program
    settings: tuple[Setting, ...]
    kpis: tuple[str, ...]
    figures: Mapping[str, Mapping[str, list[float]]]
    """By scenario (the baseline and each setting), by KPI: a figure in each replication."""
    standards: tuple[Meets, ...]
    done: Done

    def table(self) -> Any:
        """A row for each setting and KPI: the fields' values, mean, and the difference from the baseline."""
        import pandas as pd

        units = units_of(self.baseline)
        rows = []
        for one in (Setting(BASELINE, ()), *self.settings):
            for kpi in self.kpis:
                mean = estimate(self.figures[one.name][kpi])
                change = paired(self.figures[BASELINE][kpi], self.figures[one.name][kpi])
                rows.append({"setting": one.name, **dict(one.values), "kpi": kpi, "unit": units[kpi], "n": mean.n,
                             "mean": mean.mean, "low": mean.low, "high": mean.high, "difference": change.mean,
                             "difference_low": change.low, "difference_high": change.high})  # fmt: skip
        return pd.DataFrame(rows)


def sweep_all(asked: Experiment, design: Design, store: Store, on_round: OnRound) -> Swept:
    """The baseline and every setting of the design. Only the KPIs of the question are kept."""
    assert asked.plan is not None
    base, settings = baseline_of(asked), settings_of(asked.plan)
    program = base.program()
    kpis = kpis_of(asked, program)
    wanted = tuple(dict.fromkeys((*kpis, *(one.kpi for one in asked.standards))))
    work = Work(design, program, store, wanted)
    with on_round(asked.title, days_of(design, 1 + len(settings), design.replications)) as on_days:
        done = run_missing(work, (base, *swept(asked, settings)), range(design.replications), on_days)
    figures: dict[str, dict[str, list[float]]] = {}
    standards: list[Meets] = []
    units = units_of(program)
    for name, found in done.keys.items():
        runs = [measured.kpis for key in found if (measured := store.find(key)) is not None]
        figures[name] = {kpi: values_of(runs, kpi) for kpi in kpis}
        standards += [meets(one, units[one.kpi], name, runs) for one in asked.standards]
    return Swept(asked, replace(design), program, tuple(settings), kpis, figures, tuple(standards), done)


def kpis_of(asked: Experiment, program: Program) -> tuple[str, ...]:
    """The KPIs of the question: those that it names, else the model's headlines."""
    known = program.model.observe.kpis
    return asked.kpis or tuple(kpi.name for kpi in known if kpi.headline) or tuple(kpi.name for kpi in known)
