"""KPIs of one run: a tidy table, worked out from tallies."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.measures.evaluate import evaluate
from flowsim.measures.periods import weeks_of
from flowsim.measures.selection import Selection
from flowsim.pathway.observe import Kpi
from flowsim.records.tallies import Tallies

COLUMNS = ("kpi", "group", "at", "period", "value", "unit")
TIME_UNITS = {
    "ms": 1, "second": 1_000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000, "week": 604_800_000,
}  # fmt: skip


@dataclass(frozen=True)
class KpiValue:
    """One figure: which KPI, for whom (`group` and `at` are "all" for everybody), in which period."""

    kpi: str
    group: str
    at: str
    period: str
    value: float
    unit: str


@dataclass(frozen=True)
class Kpis:
    """All figures of one run."""

    rows: tuple[KpiValue, ...]

    def table(self) -> Any:
        """A tidy pandas table: kpi, group, at, period, value, unit."""
        import pandas as pd

        rows = [[getattr(row, name) for name in COLUMNS] for row in self.rows]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def value(self, kpi: str, group: str = "all", at: str = "all", period: str | None = None) -> float:
        """One figure; KeyError if it is not there."""
        for row in self.rows:
            if (row.kpi, row.group, row.at) == (kpi, group, at) and period in (None, row.period):
                return row.value
        raise KeyError(f"No figure for {kpi}, {group} {at}, period {period or 'any'}")

    def __add__(self, other: Kpis) -> Kpis:
        return Kpis(self.rows + other.rows)


def measure(
    tallies: Tallies,
    program: Any,
    weeks: slice | str | None = None,
    period: str = "",
    only: Collection[str] | None = None,
) -> Kpis:
    """Every KPI of the program's model, for everybody and for each of its groups.

    `weeks` is a slice of weeks (week 0 begins at time 0; the default is all from there on, without the
    warm-up), or the name of a period: one of the config's, or a financial year such as "2018/19". `only` names the KPIs
    that are wanted; the default is all of them.
    """
    if isinstance(weeks, str):
        period, weeks = period or weeks, weeks_of(weeks, program.config)
    chosen = slice(0, None) if weeks is None else weeks
    population = getattr(getattr(program, "config", None), "population", None)
    worked_out: dict[Any, Any] = {}

    @cache
    def selection(group: str, ms_per_unit: int) -> Selection:
        return Selection(tallies, chosen, group, population, ms_per_unit, worked_out)

    rows: list[KpiValue] = []
    for kpi in program.model.observe.kpis:
        if only is not None and kpi.name not in only:
            continue
        for group in ("all", *kpi.groups):
            rows += _figures(kpi, selection(group, time_unit(kpi.unit)), period or "all")
    return Kpis(tuple(rows))


def _figures(kpi: Kpi, on: Selection, period: str) -> list[KpiValue]:
    """A KPI for each member of a group; a group for which it has no meaning at all is left out."""
    values = evaluate(kpi.formula, on)
    if on.group != "all" and np.isnan(values).all():
        return []
    found = zip(on.members, values.tolist(), strict=True)
    return [KpiValue(kpi.name, on.group, at, period, value, kpi.unit) for at, value in found]


def weekly(tallies: Tallies, kpi: Kpi, population: Any = None) -> NDArray[np.float64]:
    """A KPI week by week, the warm-up included: the series to look at for a warm-up or for growth."""
    every_week = Selection(tallies, slice(None), "week", population, time_unit(kpi.unit))
    return evaluate(kpi.formula, every_week)


@lru_cache(maxsize=256)
def time_unit(unit: str) -> int:
    """Milliseconds in the first unit of time that a KPI's unit names; minutes if it names none."""
    for word in re.findall(r"[a-z]+", unit.lower()):
        if word.removesuffix("s") in TIME_UNITS or word in TIME_UNITS:
            return TIME_UNITS.get(word) or TIME_UNITS[word.removesuffix("s")]
    return TIME_UNITS["minute"]
