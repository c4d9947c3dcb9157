"""The baseline held against what was really seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flowsim.inputs.values import Observed
from flowsim.measures.intervals import Estimate, estimate
from flowsim.measures.kpis import Kpis, time_unit

COLUMNS = [
    "kpi", "group", "at", "period", "unit", "modelled", "low", "high", "observed", "difference_percent",
    "tolerance", "within", "used_to_set", "source",
]  # fmt: skip


def compare_observed(runs: Kpis | Sequence[Kpis], observed: Iterable[Observed]) -> Any:
    """A table of each observed figure beside the modelled one, with its interval over replications.

    A figure of a period is compared with the modelled figure of the same period, so measure that period too.
    What the runs do not have stands in the table without a modelled figure: it is missing, not agreed with.
    """
    import pandas as pd

    every = [runs] if isinstance(runs, Kpis) else list(runs)
    return pd.DataFrame([_row(one, every) for one in observed], columns=COLUMNS)


def _row(one: Observed, runs: list[Kpis]) -> list[Any]:
    group, at = _who(one.group, runs)
    wanted = (one.kpi, group, at)
    rows = [row for run in runs for row in run.rows if (row.kpi, row.group, row.at) == wanted]
    found = [row for row in rows if one.period in ("", row.period)]
    unit = found[0].unit if found else ""
    modelled: Estimate = estimate([row.value for row in found])
    seen = in_unit_of_kpi(one.value, one.unit, unit)
    difference = 100 * (modelled.mean - seen) / abs(seen) if seen else float("nan")
    within = abs(difference) <= 100 * one.tolerance if one.tolerance is not None and found else None
    return [
        one.kpi, group, at, one.period, unit, modelled.mean, modelled.low, modelled.high, seen, difference,
        one.tolerance, within, one.used_to_set, one.provenance.source,
    ]  # fmt: skip


def in_unit_of_kpi(value: float, written: str, unit: str) -> float:
    """A figure as the KPI counts it: a time in the KPI's unit; a plain number beside a KPI in % is out of 100."""
    if written == "ms":
        return value / time_unit(unit)
    return value / 100 if written == "" and unit == "%" else value


def _who(group: str, runs: list[Kpis]) -> tuple[str, str]:
    """`site=worcester`, or just `worcester`, as a group and its member."""
    if not group:
        return "all", "all"
    if "=" in group:
        name, _, at = group.partition("=")
        return name, at
    known = {row.at: row.group for run in runs for row in run.rows}
    return known.get(group, "site"), group
