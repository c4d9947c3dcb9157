"""How likely it is that a standard is met: in how many replications it was, and what that says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flowsim.errors import RunError
from flowsim.studies.statistics.given import a_number, a_probability, a_side, pairs
from flowsim.studies.statistics.saying import change, count, percent, span, span_of_change


@dataclass(frozen=True)
class Met:
    """The probability that a standard is met, with its exact (Clopper-Pearson) interval."""

    met: int
    n: int
    share: float
    low: float
    high: float
    confidence: float

    def words(self, standard: str = "The standard") -> str:
        """The finding in a sentence."""
        return (
            f"{standard} is met in {self.met} of {count(self.n, 'replication')} ({percent(self.share)}); the true "
            f"probability lies between {span(self.low, self.high, 'share').replace(' to ', ' and ')} "
            f"({percent(self.confidence)} interval, Clopper-Pearson)."
        )


@dataclass(frozen=True)
class MetChange:
    """How that probability changes between two scenarios with the same patients.

    `gained` replications meet the standard only with the change, `lost` only without it; the others tell nothing about
    the change. `p` is McNemar's exact one.
    """

    base: Met
    other: Met
    gained: int
    lost: int
    difference: float
    low: float
    high: float
    p: float
    confidence: float

    @property
    def clear(self) -> bool:
        """Is it more than luck?"""
        return self.p <= 1 - self.confidence

    def words(self, standard: str = "The standard") -> str:
        """The finding in a sentence."""
        if self.gained == self.lost == 0:
            turned = "no replication turned"
        else:
            turned = f"{self.gained} turned to met and {self.lost} to missed"
        return (
            f"{standard} is met in {self.other.met} of {count(self.other.n, 'replication')} instead of "
            f"{self.base.met} ({turned}): {change(self.difference, 'share')} "
            f"({span_of_change(self.low, self.high, 'share')} at {percent(self.confidence)} or more), "
            f"{'more than luck' if self.clear else 'not to be told apart from luck'} (McNemar's exact test)."
        )


def met(values: Sequence[float], limit: float, side: str, confidence: float = 0.95) -> Met:
    """In how many replications a figure is `at least` or `at most` at a limit, and how likely that makes it.

    Replications without the figure are left out; if none is left, there is nothing to say, and it is refused.
    """
    a_probability("confidence", confidence)
    known = _reaches([value for value in values if not math.isnan(value)], limit, side)
    return _share(sum(known), len(known), confidence)


def met_change(
    base: Sequence[float], other: Sequence[float], limit: float, side: str, confidence: float = 0.95
) -> MetChange:
    """How much oftener a standard is met in `other` than in `base`, replication by replication.

    The interval is of the gained less the lost, each with an exact interval at half the error. So it holds at least as
    often as it says, at some cost in width: it can touch zero where McNemar's test, which is sharper, is clear.
    """
    from scipy.stats import binomtest

    a_probability("confidence", confidence)
    both = pairs(base, other)
    before = _reaches([a for a, _ in both], limit, side)
    after = _reaches([b for _, b in both], limit, side)
    gained = sum(b and not a for a, b in zip(before, after, strict=True))
    lost = sum(a and not b for a, b in zip(before, after, strict=True))
    n, half = len(both), 1 - (1 - confidence) / 2
    turns = [_share(turned, n, half) for turned in (gained, lost)]
    return MetChange(
        base=_share(sum(before), n, confidence),
        other=_share(sum(after), n, confidence),
        gained=gained,
        lost=lost,
        difference=(gained - lost) / n,
        low=turns[0].low - turns[1].high,
        high=turns[0].high - turns[1].low,
        p=float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0,
        confidence=confidence,
    )


def _reaches(values: Sequence[float], limit: float, side: str) -> list[bool]:
    at_least = a_side(side) == "at least"
    a_number("limit", limit)
    return [value >= limit if at_least else value <= limit for value in values]


def _share(hits: int, n: int, confidence: float) -> Met:
    """A probability with its exact interval (Clopper and Pearson, 1934)."""
    from scipy.stats import binomtest

    if n == 0:
        raise RunError(
            "No replication has the figure that the standard is about, so how often it is met cannot be said. "
            "Check the KPI's name, its group and its period."
        )
    found = binomtest(hits, n).proportion_ci(confidence, "exact")
    return Met(hits, n, hits / n, float(found.low), float(found.high), confidence)
