"""What happened in a run, asked by the names of the model and answered in the case's own time unit.

Built on the measures of `tests/measure_log.py`. NaN stands for what did not happen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.program import Program
from flowsim.records.log import DAY, HOUR, MINUTE, Code, EventLog
from tests.measure_log import capacity, in_use, instance_of, visits, waiting

Floats = NDArray[np.float64]
UNITS = {"min": MINUTE, "h": HOUR, "day": DAY}


@dataclass(frozen=True)
class Visits:
    """Each joining of a resource's queue: who, when, when it was granted and given back."""

    patient: NDArray[np.int64]
    joined: Floats
    granted: Floats
    given_back: Floats

    @property
    def wait(self) -> Floats:
        """From joining to being granted."""
        return self.granted - self.joined

    @property
    def service(self) -> Floats:
        """From being granted to giving back."""
        return self.given_back - self.granted


@dataclass(frozen=True)
class Story:
    """The log of a replication."""

    program: Program
    log: EventLog
    unit: str

    @cached_property
    def starts(self) -> Floats:
        """When each patient started."""
        return self._times(self.log["code"] == Code.START)

    def started_by(self, source: str) -> NDArray[np.bool_]:
        """Which patients a source brought."""
        number = [each.name for each in self.program.sources].index(source)
        return self.log["resource"][self.log["code"] == Code.START] == number

    def ends(self, outcome: str | None = None) -> Floats:
        """When each patient left (with that outcome)."""
        chosen = self.log["code"] == Code.END
        if outcome is not None:
            chosen &= self.log["value"] == self.program.outcomes.index(outcome)
        return self._by_patient(chosen)

    def mark(self, milestone: str) -> Floats:
        """When each patient last passed a milestone."""
        return self._by_patient(self._marked(milestone))

    def marks(self, milestone: str) -> Floats:
        """Every time at which somebody passed a milestone."""
        return self._times(self._marked(milestone))

    def value_of(self, attribute: str) -> NDArray[np.int64]:
        """The index of each patient's last value of an attribute that a step set; -1 if none did."""
        number = [name for name, _ in self.program.attributes].index(attribute)
        chosen = (self.log["code"] == Code.SET) & (self.log["resource"] == number)
        found = np.full(len(self.starts), -1, dtype=np.int64)
        found[self.log["patient"][chosen]] = self.log["value"][chosen]
        return found

    def visits(self, resource: str) -> Visits:
        """Everybody's visits to a resource."""
        seen = visits(self.log, instance_of(self.program, resource))
        times = [np.where(each >= 0, each / UNITS[self.unit], np.nan)
                 for each in (seen.joined, seen.started, seen.finished)]  # fmt: skip
        return Visits(seen.patient, *times)

    def mean_in_use(self, resource: str, begin: float, end: float) -> float:
        """The time average of the units in use."""
        return in_use(self.log, instance_of(self.program, resource)).average(*self._window(begin, end))

    def mean_waiting(self, resource: str, begin: float, end: float) -> float:
        """The time average of the patients who wait."""
        return waiting(self.log, instance_of(self.program, resource)).average(*self._window(begin, end))

    def mean_capacity(self, resource: str, begin: float, end: float) -> float:
        """The time average of the capacity."""
        return capacity(self.log, instance_of(self.program, resource)).average(*self._window(begin, end))

    def _window(self, begin: float, end: float) -> tuple[int, int]:
        return round(begin * UNITS[self.unit]), round(end * UNITS[self.unit])

    def _times(self, chosen: Any) -> Floats:
        return self.log["time"][chosen] / UNITS[self.unit]

    def _marked(self, milestone: str) -> NDArray[np.bool_]:
        number = self.program.milestones.index(milestone)
        return (self.log["code"] == Code.MILESTONE) & (self.log["value"] == number)

    def _by_patient(self, chosen: NDArray[np.bool_]) -> Floats:
        found = np.full(len(self.starts), np.nan)
        found[self.log["patient"][chosen]] = self._times(chosen)
        return found


def within(times: Floats, begin: float, end: float) -> NDArray[np.bool_]:
    """Which times lie in [begin, end); what did not happen does not."""
    return (times >= begin) & (times < end)


def mean(values: Floats) -> float:
    """The mean; NaN if there are none."""
    return float(values.mean()) if len(values) else float("nan")


def overlap(begun: Floats, ended: Floats, begin: float, end: float) -> float:
    """How much of the intervals lies in a window; those that have not ended reach beyond it."""
    last = np.where(np.isnan(ended), end, ended)
    return float(np.clip(np.clip(last, begin, end) - np.clip(begun, begin, end), 0, None).sum())
