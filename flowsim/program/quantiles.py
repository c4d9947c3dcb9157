"""Quantile tables: any distribution of durations as whole milliseconds at fixed probabilities.

The probabilities are dense in both tails: every octave of the tail (1/4 to 1/2, 1/8 to 1/4, ... down to
2**-33) is cut into 64 equal parts. A look-up is a few shifts and one integer interpolation, so engines never
meet a logarithm, and two engines can agree to the byte. Accuracy is tested against the distributions.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt

from flowsim.inputs.values import Distribution
from flowsim.kept import kept

OCTAVES = 32
PER_OCTAVE = 64
HALF = OCTAVES * PER_OCTAVE
"""Index of the median in each half of a table."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
LONGEST = 2**55
"""Longest duration that a table may hold, in ms (a million years): room for factors without overflow."""


@lru_cache(maxsize=1)
def tail_probabilities() -> Floats:
    """The probability of each knot of the lower half, ascending to 1/2; shape [HALF + 1]."""
    octave = np.repeat(np.arange(OCTAVES - 1, -1, -1), PER_OCTAVE)
    part = np.tile(np.arange(PER_OCTAVE), OCTAVES)
    return np.append(2.0 ** -(octave + 2.0) * (1 + part / PER_OCTAVE), 0.5)


def quantile_table(distribution: Distribution) -> Integers:
    """Knots of a distribution in ms: the lower half ascending to the median, then the upper half descending.

    Shape [2 * (HALF + 1)]. A duration below zero counts as zero.
    """
    p = tail_probabilities()
    law = law_of(distribution)
    lower, upper = law.below(p), law.above(p)
    knots = np.concatenate([lower, upper])
    if not np.all(np.isfinite(knots)):
        raise ValueError("has quantiles that are not finite")
    if knots.max() > LONGEST:
        raise ValueError("has quantiles longer than a million years")
    table: Integers = np.rint(np.maximum(knots, 0.0)).astype(np.int64)
    return table


def kept_table(distribution: Distribution) -> Integers:
    """The same, from the user's cache folder if it has been made before: SciPy alone takes a second to import."""
    asked = f"{distribution!r} {_versions()}"
    made = kept(
        "quantiles", asked, (Path(__file__),), lambda: quantile_table(distribution).astype("<i8").tobytes()
    )
    return np.frombuffer(made, "<i8").astype(np.int64)


@lru_cache(maxsize=1)
def _versions() -> str:
    return f"scipy {version('scipy')} numpy {version('numpy')}"


class Law:
    """A distribution as four functions: quantile from below and from above, and both distribution functions."""

    def __init__(
        self,
        below: Callable[[Floats], Floats],
        above: Callable[[Floats], Floats],
        cdf: Callable[[Floats], Floats],
        sf: Callable[[Floats], Floats],
    ) -> None:
        self.below, self.above, self.cdf, self.sf = below, above, cdf, sf


def law_of(distribution: Distribution) -> Law:
    """The law of a canonical distribution, truncation included."""
    law = _untruncated(distribution)
    low, high = distribution.low, distribution.high
    if low is None and high is None:
        return law
    low = -np.inf if low is None else low
    high = np.inf if high is None else high
    return _clipped(law, low, high) if distribution.outside == "clip" else _redrawn(law, low, high)


def _clipped(law: Law, low: float, high: float) -> Law:
    return Law(
        lambda p: np.clip(law.below(p), low, high),
        lambda p: np.clip(law.above(p), low, high),
        lambda x: np.where(x < low, 0.0, np.where(x >= high, 1.0, law.cdf(x))),
        lambda x: np.where(x < low, 1.0, np.where(x >= high, 0.0, law.sf(x))),
    )


def _redrawn(law: Law, low: float, high: float) -> Law:
    ends = np.array([np.nextafter(low, -np.inf), high])  # a value at either end is inside
    below_low, below_high = law.cdf(ends)
    above_high = law.sf(ends)[1]
    kept = below_high - below_low
    if kept < 1e-9:
        raise ValueError("keeps next to nothing between its min and max")

    def inside(x: Floats) -> Floats:
        return np.clip(x, low, high)

    return Law(
        lambda p: inside(law.below(below_low + p * kept)),
        lambda p: inside(law.above(above_high + p * kept)),
        lambda x: np.clip((law.cdf(x) - below_low) / kept, 0, 1),
        lambda x: np.clip((law.sf(x) - above_high) / kept, 0, 1),
    )


def _untruncated(distribution: Distribution) -> Law:
    args = distribution.args
    match distribution.family:
        case "constant":
            return _step_law(np.array([args["value"]]), np.array([1.0]))
        case "empirical":
            shares = np.array([share for share, _ in distribution.parts])
            values = np.array([part.args["value"] for _, part in distribution.parts])
            return _step_law(values, shares)
        case "mixture" | "histogram":
            return _mixture([(share, law_of(part)) for share, part in distribution.parts])
    return _scipy_law(distribution)


def _step_law(values: Floats, shares: Floats) -> Law:
    order = np.argsort(values, kind="stable")
    values, shares = values[order], shares[order]
    upto = np.cumsum(shares) / shares.sum()

    def cdf(x: Floats) -> Floats:
        at = np.searchsorted(values, x, side="right")
        return np.concatenate([[0.0], upto])[at]

    def below(p: Floats) -> Floats:
        return values[np.minimum(np.searchsorted(upto, p, side="left"), len(values) - 1)]

    return Law(below, lambda p: below(1 - p), cdf, lambda x: 1 - cdf(x))


def _mixture(parts: list[tuple[float, Law]]) -> Law:
    total = sum(share for share, _ in parts)

    def weighted(tails: list[tuple[float, Callable[[Floats], Floats]]]) -> Callable[[Floats], Floats]:
        return lambda x: sum((share / total * tail(x) for share, tail in tails), np.zeros(np.shape(x)))

    cdf = weighted([(share, law.cdf) for share, law in parts])
    sf = weighted([(share, law.sf) for share, law in parts])

    def invert(p: Floats, ends: list[Floats], falls: bool) -> Floats:
        low, high = np.min(ends, axis=0), np.max(ends, axis=0)
        for _ in range(200):
            middle = (low + high) / 2
            too_high = sf(middle) <= p if falls else cdf(middle) >= p
            high, low = np.where(too_high, middle, high), np.where(too_high, low, middle)
        found: Floats = high
        return found

    return Law(
        lambda p: invert(p, [law.below(p) for _, law in parts], falls=False),
        lambda p: invert(p, [law.above(p) for _, law in parts], falls=True),
        cdf,
        sf,
    )


def _scipy_law(distribution: Distribution) -> Law:
    from scipy import stats

    args = distribution.args
    match distribution.family:
        case "exponential":
            frozen = stats.expon(scale=args["mean"])
        case "lognormal":
            frozen = stats.lognorm(s=args["sigma"], scale=np.exp(args["mu"]))
        case "gamma":
            frozen = stats.gamma(args["shape"], scale=args["scale"])
        case "weibull":
            frozen = stats.weibull_min(args["shape"], scale=args["scale"])
        case "erlang":
            frozen = stats.gamma(args["k"], scale=args["scale"])
        case "uniform":
            frozen = stats.uniform(args["low"], args["high"] - args["low"])
        case "triangular":
            width = args["high"] - args["low"]
            frozen = stats.triang((args["mode"] - args["low"]) / width, args["low"], width)
        case "normal":
            frozen = stats.norm(args["mean"], args["sd"])
        case "beta":
            frozen = stats.beta(args["a"], args["b"], args["low"], args["high"] - args["low"])
        case "scipy":
            unit = distribution.unit
            made = getattr(stats, distribution.law)(**args)
            return Law(lambda p: made.ppf(p) * unit, lambda p: made.isf(p) * unit,
                       lambda x: made.cdf(x / unit), lambda x: made.sf(x / unit))  # fmt: skip
        case _:
            raise ValueError(f"has an unknown family: {distribution.family}")
    return Law(frozen.ppf, frozen.isf, frozen.cdf, frozen.sf)
