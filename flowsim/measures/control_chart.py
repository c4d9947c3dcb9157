"""XmR charts: which weeks are more than the usual ups and downs, by the rules of NHS England's Making Data Count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST_POINTS = 12
"""With fewer points the limits move with every new one."""
LIMIT = 2.66
"""Mean moving ranges from the mean to a limit: three sigma, one of which is estimated as 1/1.128 of the mean range."""
SCREEN = 3.267
"""A moving range beyond so many mean ranges is an event, and no measure of the usual ups and downs."""
RUN, BOTH = 7, 2


@dataclass(frozen=True)
class ControlChart:
    """Mean, limits and, for each point, the first rule that makes it special (`""` if none does).

    The rules are NHSRplotthedots': a point outside the limits; seven in a row on one side of the mean; seven in a row
    that rise, or fall; two of three beyond two sigma, all three on one side.
    """

    mean: float
    low: float
    high: float
    special: tuple[str, ...]


def control_chart(values: Sequence[float]) -> ControlChart:
    """The XmR chart of a series without gaps; mean ranges are worked out again without those that are events."""
    points = np.asarray(values, np.float64)
    if len(points) < BOTH or np.isnan(points).any():
        raise ValueError("A control chart needs at least two points, and no gaps")
    ranges = np.abs(np.diff(points))
    usual = ranges[ranges < SCREEN * ranges.mean()] if ranges.mean() else ranges
    mean, reach = float(points.mean()), LIMIT * float(usual.mean())
    away = points - mean
    outside = np.abs(away) > reach
    near = (np.abs(away) > reach * 2 / 3) & ~outside
    rules = {
        "outside the limits": outside,
        "seven on one side": _part_of_runs(np.sign(away), RUN),
        "seven that rise or fall": _part_of_trends(np.sign(np.diff(points))),
        "two of three near a limit": _part_of_twos(near, np.sign(away)),
    }
    special = [next((name for name, found in rules.items() if found[at]), "") for at in range(len(points))]
    return ControlChart(mean, mean - reach, mean + reach, tuple(special))


def _part_of_runs(signs: NDArray[np.float64], length: int) -> NDArray[np.bool_]:
    """Which members belong to so many equal signs in a row; zero is no sign."""
    found = np.zeros(len(signs), np.bool_)
    for end in range(length, len(signs) + 1):
        if abs(signs[end - length : end].sum()) == length:
            found[end - length : end] = True
    return found


def _part_of_trends(steps: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points stand at either end of a step that belongs to six in one direction."""
    part = _part_of_runs(steps, RUN - 1)
    return np.append(part, False) | np.insert(part, 0, False)


def _part_of_twos(near: NDArray[np.bool_], signs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points are near a limit, among three on one side of which at least two are."""
    found = np.zeros(len(near), np.bool_)
    for end in range(3, len(near) + 1):
        three = slice(end - 3, end)
        if abs(signs[three].sum()) == 3 and near[three].sum() >= BOTH:
            found[three] |= near[three]
    return found
