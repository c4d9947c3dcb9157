"""An experiment answered: its scenarios, or the settings of its sweep, with as many replications as it asks for."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flowsim.inputs.experiments import BASELINE, Experiment, Precision, Standard
from flowsim.measures.intervals import Estimate, estimate, paired
from flowsim.measures.kpis import Kpis
from flowsim.measures.observed import in_unit_of_kpi
from flowsim.program import Program
from flowsim.studies.design import Design
from flowsim.studies.question import Setting, baseline_of, scenarios_of, settings_of, swept
from flowsim.studies.running import PICTURED, Work, days_of, periods_of, read_study, run_missing
from flowsim.studies.store import Store
from flowsim.studies.study import WHOLE, Study

OnRound = Callable[[str, float], Any]
"""Told what begins and how many simulated days it has; gives a context that gives an `OnDays`."""
SURE = 0.95


def compare_all(asked: Experiment, design: Design, store: Store, on_round: OnRound) -> Study:
    """The baseline and every scenario: as many replications as are asked for, or until they are precise enough."""
    scenarios = scenarios_of(asked)
    programs = {one.name: one.program() for one in scenarios}
    work = Work(design, programs[BASELINE], store, None, periods_of(programs[BASELINE], design), PICTURED)
    numbers = design.replications
    while True:
        with on_round(asked.title, days_of(design, len(scenarios), numbers)) as on_days:
            keys = run_missing(work, scenarios, range(numbers), on_days)
        study = read_study(work, programs, keys)
        wanted = more_needed(asked.until, study, asked.most)
        if wanted <= numbers:
            return study
        numbers = wanted


# --- precise enough -------------------------------------------------------------------------------------------


def more_needed(until: Sequence[Precision], study: Study, most: int) -> int:
    """How many replications to go on to; as many as there are if all is precise enough, or `most` is reached."""
    n = study.design.replications
    wanted = max((_needed(one, study) for one in until), default=n)
    return n if wanted <= n else min(most, max(n + 1, min(wanted, 2 * n)))


def not_precise(until: Sequence[Precision], study: Study) -> list[str]:
    """The KPIs that are not as precise as was asked, whatever was tried."""
    return [one.kpi for one in until if _needed(one, study) > study.design.replications]


def _needed(one: Precision, study: Study) -> int:
    """Replications that a KPI is likely to need: of the difference in every scenario, or of the mean if there is none."""
    base = values_of(study.kpis(study.baseline), one.kpi)
    others = [name for name in study.programs if name != study.baseline]
    found = [paired(base, values_of(study.kpis(name), one.kpi)) for name in others] or [estimate(base)]
    unit = next(kpi.unit for kpi in study.programs[study.baseline].model.observe.kpis if kpi.name == one.kpi)
    return max(_enough(spread, one, unit, estimate(base)) for spread in found)


def _enough(spread: Estimate, one: Precision, unit: str, base: Estimate) -> int:
    """n at which half the interval is as narrow as wanted, if the spread stays what it is."""
    if one.absolute is not None:
        target = in_unit_of_kpi(one.absolute, one.unit, unit)
    else:
        assert one.relative is not None
        target = one.relative * abs(base.mean)
    if math.isnan(spread.half_width):
        return spread.n + 1
    if spread.half_width <= target:
        return spread.n
    return math.ceil(spread.n * (spread.half_width / target) ** 2) if target > 0 else 2 * spread.n


def values_of(runs: Sequence[Kpis], kpi: str, group: str = "all", at: str = "all") -> list[float]:
    """A figure in each replication; nan where it has none."""
    found = []
    for run in runs:
        try:
            found.append(run.value(kpi, group, at))
        except KeyError:
            found.append(math.nan)
    return found


# --- standards -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Meets:
    """How often a scenario met a standard: of `n` replications, `met`."""

    standard: Standard
    value: float
    scenario: str
    met: int
    n: int


def meets(standard: Standard, unit: str, scenario: str, runs: Sequence[Kpis]) -> Meets:
    """In how many replications a scenario meets a standard."""
    value = in_unit_of_kpi(standard.value, standard.unit, unit)
    known = [one for one in values_of(runs, standard.kpi, standard.group, standard.at) if not math.isnan(one)]
    met = sum(one >= value if standard.side == "at least" else one <= value for one in known)
    return Meets(standard, value, scenario, met, len(known))


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

    def table(self) -> Any:
        """A row for each setting and KPI: the fields' values, mean, and the difference from the baseline."""
        import pandas as pd

        units = {kpi.name: kpi.unit for kpi in self.baseline.model.observe.kpis}
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
        keys = run_missing(work, (base, *swept(asked, settings)), range(design.replications), on_days)
    figures: dict[str, dict[str, list[float]]] = {}
    standards: list[Meets] = []
    units = {kpi.name: kpi.unit for kpi in program.model.observe.kpis}
    for name, found in keys.items():
        runs = [measured.kpis for key in found if (measured := store.find(key)) is not None]
        figures[name] = {kpi: values_of(runs, kpi) for kpi in kpis}
        standards += [meets(one, units[one.kpi], name, runs) for one in asked.standards]
    return Swept(asked, replace(design), program, tuple(settings), kpis, figures, tuple(standards))


def kpis_of(asked: Experiment, program: Program) -> tuple[str, ...]:
    """The KPIs of the question: those that it names, else the model's headlines."""
    known = program.model.observe.kpis
    return asked.kpis or tuple(kpi.name for kpi in known if kpi.headline) or tuple(kpi.name for kpi in known)


__all__ = ["WHOLE", "Meets", "Swept", "compare_all", "kpis_of", "meets", "not_precise", "sweep_all"]
