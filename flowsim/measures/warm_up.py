"""How long a run needs to forget that it began empty (MSER-5), and whether it settles at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class WarmUp:
    """How many observations to leave out, and what to think of it."""

    leave_out: int
    observations: int
    warning: str  # "" if there is nothing to worry about

    def __str__(self) -> str:
        said = f"Leave out the first {self.leave_out} of {self.observations} observations."
        return f"{said} {self.warning}".strip()


def mser5(series: Sequence[float]) -> WarmUp:
    """MSER-5: cut where the standard error of the rest, in batches of five, is smallest.

    The warning says so when the series is too short, or when the best cut lies in its second half: then there
    is no sign that it has settled, and a longer run (or a look at growth) is needed.
    """
    values = np.asarray(series, np.float64)
    if np.isnan(values).any():
        raise ValueError("The series has gaps: give a figure that exists in every week")
    batches = len(values) // 5
    if batches < 4:
        return WarmUp(0, len(values), "Fewer than 20 observations: too short to tell a warm-up.")
    means = values[: batches * 5].reshape(batches, 5).mean(axis=1)
    # The last five batches are never a candidate: so few can look steady by chance.
    candidates = range(max(batches - 5, 1))
    errors = [float(means[cut:].var()) / (batches - cut) for cut in candidates]
    cut = int(np.argmin(errors))
    warning = ""
    if 2 * cut > batches:
        warning = (
            "The best cut lies in the second half: there is no sign that the figure has settled. "
            "Run for longer, or ask whether load exceeds capacity."
        )
    return WarmUp(5 * cut, len(values), warning)


@dataclass(frozen=True)
class Growth:
    """Change a week of a figure over a run, with a 95% interval; `words` says whether it grows."""

    per_week: float
    low: float
    high: float
    words: str


def growth(series: Sequence[float]) -> Growth:
    """Growth a week by least squares on means of batches of four weeks.

    When load exceeds capacity there is no steady state, and a mean depends on how long the run was: growth is
    then the honest figure.
    """
    from scipy.stats import t

    values = np.asarray(series, np.float64)
    batches = len(values) // 4
    if batches < 4:
        nan = float("nan")
        return Growth(nan, nan, nan, "Fewer than 16 weeks: too short to tell growth.")
    means = values[: batches * 4].reshape(batches, 4).mean(axis=1)
    week = np.arange(batches) * 4.0
    centred = week - week.mean()
    slope = float((centred * means).sum() / (centred**2).sum())
    rest = means - means.mean() - slope * centred
    error = math.sqrt(float((rest**2).sum()) / (batches - 2) / float((centred**2).sum()))
    half = float(t.ppf(0.975, batches - 2)) * error
    words = "No clear growth."
    if slope - half > 0:
        words = "It grows week by week: load exceeds capacity, so report growth and not a mean."
    elif slope + half < 0:
        words = "It falls week by week: the run has not settled yet."
    return Growth(slope, slope - half, slope + half, words)
