"""Which settings to try: a list, a grid, a Latin hypercube or Sobol's sequence, within the ranges of the inputs.

Points are placed by addressed uniforms and by Sobol's published direction numbers, and by nothing of a library that may
change: a seed gives the same settings on every machine, so a sweep that was interrupted goes on with its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from flowsim.errors import RunError
from flowsim.sampling.philox import run_key, uniform
from flowsim.studies.statistics.given import a_count, a_number, some

Setting = Mapping[str, float]
Floats = npt.NDArray[np.float64]
BITS = 30
"""Of a point of Sobol's sequence: SciPy's default."""
LATIN, SOBOL = 1, 2
"""Streams of the designs, which share nothing with any patient's."""


@dataclass(frozen=True)
class Range:
    """An input and the ends between which its true value may lie, each as likely as the other; `whole` for a count."""

    name: str
    low: float
    high: float
    whole: bool = False

    def __post_init__(self) -> None:
        for end in (self.low, self.high):
            a_number(f"An end of the range of `{self.name}`", end)
        if not self.low < self.high:
            raise RunError(
                f"The range of `{self.name}` goes from low to high, not from {self.low:g} to {self.high:g}."
            )
        if self.whole and not (float(self.low).is_integer() and float(self.high).is_integer()):
            raise RunError(
                f"`{self.name}` is a whole number, and its range is not: {self.low:g} to {self.high:g}."
            )

    def at(self, u: float) -> float:
        """The value at a place between 0 and 1; each whole number has an equal part of it."""
        if self.whole:
            return float(min(self.high, self.low + math.floor(u * (self.high - self.low + 1))))
        return self.low + u * (self.high - self.low)


def listed(settings: Sequence[Setting]) -> tuple[Setting, ...]:
    """The settings as they are, once it is sure that each sets the same inputs."""
    some("Settings", settings)
    for number, setting in enumerate(settings, 1):
        if set(setting) != set(settings[0]):
            odd = sorted(set(setting) ^ set(settings[0]))
            raise RunError(f"Setting {number} and setting 1 do not set the same inputs: see `{odd[0]}`.")
    return tuple(dict(setting) for setting in settings)


def grid(levels: Mapping[str, Sequence[float]]) -> tuple[Setting, ...]:
    """Every combination of the levels; the last input changes fastest."""
    some("Inputs of a grid", levels)
    for name, values in levels.items():
        some(f"Levels of `{name}`", values)
        if len(set(values)) < len(values):
            raise RunError(f"A level of `{name}` is given twice.")
    return tuple(dict(zip(levels, chosen, strict=True)) for chosen in product(*levels.values()))


def latin_hypercube(ranges: Sequence[Range], count: int, seed: int) -> tuple[Setting, ...]:
    """Settings such that each input takes one value from each of `count` equal parts of its range."""
    _check(ranges, count, seed)
    columns = []
    for number in range(len(ranges)):
        order = np.argsort(_uniforms(seed, LATIN, 2 * number, count), kind="stable")
        columns.append((order + _uniforms(seed, LATIN, 2 * number + 1, count)) / count)
    return placed(ranges, np.column_stack(columns))


def sobol(ranges: Sequence[Range], count: int, seed: int) -> tuple[Setting, ...]:
    """The first points of Sobol's sequence, turned by the seed; best with 2, 4, 8, 16 ... settings.

    More settings begin with the same ones, so a design can be extended. (The turn is a digital shift of each input.)
    """
    from scipy.stats import qmc

    _check(ranges, count, seed)
    power = math.ceil(math.log2(count))
    points = qmc.Sobol(len(ranges), scramble=False, bits=BITS).random_base2(power)[:count]
    shifts = [uniform(run_key(seed, SOBOL), number, SOBOL, 0) >> (64 - BITS) for number in range(len(ranges))]
    turned = (points * 2**BITS).astype(np.int64) ^ np.array(shifts, np.int64)
    return placed(ranges, (turned + 0.5) / 2**BITS)


def placed(ranges: Sequence[Range], points: Floats) -> tuple[Setting, ...]:
    """Points of the unit cube, a row each, as settings of the inputs."""
    return tuple({one.name: one.at(float(u)) for one, u in zip(ranges, row, strict=True)} for row in points)


def middle(ranges: Sequence[Range]) -> Setting:
    """The middle of every range."""
    return {one.name: one.at(0.5) for one in ranges}


def named_once(ranges: Sequence[Range]) -> None:
    """Refuse no ranges, and two of one name."""
    some("Inputs with a range", ranges)
    names = [one.name for one in ranges]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise RunError(f"`{twice[0]}` is given twice.")


def _check(ranges: Sequence[Range], count: int, seed: int) -> None:
    named_once(ranges)
    a_count("Settings", count)
    a_count("seed", seed, 0)


def _uniforms(seed: int, stream: int, who: int, count: int) -> Floats:
    """Numbers from 0 to 1, neither included; 53 bits of each address."""
    key = run_key(seed, stream)
    return np.array([((uniform(key, who, stream, n) >> 12) + 0.5) / 2**52 for n in range(count)])
