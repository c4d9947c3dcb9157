"""Laws of queues that a run must obey: Little's, and load against capacity; worked out from tallies alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flowsim.records import state as use
from flowsim.records.tallies import Tallies

Floats = NDArray[np.float64]
FEWEST_SERVED = 30
LONGEST_WAIT = 0.01
"""Of the measured time: with longer waits, those who wait at either end of it blur the law."""


@dataclass(frozen=True)
class Little:
    """Of one queue: its mean length, and arrivals a millisecond times mean wait, which must be the same."""

    instance: tuple[str, str | None]
    length: float
    rate_times_wait: float
    served: int

    @property
    def gap(self) -> float:
        """How far the second is from the first, as a part of it."""
        return self.rate_times_wait / self.length - 1


def littles_law(runs: Sequence[Tallies]) -> list[Little]:
    """L and lambda W of each queue that can be judged, over all runs, from time 0 on.

    Waits are tallied of those who were served: a queue that somebody left unserved, or that was longer at the end than
    at the beginning, is no witness, nor one with few patients, nor one whose waits are long beside the run.
    """
    layout = runs[0].layout
    waited = np.sum([_waits(one) for one in runs], axis=0)
    queue = np.sum([_measured(one, "weekly")[:, use.QUEUE] for one in runs], axis=0)
    flows = np.sum([_measured(one, "flows") for one in runs], axis=0)
    length = float(sum(one.end for one in runs))
    unserved = flows[:, [use.GAVE_UP, use.ELSEWHERE, use.DISPLACED, use.INTERRUPTED]].sum(axis=1)
    found = []
    for at, instance in enumerate(layout.instances):
        served, total = (int(value) for value in waited[at])
        if served < FEWEST_SERVED or served != flows[at, use.JOINED] or unserved[at] or not queue[at]:
            continue
        if total / served <= LONGEST_WAIT * length / len(runs):
            found.append(Little(instance, queue[at] / length, total / length, served))
    return found


def loads(runs: Sequence[Tallies]) -> dict[tuple[str, str | None], float]:
    """Units in use over units open of each instance that had any open, over all runs, from time 0 on."""
    total = np.sum([_measured(one, "weekly") for one in runs], axis=0)
    return {
        instance: float(total[at, use.IN_USE] / total[at, use.CAPACITY])
        for at, instance in enumerate(runs[0].layout.instances)
        if total[at, use.CAPACITY]
    }


def _measured(run: Tallies, name: str) -> Floats:
    """Weekly sums added up from time 0 on."""
    return np.asarray(getattr(run, name)[:, max(0, -run.first_week) :].sum(axis=1), np.float64)


def _waits(run: Tallies) -> Floats:
    """(number, ms) of waits that ended in being served, at each instance, from time 0 on."""
    tally, week, _ = run.layout.parts(run.sums.keys)
    places = len(run.layout.instances)
    chosen = (tally >= run.layout.tallies) & (tally < run.layout.tallies + places) & (week >= 0)
    at = tally[chosen] - run.layout.tallies
    return np.stack([np.bincount(at, run.sums.values[chosen, column], places) for column in (0, 1)], axis=1)


def erlang_queue(servers: int, load: float) -> float:
    """Mean number waiting in a textbook queue (Erlang C): steady chance arrivals, exponential service, nobody leaves.

    `load` is the mean number in use; infinite if it is not below `servers`.
    """
    if load >= servers:
        return float("inf")
    blocked = 1.0  # Erlang B, by its recursion
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    waits = blocked / (1 - load / servers * (1 - blocked))
    return waits * load / (servers - load)
