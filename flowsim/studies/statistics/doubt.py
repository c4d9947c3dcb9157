"""Two doubts kept apart: what is not known about the inputs, and luck.

Inputs are drawn from their ranges (the outer draws), and each draw is simulated several times with different luck (the
inner replications). More replications make the mean of one draw surer, and teach nothing about the inputs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flowsim.measures.intervals import Estimate, estimate
from flowsim.studies.statistics.given import a_probability, some
from flowsim.studies.statistics.saying import count, percent, said, span


@dataclass(frozen=True)
class Doubt:
    """A figure under two doubts: one-way analysis of variance with random effects.

    `unknown` is the sd between the true means of draws, `luck` that between replications of one draw, and `share` the
    unknown's part of their summed variance, with its F interval. `raw_unknown` is the estimated variance before a
    negative one was reported as zero. `mean` is over draws, with its t-interval.
    """

    draws: int
    values: int
    mean: Estimate
    unknown: float
    luck: float
    raw_unknown: float
    share: float
    share_low: float
    share_high: float
    confidence: float

    @property
    def not_known(self) -> tuple[float, float]:
        """Where the true mean lies in `confidence` of all readings of the inputs (a normal band)."""
        return self._band(self.unknown)

    @property
    def by_luck(self) -> tuple[float, float]:
        """Where one replication falls in `confidence` of cases, if the inputs are right (a normal band)."""
        return self._band(self.luck)

    def _band(self, sd: float) -> tuple[float, float]:
        from scipy.stats import norm

        reach = float(norm.ppf((1 + self.confidence) / 2)) * sd
        return self.mean.mean - reach, self.mean.mean + reach

    def words(self, unit: str = "") -> str:
        """The finding in a few sentences."""
        sure = percent(self.confidence)
        text = (
            f"{said(self.mean.mean, unit)} on average over {count(self.draws, 'draw')} of the inputs. "
            f"Luck alone spreads one replication over {span(*self.by_luck, unit)} ({sure} band)"
        )
        if self.unknown == 0:
            negative = " (its estimate is negative and reported as zero)" if self.raw_unknown < 0 else ""
            text += f"; no effect of what is not known about the inputs could be told from luck{negative}."
            if self.share_high > 0:
                text += f" It may still be up to {percent(round(self.share_high, 2))} of the variance."
            return text
        return (
            f"{text}; what is not known about the inputs moves the mean over {span(*self.not_known, unit)} ({sure} "
            f"band), whatever the luck. It is {percent(round(self.share, 2))} of the variance (between "
            f"{percent(round(self.share_low, 2))} and {percent(round(self.share_high, 2))}), and only better inputs, "
            "not more replications, make it smaller."
        )


def doubt(draws: Sequence[Sequence[float]], confidence: float = 0.95) -> Doubt:
    """A figure, or a paired difference, for each draw of the inputs and each replication within it.

    Missing figures are left out, and draws without any. Where draws have unequal numbers the interval of the share is
    approximate. Raises RunError unless there are 2 draws, one of which has 2 figures.
    """
    from scipy.stats import f

    a_probability("confidence", confidence)
    cells = [np.array([value for value in draw if not math.isnan(value)], np.float64) for draw in draws]
    cells = [cell for cell in cells if len(cell)]
    some("Draws of the inputs", cells, least=2)
    sizes = np.array([len(cell) for cell in cells])
    a, total = len(cells), int(sizes.sum())
    some("Replications beyond the first of each draw", range(total - a), least=1)
    means = np.array([cell.mean() for cell in cells])
    grand = float((sizes * means).sum() / total)
    between = float((sizes * (means - grand) ** 2).sum()) / (a - 1)
    within = sum(float(((cell - cell.mean()) ** 2).sum()) for cell in cells) / (total - a)
    each = (total - float((sizes**2).sum()) / total) / (a - 1)  # replications a draw; less if unequal
    raw = (between - within) / each
    unknown = max(0.0, raw)
    low = high = share = math.nan
    if between + within > 0:
        share = unknown / (unknown + within)
        tail = (1 - confidence) / 2
        ratio = between / within if within > 0 else math.inf
        low, high = (_share(ratio / float(f.ppf(at, a - 1, total - a)), each) for at in (1 - tail, tail))
    return Doubt(
        a, total, estimate(means.tolist(), confidence), math.sqrt(unknown), math.sqrt(within), raw, share, low, high,
        confidence,
    )  # fmt: skip


def _share(ratio: float, each: float) -> float:
    """Between / (between + within), from a ratio of mean squares and the replications a draw; never below 0."""
    if math.isinf(ratio):
        return 1.0
    return max(0.0, (ratio - 1) / (ratio - 1 + each))
