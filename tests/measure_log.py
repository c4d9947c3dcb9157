"""Measures straight from the log, by numpy, for comparing with theory and with other people's results.

This is deliberately not `flowsim.measures`: a test that shares code with what it tests shows little.
Estimates come with a standard error between replications, never between the patients of one run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from flowsim.engines import DEFAULT, start
from flowsim.inputs.units import parse_duration
from flowsim.program import Program
from flowsim.records.log import Code, EventLog
from flowsim.sampling import draw_arrivals

NEVER = -1
AT_LEAST = 30  # replications: the cases' own rule
MOST = 600  # replications of one measurement; FLOWSIM_MOST_REPLICATIONS=30 rehearses the slow tests
SE_SHARE, SE_PROBABILITY = 0.01, 0.002  # when a standard error is small enough: the cases' own rule

Measured = Mapping[str, tuple[float, float]]
"""For each measure of a replication, a numerator and a denominator (1 for a plain average)."""


# --- running ----------------------------------------------------------------------------------------------------------


def ms(text: str) -> int:
    """`-2 days` as milliseconds: times may stand before time 0 here."""
    return -round(parse_duration(text[1:])) if text.startswith("-") else round(parse_duration(text))


def run_log(program: Program, replication: int, begin: str, until: str, seed: int = 1) -> EventLog:
    """The whole log of one replication."""
    engine = os.environ.get("FLOWSIM_TEST_ENGINE", DEFAULT)
    ready = start(program, draw_arrivals(program, seed, replication, ms(begin), ms(until)), engine)
    return np.concatenate(list(ready.run()))


@dataclass(frozen=True)
class Estimate:
    """A mean over replications, and its standard error."""

    mean: float
    se: float
    replications: int

    def precise(self, name: str, exact: float) -> bool:
        """Small enough a standard error: 1% of the value, or 0.002 for a probability (`p_wait`, `p[3]`)."""
        return self.se <= SE_SHARE * abs(exact) or (is_probability(name) and self.se <= SE_PROBABILITY)


def is_probability(name: str) -> bool:
    """`p_wait` or `triage.p_wait` or `p[3]` or `p_wait_gt_38.98`, by the names that the cases use."""
    return any(part.startswith(("p_", "p[")) for part in name.split("."))


@dataclass
class Replications:
    """Replications of one measurement, as many as are asked for.

    A measure that is a ratio (total wait over patients, say) is estimated by the ratio of the sums, which
    hardly has a bias, and its standard error by the spread of the replications' residuals.
    """

    program: Program
    begin: str
    until: str
    measure: Callable[[EventLog], Measured]
    seed: int = 1
    rows: list[dict[str, tuple[float, float]]] = field(default_factory=list)

    def more(self, count: int) -> Replications:
        """Run that many more."""
        for _ in range(count):
            log = run_log(self.program, len(self.rows), self.begin, self.until, self.seed)
            self.rows.append(dict(self.measure(log)))
        return self

    def until_precise(self, exact: Mapping[str, float]) -> Replications:
        """At least 30, and on until every standard error is small enough, or as many as may be are done."""
        at_most = int(os.environ.get("FLOWSIM_MOST_REPLICATIONS", MOST))
        self.more(AT_LEAST)
        while len(self.rows) < at_most and not all(
            self.estimate(name).precise(name, value) for name, value in exact.items()
        ):
            self.more(min(10, at_most - len(self.rows)))
        return self

    def estimate(self, name: str) -> Estimate:
        """The mean of a measure and its standard error."""
        return ratio([row[name] for row in self.rows])


def ratio(pairs: Sequence[tuple[float, float]]) -> Estimate:
    """Sum of numerators over sum of denominators of independent replications."""
    over, under = np.array(pairs, dtype=np.float64).T
    mean = over.sum() / under.sum()
    residual = over - mean * under
    se = residual.std(ddof=1) / np.sqrt(len(pairs)) / under.mean()
    return Estimate(float(mean), float(se), len(pairs))


# --- patients at a resource -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Visits:
    """Each time that somebody joined the queue of a resource: when, and when it was granted, given back, left."""

    patient: Any
    joined: Any
    started: Any  # NEVER if not granted
    finished: Any  # NEVER if still held
    gave_up: Any  # NEVER if not left unserved

    def joined_in(self, begin: int, end: int) -> Visits:
        """Those who joined in a window."""
        inside = (self.joined >= begin) & (self.joined < end)
        return Visits(*(column[inside] for column in vars(self).values()))

    @property
    def served(self) -> Any:
        """Which were granted."""
        return self.started != NEVER

    @property
    def wait(self) -> Any:
        """Time in the queue, to the grant or to giving up."""
        end = np.where(self.served, self.started, self.gave_up)
        assert np.all(end >= 0), "somebody still waits at the end of the run: run on for longer"
        return end - self.joined


def instance_of(program: Program, resource: str) -> int:
    """The number of a resource that is not per site."""
    (number,) = (at for at, found in enumerate(program.instances) if found.resource == resource)
    return number


def visits(log: EventLog, instance: int) -> Visits:
    """Everybody who joined the queue of a resource (one at a time, without interruptions)."""
    codes = (Code.JOIN, Code.GRANT, Code.LEFT, Code.RELEASE)
    rows = log[(log["resource"] == instance) & np.isin(log["code"], codes)]
    rows = rows[np.argsort(rows["patient"], kind="stable")]
    patient, code, time = rows["patient"], rows["code"], rows["time"]
    at = np.flatnonzero(code == Code.JOIN)

    def later(step: int, wanted: Code) -> Any:
        place = np.minimum(at + step, len(rows) - 1)
        good = (at + step < len(rows)) & (patient[place] == patient[at]) & (code[place] == wanted)
        return np.where(good, time[place], NEVER)

    started = later(1, Code.GRANT)
    finished = np.where(started != NEVER, later(2, Code.RELEASE), NEVER)
    return Visits(patient[at], time[at], started, finished, later(1, Code.LEFT))


def turned_away(log: EventLog, instance: int, begin: int, end: int) -> int:
    """How many found the queue full in a window."""
    wanted = (log["code"] == Code.TURNED_AWAY) & (log["resource"] == instance)
    return int((wanted & (log["time"] >= begin) & (log["time"] < end)).sum())


def journeys(log: EventLog) -> tuple[Any, Any]:
    """Start and end of every journey by patient number; NEVER for one that has not ended."""
    starts, ends = log[log["code"] == Code.START], log[log["code"] == Code.END]
    end = np.full(len(starts), NEVER, dtype=np.int64)
    end[ends["patient"]] = ends["time"]
    return starts["time"], end


# --- levels over time -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Level:
    """A quantity that jumps: `value[i]` holds from `time[i]` up to `time[i + 1]`."""

    time: Any
    value: Any

    def average(self, begin: int, end: int) -> float:
        """The average over time."""
        return float((self.value_at_pieces(begin, end) * self.pieces(begin, end)).sum() / (end - begin))

    def pieces(self, begin: int, end: int) -> Any:
        """Lengths of the pieces of a window on which the value is constant."""
        inside = self.time[(self.time > begin) & (self.time < end)]
        return np.diff(np.concatenate([[begin], inside, [end]]))

    def value_at_pieces(self, begin: int, end: int) -> Any:
        """The value on each of those pieces."""
        inside = self.time[(self.time > begin) & (self.time < end)]
        return self.at(np.concatenate([[begin], inside]))

    def at(self, when: Any) -> Any:
        """The value just after given times."""
        place = np.searchsorted(self.time, when, side="right") - 1
        return np.where(place >= 0, self.value[np.maximum(place, 0)], 0)

    def share(self, begin: int, end: int, most: int) -> Any:
        """Share of the time at 0, 1, ... `most` (and above)."""
        values = np.minimum(self.value_at_pieces(begin, end), most)
        return np.bincount(values, weights=self.pieces(begin, end), minlength=most + 1) / (end - begin)


def in_use(log: EventLog, instance: int) -> Level:
    """Units held."""
    return _level(log, instance, {Code.GRANT: 1, Code.RELEASE: -1, Code.INTERRUPTED: -1}, by_amount=True)


def waiting(log: EventLog, instance: int) -> Level:
    """Patients in the queue."""
    return _level(log, instance, {Code.JOIN: 1, Code.GRANT: -1, Code.LEFT: -1}, by_amount=False)


def present(log: EventLog, instance: int) -> Level:
    """Patients waiting or served, of a resource of which each takes one unit."""
    signs = {Code.JOIN: 1, Code.LEFT: -1, Code.RELEASE: -1, Code.INTERRUPTED: -1}
    return _level(log, instance, signs, by_amount=False)


def capacity(log: EventLog, instance: int) -> Level:
    """Units on duty."""
    rows = log[(log["code"] == Code.CAPACITY) & (log["resource"] == instance)]
    return Level(rows["time"], rows["value"])


def _level(log: EventLog, instance: int, signs: Mapping[Code, int], by_amount: bool) -> Level:
    change_of = np.zeros(len(Code), dtype=np.int64)
    for code, sign in signs.items():
        change_of[code] = sign
    rows = log[(log["resource"] == instance) & np.isin(log["code"], list(signs))]
    change = change_of[rows["code"]] * (rows["value"] if by_amount else 1)
    return Level(rows["time"], np.cumsum(change))


# --- one station ------------------------------------------------------------------------------------------------------


def station(log: EventLog, instance: int, units: int, begin: int, end: int, unit: str,
            waits_over: Sequence[float] = ()) -> dict[str, tuple[float, float]]:  # fmt: skip
    """What queueing texts say of a station, in the time unit `unit`.

    Waits are those of whoever joined in the window, so the run must go on until they are served.
    """
    scale = ms(f"1 {unit}")
    seen = visits(log, instance).joined_in(begin, end)
    served = seen.served
    wait, count = seen.wait / scale, float(len(served))
    stay = (seen.finished[served] - seen.joined[served]) / scale
    queue, busy = waiting(log, instance), in_use(log, instance)
    found = {
        "utilisation": (busy.average(begin, end) / units, 1.0),
        "p_wait": (float((wait > 0).sum()), count),
        "mean_wait": (wait.sum(), count),
        "mean_wait_given_wait": (wait.sum(), float((wait > 0).sum())),
        "mean_time_in_system": (stay.sum(), float(len(stay))),
        "mean_queue_length": (queue.average(begin, end), 1.0),
        "mean_number_in_system": (queue.average(begin, end) + busy.average(begin, end), 1.0),
        "p_empty": (float(present(log, instance).share(begin, end, 1)[0]), 1.0),
    }
    for over in waits_over:
        found[f"p_wait_gt_{over:g}"] = (float((wait > over).sum()), count)
    return found
