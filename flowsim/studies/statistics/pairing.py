"""What the pairing was worth: how many independent replications one pair replaces."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flowsim.errors import RunError
from flowsim.studies.statistics.given import a_probability, pairs
from flowsim.studies.statistics.saying import count, percent, said

ROUNDING = 1e-24
"""A variance this small beside the others is what rounding leaves of none."""


@dataclass(frozen=True)
class Pairing:
    """Variance of the paired difference beside that of independent runs.

    `factor` is independent over paired: how many times as many replications would have been needed without pairing.
    Below 1, pairing did harm. inf: the difference does not vary at all.
    """

    n: int
    variance_paired: float
    variance_independent: float
    correlation: float
    factor: float
    low: float
    high: float
    confidence: float

    @property
    def removed(self) -> float:
        """The share of the variance that pairing took away; negative if it added some."""
        return 1 - self.variance_paired / self.variance_independent

    def words(self) -> str:
        """The finding in a sentence."""
        if math.isnan(self.factor):
            return (
                f"Neither scenario varies over {count(self.n, 'replication')}: pairing has nothing to remove."
            )
        if math.isinf(self.factor):
            return f"The difference was the same in each of {count(self.n, 'replication')}: pairing removed all that varies."
        interval = (
            f"{percent(self.confidence)} interval {said(self.low)} to {said(self.high)}; correlation "
            f"{self.correlation:.2f}"
        )
        if self.low <= 1 <= self.high:
            return (
                f"It cannot be said whether pairing helped: one pair is worth {said(self.factor)} independent "
                f"replications ({interval})."
            )
        if self.factor < 1:
            return f"Pairing did harm: one pair is worth {said(self.factor)} independent replications ({interval})."
        return (
            f"Pairing removed {percent(round(self.removed, 3))} of the variance: without it, {said(self.factor)} times "
            f"as many replications would have been needed ({interval})."
        )


def pairing(base: Sequence[float], other: Sequence[float], confidence: float = 0.95) -> Pairing:
    """How much variance the common patients took out of the difference; needs 3 pairs or more.

    The factor is (1 + R) / 2, where R is the variance of the two scenarios' sum over that of their difference; Pitman
    (1939) gives R's interval, which is exact for normal figures whatever their correlation.
    """
    from scipy.stats import t

    a_probability("confidence", confidence)
    both = np.array(pairs(base, other), np.float64).reshape(-1, 2)
    n = len(both)
    if n < 3:
        raise RunError(f"What pairing is worth needs 3 replications or more of both scenarios, not {n}.")
    one, two = both.T
    independent = float(one.var(ddof=1) + two.var(ddof=1))
    paired, added = float((two - one).var(ddof=1)), float((two + one).var(ddof=1))
    nan = math.nan
    if independent == 0:
        return Pairing(n, paired, independent, nan, nan, nan, nan, confidence)
    varies = one.var() > 0 and two.var() > 0
    correlation = float(np.corrcoef(one, two)[0, 1]) if varies else 0.0
    if paired <= ROUNDING * independent:
        return Pairing(n, 0.0, independent, correlation, math.inf, nan, nan, confidence)
    ratio = added / paired
    across = float(np.corrcoef(one + two, two - one)[0, 1]) if added > ROUNDING * independent else 0.0
    k = 1 + 2 * (1 - across**2) * float(t.ppf((1 + confidence) / 2, n - 2)) ** 2 / (n - 2)
    ends = [(1 + ratio * (k + side * math.sqrt(k * k - 1))) / 2 for side in (-1, 1)]
    return Pairing(n, paired, independent, correlation, independent / paired, ends[0], ends[1], confidence)
