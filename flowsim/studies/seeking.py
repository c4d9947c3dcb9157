"""The goal-seek of an experiment: its settings simulated as the search asks for them, through the store."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flowsim.errors import RunError
from flowsim.inputs.experiment_values import Experiment, Seek
from flowsim.measures.observed import in_unit_of_kpi
from flowsim.pathway.observe import Kpi
from flowsim.studies.answering import OnRound, kept_of, units_of, values_of
from flowsim.studies.design import Design
from flowsim.studies.goal_seek import Rule, Sought, seek
from flowsim.studies.question import Setting, baseline_of, swept
from flowsim.studies.running import Done, Work, days_of, run_missing
from flowsim.studies.store import Store


@dataclass(frozen=True)
class Found:
    """The answer of a goal-seek, with the figure of every replication by setting; `limit` is in the KPI's unit."""

    asked: Experiment
    design: Design
    kpi: Kpi
    limit: float
    sought: Sought
    figures: Mapping[int, Sequence[float]]
    done: Done

    @property
    def seek(self) -> Seek:
        """What was sought."""
        assert self.asked.seek is not None
        return self.asked.seek

    def table(self) -> Any:
        """A row for each setting that was tried: the figure's mean, how often the standard was met, the verdict."""
        import pandas as pd

        rows = [{self.seek.field.path: self.seek.text(one.at), "kpi": self.kpi.name, "unit": self.kpi.unit,
                 "mean": sum(self.figures[one.at]) / len(self.figures[one.at]), "n": one.met.n, "met": one.met.met,
                 "share": one.met.share, "low": one.met.low, "high": one.met.high, "verdict": one.verdict}
                for one in self.sought.in_order]  # fmt: skip
        return pd.DataFrame(rows)


def seek_all(asked: Experiment, design: Design, store: Store, most: int, on_round: OnRound) -> Found:
    """Find the first setting that meets the standard, with at most so many replications of each.

    Raises RunError if a replication has no figure to be held against the standard: left out, it would make the answer
    look surer than it is.
    """
    assert asked.seek is not None
    wanted, standard = asked.seek, asked.seek.standard
    base = baseline_of(asked).program()
    limit = in_unit_of_kpi(standard.value, standard.unit, units_of(base)[standard.kpi])
    work = Work(design, base, store, kept_of(asked, base))
    figures: dict[int, list[float]] = {}
    done = Done()

    def outcomes(at: int, n: int) -> list[bool]:
        text = wanted.text(at)
        setting = Setting(text, ((wanted.field.path, text),))
        with on_round(f"{wanted.field.path} {text}", days_of(design, 1, n)) as on_days:
            ran = run_missing(work, swept(asked, [setting]), range(n), on_days)
        done.keys |= ran.keys
        done.ran += ran.ran
        runs = [measured.kpis for key in ran.keys[text] if (measured := store.find(key)) is not None]
        figures[at] = values_of(runs, standard.kpi, standard.group, standard.at)
        if any(math.isnan(value) for value in figures[at]):
            raise RunError(
                f"At {wanted.field.path} {text} a replication has no figure for `{standard.kpi}`, so it cannot be said "
                "whether the standard was met. Make the runs longer, or choose another KPI."
            )
        return [value >= limit if standard.side == "at least" else value <= limit for value in figures[at]]

    rule = Rule(wanted.probability, wanted.confidence, min(design.replications, most), most)
    found = seek(len(wanted.values), outcomes, rule)
    kpi = next(one for one in base.model.observe.kpis if one.name == standard.kpi)
    return Found(asked, design, kpi, limit, found, figures, done)
