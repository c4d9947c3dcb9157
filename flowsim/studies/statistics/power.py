"""What a run could have seen, and what it would take to see the difference that matters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flowsim.errors import RunError
from flowsim.measures.intervals import estimate
from flowsim.studies.statistics.given import a_count, a_number, a_probability
from flowsim.studies.statistics.saying import count, percent, size

MOST = 100_000_000
"""No study is this large; an answer beyond it is said to be out of reach."""


@dataclass(frozen=True)
class Power:
    """The smallest true difference that n replications would have found with probability `power`.

    `needed` replications would find `matters` as reliably; between `fewest` and `most`, since the spread is itself
    known only from these n (chi-square interval of the sd, at `confidence`). They are 0 if nothing was asked.
    """

    n: int
    sd: float
    smallest: float
    confidence: float
    power: float
    matters: float = 0.0
    needed: int = 0
    fewest: int = 0
    most: int = 0

    def words(self, unit: str = "") -> str:
        """The finding in a sentence or two."""
        if math.isnan(self.smallest):
            return f"{count(self.n, 'replication')} cannot tell any difference from luck: two or more are needed."
        if self.sd == 0:
            return (
                f"The difference was the same in every one of {count(self.n, 'replication')}, so nothing can be said "
                "about how small a difference would have been seen."
            )
        text = (
            f"With {count(self.n, 'replication')}, a true difference of {size(self.smallest, unit)} would have been "
            f"told from luck with probability {percent(self.power)}; a smaller one may exist and not be seen."
        )
        if self.needed:
            text += (
                f" To see {size(self.matters, unit)} as reliably takes about {count(self.needed, 'replication')} "
                f"(between {self.fewest:,} and {self.most:,}, as the spread is known from {self.n} only)."
            )
        return text


def power_of(
    differences: Sequence[float], matters: float = 0.0, confidence: float = 0.95, power: float = 0.8
) -> Power:
    """What the paired differences of a run could show, and what it takes to see a difference that matters."""
    from scipy.stats import chi2

    found = estimate(differences, confidence)
    n, sd = found.n, found.sd
    smallest = smallest_difference(n, sd, confidence, power) if n > 1 else math.nan
    if matters == 0 or n < 2 or sd == 0:
        return Power(n, sd, smallest, confidence, power, matters)
    tail = (1 - confidence) / 2
    low, high = (sd * math.sqrt((n - 1) / float(chi2.ppf(at, n - 1))) for at in (1 - tail, tail))
    needed, fewest, most = (replications_needed(matters, one, confidence, power) for one in (sd, low, high))
    return Power(n, sd, smallest, confidence, power, matters, needed, fewest, most)


def smallest_difference(n: int, sd: float, confidence: float = 0.95, power: float = 0.8) -> float:
    """The true difference that a two-sided paired t-test with n replications finds with probability `power`."""
    from scipy.optimize import brentq

    _check(sd, confidence, power)
    a_count("Replications", n, 2)
    # In units of the standard error: beyond the t quantile at 1 - tail and that of the power, whatever n is.
    upper = 1.0
    while power_at(upper, n, confidence) < power:
        upper *= 2
    found = float(brentq(lambda size: power_at(size, n, confidence) - power, 0.0, upper))
    return found * sd / math.sqrt(n)


def replications_needed(difference: float, sd: float, confidence: float = 0.95, power: float = 0.8) -> int:
    """The fewest replications with which a true difference is found with probability `power`; at least 2.

    Counted with Student's t at every step, not with the normal: for few replications that is what decides.
    """
    _check(sd, confidence, power)
    a_number("The difference that matters", abs(difference))
    if difference == 0:
        raise RunError(
            "No number of replications tells a difference of zero from zero. Give the smallest difference that "
            "would change the decision."
        )
    if sd == 0:
        return 2

    def finds(n: int) -> bool:
        return power_at(abs(difference) * math.sqrt(n) / sd, n, confidence) >= power

    below, enough = 1, 2
    while not finds(enough):
        below, enough = enough, 2 * enough
        if enough > MOST:
            raise RunError(
                f"A difference of {difference:g} beside a spread of {sd:g} would take more than {MOST:,} replications. "
                "Give a larger difference."
            )
    while enough - below > 1:
        middle = (below + enough) // 2
        below, enough = (below, middle) if finds(middle) else (middle, enough)
    return enough


def power_at(size: float, n: int, confidence: float = 0.95) -> float:
    """How often a two-sided paired t-test finds a true difference of `size` standard errors of the mean."""
    from scipy.stats import nct, t

    limit = float(t.ppf((1 + confidence) / 2, n - 1))
    wrong_side = float(nct.cdf(-limit, n - 1, size))
    # Far out SciPy's function gives nan, where what it stands for is less than 1e-6.
    return float(nct.sf(limit, n - 1, size)) + (0.0 if math.isnan(wrong_side) else wrong_side)


def _check(sd: float, confidence: float, power: float) -> None:
    a_probability("confidence", confidence)
    a_probability("power", power)
    if power <= 1 - confidence:
        raise RunError(
            f"power is more than the chance of a false alarm, {1 - confidence:g}; it is not {power:g}."
        )
    if not (math.isfinite(sd) and sd >= 0):
        raise RunError(f"The spread is a number of at least 0; it is not {sd!r}.")
