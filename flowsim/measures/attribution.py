"""Delay attribution: every hour of waiting charged to the resource that was short, through the chain of blocking.

An hour's waiting for r passes to each s in the share *B[r, s]* / in-use time of r, where *B[r, s]* is the unit-time of r
held by patients who queued for s; the rest is charged to r. What has passed to s passes on from there alike. A cycle that
keeps everything, and so would pass it round for ever, is charged equally to its members.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.records.blocking import Blocking, Hours
from flowsim.records.initial import InitialPatients
from flowsim.records.log import DAY, HOUR, WEEK, EventLog

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


WAITING, BLOCKED = range(2)
"""What is charged: patients' waiting for a place; units of a place, held by patients who wait for something else."""


@dataclass(frozen=True, eq=False)
class Delays:
    """What a run's waiting, and the time of units held by those who wait, are charged to, week by week."""

    start: int
    end: int
    places: tuple[tuple[str, str], ...]
    """Of each resource instance its name and site ("" if it is shared by all)."""
    keys: Ints
    """Rows (week, place, charged to)."""
    charged: Floats
    """For each, patient-ms waited for the place, and unit-ms of it blocked, that are charged there."""
    totals: Ints
    """Rows (week, place, patient-ms waited for it, unit-ms of it blocked): what there was to charge."""

    def a_day(self, weeks: slice = slice(0, None), what: int = WAITING) -> Floats:
        """Hours a day in these weeks, shape [place, charged to]; nan if none of them was simulated."""
        first = -(2**31) if weeks.start is None else weeks.start
        stop = 2**31 if weeks.stop is None else weeks.stop
        simulated = min(self.end, stop * WEEK) - max(self.start, first * WEEK)
        many = len(self.places)
        if simulated <= 0:
            return np.full((many, many), np.nan)
        chosen = (self.keys[:, 0] >= first) & (self.keys[:, 0] < stop)
        at = self.keys[chosen, 1] * many + self.keys[chosen, 2]
        found = np.bincount(at, weights=self.charged[chosen, what], minlength=many * many)
        return np.asarray(found.reshape(many, many) / simulated * (DAY / HOUR), np.float64)


class Attribution:
    """Reads the log of a run beside the fold, piece by piece, and charges the hours of each week when it is over."""

    def __init__(self, program: Any, start: int, initial: InitialPatients | None = None) -> None:
        self.places = tuple((item.resource, item.site or "") for item in program.instances)
        self.start = start
        self.keys: list[Ints] = [np.zeros((0, 3), np.int64)]
        self.charged: list[Floats] = [np.zeros((0, 2))]
        self.totals: list[Ints] = [np.zeros((0, 4), np.int64)]
        self.blocking = Blocking(program, start, self._charge, initial)

    def take(self, log: EventLog) -> None:
        """Read more rows of the log."""
        self.blocking.take(log)

    def finish(self, end: int) -> Delays:
        """The run is over."""
        self.blocking.finish(end)
        return Delays(
            self.start, end, self.places,
            np.concatenate(self.keys), np.concatenate(self.charged), np.concatenate(self.totals),
        )  # fmt: skip

    def _charge(self, hours: Hours) -> None:
        charged = charge(hours)
        place, charged_to = np.nonzero(charged.any(axis=2))
        self.keys.append(np.column_stack((np.full(len(place), hours.week), place, charged_to)))
        self.charged.append(charged[place, charged_to])
        totals = totals_of(hours)
        place = np.flatnonzero(totals.any(axis=1))
        self.totals.append(np.column_stack((np.full(len(place), hours.week), place, totals[place])))


def totals_of(hours: Hours) -> Ints:
    """What there is to charge: for each place, patient-ms waited for it and unit-ms of it blocked."""
    blocked = np.zeros(hours.waited.shape[1], np.int64)
    np.add.at(blocked, hours.blocked[:, 1], hours.blocked[:, 3])
    return np.column_stack((hours.waited.sum(axis=0), blocked))


def charge(hours: Hours) -> Floats:
    """Patient-ms waited for each place, and unit-ms of it blocked, charged to each place; shape [places, places, 2].

    Where no holder of a place queues for anything, all waiting for it is charged to the place itself.
    """
    places = hours.waited.shape[1]
    found = np.zeros((places, places, 2))
    found[range(places), range(places), WAITING] = hours.waited.sum(axis=0)
    hour, holder, wanted, held = hours.blocked.T
    passing = np.unique(holder)
    if len(passing) == 0:
        return found
    ends_at = np.concatenate((passing, np.setdiff1d(wanted, passing)))
    column, size = np.zeros(places, np.int64), len(passing)
    column[ends_at] = range(len(ends_at))
    passed = np.zeros((len(hours.waited), size, len(ends_at)), np.int64)
    passed[hour, column[holder], column[wanted]] = held
    shares = shares_charged(passed, hours.in_use[:, passing])
    found[passing, passing] = 0.0
    waited = hours.waited[:, passing].astype(float)
    found[passing[:, None], ends_at, WAITING] = np.einsum("hr,hrs->rs", waited, shares)
    blocked = np.matmul(passed[:, :, :size].astype(float), shares).sum(axis=0)
    blocked[:, size:] += passed[:, :, size:].sum(axis=0)  # these pass nothing on
    found[passing[:, None], ends_at, BLOCKED] = blocked
    return found


def shares_charged(passed: Ints, in_use: Ints) -> Floats:
    """The shares of an hour's waiting for each place that end at each place: each row sums to one.

    `passed` is *B*, shape [hours, places that pass something on, places], the former being the first of the latter;
    `in_use` unit-ms of the former. Places are taken out one by one, and what passed through them is handed on, without
    any subtraction: so the shares are right to the last digits, however nearly a cycle keeps everything (Grassmann,
    Taksar and Heyman, 1985).
    """
    size = passed.shape[1]
    kept = in_use - passed.sum(axis=2)
    keeps = (kept > 0) | (in_use == 0)
    ends = passed / np.where(in_use > 0, in_use, 1)[:, :, None]
    onward = ends[:, :, :size].copy()
    ends[:, :, :size] = 0.0
    ends[:, range(size), range(size)] = np.where(in_use > 0, kept / np.where(in_use > 0, in_use, 1), 1.0)
    cycles = closed_cycles(passed[:, :, :size] > 0, keeps | passed[:, :, size:].any(axis=2))
    members = cycles.any(axis=2)
    onward[members] = 0.0
    ends[members, :size] = cycles[members] / cycles[members].sum(axis=1, keepdims=True)
    for at in range(size - 1, -1, -1):
        leaves = onward[:, at, :at].sum(axis=1) + ends[:, at].sum(axis=1)
        onward[:, at, :at] /= leaves[:, None]
        ends[:, at] /= leaves[:, None]
        before = np.flatnonzero(onward[:, :at, at].any(axis=0))  # few places pass anything to any one
        onward[:, before, :at] += onward[:, before, at, None] * onward[:, at, None, :at]
        ends[:, before] += onward[:, before, at, None] * ends[:, at, None, :]
    for at in range(1, size):
        after = np.flatnonzero(onward[:, at, :at].any(axis=0))
        ends[:, at] += np.einsum("hs,hst->ht", onward[:, at, after], ends[:, after])
    return ends


def closed_cycles(passes: NDArray[np.bool_], keeps: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each place in a cycle that keeps everything, the members of that cycle; shape [hours, places, places].

    Nothing leaves such a cycle and none of its members keeps anything for itself. It may be a single place, all of
    whose holders wait for more of the same.
    """
    size = passes.shape[1]
    reach = passes | np.eye(size, dtype=bool)
    for _ in range(max(size - 1, 1).bit_length()):  # ways of twice the length each time
        reach = np.matmul(reach.astype(np.float32), reach.astype(np.float32)) > 0
    ends_somewhere = (reach & keeps[:, None, :]).any(axis=2)
    comes_back = (~reach | reach.swapaxes(1, 2)).all(axis=2)
    closed = np.asarray(comes_back & ~ends_somewhere)
    return np.asarray(reach & closed[:, :, None], np.bool_)
