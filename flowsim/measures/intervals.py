"""How sure a mean over replications is: t-intervals, and intervals of paired differences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from flowsim.measures.kpis import Kpis

WHO = ["kpi", "group", "at", "period", "unit"]


@dataclass(frozen=True)
class Estimate:
    """A mean over replications with the interval that holds the true mean in `confidence` of all studies."""

    n: int
    mean: float
    sd: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half the interval's width, in the unit of the mean."""
        return (self.high - self.low) / 2


def estimate(values: Sequence[float], confidence: float = 0.95) -> Estimate:
    """Mean and t-interval of independent replications; those without a value are left out.

    One replication says nothing about its own spread: sd and interval are then nan, never 0.
    """
    known = np.array([value for value in values if not math.isnan(value)], np.float64)
    n, nan = len(known), float("nan")
    if n == 0:
        return Estimate(0, nan, nan, nan, nan)
    mean = float(known.mean())
    if n == 1:
        return Estimate(1, mean, nan, nan, nan)
    sd = float(known.std(ddof=1))
    half = _quantile(confidence, n) * sd / math.sqrt(n)
    return Estimate(n, mean, sd, mean - half, mean + half)


@cache
def _quantile(confidence: float, n: int) -> float:
    """How many standard errors an interval of n replications reaches to either side."""
    from scipy.stats import t

    return float(t.ppf((1 + confidence) / 2, n - 1))


def paired(base: Sequence[float], other: Sequence[float], confidence: float = 0.95) -> Estimate:
    """Mean of `other` less `base`, pair by pair (the same patients in both), with its interval."""
    differences = [b - a for a, b in zip(base, other, strict=True)]
    return estimate(differences, confidence)


def summarise(runs: Sequence[Kpis], confidence: float = 0.95) -> Any:
    """A table of every KPI over replications: n, mean, sd, low, high."""
    import pandas as pd

    found = []
    for who, values in _by_figure(runs).items():
        one = estimate(values, confidence)
        found.append([*who, one.n, one.mean, one.sd, one.low, one.high])
    return pd.DataFrame(found, columns=[*WHO, "n", "mean", "sd", "low", "high"])


def compare(base: Sequence[Kpis], other: Sequence[Kpis], confidence: float = 0.95) -> Any:
    """A table of paired differences: base, other, difference with its interval, and change in %.

    `clear` says that the interval does not hold zero. The i-th runs of both must be of the same replication.
    """
    import pandas as pd

    before, after = _by_figure(base), _by_figure(other)
    found = []
    for who in (key for key in before if key in after):
        change = paired(before[who], after[who], confidence)
        means = estimate(before[who]).mean, estimate(after[who]).mean
        percent = 100 * change.mean / abs(means[0]) if means[0] else float("nan")
        found.append([*who, change.n, *means, change.mean, change.low, change.high, percent,
                      change.low > 0 or change.high < 0])  # fmt: skip
    columns = ["n", "base", "other", "difference", "low", "high", "change_percent", "clear"]
    return pd.DataFrame(found, columns=[*WHO, *columns])


def _by_figure(runs: Sequence[Kpis]) -> dict[tuple[str, ...], list[float]]:
    """The value of each figure in every run; nan in a run that does not have it."""
    found: dict[tuple[str, ...], list[float]] = {}
    for number, run in enumerate(runs):
        for row in run.rows:
            values = found.setdefault(
                (row.kpi, row.group, row.at, row.period, row.unit), [float("nan")] * len(runs)
            )
            values[number] = row.value
    return found
