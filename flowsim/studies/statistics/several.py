"""Several comparisons at once: the more one looks, the more luck looks like a finding, unless it is allowed for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flowsim.measures.intervals import Estimate, paired
from flowsim.studies.statistics.given import a_probability, pairs, some
from flowsim.studies.statistics.saying import change, count, percent, span_of_change

SAME = 1e-12
"""Differences whose spread is this share of the figures themselves are one number: the rest is rounding."""


@dataclass(frozen=True)
class Comparison:
    """One scenario against the baseline: its interval (Bonferroni), and what Holm's method decides.

    `p` is for this comparison alone and `p_adjusted` for all of them together. `constant` says that the difference was
    the same in every replication, so that its interval has no width and a t-test has nothing to say.
    """

    name: str
    difference: Estimate
    p: float
    p_adjusted: float
    clear: bool
    constant: bool

    def words(self, unit: str = "") -> str:
        """The finding in a sentence."""
        found = self.difference
        if found.n == 0:
            return f"{self.name}: no replication has this figure in both scenarios, so nothing can be said."
        mean = change(found.mean, unit)
        if found.n == 1:
            return f"{self.name}: {mean} in one replication, which cannot tell an effect from luck."
        verdict = "not to be told apart from luck"
        if self.clear:
            verdict = "more than luck"
        if self.constant:
            same = f"{self.name}: {mean} in every one of {count(found.n, 'replication')}"
            if found.mean == 0:
                return f"{same}: no difference was seen."
            return f"{same}, so that its spread cannot be judged; by how often it came out alike it is {verdict}."
        return f"{self.name}: {mean} ({span_of_change(found.low, found.high, unit)}), {verdict}."


@dataclass(frozen=True)
class Several:
    """All comparisons of a question, with the same baseline or not, and how sure one can be of all together."""

    rows: tuple[Comparison, ...]
    confidence: float

    def words(self, unit: str = "") -> str:
        """Every finding, and what was done against looking many times."""
        lines = [row.words(unit) for row in self.rows]
        sure = percent(self.confidence)
        if len(self.rows) == 1:
            return f"{lines[0]} The interval holds the true difference in {sure} of such studies."
        lines.append(
            f"The {len(self.rows)} intervals hold together: all of them are right in {sure} of such studies or more "
            f"(Bonferroni), and none of the differences called more than luck is luck in {sure} (Holm)."
        )
        return "\n".join(lines)


def several(
    base: Sequence[float], others: Mapping[str, Sequence[float]], confidence: float = 0.95
) -> Several:
    """Each scenario less the baseline, replication by replication, with one chance of error for all together.

    Intervals are Bonferroni's: each at 1 - (1 - confidence) / k, whatever the dependence between scenarios. What is
    `clear` is decided by Holm (1979), which keeps the same promise and finds no less: so a difference can be clear
    whose wider interval still touches zero. A comparison without a spread counts among the k all the same.
    """
    a_probability("confidence", confidence)
    some("Scenarios to compare", others)
    each = 1 - (1 - confidence) / len(others)
    found = {name: _difference(base, other, each) for name, other in others.items()}
    alone = {name: _p_value(one) for name, one in found.items()}
    together = holm(alone)
    rows = [
        Comparison(name, one, alone[name], together[name], together[name] <= 1 - confidence, one.sd == 0)
        for name, one in found.items()
    ]
    return Several(tuple(rows), confidence)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm's adjusted p-values: the smallest times k, the next times k - 1, never falling, at most 1.

    What has no p-value is never clear, and counts among the k.
    """
    adjusted = {}
    worst, left = 0.0, len(p_values)
    for name in sorted(p_values, key=lambda one: (math.isnan(p_values[one]), p_values[one])):
        worst = max(worst, min(1.0, left * p_values[name])) if not math.isnan(p_values[name]) else math.nan
        adjusted[name] = worst
        left -= 1
    return {name: adjusted[name] for name in p_values}


def _difference(base: Sequence[float], other: Sequence[float], confidence: float) -> Estimate:
    """The paired difference; a spread that is nothing but rounding is none."""
    both = pairs(base, other)
    found = paired([a for a, _ in both], [b for _, b in both], confidence)
    rounding = SAME * max((abs(value) for pair in both for value in pair), default=0.0)
    if found.n < 2 or found.sd > rounding:
        return found
    mean = found.mean if abs(found.mean) > rounding else 0.0
    return Estimate(found.n, mean, 0.0, mean, mean)


def _p_value(found: Estimate) -> float:
    """Two-sided, by Student's t; where there is no spread, by the sign test, which needs none."""
    from scipy.stats import t

    if found.n < 2:
        return math.nan
    if found.sd == 0:
        return 1.0 if found.mean == 0 else min(1.0, 2.0 ** (1 - found.n))
    return float(2 * t.sf(abs(found.mean) / (found.sd / math.sqrt(found.n)), found.n - 1))
