"""Which inputs move a figure: Morris's screening and Sobol's indices, through SALib (an extra)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from flowsim.errors import FlowsimError, RunError
from flowsim.studies.statistics.designs import Floats, Range, Setting, named_once, placed
from flowsim.studies.statistics.given import a_count, a_probability
from flowsim.studies.statistics.saying import percent, said, size

LEVELS = 4
"""Of Morris's grid: his own choice, and everybody's since."""
RESAMPLES = 1000
"""For the intervals of the indices."""


@dataclass(frozen=True)
class Effect:
    """Morris (1991): what an input does over its whole range, on average over trajectories.

    `size` is the mean of the absolute effects (mu*), `direction` their mean, and `spread` their sd: large beside
    `size` if the effect depends on the other inputs or bends. `half_width` is that of `size`.
    """

    name: str
    size: float
    direction: float
    spread: float
    half_width: float

    def words(self, unit: str = "") -> str:
        """The finding in a sentence."""
        if self.size == 0:
            return f"{self.name} changes nothing."
        way = "now up, now down"
        if abs(self.direction) > 0.9 * self.size:
            way = "up" if self.direction > 0 else "down"
        other = (
            ", and how much depends on the other inputs or on where one stands"
            if self.spread > self.size
            else ""
        )
        return f"Across its range {self.name} moves the figure {way} by {size(self.size, unit)}{other}."


@dataclass(frozen=True)
class Index:
    """Sobol's indices: the share of the figure's variance that an input causes, alone and with all others.

    `half_width` and `total_half_width` are of bootstrap intervals, so an index near 0 may be estimated below it.
    """

    name: str
    alone: float
    half_width: float
    total: float
    total_half_width: float

    def words(self) -> str:
        """The finding in a sentence."""
        return (
            f"{self.name} alone causes {_share(self.alone)} of the variance (give or take "
            f"{_share(self.half_width)}), and {_share(self.total)} together with other inputs "
            f"(give or take {_share(self.total_half_width)})."
        )


def morris_settings(ranges: Sequence[Range], trajectories: int, seed: int) -> tuple[Setting, ...]:
    """The settings of Morris's screening: `trajectories` times one more than there are inputs."""
    return placed(ranges, _trajectories(ranges, trajectories, seed))


def morris(
    ranges: Sequence[Range], trajectories: int, seed: int, values: Sequence[float], confidence: float = 0.95
) -> tuple[Effect, ...]:
    """The effect of each input, largest first, from the figure at each of Morris's settings, in their order."""
    points = _trajectories(ranges, trajectories, seed)
    found = _salib("analyze.morris").analyze(
        _unit_problem(ranges),
        points,
        _checked(values, len(points)),
        num_resamples=RESAMPLES,
        conf_level=a_probability("confidence", confidence),
        num_levels=LEVELS,
        seed=seed,
    )
    columns = zip(ranges, found["mu_star"], found["mu"], found["sigma"], found["mu_star_conf"], strict=True)
    effects = [Effect(one.name, *(float(value) for value in row)) for one, *row in columns]
    return tuple(sorted(effects, key=lambda one: -one.size))


def sobol_settings(ranges: Sequence[Range], base: int, seed: int) -> tuple[Setting, ...]:
    """The settings for Sobol's indices: `base`, a power of two, times two more than there are inputs."""
    a_count("base", base, 2)
    if base & (base - 1):
        raise RunError(f"The base of Sobol's design is a power of two, such as 64 or 128; it is not {base}.")
    points = _salib("sample.sobol").sample(
        _unit_problem(ranges), base, calc_second_order=False, seed=a_count("seed", seed, 1)
    )
    return placed(ranges, np.asarray(points, np.float64))


def sobol_indices(
    ranges: Sequence[Range], base: int, seed: int, values: Sequence[float], confidence: float = 0.95
) -> tuple[Index, ...]:
    """The share of the variance of each input, largest total first, from the figure at each of Sobol's settings.

    Give means over the same replications at every setting. What luck is left in them is counted as the inputs' joint
    doing: totals then come out too large.
    """
    named_once(ranges)
    a_probability("confidence", confidence)
    figures = _checked(values, base * (len(ranges) + 2))
    if np.ptp(figures) == 0:
        return tuple(Index(one.name, 0.0, 0.0, 0.0, 0.0) for one in ranges)
    found = _salib("analyze.sobol").analyze(
        _unit_problem(ranges),
        figures,
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=confidence,
        seed=a_count("seed", seed, 1),
    )
    columns = zip(ranges, found["S1"], found["S1_conf"], found["ST"], found["ST_conf"], strict=True)
    indices = [Index(one.name, *(float(value) for value in row)) for one, *row in columns]
    return tuple(sorted(indices, key=lambda one: -one.total))


def _trajectories(ranges: Sequence[Range], trajectories: int, seed: int) -> Floats:
    """Morris's walks through the unit cube: a row a setting."""
    a_count("trajectories", trajectories, 2)
    a_count("seed", seed, 1)
    walks = _salib("sample.morris").sample(_unit_problem(ranges), trajectories, num_levels=LEVELS, seed=seed)
    return np.asarray(walks, np.float64)


def _salib(name: str) -> ModuleType:
    """A module of SALib, or a word on how to get it."""
    from importlib import import_module

    try:
        return import_module(f"SALib.{name}")
    except ModuleNotFoundError as error:
        raise FlowsimError(
            "Morris's screening and Sobol's indices need SALib, which is not installed. "
            "Get it with: pip install 'flowsim[sensitivity]'"
        ) from error


def _unit_problem(ranges: Sequence[Range]) -> dict[str, Any]:
    """The inputs as SALib wants them, each between 0 and 1: ours are placed in their ranges afterwards."""
    named_once(ranges)
    return {
        "num_vars": len(ranges),
        "names": [one.name for one in ranges],
        "bounds": [[0.0, 1.0]] * len(ranges),
    }


def _checked(values: Sequence[float], wanted: int) -> Any:
    figures = np.asarray(values, np.float64)
    if len(figures) != wanted:
        raise RunError(f"The design has {wanted} settings, and there are {len(figures)} figures.")
    if not np.isfinite(figures).all():
        at = int(np.flatnonzero(~np.isfinite(figures))[0])
        raise RunError(f"Setting {at + 1} has no figure; these methods need one for every setting.")
    return figures


def _share(value: float) -> str:
    return NONE if math.isnan(value) else percent(round(max(0.0, value), 2))


NONE = said(math.nan)
