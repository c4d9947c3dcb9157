"""A quick stand-in for the simulation between settings that were simulated: a Gaussian process, and how far to trust it.

It is trusted as far as it foretells settings that it did not see, and no further.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from flowsim.errors import RunError
from flowsim.studies.statistics.designs import Range, latin_hypercube
from flowsim.studies.statistics.given import some

Floats = npt.NDArray[np.float64]
FOLDS = 20
FEWEST = 8
LEAST_R2 = 0.7
"""A stand-in that foretells less than this of what differs between settings is not asked."""
FLOOR = 1e-8
"""Of a variance, so that settings that are alike can be told apart numerically."""


@dataclass(frozen=True)
class Metamodel:
    """A fitted Gaussian process; points are places in the unit cube, a row each."""

    regressor: Any
    centre: float
    scale: float

    def at(self, points: Floats) -> tuple[Floats, Floats]:
        """The expected figure at each point, and the sd of what is not known about it."""
        mean, sd = self.regressor.predict(points, return_std=True)
        return self.centre + self.scale * mean, self.scale * sd


@dataclass(frozen=True)
class Checked:
    """How well settings were foretold by all the others, each in its turn left out.

    `r2` is 1 for perfect, 0 for no better than the mean of the others, and may be negative; `error` is the root mean
    square in the figure's unit; `inside` is the share of figures within the band that should hold 95% of them.
    """

    r2: float
    error: float
    inside: float
    foretold: tuple[float, ...]

    @property
    def good(self) -> bool:
        """Does it foretell enough to be asked?"""
        return self.r2 >= LEAST_R2


def fit(points: Floats, values: Floats, noise: Floats) -> Metamodel:
    """Fit a Gaussian process (Matérn 5/2, a length scale for each field); `noise` is the variance of each value."""
    gaussian, kernels = scikit_learn()
    centre, scale = float(values.mean()), float(values.std()) or 1.0
    ones = np.full(points.shape[1], 0.5)
    smooth = kernels.ConstantKernel(1.0, (1e-2, 1e3)) * kernels.Matern(ones, (0.05, 50.0), nu=2.5)
    regressor = gaussian.GaussianProcessRegressor(
        smooth + kernels.WhiteKernel(1e-2, (1e-8, 1.0)), alpha=np.maximum(noise / scale**2, FLOOR)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a length scale is at its bound: the field hardly matters
        regressor.fit(points, (values - centre) / scale)
    return Metamodel(regressor, centre, scale)


def check(points: Floats, values: Floats, noise: Floats) -> Checked:
    """Leave settings out, one by one or in twenty parts of like size, and foretell them from the others."""
    some("Settings with a figure", values.tolist(), least=FEWEST)
    n = len(values)
    shuffled = [one["at"] for one in latin_hypercube([Range("at", 0, 1)], n, seed=1)]
    part = np.argsort(np.argsort(shuffled)) % min(n, FOLDS)
    foretold, sds, plain = np.zeros(n), np.zeros(n), np.zeros(n)
    for number in range(min(n, FOLDS)):
        out, others = part == number, part != number
        foretold[out], sds[out] = fit(points[others], values[others], noise[others]).at(points[out])
        plain[out] = values[others].mean()
    missed, spread = values - foretold, values - plain
    band = 1.96 * np.sqrt(sds**2 + noise)
    total = float((spread**2).sum())
    r2 = 1 - float((missed**2).sum()) / total if total > 0 else math.nan
    return Checked(
        r2,
        math.sqrt(float((missed**2).mean())),
        float((abs(missed) <= band).mean()),
        tuple(foretold.tolist()),
    )


def in_cube(settings: Sequence[Sequence[float]], ranges: Sequence[Range]) -> Floats:
    """Settings as places between the ends of their ranges."""
    low = np.array([one.low for one in ranges])
    high = np.array([one.high for one in ranges])
    return np.asarray((np.array(settings, np.float64) - low) / (high - low))


def scikit_learn() -> tuple[Any, Any]:
    """Its Gaussian processes and their kernels. Raises RunError if it is not installed."""
    try:
        from sklearn import gaussian_process
        from sklearn.gaussian_process import kernels
    except ImportError as error:
        raise RunError(
            "A frontier needs scikit-learn, which is not installed. Run: pip install 'flowsim[search]'"
        ) from error
    return gaussian_process, kernels
