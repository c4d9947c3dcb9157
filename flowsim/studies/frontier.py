"""Cost against performance over several fields: which settings are not beaten by any that costs less.

The settings of a design are simulated; a Gaussian process fitted to them proposes cheaper ways to each performance; what
it proposes is simulated too, with the same patients. The answer is made of simulated settings alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from flowsim.errors import RunError
from flowsim.inputs.experiment_values import BASELINE, Experiment, Frontier
from flowsim.measures.intervals import Estimate, estimate, paired
from flowsim.pathway.observe import Kpi
from flowsim.studies.answering import OnRound, Swept, kept_of, kpis_of, sweep_all, values_of
from flowsim.studies.design import Design
from flowsim.studies.metamodel import Checked, check, fit, in_cube, scikit_learn
from flowsim.studies.question import SEED, Setting, baseline_of, swept
from flowsim.studies.running import Done, Work, days_of, run_missing
from flowsim.studies.statistics.designs import Range, placed, sobol
from flowsim.studies.store import Store

CANDIDATES = 2048
DESIGN, PROPOSED = "design", "proposed"


@dataclass(frozen=True)
class Point:
    """A simulated setting: what it costs, its figure in every replication, and what had been foretold of it."""

    name: str
    values: tuple[tuple[str, str], ...]
    cost: float
    figures: tuple[float, ...]
    kind: str
    foretold: float = math.nan
    sd: float = math.nan

    @property
    def mean(self) -> Estimate:
        """The figure's mean with its interval."""
        return estimate(self.figures)


@dataclass(frozen=True)
class Foretold:
    """A setting that was not simulated: its cost, the figure to expect, and the sd of what is not known about that."""

    values: tuple[tuple[str, str], ...]
    cost: float
    mean: float
    sd: float


@dataclass(frozen=True)
class Step:
    """A setting that nothing cheaper equals, and its paired difference from the last cheaper one that was clear.

    The first is held against nothing, and counts as clear for those after it.
    """

    point: Point
    gain: Estimate | None

    @property
    def clear(self) -> bool:
        """Is it better than that by more than luck?"""
        return self.gain is not None and (self.gain.low > 0 or self.gain.high < 0)


@dataclass(frozen=True)
class Traded:
    """The answer: every simulated setting, those that nothing cheaper equals, and how good the stand-in was."""

    asked: Experiment
    design: Design
    kpi: Kpi
    points: tuple[Point, ...]
    steps: tuple[Step, ...]
    checked: Checked
    curve: tuple[Foretold, ...]
    """The frontier as it was foretold; empty if the stand-in was not good enough to be asked."""
    done: Done

    @property
    def frontier(self) -> Frontier:
        """What was asked."""
        assert self.asked.frontier is not None
        return self.asked.frontier

    @property
    def proposed(self) -> tuple[Point, ...]:
        """The settings that the stand-in proposed, simulated."""
        return tuple(one for one in self.points if one.kind == PROPOSED)

    def table(self) -> Any:
        """A row for each simulated setting: fields, cost, mean, what was foretold, whether it is on the frontier."""
        import pandas as pd

        on = {step.point.name: step for step in self.steps}
        rows = []
        for one in sorted(self.points, key=lambda point: point.cost):
            step = on.get(one.name)
            gain = step.gain if step else None
            rows.append({"setting": one.name, **dict(one.values), "kind": one.kind, "cost": one.cost,
                         "currency": self.frontier.currency, "kpi": self.kpi.name, "unit": self.kpi.unit,
                         "n": one.mean.n, "mean": one.mean.mean, "low": one.mean.low, "high": one.mean.high,
                         "foretold": one.foretold, "on_frontier": step is not None,
                         "gain": gain.mean if gain else math.nan, "gain_low": gain.low if gain else math.nan,
                         "gain_high": gain.high if gain else math.nan,
                         "gain_clear": bool(step and step.clear)})  # fmt: skip
        return pd.DataFrame(rows)


def not_beaten(costs: Sequence[float], values: Sequence[float], better: str) -> list[int]:
    """Which of these nothing equals at the same cost or less, in order of cost."""
    sign = -1.0 if better == "high" else 1.0
    found: list[int] = []
    least = math.inf
    for at in sorted(range(len(costs)), key=lambda at: (costs[at], sign * values[at])):
        if sign * values[at] < least:
            least = sign * values[at]
            found.append(at)
    return found


def frontier_all(asked: Experiment, design: Design, store: Store, on_round: OnRound) -> Traded:
    """Simulate the design, propose, simulate what is proposed, and say what nothing cheaper equals.

    Raises RunError if a setting has no figure, or if the KPI has no better side.
    """
    wanted = asked.frontier
    assert wanted is not None
    if design.replications < 2:
        raise RunError("One replication cannot say how much luck there is in a figure. Ask for 2 or more.")
    scikit_learn()
    program = baseline_of(asked).program()
    kpi = next(one for one in program.model.observe.kpis if one.name == wanted.kpi)
    if kpi.better not in ("high", "low"):
        raise RunError(
            f"`{kpi.name}` has no better side, so nothing can be traded for it. Choose another KPI."
        )
    asked = replace(asked, kpis=tuple(dict.fromkeys((*kpis_of(asked, program), kpi.name))))
    found = sweep_all(asked, design, store, on_round)
    points = [_point(asked, one, found.figures[one.name][kpi.name], DESIGN) for one in found.settings]
    checked, curve = _foretell(asked, kpi.better, points, found.figures[BASELINE][kpi.name])
    if checked.good:
        points += _simulate(asked, found, _chosen(wanted.confirm, curve, points), store, on_round)
    steps = _steps(points, kpi.better)
    return Traded(asked, design, kpi, tuple(points), steps, checked, tuple(curve), found.done)


def _point(asked: Experiment, setting: Setting, figures: Sequence[float], kind: str) -> Point:
    assert asked.frontier is not None
    if any(math.isnan(value) for value in figures):
        raise RunError(
            f"Setting {setting.name} has a replication without a figure for `{asked.frontier.kpi}`. Make the runs longer."
        )
    cost = asked.frontier.cost(_numbers(asked, setting.values))
    return Point(setting.name, setting.values, cost, tuple(figures), kind)


def _numbers(asked: Experiment, values: Sequence[tuple[str, str]]) -> Mapping[str, float]:
    """The fields of a setting as numbers."""
    assert asked.plan is not None
    units = {one.path: one.unit for one in asked.plan.fields}
    return {path: float(text.removeprefix("x").removesuffix(units[path])) for path, text in values}


def _foretell(
    asked: Experiment, better: str, points: Sequence[Point], base: Sequence[float]
) -> tuple[Checked, list[Foretold]]:
    """How good the stand-in is, and the frontier as it sees it, over settings strewn evenly and all corners.

    It is fitted to paired differences from the baseline: the luck that all settings share is not in them.
    """
    assert asked.plan is not None
    assert asked.frontier is not None
    fields = asked.plan.fields
    ranges = [Range(one.path, one.low, one.high, one.whole) for one in fields]
    seen = in_cube([list(_numbers(asked, one.values).values()) for one in points], ranges)
    differences = [paired(base, one.figures) for one in points]
    values = np.array([one.mean for one in differences])
    noise = np.array([one.sd**2 / one.n for one in differences])
    checked = check(seen, values, noise)
    if not checked.good:
        return checked, []
    corners = placed(ranges, np.array(list(product((0.0, 1.0), repeat=len(ranges)))))
    strewn = (*corners, *sobol(ranges, CANDIDATES, SEED))
    settings = list(
        dict.fromkeys(tuple((one.path, one.text(setting[one.path])) for one in fields) for setting in strewn)
    )
    numbers = [_numbers(asked, one) for one in settings]
    means, sds = fit(seen, values, noise).at(in_cube([list(one.values()) for one in numbers], ranges))
    means += estimate(base).mean
    costs = [asked.frontier.cost(one) for one in numbers]
    best = not_beaten(costs, means.tolist(), better)
    return checked, [Foretold(settings[at], costs[at], float(means[at]), float(sds[at])) for at in best]


def _chosen(most: int, curve: Sequence[Foretold], points: Sequence[Point]) -> list[Foretold]:
    """So many of the foretold frontier that were not simulated yet, evenly apart in cost, the ends among them."""
    known = {one.values for one in points}
    new = [one for one in curve if one.values not in known]
    if len(new) <= most:
        return new
    aims = np.linspace(new[0].cost, new[-1].cost, max(most, 1))[:most]
    chosen = {min(range(len(new)), key=lambda at: abs(new[at].cost - aim)) for aim in aims.tolist()}
    return [new[at] for at in sorted(chosen)]


def _simulate(
    asked: Experiment, found: Swept, chosen: Sequence[Foretold], store: Store, on_round: OnRound
) -> list[Point]:
    """What was proposed, run with the patients of the design."""
    assert asked.frontier is not None
    settings = [Setting(f"p{number:03}", one.values) for number, one in enumerate(chosen, start=1)]
    work = Work(found.design, found.baseline, store, kept_of(asked, found.baseline))
    n = found.design.replications
    with on_round("What is proposed", days_of(found.design, len(settings), n)) as on_days:
        ran = run_missing(work, swept(asked, settings), range(n), on_days)
    found.done.ran += ran.ran
    found.done.keys |= ran.keys
    points = []
    for setting, one in zip(settings, chosen, strict=True):
        runs = [measured.kpis for key in ran.keys[setting.name] if (measured := store.find(key)) is not None]
        point = _point(asked, setting, values_of(runs, asked.frontier.kpi), PROPOSED)
        points.append(replace(point, foretold=one.mean, sd=one.sd))
    return points


def _steps(points: Sequence[Point], better: str) -> tuple[Step, ...]:
    best = not_beaten([one.cost for one in points], [one.mean.mean for one in points], better)
    found: list[Step] = []
    held_against: Point | None = None
    for at in best:
        gain = None if held_against is None else paired(held_against.figures, points[at].figures)
        found.append(Step(points[at], gain))
        if held_against is None or found[-1].clear:
            held_against = points[at]
    return tuple(found)
