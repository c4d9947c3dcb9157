"""Which option is best, with a guarantee: the procedure KN of Kim and Nelson (2001), on paired replications.

KN drops options as soon as they are clearly worse and asks for more replications of the others only. If the best
option is better than every other by the indifference at least, it is chosen with the stated probability, given
replications that are independent and close to normal. Scenarios may have the same patients: the variances are those
of paired differences, and Bonferroni's inequality covers the dependence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.errors import RunError
from flowsim.studies.statistics.given import a_count, a_number, a_probability, some, which_is_better
from flowsim.studies.statistics.saying import count, percent, size

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Selection:
    """How far the choice has come: who is left, who is chosen (or ""), and how many replications to have of each.

    `survivors` are in the order given. `dropped` says after how many replications each of the others went. `want` is
    the number of replications that each survivor should have before asking again; `at_most` is where KN ends for sure.
    """

    best: str
    survivors: tuple[str, ...]
    dropped: Mapping[str, int]
    want: int
    at_most: int
    indifference: float
    confidence: float

    @property
    def decided(self) -> bool:
        """Is one chosen?"""
        return self.best != ""

    def words(self, unit: str = "") -> str:
        """The finding in a sentence or two."""
        least = size(self.indifference, unit)
        if not self.decided:
            gone = f"{len(self.dropped)} dropped, " if self.dropped else ""
            return (
                f"Not decided: {gone}{len(self.survivors)} left ({', '.join(self.survivors)}). Each of these needs "
                f"{count(self.want, 'replication')} before the next look, and never more than {self.at_most:,}."
            )
        text = (
            f"{self.best} is chosen. The procedure (KN) chooses the best with probability {percent(self.confidence)} "
            f"or more whenever it is better than every other by {least} or more."
        )
        equals = [name for name in self.survivors if name != self.best]
        if equals:
            text += f" Exactly as good on average: {', '.join(equals)}."
        return text


def select_best(
    values: Mapping[str, Sequence[float]],
    indifference: float,
    better: str,
    confidence: float = 0.95,
    first_stage: int = 10,
    batch: int = 1,
) -> Selection:
    """KN on all replications so far, from the first: who is dropped, who is chosen, what to run next.

    `values` has for each option one figure a replication, in order; an option that was dropped may have fewer. The
    answer depends on the figures alone, so an interrupted choice goes on where it was. A larger `batch` asks seldomer
    and wastes a few replications. `indifference` is the smallest difference that matters, and `better` says whether
    `high` or `low` figures are. Raises RunError for a figure that is missing: the guarantee does not cover gaps.
    """
    sign = which_is_better(better)
    a_number("indifference", indifference, above=0)
    a_probability("confidence", confidence)
    a_count("first_stage", first_stage, 2)
    a_count("batch", batch)
    some("Options to choose from", values, least=2)
    names = list(values)
    if (1 - confidence) * 2 >= len(names) - 1:
        raise RunError(
            f"A confidence of {confidence:g} among {len(names)} options is what guessing gives. Ask for more."
        )
    for name, figures in values.items():
        if not all(math.isfinite(value) for value in figures):
            raise RunError(
                f"`{name}` lacks a figure in a replication; a choice with a guarantee needs them all."
            )
    if min(len(figures) for figures in values.values()) < first_stage:
        return Selection("", tuple(names), {}, first_stage, first_stage, indifference, confidence)
    first = sign * np.array([figures[:first_stage] for figures in values.values()], np.float64)
    reach = _reach(first, confidence) / indifference**2
    return _screened(names, [sign * np.cumsum(one) for one in values.values()], reach, indifference, confidence,
                     first_stage, batch)  # fmt: skip


def _reach(first: Floats, confidence: float) -> Floats:
    """h² S², pair by pair: S² is the variance of the first stage's paired differences (c = 1 in the paper)."""
    options, n = first.shape
    error = (1 - confidence) / (options - 1)
    eta = ((2 * error) ** (-2 / (n - 1)) - 1) / 2
    variance = np.var(first[:, None, :] - first[None, :, :], axis=2, ddof=1)
    return np.asarray(2 * eta * (n - 1) * variance)


def _screened(
    names: list[str],
    sums: list[Floats],
    reach: Floats,
    indifference: float,
    confidence: float,
    first_stage: int,
    batch: int,
) -> Selection:
    """Drop whoever is clearly worse after each replication, until one is left or KN's last replication is reached."""
    last = max(first_stage, math.floor(reach.max()) + 1)
    left = list(range(len(names)))
    dropped: dict[str, int] = {}
    r = first_stage
    while True:
        means = {one: float(sums[one][r - 1]) / r for one in left}
        stay = [
            one
            for one in left
            if all(
                means[one] >= means[other] - max(0.0, indifference / (2 * r) * (reach[one, other] - r))
                for other in left
            )
        ]
        dropped |= {names[one]: r for one in left if one not in stay}
        left = stay
        best = ""
        if len(left) == 1 or r >= last:
            best = names[max(left, key=lambda one: means[one])]
        elif all(len(sums[one]) > r for one in left):
            r += 1
            continue
        want = r if best else min(last, r + batch)
        return Selection(
            best, tuple(names[one] for one in left), dropped, want, last, indifference, confidence
        )


def share_out(values: Mapping[str, Sequence[float]], better: str, budget: int) -> dict[str, int]:
    """OCBA (Chen and others, 2000): how to share `budget` replications, so that the best is most likely found.

    More for what is close to the best and for what varies. A rule of thumb for a fixed budget, without a guarantee, and
    for independent runs: it does not see pairing.
    """
    sign = which_is_better(better)
    a_count("budget", budget)
    some("Options to choose from", values, least=2)
    if any(len(figures) < 2 for figures in values.values()):
        raise RunError("OCBA needs at least 2 replications of each option to judge how much they vary.")
    names = list(values)
    means = np.array([sign * float(np.mean(values[name])) for name in names])
    sds = np.array([float(np.std(values[name], ddof=1)) for name in names])
    best = int(np.argmax(means))
    behind = np.delete(means[best] - means, best)
    if not (behind > 0).all() or not (sds > 0).all():
        raise RunError("OCBA needs one option ahead of all others, and each of them to vary.")
    share = np.zeros(len(names))
    others = np.delete(np.arange(len(names)), best)
    share[others] = (sds[others] / behind) ** 2
    share[best] = sds[best] * math.sqrt(float(((share[others] / sds[others]) ** 2).sum()))
    exact = budget * share / share.sum()
    given = np.floor(exact).astype(int)
    for at in np.argsort(given - exact, kind="stable")[: budget - int(given.sum())]:
        given[at] += 1  # what rounding left, to the largest remainders
    return {name: int(many) for name, many in zip(names, given, strict=True)}
